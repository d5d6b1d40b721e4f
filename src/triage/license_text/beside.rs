//! What stands beside a license in the file that is there for the license alone: all of it has to be accounted for.
//!
//! In: the words of a license file that belong to no known text. Out: the sentences of which nobody knows here that
//! they take nothing back. Never: a list of what is forbidden to say. Conditions can be put in words without end and in
//! every language, and titles, names and the sentences that lead to a license cannot.

use std::ops::Range;

use super::{
    guard::{self, Found},
    languages,
    vocabulary::{REACH, SMALL},
    words::{ADDRESS, Word},
};

/// Words that lead to a license, give it a title or say where it stands, and of which no condition can be made.
const LEADING: [&str; 96] = [
    "the",
    "a",
    "an",
    "this",
    "these",
    "that",
    "which",
    "it",
    "its",
    "and",
    "or",
    "of",
    "in",
    "to",
    "by",
    "as",
    "at",
    "on",
    "with",
    "is",
    "are",
    "was",
    "has",
    "have",
    "be",
    "been",
    "under",
    "below",
    "above",
    "following",
    "follows",
    "here",
    "see",
    "file",
    "files",
    "text",
    "full",
    "copy",
    "license",
    "licenses",
    "licensed",
    "licensing",
    "agreement",
    "terms",
    "conditions",
    "copyright",
    "copyrights",
    "notice",
    "notices",
    "legal",
    "disclaimer",
    "statement",
    "code",
    "source",
    "software",
    "program",
    "project",
    "work",
    "works",
    "repository",
    "package",
    "library",
    "documentation",
    "document",
    "documents",
    "docs",
    "content",
    "contents",
    "data",
    "dataset",
    "database",
    "released",
    "published",
    "available",
    "distributed",
    "made",
    "provided",
    "governed",
    "covered",
    "open",
    "public",
    "international",
    "version",
    "end",
    "either",
    "both",
    "dual",
    "all",
    "rights",
    "reserved",
    "information",
    "details",
    "more",
    "c",
    "txt",
    "md",
];

/// Further ones where a license is named.
const NAMING: [&str; 5] = ["your", "option", "choice", "spdx", "identifier"];

/// Words of a sentence that says of what others made that it has licenses of its own.
const OF_OTHERS: [&str; 27] = [
    "third",
    "thirdparty",
    "party",
    "libraries",
    "library",
    "components",
    "component",
    "dependencies",
    "software",
    "code",
    "packages",
    "modules",
    "bundled",
    "included",
    "are",
    "is",
    "have",
    "retain",
    "under",
    "licensed",
    "subject",
    "to",
    "covered",
    "by",
    "their",
    "and",
    "remain",
];

/// No description in front of a license is longer, in words.
const LONGEST: usize = 40;

/// The sentences that are not accounted for, as ranges of words.
pub fn unaccounted(text: &str, words: &[Word], free: &[bool], found: &Found) -> Vec<Range<usize>> {
    let Some(begins) = found.texts.iter().map(|text| text.start).min() else { return Vec::new() };
    let mut doubts = Vec::new();
    let mut start = 0;
    for sentence in words.chunk_by(|one, two| one.sentence == two.sentence) {
        let whole = start..start + sentence.len();
        start = whole.end;
        let named = found.names.iter().any(|at| whole.contains(at));
        let unsaid = whole.clone().filter(|at| free[*at] && !words[*at].holder);
        let mut left = guard::without_harmless(unsaid.map(|at| (at, words[at].text.as_str())).collect());
        if is_of_others(&left) {
            continue;
        }
        left.retain(|(_, word)| !is_leading(word, named));
        let (Some(first), Some(last)) = (left.first(), left.last()) else { continue };
        let holders = sentence.iter().any(|word| word.text == "copyright");
        if holders && left.iter().all(|(at, word)| is_of_holder(text, &words[*at], word)) {
            continue;
        }
        let spelled = guard::is_spelled(text, &words[whole]);
        let in_front = last.0 < begins && left.len() <= LONGEST;
        let plain = |(at, word): &(usize, &str)| {
            describes(word) && (in_front || named && begins_large(text, &words[*at]))
        };
        if spelled || !left.iter().all(plain) {
            doubts.push(first.0..last.0 + 1);
        }
    }
    doubts
}

fn is_leading(word: &str, named: bool) -> bool {
    word == ADDRESS
        || LEADING.contains(&word)
        || named && NAMING.contains(&word)
        || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A word of a title, or of a sentence on what the project is, that does not say for whom or for what.
fn describes(word: &str) -> bool {
    let says = REACH.contains(&word) || guard::steers(word) || guard::matters(word);
    !(says || languages::is_foreign(word) || word.len() == 1)
}

/// "Copyright Ada B. Clinic and individual contributors": names, also without a year.
fn is_of_holder(text: &str, word: &Word, said: &str) -> bool {
    let individual = said == "individual";
    individual || SMALL.contains(&said) && !REACH.contains(&said) || {
        begins_large(text, word) && (describes(said) || said.len() == 1)
    }
}

/// Names are written large.
fn begins_large(text: &str, word: &Word) -> bool {
    text.get(word.at.clone()).is_some_and(|written| written.starts_with(char::is_uppercase))
}

/// "Third-party libraries are under their own licenses."
fn is_of_others(left: &[(usize, &str)]) -> bool {
    let own = |word: &str| matches!(word, "own" | "respective");
    let license = |word: &str| matches!(word, "license" | "licenses");
    let mut words = left.iter().map(|(_, word)| *word);
    left.first().is_some_and(|(_, word)| matches!(*word, "third" | "thirdparty"))
        && left.iter().any(|(_, word)| own(word))
        && left.iter().any(|(_, word)| license(word))
        && words.all(|word| own(word) || license(word) || OF_OTHERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use crate::triage::license_text::{About, read_license_file};

    /// Whether the sentence is held against the license behind it, and before it.
    fn doubted(sentence: &str) -> (bool, bool) {
        let mit = spdx::text::LICENSE_TEXTS.iter().find(|(id, _)| *id == "MIT").unwrap().1;
        let is_doubted = |text: &str| {
            let reading = read_license_file(text);
            assert_eq!(reading.held.len(), 1, "{text}");
            reading.doubts.iter().any(|doubt| doubt.about == About::Beside)
        };
        (is_doubted(&format!("{sentence}\n\n{mit}")), is_doubted(&format!("{mit}\n{sentence}\n")))
    }

    #[test]
    fn what_leads_to_a_license_is_accounted_for() {
        for sentence in [
            "Open Clinic - records vaccinations in clinics",
            "The Open Clinic project is licensed under the MIT License:",
            "Copyright (c) 2019-2024 Open Clinic e.V. <office@clinic.example>",
            "SPDX-License-Identifier: MIT",
            "The MIT License",
            "Software License Agreement",
            "Unless otherwise noted, all code is licensed under the MIT License, see below.",
            "Third-party libraries are under their own licenses.",
        ] {
            assert!(!doubted(sentence).0, "{sentence}");
        }
        for sentence in [
            "Copyright (c) 2020 Ada Ábalos",
            "Copyright Jason R. Coombs and individual contributors",
            "SPDX-License-Identifier: MIT",
            "Third-party components are covered by their respective licenses.",
            "END OF LICENSE",
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
            "Copyright Acme for Students",
            "Copyright Acme, N O  M I L I T A R Y",
            "Copyright Acme, no weapons",
            "Cοmpanies ask the authors",
        ] {
            assert_eq!(doubted(sentence), (true, true), "{sentence}");
        }
        for sentence in ["Nonprofits and schools.", "# Pricing\n\nTen dollars a seat.", "Clinics of Kenya."] {
            assert!(doubted(sentence).1, "{sentence}");
        }
    }
}
