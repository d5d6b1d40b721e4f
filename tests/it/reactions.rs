//! Votes: reactions to the living comment and reviews, from whom they count, and what comes of them.

use dpg_triage::{
    fake_github::{Fault, FileChange, How, RepositorySetup},
    triage::{
        plan::{Change, gave_up},
        snapshot::LivingComment,
    },
};
use serde_json::json;

use crate::house::{BOT, House, PATH, REGISTRY, nominee, registry_with};

/// The registry with rules: who looks at the field that the tests' nomination belongs to, and how many 👍 are enough.
fn registry(needed: usize, who: &str) -> RepositorySetup {
    let rules = format!(
        "votes: {{approve: {needed}}}\ncommunities:\n  - id: health\n    name: Health\n    match: {{sdgs: [3], words: \
         [clinic, patient]}}\n{who}"
    );
    registry_with(&[(".github/dpg-triage.yml", &rules)])
}

/// Somebody who may write, like grace.
async fn with_henry(registry: RepositorySetup) -> House {
    let house = House::open_on(registry).await;
    house.github.add_user("henry");
    house.github.set_permission(REGISTRY, "henry", "maintain").unwrap();
    house
}

/// Where a look was given up, whatever is said is answered by a new one.
#[tokio::test]
async fn what_was_given_up_is_made_up_for() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let shown = house.shown(number);
    let (ours, labels) = (shown.comments_by(BOT)[0], shown.label_names());
    let living = LivingComment { id: ours.id, node: String::new(), body: ours.body.clone() };
    let Some(Change::EditComment { body, .. }) = gave_up(&living) else { panic!("nothing to say") };
    house.github.edit_comment(REGISTRY, ours.id, BOT, &body).unwrap();
    house.settle().await;
    assert!(house.living(number).contains("did not work out"), "the bot's own edit asks for nothing");
    house.comment(number, "eve", "Nice project!").await;
    assert!(!house.living(number).contains("did not work out"), "{}", house.living(number));
    assert_eq!(house.shown(number).label_names(), labels);
    house.close().await;
}

fn comment(house: &House, number: u64) -> u64 {
    house.shown(number).comments_by(BOT)[0].id
}

/// GitHub sends no word of reactions: something else brings the App to look.
async fn look(house: &House, number: u64) {
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
}

async fn react(house: &House, number: u64, by: &str, content: &str) {
    house.github.react(REGISTRY, comment(house, number), by, content).unwrap();
    look(house, number).await;
}

async fn take_back(house: &House, number: u64, by: &str, content: &str) {
    house.github.take_back_reaction(REGISTRY, comment(house, number), by, content).unwrap();
    look(house, number).await;
}

/// The `triage:` label and the conclusion of the check run.
fn verdict(house: &House, number: u64) -> (String, String) {
    let shown = house.shown(number);
    let labels = shown.label_names();
    let mut labels = labels.iter().filter_map(|label| label.strip_prefix("triage: "));
    let label = labels.next().unwrap().to_owned();
    assert_eq!(labels.next(), None, "one verdict");
    (label, shown.check_runs.last().unwrap().conclusion.clone().unwrap())
}

#[track_caller]
fn stands(house: &House, number: u64, label: &str, conclusion: &str) {
    assert_eq!(verdict(house, number), (label.to_owned(), conclusion.to_owned()), "{}", house.living(number));
}

fn ready(house: &House, number: u64) {
    stands(house, number, "ready for review", "success");
}

fn reviewed(house: &House, number: u64) {
    stands(house, number, "reviewed", "success");
}

fn for_a_person(house: &House, number: u64) {
    stands(house, number, "needs a person", "neutral");
}

#[tokio::test]
async fn a_thumb_of_a_maintainer() {
    let house = with_henry(registry_with(&[])).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    ready(&house, number);
    // Not of just anybody, of the author, or of a machine; other reactions mean nothing.
    house.github.add_account("helper[bot]", dpg_triage::fake_github::AccountKind::Bot);
    house.github.set_permission(REGISTRY, "helper[bot]", "write").unwrap();
    for (by, content) in [("eve", "-1"), ("ada", "+1"), ("helper[bot]", "+1"), ("grace", "heart")] {
        react(&house, number, by, content).await;
        ready(&house, number);
    }
    assert!(house.living(number).contains("`eve` answered, too"), "{}", house.living(number));
    assert!(!house.living(number).contains("`ada`"), "{}", house.living(number));
    react(&house, number, "grace", "+1").await;
    reviewed(&house, number);
    insta::assert_snapshot!(house.page(number));
    let mark = house.github.mark();
    look(&house, number).await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0, "said once");
    // Anybody who may object does.
    react(&house, number, "henry", "-1").await;
    for_a_person(&house, number);
    insta::assert_snapshot!(house.page(number));
    // Whoever gives both objects, and is not shown as two people.
    react(&house, number, "henry", "+1").await;
    for_a_person(&house, number);
    let living = house.living(number);
    assert!(
        living.contains("- 👎 `henry` objects (and also left a 👍, which does not count beside it)"),
        "{living}"
    );
    assert!(living.contains("- 👍 `grace` reviewed it and found it fine"), "{living}");
    take_back(&house, number, "henry", "+1").await;
    take_back(&house, number, "henry", "-1").await;
    reviewed(&house, number);
    take_back(&house, number, "grace", "+1").await;
    ready(&house, number);
    react(&house, number, "henry", "confused").await;
    for_a_person(&house, number);
    assert!(house.living(number).contains("😕 1 reviewer says that this report is wrong"));
    house.close().await;
}

/// A comment without a command is an event, too, but costs no evidence unless somebody reacted.
#[tokio::test]
async fn a_comment_brings_votes_in() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mark = house.github.mark();
    house.comment(number, "ada", "Thank you!").await;
    let asked = house.github.requests_since(mark);
    assert!(asked.len() <= 5 && asked.writes().is_empty(), "{asked}");
    house.github.react(REGISTRY, comment(&house, number), "grace", "+1").unwrap();
    house.comment(number, "grace", "Looks good.").await;
    reviewed(&house, number);
    house.close().await;
}

/// What was said of an earlier version is shown as such, until it is said again.
#[tokio::test]
async fn a_push_after_votes() {
    let house = with_henry(registry_with(&[])).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.react(REGISTRY, comment(&house, number), "henry", "eyes").unwrap();
    react(&house, number, "grace", "+1").await;
    reviewed(&house, number);
    house.push(number, PATH, nominee(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    ready(&house, number);
    insta::assert_snapshot!(house.page(number));
    // Asked again, it is still so, also though all of it happened within a second.
    look(&house, number).await;
    ready(&house, number);
    take_back(&house, number, "grace", "+1").await;
    react(&house, number, "grace", "+1").await;
    reviewed(&house, number);
    house.close().await;
}

#[tokio::test]
async fn two_are_needed() {
    let house = with_henry(registry(2, "")).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("2 👍 are needed"), "{}", house.living(number));
    react(&house, number, "grace", "+1").await;
    ready(&house, number);
    assert!(house.living(number).contains("One more 👍"), "{}", house.living(number));
    // The same person twice is one.
    house.github.review(REGISTRY, number, "grace", "APPROVED", "").unwrap();
    house.settle().await;
    ready(&house, number);
    react(&house, number, "henry", "+1").await;
    reviewed(&house, number);
    house.close().await;
}

#[tokio::test]
async fn reviews_count_like_reactions() {
    let house = with_henry(registry_with(&[])).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let review =
        |by: &str, state: &str| house.github.review(REGISTRY, number, by, state, "So it is.").unwrap();
    review("eve", "APPROVED");
    house.settle().await;
    ready(&house, number);
    review("grace", "APPROVED");
    house.settle().await;
    reviewed(&house, number);
    // A comment takes nothing back.
    review("grace", "COMMENTED");
    house.settle().await;
    reviewed(&house, number);
    let objection = review("grace", "CHANGES_REQUESTED");
    house.settle().await;
    for_a_person(&house, number);
    house.github.dismiss_review(REGISTRY, number, objection, "henry").unwrap();
    house.settle().await;
    ready(&house, number);
    review("henry", "APPROVED");
    house.settle().await;
    reviewed(&house, number);
    // An objection by either way.
    react(&house, number, "henry", "-1").await;
    for_a_person(&house, number);
    take_back(&house, number, "henry", "-1").await;
    house.push(number, PATH, nominee(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    ready(&house, number);
    assert!(house.living(number).contains("👍 `henry`, on an earlier version"));
    house.close().await;
}

/// The community's reviewers and its team; who may write does not count then.
#[tokio::test]
async fn reviewers_and_a_team() {
    let who = "    reviewers: [Eve]\n    team: dpg-registry/health-cop\n";
    let house = House::open_on(registry(1, who)).await;
    for user in ["ivy", "jo"] {
        house.github.add_user(user);
    }
    house.github.add_team("dpg-registry", "health-cop", &["ivy"]).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let from = "Votes count from the reviewers of the Health community, never from the author";
    assert!(house.living(number).contains(from), "{}", house.living(number));
    let mark = house.github.mark();
    for by in ["grace", "jo"] {
        react(&house, number, by, "+1").await;
        ready(&house, number);
    }
    let members = |asked: dpg_triage::fake_github::Requests| {
        asked.filter(|request| request.route.ends_with("/members")).len()
    };
    assert_eq!(members(house.github.requests_since(mark)), 1, "asked once in five minutes");
    for by in ["ivy", "eve"] {
        react(&house, number, by, "+1").await;
        reviewed(&house, number);
        take_back(&house, number, by, "+1").await;
        ready(&house, number);
    }
    react(&house, number, "ivy", "-1").await;
    for_a_person(&house, number);
    house.close().await;
}

#[tokio::test]
async fn a_team_that_cannot_be_read() {
    // Of another organization; not there; not for us to see.
    for (team, permission) in
        [("elsewhere/health", true), ("dpg-registry/nobody", true), ("dpg-registry/health-cop", false)]
    {
        let who = format!("    reviewers: [ivy]\n    team: {team}\n");
        let house = House::open_on(registry(1, &who)).await;
        house.github.add_user("ivy");
        house.github.add_team("dpg-registry", "health-cop", &["eve"]).unwrap();
        if !permission {
            house.github.set_app_permission("members", None);
        }
        let number = house.nominate(PATH, nominee(|_| {})).await;
        let mark = house.github.mark();
        react(&house, number, "eve", "+1").await;
        ready(&house, number);
        let said = format!("who is in the team `{team}`");
        assert!(house.living(number).contains(&said), "{}", house.living(number));
        look(&house, number).await;
        let asked = house.github.requests_since(mark).filter(|request| request.route.ends_with("/members"));
        assert!(asked.len() <= 1, "{asked}");
        assert_eq!(house.inbox.counts().await.unwrap().ready, 0, "nothing is tried again");
        // Who is named counts all the same.
        react(&house, number, "ivy", "+1").await;
        reviewed(&house, number);
        if team.starts_with("elsewhere") {
            insta::assert_snapshot!(house.page(number));
        }
        house.close().await;
    }
}

/// What must be changed comes first, whatever was voted; votes are shown all the same.
#[tokio::test]
async fn votes_do_not_outweigh_what_must_change() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|nominee| nominee["SDGs"] = json!([]))).await;
    assert!(!house.living(number).contains("#### Review"), "{}", house.living(number));
    react(&house, number, "grace", "+1").await;
    stands(&house, number, "needs changes", "failure");
    assert!(house.living(number).contains("👍 `grace`"), "{}", house.living(number));
    house.close().await;
}

/// A point that only a person settles is settled by one.
#[tokio::test]
async fn a_reviewer_settles_what_needs_a_person() {
    let house = House::open().await;
    let undecided = Some(dpg_triage::fake_github::LicenseSetup::detected("NOASSERTION"));
    house.github.set_license("open-clinic/app", undecided).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    for_a_person(&house, number);
    react(&house, number, "grace", "+1").await;
    reviewed(&house, number);
    house.close().await;
}

/// A second look without votes costs two requests more than it did, and of those that say nothing new none counts.
#[tokio::test]
async fn the_second_look_is_cheap() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mark = house.github.mark();
    look(&house, number).await;
    let second = house.github.requests_since(mark);
    let mark = house.github.mark();
    look(&house, number).await;
    let third = house.github.requests_since(mark);
    println!("second look: {} requests, third: {}", second.len(), third.len());
    assert!(second.len() <= 11, "{second}");
    let unchanged = third.filter(|request| request.status == 304);
    for route in ["/reactions", "/reviews", "/comments", "/files"] {
        assert!(unchanged.iter().any(|request| request.route.ends_with(route)), "{route}\n{third}");
    }
    house.close().await;
}

/// Whoever is gone, or was never there, has no vote; whoever has another name now keeps it.
#[tokio::test]
async fn people_who_go_and_are_renamed() {
    let house = with_henry(registry_with(&[])).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    react(&house, number, "henry", "-1").await;
    for_a_person(&house, number);
    house.github.rename_user("henry", "harry").unwrap();
    look(&house, number).await;
    assert!(house.living(number).contains("👎 `harry` objects"), "{}", house.living(number));
    house.github.delete_user("harry").unwrap();
    look(&house, number).await;
    ready(&house, number);
    house.close().await;
}

/// While GitHub does not say who is in a team, the look waits instead of taking votes away.
#[tokio::test]
async fn a_team_that_is_not_answered_for() {
    let house = House::open_on(registry(1, "    team: dpg-registry/health-cop\n")).await;
    house.github.add_team("dpg-registry", "health-cop", &["eve"]).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.fail(Fault::status("GET", "/orgs/dpg-registry/teams/health-cop/members", 1, 502));
    react(&house, number, "eve", "+1").await;
    ready(&house, number);
    assert_eq!(house.inbox.counts().await.unwrap().ready, 1);
    look(&house, number).await;
    reviewed(&house, number);
    house.close().await;
}

/// A pull request that lost its nomination has nothing to vote on.
#[tokio::test]
async fn nothing_left_to_vote_on() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    react(&house, number, "grace", "+1").await;
    house.github.push(REGISTRY, number, "ada", vec![FileChange::remove(PATH)]).unwrap();
    house.settle().await;
    assert!(!house.living(number).contains("grace"), "{}", house.living(number));
    house.close().await;
}

/// Of whoever is gone, GitHub shows the ghost, or nobody.
#[tokio::test]
async fn what_nobody_said() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let ours = house.shown(number).comments_by(BOT)[0].id;
    let head = house.shown(number).head_sha;
    let answer = |path: String, body: serde_json::Value| {
        let how = How::Answer { status: 200, headers: vec![], body: body.to_string() };
        house.github.fail(Fault::new("GET", &path, 1, how));
    };
    let repository = "/repos/dpg-registry/publicgoods";
    let ghost = json!({"login": "ghost", "id": 10_137, "type": "User"});
    let at = "2026-11-24T12:00:00Z";
    let reaction = |id: u64, user: &serde_json::Value| json!({"id": id, "user": user, "content": "-1", "created_at": at});
    let review = |id: u64, user: &serde_json::Value, state: &str| json!({"id": id, "user": user, "body": null, "state": state, "commit_id": head, "submitted_at": at});
    let nobody = serde_json::Value::Null;
    answer(
        format!("{repository}/issues/comments/{ours}/reactions"),
        json!([reaction(1, &nobody), reaction(2, &ghost)]),
    );
    answer(
        format!("{repository}/pulls/{number}/reviews"),
        json!([review(3, &nobody, "CHANGES_REQUESTED"), review(4, &ghost, "APPROVED")]),
    );
    look(&house, number).await;
    ready(&house, number);
    assert!(!house.living(number).contains("ghost"), "{}", house.living(number));
    house.close().await;
}

fn strangers(house: &House, number: u64, whom: std::ops::Range<u64>, content: &str) {
    for at in whom {
        let stranger = format!("stranger{at}");
        house.github.add_user(&stranger);
        house.github.react(REGISTRY, comment(house, number), &stranger, content).unwrap();
    }
}

/// Who objects is asked about first, and then who came last.
#[tokio::test]
async fn a_crowd_does_not_drown_an_objection() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.react(REGISTRY, comment(&house, number), "grace", "-1").unwrap();
    strangers(&house, number, 0..25, "+1");
    look(&house, number).await;
    for_a_person(&house, number);
    house.close().await;
}

/// A look asks about twenty people; who is left is asked about by the next one, which comes by itself.
#[tokio::test]
async fn a_crowd_that_objects_does_not_drown_another() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.react(REGISTRY, comment(&house, number), "grace", "-1").unwrap();
    strangers(&house, number, 0..45, "-1");
    let mark = house.github.mark();
    look(&house, number).await;
    ready(&house, number);
    assert_eq!(house.asks_again().await, [60]);
    ready(&house, number);
    assert_eq!(house.asks_again().await.len(), 1);
    for_a_person(&house, number);
    let asked = house.github.requests_since(mark);
    let asked = asked.to("GET", "/repos/{owner}/{repo}/collaborators/{login}/permission");
    assert_eq!(asked.len(), 46, "nobody twice");
    assert_eq!(house.asks_again().await, [0; 0], "all are known");
    house.close().await;
}
