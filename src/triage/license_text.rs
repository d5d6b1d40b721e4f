//! What a license's text says: which licenses a text holds, which it names, and what in it a person must look at.
//!
//! In: a text, such as a license file, a README, or what a page shows. Out: a [`Reading`] and a [`TextVerdict`].
//! Never: a guess. A license that was changed is not that license, however little was changed.
//!
//! The known texts take a moment to prepare when the first text is read, so callers with a clock to keep read texts
//! on a thread for work that blocks.

pub mod address;
mod align;
mod beside;
mod file;
mod guard;
mod holder;
mod intact;
mod languages;
pub mod mention;
mod names;
mod templates;
mod vocabulary;
mod words;

use std::ops::Range;

use align::Alignment;
pub use file::{from_file, is_license_file, is_of_others, is_of_restrictions};
use sha2::{Digest, Sha256};
use templates::{Kind, RUN, Template, UNKNOWN, hash, library};
use words::Word;

use crate::triage::license;

/// Of longer texts only so many bytes are read. The longest license has 60,000.
pub const READ: usize = 200_000;
/// A template is laid beside the text if so many of its runs are there: 3 of 10, and 20.
const SHARE: f32 = 0.3;
const RUNS: usize = 20;
/// So many licenses are looked for in one text, and so many templates tried for each.
const PASSES: usize = 12;
const TRIED: usize = 40;
/// So many characters of somebody's words are kept to be shown.
const QUOTED: usize = 240;

/// A license that stands in the text as its steward publishes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The family: `GPL-3.0`, since the text is the same with and without "or later".
    pub id: String,
    /// 1 if no word differs. Names of holders and layout differ in most.
    pub score: f32,
}

/// A license that the text names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Named {
    pub id: String,
    /// The sentence that does, in somebody else's words.
    pub words: String,
    /// Every sentence that does speaks of something else, such as a library that a website uses.
    pub passing: bool,
}

/// A reason why a person must look.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Doubt {
    pub about: About,
    /// What gave rise to it, in somebody else's words.
    pub words: String,
}

/// What a doubt is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum About {
    /// Most of this license is there, and something else instead of the rest.
    Changed(String),
    /// A sentence beside the license may take back what it gives.
    Beside,
    /// The text says itself that this license does not hold as it is.
    Altered(String),
    /// The title above the text is this license's, and the text is another's.
    Title(String),
    /// The text is too long to be read to its end.
    Long,
}

/// All that is read in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub held: Vec<Held>,
    pub named: Vec<Named>,
    pub doubts: Vec<Doubt>,
    /// Tells it from every text with other words: the beginning of a SHA-256 of them, in hexadecimal digits.
    pub digest: String,
}

impl Reading {
    /// Licenses that the text says something is under, beside others that it holds in full.
    pub fn strays(&self) -> impl Iterator<Item = &Named> {
        let is_held = |id: &str| self.held.iter().any(|held| license::is_same(&held.id, id));
        let named = self.named.iter().filter(|_| !self.held.is_empty());
        named.filter(move |named| !named.passing && !is_held(&named.id))
    }
}

/// What a text says of the licenses that were declared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TextVerdict {
    /// It holds one of them in full.
    Holds,
    /// It names one of them.
    Names,
    /// It holds or names only others: these.
    Differs(Vec<String>),
    /// A person must look, because of somebody's words.
    Doubtful(String),
    /// It says nothing that is known.
    Unknown,
}

/// Sums a reading up for the licenses that a nomination declares.
pub fn verdict(reading: &Reading, declared: &[&str]) -> TextVerdict {
    let is_declared = |id: &str| declared.iter().any(|one| license::is_meant(one, id));
    if let Some(doubt) = reading.doubts.first() {
        return TextVerdict::Doubtful(doubt.words.clone());
    }
    if reading.held.iter().any(|held| is_declared(&held.id)) {
        let stray = reading.strays().find(|named| !is_declared(&named.id));
        return stray.map_or(TextVerdict::Holds, |named| TextVerdict::Doubtful(named.words.clone()));
    }
    if reading.named.iter().any(|named| is_declared(&named.id)) {
        return TextVerdict::Names;
    }
    let mut others: Vec<String> = reading.held.iter().map(|held| held.id.clone()).collect();
    others.extend(reading.named.iter().map(|named| named.id.clone()));
    others.sort();
    others.dedup();
    if others.is_empty() { TextVerdict::Unknown } else { TextVerdict::Differs(others) }
}

/// Reads a text in which a license may stand among other things: a README, a page of a website.
pub fn read(text: &str) -> Reading {
    reading(text, false)
}

/// Reads the text of a file that is there for the license alone. Whatever stands in it beside a license, and is not
/// known to take nothing back, is for a person.
pub fn read_license_file(text: &str) -> Reading {
    reading(text, true)
}

fn reading(text: &str, alone: bool) -> Reading {
    let part = &text[..text.floor_char_boundary(READ.min(text.len()))];
    let words = words::words(part);
    let mut work = Work {
        text: part,
        numbers: library().number(&words),
        free: vec![true; words.len()],
        words,
        found: guard::Found { alone, ..guard::Found::default() },
        reading: Reading::default(),
    };
    work.reading.digest = digest(&work.words);
    work.texts();
    work.names();
    work.surroundings();
    if alone && !work.reading.held.is_empty() {
        work.rest();
    }
    if part.len() < text.len() {
        work.doubt(About::Long, 0..0);
    }
    work.reading
}

fn digest(words: &[Word]) -> String {
    let hash = words.iter().fold(Sha256::new(), |hash, word| hash.chain_update(&word.text).chain_update(" "));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A template laid beside the text.
struct Laid {
    template: &'static Template,
    alignment: Alignment,
    /// The first difference that counts, as words of the text.
    spoiled: Option<Range<usize>>,
}

struct Work<'a> {
    text: &'a str,
    words: Vec<Word>,
    numbers: Vec<u32>,
    /// Words that belong to no license yet.
    free: Vec<bool>,
    found: guard::Found,
    reading: Reading,
}

impl Work<'_> {
    /// Finds the licenses that stand in the text, one after the other.
    fn texts(&mut self) {
        for _ in 0..PASSES {
            let Some(Laid { template, alignment, spoiled }) = self.best() else { return };
            let region = alignment.region.clone();
            self.free[region.clone()].fill(false);
            let withdrawn = self.words[region.clone()].iter().any(|word| word.withdrawn);
            let spoiled = spoiled.or(withdrawn.then(|| region.start..(region.start + 12).min(region.end)));
            match (template.kind, spoiled) {
                (Kind::License, None) => {
                    self.found.places.extend([region.start, region.end - 1]);
                    self.found.texts.push(region.clone());
                    if self.found.alone {
                        self.free_title(template, &alignment);
                    }
                    self.title(&template.id, region.start);
                    let score = alignment.score(template);
                    self.reading.held.push(Held { id: template.id.clone(), score });
                }
                (Kind::License, Some(at)) => {
                    self.found.places.extend([region.start, region.end - 1]);
                    self.doubt(About::Changed(template.id.clone()), at);
                }
                (Kind::Notice, None) => {
                    self.found.places.extend([region.start, region.end - 1]);
                    self.name(template.id.clone(), region, false);
                }
                (Kind::Notice | Kind::Aside, _) => {}
            }
        }
    }

    /// A line of the title, or of the copyright, that is not as published stands beside the license.
    fn free_title(&mut self, template: &Template, alignment: &Alignment) {
        let region = alignment.region.start..alignment.place(template.title);
        for change in alignment.changes.iter().filter(|change| change.lacks.end <= template.title) {
            for at in change.has.clone() {
                let line = self.words[at].line;
                let is_there = |at: &usize| self.words[*at].line == line;
                let own: Vec<usize> = region.clone().filter(is_there).collect();
                own.into_iter().for_each(|at| self.free[at] = true);
            }
        }
    }

    /// The license of which the most stands in the text. One that is intact goes before one that is not.
    fn best(&self) -> Option<Laid> {
        let library = library();
        let runs: Vec<Option<u32>> = self
            .numbers
            .windows(RUN)
            .zip(self.free.windows(RUN))
            .map(|(run, free)| (free.iter().all(|free| *free) && !run.contains(&UNKNOWN)).then(|| hash(run)))
            .collect();
        let mut different: Vec<u32> = runs.iter().flatten().copied().collect();
        different.sort_unstable();
        different.dedup();
        let mut counts = vec![0_usize; library.templates.len()];
        for run in different {
            library.having(run).for_each(|template| counts[template] += 1);
        }
        let mut likely: Vec<(usize, &'static Template)> = counts
            .into_iter()
            .zip(&library.templates)
            .filter(|(count, template)| {
                // Notices are short, and count only where they are intact.
                let least = if template.kind == Kind::License { RUNS } else { RUN };
                *count >= least.min(template.runs / 2) && *count as f32 >= SHARE * template.runs as f32
            })
            .collect();
        likely.sort_by_key(|(count, template)| (usize::MAX - count, template.words.len()));
        let mut changed: Option<Laid> = None;
        let mut intact: Option<(usize, Laid)> = None;
        for (count, template) in likely.into_iter().take(TRIED) {
            // Whatever follows has fewer runs in common.
            if intact.as_ref().is_some_and(|(most, _)| count < *most) {
                break;
            }
            let Some(alignment) = align::align(template, &self.numbers, &runs, &self.free) else { continue };
            let spoiled = intact::spoiled(self.text, template, &alignment, &self.words)
                .map(|change| change.has.clone());
            let laid = Laid { template, alignment, spoiled };
            let better = |than: &Laid| laid.alignment.score(template) > than.alignment.score(than.template);
            if laid.spoiled.is_none() {
                if intact.as_ref().is_none_or(|(_, than)| better(than)) {
                    intact = Some((count, laid));
                }
            } else if template.kind == Kind::License
                && laid.alignment.matched >= RUNS
                && changed.as_ref().is_none_or(better)
            {
                changed = Some(laid);
            }
        }
        intact.map(|(_, laid)| laid).or(changed)
    }

    /// The line above a license's text is its title. One that names another license belongs to another text.
    fn title(&mut self, id: &str, start: usize) {
        let Some(last) = start.checked_sub(1) else { return };
        let line = self.words[last].line;
        let first = self.words[..start].partition_point(|word| word.line < line);
        if start - first > 14 || !self.free[first..start].iter().all(|free| *free) {
            return;
        }
        let within: Vec<bool> = (0..self.words.len()).map(|at| (first..start).contains(&at)).collect();
        let named = names::names(self.text, &self.words, &within);
        let other = named.iter().find(|name| !license::is_same(&name.id, id));
        if let Some(other) = other.filter(|_| !named.iter().any(|name| license::is_same(&name.id, id))) {
            self.doubt(About::Title(other.id.clone()), first..start);
        }
    }

    fn names(&mut self) {
        // A comment may still name the license for those who read the source.
        let mut given = self.free.clone();
        let mut start = 0;
        for sentence in self.words.chunk_by(|one, two| one.sentence == two.sentence) {
            let tagged = sentence.iter().any(|word| word.text == "spdxlicenseidentifier");
            for (at, word) in sentence.iter().enumerate() {
                given[start + at] &= tagged || !word.withdrawn;
            }
            start += sentence.len();
        }
        for name in names::names(self.text, &self.words, &given) {
            self.found.places.push(name.words.start);
            self.found.named.push(name.words.clone());
            if !self.reading.held.iter().any(|held| license::is_same(&held.id, &name.id)) {
                self.found.others.push(name.words.start);
            }
            let here = self.words[name.words.start].sentence;
            let start = self.words.partition_point(|word| word.sentence < here);
            let end = self.words.partition_point(|word| word.sentence <= here);
            // Of an endless sentence the part with the name.
            let (start, end) = (start.max(name.words.start.saturating_sub(25)), end.min(name.words.end + 25));
            if name.altered {
                self.doubt(About::Altered(name.id.clone()), start..end);
            }
            self.name(name.id, start..end, name.passing);
            // Restrictions within a name, such as "NonCommercial", are the license's own.
            self.free[name.words].fill(false);
        }
    }

    /// Looks at what stands beside the licenses found.
    fn surroundings(&mut self) {
        let ids: Vec<&str> = self.ids();
        if self.found.places.is_empty() {
            return;
        }
        let all =
            |part: &str| !ids.is_empty() && ids.iter().all(|id| id.split('-').any(|piece| piece == part));
        let mut excused = Vec::new();
        if all("NC") {
            excused.extend(["noncommercial", "commercial"]);
        }
        if all("ND") {
            excused.push("noderiv");
        }
        self.found.excused = excused;
        self.found.places.sort_unstable();
        for at in guard::restricting(self.text, &self.words, &self.free, &self.found) {
            self.doubt(About::Beside, at);
        }
    }

    /// Looks at all that is left.
    fn rest(&mut self) {
        for at in beside::unaccounted(self.text, &self.words, &self.free, &self.found) {
            self.doubt(About::Beside, at);
        }
    }

    fn ids(&self) -> Vec<&str> {
        let held = self.reading.held.iter().map(|held| held.id.as_str());
        held.chain(self.reading.named.iter().map(|named| named.id.as_str())).collect()
    }

    fn name(&mut self, id: String, at: Range<usize>, passing: bool) {
        match self.reading.named.iter_mut().find(|named| named.id == id) {
            Some(named) => named.passing &= passing,
            None => {
                let words = self.quote(at);
                self.reading.named.push(Named { id, words, passing });
            }
        }
    }

    fn doubt(&mut self, about: About, at: Range<usize>) {
        let words = self.quote(at);
        let doubt = Doubt { about, words };
        if !self.reading.doubts.contains(&doubt) {
            self.reading.doubts.push(doubt);
        }
    }

    /// Somebody's words at a place; where words are missing, those around it.
    fn quote(&self, at: Range<usize>) -> String {
        let at =
            if at.is_empty() { at.start.saturating_sub(6)..(at.start + 6).min(self.words.len()) } else { at };
        let Some(words) = self.words.get(at).filter(|words| !words.is_empty()) else { return String::new() };
        let quoted = &self.text[words[0].at.start..words[words.len() - 1].at.end];
        quoted.chars().take(QUOTED).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> &'static str {
        spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
    }

    #[test]
    fn sums_up_what_was_declared() {
        let mit = read(of("MIT"));
        assert_eq!(mit.held.iter().map(|held| held.id.as_str()).collect::<Vec<_>>(), ["MIT"], "{mit:?}");
        assert_eq!(verdict(&mit, &["MIT"]), TextVerdict::Holds);
        assert_eq!(verdict(&mit, &["GPL-3.0-only"]), TextVerdict::Differs(vec!["MIT".into()]));
        let named = read("Released under the GPL v3.");
        assert_eq!(verdict(&named, &["GPL-3.0-or-later"]), TextVerdict::Names, "{named:?}");
        assert_eq!(verdict(&read("Welcome!"), &["MIT"]), TextVerdict::Unknown);
        let changed = read(&of("MIT").replace("to deal in", "to look at"));
        assert!(matches!(verdict(&changed, &["MIT"]), TextVerdict::Doubtful(_)), "{changed:?}");
    }

    #[test]
    fn of_a_text_without_end_only_the_beginning_is_read() {
        let long = of("MIT").to_owned() + &"Records of vaccinations. ".repeat(9_000);
        let reading = read(&long);
        assert_eq!(reading.held.len(), 1);
        assert!(reading.doubts.iter().any(|doubt| doubt.about == About::Long), "{:?}", reading.doubts);
    }
}
