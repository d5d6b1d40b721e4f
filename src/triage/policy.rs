//! The rules that hold for a registry: what is a nomination, which licenses are approved, how countries are
//! named, which communities there are, how many votes it takes.
//!
//! In: `data/*.json`, the built-in rules. Out: a [`Policy`]. Never: judging by them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    communities::{Communities, Community},
    country::Countries,
    finding::Severity,
    license,
    nomination::{Filed, Kind, json::Node},
};

/// The rules of one registry.
#[derive(Clone, Debug)]
pub struct Policy {
    pub nominations: Vec<NominationRule>,
    pub licenses: Licenses,
    pub countries: Countries,
    pub communities: Communities,
    /// How many 👍 make a nomination reviewed.
    pub votes_needed: usize,
    /// Whether a check run is posted on pull requests without a nomination, too.
    pub required_check: bool,
    /// What labels are called in this registry, by their built-in names.
    pub labels: BTreeMap<String, String>,
    pub checks: CheckSettings,
    /// The folders that hold entries.
    pub registry: Vec<String>,
}

/// How much checks weigh in this registry.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// Ids of checks that are not made.
    pub off: BTreeSet<String>,
    /// What the findings of a check weigh, by its id.
    pub severities: BTreeMap<String, Severity>,
    /// So many goals are read without a word.
    pub most_goals: usize,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { off: BTreeSet::new(), severities: BTreeMap::new(), most_goals: 5 }
    }
}

/// Which files are nominations of which kind.
#[derive(Clone, Debug)]
pub struct NominationRule {
    pub kind: Kind,
    /// The folder in which they lie directly; empty for the registry's root.
    pub folder: String,
    /// The file with their JSON Schema; `None` for a form that is built in.
    pub schema: Option<String>,
}

/// Approved licenses for each type of good, as the DPG Standard's indicator 2 lists them.
#[derive(Clone, Debug, Deserialize)]
pub struct Licenses {
    pub approved: Approved,
    /// Ids that the registry's schema lets through and its tables do not name.
    pub in_schema_not_in_tables: BTreeSet<String>,
    /// Ids that the registry's tables name and its schema refuses.
    pub in_tables_not_in_schema: BTreeSet<String>,
    dated_rules: Vec<DatedRule>,
    /// The file in which the registry names licenses of its own, from its root on; `None` where it names none.
    #[serde(skip)]
    pub own: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Approved {
    pub content: BTreeSet<String>,
    pub data: BTreeSet<String>,
    pub software: BTreeSet<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct DatedRule {
    since: NaiveDate,
    rule: String,
}

#[derive(Deserialize)]
struct CommunityTable {
    communities: Vec<Community>,
}

/// Reads a table that is compiled in; a test reads each, so that a mistake in one cannot be shipped.
#[expect(clippy::expect_used, reason = "compiled-in data, read by a test")]
fn built_in<T: for<'a> Deserialize<'a>>(text: &str) -> T {
    serde_json::from_str(text).expect("built-in table")
}

static BUILT_IN: LazyLock<Policy> = LazyLock::new(|| Policy {
    nominations: vec![
        NominationRule {
            kind: Kind::Nominee,
            folder: "nominees".into(),
            schema: Some("nominee-schema.json".into()),
        },
        NominationRule {
            kind: Kind::Submission,
            folder: "digitalpublicgoods".into(),
            schema: Some("screening-schema.json".into()),
        },
        NominationRule { kind: Kind::Application, folder: String::new(), schema: None },
    ],
    licenses: built_in(include_str!("../../data/licenses.json")),
    countries: built_in(include_str!("../../data/countries.json")),
    communities: built_in::<CommunityTable>(include_str!("../../data/communities.json")).communities.into(),
    votes_needed: 1,
    required_check: false,
    labels: BTreeMap::new(),
    checks: CheckSettings::default(),
    registry: ["nominees", "digitalpublicgoods", "archive", "excluded-nominees"].map(str::to_owned).into(),
});

/// How likely a path is a nomination, before its text is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Candidate {
    /// By its path alone.
    Surely(Kind),
    /// Only if its text begins with `{`, as an object does.
    IfObject(Kind),
    /// Only if it is an object with the fields of the web form's application.
    IfApplication,
    No,
}

impl Policy {
    /// The rules of DPGAlliance/publicgoods-candidates.
    pub fn built_in() -> &'static Policy {
        &BUILT_IN
    }

    /// What a path may be.
    pub fn candidate(&self, path: &str) -> Candidate {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(rule) = self.nominations.iter().find(|rule| rule.folder == folder) else {
            return Candidate::No;
        };
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match (rule.kind, extension.as_deref()) {
            (Kind::Application, Some("json")) => Candidate::IfApplication,
            (Kind::Application, _) => Candidate::No,
            (kind, Some("json") | None) => Candidate::Surely(kind),
            (kind, Some(_)) => Candidate::IfObject(kind),
        }
    }

    /// The filing of a path once its text is known; `None` where it is no nomination.
    pub fn file(&self, path: &str, text: &[u8]) -> Option<Filed> {
        let kind = match self.candidate(path) {
            Candidate::Surely(kind) => kind,
            Candidate::IfObject(kind) if begins_object(text) => kind,
            Candidate::IfApplication if is_application(text) => Kind::Application,
            _ => return None,
        };
        let schema = self.nominations.iter().find(|rule| rule.kind == kind)?.schema.clone();
        Some(Filed { path: path.to_owned(), kind, schema })
    }

    /// The filing of a file that somebody named: also one in a folder below, where the registry does not see it.
    pub fn file_named(&self, path: &str, text: &[u8]) -> Option<Filed> {
        let below = |rule: &&NominationRule| {
            !rule.folder.is_empty()
                && path.strip_prefix(&rule.folder).is_some_and(|rest| rest.starts_with('/'))
        };
        self.file(path, text).or_else(|| {
            let rule = self.nominations.iter().find(below)?;
            let name = path.rsplit('/').next()?;
            let filed = self.file(&format!("{}/{name}", rule.folder), text)?;
            Some(Filed { path: path.to_owned(), ..filed })
        })
    }
}

fn begins_object(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// A file at the root is an application when it is an object with `name` and `categories` or `openlicenses`. A
/// text that is no JSON counts when it names these fields, so that a broken application is told so.
fn is_application(text: &[u8]) -> bool {
    if !begins_object(text) {
        return false;
    }
    let text = String::from_utf8_lossy(text);
    let has = |document: &Node, key: &str| document.get(key).is_some();
    match super::nomination::json::parse(&super::span::Source::new(
        text.trim_start_matches('\u{feff}').to_owned(),
    ))
    .0
    {
        Some(document) => {
            has(&document, "name") && (has(&document, "categories") || has(&document, "openlicenses"))
        }
        None => {
            text.contains("\"name\"")
                && (text.contains("\"categories\"") || text.contains("\"openlicenses\""))
        }
    }
}

/// What a license is for a type of good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    Approved,
    /// The registry's tables and its schema disagree.
    Unclear,
    NotApproved,
}

impl Licenses {
    /// How an id stands for a type of good. A type that has no list of its own (`aimodel`, `standard`) takes an id
    /// from any of the three.
    pub fn standing(&self, id: &str, kind: &str) -> Standing {
        if self.in_schema_not_in_tables.contains(id) || self.in_tables_not_in_schema.contains(id) {
            return Standing::Unclear;
        }
        let approved = match kind {
            "software" => self.approved.software.contains(id),
            "data" => self.approved.data.contains(id),
            "content" => self.approved.content.contains(id),
            _ => self.approved_for(id).next().is_some(),
        };
        if approved { Standing::Approved } else { Standing::NotApproved }
    }

    /// The types of good for which an id is approved.
    pub fn approved_for(&self, id: &str) -> impl Iterator<Item = &'static str> {
        let lists = [
            ("software", &self.approved.software),
            ("data", &self.approved.data),
            ("content", &self.approved.content),
        ];
        let found: Vec<_> =
            lists.into_iter().filter(|(_, list)| list.contains(id)).map(|(kind, _)| kind).collect();
        found.into_iter()
    }

    /// Every id that the registry knows.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        let approved = self.approved.software.iter().chain(&self.approved.data).chain(&self.approved.content);
        approved.chain(&self.in_schema_not_in_tables).chain(&self.in_tables_not_in_schema).map(String::as_str)
    }

    /// An id as the registry's list has it: `GPL-3.0` for `GPL-3.0-or-later`.
    pub fn spelling<'a>(&self, id: &'a str) -> &'a str {
        let is_known = |id: &str| self.known().any(|known| known == id);
        let short = license::family(id);
        if !is_known(id) && is_known(short) { short } else { id }
    }

    /// The dated decision that speaks of a license by name, if one does: the day, and what was decided.
    pub fn decision(&self, id: &str) -> Option<(NaiveDate, &str)> {
        let no_derivatives = id.starts_with("CC-") && id.contains("-ND");
        let rule = self.dated_rules.iter().find(|dated| {
            dated.rule.contains(id) || no_derivatives && dated.rule.contains("NoDerivatives")
        })?;
        Some((rule.since, &rule.rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_nomination() {
        let policy = Policy::built_in();
        let kind = |path: &str, text: &str| policy.file(path, text.as_bytes()).map(|filed| filed.kind);
        assert_eq!(kind("nominees/x.json", "not json"), Some(Kind::Nominee));
        assert_eq!(kind("nominees/x", "{"), Some(Kind::Nominee), "without extension");
        assert_eq!(kind("nominees/x.txt", " {"), Some(Kind::Nominee), "begins like an object");
        assert_eq!(kind("nominees/README.md", "# Nominees"), None);
        assert_eq!(kind("nominees/logo.png", "\u{89}PNG"), None);
        assert_eq!(kind("nominees/a/x.json", "{}"), None, "not directly in the folder");
        let named = |path: &str| policy.file_named(path, b"{}").map(|filed| filed.kind);
        assert_eq!(named("nominees/a/x.json"), Some(Kind::Nominee), "but told so to who names it");
        assert_eq!((named("docs/x.json"), named("nominees.json")), (None, None));
        assert_eq!(kind("digitalpublicgoods/x.json", "{}"), Some(Kind::Submission));
        assert_eq!(kind("46.json", r#"{"name": "X", "categories": []}"#), Some(Kind::Application));
        assert_eq!(
            kind("46.json", r#"{"name": "X", "categories": [],,}"#),
            Some(Kind::Application),
            "broken"
        );
        assert_eq!(kind("package.json", r#"{"name": "x", "scripts": {}}"#), None);
        assert_eq!(kind("screening-schema.json", r#"{"type": "object"}"#), None);
    }

    #[test]
    fn licenses_stand_by_type() {
        let licenses = &Policy::built_in().licenses;
        assert_eq!(licenses.standing("MIT", "software"), Standing::Approved);
        assert_eq!(licenses.standing("MIT", "content"), Standing::NotApproved);
        assert_eq!(licenses.standing("CC-BY-4.0", "aimodel"), Standing::Approved);
        assert_eq!(licenses.standing("OGL-UK-3.0", "data"), Standing::Unclear);
        assert!(licenses.decision("EUPL-1.1").is_some() && licenses.decision("CC-BY-ND-4.0").is_some());
        assert!(licenses.decision("SSPL-1.0").is_none());
        assert_eq!(Policy::built_in().communities.len(), 8);
    }
}
