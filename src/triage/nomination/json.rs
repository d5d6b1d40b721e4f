//! JSON in which every value knows its place.
//!
//! In: text. Out: a [`Node`] tree and findings. Never: what the keys mean.

use jsonc_parser::{CollectOptions, ParseOptions, ast, common::Ranged, parse_to_ast};

use super::broken;
use crate::{
    prose,
    triage::{
        finding::{Finding, Spot},
        prose::theirs,
        span::{Source, Span},
    },
};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    pub value: Value,
    pub spot: Spot,
}

#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    String(String),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// One `"key": value` of an object, in the order of the text.
#[derive(Clone, Debug)]
pub struct Member {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Node {
    /// The value of a key; of a key given twice the last one, as every JSON reader takes it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.node)
    }

    pub fn members(&self) -> &[Member] {
        if let Value::Object(members) = &self.value { members } else { &[] }
    }

    pub fn items(&self) -> &[Node] {
        if let Value::Array(items) = &self.value { items } else { &[] }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// A whole number, also where it is written as `3.0`.
    pub fn as_integer(&self) -> Option<i64> {
        let Value::Number(text) = &self.value else { return None };
        text.parse().ok().or_else(|| {
            let number: f64 = text.parse().ok()?;
            (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
        })
    }

    /// What kind of value it is, for people.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing (`null`)",
            Value::Bool(_) => "`true` or `false`",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The value at a JSON pointer below this one.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        pointer.split('/').skip(1).try_fold(self, |node, token| match &node.value {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            Value::Object(_) => node.get(&token.replace("~1", "/").replace("~0", "~")),
            _ => None,
        })
    }

    /// The same value for readers that need no places.
    pub fn to_serde(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => items.iter().map(Node::to_serde).collect(),
            Value::Object(members) => serde_json::Value::Object(
                members.iter().map(|member| (member.key.clone(), member.node.to_serde())).collect(),
            ),
        }
    }
}

/// So many keys that stand twice are told; a file with more is no slip.
const MOST_TWICE: usize = 20;

/// A key as one token of a JSON pointer.
pub fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reads a text. The tree is there exactly when the text is JSON; findings say why not, or name keys given twice.
pub fn parse(source: &Source) -> (Option<Node>, Vec<Finding>) {
    if let Err(error) = serde_json::from_str::<serde_json::Value>(source.text()) {
        return (None, vec![broken::explain(source, &error)]);
    }
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match parse_to_ast(source.text(), &CollectOptions::default(), &strict) {
        Ok(parsed) => {
            let mut twice = Vec::new();
            let tree = parsed.value.map(|value| convert(source, &value, String::new(), &mut twice));
            (tree, twice)
        }
        // The two readers agree on everything that is JSON; where they did not, say so instead of guessing.
        Err(error) => {
            let span = error.range().start..error.range().end;
            let message = prose!["This is not valid JSON: ", theirs(error.kind().to_string()), "."];
            (None, vec![Finding::must(message).at(&Spot { pointer: String::new(), span })])
        }
    }
}

fn convert(source: &Source, value: &ast::Value<'_>, pointer: String, twice: &mut Vec<Finding>) -> Node {
    let span = value.range().start..value.range().end;
    let converted = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::String(literal.value.to_string()),
        ast::Value::Array(array) => Value::Array(
            (array.elements.iter().enumerate())
                .map(|(at, element)| convert(source, element, format!("{pointer}/{at}"), twice))
                .collect(),
        ),
        ast::Value::Object(object) => {
            let mut seen = std::collections::HashMap::new();
            let mut members = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let key = property.name.as_str().to_owned();
                let key_span = property.name.range().start..property.name.range().end;
                let below = format!("{pointer}/{}", token(&key));
                if let Some(first) = seen.insert(key.clone(), key_span.start)
                    && twice.len() < MOST_TWICE
                {
                    twice.push(given_twice(
                        source,
                        &key,
                        first,
                        Spot { pointer: below.clone(), span: key_span.clone() },
                    ));
                }
                let node = convert(source, &property.value, below, twice);
                members.push(Member { key, key_span, node });
            }
            Value::Object(members)
        }
    };
    Node { value: converted, spot: Spot { pointer, span } }
}

fn given_twice(source: &Source, key: &str, first: usize, second: Spot) -> Finding {
    let line = source.place(&(first..first)).line;
    let message = prose![
        "The field ",
        theirs(key),
        format!(" stands here a second time (the first is in line {line}). Programs read only one of them. "),
        "Keep one, and delete the other.",
    ];
    Finding::must(message).at(&second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let source = Source::new("{\"a/b\": [1, {\"é\": \"x\\ny\"}], \"n\": 3.0}".into());
        let tree = parse(&source).0.expect("JSON");
        let node = tree.at("/a~1b/1/é").expect("there");
        assert_eq!(source.slice(&node.spot.span), "\"x\\ny\"");
        assert_eq!(node.as_str(), Some("x\ny"));
        assert_eq!(tree.at("/n").and_then(Node::as_integer), Some(3));
        assert_eq!(serde_json::from_str::<serde_json::Value>(source.text()).unwrap(), tree.to_serde());
    }
}
