//! Webhooks: signed, in order, once, and logged.

use super::*;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use std::time::Duration;

type Received = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A server that takes webhooks and answers with this status.
async fn receiver(status: u16) -> (String, Received) {
    let received = Received::default();
    let list = Arc::clone(&received);
    let take = move |headers: HeaderMap, body: Bytes| async move {
        list.lock().unwrap().push((headers, body));
        StatusCode::from_u16(status).unwrap()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hooks", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(take);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

fn told(received: &Received) -> Vec<String> {
    let list = received.lock().unwrap();
    let name = |(headers, body): &(HeaderMap, Bytes)| {
        let payload: Value = serde_json::from_slice(body).unwrap();
        let action = payload["action"].as_str().map(|action| format!(".{action}")).unwrap_or_default();
        format!("{}{action}", headers["x-github-event"].to_str().unwrap())
    };
    list.iter().map(name).collect()
}

#[tokio::test]
async fn events_are_signed_and_in_order() {
    let setup = Setup::new().await;
    let (address, received) = receiver(202).await;
    setup.github.deliver_to(&address);
    let number = setup.nominate();
    let comment = setup.github.comment(REGISTRY, number, "amara", "hello").unwrap();
    setup.github.edit_comment(REGISTRY, comment, "rosa", "hi").unwrap();
    setup.github.react(REGISTRY, comment, "rosa", "+1").unwrap();
    setup.github.add_label(REGISTRY, number, "rosa", "x").unwrap();
    setup.github.push(REGISTRY, number, "amara", vec![FileChange::remove("README.md")]).unwrap();
    setup.github.commit_to_base(REGISTRY, "rosa", vec![FileChange::write("a", "b")]).unwrap();
    setup.github.settled().await;
    let expected = [
        "pull_request.opened",
        "issue_comment.created",
        "issue_comment.edited",
        "pull_request.labeled",
        "pull_request.synchronize",
        "push",
        "check_suite.requested",
    ];
    assert_eq!(told(&received), expected);
    let (headers, body) = received.lock().unwrap()[2].clone();
    assert_eq!(headers["x-hub-signature-256"], signature(SECRET, &body));
    assert!(headers["user-agent"].to_str().unwrap().starts_with("GitHub-Hookshot/"));
    let payload: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(payload["changes"]["body"]["from"], "hello");
    assert_eq!(
        (&payload["sender"]["login"], &payload["repository"]["full_name"]),
        (&json!("rosa"), &json!(REGISTRY))
    );
    assert_eq!(payload["installation"]["id"], setup.installation);
    assert!(payload["issue"]["pull_request"].is_object());
}

#[tokio::test]
async fn the_apps_own_writes_are_told_too() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let head = setup.github.pull_request(REGISTRY, number).unwrap().head_sha;
    let (address, received) = receiver(202).await;
    setup.github.deliver_to(&address);
    setup.post(&format!("/issues/{number}/comments"), json!({"body": "report"})).await;
    setup.post(&format!("/issues/{number}/labels"), json!({"labels": ["nomination"]})).await;
    let done = json!({"name": "N", "head_sha": head, "conclusion": "success"});
    let run = value(setup.post("/check-runs", done).await).await;
    setup.github.click_rerun(REGISTRY, run["id"].as_u64().unwrap(), "amara").unwrap();
    setup.github.settled().await;
    let expected = [
        "issue_comment.created",
        "pull_request.labeled",
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
        "check_run.rerequested",
    ];
    assert_eq!(told(&received), expected);
    let list = received.lock().unwrap();
    let payload = |index: usize| -> Value { serde_json::from_slice(&list[index].1).unwrap() };
    assert_eq!(payload(0)["sender"], json!(payload(0)["comment"]["user"]));
    assert_eq!(
        (&payload(0)["sender"]["login"], &payload(0)["sender"]["type"]),
        (&json!("dpg-triage[bot]"), &json!("Bot"))
    );
    assert_eq!(payload(5)["check_run"]["pull_requests"], json!([]));
    assert_eq!(payload(5)["sender"]["login"], "amara");
}

#[tokio::test]
async fn a_failed_delivery_is_only_sent_again_on_request() {
    let setup = Setup::new().await;
    let (address, received) = receiver(500).await;
    setup.github.deliver_to(&address);
    setup.nominate();
    setup.github.settled().await;
    let failed = setup.github.deliveries();
    assert_eq!((failed.len(), failed[0].status, failed[0].succeeded()), (1, Some(500), false));
    let ask = |method: Method, path: String| setup.request(method, &path).bearer_auth(jwt(7, 0, 500)).send();
    let list = value(ask(Method::GET, "/app/hook/deliveries?status=failure".to_owned()).await.unwrap()).await;
    assert_eq!((&list[0]["guid"], &list[0]["status_code"]), (&json!(failed[0].guid), &json!(500)));
    let again = ask(Method::POST, format!("/app/hook/deliveries/{}/attempts", list[0]["id"])).await.unwrap();
    assert_eq!(again.status(), 202);
    setup.github.settled().await;
    let bodies: Vec<Bytes> = received.lock().unwrap().iter().map(|(_, body)| body.clone()).collect();
    assert_eq!((bodies.len(), &bodies[0]), (2, &bodies[1]));
    let log = setup.github.deliveries();
    assert!(log[1].redelivery && log[1].guid == log[0].guid && log[1].id != log[0].id);
}

#[tokio::test]
async fn a_test_can_wait_for_the_world() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let has_comment = |github: &FakeGitHub| !github.comments(REGISTRY, number).unwrap().is_empty();
    let vain = setup.github.wait_until(has_comment, Duration::from_millis(30)).await.unwrap_err();
    assert!(vain.contains("dpg/candidates#1 Add New"), "{vain}");
    let github = setup.github.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        github.comment(REGISTRY, number, "amara", "here").unwrap();
    });
    setup.github.wait_until(has_comment, Duration::from_secs(5)).await.unwrap();
}
