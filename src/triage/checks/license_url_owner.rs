//! `license-url-owner`: the license that is linked is this project's.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        prose::theirs,
        pull_request::RepositoryName,
        repository::Address,
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "license-url-owner",
    indicator: "Indicator 2: open license",
    topic: "Whose license is linked",
    title: "The linked license lies with the project",
    severities: &[Severity::Should],
    why: "A license file in somebody else's repository says nothing about this project; it often comes from a template.",
    how: "Link the license file in one of the repositories that are listed, or list the repository that it lies in.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"license\": [{\"spdx\": \"MIT\", \"licenseURL\": \"https://github.com/open-clinic/app/blob/main/LICENSE\"}], \
               \"repositories\": [{\"url\": \"https://github.com/open-clinic/app\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"license\": [{\"spdx\": \"MIT\", \"licenseURL\": \"https://github.com/template/readme/blob/main/LICENSE\"}], \
               \"repositories\": [{\"url\": \"https://github.com/open-clinic/app\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let listed: Vec<RepositoryName> =
        (case.nomination.repositories.iter()).filter_map(|listed| owner(&listed.url.value)).collect();
    if listed.is_empty() {
        return Outcome::NotApplicable;
    }
    let linked = case.nomination.licenses.iter().filter_map(|license| license.url.as_ref());
    let findings = linked.filter_map(|url| {
        let inside = inside(&url.value)?;
        let same_owner = |name: &RepositoryName| name.owner.eq_ignore_ascii_case(&inside.owner);
        if listed.iter().any(same_owner) {
            return None;
        }
        let message = prose![
            theirs(url.value.as_str()),
            " lies in a repository of somebody else. Link the license file of a listed repository, or list the \
             repository that this one lies in.",
        ];
        Some(Finding::should(message).at(&url.spot))
    });
    Outcome::of(findings.collect())
}

/// The repository, or at least the owner, that a listed address names.
fn owner(written: &str) -> Option<RepositoryName> {
    match Address::read(written) {
        Address::GitHub(name) | Address::GitHubInside(name) => Some(name),
        Address::GitHubOwner(owner) => Some(RepositoryName::new(owner, "")),
        _ => None,
    }
}

/// The repository that a linked file lies in, also as GitHub serves raw files.
fn inside(written: &str) -> Option<RepositoryName> {
    if let Address::GitHub(name) | Address::GitHubInside(name) = Address::read(written) {
        return Some(name);
    }
    let url = web_address::page(written)?;
    let mut parts = web_address::parts(&url).into_iter();
    (web_address::host(&url) == "raw.githubusercontent.com")
        .then(|| Some(RepositoryName::new(parts.next()?, parts.next()?)))
        .flatten()
}
