//! Refusals in words that GitHub seldom uses: what they ask for is heeded, and none of them costs more than its answer.

use std::time::Duration;

use chrono::Utc;
use dpg_triage::fake_github::{Fault, FileChange, How, PullRequestSetup};

use crate::{
    house::{House, PATH, REGISTRY, nominee},
    process::Serve,
};

const PULL: &str = "/repos/{owner}/{repo}/pulls/{number}";

fn answer(status: u16, headers: &[(&str, &str)], message: &str) -> How {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    How::Answer { status, headers, body: serde_json::json!({"message": message}).to_string() }
}

/// For how long the installation of the newest delivery is left alone.
async fn paused(house: &House) -> Option<u64> {
    let installation = house.github.deliveries().pop().unwrap().installation.unwrap();
    house.inbox.paused(installation).await.unwrap().map(|left| left.as_secs())
}

/// A token that is refused for a limit closes the lane like any other answer, also where no time is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_refused_for_a_limit_is_not_asked_for_again_at_once() {
    let past = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000")];
    for how in [
        answer(429, &[], "Too many requests"),
        answer(403, &[], "You have exceeded a secondary rate limit."),
        answer(403, &past, "API rate limit exceeded"),
    ] {
        let house = House::open().await;
        house.github.fail(Fault::new("POST", "/app/installations/", 1000, how));
        house.nominate(PATH, nominee(|_| {})).await;
        house.nominate("nominees/other.json", nominee(|it| it["name"] = "Other".into())).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let requests = house.github.requests();
        let asked = requests.iter().filter(|request| request.path.ends_with("/access_tokens"));
        assert_eq!(asked.count(), 1, "{}", house.github.requests());
        assert!(paused(&house).await.is_some_and(|left| (50..=60).contains(&left)));
    }
}

#[tokio::test]
async fn a_limit_is_a_limit_in_whatever_words() {
    let date = (Utc::now() + chrono::TimeDelta::seconds(200)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let abuse = "You have triggered an abuse detection mechanism. Please wait a few minutes.";
    for (headers, message, waits) in [
        (&[("retry-after", &*date)][..], "Slow down", 190..=202),
        (&[("retry-after", "-5")], "Slow down", 50..=60),
        (&[("retry-after", "30.5")], "Slow down", 50..=60),
        (&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")], "Slow down", 50..=60),
        (&[], abuse, 50..=60),
    ] {
        let house = House::open().await;
        house.github.fail(Fault::new("GET", PULL, 1, answer(403, headers, message)));
        house.nominate(PATH, nominee(|_| {})).await;
        let left = paused(&house).await;
        assert!(left.is_some_and(|left| waits.contains(&left)), "{headers:?} {message}: {left:?}");
        let waiting = house.inbox.held().await.unwrap();
        assert_eq!((waiting.len(), waiting[0].attempts), (1, 0), "it is no attempt");
    }
}

/// Of what somebody in between says at great length, the beginning is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_takes_no_memory() {
    let (house, folder) = (House::build().await, tempfile::tempdir().unwrap());
    let (mut serve, address) = Serve::start(&house.github, folder.path(), &[]);
    house.github.deliver_to(&address);
    let most = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", serve.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    };
    let before = most();
    house.github.fail(Fault::new("GET", PULL, 1, answer(500, &[], &"x".repeat(200_000_000))));
    let setup =
        PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, nominee(|_| {}))]);
    house.github.open_pull_request(REGISTRY, setup).unwrap();
    let is_refused = async {
        while !serve.log().contains("500 Internal Server Error") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), is_refused).await.unwrap();
    let after = most();
    assert!(after < before + 100, "{before} MB before, {after} MB after");
    assert_eq!(house.github.faults_left(), 0);
    serve.terminate();
}
