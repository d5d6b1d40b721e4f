//! What waits in the inbox, and what was given up.
//!
//! In: the jobs that are not done. Out: findings. Never: a touch of them.

use chrono::{DateTime, TimeDelta, Utc};

use super::Finding;
use crate::{
    prose,
    queue::{
        StoreError,
        examine::Examined,
        upkeep::{Held, State},
    },
    triage::prose::{code, theirs},
};

const ABOUT: &str = "database";

/// A job that is due for longer is one that nobody takes.
const LATE: TimeDelta = TimeDelta::minutes(5);

pub(super) fn judge(database: &Result<Examined, StoreError>, now: DateTime<Utc>) -> Finding {
    let held = match database {
        Ok(Examined::Here(held)) => held,
        Ok(Examined::Absent) => {
            return Finding::ok(ABOUT, "It is not there yet; `serve` makes it when it starts.");
        }
        Err(StoreError::Newer { found, known }) => {
            let said = prose![format!("It is of schema {found}, and this program knows {known}.")];
            return Finding::problem(ABOUT, said)
                .cure("Use the version of the program that made it, or a later one.");
        }
        Err(StoreError::Encoding(found)) => {
            let said =
                prose!["It has the encoding ", theirs(found.clone()), ", and cannot store every character."];
            return Finding::problem(ABOUT, said).cure(prose![
                "Make another one with ",
                code("CREATE DATABASE … ENCODING 'UTF8'"),
                "; what was decided stands on GitHub, and nothing needs to be moved."
            ]);
        }
        Err(StoreError::NoFolder(folder)) => {
            let said = prose!["Its folder ", theirs(folder.display().to_string()), " does not exist."];
            return Finding::problem(ABOUT, said).cure("Make the folder; `serve` makes the file in it.");
        }
        Err(error) => {
            let mut said = error.to_string();
            if let Some(cause) = std::error::Error::source(error) {
                said = format!("{said}: {cause}");
            }
            return Finding::problem(ABOUT, prose!["It cannot be read: ", theirs(said), "."]).cure(prose![
                "Look whether ",
                code("DATABASE_URL"),
                " is right, whether the server runs, and whether this account may read it."
            ]);
        }
    };
    let of = |state: State| held.iter().filter(move |job| job.state == state);
    let (waiting, running, dead) =
        (of(State::Waiting).count(), of(State::Running).count(), of(State::Dead).count());
    let said = match held.iter().map(|job| job.since).min() {
        None => prose!["It opens; nothing waits in it."],
        Some(oldest) => prose![format!(
            "Jobs: {waiting} waiting, {running} running, {dead} given up; the oldest came at {}.",
            oldest.format("%Y-%m-%d %H:%M UTC")
        )],
    };
    let is_late = |job: &Held| now - job.due > LATE;
    if of(State::Waiting).any(is_late) {
        return Finding::problem(ABOUT, said.and("Some are due, and nobody takes them.".into()))
            .cure("Look whether `serve` runs, on this database, and what its log says.");
    }
    if dead > 0 {
        return Finding::warning(ABOUT, said).cure(prose![
            code("dpg-triage jobs list --dead"),
            " says why; ",
            code("dpg-triage jobs retry --all"),
            " has them looked at again."
        ]);
    }
    Finding::ok(ABOUT, said)
}
