//! A long sentence that ends several points is said at the first of them.
//!
//! In: a point, and those before it. Out: its message. Never: another word about the point itself.

use crate::{
    prose,
    triage::{
        prose::{Piece, Prose},
        report::Item,
    },
};

/// Sentences of so many letters are said once; behind that it is said where.
const LONG: usize = 100;

/// Whether it begins one, behind another.
fn is_sentence(text: &str) -> bool {
    text.strip_prefix(' ').is_some_and(|text| text.starts_with(char::is_uppercase))
}

/// What is said of an item, without a long ending that stands in an earlier one.
pub fn message(number: usize, item: &Item<'_>, earlier: &[Item<'_>]) -> Prose {
    let message = &item.first.finding.message;
    let Some((last, rest)) = message.0.split_last() else { return message.clone() };
    let is_long = matches!(last, Piece::Text(text) if text.len() > LONG && is_sentence(text));
    let at = earlier.iter().position(|earlier| earlier.first.finding.message.0.last() == Some(last));
    match at {
        Some(at) if is_long => {
            let before = number - earlier.len() + at;
            Prose(rest.to_vec()).and(prose![format!("What point {before} says of that holds here as well.")])
        }
        _ => message.clone(),
    }
}
