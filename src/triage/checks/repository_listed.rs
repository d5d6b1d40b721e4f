//! `repository-listed`: the source can be found.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        prose::code,
    },
};

pub const CHECK: Check = Check {
    id: "repository-listed",
    indicator: "The source",
    topic: "Repository",
    title: "At least one repository is listed",
    severities: &[Severity::Must, Severity::Should],
    why: "Open software is open where its source is. For data and content a repository helps too, but a website may do.",
    how: "Add the address of each repository to `repositories`: `\"repositories\": [{ \"name\": \"main\", \"url\": \
          \"https://github.com/OWNER/REPOSITORY\" }]`.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\"], \"repositories\": [{\"url\": \"https://github.com/open-clinic/app\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\"], \"repositories\": [{\"name\": \"main\", \"url\": \"\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let nomination = case.nomination;
    if !nomination.repositories.is_empty() {
        return Outcome::Met;
    }
    let spot = (nomination.document.as_ref())
        .and_then(|root| root.get("repositories").or_else(|| root.get("repositoryURL")))
        .map(|node| node.spot.clone());
    let software = nomination.types.iter().any(|kind| matches!(kind.value.as_str(), "software" | "aimodel"));
    let mut finding = if software {
        Finding::must(prose![
            "No repository is listed. Add the address at which the source lies to ",
            code("repositories"),
            ".",
        ])
    } else {
        Finding::should(prose![
            "No repository is listed. If the files lie in one, add its address to ",
            code("repositories"),
            "."
        ])
    };
    finding.spot = spot;
    Outcome::NotMet(vec![finding])
}
