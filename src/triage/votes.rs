//! What reviewers say of a nomination, by reactions to the living comment and by reviews, and what of it counts.
//!
//! In: both as the snapshot has them, the route, who is in which team. Out: [`Votes`]. Never: a request; the shell
//! asks who counts, for [`candidates`] only.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    marker::{self, Marker},
    policy::Policy,
    routing::Routed,
    snapshot::{Account, Opinion, ReactionShown, Snapshot},
};

/// The account that stands for all that were deleted: <https://github.com/ghost>.
const GHOST: u64 = 10_137;

/// Whose votes count, as far as the rules say it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Voters {
    /// Names of the routed communities that name reviewers or a team. With none, people with write permission count.
    pub communities: Vec<String>,
    /// Logins, in any case.
    pub reviewers: Vec<String>,
    /// `ORGANIZATION/TEAM` each.
    pub teams: Vec<String>,
}

impl Voters {
    /// Those of the communities that a nomination goes to.
    pub fn of(route: &[Routed], policy: &Policy) -> Self {
        let routed = route.iter().filter_map(|routed| {
            policy.communities.iter().find(|community| community.id == routed.community)
        });
        let mut voters = Self::default();
        for community in
            routed.filter(|community| community.team.is_some() || !community.reviewers.is_empty())
        {
            voters.communities.push(community.name.clone());
            voters.reviewers.extend(community.reviewers.iter().cloned());
            voters.teams.extend(community.team.clone().filter(|team| !voters.teams.contains(team)));
        }
        voters
    }

    /// Whether everybody with write permission counts.
    pub fn are_writers(&self) -> bool {
        self.communities.is_empty()
    }

    /// Whether the rules name somebody as a reviewer.
    pub fn names(&self, person: &Account) -> bool {
        self.reviewers.iter().any(|login| login.eq_ignore_ascii_case(&person.login))
    }
}

/// What the shell found out about those whom the rules do not name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Known {
    /// Ids of members of the teams, or of people with write permission.
    pub counted: Vec<u64>,
    /// Teams whose members cannot be read.
    pub unreadable: Vec<String>,
    /// How many people were too many to be asked about at once.
    pub unasked: usize,
}

/// What was said, by whom, and what it comes to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Votes {
    pub voters: Voters,
    /// Logins of those who count, by what they say of the present head.
    pub said: BTreeMap<Opinion, Vec<String>>,
    /// The same for what was said of an earlier one.
    pub earlier: BTreeMap<Opinion, Vec<String>>,
    /// Logins of those who said something and do not count.
    pub uncounted: Vec<String>,
    /// Teams whose members cannot be read.
    pub unreadable: Vec<String>,
    /// People who object, or hold the report wrong.
    pub objections: usize,
    /// People who find it fine and nothing else.
    pub approvals: usize,
    pub needed: usize,
}

/// People whose word may count, none twice: never the author of the pull request, a bot, or a deleted account.
pub fn candidates(snapshot: &Snapshot) -> Vec<&Account> {
    let mut people: Vec<&Account> = Vec::new();
    let reviews = snapshot.reviews.iter().map(|review| &review.by);
    let edits = snapshot.edits.iter().flatten().map(|edit| &edit.by);
    for person in reviews.chain(snapshot.reactions.iter().map(|reaction| &reaction.by)).chain(edits) {
        let may = !person.bot && ![0, GHOST, snapshot.author.id].contains(&person.id);
        if may && !people.iter().any(|known| known.id == person.id) {
            people.push(person);
        }
    }
    people
}

/// [`candidates`] in the order in which it is found out whether they count, where they are too many for one look: those
/// who edited our comment, which hardly anybody can who may not; those who object or hold the report wrong; then the
/// others, and of all the latest first.
pub fn most_telling_first(snapshot: &Snapshot) -> Vec<&Account> {
    let is_no = |says: Opinion| matches!(says, Opinion::Objects | Opinion::ReportWrong);
    let edited = |id| snapshot.edits.iter().flatten().any(|edit| edit.by.id == id);
    let says_no = |id| {
        snapshot.reactions.iter().any(|reaction| reaction.by.id == id && is_no(reaction.says))
            || snapshot.reviews.iter().any(|review| review.by.id == id && review.says.is_some_and(is_no))
    };
    let mut people = candidates(snapshot);
    people.reverse();
    people.sort_by_cached_key(|person| (!edited(person.id), !says_no(person.id)));
    people
}

/// Tells whether the same reactions are there as before; empty where there are none.
pub fn digest(ids: impl Iterator<Item = u64>) -> String {
    let mut ids: Vec<u64> = ids.collect();
    ids.sort_unstable();
    if ids.is_empty() { String::new() } else { marker::digest(&format!("{ids:?}")) }
}

/// When the present head was first seen, and what was there then.
pub struct FirstSeen<'a> {
    since: DateTime<Utc>,
    /// `None` when that is now: all that is there came before.
    earlier: Option<&'a [u64]>,
}

impl<'a> FirstSeen<'a> {
    /// As the marker remembers it.
    pub fn of(snapshot: &Snapshot, marker: Option<&'a Marker>) -> Self {
        match marker.filter(|marker| marker.head == snapshot.head_sha) {
            Some(marker) => Self { since: marker.since, earlier: Some(&marker.earlier) },
            None => Self { since: snapshot.taken_at, earlier: None },
        }
    }

    /// Whether a reaction was given before. Times have whole seconds, so that those of the first one are remembered.
    fn is_before(&self, reaction: &ReactionShown) -> bool {
        reaction.at < self.since || self.earlier.is_none_or(|ids| ids.contains(&reaction.id))
    }

    /// Reactions that were given before although their time does not say so.
    pub fn undated(&self, snapshot: &Snapshot) -> Vec<u64> {
        let undated = snapshot
            .reactions
            .iter()
            .filter(|reaction| self.is_before(reaction) && reaction.at.timestamp() >= self.since.timestamp());
        undated.map(|reaction| reaction.id).collect()
    }
}

impl Votes {
    /// Counts what the snapshot shows. `needed` is how many 👍 are enough.
    pub fn count(snapshot: &Snapshot, voters: Voters, known: Known, needed: usize) -> Self {
        let marker = snapshot.living.as_ref().and_then(|living| Marker::read(&living.body));
        let first_seen = FirstSeen::of(snapshot, marker.as_ref());
        let mut votes = Self { unreadable: known.unreadable, needed, ..Self::default() };
        for person in candidates(snapshot) {
            let (now, earlier) = opinions(snapshot, person, &first_seen);
            if !voters.names(person) && !known.counted.contains(&person.id) {
                if now.iter().chain(&earlier).any(|opinion| *opinion != Opinion::Takes) {
                    votes.uncounted.push(person.login.clone());
                }
                continue;
            }
            if now.contains(&Opinion::Objects) || now.contains(&Opinion::ReportWrong) {
                votes.objections += 1;
            } else if now.contains(&Opinion::Fine) {
                votes.approvals += 1;
            }
            for (opinions, list) in [(now, &mut votes.said), (earlier, &mut votes.earlier)] {
                for opinion in opinions {
                    list.entry(opinion).or_default().push(person.login.clone());
                }
            }
        }
        votes.voters = voters;
        votes
    }

    /// Logins of those who found it fine and say otherwise as well.
    pub fn fine_but_objecting(&self) -> Vec<&String> {
        let said = |opinion: Opinion| self.said.get(&opinion).into_iter().flatten();
        let against = |login: &&String| {
            said(Opinion::Objects).chain(said(Opinion::ReportWrong)).any(|other| other == *login)
        };
        said(Opinion::Fine).filter(against).collect()
    }

    /// Whether this person said anything, of whatever version.
    pub fn has(&self, login: &str) -> bool {
        let said = self.said.iter().chain(&self.earlier).filter(|(opinion, _)| **opinion != Opinion::Takes);
        said.flat_map(|(_, logins)| logins).any(|known| known.eq_ignore_ascii_case(login))
    }

    /// Whether anybody said anything that is shown.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
            && self.earlier.is_empty()
            && self.uncounted.is_empty()
            && self.unreadable.is_empty()
    }
}

/// What somebody says of the present head, and what they said of an earlier one and do not say now; neither twice.
fn opinions(
    snapshot: &Snapshot,
    person: &Account,
    first_seen: &FirstSeen<'_>,
) -> (Vec<Opinion>, Vec<Opinion>) {
    let reactions = snapshot.reactions.iter().filter(|reaction| reaction.by.id == person.id);
    let reactions = reactions.map(|reaction| (reaction.says, first_seen.is_before(reaction)));
    let review = snapshot.reviews.iter().rfind(|review| review.by.id == person.id);
    let review = review.and_then(|review| Some((review.says?, review.commit != snapshot.head_sha)));
    let (mut now, mut earlier) = (Vec::new(), Vec::new());
    let mut said: Vec<(Opinion, bool)> = reactions.chain(review).collect();
    said.sort_by_key(|(opinion, before)| (*before, *opinion));
    for (opinion, before) in said {
        if !now.contains(&opinion) && !earlier.contains(&opinion) {
            if before { earlier.push(opinion) } else { now.push(opinion) }
        }
    }
    (now, earlier)
}

#[cfg(test)]
mod tests;
