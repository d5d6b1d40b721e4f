//! A submission's form as tables: what each part asks, and what it asks further once the answer is "Yes".
//!
//! In: a part's table and a [`Case`]. Out: what is not answered yet, each at its place. Never: whether an answer is
//! a good one, which people judge, and what the registry's schema says already.

use std::fmt;

use super::{
    check::{Case, Outcome},
    evidence::Answer,
    finding::{Finding, Spot},
    nomination::json::{Member, Node, Value, token},
    prose::{Piece, code},
    span::Span,
};
use crate::prose;

/// Questions whose answers stand in one object of the file.
pub struct Part {
    /// The JSON pointer of the object.
    pub pointer: &'static str,
    pub asks: &'static [Ask],
}

/// One thing that the form asks for, under its key. The words finish the sentence "The form still needs ...".
pub enum Ask {
    /// A "Yes" or "No".
    Whether {
        key: &'static str,
        /// Behind "whether".
        words: &'static str,
        /// What the form asks for once the answer is "Yes".
        then: &'static [Ask],
        /// Whether the DPG Standard asks every project for a "Yes".
        standard: bool,
    },
    /// A text, or a list of texts.
    Text { key: &'static str, words: &'static str },
    /// The same with a link somewhere in it; the words stand behind "a link to".
    Link { key: &'static str, words: &'static str },
}

impl Ask {
    fn key(&self) -> &'static str {
        match self {
            Ask::Whether { key, .. } | Ask::Text { key, .. } | Ask::Link { key, .. } => key,
        }
    }
}

/// In a sentence.
impl fmt::Display for Ask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ask::Whether { key, words, then, .. } => {
                let then: Vec<String> = then.iter().map(|ask| format!("`{}`", ask.key())).collect();
                write!(
                    formatter,
                    "a `Yes` or `No` on whether {words} (`{key}`; after a `Yes` also {})",
                    then.join(" and ")
                )
            }
            Ask::Text { key, words } if is_clause(words) => {
                write!(formatter, "a few words on {words} (`{key}`)")
            }
            Ask::Text { key, words } => write!(formatter, "{words} (`{key}`)"),
            Ask::Link { key, words } => write!(formatter, "a link to {words} (`{key}`)"),
        }
    }
}

/// Whether it is a question, and no thing: "how privacy is ensured".
fn is_clause(words: &str) -> bool {
    ["how ", "when ", "what "].iter().any(|beginning| words.starts_with(beginning))
}

/// What is not answered yet.
pub fn judge(parts: &[Part], case: &Case<'_>) -> Outcome {
    let Some(document) = &case.nomination.document else { return Outcome::NotApplicable };
    let mut open = Vec::new();
    for part in parts {
        // What stands there and is no object is for the schema to tell.
        if let Some(answers) = Answers::find(document, part.pointer) {
            part.asks.iter().for_each(|ask| answers.look(ask, &mut open));
        }
    }
    let told = told_by_schema(parts, case, document);
    let is_told = |finding: &Finding| {
        let spot = finding.spot.as_ref();
        spot.is_some_and(|spot| told.iter().any(|pointer| is_within(&spot.pointer, pointer)))
    };
    open.retain(|finding| !is_told(finding));
    if open.is_empty() && !told.is_empty() {
        let why = "its questions are not there, or not in the form that the schema asks for";
        return Outcome::NotChecked { why: why.into(), told: true };
    }
    Outcome::of(open)
}

/// The pointers of what the registry's schema misses or refuses in these parts.
fn told_by_schema(parts: &[Part], case: &Case<'_>, document: &Node) -> Vec<String> {
    let schema = case.nomination.schema.as_ref().map(|path| case.evidence.schema(path));
    let Some(Answer::Found(schema)) = schema else { return Vec::new() };
    let holds = |member: &&Member| {
        let pointer = format!("/{}", token(&member.key));
        parts.iter().any(|part| is_within(part.pointer, &pointer))
    };
    // Without the rest of the file, all parts together cost no more than the file.
    let members = document.members().iter().filter(holds).cloned().collect();
    let excerpt = Node { value: Value::Object(members), spot: document.spot.clone() };
    let violations = schema.violations(&excerpt, &|what| prose![what]).unwrap_or_default();
    let pointers = violations.iter().map(|violation| violation.pointer());
    let concerns = |pointer: &String| {
        parts.iter().any(|part| is_within(pointer, part.pointer) || is_within(part.pointer, pointer))
    };
    pointers.filter(|pointer| !pointer.is_empty() && concerns(pointer)).collect()
}

/// Whether a pointer is this one or lies below it.
fn is_within(pointer: &str, other: &str) -> bool {
    pointer.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The object with a part's answers, or where it would stand.
struct Answers<'a> {
    object: Option<&'a Node>,
    pointer: &'static str,
    /// The brace behind which a missing answer belongs.
    opening: Span,
}

impl<'a> Answers<'a> {
    /// `None` where something else than an object stands in its way.
    fn find(document: &'a Node, pointer: &'static str) -> Option<Self> {
        let mut deepest = document;
        for key in pointer.split('/').skip(1) {
            match deepest.get(key) {
                Some(node) if matches!(node.value, Value::Object(_)) => deepest = node,
                Some(_) => return None,
                None => break,
            }
        }
        let object = (deepest.spot.pointer == pointer).then_some(deepest);
        let start = deepest.spot.span.start;
        Some(Self { object, pointer, opening: start..start + 1 })
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.object?.get(key)
    }

    /// Where an answer stands; of a missing one, where it belongs.
    fn spot(&self, key: &str) -> Spot {
        match self.get(key) {
            Some(node) => node.spot.clone(),
            None => Spot { pointer: format!("{}/{key}", self.pointer), span: self.opening.clone() },
        }
    }

    fn look(&self, ask: &Ask, open: &mut Vec<Finding>) {
        let key = ask.key();
        let answer = self.get(key);
        match ask {
            Ask::Whether { words, then, standard, .. } => match Choice::of(answer) {
                Choice::Open => open.push(self.needed(ask)),
                Choice::Yes => then.iter().for_each(|ask| self.look(ask, open)),
                Choice::No if *standard => open.push(no(key, words).at(&self.spot(key))),
                Choice::No | Choice::Other => {}
            },
            Ask::Text { .. } if !texts(answer).any(says_something) => open.push(self.needed(ask)),
            Ask::Link { .. } if !texts(answer).any(has_link) => open.push(self.needed(ask)),
            Ask::Text { .. } | Ask::Link { .. } => {}
        }
    }

    /// One sentence for all, so that a report can list them together.
    fn needed(&self, ask: &Ask) -> Finding {
        let message = prose!["The form still needs ", Piece::from(ask.to_string()), "."];
        Finding::should(message).at(&self.spot(ask.key()))
    }
}

fn no(key: &'static str, words: &'static str) -> Finding {
    let message = prose![
        format!("The answer to whether {words} ("),
        code(key),
        ") is `No`.",
        " The DPG Standard asks every project for this. If it is so after all, write `Yes` and fill in what \
         belongs to it; if not, tell the reviewers why in a comment.",
    ];
    Finding::should(message)
}

/// The answer to whether something is so.
enum Choice {
    Yes,
    No,
    /// "Unknown", blank, or none.
    Open,
    /// Free text, where the form lets it through.
    Other,
}

impl Choice {
    fn of(answer: Option<&Node>) -> Self {
        let Some(text) = answer.and_then(Node::as_str) else { return Choice::Open };
        match text.trim().to_lowercase().as_str() {
            "yes" => Choice::Yes,
            "no" => Choice::No,
            "unknown" => Choice::Open,
            _ if says_something(text) => Choice::Other,
            _ => Choice::Open,
        }
    }
}

/// A text, or the texts of a list.
fn texts(answer: Option<&Node>) -> impl Iterator<Item = &str> {
    let items = answer.map(Node::items).unwrap_or_default();
    answer.into_iter().chain(items).filter_map(Node::as_str)
}

/// What stands in forms where nothing is said.
const FILLERS: [&str; 8] = ["n/a", "na", "none", "not applicable", "nil", "tbd", "todo", "test"];

fn says_something(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    text.contains(char::is_alphanumeric) && !FILLERS.contains(&text.as_str())
}

/// An address, also one without `https://` that stands alone.
fn has_link(text: &str) -> bool {
    let text = text.trim();
    let bare = !text.contains(char::is_whitespace) && text.trim_end_matches('.').contains('.');
    bare || text.contains("://") || text.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{
        evidence::Evidence,
        nomination::{Filed, Kind, Nomination, parse},
        policy::Policy,
        schema::Schema,
    };

    const PARTS: &[Part] = &[Part {
        pointer: "/harm/data",
        asks: &[Ask::Whether {
            key: "collects",
            words: "it collects data",
            standard: false,
            then: &[
                Ask::Text { key: "types", words: "their types" },
                Ask::Whether {
                    key: "shares",
                    words: "it shares them",
                    standard: true,
                    then: &[Ask::Link { key: "policy", words: "the policy" }],
                },
            ],
        }],
    }];

    fn outcome(text: &str, evidence: &Evidence) -> (Nomination, Outcome) {
        let filed = Filed {
            path: "digitalpublicgoods/x.json".into(),
            kind: Kind::Submission,
            schema: Some("s.json".into()),
        };
        let (nomination, faults) = parse(filed, text.as_bytes());
        let case = Case {
            nomination: &nomination,
            faults: &faults,
            evidence,
            policy: Policy::built_in(),
            day: Default::default(),
            siblings: &[],
            other_files: &[],
        };
        let outcome = judge(PARTS, &case);
        (nomination, outcome)
    }

    /// What is asked for, by pointer, each with the text at its place.
    fn open(text: &str) -> Vec<(String, String)> {
        let (nomination, outcome) = outcome(text, &Evidence::default());
        let spots = outcome.findings().iter().map(|finding| finding.spot.clone().unwrap());
        spots.map(|spot| (spot.pointer, nomination.source.slice(&spot.span).to_owned())).collect()
    }

    #[test]
    fn a_yes_asks_further_and_a_no_does_not() {
        let at = |key: &str, text: &str| (format!("/harm/data/{key}"), text.to_owned());
        let all = [
            (r#"{"collects": "No"}"#, vec![]),
            (r#"{"collects": "Unknown", "types": []}"#, vec![at("collects", "\"Unknown\"")]),
            (r#"{"collects": " "}"#, vec![at("collects", "\" \"")]),
            (r#"{}"#, vec![at("collects", "{")]),
            (r#"{"collects": "Yes"}"#, vec![at("types", "{"), at("shares", "{")]),
            (
                r#"{"collects": "yes", "types": [" ", "N/A"], "shares": ""}"#,
                vec![at("types", "[\" \", \"N/A\"]"), at("shares", "\"\"")],
            ),
            (
                r#"{"collects": "Yes", "types": ["", "names"], "shares": "Yes", "policy": "on request"}"#,
                vec![at("policy", "\"on request\"")],
            ),
            (
                r#"{"collects": "Yes", "types": "names", "shares": "Yes", "policy": ["see", "at https://x.org"]}"#,
                vec![],
            ),
            (r#"{"collects": "Yes", "types": "names", "shares": "Yes", "policy": "docs.x.org"}"#, vec![]),
            (r#"{"collects": "Yes", "types": "names", "shares": "No"}"#, vec![at("shares", "\"No\"")]),
            (r#"{"collects": "For some users only"}"#, vec![]),
            (r#"{"collects": 5}"#, vec![at("collects", "5")]),
        ];
        for (data, expected) in all {
            assert_eq!(open(&format!(r#"{{"harm": {{"data": {data}}}}}"#)), expected, "{data}");
        }
        assert_eq!(open(r#"{"harm": {}}"#), [at("collects", "{")], "the part itself is missing");
        assert_eq!(open(r#"{"harm": []}"#), [], "no object: the schema tells");
    }

    #[test]
    fn what_the_schema_tells_is_not_told_again() {
        let mut evidence = Evidence::default();
        let schema = r#"{"required": ["harm"], "properties": {"harm": {"properties": {"data": {"required": ["collects"],
            "properties": {"shares": {"enum": ["Yes", "No"]}}}}}}}"#;
        evidence.schema_is("s.json", Answer::Found(Schema::read(schema).into()));
        let told = |text: &str| matches!(outcome(text, &evidence).1, Outcome::NotChecked { told: true, .. });
        assert!(told("{}") && told(r#"{"harm": {"data": {}}}"#));
        assert!(told(r#"{"harm": {"data": {"collects": "Yes", "types": "names", "shares": ""}}}"#));
        assert!(told(r#"{"harm": {"data": {"collects": "Yes", "types": "names", "shares": "Perhaps"}}}"#));
        let (_, not_told) = outcome(r#"{"harm": {"data": {"collects": "Yes", "shares": ""}}}"#, &evidence);
        let said: Vec<String> = not_told.findings().iter().map(|finding| finding.message.plain()).collect();
        assert_eq!(said, ["The form still needs their types (`types`)."]);
    }
}
