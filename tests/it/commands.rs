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

/// A word that is nearly a command is answered in words at once, and nothing is judged for it.
#[tokio::test]
async fn near_words_are_answered_without_a_look() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let before = house.living(number);
    let mark = house.github.mark();
    let near = house.comment(number, "eve", "/rechek").await;
    assert_eq!(reactions(&house, number, near), ["confused"]);
    let asked = house.github.requests_since(mark);
    assert!(asked.iter().all(|request| !request.path.contains("open-clinic")), "{asked}");
    let living = house.living(number);
    assert!(living.contains("`/rechek`") && living.contains("Did you mean `/recheck`?"), "{living}");
    // A look says the same; taken back, all is as it was.
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.github.delete_comment(REGISTRY, near, "eve").unwrap();
    house.github.edit_title(REGISTRY, number, "ada", "And again").unwrap();
    house.settle().await;
    assert_eq!(house.living(number), before);

    // Whoever got through since needs no word about earlier tries.
    house.comment(number, "ada", "/rechek").await;
    assert!(house.living(number).contains("Did you mean"));
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
    let living = house.living(number);
    assert!(living.contains("`/recheck` by `grace` stood in a [comment]"), "{living}");
    assert!(living.contains("that was edited after I had followed it"), "{living}");

    // A comment that becomes a command by an edit: who edited it cannot be told.
    let id = house.comment(number, "grace", "Hello").await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    house.github.edit_comment(REGISTRY, id, "grace", "/recheck").unwrap();
    house.settle().await;
    assert_eq!(reactions(&house, number, id), ["confused"]);
    house.close().await;
}

/// Each is judged for itself; the rocket means all of them.
#[tokio::test]
async fn several_commands_in_one_comment() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let all = house.comment(number, "grace", "/route education\r\n/hold\r\n\r\nThanks").await;
    assert_eq!(reactions(&house, number, all), ["eyes", "rocket"]);
    let some = house.comment(number, "grace", "/unhold\n/waive stage It is fine\n/rechek").await;
    assert_eq!(reactions(&house, number, some), ["eyes", "confused"]);
    let living = house.living(number);
    assert!(
        living.contains("Ready for review") && living.contains("`stage` has nothing open here"),
        "{living}"
    );
    assert!(living.contains("Did you mean `/recheck`?"), "{living}");
    // The author may give one of them.
    let half = house.comment(number, "ada", "/recheck\n/hold").await;
    assert_eq!(reactions(&house, number, half), ["eyes", "confused"]);
    assert!(house.living(number).contains("Ready for review"));
    house.close().await;
}

/// However a comment is written: what is no leading line is no command, and no text is too long.
#[tokio::test]
async fn long_and_odd_comments() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mark = house.github.mark();
    for body in [
        "> /hold\n",
        "```suggestion\n/hold\n```",
        "<!--\n/hold\n-->",
        "~~~\n/hold\n~~~",
        "Hello\n/hold",
        "\u{a0}/hold",
        "/usr/bin/hold",
        "    /hold",
        "~~~\r\n/hold\r\n~~~\r\n",
        "<details>\n/hold\n</details>",
        "\u{200b}/hold",
        "/ho\u{200b}ld",
        "\u{ff0f}hold",
    ] {
        house.comment(number, "grace", body).await;
    }
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    let id = house.comment(number, "grace", &format!("/hold\u{a0}{}", "@ada #1 ".repeat(8_000))).await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    let living = house.living(number);
    assert!(living.contains("On hold") && living.contains("…`") && living.len() < 12_000, "{living}");
    let id = house.comment(number, "grace", &format!("/route {}", "health ".repeat(9_000))).await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    // As many words in every other command, and communities that nobody knows.
    for (words, told) in [
        (format!("/waive {}", "a ".repeat(10_000)), "which is not a check"),
        (format!("/route {}", "x1 ".repeat(10_000)), "names"),
        (format!("/duplicate {}", "a ".repeat(10_000)), "no entry of the registry is called"),
        ("/hold\n".repeat(10_000), "On hold"),
    ] {
        house.comment(number, "grace", &words).await;
        let living = house.living(number);
        assert!(living.contains(told) && living.len() < 14_000, "{}: {living}", living.len());
    }
    // The second line is hidden from whoever reads the first.
    let id = house.comment(number, "grace", "/unhold <!--\n/hold\n-->").await;
    assert_eq!(reactions(&house, number, id), ["eyes", "rocket"]);
    assert!(!house.living(number).contains("On hold"), "{}", house.living(number));
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
    house.comment(number, "grace", "/route education\n/hold\n/unhold").await;
    house.comment(number, "grace", "/hold").await;
    let flood = house.github.mark();
    for _ in 0..130 {
        house.github.comment(REGISTRY, number, "eve", &"/recheck\n".repeat(50)).unwrap();
    }
    house.settle().await;
    let writes = house.github.requests_since(flood).writes();
    assert!(writes.len() <= 10, "no more than five are answered: {writes}");
    let shown = house.shown(number);
    let frowns = shown
        .comments
        .iter()
        .filter(|comment| comment.author == "eve" && comment.reactions.len() == 1)
        .count();
    assert_eq!(frowns, 5);
    // The next look remembers the others.
    house.github.edit_title(REGISTRY, number, "ada", "Once").unwrap();
    house.settle().await;
    let shown = house.shown(number);
    assert!(shown.comments_by(BOT)[0].body.len() < 65_536);
    // What is in force is not forgotten, nor does what was undone come back.
    assert!(
        shown.label_names().contains(&"triage: on hold") && shown.label_names().contains(&"cop: education")
    );
    let mark = house.github.mark();
    house.comment(number, "eve", "Hello").await;
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    let writes = house.github.requests_since(mark).writes();
    assert!(writes.is_empty(), "{writes}");
    house.comment(number, "grace", "/unhold").await;
    assert!(house.shown(number).label_names().contains(&"triage: ready for review"));
    house.close().await;
}

/// Five in an hour are answered, for each answer takes a write from somebody else. Those who may are always heard.
#[tokio::test]
async fn a_stranger_is_not_answered_without_end() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mut answered = Vec::new();
    for at in 0..8 {
        let command = if at % 2 == 0 { "/help" } else { "/hold" };
        let comment = house.comment(number, "eve", command).await;
        answered.push(!reactions(&house, number, comment).is_empty());
    }
    assert_eq!(answered, [true, true, true, true, true, false, false, false]);
    let mark = house.github.mark();
    house.comment(number, "eve", "/hepl").await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    for _ in 0..7 {
        let comment = house.comment(number, "ada", "/recheck").await;
        assert_eq!(reactions(&house, number, comment), ["eyes", "rocket"]);
        let comment = house.comment(number, "grace", "/help").await;
        assert_eq!(reactions(&house, number, comment), ["eyes", "rocket"]);
    }
    // One more `/help` of the author's is told how many are answered, and from when on again; those after it are not.
    let comment = house.comment(number, "ada", "/help").await;
    assert_eq!(reactions(&house, number, comment), ["confused"]);
    let living = house.living(number);
    let told = " is one too many: within an hour I answer 5 comments with commands by one person here. From ";
    let remark = living.lines().find(|line| line.contains(told)).unwrap_or_else(|| panic!("{living}"));
    assert!(
        remark.starts_with("- `/help` by `ada`") && remark.ends_with(" UTC on I answer again."),
        "{remark}"
    );
    let mark = house.github.mark();
    house.comment(number, "ada", "/hepl").await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    // Another person's are others.
    house.github.add_user("mallory");
    let comment = house.comment(number, "mallory", "/hold").await;
    assert_eq!(reactions(&house, number, comment), ["confused"]);
    // An hour later that is over, and no longer told.
    house.github.shift_clock(chrono::TimeDelta::minutes(61));
    for title in ["GitHub's answers tell what time it is", "An hour later"] {
        house.github.edit_title(REGISTRY, number, "ada", title).unwrap();
        house.settle().await;
    }
    assert!(!house.living(number).contains(told), "{}", house.living(number));
    let comment = house.comment(number, "eve", "/help").await;
    assert_eq!(reactions(&house, number, comment), ["eyes", "rocket"]);
    house.close().await;
}
