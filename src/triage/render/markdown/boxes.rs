//! The parts of the comment for reviewers: whom the bot asked for a review, and the criteria as task boxes.

use super::{inert::span, voting::people};
use crate::triage::{
    criteria::{Boxes, Criteria, heading, label},
    marker::Requested,
    votes::Votes,
};

/// What a reviewer is to do with the boxes.
const TICK: &str = "\nTick what you have gone through. GitHub lets people with write access to this repository do so; without it, \
                    answer with a reaction.\n\n";

/// One section a community; empty where none has criteria.
pub fn boxes(criteria: &[Criteria], boxes: &Boxes) -> String {
    let mut section = String::new();
    for one in criteria {
        section.push_str(&heading(&one.community));
        section.push_str(TICK);
        for text in &one.texts {
            let (mark, by) = match boxes.ticked(&one.community, text) {
                None => (' ', String::new()),
                Some("") => ('x', String::new()),
                Some(login) => ('x', format!(" (ticked by {})", span(login))),
            };
            section.push_str(&format!("- [{mark}] {}{by}\n", label(text)));
        }
        section.push('\n');
    }
    if !section.is_empty() && !boxes.put_back.is_empty() {
        let who: Vec<String> = boxes.put_back.iter().map(|login| span(login)).collect();
        section.push_str(&format!(
            "These boxes are for the community's reviewers. What {} changed, I put back.\n\n",
            who.join(", ")
        ));
    }
    section
}

/// Whom the bot asked for a review, and whom it could not ask and who did not come by themselves.
pub fn requested(requested: &[Requested], votes: &Votes) -> String {
    let names = |refused: bool| -> Vec<&str> {
        let these = requested.iter().filter(|one| one.refused == refused);
        these.map(|one| one.who.as_str()).filter(|who| !refused || !votes.has(who)).collect()
    };
    let mut text = String::new();
    let (asked, refused) = (names(false), names(true));
    if !asked.is_empty() {
        text.push_str(&format!("I asked {} for a review.\n\n", people(&asked)));
    }
    if !refused.is_empty() {
        text.push_str(&format!(
            "For a maintainer: I could not ask {} for a review. GitHub lets only people who have access to this \
             repository be asked, and teams of this organization that have. Give them access, or ask them yourself.\n\n",
            people(&refused)
        ));
    }
    text
}
