//! `--online`: what `check` and `fix` ask the outside about files of a checkout.
//!
//! In: nominations. Out: their evidence. GitHub is asked about repositories, the linked hosts whether they answer;
//! what the checkout knows itself stays its own word.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, anyhow};
use futures::{StreamExt, stream};
use secrecy::SecretString;

use super::{progress::Progress, unreached};
use crate::{
    config::{GITHUB_API, Outside, api_url},
    github::Public,
    links::Links,
    triage::{
        evidence::{Evidence, Lookup},
        nomination::Nomination,
    },
};

/// So many files are asked about side by side.
const AT_ONCE: usize = 8;

/// Both that are asked.
pub struct Asked {
    pub github: Public,
    pub links: Links,
}

/// Asks about each nomination what stands in its list, and adds the answers to what is known of it already; in their
/// order. Where GitHub could not be asked, a note on standard error says so.
///
/// # Errors
/// When there is no way to ask at all: an API's address that is none, a system without certificates.
pub fn ask(
    outside: &Outside,
    files: Vec<(Nomination, Vec<Lookup>, Evidence)>,
) -> anyhow::Result<Vec<Evidence>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
    let answered = runtime.block_on(async {
        let set = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let token = set(&outside.nominees_token).map(SecretString::from);
        let url = set(&outside.nominees_api_url).unwrap_or_else(|| GITHUB_API.to_owned());
        api_url(&url).map_err(|why| anyhow!("NOMINEES_API_URL: {why}"))?;
        let asked = Asked { github: Public::new(&url, token.as_ref())?, links: Links::new()? };
        let terminal = Some(io::stderr()).filter(IsTerminal::is_terminal);
        let mut progress = Progress::new(terminal, files.len());
        let gathered = gather(&asked, files, |done| progress.at(done)).await;
        drop(progress);
        if let Some(error) = asked.github.trouble() {
            let mut note = unreached::words(&error, &url);
            if token.is_none() && matches!(error, crate::github::Error::Paused { .. }) {
                note += " Without a token GitHub allows 60 questions an hour; NOMINEES_TOKEN may hold one.";
            }
            writeln!(anstream::stderr(), "note: {note}\nWhat hangs on it is not checked.")?;
        }
        Ok(gathered)
    });
    // A name's look-up that hangs is not waited for.
    runtime.shutdown_background();
    answered
}

/// As [`ask`], with those who are asked, and told of each file that is done.
pub async fn gather(
    asked: &Asked,
    files: Vec<(Nomination, Vec<Lookup>, Evidence)>,
    mut done: impl FnMut(usize),
) -> Vec<Evidence> {
    let answers = stream::iter(files).map(|(nomination, lookups, mut evidence)| async move {
        let question = asked.links.question(false);
        let ((), outside) = futures::join!(
            asked.github.answer(&nomination, &lookups, &mut evidence),
            question.answer(&lookups)
        );
        outside.tell(&mut evidence);
        evidence
    });
    let mut answers = answers.buffered(AT_ONCE);
    let mut gathered = Vec::new();
    while let Some(evidence) = answers.next().await {
        gathered.push(evidence);
        done(gathered.len());
    }
    gathered
}
