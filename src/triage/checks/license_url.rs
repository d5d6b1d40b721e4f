//! `license-url`: the link leads to the license of this project, not to a license as such.

use url::Url;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        evidence::{self, LicensePlace},
        finding::{Correction, Finding, Severity},
        license_text::address::is_generic,
        nomination::{Kind, License},
        prose::{Prose, link, theirs},
        repository::Address,
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "license-url",
    indicator: "Indicator 2: open license",
    topic: "Link to the license",
    title: "The link leads to the project's own license",
    severities: &[Severity::Must, Severity::Should],
    why: "The text of a license as such proves nothing. What counts is where the project says that it is under it: as a \
          rule the license file in its repository.",
    how: "Open the repository, click the license file (`LICENSE`, `COPYING` or the like) and copy the address from the \
          browser, for example `https://github.com/OWNER/REPOSITORY/blob/main/LICENSE`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"license\": [{\"spdx\": \"MIT\", \"licenseURL\": \"https://github.com/open-clinic/app/blob/main/LICENSE\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"license\": [{\"spdx\": \"MIT\", \"licenseURL\": \"https://opensource.org/licenses/MIT\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let licenses = &case.nomination.licenses;
    if licenses.is_empty() {
        return Outcome::NotApplicable;
    }
    Outcome::of(licenses.iter().filter_map(|license| of_one(case, license)).collect())
}

fn of_one(case: &Case<'_>, license: &License) -> Option<Finding> {
    let url = license.url.as_ref()?;
    let written = url.value.trim();
    let (must, what) = if written.is_empty() {
        (true, prose!["There is no link to the license."])
    } else if let Some(finding) = more_than_a_link(case, license, written) {
        return Some(finding.at(&url.spot));
    } else {
        match web_address::page(written) {
            None => (true, prose![theirs(written), " is not a web address."]),
            Some(parsed) if is_generic(&parsed) => {
                let what = match is_front(&parsed) {
                    true => " is a home page, not the license.",
                    false => " shows a license as such, not that this project is under it.",
                };
                (true, prose![theirs(written), what])
            }
            Some(parsed) => match evidence::led_to(case.evidence, written).filter(is_generic) {
                Some(end) => (
                    true,
                    prose![
                        theirs(written),
                        " leads on to ",
                        theirs(end.as_str()),
                        ", which shows a license as such, not that this project is under it.",
                    ],
                ),
                None => (false, weaker(case, written, &parsed)?),
            },
        }
    };
    let (where_to_find, suggestion) = where_to_find(case, license);
    let message = what.and(where_to_find);
    let finding = if must { Finding::must(message) } else { Finding::should(message) };
    Some(Finding { correction: suggestion.map(Correction::Text), ..finding.at(&url.spot) })
}

/// What is said of a text that holds a link, and something beside it.
fn more_than_a_link(case: &Case<'_>, license: &License, written: &str) -> Option<Finding> {
    let all = web_address::all_in(written);
    let (message, kept) = match all[..] {
        [] => return None,
        [one] if one == written => return None,
        [one] => {
            let beside = prose![theirs(written), " has words beside the link"];
            match web_address::page(one) {
                Some(page) if !is_generic(&page) && weaker(case, one, &page).is_none() => {
                    (beside.then(prose![". Write the link alone: ", theirs(one), "."]), Some(one))
                }
                // The link is none that could stay.
                _ => (beside.then(".".into()).and(where_to_find(case, license).0), None),
            }
        }
        _ => {
            let named = license.spdx.as_ref().map(|id| id.value.trim()).filter(|id| !id.is_empty());
            let kept = named.map_or("the license".into(), theirs);
            (prose![theirs(written), format!(" has {} links. Keep the one for ", all.len()), kept, "."], None)
        }
    };
    // The form asks for links, and for what is to be said with them.
    let finding = match case.nomination.kind {
        Kind::Application => Finding::should(message),
        Kind::Nominee | Kind::Submission => Finding::must(message),
    };
    Some(match kept {
        Some(one) => finding.suggest(one),
        None => finding,
    })
}

fn is_front(page: &Url) -> bool {
    page.path().len() <= 1 && page.query().is_none()
}

/// What a page is that may name the license, but is not the license file itself.
fn weaker(case: &Case<'_>, written: &str, parsed: &Url) -> Option<Prose> {
    let file = parsed.path().rsplit('/').next().unwrap_or_default().to_lowercase();
    let other_file = file.starts_with("readme") || MANIFESTS.contains(&file.as_str());
    let what = match Address::read(written) {
        Address::GitHub(_) | Address::GitHubOwner(_) | Address::GitHubPage | Address::ForgeOwner { .. } => {
            " is a front page, not the license."
        }
        Address::Forge(address) if case.evidence.is_repository(&address.clone().into()) => {
            " is a front page, not the license."
        }
        Address::Gist if on_forge(case) && is_software(case) => {
            " is a gist: files on GitHub that lie in no repository. For software, the license file in the repository counts."
        }
        Address::Gist => return None,
        _ if other_file => " is not the license file, though it may name the license.",
        Address::GitHubInside(_) | Address::ForgeInside(_) => return None,
        Address::NoRepository { .. } if is_front(parsed) && on_forge(case) => {
            " is a home page, not the license."
        }
        // What counts is the file beside the code, whatever a website says.
        _ if on_forge(case) && is_software(case) => {
            " is a page of a website. For software, the license file in the repository counts."
        }
        _ => return None,
    };
    Some(prose![theirs(written), what])
}

const MANIFESTS: [&str; 6] =
    ["package.json", "setup.py", "pyproject.toml", "composer.json", "cargo.toml", "pom.xml"];

/// Whether the source lies on a forge, be it only by the owner's page that was listed.
fn on_forge(case: &Case<'_>) -> bool {
    let is_there = |written: &str| match Address::read(written) {
        Address::GitHubOwner(_) | Address::ForgeOwner { .. } => true,
        address => address.within().is_some_and(|repository| case.evidence.is_repository(&repository)),
    };
    case.nomination.repositories.iter().any(|listed| is_there(&listed.url.value))
}

fn is_software(case: &Case<'_>) -> bool {
    case.nomination.types.iter().all(|kind| kind.value == "software") && !case.nomination.types.is_empty()
}

/// How to get at the address: ready, where the license file of a listed repository was found to be this license.
fn where_to_find(case: &Case<'_>, declared: &License) -> (Prose, Option<String>) {
    if let Some(page) = evidence::file_of(case.nomination, case.evidence, declared) {
        let here = link("the license file in the repository", page.as_str());
        return (prose!["Link ", here, "."], Some(page));
    }
    let prose = match evidence::license_place(case.nomination, case.evidence) {
        LicensePlace::In(name) => prose![
            "Open ",
            link(name.to_string(), name.page()),
            ", click its license file, and copy the address from the browser.",
        ],
        LicensePlace::NotYetIn(name) => prose![
            "Link the license file in ",
            link(name.to_string(), name.page()),
            " as soon as there is one: none was found there.",
        ],
        LicensePlace::Nowhere => "Link the page or file in which the project states its license.".into(),
    };
    (prose, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    fn said(path: &'static str, text: &str) -> Vec<String> {
        let outcome = outcome(&CHECK, &Example { path, text: text.to_owned().leak(), ..CHECK.fails }).outcome;
        outcome.findings().iter().map(|finding| finding.message.plain()).collect()
    }

    #[test]
    fn what_is_no_single_link_is_told_by_what_it_is() {
        let file = "https://github.com/open-clinic/app/blob/main/LICENSE";
        for (written, told) in [
            ("SDG3: Good Health, SDG4: Education".to_owned(), "is not a web address."),
            (
                format!("It is under MIT, see {file}."),
                "has words beside the link. Write the link alone: \"https",
            ),
            (
                "MIT: https://opensource.org/licenses/MIT".to_owned(),
                "has words beside the link. Link the page",
            ),
            (format!("{file}, https://openclinic.example/data"), "has 2 links. Keep the one for \"MIT\"."),
        ] {
            let text = serde_json::json!({"license": [{"spdx": "MIT", "licenseURL": written}]}).to_string();
            let nominee = said("nominees/open-clinic.json", &text);
            assert!(nominee.len() == 1 && nominee[0].contains(told), "{nominee:?}");
            let text = serde_json::json!({"name": "X", "openlicenses": [
                {"openLicense": "MIT", "openLicenseEvidenceURLs": written}]});
            assert_eq!(said("7.json", &text.to_string()), nominee);
        }
        let archived = format!("https://web.archive.org/web/2024/{file}");
        let text = serde_json::json!({"license": [{"spdx": "MIT", "licenseURL": archived}]}).to_string();
        assert_eq!(said("nominees/open-clinic.json", &text), [""; 0]);
    }
}
