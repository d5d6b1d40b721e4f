//! The line's promises: how often it asks, that it says nothing twice, that it finds its own comment again.

use std::time::Duration;

use dpg_triage::fake_github::{Fault, FileChange, How};
use serde_json::json;

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

/// One nominee with one repository, labels already there: at most ten requests after the token and the archive of the
/// registry, at most five of them waiting for one another; and again without change: no write.
#[tokio::test]
async fn first_triage_is_cheap_and_the_second_writes_nothing() {
    let house = House::open().await;
    house.nominate("nominees/open-clinic.json", nominee(|_| {})).await;
    // Everything anew for a second pull request, but for the labels.
    let house = {
        let labels = house.github.repository_labels(REGISTRY).unwrap();
        house.close().await;
        let house = House::open().await;
        for label in labels {
            house
                .github
                .add_repository_label(REGISTRY, &label.name, &label.color, label.description.as_deref())
                .unwrap();
        }
        house
    };
    house.github.set_latency(Duration::from_millis(60));
    let mark = house.github.mark();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let once = ["access_tokens", "tarball", "legacy.tar.gz"];
    let own_rules = ".github/dpg-triage.yml";
    let asked = house.github.requests_since(mark);
    let asked = asked.filter(|request| {
        !once.iter().any(|once| request.route.contains(once)) && !request.path.contains(own_rules)
    });
    println!("first triage: {} requests, longest chain {}", asked.len(), asked.longest_chain());
    assert!(asked.len() <= 10, "{asked}");
    assert!(asked.longest_chain() <= 5, "{asked}");

    let mark = house.github.mark();
    house.comment(number, "ada", "/recheck").await;
    house.github.redeliver(&house.github.deliveries()[0].guid);
    house.github.edit_title(REGISTRY, number, "ada", "Another title").unwrap();
    house.settle().await;
    let writes = house.github.requests_since(mark).writes();
    let reactions = writes.filter(|request| request.path.ends_with("/reactions")).len();
    // The command is acknowledged (👀), answered (🚀) and remembered; nothing else.
    assert_eq!((reactions, writes.len()), (2, 3), "{writes}");

    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "A third title").unwrap();
    house.settle().await;
    assert!(!house.github.requests_since(mark).is_empty());
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// What GitHub was asked lately and has not changed costs nothing of its limit.
/// <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>
#[tokio::test]
async fn first_triage_with_everything_known_is_cheaper() {
    let house = House::open().await;
    let before = house.nominate(PATH, nominee(|_| {})).await;
    house.github.close(REGISTRY, before, "ada").unwrap();
    house.settle().await;
    let mark = house.github.mark();
    house.nominate(PATH, nominee(|_| {})).await;
    let asked = house.github.requests_since(mark);
    let charged = house.github.requests_since(mark).filter(|request| request.status != 304);
    println!(
        "first triage with everything known: {} requests, {} of them charged",
        asked.len(),
        charged.len()
    );
    assert!(charged.len() <= 7, "{asked}");
    house.close().await;
}

#[tokio::test]
async fn new_labels_get_color_and_words() {
    let house = House::open().await;
    house.nominate(PATH, nominee(|_| {})).await;
    let labels = house.github.repository_labels(REGISTRY).unwrap();
    assert_eq!(labels.len(), 4);
    for label in labels {
        assert!(
            label.color != "ededed" && label.description.is_some_and(|words| !words.is_empty()),
            "{}",
            label.name
        );
    }
    house.close().await;
}

/// A registry that has the label in another spelling keeps it, and is not written to again and again.
#[tokio::test]
async fn labels_in_another_case_are_the_same() {
    let house = House::open().await;
    house.github.add_repository_label(REGISTRY, "Nomination", "123456", Some("Ours")).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.shown(number).label_names().contains(&"Nomination"));
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

#[tokio::test]
async fn a_stranger_pasting_our_text_is_not_us() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let ours = house.shown(number).comments_by(BOT)[0].body.clone();
    let other = house.github.open_pull_request(
        REGISTRY,
        dpg_triage::fake_github::PullRequestSetup::from_fork(
            "eve",
            "Other",
            vec![FileChange::write("docs/a.md", "a")],
        ),
    );
    let other = other.unwrap();
    house.comment(other, "eve", &ours).await;
    assert!(house.shown(other).comments_by(BOT).is_empty(), "no nomination, no comment");
    house.github.push(REGISTRY, other, "eve", vec![FileChange::write("nominees/x.json", "{}")]).unwrap();
    house.settle().await;
    assert!(house.living(other).contains("to change"));
    house.close().await;
}

#[tokio::test]
async fn our_comment_edited_by_others_is_put_right() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let shown = house.shown(number);
    let ours = shown.comments_by(BOT)[0].clone();
    house
        .github
        .edit_comment(REGISTRY, ours.id, "grace", &ours.body.replace("Ready for review", "Accepted"))
        .unwrap();
    house.settle().await;
    assert_eq!(house.shown(number).comments_by(BOT)[0].body, ours.body);
    house.close().await;
}

/// Whatever a maintainer does to our comment: it is put right, and there is no second one.
#[tokio::test]
async fn a_spoiled_marker_leads_to_no_second_comment() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let ours = house.shown(number).comments_by(BOT)[0].clone();
    for body in [
        format!("A note\n\n{}", ours.body),
        ours.body.split_once('\n').unwrap().1.to_owned(),
        "gone".to_owned(),
    ] {
        house.github.edit_comment(REGISTRY, ours.id, "grace", &body).unwrap();
        house.settle().await;
        assert!(house.living(number).contains("Nothing has to be changed"));
    }
    house.close().await;
}

/// The families `triage:` and `license:` are ours alone; of `cop:` labels a person's word counts; others are left.
#[tokio::test]
async fn labels_of_people() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    for (name, color) in
        [("triage: reviewed", "ff0000"), ("help wanted", "00ff00"), ("cop: education", "0000ff")]
    {
        house.github.add_repository_label(REGISTRY, name, color, Some("")).ok();
        house.github.add_label(REGISTRY, number, "grace", name).unwrap();
    }
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.github.remove_label(REGISTRY, number, "grace", "license: verified").unwrap();
    house.settle().await;
    let expected =
        ["cop: education", "help wanted", "license: verified", "nomination", "triage: ready for review"];
    assert_eq!(house.shown(number).label_names(), expected);
    house.push(number, PATH, nominee(|nominee| nominee["website"] = json!("https://clinic.example"))).await;
    assert_eq!(house.shown(number).label_names(), expected);
    house.close().await;
}

/// Taken away and set again by a person, a label is the person's: a new route leaves it alone.
#[tokio::test]
async fn a_label_given_back_by_a_person_stays() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.settle().await;
    house.github.add_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.settle().await;
    let school = nominee(|nominee| {
        nominee["description"] = json!("Storybooks for early grade reading and literacy in school.");
        nominee["SDGs"] = json!([{"SDGNumber": 4, "evidenceText": "Children learn reading.", "evidenceURL": "https://openclinic.example/a"}]);
        nominee["sectors"] = json!(["Education"]);
    });
    house.push(number, PATH, school).await;
    let shown = house.shown(number);
    let labels = shown.label_names();
    assert!(labels.contains(&"cop: health") && labels.contains(&"cop: education"), "{labels:?}");
    house.close().await;
}

#[tokio::test]
async fn closed_pull_requests_are_left_alone() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.close(REGISTRY, number, "grace").unwrap();
    let mark = house.github.mark();
    house.push(number, PATH, "{}").await;
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.github.reopen(REGISTRY, number, "grace").unwrap();
    house.settle().await;
    assert!(house.living(number).contains("to change"));
    house.close().await;
}

#[tokio::test]
async fn pull_requests_without_a_nomination_stay_untouched() {
    let house = House::open().await;
    for changes in [
        vec![FileChange::write("README.md", "# New\n")],
        vec![FileChange::write("nominees/README.md", "# Nominees\n")],
        vec![FileChange::write("nominees/logo.png", vec![0x89, b'P', b'N', b'G', 0, 1, 2])],
        vec![FileChange::remove("nominees/boxtribute.json")],
        vec![FileChange::link("digitalpublicgoods/x.json", "../nominees/boxtribute.json")],
        vec![FileChange::write("package.json", "{\"name\": \"x\"}")],
    ] {
        let number = house.open_pull_request(changes).await;
        let shown = house.shown(number);
        assert!(
            shown.comments.is_empty() && shown.labels.is_empty() && shown.check_runs.is_empty(),
            "{shown:?}"
        );
    }
    let writes = house.github.requests().writes().filter(|request| request.path.starts_with("/repos/"));
    assert_eq!(writes.len(), 0, "{writes}");
    house.close().await;
}

#[tokio::test]
async fn modified_and_renamed_files_are_read_from_their_blobs() {
    let house = House::open().await;
    let text = include_str!("../data/nominees/boxtribute.json").replace("\"Apache-2.0\"", "\"Apache 2\"");
    let number = house.open_pull_request(vec![FileChange::write("nominees/boxtribute.json", text)]).await;
    assert!(house.living(number).contains("`Apache 2` is not an SPDX id"));
    let number = house
        .open_pull_request(vec![FileChange::rename("nominees/boxtribute.json", "nominees/box.json")])
        .await;
    assert!(house.living(number).contains("it has to be called `boxtribute.json`"));
    house.close().await;
}

/// GitHub says 502 and has done it all the same: the next try finds the comment and does not write another.
#[tokio::test]
async fn an_answer_that_got_lost_leads_to_no_second_comment() {
    let house = House::open().await;
    house.github.fail(Fault::new(
        "POST",
        "/repos/dpg-registry/publicgoods/issues/1/comments",
        1,
        How::DoneButLost,
    ));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    // The job waits in the inbox; a fresh delivery runs it at once.
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert!(house.living(number).contains("Ready for review"));
    assert_eq!(house.shown(number).check_runs.len(), 1);
    house.close().await;
}

/// What the outside does not answer is never taken for fine.
#[tokio::test]
async fn evidence_that_cannot_be_had_is_not_checked() {
    let house = House::open().await;
    house.github.fail(Fault::status("GET", "/repos/open-clinic/app/license", 99, 500));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let shown = house.shown(number);
    assert!(house.living(number).contains("Could not be checked"), "{}", house.living(number));
    assert!(
        shown.label_names().contains(&"triage: needs a person")
            && shown.label_names().contains(&"license: unverified")
    );
    let waiting = house.inbox.counts().await.unwrap().ready;
    assert_eq!(waiting, 1, "the timer asks again");
    house.github.heal();
    house.comment(number, "ada", "/recheck").await;
    assert!(house.living(number).contains("Ready for review"));
    house.close().await;
}

#[tokio::test]
async fn many_annotations_go_in_parts() {
    let house = House::open().await;
    let goals: Vec<_> =
        (0..120).map(|at| json!({"SDGNumber": 1 + at % 17, "evidenceText": format!("text {at}")})).collect();
    let number = house.nominate(PATH, nominee(|nominee| nominee["SDGs"] = json!(goals))).await;
    let shown = house.shown(number);
    assert_eq!(shown.check_runs.len(), 1);
    assert!(shown.check_runs[0].annotations.len() > 70, "{}", shown.check_runs[0].annotations.len());
    assert_eq!(shown.check_runs[0].status, "completed");
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// More nominations than are judged at once: said, and not taken for fine.
#[tokio::test]
async fn too_many_nominations_are_told() {
    let house = House::open().await;
    let file = |at| {
        let text = nominee(|nominee| nominee["name"] = json!(format!("Clinic {at}")));
        FileChange::write(format!("nominees/clinic-{at}.json"), text)
    };
    let number = house.open_pull_request((10..35).map(file).collect()).await;
    assert!(house.living(number).contains("5 more are not"), "{}", house.living(number));
    assert!(house.shown(number).label_names().contains(&"triage: needs a person"));
    house.close().await;
}
