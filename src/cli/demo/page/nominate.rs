//! What the reader may open a pull request with: three projects, and some other files.

use maud::{Markup, html};

use crate::cli::demo::cast::NOMINATOR;
use crate::cli::demo::nominations::{OTHERS, PROJECTS, Submission};

/// All choices, each with its file and a button.
pub fn nominate() -> Markup {
    html! {
        div .heading {
            h1 { "Nominate a project" }
            p .byline { "Choose a file. " (NOMINATOR) " opens a pull request with it, and the bot looks at it at once." }
        }
        ul .choices { @for submission in PROJECTS { (choice(submission)) } }
        h2 .more { "Or something else" }
        ul .choices { @for submission in OTHERS { (choice(submission)) } }
    }
}

fn choice(submission: &Submission) -> Markup {
    let name = format!("choice-{}", submission.id);
    html! {
        li .card .choice {
            h3 id=(name) { (submission.kind) }
            p { (submission.says) }
            p .quiet { code { (submission.path) } }
            form method="post" action="/nominate" {
                input type="hidden" name="choice" value=(submission.id);
                button type="submit" aria-describedby=(name) { "Open the pull request" }
            }
            details { summary { "The file" } pre tabindex="0" { (submission.text()) } }
        }
    }
}
