//! The part of the comment that answers commands in words. It stands in front of the last fold, so that it can be
//! changed without the rest.
//!
//! In: a [`Ledger`] and what is open. Out: Markdown. Never: what a command does.

use super::inert::{prose, span};
use crate::triage::{
    checks,
    commands::{self, Command, Who},
    effect::Asker,
    ledger::Ledger,
    marker::Open,
    snapshot::Role,
};

/// What the part begins with.
const BEGINS: &str = "#### Commands\n\n";

/// What stands behind it.
pub const BEHIND: &str = "<details><summary>How to have it checked again</summary>\n\n";

/// So many remarks are shown, the newest first.
const MOST: usize = 5;

/// The part; empty where there is nothing to answer.
pub fn answered(ledger: &Ledger, open: &Open) -> String {
    let remarks: String =
        ledger.remarks.iter().rev().take(MOST).map(|remark| format!("- {}\n", prose(remark))).collect();
    let help = ledger.effects.asker.as_ref().map(|asker| help(asker, open)).unwrap_or_default();
    let loss = if ledger.tells_of_loss {
        "My notes on earlier looks here are lost: my comment was changed or deleted, or could not be written. So I read the commands in this conversation anew, \
         by what their authors may do now. A `/waive` has to be given again.\n\n"
    } else {
        ""
    };
    let remarks = if remarks.is_empty() { remarks } else { remarks + "\n" };
    if loss.is_empty() && remarks.is_empty() && help.is_empty() {
        return String::new();
    }
    format!("{BEGINS}{loss}{remarks}{help}")
}

/// A comment's text with this part in place of the one that it has; `None` where it has no place for it.
pub fn answered_in(text: &str, ledger: &Ledger, open: &Open) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let behind = text.rfind(BEHIND)?;
    let begins = text[..behind].rfind(&format!("\n{BEGINS}")).map_or(behind, |at| at + 1);
    Some(format!("{}{}{}", &text[..begins], answered(ledger, open), &text[behind..]))
}

/// What a person may do, as it was when they asked.
fn help(asker: &Asker, open: &Open) -> String {
    if asker.role < Role::Write && !asker.is_author {
        return format!(
            "- {} asked what they may do here: react, and comment. Commands are for the author and for people with write \
             permission. This line goes when that comment is edited or deleted.\n\n",
            prose(&asker.by.named())
        );
    }
    let may = |command: &&&Command| command.who.may(asker.role, asker.is_author);
    let lines: String = commands::ALL.iter().filter(may).map(|command| line(command)).collect();
    let standing = if asker.role >= Role::Write {
        "Whoever has write permission"
    } else {
        "The author of the pull request"
    };
    let rest = if asker.role >= Role::Write {
        open_checks(open)
    } else {
        "Everything else is for people with write permission.\n\n".to_owned()
    };
    format!(
        "<details><summary>What you may do here</summary>\n\nAsked by {}. {standing} may begin a comment with one of \
         these:\n\n{lines}\n{rest}</details>\n\n",
        prose(&asker.by.named())
    )
}

fn line(command: &Command) -> String {
    let example = match command.example {
        example if example == command.usage => String::new(),
        example => format!(" For example: {}", span(example)),
    };
    format!("- {}: {}{example}\n", span(command.usage), command.help)
}

/// What `/waive` can name.
fn open_checks(open: &Open) -> String {
    let checks: Vec<String> = (checks::ALL.iter())
        .filter(|check| open.contains_key(check.id))
        .map(|check| format!("{} ({})", span(check.id), check.topic))
        .collect();
    if checks.is_empty() {
        return String::new();
    }
    format!("Checks with something open here: {}.\n\n", checks.join(", "))
}

/// The commands that need no write permission, for whoever reads the last fold. A form's account gives none.
pub fn usable(is_through_form: bool) -> String {
    let open_to = |command: &&&Command| command.who != Who::Maintainers;
    let line = |command: &&Command| {
        let who = match command.who {
            Who::Anyone => "anyone",
            _ if is_through_form => "maintainers",
            _ => "the author of this pull request and for maintainers",
        };
        format!("- Begin a comment with {}: {} It is for {who}.\n", span(command.usage), command.help)
    };
    commands::ALL.iter().filter(open_to).map(line).collect()
}
