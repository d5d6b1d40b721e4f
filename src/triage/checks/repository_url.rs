//! `repository-url`: every listed address is that of a repository.

use crate::{
    prose,
    triage::{
        account::Account,
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        evidence::{Answer, Evidence, MOST_OWNED, OwnerKind, RepositoryFacts},
        finding::{Finding, Severity},
        owned::{self, Offer},
        prose::{Piece, code, link, listed, theirs},
        pull_request::RepositoryName,
        repository::{Address, Repository},
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "repository-url",
    indicator: "The source",
    topic: "Address of the repository",
    title: "Each repository's address leads to a repository",
    severities: &[Severity::Should],
    why: "License and source are looked up at this address. An organization's page or a folder inside a repository has \
          no license of its own.",
    how: "Open the repository in a browser and copy the address: on GitHub `https://github.com/OWNER/REPOSITORY`. \
          List each repository that belongs to the project as an entry of its own.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"repositories\": [{ \"url\": \"https://github.com/open-clinic/app\" }]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"repositories\": [{ \"url\": \"https://github.com/open-clinic\" }]\n}\n",
        evidence: example_account,
        other_files: &[],
    },
    judge,
};

fn example_account() -> Evidence {
    let repository = |name: &str| RepositoryFacts {
        owner: Some(OwnerKind::Organization),
        ..RepositoryFacts::new(RepositoryName::new("open-clinic", name))
    };
    let mut evidence = Evidence::default();
    evidence.owner_is(
        &Account::GitHub("open-clinic".to_owned()),
        Answer::Found(vec![repository("server"), repository("app")]),
    );
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    if case.nomination.repositories.is_empty() {
        return Outcome::NotApplicable;
    }
    let findings = case.nomination.repositories.iter().filter_map(|listed| {
        let written = listed.url.value.as_str();
        let several = web_address::all_in(written).len();
        let finding = match Address::read(written) {
            _ if several > 1 => Finding::should(prose![
                theirs(written),
                format!(" holds {several} addresses. Write an entry for each, as in "),
                code("[{ \"url\": \"...\" }, { \"url\": \"...\" }]"),
                ".",
            ]),
            Address::GitHub(_) | Address::Forge(_) | Address::Elsewhere { .. } => return None,
            Address::GitHubInside(name) => inside(written, &name.into()),
            Address::ForgeInside(address) => inside(written, &address.into()),
            address @ (Address::GitHubOwner(_) | Address::ForgeOwner { .. }) => match Account::of(address) {
                Some(account) => of_account(case, &account),
                None => Finding::should(prose![
                    theirs(written),
                    " is the page of a group or a person, not a repository. Choose those that make up the project, and \
                     list each by its own address.",
                ]),
            },
            Address::Gist => Finding::should(prose![
                theirs(written),
                " is a gist: files on GitHub that lie in no repository. A repository's address is ",
                code("https://github.com/OWNER/REPOSITORY"),
                ".",
            ]),
            Address::GitHubPage => Finding::should(prose![
                theirs(written),
                " is a page of GitHub's, not a repository. A repository's address is ",
                code("https://github.com/OWNER/REPOSITORY"),
                ".",
            ]),
            Address::NoRepository { host } => Finding::should(prose![
                theirs(written),
                " is a page on ",
                theirs(host),
                ", not a repository there. Write the address of the repository itself.",
            ]),
            Address::NotAnAddress => Finding::should(prose![
                theirs(written),
                " is not a web address. A repository's address begins with ",
                code("https://"),
                ".",
            ]),
        };
        Some(finding.at(&listed.url.spot))
    });
    Outcome::of(findings.collect())
}

/// An account's page, and what of it may be meant.
fn of_account(case: &Case<'_>, account: &Account) -> Finding {
    let page = link(account.to_string(), account.page());
    // Elsewhere the account's name begins with its host.
    let (group, on, or_else) = match account {
        Account::GitHub(_) => ("an organization", " on GitHub", "renamed or deleted"),
        Account::Forge(_) => ("a group", "", "renamed, deleted, or not open to everybody"),
    };
    let repositories = match case.evidence.owner(account) {
        Answer::Found(repositories) => repositories,
        Answer::Missing => {
            let missing = format!("{on}: it may be misspelled, {or_else}.");
            let write = prose!["Write the address of the repository itself: ", code(form(account)), "."];
            return Finding::should(prose!["There is no account ", page, missing].and(write));
        }
        Answer::Unavailable(_) => {
            return Finding::should(prose![
                page,
                format!(" is {group} or a person{on}, not a repository. Choose from "),
                all_of(account),
                " those that make up the project, and list each by its own address.",
            ]);
        }
    };
    let is = match repositories.first().and_then(|one| one.owner) {
        Some(OwnerKind::Organization) => format!(" is {group}{on}, not a repository."),
        Some(OwnerKind::Person) => format!(" is a person{on}, not a repository."),
        None => format!(" is {group} or a person{on}, not a repository."),
    };
    let message = prose![page, is];
    let offer = Offer::of(case.nomination, &repositories);
    if let Some(one) = offer.outstanding {
        let address = one.name.page();
        let why = match repositories.len() {
            1 => "It has one repository: ".to_owned(),
            _ => "The project seems to be this one of its repositories: ".to_owned(),
        };
        let offered = prose![why, shown(one), ". Write its address: ", code(address.as_str()), "."];
        return Finding::should(message.and(offered)).suggest(address);
    }
    if offer.likely.is_empty() {
        let none =
            "It has no public repository. Make the project's repository public, and write its address.";
        return Finding::should(message.and(none.into()));
    }
    let (all, likely) = (repositories.len(), offer.likely.len());
    let begin = match all > likely {
        // Of very many, not all were read.
        true if all >= MOST_OWNED => {
            format!("Of its more than {MOST_OWNED} repositories these may be meant: ")
        }
        true => format!("Of its {all} repositories these may be meant: "),
        false if all == 1 => "It has one repository: ".to_owned(),
        false => "Its repositories are: ".to_owned(),
    };
    let likely = listed(offer.likely.into_iter().map(shown).collect(), owned::MOST);
    let more =
        prose![". List those that make up the project, each by its own address (", all_of(account), ").",];
    Finding::should(message.and(prose![begin]).then(likely).then(more))
}

fn shown(one: &RepositoryFacts) -> Piece {
    link(one.name.to_string(), one.name.page())
}

fn all_of(account: &Account) -> Piece {
    link("all its repositories", account.list())
}

/// What addresses of repositories look like there.
fn form(account: &Account) -> String {
    match account {
        Account::GitHub(_) => "https://github.com/OWNER/REPOSITORY".to_owned(),
        Account::Forge(_) => format!("{}/REPOSITORY", account.page()),
    }
}

fn inside(written: &str, repository: &Repository) -> Finding {
    let page = repository.page();
    Finding::should(prose![
        theirs(written),
        " lies inside a repository. Write the repository's own address: ",
        code(page.as_str()),
        ".",
    ])
    .suggest(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation;

    fn said(text: &str) -> Vec<String> {
        documentation::said_of(&CHECK, text)
    }

    #[test]
    fn several_addresses_in_one_entry_are_counted() {
        for (written, number) in [
            (
                "https://github.com/healthsites/healthsites,  https://data.humdata.org/organization/healthsites",
                2,
            ),
            ("https://gitlab.com/a/b,https://gitlab.com/a/c,https://gitlab.com/a/d", 3),
        ] {
            let said = said(&serde_json::json!({"repositories": [{"url": written}]}).to_string());
            assert!(said.len() == 1 && said[0].contains(&format!("holds {number} addresses.")), "{said:?}");
        }
    }
}
