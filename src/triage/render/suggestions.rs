//! The review with suggestions that are taken over by a click.
//!
//! In: [`Suggestion`]s. Out: a [`Review`]. Others' words stand in it only inside code spans and blocks of code.

use super::{
    counted,
    markdown::inert::{prose, suggestion},
};
use crate::triage::{
    marker,
    posted::{Review, ReviewComment},
    suggestion::Suggestion,
};

/// How many suggestions one review has; more at once nobody reads.
const MOST: usize = 20;

/// The review of a head; `None` where there is nothing to suggest.
pub fn review(suggestions: &[Suggestion], head: &str) -> Option<Review> {
    let shown = &suggestions[..suggestions.len().min(MOST)];
    let (it_is, one) = match shown.len() {
        0 => return None,
        1 => ("Here is the one correction", "it"),
        _ => ("Here are the corrections", "one"),
    };
    let batch = match shown.len() {
        1 => "",
        _ => {
            " For several at once, open the tab **Files changed**, choose **Add suggestion to batch** at each, and then \
             **Commit suggestions**."
        }
    };
    let more = match suggestions.len() - shown.len() {
        0 => String::new(),
        more => format!(
            "\n\nThese are the first {MOST}. I offer {} after the next commit: begin a comment with `/suggest` again then.",
            counted(more, "more", "more")
        ),
    };
    let body = format!(
        "{}{it_is} that I am sure of, at the lines of the file. If you agree with {one}, click **Commit suggestion** below \
         it: that changes the file in this pull request.{batch} I look again by myself afterwards.{more}",
        marker::suggestions_line(head)
    );
    Some(Review { body, comments: shown.iter().map(comment).collect() })
}

fn comment(suggested: &Suggestion) -> ReviewComment {
    let mut why: Vec<String> = Vec::new();
    for message in suggested.why.iter().map(prose) {
        if !why.contains(&message) {
            why.push(message);
        }
    }
    ReviewComment {
        path: suggested.path.clone(),
        start_line: (suggested.first < suggested.last).then_some(suggested.first),
        line: suggested.last,
        body: format!("{}\n\n{}", why.join("\n\n"), suggestion(&suggested.text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{prose, triage::prose::theirs};

    fn suggestion(first: usize, last: usize, text: &str) -> Suggestion {
        Suggestion {
            path: "nominees/x.json".into(),
            first,
            last,
            text: text.into(),
            why: vec![prose![theirs("@a"), " is wrong."], prose![theirs("@a"), " is wrong."]],
            inherited: false,
        }
    }

    #[test]
    fn one_suggestion_is_code_whatever_stands_in_it() {
        let review = review(&[suggestion(3, 4, "  \"a\": \"```\",\n  <b>")], "abc").expect("one");
        assert_eq!(marker::suggestions_for(&review.body), Some("abc"));
        assert_eq!(
            review.comments,
            [ReviewComment {
                path: "nominees/x.json".into(),
                start_line: Some(3),
                line: 4,
                body: "`@a` is wrong.\n\n````suggestion\n  \"a\": \"```\",\n  <b>\n````\n".into(),
            }]
        );
    }

    #[test]
    fn more_than_fit_are_told() {
        let many: Vec<Suggestion> = (1..=23).map(|line| suggestion(line, line, "x")).collect();
        let long = review(&many, "abc").expect("some");
        assert_eq!((long.comments.len(), long.comments[0].start_line), (MOST, None));
        assert!(long.body.contains("These are the first 20. I offer 3 more"), "{}", long.body);
        assert!(!review(&many[..20], "abc").expect("some").body.contains("first 20"));
        assert!(review(&[], "abc").is_none());
    }
}
