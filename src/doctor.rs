//! What an installation of the App is like, and what to do about what is wrong with it.
//!
//! In: [`Facts`], which `cli/doctor` has asked for. Out: [`Finding`]s, each with its cure, and their text.
//! Never: a question to anybody, or the clock.

mod app;
mod database;
pub mod facts;
mod installations;
mod registry;
pub mod show;
mod webhook;

use self::facts::{Facts, OnGitHub};
pub use self::{installations::is_served, registry::policy, webhook::health_of};
use crate::{
    config::Mistakes,
    github::Error,
    prose,
    triage::{
        prose::{Prose, code, theirs},
        pull_request::RepositoryName,
    },
};

/// How something is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, and may not be meant so.
    Warning,
    /// The App does not work as long as it is so.
    Problem,
}

impl State {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    pub state: State,
    /// What was looked at, in a word.
    pub about: &'static str,
    /// Where it is of one repository.
    pub repository: Option<RepositoryName>,
    pub said: Prose,
    /// What to do.
    pub cure: Option<Prose>,
    /// The page of GitHub where it is done.
    pub link: Option<String>,
}

impl Finding {
    fn new(state: State, about: &'static str, said: impl Into<Prose>) -> Self {
        Self { state, about, repository: None, said: said.into(), cure: None, link: None }
    }

    fn ok(about: &'static str, said: impl Into<Prose>) -> Self {
        Self::new(State::Ok, about, said)
    }

    fn warning(about: &'static str, said: impl Into<Prose>) -> Self {
        Self::new(State::Warning, about, said)
    }

    fn problem(about: &'static str, said: impl Into<Prose>) -> Self {
        Self::new(State::Problem, about, said)
    }

    fn cure(mut self, cure: impl Into<Prose>) -> Self {
        self.cure = Some(cure.into());
        self
    }

    fn link(mut self, link: Option<impl Into<String>>) -> Self {
        self.link = link.map(Into::into);
        self
    }

    fn of(mut self, repository: &RepositoryName) -> Self {
        self.repository = Some(repository.clone());
        self
    }
}

/// Judges everything that was asked for, in the order in which one thing hangs on another.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let settled = match &facts.settings {
        Ok(settled) => settled,
        Err(mistakes) => return settings(mistakes),
    };
    let mut findings = vec![Finding::ok("settings", "All that `serve` needs is there.")];
    if settled.dry_run {
        findings.push(
            Finding::warning(
                "settings",
                prose![code("DRY_RUN"), " is on: `serve` judges and writes nothing."],
            )
            .cure("Leave it out once the App is to write."),
        );
    }
    findings.extend(facts.database.as_ref().map(|database| database::judge(database, facts.now)));
    if let Some(github) = &facts.github {
        findings.extend(on_github(github, settled));
    }
    findings
}

fn on_github(github: &OnGitHub, settled: &facts::Settled) -> Vec<Finding> {
    let pages = app::Pages::of(&github.greeting, &settled.api);
    let mut findings = app::judge(github, &pages);
    if let Ok(app) = &github.greeting.app {
        findings.extend(webhook::address(&github.hook, github.health.as_ref(), &pages));
        findings.push(webhook::deliveries(&github.deliveries, &pages));
        findings.extend(installations::judge(github, settled, app, &pages));
        for registry in &github.registries {
            let found = registry::judge(registry, &pages);
            findings.extend(found.into_iter().map(|finding| finding.of(&registry.name)));
        }
        findings.extend(installations::left_out(github));
    }
    findings
}

fn settings(mistakes: &Mistakes) -> Vec<Finding> {
    let mistake = |mistake: &crate::config::Mistake| {
        Finding::problem("settings", prose![code(mistake.variable), format!(" {}.", mistake.what)])
    };
    let mut findings: Vec<Finding> = mistakes.0.iter().map(mistake).collect();
    if let Some(last) = findings.last_mut() {
        let cure = "Set these variables as for `serve`; its --help and the README explain each. Nothing else can be \
            looked at before.";
        last.cure = Some(cure.into());
    }
    findings
}

/// What GitHub was asked and did not tell.
fn unknown(about: &'static str, error: &Error) -> Finding {
    let said = prose!["GitHub did not tell: ", theirs(error.to_string()), "."];
    let finding = Finding::problem(about, said);
    match error {
        Error::Denied { .. } => finding.cure("The App may not ask for this: see its permissions above."),
        error if error.is_passing() => finding.cure("Try again later."),
        _ => finding,
    }
}

#[cfg(test)]
mod tests;
