//! Beside the conversation: the check run.

use maud::{Markup, html};

use super::markdown::{self, Places};
use super::{last_run, shown_conclusion};
use crate::fake_github::{Annotation, CheckRunView, PullRequestView};

/// The check run on the head.
pub fn checks(view: &PullRequestView, places: &Places) -> Markup {
    html! {
        section #checks .card data-live aria-label="Checks" {
            header { h2 { "Check run" } }
            @match last_run(view) {
                Some(run) => { (check_run(view, run, places)) }
                None => { p .quiet { "None: the bot says nothing about pull requests without a nomination." } }
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
