//! The API of Forgejo and Gitea, version 1, as anybody may ask it: <https://codeberg.org/api/swagger>.
//!
//! In: the address of a repository. Out: addresses to ask, and what the answers say. Never: asking.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Api, Entry, Owner, Project, branch, detected, json, page};
use crate::triage::{
    account::ForgeAccount,
    evidence::{OwnerKind, RepositoryFacts},
    pull_request::encoded,
    repository::{ForgeAddress, Software},
};

pub(super) struct Forgejo;

/// So many repositories has a full page of a list, unless its host was told otherwise.
const A_PAGE: usize = 50;

#[derive(Deserialize)]
struct RepositoryAnswer {
    full_name: String,
    private: bool,
    fork: bool,
    empty: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    description: String,
    #[serde(default)]
    website: String,
    topics: Option<Vec<String>>,
    default_branch: String,
    updated_at: Option<DateTime<Utc>>,
    licenses: Option<Vec<String>>,
    #[serde(default)]
    stars_count: u64,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
    /// Where the API is described.
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct ContentsEntry {
    name: String,
    r#type: String,
}

impl Api for Forgejo {
    fn software(&self) -> Software {
        Software::Forgejo
    }

    fn root(&self) -> &'static str {
        "/api/v1/"
    }

    fn repository(&self, address: &ForgeAddress) -> Option<String> {
        (address.path().split('/').count() == 2).then(|| of(address))
    }

    fn read(&self, host: &str, bytes: &[u8]) -> Option<Project> {
        project(host, json(bytes)?)
    }

    fn is_refusal(&self, status: u16, bytes: &[u8]) -> bool {
        let Some(refusal) = json::<Refusal>(bytes) else { return false };
        match status {
            404 => {
                refusal.message == "The target couldn't be found." || refusal.url.ends_with("/api/swagger")
            }
            // A forge that shows nothing to anybody who is not logged in.
            401 | 403 => refusal.message == "Only signed in user is allowed to call APIs.",
            _ => false,
        }
    }

    /// It tells of emptiness with the repository.
    fn is_emptiness(&self, _status: u16, _bytes: &[u8]) -> bool {
        false
    }

    /// The list is one page, however long.
    fn files(&self, project: &Project, folder: &str, _page: usize) -> String {
        let (of, branch) = (of(&project.address), encoded(&project.facts.default_branch));
        match folder {
            "" => format!("{of}/contents?ref={branch}"),
            folder => format!("{of}/contents/{}?ref={branch}", encoded(folder)),
        }
    }

    fn list(&self, bytes: &[u8]) -> Option<(Vec<Entry>, bool)> {
        let entries: Vec<ContentsEntry> = json(bytes)?;
        let entry = |entry: ContentsEntry| Entry { is_folder: entry.r#type == "dir", name: entry.name };
        Some((entries.into_iter().map(entry).collect(), false))
    }

    fn raw(&self, project: &Project, file: &str) -> String {
        let (of, branch) = (of(&project.address), encoded(&project.facts.default_branch));
        format!("{of}/raw/{}?ref={branch}", encoded(file))
    }

    fn owners(&self) -> [Owner; 2] {
        [
            Owner { kind: OwnerKind::Organization, list: "orgs" },
            Owner { kind: OwnerKind::Person, list: "users" },
        ]
    }

    fn owned(&self, account: &ForgeAccount, list: &str, page: usize) -> String {
        let (host, path) = (account.host(), encoded(account.path()));
        format!("https://{host}/api/v1/{list}/{path}/repos?limit={A_PAGE}&page={page}")
    }

    fn a_page(&self) -> usize {
        A_PAGE
    }

    fn repositories(&self, host: &str, bytes: &[u8]) -> Option<(Vec<Project>, bool)> {
        let (answers, more) = page(bytes, A_PAGE)?;
        Some((answers.into_iter().filter_map(|answer| project(host, answer)).collect(), more))
    }

    fn is_no_owner(&self, status: u16, bytes: &[u8]) -> bool {
        status == 404 && self.is_refusal(status, bytes)
    }
}

fn project(host: &str, answer: RepositoryAnswer) -> Option<Project> {
    let address = ForgeAddress::new(host, &answer.full_name)?;
    if address.path().split('/').count() != 2 {
        return None;
    }
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let facts = RepositoryFacts {
        private: answer.private,
        archived: answer.archived,
        fork: answer.fork,
        empty: answer.empty,
        description: given(answer.description),
        homepage: given(answer.website),
        topics: answer.topics.unwrap_or_default(),
        stars: answer.stars_count,
        default_branch: branch(answer.default_branch),
        pushed_at: answer.updated_at,
        ..RepositoryFacts::new(&address)
    };
    let detected = match answer.licenses.as_deref() {
        Some([one]) => detected(one),
        _ => None,
    };
    Some(Project { address, facts, detected })
}

fn of(address: &ForgeAddress) -> String {
    format!("https://{}/api/v1/repos/{}", address.host(), address.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_forgejo_are_read() {
        let text = r#"{"id":7,"owner":{"login":"clinic"},"name":"app","full_name":"clinic/app","description":"",
            "empty":false,"private":false,"fork":true,"template":false,"archived":true,"website":"https://clinic.example",
            "default_branch":"trunk","updated_at":"2026-11-04T10:33:38+01:00","topics":null,"licenses":["MIT"]}"#;
        let project = Forgejo.read("codeberg.org", text.as_bytes()).unwrap();
        let facts = &project.facts;
        assert!(facts.fork && facts.archived && !facts.empty && !facts.private);
        assert_eq!(
            (facts.description.as_deref(), facts.homepage.as_deref()),
            (None, Some("https://clinic.example"))
        );
        assert_eq!(
            Forgejo.files(&project, "LICENSES", 1),
            "https://codeberg.org/api/v1/repos/clinic/app/contents/LICENSES?ref=trunk"
        );
        let deeper = ForgeAddress::new("git.example.org", "a/b/c").unwrap();
        assert_eq!(Forgejo.repository(&deeper), None);
    }

    #[test]
    fn what_is_not_forgejo_is_not_read() {
        let gitlab = r#"{"message":"404 Project Not Found"}"#;
        for text in ["", "<title>A page</title>", "{}", "[]", gitlab, &"{\"a\":".repeat(500_000)] {
            assert!(Forgejo.read("x.org", text.as_bytes()).is_none());
            assert!(!Forgejo.is_refusal(404, text.as_bytes()));
        }
        let swagger = r#"{"errors":null,"message":"Not Found","url":"https://codeberg.org/api/swagger"}"#;
        assert!(Forgejo.is_refusal(404, swagger.as_bytes()));
        assert!(Forgejo.is_refusal(404, br#"{"message":"The target couldn't be found."}"#));
    }
}
