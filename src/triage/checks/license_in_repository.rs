//! `license-in-repository`: what each listed repository is licensed under is what the nomination declares.

use crate::{
    prose,
    triage::{
        accepted::Accepted,
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{
            self, Answer, Evidence, LicenseFacts, Relation, RepositoryFacts, RepositoryLicense, understood,
        },
        finding::{Finding, Severity},
        license,
        prose::{Piece, Prose, code, link, listed, theirs},
        pull_request::RepositoryName,
        repository::Repository,
    },
};

pub const CHECK: Check = Check {
    id: "license-in-repository",
    indicator: "Indicator 2: open license",
    topic: "License in the repository",
    title: "The license in each repository is the declared one",
    severities: &[Severity::Must, Severity::Should],
    why: "What binds is the license that stands in the repository, not the one that a form names. Reviewers compare \
          the two for every repository.",
    how: "Put the full text of the license into a file `LICENSE` at the top of the repository's default branch; GitHub \
          then shows the license beside the code. Declare in `license` what that file states.",
    since: None,
    source: "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/licensing-a-repository",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example { path: "nominees/open-clinic.json", text: TEXT, evidence: example_gpl, other_files: &[] },
    fails: Example { path: "nominees/open-clinic.json", text: TEXT, evidence: example_mit, other_files: &[] },
    judge,
};

const TEXT: &str = r#"{
  "license": [{ "spdx": "GPL-3.0" }],
  "repositories": [{ "url": "https://github.com/open-clinic/app" }]
}
"#;

fn example_gpl() -> Evidence {
    example("GPL-3.0")
}

fn example_mit() -> Evidence {
    example("MIT")
}

fn example(found: &str) -> Evidence {
    let name = RepositoryName::new("open-clinic", "app");
    let mut evidence = Evidence::default();
    evidence.license_is(
        &name,
        Answer::Found(LicenseFacts::detected(found, "https://github.com/open-clinic/app/blob/main/LICENSE")),
    );
    evidence.repository_is(&name, Answer::Found(RepositoryFacts::new(name.clone())));
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let declared: Vec<&str> = (case.nomination.licenses.iter())
        .filter_map(|license| license.spdx.as_ref())
        .map(|id| id.value.as_str())
        .collect();
    let repositories = evidence::compare(case.nomination, case.evidence);
    if repositories.is_empty() || declared.is_empty() {
        return Outcome::NotApplicable;
    }
    let (mut faults, mut for_people, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for listed in &repositories {
        match &listed.relation {
            Relation::Matches => {}
            Relation::Differs => faults.push(differs(case, listed, &declared)),
            Relation::None => faults.push(none(case, listed, &declared)),
            Relation::NotRecognized => for_people.push(not_recognized(listed, &declared)),
            Relation::NotReachable { why, told } => unknown.push((why, *told)),
        }
    }
    // What no repository has is only sure once every repository has answered.
    if faults.is_empty() && for_people.is_empty() && unknown.is_empty() {
        faults.extend(found_nowhere(case, &repositories));
    }
    // Of several reasons the one that nothing else has told.
    let reason = unknown.iter().find(|(_, told)| !told).or(unknown.first());
    match (faults.is_empty(), for_people.is_empty(), reason) {
        (false, ..) => Outcome::NotMet(faults.into_iter().chain(for_people).collect()),
        (true, false, _) => Outcome::NeedsPerson(for_people),
        (true, true, Some((why, told))) => Outcome::NotChecked { why: (*why).clone(), told: *told },
        (true, true, None) => Outcome::Met,
    }
}

fn place(listed: &RepositoryLicense) -> Piece {
    match &listed.repository {
        Some(name) => link(name.to_string(), name.page()),
        None => theirs(listed.url.value.as_str()),
    }
}

fn ids(declared: &[&str]) -> Prose {
    listed_ids(declared.iter().map(|id| theirs(*id)).collect())
}

fn listed_ids(ids: Vec<Piece>) -> Prose {
    listed(ids, 6)
}

fn differs(case: &Case<'_>, listed: &RepositoryLicense, declared: &[&str]) -> Finding {
    let ids_found = listed.found.as_ref().map(LicenseFacts::ids).unwrap_or_default();
    let page = listed.found.as_ref().map(|found| found.page.clone()).unwrap_or_default();
    let mut message = prose!["The nomination declares ",];
    message.0.extend(ids(declared).0);
    message.0.extend(
        prose![
            ", but the license file in ",
            place(listed),
            " is ",
            link(ids_found.join(" and "), page),
            ".",
        ]
        .0,
    );
    let (what_to_do, is_outside) = way_out(case, &ids_found, declared);
    let message = message.and(what_to_do);
    // It is the declared license that is to be corrected, as a rule; of several nobody knows which.
    let mut written = case.nomination.licenses.iter().filter_map(|license| license.spdx.as_ref());
    let finding = match (written.next(), written.next()) {
        (Some(one), None) => Finding::must(message).at(&one.spot),
        _ => Finding::must(message).at(&listed.url.spot),
    };
    if is_outside { finding.outside() } else { finding }
}

/// What to do where the repository has another license than the declared one, and whether it is done in the
/// repository alone: only what is accepted is worth writing down.
fn way_out(case: &Case<'_>, found: &[&str], declared: &[&str]) -> (Prose, bool) {
    let licenses = &case.policy.licenses;
    let accepted = Accepted::of(case.nomination, licenses, &case.evidence.pages);
    // A text that names no license is judged once it does.
    let is_good = |id: &&&str| understood(id).is_none_or(|id| !accepted.refuses(&id));
    let spelled =
        |ids: Vec<&str>| listed_ids(ids.into_iter().map(|id| code(licenses.spelling(id))).collect());
    let good: Vec<&str> = found.iter().filter(|id| !accepted.refuses(id)).copied().collect();
    let declared_is_good = declared.iter().any(|id| is_good(&id));
    let then_comment = prose![" and then comment ", code("/recheck"), " here."];
    match (good.is_empty(), declared_is_good) {
        (false, true) => {
            // The id is said here alone, so that one line gets one word.
            let respell = match declared {
                [one] if understood(one).is_some_and(|id| licenses.spelling(&id) != *one) => {
                    let id = understood(one).unwrap_or_default();
                    prose!["write ", code(licenses.spelling(&id)), ", "]
                }
                _ => Prose::default(),
            };
            let change = prose!["One of the two has to change: write "].then(spelled(good));
            let otherwise = prose![" in the nomination if the repository is right; if not, "].then(respell);
            let file = prose!["correct the license file in the repository"].then(then_comment);
            (change.then(otherwise).then(file), false)
        }
        (false, false) => {
            let why = ids(declared).then(accepted.not_accepted());
            (
                why.then(prose![": write "]).then(spelled(good)).then(prose![" in the nomination instead."]),
                false,
            )
        }
        (true, is_declared_good) => {
            let refused = ids(found).then(accepted.not_accepted()).then(prose![". "]);
            let put = match is_declared_good {
                true => prose!["If the project is under "]
                    .then(ids(declared))
                    .then(prose![", put its full text into the license file"])
                    .then(then_comment)
                    .then(prose![" If it is not, only its owner can put it under "]),
                false => prose!["Only the project's owner can put it under "],
            };
            (refused.then(put).then(accepted.one_of()).then(prose!["."]), is_declared_good)
        }
    }
}

fn is_on_github(listed: &RepositoryLicense) -> bool {
    matches!(listed.repository, Some(Repository::GitHub(_)))
}

fn none(case: &Case<'_>, listed: &RepositoryLicense, declared: &[&str]) -> Finding {
    let accepted = Accepted::of(case.nomination, &case.policy.licenses, &case.evidence.pages);
    let good = declared.iter().filter_map(|id| understood(id)).filter(|id| !accepted.refuses(id));
    let good: Vec<Piece> = good.map(code).collect();
    let text = match good.is_empty() {
        true => {
            prose![" with the full text of "].then(accepted.one_of()).then(prose![" (its owner chooses)"])
        }
        false => prose![" with the full text of "].then(listed_ids(good)).then(prose![", as declared"]),
    };
    let finds = if is_on_github(listed) { "GitHub finds" } else { "There is" };
    let add = prose![
        finds,
        " no license file in ",
        place(listed),
        ". Without one nobody may use the code. Add a file ",
        code("LICENSE"),
    ];
    let top = prose![
        ", beside the README, on the default branch (the version of the files that the repository's page shows first)",
    ];
    let how = match is_on_github(listed) {
        true => prose!["; one in a folder or in the README is not seen (", link("how to", HOW_TO), ")"],
        false => Prose::default(),
    };
    let then_comment = prose![". Then comment ", code("/recheck"), " here."];
    let message = add.then(text).then(top).then(how).then(then_comment);
    Finding::must(message).at(&listed.url.spot).outside()
}

/// GitHub's page for owners of repositories.
const HOW_TO: &str = "https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/adding-a-license-to-a-repository";

fn not_recognized(listed: &RepositoryLicense, declared: &[&str]) -> Finding {
    let file = match &listed.found {
        Some(found) => link("license file", found.page.as_str()),
        None => "license file".into(),
    };
    let doubts = listed.found.iter().flat_map(LicenseFacts::doubts);
    let doubts: Vec<Piece> = doubts.filter(|words| !words.trim().is_empty()).take(3).map(theirs).collect();
    // GitHub may well recognize a text that has something beside it.
    let mut message = if is_on_github(listed) && doubts.is_empty() {
        prose![
            "GitHub sees a ",
            file,
            " in ",
            place(listed),
            " but does not recognize its text as one license: it may be changed, shortened, or hold several licenses. \
             A reviewer reads whether it is ",
        ]
    } else {
        prose![
            "There is a ",
            file,
            " in ",
            place(listed),
            ", but its text is not known to be that of the license, word for word: it may be changed, shortened, or \
             not stand alone. A reviewer reads whether it is ",
        ]
    };
    message.0.extend(ids(declared).0);
    message.push(". If you put the ");
    message.push(match declared {
        [one] if understood(one).is_some() => {
            link("published text", license::page(&understood(one).unwrap_or_default()))
        }
        _ => "published text".into(),
    });
    message.push(" there, unchanged, nobody has to read it; then comment ");
    message.push(code("/recheck"));
    message.push(".");
    if !doubts.is_empty() {
        message.push(" What is not as published, or stands beside it: ");
        message.0.extend(listed_ids(doubts).0);
        message.push(".");
    }
    let read = listed.found.as_ref().map(LicenseFacts::digest).unwrap_or_default();
    Finding::should(message).at(&listed.url.spot).about(read)
}

fn found_nowhere(case: &Case<'_>, repositories: &[RepositoryLicense]) -> Vec<Finding> {
    let found: Vec<&str> =
        repositories.iter().filter_map(|listed| listed.found.as_ref()).flat_map(LicenseFacts::ids).collect();
    (case.nomination.licenses.iter())
        .filter_map(|license| license.spdx.as_ref())
        .filter(|id| license::is_spdx(&id.value))
        .filter(|id| !found.iter().any(|found| license::is_same(found, &id.value)))
        .map(|id| {
            let message = prose![
                theirs(id.value.as_str()),
                " is declared, but no listed repository has it. If a part of the project is under it, list where that \
                 part lies; else delete this entry.",
            ];
            Finding::should(message).at(&id.spot)
        })
        .collect()
}
