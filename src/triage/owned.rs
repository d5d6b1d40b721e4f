//! Which of an account's repositories a nomination means that lists only the account.
//!
//! In: the nomination, the account's public repositories. Out: the likely ones, the likeliest first, and the one that
//! stands out, if one does. Never: a repository that is not of the account.

use std::cmp::Reverse;

use super::{
    evidence::RepositoryFacts,
    likeness::{Traits, Written, is_near, site},
    nomination::Nomination,
    repository::Address,
};

/// An account's repositories beside a nomination.
pub struct Offer<'a> {
    /// The likeliest first.
    pub likely: Vec<&'a RepositoryFacts>,
    /// The one that it clearly is, if it is not listed yet.
    pub outstanding: Option<&'a RepositoryFacts>,
}

/// So many repositories are offered.
pub const MOST: usize = 5;

/// Shorter names are inside of others by chance.
const SHORTEST_INSIDE: usize = 4;

/// What a repository has in common with the nomination, in points. The same name counts more than all else together.
const SAME_NAME: u32 = 8;
const LIKE_NAME: u32 = 3;
const SAME_SITE: u32 = 2;
const NAMED: u32 = 2;

/// Ends of names of repositories that hold what stands around a project.
const AROUND: [&str; 6] = [".github", ".github.io", "docs", "documentation", "website", "wiki"];

impl<'a> Offer<'a> {
    pub fn of(nomination: &Nomination, repositories: &'a [RepositoryFacts]) -> Self {
        let project = Project::of(nomination);
        let mut likely: Vec<&RepositoryFacts> =
            repositories.iter().filter(|one| !is_around_all(one)).collect();
        let points = |one: &RepositoryFacts| project.points(one);
        likely
            .sort_by_key(|one| Reverse((lives(one), points(one), !is_around(one), one.stars, one.pushed_at)));
        let outstanding = outstanding(&project, &likely);
        // Those that have nothing in common with the project are offered only where all are such.
        if likely.iter().any(|one| points(one) > 0) {
            likely.retain(|one| points(one) > 0);
        }
        likely.truncate(MOST);
        Self { likely, outstanding: outstanding.filter(|one| !is_listed(nomination, one)) }
    }
}

/// The only one in which work goes on, or the only one that has the project's name.
fn outstanding<'a>(project: &Project, likely: &[&'a RepositoryFacts]) -> Option<&'a RepositoryFacts> {
    let living = || likely.iter().copied().filter(|one| lives(one));
    let only = |mut some: Box<dyn Iterator<Item = &'a RepositoryFacts> + '_>| {
        let first = some.next()?;
        some.next().is_none().then_some(first)
    };
    only(Box::new(living())).or_else(|| only(Box::new(living().filter(|one| project.has_name_of(one)))))
}

fn lives(one: &RepositoryFacts) -> bool {
    !(one.fork || one.archived || one.disabled || one.empty)
}

/// GitHub shows the one called `.github` on the account's page; it is no project.
fn is_around_all(one: &RepositoryFacts) -> bool {
    one.name.name().eq_ignore_ascii_case(".github")
}

fn is_around(one: &RepositoryFacts) -> bool {
    let name = one.name.name().to_lowercase();
    AROUND.iter().any(|end| name.ends_with(end))
}

fn is_listed(nomination: &Nomination, one: &RepositoryFacts) -> bool {
    let listed = nomination.repositories.iter().map(|listed| Address::read(&listed.url.value));
    listed.filter_map(Address::repository).any(|name| name.is_same(&one.name))
}

/// What tells the project in its repositories.
struct Project {
    /// Names and aliases as they are compared.
    keys: Vec<String>,
    website: Option<String>,
}

impl Project {
    fn of(nomination: &Nomination) -> Self {
        let written = Written {
            name: nomination.name.as_ref().map_or("", |name| name.value.as_str()),
            aliases: nomination.aliases.iter().map(|alias| alias.value.as_str()).collect(),
            repositories: vec![],
            website: None,
            organizations: vec![],
        };
        let keys = Traits::of(&written).names.into_iter().map(|name| name.key).collect();
        Self { keys, website: nomination.website.as_ref().and_then(|website| site(&website.value)) }
    }

    fn has_name_of(&self, one: &RepositoryFacts) -> bool {
        self.keys.contains(&letters(one.name.name()))
    }

    fn points(&self, one: &RepositoryFacts) -> u32 {
        let name = letters(one.name.name());
        let described = letters(one.description.as_deref().unwrap_or_default());
        let inside =
            |part: &str, whole: &str| part.chars().count() >= SHORTEST_INSIDE && whole.contains(part);
        let like = |key: &String| inside(key, &name) || inside(&name, key) || is_near(key, &name);
        let of = |counts: bool, points: u32| if counts { points } else { 0 };
        let named = match self.keys.contains(&name) {
            true => SAME_NAME,
            false => of(self.keys.iter().any(like), LIKE_NAME),
        };
        let same_site = self.website.is_some() && one.homepage.as_deref().and_then(site) == self.website;
        let is_named = self.keys.iter().any(|key| inside(key, &described));
        named + of(same_site, SAME_SITE) + of(is_named, NAMED)
    }
}

/// Letters and digits, as names of projects are compared.
fn letters(text: &str) -> String {
    let names = Traits::of(&Written {
        name: text,
        aliases: vec![],
        repositories: vec![],
        website: None,
        organizations: vec![],
    });
    names.names.into_iter().next().map(|name| name.key).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{
        nomination::{Filed, Kind, parse},
        pull_request::RepositoryName,
    };

    fn nomination(text: &str) -> Nomination {
        parse(Filed { path: "nominees/x.json".into(), kind: Kind::Nominee, schema: None }, text.as_bytes()).0
    }

    fn repository(name: &str, change: impl FnOnce(&mut RepositoryFacts)) -> RepositoryFacts {
        let mut facts = RepositoryFacts::new(RepositoryName::new("clinic-org", name));
        change(&mut facts);
        facts
    }

    fn offer(text: &str, repositories: &[RepositoryFacts]) -> (Vec<String>, Option<String>) {
        let nomination = nomination(text);
        let offer = Offer::of(&nomination, repositories);
        let name = |one: &&RepositoryFacts| one.name.name().to_owned();
        (offer.likely.iter().map(name).collect(), offer.outstanding.as_ref().map(name))
    }

    const OPEN_CLINIC: &str = r#"{"name": "Open Clinic", "website": "https://clinic.example"}"#;

    #[test]
    fn likely_ones_come_first_and_those_that_rest_last() {
        let all = [
            repository("open-clinic-old", |one| one.archived = true),
            repository("linux", |one| (one.fork, one.stars) = (true, 900)),
            repository("tools", |one| one.stars = 50),
            repository("website", |one| one.homepage = Some("https://clinic.example/".into())),
            repository("server", |one| one.description = Some("The server of OpenClinic".into())),
            repository("openclinic-app", |_| {}),
            repository(".github", |_| {}),
        ];
        let (likely, outstanding) = offer(OPEN_CLINIC, &all);
        assert_eq!(likely, ["openclinic-app", "server", "website", "open-clinic-old"]);
        assert_eq!(outstanding, None);
        let others = ["a", "b", "c"].map(|name| repository(name, |one| one.archived = name == "a"));
        assert_eq!(offer(OPEN_CLINIC, &others).0, ["b", "c", "a"], "nothing in common");
    }

    #[test]
    fn one_stands_out_by_its_name_or_alone() {
        let named = repository("Open-Clinic", |_| {});
        let other = repository("tools", |one| one.stars = 9_000);
        let fork = repository("linux", |one| one.fork = true);
        let stands_out = |all: &[RepositoryFacts]| offer(OPEN_CLINIC, all).1;
        assert_eq!(stands_out(&[other.clone(), named.clone()]).as_deref(), Some("Open-Clinic"));
        assert_eq!(stands_out(&[other.clone(), fork.clone()]).as_deref(), Some("tools"));
        assert_eq!(stands_out(&[other.clone(), repository("app", |_| {})]), None);
        assert_eq!(stands_out(&[fork]), None);
        assert_eq!(stands_out(&[]), None);
        let listed = r#"{"name": "Open Clinic", "repositories": [{"url": "https://github.com/clinic-org/open-clinic"}]}"#;
        assert_eq!(offer(listed, &[other, named]).1, None, "listed already");
    }
}
