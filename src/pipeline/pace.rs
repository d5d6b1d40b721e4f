//! The budget of each installation's writes, kept where all processes see it.
//!
//! In: the inbox and the pace. Out: a [`Turnstile`] for GitHub's clients, which do not know the inbox.

use std::{future::Future, pin::Pin};

use crate::{
    github::lane::{Turn, Turnstile},
    queue::{
        Inbox,
        budget::{Pace, Slot},
    },
};

/// Writes at this pace, counted in this inbox's database.
pub struct Paced {
    pub inbox: Inbox,
    pub pace: Pace,
}

impl Turnstile for Paced {
    fn ask(
        &self,
        installation: u64,
        is_answer: bool,
    ) -> Pin<Box<dyn Future<Output = Result<Turn, String>> + Send + '_>> {
        Box::pin(async move {
            let slot = self.inbox.slot(installation, is_answer, &self.pace).await;
            let Slot { wait, left, yields } =
                slot.map_err(|error| format!("the budget of writes: {error}"))?;
            Ok(Turn { wait, left, yields })
        })
    }
}
