//! `dpg-triage fix`: makes the mechanical corrections in files of a checkout.
//!
//! In: paths. Out: corrected files, and on standard output what was changed in each. A file is replaced as a whole
//! or left as it is; one that cannot be read is left alone, and why is said on standard error.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::Utc;
use clap::Args;
use similar::{ChangeTag, TextDiff};

use super::{check::print, online, registry::Registry};
use crate::{
    config::Outside,
    triage::{
        evidence::{self, Evidence, Lookup},
        fix::{Extent, Fixed, fix},
        nomination::{self, Filed},
        policy::Policy,
        prose::inert,
        report::FileReport,
        span::Source,
    },
};

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage fix nominees/open-clinic.json
          correct one file and show what changed
  dpg-triage fix --check nominees/*.json
          only show what would change
  dpg-triage fix --layout digitalpublicgoods/*.json
          only the order of fields and the layout
  dpg-triage fix --online nominees/open-clinic.json
          also https where the linked host serves it

What is corrected: order of fields and layout, misspelled license ids and
countries, blank and joined aliases, the old field repositoryURL, and the fields
that a submission's form leaves out. What a file means is never changed; `check`
says what is left for people. A file whose name is not right keeps it, and the
command that renames it is shown.

Exit status: 0 done, or nothing to do; 1 with --check, when something would
change; 2 a file could not be corrected.";

#[derive(Args)]
pub struct Options {
    /// Files to correct; of a folder, all nominations in it
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Checkout of the registry [default: the one that the files lie in]
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// Show what would change, and change nothing
    #[arg(long)]
    check: bool,
    /// Correct only the order of fields and the layout
    #[arg(long)]
    layout: bool,
    #[command(flatten)]
    outside: Outside,
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    let registry = Registry::find(&options.paths, options.registry.as_deref(), None)?;
    let mut tally = Tally::default();
    let mut files: Vec<(Filed, Vec<u8>)> = Vec::new();
    for path in &options.paths {
        match registry.files(std::slice::from_ref(path)) {
            Ok(found) => {
                let new = |(filed, _): &(Filed, _)| !files.iter().any(|(known, _)| known.path == filed.path);
                let found: Vec<_> = found.into_iter().filter(new).collect();
                files.extend(found);
            }
            Err(error) => {
                // What is wrong with a path begins with it.
                let (path, why) = (path.display().to_string(), format!("{error:#}"));
                let rest = why.strip_prefix(&path).map(|rest| format!("it{rest}"));
                tally.refuse(&path, rest.as_ref().unwrap_or(&why));
            }
        }
    }
    for link in registry.links(&options.paths).unwrap_or_default() {
        tally.refuse(&link.display().to_string(), "it is a symbolic link; name the file that it points at");
    }
    let evidence = evidence(&registry, &files, &options.outside)?;
    for ((filed, bytes), evidence) in files.into_iter().zip(evidence) {
        let place = registry.place(&filed.path);
        let name = filed.path.clone();
        let corrected =
            correct(filed, &bytes, &evidence, registry.policy(), options.layout).and_then(|corrected| {
                if corrected.is_change() && !options.check {
                    replace(&place, &bytes, &corrected.fixed.text)?;
                }
                Ok(corrected)
            });
        match corrected {
            Ok(corrected) => {
                tally.count(&corrected);
                print(&corrected.shown(registry.way().as_deref()))?;
            }
            Err(why) => tally.refuse(&name, &why),
        }
    }
    print(&format!("{}\n", tally.sentence(options.check)))?;
    Ok(ExitCode::from(match () {
        () if tally.refused > 0 => 2,
        () if options.check && tally.changed > 0 => 1,
        () => 0,
    }))
}

/// What is known of each file; of the outside only whether hosts that are linked by `http` serve `https`.
fn evidence(
    registry: &Registry,
    files: &[(Filed, Vec<u8>)],
    outside: &Outside,
) -> anyhow::Result<Vec<Evidence>> {
    let known = registry.evidence();
    let of_one = |(filed, bytes): &(Filed, Vec<u8>)| {
        let nomination = nomination::parse(filed.clone(), bytes).0;
        let mut evidence = known.clone();
        registry.look_for_files(&nomination, &mut evidence);
        let mut lookups = evidence::lookups(&nomination);
        lookups.retain(|lookup| matches!(lookup, Lookup::Link(address) if address.starts_with("http://")));
        (nomination, lookups, evidence)
    };
    let files: Vec<_> = files.iter().map(of_one).collect();
    if outside.online {
        online::ask(outside, files)
    } else {
        Ok(files.into_iter().map(|(_, _, evidence)| evidence).collect())
    }
}

/// A file before and after.
struct Corrected {
    path: String,
    /// Both without contacts, for people to see.
    before: Source,
    after: Source,
    fixed: Fixed,
    /// Whether the text differs, be it in a contact's line end.
    changed: bool,
}

fn correct(
    filed: Filed,
    bytes: &[u8],
    evidence: &Evidence,
    policy: &Policy,
    layout: bool,
) -> Result<Corrected, String> {
    let (nomination, faults) = nomination::parse(filed.clone(), bytes);
    if nomination.document.is_none() {
        let why = faults.first().map(|fault| {
            let line = fault.spot.as_ref().map(|spot| nomination.source.place(&spot.span).line);
            line.map(|line| format!("line {line}: ")).unwrap_or_default() + &fault.message.plain()
        });
        return Err(why.unwrap_or_else(|| "it cannot be read".to_owned()));
    }
    let report = FileReport::of(nomination, &faults, evidence, policy, Utc::now(), &[], &[]);
    let extent = if layout { Extent::Layout } else { Extent::Mechanical };
    let fixed = fix(&report, extent).map_err(|why| why.plain())?;
    let after = nomination::parse(filed, fixed.text.as_bytes()).0.shown;
    Ok(Corrected {
        path: report.nomination.path,
        before: report.nomination.shown,
        after,
        changed: fixed.text.as_bytes() != bytes,
        fixed,
    })
}

impl Corrected {
    fn is_change(&self) -> bool {
        self.changed
    }

    /// What was done, as people read it; empty where nothing was. The way leads to the registry's root, where that is
    /// elsewhere.
    fn shown(&self, way: Option<&Path>) -> String {
        let path = inert(&self.path, 300);
        let mut text = String::new();
        if self.changed {
            text.push_str(&format!("{BOLD}{path}{RESET}\n"));
            for done in &self.fixed.done {
                text.push_str(&format!("  {}\n", done.plain()));
            }
            text.push_str(&self.difference());
            text.push('\n');
        }
        if let Some(name) = &self.fixed.name {
            let renamed =
                self.path.rsplit_once('/').map_or(name.clone(), |(folder, _)| format!("{folder}/{name}"));
            let at = way.map(|way| format!(" -C {}", quoted(&way.to_string_lossy()))).unwrap_or_default();
            text.push_str(&format!(
                "{BOLD}{path}{RESET} has to be renamed:\n  git{at} mv {} {}\n\n",
                quoted(&self.path),
                quoted(&renamed)
            ));
        }
        text
    }

    /// The lines that changed, with three around them.
    fn difference(&self) -> String {
        let difference = TextDiff::from_lines(self.before.text(), self.after.text());
        let mut text = String::new();
        for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
            text.push_str(&format!("{CYAN}{}{RESET}\n", hunk.header()));
            for change in hunk.iter_changes() {
                let (color, sign) = match change.tag() {
                    ChangeTag::Delete => (RED, '-'),
                    ChangeTag::Insert => (GREEN, '+'),
                    ChangeTag::Equal => ("", ' '),
                };
                let line = change.value().trim_end_matches(['\n', '\r']);
                text.push_str(&format!("{color}{sign}{}{RESET}\n", inert(line, 1000)));
            }
        }
        text
    }
}

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// A path as a shell takes it, whatever stands in it.
fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if path.bytes().all(plain) && !path.starts_with('-') {
        path.to_owned()
    } else {
        format!("'{}'", inert(path, 300).replace('\'', "'\\''"))
    }
}

/// Puts a text in a file's place, as a whole or not at all: it is complete on the disk before it takes the name, and
/// takes it only while the file is still the one that was read.
fn replace(path: &Path, before: &[u8], text: &str) -> Result<(), String> {
    let written = || -> std::io::Result<bool> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::Builder::new().prefix(".dpg-triage-").tempfile_in(folder)?;
        new.write_all(text.as_bytes())?;
        new.as_file().set_permissions(fs::metadata(path)?.permissions())?;
        new.as_file().sync_all()?;
        if path.is_symlink() || fs::read(path)? != before {
            return Ok(false);
        }
        new.persist(path)?;
        Ok(true)
    };
    match written() {
        Ok(true) => Ok(()),
        Ok(false) => Err("it was changed meanwhile".to_owned()),
        Err(error) => Err(format!("it could not be written: {error}")),
    }
}

/// How the files came out.
#[derive(Default)]
struct Tally {
    changed: usize,
    unchanged: usize,
    refused: usize,
}

impl Tally {
    /// Says on standard error that a file is left alone, and why.
    fn refuse(&mut self, path: &str, why: &str) {
        self.refused += 1;
        let _ = writeln!(anstream::stderr(), "error: {} is left as it is: {why}", inert(path, 300));
    }

    fn count(&mut self, corrected: &Corrected) {
        if corrected.is_change() { self.changed += 1 } else { self.unchanged += 1 }
    }

    fn sentence(&self, only_shown: bool) -> String {
        let files = |count| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        let verb = if only_shown { "would be corrected" } else { "corrected" };
        let mut parts = vec![
            format!("{} {verb}", files(self.changed)),
            format!("{} with nothing to correct", self.unchanged),
        ];
        if self.refused > 0 {
            parts.push(format!("{} could not be", self.refused));
        }
        parts.join(", ")
    }
}
