//! `locations`: the countries in which the project is developed and used, by the registry's names.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, no_evidence},
        country::Reading,
        finding::{Correction, Finding, Severity},
        nomination::{
            Kind,
            json::{Node, Value},
        },
        prose::{Piece, Prose, code, listed, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "locations",
    indicator: "The file",
    topic: "Countries",
    title: "The countries are named as the registry names them",
    severities: &[Severity::Should],
    why: "The website shows on a map where projects are developed and used. It finds each country by the name that the \
          registry has for it.",
    how: "Name each country as an entry of its own, in English and as other submissions do: `United States of America`, \
          not `USA`. Regions and sentences are not countries.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "locations": {
    "developmentCountries": ["Kenya"],
    "deploymentCountries": ["Côte d'Ivoire", "Kenya"]
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "locations": {
    "developmentCountries": [""],
    "deploymentCountries": ["Ivory Coast", "East Africa"]
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// So many entries are told; who mends them sees the rest.
const MOST: usize = 50;

fn judge(case: &Case<'_>) -> Outcome {
    let Some(locations) = case.nomination.document.as_ref().and_then(|root| root.get("locations")) else {
        // That they are missing is for the schema to tell.
        return Outcome::NotChecked { why: "the nomination has no locations".into(), told: true };
    };
    let mut findings = Vec::new();
    for (key, words) in [("developmentCountries", "developed"), ("deploymentCountries", "in use")] {
        let Some(list) = locations.get(key).filter(|node| matches!(node.value, Value::Array(_))) else {
            continue;
        };
        if list.items().iter().all(is_blank) {
            let piece = Piece::from(format!("where the project is {words} (`{key}`)"));
            let message = prose!["No country is named ", piece, ". Name each as an entry of its own."];
            findings.push(Finding::should(message).at(&list.spot));
            continue;
        }
        let entries = list.items().iter().filter_map(|entry| {
            if is_blank(entry) {
                let message = prose!["An entry of ", code(key), " is blank. Delete it."];
                return Some(Finding::should(message).at(&entry.spot).mend(Correction::Entries(Vec::new())));
            }
            let written = entry.as_str()?;
            told(written, case.policy.countries.read(written)).map(|finding| finding.at(&entry.spot))
        });
        findings.extend(entries.take(MOST));
    }
    Outcome::of(findings)
}

fn is_blank(entry: &Node) -> bool {
    entry.as_str().is_some_and(|text| text.trim().is_empty())
}

/// What is to say of an entry.
fn told(written: &str, reading: Reading) -> Option<Finding> {
    let the_registry_writes = |name: &str| {
        let message = prose!["The registry writes ", theirs(written), " as ", code(name), "."];
        Finding::should(message)
    };
    let finding = match reading {
        Reading::Listed => return None,
        Reading::Spelled(name) => the_registry_writes(&name).mend(Correction::Text(name)),
        Reading::Called(name) => the_registry_writes(&name).suggest(name),
        Reading::OneOf(names) => {
            let names = names.into_iter().map(code).collect();
            let message =
                prose![theirs(written), " is not in the registry's list of countries. It may be one of ",];
            Finding::should(Prose(
                [message.0, listed(names, 3).0, prose![". Write the one that is meant."].0].concat(),
            ))
        }
        Reading::Several(names) => {
            let message =
                prose![theirs(written), " names several countries. Write each as an entry of its own."];
            Finding::should(message).mend(Correction::Entries(names))
        }
        Reading::Unknown => Finding::should(prose![
            theirs(written),
            " is not in the registry's list of countries. Name the countries that are meant, in English and each as an \
             entry of its own.",
        ]),
    };
    Some(finding)
}
