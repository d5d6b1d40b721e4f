//! How the process is, for those who operate it: what the parts last said of themselves.
//!
//! In: a word from a part. Out: the last word of each. Never: a question to anybody, or a decision.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// What is known. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Known>>);

/// The last word of each part.
#[derive(Clone, Debug, Default)]
pub struct Known {
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
}

impl Health {
    /// All that is known now.
    pub fn known(&self) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A part says how it is.
    pub fn say(&self, word: impl FnOnce(&mut Known)) {
        word(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
