//! Who and what there is when the demo begins: people, the registry, nominated repositories, nominations.
//!
//! The nominations are real ones of the registry, see `tests/data/README.md`.

use std::collections::BTreeMap;

use crate::fake_github::{
    FakeGitHub, FileChange, LicenseSetup, PullRequestSetup, RepositorySetup, StartError, Unknown,
};

/// The registry that is nominated to.
pub const REGISTRY: &str = "dpg-registry/publicgoods";
/// The account that the bot writes with.
pub const BOT: &str = "dpg-triage[bot]";
/// Opens the pull requests, without rights in the registry.
pub const NOMINATOR: &str = "ada";
/// Has write permission in the registry.
pub const MAINTAINER: &str = "grace";

/// Somebody to comment as: login, and what that person is here.
pub const PEOPLE: [(&str, &str); 3] =
    [(NOMINATOR, "the nominator"), (MAINTAINER, "a maintainer"), ("eve", "somebody passing by")];

/// A pull request to be opened.
pub struct Submission {
    pub title: &'static str,
    body: &'static str,
    pub path: &'static str,
    text: &'static str,
    /// The nominated repositories, with the license that GitHub finds in each at first.
    pub repositories: &'static [Repository],
}

/// A nominated repository.
pub struct Repository {
    pub full_name: &'static str,
    /// As GitHub's detector names it.
    pub license: &'static str,
    branch: &'static str,
    license_file: &'static str,
}

/// The pull requests, in the order they are opened; the first is the one that the story is about.
pub const SUBMISSIONS: [Submission; 4] = [
    Submission {
        title: "Nominate OpenSourceEcology",
        body: "Adds **OpenSourceEcology**: open source designs of industrial machines.",
        path: "nominees/open-source-ecology.json",
        text: include_str!("../../../tests/data/nominees/open-source-ecology.json"),
        repositories: &[Repository {
            full_name: "OpenSourceEcology/cross-platform-python-gui",
            license: "GPL-3.0",
            branch: "master",
            license_file: "LICENSE",
        }],
    },
    Submission {
        title: "Nominate AccessMod",
        body: "AccessMod models how far people are from the health services that they need.",
        path: "nominees/accessmod.json",
        text: include_str!("../../../tests/data/nominees/accessmod.json"),
        repositories: &[Repository {
            full_name: "fxi/AccessMod_shiny",
            license: "LGPL-3.0",
            branch: "devel",
            license_file: "COPYING",
        }],
    },
    Submission {
        title: "Add CiviCRM",
        body: "I filled in what I could.",
        path: "nominees/civicrm.json",
        text: include_str!("../../../tests/data/nominees/civicrm.json"),
        repositories: &[Repository {
            full_name: "civicrm/civicrm-core",
            license: "AGPL-3.0",
            branch: "master",
            license_file: "LICENSE",
        }],
    },
    Submission {
        title: "Say in the README where to ask",
        body: "No nomination, just words.",
        path: "README.md",
        text: "# The registry of digital public goods\n\nQuestions? Open an issue.\n",
        repositories: &[],
    },
];

/// What a license select offers beside [`NO_FILE`] and [`UNRECOGNIZED`]: ids as GitHub's detector writes them.
pub const LICENSES: [&str; 14] = [
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GPL-2.0",
    "GPL-3.0",
    "AGPL-3.0",
    "LGPL-3.0",
    "MPL-2.0",
    "EUPL-1.2",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "Unlicense",
];
/// The repository has no license file.
pub const NO_FILE: &str = "none";
/// The license file's text is none that GitHub knows.
pub const UNRECOGNIZED: &str = "NOASSERTION";

impl Repository {
    /// What the license select says, as an owner's commit. `choice` is one of the three kinds above.
    pub fn license_setup(&self, choice: &str) -> Option<LicenseSetup> {
        if choice == NO_FILE {
            return None;
        }
        let mut license = LicenseSetup::detected(choice);
        license.path = self.license_file.to_owned();
        if choice == UNRECOGNIZED {
            license.text = "Ask us before you use it.\n".to_owned();
        }
        Some(license)
    }
}

/// Why the cast did not appear.
#[derive(Debug, thiserror::Error)]
pub enum CastError {
    /// The stand-in did not start.
    #[error("the stand-in for GitHub did not start")]
    Start(#[from] StartError),
    /// Something that is needed is not there.
    #[error("the stand-in for GitHub is not complete")]
    Unknown(#[from] Unknown),
}

/// Puts people, registry and nominated repositories in place.
pub fn assemble(github: &FakeGitHub) -> Result<(), CastError> {
    for (login, _) in PEOPLE {
        github.add_user(login);
    }
    github.add_repository(RepositorySetup {
        full_name: REGISTRY.to_owned(),
        files: registry_files(),
        ..RepositorySetup::default()
    })?;
    github.set_permission(REGISTRY, MAINTAINER, "write")?;
    for repository in SUBMISSIONS.iter().flat_map(|submission| submission.repositories) {
        github.add_repository(RepositorySetup {
            full_name: repository.full_name.to_owned(),
            default_branch: repository.branch.to_owned(),
            files: BTreeMap::from([("README.md".to_owned(), format!("# {}\n", repository.full_name))]),
            license: repository.license_setup(repository.license),
            ..RepositorySetup::default()
        })?;
    }
    if let Some((owner, _)) = REGISTRY.split_once('/') {
        github.install_app(owner)?;
    }
    Ok(())
}

/// Opens a pull request from the nominator's fork; answers its number.
pub fn submit(github: &FakeGitHub, submission: &Submission) -> Result<u64, Unknown> {
    let change = FileChange::write(submission.path, submission.text);
    let setup = PullRequestSetup {
        body: Some(submission.body.to_owned()),
        ..PullRequestSetup::from_fork(NOMINATOR, submission.title, vec![change])
    };
    github.open_pull_request(REGISTRY, setup)
}

fn registry_files() -> BTreeMap<String, String> {
    [
        ("README.md", "# The registry of digital public goods\n"),
        ("nominee-schema.json", include_str!("../../../tests/data/registry/nominee-schema.json")),
        ("screening-schema.json", include_str!("../../../tests/data/registry/screening-schema.json")),
        ("nominees/datawinners.json", include_str!("../../../tests/data/nominees/datawinners.json")),
        ("nominees/deon.json", include_str!("../../../tests/data/nominees/deon.json")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}
