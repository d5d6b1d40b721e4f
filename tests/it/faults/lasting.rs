//! One row for each refusal that does not pass by itself: what is told meanwhile, and that it ends well once somebody
//! has seen to it.

use std::time::Duration;

use dpg_triage::{
    fake_github::{Fault, FileChange, How, PullRequestSetup},
    queue::upkeep::State,
};

use super::{Kept, On, all_is_done, comes_to_rest, requests::page};
use crate::house::{BOT, House, PATH, REGISTRY, nominee};

/// The renderer keeps to the limit. Should GitHub say all the same that a comment is too long, the rest is done, and
/// the job is given up for an operator to see.
async fn the_comment_is_too_long(kept: &Kept) {
    let name = "422, the comment is too long";
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let body = serde_json::json!({"message": "Validation Failed", "errors": [{
        "resource": "IssueComment", "code": "unprocessable", "field": "data",
        "message": "Body is too long (maximum is 65536 characters)",
    }]});
    let how = How::Answer { status: 422, headers: Vec::new(), body: body.to_string() };
    house.github.fail(Fault::new("POST", "/repos/{owner}/{repo}/issues/{number}/comments", 3, how));
    let change = FileChange::write(PATH, nominee(|_| {}));
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![change]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let is_dead = async {
        while kept.inbox.counts().await.unwrap().dead == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), is_dead).await.expect("given up after a few tries");
    let [job] = &kept.inbox.held().await.unwrap()[..] else { panic!("{name}: one job") };
    assert!(job.state == State::Dead && job.why.as_ref().unwrap().contains("Body is too long"), "{job:?}");
    let shown = house.shown(number);
    assert!(shown.comments_by(BOT).is_empty() && shown.check_runs.len() == 1, "{name}");
    assert!(shown.label_names().contains(&"triage: ready for review"), "{name}: {:?}", shown.label_names());
    // An operator lets it be tried again.
    comes_to_rest(&house, name).await;
    all_is_done(&house, number, name).await;
    assert!(page(&house, number).contains("Ready for review"), "{name}");
    house.close().await;
}

/// Nothing can be said in a locked conversation: that is no failure, and once it is unlocked all is said.
async fn the_conversation_is_locked(kept: &Kept) {
    let name = "403, locked";
    let house = House::build_with(kept.inbox.clone()).await.serve().await;
    let change = FileChange::write(PATH, "{}");
    let setup = PullRequestSetup::from_fork("ada", "Nominate", vec![change]);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    house.github.lock(REGISTRY, number, "grace").unwrap();
    house.push(number, PATH, nominee(|_| {})).await;
    assert!(kept.inbox.held().await.unwrap().is_empty(), "{name}: {:?}", kept.inbox.held().await);
    let shown = house.shown(number);
    assert!(shown.label_names().contains(&"triage: ready for review"), "{name}: {:?}", shown.label_names());
    assert!(house.living(number).contains("to change"), "{name}: the comment is as it was");
    house.github.unlock(REGISTRY, number, "grace").unwrap();
    house.settle().await;
    assert!(house.living(number).contains("Ready for review"), "{name}");
    all_is_done(&house, number, name).await;
    house.close().await;
}

/// Every row on this database; how many there were.
pub async fn rows_on(on: On) -> usize {
    let Some(kept) = on.inbox().await else { return 0 };
    the_comment_is_too_long(&kept).await;
    the_conversation_is_locked(&kept).await;
    2
}
