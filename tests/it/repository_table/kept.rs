//! Repositories on GitHub: how they are kept, what lies in them, and how their addresses are written.

use std::{collections::BTreeMap, time::Duration};

use dpg_triage::fake_github::{AccountKind, Caller, Fault, How, LicenseSetup, RepositorySetup};

use super::{
    ROW, Row,
    world::{account, add, answer, app, fails, plain, with},
};

pub fn kept_on_github() -> Vec<Row> {
    let unreachable = "license-in-repository not-checked; repository-reachable not-met must; repository-alive not-checked; platform-dependency not-checked; license unverified";
    let silent = "license-in-repository not-checked; repository-reachable not-checked; repository-alive not-checked; \
                  platform-dependency not-checked; license unverified";
    let no_address = "license-in-repository not-checked; repository-url not-met should; license unverified";
    vec![
        Row {
            name: "moved",
            world: |github| {
                add(github, plain("open-clinic/old", "Apache-2.0"));
                github.rename_repository("open-clinic/old", "open-clinic/app").unwrap();
            },
            listed: &["https://github.com/open-clinic/old"],
            expected: "repository-reachable not-met must",
            ..ROW
        },
        Row {
            name: "private",
            world: |github| {
                app(github, "Apache-2.0");
                github.make_private("open-clinic/app").unwrap();
            },
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-reachable not-met must; repository-alive not-checked; links not-met should; platform-dependency not-checked; license unverified",
            ..ROW
        },
        Row {
            name: "deleted",
            world: |github| {
                app(github, "Apache-2.0");
                github.delete_repository("open-clinic/app").unwrap();
            },
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-reachable not-met must; repository-alive not-checked; links not-met should; platform-dependency not-checked; license unverified",
            ..ROW
        },
        Row {
            name: "taken away for its copyright",
            world: |github| fails(github, answer(451, r#"{"message": "Repository access blocked"}"#)),
            expected: unreachable,
            ..ROW
        },
        Row {
            name: "archived",
            world: |github| {
                app(github, "Apache-2.0");
                github.archive("open-clinic/app").unwrap();
            },
            expected: "repository-alive not-met should",
            ..ROW
        },
        Row {
            name: "disabled",
            world: |github| {
                app(github, "Apache-2.0");
                let said = r#"{"name": "app", "owner": {"login": "open-clinic"}, "disabled": true,
                               "size": 9, "default_branch": "main"}"#;
                github.fail(Fault::new("GET", "/repos/{owner}/{repo}", 9, answer(200, said)));
            },
            expected: "repository-alive not-met hint",
            ..ROW
        },
        Row {
            name: "empty",
            world: |github| add(github, RepositorySetup { empty: true, ..with("open-clinic/app", &[]) }),
            expected: "license-in-repository not-met must; repository-alive not-met should; links not-met should; license missing",
            ..ROW
        },
        Row {
            name: "a fork",
            world: |github| {
                add(github, RepositorySetup { fork: true, ..plain("open-clinic/app", "Apache-2.0") });
            },
            expected: "repository-alive not-met hint",
            ..ROW
        },
        Row {
            name: "quiet for years",
            world: |github| {
                app(github, "Apache-2.0");
                github.set_pushed_at("open-clinic/app", "2019-05-06T07:08:09Z".parse().unwrap()).unwrap();
            },
            expected: "repository-alive not-met hint",
            ..ROW
        },
        Row {
            name: "without a README",
            world: |github| {
                let files = [("app.py".to_owned(), "print()\n".to_owned())];
                let files = BTreeMap::from(files);
                add(github, RepositorySetup { files, ..plain("open-clinic/app", "Apache-2.0") });
            },
            expected: "repository-alive not-met hint",
            ..ROW
        },
        Row {
            name: "without source",
            world: |github| {
                let files = [("README.md".to_owned(), "# Open Clinic\n".to_owned())];
                let files = BTreeMap::from(files);
                add(github, RepositorySetup { files, ..plain("open-clinic/app", "Apache-2.0") });
            },
            expected: "repository-alive not-met hint",
            ..ROW
        },
        Row {
            name: "somebody else's",
            world: |github| add(github, plain("jdoe/backend", "Apache-2.0")),
            link: "https://github.com/jdoe/backend/blob/main/LICENSE",
            listed: &["https://github.com/jdoe/backend"],
            expected: "repository-related not-met hint",
            ..ROW
        },
        Row {
            name: "an app on Firebase",
            world: |github| {
                let package = "{\n  \"dependencies\": {\n    \"firebase\": \"^9.1.0\"\n  }\n}\n";
                let license = Some(LicenseSetup::detected("Apache-2.0"));
                add(
                    github,
                    RepositorySetup { license, ..with("open-clinic/app", &[("package.json", package)]) },
                );
            },
            expected: "platform-dependency not-met hint",
            ..ROW
        },
        Row {
            name: "a tool for developers",
            project: "Fast Forms",
            description: "A fast TypeScript library that lets developers build forms.",
            expected: "developer-tool not-met hint",
            ..ROW
        },
        Row { name: "an address for `ssh`", listed: &["git@github.com:open-clinic/app.git"], ..ROW },
        Row { name: "with `ssh://`", listed: &["ssh://git@github.com/open-clinic/app.git"], ..ROW },
        Row { name: "with `.git`", listed: &["https://github.com/open-clinic/app.git"], ..ROW },
        Row { name: "with `www.` and `http`", listed: &["http://www.github.com/open-clinic/app/"], ..ROW },
        Row { name: "without `https://`", listed: &["github.com/Open-Clinic/App"], ..ROW },
        Row {
            name: "a page inside",
            listed: &["https://github.com/open-clinic/app/tree/main/docs"],
            expected: no_address,
            ..ROW
        },
        Row {
            name: "a gist",
            listed: &["https://gist.github.com/open-clinic/0123456789abcdef0123456789abcdef"],
            expected: no_address,
            ..ROW
        },
        Row {
            name: "the page of an organization with one repository",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 1),
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an organization with fifty repositories",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 50),
            listed: &["https://github.com/orgs/open-clinic/repositories"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an organization without repositories",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 0),
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an account that is not there",
            world: |_| {},
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "a person's page",
            world: |github| account(github, "open-clinic", AccountKind::User, 3),
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; license-url-shows-license not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row { name: "no address", listed: &["on request"], expected: no_address, ..ROW },
        Row {
            name: "no repository, for software",
            listed: &[],
            expected: "repository-listed not-met must; license unverified",
            ..ROW
        },
        Row {
            name: "no repository, for content",
            declared: &["CC-BY-4.0"],
            link: "https://openclinic.example/license",
            listed: &[],
            kind: "content",
            expected: "license-url-shows-license not-met must; repository-listed not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "thirty repositories",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 30),
            link: "https://github.com/open-clinic/part-0/blob/main/LICENSE",
            listed: &["https://github.com/open-clinic/part-{}"],
            expected: silent,
            ..ROW
        },
        Row {
            name: "GitHub has a fault",
            world: |github| fails(github, answer(500, r#"{"message": "Server Error"}"#)),
            expected: silent,
            ..ROW
        },
        Row {
            name: "GitHub answers too late",
            world: |github| fails(github, How::Hang(Duration::from_millis(50))),
            expected: silent,
            ..ROW
        },
        Row {
            name: "GitHub closes the connection",
            world: |github| fails(github, How::CloseConnection),
            expected: silent,
            ..ROW
        },
        Row {
            name: "GitHub has answered too often within the hour",
            world: |github| {
                app(github, "Apache-2.0");
                github.set_rate_limit(Caller::Nobody, 0, Duration::from_secs(1800));
            },
            expected: silent,
            ..ROW
        },
        Row {
            name: "a fault of GitHub's that is soon over",
            world: |github| {
                app(github, "Apache-2.0");
                github.fail(Fault::status("GET", "/repos/{owner}/{repo}/license", 1, 502));
            },
            ..ROW
        },
        Row {
            name: "the way to all websites is cut off",
            world: |github| {
                app(github, "Apache-2.0");
                github.web().unplug(true);
            },
            expected: "links not-checked",
            ..ROW
        },
    ]
}
