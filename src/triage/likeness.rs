//! Whether two nominations are of one project, as far as their texts tell.
//!
//! In: what each says that its project is called and where it is found. Out: what they have in common, and whether that
//! leaves no doubt. Never: which of the two has to give way.

use strsim::normalized_damerau_levenshtein;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    finding::Spot,
    nomination::Nomination,
    prose::{Prose, theirs},
    repository::{self, Address},
    web_address,
};

/// What tells a project from others.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Traits {
    pub names: Vec<Name>,
    /// Each in the one spelling of [`repository::key`].
    pub repositories: Vec<String>,
    /// Accounts of github.com that are listed in place of a repository, in small letters.
    pub owners: Vec<String>,
    /// Host and path of the website, in one spelling; none where the host is a platform that many share.
    pub website: Option<String>,
    /// The same of the organizations behind the project.
    pub organizations: Vec<String>,
}

/// A name or alias, made ready to be compared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name {
    pub written: String,
    /// Its letters and digits: small, without accents, without words that say nothing.
    pub key: String,
    /// The same up to the end of each of its words but the last.
    pub beginnings: Vec<String>,
    words: Vec<String>,
    pub alias: bool,
}

/// The fields of a nomination that tell what it is of, as written.
pub struct Written<'a> {
    pub name: &'a str,
    pub aliases: Vec<&'a str>,
    pub repositories: Vec<&'a str>,
    pub website: Option<&'a str>,
    /// The websites of its organizations.
    pub organizations: Vec<&'a str>,
}

/// What two nominations have in common.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Tie {
    /// The repository's address without its scheme.
    Repository(String),
    /// The other's name or alias, as written there.
    Name(String),
    /// The website's host and path.
    Website(String),
    /// The account in which the other's repository lies, where this one lists only the account; or the reverse.
    Owner(String),
    /// The other's name or alias, as written there.
    NearName(String),
}

/// How two nominations are alike.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Likeness {
    /// The strongest first; never empty.
    pub ties: Vec<Tie>,
    /// Whether they are of one project, beyond doubt that a text could raise.
    pub sure: bool,
}

/// So many ties say enough.
const MOST_SAID: usize = 2;

/// Names that are as near as this differ in a slip of the pen.
const NEAR: f64 = 0.80;

/// And their words, one by one, as near as this.
const NEAR_WORD: f64 = 0.5;

/// Shorter names are near to each other by chance.
const SHORTEST_NEAR: usize = 5;

/// An alias that is shorter is that of many.
const SHORTEST_ALIAS: usize = 3;

/// An alias that is shorter may be the name of something else.
const SHORTEST_SURE_ALIAS: usize = 5;

/// So many names and repositories of a project are compared.
const MOST: usize = 50;

/// And so many characters of a name.
const LONGEST: usize = 150;

/// What people write into a field for aliases when there is none.
const NO_NAMES: [&str; 10] =
    ["na", "none", "null", "nil", "no", "optional", "notapplicable", "unknown", "tbd", "alias"];

/// Words that may end a name or be left out.
const SILENT: [&str; 5] = ["foundation", "inc", "initiative", "org", "project"];

/// Words that alone begin the names of many.
const COMMON: [&str; 21] = [
    "africa",
    "code",
    "community",
    "data",
    "digital",
    "global",
    "health",
    "india",
    "learning",
    "national",
    "network",
    "open",
    "platform",
    "public",
    "smart",
    "social",
    "software",
    "system",
    "test",
    "world",
    "united",
];

/// Hosts on which every path is somebody else's, or nobody's.
const PLATFORMS: [&str; 34] = [
    "amazonaws.com",
    "apple.com",
    "atlassian.net",
    "bit.ly",
    "bitbucket.org",
    "codeberg.org",
    "example.com",
    "example.org",
    "facebook.com",
    "figshare.com",
    "github.com",
    "gitlab.com",
    "google.com",
    "huggingface.co",
    "instagram.com",
    "kaggle.com",
    "linkedin.com",
    "medium.com",
    "microsoft.com",
    "notion.site",
    "npmjs.com",
    "pypi.org",
    "readthedocs.org",
    "sourceforge.net",
    "t.me",
    "tinyurl.com",
    "twitter.com",
    "upwork.com",
    "vimeo.com",
    "wikipedia.org",
    "x.com",
    "youtu.be",
    "youtube.com",
    "zenodo.org",
];

/// The registry's own repositories, which some write where their own should stand.
const REGISTRY: [&str; 2] = ["github.com/dpgalliance/", "github.com/unicef/publicgoods"];

impl Likeness {
    /// What the other, known by this name, has in common with this: "the same name and the same website, Y".
    pub fn words(&self, known_as: &str) -> Prose {
        let (mut line, mut shown) = (Prose::default(), false);
        for (at, tie) in self.ties.iter().take(MOST_SAID).enumerate() {
            let (what, which) = match tie {
                Tie::Repository(address) => ("the same repository", address),
                Tie::Name(name) => ("the same name", name),
                Tie::Website(address) => ("the same website", address),
                Tie::Owner(owner) => ("a repository in the same account of GitHub", owner),
                Tie::NearName(name) => ("nearly the same name", name),
            };
            line.push(match at {
                0 => "",
                _ if shown => ", and ",
                _ => " and ",
            });
            line.push(what);
            shown = which != known_as;
            if shown {
                line.push(", ");
                line.push(theirs(which.as_str()));
            }
        }
        line
    }
}

impl Traits {
    pub fn of(written: &Written<'_>) -> Self {
        let mut names: Vec<Name> = Vec::new();
        let aliases = written.aliases.iter().flat_map(|alias| alias.split([',', ';', '/']));
        let variants = variants(written.name).into_iter().skip(1);
        let all = [(written.name, false)].into_iter().chain(variants.chain(aliases).map(|name| (name, true)));
        for (name, alias) in all.take(MOST) {
            let name = Name::new(name, alias);
            let says = !name.key.is_empty() && !NO_NAMES.contains(&name.key.as_str());
            if says
                && !(alias && name.key.chars().count() < SHORTEST_ALIAS)
                && !names.iter().any(|known| known.key == name.key)
            {
                names.push(name);
            }
        }
        let listed = written.repositories.iter().take(MOST).filter_map(|address| repository::key(address));
        // A website may be the repository itself.
        let website = written.website.and_then(repository::key).filter(|key| is_forge(key));
        let mut repositories: Vec<String> = listed
            .chain(website)
            .filter(|key| !REGISTRY.iter().any(|own| key.starts_with(own)))
            .filter(|key| is_forge(key) || !is_platform(key))
            .collect();
        repositories.sort();
        repositories.dedup();
        let owners = written.repositories.iter().filter_map(|address| match Address::read(address) {
            Address::GitHubOwner(owner) => Some(owner.to_lowercase()),
            _ => None,
        });
        Self {
            names,
            owners: owners.collect(),
            repositories,
            website: written.website.and_then(site),
            organizations: written.organizations.iter().filter_map(|website| site(website)).collect(),
        }
    }

    /// How this and another are alike. `shared` says that the website is that of several projects.
    pub fn likeness(&self, other: &Traits, shared: bool) -> Option<Likeness> {
        let mut ties = Vec::new();
        let mut sure = false;
        for repository in self.repositories.iter().filter(|key| other.repositories.contains(key)).take(3) {
            ties.push(Tie::Repository(repository.clone()));
            sure = true;
        }
        let apart = ties.is_empty() && !self.repositories.is_empty() && !other.repositories.is_empty();
        let named = self.same_name(other);
        if let Some((name, beyond_doubt)) = named {
            ties.push(Tie::Name(name.written.clone()));
            sure |= beyond_doubt;
        }
        let near = if named.is_none() { self.near_name(other) } else { None };
        if let Some(website) =
            self.website.as_ref().filter(|website| other.website.as_ref() == Some(*website))
        {
            ties.push(Tie::Website(website.clone()));
            let of_organization =
                self.organizations.contains(website) || other.organizations.contains(website);
            let same_name = named.is_some() || near.is_some_and(|(_, misspelled)| misspelled);
            // An organization's website is that of all its projects.
            let of_project = !of_organization || same_name && !apart;
            sure |= of_project && !shared;
        }
        if ties.is_empty() {
            ties.extend(self.owner_of(other).or_else(|| other.owner_of(self)).map(Tie::Owner));
        }
        ties.extend(near.map(|(name, _)| Tie::NearName(name.written.clone())));
        (!ties.is_empty()).then_some(Likeness { ties, sure })
    }

    /// The name of the other that is also a name of this, and whether that can be no chance.
    fn same_name<'a>(&self, other: &'a Traits) -> Option<(&'a Name, bool)> {
        let both = self.names.iter().flat_map(|name| other.names.iter().map(move |other| (name, other)));
        let same = both.filter(|(one, other)| one.key == other.key).map(|(one, other)| {
            let beyond_doubt = match (one.alias, other.alias) {
                (false, false) => true,
                (true, true) => false,
                _ => one.key.chars().count() >= SHORTEST_SURE_ALIAS,
            };
            (other, beyond_doubt)
        });
        same.max_by_key(|(_, beyond_doubt)| *beyond_doubt)
    }

    /// The name of the other that may be one of this, and whether only a slip of the pen is between them.
    fn near_name<'a>(&self, other: &'a Traits) -> Option<(&'a Name, bool)> {
        let both = self.names.iter().flat_map(|name| other.names.iter().map(move |other| (name, other)));
        let both = both.filter(|(one, other)| !(one.alias && other.alias));
        let near = both.filter_map(|(one, other)| match one.is_misspelled(other) {
            true => Some((other, true)),
            false => (begins(one, other) || begins(other, one)).then_some((other, false)),
        });
        near.max_by_key(|(_, misspelled)| *misspelled)
    }

    /// Whether they have a name in common.
    pub fn shares_name(&self, other: &Traits) -> bool {
        self.same_name(other).is_some()
    }

    /// The account that this lists and in which the other's repository lies.
    fn owner_of(&self, other: &Traits) -> Option<String> {
        let holds = |owner: &&String| {
            other.owners.contains(owner)
                || other.repositories.iter().any(|key| key.starts_with(&format!("github.com/{owner}/")))
        };
        self.owners.iter().find(holds).cloned()
    }
}

impl Name {
    fn new(written: &str, alias: bool) -> Self {
        let all = words(&written.trim().chars().take(LONGEST).collect::<String>());
        let mut words: &[String] = &all;
        while let [first, rest @ ..] = words
            && first == "the"
            && !rest.is_empty()
        {
            words = rest;
        }
        while let [rest @ .., last] = words
            && SILENT.contains(&last.as_str())
            && !rest.is_empty()
        {
            words = rest;
        }
        let beginning = |end: usize| words[..end].concat();
        let beginnings =
            (1..words.len()).filter(|&end| end > 1 || !COMMON.contains(&words[0].as_str())).map(beginning);
        Self {
            key: words.concat(),
            beginnings: beginnings.filter(|text| text.chars().count() >= 4).collect(),
            words: words.to_vec(),
            written: written.trim().to_owned(),
            alias,
        }
    }
}

/// Where in a nomination its strongest tie to another stands.
pub fn place<'a>(nomination: &'a Nomination, likeness: &Likeness) -> Option<&'a Spot> {
    let is = |address: &str, key: &String| repository::key(address).as_ref() == Some(key);
    let named = nomination.name.as_ref().map(|name| &name.spot);
    let website = nomination.website.as_ref();
    match likeness.ties.first()? {
        Tie::Repository(key) => (nomination.repositories.iter().map(|listed| &listed.url).chain(website))
            .find(|url| is(&url.value, key))
            .map(|url| &url.spot),
        Tie::Owner(_) => nomination.repositories.first().map(|listed| &listed.url.spot),
        Tie::Website(_) => website.map(|website| &website.spot),
        Tie::Name(written) => {
            let key = Name::new(written, false).key;
            let aliases = nomination.aliases.iter().find(|alias| Name::new(&alias.value, true).key == key);
            let is_name =
                nomination.name.as_ref().is_some_and(|name| Name::new(&name.value, false).key == key);
            aliases.filter(|_| !is_name).map(|alias| &alias.spot)
        }
        Tie::NearName(_) => named,
    }
    .or(named)
}

/// "Name (ACRONYM)" has three names: itself, and each part.
fn variants(name: &str) -> Vec<&str> {
    match name.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?.0))) {
        Some((before, inside)) if !before.trim().is_empty() => vec![name, before, inside],
        _ => vec![name],
    }
}

/// The words of a text without accents, in small letters; an apostrophe divides none.
pub fn words(text: &str) -> Vec<String> {
    let plain: String =
        text.nfd().filter(|sign| !is_combining_mark(*sign) && !"'’®™©".contains(*sign)).collect();
    (plain.split(|sign: char| !sign.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

impl Name {
    /// Whether the other is this with a slip of the pen. Of as many words, none may be another word: "Sunbird RC" and
    /// "Sunbird UCI" are two.
    fn is_misspelled(&self, other: &Name) -> bool {
        let alike =
            |(one, other): (&String, &String)| normalized_damerau_levenshtein(one, other) >= NEAR_WORD;
        is_near(&self.key, &other.key)
            && (self.words.len() != other.words.len() || self.words.iter().zip(&other.words).all(alike))
    }
}

/// Whether the one is how the other begins: Primero, and Primero CPIMS+.
fn begins(short: &Name, long: &Name) -> bool {
    long.beginnings.contains(&short.key)
}

/// The part of a name that tells it from others: without the "open" of so many.
pub fn core(key: &str) -> &str {
    key.strip_prefix("open").filter(|rest| !rest.is_empty()).unwrap_or(key)
}

/// Whether two names may be one, misspelled.
pub fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (core(one), core(other));
    let (shorter, longer) =
        (one.chars().count().min(other.chars().count()), one.chars().count().max(other.chars().count()));
    shorter >= SHORTEST_NEAR
        && shorter as f64 >= NEAR * longer as f64
        && one.chars().next() == other.chars().next()
        && one.chars().filter(char::is_ascii_digit).eq(other.chars().filter(char::is_ascii_digit))
        && normalized_damerau_levenshtein(one, other) >= NEAR
}

/// Host and path of an address in one spelling, without what says nothing: `www.`, a language, `index.html`.
pub fn site(address: &str) -> Option<String> {
    let url = web_address::page(address)?;
    let host = web_address::host(&url);
    if is_platform(host) {
        return None;
    }
    let mut parts = web_address::parts(&url);
    if parts.first().is_some_and(|part| is_language(part)) {
        parts.remove(0);
    }
    if parts.last().is_some_and(|part| part.starts_with("index.") || *part == "home") {
        parts.pop();
    }
    let query =
        url.query().filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    let path: String = parts.iter().map(|part| format!("/{part}")).collect();
    Some(format!("{host}{path}{query}").to_lowercase())
}

fn is_language(part: &str) -> bool {
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match part.split_once(['-', '_']) {
        Some((language, country)) => letters(language) && letters(country),
        None => letters(part),
    }
}

/// Whether an address without a scheme lies on a platform, or on one of its hosts.
fn is_platform(address: &str) -> bool {
    let host = address.split(['/', '?']).next().unwrap_or_default();
    PLATFORMS.iter().any(|platform| {
        host.strip_suffix(platform).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Platforms on which an address with a path is a repository.
fn is_forge(address: &str) -> bool {
    let host = address.split('/').next().unwrap_or_default();
    ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co", "sourceforge.net"]
        .contains(&host)
}

#[cfg(test)]
mod tests;
