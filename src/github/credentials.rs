//! As whom GitHub is asked: the App's own signature, by GitHub's clock, and the tokens of its installations.
//!
//! In: a question, and who asks it. Out: GitHub's answer. Never: a second try for anything but credentials that GitHub
//! did not take: then it has done nothing yet.
//!
//! <https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/about-authentication-with-a-github-app>

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, Method, Response, StatusCode, header::AUTHORIZATION, request::Builder};
use http_body_util::combinators::BoxBody;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{
    Client, Error, JSON, MOST_ANSWER, parse, read_at_most,
    refusal::{broken, granted},
};

/// GitHub takes no signature from its future, and none that is valid for longer than ten minutes.
const BEFORE: TimeDelta = TimeDelta::seconds(60);
const VALID: TimeDelta = TimeDelta::minutes(9);

/// A token is made anew when it is not valid for longer than this: a look takes a while.
const SPARE: TimeDelta = TimeDelta::minutes(2);

pub(super) type Answer = Response<BoxBody<Bytes, octocrab::Error>>;

/// Who asks.
#[derive(Clone, Copy)]
pub(super) enum As<'a> {
    /// Whoever the client is.
    Anybody,
    App(&'a Signer),
    Installation(&'a Signer, &'a Pass),
}

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) method: &'a Method,
    /// From the root of the API.
    pub(super) path: &'a str,
    pub(super) accept: &'a str,
    /// Of the answer that is there already.
    pub(super) etag: Option<&'a str>,
    pub(super) body: Option<&'a serde_json::Value>,
}

impl<'a> Question<'a> {
    pub(super) fn new(method: &'a Method, path: &'a str) -> Self {
        Self { method, path, accept: JSON, etag: None, body: None }
    }
}

/// The App's id and private key.
pub(super) struct Signer {
    app_id: u64,
    key: EncodingKey,
}

impl Signer {
    /// With an RSA key in PEM.
    pub(super) fn new(app_id: u64, pem: &str) -> Result<Self, Error> {
        let key = EncodingKey::from_rsa_pem(pem.as_bytes());
        // Nothing of the key may stand in an error.
        Ok(Self {
            app_id,
            key: key.map_err(|_| Error::Bug { why: "the private key cannot be read".into() })?,
        })
    }

    fn sign(&self, now: DateTime<Utc>) -> Result<HeaderValue, Error> {
        #[derive(Serialize)]
        struct Claims {
            iss: String,
            iat: i64,
            exp: i64,
        }
        let (iat, exp) = ((now - BEFORE).timestamp(), (now + VALID).timestamp());
        let claims = Claims { iss: self.app_id.to_string(), iat, exp };
        let signed = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key);
        bearer(&signed.map_err(|error| Error::Bug { why: format!("the App cannot sign: {error}") })?)
    }
}

/// An installation's token, made when it is needed.
pub(super) struct Pass {
    installation: u64,
    held: Mutex<Option<Token>>,
}

struct Token {
    bearer: HeaderValue,
    /// By GitHub's clock.
    until: DateTime<Utc>,
}

impl Pass {
    pub(super) fn of(installation: u64) -> Self {
        Self { installation, held: Mutex::default() }
    }

    /// The token, which is made for all who wait for it; another one than was `refused`.
    pub(super) async fn token(
        &self,
        client: Client<'_>,
        signer: &Signer,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Error> {
        let mut held = self.held.lock().await;
        let fresh = client.gate.clock.now() + SPARE;
        if let Some(token) =
            held.as_ref().filter(|token| token.until > fresh && Some(&token.bearer) != refused)
        {
            return Ok(token.bearer.clone());
        }
        *held = None;
        let token = Box::pin(self.make(client, signer)).await?;
        Ok(held.insert(token).bearer.clone())
    }

    /// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
    async fn make(&self, client: Client<'_>, signer: &Signer) -> Result<Token, Error> {
        #[derive(Deserialize)]
        struct Made {
            token: String,
            expires_at: DateTime<Utc>,
        }
        let path = format!("/app/installations/{}/access_tokens", self.installation);
        let answer = client.signed(signer, Question::new(&Method::POST, &path)).await;
        client.gate.count(&Method::POST, &path, answer.as_ref().ok().map(Response::status));
        let answer = granted(answer?).await?;
        let body = read_at_most(answer.into_body(), MOST_ANSWER).await;
        let body = body.map_err(|why| Error::Later { after: None, why: format!("{path}: {why}") })?;
        let Made { token, expires_at } = parse(&path, &body)?;
        Ok(Token { bearer: bearer(&token)?, until: expires_at })
    }
}

fn bearer(secret: &str) -> Result<HeaderValue, Error> {
    let header = HeaderValue::from_str(&format!("Bearer {secret}"));
    let mut header = header.map_err(|_| Error::Bug { why: "a token that is no text".to_owned() })?;
    header.set_sensitive(true);
    Ok(header)
}

impl Client<'_> {
    /// Asks; where GitHub does not take the credentials, once more with others, if there are others.
    pub(super) async fn sent(self, question: Question<'_>) -> Result<Answer, Error> {
        let (signer, pass) = match self.who {
            As::Anybody => return self.once(question, None).await,
            As::App(signer) => return self.signed(signer, question).await,
            As::Installation(signer, pass) => (signer, pass),
        };
        let token = pass.token(self, signer, None).await?;
        let answer = self.once(question, Some(&token)).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let token = pass.token(self, signer, Some(&token)).await?;
        self.once(question, Some(&token)).await
    }

    /// Asks as the App. A refusal brings GitHub's time with it: where ours was another one, that may have been why.
    pub(super) async fn signed(self, signer: &Signer, question: Question<'_>) -> Result<Answer, Error> {
        let clock = &self.gate.clock;
        let ahead = clock.ahead();
        let answer = self.once(question, Some(&signer.sign(clock.now())?)).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || clock.ahead() == ahead {
            return Ok(answer);
        }
        self.once(question, Some(&signer.sign(clock.now())?)).await
    }

    async fn once(
        self,
        question: Question<'_>,
        authorization: Option<&HeaderValue>,
    ) -> Result<Answer, Error> {
        let Question { method, path, accept, etag, body } = question;
        let mut builder = Builder::new().method(method).uri(path).header("accept", accept);
        if let Some(etag) = etag {
            builder = builder.header("if-none-match", etag);
        }
        if let Some(authorization) = authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        let request = self.crab.build_request(builder, body).map_err(|wrong| broken(&wrong))?;
        // Kept apart: a request's future is large, and this one is part of all others.
        let answer = Box::pin(self.crab.execute(request)).await.map_err(|wrong| broken(&wrong))?;
        self.gate.clock.heed(answer.headers());
        Ok(answer)
    }
}
