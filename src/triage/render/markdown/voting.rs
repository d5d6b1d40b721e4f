//! The part of the comment on votes: how reviewers answer, who said what, and what is still wanted.

use super::inert::{prose, span};
use crate::triage::{
    prose::{Piece, listed, theirs},
    render::counted,
    report::{Report, Verdict},
    snapshot::{Opinion, Snapshot},
    votes::Votes,
};

/// How many people are named in one line.
const MOST: usize = 10;

/// "Review"; empty while the next step is the nominator's and nobody said anything.
pub fn voting(report: &Report, snapshot: &Snapshot) -> String {
    let votes = &report.votes;
    let is_due = is_due(report, snapshot);
    if votes.is_empty() && !is_due {
        return String::new();
    }
    let mut section = "#### Review\n\n".to_owned();
    let lines = said(votes);
    if !lines.is_empty() {
        section.push_str(&lines);
        section.push('\n');
    }
    // Before it is their turn, reviewers are not asked for more.
    if is_due || votes.objections > 0 {
        section.push_str(&wanted(votes));
        if votes.approvals < votes.needed || votes.objections > 0 {
            section.push_str(&how(votes));
        }
        section.push_str("\n\n");
    }
    for team in &votes.unreadable {
        section.push_str(&format!(
            "I cannot read who is in the team {}, so its members' votes do not count. It has to be a team of this \
             organization, and the App needs to see it.\n\n",
            span(team)
        ));
    }
    if !votes.uncounted.is_empty() {
        section.push_str(&format!(
            "<sub>{} answered, too. That is welcome, but does not count here.</sub>\n\n",
            people(&votes.uncounted)
        ));
    }
    section
}

/// What stands below the points that a reviewer decides.
pub const HOW_TO_DECIDE: &str = "If you review this and all is as it should be: 👍 this comment (the smiley below it). If not: 👎, \
     and say in a comment why.\n\n";

/// Whether it is the reviewers' turn.
pub fn is_due(report: &Report, snapshot: &Snapshot) -> bool {
    matches!(report.verdict, Verdict::NeedsPerson | Verdict::Ready | Verdict::Reviewed) && !snapshot.draft
}

/// One line for each thing that was said.
fn said(votes: &Votes) -> String {
    let mut lines = String::new();
    let no_longer_fine = votes.fine_but_objecting();
    for (opinion, logins) in &votes.said {
        let logins: Vec<&String> = match opinion {
            Opinion::Fine => logins.iter().filter(|login| !no_longer_fine.contains(login)).collect(),
            _ => logins.iter().collect(),
        };
        if logins.is_empty() {
            continue;
        }
        let (sign, what) = match (opinion, logins.len()) {
            (Opinion::Fine, _) => ("👍", "reviewed it and found it fine"),
            (Opinion::Objects, 1) => ("👎", "objects"),
            (Opinion::Objects, _) => ("👎", "object"),
            (Opinion::ReportWrong, 1) => ("😕", "says that this report is wrong"),
            (Opinion::ReportWrong, _) => ("😕", "say that this report is wrong"),
            (Opinion::Takes, 1) => ("👀", "takes this one"),
            (Opinion::Takes, _) => ("👀", "take this one"),
        };
        let also: Vec<&String> = match opinion {
            Opinion::Objects | Opinion::ReportWrong => {
                logins.iter().copied().filter(|login| no_longer_fine.contains(login)).collect()
            }
            _ => Vec::new(),
        };
        let also = match (also.len(), logins.len()) {
            (0, _) => String::new(),
            (1, 1) => " (and also left a 👍, which does not count beside it)".to_owned(),
            _ => format!(" ({} also left a 👍, which does not count beside it)", people(&also)),
        };
        lines.push_str(&format!("- {sign} {} {what}{also}\n", people(&logins)));
    }
    let mut again = false;
    for (opinion, logins) in &votes.earlier {
        let sign = match opinion {
            Opinion::Fine => "👍",
            Opinion::Objects => "👎",
            Opinion::ReportWrong => "😕",
            Opinion::Takes => "👀",
        };
        again |= *opinion != Opinion::Takes;
        lines.push_str(&format!("- {sign} {}, on an earlier version\n", people(logins)));
    }
    if again {
        lines.push_str(
            "\nWhat was said of an earlier version does not count for this one. If it still holds, take the reaction back \
             and give it again, or review again.\n",
        );
    }
    lines
}

/// What is still wanted.
fn wanted(votes: &Votes) -> String {
    if votes.objections > 0 {
        return "While somebody objects, this does not count as reviewed. Whoever objects says in a comment why. Once that is \
                settled, they take the reaction back (another click on it), or approve in a new review; a maintainer may \
                also dismiss the review. A new commit asks everybody anew."
            .to_owned();
    }
    match (votes.needed.saturating_sub(votes.approvals), votes.approvals) {
        (0, _) => "That is enough, as long as nobody objects.".to_owned(),
        (1, 0) => "One 👍 is needed.".to_owned(),
        (1, _) => "One more 👍 is needed.".to_owned(),
        (left, 0) => format!("{left} 👍 are needed."),
        (left, _) => format!("{left} more 👍 are needed."),
    }
}

/// How to answer, and from whom it counts.
fn how(votes: &Votes) -> String {
    let voters = &votes.voters;
    let who = if voters.are_writers() {
        "people who may write to this repository".to_owned()
    } else {
        let names = voters.communities.iter().map(|name| Piece::from(name.clone())).collect();
        let communities = if voters.communities.len() == 1 { "community" } else { "communities" };
        format!("the reviewers of the {} {communities}", prose(&listed(names, MOST)))
    };
    format!(
        " To vote, react to this comment (the smiley below it): 👍 reviewed and fine · 👎 I object · 👀 I take this one · \
         😕 this report is wrong; or write a review on GitHub. Votes count from {who}, never from the author."
    )
}

pub(super) fn people<T: AsRef<str>>(logins: &[T]) -> String {
    prose(&listed(logins.iter().map(|login| theirs(login.as_ref())).collect(), MOST))
}

/// How many object, and how, for the first line of the comment.
pub fn objections(votes: &Votes) -> String {
    let wrong = votes.said.get(&Opinion::ReportWrong).map_or(0, Vec::len);
    let reviewers = counted(votes.objections, "reviewer", "reviewers");
    match (votes.objections, wrong == votes.objections) {
        (1, true) => format!("😕 {reviewers} says that this report is wrong"),
        (_, true) => format!("😕 {reviewers} say that this report is wrong"),
        (1, false) => format!("👎 {reviewers} objects"),
        (_, false) => format!("👎 {reviewers} object"),
    }
}
