//! What the same thing is called in each form of a nomination.
//!
//! In: a [`Kind`]. Out: names of fields. Never: what stands in them.

use super::Kind;

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
