//! `links`: every link of the nomination answers, to everybody, and by `https` where it can.

use url::Url;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, LinkFacts},
        finding::{Correction, Finding, Severity, Spot},
        link::{self, Link, MOST_LINKS, Place},
        nomination::{Kind, Nomination},
        prose::{Prose, code, theirs},
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "links",
    indicator: "The source",
    topic: "Links",
    title: "Every link opens, for everybody",
    severities: &[Severity::Should, Severity::Hint],
    why: "Reviewers follow every link of a nomination, and so do people who find the project in the registry later. A page \
          that is gone, or that asks for a login, shows them nothing.",
    how: "Open each link in a private browser window, where you are not logged in. Where it does not show the page, \
          correct the address or link another page. Begin addresses with `https://` where the site has it.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"website\": \"https://openclinic.example\"}\n",
        evidence: example_open,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"website\": \"http://openclinic.example\",\n  \"SDGs\": [{ \"SDGNumber\": 3, \"evidenceText\": \"Vaccines reach every \
               clinic (3.8).\", \"evidenceURL\": \"https://openclinic.example/old\" }]\n}\n",
        evidence: example_gone,
        other_files: &[],
    },
    judge,
};

/// "`address` (the website)" and what is so of it.
macro_rules! of {
    ($place:expr, $($piece:expr),* $(,)?) => {
        prose![theirs($place.written.value.trim()), " (", $place.field.clone(), ")", $($piece),*]
    };
}

fn example_open() -> Evidence {
    let mut evidence = Evidence::default();
    let page = LinkFacts::page("https://openclinic.example/");
    evidence.link_is("https://openclinic.example/", Answer::Found(page));
    evidence
}

fn example_gone() -> Evidence {
    let mut evidence = Evidence::default();
    let page = LinkFacts { https: true, ..LinkFacts::page("https://openclinic.example/") };
    evidence.link_is("http://openclinic.example/", Answer::Found(page));
    let old = "https://openclinic.example/old";
    evidence.link_is(old, Answer::Found(LinkFacts { status: 404, ..LinkFacts::page(old) }));
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let mut findings: Vec<Finding> =
        link::places(case.nomination).filter_map(|place| unopened(&place)).collect();
    findings.extend(no_website(case.nomination));
    let links = link::links(case.nomination);
    match opened(case, &links) {
        Ok(more) => {
            findings.extend(more);
            Outcome::over(findings, None, !links.is_empty())
        }
        // Facts can wait for what is said when the links are opened.
        Err(why) => {
            findings.retain(|finding| finding.severity > Severity::Hint);
            Outcome::over(findings, Some((why, false)), false)
        }
    }
}

/// What stands where a link belongs and is none that can be opened as it is written.
fn unopened(place: &Place<'_>) -> Option<Finding> {
    let written = place.written.value.trim();
    if written.is_empty() || link::address(written).is_some() {
        return None;
    }
    let spot = &place.written.spot;
    if !web_address::is_address(written) {
        let message = of!(
            place,
            " is not a web address. Write the whole address, beginning with ",
            code("https://"),
            "."
        );
        return Some(Finding::should(message).at(spot));
    }
    if web_address::page(written).is_some() && !written.contains("://") {
        let message = of!(place, " is not a whole address. Write it with ", code("https://"), " in front.");
        return Some(Finding::should(message).at(spot));
    }
    let several = web_address::all_in(written).len();
    if several > 1 {
        let message =
            of!(place, format!(" holds {several} addresses where one belongs. Keep the one that says most."));
        return Some(Finding::hint(message).at(spot));
    }
    let message = of!(
        place,
        " is not one plain address, so I did not open it. Please look whether it opens in your browser."
    );
    Some(Finding::hint(message).at(spot))
}

/// A project may have none; that is for people to know.
fn no_website(nomination: &Nomination) -> Option<Finding> {
    let document = nomination.document.as_ref().filter(|_| nomination.kind == Kind::Nominee)?;
    let spot = match &nomination.website {
        Some(website) if !website.value.trim().is_empty() => return None,
        Some(website) => website.spot.clone(),
        None if document.get("website").is_some() => return None,
        None => {
            let start = document.spot.span.start;
            Spot { pointer: "/website".to_owned(), span: start..start + 1 }
        }
    };
    let message = prose![
        "No website of the project is named. If it has one, write its address into ",
        code("website"),
        "."
    ];
    Some(Finding::hint(message).at(&spot))
}

/// What the links show that were opened, or why none was.
fn opened(case: &Case<'_>, links: &[Link<'_>]) -> Result<Vec<Finding>, Prose> {
    let mut findings = Vec::new();
    if links.is_empty() {
        return Ok(findings);
    }
    if case.evidence.no_link_answered() {
        return Err("no link of the nomination could be opened from where I run".into());
    }
    for link in links.iter().take(MOST_LINKS) {
        match case.evidence.link(&link.address) {
            Answer::Found(facts) => {
                let of_place = |place| of_one(place, &link.address, &facts);
                findings.extend(link.places.iter().flat_map(of_place));
            }
            Answer::Missing => findings.extend(link.places.iter().map(nowhere)),
            // Nothing was opened at all.
            Answer::Unavailable(why) if !case.evidence.has_links() => {
                return Err(prose![why]);
            }
            Answer::Unavailable(why) => {
                findings.extend(link.places.iter().map(|place| silent(place, why.clone())));
            }
        }
    }
    if findings.is_empty() && links.len() > MOST_LINKS {
        return Err(prose![format!("only the first {MOST_LINKS} links are opened")]);
    }
    Ok(findings)
}

/// There is nothing to open.
fn nowhere(place: &Place<'_>) -> Finding {
    let message = of!(
        place,
        " leads nowhere: there is no public website at this address. Is the name misspelled? Correct it, or link \
         another page.",
    );
    Finding::should(message).at(&place.written.spot)
}

/// It did not answer, which may be nobody's fault.
fn silent(place: &Place<'_>, why: String) -> Finding {
    let message =
        of!(place, " could not be opened: ", why, ". Please look whether it opens in your browser.");
    Finding::hint(message).at(&place.written.spot)
}

/// What is to be said of a link that answered: of where it leads, and of how it is written.
fn of_one(place: &Place<'_>, address: &str, facts: &LinkFacts) -> Vec<Finding> {
    let spot = &place.written.spot;
    let hint = |message| vec![Finding::hint(message).at(spot)];
    if facts.login {
        return hint(of!(place, " asks for a login. Link a page that everybody can read."));
    }
    match facts.status {
        404 | 410 => {
            let message = of!(
                place,
                format!(" is not there: the site answers {} (no such page). ", facts.status),
                "Correct the address, or link another page.",
            );
            vec![Finding::should(message).at(spot)]
        }
        200..300 if facts.https => {
            let by_https = by_https(place.written.value.trim(), address);
            let message = of!(
                place,
                " opens by ",
                code("https"),
                " as well. Write ",
                code("https://"),
                " instead of ",
                code("http://"),
                ": then nobody on the way can read along or change the page.",
            );
            vec![Finding::should(message).at(spot).mend(Correction::Text(by_https))]
        }
        200..300 if facts.moved && !web_address::is_same_page(address, &facts.address) => hint(of!(
            place,
            " has moved for good to ",
            theirs(facts.address.as_str()),
            ". If that is the page that you mean, write its new address.",
        )),
        200..300 => vec![],
        status @ 500.. => hint(of!(
            place,
            format!(
                " had a fault when I opened it (the site answers {status}). Please look whether it opens now."
            ),
        )),
        status => hint(of!(
            place,
            format!(" did not let me in (the site answers {status}), as some sites do with programs. "),
            "Please look whether it opens in a private browser window.",
        )),
    }
}

/// An address of `http` with `https` in its place, and otherwise as it was written where that is right.
fn by_https(written: &str, address: &str) -> String {
    let mut url = match Url::parse(address) {
        Ok(url) => url,
        Err(_) => return written.to_owned(),
    };
    let fragment = written.split_once('#').map(|(_, fragment)| fragment);
    let _ = url.set_scheme("https");
    url.set_fragment(fragment);
    let rest = written.split_once("://").map_or("", |(_, rest)| rest);
    let kept = format!("https://{rest}");
    if Url::parse(&kept).as_ref() == Ok(&url) { kept } else { url.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{
        evidence::Lookup,
        nomination::{Filed, Kind, Nomination, parse},
        policy::Policy,
    };

    const TEXT: &str = r#"{"website": "http://x.org", "organizations": [{"website": "http://X.org/"}],
        "SDGs": [{"SDGNumber": 3, "evidenceURL": "https://x.org/a"}]}"#;

    fn nomination(text: &str) -> (Nomination, Vec<Finding>) {
        parse(Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None }, text.as_bytes())
    }

    fn judged(text: &str, evidence: &Evidence) -> Outcome {
        let (nomination, faults) = nomination(text);
        judge(&Case {
            nomination: &nomination,
            faults: &faults,
            evidence,
            policy: Policy::built_in(),
            day: chrono::NaiveDate::MAX,
            siblings: &[],
            other_files: &[],
        })
    }

    fn said(facts: LinkFacts) -> Vec<(Severity, String)> {
        let mut evidence = Evidence::default();
        evidence.link_is("https://x.org/a", Answer::Found(facts));
        evidence.link_is("http://x.org/", Answer::Found(LinkFacts::page("http://x.org/")));
        let outcome = judged(TEXT, &evidence);
        outcome.findings().iter().map(|finding| (finding.severity, finding.message.plain())).collect()
    }

    #[test]
    fn what_an_answer_says() {
        let page = || LinkFacts::page("https://x.org/a");
        assert_eq!(said(page()), []);
        let www = LinkFacts { moved: true, ..LinkFacts::page("https://www.x.org/a/") };
        assert_eq!(said(www), []);
        let away = LinkFacts::page("https://y.org/");
        assert_eq!(said(away.clone()), [], "not for good");
        for (facts, severity, words) in [
            (LinkFacts { status: 404, ..page() }, Severity::Should, "is not there"),
            (LinkFacts { status: 410, ..page() }, Severity::Should, "answers 410"),
            (LinkFacts { status: 403, ..page() }, Severity::Hint, "did not let me in"),
            (LinkFacts { status: 429, ..page() }, Severity::Hint, "answers 429"),
            (LinkFacts { status: 304, ..page() }, Severity::Hint, "answers 304"),
            (LinkFacts { status: 503, ..page() }, Severity::Hint, "had a fault"),
            (LinkFacts { login: true, ..page() }, Severity::Hint, "asks for a login"),
            (LinkFacts { login: true, status: 401, ..page() }, Severity::Hint, "asks for a login"),
            (LinkFacts { moved: true, ..away }, Severity::Hint, "moved for good to \"https://y.org/\""),
        ] {
            let said = said(facts);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].0 == severity && said[0].1.contains(words), "{said:?}");
            assert!(said[0].1.starts_with("\"https://x.org/a\" (the evidence for goal 3) "), "{said:?}");
        }
    }

    /// Written in two places, it is put right in both.
    #[test]
    fn https_is_a_mechanical_correction() {
        let mut evidence = Evidence::default();
        let served = LinkFacts { https: true, ..LinkFacts::page("https://x.org/") };
        evidence.link_is("http://x.org/", Answer::Found(served));
        evidence.link_is("https://x.org/a", Answer::Found(LinkFacts::page("https://x.org/a")));
        let outcome = judged(TEXT, &evidence);
        let corrections: Vec<_> = outcome.findings().iter().map(Finding::suggestion).collect();
        assert_eq!(corrections, [Some("https://x.org"), Some("https://X.org/")]);
        assert!(outcome.findings().iter().all(|finding| finding.mechanical));
        for (written, address, expected) in [
            ("HTTP://x.org/ä#b", "http://x.org/%C3%A4", "https://x.org/ä#b"),
            ("http://x.org:80/a", "http://x.org/a", "https://x.org/a"),
            ("http://x.org:443/a", "http://x.org:443/a", "https://x.org:443/a"),
        ] {
            assert_eq!(by_https(written, address), expected, "{written}");
        }
    }

    /// A word is no address, and what could not be opened is not fine.
    #[test]
    fn what_is_no_address_is_told() {
        for (website, expected) in [
            ("https://x.org/", None),
            ("accessmod", Some((Severity::Should, "is not a web address"))),
            ("N/A", Some((Severity::Should, "is not a web address"))),
            ("ask me", Some((Severity::Should, "is not a web address"))),
            ("www.x.org", Some((Severity::Should, "with `https://` in front"))),
            ("https://x.org:8080/", Some((Severity::Hint, "I did not open it"))),
            ("https://x.org/ https://y.org/", Some((Severity::Hint, "holds 2 addresses where one belongs"))),
            ("", Some((Severity::Hint, "No website of the project is named"))),
        ] {
            let mut evidence = Evidence::default();
            for address in ["https://x.org/", "https://x.org/a"] {
                evidence.link_is(address, Answer::Found(LinkFacts::page(address)));
            }
            let text = format!(
                r#"{{"website": "{website}", "SDGs": [{{"SDGNumber": 3, "evidenceURL": "https://x.org/a"}}]}}"#
            );
            let outcome = judged(&text, &evidence);
            let said = outcome.findings().first().map(|first| (first.severity, first.message.plain()));
            let is_said = |(severity, words): (Severity, &str)| {
                said.as_ref().is_some_and(|(has, said)| *has == severity && said.contains(words))
            };
            assert!(expected.map_or(outcome == Outcome::Met, is_said), "{website}: {outcome:?}");
            let offline = judged(&text, &Evidence::unasked("nothing is looked up here"));
            let is_should = expected.is_some_and(|(severity, _)| severity == Severity::Should);
            assert_eq!(matches!(offline, Outcome::NotMet(_)), is_should, "{website}: {offline:?}");
        }
        let none = judged(r#"{"name": "X"}"#, &Evidence::default());
        assert_eq!(none.severity(), Some(Severity::Hint), "{none:?}");
    }

    #[test]
    fn what_was_not_opened_is_not_fine() {
        let goals: Vec<_> = (0..50).map(|n| format!(r#"{{"evidenceURL": "https://x.org/{n}"}}"#)).collect();
        let text = format!(r#"{{"SDGs": [{}]}}"#, goals.join(","));
        let mut evidence = Evidence::default();
        for lookup in crate::triage::evidence::lookups(&nomination(&text).0) {
            if let Lookup::Link(address) = lookup {
                evidence.link_is(address.clone(), Answer::Found(LinkFacts::page(address)));
            }
        }
        let outcome = judged(&text, &evidence);
        assert_eq!(outcome, Outcome::not_checked(prose!["only the first 40 links are opened".to_owned()]));
    }

    /// Silence of all of them is no fault of any.
    #[test]
    fn a_world_that_is_cut_off_is_one_quiet_reason() {
        let mut evidence = Evidence::default();
        for address in ["http://x.org/", "https://x.org/a"] {
            evidence.link_is(address, Answer::Unavailable("nothing answers there".into()));
        }
        assert!(
            matches!(judged(TEXT, &evidence), Outcome::NotChecked { told: false, .. })
                && evidence.is_incomplete()
        );
        evidence.link_is("http://x.org/", Answer::Missing);
        assert!(evidence.is_incomplete(), "the other one may answer later");
        let severities: Vec<_> =
            judged(TEXT, &evidence).findings().iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Should, Severity::Should, Severity::Hint]);
        for (status, may_pass) in [(200, false), (404, false), (403, false), (429, true), (503, true)] {
            let facts = LinkFacts { status, ..LinkFacts::page("https://x.org/a") };
            evidence.link_is("https://x.org/a", Answer::Found(facts));
            assert_eq!(evidence.is_incomplete(), may_pass, "{status}");
        }
        let offline = Evidence::unasked("nothing is looked up here");
        assert_eq!(
            judged(TEXT, &offline),
            Outcome::not_checked(prose!["nothing is looked up here".to_owned()])
        );
    }
}
