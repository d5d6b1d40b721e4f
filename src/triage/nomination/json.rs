//! JSON in which every value knows its place, and in plain words why a text is not JSON.
//!
//! In: text. Out: a [`Node`] tree and findings. Never: what the keys mean.

use jsonc_parser::{CollectOptions, ParseOptions, ast, common::Ranged, parse_to_ast};

use crate::{
    prose,
    triage::{
        finding::{Finding, Spot},
        prose::{Prose, code, theirs},
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
        return (None, vec![explain(source, &error)]);
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

/// Why a text is not JSON, for somebody who may not know JSON.
fn explain(source: &Source, error: &serde_json::Error) -> Finding {
    let here = source.at(error.line(), error.column());
    let said = error.to_string();
    let found = source.slice(&here).to_owned();
    let shown =
        |text: &str| if text.trim().is_empty() { Prose::from("a blank") } else { prose![theirs(text)] };
    let (span, message) = if CURLY.iter().any(|quote| found.starts_with(*quote)) {
        (here, curly())
    } else if error.is_eof() {
        (last(source.text()).unwrap_or(here), unfinished(&said))
    } else if said.starts_with("expected `,` or") {
        let span = last(&source.text()[..here.start]).unwrap_or(here);
        let line = source.place(&span).line;
        let message = prose![
            format!("Something is missing after line {line}, most likely a comma "),
            code(","),
            " at its end (every entry but the last of a list or an object has one), or a quotation mark ",
            code("\""),
            " inside a text that has to be written ",
            code("\\\""),
            ".",
        ];
        (span, message)
    } else if said.starts_with("trailing comma")
        || matches!(found.as_str(), "]" | "}") && source.text()[..here.start].trim_end().ends_with(',')
    {
        let before = source.text()[..here.start].trim_end();
        let span = before.len().saturating_sub(1)..before.len();
        (span, prose!["There is a comma ", code(","), " behind the last entry. Delete this comma."])
    } else if said.starts_with("control character") {
        let message = prose![
            "A text runs over the end of the line. Write it in one line (a line break inside a text is written ",
            code("\\n"),
            "), or add the missing quotation mark ",
            code("\""),
            " at the text's end.",
        ];
        (here, message)
    } else if said.starts_with("recursion limit") {
        (
            here,
            "Lists or objects are nested more than 127 deep here. A nomination needs no more than five."
                .into(),
        )
    } else if said.starts_with("trailing characters") {
        let message = prose![
            "The JSON ends before this place, but more text follows. Delete what follows, or remove the closing ",
            code("}"),
            " that came too early.",
        ];
        (here, message)
    } else if said.starts_with("key must be a string") {
        let message = prose![
            "A field's name is expected here, in double quotation marks like ",
            code("\"name\""),
            ", but the file has ",
        ];
        (here, Prose([message.0, shown(&found).0].concat()).and_stop())
    } else if said.starts_with("expected `:`") {
        (here, prose!["A colon ", code(":"), " is missing between a field's name and its value."])
    } else if said.starts_with("invalid escape") {
        let message = prose![
            "A backslash ",
            code("\\"),
            " stands before a character that it does not go with. A single backslash is written ",
            code("\\\\"),
            ".",
        ];
        (here, message)
    } else if said.starts_with("number out of range") || said.starts_with("invalid number") {
        (here, "This is not a number that JSON can hold.".into())
    } else if said.contains("surrogate") || said.starts_with("unexpected end of hex escape") {
        let span = half(&source.text()[..here.end]).unwrap_or(here);
        let message = prose![
            theirs(source.slice(&span)),
            " is one half of a character, and its other half is missing. Characters such as 😀 are written so in two halves, ",
            code("\\ud83d\\ude00"),
            ". Write the character itself instead, or delete the half.",
        ];
        (span, message)
    } else {
        let message = prose![
            "A value is expected here: a text in double quotation marks, a number, a list ",
            code("[ ]"),
            " or an object ",
            code("{ }"),
            ". The file has ",
        ];
        (here, Prose([message.0, shown(&found).0].concat()).and_stop())
    };
    let sentence = prose!["The file is not valid JSON, so nothing else in it could be checked yet. "];
    Finding::must(Prose([sentence.0, message.0].concat())).at(&Spot { pointer: String::new(), span })
}

/// The last escape in a text that is one half of a character.
fn half(text: &str) -> Option<Span> {
    let mut escapes = text.rmatch_indices("\\u").map(|(at, _)| at..at + 6);
    let is_half = |escape: &Span| {
        let digits = text.get(escape.start + 2..escape.end);
        digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).is_some_and(|unit| unit >> 11 == 0x1b)
    };
    escapes.find(is_half)
}

/// Quotation marks as word processors make them.
const CURLY: [char; 6] = ['“', '”', '„', '‟', '«', '»'];

fn curly() -> Prose {
    prose![
        "Your word processor made curly quotes ",
        code("“ ”"),
        ". JSON needs straight ones ",
        code("\""),
        " everywhere: replace them all, in an editor for plain text."
    ]
}

/// The last character that is no blank.
fn last(text: &str) -> Option<Span> {
    text.trim_end().char_indices().next_back().map(|(at, c)| at..at + c.len_utf8())
}

fn unfinished(said: &str) -> Prose {
    let missing = if said.contains("string") {
        code("\"")
    } else if said.contains("list") {
        code("]")
    } else if said.contains("object") {
        code("}")
    } else {
        return "The file ends before there is any value in it: it is empty or breaks off.".into();
    };
    prose!["The file ends too early: at least a closing ", missing, " is missing."]
}

impl Prose {
    fn and_stop(mut self) -> Self {
        self.push(".");
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> (usize, String) {
        let source = Source::new(text.into());
        let (tree, findings) = parse(&source);
        assert!(tree.is_none() || !findings.is_empty());
        let spot = findings[0].spot.clone().expect("a place");
        (source.place(&spot.span).line, findings[0].message.plain())
    }

    #[test]
    fn says_where_and_what_is_missing() {
        for (text, line, words) in [
            ("{\n  \"a\": 1\n  \"b\": 2\n}", 2, "comma"),
            ("{\n  \"a\": \"x\n  y\"\n}", 2, "runs over the end of the line"),
            ("{\n  \"a\": [1, 2,]\n}", 2, "Delete this comma"),
            ("{\n  \"a\": 1,\n}\n", 2, "Delete this comma"),
            ("{\n  \"a\": 1\n\n\n", 2, "closing `}`"),
            ("{\n  \"a\": 'x'\n}", 2, "A value is expected"),
            ("{\n  a: 1\n}", 2, "field's name is expected"),
            ("{\n  “a”: 1\n}", 2, "straight ones `\"` everywhere"),
            ("{\n  \"a\": “x”\n}", 2, "straight ones `\"` everywhere"),
            ("{\n  \"a\": [\"x\", „y“]\n}", 2, "straight ones `\"` everywhere"),
            ("{} {}", 1, "more text follows"),
            ("", 1, "empty"),
            ("nul\n", 1, "A value is expected"),
            ("{\n \"a\": 1,\n \"a\": 2}", 3, "a second time"),
            ("{\"a\" 1}", 1, "colon"),
            ("{\"a\": \"\\x\"}", 1, "backslash"),
            ("{\"a\": 1e999}", 1, "not a number"),
            ("{\"a\": \"\\ud800 x\"}", 1, "\"\\ud800\" is one half of a character"),
            ("{\"a\": \"\\uD83D\"}", 1, "\"\\uD83D\" is one half of a character"),
            ("{\"a\": \"\\ud83d\\u0041\"}", 1, "\"\\ud83d\" is one half of a character"),
            ("{\"a\": \"x\\ude00\"}", 1, "\"\\ude00\" is one half of a character"),
        ] {
            let (at, message) = said(text);
            assert_eq!(at, line, "{text:?}: {message}");
            assert!(message.contains(words), "{text:?}: {message}");
        }
        let source = Source::new("{\"a\": \"é".into());
        let spot = parse(&source).1.remove(0).spot.expect("a place");
        assert_eq!(source.text().get(spot.span), Some("é"));
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert!(said(&deep).1.contains("nested more than 127"));
    }

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
