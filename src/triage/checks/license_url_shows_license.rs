//! `license-url-shows-license`: what is linked as the license is the license that is declared.

use std::sync::Arc;

use url::Url;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{self, Answer, Evidence, LicenseFacts, Relation, RepositoryLicense},
        finding::{Finding, Severity},
        license,
        license_page::{self, Content, Lack, LicensePage, Said, Shown, Statement, Unclear},
        nomination::{License, Located},
        prose::{Piece, Prose, code, link, listed, theirs},
        pull_request::RepositoryName,
        raw_file,
        repository::Address,
        web_address,
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
    if let Address::GitHub(name) = Address::read(&url.value) {
        return of_front_page(case, &id, url, &name);
    }
    let address = license_page::address(&url.value)?;
    let statement = statement(case, url, &address);
    let found: Vec<&str> = statement.iter().flat_map(|statement| statement.held()).collect();
    let beside = beside(case, &address, &id, &found);
    let said = match statement {
        Ok(statement) => statement.of_license(&id),
        Err(_) if beside == Beside::Told => return None,
        Err(Unread::Closed { .. }) if beside == Beside::Known => return Some(Standing::Shown),
        Err(Unread::Closed { why, told } | Unread::Opened { why, told }) => {
            return Some(Standing::Unknown { why, told });
        }
    };
    match (beside, said) {
        (Beside::Told, said) if said != Said::Declared => None,
        // GitHub has read the same file and knows it; what is read here may be some minutes older.
        (Beside::Known, Said::None | Said::Others(_)) => Some(Standing::Shown),
        (_, said) => Some(of_said(case, license, url, &id, said)),
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
    /// What answered is no page with a text.
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
            opened(prose![written, answers, "; a reviewer opens it"], told)
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

/// What `license-in-repository` makes of the file that is linked.
#[derive(PartialEq)]
enum Beside {
    /// It speaks of this fault already.
    Told,
    /// The file is the one in which GitHub finds the declared license.
    Known,
    Nothing,
}

fn beside(case: &Case<'_>, address: &str, id: &str, held: &[&str]) -> Beside {
    let Some((name, path)) = file(address) else { return Beside::Nothing };
    let Some(listed) = in_list(case, &name) else { return Beside::Nothing };
    let Some(found) = &listed.found else {
        // There is no license file, or no repository that could be looked at.
        let told = matches!(listed.relation, Relation::None | Relation::NotReachable { told: true, .. });
        return if told { Beside::Told } else { Beside::Nothing };
    };
    let same_file = file(&found.page).is_some_and(|(_, other)| other.eq_ignore_ascii_case(&path));
    let same_license =
        !held.is_empty() && held.iter().all(|held| found.ids().iter().any(|id| license::is_same(id, held)));
    match listed.relation {
        Relation::Differs if same_file || same_license => Beside::Told,
        Relation::NotRecognized if same_file => Beside::Told,
        Relation::Matches if same_file && has(found, id) => Beside::Known,
        _ => Beside::Nothing,
    }
}

fn has(found: &LicenseFacts, id: &str) -> bool {
    found.ids().iter().any(|found| license::is_same(found, id))
}

/// The repository of github.com in which a linked file lies, and the file's path.
fn file(address: &str) -> Option<(RepositoryName, String)> {
    let raw = raw_file::address(address)?;
    let url = Url::parse(&raw).ok().filter(|url| web_address::host(url) == "raw.githubusercontent.com")?;
    match web_address::parts(&url).as_slice() {
        [owner, name, _, path @ ..] => Some((RepositoryName::new(*owner, *name), path.join("/"))),
        _ => None,
    }
}

/// What is known of a listed repository, by its present name or the one that is written.
fn in_list(case: &Case<'_>, name: &RepositoryName) -> Option<RepositoryLicense> {
    evidence::compare(case.nomination, case.evidence).into_iter().find(|listed| {
        listed.repository.as_ref().is_some_and(|present| present.is_same(&name.into()))
            || Address::read(&listed.url.value)
                .repository()
                .is_some_and(|written| written.is_same(&name.into()))
    })
}

/// The front page of a repository shows the license that GitHub finds in it.
fn of_front_page(
    case: &Case<'_>,
    id: &str,
    url: &Located<String>,
    name: &RepositoryName,
) -> Option<Standing> {
    let unknown = |why: Prose| Some(Standing::Unknown { why, told: false });
    let listed = in_list(case, name);
    let found = match case.evidence.license(&name.into()) {
        Answer::Found(found) => found,
        Answer::Missing => {
            if listed.is_some() {
                return None;
            }
            return unknown(prose!["GitHub finds no license file in ", theirs(url.value.trim())]);
        }
        Answer::Unavailable(why) => return unknown(prose![why]),
    };
    if has(&found, id) {
        return Some(Standing::Shown);
    }
    if listed.is_some_and(|listed| matches!(listed.relation, Relation::Differs | Relation::NotRecognized)) {
        return None;
    }
    let others: Vec<String> = found.ids().into_iter().map(str::to_owned).collect();
    if others.is_empty() {
        let message = prose![
            "GitHub sees a ",
            link("license file", found.page),
            " in ",
            theirs(url.value.trim()),
            " but does not recognize its text. A reviewer reads whether it is ",
            code(id),
            ".",
        ];
        return Some(Standing::ForPeople(Finding::must(message).at(&url.spot)));
    }
    let message = prose![theirs(url.value.trim()), " is under "].then(ids(&others)).then(prose![
        ", not under ",
        code(id),
        ". One of the two has to change: the id in ",
        code("spdx"),
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
    let what = prose![theirs(url.value.trim()), " shows "].then(ids(others)).then(prose![
        ", and the nomination declares ",
        code(id),
        ". One of the two has to change. If what is linked is right, write ",
        match others {
            [one] => code(one.as_str()),
            _ => "what it shows".into(),
        },
        " in the nomination.",
    ]);
    let end = prose!["the page or file that shows ", code(id), "."];
    with_file(case, license, url, what.and("If not, link ".into()), end)
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
