//! A text as words, the way licenses are compared: without layout, punctuation, and spellings that say the same.
//!
//! In: a text. Out: its [`Words`], each with its place. Never: a judgement.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

use crate::triage::span::Span;

/// So many words in a row tell licenses apart; one word more or less breaks only so many of them.
pub const ROW: usize = 5;

/// The words of a text, in order.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub words: Vec<String>,
    /// Where each word stands.
    spans: Vec<Span>,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut start = None;
        let ended = std::iter::once((text.len(), ' '));
        for (at, character) in text.char_indices().chain(ended) {
            // "don't" and "licensor's" are one word.
            let inside = character.is_alphanumeric() || matches!(character, '\'' | '’') && start.is_some();
            match (inside, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    words.push(&text[from..at], from..at);
                    start = None;
                }
                _ => {}
            }
        }
        words
    }

    fn push(&mut self, written: &str, span: Span) {
        let lower = written.trim_end_matches(['\'', '’']).to_lowercase().replace('’', "'");
        self.words.push(match lower.as_str() {
            "licence" => "license".to_owned(),
            "licences" => "licenses".to_owned(),
            "licenced" => "licensed".to_owned(),
            "sublicence" => "sublicense".to_owned(),
            "https" => "http".to_owned(),
            _ => lower,
        });
        self.spans.push(span);
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The bytes between the first and the last of these words.
    pub fn span(&self, range: &Range<usize>) -> Span {
        match (self.spans.get(range.start), self.spans.get(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) if range.start < range.end => first.start..last.end,
            _ => 0..0,
        }
    }

    /// These words with single blanks between them.
    pub fn phrase(&self, range: Range<usize>) -> String {
        self.words[range.start.min(self.len())..range.end.min(self.len())].join(" ")
    }

    /// Every row of [`ROW`] words, by a number: the row that begins at a place is at that place.
    pub fn rows(&self) -> Vec<u64> {
        self.words.windows(ROW).map(number).collect()
    }
}

fn number(row: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_spelling_say_nothing() {
        let one = Words::of("The Licence’s\n * \"AS-IS\"; don't (see https://x.org)");
        assert_eq!(one.words, ["the", "licence's", "as", "is", "don't", "see", "http", "x", "org"]);
        let text = "a  “quoted”  word";
        let words = Words::of(text);
        assert_eq!(&text[words.span(&(1..3))], "quoted”  word");
        assert_eq!(Words::of("a b c d e f").rows().len(), 2);
    }
}
