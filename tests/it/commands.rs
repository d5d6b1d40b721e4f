//! `/recheck` and the Re-run button, and what is answered to everything else.

use dpg_triage::fake_github::LicenseSetup;

use crate::house::{BOT, House, PATH, REGISTRY, nominee, reactions};

#[tokio::test]
async fn recheck_looks_again() {
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("1 thing to change"));
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("Apache-2.0"))).unwrap();
    for by in ["ada", "grace"] {
        let id = house.comment(number, by, "/recheck\n\nThe license is right now.").await;
        assert_eq!(reactions(&house, number, id), ["eyes", "rocket"], "{by}");
        assert!(house.living(number).contains("Ready for review"), "{by}");
    }
    assert!(house.shown(number).label_names().contains(&"license: verified"));
    house.close().await;
}

#[tokio::test]
async fn a_stranger_gets_a_frown_and_nothing_is_looked_at() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let before = house.living(number);
    let mark = house.github.mark();
    let id = house.comment(number, "eve", "/recheck").await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    assert_eq!(house.living(number), before);
    let asked = house.github.requests_since(mark);
    assert!(asked.iter().all(|request| !request.path.contains("open-clinic")), "{asked}");
    // Judged once: a right that comes later does not make it count.
    house.github.set_permission(REGISTRY, "eve", "write").unwrap();
    house.comment(number, "ada", "Thank you").await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    house.close().await;
}

#[tokio::test]
async fn comments_without_a_command_lead_to_no_write() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mark = house.github.mark();
    for body in [
        "Nice!",
        "please /recheck",
        "> /recheck",
        "```\n/recheck\n```",
        "<!-- \n/recheck\n-->",
        "/approve",
        "`/recheck`",
    ] {
        house.comment(number, "ada", body).await;
    }
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

#[tokio::test]
async fn what_is_no_command_yet_is_said() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let near = house.comment(number, "ada", "/rechek").await;
    let hold = house.comment(number, "grace", "/hold until tomorrow").await;
    assert_eq!(reactions(&house, number, near), ["confused"]);
    assert_eq!(reactions(&house, number, hold), ["confused"]);
    // Words follow with the next look.
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    let living = house.living(number);
    assert!(living.contains("`/rechek`") && living.contains("Did you mean `/recheck`?"), "{living}");
    assert!(living.contains("`/hold`") && living.contains("cannot be used yet"), "{living}");
    // Whoever got through since needs no word about earlier tries.
    house.comment(number, "ada", "/recheck").await;
    assert!(!house.living(number).contains("Did you mean"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn edited_and_deleted_commands_count_no_longer() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let id = house.comment(number, "grace", "/recheck").await;
    house.github.edit_comment(REGISTRY, id, "grace", "/recheck please").unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    assert!(house.living(number).contains("was edited after I had followed it"), "{}", house.living(number));

    // A comment that becomes a command by an edit: who edited it cannot be told.
    let id = house.comment(number, "grace", "Hello").await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    house.github.edit_comment(REGISTRY, id, "grace", "/recheck").unwrap();
    house.settle().await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    house.close().await;
}

#[tokio::test]
async fn the_rerun_button_gives_a_new_check_run() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let first = house.shown(number).check_runs[0].clone();
    house.github.click_rerun(REGISTRY, first.id, "grace").unwrap();
    house.settle().await;
    let runs = house.github.check_runs(REGISTRY).unwrap();
    assert_eq!(runs.len(), 2);
    assert!(runs.iter().all(|run| run.status == "completed" && run.conclusion.as_deref() == Some("success")));
    house.github.click_rerun_suite(REGISTRY, first.suite, "grace").unwrap();
    house.settle().await;
    assert_eq!(house.github.check_runs(REGISTRY).unwrap().len(), 3);
    assert_eq!(house.shown(number).comments_by(BOT).len(), 1);
    house.close().await;
}

/// However many commands there were: each is judged once, and the comment stays one that GitHub takes.
#[tokio::test]
async fn a_flood_of_commands_is_remembered_in_little_room() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    for _ in 0..130 {
        house.github.comment(REGISTRY, number, "eve", &"/recheck\n".repeat(50)).unwrap();
    }
    house.settle().await;
    let shown = house.shown(number);
    let frowns = shown
        .comments
        .iter()
        .filter(|comment| comment.author == "eve" && comment.reactions.len() == 1)
        .count();
    assert_eq!(frowns, 130);
    assert!(shown.comments_by(BOT)[0].body.len() < 65_536);
    let mark = house.github.mark();
    house.comment(number, "eve", "Hello").await;
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    let writes = house.github.requests_since(mark).writes();
    assert!(writes.is_empty(), "{writes}");
    house.close().await;
}

/// What cannot be followed is answered in words at once, not only with the next push.
#[tokio::test]
async fn words_are_not_kept_waiting() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.comment(number, "grace", "/waive license-id It is fine").await;
    assert!(house.living(number).contains("cannot be used yet"), "{}", house.living(number));
    house.comment(number, "grace", "/rechek").await;
    assert!(house.living(number).contains("Did you mean `/recheck`"), "{}", house.living(number));
    house.close().await;
}
