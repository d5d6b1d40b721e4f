//! Licenses that a text names without holding them: "licensed under the MIT License", an SPDX line, a link to a deed.
//!
//! In: a text. Out: [`Named`] licenses with the words that name them. Never: a license that could be another one.

use super::words::Words;
use crate::triage::license::{self, Meant};

/// A license that is named, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Named {
    /// SPDX id.
    pub id: String,
    /// Their words.
    pub words: String,
}

/// Behind these words a license is named.
const SAID: [&str; 16] = [
    "licensed under",
    "license under",
    "released under",
    "available under",
    "distributed under",
    "published under",
    "provided under",
    "shared under",
    "covered by",
    "subject to",
    "under the terms of",
    "under terms of",
    "governed by",
    "license is",
    "licensed by",
    "under a",
];

/// Reads the license out of the rest of an address.
type Deed = fn(&str) -> Option<String>;

/// Parts of addresses, and how the rest of each tells the license.
const DEEDS: [(&str, Deed); 6] = [
    ("creativecommons.org/licenses/", creative_commons),
    ("creativecommons.org/l/", creative_commons),
    ("licensebuttons.net/l/", creative_commons),
    ("creativecommons.org/publicdomain/zero/", |rest| rest.starts_with("1.0").then(|| "CC0-1.0".to_owned())),
    ("opensource.org/licenses/", whole),
    ("spdx.org/licenses/", whole),
];

/// Words that name a license at most.
const LONGEST: usize = 12;

/// So many names are read.
const MOST: usize = 20;

/// The licenses that are named among the words that are of no license's own text.
pub fn named(text: &str, words: &Words, free: &[bool]) -> Vec<Named> {
    let mut named: Vec<Named> = Vec::new();
    let mut add = |id: String, words: &str| {
        if named.len() < MOST && !named.iter().any(|known| license::is_same(&known.id, &id)) {
            named.push(Named { id, words: words.to_owned() });
        }
    };
    for (at, _) in text.match_indices("SPDX-License-Identifier:").take(MOST) {
        let line = text[at + "SPDX-License-Identifier:".len()..].lines().next().unwrap_or_default();
        let expression = line.trim().trim_end_matches(['*', '/', '-', '>', ' ']);
        for id in expression.split([' ', '(', ')']).filter(|id| license::is_spdx(id)) {
            add(license::family(id).to_owned(), expression);
        }
    }
    let lower = text.to_ascii_lowercase();
    for (host, read) in DEEDS {
        for (at, _) in lower.match_indices(host).take(MOST) {
            let rest = &lower[at + host.len()..];
            let end =
                rest.find(|c: char| c.is_whitespace() || "\"'<>()[]`".contains(c)).unwrap_or(rest.len());
            if let Some(id) = read(&rest[..end]) {
                add(id, &text[at..at + host.len() + end]);
            }
        }
    }
    let mut read = 0;
    let phrases: Vec<Vec<&str>> = SAID.iter().map(|phrase| phrase.split(' ').collect()).collect();
    for at in (0..words.len()).filter(|at| free[*at]) {
        let behind = phrases.iter().find_map(|phrase| {
            let row = words.words.get(at..at + phrase.len())?;
            row.iter().eq(phrase.iter()).then_some(at + phrase.len())
        });
        if let Some(behind) = behind.filter(|_| read < MOST * 5) {
            read += 1;
            if let Some((id, end)) = name_at(text, words, behind) {
                add(id, &text[words.span(&(at..end))]);
            }
        }
    }
    // A heading or a line that is a license's name and nothing else.
    for line in text
        .lines()
        .filter(|line| line.len() < 120 && line.to_ascii_lowercase().contains("licen"))
        .take(MOST * 5)
    {
        let name =
            line.trim().trim_start_matches(['#', '*', '-', ' ', '>']).trim_end_matches(['*', '.', ':', ' ']);
        let name = name
            .split_once(':')
            .filter(|(key, _)| key.to_ascii_lowercase().contains("licen"))
            .map_or(name, |(_, name)| name);
        if let Some(id) = meant(name).filter(|_| stands_free(text, line, words, free)) {
            add(id, name);
        }
    }
    named
}

/// Whether a line is of no license's own text.
fn stands_free(text: &str, line: &str, words: &Words, free: &[bool]) -> bool {
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    let within = start..start + line.len();
    (0..words.len()).filter(|at| within.contains(&words.span(&(*at..at + 1)).start)).all(|at| free[at])
}

/// The license whose name begins at a word: by as many words as name one.
fn name_at(text: &str, words: &Words, from: usize) -> Option<(String, usize)> {
    let end = (from + LONGEST).min(words.len());
    (from + 1..=end).rev().find_map(|end| {
        let id = meant(&text[words.span(&(from..end))])?;
        Some((id, end))
    })
}

fn meant(name: &str) -> Option<String> {
    if name.len() > 120 || name.contains('\n') && name.split('\n').count() > 2 {
        return None;
    }
    match license::meant(name, std::iter::empty()) {
        Meant::One(id) => Some(license::family(&id).to_owned()),
        _ => None,
    }
}

/// `by-sa/4.0` is `CC-BY-SA-4.0`.
fn creative_commons(rest: &str) -> Option<String> {
    let mut parts = rest.split('/');
    let (kind, version) = (parts.next()?, parts.next()?);
    let id = format!("CC-{}-{}", kind.to_uppercase(), version.get(..3)?);
    license::is_spdx(&id).then_some(id)
}

/// `mit` is `MIT`.
fn whole(rest: &str) -> Option<String> {
    let id = rest.split(['/', '?', '#']).next()?.trim_end_matches(".html");
    meant(id)
}
