//! A checkout of the registry: where it lies, which nominations it has, what it can answer by itself.
//!
//! In: paths as somebody typed them. Out: nominations with their bytes, and evidence. Never: judging, or the network.

use std::{
    collections::HashSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};

use crate::{
    rules,
    triage::{
        catalog::{self, Catalog, Entry},
        evidence::{self, Answer, Evidence, Lookup},
        exclusions,
        nomination::{self, Filed, Nomination},
        policy::{NominationRule, Policy},
        schema::Schema,
    },
};

/// A checkout of the registry.
pub struct Registry {
    root: PathBuf,
    policy: Policy,
}

impl Registry {
    /// The one that was named, else the nearest folder above the first path (or the working directory) that looks
    /// like one. Its rules are those of the file that was named, else its own, else the built-in ones.
    ///
    /// # Errors
    /// There is none, or rules that cannot be used.
    pub fn find(paths: &[PathBuf], registry: Option<&Path>, rules: Option<&Path>) -> anyhow::Result<Self> {
        let root = match Self::root(paths, registry) {
            // Rules can be read anywhere.
            Err(_) if rules.is_some() && paths.is_empty() && registry.is_none() => {
                std::env::current_dir().context("the working directory")?
            }
            root => root?,
        };
        let own = root.join(rules::PATH);
        let mut policy = match rules.or(Some(own.as_path()).filter(|own| own.is_file())) {
            Some(file) => policy(file)?,
            None => Policy::built_in().clone(),
        };
        if let (Some(named), Some(own)) = (rules, &mut policy.licenses.own) {
            *own = named.display().to_string();
        }
        Ok(Self { root, policy })
    }

    /// The rules that hold in it.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether there is no nomination in it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn is_empty(&self) -> anyhow::Result<bool> {
        Ok(self.all(Path::new(""))?.is_empty())
    }

    fn root(paths: &[PathBuf], registry: Option<&Path>) -> anyhow::Result<PathBuf> {
        if let Some(root) = registry {
            let folder = root.canonicalize().with_context(|| format!("--registry {}", root.display()))?;
            if !folder.is_dir() {
                bail!("--registry {} is no folder", root.display());
            }
            return Ok(folder);
        }
        let start = match paths.first().map(|path| absolute(path)).transpose()? {
            Some(folder) if folder.is_dir() => folder,
            Some(file) => file.parent().map(Path::to_path_buf).unwrap_or_default(),
            None => std::env::current_dir().context("the working directory")?,
        };
        let above = || start.ancestors();
        let marked = above().find(|folder| {
            let schemas = Policy::built_in().nominations.iter().filter_map(|rule| rule.schema.as_ref());
            schemas.into_iter().any(|schema| folder.join(schema).is_file())
        });
        let checkout = || above().find(|folder| folder.join(".git").exists());
        let named = || {
            above()
                .find(|folder| folder.join("nominees").is_dir() || folder.join("digitalpublicgoods").is_dir())
        };
        match marked.or_else(named).or_else(checkout) {
            Some(root) => Ok(root.to_path_buf()),
            None => bail!(
                "there is no registry here: neither {} nor a folder above it has a nominee-schema.json or a folder nominees; name one with --registry DIR",
                start.display()
            ),
        }
    }

    /// The nominations among the paths and below those that are folders, each once, with their texts; without paths
    /// all there are. Symbolic links are left out: a submission that is one has the text of another.
    ///
    /// # Errors
    /// A path that is no nomination of this registry, or a file that cannot be read.
    pub fn files(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<(Filed, Vec<u8>)>> {
        if paths.is_empty() {
            let all = self.all(Path::new(""))?;
            if all.is_empty() {
                bail!("there are no nominations in {}", self.root.display());
            }
            return Ok(all);
        }
        let mut files = Vec::new();
        for path in paths {
            let relative = self.relative(path)?;
            let absolute = self.root.join(&relative);
            if is_link(&absolute) {
                continue;
            }
            if absolute.is_dir() {
                let below = self.all(&relative)?;
                if below.is_empty() {
                    bail!(
                        "there are no nominations in {}: these are {}; name one, or the folder that it lies in",
                        path.display(),
                        self.where_nominations_lie()
                    );
                }
                files.extend(below);
                continue;
            }
            match self.read(&relative)? {
                Some(file) => files.push(file),
                None => bail!(
                    "{} is not a nomination: these are {}",
                    path.display(),
                    self.where_nominations_lie()
                ),
            }
        }
        let mut known = HashSet::new();
        files.retain(|(filed, _)| known.insert(filed.path.clone()));
        Ok(files)
    }

    /// As its rules have it: `nominees/NAME.json, applications at the root of the registry`.
    fn where_nominations_lie(&self) -> String {
        let place = |rule: &NominationRule| match rule.folder.as_str() {
            "" => "applications at the root of the registry".to_owned(),
            folder => format!("{folder}/NAME.json"),
        };
        self.policy.nominations.iter().map(place).collect::<Vec<_>>().join(", ")
    }

    /// Those of the paths that are symbolic links.
    ///
    /// # Errors
    /// A path that does not lie in the registry.
    pub fn links<'a>(&self, paths: &'a [PathBuf]) -> anyhow::Result<Vec<&'a Path>> {
        let mut links = Vec::new();
        for path in paths {
            if is_link(&self.root.join(self.relative(path)?)) {
                links.push(path.as_path());
            }
        }
        Ok(links)
    }

    /// A path from the registry's root on.
    fn relative(&self, path: &Path) -> anyhow::Result<PathBuf> {
        match absolute(path)?.strip_prefix(&self.root) {
            Ok(relative) => Ok(relative.to_path_buf()),
            Err(_) => bail!("{} does not lie in the registry {}", path.display(), self.root.display()),
        }
    }

    /// Every nomination below a folder of the registry.
    fn all(&self, below: &Path) -> anyhow::Result<Vec<(Filed, Vec<u8>)>> {
        let mut files = Vec::new();
        for rule in &self.policy.nominations {
            if !Path::new(&rule.folder).starts_with(below) {
                continue;
            }
            let folder = self.root.join(&rule.folder);
            // A folder that is a link lies somewhere else.
            if !rule.folder.is_empty() && folder.is_symlink() {
                continue;
            }
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            let mut names: Vec<PathBuf> = Vec::new();
            for entry in entries {
                let entry = entry.with_context(|| folder.display().to_string())?;
                // A hidden file is some program's own.
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                let kind = entry.file_type().with_context(|| entry.path().display().to_string())?;
                if kind.is_file() && !hidden {
                    names.push(Path::new(&rule.folder).join(entry.file_name()));
                }
            }
            names.sort();
            for name in names {
                files.extend(self.read(&name)?.filter(|(filed, _)| filed.kind == rule.kind));
            }
        }
        Ok(files)
    }

    /// A file, if it is a nomination.
    fn read(&self, relative: &Path) -> anyhow::Result<Option<(Filed, Vec<u8>)>> {
        let path = self.root.join(relative);
        if !fs::metadata(&path).with_context(|| path.display().to_string())?.is_file() {
            bail!("{} is not a file that can be read", path.display());
        }
        // One byte more than is allowed, so that it shows.
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).with_context(|| path.display().to_string())?;
        let most = nomination::MOST_BYTES as u64 + 1;
        file.take(most).read_to_end(&mut bytes).with_context(|| path.display().to_string())?;
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let name = parts.join("/");
        if is_link_as_text(&path, &bytes) {
            return Ok(None);
        }
        Ok(self.policy.file_named(&name, &bytes).map(|filed| (filed, bytes)))
    }

    /// Where a nomination of this checkout lies.
    pub fn place(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The way to the root from the working directory, for a command that is pasted there; `None` where that is the
    /// root.
    pub fn way(&self) -> Option<PathBuf> {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        let below = here.as_deref().and_then(|here| here.strip_prefix(&self.root).ok());
        match below.map(|below| below.components().count()) {
            Some(0) => None,
            Some(deep) => Some(std::iter::repeat_n("..", deep).collect()),
            None => Some(self.root.clone()),
        }
    }

    /// Answers which files the checkout has.
    pub fn look_for_files(&self, nomination: &Nomination, evidence: &mut Evidence) {
        for lookup in evidence::lookups(nomination) {
            if let Lookup::File(path) = lookup {
                let there = fs::symlink_metadata(self.root.join(&path)).is_ok();
                evidence.file_is(path, if there { Answer::Found(()) } else { Answer::Missing });
            }
        }
    }

    /// Every entry of the checkout, in all its folders.
    pub fn catalog(&self) -> Catalog {
        let (mut entries, mut paths) = (Vec::new(), Vec::new());
        for folder in &self.policy.registry {
            let Ok(files) = fs::read_dir(self.root.join(folder)) else { continue };
            for file in files.flatten() {
                let path = format!("{folder}/{}", file.file_name().to_string_lossy());
                // A link is no entry of its own, and a file that cannot be read is told where it is judged.
                let is_file = file.file_type().is_ok_and(|kind| kind.is_file());
                if is_file && let Ok(bytes) = fs::read(file.path()) {
                    entries.extend(Entry::read(path.as_str(), &bytes));
                }
                paths.push(path);
            }
        }
        let has_table = catalog::has_table(&self.policy.registry);
        let table = has_table.then(|| fs::read_to_string(self.root.join(exclusions::TABLE)).ok()).flatten();
        Catalog::new(entries, &table.unwrap_or_default(), paths)
    }

    /// What the checkout itself can answer: the schemas.
    pub fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::unasked("nothing is looked up on the network here");
        for schema in self.policy.nominations.iter().filter_map(|rule| rule.schema.as_ref()) {
            let answer = match fs::read_to_string(self.root.join(schema)) {
                Ok(text) => Answer::Found(Arc::new(Schema::read(&text))),
                Err(_) => Answer::Missing,
            };
            evidence.schema_is(schema, answer);
        }
        evidence
    }
}

/// The rules of a file.
fn policy(file: &Path) -> anyhow::Result<Policy> {
    let mut text = Vec::new();
    let most = rules::MOST_BYTES as u64 + 1;
    let opened = fs::File::open(file).with_context(|| format!("the rules {}", file.display()))?;
    opened.take(most).read_to_end(&mut text).with_context(|| format!("the rules {}", file.display()))?;
    let read = rules::read(&text);
    if let Some(policy) = read.policy {
        return Ok(policy);
    }
    let mistakes = read.mistakes.iter().map(|mistake| match &mistake.spot {
        Some(spot) => {
            let place = read.source.place(&spot.span);
            format!("\n  line {}, column {}: {}", place.line, place.column, mistake.message.plain())
        }
        None => format!("\n  {}", mistake.message.plain()),
    });
    bail!("the rules {} cannot be used:{}", file.display(), mistakes.collect::<String>())
}

/// The absolute path, with links in the folders resolved but not in the last part.
fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    let name = match path.file_name() {
        Some(name) if !path.is_dir() => name,
        // A folder, also as `.` or `..`.
        _ => return path.canonicalize().with_context(|| path.display().to_string()),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().with_context(|| path.display().to_string())?;
    Ok(folder.join(name))
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|entry| {
        entry.is_symlink()
            || entry.is_file()
                && entry.len() < LONGEST_LINK
                && fs::read(path).is_ok_and(|bytes| is_link_as_text(path, &bytes))
    })
}

const LONGEST_LINK: u64 = 300;

/// Where git cannot make symbolic links, a checkout has small files with the path that the link points at.
fn is_link_as_text(path: &Path, bytes: &[u8]) -> bool {
    let Ok(target) = std::str::from_utf8(bytes) else { return false };
    (bytes.len() as u64) < LONGEST_LINK
        && !target.contains(['{', '\n'])
        && !target.is_empty()
        && path.parent().is_some_and(|folder| folder.join(target).is_file())
}
