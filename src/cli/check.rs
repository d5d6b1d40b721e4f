//! `dpg-triage check`: the same checks on files of a checkout.
//!
//! In: paths. Out: a report for people or programs on standard output. Nothing is looked up outside: what needs
//! that is not checked, and says so.

use std::{io::Write, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::bail;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, ValueEnum};

use super::registry::Registry;
use crate::triage::{
    finding::Severity,
    nomination,
    policy::Policy,
    render::{json, terminal},
    report::FileReport,
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
    let registry = Registry::find(&options.paths, options.registry.as_deref())?;
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
