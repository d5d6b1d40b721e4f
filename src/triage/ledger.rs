//! The commands of a pull request, replayed from its comments and from what the marker remembers of them.
//!
//! In: comments, the marker's records, and the roles of those who gave commands that are new. Out: a [`Ledger`].
//! A command is judged once, when it is first seen; an edited or deleted one counts no longer.

use std::collections::BTreeMap;

use super::{
    command::{self, Words},
    commands::{Ask, Command},
    marker::{MOST_COMMANDS, Marker, Record, digest},
    prose::{Prose, code, link, theirs},
    snapshot::{Account, Comment, Role, Snapshot},
};
use crate::prose;

/// What people said by commands, and what is to be answered.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub records: Vec<Record>,
    /// Comments up to this id that have no record are done with.
    pub past: u64,
    /// Reactions to give, by comment.
    pub reactions: Vec<(u64, Reaction)>,
    /// What the living comment says about commands.
    pub remarks: Vec<Prose>,
    /// Of commands that count no longer.
    revoked: Vec<Prose>,
    /// What somebody who may asked for and was not given yet, each with the comment.
    pub asked: Vec<(u64, Ask)>,
    /// Whether a command that is new has to be answered in words.
    pub spoke: bool,
    /// Whether a maintainer put the pull request on hold.
    pub held: bool,
}

/// A reaction of the bot's: <https://docs.github.com/rest/reactions/reactions>.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reaction {
    /// 👀: seen and allowed.
    Eyes,
    /// 🚀: done.
    Rocket,
    /// 😕: not done.
    Confused,
}

impl Reaction {
    /// GitHub's word for it.
    pub fn content(self) -> &'static str {
        match self {
            Reaction::Eyes => "eyes",
            Reaction::Rocket => "rocket",
            Reaction::Confused => "confused",
        }
    }
}

/// People whose role decides over a command that was not judged yet, none twice. Whoever may do so anyway (the
/// author, for what the author may do) is not asked about.
pub fn actors(snapshot: &Snapshot) -> Vec<Account> {
    let marker = marker(snapshot);
    let mut actors: Vec<Account> = Vec::new();
    for (comment, words) in unjudged(snapshot, &marker) {
        let is_author = comment.author.id == snapshot.author.id;
        let undecided = words.iter().any(|words| {
            let Words::Command { command, .. } = words else { return false };
            command.ready && !command.who.may(Role::None, is_author)
        });
        if undecided && !comment.edited && !actors.iter().any(|known| known.id == comment.author.id) {
            actors.push(comment.author.clone());
        }
    }
    actors
}

fn marker(snapshot: &Snapshot) -> Marker {
    snapshot.living.as_ref().and_then(|living| Marker::read(&living.body)).unwrap_or_default()
}

fn unjudged<'a>(
    snapshot: &'a Snapshot,
    marker: &'a Marker,
) -> impl Iterator<Item = (&'a Comment, Vec<Words>)> {
    (snapshot.comments.iter())
        .filter(|comment| !comment.author.bot && comment.id > marker.past)
        .filter(|comment| !marker.commands.iter().any(|record| record.id == comment.id))
        .map(|comment| (comment, command::read(&comment.body)))
        .filter(|(_, words)| !words.is_empty())
}

impl Ledger {
    /// Replays the commands. `roles` holds those of [`actors`], by account id; who is not in it may nothing.
    pub fn replay(snapshot: &Snapshot, roles: &BTreeMap<u64, Role>) -> Self {
        let marker = marker(snapshot);
        let mut ledger = Ledger { past: marker.past, ..Ledger::default() };
        for record in &marker.commands {
            ledger.remember(snapshot, record);
        }
        for (comment, words) in unjudged(snapshot, &marker) {
            ledger.judge(snapshot, comment, &words, roles);
        }
        ledger.remarks.append(&mut ledger.revoked);
        let surplus = ledger.records.len().saturating_sub(MOST_COMMANDS);
        for forgotten in ledger.records.drain(..surplus) {
            ledger.past = ledger.past.max(forgotten.id);
        }
        ledger
    }

    /// Whether this was asked for and not given yet.
    pub fn asks(&self, ask: Ask) -> bool {
        self.asked.iter().any(|(_, asked)| *asked == ask)
    }

    /// What was asked for could not be given: those who asked see it.
    pub fn could_not(&mut self, ask: Ask) {
        for (comment, reaction) in &mut self.reactions {
            if *reaction == Reaction::Rocket && self.asked.contains(&(*comment, ask)) {
                *reaction = Reaction::Confused;
            }
        }
    }

    fn remember(&mut self, snapshot: &Snapshot, record: &Record) {
        let mut record = record.clone();
        let comment = snapshot.comments.iter().find(|comment| comment.id == record.id);
        let unchanged = comment.is_some_and(|comment| digest(&comment.body) == record.text);
        if !unchanged && record.said.iter().any(|said| said == DONE) {
            record.said = vec![REVOKED.to_owned()];
        }
        match (record.said.first().map(String::as_str), comment) {
            (Some(REVOKED), Some(comment)) => self.revoked.push(prose![
                "The ",
                link("command", comment.page.as_str()),
                " by ",
                theirs(comment.author.login.as_str()),
                " was edited after I had followed it, so it counts no longer.",
            ]),
            (Some(REVOKED), None) => self
                .revoked
                .push("A command whose comment was deleted after I had followed it counts no longer.".into()),
            // Whoever got through since needs no word about earlier tries.
            (Some(DONE), Some(_)) if unchanged => self.remarks.clear(),
            (_, Some(comment)) if unchanged => self.remark(comment, &record.said),
            _ => {}
        }
        self.records.push(record);
    }

    fn judge(
        &mut self,
        snapshot: &Snapshot,
        comment: &Comment,
        words: &[Words],
        roles: &BTreeMap<u64, Role>,
    ) {
        let role = roles.get(&comment.author.id).copied().unwrap_or(Role::None);
        let is_author = comment.author.id == snapshot.author.id;
        let said: Vec<String> = words.iter().map(|words| verdict(words, comment, role, is_author)).collect();
        let asked = words.iter().zip(&said).filter_map(|(words, said)| match words {
            Words::Command { command, .. } if said == DONE => Some((comment.id, command.asks)),
            _ => None,
        });
        self.asked.extend(asked);
        if said.iter().any(|said| said == DONE) {
            self.remarks.clear();
            self.reactions.push((comment.id, Reaction::Eyes));
        }
        let answer = if said.iter().all(|said| said == DONE) { Reaction::Rocket } else { Reaction::Confused };
        self.reactions.push((comment.id, answer));
        let remarks = self.remarks.len();
        self.remark(comment, &said);
        self.spoke |= self.remarks.len() > remarks;
        let text = digest(&comment.body);
        self.records.push(Record { id: comment.id, text, by: comment.author.id, said });
    }

    /// What has to be said in words about commands that were not followed.
    fn remark(&mut self, comment: &Comment, said: &[String]) {
        for (words, said) in command::read(&comment.body).iter().zip(said) {
            let by = prose![
                "by ",
                theirs(comment.author.login.as_str()),
                " (",
                link("comment", comment.page.as_str()),
                ")"
            ];
            let (name, why) = match (said.as_str(), words) {
                (NOT_YET, Words::Command { command, .. }) => (named(command), prose![" cannot be used yet."]),
                (UNCLEAR, Words::Near { written, meant }) => (
                    theirs(format!("/{written}")),
                    prose![" is not a command. Did you mean ", named(meant), "?"],
                ),
                (EDITED, Words::Command { command, .. }) => (
                    named(command),
                    prose![
                        " stands in a comment that was edited before I read it. Write it as a new comment."
                    ],
                ),
                _ => continue,
            };
            self.remarks.push(Prose([vec![name, " ".into()], by.0, why.0].concat()));
        }
    }
}

fn named(command: &Command) -> super::prose::Piece {
    code(format!("/{}", command.name))
}

const DONE: &str = "done";
const REFUSED: &str = "refused";
const NOT_YET: &str = "not-yet";
const UNCLEAR: &str = "unclear";
const EDITED: &str = "edited";
const REVOKED: &str = "revoked";

fn verdict(words: &Words, comment: &Comment, role: Role, is_author: bool) -> String {
    let verdict = match words {
        Words::Near { .. } => UNCLEAR,
        Words::Command { command, .. } if !command.ready => NOT_YET,
        // Who edited a comment cannot be told from it, so its author is not taken to have given the command.
        Words::Command { .. } if comment.edited => EDITED,
        Words::Command { command, .. } if command.who.may(role, is_author) => DONE,
        Words::Command { .. } => REFUSED,
    };
    verdict.to_owned()
}
