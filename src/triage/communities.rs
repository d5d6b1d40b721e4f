//! The Communities of Practice of a registry, and their words, ready to be looked for.
//!
//! In: the table of the rules. Out: [`Communities`], and which of their [`Word`]s stand in a text. Never: what that
//! comes to.

use std::{ops::Deref, sync::Arc};

use serde::Deserialize;

use super::{
    phrase::{Lexicon, Text},
    span::Span,
};

/// A Community of Practice: people who know a field.
#[derive(Clone, Debug, Deserialize)]
pub struct Community {
    pub id: String,
    pub name: String,
    pub label: String,
    #[serde(rename = "match")]
    pub matches: Matches,
    /// `ORGANIZATION/TEAM` on GitHub, which is asked for a review and whose members' votes count.
    #[serde(default)]
    pub team: Option<String>,
    /// Logins of people who are asked and whose votes count.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// What its reviewers go through, one task box each.
    #[serde(default)]
    pub criteria: Vec<String>,
}

/// What speaks for a community.
#[derive(Clone, Debug, Deserialize)]
pub struct Matches {
    pub sdgs: Vec<i64>,
    pub sectors: Vec<String>,
    pub types: Vec<String>,
    /// Words of the field; one alone decides nothing.
    pub words: Vec<String>,
    /// Words of which one is enough.
    #[serde(default)]
    pub strong: Vec<String>,
    /// Phrases in which no word counts: "machine learning" is no learning.
    #[serde(default)]
    pub except: Vec<String>,
}

/// What a word of a community does where it stands in a nomination.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Keeps the words within it from counting.
    Except,
    Strong,
    Plain,
    /// Names a sector of the community.
    Sector,
}

/// A word or phrase of a community.
#[derive(Clone, Debug)]
pub struct Word {
    /// As the rules write it.
    pub written: String,
    pub role: Role,
    /// Whose it is: a place among the communities.
    community: usize,
}

/// All communities of a registry; what they are is read as a slice.
#[derive(Clone, Debug)]
pub struct Communities {
    all: Vec<Community>,
    words: Arc<[Word]>,
    lexicon: Arc<Lexicon>,
}

impl From<Vec<Community>> for Communities {
    fn from(all: Vec<Community>) -> Self {
        let words: Arc<[Word]> =
            all.iter().enumerate().flat_map(|(at, community)| words(at, community)).collect();
        let lexicon = Arc::new(Lexicon::of(words.iter().map(|word| word.written.as_str())));
        Self { all, words, lexicon }
    }
}

fn words(community: usize, Community { matches, .. }: &Community) -> impl Iterator<Item = Word> {
    let lists = [
        (Role::Except, &matches.except),
        (Role::Strong, &matches.strong),
        (Role::Plain, &matches.words),
        (Role::Sector, &matches.sectors),
    ];
    lists.into_iter().flat_map(move |(role, list)| {
        list.iter().map(move |written| Word { written: written.clone(), role, community })
    })
}

impl Deref for Communities {
    type Target = [Community];

    fn deref(&self) -> &[Community] {
        &self.all
    }
}

impl Communities {
    /// The words that stand in a text, for each community in its place, the longest first, as often as they stand there.
    pub fn spoken_of(&self, text: &Text) -> Vec<Vec<(&Word, Span)>> {
        let mut spoken: Vec<Vec<(usize, Span)>> = vec![Vec::new(); self.all.len()];
        for (which, place) in self.lexicon.find(text) {
            if let Some(of) = self.words.get(which).and_then(|word| spoken.get_mut(word.community)) {
                of.push((which, place));
            }
        }
        let longest_first = |mut found: Vec<(usize, Span)>| {
            let key = |(which, place): &(usize, Span)| {
                (
                    std::cmp::Reverse(self.words.get(*which).map_or(0, |word| word.written.len())),
                    *which,
                    place.start,
                )
            };
            found.sort_unstable_by_key(key);
            found.into_iter().filter_map(|(which, place)| Some((self.words.get(which)?, place))).collect()
        };
        spoken.into_iter().map(longest_first).collect()
    }
}
