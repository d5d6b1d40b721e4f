//! Payload in, event out. Each case changes one good payload by one thing.

use serde_json::{Value, json};

use super::*;

const SHA: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const APP: u64 = 77;
const BOT: &str = "dpg-triage[bot]";

fn payload(event: &str, action: &str) -> Value {
    let mut payload = json!({
        "action": action,
        "repository": {"id": 5, "full_name": "DPGAlliance/publicgoods-candidates", "new_field": [1, {"a": null}]},
        "installation": {"id": 42},
        "sender": {"login": "octocat", "id": 9, "type": "User"},
        "a field of tomorrow": {"deep": [[[]]]}
    });
    let pull_request =
        json!({"number": 12, "id": 3, "head": {"sha": SHA, "ref": "x"}, "title": "\u{1f30d} \"q\" \\"});
    let check =
        json!({"id": 1, "head_sha": SHA, "external_id": "12:abc", "app": {"id": APP}, "pull_requests": []});
    let more = match event {
        "pull_request" => json!({"number": 12, "pull_request": pull_request}),
        "pull_request_review" => json!({"pull_request": pull_request, "review": {"id": 8}}),
        "issue_comment" => json!({
            "issue": {"number": 12, "pull_request": {"url": "u"}},
            "comment": {"id": 4, "body": "/recheck", "performed_via_github_app": null}
        }),
        "check_run" => json!({"check_run": check}),
        "check_suite" => json!({"check_suite": check}),
        _ => json!({}),
    };
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    payload
}

fn us() -> Us<'static> {
    Us { app_id: APP, login: Some(BOT), allowed_owners: &[] }
}

fn read_value(event: &str, payload: &Value) -> Result<Event, Malformed> {
    read(event, "id-1", payload.to_string().as_bytes(), &us())
}

fn row(event: &str, payload: &Value) -> Row {
    match read_value(event, payload) {
        Ok(Event::Work(row)) => row,
        other => panic!("{event}: {other:?}"),
    }
}

fn is_ignored(result: &Result<Event, Malformed>) -> bool {
    matches!(result, Ok(Event::Ignored(_)))
}

#[test]
fn a_row_holds_what_the_payload_says() {
    assert_eq!(
        row("pull_request", &payload("pull_request", "opened")),
        Row {
            delivery: "id-1".to_owned(),
            event: "pull_request",
            action: "opened",
            trigger: Trigger::Event,
            installation: 42,
            repository_id: 5,
            repository: RepositoryName::new("DPGAlliance", "publicgoods-candidates"),
            subject: Subject::PullRequest(12),
            actor: Some(9),
        }
    );
}

#[test]
fn which_lead_to_work() {
    for (event, actions, trigger) in [
        (
            "pull_request",
            "opened reopened synchronize edited ready_for_review converted_to_draft labeled unlabeled unlocked",
            Trigger::Event,
        ),
        ("pull_request_review", "submitted edited dismissed", Trigger::Review),
        ("issue_comment", "created edited deleted", Trigger::Comment),
        ("check_run", "rerequested", Trigger::Rerun),
    ] {
        for action in actions.split(' ') {
            let row = row(event, &payload(event, action));
            assert_eq!((row.action, row.trigger, row.subject), (action, trigger, Subject::PullRequest(12)));
        }
    }
    let suite = row("check_suite", &payload("check_suite", "rerequested"));
    assert_eq!((suite.subject, suite.trigger), (Subject::Head(SHA.to_owned()), Trigger::Rerun));
}

#[test]
fn what_owners_do_makes_a_round() {
    for (event, action) in [
        ("installation", "created"),
        ("installation", "suspend"),
        ("installation", "unsuspend"),
        ("installation_repositories", "added"),
    ] {
        let told =
            |owner: &str| json!({"action": action, "installation": {"id": 42, "account": {"login": owner}}});
        let of = |owners: &[&str], owner: &str| {
            let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
            let us = Us { allowed_owners: &owners, ..us() };
            read(event, "id", told(owner).to_string().as_bytes(), &us)
        };
        let round = Ok(Event::Round { suspended: (action == "suspend").then_some(42) });
        assert_eq!(of(&[], "o"), round, "{event} {action}");
        assert_eq!(of(&["O"], "o"), round, "{event} {action}");
        assert!(is_ignored(&of(&["o"], "another")), "{event} {action}");
        assert!(is_ignored(&read_value(event, &json!({"action": action, "installation": 7}))), "odd");
        assert_eq!(read(event, "id", b"{\"action\"", &us()), Err(Malformed::NotJson));
    }
}

#[test]
fn the_rest_is_ignored() {
    for (event, action) in [
        ("pull_request", "closed"),
        ("pull_request", "an_action_of_tomorrow"),
        ("pull_request_review", "unheard"),
        ("issue_comment", "pinned"),
        ("check_run", "created"),
        ("check_run", "requested_action"),
        ("check_suite", "requested"),
        ("installation", "deleted"),
        ("installation_repositories", "removed"),
        ("ping", ""),
        ("an_event_of_tomorrow", "created"),
    ] {
        assert!(is_ignored(&read_value(event, &payload(event, action))), "{event} {action}");
        // Whatever it looks like, as long as it is an object.
        let odd = json!({"action": action, "number": "x", "pull_request": 7, "check_run": [], "issue": "?"});
        assert!(is_ignored(&read_value(event, &odd)), "{event} {action}, odd");
    }
}

#[test]
fn without_an_installation_it_is_not_ours() {
    for event in ["pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite"] {
        let action = USED.iter().find(|used| used.event == event).unwrap().actions[0];
        for missing in [None, Some(Value::Null)] {
            let mut payload = payload(event, action);
            payload.as_object_mut().unwrap().remove("installation");
            if let Some(null) = missing {
                payload["installation"] = null;
            }
            assert!(is_ignored(&read_value(event, &payload)));
            payload["repository"] = json!("odd as well");
            assert!(is_ignored(&read_value(event, &payload)));
        }
    }
}

#[test]
fn missing_or_out_of_range_is_the_senders_fault() {
    let out_of_range =
        [json!(0), json!(-1), json!(u64::MAX), json!(1e30), json!(1.5), json!("12"), json!([12])];
    let names = [
        json!("x"),
        json!("a/b/c"),
        json!("/b"),
        json!("a/"),
        json!("a/.."),
        json!("../b"),
        json!("a/b?c"),
        json!("a/b%2f"),
        json!("ä/b"),
        json!(format!("a/{}", "b".repeat(101))),
        json!(7),
    ];
    let shas = [json!(""), json!("6dcb"), json!(SHA.replace('6', "g")), json!(format!("{SHA}00")), json!(1)];
    let mut cases: Vec<(&str, &str, Vec<Value>)> = Vec::new();
    for event in ["pull_request", "pull_request_review", "issue_comment", "check_run", "check_suite"] {
        cases.push((event, "/installation/id", out_of_range.to_vec()));
        cases.push((event, "/repository/id", out_of_range.to_vec()));
        cases.push((event, "/repository/full_name", names.to_vec()));
        cases.push((event, "/repository", vec![json!(null), json!("x")]));
        cases.push((event, "/sender/id", out_of_range.to_vec()));
    }
    cases.extend([
        ("pull_request", "/pull_request/number", out_of_range.to_vec()),
        ("pull_request", "/number", out_of_range.to_vec()),
        ("pull_request", "/number", vec![json!(13)]),
        ("pull_request", "/pull_request/head/sha", shas.to_vec()),
        ("pull_request", "/pull_request", vec![json!(null), json!(12)]),
        ("pull_request_review", "/pull_request/number", out_of_range.to_vec()),
        ("pull_request_review", "/review", vec![json!(null)]),
        ("pull_request_review", "/review/id", out_of_range.to_vec()),
        ("issue_comment", "/issue/number", out_of_range.to_vec()),
        ("issue_comment", "/issue", vec![json!(null)]),
        ("issue_comment", "/comment", vec![json!(null)]),
        ("issue_comment", "/comment/id", out_of_range.to_vec()),
        ("check_run", "/check_run", vec![json!(null)]),
        ("check_run", "/check_run/head_sha", shas.to_vec()),
        ("check_suite", "/check_suite/head_sha", shas.to_vec()),
    ]);
    for (event, pointer, values) in cases {
        let action = USED.iter().find(|used| used.event == event).unwrap().actions[0];
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let mut without = payload(event, action);
        without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(field);
        // Only this one may be absent.
        if pointer != "/number" {
            assert!(read_value(event, &without).is_err(), "{event} without {pointer}");
        }
        for value in values {
            let mut payload = payload(event, action);
            *payload.pointer_mut(pointer).unwrap() = value.clone();
            assert!(read_value(event, &payload).is_err(), "{event}: {pointer} = {value}");
        }
    }
    let mut without = payload("pull_request", "opened");
    without.as_object_mut().unwrap().remove("action");
    assert_eq!(read_value("pull_request", &without), Err(Malformed::Field("action")));
}

#[test]
fn what_is_no_json_object_is_refused_for_every_event() {
    let good = payload("pull_request", "opened").to_string();
    let cut = &good[..good.len() - 1];
    let latin1 = b"{\"action\": \"opened\", \"skipped\": \"\xe4\"}";
    for event in ["pull_request", "push", "ping", "an_event_of_tomorrow"] {
        for body in [&b""[..], b" ", b"[]", b"null", b"1", b"\"x\"", b"{", cut.as_bytes(), b"{} {}", latin1] {
            let result = read(event, "id", body, &us());
            assert_eq!(result, Err(Malformed::NotJson), "{event}: {}", String::from_utf8_lossy(body));
        }
    }
    assert!(read("pull_request", "id", format!(" \n{good}\n").as_bytes(), &us()).is_ok());
}

#[test]
fn escaped_strings_are_read_like_others() {
    let text = payload("pull_request", "opened").to_string();
    let text = text.replace("\"opened\"", r#""\u006fpened""#).replace("DPGAlliance/", r"DPGAlliance\/");
    let Ok(Event::Work(row)) = read("pull_request", "id", text.as_bytes(), &us()) else { panic!("{text}") };
    assert_eq!((row.action, row.repository.owner.as_str()), ("opened", "DPGAlliance"));
}

#[test]
fn a_deleted_account_can_be_the_sender() {
    let mut payload = payload("pull_request", "opened");
    payload["sender"] = json!(null);
    assert_eq!(row("pull_request", &payload).actor, None);
    payload.as_object_mut().unwrap().remove("sender");
    assert_eq!(row("pull_request", &payload).actor, None);
}

#[test]
fn our_own_doing_is_ignored_but_never_a_new_head() {
    let bot = json!({"login": BOT.to_uppercase(), "id": 1, "type": "Bot"});
    for (event, action, ignored) in [
        ("pull_request", "labeled", true),
        ("pull_request", "unlabeled", true),
        ("issue_comment", "created", true),
        ("issue_comment", "edited", true),
        ("issue_comment", "deleted", true),
        ("pull_request", "opened", false),
        ("pull_request", "synchronize", false),
        ("pull_request", "edited", false),
        ("pull_request_review", "submitted", true),
        ("check_run", "rerequested", false),
    ] {
        let mut payload = payload(event, action);
        payload["sender"] = bot.clone();
        assert_eq!(is_ignored(&read_value(event, &payload)), ignored, "{event} {action}");
        let before = Us { login: None, ..us() };
        let early = read(event, "id", payload.to_string().as_bytes(), &before);
        assert!(matches!(early, Ok(Event::Work(_))), "{event} {action} before the slug is known");
    }
}

#[test]
fn a_comment_of_ours_is_known_by_the_app_and_a_persons_tick_in_it_is_not_ours() {
    let no_login = Us { login: None, ..us() };
    for (app, kind, ours) in [(APP, "Bot", true), (APP, "User", false), (APP + 1, "Bot", false)] {
        let mut payload = payload("issue_comment", "edited");
        payload["comment"]["performed_via_github_app"] = json!({"id": app});
        payload["sender"]["type"] = json!(kind);
        let event = read("issue_comment", "id", payload.to_string().as_bytes(), &no_login);
        assert_eq!(is_ignored(&event), ours, "{app} {kind}");
        if let Ok(Event::Work(row)) = event {
            assert_eq!(row.action == OURS_EDITED, app == APP, "{app} {kind}");
        }
    }
}

#[test]
fn a_comment_on_an_issue_is_not_ours() {
    let mut payload = payload("issue_comment", "created");
    payload["issue"]["pull_request"] = json!(null);
    assert!(is_ignored(&read_value("issue_comment", &payload)));
}

#[test]
fn check_runs_are_mapped_by_external_id_else_by_head() {
    let head = Subject::Head(SHA.to_owned());
    for (external_id, subject) in [
        (json!("7:0a1b"), Subject::PullRequest(7)),
        (json!("7"), head.clone()),
        (json!("x:y"), head.clone()),
        (json!("+7:y"), head.clone()),
        (json!(":y"), head.clone()),
        (json!("0:y"), head.clone()),
        (json!("99999999999999999999:y"), head.clone()),
        (json!(""), head.clone()),
        (json!(null), head),
    ] {
        let mut payload = payload("check_run", "rerequested");
        payload["check_run"]["external_id"] = external_id.clone();
        assert_eq!(row("check_run", &payload).subject, subject, "{external_id}");
    }
    for app in [json!(null), json!({"id": null}), json!({"id": APP + 1})] {
        for event in ["check_run", "check_suite"] {
            let mut payload = payload(event, "rerequested");
            payload[event]["app"] = app.clone();
            assert!(is_ignored(&read_value(event, &payload)), "{event} of {app}");
        }
    }
}

#[test]
fn only_allowed_accounts_are_served() {
    for (allowed, served) in [(vec![], true), (vec!["other"], false), (vec!["other", "dpgalliance"], true)] {
        let allowed: Vec<String> = allowed.into_iter().map(str::to_owned).collect();
        let us = Us { allowed_owners: &allowed, ..us() };
        let event = read("pull_request", "id", payload("pull_request", "opened").to_string().as_bytes(), &us);
        assert_eq!(!is_ignored(&event), served, "{allowed:?}");
    }
}
