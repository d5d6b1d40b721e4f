//! The timer: what GitHub sends no word of is noticed all the same, for little, and never at somebody's expense.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use dpg_triage::{
    fake_github::{Caller, Fault, FileChange, How, PullRequestSetup},
    github::{self, GitHub},
    queue::Inbox,
    sweep::Sweep,
    triage::marker::Marker,
};

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

const INTERVAL: Duration = Duration::from_secs(120);

/// The house without the App at work; the sweep alone, with an inbox that nobody works off.
async fn sweep(house: &House, owners: &[&str]) -> (Sweep, Inbox) {
    let settings = github::Settings {
        app_id: 831_204,
        private_key: house.github.private_pem().to_owned().into(),
        api_url: house.github.url().to_owned(),
        nominees: None,
    };
    let inbox = Inbox::in_memory().await.unwrap();
    let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
    let github = Arc::new(GitHub::new(&settings).unwrap());
    (Sweep::new(github, inbox.clone(), owners.into(), INTERVAL), inbox)
}

/// Opens a pull request of which nobody tells the App; answers its number.
fn open(house: &House, name: &str) -> u64 {
    let change = FileChange::write(format!("nominees/{name}.json"), nominee(|_| {}));
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![change]);
    house.github.open_pull_request(REGISTRY, setup).unwrap()
}

/// Opens one as if the App had looked at it; answers its number and the App's comment.
fn open_judged(house: &House, name: &str) -> (u64, u64) {
    let number = open(house, name);
    let head = house.shown(number).head_sha;
    let marker = Marker { head, since: Utc::now(), ..Marker::default() };
    let comment = house.github.comment(REGISTRY, number, BOT, &marker.with("Ready for review\n")).unwrap();
    (number, comment)
}

async fn waiting(inbox: &Inbox) -> u64 {
    inbox.counts().await.unwrap().ready
}

/// Asks until it is so.
async fn becomes(what: &str, within: Duration, holds: impl Fn() -> bool) {
    let patience = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(within, patience).await.is_ok(), "{what}");
}

/// With no webhook at all: the pull request is found, and a vote changes its label within two intervals.
#[tokio::test(flavor = "multi_thread")]
async fn no_webhook_at_all() {
    let interval = Duration::from_secs(2);
    let house = House::build().await.serve_sweeping(interval).await;
    house.github.stop_delivering();
    let number = open(&house, "open-clinic");
    let labeled = |label: &'static str| {
        let house = &house;
        move || house.shown(number).label_names().contains(&label)
    };
    // Two intervals, and the look itself.
    let within = 2 * interval + Duration::from_secs(4);
    becomes("a first look", within, labeled("triage: ready for review")).await;
    house.inbox.idle().await;
    let comment = house.shown(number).comments_by(BOT)[0].id;
    house.github.react(REGISTRY, comment, "grace", "+1").unwrap();
    becomes("a vote", within, labeled("triage: reviewed")).await;
    house.github.take_back_reaction(REGISTRY, comment, "grace", "+1").unwrap();
    becomes("taken back", within, labeled("triage: ready for review")).await;
    house.github.push(REGISTRY, number, "ada", vec![FileChange::write(PATH, "{}")]).unwrap();
    becomes("a push", within, labeled("triage: needs changes")).await;
    house.inbox.idle().await;
    // And then it is quiet.
    let mark = house.github.mark();
    tokio::time::sleep(interval * 2).await;
    let asked = house.github.requests_since(mark);
    assert!(asked.iter().all(|request| !request.route.ends_with("/files")), "no look: {asked}");
    house.close().await;
}

/// What an owner does is heard: nobody waits for the timer, which would come in an hour.
#[tokio::test(flavor = "multi_thread")]
async fn what_owners_do_is_followed_within_seconds() {
    let house = House::build().await.serve_sweeping(Duration::from_secs(3600)).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let installation = house.github.deliveries().iter().find_map(|delivery| delivery.installation).unwrap();
    let within = Duration::from_secs(10);
    let push = |text: String| {
        house.github.push(REGISTRY, number, "ada", vec![FileChange::write(PATH, text)]).unwrap();
    };
    let labeled = |label: &'static str| {
        let house = &house;
        move || house.shown(number).label_names().contains(&label)
    };
    house.github.suspend_installation(installation).unwrap();
    let suspended = async {
        while !house.inbox.is_suspended(installation).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(within, suspended).await.expect("its jobs wait");
    push("{}".to_owned());
    house.github.unsuspend_installation(installation).unwrap();
    becomes("what happened meanwhile is looked at", within, labeled("triage: needs changes")).await;
    // Taken out, and added again: what differs from our comment is looked at.
    house.inbox.idle().await;
    house.repository("dpg-registry/other", None);
    house.github.choose_repositories(installation, Some(&["dpg-registry/other"])).unwrap();
    push(nominee(|_| {}));
    house.github.choose_repositories(installation, Some(&[REGISTRY])).unwrap();
    becomes("it is ours again", within, labeled("triage: ready for review")).await;
    house.close().await;
}

/// 500 open pull requests, nothing happening: what an hour costs.
#[tokio::test]
async fn five_hundred_quiet_pull_requests() {
    let house = House::build().await;
    let now = Utc::now();
    // 10 of today, 90 of this week, 200 of this month, 200 older.
    for (days, count) in [(60, 200), (14, 200), (3, 90), (0, 10)] {
        house.github.shift_clock(-TimeDelta::days(days) - TimeDelta::hours(1));
        for at in 0..count {
            open_judged(&house, &format!("clinic-{days}-{at}"));
        }
    }
    house.github.shift_clock(TimeDelta::zero());
    let (mut sweep, inbox) = sweep(&house, &[]).await;
    // Five rounds in which all become known.
    for round in 0..5 {
        sweep.round(now + INTERVAL * round).await;
    }
    let known = house.github.requests();
    let sought = known.filter(|request| request.route.ends_with("/comments"));
    assert_eq!(sought.len(), 500, "one request each");
    let (before, mark) = (house.github.graphql_points(), house.github.mark());
    for round in 5..35 {
        sweep.round(now + INTERVAL * round).await;
    }
    let points = house.github.graphql_points() - before;
    let asked = house.github.requests_since(mark);
    let rest = asked.filter(|request| request.status != 304 && request.method == "GET").len();
    println!("an hour: {points} points, {} requests, {rest} of them not free", asked.len());
    assert!((30..=60).contains(&points), "{points} points");
    // What is left is the list of installations, once a round.
    assert!(rest <= 60, "{rest}");
    assert_eq!(waiting(&inbox).await, 0, "nothing to look at");
}

/// A round asks for a look at what differs, once, and at nothing else.
#[tokio::test]
async fn what_differs_gets_a_look() {
    let house = House::build().await;
    let (quiet, _) = open_judged(&house, "quiet");
    let (number, comment) = open_judged(&house, "clinic");
    let (mut sweep, inbox) = sweep(&house, &["DPG-Registry"]).await;
    let mut now = Utc::now();
    let mut round = async |looks: u64, what: &str| {
        now += INTERVAL;
        sweep.round(now).await;
        assert_eq!(waiting(&inbox).await, looks, "{what}");
    };
    round(0, "as the comments remember it").await;
    house.github.react(REGISTRY, comment, "grace", "heart").unwrap();
    round(0, "a heart means nothing").await;
    house.github.react(REGISTRY, comment, "grace", "+1").unwrap();
    round(1, "a vote").await;
    round(1, "asked for once").await;
    house.github.take_back_reaction(REGISTRY, comment, "grace", "+1").unwrap();
    house.github.react(REGISTRY, comment, "grace", "+1").unwrap();
    round(2, "taken back and given again between two rounds").await;
    house.github.push(REGISTRY, quiet, "ada", vec![FileChange::write("nominees/a.json", "{}")]).unwrap();
    round(3, "a push").await;
    round(3, "asked for once").await;
    // A webhook was faster: the comment knows of the push, and that the vote was taken back.
    house.github.take_back_reaction(REGISTRY, comment, "grace", "+1").unwrap();
    house.github.push(REGISTRY, number, "ada", vec![FileChange::write("nominees/b.json", "{}")]).unwrap();
    let head = house.shown(number).head_sha;
    let body = house.shown(number).comments_by(BOT)[0].body.clone();
    let mut marker = Marker::read(&body).unwrap();
    marker.head = head;
    house.github.edit_comment(REGISTRY, comment, BOT, &marker.put_into(&body)).unwrap();
    round(3, "seen already").await;
    // Somebody deletes the comment.
    house.github.delete_comment(REGISTRY, comment, "grace").unwrap();
    round(3, "it is not there any more").await;
    round(4, "and is to be made anew").await;
    round(4, "asked for once").await;
    house.github.close(REGISTRY, quiet, "grace").unwrap();
    round(4, "closed").await;
    house.github.assert_no_unexpected();
}

/// What was opened before the App was there waits for an event of its own.
#[tokio::test]
async fn older_than_the_installation() {
    let house = House::build().await;
    house.github.shift_clock(-TimeDelta::days(2));
    let old = open(&house, "old");
    house.github.shift_clock(TimeDelta::zero());
    let (mut sweep, inbox) = sweep(&house, &[]).await;
    let now = Utc::now();
    sweep.round(now).await;
    assert_eq!(waiting(&inbox).await, 0);
    house.github.edit_title(REGISTRY, old, "ada", "Again").unwrap();
    sweep.round(now + INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 0, "no word of the timer, whatever happens to it");
    open(&house, "new");
    sweep.round(now + 2 * INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 1);
    // Of a repository that is added later, what was there before.
    house
        .github
        .add_repository(dpg_triage::fake_github::RepositorySetup {
            full_name: "dpg-registry/other".to_owned(),
            ..Default::default()
        })
        .unwrap();
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, "{}")]);
    house.github.open_pull_request("dpg-registry/other", setup).unwrap();
    let later = Utc::now() + TimeDelta::seconds(600);
    sweep.round(later).await;
    assert_eq!(waiting(&inbox).await, 1);
    // An account that is not served.
    let (mut other, inbox) = self::sweep(&house, &["somebody"]).await;
    let mark = house.github.mark();
    other.round(now).await;
    assert_eq!((waiting(&inbox).await, house.github.requests_since(mark).len()), (0, 1));
}

/// Where GraphQL is refused, or more people reacted than it shows, REST tells.
#[tokio::test]
async fn without_graphql() {
    let house = House::build().await;
    let (_, comment) = open_judged(&house, "clinic");
    let (_, loud) = open_judged(&house, "loud");
    for fault in [
        Fault::status("POST", "/graphql", 1, 403),
        Fault::status("POST", "/graphql", 1, 404),
        Fault::status("POST", "/graphql", 1, 422),
    ] {
        house.github.fail(fault);
        let (mut sweep, inbox) = sweep(&house, &[]).await;
        let now = Utc::now();
        sweep.round(now).await;
        let before = waiting(&inbox).await;
        house.github.react(REGISTRY, comment, "grace", "-1").unwrap();
        let mark = house.github.mark();
        sweep.round(now + INTERVAL).await;
        assert_eq!(waiting(&inbox).await, before + 1);
        let asked = house.github.requests_since(mark);
        assert_eq!(asked.to("POST", "/graphql").len(), 0, "not asked again at once");
        assert!(asked.iter().any(|request| request.route.ends_with("/reactions") && request.status == 304));
        house.github.take_back_reaction(REGISTRY, comment, "grace", "-1").unwrap();
        house.github.heal();
    }
    for at in 0..101 {
        house.github.add_user(&format!("fan-{at}"));
        house.github.react(REGISTRY, loud, &format!("fan-{at}"), "+1").unwrap();
    }
    let (mut sweep, inbox) = sweep(&house, &[]).await;
    let now = Utc::now();
    sweep.round(now).await;
    assert_eq!(waiting(&inbox).await, 1);
    sweep.round(now + INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 1, "all of them are the same as before");
    house.github.take_back_reaction(REGISTRY, loud, "fan-100", "+1").unwrap();
    sweep.round(now + 2 * INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 2, "also the last one of them counts");
}

/// While GitHub asks to wait, the timer does, and a webhook does not wait for it.
#[tokio::test]
async fn waits_while_github_asks_to() {
    let house = House::build().await;
    let (_, comment) = open_judged(&house, "clinic");
    let (mut sweep, inbox) = sweep(&house, &[]).await;
    let now: DateTime<Utc> = Utc::now();
    sweep.round(now).await;
    house.github.react(REGISTRY, comment, "grace", "+1").unwrap();
    let installation = house.github.requests().iter().find_map(|request| match request.caller {
        Caller::Installation(id) => Some(id),
        _ => None,
    });
    let caller = Caller::Installation(installation.unwrap());
    house.github.set_rate_limit(caller, 0, Duration::from_secs(2));
    sweep.round(now + INTERVAL).await;
    let mark = house.github.mark();
    sweep.round(now + 2 * INTERVAL).await;
    sweep.round(now + 3 * INTERVAL).await;
    let asked = house.github.requests_since(mark);
    assert!(asked.iter().all(|request| request.caller == Caller::App), "left alone: {asked}");
    let paused = async || inbox.paused(installation.unwrap()).await.unwrap();
    assert!(paused().await.is_some(), "every process hears of it");
    while let Some(left) = paused().await {
        tokio::time::sleep(left).await;
    }
    sweep.round(now + 7 * INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 1);
    // The allowance for GraphQL is another one.
    let limited = r#"{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}"#;
    let limited = How::Answer { status: 200, headers: vec![], body: limited.to_owned() };
    house.github.fail(Fault::new("POST", "/graphql", 1, limited));
    let mark = house.github.mark();
    sweep.round(now + 8 * INTERVAL).await;
    sweep.round(now + 8 * INTERVAL + INTERVAL / 4).await;
    assert_eq!(house.github.requests_since(mark).to("POST", "/graphql").len(), 1, "left alone for a minute");
    // What GitHub answers oddly ends the visit, not the timer.
    house.github.fail(Fault::status("GET", "/installation/repositories", 1, 502));
    sweep.round(now + 9 * INTERVAL).await;
    house.github.react(REGISTRY, comment, "grace", "-1").unwrap();
    sweep.round(now + 10 * INTERVAL).await;
    assert_eq!(waiting(&inbox).await, 2);
}

/// A look that was asked for may have met a GitHub that did not know the pull request: without a comment it is asked for
/// again, seldom and more seldom.
#[tokio::test]
async fn a_look_that_brought_nothing_is_asked_for_again() {
    let house = House::build().await;
    open(&house, "open-clinic");
    let (mut sweep, inbox) = sweep(&house, &[]).await;
    let now = Utc::now();
    let mut asked_at = Vec::new();
    for minute in (0..=400).step_by(2) {
        let before = waiting(&inbox).await;
        sweep.round(now + TimeDelta::minutes(minute)).await;
        if waiting(&inbox).await > before {
            asked_at.push(minute);
        }
    }
    assert_eq!(asked_at, [0, 10, 30, 70, 150, 310]);
}
