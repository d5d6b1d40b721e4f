//! Repositories that do not lie on GitHub, in a web with a small GitLab and a small Forgejo.

use std::time::{Duration, Instant};

use dpg_triage::{
    cli::online::{Asked, gather},
    fake_github::{ForgeKind, ProjectSetup, Reply, Web},
    github::Public,
    links::Links,
    triage::{
        evidence::{Evidence, Relation, compare, lookups},
        nomination::{self, Filed, Kind},
    },
};
use serde_json::{Value, json};

use crate::house::{House, PATH, nominee};

fn published(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
}

/// A nomination of what lies at these addresses.
fn at(addresses: &[&str]) -> String {
    let listed: Vec<Value> = addresses.iter().map(|url| json!({"name": "app", "url": url})).collect();
    nominee(|nominee| {
        nominee["repositories"] = json!(listed);
        nominee["license"][0]["licenseURL"] = json!("https://openclinic.example/");
    })
}

/// The requests to one host, without its name.
fn asked(web: &Web, host: &str) -> Vec<String> {
    let asked = web.asked().into_iter();
    asked.filter_map(|address| Some(address.strip_prefix(&format!("https://{host}"))?.to_owned())).collect()
}

fn labels(house: &House, number: u64) -> String {
    house.shown(number).label_names().join(", ")
}

#[tokio::test]
async fn in_a_subgroup_on_gitlab() {
    let house = House::open().await;
    let web = house.github.web();
    let files = [("README.md", "# App\n"), ("src/main.py", ""), ("LICENSE", published("Apache-2.0"))];
    web.has_project(ForgeKind::GitLab, "gitlab.com", ProjectSetup::new("open-clinic/apps/core", &files));
    let number = house.nominate(PATH, at(&["https://gitlab.com/open-clinic/apps/core.git"])).await;
    insta::assert_snapshot!(house.page(number));
    let project = "/api/v4/projects/open-clinic%2Fapps%2Fcore";
    let expected = [
        format!("{project}?license=true"),
        format!("{project}/repository/tree?path=&ref=main&per_page=100&page=1"),
        format!("{project}/repository/files/LICENSE/raw?ref=main"),
    ];
    assert_eq!(asked(web, "gitlab.com"), expected);
    house.comment(number, "ada", "/recheck").await;
    assert_eq!(asked(web, "gitlab.com"), expected, "answers are kept");
    house.close().await;
}

#[tokio::test]
async fn with_two_license_files_on_codeberg() {
    let house = House::open().await;
    let files = [("LICENSE-MIT", published("MIT")), ("LICENSE-APACHE", published("Apache-2.0"))];
    let web = house.github.web();
    web.has_project(ForgeKind::Forgejo, "codeberg.org", ProjectSetup::new("open-clinic/app", &files));
    let number = house.nominate(PATH, at(&["https://codeberg.org/open-clinic/app"])).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// What GitLab does not know on a host of somebody's own: a private project, one that moved, one without a license,
/// one that is archived, one that is empty; and other than the license says.
#[tokio::test]
async fn on_a_forge_of_somebodys_own() {
    let house = House::open().await;
    let web = house.github.web();
    let apache = [("LICENSE", published("Apache-2.0"))];
    let project = |path: &str| ProjectSetup::new(path, &apache);
    let changed = published("Apache-2.0").to_owned() + "\nCommercial use is not permitted.\n";
    for setup in [
        ProjectSetup { private: true, ..project("open-clinic/secret") },
        ProjectSetup { moved_from: vec!["open-clinic/old".into()], ..project("open-clinic/apps/new") },
        ProjectSetup::new("open-clinic/unlicensed", &[("README.md", "# App\n")]),
        ProjectSetup { archived: true, ..project("open-clinic/archived") },
        ProjectSetup::new("open-clinic/empty", &[]),
        ProjectSetup::new("open-clinic/mit", &[("COPYING", published("MIT"))]),
        ProjectSetup::new(
            "open-clinic/changed",
            &[("LICENSE", &changed), ("LICENSES/Apache-2.0.txt", apache[0].1)],
        ),
        ProjectSetup { fork: true, ..project("jdoe/backend") },
    ] {
        web.has_project(ForgeKind::GitLab, "git.openclinic.example", setup);
    }
    let paths = ["secret", "old", "unlicensed", "archived", "empty", "mit", "changed"];
    let mut addresses: Vec<String> =
        paths.iter().map(|path| format!("https://git.openclinic.example/open-clinic/{path}")).collect();
    addresses.push("https://git.openclinic.example/jdoe/backend".to_owned());
    addresses.push("https://git.openclinic.example/open-clinic/mit/-/tree/main/docs".to_owned());
    addresses.push("https://gitlab.com/open-clinic".to_owned());
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let number = house.nominate(PATH, at(&addresses)).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// Forgejo on an unknown host, asked as the second; the folder `LICENSES` counts.
#[tokio::test]
async fn on_a_forgejo_of_somebodys_own() {
    let house = House::open().await;
    let web = house.github.web();
    let files = [("README.md", ""), ("LICENSES/Apache-2.0.txt", published("Apache-2.0"))];
    let setup =
        ProjectSetup { moved_from: vec!["old/app".into()], ..ProjectSetup::new("open-clinic/app", &files) };
    web.has_project(ForgeKind::Forgejo, "code.openclinic.example", setup);
    let number = house.nominate(PATH, at(&["https://code.openclinic.example/open-clinic/app"])).await;
    assert!(labels(&house, number).contains("license: verified"), "{}", house.page(number));
    let page = house.living(number);
    assert!(
        page.contains(
            "https://code.openclinic.example/open-clinic/app/src/branch/main/LICENSES/Apache-2.0.txt"
        )
    );
    let requests = asked(web, "code.openclinic.example");
    assert_eq!(requests.len(), 5, "{requests:?}");
    let number = house.nominate("nominees/x.json", at(&["https://code.openclinic.example/old/app"])).await;
    let page = house.living(number);
    assert!(
        page.contains("has moved to") && page.contains("https://code.openclinic.example/open-clinic/app"),
        "{page}"
    );
    house.close().await;
}

#[tokio::test]
async fn on_a_host_that_is_no_forge() {
    let house = House::open().await;
    let number = house.nominate(PATH, at(&["https://openclinic.example/source/app"])).await;
    insta::assert_snapshot!(house.page(number));
    assert_eq!(
        asked(house.github.web(), "openclinic.example").iter().filter(|path| path.contains("/api/")).count(),
        2
    );
    // Its owner puts a forge there.
    let web = house.github.web();
    let files = [("LICENSE", published("Apache-2.0"))];
    web.has_project(ForgeKind::Forgejo, "openclinic.example", ProjectSetup::new("source/app", &files));
    assert_eq!(house.asks_again().await, [60]);
    let page = house.living(number);
    assert!(
        labels(&house, number).contains("license: verified") && !page.contains("Could not be checked"),
        "{page}"
    );
    assert_eq!(house.asks_again().await, Vec::<i64>::new(), "all has answered");
    house.close().await;
}

/// What is listed in place of repositories, and what the bot says of it.
async fn said_of_accounts(
    addresses: &[&str],
    projects: Vec<(ForgeKind, &str, ProjectSetup)>,
) -> (String, Vec<String>) {
    let house = House::open().await;
    let web = house.github.web();
    for (kind, host, project) in projects {
        web.has_project(kind, host, project);
    }
    let number = house.nominate(PATH, at(addresses)).await;
    let page = house.page(number);
    let asked = web.asked().into_iter().filter(|address| address.contains("/api/")).collect();
    house.close().await;
    (page, asked)
}

fn apache(path: &str) -> ProjectSetup {
    ProjectSetup::new(path, &[("LICENSE", published("Apache-2.0"))])
}

/// The likely ones of a group, those in its groups as well, and the one that clearly is meant.
#[tokio::test]
async fn a_group_is_answered_with_its_repositories() {
    let lab = |project| (ForgeKind::GitLab, "gitlab.com", project);
    let berg = |project| (ForgeKind::Forgejo, "codeberg.org", project);
    let projects = vec![
        lab(apache("clinics/server")),
        lab(apache("clinics/apps/open-clinic")),
        lab(ProjectSetup { private: true, ..apache("clinics/open-clinic-secrets") }),
        lab(ProjectSetup { archived: true, ..apache("clinics/open-clinic-old") }),
        lab(apache("clinics-2/open-clinic")),
        berg(ProjectSetup { of_person: true, ..apache("ada/open-clinic-app") }),
        berg(ProjectSetup { of_person: true, ..apache("ada/open-clinic-site") }),
        berg(ProjectSetup { of_person: true, fork: true, ..apache("ada/linux") }),
    ];
    let (page, asked) =
        said_of_accounts(&["https://gitlab.com/clinics", "https://codeberg.org/ada"], projects).await;
    insta::assert_snapshot!(page);
    let mut asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    asked.sort_unstable();
    let expected = [
        "https://codeberg.org/api/v1/orgs/ada/repos?limit=50&page=1",
        "https://codeberg.org/api/v1/users/ada/repos?limit=50&page=1",
        "https://gitlab.com/api/v4/groups/clinics/projects?archived=false&order_by=last_activity_at&include_subgroups=true&with_shared=false&per_page=100&page=1",
    ];
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn accounts_that_are_not_there_or_have_very_much() {
    let many: Vec<_> = (0..250)
        .map(|n| (ForgeKind::Forgejo, "codeberg.org", apache(&format!("clinics/open-clinic-{n}"))))
        .chain([(
            ForgeKind::GitLab,
            "git.openclinic.example",
            ProjectSetup { private: true, ..apache("state/app") },
        )])
        .chain([(ForgeKind::GitLab, "gitlab.com", apache("state/app"))])
        .collect();
    let (page, asked) =
        said_of_accounts(&["https://codeberg.org/clinics", "https://gitlab.com/gone"], many.clone()).await;
    assert!(page.contains("Of its more than 200 repositories these may be meant"), "{page}");
    assert!(page.contains("There is no account [`gitlab.com/gone`](https://gitlab.com/gone)"), "{page}");
    assert_eq!(asked.len(), 4 + 2, "{asked:?}");
    let hidden = ["https://git.openclinic.example/groups/state", "https://bitbucket.org/state"];
    let (page, asked) = said_of_accounts(&hidden, many).await;
    assert!(page.contains("has no public repository"), "{page}");
    assert!(page.contains("`https://bitbucket.org/state` is the page of a group or a person"), "{page}");
    assert_eq!(asked.len(), 1, "{asked:?}");
}

/// A host that answers with what is somebody else's, with nonsense, or with another host.
#[tokio::test]
async fn accounts_on_forges_that_mean_harm() {
    let list = |group: &str| {
        format!(
            "https://evil.example/api/v4/groups/{group}/projects?archived=false&order_by=last_activity_at&include_subgroups=true&with_shared=false&per_page=100&page=1"
        )
    };
    let theirs = json!([{"path_with_namespace": "victim/app", "web_url": "https://evil.example/victim/app"},
        {"path_with_namespace": "o/odd](https://phish.example)", "web_url": "https://evil.example/o/odd](https://phish.example)"}]);
    for (reply, said) in [
        (Reply::json(200, theirs), "has no public repository"),
        (Reply::text(200, "<title>A page</title>"), "Choose from"),
        (Reply::leads_to(301, "https://victim.example/api/v4/groups/o/projects"), "Choose from"),
        (Reply::status(502), "Choose from"),
    ] {
        let house = House::open().await;
        let web = house.github.web();
        web.answers(&list("o"), reply);
        let number = house.nominate(PATH, at(&["https://evil.example/groups/o"])).await;
        let page = house.living(number);
        assert!(page.contains(said) && !page.contains("phish") && !page.contains("victim"), "{said}: {page}");
        assert!(web.asked().iter().all(|address| !address.contains("victim")));
        house.close().await;
    }
}

/// The forge of many is asked again when it did not answer.
#[tokio::test]
async fn a_known_forge_that_is_out_of_order() {
    let house = House::open().await;
    let question = "https://gitlab.com/api/v4/projects/open-clinic%2Fapp?license=true";
    house.github.web().answers(question, Reply::status(502));
    let number = house.nominate(PATH, at(&["https://gitlab.com/open-clinic/app"])).await;
    let page = house.living(number);
    assert!(page.contains("does not answer as forges do") && page.contains("I ask again"), "{page}");
    assert_eq!(house.inbox.counts().await.unwrap().ready, 1);
    house.close().await;
}

/// What somebody may set up who wants to harm: each is told in a sentence, in time, and nothing else is asked.
#[tokio::test]
async fn forges_that_mean_harm() {
    let house = House::open().await;
    let web = house.github.web();
    let evil = |path: &str| format!("https://evil.example/api/v4/projects/o%2F{path}");
    let question = |path: &str| evil(path) + "?license=true";
    let tree = |path: &str| evil(path) + "/repository/tree?path=&ref=main&per_page=100&page=1";
    let project = |path: &str| {
        let web_url = format!("https://evil.example/o/{path}");
        json!({"path_with_namespace": format!("o/{path}"), "web_url": web_url, "default_branch": "main"})
    };
    let said = |path: &str| Reply::json(200, project(path));

    web.answers(&question("endless"), Reply::text(200, &("[".to_owned() + &"{},".repeat(2_000_000))));
    web.answers(&question("deep"), Reply::text(200, &"{\"a\":".repeat(300_000)));
    web.answers(&question("inward"), Reply::leads_to(301, "http://127.0.0.1/api/v4/projects/1"));
    web.answers(&question("away"), Reply::leads_to(301, "https://victim.example/api/v4/projects/1"));
    web.answers(&question("round"), Reply::leads_to(301, &question("round")));
    web.answers(&question("large"), said("large"));
    let many: Vec<Value> =
        (0..10_000).map(|n| json!({"name": format!("license-{n}"), "type": "blob"})).collect();
    web.answers(&tree("large"), Reply::json(200, json!(many)));
    web.answers(&question("wide"), said("wide"));
    web.answers(
        &tree("wide"),
        Reply::text(200, &("[".to_owned() + &"{\"name\":\"x\",\"type\":\"blob\"},".repeat(100_000))),
    );
    let mut renamed = project("odd");
    renamed["path_with_namespace"] = json!("o/odd](https://phish.example)");
    renamed["web_url"] = json!("https://evil.example/o/odd](https://phish.example)");
    web.answers(&question("odd"), Reply::json(200, renamed));
    let mut branch = project("branch");
    branch["default_branch"] = json!("main](https://phish.example)`<script>");
    web.answers(&question("branch"), Reply::json(200, branch));
    web.answers(&question("slow"), Reply::text(200, "{}").after(Duration::from_secs(300)));

    let paths = ["endless", "deep", "inward", "away", "round", "large", "wide", "odd", "branch", "slow"];
    let addresses: Vec<String> = paths.iter().map(|path| format!("https://evil.example/o/{path}")).collect();
    let started = Instant::now();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let number = house.nominate(PATH, at(&addresses)).await;
    let waited = started.elapsed();
    println!("with a forge that means harm: {waited:?}");
    assert!(waited < Duration::from_secs(20), "{waited:?}");
    let page = house.page(number);
    assert!(!page.contains("phish.example") && !page.contains("<script>"), "{page}");
    assert!(!labels(&house, number).contains("license: verified"), "{page}");
    let asked_of_evil = asked(web, "evil.example");
    assert!(asked_of_evil.len() <= 60, "{}", asked_of_evil.len());
    for (path, most) in [("endless", 1), ("deep", 1), ("inward", 1), ("round", 2), ("large", 6), ("wide", 2)]
    {
        let count = asked_of_evil.iter().filter(|asked| asked.contains(&format!("o%2F{path}"))).count();
        assert!((1..=most).contains(&count), "{path}: {count}");
    }
    assert!(web.asked().iter().all(|address| !address.contains("victim") && !address.contains("127.0.0.1")));
    insta::assert_snapshot!(page);
    house.close().await;
}

/// Where more is listed than is asked for, the first are, and what is left out is told.
#[tokio::test]
async fn many_repositories_share_the_requests() {
    let house = House::open().await;
    let web = house.github.web();
    let texts: Vec<String> = (0..30).map(|n| format!("LICENSE-{n}")).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|name| (name.as_str(), published("MIT"))).collect();
    let addresses: Vec<String> = (0..14).map(|n| format!("https://gitlab.com/open-clinic/app-{n}")).collect();
    for n in 0..14 {
        web.has_project(
            ForgeKind::GitLab,
            "gitlab.com",
            ProjectSetup::new(&format!("open-clinic/app-{n}"), &files),
        );
    }
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let number = house.nominate(PATH, at(&addresses)).await;
    let requests = asked(web, "gitlab.com");
    assert_eq!(requests.len(), 60, "{requests:?}");
    assert!(!requests.iter().any(|asked| asked.contains("app-10")), "{requests:?}");
    let page = house.living(number);
    assert!(page.contains("more repositories are listed than are looked up"), "{page}");
    house.close().await;
}

#[tokio::test]
async fn the_command_line_asks_the_same() {
    let house = House::open().await;
    let web = house.github.web();
    let files = [("LICENSE", published("Apache-2.0"))];
    web.has_project(ForgeKind::Forgejo, "codeberg.org", ProjectSetup::new("open-clinic/app", &files));
    let asked = Asked {
        github: Public::new(house.github.url(), None).unwrap(),
        links: Links::beside(web.clone()).unwrap(),
    };
    let filed = Filed { path: PATH.into(), kind: Kind::Nominee, schema: None };
    let text = at(&["https://codeberg.org/open-clinic/app", "https://codeberg.org/open-clinic/gone"]);
    let (nomination, _) = nomination::parse(filed, text.as_bytes());
    let files = vec![(nomination.clone(), lookups(&nomination), Evidence::unasked("nobody asked"))];
    let evidence = gather(&asked, files, |_| {}).await;
    let relations: Vec<Relation> =
        compare(&nomination, &evidence[0]).into_iter().map(|listed| listed.relation).collect();
    assert_eq!(relations[0], Relation::Matches);
    assert!(matches!(relations[1], Relation::NotReachable { told: true, .. }), "{relations:?}");
    house.close().await;
}
