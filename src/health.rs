//! How the process is, for those who operate it: what the parts last said of themselves.
//!
//! In: a word from a part. Out: the last word of each. Never: a question to anybody, or a decision.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// What is known. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Health {
    known: Arc<Mutex<Known>>,
    /// By which it is noted since when something is wrong.
    clock: Option<fn() -> DateTime<Utc>>,
}

/// The last word of each part.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Which database it is, as its operator knows it, without a secret.
    pub database: Option<String>,
    /// Where GitHub is asked.
    pub github: Option<String>,
    /// Whether the database did not answer when it was last asked.
    pub is_database_away: bool,
    /// GitHub took our key, and told this login.
    pub login: Option<String>,
    /// Why GitHub has not done so yet.
    pub stranger: Option<String>,
    /// When this process began to look for missed deliveries or, earlier, one before it last did so.
    pub begun: Option<DateTime<Utc>>,
    /// When GitHub's list of deliveries was last gone through.
    pub caught_up: Option<DateTime<Utc>>,
    /// Why that went wrong since.
    pub behind: Option<String>,
    /// Since when things are wrong that are.
    pub since: Since,
}

/// When somebody first said so, without a better word in between.
#[derive(Clone, Copy, Debug, Default)]
pub struct Since {
    pub database_away: Option<DateTime<Utc>>,
    pub stranger: Option<DateTime<Utc>>,
    pub behind: Option<DateTime<Utc>>,
}

impl Known {
    fn note_since(&mut self, now: DateTime<Utc>) {
        for (is_wrong, since) in [
            (self.is_database_away, &mut self.since.database_away),
            (self.stranger.is_some() && self.login.is_none(), &mut self.since.stranger),
            (self.behind.is_some(), &mut self.since.behind),
        ] {
            *since = is_wrong.then(|| since.unwrap_or(now));
        }
    }
}

impl Health {
    /// Of a process with these parts, as their operator knows them.
    pub fn of(database: String, github: String, clock: fn() -> DateTime<Utc>) -> Self {
        let health = Self { clock: Some(clock), ..Self::default() };
        health.say(|known| (known.database, known.github) = (Some(database), Some(github)));
        health
    }

    /// All that is known now.
    pub fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A part says how it is.
    pub fn say(&self, word: impl FnOnce(&mut Known)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        word(&mut known);
        if let Some(clock) = self.clock {
            known.note_since(clock());
        }
    }
}
