//! What is seen of repositories on github.com beside their license: how they are kept, what lies in them, whose they are.

use std::collections::BTreeMap;

use chrono::{Days, Utc};
use dpg_triage::fake_github::{AccountKind, LicenseSetup, RepositorySetup};
use serde_json::{Value, json};

use crate::house::{House, PATH, nominee};

fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn published(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
}

/// A nomination that lists these addresses.
fn listing(addresses: &[&str]) -> String {
    let listed: Vec<Value> = addresses.iter().map(|url| json!({"name": "main", "url": url})).collect();
    nominee(|nominee| nominee["repositories"] = json!(listed))
}

fn add(house: &House, setup: RepositorySetup) {
    house.github.add_repository(setup).unwrap();
}

#[tokio::test]
async fn archived_and_without_a_readme() {
    let house = House::open().await;
    let years_ago = "2021-03-04T05:06:07Z".parse().unwrap();
    add(
        &house,
        RepositorySetup {
            full_name: "open-clinic/old".into(),
            owner_kind: AccountKind::Organization,
            archived: true,
            files: files(&[("server.py", "print()\n")]),
            license: Some(LicenseSetup::detected("Apache-2.0")),
            pushed_at: Some(years_ago),
            ..RepositorySetup::default()
        },
    );
    let number = house.nominate(PATH, listing(&["https://github.com/open-clinic/old"])).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn documents_alone() {
    let house = House::open().await;
    add(
        &house,
        RepositorySetup {
            full_name: "open-clinic/papers".into(),
            files: files(&[
                ("README.md", "# Open Clinic\n"),
                ("docs/plan.md", "Plan\n"),
                (".gitignore", "x\n"),
            ]),
            license: Some(LicenseSetup::detected("Apache-2.0")),
            ..RepositorySetup::default()
        },
    );
    let number = house.nominate(PATH, listing(&["https://github.com/open-clinic/papers"])).await;
    let said = house.living(number);
    assert!(said.contains("holds documents and no source code at its top"), "{said}");
    assert!(!said.contains("no README"), "{said}");
    house.close().await;
}

/// GitHub shows one file of two, and says that it does not know it, or that there is another license in it.
#[tokio::test]
async fn two_license_files() {
    let house = House::open().await;
    let license = |spdx_id: &str, text: &str| {
        let (spdx_id, text) = (spdx_id.to_owned(), text.to_owned());
        Some(LicenseSetup { spdx_id, path: "LICENSE-MIT".into(), text })
    };
    let apache = ("LICENSE-APACHE", published("Apache-2.0"));
    for (name, detected) in [("unknown", "NOASSERTION"), ("other", "MIT")] {
        add(
            &house,
            RepositorySetup {
                full_name: format!("open-clinic/{name}"),
                files: files(&[("README.md", "# Open Clinic\n"), ("main.rs", "fn main() {}\n"), apache]),
                license: license(detected, published("MIT")),
                ..RepositorySetup::default()
            },
        );
    }
    let both = ["https://github.com/open-clinic/unknown", "https://github.com/open-clinic/other"];
    let number = house.nominate(PATH, listing(&both)).await;
    assert!(house.shown(number).label_names().contains(&"license: verified"), "{}", house.living(number));
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// As <https://reuse.software> has it: GitHub sees no license, the folder holds them all.
#[tokio::test]
async fn a_folder_of_licenses() {
    let house = House::open().await;
    let texts = [
        ("LICENSES/Apache-2.0.txt", published("Apache-2.0")),
        ("LICENSES/CC0-1.0.txt", published("CC0-1.0")),
        ("README.md", "# Open Clinic\n"),
        ("app.py", "print()\n"),
    ];
    add(
        &house,
        RepositorySetup {
            full_name: "open-clinic/reuse".into(),
            files: files(&texts),
            ..RepositorySetup::default()
        },
    );
    let number = house.nominate(PATH, listing(&["https://github.com/open-clinic/reuse"])).await;
    let said = house.living(number);
    assert!(house.shown(number).label_names().contains(&"license: verified"), "{said}");
    assert!(said.contains("Apache-2.0 and CC0-1.0"), "{said}");
    assert!(said.contains("open-clinic/reuse/blob/main/LICENSES/Apache-2.0.txt"), "{said}");
    house.close().await;
}

#[tokio::test]
async fn an_account_with_one_repository() {
    let house = House::open().await;
    add(
        &house,
        RepositorySetup {
            full_name: "clinic-makers/vaccination-book".into(),
            owner_kind: AccountKind::Organization,
            ..RepositorySetup::default()
        },
    );
    let number = house.nominate(PATH, listing(&["https://github.com/clinic-makers"])).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn an_account_with_fifty_repositories() {
    let house = House::open().await;
    for at in 0..50 {
        let (name, description) = match at {
            7 => ("server".to_owned(), Some("Server of Open Clinic")),
            20 => ("openclinic-android".to_owned(), None),
            33 => ("open-clinic-2015".to_owned(), None),
            _ => (format!("part-{at}"), Some("A part of something")),
        };
        add(
            &house,
            RepositorySetup {
                full_name: format!("clinic-makers/{name}"),
                owner_kind: AccountKind::Organization,
                description: description.map(str::to_owned),
                archived: at == 33,
                fork: at > 40,
                stars: 50 - at,
                pushed_at: Utc::now().checked_sub_days(Days::new(at)),
                ..RepositorySetup::default()
            },
        );
    }
    let number = house.nominate(PATH, listing(&["https://github.com/orgs/clinic-makers/repositories"])).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// Where one of many has the project's name, its address is offered to be taken over.
#[tokio::test]
async fn accounts_of_other_kinds() {
    let house = House::open().await;
    for name in ["tools", "Open-Clinic", "website"] {
        add(&house, RepositorySetup { full_name: format!("jdoe/{name}"), ..RepositorySetup::default() });
    }
    let number =
        house.nominate(PATH, listing(&["https://github.com/jdoe", "https://github.com/nobody-at-all"])).await;
    let said = house.living(number);
    assert!(said.contains("is a person on GitHub"), "{said}");
    assert!(said.contains("Write its address: `https://github.com/jdoe/Open-Clinic`"), "{said}");
    assert!(said.contains("There is no account [nobody-at-all]"), "{said}");
    house.close().await;
}

#[tokio::test]
async fn an_app_on_firebase() {
    let house = House::open().await;
    let package = "{\n  \"name\": \"app\",\n  \"dependencies\": {\n    \"firebase\": \"^9.1.0\",\n    \"react\": \"^18\"\n  },\n  \"devDependencies\": {\n    \"twilio\": \"1\"\n  }\n}\n";
    add(
        &house,
        RepositorySetup {
            full_name: "open-clinic/mobile".into(),
            files: files(&[
                ("README.md", "# Open Clinic\n"),
                ("package.json", package),
                ("google-services.json", "{}"),
                ("requirements.txt", "# boto3\ngooglemaps>=4\n"),
            ]),
            license: Some(LicenseSetup::detected("Apache-2.0")),
            ..RepositorySetup::default()
        },
    );
    let number = house.nominate(PATH, listing(&["https://github.com/open-clinic/mobile"])).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

#[tokio::test]
async fn a_tool_for_developers() {
    let house = House::open().await;
    let text = nominee(|nominee| {
        nominee["name"] = json!("Fast Forms");
        nominee["description"] = json!("A fast TypeScript library that lets developers build forms.");
    });
    let number = house.nominate("nominees/fast-forms.json", text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}

/// What only the repository says of itself.
#[tokio::test]
async fn topics_of_a_repository() {
    let house = House::open().await;
    add(
        &house,
        RepositorySetup {
            full_name: "open-forms/forms".into(),
            topics: vec!["web-framework".into(), "forms".into()],
            license: Some(LicenseSetup::detected("Apache-2.0")),
            ..RepositorySetup::default()
        },
    );
    let text = nominee(|nominee| {
        nominee["name"] = json!("Open Forms");
        nominee["description"] = json!("Forms of any kind, anywhere.");
        nominee["repositories"] = json!([{"name": "forms", "url": "https://github.com/open-forms/forms"}]);
    });
    let number = house.nominate("nominees/open-forms.json", text).await;
    let said = house.living(number);
    assert!(said.contains("speaks of `web-framework`"), "{said}");
    house.close().await;
}

/// Whatever a nominee lists, it costs no more than 60 requests, once the registry is known.
#[tokio::test]
async fn no_nominee_asks_for_more_than_is_fair() {
    let house = House::open().await;
    let manifests =
        ["package.json", "requirements.txt", "pubspec.yaml", "composer.json", "Gemfile", "go.mod"];
    let texts = ["LICENSE-A", "LICENSE-B", "LICENSE-C", "LICENSE-D", "LICENSE-E", "LICENSE-F"];
    let mut addresses = Vec::new();
    for at in 0..40 {
        let all = manifests.iter().chain(&texts).map(|name| ((*name).to_owned(), "{}".to_owned()));
        let full_name = format!("open-clinic/part-{at}");
        addresses.push(format!("https://github.com/{full_name}"));
        add(
            &house,
            RepositorySetup {
                full_name,
                files: all.collect(),
                license: Some(LicenseSetup::detected("NOASSERTION")),
                ..RepositorySetup::default()
            },
        );
    }
    for at in 0..250 {
        let full_name = format!("{}/part-{at}", if at % 2 == 0 { "clinic-makers" } else { "clinic-friends" });
        add(&house, RepositorySetup { full_name, ..RepositorySetup::default() });
    }
    for account in ["clinic-makers", "clinic-friends", "open-clinic", "ada"] {
        addresses.push(format!("https://github.com/{account}"));
    }
    let listed: Vec<&str> = addresses.iter().map(String::as_str).collect();
    // Others wait, too.
    for at in 0..12 {
        let text = nominee(|nominee| nominee["name"] = json!(format!("Other {at}")));
        house.nominate(&format!("nominees/other-{at}.json"), text).await;
    }
    let mark = house.github.mark();
    let number = house.nominate(PATH, listing(&listed)).await;
    let once = ["access_tokens", "tarball", "legacy.tar.gz"];
    let asked = house.github.requests_since(mark);
    let asked = asked.filter(|request| !once.iter().any(|once| request.route.contains(once)));
    println!("40 repositories and 4 accounts: {} requests", asked.len());
    assert!((50..=60).contains(&asked.len()), "{}\n{asked}", asked.len());
    let said = house.living(number);
    assert!(said.contains("more repositories are listed than are looked up"), "{said}");
    house.close().await;
}
