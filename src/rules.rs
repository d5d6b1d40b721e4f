//! The registry's own rules, `.github/dpg-triage.yml`: read, every mistake with its place, and laid over the built-in
//! ones.
//!
//! In: the file's text. Out: a [`Policy`], or what is wrong. Never: where the text comes from, or what is done while
//! it is broken.

mod file;
mod yaml;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;

use self::file::{CommunityRule, LicenseList, Nominations, RulesFile, Setting};
use crate::{
    prose,
    triage::{
        checks,
        finding::{Finding, Spot},
        license::{self, Meant},
        nomination::json::Node,
        policy::{Licenses, NominationRule, Policy},
        posted,
        prose::{Prose, code, listed, theirs},
        pull_request,
        schema::{Schema, nearest},
        span::Source,
    },
};

/// Where the rules lie in a registry, on its default branch.
pub const PATH: &str = pull_request::RULES;

/// No rules are larger, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;

/// GitHub takes no longer names of labels, in characters.
const LONGEST_LABEL: usize = 50;

/// Limits that no registry reaches and that keep judging fast.
const MOST_COMMUNITIES: usize = 100;
const MOST_WORDS: usize = 500;
const MOST_CRITERIA: usize = 30;
const MOST_FOLDERS: usize = 50;

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
                    mistakes = Reader { node: &node, mistakes: Vec::new() }.all(&file);
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
    match SCHEMA.violations(node) {
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

/// What the schema cannot say.
struct Reader<'a> {
    node: &'a Node,
    mistakes: Vec<Finding>,
}

impl Reader<'_> {
    fn all(mut self, file: &RulesFile) -> Vec<Finding> {
        for (at, rule) in file.nominations.iter().flatten().enumerate() {
            if folder(&rule.path).is_none() {
                let message = prose![
                    theirs(rule.path.as_str()),
                    " is not a path that nominations can have. Write ",
                    code("FOLDER/*.json"),
                    ", or ",
                    code("*.json"),
                    " for the top of the repository."
                ];
                self.wrong(&format!("/nominations/{at}/path"), message);
            } else if file.nominations.iter().flatten().take(at).any(|earlier| earlier.path == rule.path) {
                let message = prose![
                    theirs(rule.path.as_str()),
                    " stands in an entry above, too, which is the one that would count. Keep one of the two."
                ];
                self.wrong(&format!("/nominations/{at}/path"), message);
            }
            if let Some(schema) = &rule.schema
                && !is_path(schema)
            {
                let message =
                    prose![theirs(schema.as_str()), " is not the path of a file in this repository."];
                self.wrong(&format!("/nominations/{at}/schema"), message);
            }
        }
        if file.nominations.as_ref().is_some_and(Vec::is_empty) {
            self.wrong(
                "/nominations",
                "Without an entry nothing would be a nomination. Leave the key out, or name a folder.".into(),
            );
        }
        self.registry(file.registry.as_deref());
        self.licenses(file);
        self.communities(file.communities.as_deref().unwrap_or_default());
        self.labels(file);
        self.mistakes
    }

    /// The folders that hold entries.
    fn registry(&mut self, folders: Option<&[String]>) {
        let Some(folders) = folders else { return };
        if folders.is_empty() {
            self.wrong(
                "/registry",
                "Without a folder no nomination would be compared with the registry. Leave the key out, or name a \
                 folder."
                    .into(),
            );
        }
        if folders.len() > MOST_FOLDERS {
            self.wrong("/registry", prose![format!("More than {MOST_FOLDERS} folders are not read.")]);
        }
        for (at, folder) in folders.iter().enumerate().take(MOST_FOLDERS) {
            let what = if !is_path(folder) || folder.contains('/') {
                " is not the name of a folder at the top of the repository."
            } else if folders[..at].contains(folder) {
                " stands in this list twice."
            } else {
                continue;
            };
            self.wrong(&format!("/registry/{at}"), prose![theirs(folder.as_str()), what]);
        }
    }

    fn wrong(&mut self, pointer: &str, message: Prose) {
        let node = self.node.at(pointer).unwrap_or(self.node);
        // Of something long the beginning is marked.
        let span = node.spot.span.start..node.spot.span.end;
        self.mistakes.push(Finding::must(message).at(&Spot { pointer: pointer.to_owned(), span }));
    }

    fn licenses(&mut self, file: &RulesFile) {
        let Some(licenses) = &file.licenses else { return };
        for (kind, list) in
            [("software", &licenses.software), ("data", &licenses.data), ("content", &licenses.content)]
        {
            let Some(list) = list else { continue };
            for (which, ids) in [("allow", &list.allow), ("deny", &list.deny)] {
                for (at, id) in ids.iter().enumerate() {
                    self.license_id(&format!("/licenses/{kind}/{which}/{at}"), id);
                }
            }
            for (at, id) in list.deny.iter().enumerate().filter(|(_, id)| list.allow.contains(id)) {
                let message = prose![
                    theirs(id.as_str()),
                    " stands under ",
                    code("allow"),
                    ", too. Keep one of the two."
                ];
                self.wrong(&format!("/licenses/{kind}/deny/{at}"), message);
            }
        }
    }

    fn license_id(&mut self, pointer: &str, id: &str) {
        let known = Policy::built_in().licenses.known().any(|known| known == id);
        if known || license::is_spdx(id) {
            return;
        }
        let message = prose![theirs(id), " is not an SPDX id."];
        let message = match license::meant(id, std::iter::empty()) {
            Meant::One(meant) => message.and(prose!["Did you mean ", theirs(meant), "?"]),
            _ => message.and("They stand at https://spdx.org/licenses/.".into()),
        };
        self.wrong(pointer, message);
    }

    fn communities(&mut self, communities: &[CommunityRule]) {
        if communities.len() > MOST_COMMUNITIES {
            self.wrong(
                "/communities",
                prose![format!("More than {MOST_COMMUNITIES} communities are not read.")],
            );
        }
        let (mut ids, mut labels) = (BTreeSet::new(), BTreeMap::new());
        for (at, community) in communities.iter().enumerate().take(MOST_COMMUNITIES) {
            let here = format!("/communities/{at}");
            let CommunityRule { id, name, team, reviewers, matches, criteria, .. } = community;
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if id.is_empty() || id.len() > 40 || !id.bytes().all(plain) {
                let message = prose![
                    theirs(id.as_str()),
                    " cannot be an id. Use small letters, digits and hyphens, at most 40."
                ];
                self.wrong(&format!("{here}/id"), message);
            } else if !ids.insert(id.as_str()) {
                self.wrong(
                    &format!("{here}/id"),
                    prose![theirs(id.as_str()), " is the id of another community, too."],
                );
            }
            if name.trim().is_empty() || name.chars().count() > 100 {
                self.wrong(&format!("{here}/name"), "A name has 1 to 100 characters.".into());
            }
            if let Some(label) = &community.label {
                self.label(&format!("{here}/label"), label);
            }
            let label = community.label();
            let at_label =
                if community.label.is_some() { format!("{here}/label") } else { format!("{here}/id") };
            if posted::LABELS.iter().any(|ours| ours.eq_ignore_ascii_case(&label)) {
                let message = prose![
                    theirs(label.as_str()),
                    " is a label of this App that says something else. Choose another ",
                    code("label"),
                    " for the community."
                ];
                self.wrong(&at_label, message);
            } else if labels.insert(label.to_lowercase(), id).is_some_and(|other| other != id) {
                self.wrong(
                    &at_label,
                    prose![theirs(label.as_str()), " is the label of another community, too."],
                );
            }
            if let Some(team) = team
                && !team.split_once('/').is_some_and(|(one, other)| is_login(one) && is_slug(other))
            {
                let message = prose![
                    theirs(team.as_str()),
                    " is not a team. Write ",
                    code("ORGANIZATION/TEAM"),
                    ", as in the team's address."
                ];
                self.wrong(&format!("{here}/team"), message);
            }
            for (which, login) in reviewers.iter().enumerate().filter(|(_, login)| !is_login(login)) {
                let message = prose![
                    theirs(login.as_str()),
                    " is not a login of GitHub. Write it without ",
                    code("@"),
                    "."
                ];
                self.wrong(&format!("{here}/reviewers/{which}"), message);
            }
            for (key, texts, most, longest) in [
                ("match/words", &matches.words, MOST_WORDS, 100),
                ("match/strong", &matches.strong, MOST_WORDS, 100),
                ("match/except", &matches.except, MOST_WORDS, 100),
                ("match/sectors", &matches.sectors, MOST_WORDS, 100),
                ("criteria", criteria, MOST_CRITERIA, 300),
                ("reviewers", reviewers, MOST_WORDS, 100),
            ] {
                if texts.len() > most {
                    self.wrong(
                        &format!("{here}/{key}"),
                        prose![format!("More than {most} entries are not read.")],
                    );
                }
                let bad = |text: &String| {
                    text.trim().is_empty() || text.chars().count() > longest || text.contains('\n')
                };
                for (which, _) in texts.iter().enumerate().filter(|(_, text)| bad(text)).take(5) {
                    let message = prose![format!("An entry here is one line of 1 to {longest} characters.")];
                    self.wrong(&format!("{here}/{key}/{which}"), message);
                }
            }
        }
    }

    /// Renamed labels: only ours, and no two to one name.
    fn labels(&mut self, file: &RulesFile) {
        let Some(labels) = &file.labels else { return };
        let communities: Vec<String> = match &file.communities {
            Some(rules) => rules.iter().map(CommunityRule::label).collect(),
            None => Policy::built_in().communities.iter().map(|community| community.label.clone()).collect(),
        };
        let known: Vec<String> =
            posted::LABELS.iter().map(|label| (*label).to_owned()).chain(communities).collect();
        let mut taken = BTreeSet::new();
        for (built_in, here) in labels {
            let pointer = format!("/labels/{}", crate::triage::nomination::json::token(built_in));
            if !known.contains(built_in) {
                let message = prose![theirs(built_in.as_str()), " is not a label of this App."];
                let message = match nearest(&known, built_in) {
                    Some(meant) => message.and(prose!["Did you mean ", theirs(meant.as_str()), "?"]),
                    None => {
                        let known = listed(known.iter().map(|label| theirs(label.as_str())).collect(), 40);
                        message.and(Prose([prose!["These are: "].0, known.0, prose!["."].0].concat()))
                    }
                };
                self.wrong(&pointer, message);
                continue;
            }
            self.label(&pointer, here);
            let is_taken = |label: &String| label.eq_ignore_ascii_case(here) && !labels.contains_key(label);
            if known.iter().any(is_taken) || !taken.insert(here.to_lowercase()) {
                self.wrong(
                    &pointer,
                    prose![theirs(here.as_str()), " is the name of another label of this App, too."],
                );
            }
        }
    }

    fn label(&mut self, pointer: &str, label: &str) {
        let length = label.chars().count();
        if label.trim() != label || !(1..=LONGEST_LABEL).contains(&length) || label.contains([',', '\n']) {
            let message = prose![format!(
                "The name of a label has 1 to {LONGEST_LABEL} characters, no comma, and no blank at its ends."
            )];
            self.wrong(pointer, message);
        }
    }
}

/// The folder of `FOLDER/*.json`; empty for `*.json`.
fn folder(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("*.json")?;
    match folder.strip_suffix('/') {
        Some(folder) if is_path(folder) => Some(folder),
        None if folder.is_empty() => Some(""),
        _ => None,
    }
}

/// A path below the repository's top, without anything that a request would read otherwise.
fn is_path(path: &str) -> bool {
    (1..=200).contains(&path.len())
        && path.split('/').all(|part| !part.is_empty() && part.trim() == part && part != "." && part != "..")
        && !path.contains(['*', '?', '[', '\\', '#', '%'])
        && !path.chars().any(char::is_control)
}

fn is_login(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_slug(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && text != "."
        && text != ".."
}

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
    let folder = folder(&rule.path)?.to_owned();
    Some(NominationRule { kind: rule.kind.into(), folder, schema: rule.schema })
}

#[cfg(test)]
mod tests;
