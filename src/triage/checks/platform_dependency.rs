//! `platform-dependency`: no manifest names a service that only one company runs.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        contents::{Contents, Item},
        evidence::{Answer, Evidence, unseen},
        finding::{Finding, Severity},
        manifest::{self, FIREBASE_SETTINGS},
        prose::{Prose, code, link, theirs},
        pull_request::RepositoryName,
        repository::{Address, Repository},
    },
};

pub const CHECK: Check = Check {
    id: "platform-dependency",
    indicator: "Indicator 4: platform independence",
    topic: "Closed services",
    title: "No closed service is among the packages of the program",
    severities: &[Severity::Hint],
    why: "A digital public good does not depend on a closed component. Where it uses one, it must be possible to replace \
          it by an open one without much effort.",
    how: "Nothing has to be done if an open service can be used instead. Say which one in the documentation, or in a \
          comment here: reviewers will ask for it under indicator 4.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_open,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_firebase,
        other_files: &[],
    },
    judge,
};

const TEXT: &str = "{\"repositories\": [{ \"url\": \"https://github.com/open-clinic/app\" }]}\n";

fn example_open() -> Evidence {
    example("{\n  \"dependencies\": {\n    \"react\": \"^18.0.0\"\n  }\n}\n")
}

fn example_firebase() -> Evidence {
    example("{\n  \"dependencies\": {\n    \"firebase\": \"^9.1.0\"\n  }\n}\n")
}

fn example(text: &str) -> Evidence {
    let name = RepositoryName::new("open-clinic", "app");
    let mut evidence = Evidence::default();
    let items = vec![Item::file("README.md"), Item::file("package.json")];
    evidence.contents_are(&name, Answer::Found(Contents { items }));
    evidence.manifest_is(&name, "package.json", Answer::Found(text.to_owned()));
    evidence
}

/// A service in a file, and the line that shows it; none where the file's name does.
struct Use {
    service: String,
    file: String,
    shown: Option<(usize, String)>,
}

fn judge(case: &Case<'_>) -> Outcome {
    let (mut findings, mut unknown, mut gone, mut met) = (Vec::new(), None, false, false);
    for listed in &case.nomination.repositories {
        let Address::GitHub(name) = Address::read(&listed.url.value) else { continue };
        let name = name.into();
        let top = match case.evidence.contents(&name) {
            Answer::Found(top) => top,
            Answer::Missing => {
                gone |= is_gone(case, &name);
                continue;
            }
            Answer::Unavailable(why) => {
                unknown = Some(why);
                continue;
            }
        };
        let mut uses: Vec<Use> = Vec::new();
        for (file, answer) in case.evidence.manifests(&name) {
            match answer {
                Answer::Found(text) => uses.extend(in_manifest(file, text)),
                Answer::Missing => {}
                Answer::Unavailable(why) => unknown = Some(why.clone()),
            }
        }
        let settings = FIREBASE_SETTINGS.iter().find(|file| top.has(file));
        uses.extend(settings.map(|file| Use {
            service: "Firebase".into(),
            file: (*file).into(),
            shown: None,
        }));
        met = true;
        for (at, one) in uses.iter().enumerate() {
            if !uses[..at].iter().any(|known| known.service == one.service) {
                findings.push(Finding::hint(message(&name, one)).at(&listed.url.spot));
            }
        }
    }
    Outcome::over(findings, unseen(unknown, gone), met)
}

fn is_gone(case: &Case<'_>, name: &Repository) -> bool {
    match case.evidence.repository(name) {
        Answer::Found(facts) => facts.private,
        Answer::Missing => true,
        Answer::Unavailable(_) => false,
    }
}

fn in_manifest<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = Use> + use<'a> {
    let line =
        |at: usize| text.lines().nth(at - 1).unwrap_or_default().trim().trim_end_matches(',').to_owned();
    manifest::services(file, text).into_iter().map(move |shown| {
        let at = shown.package.line;
        Use { service: shown.service.name.clone(), file: file.to_owned(), shown: Some((at, line(at))) }
    })
}

fn message(name: &Repository, one: &Use) -> Prose {
    let where_from = prose![code(one.file.as_str()), " in ", link(name.to_string(), name.page())];
    let seen = match &one.shown {
        Some((at, line)) => {
            where_from.then(prose![format!(" names (line {at}) "), theirs(line.as_str()), ":"])
        }
        None => where_from.then(prose![" is there:"]),
    };
    seen.then(prose![format!(
        " the program uses {}, a closed service. A person decides whether an open one can take its place (indicator 4).",
        one.service
    )])
}
