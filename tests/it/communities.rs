//! A community's people: asked for a review once, and the boxes that they tick.

use dpg_triage::fake_github::{Fault, FileChange, RepositorySetup};

use crate::house::{BOT, House, PATH, REGISTRY, nominee, registry_with};

const TEAM: &str = "dpg-registry/health-cop";

fn registry(who: &str) -> RepositorySetup {
    let rules = format!(
        "communities:\n  - id: health\n    name: Health\n    match: {{sdgs: [3], words: [clinic, patient]}}\n    \
         criteria: [\"Works offline in a clinic\", \"Follows an open `standard`\"]\n{who}"
    );
    registry_with(&[(".github/dpg-triage.yml", &rules)])
}

/// Reviewers `ivy` and `eve`; `ivy` is in the team.
async fn open(who: &str) -> House {
    let house = House::open_on(registry(who)).await;
    house.github.add_user("ivy");
    house.github.add_team("dpg-registry", "health-cop", &["ivy"]).unwrap();
    house
}

fn asked(house: &House, number: u64) -> Vec<String> {
    house.github.pull_request(REGISTRY, number).unwrap().requested_reviewers
}

fn requests(house: &House) -> usize {
    house.github.requests().to("POST", "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers").len()
}

/// Somebody turns boxes in our comment, each by its text.
async fn turn(house: &House, number: u64, by: &str, from: &str, to: &str) {
    let comment = house.shown(number).comments_by(BOT)[0].clone();
    assert!(comment.body.contains(from), "{from} in {}", comment.body);
    house.github.edit_comment(REGISTRY, comment.id, by, &comment.body.replace(from, to)).unwrap();
    house.settle().await;
}

#[tokio::test]
async fn the_team_is_asked_once_when_nothing_has_to_be_changed() {
    let house = open(&format!("    team: {TEAM}\n")).await;
    house.github.give_team_access(REGISTRY, "health-cop").unwrap();
    let number = house.nominate(PATH, nominee(|nominee| nominee["name"] = "".into())).await;
    assert_eq!((asked(&house, number), requests(&house)), (vec![], 0), "something has to be changed");
    house.push(number, PATH, nominee(|_| {})).await;
    assert_eq!(asked(&house, number), ["team:health-cop"]);
    assert!(house.living(number).contains("I asked `dpg-registry/health-cop` for a review."));
    insta::assert_snapshot!(house.page(number));

    // A person takes the request back; it is not made again, neither now nor after a push.
    house.github.take_back_review_requests(REGISTRY, number, "grace").unwrap();
    house.settle().await;
    house
        .push(number, PATH, nominee(|nominee| nominee["description"] = "Records for every clinic.".into()))
        .await;
    assert_eq!((asked(&house, number), requests(&house)), (vec![], 1));
    house.close().await;
}

#[tokio::test]
async fn nobody_is_asked_about_a_draft_or_twice_after_a_lost_answer() {
    let house = open("    reviewers: [eve, ada]\n").await;
    house.github.set_permission(REGISTRY, "eve", "write").unwrap();
    let setup = dpg_triage::fake_github::PullRequestSetup {
        draft: true,
        ..dpg_triage::fake_github::PullRequestSetup::from_fork(
            "ada",
            "Nominate",
            vec![FileChange::write(PATH, nominee(|_| {}))],
        )
    };
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    assert_eq!(requests(&house), 0);
    house.github.ready_for_review(REGISTRY, number, "ada").unwrap();
    house.settle().await;
    // The author is never asked.
    assert_eq!((asked(&house, number), requests(&house)), (vec!["eve".to_owned()], 1));
    house.close().await;
}

#[tokio::test]
async fn who_cannot_be_asked_is_told_in_a_line() {
    let house = open("    team: elsewhere/health\n    reviewers: [eve, ivy]\n").await;
    house.github.set_permission(REGISTRY, "ivy", "write").unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert_eq!(asked(&house, number), ["ivy"]);
    let page = house.living(number);
    assert!(page.contains("I asked `ivy` for a review."), "{page}");
    assert!(
        page.contains("For a maintainer: I could not ask `elsewhere/health` and `eve` for a review"),
        "{page}"
    );
    let before = requests(&house);
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(requests(&house), before, "never a retry");
    // Who voted anyway need not be asked any more.
    house.github.review(REGISTRY, number, "eve", "APPROVED", "Fine").unwrap();
    house.settle().await;
    let page = house.living(number);
    assert!(page.contains("I could not ask `elsewhere/health` for a review"), "{page}");
    house.close().await;
}

#[tokio::test]
async fn a_reviewers_tick_stays_and_others_ticks_are_put_back() {
    let house = open("    reviewers: [ivy, eve]\n").await;
    for user in ["ivy", "eve"] {
        house.github.set_permission(REGISTRY, user, "write").unwrap();
    }
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(
        house
            .living(number)
            .contains("- [ ] `Works offline in a clinic`\n- [ ] `Follows an open 'standard'`\n")
    );

    turn(&house, number, "ivy", "- [ ] `Works", "- [x] `Works").await;
    let ticked = "- [x] `Works offline in a clinic` (ticked by `ivy`)\n- [ ] `Follows";
    assert!(house.living(number).contains(ticked), "{}", house.living(number));
    // It survives a push and everything else that makes the comment new.
    house
        .push(number, PATH, nominee(|nominee| nominee["description"] = "Records for every clinic.".into()))
        .await;
    assert!(house.living(number).contains(ticked), "{}", house.living(number));

    // A maintainer who is no reviewer of this community.
    turn(&house, number, "grace", "- [ ] `Follows", "- [x] `Follows").await;
    let page = house.living(number);
    assert!(page.contains("- [ ] `Follows an open 'standard'`\n"), "{page}");
    assert!(
        page.contains("These boxes are for the community's reviewers. What `grace` changed, I put back."),
        "{page}"
    );
    turn(&house, number, "grace", "- [x] `Works", "- [ ] `Works").await;
    assert!(house.living(number).contains(ticked), "{}", house.living(number));
    insta::assert_snapshot!(house.page(number));

    // Another reviewer takes it back.
    turn(&house, number, "eve", "- [x] `Works", "- [ ] `Works").await;
    assert!(house.living(number).contains("- [ ] `Works offline in a clinic`\n"), "{}", house.living(number));
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

#[tokio::test]
async fn without_graphql_the_event_tells_whose_tick_it_is() {
    let house = open("    reviewers: [ivy]\n").await;
    house.github.set_permission(REGISTRY, "ivy", "write").unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.fail(Fault::status("POST", "/graphql", 99, 403));
    turn(&house, number, "ivy", "- [ ] `Works", "- [x] `Works").await;
    let ticked = "- [x] `Works offline in a clinic` (ticked by `ivy`)\n";
    assert!(house.living(number).contains(ticked), "{}", house.living(number));
    // Who may not is known, too.
    turn(&house, number, "grace", "- [ ] `Follows", "- [x] `Follows").await;
    assert!(house.living(number).contains("What `grace` changed, I put back"), "{}", house.living(number));
    house.close().await;
}

/// Two who ticked before the App looked: which box is whose cannot be told.
#[tokio::test]
async fn without_graphql_the_ticks_of_two_stay_and_nobody_is_named() {
    let house = open("    reviewers: [ivy, eve]\n").await;
    for user in ["ivy", "eve"] {
        house.github.set_permission(REGISTRY, user, "write").unwrap();
    }
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.fail(Fault::status("POST", "/graphql", 99, 403));
    // The look at the first tick fails, so that both are looked at together.
    house.github.fail(Fault::status("GET", "/repos/{owner}/{repo}/pulls/{number}", 1, 502));
    turn(&house, number, "ivy", "- [ ] `Works", "- [x] `Works").await;
    turn(&house, number, "eve", "- [ ] `Follows", "- [x] `Follows").await;
    let page = house.living(number);
    assert!(
        page.contains("- [x] `Works offline in a clinic`\n- [x] `Follows an open 'standard'`\n"),
        "{page}"
    );
    house.close().await;
}
