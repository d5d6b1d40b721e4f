//! The registry's rules file, at a commit or on the default branch.
//!
//! In: a repository. Out: the file's bytes. Never: what they say.

use serde::Deserialize;

use super::{Error, Installation};
use crate::triage::pull_request::{RepositoryName, encoded};

impl Installation<'_> {
    /// A file of the registry at a commit, or else on its default branch; `None` where there is none. Of one larger
    /// than `most` bytes one byte more is read.
    pub async fn registry_file(
        &self,
        repository: &RepositoryName,
        path: &str,
        commit: Option<&str>,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let at = commit.map(|commit| format!("?ref={commit}")).unwrap_or_default();
        match self.api().raw(&format!("/repos/{repository}/contents/{}{at}", encoded(path)), most).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last commits of the default branch that changed a file, the newest first, at most 30:
    /// <https://docs.github.com/rest/commits/commits#list-commits>.
    pub async fn commits_of(&self, repository: &RepositoryName, path: &str) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Commit {
            sha: String,
        }
        let route = format!("/repos/{repository}/commits?path={}&per_page=30", encoded(path));
        let commits: Vec<Commit> = self.api().get(&route).await?;
        Ok(commits.into_iter().map(|commit| commit.sha).collect())
    }
}
