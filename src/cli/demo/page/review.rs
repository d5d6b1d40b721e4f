//! Reviews: what each says about lines of the files, and buttons that take its suggestions over.

use maud::{Markup, html};

use super::conversation::head;
use super::markdown::{self, Places};
use crate::cli::demo::cast::BOT;
use crate::fake_github::{PullRequestView, ReviewCommentView, ReviewView};

/// All reviews, oldest first.
pub fn reviews(view: &PullRequestView, places: &Places) -> Markup {
    html! {
        @for review in &view.reviews { (one(review, view, places)) }
    }
}

fn one(review: &ReviewView, view: &PullRequestView, places: &Places) -> Markup {
    let is_bot = review.author == BOT;
    let present = review.commit_sha == view.head_sha;
    html! {
        article .comment .bot[is_bot] id={ "review-" (review.id) } {
            (head(&review.author, if present { "reviewed" } else { "reviewed an earlier commit" }, None, is_bot))
            div .prose { (markdown::render(&review.body, places)) }
            @for comment in &review.comments {
                div .on-lines {
                    p { (place(comment, view)) }
                    div .prose { (markdown::render(&comment.body, places)) }
                    @if present { (button(comment, view)) }
                }
            }
        }
    }
}

fn place(comment: &ReviewCommentView, view: &PullRequestView) -> Markup {
    let file = view.files.iter().position(|file| file.path == comment.path);
    let first = comment.start_line.unwrap_or(comment.line);
    let lines = match comment.start_line {
        Some(start) => format!("lines {start} to {}", comment.line),
        None => format!("line {}", comment.line),
    };
    html! {
        @match file {
            Some(at) => a href={ "#file-" (at) "-L" (first) } { code { (comment.path) } ", " (lines) },
            None => { code { (comment.path) } ", " (lines) },
        }
    }
}

/// The button below a suggestion: it pushes the file with these lines replaced.
fn button(comment: &ReviewCommentView, view: &PullRequestView) -> Markup {
    let file = view.files.iter().find(|file| file.path == comment.path);
    let text = file.and_then(|file| file.text.as_deref());
    let taken =
        text.zip(markdown::suggestion(&comment.body)).map(|(text, new)| taken_over(text, comment, &new));
    html! {
        @if let Some(text) = taken {
            form method="post" action={ "/pull/" (view.number) "/push" } {
                input type="hidden" name="path" value=(comment.path);
                input type="hidden" name="name" value=(comment.path);
                input type="hidden" name="text" value=(text);
                button type="submit" { "Commit suggestion" }
            }
        }
    }
}

/// A text with the lines of a comment replaced.
fn taken_over(text: &str, comment: &ReviewCommentView, new: &str) -> String {
    let first = comment.start_line.unwrap_or(comment.line);
    let mut whole = String::new();
    for (number, line) in (1u64..).zip(text.split_inclusive('\n')) {
        if number == comment.line {
            whole.push_str(new.trim_end_matches('\n'));
            whole.push_str(if line.ends_with('\n') { "\n" } else { "" });
        } else if !(first..comment.line).contains(&number) {
            whole.push_str(line);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_takes_the_place_of_its_lines() {
        let comment = |start_line, line| ReviewCommentView {
            path: "a.json".to_owned(),
            start_line,
            line,
            body: String::new(),
        };
        assert_eq!(taken_over("1\n2\n3\n4\n", &comment(Some(2), 3), "new\nlines\n"), "1\nnew\nlines\n4\n");
        assert_eq!(taken_over("1\n2", &comment(None, 2), "two\n"), "1\ntwo");
    }
}
