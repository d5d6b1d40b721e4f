//! The body of a delivery. It is signed, but a stranger's words stand in it.

use crate::{
    queue::Subject,
    webhook::event::{Event, Us, read},
};

/// Every event that can lead to work, and two that cannot.
const EVENTS: [&str; 7] =
    ["pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite", "ping", "star"];

/// Any bytes are work, nothing, or malformed, in time with their length; what is work has numbers that GitHub can have
/// and names that can stand in a path.
pub fn body(data: &[u8]) {
    let us = Us { app_id: 7, login: Some("dpg-triage[bot]"), allowed_owners: &[] };
    for event in EVENTS {
        let Ok(Event::Work(row)) = read(event, "d", data, &us) else { continue };
        assert!(std::str::from_utf8(data).is_ok_and(|text| text.trim_start().starts_with('{')));
        assert!(EVENTS[..5].contains(&row.event));
        for number in [row.installation, row.repository_id].into_iter().chain(row.actor) {
            assert!(i64::try_from(number).is_ok_and(|number| number > 0));
        }
        let plain = |part: &str| {
            !part.is_empty()
                && part != ".."
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        assert!(plain(&row.repository.owner) && plain(&row.repository.name));
        match row.subject {
            Subject::PullRequest(number) => assert!(i64::try_from(number).is_ok_and(|number| number > 0)),
            Subject::Rules => assert_eq!(row.event, "push"),
            Subject::Head(sha) => assert!(sha.bytes().all(|byte| byte.is_ascii_hexdigit())),
        }
    }
    // What is passed over unread, and what is read.
    let text = String::from_utf8_lossy(data);
    for key in ["unknown", "pull_request"] {
        super::linear(&format!("{text},"), 16_000, |text| {
            // What comes out of it is seen above.
            let _ = read("pull_request", "d", format!("{{\"{key}\":[{text}0]}}").as_bytes(), &us);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// The fields that are read, right or nearly so.
    fn payload() -> impl Strategy<Value = Value> {
        let number = || prop_oneof![4 => any::<u32>().prop_map(Value::from), 1 => Just(json!(-1)), 1 => Just(json!("1"))];
        let action = prop::sample::select(vec!["opened", "created", "rerequested", "submitted", "x"]);
        let name = prop_oneof![3 => Just("o/r".to_owned()), 1 => "[a./%]{0,9}"];
        let sha = prop_oneof![3 => Just("a".repeat(40)), 1 => "[a-z]{0,64}"];
        (action, name, sha, number(), number(), number()).prop_map(|(action, name, sha, a, b, c)| {
            json!({
                "action": action, "repository": {"id": a, "full_name": name}, "installation": {"id": b},
                "sender": {"id": c, "login": name, "type": "User"}, "review": {"id": a},
                "pull_request": {"number": c, "head": {"sha": sha}}, "comment": {"id": b},
                "issue": {"number": c, "pull_request": {}},
                "check_run": {"head_sha": sha, "external_id": format!("{c}:x"), "app": {"id": 7}},
                "check_suite": {"head_sha": sha, "app": {"id": 7}},
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_body(bytes in prop::collection::vec(any::<u8>(), 0..200), payload in payload(), at in any::<prop::sample::Index>()) {
            body(&bytes);
            let mut text = payload.to_string().into_bytes();
            body(&text);
            let at = at.index(text.len());
            text[at] = *bytes.first().unwrap_or(&b'"');
            body(&text);
        }
    }
}
