//! What the text of a license says: which licenses it holds word for word, which it only names, and where it departs
//! from what was published.
//!
//! In: a text, such as a license file or a page without its markup. Out: a [`Reading`]. Never: a guess. A text that
//! differs from the published one in a word that matters is in doubt, however alike the two are.

mod differences;
mod file;
mod named;
mod published;
mod words;

use std::{collections::BTreeMap, ops::Range};

pub use self::file::{decode, is_license_file};
pub use self::named::Named;
use self::{
    differences::{Departures, departures},
    published::Library,
    words::Words,
};
use super::license;

/// A longer text is read up to here, in bytes. The longest license of the list has 60 kB.
pub const LONGEST: usize = 400_000;

/// A license whose text stands in the one that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Held {
    /// SPDX id of the text: `GPL-3.0` for any way of applying it.
    pub id: &'static str,
    /// In what it departs from the published text, as words; empty where it is that text.
    pub departs: Vec<String>,
}

/// What a text says of licenses.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reading {
    pub held: Vec<Held>,
    pub named: Vec<Named>,
    /// Restrictions that stand beside the licenses' own texts, in their words.
    pub restrictions: Vec<String>,
    /// Whether the text went on beyond what was read.
    pub cut: bool,
}

/// How a text stands to the licenses that are declared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It holds the text of a declared license, or of all licenses that it holds.
    Holds(Vec<&'static str>),
    /// It says that the declared license applies, without its text.
    Names(String),
    /// It holds or names other licenses only.
    Differs(Vec<String>),
    /// It was changed or restricts what the license allows: these words say so.
    Doubtful(Vec<String>),
    /// Nothing in it is known.
    Unknown,
}

impl Reading {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (text, cut) = (&text[..end], end < text.len());
        let words = Words::of(text);
        let library = Library::get();
        let mut free = vec![true; words.len()];
        let mut held: Vec<Held> = Vec::new();
        for found in candidates(&words, library) {
            // What is left of a text whose better part is another license's is no license of its own.
            if found.met.iter().filter(|at| free[**at]).count() * 2 < found.met.len() {
                continue;
            }
            let published = &library.texts[found.text];
            let Departures { phrases: departs, covers } = departures(published, &words, &found.place);
            free[covers].fill(false);
            if !held.iter().any(|known| known.id == published.id && known.departs == departs) {
                held.push(Held { id: published.id, departs });
            }
        }
        let restrictions = differences::restrictions(&words, &free);
        Self { held, named: named::named(text, &words, &free), restrictions, cut }
    }

    /// How it stands to the declared licenses.
    pub fn verdict(&self, declared: &[&str]) -> Verdict {
        let doubts = self.doubts();
        let is_declared = |id: &str| declared.iter().any(|declared| license::is_same(declared, id));
        if (!self.held.is_empty() || !self.named.is_empty()) && !doubts.is_empty() {
            return Verdict::Doubtful(doubts);
        }
        let held: Vec<&'static str> = self.held.iter().map(|held| held.id).collect();
        if held.iter().any(|id| is_declared(id)) {
            return Verdict::Holds(held);
        }
        if let Some(named) = self.named.iter().find(|named| is_declared(&named.id)) {
            return Verdict::Names(named.id.clone());
        }
        let mut others: Vec<String> = held.into_iter().map(str::to_owned).collect();
        others.extend(self.named.iter().map(|named| named.id.clone()));
        others.dedup();
        if others.is_empty() { Verdict::Unknown } else { Verdict::Differs(others) }
    }

    /// Words that make it doubtful whether a license that it holds or names is that license.
    pub fn doubts(&self) -> Vec<String> {
        let departs = self.held.iter().flat_map(|held| held.departs.clone());
        departs.chain(self.restrictions.iter().cloned()).collect()
    }

    /// The one license whose published text it is, if it is that and nothing beside it restricts it.
    pub fn only(&self) -> Option<&'static str> {
        match self.held.as_slice() {
            [one] if one.departs.is_empty() && self.restrictions.is_empty() => Some(one.id),
            _ => None,
        }
    }
}

/// A published text found in another, and where.
struct Candidate {
    /// Place in the library.
    text: usize,
    /// Words of the text that was read at which a row of the license begins.
    met: Vec<usize>,
    /// Words of the text that was read, with what may still belong to the license before and behind.
    place: Range<usize>,
    /// Rows of the license that are missing, and rows that are not of it, by its length: the nearer to 0, the nearer.
    distance: f64,
}

/// This share of a published text's rows has to stand in a text for a closer look.
const SHARE: f64 = 0.55;

/// Published texts that stand in the text, the nearest first; of two as near, the longer.
fn candidates(words: &Words, library: &Library) -> Vec<Candidate> {
    let mut met: BTreeMap<u32, Vec<Met>> = BTreeMap::new();
    for (at, row) in words.rows().into_iter().enumerate() {
        for &(text, place) in library.find(row) {
            met.entry(text).or_default().push(Met { at, place: place as usize });
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for (text, met) in met {
        let length = library.texts[text as usize].words.len();
        let rows = length.saturating_sub(words::ROW - 1).max(1);
        for run in runs(&met) {
            if let (Some(first), Some(last)) = (run.first(), run.last())
                && run.len() as f64 >= SHARE * rows as f64
            {
                let foreign = (last.at + 1 - first.at).saturating_sub(run.len());
                candidates.push(Candidate {
                    text: text as usize,
                    place: place(*first, *last, length, words.len()),
                    distance: (rows.saturating_sub(run.len()) + foreign) as f64 / rows as f64,
                    met: run.iter().map(|met| met.at).collect(),
                });
            }
        }
    }
    let published = |candidate: &Candidate| &library.texts[candidate.text];
    candidates.sort_by(|one, other| {
        (one.distance.total_cmp(&other.distance))
            .then(published(other).words.len().cmp(&published(one).words.len()))
            .then(published(one).id.len().cmp(&published(other).id.len()))
            .then(published(one).id.cmp(published(other).id))
    });
    candidates
}

/// A row of words that both texts have: where it begins in the one that was read, and where in the license.
#[derive(Clone, Copy)]
struct Met {
    at: usize,
    place: usize,
}

/// So many words of something else may stand between two parts of one license's text.
const GAP: usize = 250;

/// The copies of a license, each in its order. A row that both texts have by chance is a copy of one row.
fn runs(met: &[Met]) -> Vec<Vec<Met>> {
    let mut runs: Vec<Vec<Met>> = Vec::new();
    for here in met.chunk_by(|one, next| one.at == next.at) {
        // How far each way of going on is from going on word by word.
        let open = runs.iter().enumerate().rev().take(OPEN);
        let ways = open.filter_map(|(run, rows)| Some((run, *rows.last()?))).flat_map(|(run, last)| {
            here.iter().filter_map(move |next| {
                let goes_on = next.place > last.place && next.at - last.at < GAP;
                goes_on
                    .then(|| (next.place - last.place).abs_diff(next.at - last.at))
                    .map(|off| (off, run, *next))
            })
        });
        match ways.min_by_key(|(off, run, _)| (*off, usize::MAX - run)) {
            Some((off, run, next)) if off < GAP => runs[run].push(next),
            _ => runs.push(vec![here[0]]),
        }
    }
    runs
}

/// So many copies are followed at a time.
const OPEN: usize = 12;

/// So many words around a copy are compared, too.
const AROUND: usize = 8;

fn place(first: Met, last: Met, length: usize, all: usize) -> Range<usize> {
    let start = first.at.saturating_sub(first.place + AROUND);
    start..(last.at + length.saturating_sub(last.place) + AROUND).min(all)
}
