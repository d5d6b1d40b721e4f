//! Asks another forge than GitHub for the repositories of a group, an organization or a person.
//!
//! In: a [`ForgeAccount`]. Out: its public repositories, or why not. Whether it is many people's or one's shows in which
//! of two lists the forge has. Never: a repository that is not in the account; part of a list taken for all of it.

use super::{Api, End, Fault, Look, Refused, STRANGE, api, words};
use crate::triage::{
    account::{Account, ForgeAccount},
    evidence::{Answer, MOST_OWNED, RepositoryFacts},
};

impl Look<'_> {
    /// Asks for the repositories of an account; not more often than granted.
    pub(in crate::links) async fn owned(&self, account: &ForgeAccount) -> Answer<Vec<RepositoryFacts>> {
        let api = api(account.software());
        for owner in api.owners() {
            match self.list(api, account, owner.list).await {
                Ok(Some(mut repositories)) => {
                    repositories.iter_mut().for_each(|one| one.owner = Some(owner.kind));
                    return Answer::Found(repositories);
                }
                Ok(None) => {}
                Err(Fault::NoSuchHost | Fault::Refused(Refused::Private)) => return Answer::Missing,
                Err(Fault::Unreadable) => return Answer::Unavailable(STRANGE.to_owned()),
                Err(fault) => return Answer::Unavailable(words(&fault)),
            }
        }
        Answer::Missing
    }

    /// One of its lists, the first of them as far as they are read; `None` where the forge has no such account.
    async fn list(
        &self,
        api: &dyn Api,
        account: &ForgeAccount,
        list: &str,
    ) -> Result<Option<Vec<RepositoryFacts>>, Fault> {
        let within = Account::Forge(account.clone());
        let mut all: Vec<RepositoryFacts> = Vec::new();
        for page in 1.. {
            let body = self.ask(api, account.host(), &api.owned(account, list, page)).await?;
            if api.is_no_owner(body.status, &body.bytes) {
                return Ok(None);
            }
            let listed = (body.status == 200 && body.end == End::Whole)
                .then(|| api.repositories(account.host(), &body.bytes));
            let (projects, more) = listed.flatten().ok_or(Fault::Unreadable)?;
            let facts = projects.into_iter().map(|project| project.facts);
            all.extend(facts.filter(|facts| !facts.private && within.has(&facts.name)));
            if !more || all.len() >= MOST_OWNED || page * api.a_page() >= MOST_OWNED {
                break;
            }
        }
        all.truncate(MOST_OWNED);
        Ok(Some(all))
    }
}
