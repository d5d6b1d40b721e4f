//! What stands beside a license and may take back what it gives.
//!
//! In: the words of a text that belong to no known license. Out: the sentences that restrict, or may. Never: an
//! answer to whether they really do, which is for a person.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use super::{
    languages,
    vocabulary::{
        ACTS, HARD, HARMLESS, HEADINGS, MATTERS, MATTERS_BEHIND, PHRASES, REFUSALS, STEERING,
        STEERING_OR_NAMING, STEMS, STEMS_OR_NAMING,
    },
    words::Word,
};

/// So many words around a license are looked at closely where a text has no sections.
const NEAR: usize = 200;
/// So many single letters in a row are a word that was spelled apart.
const SPELLED: usize = 3;

static HARMLESS_WORDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| phrases(&HARMLESS));
static HARD_WORDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| phrases(&PHRASES));
static REFUSAL_WORDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| phrases(&REFUSALS));

fn phrases(of: &[&str]) -> Vec<Vec<String>> {
    of.iter().map(|phrase| phrase.split(' ').map(str::to_owned).collect()).collect()
}

/// Whether a word says what somebody must or must not do.
pub fn steers(word: &str) -> bool {
    STEERING.iter().chain(&STEERING_OR_NAMING).any(|steering| *steering == word)
        || STEMS.iter().chain(&STEMS_OR_NAMING).any(|stem| word.starts_with(stem))
        || HARD.iter().any(|part| word.contains(part))
        || is_disguised(word)
}

/// Whether some words are the letters of a word that was spelled apart: `n o t`, but not `U.S.A.`
pub fn is_spelled(text: &str, words: &[Word]) -> bool {
    let is_letter = |word: &Word| {
        let mut letters = word.text.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none() && !word.holder
    };
    // Initials have a point, and abbreviations nothing else.
    let is_apart =
        |one: &Word, two: &Word| text.get(one.at.end..two.at.start).is_some_and(|between| between != ".");
    let runs = words.chunk_by(|one, two| is_letter(one) && is_letter(two) && is_apart(one, two));
    runs.map(<[Word]>::len).max().is_some_and(|most| most >= SPELLED)
}

/// Whether a word is one of those that speak of a license, or of what may be done with a work.
pub fn matters(word: &str) -> bool {
    // Authors and software stand in many names.
    let behind = MATTERS_BEHIND.iter().filter(|stem| !matches!(**stem, "author" | "software"));
    MATTERS.iter().chain(behind).any(|stem| word.starts_with(stem))
}

/// Whether words hold one of the phrases that are a restriction in themselves.
pub fn is_phrase(words: &[Word]) -> bool {
    let words: Vec<(usize, &str)> = words.iter().map(|word| word.text.as_str()).enumerate().collect();
    HARD_WORDS.iter().any(|phrase| holds(&words, phrase))
}

/// Latin letters beside ones of another script that look like them.
fn is_disguised(word: &str) -> bool {
    !word.is_ascii()
        && word.chars().any(|c| c.is_ascii_alphabetic())
        && word.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}'))
}

/// What else was found in the text.
#[derive(Default)]
pub struct Found {
    /// Words where licenses begin and end and where names of licenses are, in order.
    pub places: Vec<usize>,
    /// The words of each name: what its sentence says of licensing is the name's.
    pub named: Vec<Range<usize>>,
    /// Where names begin of licenses that do not stand in the text in full.
    pub others: Vec<usize>,
    /// The licenses that stand in the text in full.
    pub texts: Vec<Range<usize>>,
    /// The file is there for the license alone: what stands beside a license in full has to be accounted for anyway.
    pub alone: bool,
    /// Parts of words that every license found has in its own name.
    pub excused: Vec<&'static str>,
}

/// The sentences, as ranges of words, that may take something back.
pub fn restricting(text: &str, words: &[Word], free: &[bool], found: &Found) -> Vec<Range<usize>> {
    let (near, excused) = (near(words, &found.places), &found.excused);
    let mut doubts = Vec::new();
    let mut start = 0;
    for sentence in words.chunk_by(|one, two| one.sentence == two.sentence) {
        let whole = start..start + sentence.len();
        start = whole.end;
        let left: Vec<(usize, &str)> = whole
            .clone()
            .filter(|at| free[*at])
            .map(|at| (at, words[at].text.as_str()))
            .filter(|(_, word)| !excused.iter().any(|part| word.contains(part)))
            .collect();
        if left.is_empty() {
            continue;
        }
        let left = without_harmless(left);
        let unnamed = |at: &usize| !words[*at].holder;
        let hard = left.iter().any(|(at, word)| {
            unnamed(at) && HARD.iter().any(|part| word.contains(part)) || is_disguised(word)
        }) || HARD_WORDS
            .iter()
            .any(|phrase| holds(&left, phrase) && !excused.iter().any(|part| *part == phrase.concat()));
        let refused = || {
            REFUSAL_WORDS.iter().any(|phrase| holds(&left, phrase))
                && left.iter().any(|(_, word)| ACTS.contains(word))
        };
        let steered = || {
            let mut beside = left.iter().filter(|(at, _)| near[*at] && unnamed(at));
            beside.any(|(_, word)| steers(word) || languages::restricts(word))
                || near[whole.start] && is_spelled(text, &words[whole.clone()])
        };
        let adds = || {
            let end = found.texts.iter().map(|text| text.end - 1).min().filter(|_| !found.alone);
            end.is_some_and(|end| {
                left.len() > 2
                    && left.iter().all(|(at, _)| near[*at])
                    && !found.named.iter().any(|name| whole.contains(&name.start))
                    && !left.iter().any(|(_, word)| *word == "copyright")
                    && left.iter().any(|(at, word)| {
                        unnamed(at)
                            && (MATTERS.iter().any(|stem| word.starts_with(stem))
                                || *at > end && MATTERS_BEHIND.iter().any(|stem| word.starts_with(stem)))
                    })
            })
        };
        if hard || refused() || steered() || adds() {
            let (first, last) =
                (left.first().map_or(whole.start, |one| one.0), left.last().map_or(0, |one| one.0));
            doubts.push(first..last + 1);
        }
    }
    doubts
}

/// Words without those of phrases that take nothing back.
pub fn without_harmless(words: Vec<(usize, &str)>) -> Vec<(usize, &str)> {
    let mut harmless = vec![false; words.len()];
    for phrase in HARMLESS_WORDS.iter() {
        for at in 0..(words.len() + 1).saturating_sub(phrase.len()) {
            if is_at(&words[at..], phrase) {
                harmless[at..at + phrase.len()].fill(true);
            }
        }
    }
    words.into_iter().zip(harmless).filter(|(_, harmless)| !harmless).map(|(word, _)| word).collect()
}

fn holds(left: &[(usize, &str)], phrase: &[String]) -> bool {
    match phrase.iter().position(|word| word == "*") {
        None => place(left, phrase).is_some(),
        Some(star) => place(left, &phrase[..star]).is_some_and(|at| {
            let rest = &left[at + star..];
            place(&rest[..rest.len().min(4 + phrase.len() - star)], &phrase[star + 1..]).is_some()
        }),
    }
}

fn place(left: &[(usize, &str)], phrase: &[String]) -> Option<usize> {
    (0..(left.len() + 1).saturating_sub(phrase.len())).find(|at| is_at(&left[*at..], phrase))
}

fn is_at(left: &[(usize, &str)], phrase: &[String]) -> bool {
    left.len() >= phrase.len() && left.iter().zip(phrase).all(|((_, word), text)| word == text)
}

/// Which words are near enough to a license to speak of it: those of its section and of sections on such things;
/// in a text without sections those within a distance.
fn near(words: &[Word], found: &[usize]) -> Vec<bool> {
    let sections: BTreeSet<u32> = words.iter().map(|word| word.section).collect();
    let mut close = vec![false; words.len()];
    if sections.len() > 2 {
        let mut near: BTreeSet<u32> = found.iter().map(|at| words[*at].section).collect();
        for section in words.chunk_by(|one, two| one.section == two.section) {
            let heading = section.iter().take_while(|word| word.sentence == section[0].sentence).take(8);
            if heading.into_iter().any(|word| HEADINGS.iter().any(|stem| word.text.starts_with(stem))) {
                near.insert(section[0].section);
            }
        }
        for (at, word) in words.iter().enumerate() {
            close[at] = near.contains(&word.section);
        }
    } else {
        let mut until = 0;
        for at in found {
            let from = at.saturating_sub(NEAR).max(until);
            until = (at + NEAR).min(words.len());
            close[from.min(until)..until].fill(true);
        }
    }
    close
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::license_text::words;

    fn seen(text: &str) -> usize {
        let words = words::words(text);
        restricting(text, &words, &vec![true; words.len()], &Found { places: vec![0], ..Found::default() })
            .len()
    }

    #[test]
    fn restrictions_are_seen_and_courtesies_are_not() {
        for text in [
            "For non-commercial use.",
            "You may not sell it.",
            "Das Werk darf nur nichtkommerziell genutzt werden.",
            "Users must send a postcard.",
            "Cοmmercial use costs.",
            "The software shall be used for Good, not Evil.",
            "Free for personal use.",
        ] {
            assert_eq!(seen(text), 1, "{text}");
        }
        for text in [
            "Copyright 2020 Open Clinic. All rights reserved.",
            "Unless otherwise noted, see the LICENSE file for details.",
            "Records vaccinations in clinics.",
            "Free for any purpose, even commercially.",
        ] {
            assert_eq!(seen(text), 0, "{text}");
        }
    }
}
