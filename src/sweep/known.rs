//! What the timer knows of an open pull request, and when it asks again.
//!
//! In: what lists and comments say. Out: whether something differs, or is due. Never: a request. Losing it costs one
//! request a pull request: our comment remembers the rest.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    github::watch::Open,
    triage::{marker::Marker, snapshot::LivingComment},
};

/// What happens sooner after something may look as if it happened at once.
const SOON: Duration = Duration::from_secs(60);

/// After so long a look is asked for again that brought no comment: it may have met a GitHub that did not know the pull
/// request. Twice as long each time.
const AGAIN: Duration = Duration::from_secs(10 * 60);

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is known of one.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Our comment, where there is one.
    pub(super) comment: Option<Comment>,
    /// The head that was judged, or of which a look was asked for.
    pub(super) head: String,
    /// The digest of the reactions that were seen, or about which a look was asked for.
    pub(super) reacted: String,
    /// When the pull request had last changed when our comment was sought.
    updated_at: DateTime<Utc>,
    /// When that was.
    sought_at: DateTime<Utc>,
    /// When its reactions are asked for again.
    due: DateTime<Utc>,
    /// How often a look at this head was asked for that brought no comment, and when one is asked for again.
    asked: u32,
    again: Option<DateTime<Utc>>,
}

/// Our comment, as REST and as GraphQL name it.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) node: String,
}

impl Known {
    /// As our comment remembers it; its reactions are due.
    pub(super) fn of(living: LivingComment, open: &Open, now: DateTime<Utc>) -> Self {
        let marker = Marker::read(&living.body).unwrap_or_default();
        Self {
            comment: Some(Comment { id: living.id, node: living.node }),
            head: marker.head,
            reacted: marker.reacted,
            updated_at: open.updated_at,
            sought_at: now,
            due: now,
            asked: 0,
            again: None,
        }
    }

    /// One on which we have no comment, and of which nobody asks for a look.
    pub(super) fn without_comment(open: &Open, now: DateTime<Utc>) -> Self {
        Self {
            comment: None,
            head: open.head.clone(),
            reacted: String::new(),
            updated_at: open.updated_at,
            sought_at: now,
            due: now,
            asked: 0,
            again: None,
        }
    }

    /// The same, after what was known `before`, where a look at each head is asked for, and sometimes again. Answers
    /// whether it is now.
    pub(super) fn asking(before: Option<&Self>, open: &Open, now: DateTime<Utc>) -> (Self, bool) {
        let before = before.filter(|known| known.head == open.head);
        let asked = before.map_or(0, |known| known.asked);
        let again = before.and_then(|known| known.again).filter(|again| *again > now);
        let known = Self::without_comment(open, now);
        match again {
            Some(_) => (Self { asked, again, ..known }, false),
            None => {
                let again = Some(now + (AGAIN * (1 << asked.min(8))).min(DAY));
                (Self { asked: asked + 1, again, ..known }, true)
            }
        }
    }

    /// Whether a comment of ours may be there by now. Its coming changes the pull request; but when that was sought
    /// right after a change, both may have the same second.
    pub(super) fn is_worth_seeking(&self, open: &Open, now: DateTime<Utc>) -> bool {
        let was_soon = self.sought_at < self.updated_at + SOON;
        let is_due = self.again.is_some_and(|again| again <= now);
        self.comment.is_none() && (was_soon || is_due || self.updated_at != open.updated_at)
    }

    /// Whether its reactions are to be asked for. Rounds come a little early or late.
    pub(super) fn is_due(&self, now: DateTime<Utc>, interval: Duration) -> bool {
        self.comment.is_some() && self.due <= now + interval / 2
    }

    /// Its reactions were asked for.
    pub(super) fn heard(&mut self, open: &Open, now: DateTime<Utc>, interval: Duration) {
        self.due = now + pause(now - open.updated_at, interval);
    }
}

/// How long after one question about reactions the next one is asked, by the time for which nothing happened.
fn pause(quiet: chrono::TimeDelta, interval: Duration) -> Duration {
    let quiet = quiet.to_std().unwrap_or_default();
    if quiet < DAY {
        interval
    } else if quiet < 7 * DAY {
        interval * 5
    } else if quiet < 30 * DAY {
        HOUR.max(interval * 5)
    } else {
        (6 * HOUR).max(interval * 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slower_with_age() {
        let minutes = |quiet: chrono::TimeDelta, interval: u64| {
            pause(quiet, Duration::from_secs(interval)).as_secs() / 60
        };
        for (quiet, expected) in [
            (chrono::TimeDelta::minutes(-1), 2),
            (chrono::TimeDelta::hours(23), 2),
            (chrono::TimeDelta::hours(25), 10),
            (chrono::TimeDelta::days(6), 10),
            (chrono::TimeDelta::days(8), 60),
            (chrono::TimeDelta::days(29), 60),
            (chrono::TimeDelta::days(400), 360),
        ] {
            assert_eq!(minutes(quiet, 120), expected, "{quiet}");
        }
        assert_eq!(minutes(chrono::TimeDelta::days(8), 3600), 300, "never faster than with less age");
    }
}
