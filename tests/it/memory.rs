//! What the bot remembers, and what it does where its memory was changed, cut off or deleted. Labels of people.

use dpg_triage::fake_github::{Fault, FileChange, LicenseSetup};
use serde_json::json;

use crate::house::{BOT, House, PATH, REGISTRY, nominee, reactions};

fn has(house: &House, number: u64, label: &str) -> bool {
    house.shown(number).label_names().contains(&label)
}

fn school(nominee: &mut serde_json::Value) {
    nominee["description"] = json!("Storybooks for early grade reading and literacy in school.");
    nominee["SDGs"] = json!([{
        "SDGNumber": 4,
        "evidenceText": "Children learn reading.",
        "evidenceURL": "https://openclinic.example/a"
    }]);
    nominee["sectors"] = json!(["Education"]);
}

const LOST: &str = "My notes on earlier looks here are lost";

/// Whatever became of the marker: commands are read anew, and people are told.
#[tokio::test]
async fn a_changed_marker_is_not_believed() {
    type Spoil = fn(&str) -> String;
    let spoils: [Spoil; 6] = [
        |body| format!("Hello\n{body}"),
        |body| body.replacen("<!-- dpg-triage", "<!-- dpg-triage <!-- dpg-triage", 1),
        |body| body.replacen("\"past\":", "\"past\":9", 1),
        |body| body.chars().take(60).collect(),
        |_| "Gone".to_owned(),
        |body| body.split_once('\n').unwrap().1.to_owned(),
    ];
    for spoil in spoils {
        let house = House::open().await;
        let number = house.nominate(PATH, nominee(|_| {})).await;
        house.comment(number, "grace", "/hold for now").await;
        house.comment(number, "grace", "/route education").await;
        house.github.remove_label(REGISTRY, number, "grace", "cop: education").unwrap();
        house.settle().await;
        let ours = house.shown(number).comments_by(BOT)[0].clone();
        house.github.edit_comment(REGISTRY, ours.id, "grace", &spoil(&ours.body)).unwrap();
        house.settle().await;
        let living = house.living(number);
        assert!(living.contains("On hold") && living.contains(LOST), "{living}");
        // It is told as long as this commit stands.
        house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
        house.settle().await;
        assert!(house.living(number).contains(LOST));
        house.push(number, PATH, nominee(|nominee| nominee["sectors"] = json!(["Education"]))).await;
        assert!(!house.living(number).contains(LOST) && has(&house, number, "triage: on hold"));
        house.close().await;
    }
}

/// The marker twice, or our comment twice: the first one counts, and what was pasted goes.
#[tokio::test]
async fn a_marker_that_stands_there_twice() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.comment(number, "grace", "/hold for now").await;
    let ours = house.shown(number).comments_by(BOT)[0].clone();
    let (marker, _) = ours.body.split_once('\n').unwrap();
    house.github.edit_comment(REGISTRY, ours.id, "grace", &format!("{marker}\n{}", ours.body)).unwrap();
    house.settle().await;
    assert_eq!(house.shown(number).comments_by(BOT)[0].body, ours.body);
    // A stranger's copy is a stranger's comment; one of our own is older memory.
    house.comment(number, "eve", &ours.body).await;
    house.github.comment(REGISTRY, number, BOT, &ours.body.replace("On hold", "Copied")).unwrap();
    house.comment(number, "grace", "/unhold").await;
    let shown = house.shown(number);
    let [first, second] = &shown.comments_by(BOT)[..] else { panic!("{:?}", shown.comments) };
    assert!(first.body.contains("Ready for review") && second.body.contains("Copied"));
    assert!(has(&house, number, "triage: ready for review"));
    house.close().await;
}

/// Nothing was lost: nothing is said.
#[tokio::test]
async fn a_deleted_comment_is_made_anew() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let before = house.living(number);
    let delete = || {
        let ours = house.shown(number).comments_by(BOT)[0].id;
        house.github.delete_comment(REGISTRY, ours, "grace").unwrap();
    };
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.settle().await;
    delete();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.living(number), before);
    assert!(!has(&house, number, "cop: health"), "a label that a person took away");

    house.comment(number, "grace", "/hold").await;
    delete();
    house.github.edit_title(REGISTRY, number, "ada", "And again").unwrap();
    house.settle().await;
    assert!(house.living(number).contains(LOST) && has(&house, number, "triage: on hold"));
    house.close().await;
}

/// What a waiver was about is not guessed.
#[tokio::test]
async fn a_waiver_whose_meaning_is_lost_has_to_be_given_again() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let id = house.comment(number, "grace", "/waive license-in-repository They change it").await;
    assert!(has(&house, number, "triage: ready for review"));
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("GPL-3.0"))).unwrap();
    let ours = house.shown(number).comments_by(BOT)[0].clone();
    house.github.edit_comment(REGISTRY, ours.id, "grace", "Hello").unwrap();
    house.settle().await;
    assert!(has(&house, number, "triage: needs changes"), "{}", house.living(number));
    assert!(house.living(number).contains("A `/waive` has to be given again"), "{}", house.living(number));
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket", "confused"]);
    house.comment(number, "grace", "/waive license-in-repository They change it").await;
    assert!(has(&house, number, "triage: ready for review"));
    house.close().await;
}

/// Also where the marker was spoiled while there was no nomination.
#[tokio::test]
async fn memory_can_be_lost_while_there_is_no_nomination() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.comment(number, "grace", "/waive license-in-repository They change it\n/route education").await;
    house.github.push(REGISTRY, number, "ada", vec![FileChange::remove(PATH)]).unwrap();
    house.settle().await;
    let ours = house.shown(number).comments_by(BOT)[0].clone();
    house.github.edit_comment(REGISTRY, ours.id, "grace", "Hello").unwrap();
    house.settle().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("GPL-3.0"))).unwrap();
    house.push(number, PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains(LOST), "{}", house.living(number));
    assert!(has(&house, number, "triage: needs changes") && has(&house, number, "cop: education"));
    house.close().await;
}

/// A person ticks or writes into the text: the memory is whole, and nothing is lost.
#[tokio::test]
async fn a_changed_text_is_written_anew() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.comment(number, "grace", "/hold for now").await;
    let ours = house.shown(number).comments_by(BOT)[0].clone();
    let changed = ours.body.replace("On hold", "Accepted");
    house.github.edit_comment(REGISTRY, ours.id, "grace", &changed).unwrap();
    house.settle().await;
    assert_eq!(house.shown(number).comments_by(BOT)[0].body, ours.body);
    house.close().await;
}

/// The labels were posted, the comment was not: they are still the bot's.
#[tokio::test]
async fn labels_whose_comment_failed_are_the_bots() {
    let house = House::open().await;
    let route = "/repos/dpg-registry/publicgoods/issues/1/comments";
    house.github.fail(Fault::status("POST", route, 1, 502));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "cop: health") && house.shown(number).comments_by(BOT).is_empty());
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    house.push(number, PATH, nominee(school)).await;
    assert!(has(&house, number, "cop: education") && !has(&house, number, "cop: health"));
    // Likewise where an edit failed after the labels were changed.
    house.github.fail(Fault::status("PATCH", "/repos/dpg-registry/publicgoods/issues/comments/", 1, 502));
    house.push(number, PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("**Education"), "{}", house.living(number));
    assert!(has(&house, number, "cop: health"));
    house.github.edit_title(REGISTRY, number, "ada", "And again").unwrap();
    house.settle().await;
    house.push(number, PATH, nominee(school)).await;
    assert!(has(&house, number, "cop: education") && !has(&house, number, "cop: health"));
    house.close().await;
}

/// Set and taken away between two looks, and while there was no nomination: a person's act stays.
#[tokio::test]
async fn labels_stay_as_people_left_them() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.add_label(REGISTRY, number, "grace", "cop: education").unwrap();
    house.github.remove_label(REGISTRY, number, "grace", "cop: education").unwrap();
    house.settle().await;
    house.push(number, PATH, nominee(school)).await;
    assert!(!has(&house, number, "cop: education"), "taken away before the bot wanted it");

    let number =
        house.nominate("nominees/other.json", nominee(|nominee| nominee["name"] = json!("Other"))).await;
    house.github.remove_label(REGISTRY, number, "grace", "cop: health").unwrap();
    house.github.add_label(REGISTRY, number, "grace", "cop: climate").unwrap();
    house.settle().await;
    let path = "nominees/other.json";
    house.github.push(REGISTRY, number, "ada", vec![FileChange::remove(path)]).unwrap();
    house.settle().await;
    assert!(house.living(number).contains("no nomination"));
    assert!(has(&house, number, "cop: climate"));
    house.push(number, path, nominee(|nominee| nominee["name"] = json!("Other"))).await;
    assert!(!has(&house, number, "cop: health") && has(&house, number, "cop: climate"));
    house.close().await;
}

/// Another program takes a label away whenever it stands there. It is given back a few times, and then when there is
/// another reason to look.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_fought_over_a_label() {
    const READY: &str = "triage: ready for review";
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (began, mut taken) = (std::time::Instant::now(), 0);
    while began.elapsed() < std::time::Duration::from_secs(3) {
        if has(&house, number, READY) {
            house.github.remove_label(REGISTRY, number, "grace", READY).unwrap();
            taken += 1;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    house.settle().await;
    assert!((2..=6).contains(&taken), "{taken}");
    assert!(!has(&house, number, READY));
    house.comment(number, "ada", "/recheck").await;
    assert!(has(&house, number, READY));
    house.close().await;
}

/// The history of labels is asked for where they are otherwise than the bot left them, and not again.
#[tokio::test]
async fn the_history_is_read_once_a_change() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let events = |house: &House| {
        house.github.requests().to("GET", "/repos/{owner}/{repo}/issues/{number}/events").len()
    };
    assert_eq!(events(&house), 0);
    house.github.add_label(REGISTRY, number, "grace", "cop: climate").unwrap();
    house.settle().await;
    assert_eq!(events(&house), 1);
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(events(&house), 1);
    house.close().await;
}

/// Accounts that were deleted look alike: none of them is the author.
#[tokio::test]
async fn a_deleted_account_may_nothing() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let id = house.github.comment(REGISTRY, number, "eve", "/recheck").unwrap();
    house.github.delete_user("eve").unwrap();
    house.github.delete_user("ada").unwrap();
    house.settle().await;
    house.github.edit_title(REGISTRY, number, "grace", "Again").unwrap();
    house.settle().await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    house.close().await;
}
