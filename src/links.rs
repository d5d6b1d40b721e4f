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
mod shown;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use futures::future::join_all;
use moka::{Expiry, future::Cache};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use self::{
    address::{Refused, Vetted},
    fetch::{End, Fault, Fetcher, Page},
    forge::{Look, Told},
    names::Names,
};
use crate::{
    fake_github::Web,
    triage::{
        account::{Account, ForgeAccount},
        evidence::{Answer, Evidence, LinkFacts, Lookup, RepositoryFacts, most_requests},
        license_page::{Content, LicensePage, Statement},
        raw_file,
        repository::ForgeAddress,
    },
};

/// All addresses of one question are answered within this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of it, so much goes to the question whether `https` would serve an address of `http`.
const PATIENCE_FOR_HTTPS: Duration = Duration::from_secs(4);
/// So many addresses of one question are opened at once, so that there is room for the questions beside it.
const SHARE: usize = 8;

/// All look-ups of one nomination have so many requests together, and one repository alone so many.
const MOST_REQUESTS: usize = 60;
const MOST_REQUESTS_OF_ONE: usize = 20;

/// How many answers are kept.
const KEPT: u64 = 5000;
/// A page that answered is asked again after this time.
const KEEP_GOOD: Duration = Duration::from_secs(300);
/// One that did not, somewhat sooner: it may have been put right.
const KEEP_BAD: Duration = Duration::from_secs(30);
/// Not sooner than this, whoever wants to see it anew: nobody can hammer a host through us.
const REST: Duration = Duration::from_secs(20);

/// Why links cannot be opened at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client for links")]
pub struct NoClient(#[from] reqwest::Error);

/// Opens links, and remembers for some minutes what they answered.
pub struct Links {
    fetcher: Fetcher,
    known: Cache<Ask, Opened>,
    repositories: Cache<ForgeAddress, Kept<Told>>,
    owners: Cache<ForgeAccount, Kept<Answer<Vec<RepositoryFacts>>>>,
    patience: Duration,
    rest: Duration,
}

/// What is asked of an address.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Ask {
    address: String,
    /// Whether the page is read for the license that it shows.
    read: bool,
}

/// What an address answered.
#[derive(Clone)]
struct Opened {
    at: Instant,
    link: Answer<LinkFacts>,
    /// Only of a page that was to be read.
    license: Option<Answer<LicensePage>>,
}

/// What a forge answered.
#[derive(Clone)]
struct Kept<T> {
    at: Instant,
    told: T,
}

impl<T> Kept<T> {
    async fn of(told: impl Future<Output = T>) -> Self {
        let told = told.await;
        Self { at: Instant::now(), told }
    }
}

/// One question: all that is asked for one pull request. It has its time and its share of what is opened at once.
pub struct Question<'a> {
    links: &'a Links,
    share: Semaphore,
    deadline: Instant,
    /// Whether a person asked, who may know that pages have changed.
    anew: bool,
}

/// The answers to some lookups.
pub struct Answers {
    links: Vec<(String, Answer<LinkFacts>)>,
    licenses: Vec<(String, Answer<LicensePage>)>,
    repositories: Vec<(ForgeAddress, Told)>,
    owners: Vec<(ForgeAccount, Answer<Vec<RepositoryFacts>>)>,
}

impl Answers {
    /// Adds them to what is known of a nomination.
    pub fn tell(self, evidence: &mut Evidence) {
        self.links.into_iter().for_each(|(address, answer)| evidence.link_is(address, answer));
        self.licenses.into_iter().for_each(|(address, answer)| evidence.license_page_is(address, answer));
        for (address, (repository, license)) in self.repositories {
            evidence.repository_is(&address, repository);
            evidence.license_is(&address, license);
        }
        for (account, answer) in self.owners {
            evidence.owner_is(&Account::Forge(account), answer);
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
        let owners = Cache::builder().max_capacity(KEPT).expire_after(Freshness).build();
        Self { fetcher, known, repositories, owners, patience: PATIENCE, rest: REST }
    }

    /// Begins a question, and its time. `anew`: what was opened a while ago is opened again.
    pub fn question(&self, anew: bool) -> Question<'_> {
        let deadline = Instant::now() + self.patience;
        Question { links: self, share: Semaphore::new(SHARE), deadline, anew }
    }

    /// Opens every address anew from now on, for somebody who knows that pages have changed.
    pub fn forget(&self) {
        self.known.invalidate_all();
        self.repositories.invalidate_all();
        self.owners.invalidate_all();
    }

    async fn open(&self, ask: &Ask, deadline: Instant) -> Opened {
        let (link, license) = match self.page(&ask.address, deadline).await {
            Ok((page, https)) => {
                let facts = facts(&page, https);
                (Answer::Found(facts), if ask.read { Some(license(page).await) } else { None })
            }
            // Nobody outside can open it, whoever asks.
            Err(Fault::NoSuchHost | Fault::Refused(Refused::Private)) => {
                (Answer::Missing, Some(Answer::Missing))
            }
            Err(fault) => {
                tracing::debug!(address = ask.address, %fault, "a link could not be opened");
                (Answer::Unavailable(fault.to_string()), Some(Answer::Unavailable(fault.to_string())))
            }
        };
        Opened { at: Instant::now(), link, license }
    }

    /// The page, and whether `https` serves an address that is written with `http`, which is asked first.
    async fn page(&self, address: &str, deadline: Instant) -> Result<(Page, bool), Fault> {
        let written = Vetted::read(address)?;
        if let Some(by_https) = written.by_https() {
            let until = deadline.min(Instant::now() + PATIENCE_FOR_HTTPS.min(self.patience / 2));
            match self.fetcher.get(by_https, until).await {
                Ok(page) if is_fine(&page) && page.address.url().scheme() == "https" => {
                    return Ok((page, true));
                }
                Err(fault @ (Fault::NoSuchHost | Fault::PrivateName)) => return Err(fault),
                Ok(_) | Err(_) => {}
            }
        }
        Ok((self.fetcher.get(written, deadline).await?, false))
    }
}

impl Question<'_> {
    /// Opens whatever is asked for here, all side by side and each address once; other lookups are for others.
    pub async fn answer(&self, lookups: &[Lookup]) -> Answers {
        let left = MOST_REQUESTS - most_requests(lookups).min(MOST_REQUESTS);
        let forges = lookups.iter().filter_map(|lookup| match lookup {
            Lookup::Forge(address) => Some(address.clone()),
            _ => None,
        });
        let accounts = lookups.iter().filter_map(|lookup| match lookup {
            Lookup::Owner(Account::Forge(account)) => Some(account.clone()),
            _ => None,
        });
        let (forges, accounts): (Vec<_>, Vec<_>) = (forges.collect(), accounts.collect());
        let share = (left / (forges.len() + accounts.len()).max(1)).min(MOST_REQUESTS_OF_ONE);
        let ((links, licenses), repositories, owners) = futures::join!(
            self.open_all(lookups),
            self.ask_forges(forges, share),
            self.ask_for_owned(accounts, share)
        );
        Answers { links, licenses, repositories, owners }
    }

    /// Asks for all repositories side by side, each with the same share of what GitHub leaves of the requests.
    async fn ask_forges(&self, addresses: Vec<ForgeAddress>, share: usize) -> Vec<(ForgeAddress, Told)> {
        let asked = addresses.into_iter().map(|address| async move {
            let look = self.look(share);
            let entry = self.links.repositories.entry_by_ref(&address);
            let kept = entry.or_insert_with_if(Kept::of(look.at(&address)), |kept| self.is_stale(kept)).await;
            (address, kept.into_value().told)
        });
        join_all(asked).await
    }

    /// Asks for the repositories of accounts, each account as if it were a repository.
    async fn ask_for_owned(
        &self,
        accounts: Vec<ForgeAccount>,
        share: usize,
    ) -> Vec<(ForgeAccount, Answer<Vec<RepositoryFacts>>)> {
        let asked = accounts.into_iter().map(|account| async move {
            let look = self.look(share);
            let entry = self.links.owners.entry_by_ref(&account);
            let kept =
                entry.or_insert_with_if(Kept::of(look.owned(&account)), |kept| self.is_stale(kept)).await;
            (account, kept.into_value().told)
        });
        join_all(asked).await
    }

    /// Whether what is known is too old for who asks.
    fn is_stale(&self, known: &impl Known) -> bool {
        self.anew && known.at().elapsed() >= self.links.rest
    }

    fn look(&self, share: usize) -> Look<'_> {
        Look { fetcher: &self.links.fetcher, deadline: self.deadline, left: AtomicUsize::new(share) }
    }

    async fn open_all(
        &self,
        lookups: &[Lookup],
    ) -> (Vec<(String, Answer<LinkFacts>)>, Vec<(String, Answer<LicensePage>)>) {
        let links = || lookups.iter().filter_map(link);
        let licenses = || lookups.iter().filter_map(license_page);
        let mut asked: BTreeMap<&str, bool> = links().map(|address| (address, false)).collect();
        let files: Vec<(&str, String)> = licenses()
            .map(|address| (address, raw_file::address(address).unwrap_or_else(|| address.to_owned())))
            .collect();
        asked.extend(files.iter().map(|(_, file)| (file.as_str(), true)));
        let opened = asked.into_iter().map(|(address, read)| async move {
            let ask = Ask { address: address.to_owned(), read };
            (address, self.opened(&ask).await)
        });
        let opened: BTreeMap<&str, Opened> = join_all(opened).await.into_iter().collect();
        let links =
            links().filter_map(|address| Some((address.to_owned(), opened.get(address)?.link.clone())));
        let licenses = files.iter().filter_map(|(address, file)| {
            Some(((*address).to_owned(), opened.get(file.as_str())?.license.clone()?))
        });
        (links.collect(), licenses.collect())
    }

    /// What an address answered, to this question or to one before; asked together, it is opened once.
    async fn opened(&self, ask: &Ask) -> Opened {
        let links = self.links;
        if let Some(known) = links.known.get(ask).await.filter(|known| !self.is_stale(known)) {
            return known;
        }
        // Waiting for its turn, a question holds up nobody who asks for the same address; nor does it begin so late that
        // the host would get no time, which would be held against it.
        let Ok(Ok(_turn)) = timeout_at(self.deadline - links.patience / 5, self.share.acquire()).await else {
            let late = Fault::TooSlow.to_string();
            let license = Some(Answer::Unavailable(late.clone()));
            return Opened { at: Instant::now(), link: Answer::Unavailable(late), license };
        };
        let entry = links.known.entry_by_ref(ask);
        entry
            .or_insert_with_if(links.open(ask, self.deadline), |known| self.is_stale(known))
            .await
            .into_value()
    }
}

fn link(lookup: &Lookup) -> Option<&str> {
    if let Lookup::Link(address) = lookup { Some(address) } else { None }
}

fn license_page(lookup: &Lookup) -> Option<&str> {
    if let Lookup::LicensePage(address) = lookup { Some(address) } else { None }
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

/// What a page says of licenses; read where nobody waits for the thread.
async fn license(page: Page) -> Answer<LicensePage> {
    let read = move || {
        let content = match shown::shown(&page) {
            Ok(shown) => Content::Text(Arc::new(Statement::of(&shown))),
            Err(what) => Content::Other(what),
        };
        LicensePage { status: page.status, login: login::is_wall(&page), content }
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(page) => Answer::Found(page),
        Err(error) => {
            tracing::warn!(%error, "a page could not be read");
            Answer::Unavailable("its text could not be read".to_owned())
        }
    }
}

/// An answer that is kept.
trait Known {
    fn at(&self) -> Instant;

    /// Whether there is all that was asked for.
    fn is_good(&self) -> bool;
}

impl Known for Opened {
    fn at(&self) -> Instant {
        self.at
    }

    fn is_good(&self) -> bool {
        self.link.found().is_some_and(|facts| facts.status < 400 && !facts.login)
    }
}

impl Known for Kept<Told> {
    fn at(&self) -> Instant {
        self.at
    }

    fn is_good(&self) -> bool {
        let (repository, license) = &self.told;
        repository.found().is_some() && license.found().is_some()
    }
}

impl Known for Kept<Answer<Vec<RepositoryFacts>>> {
    fn at(&self) -> Instant {
        self.at
    }

    fn is_good(&self) -> bool {
        self.told.found().is_some()
    }
}

/// How long an answer is kept.
struct Freshness;

impl Freshness {
    fn of(known: &impl Known) -> Option<Duration> {
        Some(if known.is_good() { KEEP_GOOD } else { KEEP_BAD })
    }
}

impl<K, V: Known> Expiry<K, V> for Freshness {
    fn expire_after_create(&self, _: &K, known: &V, _: std::time::Instant) -> Option<Duration> {
        Self::of(known)
    }

    fn expire_after_update(
        &self,
        _: &K,
        known: &V,
        _: std::time::Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Self::of(known)
    }
}
