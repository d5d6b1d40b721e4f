//! Which rules hold for a registry: its own, its last good ones, or the built-in ones.
//!
//! In: an installation and a repository. Out: [`InForce`], known for a minute. A push that touches the file makes it
//! be read anew at once; where several processes serve, the others follow within the minute.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use moka::future::Cache;
use tracing::warn;

use crate::{
    github::{Error, Identity, Installation},
    prose,
    rules::{self, Read},
    triage::{
        marker::Memory,
        plan::{self, Asked, Change},
        policy::Policy,
        posted::{Label, RULES_CHECK_RUN},
        prose::{Prose, code},
        pull_request::PullRequestRef,
        render::rules_run,
        snapshot::{LabelAct, Snapshot},
    },
};

/// How long rules are taken to hold without being asked for.
const KEPT: Duration = Duration::from_secs(60);

/// So many versions of a broken file are looked through for a good one.
const MOST_VERSIONS: usize = 10;

/// The rules of one registry, as they hold now.
#[derive(Clone)]
pub struct InForce {
    pub policy: Arc<Policy>,
    /// Why it is not the file on the default branch.
    pub note: Option<Prose>,
}

impl AsRef<Policy> for InForce {
    fn as_ref(&self) -> &Policy {
        &self.policy
    }
}

/// The rules of all registries that are served.
pub struct Rules {
    /// By installation and repository.
    known: Cache<(u64, u64), InForce>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(1000).time_to_live(KEPT).build() }
    }
}

impl Rules {
    /// The rules that hold for the repository of a pull request.
    ///
    /// # Errors
    /// Where they cannot be read: to judge by others would be wrong.
    pub async fn in_force(
        &self,
        installation: &Installation<'_>,
        pull_request: &PullRequestRef,
    ) -> Result<InForce, Error> {
        let key = (pull_request.installation, pull_request.repository_id);
        let known = self.known.try_get_with(key, find(installation, pull_request));
        known.await.map_err(|error| (*error).clone())
    }

    /// The file was changed.
    pub async fn forget(&self, installation: u64, repository_id: u64) {
        self.known.invalidate(&(installation, repository_id)).await;
    }
}

async fn find(installation: &Installation<'_>, pull_request: &PullRequestRef) -> Result<InForce, Error> {
    let repository = &pull_request.repository;
    let file = |commit| installation.registry_file(repository, rules::PATH, commit, rules::MOST_BYTES);
    let built_in = || Arc::new(Policy::built_in().clone());
    let Some(text) = file(None).await? else {
        return Ok(InForce { policy: built_in(), note: None });
    };
    let read = rules::read(&text);
    if let Some(policy) = read.policy {
        return Ok(InForce { policy: Arc::new(policy), note: None });
    }
    warn!(%repository, mistakes = read.mistakes.len(), "the rules file is broken");
    // The newest one is the broken one, which is skipped by its text, since a commit may have come in between.
    for commit in installation.commits_of(repository, rules::PATH).await?.iter().take(MOST_VERSIONS) {
        let Some(earlier) = file(Some(commit)).await? else { continue };
        if let Some(policy) = rules::read(&earlier).policy {
            let short = commit.get(..7).unwrap_or(commit);
            let note = note(&read, prose!["the version of commit ", code(short), " holds"]);
            return Ok(InForce { policy: Arc::new(policy), note: Some(note) });
        }
    }
    let note = note(&read, "the rules that I came with hold".into());
    Ok(InForce { policy: built_in(), note: Some(note) })
}

/// What is said of a broken file in comments.
fn note(read: &Read, instead: Prose) -> Prose {
    let lines: Vec<String> = (read.mistakes.iter().take(3))
        .filter_map(|mistake| mistake.spot.as_ref())
        .map(|spot| read.source.place(&spot.span).line.to_string())
        .collect();
    let place = match &lines[..] {
        [] => String::new(),
        [line] => format!(" (line {line})"),
        lines => format!(" (lines {})", lines.join(", ")),
    };
    let begin = prose![
        "The rules of this registry in ",
        code(rules::PATH),
        format!(" cannot be used{place}. Until a maintainer mends them, ")
    ];
    Prose([begin.0, instead.0, prose!["."].0].concat())
}

/// The change to the check run on the rules that a pull request brings; none where it brings none.
///
/// # Errors
/// Where they cannot be read.
pub async fn judge_brought(
    installation: &Installation<'_>,
    snapshot: &Snapshot,
    identity: &Identity,
    asked: &Asked,
) -> Result<Option<Change>, Error> {
    if !snapshot.other_files.iter().any(|path| path == rules::PATH) {
        return Ok(None);
    }
    let PullRequestRef { repository, number, .. } = &snapshot.pull_request;
    let commit = Some(snapshot.head_sha.as_str());
    let (text, stands) = futures::try_join!(
        installation.registry_file(repository, rules::PATH, commit, rules::MOST_BYTES),
        installation.check_run(RULES_CHECK_RUN, snapshot, identity),
    )?;
    let Some(text) = text else { return Ok(None) };
    let Read { source, mistakes, .. } = rules::read(&text);
    let wanted = rules_run(rules::PATH, &source, &mistakes, *number);
    Ok(plan::check(wanted, stands.as_ref(), asked))
}

/// What labels of ours are called in a registry, and were called before its rules changed.
pub struct Names {
    /// By their built-in names.
    here: BTreeMap<String, String>,
    /// Names that we gave and that mean nothing here any more, by the built-in names.
    former: BTreeMap<String, String>,
}

impl Names {
    /// As the rules have it, and as our comment remembers.
    pub fn of(snapshot: &Snapshot, policy: &Policy) -> Self {
        let here = snapshot.renamed.clone();
        let mut former = Memory::of(snapshot).kept().unwrap_or_default().renamed;
        let is_anothers = |name: &String| {
            let communities = policy.communities.iter().map(|community| &community.label);
            here.values().chain(communities).any(|known| known.eq_ignore_ascii_case(name))
        };
        former.retain(|_, name| !is_anothers(name));
        Self { here, former }
    }

    /// Gives labels their built-in names. Answers those of ours that go by another name by now, which it takes out.
    pub fn built_in(&self, labels: &mut Vec<String>) -> Vec<String> {
        let mut stale = Vec::new();
        labels.retain_mut(|label| {
            if let Some((known, _)) = self.here.iter().find(|(_, here)| here.eq_ignore_ascii_case(label)) {
                label.clone_from(known);
                return true;
            }
            let is_stale =
                self.here.keys().chain(self.former.values()).any(|name| name.eq_ignore_ascii_case(label));
            if is_stale {
                stale.push(std::mem::take(label));
            }
            !is_stale
        });
        stale
    }

    /// Acts on labels by the labels' built-in names.
    pub fn of_acts(&self, mut acts: Vec<LabelAct>) -> Vec<LabelAct> {
        for act in &mut acts {
            let mut names = self.here.iter().chain(&self.former);
            if let Some((known, _)) = names.find(|(_, name)| name.eq_ignore_ascii_case(&act.label)) {
                act.label.clone_from(known);
            }
        }
        acts
    }
}

/// A change with labels as they are called in this registry.
pub fn named_here(mut change: Change, names: &BTreeMap<String, String>) -> Change {
    let here = |label: &mut String| {
        if let Some(name) = names.get(label) {
            label.clone_from(name);
        }
    };
    match &mut change {
        Change::AddLabels(labels) => labels.iter_mut().for_each(|Label { name, .. }| here(name)),
        Change::RemoveLabel(label) => here(label),
        _ => {}
    }
    change
}
