//! What a schema says, in words.

use super::*;
use crate::triage::pages::Pages;

fn in_schema(what: String) -> Prose {
    Pages::default().file(what, "nominee-schema.json")
}

fn said(schema: &str, text: &str) -> Vec<String> {
    let source = Source::new(text.into());
    let document = json::parse(&source).0.expect("JSON");
    let schema = Schema::read(schema);
    let line = |violation: Violation| {
        format!("{}: {}", source.place(&violation.spot.span).line, violation.message.plain())
    };
    schema.violations(&document, &in_schema).expect("a schema").into_iter().map(line).collect()
}

/// Nobody reads many values in a comment: the nearest are named, the rest is linked.
#[test]
fn of_many_values_the_nearest_are_named() {
    let values: Vec<String> = ["Public Health", "Public Safety", "Nutrition"]
        .into_iter()
        .map(str::to_owned)
        .chain((0..30).map(|n| format!("{n}-{n}")))
        .collect();
    let schema = serde_json::json!({"properties": {"sector": {"enum": values}}}).to_string();
    let nearest = said(&schema, r#"{"sector": "Public sanitation"}"#);
    assert!(nearest[0].contains("the nearest to yours: \"Public Safety\""), "{nearest:?}");
    assert!(nearest[0].contains("nominee-schema.json"), "{nearest:?}");
    let far = said(&schema, r#"{"sector": "XYZ"}"#);
    assert!(far[0].contains("Choose one from the 33 accepted values in `nominee-schema.json`."), "{far:?}");
}

#[test]
fn speaks_in_words_at_the_line() {
    let schema = r#"{"type": "object", "required": ["name", "stage"], "properties": {
        "name": {"type": "string"}, "stage": {"enum": ["nominee", "DPG"]}, "SDGs": {"type": "array", "minItems": 1,
        "items": {"type": "object", "required": ["SDGNumber"]}}, "sectors": {"items": {"enum": ["Health"]}}}}"#;
    assert_eq!(
        said(schema, "{\n\"name\": 5,\n\"SDGs\": [\n{}],\n\"sectors\": [\n\"health\"]}"),
        [
            "1: The field `stage` is missing. Add it.",
            "2: The field \"name\" has to be text in quotation marks, but is a number.",
            "4: The field `SDGNumber` is missing in this entry of \"SDGs\". Add it.",
            "6: An entry of \"sectors\" is \"health\", which the registry does not accept. Did you mean \"Health\"?",
        ]
    );
    assert_eq!(
        said(schema, r#"{"name": "X", "stage": "new", "SDGs": []}"#),
        [
            "1: The field \"stage\" is \"new\", which the registry does not accept. Write one of \"nominee\" and \"DPG\".",
            "1: The field \"SDGs\" needs at least one entry.",
        ]
    );
}

/// Two words on one value would contradict each other.
#[test]
fn a_number_in_quotation_marks_is_told_once() {
    let schema = r#"{"properties": {"n": {"type": "number", "enum": [1, 2, 3]}}}"#;
    assert_eq!(
        said(schema, r#"{"n": "3"}"#),
        ["1: The field \"n\" has to be a number without quotation marks, but is text."]
    );
    let document = json::parse(&Source::new(r#"{"n": " 3"}"#.into())).0.expect("JSON");
    let schema = Schema::read(schema);
    let violations = schema.violations(&document, &in_schema).expect("a schema");
    assert_eq!((violations[0].suggestion.as_deref(), violations[0].is_number), (Some("3"), true));
}

#[test]
fn what_is_refused_is_not_offered() {
    let schema =
        r#"{"properties": {"type": {"items": {"enum": ["software", "data", "standard", "aimodel"]}}}}"#;
    for written in ["model", "AI", "ai model"] {
        let said = said(schema, &format!(r#"{{"type": ["{written}"]}}"#));
        assert!(said[0].ends_with("Did you mean \"aimodel\"?"), "{said:?}");
    }
    for written in ["hardware", "standards"] {
        let said = said(schema, &format!(r#"{{"type": ["{written}"]}}"#));
        assert!(said[0].ends_with("Write one of \"software\", \"data\" and \"aimodel\"."), "{said:?}");
    }
}

#[test]
fn an_unusable_schema_says_why() {
    let document = json::parse(&Source::new("{}".into())).0.expect("JSON");
    for (schema, why) in [
        ("{", "not valid JSON"),
        (r#"{"$ref": "https://example.org/x.json"}"#, "not a usable JSON Schema"),
        (r#"{"type": 5}"#, "not a usable JSON Schema"),
    ] {
        let said = Schema::read(schema).violations(&document, &in_schema).expect_err("unusable").to_owned();
        assert!(said.contains(why), "{said}");
    }
}
