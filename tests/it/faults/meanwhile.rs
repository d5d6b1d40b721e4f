//! One row for each thing that may happen while a look is under way, and for each way in which deliveries may come.

use std::{future::Future, pin::Pin, time::Duration};

use chrono::TimeDelta;
use dpg_triage::fake_github::{AccountKind, FakeGitHub, FileChange, PullRequestSetup};

use super::{Kept, On, all_is_done, comes_to_rest, requests::page, side_by_side};
use crate::house::{BOT, House, PATH, REGISTRY, nominee};

/// Nobody is there.
const NOBODY: &str = "http://127.0.0.1:9/api/github/webhooks";

/// After which of its requests something happens to a look: when it has read, and in the middle of writing.
const MOMENTS: [(&str, &str); 2] = [
    ("GET", "/repos/{owner}/{repo}/pulls/{number}"),
    ("POST", "/repos/{owner}/{repo}/issues/{number}/labels"),
];

/// What happens to the pull request with this number, and how that ends.
struct Row {
    name: &'static str,
    act: fn(&House, u64),
    /// Once everything rests.
    then: fn(&House, u64),
}

fn row(name: &'static str, act: fn(&House, u64)) -> Row {
    Row { name, act, then: |_, _| () }
}

type Column = Pin<Box<dyn Future<Output = usize> + Send>>;

const RENAMED: &str = "dpg-registry/renamed";

const TRANSFERRED: &str = "dpg-fund/publicgoods";

/// The App's installation on the registry, by the newest event that names one.
fn installation(house: &House) -> u64 {
    house.github.deliveries().into_iter().rev().find_map(|delivery| delivery.installation).unwrap()
}

/// Something happens to it of which the App hears.
fn touched(house: &House, number: u64) {
    house.github.edit_title(REGISTRY, number, "ada", "Nominate").unwrap();
}

fn rows() -> Vec<Row> {
    vec![
        row("pushed to", |house, number| {
            house.github.push(REGISTRY, number, "ada", vec![file()]).unwrap();
        }),
        row("force-pushed", |house, number| {
            house.github.force_push(REGISTRY, number, "ada", vec![file()]).unwrap();
        }),
        row("edited", |house, number| house.github.edit_title(REGISTRY, number, "ada", "Nominate").unwrap()),
        Row {
            name: "closed",
            act: |house, number| house.github.close(REGISTRY, number, "ada").unwrap(),
            then: |house, number| house.github.reopen(REGISTRY, number, "ada").unwrap(),
        },
        Row {
            name: "made a draft",
            act: |house, number| house.github.convert_to_draft(REGISTRY, number, "ada").unwrap(),
            then: |house, number| house.github.ready_for_review(REGISTRY, number, "ada").unwrap(),
        },
        Row {
            name: "based on another branch",
            act: |house, number| {
                house.github.add_branch(REGISTRY, "next").unwrap();
                house.github.change_base(REGISTRY, number, "ada", "next").unwrap();
            },
            then: |house, number| house.github.change_base(REGISTRY, number, "ada", "main").unwrap(),
        },
        Row {
            name: "its repository is renamed",
            act: |house, _| house.github.rename_repository(REGISTRY, RENAMED).unwrap(),
            then: |house, number| {
                house.github.edit_title(RENAMED, number, "ada", "Nominate").unwrap();
                house.github.rename_repository(RENAMED, REGISTRY).unwrap();
            },
        },
        Row {
            name: "its repository is transferred",
            act: |house, _| {
                house.github.add_account("dpg-fund", AccountKind::Organization);
                house.github.install_app("dpg-fund").unwrap();
                house.github.rename_repository(REGISTRY, TRANSFERRED).unwrap();
            },
            then: |house, number| {
                house.github.edit_title(TRANSFERRED, number, "ada", "Nominate").unwrap();
                house.github.rename_repository(TRANSFERRED, REGISTRY).unwrap();
            },
        },
        Row {
            name: "the App is taken off and installed anew",
            act: |house, _| {
                house.github.uninstall_app(installation(house)).unwrap();
                house.github.install_app("dpg-registry").unwrap();
            },
            then: touched,
        },
        Row {
            name: "the App is taken off",
            act: |house, _| house.github.uninstall_app(installation(house)).unwrap(),
            then: |house, number| {
                house.github.install_app("dpg-registry").unwrap();
                touched(house, number);
            },
        },
        Row {
            name: "its repository is taken out of the installation",
            act: |house, _| {
                house.repository("dpg-registry/other", None);
                let chosen = Some(&["dpg-registry/other"][..]);
                house.github.choose_repositories(installation(house), chosen).unwrap();
            },
            then: |house, number| {
                house.github.choose_repositories(installation(house), None).unwrap();
                touched(house, number);
            },
        },
        Row {
            name: "locked",
            act: |house, number| house.github.lock(REGISTRY, number, "grace").unwrap(),
            then: |house, number| house.github.unlock(REGISTRY, number, "grace").unwrap(),
        },
        row("a command is deleted", |house, number| {
            let command = house.github.comment(REGISTRY, number, "ada", "/recheck").unwrap();
            house.github.delete_comment(REGISTRY, command, "ada").unwrap();
        }),
        Row {
            name: "its label is deleted from the repository",
            act: |house, _| {
                // It may not be there yet.
                let _ = house.github.delete_label(REGISTRY, "triage: ready for review");
            },
            then: touched,
        },
        row("its label is removed", |house, number| {
            // It may not be there yet.
            let _ = house.github.remove_label(REGISTRY, number, "grace", "triage: ready for review");
        }),
        row("commented on", |house, number| {
            house.github.comment(REGISTRY, number, "eve", "Thank you.").unwrap();
        }),
        row("tokens expire", |house, _| house.github.expire_tokens()),
    ]
}

fn file() -> FileChange {
    FileChange::write(PATH, nominee(|_| {}))
}

fn open(house: &House) -> u64 {
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![file()]);
    house.github.open_pull_request(REGISTRY, setup).unwrap()
}

async fn undisturbed() -> String {
    let kept = On::Sqlite.inbox().await.unwrap();
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let number = open(&house);
    house.settle().await;
    let good = page(&house, number);
    house.close().await;
    good
}

async fn happens(kept: &Kept, row: &Row, (method, route): (&str, &str), good: &str) {
    let name = format!("{} after {method} {route}", row.name);
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    house.github.set_latency(Duration::from_millis(60));
    let number = open(&house);
    let came = |github: &FakeGitHub| !github.requests().to(method, route).is_empty();
    house.github.wait_until(came, Duration::from_secs(20)).await.unwrap();
    (row.act)(&house, number);
    house.github.set_latency(Duration::ZERO);
    comes_to_rest(&house, &name).await;
    (row.then)(&house, number);
    ends_well(house, number, &name, good).await;
}

async fn ends_well(house: House, number: u64, name: &str, good: &str) {
    comes_to_rest(&house, name).await;
    all_is_done(&house, number, name).await;
    assert_eq!(page(&house, number), good, "{name}\n{}", house.github.requests());
    house.close().await;
}

/// A maintainer deletes our comment while it is brought up to date: there is one again.
async fn our_comment_is_deleted(kept: &Kept, good: &str) {
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let number = open(&house);
    house.settle().await;
    let comment = house.shown(number).comments_by(BOT)[0].id;
    let mark = house.github.mark();
    house.github.set_latency(Duration::from_millis(60));
    house.github.push(REGISTRY, number, "ada", vec![file()]).unwrap();
    let (method, route) = MOMENTS[0];
    let came = |github: &FakeGitHub| !github.requests_since(mark).to(method, route).is_empty();
    house.github.wait_until(came, Duration::from_secs(20)).await.unwrap();
    house.github.delete_comment(REGISTRY, comment, "grace").unwrap();
    house.github.set_latency(Duration::ZERO);
    ends_well(house, number, "our comment is deleted", good).await;
}

/// Every delivery comes three times.
async fn deliveries_come_thrice(kept: &Kept, good: &str) {
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let number = open(&house);
    house.settle().await;
    let guids: Vec<String> = house.github.deliveries().into_iter().map(|one| one.guid).collect();
    for guid in guids.iter().chain(&guids) {
        assert!(house.github.redeliver(guid));
    }
    ends_well(house, number, "deliveries come thrice", good).await;
}

/// The last delivery comes first.
async fn deliveries_come_in_reverse(kept: &Kept, good: &str) {
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    house.github.deliver_to(NOBODY);
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, "{}")]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.github.push(REGISTRY, number, "ada", vec![file()]).unwrap();
    house.github.edit_title(REGISTRY, number, "ada", "Nominate").unwrap();
    house.github.settled().await;
    let missed: Vec<String> = house.github.deliveries().into_iter().map(|one| one.guid).collect();
    house.github.deliver_to(&house.address);
    for guid in missed.iter().rev() {
        assert!(house.github.redeliver(guid));
        house.settle().await;
    }
    ends_well(house, number, "deliveries come in reverse", good).await;
}

/// Nobody hears of it when it happens.
async fn deliveries_are_lost(kept: &Kept, good: &str) {
    let house = House::build_with(kept.inbox.clone()).await;
    house.github.deliver_to(NOBODY);
    let number = open(&house);
    house.github.settled().await;
    let house = house.serve_catching_up(Duration::from_secs(1)).await;
    let commented = |github: &FakeGitHub| {
        github.pull_request(REGISTRY, number).is_ok_and(|shown| !shown.comments_by(BOT).is_empty())
    };
    house.github.wait_until(commented, Duration::from_secs(30)).await.unwrap();
    ends_well(house, number, "deliveries are lost", good).await;
}

/// The clock here is five minutes off. GitHub takes no signature from its future, and dates votes by its own clock.
async fn the_clock_is_off(kept: &Kept, minutes: i64, good: &str) {
    let name = format!("the clock is {minutes} minutes ahead");
    let house = House::build_with(kept.inbox.clone()).await;
    house.github.shift_clock(-TimeDelta::minutes(minutes));
    let house = house.serve().await;
    let number = open(&house);
    comes_to_rest(&house, &name).await;
    assert_eq!(page(&house, number), good, "{name}\n{}", house.github.requests());
    house.github.react(REGISTRY, house.shown(number).comments_by(BOT)[0].id, "grace", "+1").unwrap();
    touched(&house, number);
    comes_to_rest(&house, &name).await;
    assert!(
        house.shown(number).label_names().contains(&"triage: reviewed"),
        "{name}: {}",
        page(&house, number)
    );
    all_is_done(&house, number, &name).await;
    house.close().await;
}

/// The owner suspends the installation: its jobs wait and ask nothing. When it goes on, all is looked at of which
/// nobody told meanwhile.
async fn the_installation_is_suspended(kept: &Kept, good: &str) {
    let name = "the installation is suspended";
    let house = House::build_with(kept.inbox.clone()).await.serve_sweeping(Duration::from_millis(300)).await;
    let number = open(&house);
    house.settle().await;
    let (suspended, delivery) = (installation(&house), house.github.deliveries().pop().unwrap());
    house.github.suspend_installation(suspended).unwrap();
    let is_noted = async {
        while !house.inbox.is_suspended(suspended).await.unwrap() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), is_noted).await.expect("the timer hears of it");
    let mark = house.github.mark();
    let mut waits = look(number);
    (waits.installation, waits.repository_id) = (suspended, delivery.repository.unwrap());
    house.inbox.store(waits).await.unwrap();
    let command = house.github.comment(REGISTRY, number, "ada", "/recheck").unwrap();
    tokio::time::sleep(Duration::from_millis(1000)).await;
    assert_eq!(house.inbox.counts().await.unwrap().ready, 1, "{name}: the job waits");
    let asked = house.github.requests_since(mark);
    assert!(asked.iter().all(|one| one.route == "/app/installations"), "{name}: {asked}");
    house.github.unsuspend_installation(suspended).unwrap();
    let answered = |github: &FakeGitHub| {
        let shown = github.pull_request(REGISTRY, number).unwrap();
        let command = shown.comments.iter().find(|comment| comment.id == command);
        command.is_some_and(|command| command.reactions.iter().any(|(login, _)| login == BOT))
    };
    house.github.wait_until(answered, Duration::from_secs(30)).await.unwrap();
    ends_well(house, number, name, good).await;
}

/// Jobs of an account that is not served any more are dropped, and nothing is written.
async fn its_account_is_not_served_any_more(kept: &Kept) {
    let name = "its account is not served any more";
    let mut house = House::build_with(kept.inbox.clone()).await;
    house.allowed_owners = vec!["somebody-else".to_owned()];
    let house = house.serve().await;
    let number = open(&house);
    house.settle().await;
    assert!(kept.inbox.held().await.unwrap().is_empty(), "{name}: its events are nothing to us");
    let mark = house.github.mark();
    let mut old = look(number);
    old.installation = installation(&house);
    kept.inbox.store(old).await.unwrap();
    house.settle().await;
    assert!(house.inbox.held().await.unwrap().is_empty(), "{name}");
    assert!(house.github.requests_since(mark).is_empty(), "{name}: {}", house.github.requests_since(mark));
    // And one that has moved to such an account since it was stored.
    house.github.rename_repository(REGISTRY, TRANSFERRED).unwrap();
    house.github.install_app("dpg-fund").unwrap();
    let moved = house.github.deliveries().pop().unwrap().installation.unwrap();
    let mut old = look(number);
    old.repository.owner = "somebody-else".to_owned();
    (old.delivery, old.installation) = ("moved".to_owned(), moved);
    kept.inbox.store(old).await.unwrap();
    house.settle().await;
    assert!(house.github.pull_request(TRANSFERRED, number).unwrap().comments.is_empty(), "{name}");
    house.close().await;
}

/// A row of the inbox about a pull request.
fn look(number: u64) -> dpg_triage::queue::Row {
    crate::house::row(&format!("look at {number}"), number)
}

/// Every row on this database; how many there were.
pub async fn rows_on(on: On) -> usize {
    let good = undisturbed().await;
    let columns = MOMENTS.map(|moment| {
        let good = good.clone();
        Box::pin(async move {
            let Some(kept) = on.inbox().await else { return 0 };
            let rows = rows();
            for row in &rows {
                happens(&kept, row, moment, &good).await;
            }
            rows.len()
        }) as Column
    });
    let others = Box::pin(async move {
        let Some(kept) = on.inbox().await else { return 0 };
        our_comment_is_deleted(&kept, &good).await;
        the_clock_is_off(&kept, 5, &good).await;
        the_clock_is_off(&kept, -5, &good).await;
        the_installation_is_suspended(&kept, &good).await;
        its_account_is_not_served_any_more(&kept).await;
        deliveries_come_thrice(&kept, &good).await;
        deliveries_come_in_reverse(&kept, &good).await;
        // The note of when it was last asked for what was missed is the database's.
        let Some(kept) = on.inbox().await else { return 0 };
        deliveries_are_lost(&kept, &good).await;
        8_usize
    }) as Column;
    side_by_side(columns.into_iter().chain([others]).collect()).await
}
