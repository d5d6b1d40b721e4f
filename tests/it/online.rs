//! What `--online` asks, and what comes of it.

use chrono::Utc;
use dpg_triage::{
    cli::online::{Asked, gather},
    fake_github::Reply,
    github::Public,
    links::Links,
    triage::{
        evidence::{Answer, Evidence, lookups},
        fix::{Extent, fix},
        nomination::{self, Filed, Kind},
        policy::Policy,
        report::FileReport,
    },
};
use serde_json::json;

use crate::house::{House, PATH, nominee};

/// Two files, asked about side by side, keep their answers apart; https is written where the host serves it.
#[tokio::test(flavor = "multi_thread")]
async fn repositories_and_links_are_asked_and_https_is_written_where_it_is_served() {
    let house = House::open().await;
    house.repository("open-clinic/other", Some("MIT"));
    let web = house.github.web();
    web.has_no_https("old.example");
    web.answers("https://openclinic.example/districts", Reply::status(404));
    let text = nominee(|nominee| {
        nominee["website"] = json!("http://openclinic.example");
        nominee["organizations"][0]["website"] = json!("http://old.example");
    });
    let other =
        nominee(|nominee| nominee["repositories"][0]["url"] = json!("https://github.com/open-clinic/other"));
    let read = |text: &str| {
        let filed = Filed { path: PATH.into(), kind: Kind::Nominee, schema: None };
        nomination::parse(filed, text.as_bytes()).0
    };
    let nominations = [read(&text), read(&other)];
    let asked = Asked {
        github: Public::new(house.github.url(), None).unwrap(),
        links: Links::beside(web.clone()).unwrap(),
    };
    let files = nominations
        .iter()
        .map(|one| (one.clone(), lookups(one), Evidence::unasked("nobody asked")))
        .collect();
    let mut done = Vec::new();
    let evidence = gather(&asked, files, |count| done.push(count)).await;
    assert_eq!(done, [1, 2]);
    let licenses: Vec<_> = (nominations.iter().zip(&evidence))
        .map(|(one, evidence)| match &dpg_triage::triage::evidence::compare(one, evidence)[0].found {
            Some(found) => found.spdx.clone(),
            None => None,
        })
        .collect();
    assert_eq!(licenses, [Some("Apache-2.0".to_owned()), Some("MIT".to_owned())]);
    assert!(matches!(evidence[0].file("digitalpublicgoods/open-clinic.json"), Answer::Unavailable(_)));

    let [first, _] = nominations;
    let report = FileReport::of(first, &[], &evidence[0], Policy::built_in(), Utc::now(), &[], &[]);
    let said: Vec<_> = report.all().filter(|said| said.judged.check.id == "links").collect();
    assert_eq!(said.len(), 2, "http that could be https, and a page that is gone");
    let fixed = fix(&report, Extent::Mechanical).unwrap().text;
    assert!(
        fixed.contains("\"https://openclinic.example\"") && fixed.contains("\"http://old.example\""),
        "{fixed}"
    );
    house.close().await;
}
