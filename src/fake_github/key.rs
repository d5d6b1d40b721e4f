//! The RSA key pair of the App, made at start, so that no private key lies in the program.

use super::StartError;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What stands before the PKCS#1 key in the PKCS#8 form of an RSA key of 2,048 bits:
/// two lengths, the version, the algorithm's name, and the head of an octet string.
const PKCS8_HEAD: usize = 26;

/// An App's key pair: the private half for the App, the public half for this GitHub.
#[derive(Clone)]
pub struct AppKey {
    private_pem: String,
    public_der: Vec<u8>,
}

impl AppKey {
    /// Makes a new pair of 2,048 bits.
    pub fn generate() -> Result<Self, StartError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| StartError::Key)?;
        let pkcs8 = pair.as_der().map_err(|_| StartError::Key)?;
        let pkcs1 = pkcs8.as_ref().get(PKCS8_HEAD..).ok_or(StartError::Key)?;
        Ok(Self {
            private_pem: pem("RSA PRIVATE KEY", pkcs1),
            public_der: pair.public_key().as_ref().to_vec(),
        })
    }

    /// The private key as GitHub hands it out: PEM, PKCS#1.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// The public key, PKCS#1 in DER.
    pub(super) fn public_der(&self) -> &[u8] {
        &self.public_der
    }
}

fn pem(title: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {title}-----\n");
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = later;
    }
    text.push_str(&format!("-----END {title}-----\n"));
    text
}
