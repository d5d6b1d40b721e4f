//! Who the App is, and which accounts are its own.
//!
//! In: what GitHub says of the App, and accounts. Out: whether one is ours. Never: a request.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use crate::triage::snapshot::Account;

/// The App itself: <https://docs.github.com/rest/apps/apps#get-the-authenticated-app>.
#[derive(Clone, Debug, Deserialize)]
pub struct Identity {
    pub id: u64,
    pub slug: String,
    /// The id of the account under which the App writes, once that is seen: its login changes with the App's name.
    #[serde(skip)]
    account: Arc<OnceLock<u64>>,
}

impl Identity {
    pub fn new(id: u64, slug: &str) -> Self {
        Self { id, slug: slug.to_owned(), account: Arc::default() }
    }

    /// Whether an account is the App's own; `via` is the App through which something of its was made, where that is told.
    pub(super) fn is(&self, account: &Account, via: Option<u64>) -> bool {
        let known = self.account.get() == Some(&account.id);
        let is_ours = account.bot && (known || via == Some(self.id) || account.login == self.login());
        if is_ours && !known {
            // Another one only after the App was made anew.
            let _ = self.account.set(account.id);
        }
        is_ours
    }

    /// The login under which the App comments.
    pub fn login(&self) -> String {
        format!("{}[bot]", self.slug)
    }
}
