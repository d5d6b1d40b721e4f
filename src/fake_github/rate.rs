//! The primary rate limit. Source: "Rate limits for the REST API".

use super::answer::{Answer, refuse};
use super::auth::Caller;
use super::world::{Rate, World};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

impl Rate {
    /// A full allowance from now on.
    fn fresh(caller: Caller, now: DateTime<Utc>) -> Self {
        let limit = if caller == Caller::Nobody { 60 } else { 5_000 };
        Self { limit, used: 0, reset_at: now + Duration::hours(1) }
    }

    fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

impl World {
    fn rate(&mut self, caller: Caller) -> &mut Rate {
        let now = self.clock();
        let rate = self.rates.entry(caller).or_insert_with(|| Rate::fresh(caller, now));
        if rate.reset_at <= now {
            *rate = Rate { limit: rate.limit, ..Rate::fresh(caller, now) };
        }
        rate
    }

    /// Takes one request off the allowance, or refuses.
    pub(super) fn spend(&mut self, caller: Caller) -> Result<(), Answer> {
        let rate = self.rate(caller);
        if rate.remaining() == 0 {
            return Err(refuse(
                403,
                "API rate limit exceeded for installation. \
                    If you reach out to GitHub Support for help, please include the request ID.",
            ));
        }
        rate.used += 1;
        Ok(())
    }

    /// Gives one request back: a 304 costs nothing.
    pub(super) fn give_back(&mut self, caller: Caller) {
        let rate = self.rate(caller);
        rate.used = rate.used.saturating_sub(1);
    }

    /// Sets what is left of an allowance, and when it is full again.
    pub(super) fn set_remaining(&mut self, caller: Caller, remaining: u64, reset_in: Duration) {
        let now = self.clock();
        let rate = self.rate(caller);
        rate.used = rate.limit.saturating_sub(remaining);
        rate.reset_at = now + reset_in;
    }

    /// The headers that every answer carries.
    pub(super) fn rate_headers(&mut self, caller: Caller) -> Vec<(&'static str, String)> {
        let rate = self.rate(caller);
        vec![
            ("x-ratelimit-limit", rate.limit.to_string()),
            ("x-ratelimit-remaining", rate.remaining().to_string()),
            ("x-ratelimit-used", rate.used.to_string()),
            ("x-ratelimit-reset", rate.reset_at.timestamp().to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ]
    }

    /// "Rate Limit Overview".
    pub(super) fn rate_json(&mut self, caller: Caller) -> Value {
        let rate = self.rate(caller);
        let core = json!({
            "limit": rate.limit, "used": rate.used, "remaining": rate.remaining(),
            "reset": rate.reset_at.timestamp(),
        });
        json!({"resources": {"core": core}, "rate": core})
    }
}
