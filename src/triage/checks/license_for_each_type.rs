//! `license-for-each-type`: whatever the project is, a license approved for it is declared.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        license,
        policy::Standing,
        prose::{code, listed},
    },
};

pub const CHECK: Check = Check {
    id: "license-for-each-type",
    indicator: "Indicator 2: open license",
    topic: "A license for each type",
    title: "Each type has a license approved for it",
    severities: &[Severity::Must],
    why: "Software, data and content have lists of approved licenses of their own. A project that is several needs a \
          license for each: the software license says nothing about its texts and data.",
    how: "Add the license of that part to `license`, or delete the type from `type` if the project is not of it.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/help-center/licenses.md",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\", \"content\"], \"license\": [{\"spdx\": \"MIT\"}, {\"spdx\": \"CC-BY-4.0\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\", \"content\"], \"license\": [{\"spdx\": \"MIT\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let licenses = &case.policy.licenses;
    let known = |id: &str| license::is_spdx(id) || licenses.known().any(|known| known == id);
    let declared: Vec<&str> = (case.nomination.licenses.iter())
        .filter_map(|license| license.spdx.as_ref())
        // A spelling that the registry does not have is told by `license-id`; which license it is, is plain.
        .map(|id| licenses.spelling(&id.value))
        .collect();
    let types = &case.nomination.types;
    // One fault, one finding: ids first, then whether each is approved for anything here, then this.
    let each_is_approved = declared.iter().all(|id| {
        known(id) && types.iter().any(|kind| licenses.standing(id, &kind.value) != Standing::NotApproved)
    });
    if declared.is_empty() || types.is_empty() || !each_is_approved {
        return Outcome::NotApplicable;
    }
    let findings = (types.iter())
        .filter(|kind| matches!(kind.value.as_str(), "software" | "data" | "content"))
        .filter(|kind| declared.iter().all(|id| licenses.standing(id, &kind.value) == Standing::NotApproved))
        .map(|kind| {
            let names = listed(declared.iter().map(|id| code(*id)).collect(), 4);
            let message = match declared.len() {
                1 => names.then(" is not approved for the declared type ".into()),
                _ => prose!["None of "].then(names).then(" is approved for the declared type ".into()),
            };
            let message = message.then(prose![
                code(kind.value.as_str()),
                ". If that type is right, add the license of that part; if not, delete it from ",
                code(case.nomination.kind.fields().types),
                ". See ",
            ]);
            let list = case.evidence.pages.licenses("the approved licenses", licenses.own.as_deref());
            Finding::must(message.then(list).then(".".into())).at(&kind.spot)
        });
    Outcome::of(findings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation;

    fn said(text: &str) -> Vec<String> {
        documentation::said_of(&CHECK, text)
    }

    /// A spelling of the id that is to change hides nothing.
    #[test]
    fn a_type_without_a_license_is_told_beside_the_spelling() {
        let said = said(r#"{"type": ["software", "content"], "license": [{"spdx": "AGPL-3.0-only"}]}"#);
        assert!(
            said.len() == 1
                && said[0].starts_with("`AGPL-3.0` is not approved for the declared type `content`."),
            "{said:?}"
        );
    }
}
