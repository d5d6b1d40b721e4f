//! GitLab's API, version 4, as anybody may ask it: <https://docs.gitlab.com/api/rest/>.
//!
//! In: the address of a project. Out: addresses to ask, and what the answers say. Never: asking.

use chrono::{DateTime, Utc};
use serde::{Deserialize, de::IgnoredAny};

use super::{Api, Entry, Owner, Project, branch, detected, json, page};
use crate::triage::{
    account::ForgeAccount,
    evidence::{OwnerKind, RepositoryFacts},
    pull_request::encoded,
    repository::{ForgeAddress, Software},
};

pub(super) struct GitLab;

/// So many entries has a full page of a list.
const A_PAGE: usize = 100;

/// What everybody is told of a project: <https://docs.gitlab.com/api/projects/#get-a-single-project>.
#[derive(Deserialize)]
struct ProjectAnswer {
    path_with_namespace: String,
    web_url: String,
    description: Option<String>,
    /// `null` where the repository is not open to everybody.
    default_branch: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    last_activity_at: Option<DateTime<Utc>>,
    visibility: Option<String>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    empty_repo: bool,
    forked_from_project: Option<IgnoredAny>,
    license: Option<Detected>,
    #[serde(default)]
    star_count: u64,
}

#[derive(Deserialize)]
struct Detected {
    key: String,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// <https://docs.gitlab.com/api/repositories/#list-all-repository-trees-in-a-project>
#[derive(Deserialize)]
struct TreeEntry {
    name: String,
    r#type: String,
}

impl Api for GitLab {
    fn software(&self) -> Software {
        Software::GitLab
    }

    fn root(&self) -> &'static str {
        "/api/v4/"
    }

    fn repository(&self, address: &ForgeAddress) -> Option<String> {
        Some(format!("{}?license=true", of(address)))
    }

    fn read(&self, host: &str, bytes: &[u8]) -> Option<Project> {
        project(host, json(bytes)?)
    }

    fn is_refusal(&self, status: u16, bytes: &[u8]) -> bool {
        let said = json::<Refusal>(bytes).map(|refusal| refusal.message).unwrap_or_default();
        match status {
            404 => said == "404 Project Not Found",
            401 => said == "401 Unauthorized",
            _ => false,
        }
    }

    fn is_emptiness(&self, status: u16, bytes: &[u8]) -> bool {
        let says = |refusal: Refusal| refusal.message == "404 Tree Not Found";
        status == 404 && json::<Refusal>(bytes).is_some_and(says)
    }

    fn files(&self, project: &Project, folder: &str, page: usize) -> String {
        let branch = encoded(&project.facts.default_branch);
        let of = of(&project.address);
        let path = encoded(folder);
        format!("{of}/repository/tree?path={path}&ref={branch}&per_page={A_PAGE}&page={page}")
    }

    fn list(&self, bytes: &[u8]) -> Option<(Vec<Entry>, bool)> {
        let (entries, more) = page(bytes, A_PAGE)?;
        let entry = |entry: TreeEntry| Entry { is_folder: entry.r#type == "tree", name: entry.name };
        Some((entries.into_iter().map(entry).collect(), more))
    }

    fn raw(&self, project: &Project, file: &str) -> String {
        let (of, branch) = (of(&project.address), encoded(&project.facts.default_branch));
        format!("{of}/repository/files/{}/raw?ref={branch}", one_part(file))
    }

    fn owners(&self) -> [Owner; 2] {
        [
            Owner { kind: OwnerKind::Organization, list: "groups" },
            Owner { kind: OwnerKind::Person, list: "users" },
        ]
    }

    /// Whether a project is archived it does not tell, so those that are not are asked for:
    /// <https://docs.gitlab.com/api/groups/#list-projects>.
    fn owned(&self, account: &ForgeAccount, list: &str, page: usize) -> String {
        let (host, path) = (account.host(), one_part(account.path()));
        let within = if list == "groups" { "&include_subgroups=true&with_shared=false" } else { "" };
        format!(
            "https://{host}/api/v4/{list}/{path}/projects?archived=false&order_by=last_activity_at{within}&per_page={A_PAGE}&page={page}"
        )
    }

    fn a_page(&self) -> usize {
        A_PAGE
    }

    fn repositories(&self, host: &str, bytes: &[u8]) -> Option<(Vec<Project>, bool)> {
        let (answers, more) = page(bytes, A_PAGE)?;
        Some((answers.into_iter().filter_map(|answer| project(host, answer)).collect(), more))
    }

    fn is_no_owner(&self, status: u16, bytes: &[u8]) -> bool {
        let says =
            |refusal: Refusal| matches!(&*refusal.message, "404 Group Not Found" | "404 User Not Found");
        status == 404 && json::<Refusal>(bytes).is_some_and(says)
    }
}

fn project(host: &str, answer: ProjectAnswer) -> Option<Project> {
    if !answer.web_url.ends_with(&answer.path_with_namespace) {
        return None;
    }
    let address = ForgeAddress::new(host, &answer.path_with_namespace)?;
    let facts = RepositoryFacts {
        private: answer.visibility.is_some_and(|visibility| visibility != "public"),
        archived: answer.archived,
        fork: answer.forked_from_project.is_some(),
        empty: answer.empty_repo,
        description: answer.description,
        topics: answer.topics,
        stars: answer.star_count,
        default_branch: answer.default_branch.map(branch).unwrap_or_default(),
        pushed_at: answer.last_activity_at,
        ..RepositoryFacts::new(&address)
    };
    let detected = answer.license.and_then(|license| detected(&license.key));
    Some(Project { address, facts, detected })
}

fn of(address: &ForgeAddress) -> String {
    format!("https://{}/api/v4/projects/{}", address.host(), one_part(address.path()))
}

/// A path as one part of another.
fn one_part(path: &str) -> String {
    encoded(path).replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_gitlab_are_read() {
        // What gitlab.com tells somebody who is not logged in.
        let text = r#"{"id":278964,"description":"Records","name":"App","name_with_namespace":"Clinic / Apps / App",
            "path":"app","path_with_namespace":"clinic/apps/app","created_at":"2015-05-20T10:47:11.949Z",
            "default_branch":"main","tag_list":[],"topics":["health"],
            "ssh_url_to_repo":"git@gitlab.com:clinic/apps/app.git","http_url_to_repo":"https://gitlab.com/clinic/apps/app.git",
            "web_url":"https://gitlab.com/clinic/apps/app","readme_url":null,"forks_count":2,
            "license_url":"https://gitlab.com/clinic/apps/app/-/blob/main/LICENSE",
            "license":{"key":"mit","name":"MIT License","nickname":null,"html_url":"x","source_url":""},
            "avatar_url":null,"star_count":1,"last_activity_at":"2026-11-04T10:33:38.172Z",
            "namespace":{"id":1,"name":"Apps","path":"apps","kind":"group","full_path":"clinic/apps"}}"#;
        let project = GitLab.read("gitlab.com", text.as_bytes()).unwrap();
        assert_eq!(project.address, ForgeAddress::new("gitlab.com", "clinic/apps/app").unwrap());
        let facts = &project.facts;
        assert!(!facts.private && !facts.archived && !facts.fork && !facts.empty);
        assert_eq!((facts.default_branch.as_str(), facts.topics.len()), ("main", 1));
        assert_eq!(project.detected.as_deref(), Some("MIT"));
        assert_eq!(facts.pushed_at.unwrap().to_rfc3339(), "2026-11-04T10:33:38.172+00:00");
        assert_eq!(
            GitLab.raw(&project, "LICENSES/MIT.txt"),
            "https://gitlab.com/api/v4/projects/clinic%2Fapps%2Fapp/repository/files/LICENSES%2FMIT.txt/raw?ref=main"
        );
        let full = format!("[{}]", vec![r#"{"name":"x","type":"blob"}"#; 10_000].join(","));
        let (entries, more) = GitLab.list(full.as_bytes()).unwrap();
        assert_eq!((entries.len(), more), (100, true));
    }

    /// It stands in links that people follow.
    #[test]
    fn a_branch_that_git_would_not_take_is_not_used() {
        for (told, used) in [
            ("main", "main"),
            ("release/2.x", "release/2.x"),
            ("../../x?y#z](http://evil)", "HEAD"),
            ("a/../b", "HEAD"),
            ("./a", "HEAD"),
            ("a?b", "HEAD"),
            ("a#b", "HEAD"),
            ("a b", "HEAD"),
            ("a\n", "HEAD"),
            ("", "HEAD"),
        ] {
            let text = serde_json::json!({
                "path_with_namespace": "clinic/app",
                "web_url": "https://gitlab.com/clinic/app",
                "default_branch": told,
            });
            let project = GitLab.read("gitlab.com", text.to_string().as_bytes()).unwrap();
            assert_eq!(project.facts.default_branch, used);
            let page = Software::GitLab.page_of_file(&project.address, used, "LICENSE");
            assert_eq!(page, format!("https://gitlab.com/clinic/app/-/blob/{used}/LICENSE"));
        }
    }

    #[test]
    fn what_is_not_gitlab_is_not_read() {
        let deep = "[".repeat(1_000_000);
        let path = r#"{"path_with_namespace":"a/..","web_url":"https://x.org/a/.."}"#;
        for text in ["", "<title>A page</title>", "{}", "null", r#"{"full_name":"o/r"}"#, path, &deep] {
            assert!(GitLab.read("x.org", text.as_bytes()).is_none());
            assert!(!GitLab.is_refusal(404, text.as_bytes()));
        }
        assert!(GitLab.is_refusal(404, br#"{"message":"404 Project Not Found"}"#));
        assert!(!GitLab.is_refusal(404, br#"{"message":"Not Found"}"#));
        assert!(!GitLab.is_refusal(500, br#"{"message":"404 Project Not Found"}"#));
    }
}
