//! From a host's name to addresses, all of which are public.
//!
//! In: a name. Out: the very addresses that were vetted, so that nothing can change between the look-up and the
//! connection; or a [`Fault`]. reqwest asks here for every connection to a name; it does not for IP addresses in the
//! text of a link, which `address` vets.

use std::{io, net::SocketAddr, sync::Arc};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::is_public, fetch::Fault};

/// A name that is sure to exist: where it is not found either, nothing can be said about other names.
const SURE: &str = "github.com.";

type LookUp = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync;

/// Looks names up and vets what comes back.
#[derive(Clone)]
pub(super) struct Names(Arc<LookUp>);

impl Names {
    /// As the system does it.
    pub(super) fn of_the_system() -> Self {
        Self::by(|name| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect::<Vec<_>>()) })
        })
    }

    pub(super) fn by(
        look_up: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(look_up))
    }

    /// Every address of a name. One that is not public spoils them all.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Fault> {
        // With the dot at its end a name is whole: no search list of the system makes another one of it.
        let whole = format!("{}.", name.trim_end_matches('.'));
        let addresses = match self.0(whole).await {
            Ok(addresses) => addresses,
            Err(error) if means_nobody(&error) => return Err(self.nobody().await),
            Err(_) => return Err(Fault::Unreachable),
        };
        if addresses.is_empty() {
            return Err(self.nobody().await);
        }
        if addresses.iter().any(|address| !is_public(address.ip())) {
            return Err(Fault::PrivateName);
        }
        Ok(addresses)
    }

    /// A machine without a network is told of every name that it does not exist.
    async fn nobody(&self) -> Fault {
        match self.0(SURE.to_owned()).await {
            Ok(addresses) if !addresses.is_empty() => Fault::NoSuchHost,
            _ => Fault::Unreachable,
        }
    }
}

/// Whether the system says that nobody has this name (`EAI_NONAME`, `EAI_NODATA`), and not that it cannot tell now. The
/// standard library hands on only the words: those of glibc, musl and macOS.
fn means_nobody(error: &io::Error) -> bool {
    let words = error.to_string();
    ["not known", "does not resolve", "No address associated", "no usable address"]
        .iter()
        .any(|nobody| words.contains(nobody))
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let addresses = names.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: fn(&str) -> io::Result<Vec<&'static str>>) -> Names {
        Names::by(move |name| {
            let answer = answer(&name).map(|all| all.iter().map(|one| one.parse().unwrap()).collect());
            Box::pin(async move { answer })
        })
    }

    fn unknown<T>() -> io::Result<T> {
        Err(io::Error::other("failed to lookup address information: Name or service not known"))
    }

    #[tokio::test]
    async fn one_private_address_spoils_all() {
        let names = of(|name| match name {
            "good.example." => Ok(vec!["8.8.8.8:0", "[2606:4700::1111]:0"]),
            "mixed.example." => Ok(vec!["8.8.8.8:0", "10.0.0.1:0"]),
            "mapped.example." => Ok(vec!["[::ffff:169.254.169.254]:0"]),
            _ => panic!("{name} was asked for"),
        });
        assert_eq!(names.addresses("good.example").await.map(|all| all.len()), Ok(2));
        assert_eq!(names.addresses("mixed.example.").await, Err(Fault::PrivateName));
        assert_eq!(names.addresses("mapped.example").await, Err(Fault::PrivateName));
    }

    /// "There is no such host" holds only where other names are found.
    #[tokio::test]
    async fn a_machine_without_a_network_says_nothing_about_names() {
        let online = of(|name| if name == SURE { Ok(vec!["8.8.8.8:0"]) } else { unknown() });
        assert_eq!(online.addresses("gone.example").await, Err(Fault::NoSuchHost));
        let offline = of(|_| unknown());
        assert_eq!(offline.addresses("gone.example").await, Err(Fault::Unreachable));
        let busy = of(|_| Err(io::Error::other("Temporary failure in name resolution")));
        assert_eq!(busy.addresses("gone.example").await, Err(Fault::Unreachable));
    }
}
