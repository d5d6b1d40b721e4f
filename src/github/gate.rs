//! The gate that every request to GitHub goes through: how many at once, and how many there were.
//!
//! In: a request's path, and what was answered. Out: a place; counts. Never: names, numbers or commits of a path in a
//! label.

use http::{HeaderMap, Method, StatusCode};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{AT_ONCE, Error};
use crate::metrics::{Meter, Metric};

/// Bounds the requests under way, and counts the answers.
pub(super) struct Gate {
    places: Semaphore,
    pub(super) meter: Meter,
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
    pub(super) fn new(meter: Meter) -> Self {
        Self { places: Semaphore::new(AT_ONCE), meter }
    }

    pub(super) async fn pass(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.places.acquire().await.map_err(|error| Error::Bug { why: error.to_string() })
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
        let gate = Gate::new(Meter::default());
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
