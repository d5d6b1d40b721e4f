//! A repository's files as one archive.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found};
use crate::fake_github::auth::Needs;
use crate::fake_github::git::{Commit, Git, Mode};
use crate::fake_github::world::World;
use flate2::{Compression, write::GzEncoder};
use std::io;
use tar::{Builder, EntryType, Header};

const CONTENTS: Needs = Needs::Read(&["contents"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/tarball/{*reference}", CONTENTS, tarball),
    // GitHub has this on a host of its own, codeload.github.com.
    Route::get("/codeload/{owner}/{repo}/legacy.tar.gz/{*reference}", Needs::Nothing, download),
];

/// "Download a repository archive (tar)": leads on to where the archive lies.
fn tarball(world: &mut World, call: &Call) -> Reply {
    let (owner, name) = (call.hole("owner"), call.hole("repo"));
    let address = format!("{}/codeload/{owner}/{name}/legacy.tar.gz/{}", world.url, call.hole("reference"));
    let found = Answer::json(302, serde_json::Value::Null);
    Ok(found.with("location", address))
}

fn download(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let sha = world.resolve(repository, call.hole("reference")).ok_or_else(not_found)?;
    let commit = world.git.commit(&sha).ok_or_else(not_found)?;
    let folder = format!("{}-{}-{}", call.hole("owner"), call.hole("repo"), &sha[..7]);
    let bytes = archive(&world.git, commit, &folder).map_err(|_| not_found())?;
    Ok(Answer::raw(bytes))
}

/// Everything in one folder, after a header with the commit's name, as `git archive` writes it.
fn archive(git: &Git, commit: &Commit, folder: &str) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let comment = format!("52 comment={}\n", commit.sha);
    let mut global = Header::new_ustar();
    global.set_entry_type(EntryType::XGlobalHeader);
    global.set_size(comment.len() as u64);
    archive.append_data(&mut global, "pax_global_header", comment.as_bytes())?;
    for (path, entry) in commit.files.iter() {
        let content = git.blob(&entry.sha).unwrap_or_default();
        let path = format!("{folder}/{path}");
        let mut header = Header::new_ustar();
        header.set_mode(0o664);
        if entry.mode == Mode::Symlink {
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            archive.append_link(&mut header, path, String::from_utf8_lossy(&content).as_ref())?;
        } else {
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, path, content.as_slice())?;
        }
    }
    archive.into_inner()?.finish()
}
