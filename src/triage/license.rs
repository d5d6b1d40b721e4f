//! What is known of licenses by their ids: which are SPDX's, which spelling the registry uses, which misspelling
//! means which id, and when two ids speak of the same license.
//!
//! Source: SPDX License List (crate `spdx`) and `data/licenses.json`. Never: what a license's text says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// Two ids of the same license text differ only in these: `-only` and `-or-later` say how the GNU licenses are
/// applied, the others are SPDX's marks for a clause that detectors do not tell apart.
const APPLICATIONS: [&str; 6] = ["-only", "-or-later", "+", "-no-RFN", "-RFN", "-no-copyleft-exception"];

/// Whether this is an id on the SPDX License List, spelled as there.
pub fn is_spdx(id: &str) -> bool {
    !id.ends_with('+') && spdx::license_id(id).is_some_and(|known| known.name == id)
}

/// Whether it is an id of SPDX's but for its small and large letters, as in the name of a file.
pub fn is_spdx_in_any_case(id: &str) -> bool {
    spdx::identifiers::LICENSES.iter().any(|known| known.name.eq_ignore_ascii_case(id))
}

/// The id without what does not show in the license's text: `GPL-3.0` for `GPL-3.0-or-later`.
pub fn family(id: &str) -> &str {
    APPLICATIONS.iter().find_map(|application| id.strip_suffix(application)).unwrap_or(id)
}

/// Whether a license is an open one: for software by the word of the OSI or of the FSF, else one of those by which
/// Creative Commons and Open Data Commons let everybody use, change and share a work.
pub fn is_open(id: &str) -> bool {
    const OTHERS: [&str; 7] = ["CC-BY-SA-", "CC-BY-", "CC0-", "CC-PDDC", "ODbL-", "ODC-By-", "PDDL-"];
    let restricted = id.contains("-NC") || id.contains("-ND");
    let software = || {
        let known = spdx::identifiers::LICENSES.iter().filter(|known| is_same(known.name, id));
        known
            .filter_map(|known| spdx::license_id(known.name))
            .any(|id| id.is_osi_approved() || id.is_fsf_free_libre())
    };
    !restricted && (OTHERS.iter().any(|beginning| id.starts_with(beginning)) || software())
}

/// Whether two ids name the same license text.
pub fn is_same(one: &str, other: &str) -> bool {
    family(one).eq_ignore_ascii_case(family(other))
}

/// Whether a text, as somebody wrote it, names the license of this id.
pub fn is_meant(written: &str, id: &str) -> bool {
    is_same(written, id)
        || matches!(meant(written, std::iter::empty()), Meant::One(meant) if is_same(&meant, id))
}

/// SPDX's page of a license.
pub fn page(id: &str) -> String {
    format!("https://spdx.org/licenses/{id}.html")
}

/// What somebody may have meant by a text that is no id.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Meant {
    /// Only this one.
    One(String),
    /// One of these: the text leaves the version or the variant open.
    OneOf(Vec<String>),
    /// Several licenses in one text: each is an entry of its own.
    Several,
    Unknown,
}

/// Reads a text such as "GPL v3", "Apache License 2.0" or "CC BY-SA 4.0" as one of `ids`, and failing that as any
/// id of SPDX's. It answers one id only where no other could be meant.
pub fn meant<'a>(text: &str, ids: impl Iterator<Item = &'a str>) -> Meant {
    let words = words(text);
    if words.is_empty() {
        return Meant::Unknown;
    }
    let key = words.join(" ");
    let mut candidates: BTreeSet<String> = BTreeSet::new();
    for id in ids {
        let known = key_of(id);
        if known == key {
            return Meant::One(id.to_owned());
        }
        // "CC BY" leaves open the version of "CC-BY-4.0"; what follows must be the version and nothing else.
        let rest = known.strip_prefix(&key).and_then(|rest| rest.strip_prefix(' '));
        if rest.is_some_and(|rest| is_version(rest) || key == CREATIVE_COMMONS) {
            candidates.insert(id.to_owned());
        }
    }
    let mut candidates: Vec<String> = candidates.into_iter().collect();
    match candidates.len() {
        1 if key != CREATIVE_COMMONS => return Meant::One(candidates.remove(0)),
        0 => {}
        _ => return Meant::OneOf(candidates),
    }
    if let Some(id) = SPDX.get(&key) {
        return Meant::One((*id).to_owned());
    }
    let parts = text
        .split([',', ';', '/', '&', '|'])
        .flat_map(|part| part.split(" and ").flat_map(|part| part.split(" or ")));
    let lower = text.to_lowercase();
    let joined =
        lower.contains(" or ") || lower.contains(" and ") || text.contains([',', ';', '/', '&', '|']);
    if joined && parts.filter(|part| SPDX.contains_key(&key_of(part))).count() > 1 {
        return Meant::Several;
    }
    Meant::Unknown
}

/// The name of a family without the rest of any license's: each of them may be meant.
const CREATIVE_COMMONS: &str = "cc";

fn is_version(rest: &str) -> bool {
    rest.split(' ').all(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Every current id of SPDX's list by its words; ids that SPDX deprecated yield to current ones.
static SPDX: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for license in spdx::identifiers::LICENSES {
        let current = spdx::license_id(license.name).is_some_and(|id| !id.is_deprecated());
        let family = family(license.name) == license.name;
        if current || family {
            table.entry(key_of(license.name)).or_insert(license.name);
        }
    }
    table
});

fn key_of(id: &str) -> String {
    words(family(id)).join(" ")
}

/// The words that tell licenses apart, in lower case: versions split off and without their final zero, filling
/// words left out, full names made short.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in text.to_lowercase().chars() {
        let same = character.is_alphanumeric()
            && before.is_alphanumeric()
            && character.is_ascii_digit() == before.is_ascii_digit();
        match words.last_mut() {
            Some(word) if same => word.push(character),
            _ if character.is_alphanumeric() => words.push(character.to_string()),
            _ if character == '+' => words.push("+".into()),
            _ => {}
        }
        before = character;
    }
    let mut line = format!(" {} ", words.join(" "));
    for (long, short) in SHORT {
        line = line.replace(&format!(" {long} "), &format!(" {short} "));
    }
    let mut words: Vec<String> = line
        .split(' ')
        .filter(|word| !word.is_empty() && !FILLING.contains(word))
        .map(str::to_owned)
        .collect();
    for at in 1..words.len() {
        let numbered = words[at].bytes().all(|byte| byte.is_ascii_digit());
        // "GPLv3" came apart as "gplv" and "3".
        if numbered && words[at - 1].len() > 2 && words[at - 1].ends_with('v') {
            words[at - 1].pop();
        }
    }
    if words.len() > 2 && words.last().is_some_and(|word| word == "0") {
        words.pop();
    }
    words
}

/// Full names and their short ones; the longer stands first where one holds the other.
const SHORT: [(&str, &str); 28] = [
    ("gnu affero general public", "agpl"),
    ("affero general public", "agpl"),
    ("gnu lesser general public", "lgpl"),
    ("lesser general public", "lgpl"),
    ("gnu library general public", "lgpl"),
    ("gnu general public", "gpl"),
    ("general public", "gpl"),
    ("gnu agpl", "agpl"),
    ("gnu lgpl", "lgpl"),
    ("gnu gpl", "gpl"),
    ("creative commons zero", "cc 0"),
    ("creative commons", "cc"),
    ("attribution", "by"),
    ("non commercial", "nc"),
    ("noncommercial", "nc"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("mozilla public", "mpl"),
    ("eclipse public", "epl"),
    ("european union public", "eupl"),
    ("open database", "odbl"),
    ("open data commons by", "odc by"),
    ("apache software foundation", "apache"),
    ("new bsd", "bsd 3 clause"),
    ("cc 0 1", "cc 0"),
    ("or later", ""),
];

const FILLING: [&str; 14] = [
    "the",
    "license",
    "licence",
    "licensed",
    "licenses",
    "licences",
    "under",
    "version",
    "v",
    "ver",
    "international",
    "unported",
    "software",
    "only",
];

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 16] = [
        "AGPL-3.0",
        "Apache-1.1",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-SA-4.0",
        "CC0-1.0",
        "GPL-2.0",
        "GPL-3.0",
        "LGPL-3.0",
        "MIT",
        "MPL-2.0",
        "ODbL-1.0",
    ];

    #[test]
    fn misspellings_mean_one_id() {
        for (text, id) in [
            ("GPL v3", "GPL-3.0"),
            ("GPLv3", "GPL-3.0"),
            ("GPL-3.0 License", "GPL-3.0"),
            ("gpl 3.0", "GPL-3.0"),
            ("GPL-3.0-only", "GPL-3.0"),
            ("GPL-3.0-or-later", "GPL-3.0"),
            ("GNU General Public License v3.0", "GPL-3.0"),
            ("GNU Affero General Public License version 3", "AGPL-3.0"),
            ("AGPLv3", "AGPL-3.0"),
            ("Apache License 2.0", "Apache-2.0"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            (" Apache-2.0", "Apache-2.0"),
            ("apache 2", "Apache-2.0"),
            ("MIT License", "MIT"),
            ("The MIT license", "MIT"),
            ("mit", "MIT"),
            ("BSD 3-Clause", "BSD-3-Clause"),
            ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
            ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International", "CC-BY-NC-SA-4.0"),
            ("CC0", "CC0-1.0"),
            ("ODbL", "ODbL-1.0"),
            ("Mozilla Public License 2.0", "MPL-2.0"),
            ("CC BY-ND 4.0", "CC-BY-ND-4.0"),
        ] {
            assert_eq!(meant(text, IDS.into_iter()), Meant::One(id.into()), "{text}: {:?}", words(text));
        }
    }

    #[test]
    fn what_is_open_stays_open() {
        assert_eq!(
            meant("CC BY", IDS.into_iter()),
            Meant::OneOf(vec!["CC-BY-3.0".into(), "CC-BY-4.0".into()])
        );
        assert_eq!(meant("GPL", IDS.into_iter()), Meant::OneOf(vec!["GPL-2.0".into(), "GPL-3.0".into()]));
        let commons = ["CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-SA-4.0", "CC-BY-SA-4.0", "CC0-1.0"];
        let twice = || IDS.into_iter().chain(IDS);
        assert_eq!(meant("Creative Commons", twice()), Meant::OneOf(commons.map(str::to_owned).to_vec()));
        assert_eq!(meant("CC0", twice()), Meant::One("CC0-1.0".into()));
        for text in ["MIT/Apache-2.0", "MIT, Apache-2.0", "GPL-3.0 and MIT"] {
            assert_eq!(meant(text, IDS.into_iter()), Meant::Several, "{text}");
        }
        for text in ["", "  ", "proprietary", "BSD", "own license", "MIT with restrictions"] {
            assert_eq!(meant(text, IDS.into_iter()), Meant::Unknown, "{text}");
        }
    }

    #[test]
    fn ids_of_one_text_are_the_same() {
        assert!(is_same("GPL-3.0", "GPL-3.0-or-later") && is_same("OFL-1.1-RFN", "OFL-1.1"));
        assert!(!is_same("GPL-3.0", "LGPL-3.0") && !is_same("GPL-2.0", "GPL-3.0"));
        assert!(
            is_spdx("MIT") && is_spdx("GPL-3.0") && !is_spdx("mit") && !is_spdx("GPL-3.0+") && !is_spdx("")
        );
    }
}
