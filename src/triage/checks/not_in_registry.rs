//! `not-in-registry`: the registry does not have the project yet, under whatever name.

use std::sync::Arc;

use crate::{
    prose,
    triage::{
        catalog::{Catalog, Entry, Place, Twin},
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, Registered},
        finding::{Finding, Severity},
        likeness::place,
        prose::{Prose, code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "not-in-registry",
    indicator: "The registry",
    topic: "Whether the registry has it already",
    title: "The registry does not have the project yet",
    severities: &[Severity::Must, Severity::Should, Severity::Hint],
    why: "A project that stands in the registry twice is reviewed twice, and its two entries soon say different things. \
          Some projects were nominated before and then archived or excluded; whoever nominates them anew should know \
          when and why.",
    how: "If the project is there already, change its file instead of adding another. If the other one is another \
          project, say in a comment what tells the two apart; a maintainer then lets it pass with `/waive`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/CONTRIBUTING.md",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\", \"repositories\": [{\"url\": \"https://github.com/open-clinic/app\"}]}\n",
        evidence: example,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/vaccination-book.json",
        text: "{\n  \"name\": \"Vaccination Book\",\n  \"repositories\": [\n    { \"url\": \"https://github.com/vaccination/book\" }\n  ]\n}\n",
        evidence: example,
        other_files: &[],
    },
    judge,
};

fn example() -> Evidence {
    let known = [
        (
            "nominees/vaccine-records.json",
            r#"{"name": "Vaccine Records", "repositories": [{"url": "https://github.com/Vaccination/book.git"}]}"#,
        ),
        ("excluded-nominees/vaccination-books.json", r#"{"name": "Vaccination Books"}"#),
    ];
    let table = "Nominee | Exclusion Date | Reason\n--- | --- | ---\nVaccination Books | May 2nd, 2021 | Missing open license\n";
    let entries = known.iter().filter_map(|(path, text)| Entry::read(*path, text.as_bytes())).collect();
    let mut evidence = Evidence::default();
    let catalog = Arc::new(Catalog::new(entries, table, []));
    evidence.registry_is(Answer::Found(Registered { catalog, without: vec![] }));
    evidence
}

/// So many entries are told; of more, the first ones.
const MOST_TOLD: usize = 5;

fn judge(case: &Case<'_>) -> Outcome {
    let nomination = case.nomination;
    let registry = match case.evidence.registry() {
        Answer::Found(registry) => registry,
        Answer::Missing => return Outcome::not_checked("the entries of the registry were not to be found"),
        Answer::Unavailable(why) => return Outcome::not_checked(prose![why]),
    };
    let accepted = registry.catalog.is_accepted(nomination.file_name());
    let twins = registry.catalog.find(nomination, |entry| registry.without.contains(&entry.path));
    // Who was accepted need not answer for those that are only a little alike.
    let twins = twins.iter().filter(|twin| twin.likeness.sure || !accepted);
    let finding = |twin: &Twin<'_>| {
        let finding = match twin.likeness.sure {
            true if accepted => Finding::hint(beside(twin)),
            true => Finding::must(told(twin)).in_talk(),
            false => Finding::should(told(twin)),
        };
        match place(nomination, &twin.likeness) {
            Some(spot) => finding.at(spot),
            None => finding,
        }
    };
    Outcome::of(twins.take(MOST_TOLD).map(finding).collect())
}

/// What is said of an accepted project, which stays.
fn beside(twin: &Twin<'_>) -> Prose {
    let Twin { entry, likeness } = twin;
    prose!["The registry also has ", theirs(entry.name.as_str()), " (", theirs(entry.path.as_str()), "), which has "]
        .then(likeness.words(&entry.name))
        .then(prose![
            ". This project was accepted as a digital public good and stays; whether the other file has to go is for a \
             maintainer."
        ])
}

/// How a maintainer lets it pass.
fn passes() -> Prose {
    prose!["the command ", code(format!("/waive {} REASON", CHECK.id)), " lets it pass."]
}

/// Which entry it is, what both have in common, and what to do.
fn told(twin: &Twin<'_>) -> Prose {
    let Twin { entry, likeness } = twin;
    let known = prose![theirs(entry.name.as_str()), " (", theirs(entry.path.as_str()), ")"];
    let alike = prose![" has "].then(likeness.words(&entry.name));
    match (entry.place(), &entry.exclusion) {
        (Place::Excluded, Some(exclusion)) => prose!["The registry excluded "]
            .then(known)
            .then(prose![" on ", theirs(exclusion.date.as_str()), ", for this reason: "])
            .then(prose![theirs(exclusion.reason.as_str()), ". It"])
            .then(alike)
            .then(prose![
                ". If it is the same project and the reason no longer holds, say so in a comment; if it is another \
                 project, say what tells the two apart. A maintainer then decides; "
            ])
            .then(passes()),
        (Place::Excluded, None) => prose!["The registry excluded "]
            .then(known)
            .then(prose!["; when and why is not written there. It"])
            .then(alike)
            .then(prose![". Say in a comment whether it is the same project. A maintainer then decides; "])
            .then(passes()),
        (Place::Archive, _) => prose!["The registry had "]
            .then(known)
            .then(prose![" and archived it; when and why is not written there. It"])
            .then(alike)
            .then(prose![
                ". If it is the same project, say in a comment why it comes back: the file then moves out of the archive. \
                 If it is another project, say what tells the two apart. A maintainer then decides; "
            ])
            .then(passes()),
        _ if likeness.sure => prose!["The registry seems to have this project already: "]
            .then(known)
            .then(alike)
            .then(prose![
                ". If it is the same, change that file instead of adding this one. If it is another project, nothing in \
                 the file has to be changed: say in a comment what tells the two apart. A maintainer then decides; "
            ])
            .then(passes()),
        _ => prose!["Is this another project than "]
            .then(known)
            .then(prose![", which stands in the registry? That one"])
            .then(alike)
            .then(prose![". If it is the same, change that file instead; if not, nothing has to be done."]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{checks::Judged, render::documentation::judge};

    fn judged(path: &'static str, text: &'static str) -> Judged {
        judge(&CHECK, &Example { path, text, evidence: registry, other_files: &[] })
    }

    fn registry() -> Evidence {
        let known = [
            (
                "nominees/vaccines.json",
                r#"{"name": "Vaccines", "repositoryURL": "https://github.com/v/book"}"#,
            ),
            ("nominees/records.json", r#"{"name": "Records", "repositoryURL": "https://github.com/v/book"}"#),
            ("digitalpublicgoods/records.json", r#"{"name": "Records"}"#),
            ("archive/rain.json", r#"{"name": "Rain"}"#),
            ("archive/gone.json", r#"{"name": "Gone"}"#),
        ];
        let entries = known.iter().filter_map(|(path, text)| Entry::read(*path, text.as_bytes())).collect();
        let mut evidence = Evidence::default();
        let catalog = Arc::new(Catalog::new(entries, "", []));
        evidence.registry_is(Answer::Found(Registered {
            catalog,
            without: vec!["archive/gone.json".to_owned()],
        }));
        evidence
    }

    #[test]
    fn who_was_accepted_beside_another_is_not_told_to_go() {
        let text = "{\"name\": \"Records\", \"repositories\": [{\"url\": \"https://github.com/v/book\"}]}\n";
        assert_eq!(judged("nominees/records.json", text).outcome.severity(), Some(Severity::Hint));
        let text = "{\"name\": \"Vaccines\", \"repositories\": [{\"url\": \"https://github.com/v/book\"}]}\n";
        let judged = judged("nominees/vaccines.json", text);
        assert_eq!(judged.outcome.severity(), Some(Severity::Must));
        let [finding] = judged.outcome.findings() else { panic!("{judged:?}", judged = judged.outcome) };
        assert_eq!(finding.spot.as_ref().map(|spot| spot.pointer.as_str()), Some("/repositories/0/url"));
    }

    /// What the pull request takes away itself, as when a file moves out of the archive, is no other entry.
    #[test]
    fn what_the_pull_request_takes_away_does_not_count() {
        assert_eq!(
            judged("nominees/rain.json", "{\"name\": \"Rain\"}\n").outcome.severity(),
            Some(Severity::Must)
        );
        assert_eq!(judged("nominees/gone.json", "{\"name\": \"Gone\"}\n").outcome, Outcome::Met);
    }

    #[test]
    fn without_the_registry_nothing_is_called_fine() {
        let unasked = Example { evidence: || Evidence::unasked("no network"), ..CHECK.meets };
        assert!(matches!(judge(&CHECK, &unasked).outcome, Outcome::NotChecked { .. }));
    }
}
