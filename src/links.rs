//! Opens what nominations name outside of GitHub: links, to see whether they answer, and repositories of other forges.
//! The one place that fetches what strangers name.
//!
//! In: addresses. Out: for each an [`Answer`], within ten seconds in all. Never: an address that is not one of the
//! public web, at the first step or at any further one; anything that would tell a stranger's host who asks for whom;
//! GitHub's API, whose tokens another client has.
//!
//! Reading order: `address` (what may be asked), `names` (where a name leads), `fetch` (one page within limits),
//! `page` (what stands in it), `login` (whether it is open), `forge` (a repository and its license files).

mod address;
mod fetch;
mod forge;
mod login;
mod names;
pub(crate) mod page;

#[cfg(test)]
mod tests;

use std::{sync::atomic::AtomicUsize, time::Duration};

use futures::future::join_all;
use moka::{Expiry, future::Cache};
use tokio::time::Instant;

use self::{
    address::{Refused, Vetted},
    fetch::{End, Fault, Fetcher, Page},
    forge::{Look, Told},
    names::Names,
};
use crate::{
    fake_github::Web,
    triage::{
        evidence::{Answer, Evidence, LinkFacts, Lookup, most_requests},
        repository::ForgeAddress,
    },
};

/// All addresses of one question are answered within this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of it, so much goes to the question whether `https` would serve an address of `http`.
const PATIENCE_FOR_HTTPS: Duration = Duration::from_secs(4);

/// All look-ups of one nomination have so many requests together, and one repository alone so many.
const MOST_REQUESTS: usize = 60;
const MOST_REQUESTS_OF_ONE: usize = 20;

/// How many answers are kept.
const KEPT: u64 = 5000;
/// A page that answered is asked again after this time.
const KEEP_GOOD: Duration = Duration::from_secs(300);
/// One that did not, somewhat sooner: it may have been put right.
const KEEP_BAD: Duration = Duration::from_secs(30);

/// Why links cannot be opened at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client for links")]
pub struct NoClient(#[from] reqwest::Error);

/// Opens links, and remembers for some minutes what they answered.
pub struct Links {
    fetcher: Fetcher,
    known: Cache<String, Answer<LinkFacts>>,
    repositories: Cache<ForgeAddress, Told>,
    patience: Duration,
}

/// What came back for the questions of one nomination.
pub struct Answers {
    links: Vec<(String, Answer<LinkFacts>)>,
    repositories: Vec<(ForgeAddress, Told)>,
}

impl Answers {
    /// Adds them to what else is known.
    pub fn tell(self, evidence: &mut Evidence) {
        for (address, answer) in self.links {
            evidence.link_is(address, answer);
        }
        for (address, (repository, license)) in self.repositories {
            evidence.repository_is(&address, repository);
            evidence.license_is(&address, license);
        }
    }
}

impl Links {
    /// Of this world.
    ///
    /// # Errors
    /// Where the system has no certificates to trust.
    pub fn new() -> Result<Self, NoClient> {
        Ok(Self::with(Fetcher::new(fetch::client(Names::of_the_system()).build()?, None)))
    }

    /// Of a world that is a stand-in, and of no other: for tests and the demo. Only a stand-in can make the value.
    ///
    /// # Errors
    /// As [`Links::new`].
    pub fn beside(web: Web) -> Result<Self, NoClient> {
        let places = Box::new(move |scheme: &str, host: &str| web.place(scheme, host));
        Ok(Self::with(Fetcher::new(fetch::client(Names::of_the_system()).build()?, Some(places))))
    }

    fn with(fetcher: Fetcher) -> Self {
        let known = Cache::builder().max_capacity(KEPT).expire_after(Freshness).build();
        let repositories = Cache::builder().max_capacity(KEPT).expire_after(Freshness).build();
        Self { fetcher, known, repositories, patience: PATIENCE }
    }

    /// Opens whatever is asked for here, all side by side; other questions are for others.
    pub async fn look_up(&self, lookups: &[Lookup]) -> Answers {
        let (mut links, mut repositories) = (Vec::new(), Vec::new());
        for lookup in lookups {
            match lookup {
                Lookup::Link(address) => links.push(address.clone()),
                Lookup::Forge(address) => repositories.push(address.clone()),
                _ => {}
            }
        }
        let (links, repositories) = futures::join!(
            self.answer(&links),
            self.ask_forges(repositories, MOST_REQUESTS - most_requests(lookups).min(MOST_REQUESTS))
        );
        Answers { links, repositories }
    }

    /// Asks for all repositories side by side, each with the same share of what GitHub leaves of the requests.
    async fn ask_forges(&self, addresses: Vec<ForgeAddress>, left: usize) -> Vec<(ForgeAddress, Told)> {
        let deadline = Instant::now() + self.patience;
        let share = (left / addresses.len().max(1)).min(MOST_REQUESTS_OF_ONE);
        let asked = addresses.into_iter().map(|address| async move {
            let look = Look { fetcher: &self.fetcher, deadline, left: AtomicUsize::new(share) };
            let told = self.repositories.get_with_by_ref(&address, look.at(&address)).await;
            (address, told)
        });
        join_all(asked).await
    }

    /// Opens all addresses side by side.
    async fn answer(&self, addresses: &[String]) -> Vec<(String, Answer<LinkFacts>)> {
        let deadline = Instant::now() + self.patience;
        let asked = addresses.iter().map(|address| async move {
            let answer = self.known.get_with_by_ref(address, self.open(address, deadline)).await;
            (address.clone(), answer)
        });
        join_all(asked).await
    }

    /// Opens every address anew from now on, for somebody who knows that pages have changed.
    pub fn forget(&self) {
        self.known.invalidate_all();
        self.repositories.invalidate_all();
    }

    async fn open(&self, address: &str, deadline: Instant) -> Answer<LinkFacts> {
        match self.facts(address, deadline).await {
            Ok(facts) => Answer::Found(facts),
            // Nobody outside can open it, whoever asks.
            Err(Fault::NoSuchHost | Fault::Refused(Refused::Private)) => Answer::Missing,
            Err(fault) => {
                tracing::debug!(address, %fault, "a link could not be opened");
                Answer::Unavailable(fault.to_string())
            }
        }
    }

    /// Of an address of `http` it is asked first whether `https` serves it.
    async fn facts(&self, address: &str, deadline: Instant) -> Result<LinkFacts, Fault> {
        let written = Vetted::read(address)?;
        if let Some(by_https) = written.by_https() {
            let until = deadline.min(Instant::now() + PATIENCE_FOR_HTTPS.min(self.patience / 2));
            match self.fetcher.get(by_https, until).await {
                Ok(page) if is_fine(&page) && page.address.url().scheme() == "https" => {
                    return Ok(facts(&page, true));
                }
                Err(fault @ (Fault::NoSuchHost | Fault::PrivateName)) => return Err(fault),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(facts(&self.fetcher.get(written, deadline).await?, false))
    }
}

fn is_fine(page: &Page) -> bool {
    (200..300).contains(&page.status)
}

fn facts(page: &Page, https: bool) -> LinkFacts {
    if !matches!(page.end, End::Whole | End::NoText) {
        tracing::debug!(address = %page.address.url(), end = ?page.end, "a page was read in part");
    }
    LinkFacts {
        status: page.status,
        address: page.address.url().to_string(),
        moved: page.moved,
        https,
        login: login::is_wall(page),
        content_type: page.content_type.clone(),
    }
}

/// How long an answer is kept.
struct Freshness;

impl Expiry<String, Answer<LinkFacts>> for Freshness {
    fn expire_after_create(
        &self,
        _address: &String,
        answer: &Answer<LinkFacts>,
        _at: std::time::Instant,
    ) -> Option<Duration> {
        let good = answer.found().is_some_and(|facts| facts.status < 400 && !facts.login);
        Some(if good { KEEP_GOOD } else { KEEP_BAD })
    }
}

impl Expiry<ForgeAddress, Told> for Freshness {
    fn expire_after_create(
        &self,
        _address: &ForgeAddress,
        (repository, license): &Told,
        _at: std::time::Instant,
    ) -> Option<Duration> {
        let good = repository.found().is_some() && license.found().is_some();
        Some(if good { KEEP_GOOD } else { KEEP_BAD })
    }
}
