//! What an address in `repositories` points at, as far as its text tells.
//!
//! In: the address as written. Out: an [`Address`]. Never: whether anything is there, which evidence tells.

use std::fmt;

use url::Url;

use super::{
    pull_request::{RepositoryName, encoded},
    web_address,
};

/// What an address points at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Address {
    /// A repository on github.com.
    GitHub(RepositoryName),
    /// An organization or user of github.com.
    GitHubOwner(String),
    /// Something inside a repository of github.com: a folder, a file, a release.
    GitHubInside(RepositoryName),
    /// What somebody noted down on GitHub: a file or some, in no repository.
    Gist,
    /// A page of github.com that is neither a repository nor inside one.
    GitHubPage,
    /// Where another host has a repository, if it is a forge at all.
    Forge(ForgeAddress),
    /// Something inside a repository of another forge.
    ForgeInside(ForgeAddress),
    /// A group or user of another forge.
    ForgeOwner { host: String, path: String },
    /// On another host, and no address that GitLab or Forgejo gives to a repository.
    Elsewhere { host: String },
    /// Another host's front page, or a page that a forge has for itself.
    NoRepository { host: String },
    /// No web address at all.
    NotAnAddress,
}

/// Where GitHub serves the bare files of repositories.
pub const RAW_FILES: &str = "raw.githubusercontent.com";

/// Where GitHub has what people note down, and where it serves the bare files of it.
const GISTS: [&str; 2] = ["gist.github.com", "gist.githubusercontent.com"];

/// First parts of paths on github.com that belong to GitHub itself, not to an account.
const OWN_PAGES: [&str; 24] = [
    "about",
    "apps",
    "collections",
    "contact",
    "customer-stories",
    "enterprise",
    "explore",
    "features",
    "issues",
    "join",
    "login",
    "marketplace",
    "new",
    "notifications",
    "pricing",
    "pulls",
    "readme",
    "search",
    "security",
    "settings",
    "site",
    "sponsors",
    "topics",
    "trending",
];

/// Ids of gists are numbers in hexadecimal digits, the oldest ones short.
const SHORTEST_GIST: usize = 5;

/// What a forge runs on, which decides how it is asked and what its addresses look like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Software {
    GitLab,
    /// Also Gitea, of which it is a fork.
    Forgejo,
}

/// Forges that everybody can have repositories on, and their software as far as it is asked.
const FORGES: [(&str, Option<Software>); 6] = [
    ("gitlab.com", Some(Software::GitLab)),
    ("codeberg.org", Some(Software::Forgejo)),
    ("bitbucket.org", None),
    ("git.sr.ht", None),
    ("gitee.com", None),
    ("sourceforge.net", None),
];

/// Where another forge has a repository: the host, and the path of the repository there.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct ForgeAddress {
    host: String,
    path: String,
}

impl ForgeAddress {
    /// `None` where no forge would have a repository at this path.
    pub fn new(host: impl Into<String>, path: &str) -> Option<Self> {
        let path = path.strip_suffix(".git").unwrap_or(path);
        let parts = path.split('/').count();
        ((2..=DEEPEST).contains(&parts) && path.split('/').all(is_name))
            .then(|| Self { host: host.into(), path: path.to_owned() })
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// `group/subgroup/project` on GitLab, `owner/name` on Forgejo.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the host is known to run on.
    pub fn software(&self) -> Option<Software> {
        software(&self.host).flatten()
    }
}

/// What a host runs on, as far as it is known: `None` where it is no known forge, `Some(None)` where it is one that is
/// not asked.
pub fn software(host: &str) -> Option<Option<Software>> {
    FORGES.iter().find(|(known, _)| *known == host).map(|(_, software)| *software)
}

impl Software {
    /// The page of a file in a repository.
    pub fn page_of_file(self, repository: &ForgeAddress, branch: &str, file: &str) -> String {
        let folder = match self {
            Software::GitLab => "-/blob",
            Software::Forgejo => "src/branch",
        };
        let ForgeAddress { host, path } = repository;
        format!("https://{host}/{path}/{folder}/{}/{}", encoded(branch), encoded(file))
    }
}

/// GitLab's groups lie in each other, twenty deep (<https://docs.gitlab.com/user/group/subgroups/>).
pub const DEEPEST: usize = 22;

/// A repository on whatever forge.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Repository {
    GitHub(RepositoryName),
    Forge(ForgeAddress),
}

impl Repository {
    /// Its page.
    pub fn page(&self) -> String {
        match self {
            Repository::GitHub(name) => page(name),
            Repository::Forge(ForgeAddress { host, path }) => format!("https://{host}/{path}"),
        }
    }

    /// One text for all spellings of its address.
    pub fn key(&self) -> String {
        self.page().trim_start_matches("https://").to_lowercase()
    }

    /// Its owner, or the outermost of the groups that it is in.
    pub fn owner(&self) -> &str {
        match self {
            Repository::GitHub(name) => &name.owner,
            Repository::Forge(address) => address.path.split('/').next().unwrap_or_default(),
        }
    }

    /// Its own name, without those that it lies under.
    pub fn name(&self) -> &str {
        match self {
            Repository::GitHub(name) => &name.name,
            Repository::Forge(address) => address.path.rsplit('/').next().unwrap_or_default(),
        }
    }

    /// Its path without the host: `owner/name`.
    pub fn path(&self) -> String {
        match self {
            Repository::GitHub(name) => name.to_string(),
            Repository::Forge(address) => address.path.clone(),
        }
    }

    /// Whether both name the same repository.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Whether its host is known to be a forge; of others only their answer tells.
    pub fn is_on_known_forge(&self) -> bool {
        match self {
            Repository::GitHub(_) => true,
            Repository::Forge(address) => address.software().is_some(),
        }
    }
}

/// As people call it: `owner/name` on GitHub, with the host elsewhere.
impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Repository::GitHub(name) => name.fmt(f),
            Repository::Forge(ForgeAddress { host, path }) => write!(f, "{host}/{path}"),
        }
    }
}

impl From<RepositoryName> for Repository {
    fn from(name: RepositoryName) -> Self {
        Repository::GitHub(name)
    }
}

impl From<&RepositoryName> for Repository {
    fn from(name: &RepositoryName) -> Self {
        Repository::GitHub(name.clone())
    }
}

impl From<ForgeAddress> for Repository {
    fn from(address: ForgeAddress) -> Self {
        Repository::Forge(address)
    }
}

impl From<&ForgeAddress> for Repository {
    fn from(address: &ForgeAddress) -> Self {
        Repository::Forge(address.clone())
    }
}

impl From<&Repository> for Repository {
    fn from(repository: &Repository) -> Self {
        repository.clone()
    }
}

impl Address {
    /// Reads an address as people write them: with or without `https://`, `www.`, `.git`, a final slash, or in
    /// the form of `git clone`.
    pub fn read(written: &str) -> Self {
        let Some(url) = web_address::page_or_clone(written) else { return Address::NotAnAddress };
        let host = web_address::host(&url).to_owned();
        let parts = web_address::parts(&url);
        if host == "github.com" {
            return on_github(&parts);
        }
        if host == RAW_FILES {
            return match on_github(&parts) {
                Address::GitHub(name) | Address::GitHubInside(name) => Address::GitHubInside(name),
                _ => Address::GitHubPage,
            };
        }
        if GISTS.contains(&host.as_str()) {
            return if gist(&url).is_some() { Address::Gist } else { Address::GitHubPage };
        }
        let of_the_web = matches!(url.scheme(), "http" | "https");
        if of_the_web && url.port().is_some() {
            return Address::Elsewhere { host };
        }
        on_forge(host, &parts, url.query().is_some())
    }

    /// The repository whose license and state can be asked for.
    pub fn repository(self) -> Option<Repository> {
        match self {
            Address::GitHub(name) => Some(name.into()),
            Address::Forge(address) => Some(address.into()),
            _ => None,
        }
    }

    /// The repository that the address names or lies in.
    pub fn within(self) -> Option<Repository> {
        match self {
            Address::GitHubInside(name) => Some(name.into()),
            Address::ForgeInside(address) => Some(address.into()),
            other => other.repository(),
        }
    }
}

/// One text for all spellings of the address of a repository, on whatever forge; for what lies inside one, that of the
/// repository. `None` where it is none.
pub fn key(written: &str) -> Option<String> {
    match Address::read(written) {
        Address::Elsewhere { host } => {
            let url = web_address::page_or_clone(written)?;
            let path = url.path().trim_end_matches('/');
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            Some(format!("{host}{}{query}", path.strip_suffix(".git").unwrap_or(path)).to_lowercase())
        }
        address => address.within().map(|repository| repository.key()),
    }
}

/// The path of a gist, `owner/id`, that an address names or lies in; `None` where it is none.
pub fn gist(url: &Url) -> Option<String> {
    let is_id = |part: &str| part.len() >= SHORTEST_GIST && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match web_address::parts(url).as_slice() {
        _ if !GISTS.contains(&web_address::host(url)) => None,
        [owner, id, ..] if is_owner(owner) && is_id(id) => Some(format!("{owner}/{id}")),
        [id] if is_id(id) => Some((*id).to_owned()),
        _ => None,
    }
}

/// The page of a repository on github.com.
pub fn page(repository: &RepositoryName) -> String {
    format!("https://github.com/{}/{}", repository.owner, repository.name)
}

fn on_github(parts: &[&str]) -> Address {
    match parts {
        [] => Address::GitHubPage,
        ["orgs" | "users", owner, ..] if is_owner(owner) => Address::GitHubOwner((*owner).to_owned()),
        [first, ..] if OWN_PAGES.contains(first) || !is_owner(first) => Address::GitHubPage,
        [owner] => Address::GitHubOwner((*owner).to_owned()),
        // Whoever copied a search was looking for a repository, and this need not be it.
        [_, _, "search", ..] => Address::GitHubPage,
        [owner, name, rest @ ..] => {
            let name = name.strip_suffix(".git").unwrap_or(name);
            if !is_name(name) {
                return Address::GitHubPage;
            }
            let repository = RepositoryName::new(*owner, name);
            if rest.is_empty() { Address::GitHub(repository) } else { Address::GitHubInside(repository) }
        }
    }
}

/// Parts of paths after which GitLab shows what lies inside a repository, before it set `-` in front of them.
const INSIDE_GITLAB: [&str; 10] =
    ["tree", "blob", "raw", "commits", "tags", "branches", "issues", "merge_requests", "wikis", "activity"];

/// First parts of paths that belong to forges themselves.
const PAGES_OF_FORGES: [&str; 9] =
    ["-", "explore", "help", "search", "dashboard", "user", "users", "org", "assets"];

fn on_forge(host: String, parts: &[&str], has_query: bool) -> Address {
    let known = software(&host);
    let parts = match (known, parts) {
        (_, []) => return Address::NoRepository { host },
        (_, ["groups", path @ ..]) | (Some(_), ["users" | "org", path @ ..]) if !path.is_empty() => {
            let path: Vec<&str> = path.iter().copied().take_while(|part| *part != "-").collect();
            return Address::ForgeOwner { host, path: path.join("/") };
        }
        (Some(_), [first, ..]) if PAGES_OF_FORGES.contains(first) => return Address::NoRepository { host },
        (Some(_), [owner] | [owner, "-", ..]) => {
            return Address::ForgeOwner { path: (*owner).to_owned(), host };
        }
        (Some(None), _) => return Address::Elsewhere { host },
        (_, parts) => parts,
    };
    let software = known.flatten();
    let inside = |(at, part): (usize, &&str)| {
        at >= 2
            && (*part == "-"
                || software == Some(Software::GitLab) && INSIDE_GITLAB.contains(part)
                || software == Some(Software::Forgejo)
                || at == 2
                    && matches!(*part, "src" | "raw")
                    && matches!(parts.get(3), Some(&("branch" | "commit" | "tag"))))
    };
    let end = parts.iter().enumerate().position(inside).unwrap_or(parts.len());
    let is_inside = end < parts.len();
    match ForgeAddress::new(host.clone(), &parts[..end].join("/")) {
        Some(address) if is_inside => Address::ForgeInside(address),
        // What a query of an unknown host stands for is unknown as well.
        Some(address) if software.is_some() || !has_query => Address::Forge(address),
        _ => Address::Elsewhere { host },
    }
}

/// GitHub's rule for account names: letters, digits and single hyphens inside, at most 39.
fn is_owner(text: &str) -> bool {
    (1..=39).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
}

/// GitHub's rule for repository names: letters, digits, hyphen, underscore and dot, at most 100. Other forges' are no
/// wider.
pub fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && text != "."
        && text != ".."
}

#[cfg(test)]
mod tests;
