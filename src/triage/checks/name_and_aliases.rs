//! `name-and-aliases`: the project and its repositories are named as people will search for them.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        filler::is_filler,
        finding::{Correction, Finding, Severity},
        nomination::Nomination,
        prose::{code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "name-and-aliases",
    indicator: "The file",
    topic: "Name and aliases",
    title: "Name and aliases are each a name of its own",
    severities: &[Severity::Should, Severity::Hint],
    why: "The website shows the name and finds the project by each alias. An alias that repeats the name, or several in \
          one text, are found by nobody.",
    how: "Write the full name into `name` and each other name as an entry of its own into `aliases`. A project without \
          another name has `\"aliases\": []`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\", \"aliases\": [\"Clinica abierta\", \"OC\"]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\", \"aliases\": [\"Open clinic\", \"Clinica abierta, OC\"]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// Where the aliases stand.
const LIST: &str = "/aliases";

fn judge(case: &Case<'_>) -> Outcome {
    let nomination = case.nomination;
    let mut findings = Vec::new();
    if let Some(name) = &nomination.name {
        if name.value.trim() != name.value {
            let message = prose!["The name begins or ends with a blank."];
            findings.push(
                Finding::should(message).at(&name.spot).mend(Correction::Text(name.value.trim().to_owned())),
            );
        }
        for alias in &nomination.aliases {
            if alias.value.trim().to_lowercase() == name.value.trim().to_lowercase() {
                let message =
                    prose!["The alias ", theirs(alias.value.as_str()), " is the name itself. Delete it."];
                let finding = Finding::should(message).at(&alias.spot);
                // In other capitals it may be a spelling that people search for.
                let same = alias.value.trim() == name.value.trim();
                findings.push(if same { finding.mend(Correction::Entries(Vec::new())) } else { finding });
            }
        }
    }
    for alias in &nomination.aliases {
        let is_blank = alias.value.trim().is_empty();
        // A blank in place of the list: the form leaves it so, and of a nominee the schema tells.
        if is_blank && alias.spot.pointer == LIST {
            continue;
        }
        if is_blank || alias.value.is_ascii() && is_filler(&alias.value) {
            let what = match is_blank {
                true => prose!["An alias is blank"],
                false => prose!["The alias ", theirs(alias.value.as_str()), " is no name"],
            };
            let message =
                what.then(prose![". A project without another name has ", code("\"aliases\": []"), "."]);
            findings.push(Finding::hint(message).at(&alias.spot).mend(Correction::Entries(Vec::new())));
        } else if let Some(names) = several(&alias.value) {
            let message = prose![
                "The alias ",
                theirs(alias.value.as_str()),
                " looks like several. Write each as an entry of its own.",
            ];
            let finding = Finding::should(message).at(&alias.spot);
            findings.push(if is_surely_several(&names) {
                finding.mend(Correction::Entries(new_among(names, nomination)))
            } else {
                finding
            });
        }
    }
    for name in nomination.repositories.iter().filter_map(|repository| repository.name.as_ref()) {
        if name.value.contains('/') {
            let message = prose![
                "The repository's name ",
                theirs(name.value.as_str()),
                " has a slash in it. Write a short name, for example ",
                code("main"),
                ".",
            ];
            findings.push(Finding::should(message).at(&name.spot));
        }
    }
    Outcome::of(findings)
}

/// Several short names with commas between them; one with a comma inside (as "Ministry of Health, Kenya") is none.
fn several(alias: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = alias.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let short = |part: &&str| part.split_whitespace().count() <= 4;
    // "for Skills, Education and Employment" is one name.
    if parts.last().is_some_and(|last| last.split(' ').any(|word| matches!(word, "and" | "&" | "y" | "et"))) {
        return None;
    }
    (parts.len() >= 3 || parts.len() == 2 && parts.iter().all(short))
        .then(|| parts.into_iter().map(str::to_owned).collect())
}

/// "DHIS, DHIS 2" is; "Ministry of Health, Kenya", "Acme, Inc." and "1,000 Lives" may be one name.
fn is_surely_several(names: &[String]) -> bool {
    let words =
        |name: &str| -> Vec<String> { name.to_lowercase().split_whitespace().map(str::to_owned).collect() };
    let (first, second) = (words(&names[0]), words(&names[1]));
    let alike = names.len() > 2 || first.iter().any(|word| second.contains(word));
    let is_name = |name: &String| {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        name.split_whitespace().count() <= 2
            && letters > 2
            && !LEGAL_FORMS.contains(&name.to_lowercase().as_str())
    };
    alike && names.iter().all(is_name)
}

/// What stands behind the comma in the name of a company.
const LEGAL_FORMS: [&str; 8] = ["inc.", "inc", "ltd.", "ltd", "llc", "gmbh", "corp.", "corp"];

/// Those that the nomination does not have already.
fn new_among(names: Vec<String>, nomination: &Nomination) -> Vec<String> {
    let lower = |name: &str| name.trim().to_lowercase();
    let written = nomination.name.iter().chain(&nomination.aliases);
    let mut known: Vec<String> = written.map(|written| lower(&written.value)).collect();
    let mut new = Vec::new();
    for name in names {
        if !known.contains(&lower(&name)) {
            known.push(lower(&name));
            new.push(name);
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation;

    fn said(text: &str) -> Vec<String> {
        documentation::said_of(&CHECK, text)
    }

    #[test]
    fn a_word_for_none_is_no_alias() {
        for none in ["-", "N/A", "None", "NA", ""] {
            let said = said(&serde_json::json!({"name": "X", "aliases": [none]}).to_string());
            assert!(
                said.len() == 1 && said[0].contains("A project without another name has"),
                "{none}: {said:?}"
            );
        }
        for some in ["NASA", "地图", "No Poverty"] {
            assert_eq!(said(&serde_json::json!({"name": "X", "aliases": [some]}).to_string()), [""; 0]);
        }
    }
}
