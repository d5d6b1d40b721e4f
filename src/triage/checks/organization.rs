//! `organization`: somebody owns or maintains the project, and can be found.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity},
        nomination::{Kind, Organization},
        prose::{code, theirs},
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "organization",
    indicator: "The file",
    topic: "Organization",
    title: "An owner or maintainer is named, with a website",
    severities: &[Severity::Must, Severity::Should, Severity::Hint],
    why: "Indicator 3 asks who owns the project. Reviewers and users have to be able to find and reach that organization.",
    how: "Name in `organizations` at least one with `\"org_type\": \"owner\"` or `\"maintainer\"`, each with its website; a \
          contact there makes questions quicker.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: &[Kind::Nominee],
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: r#"{
  "organizations": [
    {
      "name": "Open Clinic Foundation",
      "website": "https://openclinic.example",
      "org_type": "owner",
      "contact_name": "Ada",
      "contact_email": "ada@openclinic.example"
    }
  ]
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"organizations\": [{\"name\": \"\", \"org_type\": \"owner\"}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let Some(listed) = case.nomination.document.as_ref().and_then(|root| root.get("organizations")) else {
        // The schema asks for the field.
        return Outcome::NotApplicable;
    };
    let organizations = &case.nomination.organizations;
    let named: Vec<&Organization> = organizations.iter().filter(|one| one.is_named()).collect();
    if named.is_empty() {
        let message = prose![
            "No organization is named. Write the name of the owner or maintainer into ",
            code("organizations"),
            "; for a project of one person, that person's name.",
        ];
        return Outcome::NotMet(vec![Finding::must(message).at(&listed.spot)]);
    }
    let mut findings = Vec::new();
    let is_answerable = |one: &&Organization| matches!(one.kind(), Some("owner" | "maintainer"));
    let answerable: Vec<&Organization> = named.iter().copied().filter(is_answerable).collect();
    if answerable.is_empty() {
        let message = prose![
            "No organization is the owner or a maintainer. Say by ",
            code("\"org_type\": \"owner\""),
            " which one is.",
        ];
        findings.push(Finding::should(message).at(&listed.spot));
    }
    for one in &named {
        let name = one.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
        match &one.website {
            Some(website) if web_address::is_address(&website.value) => {}
            Some(website) if !website.value.trim().is_empty() => {
                let message = prose![
                    theirs(website.value.trim()),
                    ", the website of ",
                    theirs(name),
                    ", is not a web address. Write the whole address, beginning with ",
                    code("https://"),
                    ".",
                ];
                findings.push(Finding::should(message).at(&website.spot));
            }
            website => {
                let spot = website.as_ref().map_or(&one.spot, |website| &website.spot);
                let message =
                    prose![theirs(name), " has no website. Add its address to ", code("website"), "."];
                findings.push(Finding::should(message).at(spot));
            }
        }
    }
    if !answerable.is_empty() && !answerable.iter().any(|one| one.has_contact) {
        let message = prose!["No owner or maintainer has a contact. With one, reviewers can ask directly."];
        findings.push(Finding::hint(message).at(&listed.spot));
    }
    for one in answerable.iter().filter(|one| one.contact_is_name) {
        let message = prose!["The contact is the organization itself. A person can be reached more easily."];
        findings.push(Finding::hint(message).at(&one.spot));
    }
    Outcome::of(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    #[test]
    fn a_word_is_no_website() {
        for (website, said) in
            [("unige", "is not a web address"), ("N/A", "is not a web address"), (" ", "has no website")]
        {
            let text = CHECK.meets.text.replace("https://openclinic.example", website).leak();
            let outcome = outcome(&CHECK, &Example { text, ..CHECK.meets }).outcome;
            assert_eq!(outcome.severity(), Some(Severity::Should), "{outcome:?}");
            assert!(outcome.findings()[0].message.plain().contains(said), "{outcome:?}");
        }
    }
}
