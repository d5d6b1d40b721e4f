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
    why: "The website shows in which countries projects are developed and used. It finds each by the name that the \
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

/// So many corrections each show their line.
const FEW: usize = 3;

fn judge(case: &Case<'_>) -> Outcome {
    let locations = case.nomination.document.as_ref().and_then(|root| root.get("locations"));
    let mut is_whole = true;
    let mut findings = Vec::new();
    for (key, words) in [("developmentCountries", "developed"), ("deploymentCountries", "in use")] {
        let list = locations.and_then(|locations| locations.get(key));
        let Some(list) = list.filter(|node| matches!(node.value, Value::Array(_))) else {
            is_whole = false;
            continue;
        };
        if list.items().iter().all(is_blank) {
            let piece = Piece::from(format!("where the project is {words} (`{key}`)"));
            let message = prose!["No country is named ", piece, ". Name each as an entry of its own."];
            findings.push(Finding::should(message).at(&list.spot));
            continue;
        }
        let unlisted: Vec<(&Node, &str, Reading)> = (list.items().iter())
            .filter_map(|entry| {
                let written = entry.as_str()?;
                Some((entry, written, case.policy.countries.read(written)))
            })
            .filter(|(_, _, reading)| *reading != Reading::Listed)
            .take(MOST)
            .collect();
        let named = |reading: &Reading| matches!(reading, Reading::Spelled(_) | Reading::Called(_));
        let many = unlisted.iter().filter(|(_, _, reading)| named(reading)).count() > FEW;
        findings.extend(unlisted.into_iter().map(|(entry, written, reading)| {
            let finding = if is_blank(entry) { blank(key) } else { told(written, reading, many) };
            finding.at(&entry.spot)
        }));
    }
    if findings.is_empty() && !is_whole {
        // That a list is missing is for the schema to tell.
        return Outcome::NotChecked { why: "a list of countries is missing".into(), told: true };
    }
    Outcome::of(findings)
}

fn is_blank(entry: &Node) -> bool {
    entry.as_str().is_some_and(|text| text.trim().is_empty())
}

fn blank(key: &'static str) -> Finding {
    let message = prose!["An entry of ", code(key), " is blank. Delete it."];
    Finding::should(message).mend(Correction::Entries(Vec::new()))
}

/// What is to say of an entry that is not on the list.
fn told(written: &str, reading: Reading, many: bool) -> Finding {
    match reading {
        Reading::Spelled(name) => {
            let mut finding = the_registry_writes(written, name, many);
            finding.mechanical = true;
            finding
        }
        Reading::Called(name) => the_registry_writes(written, name, many),
        Reading::OneOf(names) => {
            let names = names.into_iter().map(code).collect();
            let message =
                prose![theirs(written), " is not in the registry's list of countries. It may be one of "];
            let rest = prose![". Write the one that is meant."];
            Finding::should(Prose([message.0, listed(names, 3).0, rest.0].concat()))
        }
        Reading::Several(names) => {
            let message =
                prose![theirs(written), " names several countries. Write each as an entry of its own."];
            Finding::should(message).mend(Correction::Entries(names))
        }
        Reading::Listed | Reading::Unknown => Finding::should(prose![
            theirs(written),
            " is not in the registry's list of countries. Name the countries that are meant, in English and each as an \
             entry of its own.",
        ]),
    }
}

/// Of many, each differs only in the country's name and shows no line of its own, so that a report lists them in
/// one breath.
fn the_registry_writes(written: &str, name: String, many: bool) -> Finding {
    let (message, correction) = if many {
        let message = prose!["The registry writes this country as ", code(name.as_str()), "."];
        (message, Correction::Entries(vec![name]))
    } else {
        let message = prose!["The registry writes ", theirs(written), " as ", code(name.as_str()), "."];
        (message, Correction::Text(name))
    };
    let mut finding = Finding::should(message);
    finding.correction = Some(correction);
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{
        correction::{apply, edits},
        nomination::{Filed, parse},
        policy::Policy,
    };

    fn outcome(text: &str) -> (String, Outcome) {
        let filed = Filed { path: "digitalpublicgoods/x.json".into(), kind: Kind::Submission, schema: None };
        let (nomination, faults) = parse(filed, text.as_bytes());
        let case = Case {
            nomination: &nomination,
            faults: &faults,
            evidence: &no_evidence(),
            policy: Policy::built_in(),
            day: Default::default(),
            siblings: &[],
            other_files: &[],
        };
        let outcome = judge(&case);
        let mended = outcome.findings().iter().filter(|finding| finding.mechanical);
        let edits = edits(nomination.document.as_ref().unwrap(), &nomination.source, mended);
        let mended = apply(text, &edits);
        (mended, outcome)
    }

    /// What is found in a list, and the list with its spellings mended.
    fn judged(countries: &str) -> (Vec<Finding>, String) {
        let (mended, outcome) =
            outcome(&format!("{{\"locations\": {{\"developmentCountries\": {countries}}}}}"));
        let list = mended.split_once(": {\"developmentCountries\": ").unwrap().1.trim_end_matches('}');
        (outcome.findings().to_vec(), list.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn only_a_spelling_is_mended_unasked() {
        for (written, mended, open) in [
            (r#"["Kenya", ""]"#, r#"[ "Kenya" ]"#, 1),
            (r#"["kenya"]"#, r#"["Kenya"]"#, 1),
            (r#"["Kenya and Chad"]"#, r#"[ "Kenya", "Chad" ]"#, 1),
            (r#"["USA"]"#, r#"["USA"]"#, 1),
            (r#"["", " "]"#, r#"["", " "]"#, 1),
            ("[]", "[]", 1),
            (r#"["Kenya", 5, null]"#, r#"["Kenya", 5, null]"#, 0),
            (r#"["kenya", "peru", "UK", "chad", "Mali"]"#, r#"[ "Kenya", "Peru", "UK", "Chad", "Mali" ]"#, 4),
        ] {
            let (findings, list) = judged(written);
            assert_eq!((findings.len(), list.as_str()), (open, mended), "{written}");
        }
    }

    #[test]
    fn what_is_missing_is_not_fine() {
        for text in ["{}", r#"{"locations": {}}"#, r#"{"locations": {"developmentCountries": ["Kenya"]}}"#] {
            assert!(matches!(outcome(text).1, Outcome::NotChecked { told: true, .. }), "{text}");
        }
    }

    #[test]
    fn a_list_without_end_is_told_in_part() {
        let (findings, _) = judged(&format!("[{}\"Kenya\"]", "\"Nowhere\", ".repeat(5_000)));
        assert_eq!(findings.len(), MOST);
    }
}
