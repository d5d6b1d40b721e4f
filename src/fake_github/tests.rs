//! The fake from outside: over HTTP, as a program sees it.

mod api;
mod limits;
mod pulls;
mod webhooks;

use super::*;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, Response};
use serde_json::json;
use std::sync::OnceLock;

const MANIFEST: &str = include_str!("../../app-manifest.json");
const REGISTRY: &str = "dpg/candidates";
const SECRET: &str = "a secret of the tests";

/// One key for all tests: making one takes a while.
fn key() -> AppKey {
    static KEY: OnceLock<AppKey> = OnceLock::new();
    KEY.get_or_init(|| AppKey::generate().unwrap()).clone()
}

/// A GitHub with a registry, where the App is installed, and a caller.
struct Setup {
    github: FakeGitHub,
    installation: u64,
    token: String,
    client: reqwest::Client,
}

impl Setup {
    async fn new() -> Self {
        let settings = Settings {
            app_id: 7,
            app_slug: "dpg-triage".to_owned(),
            key: key(),
            webhook_secret: SECRET.to_owned(),
            manifest: MANIFEST.to_owned(),
            listen: None,
        };
        let github = FakeGitHub::start(settings).await.unwrap();
        github.add_account("dpg", AccountKind::Organization);
        let files = [("README.md", "Registry\n"), ("nominees/old.json", "{\n  \"name\": \"Old\"\n}\n")];
        github
            .add_repository(RepositorySetup {
                full_name: REGISTRY.to_owned(),
                files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into(),
                ..RepositorySetup::default()
            })
            .unwrap();
        let installation = github.install_app("dpg").unwrap();
        github.add_user("amara");
        github.add_user("rosa");
        github.set_permission(REGISTRY, "rosa", "maintain").unwrap();
        let client =
            reqwest::Client::builder().user_agent("tests").redirect(reqwest::redirect::Policy::none());
        let mut setup = Self { github, installation, token: String::new(), client: client.build().unwrap() };
        setup.token = setup.new_token().await;
        setup
    }

    async fn new_token(&self) -> String {
        let path = format!("/app/installations/{}/access_tokens", self.installation);
        let answer = self.request(Method::POST, &path).bearer_auth(jwt(7, 0, 540)).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        value(answer).await["token"].as_str().unwrap().to_owned()
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.github.url()))
    }

    fn registry(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request(method, &format!("/repos/{REGISTRY}{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Response {
        self.registry(Method::GET, path).send().await.unwrap()
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.registry(method, path).json(&body).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Response {
        self.send(Method::POST, path, body).await
    }

    /// A pull request from a fork that adds one nomination.
    fn nominate(&self) -> u64 {
        let change = FileChange::write("nominees/new.json", "{\n  \"name\": \"New\"\n}");
        let setup = PullRequestSetup::from_fork("amara", "Add New", vec![change]);
        self.github.open_pull_request(REGISTRY, setup).unwrap()
    }
}

/// A JWT of an App, issued and expiring so many seconds from now.
fn jwt(app_id: u64, issued: i64, expires: i64) -> String {
    let now = chrono::Utc::now().timestamp();
    let claims = json!({"iss": app_id.to_string(), "iat": now + issued, "exp": now + expires});
    let private = EncodingKey::from_rsa_pem(key().private_pem().as_bytes()).unwrap();
    jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &private).unwrap()
}

async fn value(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
