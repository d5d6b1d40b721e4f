//! Other forges in the web beside GitHub: a small GitLab and a small Forgejo, on whatever host.
//!
//! In: projects ([`ProjectSetup`]) and the address of a request. Out: the answer that the real software gives to
//! somebody who is not logged in: of its API, and of the pages and bytes of files. Never: other pages for people,
//! changes, anything that needs a login.

use super::routes::decode;
use super::web::Reply;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a forge runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ForgeKind {
    GitLab,
    Forgejo,
}

/// A project on a forge.
#[derive(Clone, Debug)]
pub struct ProjectSetup {
    /// `group/subgroup/project`, `owner/name`.
    pub path: String,
    pub description: String,
    pub branch: String,
    /// By their paths.
    pub files: BTreeMap<String, String>,
    pub archived: bool,
    pub private: bool,
    pub fork: bool,
    /// Whether a person has it, and no group or organization.
    pub of_person: bool,
    /// Where it was before.
    pub moved_from: Vec<String>,
    pub last_activity: String,
}

impl ProjectSetup {
    /// A public project with these files, each a path and its text.
    pub fn new(path: &str, files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self {
            path: path.to_owned(),
            description: String::new(),
            branch: "main".to_owned(),
            files: files.collect(),
            archived: false,
            private: false,
            fork: false,
            of_person: false,
            moved_from: Vec::new(),
            last_activity: "2026-10-01T08:00:00.000Z".to_owned(),
        }
    }
}

/// A forge on one host. A project's number is its place, counted from 1.
#[derive(Clone, Debug)]
pub(super) struct Forge {
    kind: ForgeKind,
    host: String,
    projects: Vec<ProjectSetup>,
}

impl Forge {
    pub(super) fn new(kind: ForgeKind, host: &str) -> Self {
        Self { kind, host: host.to_owned(), projects: Vec::new() }
    }

    pub(super) fn add(&mut self, project: ProjectSetup) {
        self.projects.push(project);
    }

    /// What the API answers, and where files are shown; `None` for all other addresses.
    pub(super) fn answer(&self, address: &url::Url) -> Option<Reply> {
        let asked: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
        let path = address.path();
        if !path.starts_with("/api/") {
            return self.file(path);
        }
        Some(match self.kind {
            ForgeKind::GitLab => match path.strip_prefix("/api/v4/projects/") {
                Some(rest) => self.gitlab(rest, address.query(), &asked),
                None => self.gitlab_owned(path.trim_start_matches("/api/v4/"), &asked),
            },
            ForgeKind::Forgejo => match path.strip_prefix("/api/v1/repos/") {
                Some(rest) => self.forgejo(rest, address.query(), &asked),
                None => self.forgejo_owned(path.trim_start_matches("/api/v1/"), &asked),
            },
        })
    }

    /// The project at a path, be it by its number, and whether it has moved from there.
    fn project(&self, named: &str) -> Option<(usize, &ProjectSetup, bool)> {
        let numbered = (1..).zip(&self.projects).filter(|(_, project)| !project.private);
        let here = |path: &String| path.eq_ignore_ascii_case(named);
        numbered.into_iter().find_map(|(number, project)| {
            let moved = project.moved_from.iter().any(here);
            (here(&project.path) || moved || named == number.to_string()).then_some((number, project, moved))
        })
    }

    /// What a person, or a group with the groups in it, has for the public, each with its number; `None` where there is
    /// no such account.
    fn owned(&self, path: &str, by_person: bool) -> Option<Vec<(usize, &ProjectSetup)>> {
        let within = path.to_lowercase() + "/";
        let has = |project: &ProjectSetup| {
            project.of_person == by_person && project.path.to_lowercase().starts_with(&within)
        };
        let all: Vec<_> = (1..).zip(&self.projects).filter(|(_, project)| has(project)).collect();
        let is_there = !all.is_empty();
        is_there.then(|| all.into_iter().filter(|(_, project)| !project.private).collect())
    }

    fn gitlab_owned(&self, rest: &str, asked: &BTreeMap<String, String>) -> Reply {
        let parts: Vec<String> = rest.split('/').map(decode).collect();
        let [list, path, last] = &parts[..] else {
            return Reply::json(404, json!({"error": "404 Not Found"}));
        };
        let (by_person, missing) = match (list.as_str(), last.as_str()) {
            ("groups", "projects") => (false, "404 Group Not Found"),
            ("users", "projects") => (true, "404 User Not Found"),
            _ => return Reply::json(404, json!({"error": "404 Not Found"})),
        };
        let Some(mut owned) = self.owned(path, by_person) else {
            return Reply::json(404, json!({"message": missing}));
        };
        let says = |name: &str, value: &str| asked.get(name).is_some_and(|asked| asked == value);
        owned.retain(|(_, project)| !(project.archived && says("archived", "false")));
        if !by_person && !says("include_subgroups", "true") {
            owned.retain(|(_, project)| !project.path[path.len() + 1..].contains('/'));
        }
        let of = |(number, project)| self.gitlab_project(number, project);
        Reply::json(200, page(owned, asked, "per_page", 20).map(of).collect())
    }

    fn forgejo_owned(&self, rest: &str, asked: &BTreeMap<String, String>) -> Reply {
        let parts: Vec<String> = rest.split('/').map(decode).collect();
        let owned = match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["orgs", path, "repos"] => self.owned(path, false),
            // Of organizations as well.
            ["users", path, "repos"] => self.owned(path, true).or_else(|| self.owned(path, false)),
            _ => return Reply::text(404, "Not found.\n"),
        };
        let of = |(number, project)| self.forgejo_repository(number, project);
        match owned {
            Some(owned) => Reply::json(200, page(owned, asked, "limit", 30).map(of).collect()),
            None => self.no_target(),
        }
    }

    fn no_target(&self) -> Reply {
        let api = format!("https://{}/api/swagger", self.host);
        Reply::json(404, json!({"errors": null, "message": "The target couldn't be found.", "url": api}))
    }

    /// What stands where a file is shown, or its bytes are.
    fn file(&self, path: &str) -> Option<Reply> {
        let path = decode(path.trim_start_matches('/'));
        let (project, shown) = match self.kind {
            ForgeKind::GitLab => path.split_once("/-/")?,
            ForgeKind::Forgejo => path.match_indices('/').nth(1).map(|(at, _)| path.split_at(at))?,
        };
        let mut parts =
            shown.trim_start_matches('/').splitn(if self.kind == ForgeKind::GitLab { 3 } else { 4 }, '/');
        let is_raw = match parts.next()? {
            "raw" => true,
            "blob" | "src" => false,
            _ => return None,
        };
        if self.kind == ForgeKind::Forgejo && parts.next()? != "branch" {
            return None;
        }
        let (branch, file) = (parts.next()?, parts.next()?);
        let known = self.project(project).map(|(_, project, _)| project);
        let text = known.filter(|known| known.branch == branch).and_then(|known| known.files.get(file));
        Some(match (text, known, self.kind) {
            (Some(text), ..) if is_raw => Reply::file(text),
            (Some(_), ..) => Reply::page(format!("<title>{file}</title><script src=/app.js></script>")),
            // It asks whoever names what is not public to log in.
            (None, None, ForgeKind::GitLab) => {
                Reply::leads_to(302, &format!("https://{}/users/sign_in", self.host))
            }
            (None, Some(known), ForgeKind::GitLab) if !is_raw => {
                Reply::leads_to(302, &format!("https://{}/{}/-/tree/{branch}", self.host, known.path))
            }
            _ => Reply::status(404),
        })
    }

    fn gitlab(&self, rest: &str, query: Option<&str>, asked: &BTreeMap<String, String>) -> Reply {
        let parts: Vec<String> = rest.split('/').map(decode).collect();
        let Some((number, project, moved)) = self.project(&parts[0]) else {
            return Reply::json(404, json!({"message": "404 Project Not Found"}));
        };
        if moved {
            let rest = rest.split_once('/').map(|(_, rest)| format!("/{rest}")).unwrap_or_default();
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let to = format!("https://{}/api/v4/projects/{number}{rest}{query}", self.host);
            return Reply::leads_to(301, &to);
        }
        let rest: Vec<&str> = parts[1..].iter().map(String::as_str).collect();
        match rest[..] {
            [] => Reply::json(200, self.gitlab_project(number, project)),
            ["repository", "tree"] => {
                let entries = entries(project, asked.get("path").map_or("", String::as_str));
                if entries.is_empty() {
                    return Reply::json(404, json!({"message": "404 Tree Not Found"}));
                }
                let entry = |(name, is_folder): (String, bool)| json!({"id": "0", "name": name, "type": if is_folder { "tree" } else { "blob" }, "path": name});
                Reply::json(200, page(entries, asked, "per_page", 20).map(entry).collect())
            }
            ["repository", "files", file, "raw"] => match project.files.get(file) {
                Some(text) => Reply::text(200, text),
                None => Reply::json(404, json!({"message": "404 File Not Found"})),
            },
            _ => Reply::json(404, json!({"error": "404 Not Found"})),
        }
    }

    /// As somebody is told who is not logged in: neither whether it is archived nor whether it is empty.
    fn gitlab_project(&self, number: usize, project: &ProjectSetup) -> Value {
        let name = project.path.rsplit('/').next();
        let mut shown = json!({
            "id": number,
            "description": project.description,
            "name": name,
            "path": name,
            "path_with_namespace": project.path,
            "created_at": "2019-01-01T08:00:00.000Z",
            "default_branch": project.branch,
            "tag_list": [],
            "topics": [],
            "web_url": format!("https://{}/{}", self.host, project.path),
            "forks_count": 0,
            "star_count": 0,
            "last_activity_at": project.last_activity,
        });
        if project.fork {
            shown["forked_from_project"] = json!({"id": 99});
        }
        if project.archived {
            shown["archived"] = json!(true);
        }
        shown
    }

    fn forgejo(&self, rest: &str, query: Option<&str>, asked: &BTreeMap<String, String>) -> Reply {
        let not_found = || self.no_target();
        let parts: Vec<String> = rest.split('/').map(decode).collect();
        let [owner, name, rest @ ..] = &parts[..] else { return not_found() };
        let Some((number, project, moved)) = self.project(&format!("{owner}/{name}")) else {
            return not_found();
        };
        if moved {
            let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Reply::leads_to(307, &format!("/api/v1/repos/{}{rest}{query}", project.path));
        }
        if asked.get("ref").is_some_and(|branch| *branch != project.branch) {
            return not_found();
        }
        match rest.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => Reply::json(200, self.forgejo_repository(number, project)),
            ["contents", ref folder @ ..] => {
                let entries = entries(project, &folder.join("/"));
                if entries.is_empty() {
                    return not_found();
                }
                let entry = |(name, is_folder): (String, bool)| json!({"name": name, "path": name, "type": if is_folder { "dir" } else { "file" }, "size": 1});
                Reply::json(200, entries.into_iter().map(entry).collect())
            }
            ["raw", ref file @ ..] => match project.files.get(&file.join("/")) {
                Some(text) => Reply::text(200, text),
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    fn forgejo_repository(&self, number: usize, project: &ProjectSetup) -> Value {
        json!({
            "id": number,
            "name": project.path.rsplit('/').next(),
            "full_name": project.path,
            "description": project.description,
            "empty": project.files.is_empty(),
            "private": false,
            "fork": project.fork,
            "archived": project.archived,
            "website": "",
            "html_url": format!("https://{}/{}", self.host, project.path),
            "default_branch": project.branch,
            "updated_at": project.last_activity,
            "topics": [],
        })
    }
}

/// One page of a list, as it is asked for; pages count from 1.
fn page<T>(
    all: Vec<T>,
    asked: &BTreeMap<String, String>,
    size: &str,
    usual: usize,
) -> impl Iterator<Item = T> + use<T> {
    let number = |name: &str, usual| {
        let number = asked.get(name).and_then(|text| text.parse().ok());
        number.filter(|number| *number > 0).unwrap_or(usual)
    };
    let (size, page): (usize, usize) = (number(size, usual).min(100), number("page", 1));
    all.into_iter().skip((page - 1) * size).take(size)
}

/// The names in a folder, folders first, and which are folders.
fn entries(project: &ProjectSetup, folder: &str) -> Vec<(String, bool)> {
    let within = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let (mut folders, mut files) = (BTreeSet::new(), BTreeSet::new());
    for rest in project.files.keys().filter_map(|path| path.strip_prefix(&within)) {
        match rest.split_once('/') {
            Some((name, _)) => folders.insert(name.to_owned()),
            None => files.insert(rest.to_owned()),
        };
    }
    let folders = folders.into_iter().map(|name| (name, true));
    folders.chain(files.into_iter().map(|name| (name, false))).collect()
}
