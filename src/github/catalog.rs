//! The entries and schemas of a registry at a commit, with as few requests as can be: all of them in one archive the first
//! time, and later only what has changed.
//!
//! In: a repository and a commit. Out: its [`Catalog`], built once for all who ask; its schemas go to those who know
//! them. Never: any other file.

use std::{collections::BTreeMap, io::Read, sync::Arc, time::Duration};

use flate2::read::GzDecoder;
use futures::future::try_join_all;
use moka::future::Cache;
use serde::Deserialize;
use tar::{Archive, EntryType};

use super::{
    Client, Error, GitHub, Installation,
    credentials::As,
    lookup::{Schemas, three_tries},
    read::blob_id,
};
use crate::triage::{
    catalog::{self, Catalog, Entry},
    evidence::{Answer, Registered},
    exclusions,
    nomination::MOST_BYTES,
    pull_request::RepositoryName,
    schema::Schema,
    snapshot::Snapshot,
};

/// An archive that unpacks to more is not read, in bytes.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;

/// Nor is one with more files.
const MOST_FILES: usize = 20_000;

/// Where more entries than this have changed, the archive is asked for again.
const MOST_CHANGED: usize = 50;

/// No look waits longer for the entries; the next one finds them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Catalogs by what they are of, and by commit.
pub(super) struct Catalogs {
    by_commit: Cache<(Of, String), Arc<Catalog>>,
    /// The last one of each, from which the next is made.
    latest: Cache<Of, Arc<Held>>,
}

/// A repository, by its id, and those of its folders that hold entries.
#[derive(Clone, Eq, Hash, PartialEq)]
struct Of {
    repository: u64,
    folders: Vec<String>,
}

/// What is in the folders with entries at one commit.
#[derive(Default)]
struct Held {
    files: BTreeMap<String, File>,
    /// The table of excluded projects.
    table: String,
}

#[derive(Clone)]
struct File {
    /// The id of its blob.
    sha: String,
    entry: Option<Entry>,
    schema: Option<Arc<Schema>>,
}

impl Catalogs {
    pub(super) fn new() -> Self {
        Self { by_commit: Cache::new(20), latest: Cache::new(20) }
    }
}

impl Installation<'_> {
    /// The registry's entries in these folders at the pull request's base commit. Who has to wait too long goes without;
    /// the work goes on for those who come later.
    pub(super) async fn registry(&self, snapshot: &Snapshot, folders: &[String]) -> Answer<Registered> {
        let of = Of { repository: snapshot.pull_request.repository_id, folders: folders.into() };
        let key = (of, snapshot.base_sha.clone());
        let (catalogs, schemas) = (Arc::clone(&self.github.catalogs), self.github.schemas.clone());
        let GitHub { crab, gate, signer, .. } = self.github;
        let (crab, gate, signer) = (crab.clone(), Arc::clone(gate), Arc::clone(signer));
        let (pass, installation) = (Arc::clone(&self.pass), Some(self.id));
        let repository = snapshot.pull_request.repository.clone();
        let building = tokio::spawn(async move {
            let who = As::Installation(&signer, &pass);
            let api = Client { crab: &crab, gate: &gate, who, shelf: None, installation, is_answer: false };
            let build = build(&catalogs, &schemas, api, &repository, &key);
            catalogs.by_commit.try_get_with(key.clone(), build).await
        });
        match tokio::time::timeout(PATIENCE, building).await {
            Ok(Ok(Ok(catalog))) => Answer::Found(Registered { catalog, without: snapshot.vanished.clone() }),
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "the registry's entries could not be read");
                Answer::Unavailable("the entries of the registry could not be read".to_owned())
            }
            Ok(Err(_)) => Answer::Unavailable("the entries of the registry could not be read".to_owned()),
            Err(_) => Answer::Unavailable("the entries of the registry are still being read".to_owned()),
        }
    }
}

async fn build(
    catalogs: &Catalogs,
    schemas: &Schemas,
    api: Client<'_>,
    repository: &RepositoryName,
    (of, commit): &(Of, String),
) -> Result<Arc<Catalog>, Error> {
    let changed = match catalogs.latest.get(of).await {
        Some(known) => changed(api, repository, (of, commit), &known).await?,
        None => None,
    };
    let held = match changed {
        Some(held) => held,
        None => {
            let route = format!("/repos/{repository}/tarball/{commit}");
            let packed = three_tries(|| api.raw(&route, super::MOST_ANSWER)).await?;
            let folders = of.folders.clone();
            tokio::task::spawn_blocking(move || unpack(&packed, &folders))
                .await
                .map_err(|error| Error::Bug { why: error.to_string() })?
                .map_err(|why| Error::Bug { why: format!("{route}: {why}") })?
        }
    };
    for (path, file) in &held.files {
        if let Some(schema) = &file.schema {
            schemas.is(of.repository, commit, path, Arc::clone(schema)).await;
        }
    }
    let held = Arc::new(held);
    catalogs.latest.insert(of.clone(), Arc::clone(&held)).await;
    tokio::task::spawn_blocking(move || Arc::new(held.catalog()))
        .await
        .map_err(|error| Error::Bug { why: error.to_string() })
}

impl Held {
    fn catalog(&self) -> Catalog {
        let entries = self.files.values().filter_map(|file| file.entry.clone()).collect();
        Catalog::new(entries, &self.table, self.files.keys().cloned())
    }

    fn put(&mut self, path: String, sha: String, content: Option<&[u8]>) {
        if path == exclusions::TABLE {
            self.table = content.map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        }
        let (mut entry, mut schema) = (None, None);
        match content {
            Some(content) if is_schema(&path) => {
                schema = Some(Arc::new(Schema::read(&String::from_utf8_lossy(content))));
            }
            Some(content) => entry = Entry::read(path.as_str(), content),
            None => {}
        }
        self.files.insert(path, File { sha, entry, schema });
    }
}

/// Whether a path is that of a schema: they lie at the top of a registry.
fn is_schema(path: &str) -> bool {
    path.ends_with("schema.json") && !path.contains('/')
}

/// Whether a path is that of an entry, of a schema, or of the table of those that were excluded.
fn is_wanted(path: &str, folders: &[String]) -> bool {
    path == exclusions::TABLE && catalog::has_table(folders)
        || is_schema(path)
        || catalog::is_entry(path, folders)
}

/// What an archive of the repository holds of entries.
fn unpack(packed: &[u8], folders: &[String]) -> Result<Held, String> {
    let mut held = Held::default();
    let mut archive = Archive::new(GzDecoder::new(packed).take(MOST_UNPACKED));
    let mut bytes = Vec::new();
    for (at, file) in archive.entries().map_err(|error| error.to_string())?.enumerate() {
        if at >= MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        let mut file = file.map_err(|error| error.to_string())?;
        // GitHub puts all into one folder.
        let path = String::from_utf8_lossy(&file.path_bytes()).into_owned();
        let Some(path) = path.split_once('/').map(|(_, path)| path.to_owned()) else { continue };
        if !is_wanted(&path, folders) {
            continue;
        }
        match file.header().entry_type() {
            EntryType::Symlink => {
                let target = file.link_name_bytes().unwrap_or_default().into_owned();
                held.put(path, blob_id(&target), None);
            }
            EntryType::Regular if file.size() <= MOST_BYTES as u64 => {
                bytes.clear();
                file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
                held.put(path, blob_id(&bytes), Some(&bytes));
            }
            EntryType::Regular => held.put(path, String::new(), None),
            _ => {}
        }
    }
    match archive.into_inner().limit() {
        0 => Err(format!("it holds more than {MOST_UNPACKED} bytes")),
        _ => Ok(held),
    }
}

/// The entries at a commit, made from those of another; `None` where too much has changed, or GitHub does not list all.
async fn changed(
    api: Client<'_>,
    repository: &RepositoryName,
    (of, commit): (&Of, &str),
    known: &Held,
) -> Result<Option<Held>, Error> {
    #[derive(Deserialize)]
    struct Answer {
        tree: Vec<Node>,
        #[serde(default)]
        truncated: bool,
    }
    #[derive(Deserialize)]
    struct Node {
        path: String,
        mode: String,
        #[serde(rename = "type")]
        kind: String,
        sha: String,
        #[serde(default)]
        size: u64,
    }
    let route = format!("/repos/{repository}/git/trees/{commit}?recursive=1");
    let Answer { tree, truncated } = three_tries(|| api.get(&route)).await?;
    if truncated {
        return Ok(None);
    }
    let mut held = Held { table: known.table.clone(), ..Held::default() };
    let mut new: Vec<Node> = Vec::new();
    for node in tree.into_iter().filter(|node| node.kind == "blob" && is_wanted(&node.path, &of.folders)) {
        match known.files.get(&node.path).filter(|file| file.sha == node.sha) {
            Some(file) => {
                held.files.insert(node.path, file.clone());
            }
            // A link, or too large for an entry.
            None if node.mode == "120000" || node.size > MOST_BYTES as u64 => {
                held.put(node.path, node.sha, None)
            }
            None => new.push(node),
        }
    }
    if new.len() > MOST_CHANGED {
        return Ok(None);
    }
    if !held.files.contains_key(exclusions::TABLE) {
        held.table.clear();
    }
    let blobs = new.iter().map(|node| async move {
        let route = format!("/repos/{repository}/git/blobs/{}", node.sha);
        three_tries(|| api.raw(&route, MOST_BYTES)).await
    });
    let blobs = try_join_all(blobs).await?;
    for (node, blob) in new.into_iter().zip(blobs) {
        held.put(node.path, node.sha, Some(&blob));
    }
    Ok(Some(held))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    use super::*;
    use crate::triage::policy::Policy;

    fn packed(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in files {
            let mut header = Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, content.as_slice()).unwrap();
        }
        let mut zipped = archive.into_inner().unwrap();
        zipped.flush().unwrap();
        zipped.finish().unwrap()
    }

    fn of_all(packed: &[u8]) -> Result<Held, String> {
        unpack(packed, &Policy::built_in().registry)
    }

    #[test]
    fn entries_and_the_table_are_kept_and_nothing_else() {
        let long = format!("o-r-1/nominees/{}.json", "a".repeat(150));
        let held = of_all(&packed([
            ("o-r-1/nominees/a.json".into(), br#"{"name": "A"}"#.to_vec()),
            (long, br#"{"name": "Long"}"#.to_vec()),
            ("o-r-1/nominees/below/b.json".into(), b"{}".to_vec()),
            ("o-r-1/nominees/link-as-text.json".into(), b"a.json".to_vec()),
            (
                "o-r-1/excluded-nominees/README.md".into(),
                b"N | D | R\n--- | --- | ---\nX | May | y\n".to_vec(),
            ),
            ("o-r-1/package.json".into(), b"{}".to_vec()),
            ("o-r-1/nominee-schema.json".into(), br#"{"type": "object"}"#.to_vec()),
            ("o-r-1/old/nominee-schema.json".into(), b"{}".to_vec()),
        ]))
        .unwrap();
        assert_eq!(held.files.len(), 5);
        assert!(held.files["nominee-schema.json"].schema.is_some());
        let catalog = held.catalog();
        assert_eq!(catalog.len(), 3, "two files and a row of the table");
        assert!(catalog.has("nominees/link-as-text.json"));
        // git hash-object on a file with these bytes.
        assert_eq!(held.files["nominees/link-as-text.json"].sha, blob_id(b"a.json"));
    }

    #[test]
    fn an_archive_without_end_is_left() {
        let large = (0..70).map(|at| (format!("o-r-1/{at}"), vec![0; 1024 * 1024]));
        assert!(of_all(&packed(large)).is_err());
        let many = (0..MOST_FILES + 1).map(|at| (format!("o-r-1/{at}"), vec![]));
        assert!(of_all(&packed(many)).is_err());
        assert!(of_all(b"no archive").is_err());
        let whole = packed((0..50).map(|at| (format!("o-r-1/nominees/{at}.json"), vec![b'{'; 5000])));
        assert!(of_all(&whole[..whole.len() / 2]).is_err());
    }
}
