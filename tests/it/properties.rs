//! What holds for any input, not only for those that came to mind.

use std::collections::BTreeMap;

use dpg_triage::triage::{
    command,
    diff::Diff,
    nomination::{
        Filed, Kind,
        json::{self, Node, Value},
        parse,
    },
    prose::inert,
    span::Source,
};
use proptest::prelude::*;

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
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(
                |map: BTreeMap<String, serde_json::Value>| serde_json::Value::Object(
                    map.into_iter().collect()
                )
            ),
        ]
    })
}

/// Every value's place, cut out of the text, is that value again; so are the keys.
fn assert_places(source: &Source, node: &Node) {
    let text = source.slice(&node.spot.span);
    let again: serde_json::Value = serde_json::from_str(text).expect("the text of one value");
    assert_eq!(again, node.to_serde());
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| assert_places(source, item)),
        Value::Object(members) => {
            for member in members {
                let key: String = serde_json::from_str(source.slice(&member.key_span)).expect("a key");
                assert_eq!(key, member.key);
                assert_places(source, &member.node);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn places_lead_back_to_the_text(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let source = Source::new(text);
        let (document, findings) = json::parse(&source);
        let document = document.expect("valid JSON");
        prop_assert!(findings.is_empty());
        assert_places(&source, &document);
        prop_assert_eq!(document.to_serde(), value);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for kind in [Kind::Nominee, Kind::Submission, Kind::Application] {
            let filed = Filed { path: "nominees/x.json".to_owned(), kind, schema: None };
            let (nomination, findings) = parse(filed, &bytes);
            prop_assert!(nomination.document.is_some() || !findings.is_empty());
            for finding in findings {
                if let Some(spot) = finding.spot {
                    let place = nomination.source.place(&spot.span);
                    prop_assert!(place.line >= 1 && place.column >= 1 && place.end_line >= place.line);
                }
            }
        }
    }

    #[test]
    fn nearly_json_is_explained_at_a_place(value in any_json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{},:\"'a\\\\\n]") {
        let mut text: Vec<char> = serde_json::to_string_pretty(&value).unwrap().chars().collect();
        let at = at.index(text.len());
        text[at] = with.chars().next().unwrap();
        let source = Source::new(text.into_iter().collect());
        let (document, findings) = json::parse(&source);
        prop_assert!(document.is_some() || findings.len() == 1 && findings[0].spot.is_some());
        for finding in findings {
            source.place(&finding.spot.unwrap().span);
        }
    }

    #[test]
    fn a_difference_is_undone_and_tells_the_lines_apart(old in "[ab,{}\n]{0,40}", new in "[ab,{}\n]{0,40}") {
        let diff = Diff::between(old.as_bytes(), new.as_bytes());
        let undone = diff.undo(new.as_bytes()).expect("its own text");
        prop_assert_eq!(undone, old.as_bytes());
        let bare = |line: &str| line.trim().trim_end_matches(',').trim().to_owned();
        let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
        for (at, line) in new.iter().enumerate().filter(|(_, line)| line.contains(['a', 'b'])) {
            if let Some(former) = diff.untouched(at + 1, at + 1) {
                prop_assert_eq!(bare(old[former - 1]), bare(line));
            }
        }
    }

    #[test]
    fn any_patch_is_read_without_a_panic(
        headers in prop::collection::vec((0_usize..9, 0_usize..9, 0_usize..9, 0_usize..9, "[ab+ \\\\\n-]{0,20}"), 0..4),
        text in "[ab\n]{0,20}",
    ) {
        let patch: String = (headers.iter())
            .map(|(a, b, c, d, lines)| format!("@@ -{a},{b} +{c},{d} @@ x\n{lines}\n"))
            .collect();
        if let Some(diff) = Diff::read(&patch) {
            diff.undo(text.as_bytes());
            diff.untouched(1, 30);
            diff.untouched(7, 3);
        }
    }

    #[test]
    fn others_text_is_one_line_of_bounded_length(text in any::<String>(), most in 1_usize..200) {
        let line = inert(&text, most);
        prop_assert!(line.chars().all(|c| !c.is_control()));
        prop_assert!(line.chars().count() <= most * 10 + 1);
    }

    #[test]
    fn commands_are_read_from_anything(body in any::<String>(), name in "[a-z]{1,12}") {
        command::read(&body);
        let hidden = [format!("> /{name}"), format!("text\n/{name}")];
        prop_assert!(hidden.iter().all(|body| command::read(body).is_empty()));
    }
}
