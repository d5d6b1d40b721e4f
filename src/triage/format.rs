//! A nomination in the registry's form: its keys and their order, two blanks, a newline at the end.
//!
//! In: the JSON tree and the schema's order. Out: text, as JavaScript's `JSON.stringify(value, null, 2)` writes it
//! (but for numbers, of which no digit is lost), and a newline. Never: another value than the one that came in; what was not answered stays blank.

use super::nomination::json::{Member, Node, Value};

/// Which keys an object has and in which order they stand, as the `properties` of a JSON Schema do.
#[derive(Clone, Debug, Default)]
pub struct Order {
    keys: Vec<Key>,
    /// The order of the entries, where the value is a list.
    items: Option<Box<Order>>,
}

#[derive(Clone, Debug)]
struct Key {
    name: String,
    below: Order,
    /// How it stands in a file whose author had nothing to say to it; `None` where it may not stand blank.
    blank: Option<Blank>,
}

#[derive(Clone, Copy, Debug)]
enum Blank {
    /// `""`
    Text,
    /// `[""]`
    List,
}

impl Order {
    /// The order that a schema gives.
    pub fn of(schema: &Node) -> Self {
        let properties = schema.get("properties").map(Node::members).unwrap_or_default();
        let required: Vec<&str> = schema
            .get("required")
            .map(|required| required.items().iter().filter_map(Node::as_str).collect())
            .unwrap_or_default();
        let key = |member: &Member| Key {
            name: member.key.clone(),
            below: Order::of(&member.node),
            blank: blank(&member.node).filter(|_| !required.contains(&member.key.as_str())),
        };
        Self {
            keys: properties.iter().map(key).collect(),
            items: schema.get("items").map(|items| Box::new(Order::of(items))),
        }
    }

    /// Where a key stands; keys that the schema does not know stand last, as they came. The legacy
    /// `repositoryURL` stands where `repositories` does.
    fn rank(&self, key: &str) -> usize {
        let known = if key == "repositoryURL" { "repositories" } else { key };
        self.keys.iter().position(|key| key.name == known).unwrap_or(self.keys.len())
    }

    fn below(&self, key: &str) -> &Order {
        static NONE: Order = Order { keys: Vec::new(), items: None };
        self.keys.iter().find(|known| known.name == key).map_or(&NONE, |known| &known.below)
    }

    fn sorted<'a>(&self, members: &'a [Member]) -> Vec<&'a Member> {
        let mut sorted: Vec<&Member> = members.iter().collect();
        sorted.sort_by_key(|member| self.rank(&member.key));
        sorted
    }

    /// The keys that an object and the objects in it lack and that may stand blank, outermost first.
    pub fn lacking(&self, node: &Node) -> Vec<&str> {
        let here = self.keys.iter().filter(|key| key.blank.is_some() && node.get(&key.name).is_none());
        let mut lacking: Vec<&str> = here.map(|key| key.name.as_str()).collect();
        for member in node.members().iter().filter(|member| !member.node.members().is_empty()) {
            lacking.extend(self.below(&member.key).lacking(&member.node));
        }
        lacking
    }

    /// An object in which these keys stand, blank.
    pub fn completed(&self, node: &Node) -> Node {
        let Value::Object(members) = &node.value else { return node.clone() };
        let mut members: Vec<Member> = (members.iter())
            .map(|member| Member { node: self.below(&member.key).completed(&member.node), ..member.clone() })
            .collect();
        for key in self.keys.iter().filter(|key| node.get(&key.name).is_none()) {
            let at = |value| Node { value, spot: node.spot.clone() };
            let blank = key.blank.map(|blank| match blank {
                Blank::Text => at(Value::String(String::new())),
                Blank::List => at(Value::Array(vec![at(Value::String(String::new()))])),
            });
            members.extend(blank.map(|blank| Member {
                key: key.name.clone(),
                key_span: node.spot.span.clone(),
                node: blank,
            }));
        }
        Node { value: Value::Object(members), spot: node.spot.clone() }
    }

    /// The first key that stands before one that belongs before it, at any depth.
    pub fn misplaced<'a>(&self, node: &'a Node) -> Option<&'a Member> {
        match &node.value {
            Value::Object(members) => {
                let ranks = members.windows(2).find(|pair| self.rank(&pair[0].key) > self.rank(&pair[1].key));
                let below =
                    || members.iter().find_map(|member| self.below(&member.key).misplaced(&member.node));
                ranks.map(|pair| &pair[1]).or_else(below)
            }
            Value::Array(items) => {
                let order = self.items.as_deref()?;
                items.iter().find_map(|item| order.misplaced(item))
            }
            _ => None,
        }
    }
}

/// What the registry's form leaves in a field that nobody filled in: an empty text, or a list with one. A field with
/// parts of its own, and one whose accepted values do not have the empty text among them, is left out.
fn blank(field: &Node) -> Option<Blank> {
    let accepted = field.get("enum").map(Node::items);
    let accepts_empty = accepted.is_none_or(|values| values.iter().any(|value| value.as_str() == Some("")));
    match field.get("type").and_then(Node::as_str) {
        Some("array") => Some(Blank::List),
        Some("string") | None if accepts_empty && field.get("properties").is_none() => Some(Blank::Text),
        _ => None,
    }
}

/// The whole file in the registry's form.
pub fn format(document: &Node, order: &Order) -> String {
    let mut text = String::new();
    write(&mut text, document, order, 0);
    text.push('\n');
    text
}

/// One value as it stands in such a file, `depth` objects and lists deep, without the indentation of its first line.
pub fn written(node: &Node, order: &Order, depth: usize) -> String {
    let mut text = String::new();
    write(&mut text, node, order, depth);
    text
}

fn write(text: &mut String, node: &Node, order: &Order, depth: usize) {
    match &node.value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&plain_number(number)),
        Value::String(value) => text.push_str(&quoted(value)),
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Object(members) if members.is_empty() => text.push_str("{}"),
        Value::Array(items) => {
            let order = order.items.as_deref().cloned().unwrap_or_default();
            list(text, '[', ']', depth, items.iter(), |text, item| write(text, item, &order, depth + 1));
        }
        Value::Object(members) => {
            list(text, '{', '}', depth, order.sorted(members).into_iter(), |text, member| {
                text.push_str(&quoted(&member.key));
                text.push_str(": ");
                write(text, &member.node, order.below(&member.key), depth + 1);
            });
        }
    }
}

fn list<T>(
    text: &mut String,
    open: char,
    close: char,
    depth: usize,
    entries: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    text.push(open);
    for (at, entry) in entries.enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        write(text, entry);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// A string as JSON; `serde_json` and JavaScript escape the same characters in the same way.
pub fn quoted(value: &str) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JavaScript has one kind of number: `3.0` is `3`.
fn plain_number(written: &str) -> String {
    let whole = |number: f64| number.fract() == 0.0 && number.abs() < 1e15;
    match written.parse::<f64>() {
        Ok(number) if whole(number) && written.contains(['.', 'e', 'E']) => format!("{number:.0}"),
        _ => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{nomination::json::parse, span::Source};

    fn tree(text: &str) -> Node {
        parse(&Source::new(text.into())).0.expect("JSON")
    }

    #[test]
    fn orders_at_every_depth_and_keeps_the_unknown_last() {
        let schema = tree(
            r#"{"properties": {"name": {}, "license": {"items": {"properties": {"spdx": {}, "licenseURL": {}}}}, "repositories": {}, "stage": {}}}"#,
        );
        let order = Order::of(&schema);
        let document = tree(
            r#"{"x": [], "stage": "nominee", "repositoryURL": "u", "license": [{"licenseURL": "a/\u00e9\u0001", "spdx": "MIT"}], "name": "N", "y": 3.0}"#,
        );
        assert_eq!(order.misplaced(&document).map(|member| member.key.as_str()), Some("stage"));
        let formatted = format(&document, &order);
        assert_eq!(
            formatted,
            "{\n  \"name\": \"N\",\n  \"license\": [\n    {\n      \"spdx\": \"MIT\",\n      \"licenseURL\": \"a/é\\u0001\"\n    }\n  ],\n  \
             \"repositoryURL\": \"u\",\n  \"stage\": \"nominee\",\n  \"x\": [],\n  \"y\": 3\n}\n"
        );
        assert_eq!(format(&tree(&formatted), &order), formatted, "a second time changes nothing");
        assert!(order.misplaced(&tree(&formatted)).is_none());
    }
}
