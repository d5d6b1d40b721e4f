//! Reads a pull request as it is now.
//!
//! In: a [`PullRequestRef`]. Out: a [`Snapshot`]. Never: a judgement; which files are nominations the policy says.

mod base;
mod edits;
mod label_acts;
mod reactions;
mod reviews;
mod roles;
pub(super) mod spoken;
pub(super) mod voters;

use chrono::{DateTime, Utc};
use futures::future::join_all;
use serde::Deserialize;

use super::{Client, Error, Identity, Installation};
use crate::triage::{
    marker,
    nomination::MOST_BYTES,
    policy::{Candidate, Policy},
    pull_request::{PullRequestRef, RepositoryName},
    snapshot::{Account, CheckRunShown, Comment, LivingComment, NominationFile, Snapshot, State},
};

/// GitHub lists no more files of a pull request: <https://docs.github.com/rest/pulls/pulls#list-pull-requests-files>.
const MOST_FILES: usize = 3000;

/// More comments than any nomination had; later ones are not read.
const MOST_COMMENTS: usize = 3000;

/// How many nominations of one pull request are judged; each has its own evidence and its own part of the comment.
pub const MOST_NOMINATIONS: usize = 20;

#[derive(Deserialize)]
struct PullAnswer {
    state: String,
    #[serde(default)]
    draft: bool,
    user: Option<UserAnswer>,
    html_url: String,
    head: SideAnswer,
    base: SideAnswer,
    changed_files: Option<usize>,
}

#[derive(Deserialize)]
struct SideAnswer {
    sha: String,
    #[serde(rename = "ref")]
    branch: String,
    repo: Option<SideRepository>,
}

#[derive(Deserialize)]
struct SideRepository {
    id: u64,
    name: String,
    owner: UserAnswer,
}

#[derive(Clone, Deserialize)]
struct UserAnswer {
    id: u64,
    login: String,
    #[serde(rename = "type", default)]
    kind: String,
}

/// Accounts that were deleted: GitHub shows all of them as <https://github.com/ghost>, or as nobody.
fn account(user: Option<UserAnswer>) -> Account {
    match user {
        Some(user) if user.login != "ghost" => {
            Account { id: user.id, bot: user.kind == "Bot", login: user.login }
        }
        _ => Account { id: 0, bot: false, login: "ghost".to_owned() },
    }
}

#[derive(Deserialize)]
pub(super) struct FileAnswer {
    pub(super) filename: String,
    /// Only of a renamed file.
    previous_filename: Option<String>,
    pub(super) status: String,
    #[serde(default)]
    additions: usize,
    #[serde(default)]
    deletions: usize,
    sha: Option<String>,
    patch: Option<String>,
    contents_url: Option<String>,
}

#[derive(Deserialize)]
struct LabelAnswer {
    name: String,
}

#[derive(Deserialize)]
struct CommentAnswer {
    id: u64,
    #[serde(default)]
    node_id: String,
    user: Option<UserAnswer>,
    body: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    html_url: String,
    performed_via_github_app: Option<Via>,
}

#[derive(Deserialize)]
struct Via {
    id: u64,
}

impl Installation<'_> {
    /// The pull request now, and the rules by which it was read. Its check run [`Installation::check_run`] reads beside
    /// the evidence.
    pub async fn snapshot<R: AsRef<Policy>>(
        &self,
        pull_request: &PullRequestRef,
        identity: &Identity,
        rules: impl Future<Output = Result<R, Error>>,
        taken_at: DateTime<Utc>,
    ) -> Result<(Snapshot, R), Error> {
        let (api, again) = (self.api(), self.repeated());
        let PullRequestRef { repository, number, .. } = pull_request;
        let pull_route = format!("/repos/{repository}/pulls/{number}");
        let files_route = format!("{pull_route}/files");
        let (rules, pull, files, (living, comments)) = futures::try_join!(
            rules,
            api.get::<PullWithLabels>(&pull_route),
            again.pages::<FileAnswer>(&files_route, MOST_FILES),
            self.comments(repository, *number, identity),
        )?;
        if let Some(living) = &living {
            self.github.spoken.insert((pull_request.repository_id, *number), living.id).await;
        }
        let PullWithLabels { pull, labels } = pull;
        // The repository may have been renamed, or deleted and made anew, since the event.
        if let Some(base) = &pull.base.repo
            && base.id != pull_request.repository_id
        {
            return Err(Error::Gone { what: format!("{repository} is another repository now") });
        }
        // A push between the answers: they speak of different heads.
        let listed_at = files.iter().find_map(|file| commit_of(file.contents_url.as_deref()?));
        if listed_at.is_some_and(|sha| sha != pull.head.sha) {
            return Err(Error::Later {
                after: Some(std::time::Duration::from_secs(1)),
                why: "pushed while reading".into(),
            });
        }
        // The list may be behind; what it lacks is not gone.
        if files.len() < pull.changed_files.unwrap_or_default().min(MOST_FILES) {
            return Err(Error::Later { after: None, why: "not all changed files were listed".to_owned() });
        }
        let open = pull.state == "open";
        let (appeared, vanished) = (paths(&files, appears), paths(&files, vanishes));
        let (nominations, surplus, other_files) = if open {
            nominations(api, repository, &pull, files, rules.as_ref()).await?
        } else {
            (vec![], 0, vec![])
        };
        let website = pull.html_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let repository_of = |repository: &SideRepository| {
            RepositoryName::new(repository.owner.login.as_str(), repository.name.as_str())
        };
        let present = pull.base.repo.as_ref().map_or_else(|| repository.clone(), repository_of);
        let snapshot = Snapshot {
            pull_request: PullRequestRef { repository: present, ..pull_request.clone() },
            taken_at,
            state: if open { State::Open } else { State::Closed },
            draft: pull.draft,
            author: account(pull.user),
            head_sha: pull.head.sha,
            head_repository: pull.head.repo.as_ref().map(repository_of),
            head_branch: pull.head.branch,
            base_sha: pull.base.sha,
            website,
            nominations,
            surplus,
            other_files,
            appeared,
            vanished,
            comments,
            living,
            reactions: Vec::new(),
            reviews: Vec::new(),
            edits: None,
            labels: labels.into_iter().map(|label| label.name).collect(),
            renamed: rules.as_ref().labels.clone(),
            label_acts: None,
            review: None,
            suggested_at: None,
            check_run: None,
        };
        Ok((snapshot, rules))
    }

    /// Our comment on a pull request, and those of everybody else.
    pub(super) async fn comments(
        &self,
        repository: &RepositoryName,
        number: u64,
        identity: &Identity,
    ) -> Result<(Option<LivingComment>, Vec<Comment>), Error> {
        let route = format!("/repos/{repository}/issues/{number}/comments");
        let comments = self.repeated().pages::<CommentAnswer>(&route, MOST_COMMENTS).await?;
        Ok(part(comments, identity))
    }

    /// The newest check run of this name of ours on a commit.
    pub async fn check_run(
        &self,
        name: &str,
        snapshot: &Snapshot,
        identity: &Identity,
    ) -> Result<Option<CheckRunShown>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            check_runs: Vec<Run>,
        }
        #[derive(Deserialize)]
        struct Run {
            id: u64,
            external_id: Option<String>,
            conclusion: Option<String>,
            output: Option<Output>,
        }
        #[derive(Deserialize)]
        struct Output {
            title: Option<String>,
            summary: Option<String>,
        }
        let route = format!(
            "/repos/{}/commits/{}/check-runs?check_name={}&app_id={}&per_page=100",
            snapshot.pull_request.repository,
            snapshot.head_sha,
            name.replace(' ', "%20"),
            identity.id,
        );
        let answer: Answer = match self.api().get(&route).await {
            // Without the permission there are none of ours; the rest of a look goes on.
            Err(Error::Denied { .. }) => return Ok(None),
            answer => answer?,
        };
        // The same commit may be the head of several pull requests; each has its own.
        let prefix = format!("{}:", snapshot.pull_request.number);
        let newest = (answer.check_runs.into_iter())
            .filter(|run| run.external_id.as_deref().is_some_and(|id| id.starts_with(&prefix)))
            .max_by_key(|run| run.id);
        Ok(newest.map(|run| {
            let (title, summary) =
                run.output.map(|output| (output.title, output.summary)).unwrap_or_default();
            CheckRunShown {
                id: run.id,
                external_id: run.external_id.unwrap_or_default(),
                conclusion: run.conclusion,
                title: title.unwrap_or_default(),
                summary: summary.unwrap_or_default(),
            }
        }))
    }

    /// Open pull requests whose head is this commit.
    pub async fn pull_requests_at(&self, repository: &RepositoryName, sha: &str) -> Result<Vec<u64>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            number: u64,
            head: Head,
        }
        #[derive(Deserialize)]
        struct Head {
            sha: String,
        }
        let pulls: Vec<Answer> =
            self.api().pages(&format!("/repos/{repository}/pulls?state=open"), 10_000).await?;
        Ok(pulls.into_iter().filter(|pull| pull.head.sha == sha).map(|pull| pull.number).collect())
    }
}

#[derive(Deserialize)]
struct PullWithLabels {
    #[serde(flatten)]
    pull: PullAnswer,
    #[serde(default)]
    labels: Vec<LabelAnswer>,
}

/// The commit in `.../contents/PATH?ref=SHA`.
fn commit_of(contents_url: &str) -> Option<&str> {
    contents_url.rsplit_once("?ref=").map(|(_, sha)| sha)
}

/// The bot's own comment, found by author and marker together, and those of everybody else.
fn part(answers: Vec<CommentAnswer>, identity: &Identity) -> (Option<LivingComment>, Vec<Comment>) {
    let mut living = None;
    let mut comments = Vec::new();
    for answer in answers {
        let body = answer.body.unwrap_or_default();
        let author = account(answer.user);
        let via = answer.performed_via_github_app.map(|app| app.id);
        if identity.is(&author, via) {
            // The marked one; where somebody spoiled the marker, the first of ours: there is one comment, ever.
            let marked = marker::is_marked(&body);
            if living.as_ref().is_none_or(|known: &LivingComment| marked && !marker::is_marked(&known.body)) {
                living = Some(LivingComment { id: answer.id, node: answer.node_id, body });
            }
            continue;
        }
        comments.push(Comment {
            id: answer.id,
            author,
            body,
            at: answer.created_at,
            edited: answer.updated_at != answer.created_at,
            page: answer.html_url,
        });
    }
    (living, comments)
}

fn paths(files: &[FileAnswer], path: fn(&FileAnswer) -> Option<&String>) -> Vec<String> {
    files.iter().filter_map(path).cloned().collect()
}

/// Where a file is at the head that was not at the base.
fn appears(file: &FileAnswer) -> Option<&String> {
    matches!(file.status.as_str(), "added" | "copied" | "renamed").then_some(&file.filename)
}

/// Where none is at the head that was at the base.
fn vanishes(file: &FileAnswer) -> Option<&String> {
    match file.status.as_str() {
        "removed" => Some(&file.filename),
        "renamed" => file.previous_filename.as_ref(),
        _ => None,
    }
}

/// The files that are nominations, with their texts; how many more there are; and the paths of the others.
async fn nominations(
    api: Client<'_>,
    repository: &RepositoryName,
    pull: &PullAnswer,
    files: Vec<FileAnswer>,
    policy: &Policy,
) -> Result<(Vec<NominationFile>, usize, Vec<String>), Error> {
    let head = &pull.head.sha;
    let wanted = |file: &FileAnswer| match policy.candidate(&file.filename) {
        Candidate::No => false,
        Candidate::Surely(_) | Candidate::IfApplication => true,
        // Of a picture there is no patch, and its text is not asked for.
        Candidate::IfObject(_) => file.patch.is_some(),
    };
    let (candidates, others): (Vec<FileAnswer>, Vec<FileAnswer>) = (files.into_iter())
        .filter(|file| {
            matches!(file.status.as_str(), "added" | "modified" | "renamed" | "changed" | "copied")
        })
        .partition(wanted);
    let mut other_files: Vec<String> = others.into_iter().map(|file| file.filename).collect();
    let surplus = candidates.len().saturating_sub(MOST_NOMINATIONS);
    let texts = candidates.iter().take(MOST_NOMINATIONS).map(|file| text(api, repository, file));
    let mut nominations = Vec::new();
    for (file, text) in candidates.iter().zip(join_all(texts).await) {
        let bytes = match text {
            Ok(bytes) => bytes,
            // A submodule's entry names a commit of another repository: there is no blob, and no nomination.
            Err(Error::Gone { .. }) => {
                other_files.push(file.filename.clone());
                continue;
            }
            Err(error) => return Err(error),
        };
        match policy.file(&file.filename, &bytes) {
            Some(_) if may_be_link(&bytes) && is_link(api, repository, head, &file.filename).await? => {}
            Some(filed) => {
                let base =
                    base::before(api, repository, &pull.base.sha, file, (&filed, &bytes), policy).await?;
                nominations.push(NominationFile { diff: base::shown(file), base, filed, bytes });
            }
            None => other_files.push(file.filename.clone()),
        }
    }
    Ok((nominations, surplus, other_files))
}

/// A file's text: from the patch where it holds all of it, which its blob id proves, else from the blob.
pub(super) async fn text(
    api: Client<'_>,
    repository: &RepositoryName,
    file: &FileAnswer,
) -> Result<Vec<u8>, Error> {
    let Some(sha) = &file.sha else { return Ok(Vec::new()) };
    if let Some(whole) = file.patch.as_deref().and_then(added)
        && blob_id(&whole) == *sha
    {
        return Ok(whole);
    }
    api.raw(&format!("/repos/{repository}/git/blobs/{sha}"), MOST_BYTES).await
}

/// The text that the patch of an added file holds.
fn added(patch: &str) -> Option<Vec<u8>> {
    let (header, lines) = patch.split_once('\n')?;
    if !header.starts_with("@@ -0,0 +1") {
        return None;
    }
    let mut text = Vec::new();
    for line in lines.split('\n') {
        if line.starts_with('\\') {
            // "\ No newline at end of file"
            text.pop();
        } else {
            text.extend_from_slice(line.strip_prefix('+')?.as_bytes());
            text.push(b'\n');
        }
    }
    Some(text)
}

/// The id under which git stores a file's content.
pub(super) fn blob_id(content: &[u8]) -> String {
    use sha1::Digest;
    let mut hash = sha1::Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A symbolic link's text is the path that it points at: one line without an end. Few nominations look like that.
fn may_be_link(text: &[u8]) -> bool {
    text.len() < 1000 && !text.is_empty() && !text.contains(&b'\n') && !text.contains(&b'{')
}

async fn is_link(
    api: Client<'_>,
    repository: &RepositoryName,
    head: &str,
    path: &str,
) -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Answer {
        tree: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        path: String,
        mode: String,
    }
    let answer: Answer = api.get(&format!("/repos/{repository}/git/trees/{head}?recursive=1")).await?;
    Ok(answer.tree.iter().any(|entry| entry.path == path && entry.mode == "120000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patch_of_an_added_file_holds_its_text() {
        let patch = "@@ -0,0 +1,2 @@\n+{\r\n+}";
        assert_eq!(added(patch).as_deref(), Some(&b"{\r\n}\n"[..]));
        let patch = "@@ -0,0 +1 @@\n+{}\n\\ No newline at end of file";
        assert_eq!(added(patch).as_deref(), Some(&b"{}"[..]));
        assert_eq!(added("@@ -1,2 +1,2 @@\n-a\n+b"), None);
        // git hash-object on a file with these bytes.
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
