//! Links of a nomination, opened in a web that is a stand-in: what the bot then says, and how long it takes.

use std::time::{Duration, Instant};

use dpg_triage::fake_github::Reply;
use serde_json::{Value, json};

use crate::house::{House, PATH, nominee};

fn with_evidence(addresses: &[&str]) -> impl FnOnce(&mut Value) {
    let goals: Vec<Value> = (addresses.iter().zip(1..))
        .map(|(address, number)| json!({"SDGNumber": number, "evidenceText": format!("Clinics use it for goal {number}, see target {number}.1."), "evidenceURL": address}))
        .collect();
    move |nominee| nominee["SDGs"] = Value::Array(goals)
}

#[tokio::test]
async fn links_of_all_kinds() {
    let house = House::open().await;
    let web = house.github.web();
    web.answers("https://openclinic.example/gone", Reply::status(404));
    web.has_no_host("misspelled.example");
    web.answers(
        "https://openclinic.example/form",
        Reply::leads_to(302, "https://accounts.google.com/v3/signin"),
    );
    web.answers(
        "https://openclinic.example/moved",
        Reply::leads_to(301, "https://clinic.example/`@grace`?<b>"),
    );
    web.answers("https://shy.example/", Reply::status(403));
    web.answers("https://ill.example/", Reply::status(502));
    web.answers("https://trap.example/", Reply::leads_to(302, "http://169.254.169.254/latest/meta-data/"));
    web.has_no_https("old.example");
    let text = nominee(|nominee| {
        with_evidence(&[
            "https://openclinic.example/gone",
            "https://misspelled.example/districts",
            "http://openclinic.example/districts",
            "https://openclinic.example/form",
            "https://openclinic.example/moved",
            "https://shy.example/",
            "https://ill.example/",
            "https://trap.example/",
            "http://old.example/",
            "http://192.168.0.1/`@grace`",
            "https://openclinic.example/gone",
        ])(nominee);
        nominee["website"] = json!("http://openclinic.example");
        nominee["organizations"][0]["website"] = json!("http://openclinic.example");
    });
    let number = house.nominate(PATH, text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// The outside cannot be reached at all: one quiet line, and people can look at the nomination.
#[tokio::test]
async fn cut_off_from_the_web() {
    let house = House::open().await;
    house.github.web().unplug(true);
    let number = house.nominate(PATH, nominee(|_| {})).await;
    insta::assert_snapshot!(house.page(number));
    assert_eq!(house.inbox.counts().await.unwrap().ready, 1, "it looks again by itself");
    house.close().await;
}

/// A link whose page has to be another one anyway is not spoken of twice.
#[tokio::test]
async fn one_word_on_a_link_is_enough() {
    let house = House::open().await;
    house.github.web().answers("https://opensource.org/licenses/Apache-2.0", Reply::status(404));
    let text = nominee(|nominee| {
        nominee["license"][0]["licenseURL"] = json!("https://opensource.org/licenses/Apache-2.0");
    });
    let number = house.nominate(PATH, text).await;
    let page = house.living(number);
    assert!(page.contains("shows a license as such") && !page.contains("answers 404"), "{page}");
    assert!(!page.contains("Every link opens") && !page.contains("Could not be checked"), "{page}");
    house.close().await;
}

/// The comment does not wait for a host that does not answer.
#[tokio::test]
async fn a_slow_link_holds_nothing_up_for_long() {
    let house = House::open().await;
    let slow: Vec<String> = (1..=12).map(|n| format!("https://slow.example/{n}")).collect();
    for address in &slow {
        house.github.web().answers(address, Reply::page("at last").after(Duration::from_secs(300)));
    }
    let started = Instant::now();
    let addresses: Vec<&str> = slow.iter().map(String::as_str).collect();
    let number = house.nominate(PATH, nominee(with_evidence(&addresses))).await;
    let waited = started.elapsed();
    println!("with a host that does not answer: {waited:?}");
    assert!((Duration::from_secs(9)..Duration::from_secs(20)).contains(&waited), "{waited:?}");
    let page = house.living(number);
    assert!(
        page.contains("Nothing has to be changed") && page.contains("the answer takes too long"),
        "{page}"
    );
    house.close().await;
}

/// What did not answer is asked again, by a timer that slows down; nobody has to do anything.
#[tokio::test]
async fn a_link_that_did_not_answer_is_asked_again() {
    for fault in [Reply::page("at last").after(Duration::from_secs(300)), Reply::status(503)] {
        let house = House::open().await;
        let web = house.github.web();
        let address = "https://openclinic.example/districts";
        web.answers(address, fault);
        let number = house.nominate(PATH, nominee(|_| {})).await;
        let before = house.living(number);
        assert!(before.contains("Please look whether it opens"), "{before}");
        assert_eq!(house.asks_again().await, [60]);
        assert_eq!(house.living(number), before, "nothing is said twice");
        web.answers(address, Reply::page("<title>Districts</title>"));
        assert_eq!(house.asks_again().await, [120]);
        let after = house.living(number);
        assert!(
            !after.contains("Please look whether it opens") && after.contains("Every link opens"),
            "{after}"
        );
        assert_eq!(house.asks_again().await, Vec::<i64>::new());
        house.close().await;
    }
}

/// A page that is not there is no silence: whoever puts it right says so with a commit or a command.
#[tokio::test]
async fn a_link_that_leads_nowhere_is_not_asked_again() {
    let house = House::open().await;
    house.github.web().answers("https://openclinic.example/districts", Reply::status(404));
    house.nominate(PATH, nominee(|_| {})).await;
    assert_eq!(house.inbox.counts().await.unwrap().ready, 0);
    house.close().await;
}

/// Repositories on github.com are looked up as such, and every other address once.
#[tokio::test]
async fn no_address_is_opened_twice() {
    let house = House::open().await;
    let text = nominee(|nominee| nominee["website"] = json!("https://github.com/open-clinic/app"));
    let number = house.nominate(PATH, text).await;
    house.comment(number, "ada", "/recheck").await;
    let mut asked = house.github.web().asked();
    asked.sort();
    let expected = [
        "https://github.com/open-clinic/app/blob/main/LICENSE",
        "https://openclinic.example/",
        "https://openclinic.example/districts",
        "https://raw.githubusercontent.com/open-clinic/app/main/LICENSE",
    ];
    assert_eq!(asked, expected);
    house.close().await;
}
