//! Webhooks that nobody took: asked for once each, by rounds that never do harm.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use dpg_triage::{
    catch_up::CatchUp,
    fake_github::{Delivery, Fault, FileChange, How, PullRequestSetup},
    github::{self, GitHub},
    health::Health,
    queue::{Inbox, Row, Subject, Trigger},
    triage::pull_request::RepositoryName,
    webhook::event::is_used,
};
use serde_json::json;

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

/// Longer than any test: the round at the start is the only one.
const ONCE: Duration = Duration::from_secs(600);

/// Nobody is there.
const NOBODY: &str = "http://127.0.0.1:9/api/github/webhooks";

/// The look for what was missed, without the rest of the App.
fn catch_up(house: &House, inbox: &Inbox, owners: &[&str]) -> (CatchUp, Health) {
    let settings = github::Settings {
        app_id: 831_204,
        private_key: house.github.private_pem().to_owned().into(),
        api_url: house.github.url().to_owned(),
        nominees: None,
    };
    let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
    let github = Arc::new(GitHub::new(&settings).unwrap());
    let health = Health::default();
    (CatchUp::new(github, inbox.clone(), owners.into(), is_used, health.clone()), health)
}

fn open(house: &House, name: &str) -> u64 {
    let change = FileChange::write(format!("nominees/{name}.json"), nominee(|_| {}));
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![change]);
    house.github.open_pull_request(REGISTRY, setup).unwrap()
}

/// Waits until the App says that it has looked for what was missed.
async fn caught_up(house: &House) {
    let patience = async {
        while house.readiness().await.1["missed_deliveries"]["ok"] != true {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), patience).await.expect("it has caught up");
    house.settle().await;
}

fn matters(delivery: &Delivery) -> bool {
    is_used(&delivery.event, delivery.action.as_deref())
}

/// How often each event was asked for again.
fn asked(house: &House) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for delivery in house.github.deliveries().into_iter().filter(|delivery| delivery.redelivery) {
        *asked.entry(delivery.guid).or_default() += 1;
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_the_app_was_down() {
    let house = House::build().await.serve_catching_up(ONCE).await;
    caught_up(&house).await;
    let before = house.nominate(PATH, nominee(|_| {})).await;
    let house = house.down().await;
    let numbers: Vec<u64> = (0..5).map(|at| open(&house, &format!("clinic-{at}"))).collect();
    house.github.settled().await;
    let failed: Vec<Delivery> =
        house.github.deliveries().into_iter().filter(|delivery| !delivery.succeeded()).collect();
    let missed: BTreeSet<String> =
        failed.iter().filter(|one| matters(one)).map(|one| one.guid.clone()).collect();
    assert!(missed.len() >= 5, "{failed:?}");
    let house = house.serve_catching_up(ONCE).await;
    caught_up(&house).await;
    for number in &numbers {
        assert_eq!(house.shown(*number).comments_by(BOT).len(), 1, "#{number} is judged");
    }
    let once: BTreeMap<String, usize> = missed.iter().map(|guid| (guid.clone(), 1)).collect();
    assert_eq!(asked(&house), once, "each that was missed, once; nothing that was taken");
    assert_eq!(house.shown(before).comments_by(BOT).len(), 1);
    // Two restarts ask for nothing more.
    let mut house = house;
    for _ in 0..2 {
        house = house.down().await.serve_catching_up(ONCE).await;
        let mark = house.github.mark();
        caught_up(&house).await;
        assert_eq!(asked(&house), once);
        let looked = house.github.requests_since(mark);
        assert!(looked.to("GET", "/app/hook/deliveries").len() <= 1, "one page: {looked}");
    }
    house.github.assert_no_unexpected();
    house.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_list_is_told_and_harms_nobody() {
    for status in [403, 500] {
        let house = House::build().await;
        house.github.fail(Fault::status("GET", "/app/hook/deliveries", 1, status));
        let house = house.serve_catching_up(Duration::from_secs(1)).await;
        let told = async {
            loop {
                let (code, body) = house.readiness().await;
                assert_eq!(code, 200, "deliveries can be stored all the same");
                let word = body["missed_deliveries"]["word"].as_str().unwrap().to_owned();
                if word.contains(&status.to_string()) {
                    assert_eq!(body["status"], "troubled");
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), told).await.expect("it is told");
        caught_up(&house).await;
        assert_eq!(house.readiness().await.1["status"], "ready");
        let number = house.nominate(PATH, nominee(|_| {})).await;
        assert_eq!(house.shown(number).comments_by(BOT).len(), 1);
        house.close().await;
    }
}

/// A process that starts again and again must not keep the alarm silent.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_knows_when_the_last_one_looked() {
    let series = "dpg_triage_caught_up_timestamp_seconds ";
    let told = async |house: &House| {
        let text = house.metrics().await;
        let line = text.lines().find(|line| line.starts_with(series)).expect("it is told");
        line[series.len()..].parse::<i64>().unwrap()
    };
    let house = House::build().await.serve_catching_up(ONCE).await;
    caught_up(&house).await;
    let looked = told(&house).await;
    let house = house.down().await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    house.github.fail(Fault::status("GET", "/app/hook/deliveries", 1, 403));
    let house = house.serve_catching_up(ONCE).await;
    let refused = async {
        loop {
            let missed = house.readiness().await.1["missed_deliveries"].clone();
            assert_eq!(missed["ok"], false, "not by this process yet");
            if missed["word"].as_str().unwrap().contains("403") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused).await.expect("it has tried");
    assert_eq!(told(&house).await, looked);
    house.down().await;
}

/// A list with one attempt at this time, and perhaps a next page.
fn list(at: DateTime<Utc>, link: Option<&str>) -> How {
    let attempt = json!([{
        "id": 5, "guid": "g", "delivered_at": at.to_rfc3339(), "redelivery": false, "status": "OK",
        "status_code": 202, "event": "pull_request", "action": "opened", "installation_id": 1,
    }]);
    let headers = link.map(|link| ("link".to_owned(), link.to_owned())).into_iter().collect();
    How::Answer { status: 200, headers, body: attempt.to_string() }
}

#[tokio::test]
async fn what_is_dated_ahead_settles_nothing() {
    let house = House::build().await;
    house.github.deliver_to(NOBODY);
    let inbox = Inbox::in_memory().await.unwrap();
    let (now, day) = (Utc::now(), TimeDelta::days(1));
    house.github.fail(Fault::new("GET", "/app/hook/deliveries", 1, list(now + day, None)));
    catch_up(&house, &inbox, &[]).0.round(now).await;
    open(&house, "clinic");
    house.github.settled().await;
    let missed = house.github.deliveries().into_iter().filter(matters).count();
    catch_up(&house, &inbox, &[]).0.round(Utc::now()).await;
    house.github.settled().await;
    assert_eq!(asked(&house).len(), missed);
    // As one of an earlier version left it.
    inbox.note("deliveries settled", (now + day).timestamp_millis(), i64::MAX).await.unwrap();
    open(&house, "school");
    house.github.settled().await;
    catch_up(&house, &inbox, &[]).0.round(Utc::now()).await;
    house.github.settled().await;
    assert!(asked(&house).len() > missed, "{:?}", asked(&house));
}

#[tokio::test]
async fn a_list_that_goes_in_a_circle_is_left() {
    let house = House::build().await;
    let link = "<https://api.github.com/app/hook/deliveries?per_page=100&cursor=v1_5>; rel=\"next\"";
    house.github.fail(Fault::new("GET", "/app/hook/deliveries", 1_000_000, list(Utc::now(), Some(link))));
    let (catch_up, health) = catch_up(&house, &Inbox::in_memory().await.unwrap(), &[]);
    let round = tokio::time::timeout(Duration::from_secs(10), catch_up.round(Utc::now()));
    round.await.expect("the round ends");
    assert_eq!(house.github.requests().to("GET", "/app/hook/deliveries").len(), 2);
    let known = health.known();
    assert!(known.caught_up.is_none() && known.behind.is_some_and(|why| why.contains("read already")));
}

/// 260 missed ones: three pages, 50 a round, oldest first, none twice within ten minutes.
#[tokio::test]
async fn many_are_asked_for_by_and_by() {
    let house = House::build().await;
    house.github.deliver_to(NOBODY);
    let number = open(&house, "clinic");
    for at in 0..260 {
        house.github.comment(REGISTRY, number, "ada", &format!("/recheck {at}")).unwrap();
    }
    house.github.settled().await;
    let missed: Vec<String> =
        house.github.deliveries().into_iter().filter(matters).map(|delivery| delivery.guid).collect();
    assert!(missed.len() >= 260);
    let inbox = Inbox::in_memory().await.unwrap();
    let now = Utc::now();
    let (mark, mut rounds) = (house.github.mark(), 0);
    while asked(&house).len() < missed.len() {
        // Each round has no memory of its own: as after a restart.
        catch_up(&house, &inbox, &[]).0.round(now + TimeDelta::seconds(rounds)).await;
        house.github.settled().await;
        rounds += 1;
        let so_far = asked(&house);
        let wanted = missed.len().min(50 * usize::try_from(rounds).unwrap());
        let oldest: BTreeMap<String, usize> = missed[..wanted].iter().map(|guid| (guid.clone(), 1)).collect();
        assert_eq!(so_far, oldest, "round {rounds}");
        if rounds == 1 {
            let pages = house.github.requests_since(mark).to("GET", "/app/hook/deliveries").len();
            assert_eq!(pages, house.github.deliveries().len().saturating_sub(50).div_ceil(100));
        }
    }
    let quiet = asked(&house);
    catch_up(&house, &inbox, &[]).0.round(now + TimeDelta::minutes(9)).await;
    house.github.settled().await;
    assert_eq!(asked(&house), quiet, "not within ten minutes");
    catch_up(&house, &inbox, &[]).0.round(now + TimeDelta::minutes(11)).await;
    house.github.settled().await;
    assert_eq!(asked(&house).values().filter(|times| **times == 2).count(), 50, "and then again");
}

/// A row as the webhook of a delivery makes it.
fn stored(delivery: &Delivery) -> Row {
    Row {
        delivery: delivery.guid.clone(),
        event: "pull_request",
        action: "opened",
        trigger: Trigger::Event,
        installation: delivery.installation.unwrap(),
        repository_id: delivery.repository.unwrap(),
        repository: RepositoryName::new("dpg-registry", "publicgoods"),
        subject: Subject::PullRequest(1),
        actor: None,
    }
}

#[tokio::test]
async fn nothing_is_asked_for_without_need() {
    let house = House::build().await;
    house.github.deliver_to(NOBODY);
    open(&house, "clinic");
    house.github.tell("star", &json!({"action": "created", "installation": {"id": 1}}));
    let stranger = json!({"action": "opened", "installation": {"id": 4_711}, "repository": {"id": 1}});
    house.github.tell("pull_request", &stranger);
    house.github.settled().await;
    let missed: Vec<Delivery> = house
        .github
        .deliveries()
        .into_iter()
        .filter(|delivery| matters(delivery) && delivery.installation != Some(4_711))
        .collect();
    assert_eq!(missed.len(), 1, "{missed:?}");
    let round = async |inbox: &Inbox, owners: &[&str], now: DateTime<Utc>, what: &str, wanted: usize| {
        let (catch_up, health) = catch_up(&house, inbox, owners);
        catch_up.round(now).await;
        house.github.settled().await;
        assert_eq!(asked(&house).values().sum::<usize>(), wanted, "{what}");
        assert!(health.known().behind.is_none(), "{what}: {:?}", health.known());
    };
    let fresh = async || Inbox::in_memory().await.unwrap();
    let now = Utc::now();
    round(&fresh().await, &["somebody"], now, "an account that is not served", 0).await;
    round(&fresh().await, &[], now + TimeDelta::days(4), "too old", 0).await;
    let full = fresh().await;
    full.store(stored(&missed[0])).await.unwrap();
    round(&full, &[], now, "stored, whatever GitHub heard", 0).await;
    // GitHub does not want to; the next round is for another time.
    house.github.fail(Fault::status("POST", "/app/hook/deliveries/", 1, 422));
    let inbox = fresh().await;
    round(&inbox, &["DPG-Registry"], now, "refused", 0).await;
    round(&inbox, &["DPG-Registry"], now + TimeDelta::minutes(5), "not yet", 0).await;
    round(&inbox, &["DPG-Registry"], now + TimeDelta::minutes(11), "now", 1).await;
    assert_eq!(asked(&house).keys().collect::<Vec<_>>(), [&missed[0].guid]);
    // It failed once more: what is redelivered in vain is given up with its first attempt.
    round(&inbox, &[], now + TimeDelta::days(3) + TimeDelta::minutes(1), "too old by now", 1).await;
    house.github.assert_no_unexpected();
}
