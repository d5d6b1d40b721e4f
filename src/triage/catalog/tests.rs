//! Entries of the registry, and which of them is whose twin.

use std::{collections::BTreeMap, time::Instant};

use super::*;
use crate::triage::nomination::{Filed, Kind, parse};

fn nomination(path: &str, text: &str) -> Nomination {
    parse(Filed { path: path.into(), kind: Kind::Nominee, schema: None }, text.as_bytes()).0
}

fn catalog(entries: &[(&str, &str)], table: &str) -> Catalog {
    let entries = entries.iter().filter_map(|(path, text)| Entry::read(*path, text.as_bytes()));
    Catalog::new(entries.collect(), table, [])
}

fn found(catalog: &Catalog, path: &str, text: &str) -> Vec<(String, bool)> {
    let twins = catalog.find(&nomination(path, text), |_| false);
    twins.iter().map(|twin| (twin.entry.path.clone(), twin.likeness.sure)).collect()
}

#[test]
fn an_entry_and_its_other_half_are_no_twins() {
    let catalog = catalog(
        &[
            ("nominees/x.json", r#"{"name": "X-Road"}"#),
            ("digitalpublicgoods/x.json", r#"{"name": "X-Road"}"#),
            ("archive/x.json", r#"{"name": "XRoad"}"#),
            ("archive/y.json", "[1]"),
        ],
        "",
    );
    assert_eq!(catalog.len(), 3);
    assert!(catalog.is_accepted("x.json") && !catalog.is_accepted("y.json"));
    let text = r#"{"name": "X-Road"}"#;
    assert_eq!(found(&catalog, "nominees/x.json", text), [("archive/x.json".to_owned(), true)]);
    let elsewhere = found(&catalog, "nominees/z.json", text);
    assert_eq!(elsewhere, [("archive/x.json".to_owned(), true), ("nominees/x.json".to_owned(), true)]);
    let without = catalog.find(&nomination("nominees/z.json", text), |entry| entry.path == "archive/x.json");
    assert_eq!(without.len(), 1);
}

#[test]
fn a_name_is_known_or_has_others_near_to_it() {
    let text = r#"{"name": "Open Clinic", "aliases": ["OC Records"]}"#;
    let catalog = catalog(&[("nominees/o-c.json", text), ("nominees/x.json", r#"{"name": "X-Road"}"#)], "");
    for said in ["Open Clinic", "open clinic", "OC Records", "nominees/o-c.json", "o-c"] {
        assert!(catalog.knows(said), "{said}");
    }
    assert!(!catalog.knows("Rain Maps"));
    assert_eq!(catalog.names_like("Opne Clinc"), ["Open Clinic"]);
    assert_eq!(catalog.names_like("clinic"), ["Open Clinic"]);
    assert_eq!(catalog.names_like("9"), [""; 0]);
    assert!(catalog.names_like(&"x".repeat(60_000)).is_empty());
}

/// What a folder is for is told by its name; one that only the registry's rules name holds nominees.
#[test]
fn a_folder_of_the_registrys_own_holds_nominees() {
    let known = r#"{"name": "X-Road"}"#;
    let catalog = catalog(&[("goods/x.json", known), ("digitalpublicgoods/x.json", known)], "");
    assert_eq!(found(&catalog, "goods/x.json", known), [], "its own file and its other half");
    assert_eq!(found(&catalog, "nominees/x.json", known), [("goods/x.json".to_owned(), true)]);
    let folders = ["goods".to_owned()];
    assert!(is_entry("goods/x.json", &folders) && !is_entry("nominees/x.json", &folders));
    assert!(!is_entry("goods/below/x.json", &folders) && !is_entry("goods/README.md", &folders));
    assert!(!has_table(&folders) && has_table(&["excluded-nominees".to_owned()]));
}

#[test]
fn excluded_entries_know_when_and_why() {
    let table = "Nominee | Date | Reason\n--- | --- | ---\nAster - A & Aster - B | May 1st, 2022 | Not kept\n\
                     Orange | May 2nd, 2022 | For developers\n";
    let catalog = catalog(
        &[
            (
                "excluded-nominees/aster-a.json",
                r#"{"name": "Aster - A", "repositoryURL": "https://github.com/aster/a"}"#,
            ),
            ("nominees/orange.json", r#"{"name": "Orange Juice"}"#),
        ],
        table,
    );
    let text = r#"{"name": "Else", "repositories": [{"url": "https://github.com/aster/a/"}]}"#;
    let aster = nomination("nominees/else.json", text);
    let twins = catalog.find(&aster, |_| false);
    assert_eq!(twins[0].entry.exclusion.as_ref().unwrap().date, "May 1st, 2022");
    // The table names it, and there is no file.
    let orange = nomination("nominees/orange-2.json", r#"{"name": "Orange"}"#);
    let twins = catalog.find(&orange, |_| false);
    assert_eq!((twins[0].entry.path.as_str(), twins[0].likeness.sure), (exclusions::TABLE, true));
    assert_eq!(twins[0].entry.exclusion.as_ref().unwrap().reason, "For developers");
}

/// A website of many says nothing of one.
#[test]
fn what_stands_on_a_website_with_others_is_not_sure() {
    let text = |name: &str| format!(r#"{{"name": "{name}", "website": "https://x.org/"}}"#);
    let (one, two) = (text("Maps"), text("Polls"));
    let first = catalog(&[("nominees/maps.json", &one)], "");
    assert_eq!(found(&first, "nominees/new.json", &text("New")), [("nominees/maps.json".to_owned(), true)]);
    let both = catalog(&[("nominees/maps.json", &one), ("archive/polls.json", &two)], "");
    let sure: Vec<bool> =
        found(&both, "nominees/new.json", &text("New")).into_iter().map(|(_, sure)| sure).collect();
    assert_eq!(sure, [false, false]);
}

/// Real nominations, by pull request. Whether two are of one project was decided by reading them.
#[test]
fn pull_requests_of_one_project_are_found_and_others_are_not() {
    let lines = include_str!("../../../tests/data/twins/nominations.jsonl").lines();
    let nominations: Vec<(u64, Nomination)> = lines
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (
                line["pr"].as_u64().unwrap(),
                nomination(line["path"].as_str().unwrap(), &line["text"].to_string()),
            )
        })
        .collect();
    let entries = nominations.iter().map(|(number, one)| Entry::of(one).in_pull_request(*number)).collect();
    let catalog = Catalog::new(entries, "", []);
    let mut named: BTreeMap<(u64, u64), bool> = BTreeMap::new();
    for (number, nomination) in &nominations {
        for twin in catalog.find(nomination, |entry| entry.pull_request == Some(*number)) {
            let other = twin.entry.pull_request.unwrap();
            *named.entry((*number.min(&other), *number.max(&other))).or_default() |= twin.likeness.sure;
        }
    }
    let table = include_str!("../../../tests/data/twins/pairs.tsv").lines().skip(1);
    let same: BTreeMap<(u64, u64), bool> = table
        .map(|row| {
            let mut cells = row.split('\t');
            let mut number = || cells.next().unwrap().parse().unwrap();
            ((number(), number()), cells.next() == Some("yes"))
        })
        .collect();
    let missed: Vec<_> = same.iter().filter(|(pair, same)| **same && !named.contains_key(pair)).collect();
    assert!(missed.is_empty(), "{missed:?}");
    let wrong: Vec<_> = named.iter().filter(|(pair, _)| !same.get(pair).copied().unwrap_or(false)).collect();
    let numbers: BTreeSet<u64> = nominations.iter().map(|(number, _)| *number).collect();
    let pairs = numbers.len() * (numbers.len() - 1) / 2;
    let same = same.values().filter(|same| **same).count();
    println!(
        "{pairs} pairs, {same} of one project: all found, {} of them beyond doubt; of the others {} named: {wrong:?}",
        named.values().filter(|sure| **sure).count() - wrong.iter().filter(|(_, sure)| **sure).count(),
        wrong.len(),
    );
    assert!(wrong.len() * 50 <= pairs - same, "{wrong:?}");
}

/// In a registry as large as ten of today's.
#[test]
fn five_thousand_entries_are_looked_through_at_once() {
    const WORDS: [&str; 24] = [
        "health", "open", "data", "school", "map", "clinic", "water", "farm", "road", "vote", "budget",
        "learn", "care", "green", "energy", "track", "link", "hub", "mobile", "rapid", "civic", "soil",
        "voice", "bridge",
    ];
    let name = |at: usize| {
        let word = |turn: usize| WORDS[(at / turn) % WORDS.len()];
        format!("{}{} {} {}", word(1), word(24), word(7 * 24), at % 97)
    };
    let text = |at: usize| {
        format!(
            r#"{{"name": "{0}", "aliases": ["{0} app"], "website": "https://site{1}.org/{0}", "repositories": [
                    {{"url": "https://github.com/owner{1}/repo{at}"}}, {{"url": "https://gitlab.com/owner/x{at}"}}]}}"#,
            name(at),
            at / 3
        )
    };
    let entries =
        |count| (0..count).filter_map(|at| Entry::read(format!("nominees/{at}.json"), text(at).as_bytes()));
    let began = Instant::now();
    let catalog = Catalog::new(entries(5000).collect(), "", []);
    let built = began.elapsed();
    assert_eq!(catalog.len(), 5000);
    let sought: Vec<Nomination> =
        (0..100).map(|at| nomination("nominees/new.json", &text(at * 50))).collect();
    let began = Instant::now();
    let twins: usize = sought.iter().map(|one| catalog.find(one, |_| false).len()).sum();
    let look_up = began.elapsed() / 100;
    println!("5,000 entries: built in {built:?}, {look_up:?} a look-up, {twins} twins of 100");
    assert!(twins >= 100);
    // Many times what an optimized build takes on an idle machine.
    assert!(built.as_secs() < 20 && look_up.as_millis() < 100, "{built:?}, {look_up:?}");
}

#[test]
fn nothing_that_a_file_holds_takes_long() {
    let long = "abc d ".repeat(100_000);
    let many: Vec<String> = (0..5000).map(|at| format!("\"{at}{long:.58}d\"")).collect();
    let text = format!(r#"{{"name": "{long}", "aliases": [{}]}}"#, many.join(","));
    let catalog = catalog(&[("nominees/a.json", &text), ("nominees/b.json", &text)], "");
    let began = Instant::now();
    assert_eq!(found(&catalog, "nominees/c.json", &text).len(), 2);
    assert!(began.elapsed().as_secs() < 5);
}
