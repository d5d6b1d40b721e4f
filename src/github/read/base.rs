//! What a changed nomination was before the pull request.
//!
//! In: a file of the pull request and its text at the head. Out: its text at the base, without a request where the
//! patch tells it. Never: a judgement.

use super::{Client, Error, FileAnswer};
use crate::triage::{
    diff::Diff,
    nomination::{Filed, MOST_BYTES},
    policy::Policy,
    pull_request::{RepositoryName, encoded},
    snapshot::Base,
};

/// The difference that GitHub shows of a file, if it shows all of it.
pub(super) fn shown(file: &FileAnswer) -> Option<Diff> {
    let diff = Diff::read(file.patch.as_deref()?)?;
    (diff.counts() == (file.additions, file.deletions)).then_some(diff)
}

/// The entry before the change; `None` where there was none of this kind.
pub(super) async fn before(
    api: Client<'_>,
    repository: &RepositoryName,
    base_sha: &str,
    file: &FileAnswer,
    head: (&Filed, &[u8]),
    policy: &Policy,
) -> Result<Option<Base>, Error> {
    let (filed, head) = head;
    if !matches!(file.status.as_str(), "modified" | "renamed" | "changed") {
        return Ok(None);
    }
    let path = file.previous_filename.as_deref().unwrap_or(&file.filename);
    let undone = match shown(file) {
        Some(diff) => diff.undo(head).map(|text| (text, diff)),
        // Renamed and nothing else.
        None if file.status == "renamed" && file.additions + file.deletions == 0 => {
            Some((head.to_vec(), Diff::default()))
        }
        None => None,
    };
    let (bytes, diff) = match undone {
        Some(known) => known,
        None => {
            let route = format!("/repos/{repository}/contents/{}?ref={base_sha}", encoded(path));
            match api.raw(&route, MOST_BYTES).await {
                Ok(text) => {
                    let diff = Diff::between(&text, head);
                    (text, diff)
                }
                // Without it, all counts as new.
                Err(Error::Gone { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    };
    let before = policy.file(path, &bytes).filter(|before| before.kind == filed.kind);
    Ok(before.map(|filed| Base { filed, bytes, diff }))
}
