//! Whether a text speaks of a license at all, be it without a version, in another language, or in passing.
//!
//! In: a text. Out: the families of licenses that it may speak of. Never: that something is licensed. It holds back the
//! reproach that a license is not named, and confirms nothing.

use std::collections::BTreeSet;

/// Beginnings of ids, and words one of which stands where somebody speaks of such a license. Of ids with a common
/// beginning the longer one stands first.
const FAMILIES: [(&str, &[&str]); 18] = [
    ("MIT", &["mit", "expat", "massachusetts"]),
    ("Apache", &["apache", "asl", "apl"]),
    ("AGPL", &["agpl", "affero", "gnu"]),
    ("LGPL", &["lgpl", "lesser", "gnu"]),
    ("GPL", &["gpl", "gnu"]),
    ("0BSD", &["bsd", "berkeley"]),
    ("BSD", &["bsd", "berkeley"]),
    ("CC0", &["cc", "commons", "creativecommons", "domain", "domaine", "dominio", "domínio"]),
    ("CC-", &["cc", "commons", "creativecommons", "ccby"]),
    ("MPL", &["mpl", "mozilla"]),
    ("EPL", &["epl", "eclipse"]),
    ("EUPL", &["eupl", "union"]),
    ("ODbL", &["odbl", "database", "odc", "opendatacommons"]),
    ("ODC", &["odc", "commons", "opendatacommons"]),
    ("PDDL", &["pddl", "commons", "domain", "opendatacommons"]),
    ("Unlicense", &["unlicense", "unlicence", "domain"]),
    ("ISC", &["isc", "internet"]),
    ("OFL", &["ofl", "sil"]),
];

/// The beginning of the ids to which an id belongs, where its license is one that can be looked for.
pub fn family(id: &str) -> Option<&'static str> {
    let begins = |known: &&str| id.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    FAMILIES.iter().map(|(known, _)| *known).find(begins)
}

/// The families that a text may speak of.
pub fn families(text: &str) -> BTreeSet<&'static str> {
    let lower = text.to_lowercase();
    let mut words: BTreeSet<&str> = BTreeSet::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        // "gplv3" and "apache2" end in a version.
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let bare = bare.strip_suffix('v').filter(|_| bare.len() < word.len()).unwrap_or(bare);
        words.extend([word, bare]);
    }
    let spoken_of = |(_, known): &&(&str, &[&str])| known.iter().any(|word| words.contains(word));
    FAMILIES.iter().filter(spoken_of).map(|(family, _)| *family).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_of() {
        for (text, id, spoken_of) in [
            ("Software libre bajo la Licencia Pública General de GNU", "GPL-3.0-or-later", true),
            ("see our GPLv3 page", "GPL-3.0", true),
            ("Apache2", "Apache-2.0", true),
            ("Sous licence Creative Commons.", "CC-BY-SA-4.0", true),
            ("We mitigate floods. All rights reserved.", "MIT", false),
            ("All rights reserved.", "CC-BY-4.0", false),
        ] {
            let family = family(id).unwrap();
            assert_eq!(families(text).contains(family), spoken_of, "{text}");
        }
        assert_eq!(family("AGPL-3.0-only"), Some("AGPL"));
        assert_eq!(family("CC0-1.0"), Some("CC0"));
        assert_eq!((family("WTFPL"), family("é")), (None, None));
    }
}
