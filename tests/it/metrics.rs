//! The numbers that an operator's Prometheus reads.

use std::{collections::BTreeMap, time::Duration};

use dpg_triage::fake_github::Fault;

use crate::house::{House, PATH, nominee};

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
    assert!(!numbers(&house).await.contains_key("dpg_triage_caught_up_timestamp_seconds"));
    house.close().await;
}
