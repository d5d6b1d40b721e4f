//! `license-url-owner`: the license that is linked is this project's.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        evidence,
        finding::{Finding, Severity},
        license_text::address::is_generic,
        prose::theirs,
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
    let listed: Vec<String> =
        (case.nomination.repositories.iter()).flat_map(|listed| owners(case, &listed.url.value)).collect();
    if listed.is_empty() {
        return Outcome::NotApplicable;
    }
    let linked = || case.nomination.licenses.iter().filter_map(|license| license.url.as_ref());
    let (project, other): (Vec<_>, Vec<_>) = linked().partition(|url| may_be_of_project(case, &url.value));
    let findings = project.iter().filter_map(|url| {
        // One name on two forges is as a rule one project that mirrors itself.
        let is_other = |owner: &String| !listed.iter().any(|listed| listed.eq_ignore_ascii_case(owner));
        let end = evidence::led_to(case.evidence, &url.value).map(String::from);
        let what = if owner_of_file(case, &url.value).is_some_and(|owner| is_other(&owner)) {
            prose![theirs(url.value.as_str()), " lies"]
        } else {
            let end = end.filter(|end| owner_of_file(case, end).is_some_and(|owner| is_other(&owner)))?;
            prose![theirs(url.value.as_str()), " leads on to ", theirs(end), ", which lies"]
        };
        let here = match evidence::license_place(case.nomination, case.evidence) {
            evidence::LicensePlace::In(_) => "Link the license file of a listed repository, or list",
            // There is none to link yet.
            evidence::LicensePlace::NotYetIn(_) | evidence::LicensePlace::Nowhere => {
                "If it is the project's own, list"
            }
        };
        let message = what.then(prose![
            " in a repository of somebody else. ",
            here,
            " the repository that this one lies in."
        ]);
        Some(Finding::should(message).at(&url.spot))
    });
    // A license as such is nobody's, and what is no address leads to none: `license-url` says so.
    let unknown = (!other.is_empty()).then(|| ("another address is asked for".into(), true));
    Outcome::over(findings.collect(), unknown, !project.is_empty())
}

/// Whether it is an address that can be of one project.
fn may_be_of_project(case: &Case<'_>, written: &str) -> bool {
    let end = evidence::led_to(case.evidence, written);
    web_address::page(written).is_some_and(|url| !is_generic(&url))
        && !end.is_some_and(|end| is_generic(&end))
}

/// The owner that a listed address names, and the present one of a repository that has moved.
fn owners(case: &Case<'_>, written: &str) -> Vec<String> {
    match Address::read(written) {
        Address::GitHubOwner(owner) => vec![owner],
        Address::ForgeOwner { path, .. } => vec![path.split('/').next().unwrap_or_default().to_owned()],
        address => {
            let repository = address.within().filter(|repository| case.evidence.is_repository(repository));
            let present = repository.iter().filter_map(|repository| {
                case.evidence.repository(repository).found().map(|facts| facts.name.owner().to_owned())
            });
            let present: Vec<String> = present.collect();
            repository.map(|repository| repository.owner().to_owned()).into_iter().chain(present).collect()
        }
    }
}

/// The owner of the repository that a linked file lies in.
fn owner_of_file(case: &Case<'_>, written: &str) -> Option<String> {
    let address = Address::read(written);
    let is_file = matches!(address, Address::ForgeInside(_));
    let within = address.within().filter(|repository| is_file || case.evidence.is_repository(repository));
    within.map(|repository| repository.owner().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    /// The page of a license as such is nobody's.
    #[test]
    fn what_is_of_no_project_does_not_lie_with_this_one() {
        for address in ["https://opensource.org/licenses/MIT", "the MIT license"] {
            let text = CHECK
                .meets
                .text
                .replace("https://github.com/open-clinic/app/blob/main/LICENSE", address)
                .leak();
            let outcome = outcome(&CHECK, &Example { text, ..CHECK.meets }).outcome;
            assert!(matches!(outcome, Outcome::NotChecked { told: true, .. }), "{address}: {outcome:?}");
        }
    }
}
