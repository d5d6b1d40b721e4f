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

/// What MIT's own steward puts in.
const USUAL: [&str; 5] = ["including", "the", "next", "paragraph", "reserved"];

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

/// What some licenses leave to be filled in without a mark.
const FILLED: [&str; 5] = ["year", "by", "author", "email", "name"];

/// The first change that counts, or `None` where the license is intact.
pub fn spoiled<'a>(
    text: &str,
    template: &Template,
    alignment: &'a Alignment,
    words: &[Word],
) -> Option<&'a Change> {
    let title = titled(template).count();
    alignment.changes.iter().find(|change| {
        let lacks: Vec<&str> =
            template.words[change.lacks.clone()].iter().map(|number| library().text(*number)).collect();
        let has = &words[change.has.clone()];
        guard::is_spelled(text, has)
            || !if change.lacks.end <= title {
                is_harmless_in_title(change, &lacks, has)
            } else {
                is_harmless(template, change, &lacks, has)
            }
    })
}

/// The words of the template's title and copyright lines.
fn titled(template: &Template) -> impl Iterator<Item = &u32> {
    template.words.iter().zip(&template.optional).take_while(|(_, optional)| **optional).map(|(word, _)| word)
}

/// A title may be missing from its start, and the lines of the copyright may stand before or behind it. A title of
/// which another part is missing or new is another license's.
fn is_harmless_in_title(change: &Change, lacks: &[&str], has: &[Word]) -> bool {
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
    change.lacks.start == 0 && has.is_empty() || free && has.len() <= 80 && is_name(has) && !is_said(has)
}

/// Whether some line says more than a title and who holds the copyright since when.
fn is_said(has: &[Word]) -> bool {
    has.chunk_by(|one, two| one.line == two.line).any(|line| {
        let copyright = line.iter().find(|word| matches!(word.text.as_str(), "copyright" | "c"));
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

fn is_harmless(template: &Template, change: &Change, lacks: &[&str], has: &[Word]) -> bool {
    let mark = |word: &str| match template.kind {
        // The number is the license's version.
        Kind::Notice => word == ADDRESS || word == "0",
        Kind::License | Kind::Aside => is_mark(word),
    };
    let optional = template.optional[change.lacks.clone()].iter().all(|optional| *optional);
    let left_out = optional || lacks.iter().all(|word| mark(word) || MOVED.contains(word));
    let usual = has.len() <= 16;
    let title: Vec<&str> = titled(template).map(|number| library().text(*number)).collect();
    let put_in = has.iter().all(|word| {
        let text = word.text.as_str();
        mark(text) || MOVED.contains(&text) || usual && (USUAL.contains(&text) || title.contains(&text))
    });
    if left_out && put_in {
        return true;
    }
    // "How to apply these terms", at the end, changes from one edition to the next.
    if optional
        && template.optional[change.lacks.start.min(template.optional.len() - 1)..]
            .iter()
            .all(|optional| *optional)
    {
        return !change.lacks.is_empty() && has.len() <= 12 && is_name(has);
    }
    // Somebody's name where the license leaves a blank or speaks of the holder.
    let named = lacks.iter().all(|word| is_mark(word) || *word == BLANK || HOLDERS.contains(word));
    named && !has.is_empty() && lacks.iter().any(|word| WHO.contains(word)) && has.len() <= 12 && is_name(has)
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
    !has.iter().any(|word| !word.holder && guard::steers(&word.text))
}
