//! `repository-url`: every listed address is that of a repository.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        prose::{code, link, theirs},
        repository::{Address, Repository},
    },
};

pub const CHECK: Check = Check {
    id: "repository-url",
    indicator: "The source",
    topic: "Address of the repository",
    title: "Each repository's address leads to a repository",
    severities: &[Severity::Should],
    why: "License and source are looked up at this address. An organization's page or a folder inside a repository has \
          no license of its own.",
    how: "Open the repository in a browser and copy the address: on GitHub `https://github.com/OWNER/REPOSITORY`. \
          List each repository that belongs to the project as an entry of its own.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"repositories\": [{ \"url\": \"https://github.com/open-clinic/app\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"repositories\": [{ \"url\": \"https://github.com/open-clinic\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    if case.nomination.repositories.is_empty() {
        return Outcome::NotApplicable;
    }
    let findings = case.nomination.repositories.iter().filter_map(|listed| {
        let written = listed.url.value.as_str();
        let finding = match Address::read(written) {
            Address::GitHub(_) | Address::Forge(_) | Address::Elsewhere { .. } => return None,
            Address::GitHubOwner(owner) => Finding::should(prose![
                link(owner.clone(), format!("https://github.com/{owner}")),
                " is an organization or a person on GitHub, not a repository. Choose from ",
                link("its repositories", format!("https://github.com/{owner}?tab=repositories")),
                " those that make up the project, and list each by its own address.",
            ]),
            Address::GitHubInside(name) => inside(written, &name.into()),
            Address::ForgeInside(address) => inside(written, &address.into()),
            Address::ForgeOwner { host, .. } => Finding::should(prose![
                theirs(written),
                " is the page of a group or a person on ",
                theirs(host),
                ", not a repository. Choose those that make up the project, and list each by its own address.",
            ]),
            Address::GitHubPage => Finding::should(prose![
                theirs(written),
                " is a page of GitHub's, not a repository. A repository's address is ",
                code("https://github.com/OWNER/REPOSITORY"),
                ".",
            ]),
            Address::NoRepository { host } => Finding::should(prose![
                theirs(written),
                " is a page on ",
                theirs(host),
                ", not a repository there. Write the address of the repository itself.",
            ]),
            Address::NotAnAddress => Finding::should(prose![
                theirs(written),
                " is not a web address. A repository's address begins with ",
                code("https://"),
                ".",
            ]),
        };
        Some(finding.at(&listed.url.spot))
    });
    Outcome::of(findings.collect())
}

fn inside(written: &str, repository: &Repository) -> Finding {
    let page = repository.page();
    Finding::should(prose![
        theirs(written),
        " lies inside a repository. Write the repository's own address: ",
        code(page.as_str()),
        ".",
    ])
    .suggest(page)
}
