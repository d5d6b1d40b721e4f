//! `dpg-triage check`: the same checks on files of a checkout.
//!
//! In: paths. Out: a report for people or programs on standard output. Nothing is looked up outside: what needs
//! that is not checked, and says so.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, ValueEnum};

use crate::triage::{
    evidence::{self, Answer, Evidence, Lookup},
    finding::Severity,
    nomination::{self, Filed, Nomination},
    policy::Policy,
    render::{json, terminal},
    report::FileReport,
    schema::Schema,
};

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage check nominees/open-clinic.json     one file, in the checkout that it lies in
  dpg-triage check --registry publicgoods        every nomination of a checkout
  dpg-triage check --format json nominees/*.json for other programs

Exit status: 0 nothing must be fixed, 1 something must, 2 it could not run.";

#[derive(Args)]
pub struct Options {
    /// Files to check [default: every nomination in the registry]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Checkout of the registry [default: the one that the files lie in]
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// The day whose rules hold [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// Also ask GitHub (not yet)
    #[arg(long)]
    online: bool,
    /// A registry's own rules (not yet)
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Print what `serve` would change on a pull request (not yet)
    #[arg(long, value_name = "OWNER/REPO#N")]
    pr: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// One JSON document
    Json,
    /// Commands of GitHub Actions (not yet)
    Github,
    /// A comment (not yet)
    Markdown,
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    for (asked, name) in [
        (options.online, "--online"),
        (options.rules.is_some(), "--rules"),
        (options.pr.is_some(), "--pr"),
        (options.format == Format::Github, "--format github"),
        (options.format == Format::Markdown, "--format markdown"),
    ] {
        if asked {
            bail!("`check {name}` is not there yet");
        }
    }
    let started = Instant::now();
    let registry = Registry::find(options)?;
    let files = registry.files(&options.paths)?;
    let taken_at = options
        .as_of
        .map_or_else(Utc::now, |day| DateTime::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc));
    let mut evidence = registry.evidence();
    let policy = Policy::built_in();
    let mut reports = Vec::with_capacity(files.len());
    for (filed, bytes) in files {
        let (nomination, faults) = nomination::parse(filed, &bytes);
        registry.look_for_files(&nomination, &mut evidence);
        reports.push(FileReport::of(nomination, &faults, &evidence, policy, taken_at, &[], &[]));
    }
    let seconds = started.elapsed().as_secs_f64();
    match options.format {
        Format::Json => write!(anstream::stdout().lock(), "{}", json::json(&reports, seconds))?,
        _ => {
            let mut out = anstream::stdout().lock();
            for report in &reports {
                write!(out, "{}", terminal::file(report))?;
            }
            writeln!(out, "{}", terminal::summary(&reports, seconds))?;
            write!(out, "{}", terminal::not_checked(&reports))?;
        }
    }
    let must = reports.iter().flat_map(FileReport::all).any(|said| said.finding.severity == Severity::Must);
    Ok(ExitCode::from(u8::from(must)))
}

/// A checkout of the registry.
struct Registry {
    root: PathBuf,
}

impl Registry {
    /// The one that was named, else the nearest folder above the first file (or the working directory) that looks
    /// like one.
    fn find(options: &Options) -> anyhow::Result<Self> {
        if let Some(root) = &options.registry {
            let root = root.canonicalize().with_context(|| format!("--registry {}", root.display()))?;
            return Ok(Self { root });
        }
        let start = match options.paths.first() {
            Some(path) => absolute(path)?.parent().map(Path::to_path_buf).unwrap_or_default(),
            None => std::env::current_dir().context("the working directory")?,
        };
        let above = || start.ancestors();
        let marked = above().find(|folder| {
            let schemas = Policy::built_in().nominations.iter().filter_map(|rule| rule.schema.as_ref());
            schemas.into_iter().any(|schema| folder.join(schema).is_file())
        });
        let checkout = || above().find(|folder| folder.join(".git").exists());
        let named = || {
            above()
                .find(|folder| folder.join("nominees").is_dir() || folder.join("digitalpublicgoods").is_dir())
        };
        match marked.or_else(named).or_else(checkout) {
            Some(root) => Ok(Self { root: root.to_path_buf() }),
            None => bail!(
                "there is no registry here: neither {} nor a folder above it has a nominee-schema.json or a folder nominees; name one with --registry DIR",
                start.display()
            ),
        }
    }

    /// The nominations among the paths, with their texts; without paths all there are.
    fn files(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<(Filed, Vec<u8>)>> {
        if paths.is_empty() {
            return self.all();
        }
        let mut files = Vec::new();
        for path in paths {
            let absolute = absolute(path)?;
            let Ok(relative) = absolute.strip_prefix(&self.root) else {
                bail!("{} does not lie in the registry {}", path.display(), self.root.display());
            };
            if fs::symlink_metadata(&absolute).with_context(|| path.display().to_string())?.is_symlink() {
                continue;
            }
            if absolute.is_dir() {
                bail!("{} is a folder; to check a whole checkout, name it with --registry", path.display());
            }
            match self.read(relative)? {
                Some(file) => files.push(file),
                None => bail!(
                    "{} is not a nomination: these are nominees/NAME.json, digitalpublicgoods/NAME.json, and \
                     applications at the root of the registry",
                    path.display()
                ),
            }
        }
        Ok(files)
    }

    fn all(&self) -> anyhow::Result<Vec<(Filed, Vec<u8>)>> {
        let mut files = Vec::new();
        for rule in &Policy::built_in().nominations {
            let folder = self.root.join(&rule.folder);
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            let mut names: Vec<PathBuf> = Vec::new();
            for entry in entries {
                let entry = entry.with_context(|| folder.display().to_string())?;
                if entry.file_type().with_context(|| entry.path().display().to_string())?.is_file() {
                    names.push(Path::new(&rule.folder).join(entry.file_name()));
                }
            }
            names.sort();
            for name in names {
                files.extend(self.read(&name)?.filter(|(filed, _)| filed.kind == rule.kind));
            }
        }
        if files.is_empty() {
            bail!("there are no nominations in {}", self.root.display());
        }
        Ok(files)
    }

    /// A file, if it is a nomination.
    fn read(&self, relative: &Path) -> anyhow::Result<Option<(Filed, Vec<u8>)>> {
        let path = self.root.join(relative);
        if !fs::metadata(&path).with_context(|| path.display().to_string())?.is_file() {
            bail!("{} is not a file that can be read", path.display());
        }
        // One byte more than is allowed, so that it shows.
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).with_context(|| path.display().to_string())?;
        let most = nomination::MOST_BYTES as u64 + 1;
        file.take(most).read_to_end(&mut bytes).with_context(|| path.display().to_string())?;
        let name = relative.to_string_lossy().replace('\\', "/");
        if is_link_as_text(&path, &bytes) {
            return Ok(None);
        }
        Ok(Policy::built_in().file(&name, &bytes).map(|filed| (filed, bytes)))
    }

    /// Answers which files the checkout has.
    fn look_for_files(&self, nomination: &Nomination, evidence: &mut Evidence) {
        for lookup in evidence::lookups(nomination) {
            if let Lookup::File(path) = lookup {
                let there = fs::symlink_metadata(self.root.join(&path)).is_ok();
                evidence.file_is(path, if there { Answer::Found(()) } else { Answer::Missing });
            }
        }
    }

    /// What the checkout itself can answer: the schemas.
    fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::unasked("nothing is looked up on the network here");
        for schema in Policy::built_in().nominations.iter().filter_map(|rule| rule.schema.as_ref()) {
            let answer = match fs::read_to_string(self.root.join(schema)) {
                Ok(text) => Answer::Found(Arc::new(Schema::read(&text))),
                Err(_) => Answer::Missing,
            };
            evidence.schema_is(schema, answer);
        }
        evidence
    }
}

/// The absolute path, with links in the folders resolved but not in the last part.
fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        bail!("{} is not a file", path.display());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().with_context(|| path.display().to_string())?;
    Ok(folder.join(name))
}

/// Where git cannot make symbolic links, a checkout has small files with the path that the link points at.
fn is_link_as_text(path: &Path, bytes: &[u8]) -> bool {
    let Ok(target) = std::str::from_utf8(bytes) else { return false };
    target.len() < 300
        && !target.contains(['{', '\n'])
        && !target.is_empty()
        && path.parent().is_some_and(|folder| folder.join(target).is_file())
}
