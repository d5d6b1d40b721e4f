//! The JSON forms of check suites, check runs and annotations.

use super::{node_id, stamp};
use crate::fake_github::checks::{Annotation, CheckRun};
use crate::fake_github::world::{CheckSuite, Repository, World};
use serde_json::{Value, json};

impl World {
    /// "CheckRun".
    pub(in crate::fake_github) fn check_run_json(&self, repository: &Repository, run: &CheckRun) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let url = format!("{api}/check-runs/{}", run.id);
        let page = format!("{html}/runs/{}", run.id);
        json!({
            "id": run.id, "name": run.name, "node_id": node_id("CR", run.id), "head_sha": run.head_sha,
            "external_id": run.external_id.clone().unwrap_or_default(), "url": url, "html_url": page,
            "details_url": run.details_url.clone().unwrap_or_else(|| "https://example.org".to_owned()),
            "status": run.status, "conclusion": run.conclusion,
            "started_at": stamp(run.started_at), "completed_at": run.completed_at.map(stamp),
            "output": {
                "title": run.title, "summary": run.summary, "text": run.text,
                "annotations_count": run.annotations.len(), "annotations_url": format!("{url}/annotations"),
            },
            "check_suite": {"id": run.suite},
            "app": self.app_json(),
            "pull_requests": self.pulls_at(repository, &run.head_sha),
        })
    }

    /// "Simple Check Suite", as events about a check run carry it.
    pub(in crate::fake_github) fn simple_check_suite_json(
        &self,
        repository: &Repository,
        suite: &CheckSuite,
    ) -> Value {
        let url = format!("{}/check-suites/{}", self.repository_url(repository), suite.id);
        let runs: Vec<&CheckRun> = runs_of(repository, suite).collect();
        let done = !runs.is_empty() && runs.iter().all(|run| run.status == "completed");
        let failed = runs.iter().any(|run| run.conclusion.as_deref() == Some("failure"));
        let conclusion = done.then_some(if failed { "failure" } else { "success" });
        json!({
            "id": suite.id, "node_id": node_id("CS", suite.id), "head_branch": suite.head_branch,
            "head_sha": suite.head_sha, "status": if done { "completed" } else { "queued" },
            "conclusion": conclusion, "url": url, "before": null, "after": suite.head_sha,
            "pull_requests": self.pulls_at(repository, &suite.head_sha), "app": self.app_json(),
            "created_at": stamp(suite.created_at), "updated_at": stamp(suite.created_at),
        })
    }

    /// "CheckSuite", as events about it carry it.
    pub(in crate::fake_github) fn check_suite_json(
        &self,
        repository: &Repository,
        suite: &CheckSuite,
    ) -> Value {
        let mut value = self.simple_check_suite_json(repository, suite);
        value["rerequestable"] = json!(true);
        value["runs_rerequestable"] = json!(true);
        value["latest_check_runs_count"] = json!(runs_of(repository, suite).count());
        value["check_runs_url"] = json!(format!("{}/check-runs", value["url"].as_str().unwrap_or_default()));
        let commit = self.git.commit(&suite.head_sha);
        value["head_commit"] = json!(commit.map(|commit| self.short_commit_json(commit)));
        value
    }

    /// The open pull requests with this head; those from forks are left out, as GitHub does.
    fn pulls_at(&self, repository: &Repository, head_sha: &str) -> Vec<Value> {
        let api = self.repository_url(repository);
        let here = json!({"id": repository.id, "url": api, "name": repository.name});
        let mut found = Vec::new();
        for thread in repository.threads.values().filter(|thread| thread.open) {
            let Some(pull) = &thread.pull else { continue };
            if pull.head_sha == head_sha && pull.head_repository == Some(repository.id) {
                found.push(json!({
                    "url": format!("{api}/pulls/{}", thread.number), "id": pull.id, "number": thread.number,
                    "head": {"ref": pull.head_branch, "sha": pull.head_sha, "repo": here},
                    "base": {"ref": pull.base_branch, "sha": pull.base_sha, "repo": here},
                }));
            }
        }
        found
    }

    /// "Check Annotation".
    pub(in crate::fake_github) fn annotation_json(
        &self,
        repository: &Repository,
        run: &CheckRun,
        note: &Annotation,
    ) -> Value {
        let blob = format!("{}/blob/{}/{}", self.repository_page(repository), run.head_sha, note.path);
        json!({
            "path": note.path, "blob_href": blob, "start_line": note.start_line, "end_line": note.end_line,
            "start_column": note.start_column, "end_column": note.end_column, "annotation_level": note.level,
            "title": note.title, "message": note.message, "raw_details": note.raw_details,
        })
    }
}

fn runs_of<'a>(repository: &'a Repository, suite: &CheckSuite) -> impl Iterator<Item = &'a CheckRun> {
    let suite = suite.id;
    repository.check_runs.iter().filter(move |run| run.suite == suite)
}
