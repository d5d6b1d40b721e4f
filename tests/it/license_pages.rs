//! What stands behind the link to a license, through the front door: what the bot says of it, and what it asks.

use std::time::{Duration, Instant};

use dpg_triage::fake_github::{FileChange, ForgeKind, LicenseSetup, ProjectSetup, PullRequestSetup, Reply};
use serde_json::json;

use crate::house::{House, PATH, REGISTRY, nominee};

const PAGE: &str = "https://openclinic.example/license";

/// A nomination of content on a website, with this license behind [`PAGE`].
fn declaring(id: &str) -> String {
    nominee(|nominee| {
        nominee["license"] = json!([{"spdx": id, "licenseURL": PAGE}]);
        nominee["type"] = json!(["content"]);
        nominee["repositories"] = json!([]);
    })
}

const TOPIC: &str = "What the link to the license shows";
const TITLE: &str = "✅ The linked page or file shows the declared license";

#[tokio::test]
async fn a_page_that_names_another_license() {
    let house = House::open().await;
    let page = "<!doctype html><h1>License</h1><p>Our texts are under a <a rel=license \
                href='https://creativecommons.org/licenses/by-sa/4.0/deed.en'>Creative Commons license</a>.</p>";
    house.github.web().answers(PAGE, Reply::page(page));
    let number = house.nominate(PATH, declaring("CC-BY-4.0")).await;
    insta::assert_snapshot!(house.page(number));
    // Declared as it is there, it is right.
    house.push(number, PATH, declaring("CC-BY-SA-4.0")).await;
    assert!(house.living(number).contains(TITLE), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn a_page_that_names_none() {
    let house = House::open().await;
    house.github.web().answers(PAGE, Reply::page("<h1>Terms of use</h1><p>All rights reserved.</p>"));
    let software = nominee(|nominee| {
        nominee["license"] = json!([{"spdx": "Apache-2.0", "licenseURL": PAGE}]);
    });
    let number = house.nominate(PATH, software).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn a_license_with_words_added_is_for_a_person() {
    let house = House::open().await;
    let mit = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == "MIT").unwrap().1;
    let text = mit.replacen("free of charge", "free of charge and for non-commercial use", 1);
    house.github.web().answers(PAGE, Reply::file(text));
    let number = house.nominate(PATH, declaring("MIT")).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// What the bot says of a nomination of content whose license lies behind this.
async fn said_of(reply: Reply) -> String {
    let house = House::open().await;
    house.github.web().answers(PAGE, reply);
    let number = house.nominate(PATH, declaring("CC-BY-4.0")).await;
    let page = house.living(number);
    house.close().await;
    page
}

/// Each says why in a sentence, and asks nobody to change anything.
#[tokio::test]
async fn what_cannot_be_read_is_left_to_people() {
    let script = "<!doctype html><div id=root></div><script src=/app.js></script>";
    let long = format!("<p>{}</p>", "Records of vaccinations. ".repeat(120_000));
    for (reply, said) in [
        (Reply::of_kind("application/pdf", "%PDF-1.7"), "is a PDF, which I do not read; a reviewer opens it"),
        (Reply::of_kind("image/png", "x"), "is a picture, which I do not read"),
        (Reply::page(script), "is put together by the browser"),
        (Reply::page(long), "is longer than what I read"),
    ] {
        let page = said_of(reply).await;
        let (_, about) = page.split_once(TOPIC).unwrap_or_default();
        let about = about.split("\n\n").next().unwrap_or_default();
        assert!(about.contains(said) && page.contains("Nothing has to be changed"), "{said}: {page}");
    }
}

/// `links` has said it: there is no second complaint.
#[tokio::test]
async fn one_fault_is_one_finding() {
    for (reply, said) in [
        (Reply::status(404), "the site answers 404"),
        (Reply::status(403), "did not let me in"),
        (Reply::leads_to(302, "https://accounts.google.com/v3/signin"), "asks for a login"),
    ] {
        let page = said_of(reply).await;
        assert!(page.contains(said) && !page.contains(TOPIC) && !page.contains(TITLE), "{said}: {page}");
    }
    // The license of the repository, and its file behind the link.
    let house = House::open().await;
    house.github.set_license("open-clinic/app", Some(LicenseSetup::detected("MIT"))).unwrap();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let page = house.living(number);
    assert!(page.contains("1 thing to change") && !page.contains(TOPIC), "{page}");
    house.close().await;
    // A page about a license as such.
    let house = House::open().await;
    let generic = nominee(|nominee| {
        nominee["license"][0]["licenseURL"] = json!("https://www.apache.org/licenses/LICENSE-2.0");
    });
    let number = house.nominate(PATH, generic).await;
    assert!(!house.living(number).contains(TOPIC) && !house.living(number).contains(TITLE));
    house.close().await;
}

/// Where a forge does not show the file, what its API has told of the same file counts.
#[tokio::test]
async fn a_forge_that_shows_no_file_has_told_of_it() {
    let house = House::open().await;
    let web = house.github.web();
    let apache = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == "Apache-2.0").unwrap().1;
    let project = ProjectSetup::new("open-clinic/app", &[("LICENSE", apache)]);
    web.has_project(ForgeKind::GitLab, "gitlab.com", project);
    web.answers("https://gitlab.com/open-clinic/app/-/raw/main/LICENSE", Reply::status(503));
    let declaring = |id: &str| {
        nominee(|nominee| {
            let link = "https://gitlab.com/open-clinic/app/-/blob/main/LICENSE";
            nominee["license"] = json!([{"spdx": id, "licenseURL": link}]);
            nominee["repositories"][0]["url"] = json!("https://gitlab.com/open-clinic/app");
        })
    };
    let number = house.nominate(PATH, declaring("Apache-2.0")).await;
    assert!(house.living(number).contains(TITLE), "{}", house.living(number));
    // Declared as another one, it is told once.
    house.push(number, PATH, declaring("MIT")).await;
    let page = house.living(number);
    assert!(page.contains("1 thing to change") && !page.contains(TOPIC) && !page.contains(TITLE), "{page}");
    house.close().await;
}

/// Linked twice, a page is asked for once; of a file's page on a forge the file itself is read.
#[tokio::test]
async fn what_is_asked_for() {
    let house = House::open().await;
    let text = nominee(|nominee| {
        nominee["website"] = json!(PAGE);
        nominee["license"] = json!([
            {"spdx": "MIT", "licenseURL": PAGE},
            {"spdx": "CC-BY-4.0", "licenseURL": "https://gitlab.com/open-clinic/docs/-/blob/main/LICENSE"},
        ]);
    });
    let web = house.github.web();
    web.answers(PAGE, Reply::page("<p>The code is under the MIT License.</p>"));
    let file = "https://gitlab.com/open-clinic/docs/-/raw/main/LICENSE";
    web.answers(file, Reply::file("The documents are licensed under CC BY 4.0.\n"));
    let number = house.nominate(PATH, text).await;
    assert!(house.living(number).contains(TITLE), "{}", house.living(number));
    let asked = web.asked();
    for address in [PAGE, file, "https://gitlab.com/open-clinic/docs/-/blob/main/LICENSE"] {
        assert_eq!(asked.iter().filter(|asked| *asked == address).count(), 1, "{address}: {asked:?}");
    }
    house.close().await;
}

/// One pull request with hundreds of links that hang does not hold up the one beside it.
#[tokio::test]
async fn a_pull_request_that_hangs_holds_up_no_other() {
    // The known texts are prepared once in the life of a program.
    dpg_triage::triage::license_text::read("");
    let house = House::open().await;
    let web = house.github.web();
    let mut changes = Vec::new();
    for file in 0..20 {
        let goals: Vec<_> = (0..40)
            .map(|goal| {
                let address = format!("https://host{goal}.example/{file}");
                web.answers(&address, Reply::page("at last").after(Duration::from_secs(300)));
                json!({"SDGNumber": 3, "evidenceText": "Goal 3, target 3.8.", "evidenceURL": address})
            })
            .collect();
        let text = nominee(|nominee| {
            nominee["name"] = json!(format!("Clinic {file}"));
            nominee["SDGs"] = json!(goals);
        });
        changes.push(FileChange::write(format!("nominees/clinic-{file}.json"), text));
    }
    let setup = PullRequestSetup::from_fork("eve", "Many", changes);
    let hanging = house.github.open_pull_request(REGISTRY, setup).unwrap();
    // The first of them are being opened.
    while !web.asked().iter().any(|address| address.contains("host")) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let started = Instant::now();
    let setup = PullRequestSetup::from_fork("ada", "One", vec![FileChange::write(PATH, nominee(|_| {}))]);
    let honest = house.github.open_pull_request(REGISTRY, setup).unwrap();
    while house.shown(honest).comments.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let waited = started.elapsed();
    println!("beside a pull request with 800 links that hang: {waited:?}");
    assert!(house.shown(hanging).comments.is_empty(), "it still waits for its links");
    assert!(waited < Duration::from_secs(3), "{waited:?}");
    house.close().await;
}
