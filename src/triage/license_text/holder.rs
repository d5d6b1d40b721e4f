//! Whose copyright it is: the name in a line such as "Copyright (c) 2024 Government of Nepal".
//!
//! In: a text and its words. Out: the words that are a holder's name. Never: a line that says more than who and since
//! when; what it says of use stands in the way of a name.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use super::{
    guard, languages,
    vocabulary::{NAMELESS, NAMELESS_STEMS, REACH, SMALL, STEERING, STEMS},
    words::{self, ADDRESS, BLANK, SIGN, UNFILLED, Word},
};

/// No name is longer.
const LONGEST: usize = 14;

/// Nobody has more initials; more letters are a word that was spelled apart.
const INITIALS: usize = 4;

/// Behind these "for" says what somebody works for: Institute for Government.
const BODIES: [&str; 24] = [
    "agency",
    "alliance",
    "association",
    "campaign",
    "center",
    "centre",
    "coalition",
    "college",
    "commission",
    "committee",
    "council",
    "department",
    "forum",
    "foundation",
    "fund",
    "initiative",
    "institute",
    "institution",
    "ministry",
    "network",
    "office",
    "partnership",
    "school",
    "society",
];

/// How bodies begin to be called in other languages, where the words behind that are written small.
const ABROAD: [&str; 36] = [
    "agence",
    "agencia",
    "agência",
    "amt",
    "asociación",
    "associaç",
    "association",
    "associazione",
    "bundes",
    "centro",
    "comité",
    "consejo",
    "conselho",
    "direction",
    "fondation",
    "fondazione",
    "fundaci",
    "fundaç",
    "gesellschaft",
    "institut",
    "istituto",
    "ministerio",
    "ministerium",
    "ministero",
    "ministerstv",
    "ministèr",
    "presidenza",
    "secretar",
    "stichting",
    "universi",
    "verein",
    "институт",
    "министер",
    "университет",
    "фонд",
    "центр",
];
/// English ones that begin so.
const AT_HOME: [&str; 7] =
    ["institute", "institutes", "institution", "secretariat", "secretary", "universities", "university"];
/// "For": behind the name of a body it says what that works for, and else for whom something is.
const FOR_ABROAD: [&str; 8] = ["für", "pour", "para", "per", "voor", "för", "dla", "для"];

/// Marks the words of a text that are the name of a holder.
pub fn mark(text: &str, words: &mut [Word]) {
    let mut start = 0;
    let mut names: Vec<Range<usize>> = Vec::new();
    for line in words.chunk_by(|one, two| one.line == two.line) {
        names.extend(name(text, line).map(|name| start + name.start..start + name.end));
        start += line.len();
    }
    for at in names {
        words[at].iter_mut().for_each(|word| word.holder = true);
    }
}

/// The name in a line, behind its year.
fn name(text: &str, line: &[Word]) -> Option<Range<usize>> {
    let said = line.iter().take(3).position(|word| matches!(word.text.as_str(), "copyright" | "c"))?;
    let is_dated = |word: &Word| is_year(&word.text) || word.text == "present";
    let dated = said + line[said..].iter().take(4).position(is_dated)?;
    let start = dated + line[dated..].iter().take_while(|word| is_dated(word)).count();
    let mut end = start;
    while let Some(word) = line.get(end) {
        let reserved = word.text == "all" && line.get(end + 1).is_some_and(|next| next.text == "rights");
        if reserved
            || word.sentence != line[dated].sentence
            || end > start && is_apart(text, &line[end - 1], word)
        {
            break;
        }
        end += 1;
    }
    let name = &line[start..end];
    (!name.is_empty() && is_name(text, name)).then_some(start..end)
}

/// "2024", and "2019-2024", which is one word.
fn is_year(word: &str) -> bool {
    matches!(word.len(), 4 | 8)
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && (word.starts_with("19") || word.starts_with("20"))
}

fn is_apart_by(text: &str, one: &Word, two: &Word, sign: char) -> bool {
    text.get(one.at.end..two.at.start).is_some_and(|between| between.contains(sign))
}

/// Whether a dash or a colon stands between two words: what follows is no name.
fn is_apart(text: &str, one: &Word, two: &Word) -> bool {
    let between = text.get(one.at.end..two.at.start).unwrap_or_default();
    between.contains(|c: char| {
        !c.is_whitespace() && !matches!(c, '.' | ',' | '&' | '(' | ')' | '/' | '\'' | '"')
    })
}

/// The words of what is to be filled in; brackets and line ends may be lost.
static UNFILLED_WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    UNFILLED.iter().flat_map(|phrase| words::template(phrase)).map(|word| word.text).collect()
});

/// What is filled in behind "Copyright": years and a name, one of them, or neither.
pub fn is_filled_in(text: &str, words: &[Word]) -> bool {
    let unfilled =
        |word: &&Word| matches!(word.text.as_str(), BLANK | "c") || UNFILLED_WORDS.contains(&word.text);
    let is_year = |word: &&Word| {
        is_year(&word.text) || matches!(word.text.as_str(), "present" | "to" | "copyright" | "c" | BLANK)
    };
    let years = words.iter().take_while(is_year).count();
    let name = &words[years..];
    let after = name.iter().skip_while(unfilled).count();
    after == 0 || is_name(text, name)
}

/// Words with capitals, none of which says what may be done. A new sentence is no part of a name.
pub fn is_name(text: &str, name: &[Word]) -> bool {
    let is_large = |word: &Word| {
        let first = text.get(word.at.clone()).and_then(|written| written.chars().next());
        first.is_some_and(|first| !first.is_lowercase())
    };
    let is_whom = |two: &[Word]| two[1].text == "for" && !BODIES.contains(&two[0].text.as_str());
    // One word may be written small, as handles and projects are: "2019 axum contributors".
    let is_small = |word: &&Word| !is_large(word) && !SMALL.contains(&word.text.as_str());
    let one_small = name.iter().filter(is_small).count() == 1;
    let handle = |at: usize| {
        let listed = at > 0 && is_apart_by(text, &name[at - 1], &name[at], ',');
        one_small
            && !listed
            && !REACH.contains(&name[at].text.as_str())
            && !languages::is_foreign(&name[at].text)
    };
    let is_abroad = |word: &Word| {
        let text = word.text.as_str();
        ABROAD.iter().any(|body| text.starts_with(body)) && !AT_HOME.contains(&text)
            || ["ministerium", "institut", "gesellschaft", "amt"].iter().any(|body| text.ends_with(body))
    };
    let abroad = name.iter().position(is_abroad).unwrap_or(name.len());
    let whom = name.windows(2).position(is_whom).map_or(name.len(), |before| before + 1);
    let each = name.iter().enumerate().all(|(at, word)| {
        let text = word.text.as_str();
        let of_body = at > abroad && !REACH.contains(&text) && !guard::matters(text);
        let small = SMALL.contains(&text) || of_body || handle(at);
        let fits = text != SIGN && text != ADDRESS && (is_large(word) || small);
        let elsewhere = FOR_ABROAD.contains(&text) && !of_body;
        // "No Isolation" is a name, "Acme, No Weapons" a condition.
        let denies = at > 0 && matches!(text, "no" | "non" | "nor" | "neither");
        let for_whom = at > whom && (guard::steers(text) || guard::matters(text));
        let otherwise = STEERING.iter().chain(&NAMELESS).any(|word| *word == text)
            || STEMS.iter().chain(&NAMELESS_STEMS).any(|stem| text.starts_with(stem))
            || text.len() > 4 && text.ends_with("only")
            || languages::restricts(text);
        fits && !elsewhere && !denies && !for_whom && !otherwise
    });
    let one = name.first().map(|word| word.sentence);
    let letters = name.iter().filter(|word| word.text.len() == 1).count();
    each && name.len() <= LONGEST
        && name.iter().all(|word| Some(word.sentence) == one)
        && !guard::is_phrase(name)
        && letters <= INITIALS
}

#[cfg(test)]
mod tests {
    use crate::triage::license_text::words;

    fn names(text: &str) -> String {
        let words = words::words(text);
        words.iter().filter(|word| word.holder).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_name_is_short_and_has_capitals() {
        for (text, name) in [
            ("Copyright (c) 2024 Government of Nepal", "government of nepal"),
            ("Copyright (c) 2019-2024 No Isolation AS", "no isolation as"),
            (" * Copyright (C) 2019, 2024 Clause AG. All rights reserved.", "clause ag"),
            ("Copyright (c) 2024 Institute for Government", "institute for government"),
            ("© 2024 Individual contributors", ""),
            ("(c) 2024 Individual contributors", "individual contributors"),
            ("Copyright (c) 2024 Acme - No Military", "acme"),
            ("Copyright (c) 2024 Acme. For students and individuals", "acme"),
            ("Copyright (c) 2024 Acme, No Weapons", ""),
            ("Copyright (c) 2024 Acme for Students", ""),
            ("Copyright (c) 2024 Acme, Void After 2026", ""),
            ("Copyright (c) 2024 Acme, Dont Sell", ""),
            ("Copyright (c) 2024 Acme, Closed Source", ""),
            ("Copyright (c) 2024 Acme, Trial Version", ""),
            ("Copyright (c) 2024 Acme Personal-Use-Only", ""),
            ("Copyright (c) 2024 Acme, Military And Banks Excluded", ""),
            ("Copyright (c) 2024 Acme, Commercial Rights Withheld", ""),
            ("Copyright (c) 2024 Acme N.O.T. F.O.R. S.A.L.E.", ""),
            ("Copyright (c) 2019 axum Contributors", "axum contributors"),
            ("Copyright (c) 2024 Acme hospitals only", ""),
            ("Copyright (c) 2024 Acme, hobbyists", ""),
            ("Copyright (c) 2024 张三", "张三"),
            ("Copyright (c) 2024 张三 仅供非商业使用", ""),
            ("Copyright (c) 2024 Acme Только Для Школ", ""),
            ("Copyright (c) 2024 ACME NON-COMMERCIAL", ""),
            ("Copyright (c) 2024 Acme Non Commercial", ""),
            ("Copyright (c) 2024 Acme Personal Use Only", ""),
            ("Copyright (c) 2024 Acme, not for military hospitals", ""),
            ("Copyright (c) 2024 Acme Für Schulen", ""),
            ("Copyright (c) 2024 Acme Для Школ", ""),
            ("Copyright (c) 2024 Acme, Proprietary And Confidential", ""),
            (
                "Copyright (c) 2024 Deutsche Gesellschaft für Internationale Zusammenarbeit (GIZ) GmbH",
                "deutsche gesellschaft für internationale zusammenarbeit giz gmbh",
            ),
            ("Copyright (c) 2024 Министерство здравоохранения", "министерство здравоохранения"),
            (
                "Copyright (c) 2024 Ministère de l'Éducation nationale et de la Jeunesse",
                "ministère de léducation nationale et de la jeunesse",
            ),
            ("Copyright (c) 2024 Instituto para la Promoción Social", "instituto para la promoción social"),
            ("Copyright (c) 2024 Stichting voor Open Zorg", "stichting voor open zorg"),
            ("Copyright (c) 2024 Stichting voor Open Zorg, nur für Schulen", ""),
            ("Copyright Government of Nepal", ""),
            ("In 2024 Military Hospital of Kenya", ""),
        ] {
            assert_eq!(names(text), name, "{text}");
        }
    }
}
