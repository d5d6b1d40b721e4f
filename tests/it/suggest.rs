//! `/suggest`: a review with the sure corrections, once a commit.

use dpg_triage::fake_github::{AccountKind, Fault, FileChange, How, PullRequestSetup, ReviewView};
use serde_json::{Value, json};

use crate::house::{BOT, House, PATH, REGISTRY, nominee, reactions};

const REVIEWS: &str = "/repos/dpg-registry/publicgoods/pulls/1/reviews";

/// Two ids and a list to be put right, on three places.
fn unsure(change: impl FnOnce(&mut Value)) -> String {
    nominee(|nominee| {
        nominee["aliases"] = json!(["Clinic, Praxis, Ordination", "", "Ambulatorio"]);
        nominee["license"] = json!([
            {"spdx": "Apache 2", "licenseURL": "https://github.com/open-clinic/app/blob/main/LICENSE"},
            {"spdx": "GPL v3", "licenseURL": "https://github.com/open-clinic/app"}
        ]);
        change(nominee);
    })
}

fn reviews(house: &House, number: u64) -> Vec<ReviewView> {
    let mut reviews = house.shown(number).reviews;
    reviews.retain(|review| review.author == BOT);
    reviews
}

/// A review as people read it.
fn told(house: &House, number: u64) -> String {
    let head = house.shown(number).head_sha;
    let mut text = String::new();
    for review in reviews(house, number) {
        text.push_str(&format!("{} ({})\n", review.body.replace(&head, "HEAD"), review.state));
        for comment in review.comments {
            let lines = match comment.start_line {
                Some(start) => format!("{start}-{}", comment.line),
                None => comment.line.to_string(),
            };
            text.push_str(&format!("\n--- {}:{lines}\n{}", comment.path, comment.body));
        }
    }
    text
}

/// The text of the file with every suggestion taken over, as GitHub's button does.
fn taken_over(text: &str, review: &ReviewView) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut comments = review.comments.clone();
    comments.sort_by_key(|comment| std::cmp::Reverse(comment.line));
    for comment in comments {
        let (_, block) = comment.body.split_once("suggestion\n").unwrap();
        let (new, _) = block.rsplit_once("\n```").unwrap();
        let first = usize::try_from(comment.start_line.unwrap_or(comment.line)).unwrap() - 1;
        lines.splice(first..usize::try_from(comment.line).unwrap(), new.lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn suggestions_are_given_and_can_be_taken_over() {
    let house = House::open().await;
    let text = unsure(|_| {});
    let number = house.nominate(PATH, text.clone()).await;
    assert!(house.living(number).contains("Quicker: write `/suggest`"), "{}", house.living(number));
    let mark = house.github.mark();
    let id = house.comment(number, "ada", "/suggest").await;
    let asked = house.github.requests_since(mark);
    println!("a /suggest: {} requests", asked.len());
    assert!(asked.len() <= 14, "{asked}");
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    insta::assert_snapshot!("the_review", told(&house, number));
    let review = reviews(&house, number).remove(0).id.to_string();
    let page = house.page(number).replace(&review, "REVIEW");
    insta::assert_snapshot!("the_page_beside_the_review", page.split("#### License").next().unwrap());

    // Looked at again, nothing more is said.
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    assert_eq!(house.github.requests_since(mark).filter(|request| request.path == REVIEWS).len(), 0);

    let better = taken_over(&text, &reviews(&house, number)[0]);
    let parsed: Value = serde_json::from_str(&better).unwrap();
    assert_eq!(parsed["aliases"], json!(["Clinic", "Praxis", "Ordination", "Ambulatorio"]));
    assert_eq!(
        (&parsed["license"][0]["spdx"], &parsed["license"][1]["spdx"]),
        (&json!("Apache-2.0"), &json!("GPL-3.0"))
    );
    house.push(number, PATH, better).await;
    let living = house.living(number);
    assert!(!living.contains("my review") && !living.contains("Quicker: write `/suggest`"), "{living}");
    house.close().await;
}

/// Asked again at the same commit there is no second review; at a new one there is.
#[tokio::test]
async fn once_a_commit() {
    let house = House::open().await;
    let number = house.nominate(PATH, unsure(|_| {})).await;
    for by in ["ada", "grace", "ada"] {
        let id = house.comment(number, by, "/suggest").await;
        assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
        assert_eq!(reviews(&house, number).len(), 1);
    }
    assert!(house.living(number).contains("[my review]"), "{}", house.living(number));
    house.comment(number, "ada", "/recheck").await;
    assert!(house.living(number).contains("[my review]"), "{}", house.living(number));
    house.push(number, PATH, unsure(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    let living = house.living(number);
    assert!(living.contains("Quicker: write `/suggest`") && !living.contains("my review"), "{living}");
    assert_eq!(reviews(&house, number).len(), 1, "a new commit needs a new command");
    house.comment(number, "ada", "/suggest").await;
    assert_eq!(reviews(&house, number).len(), 2);
    house.close().await;
}

/// GitHub says 502 and has done it all the same.
#[tokio::test]
async fn a_lost_answer_leads_to_no_second_review() {
    let house = House::open().await;
    let number = house.nominate(PATH, unsure(|_| {})).await;
    house.github.fail(Fault::new("POST", REVIEWS, 1, How::DoneButLost));
    let id = house.comment(number, "ada", "/suggest").await;
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(reviews(&house, number).len(), 1);
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert!(house.living(number).contains("[my review]"), "{}", house.living(number));
    house.close().await;
}

/// The same where the comment could not be written after the review.
#[tokio::test]
async fn a_comment_that_failed_leads_to_no_second_review() {
    let house = House::open().await;
    let number = house.nominate(PATH, unsure(|_| {})).await;
    house.github.fail(Fault::status("PATCH", "/repos/dpg-registry/publicgoods/issues/comments", 1, 502));
    house.comment(number, "ada", "/suggest").await;
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(reviews(&house, number).len(), 1);
    assert!(house.living(number).contains("[my review]"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn a_review_that_is_refused_is_told_and_not_tried_again() {
    for status in [422, 403, 404] {
        let house = House::open().await;
        let number = house.nominate(PATH, unsure(|_| {})).await;
        house.github.fail(Fault::status("POST", REVIEWS, 9, status));
        let mark = house.github.mark();
        let id = house.comment(number, "ada", "/suggest").await;
        house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
        house.settle().await;
        let tried =
            house.github.requests_since(mark).writes().filter(|request| request.path == REVIEWS).len();
        assert_eq!(tried, 1, "{status}");
        assert_eq!(reactions(&house, number, id), ["eyes", "confused"], "{status}");
        assert!(
            house.living(number).contains("GitHub did not take my suggestions"),
            "{}",
            house.living(number)
        );
        // Asked anew, it is tried anew.
        house.github.heal();
        house.comment(number, "ada", "/suggest").await;
        assert_eq!(reviews(&house, number).len(), 1);
        assert!(house.living(number).contains("[my review]"), "{}", house.living(number));
        house.close().await;
    }
}

#[tokio::test]
async fn nothing_to_suggest_is_told() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(!house.living(number).contains("Quicker: write `/suggest`"), "{}", house.living(number));
    let id = house.comment(number, "grace", "/suggest").await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert!(reviews(&house, number).is_empty());
    assert!(house.living(number).contains("there is nothing on the lines"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn strangers_get_no_suggestions() {
    let house = House::open().await;
    let number = house.nominate(PATH, unsure(|_| {})).await;
    let mark = house.github.mark();
    let id = house.comment(number, "eve", "/suggest").await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    assert!(reviews(&house, number).is_empty());
    assert_eq!(house.github.requests_since(mark).filter(|request| request.path == REVIEWS).len(), 0);
    house.close().await;
}

/// A pull request from before the App was there is judged first.
#[tokio::test]
async fn a_pull_request_that_was_never_judged() {
    let house = House::build().await;
    let changes = vec![FileChange::write(PATH, unsure(|_| {}))];
    let setup = PullRequestSetup::from_fork("ada", "Nominate", changes);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    let house = house.serve().await;
    let id = house.comment(number, "ada", "/suggest").await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert_eq!(reviews(&house, number).len(), 1);
    let living = house.living(number);
    assert!(living.contains("things to change") && living.contains("[my review]"), "{living}");
    house.close().await;
}

/// Only lines that the pull request shows can be suggested on, and what stood there before is no invitation.
#[tokio::test]
async fn only_on_lines_of_the_difference() {
    let filler = |nominee: &mut Value| {
        let texts: Vec<String> = (0..20).map(|at| format!("Clinic {at}")).collect();
        nominee["aliases"] = json!(texts);
        nominee["website"] = json!(" https://openclinic.example");
    };
    let before = nominee(|nominee| {
        filler(nominee);
        nominee["license"][0]["spdx"] = json!("Apache 2");
    });
    let house = House::open_on(crate::house::registry_with(&[(PATH, &before)])).await;
    // Near the license: its line is shown.
    let near = nominee(|nominee| {
        filler(nominee);
        nominee["license"][0]["spdx"] = json!("Apache 2");
        nominee["license"][0]["licenseURL"] =
            json!("https://github.com/open-clinic/app/blob/main/LICENSE.md");
    });
    let number = house.nominate(PATH, near).await;
    assert!(!house.living(number).contains("Quicker: write `/suggest`"), "{}", house.living(number));
    house.comment(number, "ada", "/suggest").await;
    assert_eq!(reviews(&house, number)[0].comments.len(), 1);
    // Far from it: it is not.
    let far = nominee(|nominee| {
        filler(nominee);
        nominee["license"][0]["spdx"] = json!("Apache 2");
        nominee["aliases"][0] = json!("Praxis");
    });
    let number = house.nominate(PATH, far).await;
    house.comment(number, "ada", "/suggest").await;
    assert!(reviews(&house, number).is_empty());
    assert!(house.living(number).contains("there is nothing on the lines"), "{}", house.living(number));
    house.close().await;
}

/// The bot repeats no contact, also not one on a line that it could put right.
#[tokio::test]
async fn no_line_with_a_contact_is_suggested() {
    let house = House::open().await;
    let text = unsure(|_| {}).replacen(
        "\"spdx\": \"Apache 2\"",
        "\"spdx\": \"Apache 2\", \"contact_email\": \"ada@openclinic.example\"",
        1,
    );
    let number = house.nominate(PATH, text).await;
    house.comment(number, "ada", "/suggest").await;
    let told = told(&house, number);
    assert!(!told.contains("ada@") && !told.contains("Apache-2.0"), "{told}");
    assert!(told.contains("GPL-3.0"), "{told}");
    house.close().await;
}

#[tokio::test]
async fn more_than_fit_wait_for_the_next_commit() {
    let house = House::open().await;
    let licenses = |from: usize| -> Vec<Value> {
        let one = |at| {
            let spdx = if at < from { "Apache-2.0" } else { "Apache 2" };
            json!({"spdx": spdx, "licenseURL": format!("https://github.com/open-clinic/app/blob/main/{at}/LICENSE")})
        };
        (0..25).map(one).collect()
    };
    let text = |from| nominee(|nominee| nominee["license"] = json!(licenses(from)));
    let number = house.nominate(PATH, text(0)).await;
    house.comment(number, "ada", "/suggest").await;
    let first = reviews(&house, number).remove(0);
    assert_eq!(first.comments.len(), 20);
    assert!(
        first.body.contains("These are the first 20. I offer 5 more after the next commit"),
        "{}",
        first.body
    );
    house.push(number, PATH, text(20)).await;
    house.comment(number, "ada", "/suggest").await;
    assert_eq!(reviews(&house, number)[1].comments.len(), 5);
    house.close().await;
}

/// Whoever looks after a nomination that came in through a form is addressed.
#[tokio::test]
async fn a_form_cannot_click() {
    let house = House::open().await;
    house.github.add_account("dpg-form[bot]", AccountKind::Bot);
    let changes = vec![FileChange::write(PATH, unsure(|_| {}))];
    let setup = PullRequestSetup::from_branch("dpg-form[bot]", "Add nominee", "open-clinic", changes);
    let number = house.github.open_pull_request(REGISTRY, setup).unwrap();
    house.settle().await;
    assert!(
        house.living(number).contains(
            "A maintainer who writes `/suggest` as a comment at the end of this page gets 3 corrections"
        ),
        "{}",
        house.living(number)
    );
    house.comment(number, "grace", "/suggest").await;
    assert!(house.living(number).contains("with which a maintainer takes it over"));
    house.close().await;
}

/// An answered `/suggest` is known by our review, of an earlier commit, too.
#[tokio::test]
async fn what_was_suggested_is_known_though_memory_is_lost() {
    type Lose = fn(&House, u64);
    let ours = |house: &House, number| house.shown(number).comments_by(BOT)[0].id;
    let loses: [Lose; 2] = [
        |house, id| house.github.edit_comment(REGISTRY, id, "grace", "Gone").unwrap(),
        |house, id| house.github.delete_comment(REGISTRY, id, "grace").unwrap(),
    ];
    for lose in loses {
        let house = House::open().await;
        let number = house.nominate(PATH, unsure(|_| {})).await;
        house.comment(number, "ada", "/suggest").await;
        lose(&house, ours(&house, number));
        house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
        house.settle().await;
        assert_eq!(reviews(&house, number).len(), 1);
        assert!(house.living(number).contains("in [my review]"), "{}", house.living(number));

        house.push(number, PATH, unsure(|nominee| nominee["name"] = json!("Open Clinic Book"))).await;
        lose(&house, ours(&house, number));
        house.github.edit_title(REGISTRY, number, "ada", "And again").unwrap();
        house.settle().await;
        assert_eq!(reviews(&house, number).len(), 1, "asked for once, given once");
        assert!(house.living(number).contains("Quicker: write `/suggest`"), "{}", house.living(number));
        // GitHub counts time in seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        house.comment(number, "ada", "/suggest").await;
        assert_eq!(reviews(&house, number).len(), 2);
        house.close().await;
    }
}
