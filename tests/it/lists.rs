//! Lists of GitHub's that are behind, short or shift while they are read: nothing is said twice, and nothing untrue.

use std::time::{Duration, Instant};

use dpg_triage::fake_github::{Fault, FileChange, How};

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

const COMMENTS: &str = "/repos/{owner}/{repo}/issues/{number}/comments";
const FILES: &str = "/repos/{owner}/{repo}/pulls/{number}/files";

fn answer(headers: &[(&str, &str)], body: &str) -> How {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    How::Answer { status: 200, headers, body: body.to_owned() }
}

fn ours(house: &House, number: u64) -> usize {
    house.shown(number).comments_by(BOT).len()
}

/// Something happens that asks for a look and needs no change.
async fn look(house: &House, number: u64, title: &str) {
    house.github.edit_title(REGISTRY, number, "ada", title).unwrap();
    house.settle().await;
}

/// A pull request on which our comment is the 101st.
async fn after_a_hundred(house: &House) -> u64 {
    let number = house.open_pull_request(vec![FileChange::write("README.md", "x\n")]).await;
    for at in 0..100 {
        house.github.comment(REGISTRY, number, "eve", &format!("hello {at}")).unwrap();
    }
    house.settle().await;
    house.push(number, PATH, nominee(|_| {})).await;
    let at = house.shown(number).comments.iter().position(|comment| comment.author == BOT);
    assert_eq!(at, Some(100));
    number
}

#[tokio::test]
async fn a_list_of_comments_that_is_behind_leads_to_no_second_comment() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.fail(Fault::new("GET", COMMENTS, 1, answer(&[], "[]")));
    look(&house, number, "While it is behind").await;
    house.asks_again().await;
    assert_eq!((ours(&house, number), house.inbox.counts().await.unwrap().ready), (1, 0));
    // Nothing is known any more after a restart.
    let house = house.down().await.serve().await;
    house.github.fail(Fault::new("GET", COMMENTS, 1, answer(&[], "[]")));
    look(&house, number, "Behind once more").await;
    house.asks_again().await;
    assert_eq!((ours(&house, number), house.inbox.counts().await.unwrap().ready), (1, 0));
    house.close().await;
}

/// GitHub leaves out what it does not show, and names the next page all the same.
#[tokio::test]
async fn a_short_page_is_not_the_last_one() {
    let house = House::open().await;
    let number = after_a_hundred(&house).await;
    let entry = |at: u64| {
        serde_json::json!({
            "id": 1000 + at, "node_id": "IC_1", "user": {"id": 77, "login": "eve", "type": "User"},
            "body": format!("hello {at}"), "html_url": "https://github.com/x",
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        })
    };
    let page = serde_json::Value::from_iter((0..99).map(entry)).to_string();
    let next = "<https://api.github.com/repositories/1/issues/1/comments?per_page=100&page=2>; rel=\"next\"";
    let house = house.down().await.serve().await;
    house.github.fail(Fault::new("GET", COMMENTS, 1, answer(&[("link", next)], &page)));
    let mark = house.github.mark();
    look(&house, number, "With one hidden").await;
    assert_eq!((ours(&house, number), house.inbox.counts().await.unwrap().ready), (1, 0));
    let writes = house.github.requests_since(mark).writes();
    assert!(writes.iter().all(|write| write.path.contains("/access_tokens")), "{writes}");
    house.close().await;
}

#[tokio::test]
async fn a_list_that_shifts_while_it_is_read_leads_to_no_second_comment() {
    let house = House::open().await;
    let number = after_a_hundred(&house).await;
    let first = house.shown(number).comments[0].id;
    house.github.set_latency(Duration::from_millis(300));
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Shifting").unwrap();
    let began = Instant::now();
    let is_asked = || {
        let requests = house.github.requests_since(mark);
        requests.iter().any(|request| request.path.contains("/comments?"))
    };
    while !is_asked() {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.github.delete_comment(REGISTRY, first, "grace").unwrap();
    house.github.set_latency(Duration::ZERO);
    house.settle().await;
    house.asks_again().await;
    assert_eq!(ours(&house, number), 1, "{}", house.github.requests_since(mark));
    house.close().await;
}

#[tokio::test]
async fn a_list_of_files_that_is_behind_is_not_believed() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.fail(Fault::new("GET", FILES, 1, answer(&[], "[]")));
    house
        .push(number, PATH, nominee(|nominee| nominee["description"] = "It does something else.".into()))
        .await;
    let is_ready = || house.shown(number).label_names().contains(&"triage: ready for review");
    assert!(is_ready() && !house.living(number).contains("no nomination"), "{}", house.living(number));
    house.asks_again().await;
    let head = house.shown(number).head_sha;
    let body = house.shown(number).comments_by(BOT)[0].body.clone();
    assert!(is_ready() && body.contains(&head), "{body}");
    assert_eq!((ours(&house, number), house.inbox.counts().await.unwrap().ready), (1, 0));
    house.close().await;
}

/// The App's name is its login; what it wrote before stays its own.
#[tokio::test]
async fn the_app_may_be_renamed_while_it_runs() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.rename_user(BOT, "dpg-first-look[bot]").unwrap();
    house.push(number, PATH, "{}").await;
    house.comment(number, "grace", "/hold for now").await;
    let shown = house.shown(number);
    let [only] = &shown.comments_by("dpg-first-look[bot]")[..] else { panic!("one comment, ever") };
    assert!(only.body.contains("On hold"), "{}", only.body);
    house.close().await;
}
