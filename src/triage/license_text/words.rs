//! A text as the words that count when license texts are compared: no case, punctuation, markup or layout.
//!
//! In: a text. Out: its words, each with its place, its sentence and its section. Never: a judgment of them.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::holder;

/// Every address is this one word: addresses move while licenses stay.
pub const ADDRESS: &str = "@address";
/// What a license leaves to be filled in, such as `<year>`; only templates have it.
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
}

/// Elements of HTML whose tags are no words.
const TAGS: [&str; 38] = [
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "summary",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Attributes of such tags that hide nothing. What has others may be a sentence between angle brackets.
const ATTRIBUTES: [&str; 20] = [
    "href", "src", "srcset", "alt", "title", "class", "id", "align", "width", "height", "rel", "target",
    "name", "lang", "dir", "color", "size", "border", "start", "open",
];

/// What withdraws the words behind it, and what ends that.
const WITHDRAWING: [(&str, &str); 5] =
    [("<!--", "-->"), ("~~", "~~"), ("<del>", "</del>"), ("<s>", "</s>"), ("<strike>", "</strike>")];

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
        // Nothing is struck through beyond its paragraph.
        if bare.trim().is_empty() && self.until == Some("~~") {
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
            } else if let Some(length) = self.blanks.then(|| blank(rest)).flatten() {
                self.push(BLANK.to_owned(), start + at..start + at + length);
                at += length;
            } else if let Some(length) = tag(rest) {
                at += length;
            } else if first.is_alphanumeric() {
                let length = self.word(rest, start + at);
                at += length;
            } else {
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
        if !begins(sign) {
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
            let joins = is_joint(character)
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric() || is_invisible(*next));
            if character.is_alphanumeric() {
                word.push(character);
            } else if !joins && !is_invisible(character) {
                break;
            }
            // No word of a license is as long; what is longer is not worth its memory.
            length = at + character.len_utf8();
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
            self.words.push(Word { text, at, line, sentence, section, holder: false, withdrawn });
        }
    }
}

/// "sub-license", "licensor's", "sub‑license": one word.
fn is_joint(character: char) -> bool {
    matches!(character, '-' | '\'' | '\u{2019}' | '\u{2018}' | '\u{2010}' | '\u{2011}')
}

/// What nobody sees must not tear a word apart: somebody may have put it there for that.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn address(rest: &str) -> Option<usize> {
    let begins = ["http://", "https://", "www."]
        .iter()
        .any(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let ends = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '>' | '<' | '"' | '|' | ',' | ';');
    begins.then(|| rest.find(ends).unwrap_or(rest.len()))
}

/// `<year>` and `[name of copyright owner]`.
fn blank(rest: &str) -> Option<usize> {
    let close = match rest.as_bytes()[0] {
        b'<' => '>',
        b'[' => ']',
        _ => return None,
    };
    let end = rest.find(close)?;
    let inside = &rest[1..end];
    (end < 60 && !inside.contains("://") && inside.contains(char::is_alphabetic)).then_some(end + 1)
}

/// `ada@clinic.example`
fn email(rest: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let end = rest.char_indices().take(100).find(|(_, c)| !is_part(*c)).map_or(rest.len(), |(at, _)| at);
    let (name, host) = rest.get(..end)?.split_once('@')?;
    (!name.is_empty() && host.len() < 100 && host.contains('.')).then_some(end)
}

/// The length of a tag of HTML, which may go on in the next line. What only looks like one is read.
fn tag(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name: String = inside.chars().take(11).take_while(char::is_ascii_alphanumeric).collect();
    if !TAGS.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let mut left = &inside[name.len()..];
    loop {
        left = left.trim_start();
        if left.is_empty() {
            return Some(rest.len());
        }
        if let Some(behind) = left.strip_prefix("/>").or_else(|| left.strip_prefix('>')) {
            return Some(rest.len() - behind.len());
        }
        let end = left.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(left.len());
        if !ATTRIBUTES.contains(&left[..end].to_ascii_lowercase().as_str()) {
            return None;
        }
        left = left[end..].trim_start();
        if let Some(value) = left.strip_prefix('=') {
            left = behind_value(value.trim_start())?;
        }
    }
}

/// What stands behind the value of an attribute.
fn behind_value(value: &str) -> Option<&str> {
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote).map(|(_, behind)| behind),
        _ => Some(value.trim_start_matches(|c: char| !c.is_whitespace() && c != '>')),
    }
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
        assert_eq!(plain("<year> x"), ["year", "x"]);
        assert_eq!(
            plain("<p align=\"center\">Ada <a@b.example> <p not for sale> x<br/>"),
            ["ada", ADDRESS, "p", "not", "for", "sale", "x"]
        );
        assert_eq!(template("(c) <year> [name of owner]").last().unwrap().text, BLANK);
    }

    #[test]
    fn what_is_struck_through_or_in_a_comment_is_withdrawn() {
        let read = words("a ~~b c~~ d <!-- e\n\nf --> g <del>h</del> i\n~~~\nj\n~~~\n~~k\n\nl");
        let withdrawn: Vec<&str> =
            read.iter().filter(|word| word.withdrawn).map(|word| word.text.as_str()).collect();
        assert_eq!(withdrawn, ["b", "c", "e", "f", "h", "k"]);
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
