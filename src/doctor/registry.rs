//! Whether a repository is ready for nominations, by its own rules.
//!
//! In: what the repository holds. Out: findings. Never: a judgment of a nomination.

use std::collections::BTreeSet;

use super::{Finding, app::Pages, facts::Registry, unknown};
use crate::{
    github::inspect::Askable,
    prose,
    rules::{self, Read},
    triage::{
        finding,
        policy::Policy,
        posted,
        prose::{Piece, Prose, code, listed, theirs},
        schema::Schema,
    },
};

/// So many names stand in a line.
const MOST_NAMED: usize = 5;

/// So many mistakes of a rules file are told.
const MOST_MISTAKES: usize = 20;

pub(super) fn judge(registry: &Registry, pages: &Pages) -> Vec<Finding> {
    if registry.archived {
        let said = "It is archived: nobody can nominate anything there.";
        let cure = "Unarchive it, or take it out of the installation.";
        return vec![Finding::warning("repository", said).cure(cure)];
    }
    let mut findings = rules(registry, pages);
    let policy = policy(registry);
    findings.push(folders(registry));
    findings.extend(schemas(registry));
    findings.extend(labels(registry, policy));
    findings.extend(reviewers(registry));
    findings
}

/// The rules that hold, as far as this look can tell.
pub fn policy(registry: &Registry) -> &Policy {
    let read = registry.rules.as_ref().ok().and_then(Option::as_ref);
    read.and_then(|read| read.policy.as_ref()).unwrap_or_else(|| Policy::built_in())
}

fn rules(registry: &Registry, pages: &Pages) -> Vec<Finding> {
    const ABOUT: &str = "rules";
    let read = match &registry.rules {
        Ok(None) => return vec![Finding::ok(ABOUT, "It has no rules of its own: the built-in ones hold.")],
        Ok(Some(Read { policy: Some(_), .. })) => {
            return vec![Finding::ok(ABOUT, prose![code(rules::PATH), " is good, and holds."])];
        }
        Ok(Some(read)) => read,
        Err(error) => return vec![unknown(ABOUT, error)],
    };
    let told = |mistake: &finding::Finding| {
        let place =
            mistake.spot.as_ref().map(|spot| format!(", line {}", read.source.place(&spot.span).line));
        let said = prose![code(rules::PATH), place.unwrap_or_default(), ": "];
        Finding::problem(ABOUT, said.then(mistake.message.clone()))
    };
    let mut findings: Vec<Finding> = read.mistakes.iter().take(MOST_MISTAKES).map(told).collect();
    if let Some(last) = findings.last_mut() {
        last.cure = Some(
            "Correct the file. Until then its last good version holds, or else the built-in rules.".into(),
        );
        let (website, name) = (&pages.website, &registry.name);
        last.link = Some(format!("{website}/{name}/blob/{}/{}", registry.default_branch, rules::PATH));
    }
    findings
}

fn folders(registry: &Registry) -> Finding {
    const ABOUT: &str = "nominations";
    let (mut there, mut missing): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    for (folder, answer) in &registry.folders {
        match answer {
            Ok(true) => there.push(theirs(folder.as_str())),
            Ok(false) => missing.push(theirs(folder.as_str())),
            Err(error) => return unknown(ABOUT, error),
        }
    }
    let branch = registry.default_branch.as_str();
    if there.is_empty() && !missing.is_empty() {
        let said = prose!["On its branch ", theirs(branch), " there is none of these folders: "]
            .then(listed(missing, MOST_NAMED));
        return Finding::warning(ABOUT, said.then(prose!["."])).cure(
            "If this is not the registry, take it out of the installation. If it is, each folder comes with its \
             first nomination.",
        );
    }
    let mut said = prose!["On its branch ", theirs(branch)];
    if there.is_empty() {
        said = said.then(prose![", nominations lie at the top."]);
    } else {
        said = said.then(prose![", they lie in "]).then(listed(there, MOST_NAMED)).then(prose!["."]);
    }
    if !missing.is_empty() {
        said = said.and(listed(missing, MOST_NAMED)).then(prose![" comes with its first nomination."]);
    }
    Finding::ok(ABOUT, said)
}

fn schemas(registry: &Registry) -> Vec<Finding> {
    const ABOUT: &str = "schema";
    let judged = |(path, answer): (&String, &Result<Option<Vec<u8>>, _>)| {
        let path = theirs(path.as_str());
        let text = match answer {
            Ok(Some(bytes)) => String::from_utf8_lossy(bytes),
            Ok(None) => {
                return Finding::warning(
                    ABOUT,
                    prose!["There is no ", path, ": nominations are not held to it."],
                )
                .cure("Add the file, or name another one in the rules under `nominations`.");
            }
            Err(error) => return unknown(ABOUT, error),
        };
        match Schema::read(&text).fault() {
            None => Finding::ok(ABOUT, prose![path, " can be used."]),
            Some(why) => Finding::problem(ABOUT, prose![path, " cannot be used: ", theirs(why), "."])
                .cure("Correct the file on the default branch."),
        }
    };
    registry.schemas.iter().map(judged).collect()
}

fn labels(registry: &Registry, policy: &Policy) -> Vec<Finding> {
    const ABOUT: &str = "labels";
    let labels = match &registry.labels {
        Ok(labels) => labels,
        Err(error) => return vec![unknown(ABOUT, error)],
    };
    let communities = policy.communities.iter().map(|community| community.label.as_str());
    let ours: BTreeSet<&str> = posted::LABELS.into_iter().chain(communities).collect();
    let here = |label: &&str| policy.labels.get(*label).map_or(*label, String::as_str).to_owned();
    let stands = |name: &String| labels.iter().any(|label| label.eq_ignore_ascii_case(name));
    let missing: Vec<Piece> = ours.iter().map(here).filter(|name| !stands(name)).map(theirs).collect();
    let said = match missing.len() {
        0 => prose![format!("All {} of the App are there.", ours.len())],
        count => {
            let said = prose![format!("{count} of {} are not there yet: ", ours.len())];
            said.then(listed(missing, MOST_NAMED)).then(prose![". Each is made when it is first needed."])
        }
    };
    let mut findings = vec![Finding::ok(ABOUT, said)];
    if !policy.labels.is_empty() {
        let names = policy.labels.iter().take(MOST_NAMED);
        let names: Vec<Prose> =
            names.map(|(label, name)| prose![code(label.as_str()), " is ", theirs(name.as_str())]).collect();
        let mut said = prose![format!("{} by another name here: ", policy.labels.len())];
        for (at, name) in names.into_iter().enumerate() {
            said = said.then(prose![if at == 0 { "" } else { "; " }]).then(name);
        }
        let more = policy.labels.len().saturating_sub(MOST_NAMED);
        let end = if more > 0 { format!("; and {more} more.") } else { ".".to_owned() };
        findings.push(Finding::ok(ABOUT, said.then(prose![end])));
    }
    findings
}

fn reviewers(registry: &Registry) -> Vec<Finding> {
    const ABOUT: &str = "reviewers";
    let mut askable = 0;
    let mut findings = Vec::new();
    for (who, answer) in &registry.reviewers {
        let name = theirs(who.as_str());
        let is_team = who.contains('/');
        let (said, cure): (Prose, &str) = match answer {
            Ok(Askable::Yes) => {
                askable += 1;
                continue;
            }
            Err(error) => {
                findings.push(unknown(ABOUT, error));
                continue;
            }
            Ok(Askable::Elsewhere) => (
                prose!["The team ", name, " is another organization's: it cannot be asked for a review."],
                "Name a team of this organization in the rules, or its people under `reviewers`.",
            ),
            Ok(Askable::NoAccess) if is_team => (
                prose!["The team ", name, " has no access here: it cannot be asked for a review."],
                "Add the team to the repository, under Collaborators and teams; read access is enough.",
            ),
            Ok(Askable::NoAccess) => (
                prose![name, " has no access here, and cannot be asked for a review."],
                "Add them to the repository, under Collaborators and teams; read access is enough.",
            ),
            Ok(Askable::Unknown) if is_team => (
                prose!["There is no team ", name, ", or the App cannot see it."],
                "Correct its name in the rules. The App sees teams by the permission `members: read`.",
            ),
            Ok(Askable::Unknown) => {
                (prose!["GitHub knows nobody as ", name, "."], "Correct the name in the rules.")
            }
        };
        findings.push(Finding::warning(ABOUT, said).cure(prose![cure]));
    }
    if askable > 0 {
        let said = match askable {
            1 => "The one that the rules name can be asked for a review.".to_owned(),
            many => format!("{many} that the rules name can be asked for a review."),
        };
        findings.insert(0, Finding::ok(ABOUT, prose![said]));
    }
    findings
}
