//! `license-approved`: every declared license is approved for what the project is.

use crate::{
    prose,
    triage::{
        accepted::{self, Accepted},
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        license,
        nomination::Located,
        pages,
        policy::Standing,
        prose::{Piece, Prose, code, link, listed},
    },
};

pub const CHECK: Check = Check {
    id: "license-approved",
    indicator: "Indicator 2: open license",
    topic: "Approved license",
    title: "Each license is approved for digital public goods",
    severities: &[Severity::Must],
    why: "A digital public good may be used, changed and shared by everybody. For software the Open Source \
          Initiative's list says which licenses allow that; for content Creative Commons licenses without \
          NoDerivatives do; for data there is a list of open data licenses.",
    how: "If the project has an approved license beside this one, name that one. If it has none, its owner has to put \
          it under an approved license before it can become a digital public good.",
    since: None,
    source: pages::LICENSES,
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"type\": [\"software\"],\n  \"license\": [{ \"spdx\": \"Apache-2.0\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"type\": [\"software\"],\n  \"license\": [{ \"spdx\": \"CC-BY-4.0\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let types = accepted::types(case.nomination);
    let accepted = Accepted::of(case.nomination, &case.policy.licenses, &case.evidence.pages);
    let licenses = &case.policy.licenses;
    let (mut faults, mut unclear, mut judged) = (Vec::new(), Vec::new(), false);
    for id in case.nomination.licenses.iter().filter_map(|license| license.spdx.as_ref()) {
        // A text that is no id is for `license-id` to tell; what is approved is asked of ids only.
        if !license::is_spdx(&id.value) && !licenses.known().any(|known| known == id.value) {
            continue;
        }
        if licenses.spelling(&id.value) != id.value {
            continue;
        }
        judged = true;
        match accepted.standing(&id.value) {
            Standing::Approved => {}
            Standing::Unclear => unclear.push(undecided(id)),
            Standing::NotApproved => {
                faults.push(refused(case, id, &types, accepted.listed("the approved licenses")))
            }
        }
    }
    match (faults.is_empty(), unclear.is_empty(), judged) {
        (true, true, false) => Outcome::NotApplicable,
        (true, true, true) => Outcome::Met,
        (true, false, _) => Outcome::NeedsPerson(unclear),
        (false, ..) => Outcome::NotMet(faults.into_iter().chain(unclear).collect()),
    }
}

fn undecided(id: &Located<String>) -> Finding {
    let message = prose![
        "The registry's list of approved licenses and its schema disagree on ",
        code(id.value.as_str()),
        ". A reviewer decides whether it is accepted; you need not do anything.",
    ];
    Finding::must(message).at(&id.spot)
}

fn refused(case: &Case<'_>, id: &Located<String>, types: &[String], list: Prose) -> Finding {
    let licenses = &case.policy.licenses;
    let name = link(id.value.as_str(), license::page(&id.value));
    if let Some((since, rule)) = licenses.decision(&id.value).filter(|(since, _)| *since <= case.day) {
        let message = prose![name, format!(" is not approved. Since {since} the rule is: {rule}. See "),];
        let message = message.then(list).then(". Only the project's owner can change its license.".into());
        return Finding::must(message).at(&id.spot);
    }
    let approved_for: Vec<Piece> = licenses.approved_for(&id.value).map(Piece::from).collect();
    let message = if approved_for.is_empty() {
        prose![name, " is not among "].then(list).then(
            ". If the project has an approved license as well, name that one; else only its owner can change it.".into(),
        )
    } else {
        let declared = types.iter().map(|kind| Piece::Theirs(kind.clone())).collect();
        let mut message = prose![name, " is approved for "];
        message.0.extend(listed(approved_for, 3).0);
        message.push(", but this nomination is ");
        message.0.extend(listed(declared, 5).0);
        message.push(". Name the license of the nominated project itself, or correct its type in ");
        message.push(code(case.nomination.kind.fields().types));
        message.push(". See ");
        message.then(list).then(".".into())
    };
    Finding::must(message).at(&id.spot)
}
