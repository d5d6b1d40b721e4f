//! What lies in a nominee's repository: the list of its top, and single files.
//!
//! In: a repository's name. Out: answers. Never: a folder below the top, or a file larger than is read.

use serde::Deserialize;

use super::{
    Client,
    lookup::{answer, three_tries},
};
use crate::triage::{
    contents::{Contents, Item},
    evidence::Answer,
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
    html_url: Option<String>,
}

/// What lies at the top of a repository's default branch; missing where it is empty.
pub(super) async fn top(client: Client<'_>, name: &RepositoryName) -> Answer<Contents> {
    let route = format!("/repos/{name}/contents/");
    let items = answer(three_tries(|| client.get::<Vec<ItemAnswer>>(&route)).await);
    items.map(|items| Contents { items: items.into_iter().map(item).collect() })
}

fn item(answer: ItemAnswer) -> Item {
    let page = answer.html_url.filter(|url| url.starts_with("https://")).unwrap_or_default();
    Item { folder: answer.kind == "dir", size: answer.size, name: answer.name, page }
}

/// The text of a manifest at the top of a repository.
pub(super) async fn manifest(client: Client<'_>, name: &RepositoryName, file: &str) -> Answer<String> {
    let route = format!("/repos/{name}/contents/{}", encoded(file));
    let bytes = answer(three_tries(|| client.raw(&route, manifest::MOST_BYTES as usize)).await);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
