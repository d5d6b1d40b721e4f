//! What a text that somebody wrote as a country means in the registry's list of countries.
//!
//! In: a text. Out: a [`Reading`]. Source: `data/countries.json`. Never: which countries there are or should be;
//! the list is the registry's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The registry's names of countries.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Table")]
pub struct Countries {
    names: BTreeSet<String>,
    /// Each name of the list by its letters alone.
    spelled: BTreeMap<String, String>,
    /// Other names by their letters alone: the one that is meant, or those among which the text leaves it open.
    called: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Table {
    names: Vec<String>,
    also_called: BTreeMap<String, Vec<String>>,
}

impl From<Table> for Countries {
    fn from(table: Table) -> Self {
        let spelled = table.names.iter().map(|name| (letters(name), name.clone())).collect();
        let called = table.also_called.into_iter().map(|(name, meant)| (letters(&name), meant)).collect();
        Self { names: table.names.into_iter().collect(), spelled, called }
    }
}

/// How a text stands to the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reading {
    /// It is on the list.
    Listed,
    /// A name of the list, but for capitals, accents or signs.
    Spelled(String),
    /// Surely this country, by another name or with a slip.
    Called(String),
    /// One of these; the text leaves it open.
    OneOf(Vec<String>),
    /// Several countries in one text.
    Several(Vec<String>),
    Unknown,
}

/// No name of a country, in bytes, is longer; a text that is costs no comparing.
const LONGEST: usize = 100;

/// How alike a slip of the pen is to what was meant.
const ALIKE: f64 = 0.8;

impl Countries {
    /// Reads a text.
    pub fn read(&self, text: &str) -> Reading {
        if self.names.contains(text) {
            return Reading::Listed;
        }
        match self.one(text) {
            Reading::Unknown => {}
            reading => return reading,
        }
        match self.several(text) {
            Some(names) => Reading::Several(names),
            None => self.alike(text),
        }
    }

    /// A single country whose name is written out.
    fn one(&self, text: &str) -> Reading {
        let key = letters(text);
        if let Some(name) = self.spelled.get(&key) {
            return Reading::Spelled(name.clone());
        }
        match self.called.get(&key).map(Vec::as_slice) {
            Some([name]) => return Reading::Called(name.clone()),
            Some(names) => return Reading::OneOf(names.to_vec()),
            None => {}
        }
        match without_form_of_state(text).map(letters) {
            Some(bare) if self.spelled.contains_key(&bare) => Reading::Called(self.spelled[&bare].clone()),
            _ => Reading::Unknown,
        }
    }

    /// The countries of a text that lists only countries, two at least.
    fn several(&self, text: &str) -> Option<Vec<String>> {
        let text = text.replace(" and ", ",").replace('&', ",");
        let parts = text.split([',', ';', '/', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let names: Option<Vec<String>> = parts
            .map(|part| match self.one(part) {
                Reading::Spelled(name) | Reading::Called(name) => Some(name),
                _ => None,
            })
            .collect();
        names.filter(|names| names.len() > 1)
    }

    /// The country that a text with a slip of the pen means.
    fn alike(&self, text: &str) -> Reading {
        if text.len() > LONGEST {
            return Reading::Unknown;
        }
        let key = letters(text);
        let called = self.called.iter().filter_map(|(key, meant)| match meant.as_slice() {
            [name] => Some((key, name)),
            _ => None,
        });
        let mut near: Vec<&String> = (self.spelled.iter().chain(called))
            .filter(|(known, _)| strsim::normalized_damerau_levenshtein(known, &key) >= ALIKE)
            .map(|(_, name)| name)
            .collect();
        near.sort_unstable();
        near.dedup();
        match near.as_slice() {
            [] => Reading::Unknown,
            [name] => Reading::Called((*name).clone()),
            several => Reading::OneOf(several.iter().take(3).map(|name| (*name).clone()).collect()),
        }
    }
}

/// A name's letters alone, small and without accents; an article in front is left out, and "St." written out.
fn letters(name: &str) -> String {
    let plain: String = name.nfd().filter(|character| !is_combining_mark(*character)).collect();
    let words = plain.to_lowercase();
    let words = words.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words = words.map(|word| if word == "st" { "saint" } else { word }).peekable();
    words.next_if_eq(&"the");
    words.collect()
}

/// What states call themselves, and words before a former name.
const FORMS_OF_STATE: [&str; 10] = [
    "republic",
    "kingdom",
    "state",
    "states",
    "federation",
    "union",
    "sultanate",
    "principality",
    "former",
    "formerly",
];

/// A name without what a state calls itself: "Republic of Kenya", "Iran (Islamic Republic of)", "Micronesia,
/// Federated States of". A year in parentheses goes, too.
fn without_form_of_state(text: &str) -> Option<&str> {
    let is_form = |text: &str| {
        let words = text.to_lowercase();
        let mut words = words.split(|character: char| !character.is_alphanumeric());
        words.any(|word| FORMS_OF_STATE.contains(&word) || word.len() == 4 && word.parse::<u16>().is_ok())
    };
    let (form, name) = if let Some((name, form)) = text.split_once(['(', ',']) {
        (form, name)
    } else {
        text.split_once(" of ").or_else(|| text.split_once(" Of "))?
    };
    is_form(form).then(|| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::policy::Policy;

    fn read(text: &str) -> Reading {
        Policy::built_in().countries.read(text)
    }

    #[test]
    fn every_name_means_itself() {
        let countries = &Policy::built_in().countries;
        assert_eq!(countries.spelled.len(), countries.names.len(), "two names have the same letters");
        for name in &countries.names {
            assert_eq!(countries.read(name), Reading::Listed, "{name}");
        }
        for meant in countries.called.values().flatten() {
            assert!(countries.names.contains(meant), "{meant}");
        }
        for key in countries.called.keys() {
            assert!(!countries.spelled.contains_key(key), "{key} is on the list");
        }
    }

    #[test]
    fn reads_what_people_write() {
        let spelled = |name: &str| Reading::Spelled(name.to_owned());
        let called = |name: &str| Reading::Called(name.to_owned());
        for (text, reading) in [
            ("kenya ", spelled("Kenya")),
            ("Cote D’Ivoire", spelled("Côte d'Ivoire")),
            ("The Netherlands", spelled("Netherlands")),
            ("VietNam", spelled("Vietnam")),
            ("St. Pierre And Miquelon", spelled("Saint Pierre and Miquelon")),
            ("\"Eswatini (fmr. \"\"Swaziland\"\")\"", spelled("Eswatini (fmr. 'Swaziland')")),
            ("USA", called("United States of America")),
            ("Ivory coast", called("Côte d'Ivoire")),
            ("Swaziland", called("Eswatini (fmr. 'Swaziland')")),
            ("Republic of Kenya", called("Kenya")),
            ("United Republic of Tanzania", called("Tanzania")),
            ("Iran (Islamic Republic Of)", called("Iran")),
            ("Micronesia, Federated States Of", called("Micronesia")),
            ("Myanmar (formerly Burma)", called("Myanmar")),
            ("Kenya (in 2021)", called("Kenya")),
            ("Bravil", called("Brazil")),
            ("Unites States", called("United States of America")),
            ("Republic of Korea", called("South Korea")),
            ("Africa", Reading::Unknown),
            ("Global", Reading::Unknown),
            ("None", Reading::Unknown),
            ("İ of ﬀ of ", Reading::Unknown),
        ] {
            assert_eq!(read(text), reading, "{text}");
        }
    }

    #[test]
    fn what_is_not_sure_is_left_open() {
        assert!(matches!(read("Congo"), Reading::OneOf(names) if names.len() == 2));
        assert!(matches!(read("Nigera"), Reading::OneOf(names) if names == ["Niger", "Nigeria"]));
        assert_eq!(read("The project collects data from all African countries"), Reading::Unknown);
    }

    #[test]
    fn several_countries_in_one_text_are_told_apart() {
        let names = |names: &[&str]| Reading::Several(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(read("South Africa and Canada"), names(&["South Africa", "Canada"]));
        assert_eq!(read("Kenya, USA; uganda"), names(&["Kenya", "United States of America", "Uganda"]));
        assert_eq!(read("Antigua And Barbuda"), Reading::Spelled("Antigua and Barbuda".to_owned()));
        assert_eq!(read("Kenya and other countries"), Reading::Unknown);
    }
}
