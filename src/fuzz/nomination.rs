//! The file of a nomination, in which anything may stand.

use super::judged;
use crate::triage::{
    finding::Finding,
    nomination::{
        Filed, Kind,
        json::{Node, Value},
        parse,
    },
    span::{Source, Span},
};

/// Any bytes are read and judged by all checks, as each kind of file; every place leads back to the text.
pub fn body(data: &[u8]) {
    for kind in [Kind::Nominee, Kind::Submission, Kind::Application] {
        let filed = Filed { path: "nominees/x.json".to_owned(), kind, schema: None };
        let (nomination, faults) = parse(filed, data);
        assert!(nomination.document.is_some() || !faults.is_empty());
        assert_found_in(&nomination.source, &faults);
        if let Some(document) = &nomination.document {
            assert_places(&nomination.source, document);
        }
        let report = judged(kind, "nominees/x.json", data, "");
        for said in report.all() {
            assert_found_in(&report.nomination.source, [said.finding]);
        }
    }
}

fn assert_found_in<'a>(source: &Source, findings: impl IntoIterator<Item = &'a Finding>) {
    for finding in findings {
        if let Some(spot) = &finding.spot {
            assert_lies_in(source, &spot.span);
        }
    }
}

fn assert_lies_in(source: &Source, span: &Span) {
    assert!(source.text().get(span.clone()).is_some(), "{span:?} is no place in the text");
    let place = source.place(span);
    assert!(place.line >= 1 && place.column >= 1, "{place:?}");
    assert!((place.end_line, place.end_column) >= (place.line, place.column), "{place:?}");
    assert!(place.end_line <= source.lines(), "{place:?}");
}

/// Every value's place, cut out of the text, is that value again; so are the keys.
fn assert_places(source: &Source, node: &Node) {
    assert_lies_in(source, &node.spot.span);
    let again = serde_json::from_str::<serde_json::Value>(source.slice(&node.spot.span));
    assert_eq!(again.ok(), Some(node.to_serde()));
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| assert_places(source, item)),
        Value::Object(members) => {
            for member in members {
                let key = serde_json::from_str::<String>(source.slice(&member.key_span));
                assert_eq!(key.ok().as_ref(), Some(&member.key));
                assert_places(source, &member.node);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::nomination::json;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Keys are often those that are read.
    fn any_key() -> impl Strategy<Value = String> {
        let known = [
            "name",
            "SDGs",
            "license",
            "repositories",
            "sectors",
            "type",
            "organizations",
            "aliases",
            "stage",
        ];
        prop_oneof![2 => prop::sample::select(known.map(str::to_owned).to_vec()), 1 => any::<String>()]
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
                prop::collection::btree_map(any_key(), inner, 0..6).prop_map(
                    |map: BTreeMap<String, serde_json::Value>| serde_json::Value::Object(
                        map.into_iter().collect()
                    )
                ),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_file(bytes in prop::collection::vec(any::<u8>(), 0..300), value in any_json(), pretty in any::<bool>()) {
            body(&bytes);
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            body(text.as_bytes());
            let (document, findings) = json::parse(&Source::new(text));
            prop_assert!(findings.is_empty());
            prop_assert_eq!(document.map(|document| document.to_serde()), Some(value));
        }

        #[test]
        fn nearly_json_is_explained_at_a_place(value in any_json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{},:\"'a\\\\\n]") {
            let mut text: Vec<char> = serde_json::to_string_pretty(&value).unwrap().chars().collect();
            let at = at.index(text.len());
            text[at] = with.chars().next().unwrap();
            let source = Source::new(text.into_iter().collect());
            body(source.text().as_bytes());
            let (document, findings) = json::parse(&source);
            prop_assert!(document.is_some() || findings.len() == 1 && findings[0].spot.is_some());
        }
    }
}
