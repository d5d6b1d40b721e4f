//! The links of a nomination, which are opened to see whether they answer.
//!
//! In: a [`Nomination`]. Out: each address once, with everywhere it is written. Never: what is no web address (other
//! checks say so), the nominated repositories on known forges (they are looked up as such), links inside texts.

use std::collections::HashSet;

use url::{Host, Url};

use super::{
    nomination::{Located, Nomination},
    repository::{Address, Repository},
    web_address,
};

/// How many addresses of a nomination are opened; the first ones.
pub const MOST_LINKS: usize = 40;

/// Longer addresses are not opened, in bytes.
const LONGEST: usize = 2000;

/// An address, and where it is written.
#[derive(Debug)]
pub struct Link<'a> {
    /// As it is asked for: without blanks around it and without a fragment.
    pub address: String,
    pub places: Vec<Place<'a>>,
}

/// Where an address is written.
#[derive(Debug)]
pub struct Place<'a> {
    /// What it is there, in words: "the website".
    pub field: String,
    pub written: &'a Located<String>,
}

/// The links of a nomination in its order.
pub fn links(nomination: &Nomination) -> Vec<Link<'_>> {
    let repositories: HashSet<String> =
        nomination.repositories.iter().filter_map(|listed| repository(&listed.url.value)).collect();
    let mut links: Vec<Link<'_>> = Vec::new();
    for place in places(nomination) {
        let Some(address) = address(&place.written.value) else { continue };
        if repository(&address).is_some_and(|name| repositories.contains(&name)) {
            continue;
        }
        match links.iter().position(|link| link.address == address) {
            Some(at) => links[at].places.push(place),
            None => links.push(Link { address, places: vec![place] }),
        }
    }
    links
}

/// Every field that holds a link.
pub fn places(nomination: &Nomination) -> impl Iterator<Item = Place<'_>> {
    let website = nomination.website.iter().map(|written| Place { field: "the website".to_owned(), written });
    let licenses = nomination.licenses.iter().filter_map(|license| license.url.as_ref());
    let licenses = licenses.map(|written| Place { field: "the link to the license".to_owned(), written });
    let goals = nomination.goals.iter().filter_map(|goal| {
        let field = match &goal.number {
            Some(number) => format!("the evidence for goal {}", number.value),
            None => "the evidence for a goal".to_owned(),
        };
        Some(Place { field, written: goal.evidence_url.as_ref()? })
    });
    let organizations = nomination.organizations.iter().filter_map(|one| one.website.as_ref());
    let organizations =
        organizations.map(|written| Place { field: "the website of an organization".to_owned(), written });
    website.chain(licenses).chain(goals).chain(organizations)
}

/// The address as it is asked for, if it is one of the web, at its usual ports.
pub fn address(written: &str) -> Option<String> {
    let written = written.trim();
    let is_one = !written.contains(char::is_whitespace) && web_address::all_in(written).len() <= 1;
    if written.len() > LONGEST || !is_one {
        return None;
    }
    let mut url = Url::parse(written).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && written.contains("://");
    let named = match url.host()? {
        Host::Domain(name) => name.contains('.'),
        _ => true,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    let usual = matches!(url.port_or_known_default(), Some(80 | 443));
    url.set_fragment(None);
    (web && named && plain && usual).then(|| url.into())
}

/// The repository of a known forge that an address is.
fn repository(address: &str) -> Option<String> {
    let repository = Address::read(address).repository().filter(Repository::is_on_known_forge);
    repository.map(|repository| repository.key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::nomination::{Filed, Kind, parse};

    fn nomination(text: &str) -> Nomination {
        parse(Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None }, text.as_bytes()).0
    }

    #[test]
    fn each_address_once_with_its_places() {
        let nomination = nomination(
            r#"{"website": " https://x.org ", "organizations": [{"website": "https://X.org/#top"}, {"website": "n/a"}],
                "license": [{"licenseURL": "https://github.com/o/r/blob/main/LICENSE"}, {"licenseURL": "https://github.com/o/r"}],
                "SDGs": [{"SDGNumber": 3, "evidenceURL": "http://x.org/3"}, {"evidenceURL": "http://x.org/3"}],
                "repositories": [{"url": "https://github.com/O/R"}]}"#,
        );
        let links = links(&nomination);
        let addresses: Vec<_> = links.iter().map(|link| link.address.as_str()).collect();
        assert_eq!(
            addresses,
            ["https://x.org/", "https://github.com/o/r/blob/main/LICENSE", "http://x.org/3"]
        );
        let fields =
            |at: usize| -> Vec<_> { links[at].places.iter().map(|place| place.field.as_str()).collect() };
        assert_eq!(fields(0), ["the website", "the website of an organization"]);
        assert_eq!(fields(2), ["the evidence for goal 3", "the evidence for a goal"]);
    }

    #[test]
    fn what_is_no_address_of_the_web_is_left_to_others() {
        for written in [
            "",
            "n/a",
            "x.org",
            "http:x.org",
            "https://x.org https://y.org",
            "mailto:a@x.org",
            "ftp://x.org/",
            "https://localhost/",
            "https://a@x.org/",
            "https://x.org:8080/",
            "https://",
        ] {
            assert_eq!(address(written), None, "{written}");
        }
        assert_eq!(
            address("\thttps://x.org/a?b=http://y.org#c\n").as_deref(),
            Some("https://x.org/a?b=http://y.org")
        );
    }
}
