//! Where a text says by name under which license something is: a sentence, an SPDX id, a link, a badge.
//!
//! In: a text, its words, and which of them belong to no known license text. Out: names and where they stand.
//! Never: a version that is not there, or a name without a word of licensing near it.

use std::ops::Range;

use super::{
    address,
    words::{self, Word},
};
use crate::triage::license::{self, Meant, family};

/// A license by its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name {
    pub id: String,
    /// Its words.
    pub words: Range<usize>,
    /// The sentence says that it is not quite this license.
    pub altered: bool,
    /// The sentence speaks of something else that is used or linked.
    pub passing: bool,
}

/// Words with which the name of a license begins; with numbers behind them they count as well.
const FIRST: [&str; 50] = [
    "mit",
    "expat",
    "apache",
    "asl",
    "gpl",
    "gnu",
    "agpl",
    "lgpl",
    "affero",
    "lesser",
    "mozilla",
    "mpl",
    "bsd",
    "simplified",
    "new",
    "revised",
    "freebsd",
    "creative",
    "cc",
    "attribution",
    "eclipse",
    "epl",
    "eupl",
    "european",
    "odbl",
    "open",
    "odc",
    "pddl",
    "unlicense",
    "isc",
    "artistic",
    "zlib",
    "boost",
    "postgresql",
    "cddl",
    "ecl",
    "educational",
    "ofl",
    "sil",
    "osl",
    "afl",
    "upl",
    "universal",
    "business",
    "busl",
    "elastic",
    "sspl",
    "server",
    "json",
    "academic",
];

/// Words one of which stands in a sentence that licenses.
const LICENSING: [&str; 14] = [
    "licens",
    "unlicens",
    "released",
    "published",
    "available",
    "terms",
    "dual",
    "copyright",
    "spdx",
    "rights",
    "reuse",
    "opensource",
    "dedicated",
    "shared",
];

/// Before a name: it is another license that is meant, or none.
const DENYING: [&str; 18] = [
    "not",
    "isnt",
    "never",
    "no",
    "formerly",
    "previously",
    "was",
    "compatible",
    "incompatible",
    "unlike",
    "instead",
    "than",
    "longer",
    "until",
    "neither",
    "nor",
    "nothing",
    "left",
];

/// Before a name: it is the license of something that a website is made with.
const PASSING: [&str; 26] = [
    "uses",
    "using",
    "theme",
    "themes",
    "template",
    "templates",
    "font",
    "fonts",
    "icon",
    "icons",
    "powered",
    "library",
    "libraries",
    "framework",
    "frameworks",
    "plugin",
    "plugins",
    "jquery",
    "bootstrap",
    "wordpress",
    "drupal",
    "design",
    "dependency",
    "dependencies",
    "thirdparty",
    "third",
];

/// Beside a name: it is not quite that license.
const ALTERING: [&str; 18] = [
    "modified",
    "based",
    "adapted",
    "derived",
    "amended",
    "variant",
    "variation",
    "similar",
    "inspired",
    "custom",
    "customized",
    "altered",
    "style",
    "like",
    "modification",
    "modifications",
    "plus",
    "changed",
];

/// A sentence that begins so, or goes on so behind the name, may say for whom, where or for how long.
const NARROWING: [&str; 13] = [
    "for", "if", "in", "inside", "outside", "within", "until", "when", "while", "during", "where", "after",
    "once",
];
/// A sentence with such a word before the name says what is not so yet.
const PROMISING: [&str; 8] =
    ["will", "plan", "plans", "planned", "planning", "soon", "someday", "eventually"];
/// Behind a name as well: "under MIT to schools".
const NARROWING_BEHIND: [&str; 11] =
    ["to", "with", "from", "before", "as", "provided", "on", "upon", "among", "till", "expires"];

/// What may follow such a word and narrows nothing: "for the source code", "in all countries", "for details".
const OF_THE_WORK: [&str; 38] = [
    "the",
    "a",
    "all",
    "any",
    "its",
    "our",
    "this",
    "that",
    "these",
    "more",
    "full",
    "further",
    "code",
    "source",
    "software",
    "data",
    "dataset",
    "datasets",
    "database",
    "documentation",
    "docs",
    "content",
    "contents",
    "text",
    "texts",
    "images",
    "media",
    "site",
    "website",
    "project",
    "repository",
    "work",
    "works",
    "file",
    "files",
    "purpose",
    "countries",
    "of",
];

/// Names that `license::meant` reads only where it is told of them: of each there is one version.
const SINGLE: [&str; 3] = ["ODbL-1.0", "PDDL-1.0", "ODC-By-1.0"];

/// No name has more words.
const LONGEST: usize = 12;
/// So many places are tried in a text; nobody names as many licenses.
const TRIES: usize = 400;

/// Every name of a license in the words that are free.
pub fn names(text: &str, words: &[Word], free: &[bool]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut tries = 0;
    let mut at = 0;
    while at < words.len() {
        let begins = free[at] && is_first(&words[at].text);
        if begins && tries < TRIES {
            tries += 1;
            if let Some((id, end)) = longest(text, words, free, at) {
                names.extend(judged(id, at..end, words));
                at = end;
                continue;
            }
        }
        at += 1;
    }
    links(text, words, free, &mut names);
    names
}

/// Whether the name of a license may begin with a word; more than "open" and "new".
pub(super) fn begins(word: &str) -> bool {
    is_first(word)
        // Projects are called OpenClinic, licenses Open Database License.
        && (!word.starts_with("open") || word.starts_with("opendata"))
        && !matches!(
            word,
            "open" | "new" | "universal" | "academic" | "educational" | "european" | "business"
        )
}

fn is_first(word: &str) -> bool {
    FIRST.iter().any(|first| {
        word.strip_prefix(first).is_some_and(|rest| {
            rest.is_empty()
                || first.len() <= 4 && rest.len() <= 20
                || rest.starts_with(|c: char| c.is_ascii_digit())
        })
    }) || matches!(word, "2clause" | "3clause" | "two" | "three" | "the" | "0bsd")
}

/// The longest name that begins here, and the word behind it.
fn longest(text: &str, words: &[Word], free: &[bool], start: usize) -> Option<(String, usize)> {
    let first = &words[start];
    let within = words[start..]
        .iter()
        .take(LONGEST)
        .zip(&free[start..])
        .take_while(|(word, free)| **free && word.sentence == first.sentence)
        .count();
    // "the" begins a name only as in "The Unlicense"; what follows begins it as well.
    if first.text == "the" {
        return None;
    }
    (1..=within).rev().find_map(|length| {
        let slice = text.get(first.at.start..words[start + length - 1].at.end)?;
        if slice.len() > 160 {
            return None;
        }
        let id = bsd(&words[start..start + length]).or_else(|| meant(slice))?;
        Some((id, start + length))
    })
}

/// The family of the one license that a name can mean.
pub(super) fn meant(slice: &str) -> Option<String> {
    match license::meant(slice, SINGLE.into_iter()) {
        Meant::One(id) => Some(family(&id).to_owned()),
        _ => None,
    }
}

/// "3-Clause BSD License", `BSD 3-Clause "New" or "Revised" License`.
fn bsd(words: &[Word]) -> Option<String> {
    const BESIDE: [&str; 9] =
        ["bsd", "clause", "license", "or", "software", "the", "new", "revised", "modified"];
    let (mut is, mut three, mut two) = (false, false, false);
    for word in words {
        match word.text.as_str() {
            "bsd" => is = true,
            "3" | "3clause" | "three" | "threeclause" | "new" | "revised" => three = true,
            "2" | "2clause" | "two" | "twoclause" | "simplified" | "freebsd" => two = true,
            "bsd3clause" => (is, three) = (true, true),
            "bsd2clause" => (is, two) = (true, true),
            other if BESIDE.contains(&other) => {}
            _ => return None,
        }
    }
    match (is, three, two) {
        (true, true, false) => Some("BSD-3-Clause".into()),
        (true, false, true) => Some("BSD-2-Clause".into()),
        _ => None,
    }
}

/// The name, if the sentence around it licenses something under it.
fn judged(id: String, at: Range<usize>, words: &[Word]) -> Option<Name> {
    let here = words[at.start].sentence;
    let start =
        words[..at.start].iter().rposition(|word| word.sentence != here).map_or(0, |before| before + 1);
    let end =
        words[at.end..].iter().position(|word| word.sentence != here).map_or(words.len(), |n| at.end + n);
    let licenses = |word: &Word| LICENSING.iter().any(|stem| word.text.starts_with(stem));
    // Sentences are short; of an endless one the neighborhood counts.
    // What is dedicated to the public is everybody's.
    let is_licensed = |word: &Word| licenses(word) && !word.text.starts_with("dedicat");
    let around = start.max(at.start.saturating_sub(60))..end.min(at.end + 60);
    let said = words[around.clone()].iter().any(licenses);
    let headed = || {
        let before = words[..start].last().map(|word| word.sentence);
        let heading = words[..start].iter().rev().take_while(|word| Some(word.sentence) == before).take(9);
        let heading: Vec<&Word> = heading.collect();
        heading.len() < 9 && heading.into_iter().any(licenses)
    };
    let certain = id.starts_with("CC-BY") || id.starts_with("CC0") || is_expression(words);
    if !said && !certain && !headed() {
        return None;
    }
    let before = &words[around.start.max(at.start.saturating_sub(8))..at.start];
    let behind = &words[at.end..around.end.min(at.end + 8)];
    if before.iter().any(|word| DENYING.contains(&word.text.as_str())) {
        return None;
    }
    let altered = before.iter().chain(behind).any(|word| ALTERING.contains(&word.text.as_str()))
        || narrows(&words[start..at.start], &[])
        || words[start..at.start].iter().any(|word| PROMISING.contains(&word.text.as_str()))
        || words[start..at.start].windows(2).any(|two| is_licensed(&two[0]) && two[1].text == "to")
        || narrows(behind_names(&words[at.end..around.end]), &NARROWING_BEHIND);
    let passing = words[around.start..at.start].iter().any(|word| PASSING.contains(&word.text.as_str()));
    Some(Name { id, words: at, altered, passing })
}

/// What stands behind a name and those that it is told together with: "MIT or Apache 2.0 license, at your option".
fn behind_names(words: &[Word]) -> &[Word] {
    let belongs = |word: &Word| {
        word.text.starts_with("licen")
            || matches!(word.text.as_str(), "or" | "and" | "the" | "version" | words::ADDRESS)
            || word.text.bytes().all(|byte| byte.is_ascii_digit())
            || is_first(&word.text)
    };
    &words[words.iter().position(|word| !belongs(word)).unwrap_or(words.len())..]
}

/// Whether words say for whom, where or for how long something is licensed: "for schools", but not "for details".
fn narrows(words: &[Word], also: &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    NARROWING.iter().chain(also).any(|word| *word == first.text)
        && !rest.iter().any(|word| word.text.starts_with("exception"))
        && rest
            .iter()
            .take(3)
            .take_while(|word| !matches!(word.text.as_str(), "details" | "information"))
            .any(|word| !OF_THE_WORK.contains(&word.text.as_str()))
}

/// Nothing but ids, as in "MIT OR Apache-2.0".
fn is_expression(words: &[Word]) -> bool {
    let joins = |text: &str| {
        matches!(text, "or" | "and" | "license") || text.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.len() <= 10 && words.iter().all(|word| is_first(&word.text) || joins(&word.text))
}

fn links(text: &str, words: &[Word], free: &[bool], names: &mut Vec<Name>) {
    for (at, id) in address::all(text) {
        // The word that holds the address, or the last before the tag that does.
        let word = words.partition_point(|word| word.at.start <= at).saturating_sub(1);
        if free.get(word).copied().unwrap_or(false) {
            names.push(Name { id, words: word..word + 1, altered: false, passing: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::license_text::words;

    fn ids(text: &str) -> Vec<String> {
        let words = words::words(text);
        let mut ids: Vec<_> =
            names(text, &words, &vec![true; words.len()]).into_iter().map(|name| name.id).collect();
        ids.dedup();
        ids
    }

    #[test]
    fn names_are_read_where_something_is_licensed() {
        for (text, id) in [
            ("This is licensed under the Apache License, Version 2.0.", "Apache-2.0"),
            ("// SPDX-License-Identifier: MIT", "MIT"),
            ("SPDX-License-Identifier: GPL-3.0-or-later", "GPL-3.0"),
            ("It is released under the GPL v3", "GPL-3.0"),
            ("available under the GNU Affero General Public License v3.0", "AGPL-3.0"),
            ("## License\n\nMIT © Ada", "MIT"),
            ("License: BSD 3-Clause \"New\" or \"Revised\" License", "BSD-3-Clause"),
            ("the 3-Clause BSD License", "BSD-3-Clause"),
            ("the 2-clause BSD license applies", "BSD-2-Clause"),
            ("Mozilla Public License, v. 2.0 applies to all code", "MPL-2.0"),
            ("Data: Open Database License (ODbL)", "ODbL-1.0"),
            ("![License](https://img.shields.io/badge/License-Apache_2.0-blue.svg)", "Apache-2.0"),
            ("[x](https://opensource.org/licenses/MIT)", "MIT"),
            ("see https://www.gnu.org/licenses/gpl-3.0.en.html.", "GPL-3.0"),
            ("<img src=\"https://i.creativecommons.org/l/by-nc-sa/4.0/88x31.png\"/> x", "CC-BY-NC-SA-4.0"),
            ("see creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
            ("© Ada, CC BY-SA 4.0", "CC-BY-SA-4.0"),
            ("under a Creative Commons Attribution-NonCommercial 4.0 International License", "CC-BY-NC-4.0"),
            ("dedicated to the public domain under CC0", "CC0-1.0"),
            ("Apache-2.0\n", "Apache-2.0"),
        ] {
            assert_eq!(ids(text), [id], "{text}");
        }
        assert_eq!(ids("Licensed under either of Apache-2.0 or MIT at your option"), ["Apache-2.0", "MIT"]);
    }

    #[test]
    fn what_is_not_named_is_not_guessed() {
        for text in [
            "Ada studied at MIT.",
            "Not licensed under the MIT License.",
            "Why we left the MIT License",
            "Our terms have nothing to do with the MIT License.",
            "The code is licensed under the GPL.",
            "Released under a Creative Commons license.",
            "An MIT-style license",
            "Apache 2 must run on port 80",
            "It is compatible with the MIT License.",
            "https://creativecommons.org/licenses/by/3.0/xx/",
        ] {
            assert_eq!(ids(text), Vec::<String>::new(), "{text}");
        }
    }
}
