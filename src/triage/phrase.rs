//! Words and phrases that are looked for in a text.
//!
//! In: the rules' words, made ready once, and a nomination's texts. Out: whether they stand there. Never: what that
//! means.

use memchr::memmem::Finder;
use serde::Deserialize;

use super::span::Span;

/// A word or a phrase to look for.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Phrase {
    written: String,
    /// As it is looked for: in the form of a [`Text`], with a blank before it, without an ending that changes.
    sought: Finder<'static>,
    /// What may follow.
    endings: &'static [&'static str],
    /// Short words in capitals are acronyms and count only in capitals.
    acronym: bool,
}

impl From<String> for Phrase {
    fn from(written: String) -> Self {
        let acronym =
            written.len() <= 5 && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let text = Text::of(&written);
        let sought = if acronym { text.written.trim_end() } else { text.lower.trim_end() };
        let (sought, endings): (&str, &[&str]) = match sought.strip_suffix('y') {
            Some(stem) if !acronym && !stem.ends_with(['a', 'e', 'o', 'u']) => (stem, &["y ", "ies "]),
            _ => (sought, &[" ", "s ", "es "]),
        };
        Self { sought: Finder::new(sought).into_owned(), endings, acronym, written }
    }
}

impl Phrase {
    /// As the rules write it.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// A text as written and in lower case, with every sign that is no letter or digit a blank. Both have the same places.
pub struct Text {
    written: String,
    lower: String,
}

impl Text {
    pub fn of(text: &str) -> Self {
        let mut written = String::with_capacity(text.len() + 2);
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            written.push(' ');
            written.push_str(word);
        }
        written.push(' ');
        let lower = |c: char| {
            let mut lower = c.to_lowercase();
            lower.next().filter(|lower| lower.len_utf8() == c.len_utf8()).unwrap_or(c)
        };
        let lower = written.chars().map(lower).collect();
        Self { written, lower }
    }

    /// Whether a word or phrase stands in it, also in the plural.
    pub fn has(&self, phrase: &Phrase) -> bool {
        self.places(phrase).next().is_some()
    }

    /// Where a word or phrase stands in it, also in the plural, each with the blank before it.
    pub fn places(&self, phrase: &Phrase) -> impl Iterator<Item = Span> {
        let text = if phrase.acronym { &self.written } else { &self.lower };
        let length = phrase.sought.needle().len();
        phrase.sought.find_iter(text.as_bytes()).filter(move |_| length > 0).filter_map(move |at| {
            let behind = &text.as_bytes()[at + length..];
            let ending = phrase.endings.iter().find(|ending| behind.starts_with(ending.as_bytes()))?;
            // The blank behind it is the one before the next.
            Some(at..at + length + ending.len() - 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_their_plurals_and_acronyms() {
        let text = Text::of("The (Vaccines) reach-every clinic: DPI, not kyc.");
        let has = |word: &str| text.has(&Phrase::from(word.to_owned()));
        for word in ["vaccine", "Vaccine", "clinic", "every clinic", "DPI", "reach every"] {
            assert!(has(word), "{word}");
        }
        for word in ["vacc", "linic", "KYC", "every clinics", "not DPI", "", "-"] {
            assert!(!has(word), "{word}");
        }
        let text = Text::of("Libraries of İstanbul; surveys, a key, the city");
        for (word, has) in
            [("library", true), ("survey", true), ("KEY", false), ("city", true), ("librar", false)]
        {
            assert_eq!(text.has(&Phrase::from(word.to_owned())), has, "{word}");
        }
        let place = text.places(&Phrase::from("city".to_owned())).next().unwrap();
        assert_eq!(&text.written[place], " city");
    }
}
