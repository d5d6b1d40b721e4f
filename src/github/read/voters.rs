//! Whose votes count, where the rules name teams or nobody.
//!
//! In: [`Voters`]. Out: [`Known`], for those who said something. Never: a question when nobody did.

use std::{sync::Arc, time::Duration};

use futures::future::try_join_all;
use moka::future::Cache;
use tokio::time::Instant;

use super::UserAnswer;
use crate::{
    github::{Error, Installation},
    triage::{
        pull_request::{RepositoryName, encoded},
        snapshot::{Account, Role, Snapshot},
        votes::{self, Known, Voters},
    },
};

/// How long it is remembered who is in a team, and who may write.
const FOR: Duration = Duration::from_secs(5 * 60);

/// Larger teams are read so far.
const MOST_MEMBERS: usize = 1000;

/// It is remembered so long who may not write: where many say something, the next look asks about the others.
const NO_FOR: Duration = Duration::from_secs(60 * 60);

/// Of how many people a look asks whether they may write.
const MOST_ASKED: usize = 20;

/// Ids of members by installation, organization and team; `None` where they cannot be read.
pub(in crate::github) type Teams = Cache<(u64, String, String), Option<Arc<[u64]>>>;

/// Whether somebody may write, by installation, repository and account.
pub(in crate::github) type Writers = Cache<(u64, u64, u64), Asked>;

/// Whether somebody may write, and when that was asked.
#[derive(Clone, Copy)]
pub(in crate::github) struct Asked {
    may: bool,
    at: Instant,
}

pub(in crate::github) fn teams() -> Teams {
    Cache::builder().max_capacity(1000).time_to_live(FOR).build()
}

pub(in crate::github) fn writers() -> Writers {
    Cache::builder().max_capacity(10_000).time_to_live(NO_FOR).build()
}

impl Installation<'_> {
    /// Finds out who of those who said something counts, as far as the rules do not name them.
    pub async fn known(&self, snapshot: &Snapshot, voters: &Voters) -> Result<Known, Error> {
        let mut undecided = votes::most_telling_first(snapshot);
        undecided.retain(|person| !voters.names(person));
        if undecided.is_empty() {
            return Ok(Known::default());
        }
        if voters.are_writers() {
            let (counted, unasked) = self.writers(snapshot, &undecided).await?;
            return Ok(Known { counted, unasked, ..Known::default() });
        }
        let owner = &snapshot.pull_request.repository.owner;
        let teams = voters.teams.iter().map(|team| self.team(owner, team));
        let mut known = Known::default();
        for (members, team) in try_join_all(teams).await?.into_iter().zip(&voters.teams) {
            match members {
                Some(members) => known.counted.extend(members.iter()),
                None => known.unreadable.push(team.clone()),
            }
        }
        Ok(known)
    }

    /// Ids of a team's members: <https://docs.github.com/rest/teams/members#list-team-members>. `None` where it is not
    /// there, not for us to see, or another organization's than the owner's, of which the installation sees nothing.
    async fn team(&self, owner: &str, team: &str) -> Result<Option<Arc<[u64]>>, Error> {
        let Some((organization, slug)) = team.split_once('/') else { return Ok(None) };
        if !organization.eq_ignore_ascii_case(owner) {
            return Ok(None);
        }
        let key = (self.id, organization.to_lowercase(), slug.to_lowercase());
        let route =
            format!("/orgs/{}/teams/{}/members", encoded(organization), encoded(&slug.to_lowercase()));
        let read = async {
            match self.api().pages::<UserAnswer>(&route, MOST_MEMBERS).await {
                Ok(members) => Ok(Some(members.into_iter().map(|member| member.id).collect())),
                Err(error @ (Error::Gone { .. } | Error::Denied { .. })) => {
                    tracing::warn!(team, %error, "a team of reviewers cannot be read");
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        };
        self.github.teams.try_get_with(key, read).await.map_err(|error: Arc<Error>| (*error).clone())
    }

    /// Ids of those who may write to the repository, and how many people nobody has asked about yet.
    async fn writers(&self, snapshot: &Snapshot, people: &[&Account]) -> Result<(Vec<u64>, usize), Error> {
        let pull_request = &snapshot.pull_request;
        let repository: &RepositoryName = &pull_request.repository;
        let key = |id: u64| (self.id, pull_request.repository_id, id);
        let (mut counted, mut asked, mut unknown, mut again) = (vec![], vec![], vec![], vec![]);
        for person in people {
            match self.github.writers.get(&key(person.id)).await {
                Some(Asked { may, at }) if at.elapsed() < FOR => counted.extend(may.then_some(person.id)),
                Some(Asked { may: true, .. }) => asked.push((*person).clone()),
                Some(Asked { may: false, .. }) => again.push((*person).clone()),
                None => unknown.push((*person).clone()),
            }
        }
        let unasked = (asked.len() + unknown.len()).saturating_sub(MOST_ASKED);
        asked.extend(unknown);
        // Somebody may have been given the right meanwhile, but that comes last.
        asked.extend(again);
        asked.truncate(MOST_ASKED);
        for (id, role) in self.roles(repository, &asked).await? {
            let may = role >= Role::Write;
            self.github.writers.insert(key(id), Asked { may, at: Instant::now() }).await;
            counted.extend(may.then_some(id));
        }
        Ok((counted, unasked))
    }
}
