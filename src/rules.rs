//! The registry's own rules, `.github/dpg-triage.yml`: read, every mistake with its place, and laid over the built-in
//! ones.
//!
//! In: the file's text. Out: a [`Policy`], or what is wrong. Never: where the text comes from, or what is done while
//! it is broken.

mod file;
mod mistakes;
mod yaml;

use std::sync::LazyLock;

use serde::Deserialize;

use self::file::{LicenseList, Nominations, RulesFile, Setting};
use crate::{
    prose,
    triage::{
        checks,
        finding::Finding,
        nomination::json::Node,
        policy::{Licenses, NominationRule, Policy},
        prose::{Prose, code, theirs},
        pull_request,
        schema::Schema,
        span::Source,
    },
};

/// Where the rules lie in a registry, on its default branch.
pub const PATH: &str = pull_request::RULES;

/// No rules are larger, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::of_rules(file::schema()));

/// A rules file, read.
pub struct Read {
    pub source: Source,
    /// The rules; `None` where there is a mistake.
    pub policy: Option<Policy>,
    /// Every mistake, in the order of the text.
    pub mistakes: Vec<Finding>,
}

/// The JSON Schema of the rules file.
pub fn json_schema() -> serde_json::Value {
    file::schema()
}

/// Reads a rules file.
pub fn read(text: &[u8]) -> Read {
    let too_large = || {
        let message = prose![format!(
            "The file has {} kB. Rules may have {} kB.",
            text.len().div_ceil(1024),
            MOST_BYTES / 1024
        )];
        Read { source: Source::default(), policy: None, mistakes: vec![Finding::must(message)] }
    };
    if text.len() > MOST_BYTES {
        return too_large();
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let source = Source::new(String::from_utf8_lossy(text).into_owned());
    let (node, mut mistakes) = yaml::parse(&source);
    let mut policy = None;
    if let Some(node) = node {
        mistakes.extend(against_schema(&node));
        if mistakes.is_empty() {
            match RulesFile::deserialize(node.to_serde()) {
                Ok(file) => {
                    mistakes = mistakes::of(&file, &node);
                    policy = mistakes.is_empty().then(|| laid_over(file));
                }
                // The schema is made from the same types; where they disagree, say so instead of guessing.
                Err(error) => {
                    mistakes.push(Finding::must(prose![
                        "The rules cannot be read: ",
                        theirs(error.to_string()),
                        "."
                    ]));
                }
            }
        }
    }
    mistakes.sort_by_key(|mistake| mistake.spot.as_ref().map_or(0, |spot| spot.span.start));
    Read { source, policy, mistakes }
}

fn against_schema(node: &Node) -> Vec<Finding> {
    match SCHEMA.violations(node, &|what| prose![what]) {
        Ok(violations) => violations
            .into_iter()
            .map(|violation| {
                let message = setting(node, &violation.spot.pointer).unwrap_or(violation.message);
                Finding::must(message).at(&violation.spot)
            })
            .collect(),
        Err(why) => vec![Finding::must(prose!["The schema of the rules cannot be used: ", theirs(why), "."])],
    }
}

/// What the setting of a check may be, where the wrong value stands in place of one.
fn setting(node: &Node, pointer: &str) -> Option<Prose> {
    let (id, key) = match pointer.strip_prefix("/checks/")?.split_once('/') {
        Some((id, key)) => (id, Some(key)),
        None => (pointer.strip_prefix("/checks/")?, None),
    };
    let check = checks::ALL.iter().find(|check| check.id == id)?;
    let written = node.at(pointer).and_then(Node::as_str);
    match (key, written) {
        (None, written) => {
            let weight = written.filter(|word| WEIGHTS.contains(word)).unwrap_or(WEIGHTS[0]);
            let max = match checks::limit(id) {
                Some(_) => prose![", or ", code(format!("{id}: {{max: 5}}"))],
                None => Prose::default(),
            };
            let what = prose![
                "The field ",
                theirs(check.id),
                " is set to something that means nothing here. Write "
            ];
            let ways =
                prose![code(format!("{id}: off")), ", or ", code(format!("{id}: {{severity: {weight}}}"))];
            let severities = prose![
                ". A severity is one of ",
                code(WEIGHTS[0]),
                ", ",
                code(WEIGHTS[1]),
                " and ",
                code(WEIGHTS[2]),
                "."
            ];
            Some(what.then(ways).then(max).then(severities))
        }
        (Some("severity"), Some("off")) => Some(prose![
            "A severity cannot be ",
            code("off"),
            ". To turn the check off, write ",
            code(format!("{id}: off")),
            "."
        ]),
        _ => None,
    }
}

/// The severities, as they are written in the file.
const WEIGHTS: [&str; 3] = ["hint", "should", "must"];

/// The rules of a file without mistakes over the built-in ones.
fn laid_over(file: RulesFile) -> Policy {
    let mut policy = Policy::built_in().clone();
    if let Some(nominations) = file.nominations {
        policy.nominations = nominations.into_iter().filter_map(rule).collect();
    }
    if let Some(registry) = file.registry {
        policy.registry = registry;
    }
    for (id, setting) in file.checks.into_iter().flat_map(|checks| checks.0) {
        match setting {
            Setting::Off(_) => {
                policy.checks.off.insert(id);
            }
            Setting::Set { severity, max } => {
                policy.checks.most_goals = max.unwrap_or(policy.checks.most_goals);
                policy.checks.severities.extend(severity.map(|severity| (id, severity.into())));
            }
        }
    }
    if let Some(lists) = file.licenses {
        let Licenses { approved, .. } = &policy.licenses;
        let mut approved = approved.clone();
        for (set, list) in [
            (&mut approved.software, lists.software),
            (&mut approved.data, lists.data),
            (&mut approved.content, lists.content),
        ] {
            let LicenseList { allow, deny } = list.unwrap_or_default();
            for id in allow.iter().chain(&deny) {
                // Whoever decides it here has settled what the registry's tables leave open.
                policy.licenses.in_schema_not_in_tables.remove(id);
                policy.licenses.in_tables_not_in_schema.remove(id);
            }
            set.extend(allow);
            set.retain(|id| !deny.contains(id));
        }
        policy.licenses.approved = approved;
        policy.licenses.own = Some(PATH.to_owned());
    }
    if let Some(communities) = file.communities {
        policy.communities = communities.into_iter().map(Into::into).collect::<Vec<_>>().into();
    }
    policy.votes_needed = file.votes.and_then(|votes| votes.approve).unwrap_or(policy.votes_needed);
    policy.labels = file.labels.unwrap_or_default();
    policy.required_check = file.required_check.unwrap_or(policy.required_check);
    policy
}

fn rule(rule: Nominations) -> Option<NominationRule> {
    let folder = mistakes::folder(&rule.path)?.to_owned();
    Some(NominationRule { kind: rule.kind.into(), folder, schema: rule.schema })
}

#[cfg(test)]
mod tests;
