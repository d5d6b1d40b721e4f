//! The numbers that an operator's Prometheus reads.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use dpg_triage::fake_github::{Fault, FileChange, How, PullRequestSetup};

use crate::house::{House, PATH, REGISTRY, nominee};

/// The series and their values.
async fn numbers(house: &House) -> BTreeMap<String, f64> {
    let text = house.metrics().await;
    let series = text.lines().filter(|line| !line.starts_with('#'));
    let split = series.map(|line| line.rsplit_once(' ').unwrap());
    split.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_tell_what_happened() {
    let house = House::build().await.serve_catching_up(Duration::from_secs(600)).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.comment(number, "grace", "/recheck").await;
    house.comment(number, "grace", "/recheck").await;
    let shown = numbers(&house).await;
    let value = |series: &str| *shown.get(series).unwrap_or_else(|| panic!("{series} in {shown:#?}"));
    assert_eq!(value(r#"dpg_triage_deliveries_total{event="pull_request",result="stored"}"#), 1.0);
    assert_eq!(value(r#"dpg_triage_deliveries_total{event="issue_comment",result="stored"}"#), 2.0);
    assert_eq!(value(r#"dpg_triage_jobs_total{result="done"}"#), 3.0);
    assert!(value(r#"dpg_triage_job_seconds_total{result="done"}"#) > 0.0);
    assert_eq!(value(r#"dpg_triage_inbox_rows{state="done"}"#), 3.0);
    assert_eq!(value(r#"dpg_triage_inbox_rows{state="dead"}"#), 0.0);
    assert_eq!(value("dpg_triage_oldest_job_seconds"), 0.0);
    assert!(value("dpg_triage_caught_up_timestamp_seconds") > 1.7e9);
    // What is counted is what GitHub has answered, but for the tokens, which the client's library fetches.
    let asked = house.github.requests();
    let files = "/repos/{}/{}/pulls/{}/files";
    let counted: f64 =
        shown.iter().filter(|(series, _)| series.contains(files)).map(|(_, value)| value).sum();
    assert_eq!(counted, asked.iter().filter(|request| request.route.ends_with("/files")).count() as f64);
    let of_all = |status: u16| {
        let status = format!("status=\"{status}\"");
        shown.iter().filter(|(series, _)| series.contains(&status)).map(|(_, value)| value).sum::<f64>()
    };
    let answered = |status: u16| asked.iter().filter(|request| request.status == status).count() as f64;
    assert!(of_all(304) > 0.0);
    assert_eq!(of_all(304), answered(304));
    assert_eq!(of_all(200), answered(200));
    let left = shown.iter().find(|(series, _)| series.starts_with("dpg_triage_github_rate_limit_remaining{"));
    assert!(left.is_some_and(|(_, left)| (4000.0..5000.0).contains(left)), "{left:?}");
    // Names of people and repositories are in no label.
    for name in ["open-clinic", "publicgoods", "grace"] {
        assert!(shown.keys().all(|series| !series.contains(name)), "{name} in {shown:#?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_counted() {
    let house = House::build().await;
    house.github.fail(Fault::status("GET", "/app/hook/deliveries", 1, 403));
    let house = house.serve_catching_up(Duration::from_secs(600)).await;
    let series =
        r#"dpg_triage_github_requests_total{method="GET",route="/app/hook/deliveries",status="403"}"#;
    let counted = async {
        while numbers(&house).await.get(series) != Some(&1.0) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), counted).await.expect("the refusal is counted");
    // An alarm needs a number that grows old.
    let since = now() - numbers(&house).await["dpg_triage_caught_up_timestamp_seconds"];
    assert!((0.0..60.0).contains(&since), "as the process began: {since}");
    house.close().await;
}

fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64()
}

/// The alarms that the README recommends.
fn alarms() -> Vec<&'static str> {
    let text = include_str!("../../README.md").split_once("Worth an alarm:\n").unwrap().1;
    let lines = text.lines().take_while(|line| line.starts_with("  - `"));
    lines.map(|line| line.split('`').nth(1).unwrap()).collect()
}

/// Which of them fire, were an hour so many seconds long.
async fn firing(house: &House, hour: f64) -> Vec<&'static str> {
    let (numbers, now) = (numbers(house).await, now());
    let fires = |alarm: &&str| {
        if let Some(name) = alarm.strip_prefix("absent(") {
            return !numbers.contains_key(name.trim_end_matches(')'));
        }
        let (series, limit) = alarm.split_once(" > ").unwrap();
        let limit = limit.parse::<f64>().unwrap() * hour / 3600.0;
        let (name, since) = match series.strip_prefix("time() - ") {
            Some(name) => (name, Some(now)),
            None => (series, None),
        };
        let bare = |series: &str| series.split('{').next() == Some(name);
        let mut found = numbers.iter().filter(|(series, _)| *series == name || bare(series));
        found.any(|(_, value)| since.map_or(*value, |now| now - value) > limit)
    };
    alarms().into_iter().filter(fires).collect()
}

/// Every name that the README gives is one that is told.
#[tokio::test(flavor = "multi_thread")]
async fn alarms_are_about_what_is_told() {
    let house = House::build().await;
    house.github.set_app_permission("checks", None);
    let house = house.serve_catching_up(Duration::from_secs(600)).await;
    house.nominate(PATH, nominee(|_| {})).await;
    let told = numbers(&house).await;
    assert_eq!(alarms().len(), 6);
    for alarm in alarms() {
        let name = alarm.split(['(', ')', ' ', '{']).find(|word| word.starts_with("dpg_triage_")).unwrap();
        assert!(told.keys().any(|series| series.split('{').next() == Some(name)), "{name} in {told:#?}");
    }
    assert_eq!(firing(&house, 3600.0).await, ["dpg_triage_github_missing_permissions_total > 0"]);
    house.close().await;
}

/// An hour in which GitHub answers nobody, short as it is here: whoever keeps the App hears of it, and goes on hearing of
/// it between the tries. The replica stays in service.
#[tokio::test(flavor = "multi_thread")]
async fn alarms_fire_while_github_is_away() {
    let house = House::build().await;
    house.github.fail(Fault::now_and_then(1, How::CloseConnection));
    let house = house.serve_catching_up(Duration::from_secs(600)).await;
    assert_eq!(firing(&house, 3600.0).await, Vec::<&str>::new());
    let change = FileChange::write(PATH, nominee(|_| {}));
    let setup = PullRequestSetup::from_fork("ada", "Nominate a project", vec![change]);
    house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    let hour = 3.0;
    tokio::time::sleep(Duration::from_secs_f64(hour)).await;
    let expected =
        ["dpg_triage_oldest_job_seconds > 300", "time() - dpg_triage_caught_up_timestamp_seconds > 1800"];
    for _ in 0..20 {
        assert_eq!(firing(&house, hour).await, expected);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (status, body) = house.readiness().await;
    assert_eq!((status, body["status"].as_str()), (200, Some("troubled")));
    house.github.heal();
    house.asks_again().await;
    assert!(!firing(&house, hour).await.contains(&expected[0]));
    house.close().await;
}
