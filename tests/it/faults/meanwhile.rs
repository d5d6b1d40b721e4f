//! One row for each thing that may happen while a look is under way, and for each way in which deliveries may come.

use std::{future::Future, pin::Pin, time::Duration};

use dpg_triage::fake_github::{FakeGitHub, FileChange, PullRequestSetup};

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
        deliveries_come_thrice(&kept, &good).await;
        deliveries_come_in_reverse(&kept, &good).await;
        // The note of when it was last asked for what was missed is the database's.
        let Some(kept) = on.inbox().await else { return 0 };
        deliveries_are_lost(&kept, &good).await;
        4_usize
    }) as Column;
    side_by_side(columns.into_iter().chain([others]).collect()).await
}
