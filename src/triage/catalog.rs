//! All projects of a registry, or of its open pull requests, made ready for the question which of them a nomination is of.
//!
//! In: the texts of entries, and the table of those that were excluded. Out: a [`Catalog`], and from it the [`Twin`]s of
//! a nomination. Never: where the texts come from, or what a twin means for the nomination.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    exclusions::{self, Exclusion},
    likeness::{self, Likeness, Traits, Written},
    nomination::Nomination,
};

/// One project that is known already.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the registry's root on.
    pub path: String,
    /// As its file says; the path where that says nothing.
    pub name: String,
    /// The open pull request that brings it.
    pub pull_request: Option<u64>,
    /// When and why it was excluded.
    pub exclusion: Option<Arc<Exclusion>>,
    traits: Traits,
}

/// So many names are told that come near to another.
const MOST_LIKE: usize = 3;

/// So many characters of a name are compared.
const LONGEST_SAID: usize = 100;

/// In which part of the registry an entry lies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// In the folder of that name, or in one that only the registry's own rules name.
    Nominees,
    /// Among the digital public goods.
    Accepted,
    Archive,
    Excluded,
    /// At the registry's top, where applications lie.
    Top,
}

/// Whether a path is that of an entry: a file directly in one of the folders that hold them.
pub fn is_entry(path: &str, folders: &[String]) -> bool {
    path.ends_with(".json")
        && path
            .split_once('/')
            .is_some_and(|(folder, name)| !name.contains('/') && folders.iter().any(|known| known == folder))
}

/// Whether the table of excluded projects lies in one of the folders that hold entries.
pub fn has_table(folders: &[String]) -> bool {
    exclusions::TABLE.split_once('/').is_some_and(|(of, _)| folders.iter().any(|known| known == of))
}

/// What of an entry is looked at; the rest of its file is passed over, which costs a fraction.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Value,
    initialism: Value,
    aliases: Value,
    #[serde(rename = "repositoryURL")]
    repository_url: Value,
    repositories: Value,
    website: Value,
    organizations: Value,
}

impl Fields {
    fn get(&self, key: &str) -> &Value {
        match key {
            "name" => &self.name,
            "initialism" => &self.initialism,
            "aliases" => &self.aliases,
            "repositoryURL" => &self.repository_url,
            "repositories" => &self.repositories,
            "website" => &self.website,
            "organizations" => &self.organizations,
            _ => &Value::Null,
        }
    }
}

impl Entry {
    /// Reads an entry of the registry; `None` where the text is no JSON object.
    pub fn read(path: impl Into<String>, text: &[u8]) -> Option<Self> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        // A list would do for a struct, too.
        let is_object = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let fields: Fields = is_object.then(|| serde_json::from_slice(text).ok()).flatten()?;
        let string = |key: &str| fields.get(key).as_str();
        let list = |key: &str| fields.get(key).as_array().into_iter().flatten();
        let each = |key: &'static str, part: &'static str| {
            list(key).filter_map(move |entry| entry.as_str().or_else(|| entry.get(part)?.as_str()))
        };
        let traits = Traits::of(&Written {
            name: string("name").unwrap_or_default(),
            aliases: list("aliases").filter_map(Value::as_str).chain(string("initialism")).collect(),
            repositories: string("repositoryURL").into_iter().chain(each("repositories", "url")).collect(),
            website: string("website"),
            organizations: each("organizations", "website").collect(),
        });
        Some(Self::new(path.into(), string("name").unwrap_or_default(), traits))
    }

    /// The entry that a nomination will be.
    pub fn of(nomination: &Nomination) -> Self {
        let name = nomination.name.as_ref().map_or("", |name| name.value.as_str());
        Self::new(nomination.path.clone(), name, traits(nomination))
    }

    /// The same, brought by an open pull request.
    pub fn in_pull_request(mut self, number: u64) -> Self {
        self.pull_request = Some(number);
        self
    }

    fn new(path: String, name: &str, traits: Traits) -> Self {
        let name = if name.trim().is_empty() { path.clone() } else { name.trim().to_owned() };
        Self { path, name, pull_request: None, exclusion: None, traits }
    }

    pub fn place(&self) -> Place {
        place(&self.path)
    }
}

fn place(path: &str) -> Place {
    match path.split_once('/') {
        Some(("digitalpublicgoods", _)) => Place::Accepted,
        Some(("archive", _)) => Place::Archive,
        Some(("excluded-nominees", _)) => Place::Excluded,
        Some(_) => Place::Nominees,
        None => Place::Top,
    }
}

fn traits(nomination: &Nomination) -> Traits {
    let websites = nomination.organizations.iter().filter_map(|one| one.website.as_ref());
    Traits::of(&Written {
        name: nomination.name.as_ref().map_or("", |name| name.value.as_str()),
        aliases: nomination.aliases.iter().map(|alias| alias.value.as_str()).collect(),
        repositories: nomination.repositories.iter().map(|listed| listed.url.value.as_str()).collect(),
        website: nomination.website.as_ref().map(|website| website.value.as_str()),
        organizations: websites.map(|website| website.value.as_str()).collect(),
    })
}

/// An entry that may be of the same project.
#[derive(Clone, Debug)]
pub struct Twin<'a> {
    pub entry: &'a Entry,
    pub likeness: Likeness,
}

/// Entries by what tells them.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: Vec<Entry>,
    /// Every path of the folders with entries, also of what is no entry: a link.
    paths: HashSet<String>,
    by_trait: HashMap<Key, Vec<usize>>,
    by_initial: HashMap<char, Vec<Shape>>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    Repository(String),
    /// The owner of one of its repositories.
    OwnerOf(String),
    /// An account in place of a repository.
    Owner(String),
    Website(String),
    Name(String),
    Beginning(String),
}

/// A name, as far as it costs nothing to see that another is not near.
#[derive(Debug)]
struct Shape {
    entry: usize,
    length: usize,
    letters: u64,
    key: String,
}

impl Catalog {
    /// Of these entries. `table` is the text of the registry's table of excluded projects, `paths` every path in its
    /// folders.
    pub fn new(entries: Vec<Entry>, table: &str, paths: impl IntoIterator<Item = String>) -> Self {
        let mut catalog = Self { entries, paths: paths.into_iter().collect(), ..Self::default() };
        catalog.paths.extend(catalog.entries.iter().map(|entry| entry.path.clone()));
        catalog.exclude(table);
        for at in 0..catalog.entries.len() {
            catalog.list(at);
        }
        catalog
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the registry has a file or link at this path.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Whether the project of this file was accepted as a digital public good.
    pub fn is_accepted(&self, file_name: &str) -> bool {
        self.has(&format!("digitalpublicgoods/{file_name}"))
    }

    /// The entries that may be of the same project: those that are so beyond doubt first, then by path. The nomination's
    /// own file, its namesake among the nominees or digital public goods, and what `leave_out` says do not count.
    pub fn find(&self, nomination: &Nomination, leave_out: impl Fn(&Entry) -> bool) -> Vec<Twin<'_>> {
        let traits = traits(nomination);
        let own = |entry: &Entry| entry.pull_request.is_none() && is_own(&entry.path, &nomination.path);
        let candidates: BTreeSet<usize> = self
            .candidates(&traits)
            .into_iter()
            .filter(|&at| !own(&self.entries[at]) && !leave_out(&self.entries[at]))
            .collect();
        let on_website: BTreeSet<&str> = (candidates.iter())
            .filter(|&&at| traits.website.is_some() && self.entries[at].traits.website == traits.website)
            .map(|&at| file_name(&self.entries[at].path))
            .collect();
        let mut twins: Vec<Twin<'_>> = candidates
            .iter()
            .filter_map(|&at| {
                let entry = &self.entries[at];
                let likeness = traits.likeness(&entry.traits, on_website.len() > 1)?;
                Some(Twin { entry, likeness })
            })
            .collect();
        // A submission says nothing that the nominee of the same name does not say.
        let nominees: BTreeSet<String> = (twins.iter())
            .filter(|twin| twin.entry.place() == Place::Nominees)
            .map(|twin| file_name(&twin.entry.path).to_owned())
            .collect();
        twins.retain(|twin| {
            twin.entry.place() != Place::Accepted || !nominees.contains(file_name(&twin.entry.path))
        });
        let order = |twin: &Twin<'_>| (!twin.likeness.sure, twin.entry.pull_request, twin.entry.path.clone());
        twins.sort_by_cached_key(order);
        twins
    }

    /// Whether an entry goes by this name, as its file has it, as an alias, or as its path.
    pub fn knows(&self, said: &str) -> bool {
        let sought = by_name(said);
        let is_path = |path: &str| path == said || file_name(path).trim_end_matches(".json") == said;
        self.entries.iter().any(|entry| is_path(&entry.path) || sought.shares_name(&entry.traits))
    }

    /// The names of entries that come nearest to this one, none twice.
    pub fn names_like(&self, said: &str) -> Vec<&str> {
        let said: String = said.to_lowercase().chars().take(LONGEST_SAID).collect();
        let likeness = |name: &str| match name.to_lowercase() {
            name if said.chars().count() > 3 && name.contains(&said) => 1.0,
            name => strsim::normalized_damerau_levenshtein(&name, &said),
        };
        let all: BTreeSet<&str> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
        let mut near: Vec<(f64, &str)> = all.into_iter().map(|name| (likeness(name), name)).collect();
        near.retain(|(like, _)| *like >= 0.5);
        near.sort_by(|one, other| other.0.total_cmp(&one.0));
        near.into_iter().take(MOST_LIKE).map(|(_, name)| name).collect()
    }

    fn candidates(&self, traits: &Traits) -> BTreeSet<usize> {
        let mut keys: Vec<Key> = Vec::new();
        keys.extend(traits.repositories.iter().cloned().map(Key::Repository));
        keys.extend(traits.website.iter().cloned().map(Key::Website));
        for owner in &traits.owners {
            keys.extend([Key::Owner(owner.clone()), Key::OwnerOf(owner.clone())]);
        }
        keys.extend(owners(traits).map(|owner| Key::Owner(owner.to_owned())));
        for name in &traits.names {
            keys.extend([Key::Name(name.key.clone()), Key::Beginning(name.key.clone())]);
            keys.extend(name.beginnings.iter().cloned().map(Key::Name));
        }
        let mut found: BTreeSet<usize> =
            keys.iter().filter_map(|key| self.by_trait.get(key)).flatten().copied().collect();
        for name in &traits.names {
            let Some((initial, sought)) = shape(usize::MAX, &name.key) else { continue };
            let near = self.by_initial.get(&initial).into_iter().flatten();
            found.extend(near.filter(|shape| shape.is_near(&sought)).map(|shape| shape.entry));
        }
        found
    }

    fn list(&mut self, at: usize) {
        let traits = &self.entries[at].traits;
        let mut keys: HashSet<Key> = HashSet::new();
        let mut add = |key: Key| {
            keys.insert(key);
        };
        traits.repositories.iter().cloned().map(Key::Repository).for_each(&mut add);
        owners(traits).map(|owner| Key::OwnerOf(owner.to_owned())).for_each(&mut add);
        traits.owners.iter().cloned().map(Key::Owner).for_each(&mut add);
        traits.website.iter().cloned().map(Key::Website).for_each(&mut add);
        for name in &traits.names {
            add(Key::Name(name.key.clone()));
            name.beginnings.iter().cloned().map(Key::Beginning).for_each(&mut add);
            if let Some((initial, shape)) = shape(at, &name.key) {
                self.by_initial.entry(initial).or_default().push(shape);
            }
        }
        for key in keys {
            self.by_trait.entry(key).or_default().push(at);
        }
    }

    /// Gives each excluded entry its date and reason; a project of the table that has no file becomes an entry by its
    /// name.
    fn exclude(&mut self, table: &str) {
        for exclusion in exclusions::read(table) {
            let exclusion = Arc::new(exclusion);
            let named: Vec<Traits> = exclusion.names.iter().map(|name| by_name(name)).collect();
            let mut matched = false;
            for entry in self.entries.iter_mut().filter(|entry| entry.place() == Place::Excluded) {
                if named.iter().any(|traits| traits.shares_name(&entry.traits)) {
                    entry.exclusion.get_or_insert_with(|| exclusion.clone());
                    matched = true;
                }
            }
            if !matched {
                let name = exclusion.names.last().map_or("", String::as_str).to_owned();
                let mut entry = Entry::new(exclusions::TABLE.to_owned(), &name, by_name(&name));
                entry.exclusion = Some(exclusion);
                self.entries.push(entry);
            }
        }
    }
}

fn by_name(name: &str) -> Traits {
    Traits::of(&Written { name, aliases: vec![], repositories: vec![], website: None, organizations: vec![] })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path of the registry is that of the nomination, or of its other half.
fn is_own(path: &str, nomination: &str) -> bool {
    let halves = matches!(
        (place(path), place(nomination)),
        (Place::Nominees, Place::Accepted) | (Place::Accepted, Place::Nominees)
    );
    path == nomination || halves && file_name(path) == file_name(nomination)
}

/// The accounts of github.com in which the repositories lie.
fn owners(traits: &Traits) -> impl Iterator<Item = &str> {
    traits.repositories.iter().filter_map(|key| key.strip_prefix("github.com/")?.split('/').next())
}

fn shape(entry: usize, key: &str) -> Option<(char, Shape)> {
    let core = likeness::core(key);
    // Letters and digits have a bit each; all others share what is left.
    let bit = |sign: char| match sign {
        'a'..='z' => u32::from(sign) - u32::from('a'),
        '0'..='9' => 26 + u32::from(sign) - u32::from('0'),
        _ => 36 + u32::from(sign) % 28,
    };
    let letters = core.chars().fold(0, |letters, sign| letters | 1 << bit(sign));
    let shape = Shape { entry, length: core.chars().count(), letters, key: key.to_owned() };
    Some((core.chars().next()?, shape))
}

impl Shape {
    /// Whether the names are near; most are not by their length or letters, which is cheaper to see.
    fn is_near(&self, other: &Shape) -> bool {
        let longer = self.length.max(other.length);
        let slips = longer / 5;
        // Each slip exchanges one letter at most.
        longer - self.length.min(other.length) <= slips
            && (self.letters ^ other.letters).count_ones() as usize <= 2 * slips
            && likeness::is_near(&self.key, &other.key)
    }
}

#[cfg(test)]
mod tests;
