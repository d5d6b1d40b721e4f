//! The shape of `.github/dpg-triage.yml`, from which its JSON Schema is made.
//!
//! In: a tree that follows the schema. Out: a [`RulesFile`]. Never: what the rules do; `rules` lays them over the
//! built-in ones.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::Deserialize;
use serde_json::Value;

use crate::triage::{
    checks,
    communities::{Community, Matches},
    finding::Severity,
    nomination::Kind,
};

/// The registry's own rules for dpg-triage. Every key may be left out; what is left out stays as it is built in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Rules of dpg-triage")]
pub(super) struct RulesFile {
    /// Which files are nominations. Takes the place of the built-in table.
    pub nominations: Option<Vec<Nominations>>,
    /// The folders that hold entries, in which a nomination is looked for before it is taken for new.
    pub registry: Option<Vec<String>>,
    /// How much checks weigh, by their ids.
    pub checks: Option<Checks>,
    /// Licenses that are approved beside the built-in ones, or no longer.
    pub licenses: Option<Licenses>,
    /// The Communities of Practice. Takes the place of the built-in table.
    pub communities: Option<Vec<CommunityRule>>,
    /// When a nomination counts as reviewed.
    pub votes: Option<Votes>,
    /// What labels are called here, by their built-in names.
    pub labels: Option<BTreeMap<String, String>>,
    /// Whether pull requests without a nomination get a check run, too, so that a required check blocks none.
    pub required_check: Option<bool>,
}

/// Files of one kind of nomination.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nominations {
    /// What they are.
    pub kind: KindRule,
    /// `FOLDER/*.json`, or `*.json` for the top of the repository.
    pub path: String,
    /// The file with their JSON Schema.
    pub schema: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum KindRule {
    Nominee,
    Submission,
    Application,
}

impl From<KindRule> for Kind {
    fn from(kind: KindRule) -> Self {
        match kind {
            KindRule::Nominee => Kind::Nominee,
            KindRule::Submission => Kind::Submission,
            KindRule::Application => Kind::Application,
        }
    }
}

/// Settings by check.
#[derive(Debug, Deserialize)]
pub(super) struct Checks(pub BTreeMap<String, Setting>);

/// `off`, or what differs.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Setting {
    Off(Word),
    Set { severity: Option<SeverityRule>, max: Option<usize> },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    Off,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SeverityRule {
    Hint,
    Should,
    Must,
}

impl From<SeverityRule> for Severity {
    fn from(severity: SeverityRule) -> Self {
        match severity {
            SeverityRule::Hint => Severity::Hint,
            SeverityRule::Should => Severity::Should,
            SeverityRule::Must => Severity::Must,
        }
    }
}

impl JsonSchema for Checks {
    fn schema_name() -> Cow<'static, str> {
        "Checks".into()
    }

    /// A property a check, so that a misspelled one is found.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let each = checks::ALL.iter().map(|check| {
            let mut settings = serde_json::Map::new();
            settings.insert(
                "severity".into(),
                serde_json::json!({
                    "description": "What its findings weigh. Hints stay hints, unless all become hints.",
                    "enum": ["hint", "should", "must"],
                }),
            );
            if let Some(about) = checks::limit(check.id) {
                settings.insert(
                    "max".into(),
                    serde_json::json!({"description": about, "type": "integer", "minimum": 1, "maximum": 1000}),
                );
            }
            let setting = serde_json::json!({
                "description": check.title,
                "if": {"type": "string"},
                "then": {"enum": ["off"]},
                "else": {"type": "object", "properties": settings, "additionalProperties": false},
            });
            (check.id.to_owned(), setting)
        });
        let properties: serde_json::Map<String, Value> = each.collect();
        json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
    }
}

/// Approved licenses by type of good.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Licenses {
    /// For software.
    pub software: Option<LicenseList>,
    /// For data.
    pub data: Option<LicenseList>,
    /// For content.
    pub content: Option<LicenseList>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LicenseList {
    /// SPDX ids that are approved, too.
    pub allow: Vec<String>,
    /// SPDX ids that are not approved here.
    pub deny: Vec<String>,
}

/// A Community of Practice: people who know a field.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommunityRule {
    /// Small letters, digits and hyphens; what `/route` takes.
    pub id: String,
    /// What it is called in sentences.
    pub name: String,
    /// Its label; left out, `cop: ` and the id with blanks for hyphens.
    pub label: Option<String>,
    /// `ORGANIZATION/TEAM`, which is asked for a review once, when nothing must be fixed, and whose members vote.
    pub team: Option<String>,
    /// Logins of people who are asked likewise and vote.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// What speaks for it.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// What its reviewers go through, one task box each.
    #[serde(default)]
    pub criteria: Vec<String>,
}

/// What of a nomination speaks for a community.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Match {
    /// Numbers of Sustainable Development Goals.
    #[schemars(inner(range(min = 1, max = 17)))]
    pub sdgs: Vec<i64>,
    /// Sectors as nominations name them.
    pub sectors: Vec<String>,
    /// Types of goods.
    #[schemars(extend("items" = {"enum": ["software", "data", "content", "standard", "aimodel"]}))]
    pub types: Vec<String>,
    /// Words and phrases in names, descriptions and evidence.
    pub words: Vec<String>,
    /// Words of which one is enough where the project itself is described.
    pub strong: Vec<String>,
    /// Phrases in which no word counts: "machine learning" is no learning.
    pub except: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Votes {
    /// How many 👍 it takes.
    #[schemars(range(min = 1, max = 20))]
    pub approve: Option<usize>,
}

impl CommunityRule {
    /// Its label.
    pub fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| format!("cop: {}", self.id.replace('-', " ")))
    }
}

impl From<CommunityRule> for Community {
    fn from(rule: CommunityRule) -> Self {
        let label = rule.label();
        let CommunityRule { id, name, team, reviewers, matches, criteria, .. } = rule;
        let matches = Matches {
            sdgs: matches.sdgs,
            sectors: matches.sectors,
            types: matches.types,
            words: matches.words,
            strong: matches.strong,
            except: matches.except,
        };
        Community { id, name, label, matches, team, reviewers, criteria }
    }
}

/// The JSON Schema of the file, for editors and for reading it.
pub(super) fn schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<RulesFile>().to_value()
}
