//! What lies in a nominee's repository: lists of its folders, and single files.
//!
//! In: a repository's name, a path. Out: answers. Never: more of a file than is read.

use serde::Deserialize;

use super::{
    Client,
    lookup::{answer, read, three_tries},
};
use crate::triage::{
    contents::{Contents, Item},
    evidence::{Answer, LicenseFile},
    license_text, manifest,
    pull_request::{RepositoryName, encoded},
    repository,
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

/// What lies at the top of a repository's default branch (missing where it is empty), or in a folder there.
pub(super) async fn folder(client: Client<'_>, name: &RepositoryName, folder: &str) -> Answer<Contents> {
    let route = format!("/repos/{name}/contents/{}", encoded(folder));
    let items = answer(three_tries(|| client.get::<Vec<ItemAnswer>>(&route)).await);
    items.map(|items| Contents { items: items.into_iter().map(item).collect() })
}

fn item(answer: ItemAnswer) -> Item {
    let page = answer.html_url.filter(|url| url.starts_with("https://")).unwrap_or_default();
    Item { folder: answer.kind == "dir", size: answer.size, name: answer.name, page }
}

/// A license file, read. One that could not be had stands there unread.
pub(super) async fn license(client: Client<'_>, name: &RepositoryName, path: &str) -> LicenseFile {
    let route = format!("/repos/{name}/contents/{}", encoded(path));
    let bytes = answer(three_tries(|| client.raw(&route, license_text::READ)).await);
    let reading = match bytes {
        Answer::Found(bytes) => read(path.to_owned(), bytes).await,
        Answer::Missing | Answer::Unavailable(_) => None,
    };
    let page = format!("{}/blob/HEAD/{}", repository::page(name), encoded(path));
    LicenseFile { name: path.to_owned(), page, reading }
}

/// The text of a manifest at the top of a repository.
pub(super) async fn manifest(client: Client<'_>, name: &RepositoryName, file: &str) -> Answer<String> {
    let route = format!("/repos/{name}/contents/{}", encoded(file));
    let bytes = answer(three_tries(|| client.raw(&route, manifest::MOST_BYTES as usize)).await);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
