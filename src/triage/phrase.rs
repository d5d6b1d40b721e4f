//! Words and phrases that are looked for in a text.
//!
//! In: the rules' words, made ready once, and a nomination's texts. Out: whether they stand there. Never: what that
//! means.

use memchr::memmem::Finder;
use serde::Deserialize;

/// A word or a phrase to look for.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Phrase {
    written: String,
    /// As it is looked for: in the form of a [`Text`], with a blank before it.
    sought: Finder<'static>,
    /// Short words in capitals are acronyms and count only in capitals.
    acronym: bool,
}

impl From<String> for Phrase {
    fn from(written: String) -> Self {
        let acronym =
            written.len() <= 5 && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let text = Text::of(&written);
        let sought = if acronym { &text.written } else { &text.lower };
        Self { sought: Finder::new(sought.trim_end()).into_owned(), acronym, written }
    }
}

impl Phrase {
    /// As the rules write it.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// A text as written and in lower case, with every sign that is no letter or digit a blank.
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
        let lower = written.to_lowercase();
        Self { written, lower }
    }

    /// Whether a word or phrase stands in it, also in the plural.
    pub fn has(&self, phrase: &Phrase) -> bool {
        let text = if phrase.acronym { &self.written } else { &self.lower };
        let length = phrase.sought.needle().len();
        let ends = |behind: &[u8]| [&b" "[..], b"s ", b"es "].iter().any(|end| behind.starts_with(end));
        length > 0 && phrase.sought.find_iter(text.as_bytes()).any(|at| ends(&text.as_bytes()[at + length..]))
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
    }
}
