//! Which addresses may be asked: those of the public web, and no others.
//!
//! In: an address as text, or where a page leads on. Out: a [`Vetted`] address, the only thing that is ever fetched,
//! or why it was [`Refused`]. Never: the network. What a name leads to is vetted by `names`, with [`is_public`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Longer ones are refused, in bytes.
const LONGEST: usize = 2000;

/// The last parts of names that only private networks have (RFC 6761, RFC 6762 appendix G, RFC 8375, and `internal`
/// as ICANN reserved it in 2024).
const PRIVATE_NAMES: [&str; 11] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
];

/// Why an address is not asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Refused {
    #[error("it is not an address of the web")]
    NotWeb,
    #[error("it has a user name or password in it")]
    UserInfo,
    #[error("only the usual ports of the web are asked")]
    Port,
    #[error("it is too long")]
    TooLong,
    #[error("it is not open to the public")]
    Private,
}

/// An address that may be asked: `http` or `https`, at port 80 or 443, without a user, whose host is a public name or a
/// public IP address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Vetted(Url);

impl Vetted {
    /// Reads an address as text.
    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        if text.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        Self::of(Url::parse(text).map_err(|_| Refused::NotWeb)?)
    }

    /// Where a page at this address leads on by `Location`.
    pub(super) fn onward(&self, location: &str) -> Result<Self, Refused> {
        if location.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        Self::of(self.0.join(location).map_err(|_| Refused::NotWeb)?)
    }

    /// The same address by `https`; `None` where it is that already.
    pub(super) fn by_https(&self) -> Option<Self> {
        let mut url = self.0.clone();
        (url.scheme() == "http" && url.set_scheme("https").is_ok()).then_some(Self(url))
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    fn of(mut url: Url) -> Result<Self, Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::NotWeb);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        if !matches!(url.port_or_known_default(), Some(80 | 443)) {
            return Err(Refused::Port);
        }
        url.set_fragment(None);
        if url.as_str().len() > LONGEST {
            return Err(Refused::TooLong);
        }
        // Numbers in all their spellings have become addresses by now.
        let public = match url.host() {
            None => return Err(Refused::NotWeb),
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(name)) => is_public_name(name),
        };
        if public { Ok(Self(url)) } else { Err(Refused::Private) }
    }
}

/// Whether a name can be one of the public web: it has a dot, and its end is not set apart for private networks.
fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let ends_with =
        |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !PRIVATE_NAMES.iter().any(|end| ends_with(end))
}

/// Whether an address is one of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The IANA registry of special IPv4 addresses: <https://www.iana.org/assignments/iana-ipv4-special-registry>.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = matches!(
        address.octets(),
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            // Multicast, reserved, broadcast.
            | [224..=255, ..]
            // Public by its number, and the platform of every machine at Azure: its metadata and keys.
            | [168, 63, 129, 16]
    );
    !special
}

/// Only 2000::/3 is given out at all (<https://www.iana.org/assignments/ipv6-address-space>), which leaves out loopback,
/// private and local addresses, multicast, IPv4 in IPv6 (mapped, compatible) and NAT64. In it are set apart: protocols
/// of the IETF, among them Teredo (2001::/23), documentation (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let special = match address.segments() {
        [0x2001, second, ..] => second < 0x200 || second == 0xdb8,
        [0x2002, ..] => true,
        [0x3fff, second, ..] => second < 0x1000,
        [first, ..] => !(0x2000..0x4000).contains(&first),
    };
    !special
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is refused by its text alone: nothing is looked up, nothing is connected to.
    #[test]
    fn hostile_addresses_are_refused() {
        use Refused::{NotWeb, Port, Private, UserInfo};
        let table = [
            ("http://127.0.0.1/", Private),
            ("http://127.1/", Private),
            ("http://127.255.255.254/", Private),
            ("http://2130706433/", Private),
            ("http://0x7f000001/", Private),
            ("http://0x7f.1/", Private),
            ("http://0177.0.0.1/", Private),
            ("http://017700000001/", Private),
            ("http://0/", Private),
            ("http://0.0.0.0/", Private),
            ("http://①②⑦.⓪.⓪.①/", Private),
            ("http://127。0。0。1/", Private),
            ("http://%31%32%37.0.0.1/", Private),
            ("http://127.0.0.1./", Private),
            ("http:127.0.0.1/", Private),
            ("http:\\\\127.0.0.1\\", Private),
            ("ht\ntp://127.0.0.1/", Private),
            ("http://10.0.0.1/", Private),
            ("http://172.16.0.1/", Private),
            ("http://172.31.255.255/", Private),
            ("http://192.168.1.1/", Private),
            ("http://3232235777/", Private),
            ("http://100.64.0.1/", Private),
            ("http://100.100.100.200/latest/meta-data/", Private),
            ("http://169.254.169.254/latest/meta-data/", Private),
            ("http://2852039166/latest/meta-data/", Private),
            ("http://0xa9fea9fe/", Private),
            ("http://0251.0376.0251.0376/", Private),
            ("http://169.254.170.2/v2/credentials", Private),
            ("http://168.63.129.16/", Private),
            ("http://192.0.0.192/", Private),
            ("http://192.0.2.1/", Private),
            ("http://198.51.100.7/", Private),
            ("http://203.0.113.9/", Private),
            ("http://198.18.0.1/", Private),
            ("http://192.88.99.1/", Private),
            ("http://224.0.0.1/", Private),
            ("http://239.255.255.250/", Private),
            ("http://240.0.0.1/", Private),
            ("http://255.255.255.255/", Private),
            ("http://[::]/", Private),
            ("http://[::1]/", Private),
            ("http://[0:0:0:0:0:0:0:1]/", Private),
            ("http://[::ffff:127.0.0.1]/", Private),
            ("http://[::ffff:a9fe:a9fe]/", Private),
            ("http://[::ffff:8.8.8.8]/", Private),
            ("http://[::127.0.0.1]/", Private),
            ("http://[::ffff:0:127.0.0.1]/", Private),
            ("http://[fe80::1]/", Private),
            ("http://[fec0::1]/", Private),
            ("http://[fc00::1]/", Private),
            ("http://[fd00:ec2::254]/latest/meta-data/", Private),
            ("http://[ff02::1]/", Private),
            ("http://[64:ff9b::7f00:1]/", Private),
            ("http://[64:ff9b:1::a9fe:a9fe]/", Private),
            ("http://[2002:7f00:1::]/", Private),
            ("http://[2001:0:7f00:1::]/", Private),
            ("http://[2001:db8::1]/", Private),
            ("http://[3fff::1]/", Private),
            ("http://[5f00::1]/", Private),
            ("http://[100::1]/", Private),
            ("http://localhost/", Private),
            ("http://LOCALHOST./", Private),
            ("http://app.localhost/", Private),
            ("http://printer.local/", Private),
            ("http://metadata.google.internal/computeMetadata/v1/", Private),
            ("http://kubernetes/", Private),
            ("http://router.lan/", Private),
            ("http://box.home.arpa/", Private),
            ("http://hidden.onion/", Private),
            ("http://user@openclinic.org/", UserInfo),
            ("http://user:word@openclinic.org/", UserInfo),
            ("http://:word@openclinic.org/", UserInfo),
            ("http://openclinic.org@127.0.0.1/", UserInfo),
            ("http://openclinic.org:22/", Port),
            ("http://openclinic.org:8080/", Port),
            ("https://openclinic.org:6379/", Port),
            ("http://openclinic.org:0/", Port),
            ("file:///etc/passwd", NotWeb),
            ("ftp://openclinic.org/", NotWeb),
            ("gopher://openclinic.org:70/_x", NotWeb),
            ("javascript:alert(1)", NotWeb),
            ("data:text/html,x", NotWeb),
            ("ws://openclinic.org/", NotWeb),
            ("unix:/var/run/docker.sock", NotWeb),
            ("http://", NotWeb),
            ("https:///", NotWeb),
            ("http://[::1%25eth0]/", NotWeb),
            ("http://openclinic.org:99999/", NotWeb),
            ("openclinic.org", NotWeb),
            ("//openclinic.org/", NotWeb),
            ("", NotWeb),
        ];
        assert!(table.len() >= 60);
        for (address, why) in table {
            assert_eq!(Vetted::read(address).map(|vetted| vetted.0.to_string()), Err(why), "{address}");
            // The same where a page leads on to it; what is no address by itself is one below the page.
            if address.contains(':') {
                let page = Vetted::read("https://openclinic.org/").unwrap();
                let onward = page.onward(address);
                let below = onward.as_ref().is_ok_and(|onward| onward.host() == "openclinic.org");
                assert!(onward == Err(why) || below, "{address}: {onward:?}");
            }
        }
        assert_eq!(
            Vetted::read(&format!("http://openclinic.org/{}", "a".repeat(3000))),
            Err(Refused::TooLong)
        );
    }

    #[test]
    fn the_public_web_is_open() {
        for address in [
            "http://openclinic.org",
            "https://openclinic.org:443/a?b#c",
            "http://openclinic.org:443/",
            "https://bücher.example/",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
            "https://localhost.org/",
            "https://mylocal.example/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
        ] {
            assert!(Vetted::read(address).is_ok(), "{address}");
        }
        let by_https = |text| Vetted::read(text).unwrap().by_https().map(|other| other.0.to_string());
        assert_eq!(by_https("http://x.org:80/a#b"), Some("https://x.org/a".to_owned()));
        assert_eq!(by_https("https://x.org/"), None);
    }
}
