//! YAML in which every value knows its place.
//!
//! In: text. Out: the same [`Node`]s that JSON gives, so that one reader of schemas serves both, or in plain words why
//! there are none. Never: an alias, which can make a small text enormous; a tag; a second document.
//!
//! Words without quotes are read by the core schema of YAML 1.2.2 (<https://yaml.org/spec/1.2.2/#103-core-schema>):
//! `yes` and `off` are texts.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Range};

use crate::{
    prose,
    triage::{
        finding::{Finding, Spot},
        nomination::json::{Member, Node, Value, token},
        prose::{code, theirs},
        span::{Source, Span},
    },
};

/// Rules are never nested deeper.
const DEEPEST: usize = 12;

/// Reads a text. Without a tree the findings say why; with one they name keys that stand twice.
///
/// An empty text is an empty object: no rule is changed.
pub fn parse(source: &Source) -> (Option<Node>, Vec<Finding>) {
    let mut reader = Reader {
        events: Parser::new_from_str(source.text()),
        offsets: source.text().char_indices().map(|(at, _)| at).chain([source.text().len()]).collect(),
        twice: Vec::new(),
    };
    match reader.document() {
        Ok(node) => (Some(node), reader.twice),
        Err(fault) => (None, vec![*fault]),
    }
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// Byte offset of each character: the parser counts these.
    offsets: Vec<usize>,
    twice: Vec<Finding>,
}

type Fault = Box<Finding>;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.events.next_event() {
            Some(Ok((event, range))) => Ok((event, self.span(&range))),
            Some(Err(error)) => Err(self.broken(&error)),
            None => Ok((Event::StreamEnd, self.end()..self.end())),
        }
    }

    fn document(&mut self) -> Result<Node, Fault> {
        let mut document = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => break,
                _ if document.is_some() => {
                    let message =
                        prose!["A second document begins here. Keep one, without a line ", code("---"), "."];
                    return Err(fault(message, "", span));
                }
                event => document = Some(self.node(event, span, String::new(), 0)?),
            }
        }
        let empty = || Node {
            value: Value::Object(Vec::new()),
            spot: Spot { pointer: String::new(), span: 0..self.end().min(1) },
        };
        Ok(match document {
            Some(Node { value: Value::Null, .. }) | None => empty(),
            Some(node) => node,
        })
    }

    fn node(&mut self, event: Event<'a>, span: Span, pointer: String, depth: usize) -> Result<Node, Fault> {
        if depth > DEEPEST {
            return Err(fault(prose!["This is nested deeper than rules ever are."], &pointer, span));
        }
        match event {
            Event::Alias(_) => Err(written_out(&pointer, span)),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor > 0 =>
            {
                Err(written_out(&pointer, span))
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => Err(fault(
                prose!["Tags (", code("!"), ") are not read. Write the value without it."],
                &pointer,
                span,
            )),
            Event::Scalar(text, style, _, None) => {
                let value =
                    if style == ScalarStyle::Plain { plain(&text) } else { Value::String(text.into_owned()) };
                Ok(Node { value, spot: Spot { pointer, span } })
            }
            Event::SequenceStart(_, None) => self.list(span, pointer, depth),
            Event::MappingStart(_, None) => self.object(span, pointer, depth),
            _ => Err(fault(prose!["Something is missing here."], &pointer, span)),
        }
    }

    fn list(&mut self, start: Span, pointer: String, depth: usize) -> Result<Node, Fault> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd | Event::StreamEnd) {
                break;
            }
            items.push(self.node(event, span, format!("{pointer}/{}", items.len()), depth + 1)?);
        }
        let end = items.last().map_or(start.end, |item| item.spot.span.end);
        Ok(Node { value: Value::Array(items), spot: Spot { pointer, span: around(&start, end) } })
    }

    fn object(&mut self, start: Span, pointer: String, depth: usize) -> Result<Node, Fault> {
        let mut members: Vec<Member> = Vec::new();
        loop {
            let (event, key_span) = self.next()?;
            let key = match event {
                Event::MappingEnd | Event::StreamEnd => break,
                Event::Scalar(key, _, 0, None) => key.into_owned(),
                Event::Alias(_) | Event::Scalar(..) => return Err(written_out(&pointer, key_span)),
                _ => {
                    return Err(fault(prose!["A name is expected before the colon."], &pointer, key_span));
                }
            };
            let below = format!("{pointer}/{}", token(&key));
            if members.iter().any(|member| member.key == key) {
                let message =
                    prose!["", theirs(key.as_str()), " stands here a second time. Keep one of the two."];
                self.twice.push(*fault(message, &below, key_span.clone()));
            }
            let (event, span) = self.next()?;
            // Of a name without a value the place is where it would stand.
            let span = if span.is_empty() { key_span.clone() } else { span };
            let node = self.node(event, span, below, depth + 1)?;
            members.push(Member { key, key_span, node });
        }
        let end = members.last().map_or(start.end, |member| member.node.spot.span.end);
        Ok(Node { value: Value::Object(members), spot: Spot { pointer, span: around(&start, end) } })
    }

    fn span(&self, range: &Range) -> Span {
        let offset = |index: usize| self.offsets.get(index).copied().unwrap_or(self.end());
        let (start, end) = (offset(range.start.index()), offset(range.end.index()));
        start..end.max(start)
    }

    fn end(&self) -> usize {
        self.offsets.last().copied().unwrap_or_default()
    }

    fn broken(&self, error: &ScanError) -> Fault {
        let start = self.offsets.get(error.marker().index()).copied().unwrap_or(self.end());
        let next = self.offsets.partition_point(|&offset| offset <= start);
        let end = self.offsets.get(next).copied().unwrap_or(start);
        let message = prose![
            "This is not valid YAML: ",
            theirs(error.info()),
            ". Often an indentation, a colon or a quotation mark is wrong here or just before."
        ];
        fault(message, "", start..end)
    }
}

fn around(start: &Span, end: usize) -> Span {
    start.start..end.max(start.end)
}

fn fault(message: crate::triage::prose::Prose, pointer: &str, span: Span) -> Fault {
    Box::new(Finding::must(message).at(&Spot { pointer: pointer.to_owned(), span }))
}

fn written_out(pointer: &str, span: Span) -> Fault {
    let message =
        prose!["References (", code("&"), " and ", code("*"), ") are not read. Write the value out."];
    fault(message, pointer, span)
}

/// A word without quotes.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// A number, as JSON would write it.
fn number(text: &str) -> Option<String> {
    let signless = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !signless.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let text: Cow<'_, str> =
        text.strip_prefix('+').map_or(Cow::Borrowed(text), |rest| Cow::Owned(rest.to_owned()));
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.to_string());
    }
    let number: f64 = text.parse().ok()?;
    number
        .is_finite()
        .then(|| serde_json::Number::from_f64(number).map(|number| number.to_string()))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<serde_json::Value>, Vec<String>) {
        let source = Source::new(text.to_owned());
        let (node, findings) = parse(&source);
        let line = |finding: &Finding| {
            let place = source.place(&finding.spot.as_ref().expect("a place").span);
            format!("{}:{} {}", place.line, place.column, finding.message.plain())
        };
        (node.map(|node| node.to_serde()), findings.iter().map(line).collect())
    }

    #[test]
    fn values_as_the_core_schema_reads_them() {
        let text = "a: yes\nb: off\nc: true\nd: 05\ne: 1.50\nf: ~\ng:\nh: '5'\ni: [1, x, \"y z\"]\nj: {k: v}\nl: 1.2.3\n";
        let expected = serde_json::json!({"a": "yes", "b": "off", "c": true, "d": 5, "e": 1.5, "f": null, "g": null,
            "h": "5", "i": [1, "x", "y z"], "j": {"k": "v"}, "l": "1.2.3"});
        assert_eq!(read(text), (Some(expected), vec![]));
        for nothing in ["", "\n", "# only words\n", "---\n", "null\n"] {
            assert_eq!(read(nothing), (Some(serde_json::json!({})), vec![]), "{nothing:?}");
        }
    }

    #[test]
    fn values_know_their_places() {
        let source = Source::new("é: [ä, {ö: ü}]\nlist:\n  - one\n  - two: 2\n".to_owned());
        let node = parse(&source).0.expect("a tree");
        for (pointer, text) in [("/é/0", "ä"), ("/é/1/ö", "ü"), ("/list/0", "one"), ("/list/1/two", "2")]
        {
            let found = node.at(pointer).expect(pointer);
            assert_eq!((source.slice(&found.spot.span), found.spot.pointer.as_str()), (text, pointer));
        }
    }

    #[test]
    fn what_is_refused_is_told_at_its_line() {
        for (text, said) in [
            ("a: &x [1]\nb: *x\n", "1:4 References (`&` and `*`) are not read. Write the value out."),
            ("a: 1\nb: *x\n", "2:"),
            ("a: !!str 1\n", "1:"),
            ("a: 1\n---\nb: 2\n", "3:1 A second document begins here."),
            ("a: [1\nb: 2\n", "2:"),
            ("a:\n\t- x\n", "2:"),
            ("? [a]\n: 1\n", "1:3 A name is expected before the colon."),
            ("a: 1\na: 2\n", "2:1 \"a\" stands here a second time."),
        ] {
            let (_, findings) = read(text);
            assert!(findings.len() == 1 && findings[0].starts_with(said), "{text:?}: {findings:?}");
        }
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let laughs: String = (0..50)
            .map(|at| format!("a{at}: &a{at} [{}]\n", format!("*a{},", at.max(1) - 1).repeat(9)))
            .collect();
        assert!(read(&laughs).0.is_none());
        for opening in ["[", "{a: ", "- ", "? "] {
            let (node, findings) = read(&opening.repeat(20_000));
            assert!(node.is_none() && findings.len() == 1, "{opening}");
        }
    }
}
