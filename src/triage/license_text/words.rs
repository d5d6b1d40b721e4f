//! A text as the words that count when license texts are compared: no case, punctuation, markup or layout.
//!
//! In: a text. Out: its words, each with its place, its sentence and its section. Never: a judgment of them.

mod signs;

use std::ops::Range;

pub use signs::UNFILLED;
use signs::{address, blank, email, entity, is_invisible, is_usual, markup, tag, unfilled};
use unicode_normalization::UnicodeNormalization;

use super::holder;

/// Every address is this one word: addresses move while licenses stay.
pub const ADDRESS: &str = "@address";
/// A sign that no license has, such as a picture or a letter written as a number: somebody may say something by it.
pub const SIGN: &str = "@sign";
/// What a license leaves to be filled in, such as `<year>`.
pub const BLANK: &str = "@blank";

/// One word and where it stands.
#[derive(Clone, Debug)]
pub struct Word {
    /// In lower case, spelled the American way, without hyphens and apostrophes.
    pub text: String,
    /// Its bytes in the text that was read.
    pub at: Range<usize>,
    /// Number of its line.
    pub line: u32,
    /// Number of its sentence; line ends alone do not end a sentence, blank lines, bullets and headings do.
    pub sentence: u32,
    /// Number of its section; a heading begins one.
    pub section: u32,
    /// It belongs to the name of somebody who holds the copyright.
    pub holder: bool,
    /// It is struck through, or stands in a comment of HTML: a license there is not given.
    pub withdrawn: bool,
    /// It is a number, or a letter, that counts paragraphs: `1.`, `(a)`, `iv)`.
    pub label: bool,
}

/// What withdraws the words behind it, and what ends that. Nothing is struck through beyond its paragraph, and a link
/// that leads nowhere, which Markdown does not show, has no more than one.
const WITHDRAWING: [(&str, &str); 8] = [
    ("<!--", "-->"),
    ("~~", "~~"),
    (TILDE, TILDE),
    ("<del", "</del>"),
    ("<s>", "</s>"),
    ("<strike", "</strike>"),
    ("]: #", PARAGRAPH),
    ("]: <>", PARAGRAPH),
];
const PARAGRAPH: &str = "\n\n";
/// On GitHub one is as good as two; elsewhere it stands before a number, for "about".
const TILDE: &str = "~";

/// British and American, hyphenated and not: pairs that mean the same.
const SPELLINGS: [(&str, &str); 14] = [
    ("licence", "license"),
    ("licences", "licenses"),
    ("licenced", "licensed"),
    ("sublicence", "sublicense"),
    ("sublicences", "sublicenses"),
    ("organisation", "organization"),
    ("organisations", "organizations"),
    ("authorised", "authorized"),
    ("authorise", "authorize"),
    ("recognised", "recognized"),
    ("favour", "favor"),
    ("judgement", "judgment"),
    ("merchantibility", "merchantability"),
    ("acknowledgement", "acknowledgment"),
];

/// The words of somebody's text.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = split(text, false);
    holder::mark(text, &mut words);
    words
}

/// The words of a license as its steward publishes it, with its blanks.
pub fn template(text: &str) -> Vec<Word> {
    split(text, true)
}

fn split(text: &str, blanks: bool) -> Vec<Word> {
    let mut reader =
        Reader { words: Vec::new(), blanks, line: 0, sentence: 0, section: 0, hyphen: false, until: None };
    let mut start = 0;
    let lines: Vec<&str> = text.split('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        reader.line = number as u32;
        let underlined = lines.get(number + 1).is_some_and(|next| is_rule(next)) && line.len() < 100;
        reader.line(line, start, underlined);
        start += line.len() + 1;
    }
    reader.words
}

/// A line of only `=` or `-`, which makes the line above it a heading.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

struct Reader {
    words: Vec<Word>,
    blanks: bool,
    line: u32,
    sentence: u32,
    section: u32,
    /// The line before ended within a hyphenated word.
    hyphen: bool,
    /// What is read is withdrawn until this sign.
    until: Option<&'static str>,
}

impl Reader {
    fn line(&mut self, line: &str, start: usize, underlined: bool) {
        let bare = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '%' | '|'));
        let heading = underlined || bare.starts_with('#') && bare.trim_start_matches('#').starts_with(' ');
        if heading {
            self.section += 1;
        }
        let bullet = bare.starts_with(['-', '•', '+']) || bare.starts_with("* ") && !bare.starts_with("* *");
        if heading || bullet || bare.trim().is_empty() {
            self.sentence += 1;
        }
        if bare.trim().is_empty() && matches!(self.until, Some("~~" | TILDE | PARAGRAPH)) {
            self.until = None;
        }
        let mut at = 0;
        while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(first) = rest.chars().next() else { break };
            if let Some(length) = self.withdrawing(rest) {
                at += length;
            } else if let Some(length) = address(rest).or_else(|| email(rest)) {
                self.push(ADDRESS.to_owned(), start + at..start + at + length);
                at += length;
            } else if let Some(length) = if self.blanks { blank(rest) } else { unfilled(rest) } {
                self.push(BLANK.to_owned(), start + at..start + at + length);
                at += length;
            } else if let Some(length) = tag(rest) {
                at += length;
            } else if first.is_alphanumeric() {
                let length = self.word(rest, start + at);
                if let Some(word) = self.words.last_mut() {
                    word.label = is_countable(&word.text) && counts(line, at..at + length);
                }
                at += length;
            } else if let Some((length, says)) = entity(rest) {
                if says {
                    self.push(SIGN.to_owned(), start + at..start + at + length);
                }
                at += length;
            } else {
                if !is_usual(first) {
                    self.push(SIGN.to_owned(), start + at..start + at + first.len_utf8());
                }
                let ends = rest[first.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
                if matches!(first, '.' | '!' | '?') && ends && !self.after_abbreviation() {
                    self.sentence += 1;
                }
                at += first.len_utf8();
            }
        }
        if heading {
            self.sentence += 1;
        }
        self.hyphen = line.trim_end().ends_with('-') && !line.trim_end().ends_with("--");
    }

    /// The length of a sign from which on words are withdrawn, or from which on they no longer are.
    fn withdrawing(&mut self, rest: &str) -> Option<usize> {
        // More than two are the fence of a block of code, or a line.
        let tildes = rest.len() - rest.trim_start_matches('~').len();
        if tildes > 2 {
            return Some(tildes);
        }
        let begins =
            |sign: &str| rest.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
        let (sign, until) = match self.until {
            Some(end) => (end, None),
            None => {
                WITHDRAWING.iter().find(|(sign, _)| begins(sign)).map(|(sign, end)| (*sign, Some(*end)))?
            }
        };
        let about = self.until.is_none() && sign == TILDE && !rest[1..].starts_with(char::is_alphabetic);
        if !begins(sign) || about {
            return None;
        }
        self.until = until;
        Some(sign.len())
    }

    /// "v. 2.0", "1. Definitions", "Inc."
    fn after_abbreviation(&self) -> bool {
        const SHORT: [&str; 9] = ["inc", "ltd", "vs", "ver", "vers", "eg", "ie", "etc", "dr"];
        let last = self.words.last().map_or("", |word| &word.text);
        last.chars().count() == 1 || SHORT.contains(&last)
    }

    /// Reads one word and answers its length in bytes.
    fn word(&mut self, rest: &str, start: usize) -> usize {
        let mut word = String::new();
        let mut length = 0;
        let mut characters = rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let mut joins = is_joint(character)
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric() || is_invisible(*next));
            // Within a word, what makes a part of it bold does not tear it apart.
            if let Some(over) = markup(&rest[at..]) {
                joins = true;
                while characters.next_if(|(next, _)| *next < at + over).is_some() {}
            }
            if character.is_alphanumeric() {
                word.push(character);
            } else if !joins && !is_invisible(character) {
                break;
            }
            // No word of a license is as long; what is longer is not worth its memory.
            length = characters.peek().map_or(rest.len(), |(next, _)| *next);
            if length > 120 {
                break;
            }
        }
        let folded: String = if word.is_ascii() {
            word.to_ascii_lowercase()
        } else {
            word.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
        };
        let folded =
            SPELLINGS.iter().find(|(one, _)| *one == folded).map_or(folded, |(_, two)| (*two).to_owned());
        let whole = start..start + length;
        match self.words.last_mut() {
            Some(before) if self.hyphen && before.line + 1 == self.line => {
                before.text.push_str(&folded);
                before.at.end = whole.end;
                before.line = self.line;
            }
            _ if folded == "asis" => {
                self.push("as".into(), whole.clone());
                self.push("is".into(), whole);
            }
            _ => self.push(folded, whole),
        }
        self.hyphen = false;
        length
    }

    fn push(&mut self, text: String, at: Range<usize>) {
        self.hyphen = false;
        if !text.is_empty() {
            let Self { line, sentence, section, .. } = *self;
            let withdrawn = self.until.is_some();
            self.words.push(Word {
                text,
                at,
                line,
                sentence,
                section,
                holder: false,
                withdrawn,
                label: false,
            });
        }
    }
}

/// "sub-license", "licensor's", "sub‑license": one word.
fn is_joint(character: char) -> bool {
    matches!(character, '-' | '\'' | '\u{2019}' | '\u{2018}' | '\u{2010}' | '\u{2011}')
}

/// `4`, `iv`, `b`.
fn is_countable(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
        || word.len() == 1 && word.is_ascii()
        || word.len() <= 5 && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
}

/// Whether what stands there in a line counts a paragraph: at its beginning or in brackets, and set apart.
fn counts(line: &str, at: Range<usize>) -> bool {
    let is_layout = |c: char| c.is_whitespace() || matches!(c, '*' | '#' | '/' | '>' | '-' | ';' | '_' | '|');
    let before = line[..at.start].trim_end_matches(is_layout);
    let behind = line[at.end..].trim_start_matches(['*', '_']);
    if before.is_empty() {
        return behind.starts_with(['.', ')', ']', ':', '-', '\u{2013}']);
    }
    let apart = before.len() < at.start;
    (before.ends_with(['(', '[']) || apart && before.ends_with(['.', ':']))
        && behind.starts_with(['.', ')', ']', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn layout_case_and_markup_do_not_count() {
        let one = plain(
            "**THE** Licence's sub-\nlicense, “AS-IS”: see <br/>https://a.example/x_y (non\u{200b}commercial)",
        );
        assert_eq!(one, ["the", "licenses", "sublicense", "as", "is", "see", ADDRESS, "noncommercial"]);
        assert_eq!(plain("[MIT](https://a.example/mit)"), ["mit", ADDRESS]);
        assert_eq!(plain("<year> <for ever> x"), [BLANK, "for", "ever", "x"]);
        assert_eq!(
            plain("<p align=\"center\">Ada <a@b.example> <p not for sale> x<br/>"),
            ["ada", ADDRESS, "p", "not", "for", "sale", "x"]
        );
        assert_eq!(template("(c) <year> [name of owner]").last().unwrap().text, BLANK);
    }

    #[test]
    fn words_are_read_as_they_are_seen() {
        for text in ["n**o**t", "n<b>o</b>t", "n`o`t", "n\u{2066}o\u{fe00}t", "no\u{332}t", "n_o_t"] {
            assert_eq!(plain(text), ["not"], "{text}");
        }
        assert_eq!(plain("a &#110; 🚫 ⒩ \u{8} &#169; © “b”"), ["a", SIGN, SIGN, SIGN, SIGN, "b"]);
        assert_eq!(plain("https://a.example。不 b"), [ADDRESS, "不", "b"]);
    }

    #[test]
    fn what_is_struck_out_is_not_given() {
        let withdrawn = |text: &str| -> Vec<String> {
            words(text).into_iter().filter(|word| word.withdrawn).map(|word| word.text).collect()
        };
        assert_eq!(withdrawn("a ~~sell~~ b ~and sell~ c ~5 d\n~e f\n\ng"), ["sell", "and", "sell", "e", "f"]);
        for text in ["s\u{336}e\u{336}ll", "sell\u{20e0}", "\u{202e}lles"] {
            assert!(plain(text).contains(&SIGN.to_owned()), "{text}");
        }
    }

    #[test]
    fn labels_count_paragraphs_and_numbers_count_other_things() {
        let labels = |text: &str| -> Vec<String> {
            words(text).into_iter().filter(|word| word.label).map(|word| word.text).collect()
        };
        assert_eq!(labels("1. One (a) two. b. three\n * iv) four"), ["1", "a", "b", "iv"]);
        assert_eq!(labels("to 5 persons, version 2 of 10 copies n.o.t x"), Vec::<String>::new());
    }

    #[test]
    fn what_is_struck_through_or_in_a_comment_is_withdrawn() {
        let read =
            words("a ~~b c~~ d <!-- e\n\nf --> g <del>h</del> i\n~~~\nj\n~~~\n~~k\n\nl\n[//]: # (m\nn)\n\no");
        let withdrawn: Vec<&str> =
            read.iter().filter(|word| word.withdrawn).map(|word| word.text.as_str()).collect();
        assert_eq!(withdrawn, ["b", "c", "e", "f", "h", "k", "m", "n"]);
    }

    #[test]
    fn sentences_and_sections_are_told_apart() {
        let read = words("# Title\nOne v2.0 two\nthree. Four\n\nfive\n\nNext\n----\n- six\n- seven");
        let of = |text: &str| read.iter().find(|word| word.text == text).unwrap();
        assert_eq!(of("one").sentence, of("three").sentence);
        assert!(of("three").sentence < of("four").sentence && of("four").sentence < of("five").sentence);
        assert!(of("six").sentence < of("seven").sentence);
        assert!(of("title").section == of("five").section && of("five").section < of("six").section);
    }
}
