//! A table of repositories as nominations list them, and what each check of license and source makes of them.
//!
//! Each row is a small GitHub and a web beside it, asked over real HTTP as `check --online` asks. The link to the
//! license leads to a file of the repository, so where that is not there `links` says so, too.

mod elsewhere;
mod kept;
mod licenses;
mod world;

use chrono::Utc;
use dpg_triage::{
    cli::online::{Asked, gather},
    fake_github::{FakeGitHub, Settings},
    github::Public,
    links::Links,
    triage::{
        check::Outcome,
        evidence::{Evidence, lookups},
        finding::Severity,
        ledger::Ledger,
        nomination::{self, Filed, Kind},
        policy::Policy,
        report::{FileReport, Report},
    },
};
use futures::{StreamExt, stream};
use serde_json::json;

use crate::house::{PATH, SECRET, nominee};

/// One situation.
struct Row {
    name: &'static str,
    /// What there is in the world.
    world: fn(&FakeGitHub),
    /// The licenses that the nomination declares.
    declared: &'static [&'static str],
    /// Where it says that they stand.
    link: &'static str,
    /// The repositories that it lists; one with `{}` stands for thirty, with their numbers in its place.
    listed: &'static [&'static str],
    project: &'static str,
    kind: &'static str,
    description: &'static str,
    /// The outcomes of [`CHECKS`] that are neither `met` nor `not-applicable`, and the label where it is not
    /// `license: verified`.
    expected: &'static str,
}

const CHECKS: [&str; 12] = [
    "license-in-repository",
    "license-url",
    "license-url-shows-license",
    "license-url-owner",
    "repository-listed",
    "repository-url",
    "repository-reachable",
    "repository-alive",
    "repository-related",
    "links",
    "platform-dependency",
    "developer-tool",
];

const ROW: Row = Row {
    name: "",
    world: |github| world::app(github, "Apache-2.0"),
    declared: &["Apache-2.0"],
    link: "https://github.com/open-clinic/app/blob/main/LICENSE",
    listed: &["https://github.com/open-clinic/app"],
    project: "Open Clinic",
    kind: "software",
    description: "Records vaccinations in clinics without a network.",
    expected: "",
};

/// The nomination of a row.
fn nomination_of(row: &Row) -> String {
    let addresses = row.listed.iter().flat_map(|address| {
        let times = if address.contains("{}") { 30 } else { 1 };
        (0..times).map(|number| address.replace("{}", &number.to_string()))
    });
    let listed: Vec<_> = addresses.map(|url| json!({"name": "main", "url": url})).collect();
    let licenses: Vec<_> =
        row.declared.iter().map(|spdx| json!({"spdx": spdx, "licenseURL": row.link})).collect();
    nominee(|nominee| {
        nominee["repositories"] = json!(listed);
        nominee["license"] = json!(licenses);
        nominee["type"] = json!([row.kind]);
        nominee["name"] = json!(row.project);
        nominee["description"] = json!(row.description);
    })
}

/// How a row comes out, written as its expectation is.
async fn outcome_of(row: &Row) -> String {
    let manifest = include_str!("../../app-manifest.json");
    let github = FakeGitHub::start(Settings::new(manifest, SECRET).unwrap()).await.unwrap();
    (row.world)(&github);
    let filed = Filed { path: PATH.into(), kind: Kind::Nominee, schema: None };
    let (nomination, faults) = nomination::parse(filed, nomination_of(row).as_bytes());
    let asked = Asked {
        github: Public::new(github.url(), None).unwrap(),
        links: Links::beside(github.web().clone()).unwrap(),
    };
    let unasked = Evidence::unasked("more repositories are listed than are looked up");
    let files = vec![(nomination.clone(), lookups(&nomination), unasked)];
    let evidence = gather(&asked, files, |_| {}).await.remove(0);
    let policy = Policy::built_in();
    let file = FileReport::of(nomination, &faults, &evidence, policy, Utc::now(), &[], &[]);
    let report = Report::of(vec![file], 0, Ledger::default(), policy);
    let mut words: Vec<String> = Vec::new();
    for id in CHECKS {
        let judged = report.files[0].judged.iter().find(|judged| judged.check.id == id).unwrap();
        let outcome = &judged.outcome;
        match (outcome, outcome.severity()) {
            (Outcome::Met | Outcome::NotApplicable, _) => {}
            (Outcome::NotMet(_), Some(severity)) => {
                words.push(format!("{id} {} {}", outcome.word(), Severity::word(severity)));
            }
            _ => words.push(format!("{id} {}", outcome.word())),
        }
    }
    match report.license.word() {
        "verified" => {}
        word => words.push(format!("license {word}")),
    }
    words.join("; ")
}

#[tokio::test]
async fn every_row_of_the_table_comes_out_as_it_says() {
    let rows: Vec<Row> = [licenses::on_github(), kept::kept_on_github(), elsewhere::on_other_forges()]
        .into_iter()
        .flatten()
        .collect();
    let seen: Vec<String> = stream::iter(&rows).map(outcome_of).buffered(8).collect().await;
    let wrong = rows.iter().zip(&seen).filter(|(row, seen)| row.expected != **seen);
    let wrong: Vec<String> = wrong
        .map(|(row, seen)| format!("{}\n  expected: {}\n  seen:     {seen}", row.name, row.expected))
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    println!("repository situations: {} rows, {} outcomes", rows.len(), rows.len() * (CHECKS.len() + 1));
}
