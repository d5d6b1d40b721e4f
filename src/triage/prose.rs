//! Sentences in which our words and those of others stay apart, so that every renderer can show the latter as
//! inert text.
//!
//! In: words. Out: [`Prose`], a list of pieces. Never: Markdown, HTML or colours, which the renderers own.

use std::borrow::Cow;

use super::span::Span;

/// One piece of a sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// Our own words.
    Text(Cow<'static, str>),
    /// A literal that we vouch for: an id of a check or license, a name of a field or file.
    Code(String),
    /// Somebody else's text: anything may stand in it.
    Theirs(String),
    /// A link to an address that we built or checked ourselves.
    Link { label: String, url: String },
}

/// A sentence or two.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Prose(pub Vec<Piece>);

/// Puts a sentence together: literals are our words, the rest comes from [`code`], [`theirs`], [`link`] or is a
/// `String` of our own.
#[macro_export]
macro_rules! prose {
    ($($piece:expr),* $(,)?) => { $crate::triage::prose::Prose(vec![$($crate::triage::prose::Piece::from($piece)),*]) };
}

/// A literal that we vouch for.
pub fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

/// Somebody else's text.
pub fn theirs(text: impl Into<String>) -> Piece {
    Piece::Theirs(text.into())
}

/// A link; `url` must be built or checked by us.
pub fn link(label: impl Into<String>, url: impl Into<String>) -> Piece {
    Piece::Link { label: label.into(), url: url.into() }
}

impl From<&'static str> for Piece {
    fn from(text: &'static str) -> Self {
        Piece::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Piece::Text(Cow::Owned(text))
    }
}

impl From<&'static str> for Prose {
    fn from(text: &'static str) -> Self {
        Prose(vec![text.into()])
    }
}

impl Prose {
    pub fn push(&mut self, piece: impl Into<Piece>) {
        self.0.push(piece.into());
    }

    /// Adds another sentence behind a blank.
    pub fn and(mut self, more: Prose) -> Self {
        self.push(" ");
        self.0.extend(more.0);
        self
    }

    /// Adds more of the same sentence.
    pub fn then(mut self, more: Prose) -> Self {
        self.0.extend(more.0);
        self
    }

    /// One line of plain text: literals in backticks, others' words in quotation marks, links with their addresses.
    pub fn plain(&self) -> String {
        self.0.iter().fold(String::new(), |line, piece| match piece {
            Piece::Text(text) => line + text,
            Piece::Code(text) => line + "`" + text + "`",
            Piece::Theirs(text) => line + "\"" + &inert(text, SHOWN) + "\"",
            // A name that the address repeats needs no address.
            Piece::Link { label, url } if url.contains(label.as_str()) => line + label,
            Piece::Link { label, url } => line + label + " (" + url + ")",
        })
    }
}

/// "a", "a and b", "a, b and c"; more than `most` are counted: "a, b and 7 more".
pub fn listed(pieces: Vec<Piece>, most: usize) -> Prose {
    let all = pieces.len();
    let shown = if all > most { most } else { all };
    let mut line = Prose::default();
    for (at, piece) in pieces.into_iter().take(shown).enumerate() {
        match at {
            0 => {}
            _ if at + 1 == all => line.push(" and "),
            _ => line.push(", "),
        }
        line.push(piece);
    }
    if all > shown {
        line.push(format!(" and {} more", all - shown));
    }
    line
}

/// How many characters of others' text a sentence shows.
pub const SHOWN: usize = 120;

/// E-mail addresses, wherever they stand, as ranges of bytes; `git@host` is none. In JSON the sign may be written by
/// its number.
pub fn addresses(text: &str) -> Vec<Span> {
    let local = |c: &char| c.is_alphanumeric() || "._%+-'’".contains(*c);
    let domain = |c: &char| c.is_alphanumeric() || "._-".contains(*c);
    let length = |characters: &mut dyn Iterator<Item = char>| characters.map(char::len_utf8).sum::<usize>();
    let mut found = Vec::new();
    for sign in ["@", "\\u0040"] {
        for (at, sign) in text.match_indices(sign) {
            let before = length(&mut text[..at].chars().rev().take(64).take_while(local));
            let behind = &text[at + sign.len()..];
            let host = length(&mut behind.chars().take(255).take_while(domain));
            if before > 0 && behind[..host].contains('.') && &text[at - before..at] != "git" {
                found.push(at - before..at + sign.len() + host);
            }
        }
    }
    found
}

/// Others' text as [`seen`] shows it, without e-mail addresses: people's are never repeated.
pub fn inert(text: &str, most: usize) -> String {
    if !text.contains(['@', '\\']) {
        return seen(text, most);
    }
    let mut addresses = addresses(text);
    addresses.sort_by_key(|address| address.start);
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for address in addresses.into_iter().filter(|address| !address.is_empty()) {
        masked.push_str(text.get(from..address.start).unwrap_or_default());
        masked.push_str("***");
        from = from.max(address.end);
    }
    seen(&(masked + text.get(from..).unwrap_or_default()), most)
}

/// Others' text as one line that cannot disturb the text around it: blanks for line ends, and every character
/// that is invisible, steers a terminal or turns the direction of writing shown by its number.
/// At most `most` characters of it.
pub fn seen(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (at, character) in text.chars().enumerate() {
        if at >= most {
            line.push('…');
            break;
        }
        match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => line.push(' '),
            _ if is_unseen(character) => line.push_str(&format!("‹U+{:04X}›", u32::from(character))),
            _ => line.push(character),
        }
    }
    line
}

/// Control and format characters, and others that show nothing (Unicode general categories Cc and Cf, variation
/// selectors, Hangul fillers, tags).
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_text_is_one_visible_line() {
        assert_eq!(inert("a\nb\u{202e}c\u{1b}[31m", 99), "a b‹U+202E›c‹U+001B›[31m");
        assert_eq!(inert("abcdef", 3), "abc…");
    }

    #[test]
    fn lists_read_like_a_sentence() {
        let names = |n: usize| (0..n).map(|i| code(i.to_string())).collect();
        assert_eq!(listed(names(1), 3).plain(), "`0`");
        assert_eq!(listed(names(3), 3).plain(), "`0`, `1` and `2`");
        assert_eq!(listed(names(9), 3).plain(), "`0`, `1`, `2` and 6 more");
    }
}
