//! `license-url-shows-license`: what is linked as the license is the license that is declared.

use std::sync::Arc;

use crate::{
    prose,
    triage::{
        accepted::Accepted,
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{self, Answer, Evidence, GONE, LinkedFile, Relation},
        finding::{Finding, Severity},
        license,
        license_page::{self, Content, Lack, LicensePage, Said, Shown, Statement, Unclear},
        nomination::{License, Located},
        prose::{Piece, Prose, code, link, listed, theirs},
        repository::{Address, Repository},
    },
};

pub const CHECK: Check = Check {
    id: "license-url-shows-license",
    indicator: "Indicator 2: open license",
    topic: "What the link to the license shows",
    title: "The linked page or file shows the declared license",
    severities: &[Severity::Must],
    why: "Whoever follows the link must find the license that the nomination declares: its text, or a sentence that names it. \
          A license with words added or taken out is another license, and a reviewer reads it.",
    how: "Link the license file in the project's repository. A page of the project's website does as well, if it names the \
          license with its version, for example \u{201c}Creative Commons Attribution 4.0\u{201d}.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example { path: "nominees/open-clinic.json", text: TEXT, evidence: example_mit, other_files: &[] },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_apache,
        other_files: &[],
    },
    judge,
};

const TEXT: &str = r#"{
  "license": [{ "spdx": "MIT", "licenseURL": "https://openclinic.example/license" }]
}
"#;

fn example_mit() -> Evidence {
    example("Open Clinic is released under the MIT License.")
}

fn example_apache() -> Evidence {
    example("Open Clinic is released under the Apache License, Version 2.0.")
}

fn example(text: &str) -> Evidence {
    let shown = Shown { text: text.to_owned(), website: true, ..Shown::default() };
    let content = Content::Text(Statement::of(&shown).into());
    let mut evidence = Evidence::default();
    let page = LicensePage { status: 200, login: false, content };
    evidence.license_page_is("https://openclinic.example/license", Answer::Found(page));
    evidence
}

/// How it stands with one declared license.
enum Standing {
    Shown,
    Fault(Finding),
    ForPeople(Finding),
    Unknown { why: Prose, told: bool },
}

fn judge(case: &Case<'_>) -> Outcome {
    let (mut faults, mut for_people, mut unknown, mut shown) = (Vec::new(), Vec::new(), Vec::new(), false);
    for license in &case.nomination.licenses {
        match of_one(case, license) {
            Some(Standing::Shown) => shown = true,
            Some(Standing::Fault(finding)) => faults.push(finding),
            Some(Standing::ForPeople(finding)) => for_people.push(finding),
            Some(Standing::Unknown { why, told }) => unknown.push((why, told)),
            None => {}
        }
    }
    // Of several reasons the one that nothing else has told.
    unknown.sort_by_key(|(_, told)| *told);
    match (faults.is_empty(), for_people.is_empty(), unknown.into_iter().next()) {
        // What is for people is told again once the faults are corrected: beside them it would be one to correct.
        (false, ..) => Outcome::NotMet(faults),
        (true, false, _) => Outcome::NeedsPerson(for_people),
        (true, true, Some((why, told))) => Outcome::NotChecked { why, told },
        (true, true, None) if shown => Outcome::Met,
        (true, true, None) => Outcome::NotApplicable,
    }
}

/// `None` where another check speaks of it: of an id that means none, a link to something else, or the license in the
/// repository.
fn of_one(case: &Case<'_>, license: &License) -> Option<Standing> {
    let id = evidence::understood(&license.spdx.as_ref()?.value)?;
    let url = license.url.as_ref()?;
    if let Some(repository) = Address::read(&url.value).repository()
        && case.evidence.is_repository(&repository)
    {
        return of_front_page(case, &id, url, &repository);
    }
    let address = license_page::address(&url.value)?;
    let linked = LinkedFile::of(case.nomination, case.evidence, &address);
    let statement = match (statement(case, url, &address), linked.as_ref().and_then(LinkedFile::reading)) {
        // The forge's API has told what the same file says.
        (Err(Unread::Closed { .. }), Some(reading)) => Ok(Statement::of_file(reading).into()),
        (statement, _) => statement,
    };
    let held: Vec<&str> = statement.iter().flat_map(|statement| statement.held()).collect();
    let is_known = linked.as_ref().is_some_and(|linked| linked.holds(&id));
    let is_told = !is_known && linked.as_ref().is_some_and(|linked| linked.is_told(&held));
    match statement {
        Ok(statement) => match statement.of_license(&id) {
            Said::Declared => Some(Standing::Shown),
            _ if is_told => None,
            // The forge has the same file and knows it; what is read here may be some minutes older, or no file.
            Said::None | Said::Others(_) | Said::Lacking(_) if is_known => Some(Standing::Shown),
            said => Some(of_said(case, license, url, &id, said)),
        },
        Err(_) if is_told => {
            let is_gone = linked.as_ref().is_some_and(LinkedFile::is_gone);
            is_gone.then(|| Standing::Unknown { why: GONE.into(), told: true })
        }
        Err(Unread::Closed { .. }) if is_known => Some(Standing::Shown),
        Err(Unread::Closed { why, told } | Unread::Opened { why, told }) => {
            Some(Standing::Unknown { why, told })
        }
    }
}

fn of_said(case: &Case<'_>, license: &License, url: &Located<String>, id: &str, said: Said) -> Standing {
    let written = || theirs(url.value.trim());
    let person = |message: Prose| {
        let who = prose!["A reviewer reads whether the project is under ", code(id), "."];
        Standing::ForPeople(Finding::must(message.and(who)).at(&url.spot))
    };
    match said {
        Said::Declared => Standing::Shown,
        Said::Others(others) => Standing::Fault(another(case, license, url, id, &others)),
        Said::None => {
            let what = prose![
                written(),
                " neither holds nor names ",
                code(id),
                ", nor another license that I know. Link "
            ];
            let end = prose!["the page or file in which the project says that it is under ", code(id), "."];
            Standing::Fault(with_file(case, license, url, what, end))
        }
        Said::Unclear(Unclear::Doubt(words)) => person(prose![
            "What ",
            written(),
            " shows is not quite a license as it is published, or has something beside it that may take back what the \
             license gives: ",
            theirs(words),
            ".",
        ]),
        Said::Unclear(Unclear::Long) => person(prose![written(), " is longer than what I read."]),
        Said::Unclear(Unclear::Others(others)) => {
            person(prose![written(), " names "].then(ids(&others)).then(prose![
                ", and it may be that it speaks of ",
                code(id),
                " as well."
            ]))
        }
        Said::Unclear(Unclear::Vague) => {
            person(prose![written(), " does not name ", code(id), " so that I can tell it for sure."])
        }
        Said::Lacking(Lack::Rest) => unread(prose![written(), " is too long for me to read to its end"]),
        Said::Lacking(Lack::Scripts) => {
            unread(prose![written(), " is put together by the browser, so that I see hardly any text of it"])
        }
    }
}

fn unread(why: Prose) -> Standing {
    Standing::Unknown { why: why.then("; a reviewer opens it".into()), told: false }
}

/// Why it is not known what a page states.
enum Unread {
    /// It could not be opened.
    Closed { why: Prose, told: bool },
    /// It is not there for everybody, or no page with a text.
    Opened { why: Prose, told: bool },
}

/// What the page states.
fn statement(case: &Case<'_>, url: &Located<String>, address: &str) -> Result<Arc<Statement>, Unread> {
    let closed = |why: Prose, told: bool| Err(Unread::Closed { why, told });
    let opened = |why: Prose, told: bool| Err(Unread::Opened { why, told });
    let written = theirs(url.value.trim());
    let told = link_is_told(case.evidence, address);
    match case.evidence.license_page(address) {
        _ if case.evidence.no_link_answered() => {
            closed("no link of the nomination could be opened from where I run".into(), false)
        }
        // Nothing was opened at all.
        Answer::Unavailable(why) if !case.evidence.has_links() => closed(prose![why], false),
        Answer::Unavailable(why) => closed(prose![written, " could not be opened: ", why], told),
        Answer::Missing => closed(prose![written, " leads nowhere"], told),
        Answer::Found(page) if page.login => opened(prose![written, " asks for a login"], told),
        Answer::Found(page) if !(200..300).contains(&page.status) => {
            let answers = format!(" did not show the license (the site answers {})", page.status);
            let why = prose![written, answers, "; a reviewer opens it"];
            if matches!(page.status, 404 | 410) { opened(why, told) } else { closed(why, told) }
        }
        Answer::Found(LicensePage { content: Content::Other(what), .. }) => {
            opened(prose![written, " is ", what, ", which I do not read; a reviewer opens it"], false)
        }
        Answer::Found(LicensePage { content: Content::Text(statement), .. }) => Ok(statement),
    }
}

/// Whether `links` has something to say of an address.
fn link_is_told(evidence: &Evidence, address: &str) -> bool {
    match evidence.link(address) {
        Answer::Found(facts) => facts.login || !(200..300).contains(&facts.status),
        Answer::Missing | Answer::Unavailable(_) => evidence.has_links(),
    }
}

/// The front page of a repository shows the license that is found in it.
fn of_front_page(
    case: &Case<'_>,
    id: &str,
    url: &Located<String>,
    repository: &Repository,
) -> Option<Standing> {
    let unknown = |why: Prose| Some(Standing::Unknown { why, told: false });
    let is_on_github = matches!(repository, Repository::GitHub(_));
    let listed = evidence::listed(case.nomination, case.evidence, repository);
    let found = match case.evidence.license(repository) {
        Answer::Found(found) => found,
        Answer::Missing => {
            if listed.is_some() {
                return None;
            }
            let finds = if is_on_github { "GitHub finds" } else { "I find" };
            return unknown(prose![finds, " no license file in ", theirs(url.value.trim())]);
        }
        Answer::Unavailable(why) => return unknown(prose![why]),
    };
    if found.ids().iter().any(|found| license::is_same(found, id)) {
        return Some(Standing::Shown);
    }
    if listed.is_some_and(|listed| matches!(listed.relation, Relation::Differs | Relation::NotRecognized)) {
        return None;
    }
    let others: Vec<String> = found.ids().into_iter().map(str::to_owned).collect();
    if others.is_empty() {
        let (sees, but) = match is_on_github {
            true => ("GitHub sees a ", " but does not recognize its text. A reviewer reads whether it is "),
            false => (
                "There is a ",
                ", but its text is not known to be that of a license. A reviewer reads whether it is ",
            ),
        };
        let message = prose![
            sees,
            link("license file", found.page),
            " in ",
            theirs(url.value.trim()),
            but,
            code(id),
            ".",
        ];
        return Some(Standing::ForPeople(Finding::must(message).at(&url.spot)));
    }
    let message = prose![theirs(url.value.trim()), " is under "].then(ids(&others)).then(prose![
        ", not under ",
        code(id),
        ". One of the two has to change: the id in ",
        code(case.nomination.kind.fields().spdx),
        ", or this link.",
    ]);
    Some(Standing::Fault(Finding::must(message).at(&url.spot)))
}

fn another(
    case: &Case<'_>,
    license: &License,
    url: &Located<String>,
    id: &str,
    others: &[String],
) -> Finding {
    let what = prose![theirs(url.value.trim()), " shows "].then(ids(others));
    let is_declared = |other: &String| {
        let mut written = case.nomination.licenses.iter().filter_map(|license| license.spdx.as_ref());
        written.any(|written| license::is_meant(&written.value, other))
    };
    let what = match others {
        _ if others.iter().all(is_declared) => what.then(prose![
            ", which the nomination declares as well, and this entry is for ",
            code(id),
            ". If nothing is under it, delete the entry. If not, link ",
        ]),
        _ => {
            let what = what.then(prose![", and the nomination declares ", code(id), ". "]);
            let licenses = &case.policy.licenses;
            let accepted = Accepted::of(case.nomination, licenses, &case.evidence.pages);
            if others.iter().all(|other| accepted.refuses(other)) {
                // What is refused nobody is told to write.
                what.then(ids(others)).then(accepted.not_accepted()).then(prose![
                    ". If the project is under ",
                    code(id),
                    ", link "
                ])
            } else {
                let right = match others {
                    [one] => code(licenses.spelling(one)),
                    _ => "what it shows".into(),
                };
                what.then(prose![
                    "One of the two has to change. If what is linked is right, write ",
                    right,
                    " in the nomination. If not, link "
                ])
            }
        }
    };
    let end = prose!["the page or file that shows ", code(id), "."];
    with_file(case, license, url, what, end)
}

/// A fault, whose sentence ends with what to link instead: ready, where the license file of a listed repository was
/// found to be this license.
fn with_file(
    case: &Case<'_>,
    license: &License,
    url: &Located<String>,
    what: Prose,
    otherwise: Prose,
) -> Finding {
    match evidence::file_of(case.nomination, case.evidence, license) {
        Some(page) if page != url.value.trim() => {
            let here = link("the license file in the repository", page.as_str());
            Finding::must(what.then(prose![here, "."])).at(&url.spot).suggest(page)
        }
        _ => Finding::must(what.then(otherwise)).at(&url.spot),
    }
}

fn ids(others: &[String]) -> Prose {
    let page = |id: &String| -> Piece { link(id.as_str(), license::page(id)) };
    listed(others.iter().map(page).collect(), 6)
}
