//! In what a text departs from a published license, and what stands beside it.
//!
//! In: two texts as words. Out: the words that differ and may matter. What is filled in (names, years), left out by
//! custom (titles, how to apply the license) or the address of a foundation does not matter. Never: whether a
//! difference is meant well.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{published::Published, words::Words};

/// Words that stand for what is filled in.
const BLANKS: [&str; 32] = [
    "year",
    "yyyy",
    "years",
    "name",
    "names",
    "owner",
    "owners",
    "holder",
    "holders",
    "copyright",
    "copyrights",
    "c",
    "author",
    "authors",
    "fullname",
    "organization",
    "organisation",
    "contributor",
    "contributors",
    "of",
    "the",
    "by",
    "and",
    "program",
    "project",
    "its",
    "email",
    "http",
    "url",
    "regents",
    "university",
    "s",
];

/// Words of addresses, and of a foundation's name; they change over the years.
const ADDRESS: [&str; 30] = [
    "free",
    "software",
    "foundation",
    "inc",
    "fsf",
    "org",
    "www",
    "http",
    "gnu",
    "licenses",
    "temple",
    "place",
    "suite",
    "franklin",
    "street",
    "st",
    "fifth",
    "floor",
    "boston",
    "ma",
    "mass",
    "ave",
    "cambridge",
    "usa",
    "see",
    "html",
    "file",
    "com",
    "net",
    "opensource",
];

/// Words that can turn the meaning of what stands beside them.
const TURNING: [&str; 40] = [
    "not",
    "no",
    "non",
    "never",
    "cannot",
    "nor",
    "neither",
    "without",
    "except",
    "unless",
    "only",
    "solely",
    "must",
    "shall",
    "may",
    "commercial",
    "noncommercial",
    "commercially",
    "sell",
    "sold",
    "fee",
    "military",
    "evil",
    "good",
    "ethical",
    "harm",
    "weapons",
    "prohibited",
    "forbidden",
    "restricted",
    "restriction",
    "restrictions",
    "limited",
    "permission",
    "academic",
    "research",
    "educational",
    "personal",
    "derivatives",
    "noderivatives",
];

/// So many words may be filled in for a blank.
const FILLED: usize = 14;

/// A row of so many words that both texts share is where the license begins or ends.
const SURE: usize = 4;

/// In what a copy of a license departs from it.
pub struct Departures {
    /// What may matter: phrases that the text has and the license does not, or lacks.
    pub phrases: Vec<String>,
    /// The words of the text that are of the copy, from its first to its last.
    pub covers: Range<usize>,
}

/// Compares a copy, which lies somewhere in `place`, with the license.
pub fn departures(published: &Published, text: &Words, place: &Range<usize>) -> Departures {
    let ours = &published.words.words;
    let theirs = &text.words[place.clone()];
    let ops = capture_diff_slices(Algorithm::Myers, ours, theirs);
    let sure = |op: &DiffOp| matches!(op, DiffOp::Equal { len, .. } if *len >= SURE);
    let (Some(first), Some(last)) = (ops.iter().position(sure), ops.iter().rposition(sure)) else {
        return Departures { phrases: vec!["nothing of it".to_owned()], covers: place.clone() };
    };
    // What both have directly before the first sure row and behind the last one is of the copy, too.
    let (head, tail) = (&ops[first], &ops[last]);
    let before =
        ours[..head.old_range().start].iter().rev().zip(theirs[..head.new_range().start].iter().rev());
    let before = before.take_while(|(ours, theirs)| ours == theirs).count();
    let behind = ours[tail.old_range().end..].iter().zip(&theirs[tail.new_range().end..]);
    let behind = behind.take_while(|(ours, theirs)| ours == theirs).count();
    let covers = place.start + head.new_range().start - before..place.start + tail.new_range().end + behind;
    // Around the copy stands what is not of it; within, whatever differs.
    let mut differing: Vec<(Range<usize>, Range<usize>)> = vec![(0..head.old_range().start - before, 0..0)];
    let within = ops[first..=last].iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    differing.extend(within.map(|op| (op.old_range(), op.new_range())));
    differing.push((tail.old_range().end + behind..ours.len(), 0..0));
    let mut phrases = Vec::new();
    for (old, new) in differing {
        let missing: Vec<&str> = binding(published, &old).map(|at| ours[at].as_str()).collect();
        let added: Vec<&str> = theirs[new.clone()].iter().map(String::as_str).collect();
        if !is_harmless(&missing, &added, published, &old) {
            let phrase = place.start + new.start..place.start + new.end;
            phrases.push(match added.is_empty() {
                false => text.phrase(phrase.start.saturating_sub(2)..phrase.end + 2),
                true => format!("without: {}", missing.join(" ")),
            });
        }
    }
    Departures { phrases, covers }
}

/// The binding ones of these words of a license.
fn binding<'a>(published: &'a Published, words: &Range<usize>) -> impl Iterator<Item = usize> + use<'a> {
    words.clone().filter(|at| published.body.contains(at))
}

fn is_harmless(missing: &[&str], added: &[&str], published: &Published, old: &Range<usize>) -> bool {
    let small = |word: &&str| {
        word.len() == 1
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || ["ii", "iii", "iv", "vi"].contains(word)
    };
    let is_address = |words: &[&str]| words.iter().all(|word| ADDRESS.contains(word) || small(word));
    let is_blank = |words: &[&str]| words.iter().all(|word| BLANKS.contains(word) || small(word));
    let turns = added.iter().any(|word| TURNING.contains(word));
    if (missing.is_empty() && added.is_empty()) || is_address(missing) && is_address(added) {
        return true;
    }
    if added.is_empty() {
        return is_blank(missing);
    }
    // A notice of copyright may stand anywhere before the terms, and a name where one is asked for.
    let outside = !published.body.contains(&old.start);
    let notice = added.contains(&"copyright") || added.contains(&"c");
    let asked_for = !missing.is_empty() && is_blank(missing) || added.iter().all(small);
    !turns
        && added.len() <= FILLED
        && (asked_for || outside && missing.is_empty() || notice && missing.is_empty())
}

/// What restricts beyond a license, wherever it stands near one.
const RESTRICTIONS: [&str; 34] = [
    "non commercial",
    "noncommercial",
    "commercial use is",
    "commercial use without",
    "commercial purposes",
    "not for commercial",
    "no commercial",
    "commons clause",
    "no derivatives",
    "noderivatives",
    "noderivs",
    "may not sell",
    "may not be sold",
    "not be sold",
    "not sell",
    "right to sell",
    "field of use",
    "fields of use",
    "field of endeavor",
    "military",
    "weapons",
    "not evil",
    "research purposes only",
    "research use only",
    "academic use",
    "educational use only",
    "educational purposes only",
    "personal use only",
    "internal use only",
    "evaluation purposes",
    "additional restriction",
    "further restriction",
    "prior written consent",
    "source available",
];

/// So many words before and behind a license are read for restrictions.
const NEAR: usize = 150;

/// Restrictions among the words that are of no published text but near one (`free` says which are of none); in a
/// text without any, wherever they stand. Each with the words around it.
pub fn restrictions(words: &Words, free: &[bool]) -> Vec<String> {
    let any = free.iter().any(|free| !free);
    let claimed: Vec<usize> = (0..free.len()).filter(|at| !free[*at]).collect();
    let is_near = |at: usize| {
        let next = claimed.partition_point(|place| *place < at);
        let distance = |place: Option<&usize>| place.map_or(usize::MAX, |place| place.abs_diff(at));
        !any || distance(claimed.get(next)).min(distance(next.checked_sub(1).and_then(|at| claimed.get(at))))
            <= NEAR
    };
    let phrases: Vec<Vec<&str>> = RESTRICTIONS.iter().map(|phrase| phrase.split(' ').collect()).collect();
    let mut found: Vec<String> = Vec::new();
    for at in (0..words.len()).filter(|at| free[*at]) {
        let here = |phrase: &Vec<&str>| {
            words.words.get(at..at + phrase.len()).is_some_and(|row| row.iter().eq(phrase.iter()))
        };
        if phrases.iter().any(here) && is_near(at) && found.len() < 5 {
            let phrase = words.phrase(at.saturating_sub(3)..at + 6);
            if !found.iter().any(|known| known.contains(&words.phrase(at..at + 2))) {
                found.push(phrase);
            }
        }
    }
    found
}
