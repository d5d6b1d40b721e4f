//! `serve` and a PostgreSQL server that is late, goes away, comes back, or is the wrong one.

use std::time::{Duration, Instant};

use dpg_triage::fake_github::{FakeGitHub, FileChange, PullRequestSetup};
use sqlx::Connection;

use crate::{
    house::{BOT, House, PATH, REGISTRY, nominee},
    postgres::own,
    process::{Serve, program, run},
};

/// The newest delivery has been answered so, in time for GitHub.
async fn answered(github: &FakeGitHub, status: u16) -> String {
    github.settled().await;
    let delivery = github.deliveries().pop().unwrap();
    assert_eq!(delivery.status, Some(status));
    assert!(delivery.duration < Duration::from_secs(2), "{:?}", delivery.duration);
    delivery.guid
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_outlives_its_database() {
    let Some(cluster) = own("serve_outlives_its_database") else { return };
    let (house, folder) = (House::build().await, tempfile::tempdir().unwrap());
    let address = cluster.create("inbox");
    cluster.stop();
    let started = Instant::now();
    let (mut serve, webhooks) = Serve::start(&house.github, folder.path(), &[("DATABASE_URL", &address)]);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    house.github.deliver_to(&webhooks);
    let setup =
        PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, nominee(|_| {}))]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let opened = answered(&house.github, 503).await;
    let ready = reqwest::get(webhooks.replace("/api/github/webhooks", "/readyz")).await.unwrap();
    assert_eq!(ready.status(), 503);
    let word: serde_json::Value = ready.json().await.unwrap();
    let word = word["database"]["word"].as_str().unwrap();
    assert!(
        word.starts_with("the database ")
            && word.contains("inbox on the PostgreSQL server at ")
            && word.contains(" (since 20"),
        "{word}"
    );

    cluster.start();
    house.github.redeliver(&opened);
    answered(&house.github, 202).await;
    let commented = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, number).is_ok_and(|shown| !shown.check_runs.is_empty())
    };
    house.github.wait_until(commented, Duration::from_secs(20)).await.unwrap();

    cluster.stop();
    house.github.push(REGISTRY, number, "ada", vec![FileChange::write(PATH, "{}")]).unwrap();
    let pushed = answered(&house.github, 503).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    cluster.start();
    house.github.redeliver(&pushed);
    answered(&house.github, 202).await;
    let changed = |github: &FakeGitHub| {
        let shown = github.pull_request(REGISTRY, number).unwrap();
        shown.comments_by(BOT).iter().any(|comment| comment.body.contains("to change"))
    };
    house.github.wait_until(changed, Duration::from_secs(20)).await.unwrap();
    assert_eq!(serve.terminate().0, Some(0));
    let log = serve.log();
    for (said, times) in [("inbox's database refused", 2), ("database answers again", 2), ("panicked", 0)] {
        assert_eq!(log.matches(said).count(), times, "{said}\n{log}");
    }
}

/// Somebody has to change a setting: that is an error at once, and says which.
#[tokio::test]
async fn serve_does_not_wait_for_a_database_that_is_wrong() {
    let Some(cluster) = own("serve_does_not_wait_for_a_database_that_is_wrong") else { return };
    let folder = tempfile::tempdir().unwrap();
    let newer = cluster.create("newer");
    let mut operator = sqlx::PgConnection::connect(&newer).await.unwrap();
    let schema = "CREATE TABLE inbox_schema (version BIGINT); INSERT INTO inbox_schema VALUES (99)";
    sqlx::raw_sql(schema).execute(&mut operator).await.unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, include_str!("../../src/config/test-key-pkcs8.pem")).unwrap();
    for (address, says) in [
        (newer, "the database has schema 99, this program knows 1"),
        (cluster.address("dpg", "nowhere"), "database \"nowhere\" does not exist"),
        (cluster.address("stranger:s3cret", "postgres"), "role \"stranger\" does not exist"),
    ] {
        let started = Instant::now();
        let (code, _, said) = run(program()
            .args(["serve", "--app-id", "1", "--port", "0"])
            .env("WEBHOOK_SECRET", "s3cret")
            .env("PRIVATE_KEY_PATH", &key)
            .env("DATABASE_URL", address));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says) && !said.contains("s3cret"), "{said}");
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
}
