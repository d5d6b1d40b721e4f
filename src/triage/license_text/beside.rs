//! What stands beside a license in the file that is there for the license alone: all of it has to be accounted for.
//!
//! In: the words of a license file that belong to no known text. Out: the sentences that are not of a known form. Never:
//! a list of what is forbidden to say. Conditions can be put in words without end and in every language; the titles,
//! the lines with a holder's name and the sentences that lead to a license are few.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    guard::{self, Found},
    holder, languages, names,
    vocabulary::{NAMELESS, REACH},
    words::{ADDRESS, SIGN, Word},
};

/// A license's name, an address, and what a project is called, in a sentence that is compared with the forms.
const NAME: &str = "@name";
const OWN: &str = "@own";

/// No project's name, and no description in the first line, has more words.
const LONGEST_OWN: usize = 3;
const LONGEST_DESCRIPTION: usize = 12;

/// Parts of the forms.
const WORK: &str = "(?:open source |source )?(?:software|code|program|project|work|works|repository|package|library\
    |documentation|documents?|docs|contents?|data|dataset|database|files?|texts?|images|website|site|app|application\
    |materials?|tools?|models?|frontend|backend|schema|schemas|artwork|fonts|icons)";
const LICENSES: &str = "(?:the )?(?:@name|license|licenses|following licenses?|license below|licenses below)\
    (?: license)?(?: @name)*(?: (?:or|and|or later) (?:the )?(?:@name)(?: license)?(?: @name)*)*";

const PART: &str = "(?:@own )?(?:WORK|WORK license|license|licenses)(?: (?:is|are))?(?: under)?(?: the)? @name(?: license)?(?: @name)*";

/// The forms of sentences that take nothing back. `PART`, `WORK` and `LICENSES` stand for the parts above.
const FORMS: [&str; 20] = [
    // "The Open Clinic code in this repository is licensed under the terms of the MIT License, see below."
    "(?:(?:the|this|all|our) )?(?:of )?(?:(?:the|this) )?(?:@own )?(?:WORK(?: (?:and|or) (?:the )?WORK)* )?\
     (?:in this (?:repository|project|file|folder) )?(?:is|are) (?:hereby )?(?:dual ?)?(?:licensed|released|distributed\
     |published|made available|available|provided|shared|covered|governed) (?:under|by|with)(?: either)?(?: of)?\
     (?: the)?(?: terms(?: and conditions)? of)?(?: either)?(?: of)?(?: LICENSES)?(?: at your option)?(?: as follows)?\
     (?: see (?:the )?license(?: file)?(?: below)?| see below| reproduced below| below)?",
    "(?:dual ?)?(?:licensed|released|distributed|published) under (?:the )?(?:terms of )?(?:either )?(?:of )?\
     (?:the )?(?:LICENSES)?(?: at your option)?",
    "(?:the )?WORK (?:is|are) (?:licensed )?under LICENSES (?:and )?(?:the )?WORK (?:(?:is|are) )?(?:licensed )?under LICENSES",
    // Of a list of them.
    "(?:the )?@name(?: license)?(?: (?:license[a-z]*|in|or|and|the|file|@name))*(?: at your option)?",
    "at your option",
    // "Code: MIT License", "License: MIT".
    "PART(?: PART)*",
    "spdxlicenseidentifier(?: @name)?(?: (?:or|and) @name)*",
    // Titles.
    "the|(?:the )?(?:mit|expat|isc|bsd|apache)(?: license)?",
    "(?:the )?WORK(?: (?:and|or) (?:the )?WORK)*",
    "@name deed",
    "(?:the )?(?:@own )?(?:WORK )?(?:public )?licens(?:e|es|ing)(?: (?:agreement|text|file|notice|information))?",
    "(?:copyright|license|legal|copyright and license|copyright and permission)(?: notices?| information)?",
    "(?:begin|end)(?: of)?(?: the)?(?: @own)?(?: WORK)?(?: license)?(?: text| terms| file| agreement)?",
    "terms and conditions|full (?:license )?text",
    "(?:please )?see(?: (?:also|the|and|file|files|docs|licenses?|readme|notice|copying|authors|contributors|md|txt|for\
     |more|full|details|information|text|below|above|this))+",
    "(?:for )?(?:a )?(?:more information|full text|full license|copy of (?:this|the) license)(?: please)?(?: see| visit\
     | refer to)? (?:@name|below)",
    // "Third-party libraries are under their own licenses."
    "third ?party (?:libraries|components|dependencies|software|code|packages|modules|files)(?: and (?:libraries\
     |components|dependencies|packages|modules|files))?(?: (?:bundled|included|used)(?: here)?)? (?:are|is|have|has|retain\
     |remain)(?: licensed)?(?: under| subject to| covered by)? their (?:own|respective) licenses?",
    // "All files in this repository": whatever the license is called.
    "(?:this|the) license applies to (?:all|everything)(?: the)?(?: files| WORK)? in this (?:repository|project)",
    // What is left of what many projects in Rust ask of those who contribute.
    "contributions?|(?:(?:the|this) )?(?:@own|WORK) by you(?: as defined in the @name(?: license)?)?",
    // Where the Free Software Foundation is, or was.
    "(?:51 franklin st(?:reet)? fifth floor|59 temple place suite 330|675 mass ave) (?:boston|cambridge) ma \
     0[0-9]{4}(?:[0-9]{4})? usa",
];

static KNOWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = FORMS
        .join("|")
        .replace("PART", &format!("(?:{PART})"))
        .replace("LICENSES", LICENSES)
        .replace("WORK", WORK);
    Regex::new(&format!("^(?:{forms}) ?$")).ok()
});

/// What is a part of a work as a rule, and what is the whole of it.
const PARTS: [&str; 14] = [
    "documentation",
    "document",
    "documents",
    "docs",
    "texts",
    "text",
    "images",
    "artwork",
    "fonts",
    "icons",
    "website",
    "site",
    "frontend",
    "schemas",
];
const WHOLES: [&str; 20] = [
    "software",
    "code",
    "program",
    "project",
    "work",
    "works",
    "repository",
    "package",
    "library",
    "content",
    "contents",
    "data",
    "dataset",
    "database",
    "app",
    "application",
    "tool",
    "model",
    "everything",
    "all",
];

/// The words that stand in the forms, so that they are no project's name.
static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let forms = FORMS.into_iter().chain([PART, WORK, LICENSES]);
    let words = forms.flat_map(|form| form.split(|c: char| !c.is_ascii_lowercase()));
    // Many projects have "open" in their names.
    words.filter(|word| word.len() > 2 && *word != "open").collect()
});

/// The sentences that are not accounted for, as ranges of words.
pub fn unaccounted(text: &str, words: &[Word], free: &[bool], found: &Found) -> Vec<Range<usize>> {
    let beside = Beside { text, words, free, found };
    let mut doubts = Vec::new();
    let mut start = 0;
    for sentence in words.chunk_by(|one, two| one.sentence == two.sentence) {
        let whole = start..start + sentence.len();
        start = whole.end;
        let left = beside.left(whole);
        let (Some(first), Some(last)) = (left.first(), left.last()) else { continue };
        if !beside.is_known(&left) || beside.is_of_a_part(&left) {
            doubts.push(*first..*last + 1);
        }
    }
    doubts
}

struct Beside<'a> {
    text: &'a str,
    words: &'a [Word],
    free: &'a [bool],
    found: &'a Found,
}

impl Beside<'_> {
    /// The words of a sentence without lines on who holds the copyright, and without phrases that take nothing back.
    /// Where a license is named, the first word of its name.
    fn left(&self, sentence: Range<usize>) -> Vec<usize> {
        let is_named = |at: &usize| self.found.named.iter().any(|name| name.start == *at);
        let mut left: Vec<usize> = Vec::new();
        let mut of_holders = false;
        let mut start = sentence.start;
        let is_one = |one: &Word, two: &Word| one.line == two.line && two.text != "copyright";
        for line in self.words[sentence].chunk_by(is_one) {
            let whole = start..start + line.len();
            start = whole.end;
            let said: Vec<usize> = whole.clone().filter(|at| self.free[*at] || is_named(at)).collect();
            of_holders = self.is_of_holders(&said)
                || of_holders && said.len() <= 6 && self.is_name(&said)
                || said.is_empty() && of_holders;
            if !of_holders {
                left.extend(said);
            }
        }
        let words = left.into_iter().map(|at| (at, self.words[at].text.as_str())).collect();
        guard::without_harmless(words).into_iter().map(|(at, _)| at).collect()
    }

    /// "Copyright (c) 2019-2024 Open Clinic e.V. <office@clinic.example>, all rights reserved", also without the years.
    fn is_of_holders(&self, line: &[usize]) -> bool {
        let of = |at: &usize| self.words[*at].text.as_str();
        let Some(first) = line.first() else { return false };
        let before = first.checked_sub(1).map(|before| &self.words[before]);
        let gap = self.text.get(before.map_or(0, |word| word.at.end)..self.words[*first].at.start);
        // The word may belong to what the license says on how to apply it.
        let signed =
            gap.is_some_and(|gap| gap.contains('©')) || before.is_some_and(|word| word.text == "copyright");
        let said = |at: &&usize| {
            matches!(of(at), "copyright" | "copyrights" | "c" | "portions" | "spdxfilecopyrighttext")
        };
        let opening = line.iter().take_while(said).count();
        if opening == 0 && !signed || opening == 1 && of(first) == "portions" {
            return false;
        }
        let ending = |at: &usize| {
            matches!(
                of(at),
                "all" | "rights" | "reserved" | "see" | "authors" | "contributors" | "file" | "md" | "txt"
            ) || of(at) == ADDRESS
        };
        let end = line.len() - line.iter().rev().take_while(|at| ending(at)).count();
        self.is_name(&line[opening..end.max(opening)])
    }

    /// A name of somebody, or nothing; addresses may stand in it.
    fn is_name(&self, words: &[usize]) -> bool {
        let said = words.iter().map(|at| &self.words[*at]).filter(|word| word.text != ADDRESS);
        holder::is_filled_in(self.text, &said.cloned().collect::<Vec<_>>())
    }

    fn is_known(&self, left: &[usize]) -> bool {
        let plain = left.iter().map(|at| self.words[*at].text.as_str()).collect::<Vec<_>>().join(" ");
        if self.is_description(left) || is_of_known_form(&plain) {
            return true;
        }
        let mut said: Vec<&str> = Vec::new();
        let mut own = 0;
        for at in left {
            let word = self.words[*at].text.as_str();
            let named = self.found.named.iter().any(|name| name.start == *at);
            own = if !named && self.is_own(*at) { own + 1 } else { 0 };
            match own {
                0 => said.push(match word {
                    _ if named => NAME,
                    ADDRESS => "@address",
                    _ => word,
                }),
                1 => said.push(OWN),
                _ => {}
            }
            if own > LONGEST_OWN {
                return false;
            }
        }
        let said = said.join(" ");
        let title = said == OWN && left.first().is_some_and(|at| self.words[*at].line == self.first_line());
        title || is_of_known_form(&said)
    }

    /// Whether it licenses a part of the work, under a license that stands here in full: the rest is under none then.
    fn is_of_a_part(&self, left: &[usize]) -> bool {
        let says = |some: &[&str]| left.iter().any(|at| some.contains(&self.words[*at].text.as_str()));
        let named = left.iter().any(|at| self.found.named.iter().any(|name| name.start == *at));
        let other = left.iter().any(|at| self.found.others.contains(at));
        (left.len() > 2 || named) && says(&PARTS) && !says(&WHOLES) && !other
    }

    /// "Open Clinic - records vaccinations in clinics", in the first line of the file.
    fn is_description(&self, left: &[usize]) -> bool {
        let own = left.iter().take_while(|at| self.is_own(**at)).count();
        let (true, Some(next)) = ((1..=LONGEST_OWN).contains(&own), left.get(own)) else { return false };
        let apart = self.text.get(self.words[left[own - 1]].at.end..self.words[*next].at.start);
        let rest = &left[own..];
        apart.is_some_and(|apart| apart.contains(['-', '–', '—', ':']))
            && rest.len() <= LONGEST_DESCRIPTION
            && left.iter().all(|at| self.words[*at].line == self.first_line())
            && rest.iter().all(|at| {
                let word = self.words[*at].text.as_str();
                describes(word)
                    && !NAMELESS.iter().any(|nameless| *nameless == word && word != "without")
                    && !guard::matters(word)
            })
    }

    fn first_line(&self) -> u32 {
        self.words.first().map_or(0, |word| word.line)
    }

    /// A word of what a project calls itself: it begins with a capital, and neither licenses have it nor conditions.
    fn is_own(&self, at: usize) -> bool {
        let word = &self.words[at];
        let written = self.text.get(word.at.clone()).unwrap_or_default();
        let part = |part: &str| {
            describes(part) && !guard::matters(part) && !names::begins(part) && !WORDS.contains(part)
        };
        let plain = written.to_lowercase().split('-').all(part) && part(&word.text);
        written.starts_with(char::is_uppercase) && word.text.len() > 2 && plain
    }
}

/// A sentence of which the license itself is the rest ends where its form would go on.
fn is_of_known_form(said: &str) -> bool {
    KNOWN.as_ref().is_some_and(|known| known.is_match(said) || known.is_match(&format!("{said} ")))
}

/// A word that does not say for whom or for what something is, or what has become of it.
fn describes(word: &str) -> bool {
    let says = REACH.contains(&word) || guard::steers(word) || languages::is_foreign(word);
    !says && word != ADDRESS && word != SIGN && (word.chars().count() > 1 || word == "a")
}

#[cfg(test)]
mod tests {
    use crate::triage::license_text::read_license_file;

    #[test]
    fn the_forms_can_be_read() {
        assert!(super::KNOWN.is_some());
    }

    /// Whether the sentence is held against the license behind it, and before it.
    fn doubted(sentence: &str) -> (bool, bool) {
        let mit = spdx::text::LICENSE_TEXTS.iter().find(|(id, _)| *id == "MIT").unwrap().1;
        let is_doubted = |text: &str| {
            let reading = read_license_file(text);
            assert_eq!(reading.held.len(), 1, "{text}");
            !reading.doubts.is_empty()
        };
        (is_doubted(&format!("{sentence}\n\n{mit}")), is_doubted(&format!("{mit}\n{sentence}\n")))
    }

    #[test]
    fn what_leads_to_a_license_is_accounted_for() {
        for sentence in [
            "Open Clinic - records vaccinations in clinics",
            "Open Clinic",
            "OpenClinic",
            "Licensed under either of",
            "License: MIT (https://opensource.org/licenses/MIT)",
            "This project is dual-licensed under MIT and Apache-2.0.",
            "The Open Clinic project is licensed under the MIT License:",
            "Copyright (c) 2019-2024 Open Clinic e.V. <office@clinic.example>",
            "SPDX-FileCopyrightText: 2024 Open Clinic e.V.\nSPDX-License-Identifier: MIT",
            "<!-- SPDX-License-Identifier: MIT -->",
            "The MIT License",
            "Software License Agreement",
            "Unless otherwise noted, all code is licensed under the MIT License, see below.",
            "Documentation: CC BY 4.0\nCode: MIT License",
        ] {
            assert!(!doubted(sentence).0, "{sentence}");
        }
        for sentence in [
            "Copyright (c) 2020 Ada Ábalos",
            "Copyright Jason R. Coombs and individual contributors",
            "Copyright (c) 2020 The Open Clinic\n   Foundation, Nairobi",
            "SPDX-License-Identifier: MIT",
            "Third-party components are covered by their respective licenses.",
            "END OF LICENSE",
            "See the README for details.",
            "The documentation is licensed under CC BY 4.0.",
            "Unless you explicitly state otherwise, any contribution intentionally submitted for inclusion in Clinic by \
             you, as defined in the Apache-2.0 license, shall be dual licensed as above, without any additional terms or \
             conditions.",
            "This license applies to all files in this repository.",
        ] {
            assert!(!doubted(sentence).1, "{sentence}");
        }
    }

    #[test]
    fn conditions_in_any_words_are_not() {
        for sentence in [
            "This is for nonprofits and schools.",
            "Trial version",
            "仅供非商业使用。",
            "学校向けです。",
            "Только для школ.",
            "للمدارس",
            "विद्यालयों के लिए",
            "Für Schulen und Vereine.",
            "Pour les écoles.",
            "Para escuelas.",
            "Kwa shule.",
            "N o t for banks",
            "n o t sold",
            "Cοmpanies ask the authors",
            "🚫 💰",
            "Copyright Acme for Students",
            "Copyright Acme, N O  M I L I T A R Y",
            "Copyright Acme, no weapons",
            "Copyright Acme, firms buy a key first",
            "THE ABOVE COPYRIGHT LICENSE IS REPLACED BY THE ACME EULA",
            "This was the license of version 1. The terms of version 2: https://acme.example/eula",
            "This project is now closed source; old license below.",
            "Corporations buy an enterprise license; hobbyists get the MIT license:",
            "MIT-NC License",
            "See https://acme.example/you-must-not-sell-it and pay",
            "&#78;&#111;&#116;&#32;&#102;",
            "Commons-Clause",
            "Personal-use-only edition",
            "To 10 works",
            "Acme - costs money in production",
            "Acme: hobbyists alone",
            "Acme Shareware License Agreement",
            "Hobbyist License: MIT License",
            "Copyright (c) 2024 Acme, Proprietary And Confidential",
            "Copyright (c) 2024 Acme Until 2026",
            "Copyright (c) 2024 Acme (Free To Schools)",
            "Copyright (c) 2024 Acme, Copying Illegal",
            "Copyright (c) 2024 张三 版权所有 翻印必究",
            "Copyright (c) 2024 Acme 内部使用",
            "Copyright (c) 2024 Acme Für Schulen",
            "Copyright (c) 2024 Acme Для Школ",
            "The fonts are licensed under the MIT License:",
            "Images: MIT License",
            "The documentation is licensed as follows:",
            "<img src=\"https://acme.example/noncommercial.png\">",
        ] {
            assert_eq!(doubted(sentence), (true, true), "{sentence}");
        }
        for sentence in ["Nonprofits and schools.", "# Pricing\n\nTen dollars a seat.", "Clinics of Kenya."] {
            assert!(doubted(sentence).1, "{sentence}");
        }
    }
}
