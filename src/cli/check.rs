//! `dpg-triage check`: the same checks on files of a checkout.
//!
//! In: paths. Out: a report for people or programs on standard output. Unless `--online` says so, nothing is looked up
//! outside: what needs that is not checked, and says so.

use std::{
    io::{self, IsTerminal, Stderr, Write},
    num::NonZero,
    panic,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use anstream::{AutoStream, ColorChoice, adapter::strip_str};
use anyhow::bail;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, ValueEnum};

use super::{
    online,
    progress::Progress,
    pull_request::{self, Form},
    registry::Registry,
};
use crate::{
    config::Outside,
    triage::{
        check::Check,
        checks,
        evidence::{self, Answer, Evidence, Registered},
        finding::Severity,
        nomination::{self, Filed, Nomination},
        prose::inert,
        render::{explanation, github, json, markdown, terminal},
        report::FileReport,
    },
};

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage check nominees/open-clinic.json
          one file, in the checkout that it lies in
  dpg-triage check nominees
          every nomination in a folder
  dpg-triage check --registry publicgoods
          every nomination of a checkout
  dpg-triage check --format json nominees/*.json
          for other programs
  dpg-triage check --format github nominees/*.json
          in a workflow of GitHub Actions: errors at the lines
  dpg-triage check --format markdown >> \"$GITHUB_STEP_SUMMARY\"
          for the summary of a job, or for an issue
  dpg-triage check --as-of 2022-11-01 nominees
          by the rules of that day
  dpg-triage check --online nominees/open-clinic.json
          also ask GitHub, and open the links
  dpg-triage check --rules new-rules.yml nominees
          by other rules than the registry's own
  dpg-triage check --pr publicgoods/registry#12
          what `serve` would change on a pull request now; nothing is written
          (reads the settings of `serve` in the environment)
  dpg-triage check --explain license-id
          what a check asks, why, and how to meet it
  dpg-triage check --explain
          every check in a line

Colors show at a terminal; NO_COLOR=1 turns them off, CLICOLOR_FORCE=1 on.
Exit status: 0 nothing must be fixed, 1 something must, 2 it could not run.";

#[derive(Args)]
pub struct Options {
    /// Files to check, or folders with them [default: every nomination in the registry]
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
    /// Explain a check and stop; without a name, list all
    #[arg(long, value_name = "CHECK", num_args = 0..=1, default_missing_value = "", exclusive = true)]
    explain: Option<String>,
    #[command(flatten)]
    outside: Outside,
    /// The registry's own rules [default: its .github/dpg-triage.yml, else the built-in ones]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Read a pull request (also by its address) with the settings of `serve`, and print what it would change
    #[arg(long, value_name = "OWNER/REPO#N", conflicts_with_all = ["paths", "registry", "as_of", "online", "rules"])]
    pr: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// One JSON document
    Json,
    /// Commands of GitHub Actions
    Github,
    /// A document for the summary of a job or an issue
    Markdown,
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    if let Some(pull_request) = &options.pr {
        let form = match options.format {
            Format::Human => Form::Human,
            Format::Json => Form::Json,
            Format::Markdown => Form::Markdown,
            Format::Github => bail!("--pr speaks to people (human, markdown) or programs (json)"),
        };
        return pull_request::command(pull_request, form);
    }
    if let Some(id) = &options.explain {
        print(&explain(id)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let started = Instant::now();
    let registry = Registry::find(&options.paths, options.registry.as_deref(), options.rules.as_deref())?;
    let rules_alone = options.rules.is_some() && options.paths.is_empty() && registry.is_empty()?;
    let files = match &options.rules {
        // Whoever wrote new rules may want to know no more than whether they can be used.
        Some(rules) if rules_alone => {
            let mut err = anstream::stderr();
            writeln!(
                err,
                "note: the rules {} can be used; there are no nominations here to check by them",
                rules.display()
            )?;
            Vec::new()
        }
        _ => registry.files(&options.paths)?,
    };
    tell_of_links(&registry, &options.paths)?;
    let taken_at = options
        .as_of
        .map_or_else(Utc::now, |day| DateTime::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc));
    let known = Known::gather(&registry, &files, &options.outside)?;
    let reports = judge(&known, &files, taken_at);
    let seconds = started.elapsed().as_secs_f64();
    print(&match options.format {
        Format::Json => json::json(&reports, seconds),
        Format::Github => github::commands(&reports),
        Format::Markdown => markdown::document::document(&reports),
        Format::Human => {
            let files: String = reports.iter().map(terminal::file).collect();
            files + &terminal::summary(&reports, seconds)
        }
    })?;
    let must = reports.iter().any(|report| report.to_change(Severity::Must).next().is_some());
    Ok(ExitCode::from(u8::from(must)))
}

/// Writes to standard output. Who reads it may have had enough (`| head`): that changes nothing about what was found,
/// nor about the exit status.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    // All at once: written through a stream that takes colors out, every word is a call of the system.
    let written = match AutoStream::choice(&out) {
        ColorChoice::Never => {
            out.write_all(strip_str(text).to_string().as_bytes()).and_then(|()| out.flush())
        }
        choice => AutoStream::new(out, choice).write_all(text.as_bytes()),
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// What is known about the files beyond their texts.
struct Known<'a> {
    registry: &'a Registry,
    /// What the checkout says about any file.
    common: Evidence,
    /// What the outside said about each file; empty where it was not asked.
    asked: Vec<Evidence>,
}

impl<'a> Known<'a> {
    fn gather(registry: &'a Registry, files: &[(Filed, Vec<u8>)], outside: &Outside) -> anyhow::Result<Self> {
        let mut common = registry.evidence();
        let catalog = Arc::new(registry.catalog());
        common.registry_is(Answer::Found(Registered { catalog, without: Vec::new() }));
        if outside.online {
            let why = "a checkout does not show the open pull requests";
            common.open_pull_requests_are(Answer::Unavailable(why.to_owned()));
        }
        let question = |(filed, bytes): &(Filed, Vec<u8>)| {
            let nomination = nomination::parse(filed.clone(), bytes).0;
            let lookups = evidence::lookups(&nomination);
            (nomination, lookups, common.clone())
        };
        let asked = match outside.online {
            true => online::ask(outside, files.iter().map(question).collect())?,
            false => Vec::new(),
        };
        Ok(Self { registry, common, asked })
    }

    /// The evidence of the file at this place.
    fn of(&self, at: usize, nomination: &Nomination) -> Evidence {
        let mut evidence = self.asked.get(at).unwrap_or(&self.common).clone();
        self.registry.look_for_files(nomination, &mut evidence);
        evidence
    }
}

/// Judges the files side by side; the reports stand in the order of the files.
fn judge(known: &Known<'_>, files: &[(Filed, Vec<u8>)], taken_at: DateTime<Utc>) -> Vec<FileReport> {
    let of_one = |at: usize, (filed, bytes): &(Filed, Vec<u8>)| {
        let (nomination, faults) = nomination::parse(filed.clone(), bytes);
        let evidence = known.of(at, &nomination);
        let policy = known.registry.policy();
        let mut file = FileReport::of(nomination, &faults, &evidence, policy, taken_at, &[], &[]);
        checks::fold(&mut file.judged);
        file
    };
    let taken = AtomicUsize::new(0);
    let work = |progress: &mut Progress<Stderr>| {
        let mut judged: Vec<(usize, FileReport)> = Vec::new();
        loop {
            let at = taken.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(at) else { return judged };
            progress.at(at);
            judged.push((at, of_one(at, file)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(files.len());
    let mut judged = thread::scope(|scope| {
        let others: Vec<_> =
            (1..threads).map(|_| scope.spawn(|| work(&mut Progress::new(None, 0)))).collect();
        let terminal = Some(io::stderr()).filter(IsTerminal::is_terminal);
        let mut judged = work(&mut Progress::new(terminal, files.len()));
        for other in others {
            judged.extend(other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        judged
    });
    judged.sort_by_key(|(at, _)| *at);
    judged.into_iter().map(|(_, report)| report).collect()
}

/// Says of links that somebody named that they are left out.
fn tell_of_links(registry: &Registry, paths: &[PathBuf]) -> anyhow::Result<()> {
    let links = registry.links(paths)?;
    let Some(first) = links.first() else { return Ok(()) };
    let mut err = anstream::stderr();
    let first = first.display();
    match links.len() {
        1 => {
            writeln!(err, "note: {first} is a symbolic link and left out; check the file that it points at")?
        }
        many => writeln!(err, "note: {many} symbolic links are left out, the first is {first}")?,
    }
    Ok(())
}

/// The documentation of a check; of no name, the list of all.
fn explain(id: &str) -> anyhow::Result<String> {
    if id.is_empty() {
        return Ok(explanation::list());
    }
    if let Some(check) = checks::ALL.iter().find(|check| check.id == id) {
        return Ok(explanation::explain(check));
    }
    let likeness = |check: &&&Check| strsim::normalized_damerau_levenshtein(check.id, &id.to_lowercase());
    let nearest = checks::ALL.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let hint = match nearest.filter(|check| likeness(check) >= 0.6) {
        Some(check) => format!("; did you mean `{}`?", check.id),
        None => String::new(),
    };
    bail!(
        "there is no check `{}`{hint}\n\nThe checks are:\n{}",
        inert(id, 60),
        explanation::list().trim_end()
    )
}
