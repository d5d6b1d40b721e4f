//! The page: one pull request as people see it, what they can do about it, and what went over the wire.
//!
//! Everything is rendered here, escaped by `maud` or cleaned in `markdown`; forms work without the script.

mod conversation;
mod file;
mod label;
pub mod markdown;
mod review;
mod side;
mod wire;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::cast::REGISTRY;
use super::happening::living;
use super::stage::Stage;
use crate::fake_github::{CheckRunView, PullRequestView, Unknown};
use markdown::Places;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/live.js");

/// A page, and what it may load and run.
pub struct Page {
    pub html: Markup,
    pub content_security_policy: String,
}

/// Shows a pull request, with a notice about the reader's last act.
pub fn page(stage: &Stage, number: u64, notice: Option<&str>) -> Result<Page, Unknown> {
    let view = stage.pull_request(number)?;
    let colors = label::colors(&stage.github.repository_labels(REGISTRY)?);
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (view.title) " · dpg-triage demo" }
                style { (PreEscaped(STYLE)) }
                style #label-colors { (PreEscaped(&colors)) }
            }
            body {
                (banner())
                div .frame {
                    nav aria-label="Pull requests" { (list(stage, number)?) (hints()) }
                    main { (pull_request(stage, &view, notice)) }
                }
                (wire::wire(&stage.github))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let content_security_policy = format!(
        "default-src 'none'; style-src '{}' '{}'; script-src '{}'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(&colors),
        hash(SCRIPT)
    );
    Ok(Page { html, content_security_policy })
}

/// An inline style or script by what it says, as a content security policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn banner() -> Markup {
    html! {
        header .banner {
            span .mark aria-hidden="true" {}
            strong { "dpg-triage" } " demo"
            p { "Everything here is local: the bot is the real one, GitHub is a stand-in." }
        }
    }
}

fn list(stage: &Stage, shown: u64) -> Result<Markup, Unknown> {
    let numbers = stage.github.pull_requests(REGISTRY)?;
    let views = numbers.iter().map(|number| stage.pull_request(*number)).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section #pulls data-live {
            h2 { "Pull requests" }
            p .quiet { "in " (REGISTRY) }
            ul .pulls {
                @for view in &views {
                    li {
                        a href={ "/pull/" (view.number) } aria-current=[(view.number == shown).then_some("page")] {
                            span .dot .(conclusion(view)) aria-hidden="true" {}
                            span .title { (view.title) }
                            span .quiet { "#" (view.number) " · " (verdict(view)) }
                        }
                    }
                }
            }
        }
    })
}

/// How the check run ended, as the name of a class.
fn conclusion(view: &PullRequestView) -> &str {
    last_run(view).map_or("none", shown_conclusion)
}

fn shown_conclusion(run: &CheckRunView) -> &str {
    match run.conclusion.as_deref() {
        Some("success") => "success",
        Some("failure") => "failure",
        Some(_) => "neutral",
        None => "pending",
    }
}

fn last_run(view: &PullRequestView) -> Option<&CheckRunView> {
    view.check_runs.last()
}

/// What the bot says in one or two words.
fn verdict(view: &PullRequestView) -> &str {
    let triage = view.labels.iter().find_map(|label| label.name.strip_prefix("triage: "));
    triage.unwrap_or(if living(view).is_some() { "looked at" } else { "no nomination" })
}

fn hints() -> Markup {
    html! {
        section .hints {
            h2 { "Try this" }
            ol {
                li { "Do what the comment asks: edit the file and push." }
                li { "Comment " code { "/suggest" } ", then click " strong { "Commit suggestion" } "." }
                li { "Give the repository another license, then comment " code { "/recheck" } "." }
                li { "Comment " code { "/recheck" } " as somebody passing by." }
                li { "Comment without a command: nothing has changed, so nothing is written." }
            }
        }
    }
}

fn pull_request(stage: &Stage, view: &PullRequestView, notice: Option<&str>) -> Markup {
    let places = Places::of(view);
    let state = match (view.open, view.merged, view.draft) {
        (false, true, _) => "Merged",
        (false, false, _) => "Closed",
        (true, _, true) => "Draft",
        (true, _, false) => "Open",
    };
    let verb = if view.files.iter().all(|file| file.status == "modified") { "change" } else { "add" };
    let what = super::happening::counted(view.files.len(), "file");
    html! {
        div #heading .heading data-live {
            h1 { (view.title) " " span .quiet { "#" (view.number) } }
            p .byline {
                span .state { (state) }
                strong { (view.author) } " wants to " (verb) " " (what) " · commit "
                code { (view.head_sha.get(..7).unwrap_or_default()) }
            }
            (label::row(&view.labels))
        }
        @if let Some(notice) = notice { p .notice role="status" { (notice) } }
        div .columns {
            section .conversation aria-label="Conversation" { (conversation::conversation(view, &places)) }
            div .side { (side::side(stage, view, &places)) (file::files(view)) }
        }
    }
}
