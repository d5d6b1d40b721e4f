//! Whether a text that differs from a known license still is that license.
//!
//! In: an alignment. Out: the first difference that may change what the license says, or none. Never: the benefit
//! of the doubt. What is not known to be harmless is not harmless.

use std::{collections::BTreeSet, ops::Range};

use super::{
    align::{Alignment, Change},
    guard, holder,
    templates::{Kind, Template, library},
    words::{ADDRESS, BLANK, Word},
};

/// How licenses speak of those who hold the copyright; each may be replaced by somebody's name.
const HOLDERS: [&str; 25] = [
    "the",
    "copyright",
    "holder",
    "holders",
    "owner",
    "owners",
    "author",
    "authors",
    "or",
    "and",
    "its",
    "contributors",
    "contributor",
    "organization",
    "name",
    "names",
    "regents",
    "university",
    "company",
    "of",
    "nor",
    "disclaim",
    "disclaims",
    "c",
    "isc",
];

/// At least one of these is replaced then, and not only an "and" between them.
const WHO: [&str; 13] = [
    BLANK,
    "holder",
    "holders",
    "owner",
    "owners",
    "author",
    "authors",
    "contributors",
    "contributor",
    "organization",
    "regents",
    "company",
    "isc",
];

/// What MIT's own steward puts in, and what most who fill in a copyright line do.
const USUAL: [&[&str]; 2] = [&["including", "the", "next", "paragraph"], &["all", "rights", "reserved"]];

/// The Free Software Foundation has moved, and so has what its licenses say of it.
const MOVED: [&str; 15] = [
    "franklin",
    "street",
    "st",
    "fifth",
    "floor",
    "boston",
    "ma",
    "usa",
    "temple",
    "place",
    "suite",
    "mass",
    "ave",
    "cambridge",
    "inc",
];

/// Longer licenses name nobody, except where they leave a blank.
const SHORT: usize = 500;

/// No sentence that a copy may lack has fewer words.
const SENTENCE: usize = 5;

/// The words of the line that the GNU licenses ask to be filled in; it is put in other words, or left as it is.
const APPLYING: [&str; 17] = [
    "one", "line", "to", "give", "the", "programs", "librarys", "name", "and", "a", "an", "brief", "idea",
    "of", "what", "it", "does",
];

/// What some licenses leave to be filled in without a mark.
const FILLED: [&str; 5] = ["year", "by", "author", "email", "name"];

/// The first change that counts, or `None` where the license is intact.
pub fn spoiled<'a>(
    text: &str,
    template: &Template,
    alignment: &'a Alignment,
    words: &[Word],
) -> Option<&'a Change> {
    alignment.changes.iter().find(|change| {
        let lacks: Vec<&str> =
            template.words[change.lacks.clone()].iter().map(|number| library().text(*number)).collect();
        !if change.lacks.end <= template.title {
            is_harmless_in_title(change, &lacks, words)
        } else {
            is_harmless(text, template, change, &lacks, words)
        }
    })
}

/// A title may be missing from its start, and the lines of the copyright may stand before or behind it. A title of
/// which another part is missing or new is another license's.
fn is_harmless_in_title(change: &Change, lacks: &[&str], words: &[Word]) -> bool {
    let has = &words[change.has.clone()];
    let free = lacks.iter().all(|word| {
        *word == BLANK
            || *word == ADDRESS
            || *word == "copyright"
            || FILLED.contains(word)
            || MOVED.contains(word)
            || is_number(word) && word.len() >= 4
            || word.chars().count() == 1 && !is_number(word)
            || has.iter().any(|one| one.text == *word)
    });
    change.lacks.start == 0 && has.is_empty()
        || free && has.len() <= 80 && is_silent(has) && !is_said(words, &change.has)
}

/// Whether some line says more than a title and who holds the copyright since when.
fn is_said(words: &[Word], has: &Range<usize>) -> bool {
    let is_copyright = |word: &&Word| matches!(word.text.as_str(), "copyright" | "c");
    // The word "copyright" may be the license's own, and only the name another.
    let own = words[..has.start].last().filter(is_copyright);
    words[has.clone()].chunk_by(|one, two| one.line == two.line).any(|line| {
        let copyright = line.iter().find(is_copyright).or(own);
        let whose = |word: &&Word| {
            copyright.is_some_and(|copyright| word.sentence == copyright.sentence && word.text != "for")
        };
        let title = line.len() <= 5 && line.iter().any(|word| word.text == "license");
        let reserved = line.iter().any(|word| word.text == "reserved");
        let matters =
            |word: &Word| guard::matters(&word.text) && !word.holder && !(reserved && word.text == "rights");
        !title && line.iter().skip_while(whose).any(matters)
    })
}

fn is_harmless(text: &str, template: &Template, change: &Change, lacks: &[&str], words: &[Word]) -> bool {
    let has = &words[change.has.clone()];
    let optional = template.optional[change.lacks.clone()].iter().all(|optional| *optional);
    let labels = &template.labels[change.lacks.clone()];
    let moved =
        template.id.contains("GPL") && lacks.iter().any(|word| MOVED.contains(word) || *word == ADDRESS);
    let is_place = |word: &str| moved && (MOVED.contains(&word) || is_number(word));
    let address = lacks.contains(&ADDRESS);
    // Of what the steward says about itself a copy may lack sentences, and no single word.
    let ends = change.lacks.end == template.words.len();
    let left_out = optional && (lacks.is_empty() || lacks.len() >= SENTENCE || ends)
        || lacks.iter().zip(labels).all(|(word, label)| *label || *word == ADDRESS || is_place(word))
        || template.kind == Kind::Notice && lacks.iter().all(|word| *word == "0");
    let put_in = has.iter().all(|word| word.label || address && word.text == ADDRESS || is_place(&word.text))
        && are_labels(words, &change.has, labels)
        || template.kind == Kind::Notice && has.iter().all(|word| word.text == "0");
    // All rights are reserved beside who holds them; amid the terms that would take them back.
    let usual = || {
        let known = &USUAL[..if change.lacks.start <= template.title { 2 } else { 1 }];
        lacks.is_empty() && known.iter().any(|usual| has.iter().map(|word| &word.text).eq(*usual))
    };
    if left_out && put_in || usual() || lacks.is_empty() && is_its_title(template, has) {
        return true;
    }
    // "How to apply these terms", at the end, changes from one edition to the next, and has blanks to be filled in.
    let behind = change.lacks.start.min(template.optional.len() - 1);
    if optional && template.optional[behind..].iter().all(|optional| *optional) {
        let asks = has.iter().all(|word| word.text == BLANK || APPLYING.contains(&word.text.as_str()));
        return !lacks.is_empty() && !has.is_empty() && (asks || holder::is_filled_in(text, has));
    }
    if has.is_empty() || !holder::is_filled_in(text, has) {
        return false;
    }
    // Somebody's name where the license leaves a blank or speaks of the holder.
    let holders =
        lacks.iter().zip(labels).all(|(word, label)| *label || *word == BLANK || HOLDERS.contains(word));
    holders
        && lacks.iter().any(|word| WHO.contains(word))
        && (lacks.contains(&BLANK) || template.words.len() <= SHORT)
        && {
            let held_by = held_by(words);
            has.iter().filter(|word| !is_known_holder(&held_by, word)).count() <= 1
        }
}

/// Whether labels that a license does not have count something: each stands for one of its own, or begins a line. More
/// of them in a row may be the letters of a word.
fn are_labels(words: &[Word], has: &Range<usize>, labels: &[bool]) -> bool {
    let count = words[has.clone()].iter().filter(|word| word.label).count();
    let line = |at: usize| words.get(at).map(|word| word.line);
    let begins = has.start.checked_sub(1).is_none_or(|before| line(before) != line(has.start));
    count <= labels.iter().filter(|label| **label).count() || count == 1 && begins
}

/// The words of the lines on who holds the copyright, each with its line.
fn held_by(words: &[Word]) -> BTreeSet<(&str, u32)> {
    let lines: BTreeSet<u32> =
        words.iter().filter(|word| word.text == "copyright").map(|word| word.line).collect();
    let of_them = words.iter().filter(|word| lines.contains(&word.line));
    of_them.map(|word| (word.text.as_str(), word.line)).collect()
}

/// Whether a word stands in another line on who holds the copyright, or is how licenses speak of them.
fn is_known_holder(held_by: &BTreeSet<(&str, u32)>, word: &Word) -> bool {
    let mut lines = held_by.range((word.text.as_str(), 0)..=(word.text.as_str(), u32::MAX));
    HOLDERS.contains(&word.text.as_str()) || word.text == BLANK || lines.any(|(_, line)| *line != word.line)
}

/// Whether words are the license's own title, which some editions have a second time, before the terms.
fn is_its_title(template: &Template, has: &[Word]) -> bool {
    let title = template.words[..template.title].iter().map(|number| library().text(*number));
    has.len() > 2
        && has.len() < template.title
        && has.iter().map(|word| word.text.as_str()).eq(title.take(has.len()))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words of which none steers what somebody may do.
fn is_silent(has: &[Word]) -> bool {
    !has.iter().any(|word| !word.holder && guard::steers(&word.text))
}
