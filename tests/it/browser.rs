//! The demo's page in a real browser: every control is used, and the page must show what came of it.

mod driver;

use std::io::Write;

use serde_json::json;

use crate::demo::{Demo, submit};
use driver::Driver;

/// A window; None, loudly, where there is no browser. With `REQUIRE_BROWSER` set that is a failure.
async fn window(test: &str) -> Option<Driver> {
    let driver = Driver::start().await;
    if driver.is_none() {
        assert!(!driver::is_required(), "no chromium and chromedriver on PATH");
        // Not by a macro: what those print is not shown of tests that pass.
        let said = format!("\n**** SKIPPED: {test}: no chromium and chromedriver on PATH ****\n\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    driver
}

/// The form that edits the first file.
async fn push(driver: &Driver, name: Option<&str>, change: impl Fn(&str) -> String) {
    driver.click("#edit-0 summary").await;
    let old = driver.run("return document.querySelector('#text-0').value").await;
    let new = change(old.as_str().unwrap());
    driver.fill("#text-0", &new).await;
    if let Some(name) = name {
        driver.fill("#name-0", name).await;
    }
    driver.click("#edit-0 button").await;
}

async fn comment(driver: &Driver, by: &str, text: &str) {
    driver.click(&format!("#say option[value={by}]")).await;
    driver.fill("#comment-body", text).await;
    driver.click("#say button").await;
    driver.shows(".notice[role]", &format!("{by} commented.")).await;
}

#[tokio::test]
async fn every_control_does_what_it_says() {
    let Some(driver) = window("every_control_does_what_it_says").await else { return };
    let demo = Demo::start();
    driver.open(&demo.address).await;
    driver.shows("h1", "Nominate OpenSourceEcology #1").await;
    driver.shows("#heading", "triage: needs changes").await;

    // Each pull request can be chosen.
    for (number, title, says) in [
        (2, "Submit Open Clinic", "submission"),
        (3, "Link the website of DataWinners by https", "license: verified"),
        (4, "Say in the README where to ask", "wants to change 1 file"),
        (1, "Nominate OpenSourceEcology", "triage: needs changes"),
    ] {
        driver.click(&format!("a[href='/pull/{number}']")).await;
        driver.shows("h1", &format!("{title} #{number}")).await;
        driver.shows("a[aria-current=page]", title).await;
        driver.shows("#heading", says).await;
    }

    // Comments: the nominator may ask for another look, somebody passing by may not.
    comment(&driver, "ada", "/recheck").await;
    driver.shows("#comments", "🚀").await;
    comment(&driver, "eve", "/recheck").await;
    driver.shows("#comments", "😕").await;

    // The file: one fault less, then the other one, by the form's name field.
    assert_eq!(driver.count("#file-0 .note.failure").await, 2);
    push(&driver, None, |text| text.replace("GPL-3.0 License", "GPL-3.0")).await;
    driver.shows(".notice[role]", "ada pushed a commit. The bot edited its comment").await;
    assert_eq!(driver.count("#file-0 .note.failure").await, 1);
    driver.until(".comment.bot", |text| !text.contains("GPL-3.0 License"), "no such finding in").await;
    push(&driver, Some("nominees/opensourceecology.json"), str::to_owned).await;
    driver.shows("#file-0 header", "nominees/opensourceecology.json").await;
    driver.until("#heading", |text| !text.contains("needs changes"), "another label in").await;
    assert_eq!(driver.count("#file-0 .note.failure").await, 0);
    driver.shows("#checks", "success").await;

    // The license of the repository: seen after /recheck, and not before.
    driver.click("#outside summary").await;
    driver.click("#outside option[value=MIT]").await;
    driver.click("#outside .repository button").await;
    driver.shows(".notice[role]", "is under MIT now. GitHub told the bot nothing about it.").await;
    driver.shows("#heading", "license: verified").await;
    comment(&driver, "grace", "/recheck").await;
    driver.shows(".comment.bot", "MIT").await;
    driver.shows("#heading", "license: mismatch").await;

    // Re-run where nothing has changed.
    driver.click("#checks button").await;
    driver.shows(".notice[role]", "grace pressed Re-run. The bot ").await;
    driver.shows("#wire", "check_run.rerequested").await;

    assert_eq!(driver.console().await, Vec::<String>::new());
    driver.close().await;
    demo.interrupt();
}

#[tokio::test]
async fn the_reader_nominates_and_turns_everything() {
    let Some(driver) = window("the_reader_nominates_and_turns_everything").await else { return };
    let demo = Demo::start();
    driver.open(&demo.address).await;
    driver.click("a[href='/nominate']").await;
    driver.shows("h1", "Nominate a project").await;
    driver.click(".choice details summary").await;
    driver.shows(".choice pre", "AccessMod").await;
    driver.click(".choice button").await;
    driver.shows("h1", "Nominate AccessMod #5").await;
    driver.shows(".notice[role]", "ada opened #5. The bot wrote its comment").await;
    driver.shows("#heading", "triage: ready for review").await;

    // Commands with one click, by whom one likes.
    driver.click("#say option[value=grace]").await;
    driver.click("#say button[value='/recheck']").await;
    driver.shows(".notice[role]", "grace commented. The bot ").await;
    driver.click("#say button[value='/suggest']").await;
    driver.shows(".notice[role]", "ada commented. The bot ").await;

    // As the nominator. The group that was used stays open.
    driver.click("#as-nominator summary").await;
    driver.fill("#as-nominator input[name=name]", "nominees/access-mod.json").await;
    driver.click("#as-nominator .rename button").await;
    driver.shows(".notice[role]", "ada pushed a commit. The bot edited its comment").await;
    driver.shows("#heading", "triage: needs changes").await;
    driver.fill("#as-nominator input[name=name]", "nominees/accessmod.json").await;
    driver.click("#as-nominator .rename button").await;
    driver.shows("#heading", "triage: ready for review").await;
    driver.click("#as-nominator .take-out button").await;
    driver.shows(".notice[role]", "ada took the file out. The bot edited its comment").await;
    driver.until("#heading", |text| !text.contains("triage:"), "no label of ours in").await;
    driver.click("#as-nominator .put-back button").await;
    driver.shows(".notice[role]", "ada put the file back.").await;
    driver.shows("#heading", "triage: ready for review").await;
    driver.click("#as-nominator .draft button").await;
    driver.shows("#heading .state", "Draft").await;
    driver.click("#as-nominator .draft button").await;
    driver.shows("#heading .state", "Open").await;
    driver.click("#as-nominator .open button").await;
    driver.shows("#heading .state", "Closed").await;
    driver.shows(".notice[role]", "ada closed it.").await;

    // As a maintainer.
    driver.click("#as-maintainer summary").await;
    driver.click("#as-maintainer .open button").await;
    driver.shows(".notice[role]", "grace reopened it.").await;
    driver.shows("#heading .state", "Open").await;
    driver.click("#as-maintainer .rerun button").await;
    driver.shows(".notice[role]", "grace pressed Re-run.").await;

    // The outside: each is seen with the next look.
    driver.click("#outside summary").await;
    for (condition, says) in [
        ("archived", "archived"),
        ("private", "There is no public repository"),
        ("moved", "new-home/AccessMod_shiny"),
        ("empty", "empty"),
        ("gone", "There is no public repository"),
    ] {
        driver.click(&format!("#outside option[value={condition}]")).await;
        driver.click("#outside .repository button").await;
        driver.shows(".notice[role]", "GitHub told the bot nothing about it.").await;
        driver.click(".said button").await;
        driver.shows(".notice[role]", "ada commented. The bot ").await;
        driver.shows(".comment.bot", says).await;
        driver.click("#outside summary").await;
    }
    driver.click("#outside option[value=public]").await;
    driver.click("#outside .repository button").await;
    driver.click("#outside .link option[value=without-https]").await;
    driver.click("#outside .link button").await;
    driver.shows(".notice[role]", "opens by http only now.").await;
    driver.shows("#outside", "https://www.accessmod.org/ opens by http only").await;
    driver.click("#outside .link option[value=login]").await;
    driver.click("#outside .link button").await;
    driver.shows("#outside", "https://www.accessmod.org/ asks for a login").await;
    driver.click("#outside .link option[value=gone]").await;
    driver.click("#outside .link button").await;
    driver.shows(".notice[role]", "is gone (404) now.").await;
    driver.click(".said button").await;
    driver.shows(".comment.bot", "the site answers 404").await;
    driver.click("#outside summary").await;
    driver.click("#outside .web button").await;
    driver.shows(".notice[role]", "The whole web is unplugged.").await;
    driver.click(".said button").await;
    driver.shows(".comment.bot", "no link of the nomination could be opened").await;

    assert_eq!(driver.console().await, Vec::<String>::new());
    driver.close().await;
    demo.interrupt();
}

/// Whoever is named in the rules votes, and whoever is not is only heard; each may comment.
#[tokio::test]
async fn a_reviewer_and_somebody_passing_by() {
    let Some(driver) = window("a_reviewer_and_somebody_passing_by").await else { return };
    let demo = Demo::start();
    driver.open(&format!("{}/nominate", demo.address)).await;
    driver.click(".choice button").await;
    driver.shows("#heading", "triage: ready for review").await;
    driver.shows("#heading", "cop: health").await;
    driver.click("#as-reviewer summary").await;
    driver.shows("#as-reviewer", "reviewer of Health").await;
    for (content, sign, label) in [
        ("+1", "👍", "reviewed"),
        ("-1", "👎", "needs a person"),
        ("confused", "😕", "needs a person"),
        ("eyes", "👀", "ready for review"),
    ] {
        let press = format!("#as-reviewer form:has([value='{content}']) button");
        driver.click(&press).await;
        driver.shows(".notice[role]", &format!("ivy reacted with {sign}.")).await;
        driver.shows("#heading", &format!("triage: {label}")).await;
        driver.click(&press).await;
        driver.shows(".notice[role]", &format!("ivy took {sign} back.")).await;
        driver.shows("#heading", "triage: ready for review").await;
    }
    driver.click("#as-reviewer .review button").await;
    driver.shows(".notice[role]", "ivy approved it.").await;
    driver.shows("#heading", "triage: reviewed").await;
    driver.click("#as-reviewer option[value=CHANGES_REQUESTED]").await;
    driver.click("#as-reviewer .review button").await;
    driver.shows(".notice[role]", "ivy requested changes.").await;
    driver.shows("#heading", "triage: needs a person").await;
    driver.fill("#as-reviewer input[name=body]", "/help").await;
    driver.click("#as-reviewer .command button").await;
    driver.shows(".notice[role]", "ivy commented.").await;
    driver.shows(".comment.bot", "asked what they may do here").await;

    driver.click("#as-stranger summary").await;
    driver.fill("#as-stranger input[name=body]", "/hold").await;
    driver.click("#as-stranger .command button").await;
    driver.shows(".notice[role]", "eve commented. The bot ").await;
    driver.shows(".notice[role]", "reacted with 😕").await;
    driver.until("#heading", |text| !text.contains("on hold"), "no hold in").await;
    driver.click("#as-stranger form:has([value='+1']) button").await;
    driver.shows(".comment.bot", "eve answered, too").await;
    driver.click("#as-stranger .review button").await;
    driver.shows(".notice[role]", "eve approved it.").await;
    driver.shows("#heading", "triage: needs a person").await;

    // Every command is offered with an example, and can be written otherwise.
    assert_eq!(driver.count("#commands option").await, 8);
    driver.click("#as-maintainer summary").await;
    driver.fill("#as-maintainer input[name=body]", "/hold until Monday").await;
    driver.click("#as-maintainer .command button").await;
    driver.shows("#heading", "triage: on hold").await;
    driver.shows(".comment.bot", "until Monday").await;

    assert_eq!(driver.console().await, Vec::<String>::new());
    driver.close().await;
    demo.interrupt();
}

#[tokio::test]
async fn the_page_follows_the_world_and_keeps_what_is_typed() {
    let Some(driver) = window("the_page_follows_the_world_and_keeps_what_is_typed").await else { return };
    let demo = Demo::start();
    driver.open(&format!("{}/pull/1", demo.address)).await;
    driver.run("window.same = true").await;
    driver.fill("#comment-body", "half a thou").await;
    let form = [("by", "grace"), ("body", "/recheck\n\n<b>Thank</b> you.")];
    submit(&format!("{}/pull/1/comment", demo.address), &form, &[]).await;
    driver.shows("#comments", "Thank you.").await;
    driver.shows("#comments", "🚀").await;
    assert_eq!(driver.run("return window.same").await, json!(true), "the page was loaded anew");
    assert_eq!(
        driver.run("return document.querySelector('#comment-body').value").await,
        json!("half a thou")
    );

    // A text in the works stays, though the file changes under it.
    driver.click("#edit-0 summary").await;
    driver.fill("#text-0", "mine").await;
    let form = [("path", "nominees/open-source-ecology.json"), ("name", "nominees/x.json"), ("text", "{}")];
    submit(&format!("{}/pull/1/push", demo.address), &form, &[]).await;
    driver.shows("#wire", "pull_request.synchronize").await;
    driver.shows("#heading", "triage: needs changes").await;
    assert_eq!(driver.run("return document.querySelector('#text-0').value").await, json!("mine"));
    assert_eq!(driver.console().await, Vec::<String>::new());
    driver.close().await;
    demo.interrupt();
}

#[tokio::test]
async fn nothing_that_others_write_runs() {
    let Some(driver) = window("nothing_that_others_write_runs").await else { return };
    let demo = Demo::start();
    driver.open(&format!("{}/pull/1", demo.address)).await;
    let hostile = "</textarea></title></style></script><script>document.title='run'</script>\
                   <img src=x onerror=\"document.title='run'\"><svg onload=\"document.title='run'\">\
                   <a href=\"javascript:document.title='run'\">x</a><style>*{display:none}</style>";
    let value =
        json!({"name": hostile, "license": [{"spdx": hostile}], "SDGs": hostile, "repositoryURL": hostile});
    push(&driver, Some("nominees/<img src=x onerror=alert(1)>.json"), |_| value.to_string()).await;
    driver.shows(".notice[role]", "ada pushed a commit.").await;
    driver.shows("#file-0", "document.title='run'").await;
    comment(&driver, "eve", &format!("{hostile}\n\n**bold**")).await;
    driver.shows("#comments", "bold").await;
    assert_eq!(
        driver.run("return document.title").await,
        json!("Nominate OpenSourceEcology · dpg-triage demo")
    );
    assert_eq!(driver.run("return document.scripts.length").await, json!(1));
    let foreign = "return document.querySelectorAll('img, svg, iframe, [onerror], [onload], [href^=javascript]').length";
    assert_eq!(driver.run(foreign).await, json!(0));
    assert_eq!(driver.console().await, Vec::<String>::new());
    driver.close().await;
    demo.interrupt();
}

#[tokio::test]
async fn the_page_fits_a_telephone() {
    let Some(driver) = window("the_page_fits_a_telephone").await else { return };
    let demo = Demo::start();
    for width in [360, 400, 768, 1280] {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        driver.chromium("Emulation.setDeviceMetricsOverride", size).await;
        for number in 1..=4 {
            driver.open(&format!("{}/pull/{number}", demo.address)).await;
            let wide = driver.run("return document.documentElement.scrollWidth").await;
            assert!(wide.as_u64().unwrap() <= width, "#{number} is {wide} wide at {width}");
            // With all groups of controls open as well.
            driver.run("document.querySelectorAll('.group, .edit').forEach((one) => one.open = true)").await;
            let wide = driver.run("return document.documentElement.scrollWidth").await;
            assert!(wide.as_u64().unwrap() <= width, "#{number}, unfolded, is {wide} wide at {width}");
        }
        driver.open(&format!("{}/nominate", demo.address)).await;
        driver.run("document.querySelectorAll('details').forEach((one) => one.open = true)").await;
        let wide = driver.run("return document.documentElement.scrollWidth").await;
        assert!(wide.as_u64().unwrap() <= width, "the choices are {wide} wide at {width}");
    }
    driver.close().await;
    demo.interrupt();
}
