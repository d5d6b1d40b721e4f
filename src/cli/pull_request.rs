//! `dpg-triage check --pr`: what `serve` would change on a pull request now.
//!
//! In: the name of a pull request, the settings of `serve`. Out: its changes, for people or programs. Never: a write;
//! it goes the way of `--dry-run`.

mod shown;

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, anyhow, bail};
use url::Url;

pub use self::shown::{Form, shown};
use super::{check::print, unreached};
use crate::{
    config::{Config, Settings},
    github::{Error, GitHub},
    links::Links,
    pipeline::{Looked, Pipeline, Rules, Why},
    queue::Trigger,
    triage::{
        prose::inert,
        pull_request::{PullRequestRef, RepositoryName},
        report::Verdict,
    },
};

pub fn command(named: &str, form: Form) -> anyhow::Result<ExitCode> {
    let (repository, number) = read(named)?;
    let config = Settings::of_environment()?.validate()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime")?;
    let looked = runtime.block_on(look(&config, repository, number));
    // A name's look-up that hangs is not waited for.
    runtime.shutdown_background();
    let looked = looked?;
    print(&shown(&looked, form))?;
    let must = looked.report.is_some_and(|report| report.standing.musts > 0);
    Ok(ExitCode::from(u8::from(must)))
}

async fn look(config: &Config, repository: RepositoryName, number: u64) -> anyhow::Result<Looked> {
    let pipeline = Pipeline {
        github: Arc::new(GitHub::new(&config.github())?),
        links: Arc::new(Links::new()?),
        rules: Rules::default(),
        allowed_owners: Arc::from([]),
        dry_run: true,
    };
    let api = config.github_api_url.as_str();
    let unasked = |error: Error| match error {
        Error::Later { .. } => anyhow!(
            "{} `dpg-triage doctor` looks at the clock, the key and the settings.",
            unreached::words(&error, api)
        ),
        error => anyhow!(unreached::words(&error, api)),
    };
    let installation = pipeline.github.installed_on(&repository).await.map_err(unasked)?;
    let installation = installation.with_context(|| {
        format!("the App is not installed on {repository}, or GitHub has no such repository; `dpg-triage doctor` says where it is")
    })?;
    let covered = async { pipeline.github.installation(installation).await?.covered_one(&repository).await };
    let found = covered.await.map_err(unasked)?;
    let pull_request =
        PullRequestRef { installation, repository_id: found.id, repository: found.name, number };
    let why = Why { trigger: Trigger::Event, rerun: None, editors: Vec::new() };
    let looked = pipeline.look(&pull_request, &why).await.map_err(unasked);
    looked.with_context(|| format!("{pull_request} cannot be read"))
}

/// `OWNER/REPO#N`, or the address of a pull request's page, whichever of its tabs.
fn read(named: &str) -> anyhow::Result<(RepositoryName, u64)> {
    let parts = match Url::parse(named) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let parts: Vec<String> = url.path_segments().into_iter().flatten().map(str::to_owned).collect();
            match &parts[..] {
                [owner, name, pull, number, ..] if pull == "pull" => {
                    Some((owner.clone(), name.clone(), number.clone()))
                }
                _ => None,
            }
        }
        _ => named.split_once('#').and_then(|(repository, number)| {
            let (owner, name) = repository.split_once('/')?;
            Some((owner.to_owned(), name.to_owned(), number.to_owned()))
        }),
    };
    let named = || {
        anyhow!(
            "{} is not a pull request; write OWNER/REPO#NUMBER, or the address of its page",
            inert(named, 200)
        )
    };
    let (owner, name, number) = parts.ok_or_else(named)?;
    let repository = repository(&format!("{owner}/{name}")).ok_or_else(named)?;
    match number.parse() {
        Ok(number) if number > 0 => Ok((repository, number)),
        _ => bail!(named()),
    }
}

/// `OWNER/REPO`; `None` where it cannot be one.
pub(super) fn repository(text: &str) -> Option<RepositoryName> {
    let (owner, name) = text.split_once('/')?;
    let fits = |part: &str, signs: &[u8]| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
    };
    (fits(owner, b"-_") && fits(name, b"-_.")).then(|| RepositoryName::new(owner, name))
}

/// How the pull request stands, in the words of its label; of one that is not judged, why.
fn standing(looked: &Looked) -> &'static str {
    match &looked.report {
        Some(report) => Verdict::word(report.verdict),
        None if looked.snapshot.state == crate::triage::snapshot::State::Closed => {
            "closed, so it is left alone"
        }
        None if looked.snapshot.nominations.is_empty() => "brings no nomination",
        None => "judged already",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_are_named_in_two_ways() {
        for named in [
            "dpg-registry/publicgoods#12",
            "https://github.com/dpg-registry/publicgoods/pull/12",
            "https://github.com/dpg-registry/publicgoods/pull/12/files?w=1#diff-0",
        ] {
            let (repository, number) = read(named).unwrap();
            assert_eq!(
                (repository.to_string().as_str(), number),
                ("dpg-registry/publicgoods", 12),
                "{named}"
            );
        }
        for named in [
            "",
            "12",
            "publicgoods#12",
            "a/b/c#12",
            "../b#12",
            "a/..#12",
            "a/b#0",
            "a/b#x",
            "https://github.com/a/b/issues/12",
            "https://github.com/a/b",
            "ftp://github.com/a/b/pull/12",
        ] {
            let error = read(named).unwrap_err().to_string();
            assert!(error.contains("OWNER/REPO#NUMBER"), "{named}: {error}");
        }
    }
}
