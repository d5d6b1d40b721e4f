//! A table of repositories as nominations list them, and what each check of license and source makes of them.
//!
//! Each row is a small GitHub and a web beside it, asked over real HTTP as `check --online` asks. The link to the
//! license leads to a file of the repository, so where that is not there `links` says so, too.

use std::{collections::BTreeMap, time::Duration};

use chrono::Utc;
use dpg_triage::{
    cli::online::{Asked, gather},
    fake_github::{
        AccountKind, Caller, FakeGitHub, Fault, ForgeKind, How, LicenseSetup, ProjectSetup, Reply,
        RepositorySetup, Settings,
    },
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

const CHECKS: [&str; 11] = [
    "license-in-repository",
    "license-url",
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
    world: |github| app(github, "Apache-2.0"),
    declared: &["Apache-2.0"],
    link: "https://github.com/open-clinic/app/blob/main/LICENSE",
    listed: &["https://github.com/open-clinic/app"],
    project: "Open Clinic",
    kind: "software",
    description: "Records vaccinations in clinics without a network.",
    expected: "",
};

const SOURCE: [(&str, &str); 2] = [("README.md", "# Open Clinic\n"), ("app.py", "print()\n")];

const CHANGED: &str = "Permission is granted to use it for non-commercial purposes.";

fn published(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
}

/// A repository with source and a README, in which GitHub detects this license.
fn plain(full_name: &str, detected: &str) -> RepositorySetup {
    RepositorySetup { license: Some(LicenseSetup::detected(detected)), ..with(full_name, &[]) }
}

/// A repository with source, a README and these files, in which GitHub detects no license.
fn with(full_name: &str, files: &[(&str, &str)]) -> RepositorySetup {
    let files = SOURCE.iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    RepositorySetup { full_name: full_name.into(), files: files.collect(), ..RepositorySetup::default() }
}

/// A repository with these files, of which GitHub shows the last one, under the name that it has for it.
fn shown_as(detected: &str, files: &[(&str, &str)]) -> RepositorySetup {
    let (shown, others) = files.split_last().unwrap();
    let (spdx_id, (path, text)) = (detected.to_owned(), *shown);
    let license = LicenseSetup { spdx_id, path: path.to_owned(), text: text.to_owned() };
    RepositorySetup { license: Some(license), ..with("open-clinic/app", others) }
}

fn add(github: &FakeGitHub, setup: RepositorySetup) {
    github.add_repository(setup).unwrap();
}

fn app(github: &FakeGitHub, detected: &str) {
    add(github, plain("open-clinic/app", detected));
}

/// Three repositories, and what GitHub detects in each.
fn three(github: &FakeGitHub, detected: [Option<&str>; 3]) {
    for (name, detected) in ["app", "site", "api"].into_iter().zip(detected) {
        let license = detected.map(LicenseSetup::detected);
        add(github, RepositorySetup { license, ..with(&format!("open-clinic/{name}"), &[]) });
    }
}

const THREE: &[&str] = &[
    "https://github.com/open-clinic/app",
    "https://github.com/open-clinic/site",
    "https://github.com/open-clinic/api",
];

/// An account with so many repositories.
fn account(github: &FakeGitHub, login: &str, kind: AccountKind, repositories: usize) {
    github.add_account(login, kind);
    for number in 0..repositories {
        add(github, plain(&format!("{login}/part-{number}"), "Apache-2.0"));
    }
}

fn project(path: &str, license: &str) -> ProjectSetup {
    ProjectSetup::new(path, &[SOURCE[0], SOURCE[1], ("LICENSE", published(license))])
}

fn on_gitlab(github: &FakeGitHub, setup: ProjectSetup) {
    github.web().has_project(ForgeKind::GitLab, "gitlab.com", setup);
}

/// GitHub answers whatever is asked about the repository like this.
fn fails(github: &FakeGitHub, how: How) {
    app(github, "Apache-2.0");
    github.fail(Fault::new("GET", "/repos/open-clinic/app", 100, how));
}

/// Repositories on GitHub and their licenses.
fn on_github() -> Vec<Row> {
    let license = "https://github.com/open-clinic/app/blob/main/LICENSE";
    vec![
        Row { name: "as it should be", ..ROW },
        Row {
            name: "NOASSERTION, a text that nobody knows",
            world: |github| add(github, shown_as("NOASSERTION", &[("LICENSE", "Do as you like.\n")])),
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "NOASSERTION, the published text",
            world: |github| add(github, shown_as("NOASSERTION", &[("LICENSE", published("Apache-2.0"))])),
            ..ROW
        },
        Row {
            name: "NOASSERTION, MIT and Apache-2.0 in one file",
            world: |github| {
                let both = format!("{}\n\n{}", published("MIT"), published("Apache-2.0"));
                add(github, shown_as("NOASSERTION", &[("LICENSE", &both)]));
            },
            declared: &["MIT", "Apache-2.0"],
            ..ROW
        },
        Row {
            name: "NOASSERTION, a changed MIT",
            world: |github| {
                let changed = format!("{}\n{CHANGED}\n", published("MIT"));
                add(github, shown_as("NOASSERTION", &[("LICENSE", &changed)]));
            },
            declared: &["MIT"],
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "no license file",
            world: |github| add(github, with("open-clinic/app", &[])),
            expected: "license-in-repository not-met must; links not-met should; license missing",
            ..ROW
        },
        Row {
            name: "another license than the declared one",
            world: |github| app(github, "MIT"),
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "a license in a folder of the source alone",
            world: |github| {
                add(github, with("open-clinic/app", &[("server/LICENSE", published("Apache-2.0"))]));
            },
            expected: "license-in-repository not-met must; links not-met should; license missing",
            ..ROW
        },
        Row {
            name: "a license in the README alone",
            world: |github| {
                let readme = format!("# Open Clinic\n\n## License\n\n{}", published("MIT"));
                add(github, with("open-clinic/app", &[("README.md", &readme)]));
            },
            declared: &["MIT"],
            link: "https://github.com/open-clinic/app/blob/main/README.md",
            expected: "license-in-repository not-met must; license-url not-met should; license missing",
            ..ROW
        },
        Row {
            name: "LICENSE-APACHE beside LICENSE-MIT, both declared",
            world: |github| {
                let files = [("LICENSE-APACHE", published("Apache-2.0")), ("LICENSE-MIT", published("MIT"))];
                add(github, shown_as("NOASSERTION", &files));
            },
            declared: &["MIT", "Apache-2.0"],
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-MIT",
            ..ROW
        },
        Row {
            name: "LICENSE-APACHE beside LICENSE-MIT, of which GitHub shows the one that is not declared",
            world: |github| {
                let files = [("LICENSE-APACHE", published("Apache-2.0")), ("LICENSE-MIT", published("MIT"))];
                add(github, shown_as("MIT", &files));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-APACHE",
            ..ROW
        },
        Row {
            name: "a folder LICENSES, as REUSE has it",
            world: |github| {
                let texts = [
                    ("LICENSES/Apache-2.0.txt", published("Apache-2.0")),
                    ("LICENSES/MIT.txt", published("MIT")),
                ];
                add(github, with("open-clinic/app", &texts));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSES/Apache-2.0.txt",
            ..ROW
        },
        Row {
            name: "a folder LICENSES without the declared one",
            world: |github| {
                add(github, with("open-clinic/app", &[("LICENSES/MIT.txt", published("MIT"))]));
            },
            expected: "license-in-repository not-met must; links not-met should; license mismatch",
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, -or-later found",
            world: |github| app(github, "GPL-3.0-or-later"),
            declared: &["GPL-3.0"],
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, -only found",
            world: |github| app(github, "GPL-3.0-only"),
            declared: &["GPL-3.0"],
            ..ROW
        },
        Row {
            name: "-or-later declared, GPL-3.0 found",
            world: |github| app(github, "GPL-3.0"),
            declared: &["GPL-3.0-or-later"],
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, GPL-2.0 found",
            world: |github| app(github, "GPL-2.0"),
            declared: &["GPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, AGPL-3.0 found",
            world: |github| app(github, "AGPL-3.0"),
            declared: &["GPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "LGPL-3.0 in COPYING.LESSER beside the GPL in COPYING",
            world: |github| {
                let whole = published("LGPL-3.0");
                let lesser = &whole[..whole.rfind("GNU GENERAL PUBLIC LICENSE\nVersion 3").unwrap()];
                add(
                    github,
                    shown_as("GPL-3.0", &[("COPYING.LESSER", lesser), ("COPYING", published("GPL-3.0"))]),
                );
            },
            declared: &["LGPL-3.0"],
            link: "https://github.com/open-clinic/app/blob/main/COPYING.LESSER",
            ..ROW
        },
        Row {
            name: "LGPL-3.0 declared, LGPL-2.1 found",
            world: |github| app(github, "LGPL-2.1"),
            declared: &["LGPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "a pair of licenses in one entry",
            world: |github| app(github, "MIT"),
            declared: &["MIT OR Apache-2.0"],
            expected: "license-in-repository not-checked; license unverified",
            ..ROW
        },
        Row { name: "a license by its full name", declared: &["Apache License 2.0"], ..ROW },
        Row { name: "no license declared", declared: &[], expected: "license unverified", ..ROW },
        Row {
            name: "two licenses over three repositories",
            world: |github| three(github, [Some("Apache-2.0"), Some("MIT"), Some("Apache-2.0")]),
            declared: &["Apache-2.0", "MIT"],
            listed: THREE,
            ..ROW
        },
        Row {
            name: "two licenses declared, of which three repositories have one",
            world: |github| three(github, [Some("MIT"); 3]),
            declared: &["Apache-2.0", "MIT"],
            listed: THREE,
            expected: "license-in-repository not-met should",
            ..ROW
        },
        Row {
            name: "three repositories: as declared, another license, none",
            world: |github| three(github, [Some("Apache-2.0"), Some("MIT"), None]),
            listed: THREE,
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "the license as such linked",
            link: "https://www.apache.org/licenses/LICENSE-2.0",
            expected: "license-url not-met must",
            ..ROW
        },
        Row { name: "no link to the license", link: "", expected: "license-url not-met must", ..ROW },
        Row {
            name: "the repository's front page linked as license",
            link: "https://github.com/open-clinic/app",
            expected: "license-url not-met should",
            ..ROW
        },
        Row {
            name: "a page of the website linked as license",
            link: "https://openclinic.example/terms",
            expected: "license-url not-checked",
            ..ROW
        },
        Row {
            name: "the license file of somebody else linked",
            link: "https://github.com/jdoe/template/blob/main/LICENSE",
            expected: "license-url-owner not-met should; links not-checked",
            ..ROW
        },
        Row {
            name: "the file linked as GitHub serves it raw",
            link: "https://raw.githubusercontent.com/open-clinic/app/main/LICENSE",
            ..ROW
        },
        Row {
            name: "a link to a license file that is gone",
            world: |github| {
                app(github, "Apache-2.0");
                let file = "https://github.com/open-clinic/app/blob/main/LICENSE";
                github.web().answers(file, Reply::status(404));
            },
            link: license,
            expected: "links not-met should",
            ..ROW
        },
    ]
}

/// Repositories on GitHub: how they are kept, what lies in them, and how their addresses are written.
fn kept_on_github() -> Vec<Row> {
    let unreachable =
        "license-in-repository not-checked; repository-reachable not-met must; license unverified";
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
            expected: "license-in-repository not-checked; repository-reachable not-met must; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "deleted",
            world: |github| {
                app(github, "Apache-2.0");
                github.delete_repository("open-clinic/app").unwrap();
            },
            expected: "license-in-repository not-checked; repository-reachable not-met must; links not-met should; license unverified",
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
            expected: "license-in-repository not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an organization with fifty repositories",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 50),
            listed: &["https://github.com/orgs/open-clinic/repositories"],
            expected: "license-in-repository not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an organization without repositories",
            world: |github| account(github, "open-clinic", AccountKind::Organization, 0),
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the page of an account that is not there",
            world: |_| {},
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; repository-url not-met should; links not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "a person's page",
            world: |github| account(github, "open-clinic", AccountKind::User, 3),
            listed: &["https://github.com/open-clinic"],
            expected: "license-in-repository not-checked; repository-url not-met should; links not-met should; license unverified",
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
            expected: "repository-listed not-met should; license unverified",
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

fn answer(status: u16, body: &str) -> How {
    How::Answer { status, headers: Vec::new(), body: body.to_owned() }
}

/// Repositories that lie elsewhere.
fn on_other_forges() -> Vec<Row> {
    const GITLAB: Row = Row {
        listed: &["https://gitlab.com/open-clinic/app"],
        link: "https://gitlab.com/open-clinic/app/-/blob/main/LICENSE",
        ..ROW
    };
    let unreachable =
        "license-in-repository not-checked; repository-reachable not-met must; license unverified";
    vec![
        Row {
            name: "on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            ..GITLAB
        },
        Row {
            name: "in a subgroup on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/apps/core", "Apache-2.0")),
            link: "https://gitlab.com/open-clinic/apps/core/-/blob/main/LICENSE",
            listed: &["https://gitlab.com/open-clinic/apps/core.git"],
            ..ROW
        },
        Row {
            name: "moved on GitLab",
            world: |github| {
                let moved_from = vec!["open-clinic/old".to_owned()];
                on_gitlab(github, ProjectSetup { moved_from, ..project("open-clinic/app", "Apache-2.0") });
            },
            listed: &["https://gitlab.com/open-clinic/old"],
            expected: "repository-reachable not-met must",
            ..GITLAB
        },
        Row {
            name: "private on GitLab",
            world: |github| {
                on_gitlab(github, ProjectSetup { private: true, ..project("open-clinic/app", "MIT") });
            },
            expected: unreachable,
            ..GITLAB
        },
        Row {
            name: "archived on GitLab",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                on_gitlab(github, ProjectSetup { archived: true, ..setup });
            },
            expected: "repository-alive not-met should",
            ..GITLAB
        },
        Row {
            name: "empty on GitLab",
            world: |github| on_gitlab(github, ProjectSetup::new("open-clinic/app", &[])),
            expected: "license-in-repository not-met must; repository-alive not-met should; license missing",
            ..GITLAB
        },
        Row {
            name: "without a license on GitLab",
            world: |github| on_gitlab(github, ProjectSetup::new("open-clinic/app", &SOURCE)),
            expected: "license-in-repository not-met must; license missing",
            ..GITLAB
        },
        Row {
            name: "another license on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "MIT")),
            expected: "license-in-repository not-met must; license mismatch",
            ..GITLAB
        },
        Row {
            name: "a changed license on GitLab",
            world: |github| {
                let changed = format!("{}\n{CHANGED}\n", published("Apache-2.0"));
                on_gitlab(github, ProjectSetup::new("open-clinic/app", &[("LICENSE", &changed)]));
            },
            expected: "license-in-repository needs-person; license unverified",
            ..GITLAB
        },
        Row {
            name: "a page inside on GitLab",
            world: |github| on_gitlab(github, project("open-clinic/app", "Apache-2.0")),
            listed: &["https://gitlab.com/open-clinic/app/-/tree/main/docs"],
            expected: "license-in-repository not-checked; repository-url not-met should; license unverified",
            ..GITLAB
        },
        Row {
            name: "a group on GitLab",
            listed: &["https://gitlab.com/groups/open-clinic"],
            expected: "license-in-repository not-checked; repository-url not-met should; license unverified",
            ..GITLAB
        },
        Row {
            name: "GitLab answers nothing",
            world: |github| {
                let question = "https://gitlab.com/api/v4/projects/open-clinic%2Fapp?license=true";
                github.web().answers(question, Reply::text(200, "{}").after(Duration::from_secs(300)));
            },
            expected: "license-in-repository not-checked; repository-reachable not-checked; \
                       repository-alive not-checked; license unverified",
            ..GITLAB
        },
        Row {
            name: "a GitLab of somebody's own",
            world: |github| {
                let setup = project("apps/core", "Apache-2.0");
                github.web().has_project(ForgeKind::GitLab, "git.openclinic.example", setup);
            },
            link: "https://git.openclinic.example/apps/core/-/blob/main/LICENSE",
            listed: &["https://git.openclinic.example/apps/core"],
            ..ROW
        },
        Row {
            name: "two license files on Codeberg",
            world: |github| {
                let files = [("LICENSE-MIT", published("MIT")), ("LICENSE-APACHE", published("Apache-2.0"))];
                let setup = ProjectSetup::new("open-clinic/app", &files);
                github.web().has_project(ForgeKind::Forgejo, "codeberg.org", setup);
            },
            declared: &["MIT", "Apache-2.0"],
            link: "https://codeberg.org/open-clinic/app/src/branch/main/LICENSE-MIT",
            listed: &["https://codeberg.org/open-clinic/app"],
            ..ROW
        },
        Row {
            name: "a Gitea of somebody's own",
            world: |github| {
                let setup = project("open-clinic/app", "Apache-2.0");
                github.web().has_project(ForgeKind::Forgejo, "gitea.example.org", setup);
            },
            link: "https://gitea.example.org/open-clinic/app/src/branch/main/LICENSE",
            listed: &["https://gitea.example.org/open-clinic/app"],
            ..ROW
        },
        Row {
            name: "a host that is no forge",
            world: |_| {},
            link: "https://openclinic.example/license",
            listed: &["https://openclinic.example/source/app"],
            expected: "license-in-repository not-checked; repository-reachable not-checked; \
                       repository-alive not-checked; license unverified",
            ..ROW
        },
        Row {
            name: "a host that there is not",
            world: |github| github.web().has_no_host("git.gone.example"),
            link: "https://openclinic.example/license",
            listed: &["https://git.gone.example/open-clinic/app"],
            expected: unreachable,
            ..ROW
        },
        Row {
            name: "on Bitbucket",
            world: |_| {},
            link: "https://bitbucket.org/open-clinic/app/src/main/LICENSE",
            listed: &["https://bitbucket.org/open-clinic/app"],
            expected: "license-in-repository not-checked; repository-reachable not-checked; license unverified",
            ..ROW
        },
    ]
}

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
    let rows: Vec<Row> = on_github().into_iter().chain(kept_on_github()).chain(on_other_forges()).collect();
    let seen: Vec<String> = stream::iter(&rows).map(outcome_of).buffered(8).collect().await;
    let wrong = rows.iter().zip(&seen).filter(|(row, seen)| row.expected != **seen);
    let wrong: Vec<String> = wrong
        .map(|(row, seen)| format!("{}\n  expected: {}\n  seen:     {seen}", row.name, row.expected))
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    println!("repository situations: {} rows, {} outcomes", rows.len(), rows.len() * (CHECKS.len() + 1));
}
