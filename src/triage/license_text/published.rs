//! The licenses as they were published: the texts that others are held against.
//!
//! In: the texts of the SPDX License List (crate `spdx`, the list's own data). Out: [`Published`] texts, and where each
//! row of words stands in them. They are made ready when they are first needed; a process without questions does not
//! have them in memory.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
    sync::LazyLock,
};

use super::words::Words;
use crate::triage::license;

/// A license as it was published.
pub struct Published {
    /// Its SPDX id, without what does not show in a text: `GPL-3.0`.
    pub id: &'static str,
    pub words: Words,
    /// The words that bind. Before them stand title and copyright notice, behind them how to apply the license; both
    /// are left out by custom.
    pub body: Range<usize>,
}

/// All texts, and where their rows of words stand.
pub struct Library {
    pub texts: Vec<Published>,
    rows: HashMap<u64, Vec<(u32, u32)>>,
}

/// A shorter text, in words, is no more than a sentence of any license.
const SHORTEST: usize = 25;

/// With what the binding part begins, where something stands before it. The words as [`Words`] has them.
const BEGINS: [&str; 15] = [
    "permission is hereby granted",
    "permission to use copy",
    "redistribution and use",
    "this is free and unencumbered",
    "terms and conditions for use reproduction",
    "terms and conditions for copying",
    "terms and conditions 0 definitions",
    "this version of the gnu lesser",
    "by exercising the licensed rights",
    "statement of purpose",
    "license the work as defined below",
    "1 definitions",
    "the open database license",
    "this european union public",
    "the accompanying program is provided",
];

/// With what it ends, where something follows.
const ENDS: [&str; 5] = [
    "end of terms and conditions",
    "creative commons is not a party",
    "how to apply these terms",
    "exhibit a source code form",
    "appendix how to apply",
];

impl Library {
    /// The one library; made on first use.
    pub fn get() -> &'static Self {
        static LIBRARY: LazyLock<Library> = LazyLock::new(Library::make);
        &LIBRARY
    }

    fn make() -> Self {
        let mut texts: Vec<Published> = Vec::new();
        // Ids that differ only in how the license is applied share a text.
        let mut seen = BTreeSet::new();
        for &(id, text) in spdx::text::LICENSE_TEXTS {
            let family = license::family(id);
            if id.contains("-with-") || !seen.insert(family) {
                continue;
            }
            let words = Words::of(own_part(family, text));
            if words.len() >= SHORTEST {
                let body = body(&words);
                texts.push(Published { id: family, words, body });
            }
        }
        let mut rows: HashMap<u64, Vec<(u32, u32)>> = HashMap::new();
        for (text, published) in (0..).zip(&texts) {
            for (at, row) in (0..).zip(published.words.rows()) {
                rows.entry(row).or_default().push((text, at));
            }
        }
        Self { texts, rows }
    }

    /// Where a row of words stands: text, and place in it.
    pub fn find(&self, row: u64) -> &[(u32, u32)] {
        self.rows.get(&row).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The list has the GNU Lesser General Public License 3 with the GPL behind it; projects publish it without, and the
/// GPL's text is known by itself.
fn own_part<'a>(id: &str, text: &'a str) -> &'a str {
    match text.find("GNU GENERAL PUBLIC LICENSE") {
        Some(at) if id == "LGPL-3.0" => &text[..at],
        _ => text,
    }
}

fn body(words: &Words) -> Range<usize> {
    let find = |phrase: &str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        words.words.windows(phrase.len()).position(|row| row.iter().eq(phrase.iter()))
    };
    let half = words.len() / 2;
    let start = BEGINS.iter().filter_map(|phrase| find(phrase)).filter(|at| *at < half).min();
    let end = ENDS.iter().filter_map(|phrase| find(phrase)).filter(|at| *at > half).min();
    start.unwrap_or(0)..end.unwrap_or(words.len())
}
