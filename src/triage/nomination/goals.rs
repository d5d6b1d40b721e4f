//! The goals of a nomination, in the forms that came.
//!
//! In: an entry of the list of goals. Out: [`Goal`]s. Never: whether they are right, which the checks say.

use super::{
    Goal, Located,
    fields::value_of,
    json::{Node, Value},
    list, text,
};
use crate::triage::finding::Spot;

impl Goal {
    /// Whether the evidence is the same.
    pub fn says_same(&self, other: &Self) -> bool {
        let words = |goal: &Self| {
            let fields = [&goal.evidence_text, &goal.evidence_url];
            fields.map(|field| field.as_ref().map(|field| field.value.trim().to_owned()).unwrap_or_default())
        };
        words(self) == words(other)
    }
}

/// An object with `SDGNumber`; before 2020 a pair `[3, "title"]` or the bare number.
pub fn goal(entry: &Node) -> Goal {
    let number = value_of(entry, "SDGNumber").or_else(|| entry.items().first()).unwrap_or(entry);
    Goal {
        number: as_written(number).map(|value| Located { value, spot: number.spot.clone() }),
        evidence_text: text(value_of(entry, "evidenceText")),
        evidence_url: text(value_of(entry, "evidenceURL")),
        is_object: matches!(entry.value, Value::Object(_)),
        is_listed: false,
        spot: entry.spot.clone(),
    }
}

/// A number, also one in quotation marks, which the schema tells of.
fn as_written(node: &Node) -> Option<i64> {
    node.as_integer().or_else(|| node.as_str()?.trim().parse().ok())
}

/// The web form's goals, each with a text of its own, or a list of goals with one text for all.
pub fn application_goals(entry: &Node) -> Vec<Goal> {
    let one = |named: Option<&Node>, spot: &Spot| Goal {
        number: named.and_then(|named| Some(Located { value: titled(named)?, spot: named.spot.clone() })),
        evidence_text: text(value_of(entry, "relevance")),
        evidence_url: None,
        is_object: matches!(entry.value, Value::Object(_)),
        is_listed: *spot != entry.spot,
        spot: spot.clone(),
    };
    match value_of(entry, "sdg") {
        Some(all) if matches!(all.value, Value::Array(_)) => {
            list(Some(all)).map(|named| one(Some(named), &named.spot)).collect()
        }
        named => vec![one(named, &entry.spot)],
    }
}

/// The number in "SDG3: Good health and well-being".
fn titled(named: &Node) -> Option<i64> {
    let title = named.as_str()?;
    let digits: String = title.trim_start_matches(|c: char| !c.is_ascii_digit()).chars().take(2).collect();
    digits.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}
