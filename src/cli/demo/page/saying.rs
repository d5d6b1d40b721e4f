//! What a person can say: by a command, by a reaction to the bot's comment, and by a review.
//!
//! In: a pull request and who speaks. Out: forms, headed by what that person may do. Never: what comes of it.

use std::borrow::Cow;

use maud::{Markup, html};

use super::controls::{button, form, hidden, option};
use crate::cli::demo::cast::{MAINTAINER, NOMINATOR, REACTIONS, reviews_for};
use crate::cli::demo::happening::{emoji, living};
use crate::fake_github::PullRequestView;
use crate::triage::commands::{self, Command};

/// The commands as the fields for them offer them, each with an example.
pub fn commands() -> Markup {
    html! {
        datalist #commands {
            @for Command { example, usage, .. } in commands::ALL { option value=(example) { (usage) } }
        }
    }
}

/// All that one person can say.
pub fn saying(view: &PullRequestView, by: &str) -> Markup {
    html! {
        p .act .may { span .quiet { strong { (by) } " " (may(by)) } }
        form .act .command method="post" action={ "/pull/" (view.number) "/comment" } {
            (hidden("by", by))
            (hidden("grouped", "true"))
            label { "Words or a command"
                input type="text" name="body" list="commands" placeholder="/help" required autocomplete="off" spellcheck="false";
            }
            (button("Comment"))
        }
        (reactions(view, by))
        @if view.open && by != view.author {
            (form(view.number, "review", &html! {
                (hidden("by", by))
                label { "A review on GitHub"
                    select name="state" {
                        (option("APPROVED", "Approve", true))
                        (option("CHANGES_REQUESTED", "Request changes", false))
                    }
                }
                (button("Review"))
            }))
        }
    }
}

/// Who may do what, in one sentence.
fn may(by: &str) -> Cow<'static, str> {
    let communities = reviews_for(by);
    if !communities.is_empty() {
        return format!(
            "is named in the registry's rules as a reviewer of {}: there such votes count. Reviewers may use /help.",
            communities.join(" and of ")
        )
        .into();
    }
    let may = match by {
        NOMINATOR => {
            "opened this and may use /recheck, /suggest and /help. An author's own votes never count."
        }
        MAINTAINER => {
            "may write to the registry and use every command. Such votes count where a community names no reviewers."
        }
        _ => "has no part in this and may use /help. Such votes are shown, but do not count.",
    };
    may.into()
}

fn reactions(view: &PullRequestView, by: &str) -> Markup {
    let given = living(view).map(|comment| &comment.reactions[..]).unwrap_or_default();
    let is_given = |content: &str| given.iter().any(|(login, given)| login == by && given == content);
    html! {
        @if living(view).is_some() {
            div .act .reacting {
                span { "Reactions to the bot's comment" }
                @for (content, means) in REACTIONS {
                    (reaction(view.number, by, content, means, is_given(content)))
                }
            }
        }
    }
}

/// A button as GitHub has it: pressed once it gives the reaction, pressed again it takes it back.
fn reaction(number: u64, by: &str, content: &str, means: &str, given: bool) -> Markup {
    html! {
        form method="post" action={ "/pull/" (number) "/react" } {
            (hidden("by", by))
            (hidden("content", content))
            (hidden("given", if given { "false" } else { "true" }))
            button .small type="submit" title=(means) aria-label=(means) aria-pressed=(given) { (emoji(content)) }
        }
    }
}
