//! GitHub's time: it judges the App's signature by it, and dates everything with it.
//!
//! In: the headers of GitHub's answers. Out: what time it is there. Never: a wait, or another host's time.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;

use super::refusal::dated;

/// Answers take their time, and a date has whole seconds: a clock that is nearer than this, in seconds, is right.
const NEAR: i64 = 10;

/// By how many seconds the clock here is ahead of GitHub's; 0 where it is right, or nothing is known yet.
#[derive(Default)]
pub(super) struct Clock(AtomicI64);

impl Clock {
    /// What time it is at GitHub.
    pub(super) fn now(&self) -> DateTime<Utc> {
        Utc::now() - TimeDelta::seconds(self.ahead())
    }

    pub(super) fn ahead(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes the time out of an answer. A proxy's own answers have no id of GitHub's, and their date may be any.
    pub(super) fn heed(&self, headers: &HeaderMap) {
        let Some(date) = dated(headers).filter(|_| headers.contains_key("x-github-request-id")) else {
            return;
        };
        let measured = (Utc::now() - date).num_seconds();
        let ahead = if measured.abs() < NEAR { 0 } else { measured };
        // Answers differ by a second or two.
        if ahead.abs_diff(self.ahead()) < NEAR.unsigned_abs() && (ahead == 0) == (self.ahead() == 0) {
            return;
        }
        self.0.store(ahead, Ordering::Relaxed);
        match ahead {
            0 => tracing::info!("the clock here agrees with GitHub's again"),
            _ => tracing::warn!(
                ahead_s = ahead,
                "the clock here is wrong by GitHub's, which is gone by; set it"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(off: i64, id: bool) -> HeaderMap {
        let date = (Utc::now() - TimeDelta::seconds(off)).to_rfc2822();
        let mut headers = HeaderMap::from_iter([(http::header::DATE, date.parse().unwrap())]);
        if id {
            headers.insert("x-github-request-id", "A:1".parse().unwrap());
        }
        headers
    }

    #[test]
    fn goes_by_githubs_answers_alone() {
        let clock = Clock::default();
        let off = |clock: &Clock| (Utc::now() - clock.now()).num_seconds();
        clock.heed(&answer(3, true));
        assert_eq!(off(&clock), 0, "as long as an answer takes");
        clock.heed(&answer(300, false));
        assert_eq!(off(&clock), 0, "somebody else's date");
        for ahead in [300, -300] {
            clock.heed(&answer(ahead, true));
            assert!((off(&clock) - ahead).abs() <= 1, "{} for {ahead}", off(&clock));
        }
        clock.heed(&answer(0, true));
        assert_eq!(off(&clock), 0, "somebody has set it");
    }
}
