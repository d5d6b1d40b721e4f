//! Answers to what is asked again and again, kept with their ETags: asked for once more and unchanged, they cost
//! nothing of the hourly allowance.
//!
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>
//!
//! In: an answer, whose it is, its address and media type. Out: the same. Never: an answer that GitHub was not asked
//! about again.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;

/// All of them together, in bytes.
const MOST: u64 = 32 * 1024 * 1024;

/// A larger one is not kept, in bytes. A page of 100 pull requests has 2 MB.
const LARGEST: usize = 4 * 1024 * 1024;

/// An ETag holds for one token, and a token for an hour.
const FOR: Duration = Duration::from_secs(60 * 60);

/// Which answer: of which installation, the address, the media type that was asked for.
type Key = (u64, String, String);

/// An answer and its ETag.
pub(super) struct Answer {
    pub(super) etag: String,
    /// Where the next page is.
    pub(super) link: Option<String>,
    pub(super) body: Vec<u8>,
}

/// What is kept, for all installations.
pub(super) struct Kept(Cache<Key, Arc<Answer>>);

impl Kept {
    pub(super) fn new() -> Self {
        let weigh = |(_, path, accept): &Key, answer: &Arc<Answer>| {
            let bytes = path.len() + accept.len() + answer.etag.len() + answer.body.len();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(MOST).time_to_live(FOR).build())
    }
}

/// What is kept for one installation.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) kept: &'a Kept,
    pub(super) installation: u64,
}

impl Shelf<'_> {
    pub(super) async fn get(&self, path: &str, accept: &str) -> Option<Arc<Answer>> {
        self.kept.0.get(&(self.installation, path.to_owned(), accept.to_owned())).await
    }

    pub(super) async fn put(&self, path: &str, accept: &str, answer: Answer) {
        if answer.body.len() <= LARGEST {
            let answer = Arc::new(answer);
            self.kept.0.insert((self.installation, path.to_owned(), accept.to_owned()), answer).await;
        }
    }
}
