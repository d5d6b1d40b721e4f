//! `license-url`: the link leads to the license of this project, not to a license as such.

use url::Url;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        nomination::Located,
        prose::theirs,
        repository::{Address, page},
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

/// Hosts that show licenses as such, and search engines.
const GENERIC: [&str; 18] = [
    "creativecommons.org",
    "gnu.org",
    "opensource.org",
    "spdx.org",
    "choosealicense.com",
    "opendatacommons.org",
    "tldrlegal.com",
    "en.wikipedia.org",
    "wikipedia.org",
    "google.com",
    "bing.com",
    "unlicense.org",
    "mozilla.org",
    "eclipse.org",
    "fsf.org",
    "eupl.eu",
    "joinup.ec.europa.eu",
    "nationalarchives.gov.uk",
];

fn judge(case: &Case<'_>) -> Outcome {
    let licenses = &case.nomination.licenses;
    if licenses.is_empty() {
        return Outcome::NotApplicable;
    }
    let findings = licenses.iter().filter_map(|license| match &license.url {
        None => None,
        Some(url) => of_one(case, url),
    });
    Outcome::of(findings.collect())
}

fn of_one(case: &Case<'_>, url: &Located<String>) -> Option<Finding> {
    let written = url.value.trim();
    let finding = if written.is_empty() {
        Finding::must(prose!["There is no link to the license. ", where_to_find(case)])
    } else if written.split_whitespace().count() > 1 || written.matches("://").count() > 1 {
        Finding::must(prose![
            theirs(written),
            " is not one address. Write one link for each license, each in an entry of its own.",
        ])
    } else {
        let Some(parsed) = web_address(written) else {
            let message = prose![theirs(written), " is not a web address. ", where_to_find(case)];
            return Some(Finding::must(message).at(&url.spot));
        };
        let host = parsed.host_str().unwrap_or_default().trim_start_matches("www.");
        if is_generic(host, parsed.path()) {
            Finding::must(prose![
                theirs(written),
                " shows a license as such, not that this project is under it. ",
                where_to_find(case),
            ])
        } else {
            Finding::should(weaker(case, written, &parsed)?)
        }
    };
    Some(finding.at(&url.spot))
}

fn web_address(written: &str) -> Option<Url> {
    let with_scheme = if written.contains("://") { written.to_owned() } else { format!("https://{written}") };
    let url = Url::parse(&with_scheme).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.')))
        .then_some(url)
}

fn is_generic(host: &str, path: &str) -> bool {
    GENERIC.contains(&host)
        || host == "apache.org" && path.starts_with("/licenses")
        || host == "docs.github.com"
}

/// A page that may say it, but is not the license file itself.
fn weaker(case: &Case<'_>, written: &str, parsed: &Url) -> Option<crate::triage::prose::Prose> {
    let file = parsed.path().rsplit('/').next().unwrap_or_default().to_lowercase();
    match Address::read(written) {
        Address::GitHub(_) | Address::GitHubOwner(_) | Address::GitHubPage => {
            Some(prose![theirs(written), " is a front page, not the license. ", where_to_find(case),])
        }
        Address::GitHubInside(_) if file.starts_with("readme") || MANIFESTS.contains(&file.as_str()) => {
            Some(prose![
                theirs(written),
                " is not the license file, though it may name the license. ",
                where_to_find(case),
            ])
        }
        Address::GitHubInside(_) => None,
        _ if file.starts_with("readme") || MANIFESTS.contains(&file.as_str()) => Some(prose![
            theirs(written),
            " is not the license file, though it may name the license. ",
            where_to_find(case),
        ]),
        Address::NoRepository { .. }
            if parsed.path().len() <= 1 && parsed.query().is_none() && has_repository(case) =>
        {
            Some(prose![theirs(written), " is a home page, not the license. ", where_to_find(case)])
        }
        // A page of the project's about its license: what holds is the file in the repository.
        _ if has_repository(case)
            && is_software(case)
            && !file.contains("license")
            && !file.contains("licence")
            && !file.contains("copying") =>
        {
            Some(prose![
                theirs(written),
                " is a page of a website; what holds is the license file beside the code. ",
                where_to_find(case),
            ])
        }
        _ => None,
    }
}

const MANIFESTS: [&str; 6] =
    ["package.json", "setup.py", "pyproject.toml", "composer.json", "cargo.toml", "pom.xml"];

/// Whether the source lies on github.com, be it only by the owner's page that was listed.
fn has_repository(case: &Case<'_>) -> bool {
    let on_github = |written: &str| {
        matches!(
            Address::read(written),
            Address::GitHub(_) | Address::GitHubInside(_) | Address::GitHubOwner(_)
        )
    };
    case.nomination.repositories.iter().any(|listed| on_github(&listed.url.value))
}

fn is_software(case: &Case<'_>) -> bool {
    case.nomination.types.iter().all(|kind| kind.value == "software") && !case.nomination.types.is_empty()
}

fn where_to_find(case: &Case<'_>) -> crate::triage::prose::Piece {
    let repository = case
        .nomination
        .repositories
        .iter()
        .find_map(|listed| Address::read(&listed.url.value).on_github().cloned());
    match repository {
        Some(name) => format!("Open {}, click its license file, and copy the address.", page(&name)).into(),
        None => "Link the page or file in which the project states its license.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_texts_are_told_from_the_projects_own() {
        for (host, path, generic) in [
            ("creativecommons.org", "/licenses/by/4.0/", true),
            ("apache.org", "/licenses/LICENSE-2.0", true),
            ("apache.org", "/foundation", false),
            ("openclinic.org", "/license", false),
        ] {
            assert_eq!(is_generic(host, path), generic, "{host}{path}");
        }
    }
}
