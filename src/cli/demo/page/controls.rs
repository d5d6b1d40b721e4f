//! What the reader can do about a pull request, in groups: as each of the people, and outside.

use maud::{Markup, html};

use super::saying::{commands, saying};
use super::{Group, last_run};
use crate::cli::demo::cast::{MAINTAINER, REVIEWER, STRANGER};
use crate::cli::demo::outside::{self, LICENSES, NO_FILE, Offered, Repository, UNRECOGNIZED};
use crate::cli::demo::stage::Stage;
use crate::fake_github::{FileView, PullRequestView};

/// All groups; one of them may be open.
pub fn controls(stage: &Stage, view: &PullRequestView, open: Option<Group>) -> Markup {
    html! {
        section #controls .card data-live aria-label="What you can do" {
            header { h2 { "What you can do" } }
            (commands())
            (group("as-nominator", "Do something as the nominator", open == Some(Group::Nominator), &nominator(stage, view)))
            (group("as-maintainer", "Do something as a maintainer", open == Some(Group::Maintainer), &maintainer(view)))
            (group("as-reviewer", "Do something as a reviewer", open == Some(Group::Reviewer), &saying(view, REVIEWER)))
            (group("as-stranger", "Do something as somebody passing by", open == Some(Group::Stranger), &saying(view, STRANGER)))
            (group("outside", "Change the outside", open == Some(Group::Outside), &outside(stage, view)))
        }
    }
}

fn group(id: &str, title: &str, open: bool, inside: &Markup) -> Markup {
    html! {
        details .group id=(id) open[open] { summary { (title) } (inside) }
    }
}

/// A form of a pull request's.
pub fn form(number: u64, act: &str, inside: &Markup) -> Markup {
    html! {
        form .act .(act) method="post" action={ "/pull/" (number) "/" (act) } { (inside) }
    }
}

pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

pub fn option(value: &str, words: &str, chosen: bool) -> Markup {
    html! { option value=(value) selected[chosen] { (words) } }
}

pub fn button(words: &str) -> Markup {
    html! { button .small type="submit" { (words) } }
}

fn nominator(stage: &Stage, view: &PullRequestView) -> Markup {
    let number = view.number;
    let there = |file: &&FileView| file.text.is_some();
    html! {
        (saying(view, &view.author))
        @for (at, file) in view.files.iter().enumerate().filter(|(_, file)| there(file)) {
            p .act { a href={ "#edit-" (at) } { "Edit " code { (file.path) } " and push" } }
            (form(number, "rename", &html! {
                (hidden("path", &file.path))
                label { "Name of the file" input type="text" name="name" value=(file.path) required autocomplete="off" spellcheck="false"; }
                (button("Rename"))
            }))
            (form(number, "take-out", &html! {
                (hidden("path", &file.path))
                span { code { (file.path) } }
                (button("Take it out"))
            }))
        }
        @if stage.has_taken_out(number) {
            (form(number, "put-back", &html! {
                span { "What was taken out" }
                (button("Put it back"))
            }))
        }
        @if view.open {
            (form(number, "draft", &html! {
                (hidden("draft", if view.draft { "false" } else { "true" }))
                span { "It is " (if view.draft { "a draft" } else { "ready for review" }) }
                (button(if view.draft { "Ready for review" } else { "Convert to draft" }))
            }))
        }
        (opening(view, &view.author))
    }
}

fn maintainer(view: &PullRequestView) -> Markup {
    html! {
        (saying(view, MAINTAINER))
        @if let Some(run) = last_run(view) {
            (form(view.number, "rerun", &html! {
                (hidden("check_run", &run.id.to_string()))
                span { "The check run" }
                (button("Re-run"))
            }))
        }
        (opening(view, MAINTAINER))
    }
}

/// Closes or reopens.
fn opening(view: &PullRequestView, by: &str) -> Markup {
    html! {
        (form(view.number, "open", &html! {
            (hidden("by", by))
            (hidden("open", if view.open { "false" } else { "true" }))
            span { "It is " (if view.open { "open" } else { "closed" }) }
            (button(if view.open { "Close" } else { "Reopen" }))
        }))
    }
}

fn outside(stage: &Stage, view: &PullRequestView) -> Markup {
    let unplugged = stage.github.web().is_unplugged();
    html! {
        @for one in outside::repositories(view) { (repository(stage, view.number, one)) }
        (links(stage, view))
        (form(view.number, "web", &html! {
            (hidden("unplugged", if unplugged { "false" } else { "true" }))
            span { "The whole web " (if unplugged { "is unplugged" } else { "answers" }) }
            (button(if unplugged { "Plug it in" } else { "Unplug it" }))
        }))
    }
}

fn repository(stage: &Stage, number: u64, repository: &Repository) -> Markup {
    let state = stage.outside(|outside| outside.repository(repository));
    form(
        number,
        "repository",
        &html! {
            (hidden("repository", repository.full_name))
            fieldset {
                legend { code { (repository.full_name) } }
                label { "is under"
                    select name="license" {
                        @for id in LICENSES { (option(id, id, id == state.license)) }
                        (option(UNRECOGNIZED, "a text that GitHub does not know", UNRECOGNIZED == state.license))
                        (option(NO_FILE, "no license file", NO_FILE == state.license))
                    }
                }
                label { "and"
                    select name="condition" {
                        @for one in outside::Condition::ALL {
                            (option(one.value(), one.words(), *one == state.condition))
                        }
                    }
                }
            }
            (button("Change"))
        },
    )
}

fn links(stage: &Stage, view: &PullRequestView) -> Markup {
    let links = outside::links(view);
    let states = links.iter().map(|link| (link, stage.outside(|outside| outside.page(link))));
    let changed: Vec<_> = states.filter(|(_, page)| *page != outside::Page::default()).collect();
    html! {
        @if !links.is_empty() {
            (form(view.number, "link", &html! {
                fieldset {
                    legend { "A linked page" }
                    label { "The page"
                        select name="address" { @for link in &links { (option(link, link, false)) } }
                    }
                    label { "now"
                        select name="page" {
                            @for one in outside::Page::ALL {
                                (option(one.value(), one.words(), *one == outside::Page::Gone))
                            }
                        }
                    }
                }
                (button("Change"))
            }))
            @if !changed.is_empty() {
                ul .act .small .quiet {
                    @for (link, page) in changed { li { code { (link) } " " (page.words()) } }
                }
            }
        }
    }
}
