//! What lies in a nominee's repository: lists of its folders, and single files.
//!
//! In: a repository's name, a path. Out: answers. Never: more of a file than is read.

use std::sync::Arc;

use serde::Deserialize;

use super::{
    Client,
    lookup::{answer, read, three_tries},
};
use crate::triage::{
    contents::{Contents, Item},
    evidence::Answer,
    license_text::{self, Reading},
    manifest,
    pull_request::{RepositoryName, encoded},
};

/// An item of "Content Directory": <https://docs.github.com/rest/repos/contents#get-repository-content>.
#[derive(Deserialize)]
struct ItemAnswer {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    size: u64,
}

/// What lies at the top of a repository's default branch (missing where it is empty), or in a folder there.
pub(super) async fn folder(client: Client<'_>, name: &RepositoryName, folder: &str) -> Answer<Contents> {
    let route = format!("/repos/{name}/contents/{}", encoded(folder));
    let items = answer(three_tries(|| client.get::<Vec<ItemAnswer>>(&route)).await);
    items.map(|items| Contents { items: items.into_iter().map(item).collect() })
}

fn item(answer: ItemAnswer) -> Item {
    Item { folder: answer.kind == "dir", size: answer.size, name: answer.name }
}

/// What a license file says; nothing of one that could not be had.
pub(super) async fn license(client: Client<'_>, name: &RepositoryName, path: &str) -> Option<Arc<Reading>> {
    let route = format!("/repos/{name}/contents/{}", encoded(path));
    match answer(three_tries(|| client.raw(&route, license_text::READ)).await) {
        Answer::Found(bytes) => read(path.to_owned(), bytes).await,
        Answer::Missing | Answer::Unavailable(_) => None,
    }
}

/// The text of a manifest at the top of a repository.
pub(super) async fn manifest(client: Client<'_>, name: &RepositoryName, file: &str) -> Answer<String> {
    let route = format!("/repos/{name}/contents/{}", encoded(file));
    let bytes = answer(three_tries(|| client.raw(&route, manifest::MOST_BYTES as usize)).await);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
