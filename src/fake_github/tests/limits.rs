//! What GitHub refuses, and what goes wrong on demand.

use super::*;
use std::time::Duration;

#[tokio::test]
async fn too_much_is_refused() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let head = setup.github.pull_request(REGISTRY, number).unwrap().head_sha;
    let comments = format!("/issues/{number}/comments");
    let note =
        json!({"path": "a", "start_line": 1, "end_line": 2, "annotation_level": "notice", "message": "m"});
    let mut with_columns = note.clone();
    with_columns["start_column"] = json!(1);
    let run = |more: Value| {
        let mut run = json!({"name": "N", "head_sha": head});
        run.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        run
    };
    let output =
        |annotations: Value| json!({"output": {"title": "t", "summary": "s", "annotations": annotations}});
    let long = "x".repeat(65_536);
    let refused = [
        (comments.as_str(), json!({"body": "é".repeat(65_537)})),
        (comments.as_str(), json!({"body": " "})),
        (comments.as_str(), json!({})),
        ("/check-runs", run(output(json!(vec![note.clone(); 51])))),
        ("/check-runs", run(output(json!([with_columns])))),
        ("/check-runs", run(json!({"conclusion": "splendid"}))),
        ("/check-runs", run(json!({"status": "completed"}))),
        ("/check-runs", run(json!({"output": {"title": "t", "summary": long}}))),
        (
            "/check-runs",
            run(json!({"actions": vec![json!({"label": "a", "description": "b", "identifier": "c"}); 4]})),
        ),
        ("/check-runs", json!({"name": "N", "head_sha": "0".repeat(40)})),
        ("/labels", json!({"name": "x".repeat(51), "color": "ffffff"})),
        ("/labels", json!({"name": "x", "color": "#ffffff"})),
    ];
    for (path, body) in refused {
        let answer = setup.post(path, body).await;
        assert_eq!(answer.status(), 422, "{path}");
        assert!(value(answer).await["message"].is_string());
    }
    assert_eq!(setup.post(&comments, json!({"body": "é".repeat(65_536)})).await.status(), 201);
    assert_eq!(setup.post("/check-runs", run(output(json!(vec![note; 50])))).await.status(), 201);
    assert_eq!(setup.github.check_runs(REGISTRY).unwrap().len(), 1);
}

#[tokio::test]
async fn the_allowance_ends() {
    let setup = Setup::new().await;
    let caller = Caller::Installation(setup.installation);
    setup.github.set_rate_limit(caller, 1, Duration::from_secs(60));
    let last = setup.get("").await;
    assert_eq!((last.status().as_u16(), header(&last, "x-ratelimit-remaining")), (200, "0"));
    let refused = setup.get("").await;
    assert_eq!((refused.status().as_u16(), header(&refused, "x-ratelimit-remaining")), (403, "0"));
    let reset: i64 = header(&refused, "x-ratelimit-reset").parse().unwrap();
    assert!(reset > chrono::Utc::now().timestamp() + 50);
}

#[tokio::test]
async fn faults_befall_as_often_as_told() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let path = format!("/issues/{number}/comments");
    let route = "/repos/{owner}/{repo}/issues/{number}/comments";
    let github = &setup.github;
    github.fail(Fault::status("POST", route, 1, 500));
    assert_eq!(setup.post(&path, json!({"body": "lost"})).await.status(), 500);
    github.fail(Fault::new("POST", route, 1, How::DoneButLost));
    assert_eq!(setup.post(&path, json!({"body": "done"})).await.status(), 502);
    github.fail(Fault::new("GET", route, 1, How::CloseConnection));
    assert!(setup.registry(Method::GET, &path).send().await.is_err());
    github.fail(Fault::new("GET", route, 1, How::HalfBody));
    let half = setup.registry(Method::GET, &path).send().await.unwrap();
    assert_eq!(half.status(), 200);
    assert!(half.bytes().await.is_err());
    github.fail(Fault::new("GET", route, 1, How::Hang(Duration::from_secs(30))));
    let hanging = setup.registry(Method::GET, &path).timeout(Duration::from_millis(100)).send().await;
    assert!(hanging.unwrap_err().is_timeout());
    let bodies: Vec<String> =
        github.comments(REGISTRY, number).unwrap().into_iter().map(|one| one.body).collect();
    assert_eq!(bodies, ["done"]);
    assert_eq!(setup.get(&path).await.status(), 200);
}

#[tokio::test]
async fn requests_are_counted() {
    let setup = Setup::new().await;
    setup.github.set_latency(Duration::from_millis(60));
    let mark = setup.github.mark();
    tokio::join!(setup.get(""), setup.get("/labels"), setup.get("/license"));
    setup.post("/labels", json!({"name": "x"})).await;
    let requests = setup.github.requests_since(mark);
    assert_eq!((requests.len(), requests.longest_chain(), requests.writes().len()), (4, 2, 1));
    assert_eq!(requests.writes()[0].caller, Caller::Installation(setup.installation));
    assert_eq!(requests.to("GET", "/repos/{owner}/{repo}/license")[0].status, 404);
}
