//! What an address in `repositories` points at, as far as its text tells.
//!
//! In: the address as written. Out: an [`Address`]. Never: whether anything is there, which evidence tells.

use super::{pull_request::RepositoryName, web_address};

/// What an address points at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Address {
    /// A repository on github.com.
    GitHub(RepositoryName),
    /// An organization or user of github.com.
    GitHubOwner(String),
    /// Something inside a repository of github.com: a folder, a file, a release.
    GitHubInside(RepositoryName),
    /// A page of github.com that is neither a repository nor inside one.
    GitHubPage,
    /// A path with at least two parts on another host.
    Elsewhere { host: String },
    /// Another host's front page, or a user's or group's page on a known forge.
    NoRepository { host: String },
    /// No web address at all.
    NotAnAddress,
}

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

/// Forges on which a path of one part is a person or a group.
const FORGES: [&str; 5] = ["gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht", "gitee.com"];

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
        match parts.len() {
            0 => Address::NoRepository { host },
            1 if FORGES.contains(&host.as_str()) => Address::NoRepository { host },
            _ if parts[0] == "groups" => Address::NoRepository { host },
            _ => Address::Elsewhere { host },
        }
    }

    /// The repository of github.com whose license and state can be asked for.
    pub fn on_github(&self) -> Option<&RepositoryName> {
        if let Address::GitHub(name) = self { Some(name) } else { None }
    }
}

/// One text for all spellings of the address of a repository, on whatever forge; for what lies inside one, that of the
/// repository. `None` where it is none.
pub fn key(written: &str) -> Option<String> {
    match Address::read(written) {
        Address::GitHub(name) | Address::GitHubInside(name) => {
            Some(format!("github.com/{name}").to_lowercase())
        }
        Address::Elsewhere { host } => {
            let url = web_address::page_or_clone(written)?;
            let path = url.path().trim_end_matches('/');
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            Some(format!("{host}{}{query}", path.strip_suffix(".git").unwrap_or(path)).to_lowercase())
        }
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

/// GitHub's rule for account names: letters, digits and single hyphens inside, at most 39.
fn is_owner(text: &str) -> bool {
    (1..=39).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
}

/// GitHub's rule for repository names: letters, digits, hyphen, underscore and dot, at most 100.
fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && text != "."
        && text != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let repository = Address::GitHub(RepositoryName::new("o", "r.x"));
        for written in [
            "https://github.com/o/r.x",
            "http://www.github.com/o/r.x/",
            "github.com/o/r.x",
            "https://github.com/o/r.x.git",
            "git@github.com:o/r.x.git",
            "git://github.com/o/r.x",
            " https://github.com/o/r.x?tab=readme#x",
        ] {
            assert_eq!(Address::read(written), repository, "{written}");
        }
        let owner = Address::GitHubOwner("o".into());
        for written in ["https://github.com/o", "https://github.com/orgs/o/repositories", "github.com/o/"] {
            assert_eq!(Address::read(written), owner, "{written}");
        }
        let inside = Address::GitHubInside(RepositoryName::new("o", "r"));
        assert_eq!(Address::read("https://github.com/o/r/tree/main/x"), inside);
        for written in
            ["https://github.com", "https://github.com/topics/health", "https://github.com/o/..%2f"]
        {
            assert_eq!(Address::read(written), Address::GitHubPage, "{written}");
        }
        let elsewhere = Address::Elsewhere { host: "gitlab.com".into() };
        assert_eq!(Address::read("https://gitlab.com/a/b/c"), elsewhere);
        for written in ["https://gitlab.com/a", "https://example.org"] {
            assert!(matches!(Address::read(written), Address::NoRepository { .. }), "{written}");
        }
        for (written, expected) in [
            ("https://www.GitHub.com/O/R.git/", Some("github.com/o/r")),
            ("git@github.com:o/r.git", Some("github.com/o/r")),
            ("https://github.com/o/r/tree/main/x", Some("github.com/o/r")),
            ("http://GitLab.com/a/b/C.git", Some("gitlab.com/a/b/c")),
            ("https://savannah.gnu.org/hg/?group=health", Some("savannah.gnu.org/hg?group=health")),
            ("https://github.com/o", None),
            ("https://gitlab.com/a", None),
            ("https://x.org", None),
            ("n/a", None),
        ] {
            assert_eq!(key(written).as_deref(), expected, "{written}");
        }
        for written in [
            "",
            "none",
            "a b",
            "https://",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://localhost/a/b",
        ] {
            assert_eq!(Address::read(written), Address::NotAnAddress, "{written}");
        }
    }
}
