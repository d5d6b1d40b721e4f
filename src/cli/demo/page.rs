//! The pages: one pull request as people see it, what they can do about it, and what went over the wire; and the
//! nominations that the reader may open one with.
//!
//! Everything is rendered here, escaped by `maud` or cleaned in `markdown`; forms work without the script.

mod controls;
mod conversation;
mod file;
mod label;
pub mod markdown;
mod nominate;
mod review;
mod saying;
mod side;
mod wire;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::cast::{MAINTAINER, NOMINATOR, REGISTRY, REVIEWER, STRANGER};
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

/// What is said after an act of the reader's.
#[derive(Clone, Default)]
pub struct Notice {
    pub text: String,
    /// The group of controls that the act was chosen from, which stays open.
    pub group: Option<Group>,
    /// Whether only a new look shows what came of it.
    pub unseen: bool,
}

/// A group of controls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    Nominator,
    Maintainer,
    Reviewer,
    Stranger,
    Outside,
}

impl Group {
    /// That of a person.
    pub fn of(login: &str) -> Option<Self> {
        match login {
            NOMINATOR => Some(Group::Nominator),
            MAINTAINER => Some(Group::Maintainer),
            REVIEWER => Some(Group::Reviewer),
            STRANGER => Some(Group::Stranger),
            _ => None,
        }
    }
}

/// Shows a pull request, with a notice about the reader's last act.
pub fn pull(stage: &Stage, number: u64, notice: Option<&Notice>) -> Result<Page, Unknown> {
    let view = stage.pull_request(number)?;
    page(stage, &view.title, Some(number), &pull_request(stage, &view, notice))
}

/// Shows what can be nominated.
pub fn nominate(stage: &Stage) -> Result<Page, Unknown> {
    page(stage, "Nominate a project", None, &nominate::nominate())
}

fn page(stage: &Stage, title: &str, shown: Option<u64>, main: &Markup) -> Result<Page, Unknown> {
    let colors = label::colors(&stage.github.repository_labels(REGISTRY)?);
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · dpg-triage demo" }
                style { (PreEscaped(STYLE)) }
                style #label-colors { (PreEscaped(&colors)) }
            }
            body {
                (banner())
                div .frame {
                    nav aria-label="Pull requests" { (list(stage, shown)?) (hints()) }
                    main { (main) }
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

fn list(stage: &Stage, shown: Option<u64>) -> Result<Markup, Unknown> {
    let numbers = stage.github.pull_requests(REGISTRY)?;
    let views = numbers.iter().map(|number| stage.pull_request(*number)).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section #pulls data-live {
            h2 { "Pull requests" }
            p .quiet { "in " (REGISTRY) }
            ul .pulls {
                @for view in &views {
                    li {
                        a href={ "/pull/" (view.number) } aria-current=[(Some(view.number) == shown).then_some("page")] {
                            span .dot .(conclusion(view)) aria-hidden="true" {}
                            span .title { (view.title) }
                            span .quiet { "#" (view.number) " · " (verdict(view)) }
                        }
                    }
                }
            }
        }
        p { a .button href="/nominate" aria-current=[shown.is_none().then_some("page")] { "Nominate a project" } }
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
    match triage {
        _ if !view.open => "closed",
        Some(triage) => triage,
        None if living(view).is_some() => "no nomination any more",
        None => "no nomination",
    }
}

fn hints() -> Markup {
    html! {
        section .hints {
            h2 { "Try this" }
            ol {
                li { "Do what the comment asks: edit the file and push." }
                li { "Comment " code { "/suggest" } ", then click " strong { "Commit suggestion" } "." }
                li { "Nominate a terrible project, and then a good one." }
                li { "Change the outside: archive the repository, then comment " code { "/recheck" } "." }
                li { "React to the comment with 👍 as a reviewer, then push." }
                li { "Try " code { "/hold" } " as somebody passing by, and as a maintainer." }
            }
        }
    }
}

fn pull_request(stage: &Stage, view: &PullRequestView, notice: Option<&Notice>) -> Markup {
    let places = Places::of(view);
    let (state, look) = match (view.open, view.merged, view.draft) {
        (false, true, _) => ("Merged", "closed"),
        (false, false, _) => ("Closed", "closed"),
        (true, _, true) => ("Draft", "draft"),
        (true, _, false) => ("Open", "open"),
    };
    let verb = if view.files.iter().all(|file| file.status == "modified") { "change" } else { "add" };
    let what = super::happening::counted(view.files.len(), "file");
    html! {
        div #heading .heading data-live {
            h1 { (view.title) " " span .quiet { "#" (view.number) } }
            p .byline {
                span .state .(look) { (state) }
                strong { (view.author) } " wants to " (verb) " " (what) " · commit "
                code { (view.head_sha.get(..7).unwrap_or_default()) }
            }
            (label::row(&view.labels))
        }
        @if let Some(notice) = notice { (said(view.number, notice)) }
        div .columns {
            section .conversation aria-label="Conversation" { (conversation::conversation(view, &places)) }
            div .side {
                (side::checks(view, &places))
                (controls::controls(stage, view, notice.and_then(|notice| notice.group)))
                (file::files(view))
            }
        }
    }
}

fn said(number: u64, notice: &Notice) -> Markup {
    html! {
        div .said {
            p .notice role="status" { (notice.text) }
            @if notice.unseen {
                form method="post" action={ "/pull/" (number) "/comment" } {
                    input type="hidden" name="by" value=(NOMINATOR);
                    button .small name="command" value="/recheck" { "Have it looked at: /recheck" }
                }
            }
        }
    }
}
