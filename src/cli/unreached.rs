//! What people at a terminal are told where GitHub could not be asked, and what to do about it.
//!
//! In: the error, and where GitHub was asked. Out: sentences. Never: another try.

use crate::github::Error;

/// In words, for somebody who asked GitHub at this root of its API.
pub fn words(error: &Error, api: &str) -> String {
    let api = api.trim_end_matches('/');
    match error {
        Error::Later { why, .. } => format!(
            "GitHub could not be asked at {api} ({why}).\nLook whether this machine has a way there (network, proxy, \
             firewall) and whether GitHub has an outage (https://www.githubstatus.com), and try again."
        ),
        Error::Paused { after, why } | Error::Yields { after, why } => format!(
            "GitHub at {api} asks to wait ({why}).\nTry again in {} min.",
            after.as_secs().div_ceil(60).max(1)
        ),
        Error::Gone { .. } => {
            format!("GitHub at {api} has no such thing, or does not show it.\nLook at how it is written.")
        }
        Error::Denied { what } => format!(
            "GitHub at {api} does not permit it ({what}).\n`dpg-triage doctor` says which permission the App lacks."
        ),
        Error::Suspended { why } => format!(
            "The App is suspended where it was asked about ({why}).\nWhoever owns the account can end that under \
             Settings > Applications."
        ),
        Error::Locked { what } => {
            format!("The conversation is locked ({what}).\nSomebody with write permission can unlock it.")
        }
        Error::Bug { why } => format!("GitHub at {api} answered what this program does not expect: {why}"),
    }
}
