//! Whether a body came from GitHub: HMAC-SHA256 over its raw bytes.
//!
//! In: the raw body and the headers. Out: yes, or why not. Never: a parsed body, a trimmed header, SHA-1,
//! or a secret in any output.
//!
//! <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>

use std::fmt;
use std::sync::Arc;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that counts. `X-Hub-Signature`, the SHA-1 form, is not looked at.
pub const HEADER: &str = "x-hub-signature-256";

/// The webhook secrets in force: one, or several while one is rotated. Its `Debug` shows only how many.
#[derive(Clone)]
pub struct Secrets {
    /// Keyed once here, cloned for each body: that spares hashing the key anew each time.
    keyed: Arc<[Hmac<Sha256>]>,
}

/// No secret was given, or an empty one: anybody could sign with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a webhook secret is missing or empty")]
pub struct EmptySecret;

/// Why a body does not count as GitHub's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadSignature {
    /// No `X-Hub-Signature-256` header. The usual cause: the App's webhook has no secret set on GitHub.
    #[error("there is no X-Hub-Signature-256 header")]
    Missing,
    /// Not once `sha256=` and 64 lower-case hexadecimal digits, the only form GitHub sends.
    #[error("X-Hub-Signature-256 is not `sha256=` and 64 lower-case hexadecimal digits")]
    Malformed,
    /// Well formed, but made with none of the secrets, or over other bytes.
    #[error("X-Hub-Signature-256 does not fit the body")]
    Wrong,
}

/// What the header claims, not yet compared. Having it before the body arrives spares reading the body of a
/// request that is lost anyway.
pub struct Claim([u8; 32]);

impl Secrets {
    /// Takes the secrets, each as it was typed into GitHub.
    ///
    /// # Errors
    /// When there is none, or one of them is empty.
    pub fn new<I>(secrets: I) -> Result<Self, EmptySecret>
    where
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let mut keyed = Vec::new();
        for secret in secrets {
            let secret = secret.as_ref();
            if secret.is_empty() {
                return Err(EmptySecret);
            }
            // HMAC takes a key of any length, so that the error cannot occur; it needs no panic all the same.
            keyed.push(Hmac::new_from_slice(secret).map_err(|_| EmptySecret)?);
        }
        if keyed.is_empty() { Err(EmptySecret) } else { Ok(Self { keyed: keyed.into() }) }
    }

    /// Whether one of the secrets made `claim` over `body`, compared in constant time.
    ///
    /// # Errors
    /// [`BadSignature::Wrong`].
    pub fn check(&self, claim: &Claim, body: &[u8]) -> Result<(), BadSignature> {
        let fits = |keyed: &Hmac<Sha256>| keyed.clone().chain_update(body).verify_slice(&claim.0).is_ok();
        if self.keyed.iter().any(fits) { Ok(()) } else { Err(BadSignature::Wrong) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.keyed.len())
    }
}

impl Claim {
    /// Reads the header.
    ///
    /// # Errors
    /// [`BadSignature::Missing`], [`BadSignature::Malformed`]; the latter also for two such headers.
    pub fn read(headers: &HeaderMap) -> Result<Self, BadSignature> {
        let mut values = headers.get_all(HEADER).iter();
        let value = values.next().ok_or(BadSignature::Missing)?;
        if values.next().is_some() {
            return Err(BadSignature::Malformed);
        }
        let hex = value.as_bytes().strip_prefix(b"sha256=").ok_or(BadSignature::Malformed)?;
        let (pairs, []) = hex.as_chunks::<2>() else { return Err(BadSignature::Malformed) };
        let pairs: &[[u8; 2]; 32] = pairs.try_into().map_err(|_| BadSignature::Malformed)?;
        let mut claim = [0; 32];
        for (byte, [high, low]) in claim.iter_mut().zip(pairs) {
            *byte = digit(*high).ok_or(BadSignature::Malformed)? << 4
                | digit(*low).ok_or(BadSignature::Malformed)?;
        }
        Ok(Self(claim))
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example on GitHub's page.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn check(secrets: &[&str], header: &str, value: &str, body: &[u8]) -> Result<(), BadSignature> {
        let mut headers = HeaderMap::new();
        headers.insert(axum::http::HeaderName::try_from(header).unwrap(), value.parse().unwrap());
        Secrets::new(secrets).unwrap().check(&Claim::read(&headers)?, body)
    }

    #[test]
    fn the_example_of_githubs_page() {
        assert_eq!(check(&[SECRET], HEADER, SIGNATURE, BODY), Ok(()));
        assert_eq!(check(&["new", SECRET], HEADER, SIGNATURE, BODY), Ok(()), "while a secret is rotated");
        assert_eq!(check(&[SECRET, "new"], HEADER, SIGNATURE, BODY), Ok(()));
    }

    #[test]
    fn nothing_else_counts() {
        use BadSignature::*;
        let upper = format!("sha256={}", SIGNATURE[7..].to_uppercase());
        let with = |tail: &str| format!("{SIGNATURE}{tail}");
        for (why, header, value, body, expected) in [
            ("another body", HEADER, SIGNATURE.to_owned(), &b"Hello, World"[..], Wrong),
            ("a body with a trailing line feed", HEADER, SIGNATURE.to_owned(), b"Hello, World!\n", Wrong),
            ("the last digit", HEADER, SIGNATURE.replace("3e17", "3e18"), BODY, Wrong),
            ("SHA-1 alone", "x-hub-signature", SIGNATURE.to_owned(), BODY, Missing),
            ("SHA-1 in its place", HEADER, format!("sha1={}", &SIGNATURE[7..47]), BODY, Malformed),
            ("upper-case digits", HEADER, upper, BODY, Malformed),
            ("upper-case prefix", HEADER, SIGNATURE.replace("sha", "SHA"), BODY, Malformed),
            ("a trailing blank", HEADER, with(" "), BODY, Malformed),
            ("a digit too many", HEADER, with("0"), BODY, Malformed),
            ("two digits too many", HEADER, with("00"), BODY, Malformed),
            ("digits missing", HEADER, SIGNATURE[..69].to_owned(), BODY, Malformed),
            ("no prefix", HEADER, SIGNATURE[7..].to_owned(), BODY, Malformed),
            ("no digits", HEADER, "sha256=".to_owned(), BODY, Malformed),
            ("nothing", HEADER, String::new(), BODY, Malformed),
        ] {
            assert_eq!(check(&[SECRET], header, &value, body), Err(expected), "{why}");
        }
        assert_eq!(check(&["another"], HEADER, SIGNATURE, BODY), Err(Wrong));
    }

    #[test]
    fn two_headers_are_one_too_many() {
        let mut headers = HeaderMap::new();
        headers.append(HEADER, SIGNATURE.parse().unwrap());
        headers.append(HEADER, SIGNATURE.parse().unwrap());
        assert_eq!(Claim::read(&headers).err(), Some(BadSignature::Malformed));
    }

    #[test]
    fn an_empty_secret_is_none() {
        assert_eq!(Secrets::new([""]).unwrap_err(), EmptySecret);
        assert_eq!(Secrets::new(["good", ""]).unwrap_err(), EmptySecret);
        assert_eq!(Secrets::new(Vec::<String>::new()).unwrap_err(), EmptySecret);
    }

    #[test]
    fn the_value_stays_hidden() {
        assert_eq!(format!("{:?}", Secrets::new([SECRET]).unwrap()), "Secrets(1)");
    }
}
