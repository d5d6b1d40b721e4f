//! `repository-related`: something ties each repository to the project.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, RepositoryFacts, unseen},
        finding::{Finding, Severity},
        likeness::words,
        nomination::Nomination,
        prose::link,
        pull_request::RepositoryName,
        repository::{Address, Repository},
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "repository-related",
    indicator: "The source",
    topic: "Whose repository it is",
    title: "Each repository shows that it belongs to the project",
    severities: &[Severity::Hint],
    why: "Sometimes a project lists a library that it uses, or somebody else's repository of a similar name. Reviewers \
          look whether owner, name, description or website of the repository speak of the project.",
    how: "Nothing has to be done if it is the right one. The project's name in the repository's description, or its \
          website there, makes it plain.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example { path: "nominees/open-clinic.json", text: TEXT, evidence: example_own, other_files: &[] },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_foreign,
        other_files: &[],
    },
    judge,
};

const TEXT: &str = r#"{
  "name": "Open Clinic",
  "website": "https://openclinic.org",
  "repositories": [{ "url": "https://github.com/jdoe/backend" }]
}
"#;

fn example_own() -> Evidence {
    example("Server of Open Clinic, the record of vaccinations")
}

fn example_foreign() -> Evidence {
    example("A web framework")
}

fn example(description: &str) -> Evidence {
    let name = RepositoryName::new("jdoe", "backend");
    let facts =
        RepositoryFacts { description: Some(description.to_owned()), ..RepositoryFacts::new(name.clone()) };
    let mut evidence = Evidence::default();
    evidence.repository_is(&name, Answer::Found(facts));
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let project = Project::of(case.nomination);
    let (mut findings, mut unknown, mut gone, mut met) = (Vec::new(), None, false, false);
    for listed in &case.nomination.repositories {
        let Some(name) = Address::read(&listed.url.value).repository() else { continue };
        if project.is_in(&name.path()) || project.is_host_of(&name) {
            met = true;
            continue;
        }
        match case.evidence.repository(&name) {
            Answer::Found(facts) if facts.private => gone = true,
            Answer::Found(facts) if project.is_told_by(&facts) => met = true,
            Answer::Found(facts) => {
                let message = prose![
                    "Neither owner nor name, description or website of ",
                    link(facts.name.to_string(), facts.name.page()),
                    " speak of the project. Is it the project's own repository?",
                ];
                findings.push(Finding::hint(message).at(&listed.url.spot));
            }
            Answer::Missing => gone = true,
            Answer::Unavailable(why) => unknown = Some(why),
        }
    }
    Outcome::over(findings, unseen(unknown, gone), met)
}

/// What tells a project: names of it and of those who stand behind it, and the host of its website.
struct Project {
    /// Each without blanks and signs, in small letters; and the initials of those with several words.
    names: Vec<String>,
    /// Words that are rarely by chance in another project's name.
    words: Vec<String>,
    hosts: Vec<String>,
}

/// Words of names that many projects have.
const COMMON: [&str; 16] = [
    "open",
    "digital",
    "data",
    "project",
    "platform",
    "system",
    "foundation",
    "health",
    "source",
    "public",
    "global",
    "national",
    "world",
    "institute",
    "university",
    "information",
];

impl Project {
    fn of(nomination: &Nomination) -> Self {
        let written: Vec<&str> = (nomination.name.iter().chain(&nomination.aliases))
            .chain(nomination.organizations.iter().filter_map(|one| one.name.as_ref()))
            .map(|name| name.value.as_str())
            .collect();
        let plain_words: Vec<Vec<String>> = written.iter().map(|name| words(name)).collect();
        let initials =
            |words: &Vec<String>| words.iter().filter_map(|word| word.chars().next()).collect::<String>();
        let joined = plain_words.iter().map(|words| words.concat());
        let names = joined.chain(plain_words.iter().map(initials)).filter(|name| name.len() >= 3);
        let websites = (nomination.website.iter())
            .chain(nomination.organizations.iter().filter_map(|one| one.website.as_ref()));
        let hosts = websites.filter_map(|website| host(&website.value));
        Self {
            names: names.collect(),
            words: (plain_words.iter().flatten()).filter(|word| is_telling(word)).cloned().collect(),
            hosts: hosts.collect(),
        }
    }

    /// Whether a text names it.
    fn is_in(&self, text: &str) -> bool {
        let words = words(text);
        let joined = words.concat();
        self.names.iter().any(|name| joined.contains(name.as_str()))
            || self.words.iter().any(|word| joined.contains(word.as_str()))
            || self.hosts.iter().any(|host| joined.contains(label(host)))
            || words.iter().any(|word| is_telling(word) && self.names.iter().any(|name| name.contains(word)))
    }

    /// Whether a repository lies on a host of the project's own website.
    fn is_host_of(&self, repository: &Repository) -> bool {
        let Repository::Forge(address) = repository else { return false };
        let above = |own: &String| address.host().strip_suffix(own.as_str());
        let is_own = |rest: &str| rest.is_empty() || rest.ends_with('.');
        address.software().is_none() && self.hosts.iter().filter_map(above).any(is_own)
    }

    /// Whether the repository's description or website does.
    fn is_told_by(&self, facts: &RepositoryFacts) -> bool {
        facts.description.as_ref().is_some_and(|description| self.is_in(description))
            || facts
                .homepage
                .as_ref()
                .and_then(|page| host(page))
                .is_some_and(|host| self.hosts.contains(&host))
    }
}

fn is_telling(word: &str) -> bool {
    word.len() >= 4 && !COMMON.contains(&word)
}

fn host(address: &str) -> Option<String> {
    let url = web_address::page(address)?;
    let host = web_address::host(&url).to_owned();
    // On a forge, the host says nothing of whose page it is.
    (!host.ends_with("github.com") && !host.ends_with("github.io") && !host.ends_with("gitlab.com"))
        .then_some(host)
}

/// The part of a host's name that its owner chose: `openclinic` of `docs.openclinic.org`.
fn label(host: &str) -> &str {
    let mut labels = host.rsplit('.').skip(1).filter(|label| label.len() > 3);
    labels.next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{
        nomination::{Filed, Kind, parse},
        repository::ForgeAddress,
    };

    #[test]
    fn names_words_initials_and_hosts_tie() {
        let text = r#"{"name": "Sistema Abierto de Salud", "aliases": ["Medicos"], "website": "https://docs.vacunas.org.ar",
            "organizations": [{"name": "Fundación Ñandú"}]}"#;
        let filed = Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None };
        let project = Project::of(&parse(filed, text.as_bytes()).0);
        for (repository, tied) in [
            ("fundacion-nandu/x", true),
            ("x/medicos-web", true),
            ("sads-org/core", true),
            ("vacunas/app", true),
            ("facebook/react", false),
            ("digital/data-platform", false),
        ] {
            assert_eq!(project.is_in(repository), tied, "{repository}");
        }
        for (host, tied) in [
            ("docs.vacunas.org.ar", true),
            ("git.docs.vacunas.org.ar", true),
            ("mydocs.vacunas.org.ar", false),
        ] {
            let at = ForgeAddress::new(host, "a/b").expect("a path of a repository");
            assert_eq!(project.is_host_of(&at.into()), tied, "{host}");
        }
    }
}
