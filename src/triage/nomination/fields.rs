//! What the same thing is called in each form of a nomination.
//!
//! In: a [`Kind`]. Out: names of fields. Never: what stands in them.

use super::{Kind, json::Node};

/// The names of fields that two forms call by two names.
pub struct Fields {
    pub licenses: &'static str,
    /// In an entry of `licenses`, as the next.
    pub spdx: &'static str,
    pub license_url: &'static str,
    pub goals: &'static str,
    /// In an entry of `goals`, as the next.
    pub goal: &'static str,
    pub evidence_text: &'static str,
    /// None where a form does not ask for one.
    pub evidence_url: Option<&'static str>,
    pub types: &'static str,
}

const NOMINEE: Fields = Fields {
    licenses: "license",
    spdx: "spdx",
    license_url: "licenseURL",
    goals: "SDGs",
    goal: "SDGNumber",
    evidence_text: "evidenceText",
    evidence_url: Some("evidenceURL"),
    types: "type",
};

const APPLICATION: Fields = Fields {
    licenses: "openlicenses",
    spdx: "openLicense",
    license_url: "openLicenseEvidenceURLs",
    goals: "sdgs",
    goal: "sdg",
    evidence_text: "relevance",
    evidence_url: None,
    types: "categories",
};

impl Kind {
    pub fn fields(self) -> &'static Fields {
        match self {
            Kind::Application => &APPLICATION,
            Kind::Nominee | Kind::Submission => &NOMINEE,
        }
    }
}

/// So many signs and blanks stand in a name that is not written quite right.
const MOST_SIGNS: usize = 4;

/// So many fields are looked at for one whose name is not written quite right.
pub const MOST_FIELDS: usize = 200;

/// Whether a field's name is this one but for large letters, signs, and spellings of other countries.
pub fn is_spelled(written: &str, name: &str) -> bool {
    // Most are not even as long.
    if written.len().abs_diff(name.len()) > MOST_SIGNS {
        return false;
    }
    let plain = |name: &str| {
        let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.to_lowercase().replace("isation", "ization").replace("licence", "license")
    };
    plain(written) == plain(name)
}

/// The value of a field, also where its name is not written quite right.
pub fn value_of<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let spelled = || node.members().iter().take(MOST_FIELDS).find(|member| is_spelled(&member.key, name));
    node.get(name).or_else(|| spelled().map(|member| &member.node))
}
