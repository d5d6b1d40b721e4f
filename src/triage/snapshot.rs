//! A pull request as it is now.
//!
//! In: what `github/read.rs` read. Out: a [`Snapshot`], plain values. Never: a judgement.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    diff::Diff,
    nomination::Filed,
    pull_request::{PullRequestRef, RepositoryName},
};

/// Somebody on GitHub. Logins change; the id does not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    pub id: u64,
    pub login: String,
    /// An App or a machine account.
    pub bot: bool,
}

/// What somebody may do in a repository: <https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user>.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    #[default]
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

/// A pull request at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub pull_request: PullRequestRef,
    pub taken_at: DateTime<Utc>,
    pub state: State,
    pub draft: bool,
    pub author: Account,
    pub head_sha: String,
    /// Where the head lies; `None` when the fork is gone.
    pub head_repository: Option<RepositoryName>,
    pub head_branch: String,
    pub base_sha: String,
    /// The website of this GitHub, without a final slash: `https://github.com`.
    pub website: String,
    pub nominations: Vec<NominationFile>,
    /// How many nominations more there are than are judged in one pull request.
    pub surplus: usize,
    /// Paths of changed files that are no nominations.
    pub other_files: Vec<String>,
    /// Paths at which the pull request brings a file, by a rename, too.
    pub appeared: Vec<String>,
    /// Paths at which it leaves none, by a rename, too.
    pub vanished: Vec<String>,
    /// Comments of everybody but the bot, oldest first.
    pub comments: Vec<Comment>,
    /// The bot's comment.
    pub living: Option<LivingComment>,
    /// Reactions to the bot's comment, as far as they mean something, oldest first.
    pub reactions: Vec<ReactionShown>,
    /// Reviews that say yes or no, or did before somebody dismissed them, oldest first.
    pub reviews: Vec<ReviewShown>,
    /// Edits of the bot's comment since its own last one, oldest first; `None` where it was not asked for, or GitHub
    /// does not tell.
    pub edits: Option<Vec<Edit>>,
    /// By their built-in names, as far as they are the bot's.
    pub labels: Vec<String>,
    /// What the registry's rules call labels of the bot's, by their built-in names.
    pub renamed: BTreeMap<String, String>,
    /// Who last set or took away each label; `None` where it was not asked for.
    pub label_acts: Option<Vec<LabelAct>>,
    /// Our review with suggestions for the head.
    pub review: Option<u64>,
    /// When our last review with suggestions was posted, for whatever head.
    pub suggested_at: Option<DateTime<Utc>>,
    /// The newest check run of our name on the head.
    pub check_run: Option<CheckRunShown>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Open,
    Closed,
}

/// A file of the pull request that is a nomination, and its text at the head.
#[derive(Clone, Debug)]
pub struct NominationFile {
    pub filed: Filed,
    /// At most one byte more than [`super::nomination::MOST_BYTES`].
    pub bytes: Vec<u8>,
    /// What the pull request changes in it, as GitHub shows it; `None` where GitHub shows nothing.
    pub diff: Option<Diff>,
    /// What it was before; `None` where it is new, or was no nomination of this kind.
    pub base: Option<Base>,
}

/// An entry of the registry before the pull request changes it.
#[derive(Clone, Debug)]
pub struct Base {
    /// Where it lay then.
    pub filed: Filed,
    pub bytes: Vec<u8>,
    /// What changes from then on, in whatever way that became known.
    pub diff: Diff,
}

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: u64,
    pub author: Account,
    pub body: String,
    pub at: DateTime<Utc>,
    /// Whether it was edited after it was written, by whomever.
    pub edited: bool,
    /// Its page on GitHub.
    pub page: String,
}

/// The last that was done with a label on the pull request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LabelAct {
    pub label: String,
    /// Whether the bot did it.
    pub ours: bool,
}

/// A version of the bot's comment that somebody else wrote.
#[derive(Clone, Debug)]
pub struct Edit {
    pub by: Account,
    /// The whole text, where GitHub still has it.
    pub body: Option<String>,
}

/// The bot's one comment as it stands.
#[derive(Clone, Debug)]
pub struct LivingComment {
    pub id: u64,
    /// Its id in GraphQL.
    pub node: String,
    pub body: String,
}

/// What a reaction or a review says of a nomination.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Opinion {
    /// 👍: reviewed and fine.
    Fine,
    /// 👎: objects.
    Objects,
    /// 😕: the report itself is wrong.
    ReportWrong,
    /// 👀: takes it on.
    Takes,
}

impl Opinion {
    /// What a reaction means, by GitHub's word for it in REST or in GraphQL; the others mean nothing here.
    pub fn of_reaction(content: &str) -> Option<Self> {
        match content {
            "+1" | "THUMBS_UP" => Some(Opinion::Fine),
            "-1" | "THUMBS_DOWN" => Some(Opinion::Objects),
            "confused" | "CONFUSED" => Some(Opinion::ReportWrong),
            "eyes" | "EYES" => Some(Opinion::Takes),
            _ => None,
        }
    }
}

/// A reaction to the bot's comment: <https://docs.github.com/rest/reactions/reactions#list-reactions-for-an-issue-comment>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReactionShown {
    /// One that is taken back and given again has another.
    pub id: u64,
    pub by: Account,
    pub says: Opinion,
    pub at: DateTime<Utc>,
}

/// A review: <https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReviewShown {
    pub by: Account,
    /// An approval or a request for changes; `None` once it is dismissed.
    pub says: Option<Opinion>,
    /// The commit that it speaks of.
    pub commit: String,
}

/// A check run as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckRunShown {
    pub id: u64,
    pub external_id: String,
    pub conclusion: Option<String>,
    pub title: String,
    pub summary: String,
}

impl CheckRunShown {
    /// Its `external_id` without the press on Re-run that it was made for.
    pub fn id_without_rerun(&self) -> &str {
        let rerun = self.external_id.match_indices(':').nth(1);
        rerun.map_or(&self.external_id, |(at, _)| &self.external_id[..at])
    }
}
