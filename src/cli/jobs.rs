//! `dpg-triage jobs`: what is still to do, and what an operator does about it.
//!
//! In: the database of `serve`, which may run meanwhile. Out: a list; jobs that are due again, or done with. Never: a
//! database that was not there before.

use std::{fmt::Write, process::ExitCode};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::check::print;
use crate::{
    config::Store,
    queue::{
        Database, Inbox, Subject,
        upkeep::{Held, State},
    },
    triage::prose::inert,
};

pub const EXAMPLES: &str = "\
Examples:
  dpg-triage jobs list
          what is not done, with the last error of each
  dpg-triage jobs list --dead
          only what was given up
  dpg-triage jobs retry 17
          look at it again, now
  dpg-triage jobs retry --all
          the same for all that was given up, or waits after a look
          that failed; what waits for a time of its own is left to it
  dpg-triage jobs drop 17 --yes
          count it as done
  DATABASE_URL=sqlite:///data/dpg-triage.db dpg-triage jobs list

A job is one look at one pull request. It is given up (dead) after forty
attempts, which take more than a day, or sooner where trying again does not
help. A running `serve` takes up what is retried within ten seconds. What is
dropped is looked at again with the next event of its pull request.

Exit status: 0 done; 2 it could not be done.";

/// The most that is shown of an error, in characters.
const MOST_WHY: usize = 300;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    store: Store,
}

#[derive(Subcommand)]
enum Command {
    /// List the jobs that wait, run, or were given up
    List {
        /// Only those that were given up
        #[arg(long)]
        dead: bool,
    },
    /// Make jobs due now, with all their attempts before them
    Retry {
        /// Ids, as the list shows them
        #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<i64>,
        /// All that were given up, or wait after a look that failed
        #[arg(long)]
        all: bool,
    },
    /// Count jobs as done
    Drop {
        /// Ids, as the list shows them
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
        /// Without it nothing is dropped
        #[arg(long)]
        yes: bool,
    },
}

pub fn command(options: &Options) -> anyhow::Result<ExitCode> {
    let database = options.store.validate()?;
    if let Database::File(path) = &database
        && !path.exists()
    {
        bail!("there is no database {database}; DATABASE_URL says where it is");
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime")?;
    runtime.block_on(async {
        let which = || format!("the database {database}");
        let inbox = Inbox::open(&database).await.with_context(which)?;
        // A server that does not answer is met here.
        let mut held = inbox.held().await.with_context(which)?;
        match &options.command {
            Command::List { dead } => {
                held.retain(|job| !dead || job.state == State::Dead);
                match held.is_empty() {
                    true if *dead => print("No dead jobs.\n")?,
                    true => print("No jobs.\n")?,
                    false => print(&list(&held))?,
                }
            }
            Command::Retry { all: true, .. } => print(&retry_all(&inbox, &held).await?)?,
            Command::Retry { ids, .. } => {
                for id in known(&held, ids)? {
                    inbox.retry(*id).await?;
                }
                print(&format!("{} due again\n", jobs(ids.len())))?;
            }
            Command::Drop { yes: false, ids } => {
                let ids = known(&held, ids)?;
                held.retain(|job| ids.contains(&job.id));
                print(&list(&held))?;
                bail!("nothing is dropped without --yes");
            }
            Command::Drop { ids, .. } => {
                for id in known(&held, ids)? {
                    inbox.let_go(*id).await?;
                }
                print(&format!("{} dropped\n", jobs(ids.len())))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Makes due what does not go on well, and says what is left alone.
async fn retry_all(inbox: &Inbox, held: &[Held]) -> anyhow::Result<String> {
    let now = Utc::now();
    let (mut again, mut left) = (0, 0);
    for job in held {
        match job.state {
            State::Waiting if job.due <= now => {}
            State::Waiting if job.why.is_none() => left += 1,
            State::Waiting | State::Dead => again += usize::from(inbox.retry(job.id).await?),
            State::Running => {}
        }
    }
    let left = match left {
        0 => String::new(),
        1 => "; 1 waits for a time of its own, `jobs retry ID` makes it due".to_owned(),
        left => format!("; {left} wait for a time of their own, `jobs retry ID` makes one due"),
    };
    Ok(format!("{} due again{left}\n", jobs(again)))
}

/// The ids, if each is one of a job that does not run: all or nothing.
fn known<'a>(held: &[Held], ids: &'a [i64]) -> anyhow::Result<&'a [i64]> {
    for id in ids {
        match held.iter().find(|job| job.id == *id) {
            None => bail!("there is no job {id}; `dpg-triage jobs list` shows them all"),
            Some(Held { state: State::Running, .. }) => bail!("job {id} is running; wait for its end"),
            Some(_) => {}
        }
    }
    Ok(ids)
}

fn jobs(count: usize) -> String {
    if count == 1 { "1 job".to_owned() } else { format!("{count} jobs") }
}

fn list(held: &[Held]) -> String {
    let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    let mut text = String::new();
    for job in held {
        let Held { id, repository, deliveries, attempts, .. } = job;
        let about = match &job.subject {
            Subject::PullRequest(number) => format!("{repository}#{number}"),
            Subject::Head(sha) => format!("{repository} at {}", sha.get(..7).unwrap_or(sha)),
            Subject::Rules => format!("{repository}, its rules"),
        };
        let state = match job.state {
            State::Waiting => format!("waiting, due {}", time(job.due)),
            State::Running => "running".to_owned(),
            State::Dead => format!("dead since {}", time(job.due)),
        };
        let tries = if *attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") };
        let merged = if *deliveries == 1 { "1 event".to_owned() } else { format!("{deliveries} events") };
        let _ = writeln!(text, "{id:>6}  {about}: {state}");
        let _ = writeln!(text, "        {merged} since {}, {tries}", time(job.since));
        if let Some(why) = &job.why {
            let _ = writeln!(text, "        last error: {}", inert(why, MOST_WHY));
        }
    }
    text
}
