//! Addresses that name a license: its page at a steward's, a button of Creative Commons, a badge.
//!
//! In: an address, or a text with addresses in it. Out: the ids that they name, and where. Never: a version that does
//! not stand there, or what is behind an address.

use url::Url;

use super::names::meant;
use crate::triage::{license, web_address};

/// So many addresses of one kind are read in a text; nobody names as many licenses.
const TRIES: usize = 400;
/// Of what stands behind a host so many bytes are read.
const LONGEST: usize = 120;

/// Reads the id out of what stands behind a host.
type Read = fn(&str) -> Option<String>;

/// Hosts whose addresses name a license, and what stands behind them.
const HOSTS: [(&str, Read); 16] = [
    ("creativecommons.org/licenses/", creative_commons),
    ("creativecommons.org/l/", creative_commons),
    ("licensebuttons.net/l/", creative_commons),
    ("creativecommons.org/publicdomain/zero/1.0", |_| Some("CC0-1.0".into())),
    ("creativecommons.org/p/zero/1.0", |_| Some("CC0-1.0".into())),
    ("licensebuttons.net/p/zero/1.0", |_| Some("CC0-1.0".into())),
    ("opensource.org/licenses/", page),
    ("opensource.org/license/", page),
    ("spdx.org/licenses/", page),
    ("choosealicense.com/licenses/", page),
    ("gnu.org/licenses/", page),
    ("apache.org/licenses/license-2.0", |_| Some("Apache-2.0".into())),
    ("mozilla.org/mpl/2.0", |_| Some("MPL-2.0".into())),
    ("mozilla.org/en-us/mpl/2.0", |_| Some("MPL-2.0".into())),
    ("opendatacommons.org/licenses/", open_data),
    ("/badge/licen", badge),
];

/// Hosts that show licenses as such, and search engines.
const GENERIC: [&str; 18] = [
    "creativecommons.org",
    "gnu.org",
    "opensource.org",
    "spdx.org",
    "choosealicense.com",
    "opendatacommons.org",
    "tldrlegal.com",
    "en.wikipedia.org",
    "wikipedia.org",
    "google.com",
    "bing.com",
    "unlicense.org",
    "mozilla.org",
    "eclipse.org",
    "fsf.org",
    "eupl.eu",
    "joinup.ec.europa.eu",
    "nationalarchives.gov.uk",
];

/// Whether an address shows a license as such, whatever project links it.
pub fn is_generic(url: &Url) -> bool {
    let host = web_address::host(url);
    GENERIC.contains(&host) || host == "apache.org" && url.path().starts_with("/licenses")
}

/// The license that an address names.
pub fn named(address: &str) -> Option<String> {
    all(address).into_iter().map(|(_, id)| id).next()
}

/// The licenses that addresses in a text name, each with the place of its host.
pub(super) fn all(text: &str) -> Vec<(usize, String)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (host, read) in HOSTS {
        for (at, _) in lower.match_indices(host).take(TRIES) {
            let rest = &lower[at + host.len()..];
            let ends = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '"' | '\'' | '<' | '>');
            let end = rest.find(ends).unwrap_or(rest.len()).min(LONGEST);
            if let Some(id) = read(&rest[..rest.floor_char_boundary(end)]) {
                found.push((at, id));
            }
        }
    }
    found
}

/// `by-nc-sa/3.0/igo/`.
fn creative_commons(path: &str) -> Option<String> {
    let mut parts = path.split('/');
    let (code, version) = (parts.next()?, parts.next()?);
    let port = parts
        .next()
        .filter(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_lowercase()));
    let id = format!("CC-{}-{version}", code.to_ascii_uppercase());
    // A country's own text is another text; where SPDX does not have it, no other is named for it.
    let id = port.map_or(id.clone(), |port| format!("{id}-{}", port.to_ascii_uppercase()));
    let id = id.trim_end_matches(['.', ',', ';']).to_owned();
    license::is_spdx(&id).then_some(id)
}

/// `apache-2.0`, `gpl-3.0.en.html`, `MIT.html`, `old-licenses/gpl-2.0.txt`.
fn page(path: &str) -> Option<String> {
    let path = path.split(['#', '?']).next()?;
    let last = path.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(['.', ',', ';']);
    let name = [".html", ".htm", ".txt", ".md", ".php", ".en", "-license"]
        .into_iter()
        .fold(last, |name, ending| name.strip_suffix(ending).unwrap_or(name));
    meant(name)
}

/// `odbl/1-0/`.
fn open_data(path: &str) -> Option<String> {
    match path.split('/').next()? {
        "odbl" => Some("ODbL-1.0".into()),
        "by" => Some("ODC-By-1.0".into()),
        "pddl" => Some("PDDL-1.0".into()),
        _ => None,
    }
}

/// `se-Apache_2.0-blue.svg`, the end of a badge's address.
fn badge(path: &str) -> Option<String> {
    let (_, rest) = path.split_once('-')?;
    let (name, _color) =
        rest.replace("--", "\u{1}").rsplit_once('-').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    meant(&name.replace('\u{1}', "-").replace("%20", " ").replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_licenses() {
        for (address, id) in [
            ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
            ("http://creativecommons.org/licenses/by-sa/4.0/deed.fr", "CC-BY-SA-4.0"),
            ("https://creativecommons.org/licenses/by-nc/2.5/legalcode", "CC-BY-NC-2.5"),
            ("https://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "CC-BY-NC-SA-3.0-IGO"),
            ("//creativecommons.org/licenses/by-nd/1.0", "CC-BY-ND-1.0"),
            ("https://creativecommons.org/licenses/by-nc-nd/4.0/?ref=chooser-v1", "CC-BY-NC-ND-4.0"),
            ("https://licensebuttons.net/l/by-sa/4.0/88x31.png", "CC-BY-SA-4.0"),
            ("https://i.creativecommons.org/l/by/3.0/80x15.png", "CC-BY-3.0"),
            ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
            ("https://licensebuttons.net/p/zero/1.0/88x31.png", "CC0-1.0"),
            ("https://opensource.org/licenses/MIT", "MIT"),
            ("https://opensource.org/license/apache-2-0", "Apache-2.0"),
            ("https://opensource.org/license/mit/", "MIT"),
            ("https://www.gnu.org/licenses/agpl-3.0", "AGPL-3.0"),
            ("https://www.gnu.org/licenses/old-licenses/gpl-2.0.en.html#SEC1", "GPL-2.0"),
            ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
            ("https://choosealicense.com/licenses/lgpl-3.0/", "LGPL-3.0"),
            ("https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"),
            ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
            ("https://www.mozilla.org/en-US/MPL/2.0/", "MPL-2.0"),
            ("https://img.shields.io/badge/License-Apache_2.0-blue.svg", "Apache-2.0"),
        ] {
            assert_eq!(named(address).as_deref(), Some(id), "{address}");
        }
        for address in [
            "https://creativecommons.org/licenses/by/3.0/xx/",
            "https://creativecommons.org/licenses/by/",
            "https://creativecommons.org/publicdomain/mark/1.0/",
            "https://opensource.org/licenses/",
            "https://www.gnu.org/licenses/",
            "https://openclinic.org/license",
            "é",
        ] {
            assert_eq!(named(address), None, "{address}");
        }
        named(&format!("https://opensource.org/licenses/{}", "é".repeat(200)));
    }

    #[test]
    fn generic_pages_are_told_from_the_projects_own() {
        for (address, generic) in [
            ("https://creativecommons.org/licenses/by/4.0/", true),
            ("https://www.apache.org/licenses/LICENSE-2.0", true),
            ("https://apache.org/foundation", false),
            ("https://openclinic.org/license", false),
        ] {
            assert_eq!(is_generic(&Url::parse(address).unwrap()), generic, "{address}");
        }
    }
}
