//! The right to work jobs off: a lock on the file, or a lease from the server.
//!
//! In: the database. Out: whether the right is had and held. Never: a job of a process that still has it.

use super::{Base, Store};
use crate::queue::{StoreError, postgres, sqlite};

/// Our right to claim jobs holds.
#[derive(Debug)]
pub(in crate::queue) struct Admitted {
    /// Jobs of processes that are gone, which wait again.
    pub(in crate::queue) freed: u64,
    /// What time it is by the server's clock, which all processes go by.
    pub(in crate::queue) now: Option<i64>,
}

impl Store {
    /// Asks to be one of those that work jobs off; `None` while another process does that alone. What a crash left
    /// running waits again.
    pub(in crate::queue) async fn enlist(&mut self) -> Result<Option<Admitted>, StoreError> {
        match &mut self.base {
            Base::File(file) => {
                if !file.try_lock().map_err(sqlx::Error::Io)? {
                    return Ok(None);
                }
                let mut link = file.link().await;
                let freed = sqlite::recover(&mut link).await?;
                link.keep().await?;
                Ok(Some(Admitted { freed, now: None }))
            }
            Base::Server(line) => {
                let mut link = line.link().await?;
                link.begin().await?;
                let (me, now) = postgres::enlist(&mut link).await?;
                let freed = postgres::free(&mut link).await?;
                link.keep().await?;
                line.me = Some(me);
                Ok(Some(Admitted { freed, now: Some(now) }))
            }
        }
    }

    /// Keeps our right to work, while the jobs of these rows run. `None`: it was lost, and others have them.
    pub(in crate::queue) async fn renew(&mut self, running: &[i64]) -> Result<Option<Admitted>, StoreError> {
        let Base::Server(line) = &mut self.base else {
            return Ok(Some(Admitted { freed: 0, now: None }));
        };
        let Some(me) = line.me else { return Ok(None) };
        let mut link = line.link().await?;
        link.begin().await?;
        let now = postgres::renew(&mut link, me, running).await?;
        let freed = postgres::free(&mut link).await?;
        link.keep().await?;
        Ok(now.map(|now| Admitted { freed, now: Some(now) }))
    }

    /// Gives our right to work back.
    pub(in crate::queue) async fn retire(&mut self) -> Result<(), StoreError> {
        match &mut self.base {
            Base::File(file) => file.unlock(),
            Base::Server(line) => {
                let Some(me) = line.me.take() else { return Ok(()) };
                let mut link = line.link().await?;
                link.begin().await?;
                postgres::retire(&mut link, me).await?;
                link.keep().await?;
            }
        }
        Ok(())
    }
}
