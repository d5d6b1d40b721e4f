//! Words and phrases that are looked for in a text.
//!
//! In: the rules' words, made ready once, and a nomination's texts. Out: whether they stand there. Never: what that
//! means.

use aho_corasick::AhoCorasick;

use super::span::Span;

/// Many words and phrases, looked for in one pass over a text.
#[derive(Clone, Debug)]
pub struct Lexicon {
    /// Finds the phrases as they are sought. None if there is nothing to look for.
    automaton: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

/// A word or a phrase to look for.
#[derive(Clone, Debug)]
struct Phrase {
    /// As it is looked for: in the form of a [`Text`], with a blank before it, without an ending that changes.
    sought: String,
    /// What may follow.
    endings: &'static [&'static str],
    /// Short words in capitals are acronyms and count only in capitals: so it has to stand as written.
    acronym: Option<String>,
}

impl Phrase {
    fn of(written: &str) -> Self {
        let is_acronym =
            written.len() <= 5 && written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let text = Text::of(written);
        let sought = text.lower.trim_end();
        let (sought, endings): (&str, &[&str]) = match sought.strip_suffix('y') {
            Some(stem) if !is_acronym && !stem.ends_with(['a', 'e', 'o', 'u']) => (stem, &["y ", "ies "]),
            _ => (sought, &[" ", "s ", "es "]),
        };
        let acronym = is_acronym.then(|| text.written.trim_end().to_owned());
        Self { sought: sought.to_owned(), endings, acronym }
    }

    /// Where it ends if it is sought out at this place: the blank behind it is the one before the next.
    fn ends(&self, text: &Text, at: &Span) -> Option<usize> {
        if self.acronym.as_ref().is_some_and(|written| text.written[at.clone()] != *written) {
            return None;
        }
        let ending = self.endings.iter().find(|ending| text.lower[at.end..].starts_with(**ending))?;
        Some(at.end + ending.len() - 1)
    }
}

impl Lexicon {
    /// Of these phrases. One without a letter or digit is never found.
    pub fn of<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let phrases: Vec<Phrase> = phrases.into_iter().map(Phrase::of).collect();
        // It fails only for more than fits its 31 bits of states; the rules' file has 64 kB.
        let automaton = AhoCorasick::new(phrases.iter().map(|phrase| &phrase.sought)).ok();
        Self { automaton, phrases }
    }

    /// Which phrases stand in a text, also in the plural: their places in the list and in the text, each with the blank
    /// before it, in the text's order.
    pub fn find(&self, text: &Text) -> impl Iterator<Item = (usize, Span)> {
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&text.lower));
        found.filter(|found| !found.is_empty()).filter_map(|found| {
            let which = found.pattern().as_usize();
            let end = self.phrases.get(which)?.ends(text, &found.range())?;
            Some((which, found.start()..end))
        })
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &Text, phrase: &str) -> Vec<Span> {
        Lexicon::of([phrase]).find(text).map(|(_, place)| place).collect()
    }

    #[test]
    fn whole_words_their_plurals_and_acronyms() {
        let text = Text::of("The (Vaccines) reach-every clinic: DPI, not kyc.");
        let has = |word: &str| !places(&text, word).is_empty();
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
            assert_eq!(!places(&text, word).is_empty(), has, "{word}");
        }
        assert_eq!(&text.written[places(&text, "city")[0].clone()], " city");
    }

    #[test]
    fn phrases_within_phrases_are_all_found() {
        let lexicon = Lexicon::of(["health", "public health", "EHR", "", "public"]);
        let found: Vec<usize> =
            lexicon.find(&Text::of("Public health, ehr")).map(|(which, _)| which).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!([0, 1, 4].iter().all(|which| found.contains(which)), "{found:?}");
        assert_eq!(Lexicon::of([]).find(&Text::of("health")).count(), 0);
    }
}
