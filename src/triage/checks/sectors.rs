//! `sectors`: at least one field of work is named.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::{Piece, Prose, code, listed},
        routing,
    },
};

pub const CHECK: Check = Check {
    id: "sectors",
    indicator: "The file",
    topic: "Sectors",
    title: "At least one sector is named",
    severities: &[Severity::Should],
    why: "The website lists projects by sector, and people look for them there.",
    how: "Choose from the list of sectors in the schema those in which the project works.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: &[Kind::Nominee],
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"sectors\": [\"Health\"]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"sectors\": [], \"description\": \"Records vaccinations in clinics without a network.\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    // An entry that the registry does not know is told by the schema, with the nearest one that it knows.
    if case.nomination.sectors.iter().any(|sector| !sector.value.trim().is_empty()) {
        return Outcome::Met;
    }
    let mut message = prose!["No sector is named. "];
    let likely = routing::sectors(case.nomination, case.evidence, case.policy);
    if likely.is_empty() {
        message.push("Choose from ");
        let schema = case.nomination.schema.as_deref().unwrap_or("nominee-schema.json");
        message = message.then(case.evidence.pages.file("the list of sectors".to_owned(), schema));
        message.push(" those in which the project works.");
    } else {
        message.push("From the text these may fit: ");
        let named = likely.into_iter().map(|(sector, words)| {
            let because = words.join(", ");
            Prose(vec![code(format!("\"{sector}\"")), Piece::from(format!(" ({because})"))])
        });
        let pieces: Vec<Piece> = named.map(|prose| Piece::from(prose.plain())).collect();
        message.0.extend(listed(pieces, 4).0);
        message.push(".");
    }
    let mut finding = Finding::should(message);
    let field = case.nomination.document.as_ref().and_then(|root| root.get("sectors"));
    finding.spot = field.map(|node| node.spot.clone());
    Outcome::NotMet(vec![finding])
}
