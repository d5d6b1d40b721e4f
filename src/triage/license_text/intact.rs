//! Whether a text that differs from a known license still is that license.
//!
//! In: an alignment. Out: the first difference that may change what the license says, or none. Never: the benefit
//! of the doubt. What is not known to be harmless is not harmless.

use super::{
    align::{Alignment, Change},
    guard,
    templates::{Kind, Template, library},
    words::{ADDRESS, BLANK, Word},
};

/// How licenses speak of those who hold the copyright; each may be replaced by somebody's name.
const HOLDERS: [&str; 23] = [
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
    "c",
    "isc",
];

/// What a license's own steward puts in: a few words of MIT's, and the addresses of the Free Software Foundation.
const USUAL: [&str; 20] = [
    "including",
    "the",
    "next",
    "paragraph",
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
    "reserved",
];

/// The first change that counts, or `None` where the license is intact.
pub fn spoiled<'a>(template: &Template, alignment: &'a Alignment, words: &[Word]) -> Option<&'a Change> {
    let title = match template.kind {
        Kind::License => template.optional.iter().take_while(|optional| **optional).count(),
        Kind::Notice | Kind::Aside => 0,
    };
    alignment.changes.iter().find(|change| {
        let lacks: Vec<&str> =
            template.words[change.lacks.clone()].iter().map(|number| library().text(*number)).collect();
        let has = &words[change.has.clone()];
        !if change.lacks.end <= title {
            is_harmless_in_title(change, &lacks, has)
        } else {
            is_harmless(template, change, &lacks, has)
        }
    })
}

/// A title may be missing from its start; a title of which another part is missing or new is another license's.
fn is_harmless_in_title(change: &Change, lacks: &[&str], has: &[Word]) -> bool {
    let free = lacks
        .iter()
        .all(|word| *word == BLANK || *word == ADDRESS || word.chars().count() == 1 && !is_number(word));
    change.lacks.start == 0 && has.is_empty() || free && has.len() <= 80 && is_name(has)
}

fn is_harmless(template: &Template, change: &Change, lacks: &[&str], has: &[Word]) -> bool {
    let mark = |word: &str| match template.kind {
        // The number is the license's version.
        Kind::Notice => word == ADDRESS || word == "0",
        Kind::License | Kind::Aside => is_mark(word),
    };
    let optional = template.optional[change.lacks.clone()].iter().all(|optional| *optional);
    let left_out = optional || lacks.iter().all(|word| mark(word));
    let usual = has.len() <= 16;
    let put_in = has.iter().all(|word| mark(&word.text) || usual && USUAL.contains(&word.text.as_str()));
    if left_out && put_in {
        return true;
    }
    // Somebody's name where the license leaves a blank or speaks of the holder.
    let named = lacks.iter().all(|word| is_mark(word) || *word == BLANK || HOLDERS.contains(word));
    named && !has.is_empty() && lacks.iter().any(|word| !is_mark(word)) && has.len() <= 12 && is_name(has)
}

/// Numbers of paragraphs, addresses and single letters come and go with the layout.
fn is_mark(word: &str) -> bool {
    word == ADDRESS
        || word.chars().count() == 1
        || is_number(word)
        || word.len() <= 5 && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words of which none steers what somebody may do.
fn is_name(has: &[Word]) -> bool {
    !has.iter().any(|word| guard::steers(&word.text))
}
