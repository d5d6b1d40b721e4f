//! The license texts that are known, ready to be compared: SPDX's, and a few short notices beside them.
//!
//! In: SPDX's texts (crate `spdx`). Out: [`Library`], built once, when first asked for. Never: a stranger's text.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use super::words::{self, Word};
use crate::triage::license;

/// Runs of so many words are compared first; shorter ones are everywhere.
pub const RUN: usize = 5;
/// A word that no known license has.
pub const UNKNOWN: u32 = u32::MAX;

/// What it means that a text holds this template.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A license in full.
    License,
    /// The words with which a license is applied to something.
    Notice,
    /// What often stands beside a license and changes nothing.
    Aside,
}

/// One known text.
pub struct Template {
    /// The license's family: `GPL-3.0` whether "or later" or not.
    pub id: String,
    pub kind: Kind,
    /// Its words, as numbers of the library.
    pub words: Vec<u32>,
    /// Words that a copy need not have: titles, "how to apply", what the steward says about itself.
    pub optional: Vec<bool>,
    /// How many words its title and its copyright lines have, at the top.
    pub title: usize,
    /// Words that count paragraphs.
    pub labels: Vec<bool>,
    /// How many different runs it has.
    pub runs: usize,
}

/// All of them.
pub struct Library {
    pub templates: Vec<Template>,
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    /// Hash of a run, and a template that has it; in order.
    index: Vec<(u32, u16)>,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::build);

/// The library; the first caller waits until it is built.
pub fn library() -> &'static Library {
    &LIBRARY
}

/// Parts of licenses that a copy may lack: from the first phrase until the second, or until the end.
const OPTIONAL: [(&str, &str); 14] = [
    ("end of terms and conditions", ""),
    ("how to apply these terms to your new programs", ""),
    ("exhibit a source code form license notice", ""),
    ("exhibit a form of secondary licenses notice", ""),
    // What Creative Commons says about itself and to those who choose a license; no part of its licenses.
    ("creative commons corporation creative commons is not a law firm", "by exercising the licensed rights"),
    ("creative commons is not a party to its public licenses", ""),
    ("creative commons corporation is not a law firm", "the work as defined below is provided"),
    ("creative commons corporation is not a law firm", "statement of purpose"),
    ("creative commons notice", ""),
    ("creative commons is not a party to this license", ""),
    ("for more information please refer to @address", ""),
    ("appendix how to apply", ""),
    ("open data commons is not a law firm", "preamble"),
    ("this license is published by the open data commons", ""),
];

/// The last words of the GPL's file. Then what Creative Commons' notices and pages say beside the name of a license
/// that asks for attribution, or also for sharing alike.
const ASIDES: [&str; 5] = [
    "This General Public License does not permit incorporating your program into proprietary programs. If your \
     program is a subroutine library, you may consider it more useful to permit linking proprietary applications \
     with the library. If this is what you want to do, use the GNU Lesser General Public License instead of this \
     License.",
    "To view a copy of this license, visit http://creativecommons.org/ or send a letter to Creative Commons, \
     PO Box 1866, Mountain View, CA 94042, USA.",
    "To view a copy of this license, visit http://creativecommons.org/ or send a letter to Creative Commons, \
     444 Castro Street, Suite 900, Mountain View, California, 94041, USA.",
    "You are free to: Share: copy and redistribute the material in any medium or format for any purpose, even \
     commercially. Adapt: remix, transform, and build upon the material for any purpose, even commercially. \
     The licensor cannot revoke these freedoms as long as you follow the license terms. Under the following \
     terms: Attribution: You must give appropriate credit, provide a link to the license, and indicate if \
     changes were made. You may do so in any reasonable manner, but not in any way that suggests the licensor \
     endorses you or your use. No additional restrictions: You may not apply legal terms or technological \
     measures that legally restrict others from doing anything the license permits.",
    "You are free to: Share: copy and redistribute the material in any medium or format for any purpose, even \
     commercially. Adapt: remix, transform, and build upon the material for any purpose, even commercially. \
     The licensor cannot revoke these freedoms as long as you follow the license terms. Under the following \
     terms: Attribution: You must give appropriate credit, provide a link to the license, and indicate if \
     changes were made. You may do so in any reasonable manner, but not in any way that suggests the licensor \
     endorses you or your use. ShareAlike: If you remix, transform, or build upon the material, you must \
     distribute your contributions under the same license as the original. No additional restrictions: You \
     may not apply legal terms or technological measures that legally restrict others from doing anything the \
     license permits.",
];

/// Where notices stand in the licenses' own "how to apply": license, first words, last words.
const APPLIED: [(&str, &str, &str); 5] = [
    ("Apache-2.0", "licensed under the apache license", "limitations under the license"),
    ("GPL-3.0", "this program is free software", "if not see @address"),
    ("AGPL-3.0", "this program is free software", "if not see @address"),
    ("GPL-2.0", "this program is free software", "general public license for more details"),
    ("MPL-2.0", "this source code form is subject", "obtain one at @address"),
];

/// Where the disclaimer begins with which these end.
const DISCLAIMERS: [(&str, &str); 3] = [
    ("MIT", "the software is provided as is"),
    ("BSD-3-Clause", "this software is provided by"),
    ("ISC", "the software is provided as is"),
];

impl Library {
    fn build() -> Self {
        let mut library =
            Self { templates: Vec::new(), numbers: HashMap::new(), texts: Vec::new(), index: Vec::new() };
        let mut seen = HashSet::new();
        // The GNU licenses are in the list once for each way of applying them; the texts are the same.
        let texts: BTreeMap<&str, &str> = spdx::text::LICENSE_TEXTS
            .iter()
            .filter(|(id, _)| !id.contains("-with-"))
            .map(|(id, text)| (license::family(id), *text))
            .collect();
        let mut ids: Vec<&str> = texts.keys().copied().collect();
        // Of two ids with one text the shorter one is the usual.
        ids.sort_by_key(|id| (id.len(), *id));
        for id in ids {
            library.license(id, texts[id], &mut seen);
        }
        for text in ASIDES {
            library.add("", Kind::Aside, &words::template(text), Vec::new());
        }
        // What a license does not ask for takes nothing back.
        for (_, text) in spdx::text::EXCEPTION_TEXTS {
            library.add("", Kind::Aside, &words::template(text), Vec::new());
        }
        library.index();
        library
    }

    fn license(&mut self, id: &str, text: &str, seen: &mut HashSet<u64>) {
        let read = words::template(text);
        if read.len() < 2 * RUN || !seen.insert(fingerprint(&read)) {
            return;
        }
        let mut optional = vec![false; read.len()];
        optional[..head(&read)].fill(true);
        for (first, last) in OPTIONAL {
            let Some(start) = find(&read, first, 0) else { continue };
            let end = if last.is_empty() { Some(read.len()) } else { find(&read, last, start) };
            optional[start..end.unwrap_or(start)].fill(true);
        }
        for (of, first, last) in APPLIED.iter().filter(|(of, ..)| *of == id) {
            let Some(start) = last_of(&read, first) else { continue };
            let Some(end) = find(&read, last, start).map(|at| at + last.split(' ').count()) else { continue };
            self.notice(of, &read[start..end]);
        }
        // A disclaimer alone is no license yet, and no changed one either.
        for (_, first) in DISCLAIMERS.iter().filter(|(of, _)| *of == id) {
            if let Some(start) = find(&read, first, 0) {
                self.add("", Kind::Aside, &read[start..], Vec::new());
            }
        }
        // SPDX's text has the GPL behind it; the file that GNU publishes has not.
        if id == "LGPL-3.0"
            && let Some(second) = last_of(&read, "gnu general public license version 3 29 june 2007")
        {
            self.add(id, Kind::License, &read[..second], optional[..second].to_vec());
        }
        self.add(id, Kind::License, &read, optional);
    }

    /// A notice, and those that are made from it by other names of the work and of the license.
    fn notice(&mut self, id: &str, read: &[Word]) {
        self.add(id, Kind::Notice, read, Vec::new());
        let called = |from: &str, to: &str| {
            let mut read = read.to_vec();
            read.iter_mut().filter(|word| word.text == from).for_each(|word| word.text = to.to_owned());
            read
        };
        if id.contains("GPL") {
            for name in ["software", "library", "file", "project"] {
                self.add(id, Kind::Notice, &called("program", name), Vec::new());
            }
        }
        if id == "GPL-3.0" {
            for name in ["program", "software", "library", "file"] {
                let mut lesser = Vec::new();
                for word in called("program", name) {
                    if word.text == "general" {
                        lesser.push(Word { text: "lesser".into(), ..word.clone() });
                    }
                    lesser.push(word);
                }
                self.add("LGPL-3.0", Kind::Notice, &lesser, Vec::new());
            }
        }
    }

    fn add(&mut self, id: &str, kind: Kind, read: &[Word], optional: Vec<bool>) {
        let numbers: Vec<u32> = read
            .iter()
            .map(|word| {
                *self.numbers.entry(word.text.clone()).or_insert_with(|| {
                    self.texts.push(word.text.clone());
                    self.texts.len() as u32 - 1
                })
            })
            .collect();
        let optional = if optional.is_empty() { vec![false; numbers.len()] } else { optional };
        let labels = read.iter().map(|word| word.label).collect();
        let title = if kind == Kind::License { head(read) } else { 0 };
        let id = id.to_owned();
        self.templates.push(Template { id, kind, words: numbers, optional, title, labels, runs: 0 });
    }

    fn index(&mut self) {
        for (at, template) in self.templates.iter_mut().enumerate() {
            let runs: HashSet<u32> = template.words.windows(RUN).map(hash).collect();
            template.runs = runs.len();
            self.index.extend(runs.into_iter().map(|run| (run, at as u16)));
        }
        self.index.sort_unstable();
    }

    /// The words of a text as the library's numbers.
    pub fn number(&self, words: &[Word]) -> Vec<u32> {
        words.iter().map(|word| self.numbers.get(&word.text).copied().unwrap_or(UNKNOWN)).collect()
    }

    /// The word of a number.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }

    /// The templates that have a run.
    pub fn having(&self, run: u32) -> impl Iterator<Item = usize> {
        let start = self.index.partition_point(|(known, _)| *known < run);
        self.index[start..].iter().take_while(move |(known, _)| *known == run).map(|(_, at)| usize::from(*at))
    }
}

/// One number for a run of words.
pub fn hash(run: &[u32]) -> u32 {
    let mixed = run.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, word| {
        (hash ^ u64::from(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
    });
    (mixed ^ (mixed >> 32)) as u32
}

/// How many words stand in the title and copyright lines at the top: short sentences, thirty words at most.
fn head(read: &[Word]) -> usize {
    let mut end = 0;
    while let Some(first) = read.get(end) {
        let length = read[end..].iter().take_while(|word| word.sentence == first.sentence).count();
        if length > 16 || end + length > 30 {
            break;
        }
        end += length;
    }
    end
}

/// One number for a whole text.
fn fingerprint(read: &[Word]) -> u64 {
    let mut hasher = DefaultHasher::new();
    read.iter().for_each(|word| word.text.hash(&mut hasher));
    hasher.finish()
}

fn find(read: &[Word], phrase: &str, from: usize) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    read[from..]
        .windows(phrase.len())
        .position(|window| window.iter().zip(&phrase).all(|(word, text)| word.text == *text))
        .map(|at| at + from)
}

fn last_of(read: &[Word], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    read.windows(phrase.len())
        .rposition(|window| window.iter().zip(&phrase).all(|(word, text)| word.text == *text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_there_once_or_as_it_is_published() {
        let of = |id: &str, kind| {
            library().templates.iter().filter(|one| one.id == id && one.kind == kind).count()
        };
        for id in ["MIT", "GPL-3.0", "AGPL-3.0", "Apache-2.0", "CC-BY-4.0", "ODbL-1.0", "EUPL-1.2"] {
            assert_eq!(of(id, Kind::License), 1, "{id}");
        }
        assert_eq!(of("LGPL-3.0", Kind::License), 2);
        for (id, _, _) in APPLIED {
            assert!(of(id, Kind::Notice) > 0, "{id} has no notice");
        }
        for id in ["GPL-3.0-only", "GPL-3.0-or-later", "GPL-3.0+"] {
            assert_eq!(of(id, Kind::License), 0, "{id}");
        }
    }
}
