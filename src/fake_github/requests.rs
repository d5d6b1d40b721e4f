//! The log of all requests, and what can be counted in it.

use super::auth::Caller;
use std::ops::Deref;
use std::time::Instant;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The address without host, with query.
    pub path: String,
    /// The route's pattern, such as `/repos/{owner}/{repo}/pulls/{number}`; empty where there is none.
    pub route: String,
    /// The answer's status; 499 where the client went away, 0 where the connection was cut.
    pub status: u16,
    /// As whom it was made.
    pub caller: Caller,
    /// When its head had come.
    pub started: Instant,
    /// When its answer went out.
    pub ended: Instant,
}

/// A moment in the log.
#[derive(Clone, Copy, Debug)]
pub struct Mark(pub(super) Instant);

/// Requests in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Requests(Vec<Request>);

impl Requests {
    pub(super) fn sorted(mut requests: Vec<Request>) -> Self {
        requests.sort_by_key(|request| request.started);
        Self(requests)
    }

    /// Those that were to change something.
    pub fn writes(&self) -> Self {
        self.filter(|request| !matches!(request.method.as_str(), "GET" | "HEAD"))
    }

    /// Those to a route, by its pattern.
    pub fn to(&self, method: &str, route: &str) -> Self {
        self.filter(|request| request.method == method && request.route == route)
    }

    /// Those that the predicate holds for.
    pub fn filter(&self, wanted: impl Fn(&Request) -> bool) -> Self {
        Self(self.0.iter().filter(|request| wanted(request)).cloned().collect())
    }

    /// How many requests, at most, each began after the one before had ended:
    /// the number of round trips that nothing overlapped.
    pub fn longest_chain(&self) -> usize {
        let mut by_end: Vec<&Request> = self.0.iter().collect();
        by_end.sort_by_key(|request| request.ended);
        let (mut length, mut free_from) = (0, None);
        for request in by_end {
            if free_from.is_none_or(|moment| request.started >= moment) {
                length += 1;
                free_from = Some(request.ended);
            }
        }
        length
    }
}

impl Deref for Requests {
    type Target = [Request];

    fn deref(&self) -> &[Request] {
        &self.0
    }
}

impl std::fmt::Display for Requests {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|one| writeln!(out, "{} {} -> {}", one.method, one.path, one.status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn request(from: u64, to: u64) -> Request {
        let zero = Instant::now();
        Request {
            method: "GET".to_owned(),
            path: String::new(),
            route: String::new(),
            status: 200,
            caller: Caller::Nobody,
            started: zero + Duration::from_secs(from),
            ended: zero + Duration::from_secs(to),
        }
    }

    #[test]
    fn counts_what_waited_for_each_other() {
        let spans = [(0, 10), (1, 3), (2, 9), (4, 6), (5, 8), (7, 12)];
        let requests = Requests::sorted(spans.iter().map(|(from, to)| request(*from, *to)).collect());
        assert_eq!(requests.longest_chain(), 3);
        assert_eq!(Requests::default().longest_chain(), 0);
    }
}
