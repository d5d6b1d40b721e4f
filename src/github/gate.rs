//! The gate that every request to GitHub goes through: to each installation its lane, and counts.
//!
//! In: a request's path, and what was answered. Out: a lane; counts. Never: names, numbers or commits of a path in a
//! label.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, Method, StatusCode};

use super::{
    Error,
    clock::Clock,
    lane::{Budget, Lane, Turnstile, Writing},
};
use crate::metrics::{Meter, Metric};

/// Knows the lanes, and counts the answers.
pub(super) struct Gate {
    /// By installation; the App's own is that of none.
    lanes: Mutex<HashMap<Option<u64>, Arc<Lane>>>,
    pub(super) turnstile: Option<Arc<dyn Turnstile>>,
    /// Within what time a request has to be answered.
    pub(super) patience: Duration,
    pub(super) meter: Meter,
    pub(super) clock: Clock,
    /// What first kept GitHub from answering.
    trouble: Mutex<Option<Error>>,
}

/// What may stand in a route; everything else of a path is somebody's.
const WORDS: &[&str] = &[
    "access_tokens",
    "app",
    "attempts",
    "check-runs",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "deliveries",
    "events",
    "files",
    "git",
    "graphql",
    "hook",
    "installation",
    "installations",
    "issues",
    "labels",
    "license",
    "memberships",
    "members",
    "orgs",
    "permission",
    "pulls",
    "reactions",
    "readme",
    "repos",
    "repositories",
    "reviews",
    "tarball",
    "teams",
    "timeline",
    "trees",
    "blobs",
    "user",
    "users",
];

impl Gate {
    pub(super) fn new(turnstile: Option<Arc<dyn Turnstile>>, patience: Duration) -> Self {
        Self {
            lanes: Mutex::default(),
            turnstile,
            patience,
            meter: Meter::default(),
            clock: Clock::default(),
            trouble: Mutex::default(),
        }
    }

    /// Those that are served are few, so none is ever forgotten.
    pub(super) fn lane(&self, installation: Option<u64>) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(installation).or_default())
    }

    /// The right to write, where the request is a write.
    pub(super) async fn turn(
        &self,
        lane: &Lane,
        installation: Option<u64>,
        is_answer: bool,
        method: &Method,
        path: &str,
    ) -> Result<Option<Writing>, Error> {
        // All that is asked of GraphQL here are questions.
        if method == Method::GET || path == "/graphql" {
            return Ok(None);
        }
        let budget = self.turnstile.as_deref().zip(installation);
        let writing = lane
            .turn(budget.map(|(turnstile, installation)| Budget { turnstile, installation, is_answer }))
            .await?;
        if let Some(installation) = installation {
            let id = installation.to_string();
            let labels = [("installation", id.as_str())];
            self.meter.add(Metric::GitHubWrites, &labels, 1.0);
            self.meter.add(Metric::WriteWaitSeconds, &labels, writing.waited.as_secs_f64());
            if let Some(left) = writing.left {
                self.meter.set(Metric::WritesLeft, &labels, f64::from(left));
            }
        }
        Ok(Some(writing))
    }

    /// Heeds a refusal: the lane is closed where it asks to wait. How long that is goes into the error; never zero.
    pub(super) fn heed(&self, lane: &Lane, installation: Option<u64>, error: Error) -> Error {
        let error = match error {
            Error::Paused { after, why } => {
                let after = lane.close(Some(after).filter(|after| *after > Duration::ZERO));
                let id = installation.map_or("none".to_owned(), |id| id.to_string());
                self.meter.add(Metric::GitHubPauses, &[("installation", &id)], 1.0);
                tracing::warn!(installation = id, ?after, why, "GitHub asks to wait");
                Error::Paused { after, why }
            }
            error => error,
        };
        if error.is_passing() {
            self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
        }
        error
    }

    pub(super) fn trouble(&self) -> Option<Error> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a permission that the App does not have.
    pub(super) fn lacks(&self, installation: Option<u64>, permission: &str) {
        let id = installation.map_or("none".to_owned(), |id| id.to_string());
        tracing::warn!(
            installation = id,
            permission,
            "the App lacks a permission; its owner has to grant it"
        );
        let labels = [("installation", id.as_str()), ("permission", permission)];
        self.meter.add(Metric::MissingPermissions, &labels, 1.0);
    }

    /// Counts an answer; `status` is `None` where there was none.
    pub(super) fn count(&self, method: &Method, path: &str, status: Option<StatusCode>) {
        let status = status.map_or("none".to_owned(), |status| status.as_u16().to_string());
        let labels = [("method", method.as_str()), ("route", &route(path)), ("status", &status)];
        self.meter.add(Metric::GitHubRequests, &labels, 1.0);
    }

    /// Takes down what is left of an installation's allowance for REST.
    pub(super) fn allowance(&self, installation: Option<u64>, headers: &HeaderMap) {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let left = text("x-ratelimit-remaining").and_then(|left| left.parse::<u32>().ok());
        if let (Some(id), Some(left), "core") =
            (installation, left, text("x-ratelimit-resource").unwrap_or("core"))
        {
            let labels = [("installation", id.to_string())];
            let labels = labels.each_ref().map(|(name, id)| (*name, id.as_str()));
            self.meter.set(Metric::RateLimitRemaining, &labels, f64::from(left));
        }
    }
}

/// The path with holes where something has a name, a number or a commit.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mut route = String::new();
    let (mut holes, mut is_file) = (0, false);
    for segment in path.trim_matches('/').split('/') {
        route.push('/');
        if holes > 0 || is_file || !WORDS.contains(&segment) {
            holes = usize::saturating_sub(holes, 1);
            route.push_str("{}");
        } else {
            route.push_str(segment);
            // An owner or a repository may have any name.
            holes = match segment {
                "repos" => 2,
                "users" | "orgs" | "collaborators" | "labels" => 1,
                _ => 0,
            };
        }
        if is_file {
            break;
        }
        is_file = segment == "contents" && route.ends_with("contents");
    }
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_no_names() {
        for (path, wanted) in [
            ("/app", "/app"),
            ("/app/hook/deliveries?per_page=100&cursor=v1_9", "/app/hook/deliveries"),
            ("/app/hook/deliveries/123/attempts", "/app/hook/deliveries/{}/attempts"),
            ("/repos/issues/pulls/pulls/7/files?page=2", "/repos/{}/{}/pulls/{}/files"),
            ("/repos/a/b/contents/issues/app/x.json?ref=main", "/repos/{}/{}/contents/{}"),
            ("/repos/a/b/issues/7/labels/app", "/repos/{}/{}/issues/{}/labels/{}"),
            ("/repos/a/b/git/trees/6dcb09b?recursive=1", "/repos/{}/{}/git/trees/{}"),
            ("/users/app/repos?sort=pushed", "/users/{}/repos"),
            ("/user/583231", "/user/{}"),
        ] {
            assert_eq!(route(path), wanted, "{path}");
        }
    }

    #[test]
    fn an_allowance_is_an_installations() {
        let gate = Gate::new(None, Duration::from_secs(1));
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", "4987".parse().unwrap());
        gate.allowance(Some(7), &headers);
        gate.allowance(None, &headers);
        headers.insert("x-ratelimit-resource", "graphql".parse().unwrap());
        gate.allowance(Some(8), &headers);
        let text = crate::metrics::text(std::slice::from_ref(&gate.meter));
        assert!(text.ends_with("remaining{installation=\"7\"} 4987\n"), "{text}");
    }
}
