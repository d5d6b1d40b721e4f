//! The parts of the comment for reviewers: whom the bot asked for a review, and the criteria as task boxes.

use super::inert::span;
use crate::triage::{
    criteria::{Boxes, Criteria, heading, label},
    marker::Requested,
};

/// One section a community; empty where none has criteria.
pub fn boxes(criteria: &[Criteria], boxes: &Boxes) -> String {
    let mut section = String::new();
    for one in criteria {
        section.push_str(&heading(&one.community));
        section.push('\n');
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

/// Whom the bot asked for a review, and whom it could not ask.
pub fn requested(requested: &[Requested]) -> String {
    let names = |refused: bool| -> Vec<String> {
        requested.iter().filter(|one| one.refused == refused).map(|one| span(&one.who)).collect()
    };
    let mut text = String::new();
    let (asked, refused) = (names(false), names(true));
    if !asked.is_empty() {
        text.push_str(&format!("I asked {} for a review.\n\n", asked.join(", ")));
    }
    if !refused.is_empty() {
        text.push_str(&format!(
            "I could not ask {} for a review: on GitHub, only people and teams of this organization who have access to \
             this repository can be asked.\n\n",
            refused.join(", ")
        ));
    }
    text
}
