//! What the program cannot be shown from outside: time that has passed, and each way in which a delivery fails.

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::{
    github::deliveries::Attempt,
    queue::{
        Subject,
        examine::Examined,
        upkeep::{self, Held},
    },
};

fn now() -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn pages() -> app::Pages {
    let greeting = crate::github::inspect::Greeting {
        at: None,
        status: None,
        app: Err(Error::Gone { what: "x".into() }),
    };
    app::Pages::of(&greeting, "https://api.github.com")
}

fn attempt(guid: &str, status: &str, code: u16) -> Attempt {
    Attempt {
        id: 1,
        guid: guid.to_owned(),
        delivered_at: now(),
        redelivery: false,
        status: Some(status.to_owned()),
        status_code: Some(code),
        event: "pull_request".to_owned(),
        action: Some("opened".to_owned()),
        installation_id: Some(1),
    }
}

fn deliveries(latest: Vec<Attempt>) -> (State, String) {
    let finding = webhook::deliveries(&Ok(latest), &pages());
    let cure = finding.cure.map(|cure| cure.plain()).unwrap_or_default();
    (finding.state, format!("{} | {cure}", finding.said.plain()))
}

#[test]
fn the_manifest_is_read() {
    assert_eq!(app::MANIFEST.default_permissions["checks"], "write");
}

#[test]
fn each_failure_of_a_delivery_means_something() {
    for (status, code, words) in [
        ("timed out", 0, "within ten seconds"),
        ("failed to connect to host", 0, "nobody answered"),
        ("Invalid HTTP Response: 401", 401, "`WEBHOOK_SECRET` differ"),
        ("Invalid HTTP Response: 403", 403, "`WEBHOOK_SECRET` differ"),
        ("Invalid HTTP Response: 404", 404, "`/api/github/webhooks`"),
        ("Invalid HTTP Response: 413", 413, "25 MB"),
        ("Invalid HTTP Response: 415", 415, "application/json"),
        ("Invalid HTTP Response: 502", 502, "nobody listens behind it (502)"),
        ("Invalid HTTP Response: 503", 503, "could not store it"),
        ("Invalid HTTP Response: 500", 500, "log of `serve`"),
    ] {
        let (state, said) = deliveries(vec![attempt("a", status, code)]);
        assert_eq!(state, State::Problem, "{said}");
        assert!(said.contains(words) && said.contains("pull_request opened"), "{code}: {said}");
    }
}

#[test]
fn failures_count_by_what_came_after() {
    let (good, bad) = (|guid| attempt(guid, "OK", 202), |guid| attempt(guid, "timed out", 0));
    assert_eq!(deliveries(vec![]).0, State::Ok);
    assert_eq!(deliveries(vec![good("a")]).0, State::Ok);
    let (state, said) = deliveries(vec![good("a"), bad("a")]);
    assert!(state == State::Ok && said.contains("taken when it came again"), "{said}");
    let (state, said) = deliveries(vec![good("b"), bad("a")]);
    assert!(state == State::Warning && said.contains("Later ones were taken"), "{said}");
    assert_eq!(deliveries(vec![bad("b"), good("a")]).0, State::Problem);
}

#[test]
fn a_job_that_is_due_and_not_taken_is_a_problem() {
    let job = |due: TimeDelta| Held {
        id: 1,
        state: upkeep::State::Waiting,
        repository: RepositoryName::new("o", "r"),
        subject: Subject::PullRequest(1),
        deliveries: 1,
        attempts: 0,
        since: now() - TimeDelta::hours(1),
        due: now() + due,
        why: None,
    };
    let judged = |due| database::judge(&Ok(Examined::Here(vec![job(due)])), now());
    assert_eq!(judged(TimeDelta::minutes(30)).state, State::Ok);
    assert_eq!(judged(TimeDelta::minutes(-1)).state, State::Ok);
    let late = judged(TimeDelta::minutes(-6));
    assert_eq!(late.state, State::Problem);
    assert!(late.said.plain().contains("1 waiting, 0 running, 0 given up"), "{late:?}");
}

#[test]
fn a_clock_is_judged_by_githubs() {
    let judged = |ahead: i64, status: u16| {
        let at = Some(now() - TimeDelta::seconds(ahead));
        let app = Err(Error::Gone { what: "x".into() });
        let greeting = crate::github::inspect::Greeting { at, status: Some(status), app };
        let github = OnGitHub {
            greeting,
            greeted_at: now(),
            hook: Ok(None),
            health: None,
            deliveries: Ok(vec![]),
            installations: Ok(vec![]),
            covered: std::collections::BTreeMap::new(),
            registries: vec![],
            left_out: 0,
            missed: None,
        };
        let clock = app::judge(&github, &pages()).remove(0);
        assert_eq!(clock.about, "clock");
        (clock.state, clock.said.plain())
    };
    for (ahead, status, state, words) in [
        (3, 200, State::Ok, "agrees"),
        (-3, 401, State::Ok, "agrees"),
        (40, 200, State::Warning, "40 s ahead of"),
        // The key is what is wrong then.
        (40, 401, State::Warning, "40 s ahead of"),
        (-90, 401, State::Warning, "90 s behind"),
        (300, 200, State::Warning, "goes by GitHub's"),
        (70, 401, State::Problem, "70 s ahead of"),
        (-500, 401, State::Warning, "500 s behind"),
        (-600, 401, State::Problem, "600 s behind"),
    ] {
        let (found, said) = judged(ahead, status);
        assert!(found == state && said.contains(words), "{ahead} {status}: {found:?} {said}");
    }
}
