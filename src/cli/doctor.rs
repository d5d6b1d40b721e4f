//! `dpg-triage doctor`: what an installation of the App is like, and what to do about what is wrong.
//!
//! In: the settings of `serve`. Out: findings, one a line, or as JSON; 1 where something keeps the App from its work.
//! Never: a write, to GitHub, to the database or anywhere else.

mod ask;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use anyhow::{Context, bail};
use chrono::Utc;
use clap::{Args, ValueEnum};

use super::{check::print, progress::Progress, pull_request};
use crate::{
    config::{Config, Settings},
    doctor::{
        State,
        facts::{Facts, Settled},
        judge, show,
    },
    github::GitHub,
    queue::examine::examine,
    triage::prose::inert,
};

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage doctor
          with the settings of `serve` in the environment
  dpg-triage doctor publicgoods/registry
          of the repositories only this one
  dpg-triage doctor --reach
          also ask the webhook's own address
  dpg-triage doctor --format json
          for other programs

It looks at the settings, the clock, the key, permissions and events, the
webhook and its latest deliveries, the installations, and in each repository at
rules, folders, schemas, labels and reviewers; and at the database. It changes
nothing, and can run beside `serve`.

Exit status: 0 nothing is wrong (there may be warnings), 1 a problem was found,
2 it could not run.";

/// So many repositories are looked at unless more are asked for.
const MOST: usize = 30;

/// No more, whatever is asked for.
const MOST_OF_ALL: usize = 10_000;

#[derive(Args)]
pub struct Options {
    /// Look at this repository alone [default: the first 30 that the App covers]
    #[arg(value_name = "OWNER/REPO")]
    repository: Option<String>,
    /// Look at every repository that the App covers
    #[arg(long, conflicts_with = "repository")]
    all: bool,
    /// Also ask whether `serve` answers at the webhook's address, from here
    #[arg(long)]
    reach: bool,
    /// Form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// One JSON document
    Json,
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    let repository = match &options.repository {
        None => None,
        Some(text) => match pull_request::repository(text) {
            None => bail!("{} is not a repository; write OWNER/REPO", inert(text, 200)),
            found => found,
        },
    };
    let facts = match options.settings.validate() {
        Err(mistakes) => Facts { now: Utc::now(), settings: Err(mistakes), database: None, github: None },
        Ok(config) => {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
            let most = if options.all { MOST_OF_ALL } else { MOST };
            let wanted = ask::Wanted { repository, reach: options.reach, most };
            let facts = runtime.block_on(gather(config, wanted));
            // A look-up of a name cannot be called off; nobody waits for it.
            runtime.shutdown_background();
            facts?
        }
    };
    let findings = judge(&facts);
    print(&match options.format {
        Format::Human => show::human(&findings),
        Format::Json => show::json(&findings),
    })?;
    let is_wrong = findings.iter().any(|finding| finding.state == State::Problem);
    Ok(ExitCode::from(u8::from(is_wrong)))
}

async fn gather(config: Config, wanted: ask::Wanted) -> anyhow::Result<Facts> {
    let github = GitHub::new(&config.github())?;
    let settled = Settled {
        api: config.github_api_url.to_string(),
        allowed_owners: config.allowed_owners,
        dry_run: config.dry_run,
    };
    let terminal = Some(io::stderr()).filter(IsTerminal::is_terminal);
    let progress = |all: usize| Progress::of(terminal, all, "repositories examined");
    let (database, github) =
        futures::join!(examine(&config.database), ask::github(&github, &settled, &wanted, progress));
    Ok(Facts { now: Utc::now(), settings: Ok(settled), database: Some(database), github: Some(github) })
}
