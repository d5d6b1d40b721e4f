//! What is wrong in a rules file that its JSON Schema cannot say.
//!
//! In: the file, and where everything stands in it. Out: findings, each at its place. Never: what the rules then do.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{CommunityRule, RulesFile};
use crate::{
    prose,
    triage::{
        finding::{Finding, Spot},
        license::{self, Meant},
        nomination::json::Node,
        policy::Policy,
        posted,
        prose::{Prose, code, listed, theirs},
        schema::nearest,
    },
};

/// GitHub takes no longer names of labels, in characters.
const LONGEST_LABEL: usize = 50;

/// Limits that no registry reaches and that keep judging fast.
const MOST_COMMUNITIES: usize = 100;
const MOST_WORDS: usize = 500;
const MOST_CRITERIA: usize = 30;
const MOST_FOLDERS: usize = 50;

/// What is wrong in a file that its schema lets pass.
pub(super) fn of(file: &RulesFile, node: &Node) -> Vec<Finding> {
    Reader { node, mistakes: Vec::new() }.all(file)
}

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
pub(super) fn folder(path: &str) -> Option<&str> {
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
