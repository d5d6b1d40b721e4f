//! Which pull request is spoken of. The one file of the core that every room may use.

use std::fmt;

/// Where a registry keeps its own rules for this App, on its default branch.
pub const RULES: &str = ".github/dpg-triage.yml";

/// A repository on GitHub by owner and name, as written in its address.
///
/// Names compare without regard to case, as GitHub itself does.
#[derive(Clone, Debug, Eq, PartialEq, Hash, Ord, PartialOrd, serde::Serialize, serde::Deserialize)]
pub struct RepositoryName {
    pub owner: String,
    pub name: String,
}

impl RepositoryName {
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into() }
    }

    /// Whether both name the same repository.
    pub fn is_same(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Whether an account is among those that are served; where none is named, all are.
pub fn is_served(owner: &str, served: &[String]) -> bool {
    served.is_empty() || served.iter().any(|one| one.eq_ignore_ascii_case(owner))
}

/// One pull request, and the installation through which it is read and written.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct PullRequestRef {
    /// Id of the App's installation on the owner's account.
    pub installation: u64,
    /// GitHub's id of the repository: it outlives a rename.
    pub repository_id: u64,
    pub repository: RepositoryName,
    pub number: u64,
}

impl fmt::Display for PullRequestRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.repository, self.number)
    }
}

/// A path in an address: everything but letters, digits and a few signs by its number.
pub fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
