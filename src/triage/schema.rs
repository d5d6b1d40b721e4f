//! A JSON Schema, and what it says in plain words: the registry's own for nominations, and that of its rules file.
//!
//! In: a schema and a tree. Out: [`Violation`]s with their places. Never: a request; a schema that refers to another
//! document cannot be used.

mod slips;

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

use self::slips::{Misnamed, list_within_list};
use super::{
    finding::Spot,
    format::Order,
    nomination::{
        self,
        json::{self, Node},
    },
    prose::{Prose, code, listed, theirs},
    span::Source,
};
use crate::prose;

/// A schema as the registry has it.
#[derive(Debug)]
pub struct Schema {
    /// Or why it cannot be used, in our words and the library's.
    validator: Result<Validator, String>,
    order: Order,
    /// The schema itself, to say what is known where something is not.
    schema: Value,
    of: Of,
}

/// Whose schema it is, for the words.
#[derive(Clone, Copy, Debug)]
enum Of {
    Nominations,
    Rules,
}

/// One thing that a schema asks for and that is not so.
#[derive(Debug)]
pub struct Violation {
    pub message: Prose,
    pub spot: Spot,
    /// The field that is missing, where one is.
    pub missing: Option<String>,
    pub suggestion: Option<String>,
    /// Whether a number is asked for, and text that holds one stands there.
    pub is_number: bool,
}

impl Violation {
    /// The pointer of what is wrong; of a missing field, the one that it would have.
    pub fn pointer(&self) -> String {
        match &self.missing {
            Some(missing) => format!("{}/{}", self.spot.pointer, json::token(missing)),
            None => self.spot.pointer.clone(),
        }
    }
}

/// A type that the schema lists, and that is accepted no longer: `type-accepted` says so.
const NO_TYPE_ANY_MORE: &str = "standard";

/// What people write for a value whose name they do not know.
const OTHER_WORDS: [(&str, &str); 5] = [
    ("model", "aimodel"),
    ("ai", "aimodel"),
    ("ai model", "aimodel"),
    ("ai-model", "aimodel"),
    ("ml model", "aimodel"),
];

/// How many violations are told; a file with more is mended step by step.
const MOST: usize = 50;

/// Says of the words for many values where they stand.
pub type List<'a> = &'a dyn Fn(String) -> Prose;

impl Schema {
    /// The registry's schema for nominations.
    pub fn read(text: &str) -> Self {
        let order =
            json::parse(&Source::new(text.to_owned())).0.map(|node| Order::of(&node)).unwrap_or_default();
        match serde_json::from_str::<Value>(text) {
            Ok(schema) => Self { order, ..Self::of(schema, Of::Nominations) },
            Err(error) => {
                let validator = Err(format!("it is not valid JSON ({error})"));
                Self { validator, order, schema: Value::Null, of: Of::Nominations }
            }
        }
    }

    /// The schema of a registry's rules.
    pub fn of_rules(schema: Value) -> Self {
        Self::of(schema, Of::Rules)
    }

    fn of(schema: Value, of: Of) -> Self {
        let made = jsonschema::options().build(&schema);
        let validator = made.map_err(|error| format!("it is not a usable JSON Schema ({error})"));
        Self { validator, order: Order::default(), schema, of }
    }

    /// Why it cannot be used.
    pub fn fault(&self) -> Option<&str> {
        self.validator.as_ref().err().map(String::as_str)
    }

    /// The order of the keys.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// What of a nomination does not follow the schema, in the order of the text; of many accepted values it is said where
    /// they are listed.
    ///
    /// # Errors
    /// Why the schema cannot be used.
    pub fn violations(&self, document: &Node, list: List<'_>) -> Result<Vec<Violation>, &str> {
        let validator = self.validator.as_ref().map_err(String::as_str)?;
        let instance = document.to_serde();
        let mut violations: Vec<Violation> = (validator.iter_errors(&instance).take(MOST))
            .flat_map(|error| {
                let node = document.at(error.instance_path().as_str()).unwrap_or(document);
                let known = || self.known_beside(error.schema_path().as_str());
                match error.kind() {
                    ValidationErrorKind::AdditionalProperties { unexpected } => {
                        let known = known();
                        unexpected.iter().map(|name| self.of.unknown(node, name, &known)).collect()
                    }
                    ValidationErrorKind::Type { .. } if is_entry(&node.spot) => {
                        let mut told = self.of.explain(node, error.kind(), list);
                        told.message = list_within_list(node, &known()).unwrap_or(told.message);
                        vec![told]
                    }
                    kind => vec![self.of.explain(node, kind, list)],
                }
            })
            .collect();
        // One value, one word: text that would be right as a number is told as that alone.
        if matches!(self.of, Of::Nominations) {
            let misnamed = Misnamed::of(&self.schema, document);
            violations.retain(|violation| !misnamed.covers(&violation.pointer()));
            violations.extend(misnamed.told);
        }
        let numbers: Vec<String> =
            violations.iter().filter(|violation| violation.is_number).map(Violation::pointer).collect();
        violations.retain(|violation| violation.is_number || !numbers.contains(&violation.pointer()));
        violations.sort_by_key(|violation| violation.spot.span.start);
        Ok(violations)
    }

    /// The fields that the part of the schema knows in which a rule stands.
    fn known_beside(&self, rule: &str) -> Vec<String> {
        let parent = rule.rsplit_once('/').map_or("", |(parent, _)| parent);
        let properties = self.schema.pointer(parent).and_then(|parent| parent.get("properties"));
        properties.and_then(Value::as_object).into_iter().flat_map(|known| known.keys().cloned()).collect()
    }
}

/// A field's name for people: the last part of its pointer that is a name.
fn field(pointer: &str) -> Option<String> {
    let name = pointer
        .rsplit('/')
        .find(|token| !token.is_empty() && !token.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

fn is_entry(spot: &Spot) -> bool {
    spot.pointer.rsplit('/').next().is_some_and(|token| token.parse::<usize>().is_ok())
}

/// The first entry of a list that stood in it before.
fn second(list: &Node) -> Option<&Node> {
    let mut before: Vec<Value> = Vec::new();
    list.items().iter().take(nomination::MOST_ENTRIES).find(|item| {
        let value = item.to_serde();
        let is_again = before.contains(&value);
        before.push(value);
        is_again
    })
}

/// "`license`", "an entry of `license`" or "the file".
fn subject(spot: &Spot) -> Prose {
    match field(&spot.pointer) {
        Some(name) if is_entry(spot) => prose!["An entry of ", theirs(name)],
        Some(name) => prose!["The field ", theirs(name)],
        None => "The file".into(),
    }
}

impl Of {
    /// Says of one field that is not known what it may be.
    fn unknown(self, node: &Node, name: &str, known: &[String]) -> Violation {
        let mut spot = node.spot.clone();
        if let Some(member) = node.members().iter().find(|member| member.key == name) {
            spot = Spot {
                pointer: format!("{}/{}", spot.pointer, json::token(&member.key)),
                span: member.key_span.clone(),
            };
        }
        let message = prose!["The field ", theirs(name)].then(self.not_known(name, known));
        Violation { message, spot, missing: None, suggestion: None, is_number: false }
    }

    fn explain(self, node: &Node, kind: &ValidationErrorKind, list: List<'_>) -> Violation {
        let mut spot = node.spot.clone();
        let mut missing = None;
        let mut suggestion = None;
        let mut is_number = false;
        let about = |rest: Prose| Prose([subject(&node.spot).0, rest.0].concat());
        let message = match kind {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                // The whole object would be marked; its opening brace is enough.
                spot.span.end = spot.span.start + 1;
                let place = match field(&spot.pointer) {
                    Some(parent) if is_entry(&spot) => prose![" in this entry of ", theirs(parent)],
                    Some(parent) => prose![" in ", theirs(parent)],
                    None => Prose::default(),
                };
                let message = prose!["The field ", code(name.as_str()), " is missing"];
                missing = Some(name);
                Prose([message.0, place.0, prose![". Add it."].0].concat())
            }
            ValidationErrorKind::Type { kind } => {
                let expected = self.expected(kind);
                suggestion = number_in(node, kind);
                is_number = suggestion.is_some();
                about(prose![format!(" has to be {expected}, but is {}.", node.kind())])
            }
            ValidationErrorKind::Enum { options } => {
                let (message, nearest) = self.not_among(node, options, list);
                suggestion = nearest;
                about(message)
            }
            ValidationErrorKind::MinItems { .. } => about(" needs at least one entry.".into()),
            ValidationErrorKind::MaxItems { limit } => {
                about(prose![format!(" may have {limit} entries at most.")])
            }
            ValidationErrorKind::UniqueItems => {
                let message = about(" has the same entry twice. Delete one of them.".into());
                // What another check says of that entry is said once.
                spot = second(node).map_or(spot, |entry| entry.spot.clone());
                message
            }
            ValidationErrorKind::MinLength { .. } => about(" must not be empty.".into()),
            ValidationErrorKind::MaxLength { limit } => {
                about(prose![format!(" may have {limit} characters at most.")])
            }
            ValidationErrorKind::Minimum { limit } => about(prose![format!(" must be {limit} or more.")]),
            ValidationErrorKind::Maximum { limit } => about(prose![format!(" must be {limit} or less.")]),
            ValidationErrorKind::Pattern { pattern } => about(prose![
                " does not have the form that the schema asks for: ",
                theirs(pattern.as_str()),
                "."
            ]),
            ValidationErrorKind::Format { format } => {
                about(prose![" has to be of the form ", theirs(format.as_str()), "."])
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                about(self.none_of(node, context))
            }
            _ => about(" has not the form that the schema asks for.".into()),
        };
        Violation { message, spot, missing, suggestion, is_number }
    }

    fn expected(self, kind: &TypeKind) -> String {
        let word = |name: &str| match (self, name) {
            (Of::Nominations, "string") => "text in quotation marks",
            (Of::Rules, "string") => "text",
            (_, "array") => "a list `[ ]`",
            (Of::Nominations, "object") => "an object `{ }`",
            (Of::Rules, "object") => "keys with values",
            (_, "number" | "integer") => "a number without quotation marks",
            (_, "boolean") => "`true` or `false`",
            (Of::Nominations, _) => "`null`",
            (Of::Rules, _) => "nothing",
        };
        match kind {
            TypeKind::Single(one) => word(&one.to_string()).to_owned(),
            TypeKind::Multiple(several) => {
                // That a key of the rules may stand without a value need not be said.
                let said = several.iter().map(|one| word(&one.to_string())).filter(|word| *word != "nothing");
                said.collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// What is said of a value that may be one of several, and is none.
    fn none_of(self, node: &Node, ways: &[Vec<ValidationError<'_>>]) -> Prose {
        let types = ways.iter().flatten().filter_map(|error| match error.kind() {
            ValidationErrorKind::Type { kind } if error.instance_path().as_str() == node.spot.pointer => {
                Some(self.expected(kind))
            }
            _ => None,
        });
        let types: Vec<String> = types.collect();
        if types.len() < ways.len() {
            return " has not the form that the schema asks for.".into();
        }
        prose![format!(" has to be {}, but is {}.", types.join(" or "), node.kind())]
    }

    /// What is accepted instead of a value, and the one of them that it is nearest to.
    fn not_among(self, node: &Node, options: &Value, list: List<'_>) -> (Prose, Option<String>) {
        let empty = Vec::new();
        let options = options.as_array().unwrap_or(&empty);
        let names: Vec<String> = options
            .iter()
            .map(|option| option.as_str().map_or_else(|| option.to_string(), str::to_owned))
            .collect();
        let written = match &node.value {
            json::Value::String(text) => text.clone(),
            json::Value::Number(text) => text.clone(),
            _ => {
                return (
                    prose![format!(" is {}, which is not among the accepted values.", node.kind())],
                    None,
                );
            }
        };
        let is_type = node.spot.pointer.starts_with("/type/");
        let names: Vec<String> =
            names.into_iter().filter(|name| !is_type || name != NO_TYPE_ANY_MORE).collect();
        let nearest = meant(&names, &written).or_else(|| nearest(&names, &written));
        let refused = match self {
            Of::Nominations => ", which the registry does not accept.",
            Of::Rules => ", which means nothing here.",
        };
        let message = prose![" is ", theirs(written.as_str()), refused];
        match nearest {
            Some(name) => {
                (message.and(prose!["Did you mean ", theirs(name.as_str()), "?"]), Some(name.clone()))
            }
            None if names.len() <= 20 => {
                let shown: Vec<_> =
                    names.iter().filter(|name| !name.is_empty()).map(|name| theirs(name.as_str())).collect();
                let write = if shown.len() == 1 { "Write " } else { "Write one of " };
                let one_of = Prose([prose![write].0, listed(shown, 20).0, prose!["."].0].concat());
                (message.and(one_of), None)
            }
            None => (message.and(choice(&names, &written, list)), None),
        }
    }

    /// What to do about a name that is not known, of those that are.
    fn not_known(self, unexpected: &str, known: &[String]) -> Prose {
        let said = match self {
            Of::Nominations => " is not known to the registry's schema.",
            Of::Rules => " is not known here.",
        };
        let meant = nearest(known, unexpected);
        match (self, meant) {
            (_, Some(meant)) => prose![said].and(prose!["Did you mean ", theirs(meant.as_str()), "?"]),
            (Of::Rules, None) if known.len() <= 20 => {
                let are = if known.len() == 1 { "Known is " } else { "Known are " };
                let known = listed(known.iter().map(|name| theirs(name.as_str())).collect(), 20);
                prose![said].and(Prose([prose![are].0, known.0, prose!["."].0].concat()))
            }
            (Of::Rules, None) => prose![said],
            (Of::Nominations, None) => prose![said].and(prose!["Correct the spelling, or delete it."]),
        }
    }
}

/// Where to choose from many values, and which of them are the nearest to what was written.
fn choice(names: &[String], written: &str, list: List<'_>) -> Prose {
    let choose = prose!["Choose one from the "].then(list(format!("{} accepted values", names.len())));
    let nearest: Vec<_> = similar(names, written).into_iter().map(theirs).collect();
    if nearest.is_empty() {
        return choose.then(prose!["."]);
    }
    choose.then(prose!["; the nearest to yours: "]).then(listed(nearest, 3)).then(prose!["."])
}

/// The accepted value that is known by other words.
fn meant<'a>(names: &'a [String], written: &str) -> Option<&'a String> {
    let written = written.trim().to_lowercase();
    let (_, meant) = OTHER_WORDS.iter().find(|(word, _)| *word == written)?;
    names.iter().find(|name| name == meant)
}

/// The number that stands in quotation marks where only a number may stand.
fn number_in(node: &Node, kind: &TypeKind) -> Option<String> {
    let TypeKind::Single(one) = kind else { return None };
    let text = node.as_str()?.trim();
    let number: i64 = text.parse().ok()?;
    matches!(one.to_string().as_str(), "number" | "integer").then(|| number.to_string())
}

/// The name that somebody most likely meant.
pub fn nearest<'a>(names: &'a [String], written: &str) -> Option<&'a String> {
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &written.to_lowercase());
    let likely = names.iter().filter(|name| !name.is_empty() && near(name, written));
    likely.min_by_key(|name| distance(name))
}

/// Up to three names that share much with what was written, the nearest first.
fn similar<'a>(names: &'a [String], written: &str) -> Vec<&'a str> {
    // Distances of long texts cost their product.
    if written.len() > 100 {
        return Vec::new();
    }
    let written = written.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &written);
    let mut likely: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), likeness(name))).collect();
    likely.retain(|(_, likeness)| *likeness >= 0.7);
    likely.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    likely.into_iter().take(3).map(|(name, _)| name).collect()
}

fn near(name: &str, written: &str) -> bool {
    // Distances of long texts cost their product; no accepted value is that long.
    written.len() <= 100
        && strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &written.to_lowercase()) >= 0.75
}

#[cfg(test)]
mod tests;
