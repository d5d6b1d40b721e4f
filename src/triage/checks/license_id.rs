//! `license-id`: every declared license is named by its SPDX id, in the registry's spelling.

use crate::{
    prose,
    triage::{
        accepted::Accepted,
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Correction, Finding, Severity},
        license::{self, Meant},
        nomination::License,
        policy::Standing,
        prose::{Prose, code, link, listed, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "license-id",
    indicator: "Indicator 2: open license",
    topic: "SPDX id of the license",
    title: "Each license is named by its SPDX id",
    severities: &[Severity::Must],
    why: "\"GPL\" or \"Creative Commons\" can mean a dozen different licenses. An SPDX id means exactly one.",
    how: "Write the id from the SPDX License List, for example `Apache-2.0` or `CC-BY-4.0`. Where there are several \
          licenses, each is an entry of its own. The registry writes the GNU licenses without `-only` and \
          `-or-later`: `GPL-3.0`.",
    since: None,
    source: "https://spdx.org/licenses/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"license\": [{ \"spdx\": \"GPL-3.0\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"license\": [{ \"spdx\": \"GPL v3\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    if case.nomination.licenses.is_empty() {
        return Outcome::NotApplicable;
    }
    Outcome::of(case.nomination.licenses.iter().filter_map(|license| of_one(case, license)).collect())
}

/// So many licenses are named.
const MOST: usize = 8;

/// The present versions of the open licenses of the largest family.
const CURRENT: [&str; 3] = ["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"];

fn of_one(case: &Case<'_>, license: &License) -> Option<Finding> {
    let fields = case.nomination.kind.fields();
    let Some(id) = &license.spdx else {
        let message = prose![
            "This entry names no license. Put its ",
            link("SPDX id", CHECK.source),
            " into ",
            code(fields.spdx),
            ", for example ",
            code("MIT"),
            ".",
        ];
        return Some(Finding::must(message).at(&license.spot));
    };
    let known = &case.policy.licenses;
    let written = id.value.as_str();
    if known.known().any(|known| known == written) {
        return None;
    }
    let short = license::family(written);
    if short != written && known.known().any(|known| known == short) {
        let message = prose![
            theirs(written),
            " is right by SPDX, but the registry's list has the older form ",
            code(short),
            ".",
        ];
        return Some(Finding::must(message).at(&id.spot).suggest(short));
    }
    if license::is_spdx(written) {
        return None;
    }
    let bare = written.trim();
    if bare != written
        && known.known().any(|known| known == bare)
        && !Accepted::of(case.nomination, known, &case.evidence.pages).refuses(bare)
    {
        let place = match (written.starts_with(bare), written.ends_with(bare)) {
            (true, _) => "behind",
            (_, true) => "before",
            _ => "before and behind",
        };
        let message = prose![format!("A blank stands {place} the license's id. Write "), code(bare), "."];
        return Some(Finding::must(message).at(&id.spot).mend(Correction::Text(bare.to_owned())));
    }
    if written.trim().is_empty() {
        let message = prose![
            "The license is empty. Write the ",
            link("SPDX id", CHECK.source),
            " of the license that the project's own license file states.",
        ];
        return Some(Finding::must(message).at(&id.spot));
    }
    let no_id = |rest: Prose| {
        Prose(
            [
                prose![theirs(written), " is not an SPDX id (a short name that means exactly one license). "]
                    .0,
                rest.0,
            ]
            .concat(),
        )
    };
    let finding = match license::meant(written, known.known()) {
        Meant::One(meant) => {
            let accepted = Accepted::of(case.nomination, known, &case.evidence.pages);
            let seems = no_id(prose!["It seems to mean ", code(meant.as_str())]);
            if accepted.refuses(&meant) {
                let else_only = prose![". If the project is also under "].then(accepted.one_of());
                let owner = ", name that one; else only its owner can change its license.";
                let refused = prose![", which"].then(accepted.not_accepted()).then(else_only);
                Finding::must(seems.then(refused).and_then(owner))
            } else {
                Finding::must(seems.and_then(".")).mend(Correction::Text(meant))
            }
        }
        Meant::OneOf(candidates) => {
            let accepted = Accepted::of(case.nomination, known, &case.evidence.pages);
            let is_approved = |id: &String| accepted.standing(known.spelling(id)) == Standing::Approved;
            let approved: Vec<String> = candidates.iter().filter(|id| is_approved(id)).cloned().collect();
            let current: Vec<String> =
                CURRENT.map(str::to_owned).into_iter().filter(|id| approved.contains(id)).collect();
            let pieces = |names: Vec<String>| listed(names.into_iter().map(code).collect(), MOST);
            let open = "It leaves open which one is meant";
            let says = ". The project's license file says which.";
            Finding::must(no_id(if candidates.iter().all(|id| accepted.refuses(id)) {
                let none = prose![". None of these is accepted"].then(accepted.kinds());
                let if_other = prose![". If the project is also under "].then(accepted.one_of());
                let owner = ", name that one; else only its owner can change its license.";
                prose![open, ": "].then(pieces(candidates)).then(none).then(if_other).and_then(owner)
            } else if approved.len() > MOST && !current.is_empty() {
                // Nobody chooses from dozens: the current ones stand for all.
                let among = prose![". Accepted"].then(accepted.kinds()).and_then(" are, among others, ");
                prose![open].then(among).then(pieces(current)).and_then(says)
            } else {
                let named = if approved.is_empty() { candidates } else { approved };
                prose![open, ": "].then(pieces(named)).and_then(says)
            }))
        }
        Meant::Several => Finding::must(no_id(prose![
            "Where there are several licenses, each is an entry of its own in ",
            code(fields.licenses),
            ".",
        ])),
        Meant::Unknown => Finding::must(no_id(prose![
            "Look up the id of the license in the ",
            link("SPDX License List", CHECK.source),
            " and write it here.",
        ])),
    };
    Some(finding.at(&id.spot))
}

impl Prose {
    fn and_then(mut self, words: &'static str) -> Self {
        self.push(words);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    #[test]
    fn of_a_family_those_are_named_that_are_accepted() {
        let text = r#"{"type": ["content"], "license": [{"spdx": "Creative Commons"}]}"#;
        let outcome = outcome(&CHECK, &Example { text, ..CHECK.fails }).outcome;
        let said = "Accepted for \"content\" are, among others, `CC-BY-4.0`, `CC-BY-SA-4.0` and `CC0-1.0`.";
        assert!(outcome.findings()[0].message.plain().contains(said), "{outcome:?}");
    }

    #[test]
    fn a_blank_beside_the_id_is_told_as_such() {
        for (written, place) in [(" MIT", "before"), ("MIT ", "behind"), (" MIT\\n", "before and behind")] {
            let text = format!(r#"{{"type": ["software"], "license": [{{"spdx": "{written}"}}]}}"#).leak();
            let outcome = outcome(&CHECK, &Example { text, ..CHECK.fails }).outcome;
            let finding = &outcome.findings()[0];
            let said = format!("A blank stands {place} the license's id. Write `MIT`.");
            assert_eq!((finding.message.plain(), finding.suggestion()), (said, Some("MIT")));
        }
    }

    /// Who may not use any of them is told what to do.
    #[test]
    fn of_a_family_that_is_refused_it_is_told_what_to_do() {
        let text = r#"{"type": ["software"], "license": [{"spdx": "CC BY"}]}"#;
        let outcome = outcome(&CHECK, &Example { text, ..CHECK.fails }).outcome;
        let said = outcome.findings()[0].message.plain();
        assert!(
            said.contains("None of these is accepted for \"software\". If the project is also under one of"),
            "{said}"
        );
    }
}
