//! The page or file behind the link to a license: which are opened, and what one says.
//!
//! In: the links of a nomination; what a page shows. Out: the addresses to open, each once; for a declared license what
//! the page [`Said`] of it. Never: opening. That a license is not named is said only of a text that was read whole and
//! does not even speak of it.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    license,
    license_text::{self, About, Reading, TextVerdict, address::is_generic, mention},
    link,
    nomination::Nomination,
    repository::Address,
    web_address,
};

/// How many links to licenses are opened; the first ones.
pub const MOST_PAGES: usize = 20;

/// A page of a website that names so many licenses lists them.
const MANY: usize = 3;

/// What a page shows to people who open it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Its text; addresses that name a license stand in it as text.
    pub text: String,
    /// Why there may be more on it.
    pub lacks: Option<Lack>,
    /// Whether it is a page of a website, on which licenses of other things may be named as well.
    pub website: bool,
    /// Whether it leads on to what may be the license.
    pub leads_on: bool,
}

/// Why a text is not all that a page shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lack {
    /// It was not read to its end.
    Rest,
    /// A browser puts the page together; without it hardly anything is shown.
    Scripts,
}

/// What answered at the link to a license.
#[derive(Clone, Debug)]
pub struct LicensePage {
    /// Status of HTTP (RFC 9110), at the end of the way.
    pub status: u16,
    /// Whether it seems to be a login wall.
    pub login: bool,
    pub content: Content,
}

/// What stands on such a page.
#[derive(Clone, Debug)]
pub enum Content {
    Text(Arc<Statement>),
    /// No text that could be read; what it is instead, in our own words: "a PDF".
    Other(String),
}

/// What a text states about licenses.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    reading: Reading,
    /// The families of licenses that it may speak of.
    spoken_of: BTreeSet<&'static str>,
    lacks: Option<Lack>,
    website: bool,
    leads_on: bool,
    /// Whether most of it is in letters other than Latin ones.
    foreign: bool,
}

/// What a page says of a declared license.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Said {
    /// It holds the license, or names it.
    Declared,
    /// All that it holds or names is others.
    Others(Vec<String>),
    /// It neither holds nor names any that is known.
    None,
    /// Only a person can say.
    Unclear(Unclear),
    /// The part with the license may not have been read.
    Lacking(Lack),
}

/// Why only a person can say what a page says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unclear {
    /// A text that was changed, or something beside it that may take something back: in somebody's words.
    Doubt(String),
    /// It is longer than what is read.
    Long,
    /// It names others, and it may be that the declared one is meant as well.
    Others(Vec<String>),
    /// It names none so that it could be told, but it may speak of one or lead on to it.
    Vague,
}

impl Statement {
    /// Reads what a page shows. It takes some time: not for a thread that must not wait.
    pub fn of(shown: &Shown) -> Self {
        let letters = shown.text.chars().filter(|c| c.is_alphabetic());
        let (all, latin) = letters
            .fold((0, 0), |(all, latin), letter| (all + 1, latin + usize::from(u32::from(letter) < 0x250)));
        Self {
            reading: match shown.website {
                true => license_text::read(&shown.text),
                false => license_text::read_license_file(&shown.text),
            },
            spoken_of: mention::families(&shown.text),
            lacks: shown.lacks,
            website: shown.website,
            leads_on: shown.leads_on,
            foreign: latin * 2 < all,
        }
    }

    /// What is known of a file without its text: what it holds in full is sure, and of all else it may speak as well.
    pub fn of_file(reading: &Reading) -> Self {
        Self { reading: reading.clone(), leads_on: true, ..Self::default() }
    }

    /// What it says of the license of this id.
    pub fn of_license(&self, id: &str) -> Said {
        match license_text::verdict(&self.reading, &[id]) {
            TextVerdict::Names if self.names_in_passing(id) => Said::Unclear(Unclear::Vague),
            TextVerdict::Holds | TextVerdict::Names => Said::Declared,
            TextVerdict::Doubtful(_)
                if self.reading.doubts.iter().all(|doubt| doubt.about == About::Long) =>
            {
                Said::Unclear(Unclear::Long)
            }
            TextVerdict::Doubtful(words) => Said::Unclear(Unclear::Doubt(words)),
            TextVerdict::Differs(_) | TextVerdict::Unknown if self.lacks.is_some() => {
                Said::Lacking(self.lacks.unwrap_or(Lack::Rest))
            }
            // A license in full, in a file of its own, is what the file says.
            TextVerdict::Differs(others) if !self.website && !self.reading.held.is_empty() => {
                Said::Others(others)
            }
            TextVerdict::Differs(others) if self.may_mean(id, &others) => {
                Said::Unclear(Unclear::Others(others))
            }
            TextVerdict::Differs(others) => Said::Others(others),
            TextVerdict::Unknown if self.may_mean(id, &[]) => Said::Unclear(Unclear::Vague),
            TextVerdict::Unknown => Said::None,
        }
    }

    /// Whether a page of a website names a license only as that of something else, or as one of many.
    fn names_in_passing(&self, id: &str) -> bool {
        let named = &self.reading.named;
        let mut meant = named.iter().filter(|named| license::is_meant(id, &named.id));
        self.website && (named.len() >= MANY || meant.all(|named| named.passing))
    }

    /// Whether it may speak of a license that it does not name so that it could be told.
    fn may_mean(&self, id: &str, others: &[String]) -> bool {
        let family = mention::family(id);
        let explained = others.iter().any(|other| mention::family(other) == family);
        let spoken_of = family.is_none_or(|family| self.spoken_of.contains(family) && !explained);
        let in_passing =
            self.website && self.reading.named.iter().all(|named| named.passing) && !others.is_empty();
        spoken_of || self.leads_on || self.foreign || in_passing
    }

    /// The licenses that it is known to hold.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.reading.held.iter().map(|held| held.id.as_str())
    }
}

/// The address behind which a license is to be read, as it is asked for. `None` for a page about a license as such, for
/// the front page of a repository on a known forge, whose license is looked up, for one of an account on github.com,
/// which shows none, and for what is no address.
pub fn address(written: &str) -> Option<String> {
    let address = link::address(written)?;
    let url = web_address::page(&address)?;
    let other = match Address::read(&address) {
        Address::GitHubOwner(_) | Address::GitHubPage => true,
        written => written.repository().is_some_and(|repository| repository.is_on_known_forge()),
    };
    (!other && !is_generic(&url)).then_some(address)
}

/// The addresses that a nomination makes us open, each once.
pub fn addresses(nomination: &Nomination) -> Vec<String> {
    let written = nomination.licenses.iter().filter_map(|license| license.url.as_ref());
    let mut addresses: Vec<String> = Vec::new();
    for address in written.filter_map(|url| address(&url.value)) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses.truncate(MOST_PAGES);
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, id: &str) -> Said {
        Statement::of(&Shown { text: text.to_owned(), ..Shown::default() }).of_license(id)
    }

    #[test]
    fn a_reproach_needs_a_text_that_leaves_no_doubt() {
        let others = |id: &str| vec![id.to_owned()];
        for (text, id, expected) in [
            ("Licensed under the Apache License 2.0.", "Apache-2.0", Said::Declared),
            ("Licensed under the GPL v3.", "GPL-3.0-or-later", Said::Declared),
            ("Licensed under the Apache License 2.0.", "MIT", Said::Others(others("Apache-2.0"))),
            ("© CC BY-SA 4.0", "CC-BY-4.0", Said::Others(others("CC-BY-SA-4.0"))),
            (
                "Licensed under the Apache License 2.0; parts are GPL.",
                "GPL-3.0",
                Said::Unclear(Unclear::Others(others("Apache-2.0"))),
            ),
            ("Terms of use. All rights reserved.", "MIT", Said::None),
            ("The code is under a GNU license.", "GPL-3.0", Said::Unclear(Unclear::Vague)),
            ("Terms of use.", "WTFPL", Said::Unclear(Unclear::Vague)),
            ("Это программное обеспечение свободно.", "MIT", Said::Unclear(Unclear::Vague)),
        ] {
            assert_eq!(said(text, id), expected, "{text}");
        }
        let part = Shown { text: "Terms".into(), lacks: Some(Lack::Rest), ..Shown::default() };
        assert_eq!(Statement::of(&part).of_license("MIT"), Said::Lacking(Lack::Rest));
        let named = Shown { text: "MIT License".into(), ..part };
        assert_eq!(Statement::of(&named).of_license("MIT"), Said::Declared);
    }

    #[test]
    fn what_others_judge_is_not_opened() {
        for (written, opened) in [
            (" https://github.com/o/r/blob/main/LICENSE#L1", true),
            ("https://openclinic.org/license", true),
            ("https://github.com/o/r", false),
            ("https://gitlab.com/g/sub/r", false),
            ("https://gist.github.com/o/0a1b2c3d4e", true),
            ("https://openclinic.org/about/license", true),
            ("https://github.com/o", false),
            ("https://opensource.org/licenses/MIT", false),
            ("openclinic.org/license", false),
            ("n/a", false),
        ] {
            assert_eq!(address(written).is_some(), opened, "{written}");
        }
    }
}
