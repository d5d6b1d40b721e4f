//! Writes to GitHub: the only place that does, one request after the other.
//!
//! In: [`Change`]s. Out: nothing but what GitHub then shows. A change that stands already is no error.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Error, Installation};
use crate::triage::{
    marker::Requested,
    plan::Change,
    posted::{Annotation, CheckRun, Label, Review, ReviewRequest},
    pull_request::{PullRequestRef, encoded},
};

/// GitHub takes this many annotations in one request: <https://docs.github.com/rest/checks/runs#create-a-check-run>.
const ANNOTATIONS_A_REQUEST: usize = 50;

impl Installation<'_> {
    /// Makes one change.
    pub async fn post(
        &self,
        pull_request: &PullRequestRef,
        head_sha: &str,
        change: &Change,
    ) -> Result<(), Error> {
        let PullRequestRef { repository, number, .. } = pull_request;
        let repository = format!("/repos/{repository}");
        let issue = format!("{repository}/issues/{number}");
        match change {
            Change::React { comment, reaction } => {
                let route = format!("{repository}/issues/comments/{comment}/reactions");
                let answer = self.send(Method::POST, &route, &json!({"content": reaction.content()})).await;
                // The comment may have been deleted meanwhile.
                answer.or_else(unless_gone)
            }
            Change::AddLabels(labels) => self.add_labels(&repository, &issue, labels).await,
            Change::RemoveLabel(name) => {
                self.api().delete(&format!("{issue}/labels/{}", encoded(name))).await.or_else(unless_gone)
            }
            Change::PostComment(body) => self.speak(pull_request, body).await,
            Change::EditComment { id, body } => {
                let route = format!("{repository}/issues/comments/{id}");
                self.send(Method::PATCH, &route, &json!({"body": body})).await
            }
            Change::RequestReviews(request) => self.request_reviews(pull_request, request).await.map(drop),
            Change::PostReview(review) => self.post_review(pull_request, head_sha, review).await.map(drop),
            Change::PostCheckRun(wanted) => self.post_check_run(&repository, head_sha, wanted).await,
            Change::EditCheckRun { id, check_run } => {
                let route = format!("{repository}/check-runs/{id}");
                self.send(Method::PATCH, &route, &completed(check_run, &[])).await
            }
        }
    }

    /// Posts a review on the judged head; answers its id.
    pub async fn post_review(
        &self,
        pull_request: &PullRequestRef,
        head_sha: &str,
        review: &Review,
    ) -> Result<u64, Error> {
        #[derive(Deserialize)]
        struct Created {
            id: u64,
        }
        let comments = review.comments.iter().map(|comment| {
            let mut value = json!({
                "path": comment.path,
                "line": comment.line,
                "side": "RIGHT",
                "body": comment.body,
            });
            if let Some(start) = comment.start_line {
                value["start_line"] = start.into();
                value["start_side"] = "RIGHT".into();
            }
            value
        });
        let body = json!({
            "commit_id": head_sha,
            "event": "COMMENT",
            "body": review.body,
            "comments": comments.collect::<Vec<_>>(),
        });
        let PullRequestRef { repository, number, .. } = pull_request;
        let route = format!("/repos/{repository}/pulls/{number}/reviews");
        let created: Created = self.api().send(Method::POST, &route, &body).await?;
        Ok(created.id)
    }

    /// Asks for reviews: <https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request>.
    /// GitHub takes a request as a whole or not at all, so after a refusal each is asked alone. Answers whom it refused.
    pub async fn request_reviews(
        &self,
        pull_request: &PullRequestRef,
        request: &ReviewRequest,
    ) -> Result<Vec<Requested>, Error> {
        let PullRequestRef { repository, number, .. } = pull_request;
        let owner = &repository.owner;
        let route = format!("/repos/{repository}/pulls/{number}/requested_reviewers");
        let slug = |team: &str| {
            let (organization, slug) = team.split_once('/')?;
            organization.eq_ignore_ascii_case(owner).then(|| slug.to_owned())
        };
        let teams: Vec<String> = request.teams.iter().filter_map(|team| slug(team)).collect();
        let body =
            |teams: &[String], people: &[String]| json!({"team_reviewers": teams, "reviewers": people});
        let all = match (teams.is_empty(), request.people.is_empty()) {
            (true, true) => false,
            _ => self.is_taken(&route, &body(&teams, &request.people)).await?,
        };
        let mut requested = Vec::new();
        for team in &request.teams {
            let taken = match slug(team) {
                Some(slug) => all || self.is_taken(&route, &body(&[slug], &[])).await?,
                // Another organization's team cannot be asked.
                None => false,
            };
            requested.push(Requested { who: team.clone(), refused: !taken });
        }
        for person in &request.people {
            let taken = all || self.is_taken(&route, &body(&[], std::slice::from_ref(person))).await?;
            requested.push(Requested { who: person.clone(), refused: !taken });
        }
        Ok(requested)
    }

    /// Whether GitHub takes a request; an error only where it may take it later.
    async fn is_taken(&self, route: &str, body: &Value) -> Result<bool, Error> {
        match self.send(Method::POST, route, body).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_passing() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "a review cannot be asked for");
                Ok(false)
            }
        }
    }

    async fn send(&self, method: Method, route: &str, body: &Value) -> Result<(), Error> {
        self.api().send::<serde::de::IgnoredAny>(method, route, body).await.map(drop)
    }

    /// Adds labels. GitHub creates unknown ones silently, grey and without a word; such get theirs afterwards.
    async fn add_labels(&self, repository: &str, issue: &str, labels: &[Label]) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Shown {
            name: String,
            color: String,
            description: Option<String>,
        }
        let names: Vec<&str> = labels.iter().map(|label| label.name.as_str()).collect();
        let shown: Vec<Shown> =
            self.api().send(Method::POST, &format!("{issue}/labels"), &json!({"labels": names})).await?;
        for label in labels {
            let new = shown.iter().any(|shown| {
                shown.name.eq_ignore_ascii_case(&label.name)
                    && shown.color == "ededed"
                    && shown.description.as_deref().unwrap_or("").is_empty()
            });
            if new {
                let route = format!("{repository}/labels/{}", encoded(&label.name));
                let body = json!({"color": label.color, "description": label.description});
                // Color and words are a courtesy: without them the label still says what it says.
                if let Err(error) = self.send(Method::PATCH, &route, &body).await {
                    tracing::warn!(%error, label = label.name, "a label stays grey");
                }
            }
        }
        Ok(())
    }

    /// Posts a check run. One with more annotations than a request takes is in progress until the last of them is
    /// there, under an id that no complete one has, so that half of it is never taken for the whole.
    async fn post_check_run(&self, repository: &str, head_sha: &str, wanted: &CheckRun) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Created {
            id: u64,
        }
        let route = format!("{repository}/check-runs");
        let named = |mut body: Value| {
            body["name"] = wanted.name.into();
            body["head_sha"] = head_sha.into();
            body
        };
        let mut parts = wanted.annotations.chunks(ANNOTATIONS_A_REQUEST);
        let first = parts.next().unwrap_or_default();
        if wanted.annotations.len() <= ANNOTATIONS_A_REQUEST {
            return self.send(Method::POST, &route, &named(completed(wanted, first))).await;
        }
        let begun = json!({
            "status": "in_progress",
            "external_id": format!("{}:partial", wanted.external_id.split(':').next().unwrap_or_default()),
            "output": output(wanted, first),
        });
        let created: Created = self.api().send(Method::POST, &route, &named(begun)).await?;
        let route = format!("{route}/{}", created.id);
        let parts: Vec<&[Annotation]> = parts.collect();
        for (at, part) in parts.iter().enumerate() {
            let body = if at + 1 == parts.len() {
                completed(wanted, part)
            } else {
                json!({"output": output(wanted, part)})
            };
            self.send(Method::PATCH, &route, &body).await?;
        }
        Ok(())
    }
}

fn unless_gone(error: Error) -> Result<(), Error> {
    if matches!(error, Error::Gone { .. }) { Ok(()) } else { Err(error) }
}

fn completed(wanted: &CheckRun, annotations: &[Annotation]) -> Value {
    json!({
        "status": "completed",
        "conclusion": wanted.conclusion,
        "external_id": wanted.external_id,
        "output": output(wanted, annotations),
    })
}

fn output(wanted: &CheckRun, annotations: &[Annotation]) -> Value {
    json!({
        "title": wanted.title,
        "summary": wanted.summary,
        "annotations": annotations.iter().map(annotation).collect::<Vec<_>>(),
    })
}

fn annotation(annotation: &Annotation) -> Value {
    let mut value = json!({
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
    });
    if let Some((first, last)) = annotation.columns {
        value["start_column"] = first.into();
        value["end_column"] = last.into();
    }
    value
}
