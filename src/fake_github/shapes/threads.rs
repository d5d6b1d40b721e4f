//! The JSON forms of pull requests, issues, comments, reactions and reviews.

use super::{node_id, stamp};
use crate::fake_github::files::changed_files;
use crate::fake_github::thread::{
    Comment, Pull, REACTIONS, Reaction, Review, ReviewComment, Thread, ThreadEvent,
};
use crate::fake_github::world::{AccountKind, Repository, Team, World};
use serde_json::{Value, json};

impl World {
    /// "Pull Request Simple", as lists carry it.
    pub(in crate::fake_github) fn pull_json(
        &self,
        repository: &Repository,
        thread: &Thread,
        pull: &Pull,
    ) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let number = thread.number;
        let (url, page) = (format!("{api}/pulls/{number}"), format!("{html}/pull/{number}"));
        let issue = format!("{api}/issues/{number}");
        json!({
            "url": url, "id": pull.id, "node_id": node_id("PR", pull.id), "html_url": page,
            "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"), "issue_url": issue,
            "number": number, "state": state(thread), "locked": thread.locked, "title": thread.title,
            "user": self.account_json(thread.author), "body": thread.body,
            "created_at": stamp(thread.created_at), "updated_at": stamp(thread.updated_at),
            "closed_at": thread.closed_at.map(stamp),
            "merged_at": pull.merged.as_ref().map(|merge| stamp(merge.at)),
            "merge_commit_sha": pull.merged.as_ref().map(|merge| merge.sha.clone()),
            "assignee": null, "assignees": [], "milestone": null, "auto_merge": null,
            "active_lock_reason": null, "draft": pull.draft,
            "requested_reviewers": self.accounts_json(&pull.requested_reviewers),
            "requested_teams": self.teams_json(&pull.requested_teams),
            "labels": self.thread_labels_json(repository, thread),
            "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
            "review_comment_url": format!("{api}/pulls/comments{{/number}}"),
            "comments_url": format!("{issue}/comments"),
            "statuses_url": format!("{api}/statuses/{}", pull.head_sha),
            "head": self.head_json(pull),
            "base": self.branch_json(repository, &pull.base_branch, &pull.base_sha),
            "author_association": self.association(repository, thread.author),
            "_links": {"self": {"href": url}, "html": {"href": page}, "issue": {"href": issue}},
        })
    }

    /// "Pull Request": the answer of "Get a pull request", and what events carry.
    pub(in crate::fake_github) fn full_pull_json(
        &self,
        repository: &Repository,
        thread: &Thread,
        pull: &Pull,
    ) -> Value {
        let files = changed_files(&self.git, pull);
        let mut value = self.pull_json(repository, thread, pull);
        value["merged"] = json!(pull.merged.is_some());
        value["merged_by"] = json!(pull.merged.as_ref().map(|merge| self.account_json(merge.by)));
        value["mergeable"] = json!(thread.open.then_some(true));
        value["rebaseable"] = json!(thread.open.then_some(true));
        value["mergeable_state"] = json!(if thread.open { "clean" } else { "unknown" });
        value["comments"] = json!(thread.comments.len());
        value["review_comments"] =
            json!(pull.reviews.iter().map(|review| review.comments.len()).sum::<usize>());
        value["maintainer_can_modify"] = json!(pull.head_repository != Some(repository.id));
        value["commits"] = json!(1);
        value["additions"] = json!(files.iter().map(|file| file.diff.additions).sum::<usize>());
        value["deletions"] = json!(files.iter().map(|file| file.diff.deletions).sum::<usize>());
        value["changed_files"] = json!(files.len());
        value
    }

    fn head_json(&self, pull: &Pull) -> Value {
        match pull.head_repository.and_then(|id| self.repositories.get(&id)) {
            Some(repository) => self.branch_json(repository, &pull.head_branch, &pull.head_sha),
            None => json!({
                "label": format!("unknown:{}", pull.head_branch), "ref": pull.head_branch,
                "sha": pull.head_sha, "user": null, "repo": null,
            }),
        }
    }

    fn branch_json(&self, repository: &Repository, branch: &str, sha: &str) -> Value {
        json!({
            "label": format!("{}:{branch}", self.login(repository.owner)), "ref": branch, "sha": sha,
            "user": self.account_json(repository.owner), "repo": self.repository_json(repository),
        })
    }

    /// "Issue"; a pull request has the key `pull_request` in it.
    pub(in crate::fake_github) fn issue_json(&self, repository: &Repository, thread: &Thread) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let number = thread.number;
        let url = format!("{api}/issues/{number}");
        let kind = if thread.pull.is_some() { "pull" } else { "issues" };
        let page = format!("{html}/{kind}/{number}");
        let mut value = json!({
            "url": url, "repository_url": api, "labels_url": format!("{url}/labels{{/name}}"),
            "comments_url": format!("{url}/comments"), "events_url": format!("{url}/events"),
            "timeline_url": format!("{url}/timeline"), "html_url": page,
            "id": thread.id, "node_id": node_id("I", thread.id), "number": number, "title": thread.title,
            "user": self.account_json(thread.author), "labels": self.thread_labels_json(repository, thread),
            "state": state(thread), "state_reason": null, "locked": thread.locked, "active_lock_reason": null,
            "assignee": null, "assignees": [], "milestone": null, "comments": thread.comments.len(),
            "created_at": stamp(thread.created_at), "updated_at": stamp(thread.updated_at),
            "closed_at": thread.closed_at.map(stamp), "body": thread.body,
            "author_association": self.association(repository, thread.author),
            "reactions": reactions_json(&url, &[]), "performed_via_github_app": null,
        });
        if let Some(pull) = &thread.pull {
            value["draft"] = json!(pull.draft);
            value["pull_request"] = json!({
                "url": format!("{api}/pulls/{number}"), "html_url": page,
                "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
                "merged_at": pull.merged.as_ref().map(|merge| stamp(merge.at)),
            });
        }
        value
    }

    /// The labels on a pull request or issue.
    pub(in crate::fake_github) fn thread_labels_json(
        &self,
        repository: &Repository,
        thread: &Thread,
    ) -> Vec<Value> {
        let on_thread =
            thread.labels.iter().filter_map(|id| repository.labels.iter().find(|label| label.id == *id));
        on_thread.map(|label| self.label_json(repository, label)).collect()
    }

    /// "Issue Comment".
    pub(in crate::fake_github) fn comment_json(
        &self,
        repository: &Repository,
        thread: &Thread,
        comment: &Comment,
    ) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let url = format!("{api}/issues/comments/{}", comment.id);
        let kind = if thread.pull.is_some() { "pull" } else { "issues" };
        json!({
            "url": url, "html_url": format!("{html}/{kind}/{}#issuecomment-{}", thread.number, comment.id),
            "issue_url": format!("{api}/issues/{}", thread.number),
            "id": comment.id, "node_id": node_id("IC", comment.id), "user": self.account_json(comment.author),
            "created_at": stamp(comment.created_at), "updated_at": stamp(comment.updated_at),
            "author_association": self.association(repository, comment.author), "body": comment.body,
            "reactions": reactions_json(&url, &comment.reactions),
            "performed_via_github_app": comment.via_app.then(|| self.app_json()),
        })
    }

    /// "Reaction".
    pub(in crate::fake_github) fn reaction_json(&self, reaction: &Reaction) -> Value {
        json!({
            "id": reaction.id, "node_id": node_id("REA", reaction.id), "user": self.account_json(reaction.user),
            "content": reaction.content, "created_at": stamp(reaction.created_at),
        })
    }

    /// "Pull Request Review".
    pub(in crate::fake_github) fn review_json(
        &self,
        repository: &Repository,
        thread: &Thread,
        review: &Review,
    ) -> Value {
        let page = format!("{}/pull/{}", self.repository_page(repository), thread.number);
        let url = format!("{}/pulls/{}", self.repository_url(repository), thread.number);
        let html = format!("{page}#pullrequestreview-{}", review.id);
        json!({
            "id": review.id, "node_id": node_id("PRR", review.id), "user": self.account_json(review.author),
            "body": review.body, "state": review.state, "html_url": html, "pull_request_url": url,
            "author_association": self.association(repository, review.author),
            "_links": {"html": {"href": html}, "pull_request": {"href": url}},
            "submitted_at": stamp(review.submitted_at), "commit_id": review.commit_sha,
        })
    }

    /// "Pull Request Review Comment".
    pub(in crate::fake_github) fn review_comment_json(
        &self,
        repository: &Repository,
        thread: &Thread,
        review: &Review,
        comment: &ReviewComment,
    ) -> Value {
        let api = self.repository_url(repository);
        json!({
            "id": comment.id, "node_id": node_id("PRRC", comment.id), "pull_request_review_id": review.id,
            "url": format!("{api}/pulls/comments/{}", comment.id),
            "html_url": format!("{}/pull/{}#discussion_r{}", self.repository_page(repository), thread.number, comment.id),
            "pull_request_url": format!("{api}/pulls/{}", thread.number),
            "path": comment.path, "body": comment.body, "commit_id": review.commit_sha,
            "original_commit_id": review.commit_sha, "user": self.account_json(review.author),
            "start_line": comment.start_line, "line": comment.line, "side": "RIGHT", "diff_hunk": "",
            "author_association": self.association(repository, review.author),
            "created_at": stamp(review.submitted_at), "updated_at": stamp(review.submitted_at),
        })
    }

    /// "Issue Event".
    pub(in crate::fake_github) fn event_json(&self, repository: &Repository, event: &ThreadEvent) -> Value {
        let url = format!("{}/issues/events/{}", self.repository_url(repository), event.id);
        let mut value = json!({
            "id": event.id, "node_id": node_id("LE", event.id), "url": url,
            "actor": self.account_json(event.actor), "event": event.event, "commit_id": null,
            "commit_url": null, "created_at": stamp(event.at),
            "performed_via_github_app": (event.actor == self.app.bot).then(|| self.app_json()),
        });
        if let Some((name, color)) = &event.label {
            value["label"] = json!({"name": name, "color": color});
        }
        value
    }

    /// What an account is to a repository, in GitHub's words.
    pub(in crate::fake_github) fn association(&self, repository: &Repository, account: u64) -> &'static str {
        let in_organization =
            self.accounts.get(&repository.owner).is_some_and(|owner| owner.kind == AccountKind::Organization);
        let in_team = self
            .teams
            .iter()
            .any(|team| team.organization == repository.owner && team.members.contains(&account));
        let has_merged = |thread: &Thread| {
            thread.author == account && thread.pull.as_ref().is_some_and(|pull| pull.merged.is_some())
        };
        if account == repository.owner {
            "OWNER"
        } else if in_organization && (in_team || self.role(repository, account) == "admin") {
            "MEMBER"
        } else if self.is_collaborator(repository, account) {
            "COLLABORATOR"
        } else if repository.threads.values().any(has_merged) {
            "CONTRIBUTOR"
        } else {
            "NONE"
        }
    }

    /// "Team", short.
    pub(in crate::fake_github) fn team_json(&self, team: &Team) -> Value {
        let organization = self.login(team.organization);
        let url = format!("{}/organizations/{}/team/{}", self.url, team.organization, team.id);
        json!({
            "id": team.id, "node_id": node_id("T", team.id), "name": team.slug, "slug": team.slug,
            "description": null, "privacy": "closed", "notification_setting": "notifications_enabled",
            "permission": "pull", "parent": null, "url": url,
            "html_url": format!("https://github.com/orgs/{organization}/teams/{}", team.slug),
            "members_url": format!("{url}/members{{/member}}"), "repositories_url": format!("{url}/repos"),
        })
    }

    pub(in crate::fake_github) fn accounts_json(&self, ids: &[u64]) -> Vec<Value> {
        ids.iter().map(|id| self.account_json(*id)).collect()
    }

    pub(in crate::fake_github) fn teams_json(&self, ids: &[u64]) -> Vec<Value> {
        let named = ids.iter().filter_map(|id| self.teams.iter().find(|team| team.id == *id));
        named.map(|team| self.team_json(team)).collect()
    }
}

fn state(thread: &Thread) -> &'static str {
    if thread.open { "open" } else { "closed" }
}

/// "Reaction Rollup": how many of each.
fn reactions_json(url: &str, reactions: &[Reaction]) -> Value {
    let mut value = json!({"url": format!("{url}/reactions"), "total_count": reactions.len()});
    for content in REACTIONS {
        value[content] = json!(reactions.iter().filter(|reaction| reaction.content == content).count());
    }
    value
}
