//! What there is in the world of a row: repositories, accounts, projects, and what answers.

use dpg_triage::fake_github::{
    AccountKind, FakeGitHub, Fault, ForgeKind, How, LicenseSetup, ProjectSetup, RepositorySetup,
};

pub const SOURCE: [(&str, &str); 2] = [("README.md", "# Open Clinic\n"), ("app.py", "print()\n")];

pub const CHANGED: &str = "Permission is granted to use it for non-commercial purposes.";

pub fn published(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
}

/// A repository with source and a README, in which GitHub detects this license.
pub fn plain(full_name: &str, detected: &str) -> RepositorySetup {
    RepositorySetup { license: Some(LicenseSetup::detected(detected)), ..with(full_name, &[]) }
}

/// A repository with source, a README and these files, in which GitHub detects no license.
pub fn with(full_name: &str, files: &[(&str, &str)]) -> RepositorySetup {
    let files = SOURCE.iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    RepositorySetup { full_name: full_name.into(), files: files.collect(), ..RepositorySetup::default() }
}

/// A repository with these files, of which GitHub shows the last one, under the name that it has for it.
pub fn shown_as(detected: &str, files: &[(&str, &str)]) -> RepositorySetup {
    let (shown, others) = files.split_last().unwrap();
    let (spdx_id, (path, text)) = (detected.to_owned(), *shown);
    let license = LicenseSetup { spdx_id, path: path.to_owned(), text: text.to_owned() };
    RepositorySetup { license: Some(license), ..with("open-clinic/app", others) }
}

pub fn add(github: &FakeGitHub, setup: RepositorySetup) {
    github.add_repository(setup).unwrap();
}

pub fn app(github: &FakeGitHub, detected: &str) {
    add(github, plain("open-clinic/app", detected));
}

/// Three repositories, and what GitHub detects in each.
pub fn three(github: &FakeGitHub, detected: [Option<&str>; 3]) {
    for (name, detected) in ["app", "site", "api"].into_iter().zip(detected) {
        let license = detected.map(LicenseSetup::detected);
        add(github, RepositorySetup { license, ..with(&format!("open-clinic/{name}"), &[]) });
    }
}

pub const THREE: &[&str] = &[
    "https://github.com/open-clinic/app",
    "https://github.com/open-clinic/site",
    "https://github.com/open-clinic/api",
];

/// An account with so many repositories.
pub fn account(github: &FakeGitHub, login: &str, kind: AccountKind, repositories: usize) {
    github.add_account(login, kind);
    for number in 0..repositories {
        add(github, plain(&format!("{login}/part-{number}"), "Apache-2.0"));
    }
}

pub fn project(path: &str, license: &str) -> ProjectSetup {
    ProjectSetup::new(path, &[SOURCE[0], SOURCE[1], ("LICENSE", published(license))])
}

pub fn on_gitlab(github: &FakeGitHub, setup: ProjectSetup) {
    github.web().has_project(ForgeKind::GitLab, "gitlab.com", setup);
}

/// GitHub answers whatever is asked about the repository like this.
pub fn fails(github: &FakeGitHub, how: How) {
    app(github, "Apache-2.0");
    github.fail(Fault::new("GET", "/repos/open-clinic/app", 100, how));
}

pub fn answer(status: u16, body: &str) -> How {
    How::Answer { status, headers: Vec::new(), body: body.to_owned() }
}
