//! The registry's own rules, `.github/dpg-triage.yml`: in force, brought by a pull request, broken, renewed.

use dpg_triage::fake_github::{FileChange, RepositorySetup};

use crate::house::{House, PATH, REGISTRY, nominee, registry_with};

const RULES: &str = ".github/dpg-triage.yml";

const OWN: &str = "communities:\n  - id: clinics\n    name: Clinics\n    match: {sdgs: [3], words: [clinic, \
                   \"health record\", patient]}\nlabels: {nomination: nominee}\nchecks: {license-url: off, \
                   repository-related: off}\n";

fn with_rules(rules: &str) -> RepositorySetup {
    registry_with(&[(RULES, rules)])
}

fn labels(house: &House, number: u64) -> Vec<String> {
    house.shown(number).label_names().into_iter().map(str::to_owned).collect()
}

fn has(house: &House, number: u64, label: &str) -> bool {
    labels(house, number).iter().any(|known| known == label)
}

#[tokio::test]
async fn they_hold_for_communities_labels_and_checks() {
    let house = House::open_on(with_rules(OWN)).await;
    let number =
        house.nominate(PATH, nominee(|nominee| nominee["license"][0]["licenseURL"] = "".into())).await;
    assert!(has(&house, number, "cop: clinics"), "{:?}", labels(&house, number));
    assert!(
        has(&house, number, "nominee") && !has(&house, number, "nomination"),
        "{:?}",
        labels(&house, number)
    );
    assert!(!house.living(number).contains("Link to the license"), "{}", house.living(number));

    // Looked at again, nothing changes: labels are known by the names that they have here.
    let mark = house.github.mark();
    house.github.edit_title(REGISTRY, number, "ada", "Another title").unwrap();
    house.settle().await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// What is accepted is read in the registry's own files, where it has some; nobody is sent to another registry's.
#[tokio::test]
async fn what_is_accepted_is_linked_where_this_registry_lists_it() {
    let text = nominee(|nominee| {
        nominee["license"][0]["spdx"] = "SSPL-1.0".into();
        nominee["sectors"] = serde_json::json!(["XYZ"]);
    });
    let schema = format!("accepted values](https://github.com/{REGISTRY}/blob/HEAD/nominee-schema.json)");
    let own = format!("[the approved licenses](https://github.com/{REGISTRY}/blob/HEAD/{RULES})");
    let standard = "[the approved licenses](https://digitalpublicgoods.net/standard/)".to_owned();
    for (rules, licenses) in
        [("licenses: {software: {deny: [MIT]}}\n", own), ("votes: {approve: 2}\n", standard)]
    {
        let house = House::open_on(with_rules(rules)).await;
        let number = house.nominate(PATH, text.clone()).await;
        let said = house.living(number);
        assert!(said.contains(&licenses) && said.contains(&schema), "{rules}: {said}");
        assert!(!said.contains("DPGAlliance"), "{said}");
        house.close().await;
    }
}

#[tokio::test]
async fn a_pull_request_that_brings_them_is_told_every_mistake_at_its_line() {
    let house = House::open().await;
    let broken = "votes:\n  aprove: 2\nchecks: {licence-id: off}\n";
    let number = house.open_pull_request(vec![FileChange::write(RULES, broken)]).await;
    let shown = house.shown(number);
    assert!(shown.comments.is_empty() && shown.label_names().is_empty(), "no nomination, no word");
    let [run] = &shown.check_runs[..] else { panic!("{:?}", shown.check_runs) };
    assert_eq!((run.name.as_str(), run.conclusion.as_deref()), ("Triage rules", Some("failure")));
    let said: Vec<(i64, &str)> =
        run.annotations.iter().map(|one| (one.start_line as i64, one.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (2, "The field \"aprove\" is not known here. Did you mean \"approve\"?"),
            (3, "The field \"licence-id\" is not known here. Did you mean \"license-id\"?"),
        ]
    );

    house.push(number, RULES, OWN).await;
    let shown = house.shown(number);
    let [run] = &shown.check_runs[..] else { panic!("{:?}", shown.check_runs) };
    assert_eq!((run.name.as_str(), run.conclusion.as_deref()), ("Triage rules", Some("success")));

    // The button gives a new one.
    let before = house.github.check_runs(REGISTRY).unwrap().len();
    house.github.click_rerun(REGISTRY, run.id, "grace").unwrap();
    house.settle().await;
    assert_eq!(house.github.check_runs(REGISTRY).unwrap().len(), before + 1);
    house.close().await;
}

#[tokio::test]
async fn both_are_judged_where_a_nomination_comes_along() {
    let house = House::open().await;
    let changes = vec![FileChange::write(PATH, nominee(|_| {})), FileChange::write(RULES, "votes: 3\n")];
    let number = house.open_pull_request(changes).await;
    let mut names: Vec<String> = house.shown(number).check_runs.into_iter().map(|run| run.name).collect();
    names.sort();
    assert_eq!(names, ["Nomination triage", "Triage rules"]);
    // The rules of a fork hold for nobody.
    assert!(has(&house, number, "cop: health"), "{:?}", labels(&house, number));
    house.close().await;
}

#[tokio::test]
async fn while_they_are_broken_the_last_good_ones_hold() {
    let house = House::open_on(with_rules(OWN)).await;
    house
        .github
        .commit_to_base(REGISTRY, "grace", vec![FileChange::write("README.md", "# Later\n")])
        .unwrap();
    for broken in ["communities: none\n", "communities: [\n"] {
        house.github.commit_to_base(REGISTRY, "grace", vec![FileChange::write(RULES, broken)]).unwrap();
    }
    house.settle().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "cop: clinics"), "{:?}", labels(&house, number));
    let said = "The rules of this registry in `.github/dpg-triage.yml` cannot be used (line 2). Until a maintainer mends \
                them, the version of commit `";
    assert!(house.living(number).contains(said), "{}", house.living(number));

    house
        .github
        .commit_to_base(REGISTRY, "grace", vec![FileChange::write(RULES, "votes: {approve: 2}\n")])
        .unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    assert!(!house.living(number).contains("cannot be used"), "{}", house.living(number));
    assert!(
        has(&house, number, "cop: health") && !has(&house, number, "cop: clinics"),
        "{:?}",
        labels(&house, number)
    );
    assert!(has(&house, number, "nomination"), "{:?}", labels(&house, number));
    house.close().await;
}

#[tokio::test]
async fn without_a_good_version_the_built_in_ones_hold() {
    let house = House::open_on(with_rules(&"a: b\n".repeat(20_000))).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(has(&house, number, "cop: health"), "{:?}", labels(&house, number));
    assert!(house.living(number).contains("the rules that I came with hold"), "{}", house.living(number));
    house.close().await;
}

#[tokio::test]
async fn a_push_renews_them_at_once_and_other_pushes_do_not() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let asked = |house: &House, mark| {
        house.github.requests_since(mark).filter(|request| request.path.contains("dpg-triage.yml")).len()
    };
    let mark = house.github.mark();
    house
        .github
        .commit_to_base(REGISTRY, "grace", vec![FileChange::write("README.md", "# Later\n")])
        .unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(asked(&house, mark), 0, "they are known");

    house.github.commit_to_base(REGISTRY, "grace", vec![FileChange::write(RULES, OWN)]).unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(asked(&house, mark), 1);
    assert!(has(&house, number, "cop: clinics"), "{:?}", labels(&house, number));
    // A label of ours that goes by another name now does not stay beside it.
    assert!(
        has(&house, number, "nominee") && !has(&house, number, "nomination"),
        "{:?}",
        labels(&house, number)
    );
    house.close().await;
}

#[tokio::test]
async fn a_required_check_blocks_no_pull_request() {
    let house = House::open_on(with_rules("required_check: true\n")).await;
    let number = house.open_pull_request(vec![FileChange::write("README.md", "# Better\n")]).await;
    let shown = house.shown(number);
    let [run] = &shown.check_runs[..] else { panic!("{:?}", shown.check_runs) };
    assert_eq!((run.name.as_str(), run.conclusion.as_deref()), ("Nomination triage", Some("success")));
    assert!(shown.comments.is_empty());
    house.close().await;
}

/// The registry's entries are looked for in the folders that its rules name, and in no others.
#[tokio::test]
async fn the_folders_with_entries_are_those_of_the_rules() {
    let rules = "nominations:\n  - {kind: nominee, path: \"goods/*.json\", schema: nominee-schema.json}\nregistry: [goods, archive]\n";
    let known = |name: &str| {
        nominee(|nominee| {
            nominee["name"] = name.into();
            nominee["website"] = format!("https://{}.example", name.len()).into();
        })
    };
    let entries = [
        (RULES, rules),
        ("goods/clinic-book.json", &known("Clinic Book")),
        ("nominees/old-clinic-book.json", &known("Old Clinic Book")),
        (
            "excluded-nominees/README.md",
            "Nominee | Date | Reason\n--- | --- | ---\nOpen Clinic | May 2nd, 2021 | Old\n",
        ),
    ];
    let house = House::open_on(registry_with(&entries)).await;
    let path = "goods/open-clinic.json";
    let number = house.nominate(path, nominee(|_| {})).await;
    let living = house.living(number);
    assert!(living.contains("The registry seems to have this project already: `Clinic Book`"), "{living}");
    assert!(!living.contains("Old Clinic Book") && !living.contains("excluded"), "{living}");
    assert!(has(&house, number, "possible duplicate"), "{:?}", labels(&house, number));

    // Other folders, other entries: what is known of the same commit does not stand for them.
    let rules = rules.replace("[goods, archive]", "[nominees]");
    house.github.commit_to_base(REGISTRY, "grace", vec![FileChange::write(RULES, rules)]).unwrap();
    house.settle().await;
    house.comment(number, "ada", "/recheck").await;
    let living = house.living(number);
    assert!(living.contains("`Old Clinic Book`") && !living.contains("goods/clinic-book.json"), "{living}");
    house.close().await;
}

/// A name that the rules no longer give goes, whether another one takes its place or the built-in one comes back.
#[tokio::test]
async fn labels_do_not_keep_former_names() {
    let named = |ready: &str, health: &str| {
        format!("labels: {{\"triage: ready for review\": \"{ready}\", \"cop: health\": \"{health}\"}}\n")
    };
    let house = House::open_on(with_rules(&named("ready", "clinics"))).await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    house.github.add_label(REGISTRY, number, "grace", "to be kept").unwrap();
    let shown = async |house: &House| {
        house.settle().await;
        house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
        house.settle().await;
        let mut labels = labels(house, number);
        labels.sort();
        labels
    };
    let others = ["license: verified", "nomination", "to be kept"];
    let with = |names: [&str; 2]| {
        let mut all: Vec<String> = others.iter().chain(&names).map(|name| (*name).to_owned()).collect();
        all.sort();
        all
    };
    assert_eq!(shown(&house).await, with(["ready", "clinics"]));
    for (rules, names) in [
        (named("reviewable", "medicine"), ["reviewable", "medicine"]),
        ("votes: {approve: 1}\n".to_owned(), ["triage: ready for review", "cop: health"]),
        (named("ready", "clinics"), ["ready", "clinics"]),
        // One former name is another label's by now.
        (named("clinics", "ready"), ["clinics", "ready"]),
    ] {
        house.github.commit_to_base(REGISTRY, "grace", vec![FileChange::write(RULES, rules)]).unwrap();
        assert_eq!(shown(&house).await, with(names));
    }
    let mark = house.github.mark();
    shown(&house).await;
    assert_eq!(house.github.requests_since(mark).writes().len(), 0);
    house.close().await;
}

/// A text made to grow, one that is too long, one that is no text: told at its place, and nothing waits for it.
#[tokio::test]
async fn rules_made_to_break_the_reader() {
    let laughs: String = (0..50).map(|at| format!("a{at}: &a{at} [{}]\n", "*a0,".repeat(9))).collect();
    let house = House::open_on(with_rules(&laughs)).await;
    let began = std::time::Instant::now();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("the rules that I came with hold"), "{}", house.living(number));
    for (bomb, told) in [
        (format!("votes: {{}}\n{laughs}").into_bytes(), "References (`&` and `*`) are not read"),
        (vec![b'['; 60_000], "This is not valid YAML"),
        ("# é\n".repeat(20_000).into_bytes(), "Rules may have 64 kB"),
        (vec![0xff, 0xfe, 0, 0x61], "This is not valid YAML"),
    ] {
        let brought = house.open_pull_request(vec![FileChange::write(RULES, bomb)]).await;
        let shown = house.shown(brought);
        let [run] = &shown.check_runs[..] else { panic!("{:?}", shown.check_runs) };
        let said = format!("{:?} {:?}", run.summary, run.annotations);
        assert_eq!(run.conclusion.as_deref(), Some("failure"), "{said}");
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    house.close().await;
}
