//! How the marker says what came of a command, and what it forgets first.
//!
//! In: [`Record`]s. Out: the same, within their room. Never: who may what.

use chrono::{DateTime, Utc};

use crate::prose;
use crate::triage::{
    commands,
    effect::Place,
    marker::{MOST_OF_COMMANDS, Record},
    prose::{Piece, Prose, code, link, listed, theirs},
};

/// Followed, in front of the command's name.
pub(super) const DONE: &str = "+";
/// By somebody who may not.
pub(super) const REFUSED: &str = "refused";
/// A word near to a command.
pub(super) const UNCLEAR: &str = "unclear";
/// In a comment that was edited before it was read.
pub(super) const EDITED: &str = "edited";
/// By somebody who may, but it could not be done.
pub(super) const UNFIT: &str = "unfit";
/// One more than is answered within an hour. Behind it stands when that goes on, in seconds since 1970.
const LATER: &str = "later:";
/// Followed, and the comment edited or deleted since. The names of the commands stand behind it.
pub(super) const REVOKED: &str = "revoked";
/// Followed, and undone by a later command that is forgotten.
const OVER: &str = "over";

/// The name of a command that was followed.
pub(super) fn followed(said: &str) -> Option<&str> {
    said.strip_prefix(DONE)
}

/// What is remembered of the one comment too many that is told so.
pub(super) fn later(again: DateTime<Utc>) -> String {
    format!("{LATER}{}", again.timestamp())
}

/// When its author is answered again.
pub(super) fn answered_again(said: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(said.strip_prefix(LATER)?.parse().ok()?, 0)
}

/// What there is to say of commands that count no longer.
pub(super) fn revoked(record: &Record, login: &str, page: &str) -> Option<Prose> {
    let (first, names) = record.said.split_first()?;
    if first != REVOKED {
        return None;
    }
    let known = |name: &&String| commands::ALL.iter().any(|command| command.name == **name);
    let names: Vec<Piece> = names.iter().filter(known).map(|name| code(format!("/{name}"))).collect();
    let them = if names.len() > 1 { "they count no longer." } else { "it counts no longer." };
    let what = if names.is_empty() { prose!["A command"] } else { listed(names, 10) };
    Some(match page {
        "" => what.then(prose![" stood in a comment that was deleted after I had followed it, so ", them]),
        page => what.then(prose![
            " by ",
            theirs(login),
            " stood in a ",
            link("comment", page),
            " that was edited after I had followed it, so ",
            them,
            " If it still holds, write it in a new comment."
        ]),
    })
}

/// Forgets the oldest records that nothing hangs on, until the rest has room; answers up to which comment everything
/// is done with.
pub(super) fn forget(records: &mut Vec<Record>, past: u64, in_force: &[Place]) -> u64 {
    let matters = |record: &Record| in_force.iter().any(|(comment, _)| *comment == record.id);
    let mut surplus = records.iter().map(Record::size).sum::<usize>().saturating_sub(MOST_OF_COMMANDS);
    let mut past = past;
    records.retain(|record| {
        let goes = surplus > 0 && !matters(record);
        if goes {
            surplus = surplus.saturating_sub(record.size());
            past = past.max(record.id);
        }
        !goes
    });
    // A command that was undone by one that is forgotten must not come back with that.
    for record in records.iter_mut().filter(|record| record.id < past) {
        for (at, said) in record.said.iter_mut().enumerate() {
            if followed(said).is_some() && !in_force.contains(&(record.id, at)) {
                OVER.clone_into(said);
            }
        }
    }
    past
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u64, said: &[&str]) -> Record {
        Record { id, said: said.iter().map(|said| (*said).to_owned()).collect(), ..Record::default() }
    }

    /// What is in force outlives any number of later records, and what was undone stays undone.
    #[test]
    fn forgets_the_oldest_that_nothing_hangs_on() {
        let mut records: Vec<Record> = (1..=400).map(|id| record(id, &["refused"])).collect();
        records[0] = record(1, &["+hold", "+waive"]);
        let past = forget(&mut records, 0, &[(1, 1)]);
        assert!(records.iter().map(Record::size).sum::<usize>() <= MOST_OF_COMMANDS);
        assert_eq!((records[0].id, records[1].id), (1, past + 1));
        assert_eq!(records[0].said, ["over", "+waive"]);
        assert_eq!(forget(&mut records, past, &[(1, 1)]), past, "asked again it forgets nothing");
    }
}
