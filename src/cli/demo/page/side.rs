//! Beside the conversation: the check runs, and the nominated repositories with their licenses.

use maud::{Markup, html};

use super::markdown::{self, Places};
use super::{last_run, shown_conclusion};
use crate::cli::demo::cast::{LICENSES, NO_FILE, Repository, SUBMISSIONS, UNRECOGNIZED};
use crate::cli::demo::stage::Stage;
use crate::fake_github::{Annotation, CheckRunView, PullRequestView};

/// The cards above the files.
pub fn side(stage: &Stage, view: &PullRequestView, places: &Places) -> Markup {
    html! {
        section #checks .card data-live aria-label="Checks" {
            header { h2 { "Check run" } }
            @match last_run(view) {
                Some(run) => { (check_run(view, run, places)) }
                None => { p .quiet { "None: the bot says nothing about pull requests without a nomination." } }
            }
        }
        @let repositories = nominated(view);
        @if !repositories.is_empty() {
            section #licenses .card data-live aria-label="Licenses" {
                header { h2 { "Nominated repository" } }
                @for repository in repositories { (license(stage, view.number, repository)) }
            }
        }
    }
}

fn check_run(view: &PullRequestView, run: &CheckRunView, places: &Places) -> Markup {
    let conclusion = shown_conclusion(run);
    html! {
        div .run .(conclusion) {
            p .title {
                span .dot .(conclusion) aria-hidden="true" {}
                strong { (run.name) }
                span .badge .(conclusion) { (run.conclusion.as_deref().unwrap_or(&run.status)) }
            }
            form method="post" action={ "/pull/" (view.number) "/rerun" } {
                input type="hidden" name="check_run" value=(run.id);
                button .small type="submit" { "Re-run" }
            }
        }
        @if let Some(title) = run.title.as_deref() { p .run-title { (title) } }
        @if let Some(summary) = run.summary.as_deref() {
            div .prose .small { (markdown::render(summary, places)) }
        }
        (elsewhere(view, run))
    }
}

/// Notes on files that are not shown.
fn elsewhere(view: &PullRequestView, run: &CheckRunView) -> Markup {
    let is_elsewhere = |note: &&Annotation| !view.files.iter().any(|file| file.path == note.path);
    html! {
        @for note in run.annotations.iter().filter(is_elsewhere) {
            p .small { code { (note.path) ":" (note.start_line) } " " (note.message) }
        }
    }
}

/// The repositories that the pull request was opened with.
fn nominated(view: &PullRequestView) -> &'static [Repository] {
    let opened = SUBMISSIONS.iter().find(|submission| submission.title == view.title);
    opened.map(|submission| submission.repositories).unwrap_or_default()
}

fn license(stage: &Stage, number: u64, repository: &Repository) -> Markup {
    let chosen = stage.license(repository);
    let option = |value: &str, text: &str| {
        html! { option value=(value) selected[value == chosen] { (text) } }
    };
    html! {
        form .license method="post" action={ "/pull/" (number) "/license" } {
            input type="hidden" name="repository" value=(repository.full_name);
            label { code { (repository.full_name) } " is under"
                select name="license" {
                    @for id in LICENSES { (option(id, id)) }
                    (option(UNRECOGNIZED, "unrecognized text (NOASSERTION)"))
                    (option(NO_FILE, "no license file"))
                }
            }
            button .small type="submit" { "Change" }
        }
    }
}
