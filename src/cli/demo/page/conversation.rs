//! The conversation: the description, the comments with their reactions, the reviews, and the form for the next one.

use std::collections::BTreeMap;

use chrono::{DateTime, Local, Utc};
use maud::{Markup, html};

use super::markdown::{self, Places};
use super::review::reviews;
use crate::cli::demo::cast::{BOT, PEOPLE};
use crate::cli::demo::happening::emoji;
use crate::fake_github::{CommentView, PullRequestView};
use crate::triage::commands;

/// Everything that was said, and a form to say more.
pub fn conversation(view: &PullRequestView, places: &Places) -> Markup {
    html! {
        div #comments data-live {
            @if let Some(body) = view.body.as_deref() {
                article .comment {
                    (head(&view.author, "opened this", Some(view.created_at), false))
                    div .prose { (markdown::render(body, places)) }
                }
            }
            @for one in &view.comments { (comment(one, places)) }
            (reviews(view, places))
        }
        (form(view.number))
    }
}

fn comment(comment: &CommentView, places: &Places) -> Markup {
    let edited = !comment.edited_by.is_empty();
    html! {
        article .comment .bot[comment.author == BOT] id={ "comment-" (comment.id) } {
            (head(&comment.author, "commented", Some(comment.created_at), comment.is_bot))
            @if edited { span .quiet .edited { "edited " (clock(comment.updated_at)) } }
            div .prose { (markdown::render(&comment.body, places)) }
            (reactions(comment))
        }
    }
}

/// Who did something, and when, where that is known.
pub fn head(login: &str, what: &str, at: Option<DateTime<Utc>>, is_bot: bool) -> Markup {
    let name = login.trim_end_matches("[bot]");
    html! {
        header {
            span .avatar .bot[is_bot] aria-hidden="true" { (name.chars().next().unwrap_or('?').to_uppercase()) }
            strong { (name) }
            @if is_bot { span .badge { "bot" } }
            span .quiet { (what) @if let Some(at) = at { " " (clock(at)) } }
        }
    }
}

fn reactions(comment: &CommentView) -> Markup {
    let mut by_content: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (login, content) in &comment.reactions {
        by_content.entry(content).or_default().push(login);
    }
    html! {
        @if !by_content.is_empty() {
            ul .reactions aria-label="Reactions" {
                @for (content, logins) in &by_content {
                    li title=(logins.join(", ")) { (emoji(content)) " " (logins.len()) }
                }
            }
        }
    }
}

fn form(number: u64) -> Markup {
    // Those that need nothing behind their name.
    let needs_nothing = |usage: &str| usage.split_once(' ').is_none_or(|(_, rest)| rest.starts_with('['));
    let commands = commands::ALL.into_iter().filter(|command| needs_nothing(command.usage));
    html! {
        form #say .say method="post" action={ "/pull/" (number) "/comment" } {
            label for="comment-by" { "Comment as" }
            select #comment-by name="by" {
                @for (login, part) in PEOPLE { option value=(login) { (login) ", " (part) } }
            }
            label .wide for="comment-body" { "Words or a command" }
            textarea #comment-body name="body" rows="3" required {}
            button type="submit" { "Comment" }
            p .wide .commands {
                span .quiet { "With one click:" }
                @for command in commands {
                    button .small name="command" value={ "/" (command.name) } title=(command.help) formnovalidate {
                        "/" (command.name)
                    }
                }
            }
        }
    }
}

fn clock(at: DateTime<Utc>) -> Markup {
    let local = at.with_timezone(&Local);
    html! { time datetime=(at.to_rfc3339()) { (local.format("%H:%M:%S")) } }
}
