//! Slips that a schema tells only by what follows from them: a field whose name is written in another way, and a list
//! within a list.
//!
//! In: a schema and a tree. Out: [`Violation`]s and words. Never: what a schema tells plainly.

use serde_json::Value;

use super::{Violation, field, nearest};
use crate::{
    prose,
    triage::{
        finding::Spot,
        nomination::{
            MOST_ENTRIES,
            fields::{self, MOST_FIELDS},
            json::{self, Node},
        },
        prose::{Prose, code, theirs},
    },
};

/// Fields under almost the right names, and the pointers of those that they are.
#[derive(Default)]
pub struct Misnamed {
    pub told: Vec<Violation>,
    meant: Vec<String>,
}

impl Misnamed {
    pub fn of(schema: &Value, document: &Node) -> Self {
        let mut found = Self::default();
        found.look(schema, document);
        found
    }

    /// Whether what a schema asks for at a pointer, or refuses there, is such a field.
    pub fn covers(&self, pointer: &String) -> bool {
        self.meant.contains(pointer) || self.told.iter().any(|told| told.spot.pointer == *pointer)
    }

    fn look(&mut self, schema: &Value, node: &Node) {
        if let Some(items) = schema.get("items") {
            node.items().iter().take(MOST_ENTRIES).for_each(|item| self.look(items, item));
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &&String| required.is_some_and(|all| all.iter().any(|one| *one == ***name));
        let absent: Vec<&String> = properties.keys().filter(|name| node.get(name).is_none()).collect();
        let needed: Vec<String> = absent.iter().copied().filter(is_required).cloned().collect();
        for member in node.members().iter().take(MOST_FIELDS) {
            if let Some(below) = properties.get(&member.key) {
                self.look(below, &member.node);
                continue;
            }
            let spelled = absent.iter().find(|name| fields::is_spelled(&member.key, name));
            // What has to be there, and is not, may stand there misspelled.
            let Some(right) = spelled.copied().or_else(|| nearest(&needed, &member.key)) else { continue };
            let pointer = |key: &str| format!("{}/{}", node.spot.pointer, json::token(key));
            self.meant.push(pointer(right));
            let message =
                prose!["The field ", theirs(member.key.as_str()), " is written ", code(right.as_str()), "."];
            let spot = Spot { pointer: pointer(&member.key), span: member.key_span.clone() };
            self.told.push(Violation { message, spot, missing: None, suggestion: None, is_number: false });
            if let Some(below) = properties.get(right) {
                self.look(below, &member.node);
            }
        }
    }
}

/// Where objects with these fields belong into a list, and a list of objects stands in it.
pub fn list_within_list(node: &Node, known: &[String]) -> Option<Prose> {
    let name = field(&node.spot.pointer)?;
    node.items().first().filter(|entry| !entry.members().is_empty() && !known.is_empty())?;
    let fields: Vec<String> = known.iter().take(3).map(|key| format!("\"{key}\": \"...\"")).collect();
    Some(prose![
        "The entries of ",
        theirs(name),
        " stand too deep in it. One list of objects is enough: ",
        code(format!("[{{ {} }}]", fields.join(", "))),
        ".",
    ])
}
