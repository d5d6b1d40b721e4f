//! The commands of a pull request, replayed from its comments and from what the marker remembers of them.
//!
//! In: comments, the marker's records, the roles of those who gave commands that are new, and what the checks left
//! open. Out: a [`Ledger`]. A command is judged once, when it is first seen; an edited or deleted one counts no
//! longer, and what it brought about is undone.

mod records;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use self::records::{
    DONE, EDITED, REFUSED, REVOKED, UNCLEAR, UNFIT, answered_again, followed, later, revoked,
};
use super::{
    command::{self, Words},
    commands::{Ask, Command, Given, Known, Reply, Scene, Who},
    effect::{By, Effects},
    marker::{Marker, Memory, Record, digest},
    policy::Policy,
    prose::{Prose, code, theirs},
    report::points::Points,
    snapshot::{Account, Comment, Role, Snapshot},
};
use crate::prose;

/// So many pull requests that commands name are looked up in one look.
const MOST_NAMED: usize = 5;

/// So many comments with commands by somebody who may not write are answered within an hour, for every answer is a write
/// that somebody else waits for. The next one of the author's that asks for words is told when answers go on; all others
/// beyond are passed over in silence.
const MOST_ANSWERED: usize = 5;

/// Within this time.
const WHILE: TimeDelta = TimeDelta::hours(1);

/// What people said by commands, and what is to be answered.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// The number of the pull request.
    number: u64,
    taken_at: DateTime<Utc>,
    /// What the marker is to remember.
    pub records: Vec<Record>,
    /// Comments up to this id that have no record are done with.
    pub past: u64,
    /// Reactions to give, by comment.
    pub reactions: Vec<(u64, Reaction)>,
    /// What the living comment says about commands.
    pub remarks: Vec<Prose>,
    /// What somebody who may asked for and was not given yet, each with the comment.
    pub asked: Vec<(u64, Ask)>,
    /// What the commands brought about, once they were followed.
    pub effects: Effects,
    /// What there is that commands may name. It is told before they are followed.
    pub known: Known,
    /// Whether what was remembered is lost.
    forgot: bool,
    /// Whether people are told so: commands were read anew at this head.
    pub tells_of_loss: bool,
}

/// A comment with commands.
#[derive(Clone, Debug)]
struct Entry {
    record: Record,
    login: String,
    /// The comment's page; empty where it was deleted.
    page: String,
    /// As the comment reads now; none where it was edited or deleted.
    words: Vec<Words>,
    is_author: bool,
    is_new: bool,
    /// Whether it is passed over: its author gave too many commands shortly before.
    is_silent: bool,
    /// Whether it was edited or deleted since it was last looked at.
    is_revoked_now: bool,
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

/// People whose role decides over a command that was not judged yet, or over the answer to it; none twice. Whoever
/// may do so anyway (the author, for what the author may do) is not asked about.
pub fn actors(snapshot: &Snapshot) -> Vec<Account> {
    let marker = Memory::of(snapshot).kept().unwrap_or_default();
    let mut actors: Vec<Account> = Vec::new();
    for (comment, words) in unjudged(snapshot, &marker) {
        let is_author = is_author(comment, snapshot);
        let undecided = words.iter().any(|words| {
            let Words::Command { command, .. } = words else { return false };
            command.asks == Ask::Words || !command.who.may(Role::None, is_author)
        });
        // An account that was deleted has no role.
        let is_there = comment.author.id != 0;
        if undecided
            && is_there
            && !comment.edited
            && !actors.iter().any(|known| known.id == comment.author.id)
        {
            actors.push(comment.author.clone());
        }
    }
    actors
}

/// Deleted accounts look alike: none of them is known to be the author.
fn is_author(comment: &Comment, snapshot: &Snapshot) -> bool {
    comment.author.id != 0 && comment.author.id == snapshot.author.id
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
    /// Judges which commands are to be followed. `roles` holds those of [`actors`], by account id; who is not in it
    /// may nothing.
    pub fn replay(snapshot: &Snapshot, roles: &BTreeMap<u64, Role>) -> Self {
        let memory = Memory::of(snapshot);
        let is_lost = memory == Memory::Lost;
        let marker = memory.kept().unwrap_or_default();
        // It may have been lost while there was no nomination, and no command was read since.
        let forgot = is_lost || marker.forgot && marker.commands.is_empty();
        let mut ledger = Ledger {
            past: marker.past,
            number: snapshot.pull_request.number,
            taken_at: snapshot.taken_at,
            forgot,
            tells_of_loss: marker.forgot && marker.head == snapshot.head_sha,
            ..Ledger::default()
        };
        for record in &marker.commands {
            ledger.entries.push(remembered(snapshot, record));
        }
        let surplus = surplus(snapshot);
        for (comment, words) in unjudged(snapshot, &marker) {
            let mut entry = judged(snapshot, comment, words, roles);
            if let Some(again) = surplus.get(&comment.id) {
                entry.pass_over(*again);
            }
            if entry.record.said.iter().any(|said| followed(said).is_some()) {
                ledger.reactions.push((comment.id, Reaction::Eyes));
                ledger.tells_of_loss |= forgot;
            }
            // Where it is not remembered what was given, our review tells.
            let was_given = |ask: Ask| {
                forgot && ask == Ask::Suggestions && snapshot.suggested_at.is_some_and(|at| at >= comment.at)
            };
            for command in entry.allowed().filter(|command| !was_given(command.asks)) {
                ledger.asked.push((comment.id, command.asks));
            }
            ledger.entries.push(entry);
        }
        ledger
    }

    /// Follows the commands, in the order in which they were given. `points` is what the checks left open, where they
    /// judged.
    pub fn follow(&mut self, policy: &Policy, points: Option<&Points>) {
        let known = std::mem::take(&mut self.known);
        let scene = Scene { policy, number: self.number, points, known: &known };
        // Whoever got through since needs no word about earlier tries.
        let mut remarks: Vec<(u64, Prose)> = Vec::new();
        let mut revocations = Vec::new();
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            revocations.extend(revoked(&entry.record, &entry.login, &entry.page));
            for at in 0..entry.words.len() {
                let (done, remark) = self.follow_one(entry, at, &scene);
                if done {
                    remarks.retain(|(by, _)| *by != entry.record.by);
                }
                remarks.extend(remark.map(|remark| (entry.record.by, remark)));
            }
            if entry.is_new && !entry.is_silent {
                let done = entry.record.said.iter().all(|said| followed(said).is_some());
                let answer = if done { Reaction::Rocket } else { Reaction::Confused };
                self.reactions.push((entry.record.id, answer));
            }
        }
        self.remarks = remarks.into_iter().map(|(_, remark)| remark).chain(revocations).collect();
        self.records = entries.iter().map(|entry| entry.record.clone()).collect();
        for record in &mut self.records {
            record.waived = self.effects.waived_by(record.id);
        }
        self.past = records::forget(&mut self.records, self.past, &self.effects.places());
        self.entries = entries;
    }

    /// Follows one command, or says why not. Answers whether it was followed, and what is to be said.
    fn follow_one(&mut self, entry: &mut Entry, at: usize, scene: &Scene<'_>) -> (bool, Option<Prose>) {
        let Some(said) = entry.record.said.get(at).cloned() else { return (false, None) };
        let by = By { login: entry.login.clone(), page: entry.page.clone(), place: (entry.record.id, at) };
        if let Some(again) = answered_again(&said) {
            // Once it is over, nobody needs to read it.
            let why = (again > self.taken_at).then(|| too_many(again));
            return (false, why.map(|why| remark(written(&entry.words[at]), &by, why)));
        }
        let (command, rest) = match &entry.words[at] {
            Words::Command { command, rest } => (*command, rest),
            near @ Words::Near { meant, .. } => {
                let why = prose![" is not a command. Did you mean ", named(meant), "?"];
                return (false, Some(remark(written(near), &by, why)));
            }
        };
        let waived = entry.record.waived.clone();
        let given = Given {
            rest,
            by: &by,
            role: entry.record.role,
            is_author: entry.is_author,
            before: (!entry.is_new).then_some(&waived),
            forgotten: self.forgot,
        };
        let is_followed = followed(&said).is_some();
        if is_followed {
            return match (command.apply)(&given, scene, &mut self.effects) {
                Reply::Done => (true, None),
                Reply::Over => (false, None),
                Reply::Not(why) => {
                    if entry.is_new {
                        UNFIT.clone_into(&mut entry.record.said[at]);
                        self.asked.retain(|(comment, ask)| (*comment, *ask) != (by.place.0, command.asks));
                    }
                    (false, Some(remark(named(command), &by, why)))
                }
            };
        }
        let why = match said.as_str() {
            EDITED => {
                prose![" stands in a comment that was edited before I read it. Write it as a new comment."]
            }
            // It is tried again, for the words alone: where it would be followed now there is nothing to say.
            UNFIT => {
                let given = Given { before: None, ..given };
                match (command.apply)(&given, scene, &mut self.effects.clone()) {
                    Reply::Not(why) => why,
                    Reply::Done | Reply::Over => return (false, None),
                }
            }
            _ => return (false, None),
        };
        (false, Some(remark(named(command), &by, why)))
    }

    /// Pull requests that commands name which are judged now, or whose answer is still to be given.
    pub fn named_pull_requests(&self) -> Vec<u64> {
        let open = |entry: &&Entry| entry.is_new || entry.record.said.iter().any(|said| said == UNFIT);
        let words =
            self.entries.iter().filter(open).flat_map(|entry| entry.words.iter().zip(&entry.record.said));
        let mut numbers: Vec<u64> = words
            .filter(|(_, said)| *said == UNFIT || followed(said).is_some())
            .filter_map(|(words, _)| match words {
                Words::Command { command, rest } => (command.names)(rest),
                Words::Near { .. } => None,
            })
            .collect();
        numbers.retain(|number| *number != self.number);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.truncate(MOST_NAMED);
        numbers
    }

    /// Whether there is anything new that is not passed over.
    pub fn has_news(&self) -> bool {
        self.entries.iter().any(|entry| entry.is_revoked_now || entry.is_new && !entry.is_silent)
    }

    /// Whether this was asked for and not given yet.
    pub fn asks(&self, ask: Ask) -> bool {
        self.asked.iter().any(|(_, asked)| *asked == ask)
    }

    /// Whether what is new can be answered without judging the nomination anew.
    pub fn asks_for_words_alone(&self) -> bool {
        let asks = self.asked.iter().any(|(_, ask)| *ask != Ask::Words);
        let revoked = self.entries.iter().any(|entry| entry.is_revoked_now);
        // Why something could not be done may hang on what is open.
        let old = self.entries.iter().filter(|entry| !entry.is_new);
        let tells_why = self.speaks() && old.flat_map(|entry| &entry.record.said).any(|said| said == UNFIT);
        !asks && !revoked && !tells_why && !self.forgot
    }

    /// Whether what is new needs more of an answer than a reaction.
    pub fn speaks(&self) -> bool {
        let new = self.entries.iter().filter(|entry| entry.is_new);
        new.flat_map(|entry| &entry.record.said).any(|said| said != REFUSED)
    }

    /// What was asked for could not be given: those who asked see it.
    pub fn could_not(&mut self, ask: Ask) {
        for (comment, reaction) in &mut self.reactions {
            if *reaction == Reaction::Rocket && self.asked.contains(&(*comment, ask)) {
                *reaction = Reaction::Confused;
            }
        }
    }
}

impl Entry {
    /// The commands that are to be followed.
    fn allowed(&self) -> impl Iterator<Item = &'static Command> {
        self.words.iter().zip(&self.record.said).filter_map(|(words, said)| match words {
            Words::Command { command, .. } if followed(said).is_some() => Some(*command),
            _ => None,
        })
    }

    /// Does nothing about it, unless its author may write, or asks for what only authors and these may; says at most when
    /// answers go on.
    fn pass_over(&mut self, again: Option<DateTime<Utc>>) {
        let is_authors = self.allowed().any(|command| command.who == Who::MaintainersAndAuthor);
        if self.record.role < Role::Write && !is_authors {
            self.is_silent = again.is_none();
            self.words.truncate(usize::from(again.is_some()));
            self.record.said = vec![again.map_or(REFUSED.to_owned(), later)];
        }
    }
}

/// Comments with commands before which so many of their authors' were answered within an hour that no more are. With the
/// first of the author's that asks for words stands when answers go on.
fn surplus(snapshot: &Snapshot) -> BTreeMap<u64, Option<DateTime<Utc>>> {
    #[derive(Default)]
    struct Author {
        /// When the answered ones of the last hour were given.
        answered: Vec<DateTime<Utc>>,
        /// Until when it is told that no more are.
        told: Option<DateTime<Utc>>,
    }
    let mut authors: BTreeMap<u64, Author> = BTreeMap::new();
    let mut surplus = BTreeMap::new();
    for comment in &snapshot.comments {
        let words = command::read(&comment.body);
        if words.is_empty() {
            continue;
        }
        let Author { answered, told } = authors.entry(comment.author.id).or_default();
        answered.retain(|at| comment.at - *at < WHILE);
        if answered.len() < MOST_ANSWERED {
            answered.push(comment.at);
            continue;
        }
        let is_told = told.is_some_and(|until| comment.at < until);
        // Strangers are told nothing: comments can be deleted, and the same be asked for without end.
        let is_asked = is_author(comment, snapshot) && words.iter().all(asks_for_words);
        let again = answered.first().filter(|_| is_asked && !is_told && !comment.edited);
        let again = again.map(|first| *first + WHILE);
        *told = again.or(*told);
        surplus.insert(comment.id, again);
    }
    surplus
}

/// Whether whoever gives it is answered in words: what people may not do never is.
fn asks_for_words(words: &Words) -> bool {
    match words {
        Words::Command { command, .. } => command.who == Who::Anyone,
        Words::Near { .. } => true,
    }
}

fn too_many(again: DateTime<Utc>) -> Prose {
    // Not before that minute is over.
    let again = again.checked_add_signed(TimeDelta::seconds(59)).unwrap_or(again).format("%H:%M UTC");
    prose![format!(
        " is one too many: within an hour I answer {MOST_ANSWERED} comments with commands by one person here. \
         From {again} on I answer again."
    )]
}

/// A comment that was judged before, as it stands now.
fn remembered(snapshot: &Snapshot, record: &Record) -> Entry {
    let mut record = record.clone();
    let comment = snapshot.comments.iter().find(|comment| comment.id == record.id);
    let unchanged = comment.filter(|comment| digest(&comment.body) == record.text);
    let is_revoked_now = unchanged.is_none() && record.said.iter().any(|said| followed(said).is_some());
    if is_revoked_now {
        let names = record.said.iter().filter_map(|said| followed(said)).map(str::to_owned);
        record.said = std::iter::once(REVOKED.to_owned()).chain(names).collect();
    }
    Entry {
        login: comment.map(|comment| comment.author.login.clone()).unwrap_or_default(),
        page: comment.map(|comment| comment.page.clone()).unwrap_or_default(),
        words: unchanged.map(|comment| command::read(&comment.body)).unwrap_or_default(),
        is_author: comment.is_some_and(|comment| is_author(comment, snapshot)),
        is_new: false,
        is_silent: false,
        is_revoked_now,
        record,
    }
}

/// A comment that was not judged before.
fn judged(snapshot: &Snapshot, comment: &Comment, words: Vec<Words>, roles: &BTreeMap<u64, Role>) -> Entry {
    let role = roles.get(&comment.author.id).copied().unwrap_or(Role::None);
    let is_author = is_author(comment, snapshot);
    let verdict = |words: &Words| match words {
        Words::Near { .. } => UNCLEAR.to_owned(),
        // Who edited a comment cannot be told from it, so its author is not taken to have given the command.
        Words::Command { .. } if comment.edited => EDITED.to_owned(),
        Words::Command { command, .. } if command.who.may(role, is_author) => {
            format!("{DONE}{}", command.name)
        }
        Words::Command { .. } => REFUSED.to_owned(),
    };
    let mut said: Vec<String> = words.iter().map(verdict).collect();
    if said.iter().all(|said| said == REFUSED) {
        said.truncate(1);
    }
    let text = digest(&comment.body);
    let record = Record { id: comment.id, text, by: comment.author.id, role, said, waived: BTreeMap::new() };
    let (login, page) = (comment.author.login.clone(), comment.page.clone());
    Entry { record, login, page, words, is_author, is_new: true, is_silent: false, is_revoked_now: false }
}

fn remark(name: super::prose::Piece, by: &By, why: Prose) -> Prose {
    prose![name, " by "].then(by.named()).then(why)
}

/// As it was written.
fn written(words: &Words) -> super::prose::Piece {
    match words {
        Words::Command { command, .. } => named(command),
        Words::Near { written, .. } => theirs(format!("/{written}")),
    }
}

fn named(command: &Command) -> super::prose::Piece {
    code(format!("/{}", command.name))
}
