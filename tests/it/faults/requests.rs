//! One row for each request that a story asks and each thing that may go wrong with it.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use dpg_triage::fake_github::{Fault, FileChange, How, Mark, PullRequestSetup};

use super::{Kept, On, all_is_done, comes_to_rest, side_by_side};
use crate::house::{House, PATH, REGISTRY, nominee};

/// How long GitHub may take to answer where it does not.
const PATIENCE: Duration = Duration::from_secs(2);

/// Each kind is done in so many parts, side by side.
const PARTS: usize = 2;

/// What goes wrong with a request, and how often in a row.
struct Kind {
    name: &'static str,
    /// Only with what changes something.
    writes: bool,
    /// How long GitHub may take to answer; None: as long as ever.
    patience: Option<Duration>,
    how: fn() -> Vec<How>,
}

fn answer(status: u16, headers: &[(&str, &str)], message: &str) -> How {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    How::Answer { status, headers, body: serde_json::json!({"message": message}).to_string() }
}

fn plain(status: u16) -> How {
    answer(status, &[], "What went wrong")
}

const SECONDARY: &str =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

const fn kind(name: &'static str, how: fn() -> Vec<How>) -> Kind {
    Kind { name, writes: false, patience: None, how }
}

/// Those that take their time come first.
const KINDS: &[Kind] = &[
    Kind {
        name: "no answer",
        writes: false,
        patience: Some(PATIENCE),
        how: || vec![How::Hang(PATIENCE * 8)],
    },
    kind("403, primary limit", || vec![How::OutOfRequests(Duration::ZERO)]),
    kind("403, secondary limit", || vec![answer(403, &[("retry-after", "1")], SECONDARY)]),
    kind("429", || vec![answer(429, &[("retry-after", "1")], SECONDARY)]),
    kind("500", || vec![plain(500)]),
    kind("502", || vec![plain(502)]),
    kind("503", || vec![plain(503)]),
    kind("504", || vec![plain(504)]),
    kind("an outage: 500, 502, 503, 504", || vec![plain(500), plain(502), plain(503), plain(504)]),
    kind("connection reset", || vec![How::CloseConnection]),
    kind("half a body", || vec![How::HalfBody]),
    Kind {
        name: "done, but the answer is lost",
        writes: true,
        patience: None,
        how: || vec![How::DoneButLost],
    },
    kind("401", || vec![answer(401, &[], "Bad credentials")]),
    kind("404 that heals", || vec![answer(404, &[], "Not Found")]),
    kind("410", || vec![answer(410, &[], "Gone")]),
    Kind { name: "422", writes: true, patience: None, how: || vec![answer(422, &[], "Validation Failed")] },
];

/// A nomination with something to change is opened and put right, and a look is asked for.
async fn story(house: &House) -> u64 {
    let lacking = nominee(|nominee| drop(nominee.as_object_mut().unwrap().remove("description")));
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![FileChange::write(PATH, lacking)]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    house.push(number, PATH, nominee(|_| {})).await;
    house.comment(number, "ada", "/recheck").await;
    number
}

/// What stories without a fault come to.
struct Undisturbed {
    page: String,
    /// What every story asks, method and route.
    always: BTreeSet<(String, String)>,
    /// What only the first one asks.
    once: BTreeSet<(String, String)>,
}

async fn undisturbed() -> Undisturbed {
    let kept = On::Sqlite.inbox().await.unwrap();
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let first = story(&house).await;
    let good = page(&house, first);
    let asked = |mark: Option<Mark>| {
        let requests = mark.map_or_else(|| house.github.requests(), |mark| house.github.requests_since(mark));
        requests.iter().map(|one| (one.method.clone(), one.route.clone())).collect::<BTreeSet<_>>()
    };
    let all = asked(None);
    close(&house, first).await;
    let mark = house.github.mark();
    let second = story(&house).await;
    assert_eq!(page(&house, second), good);
    let always = asked(Some(mark));
    house.close().await;
    Undisturbed { page: good, once: all.difference(&always).cloned().collect(), always }
}

/// The page without the name of the branch, which has a number, and without what tells of earlier looks, which a fault
/// may have kept from being made or from being written down.
pub fn page(house: &House, number: u64) -> String {
    let page = house.page(number).replace(&format!("/patch-{number}/"), "/BRANCH/");
    let history = ["**Since commit ", "#### Commands", "My notes on earlier looks here are lost"];
    let parts = page.split("\n\n").filter(|part| !history.iter().any(|begin| part.starts_with(begin)));
    parts.collect::<Vec<_>>().join("\n\n")
}

async fn close(house: &House, number: u64) {
    house.github.close(REGISTRY, number, "ada").unwrap();
    house.settle().await;
}

fn arm(house: &House, kind: &Kind, (method, route): &(String, String)) {
    (kind.how)().into_iter().for_each(|how| house.github.fail(Fault::new(method, route, 1, how)));
}

async fn furnished(kept: &Kept, kind: &Kind) -> House {
    let mut house = House::build_with(kept.inbox.clone()).await;
    house.patience = kind.patience;
    house
}

/// The story with the fault that was put up.
async fn row(house: &House, kind: &Kind, (method, route): &(String, String), good: &str) {
    let name = format!("{} at {method} {route}", kind.name);
    let mark = house.github.mark();
    let number = story(house).await;
    comes_to_rest(house, &name).await;
    let requests = || house.github.requests_since(mark);
    assert_eq!(house.github.faults_left(), 0, "{name}: never asked\n{}", requests());
    all_is_done(house, number, &name).await;
    assert_eq!(page(house, number), good, "{name}\n{}", requests());
    close(house, number).await;
}

/// A few rows of one kind on one database, one after the other.
async fn some(on: On, kind: &Kind, known: &Undisturbed, part: usize) -> usize {
    let fit = |(method, _): &&(String, String)| !kind.writes || method != "GET";
    let mine = |routes: &BTreeSet<(String, String)>| -> Vec<(String, String)> {
        routes.iter().filter(fit).skip(part).step_by(PARTS).cloned().collect()
    };
    let Some(kept) = on.inbox().await else { return 0 };
    let (always, once) = (mine(&known.always), mine(&known.once));
    let house = furnished(&kept, kind).await.serve().await;
    for route in &always {
        arm(&house, kind, route);
        row(&house, kind, route, &known.page).await;
    }
    house.close().await;
    for route in &once {
        let house = furnished(&kept, kind).await;
        arm(&house, kind, route);
        let house = house.serve().await;
        row(&house, kind, route, &known.page).await;
        house.close().await;
    }
    always.len() + once.len()
}

/// Every row on this database; how many there were.
pub async fn rows(on: On) -> usize {
    let known = Arc::new(undisturbed().await);
    assert!(known.always.len() > 10 && known.once.len() > 3, "{:?} {:?}", known.always, known.once);
    let columns = KINDS.iter().flat_map(|kind| (0..PARTS).map(move |part| (kind, part)));
    let columns = columns.map(|(kind, part)| {
        let known = Arc::clone(&known);
        async move { some(on, kind, &known, part).await }
    });
    side_by_side(columns.collect()).await
}
