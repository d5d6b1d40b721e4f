//! What GitHub says that it may answer, given to the program: its own examples, and all the nulls and gaps that it allows.
//! `tests/github/examples.mjs` takes them from GitHub's description.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex},
};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use dpg_triage::{
    fake_github::AppKey,
    github::{self, Error, GitHub, Identity, watch::Heard},
    triage::{
        account,
        evidence::{Answer, Lookup},
        nomination::{Filed, Kind, parse},
        policy::Policy,
        pull_request::{PullRequestRef, RepositoryName},
        snapshot::{Account, LivingComment, Opinion, ReviewShown, Snapshot},
        votes::Voters,
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

const BODIES: &str = include_str!("../data/github/answers.jsonl");

#[derive(Clone, Deserialize)]
struct Line {
    /// Such as `GET /repos/{owner}/{repo}`.
    operation: String,
    variant: String,
    body: Value,
}

static LINES: LazyLock<Vec<Line>> =
    LazyLock::new(|| BODIES.lines().map(|line| serde_json::from_str(line).unwrap()).collect());

fn bodies_of(operation: &str) -> impl Iterator<Item = &'static Line> {
    LINES.iter().filter(move |line| line.operation == operation)
}

/// A GitHub that gives one body for each operation, whoever asks.
#[derive(Clone)]
struct Examples {
    bodies: Arc<Mutex<BTreeMap<String, Value>>>,
    url: String,
}

impl Examples {
    /// Each operation's first example.
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut bodies = BTreeMap::new();
        for line in LINES.iter() {
            bodies.entry(line.operation.clone()).or_insert_with(|| line.body.clone());
        }
        // Of this one, the program reads folders.
        let folder = bodies_of("GET /repos/{owner}/{repo}/contents/{path}").find(|line| line.body.is_array());
        let folder = folder.expect("a folder is among the examples").body.clone();
        bodies.insert("GET /repos/{owner}/{repo}/contents/{path}".to_owned(), folder);
        let bodies = Arc::new(Mutex::new(bodies));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&bodies));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { bodies, url }
    }

    fn answers(&self, operation: &str, body: Value) {
        self.bodies.lock().unwrap().insert(operation.to_owned(), body);
    }

    /// The App, which remembers nothing of earlier answers.
    fn app(&self) -> GitHub {
        static KEY: LazyLock<String> = LazyLock::new(|| AppKey::generate().unwrap().private_pem().to_owned());
        let settings = github::Settings {
            app_id: 1,
            private_key: KEY.clone().into(),
            api_url: self.url.clone(),
            nominees: None,
        };
        GitHub::new(&settings).unwrap()
    }
}

async fn answer(
    State(bodies): State<Arc<Mutex<BTreeMap<String, Value>>>>,
    request: Request,
) -> (StatusCode, Json<Value>) {
    if request.uri().path().ends_with("/access_tokens") {
        let token = json!({"token": "ghs_x", "expires_at": "2099-07-11T22:14:10Z", "permissions": {}});
        return (StatusCode::CREATED, Json(token));
    }
    let asked = format!("{} {}", request.method(), request.uri().path());
    let bodies = bodies.lock().unwrap();
    let found = bodies.iter().filter(|(operation, _)| fits(operation, &asked));
    // Literal parts say more than holes.
    match found.min_by_key(|(operation, _)| operation.matches('{').count()) {
        Some((operation, body)) => {
            let mut body = body.clone();
            let files = format!("{operation}/files");
            // The examples are of different pull requests: this one has as many files as are listed.
            if let Some(files) = bodies.get(&files).and_then(Value::as_array)
                && body.is_object()
            {
                body["changed_files"] = files.len().into();
            }
            (StatusCode::OK, Json(body))
        }
        None => (StatusCode::NOT_IMPLEMENTED, Json(json!({"message": asked}))),
    }
}

/// Whether an address is one of an operation. A path in the last hole may be empty.
fn fits(operation: &str, asked: &str) -> bool {
    let (operation, asked) = (operation.split('/'), asked.trim_end_matches('/').split('/'));
    let (operation, asked): (Vec<&str>, Vec<&str>) = (operation.collect(), asked.collect());
    let whole = operation.len() == asked.len()
        || operation.last() == Some(&"{path}") && operation.len() == asked.len() + 1;
    whole && operation.iter().zip(&asked).all(|(part, is)| part.starts_with('{') || part == is)
}

fn repository() -> RepositoryName {
    RepositoryName::new("octocat", "Hello-World")
}

fn octocat() -> Account {
    Account { id: 1, login: "octocat".to_owned(), bot: false }
}

fn identity() -> Identity {
    Identity::new(1, "octoapp")
}

/// The pull request of the examples, and the moment of the tests.
async fn snapshot(app: &GitHub) -> Result<Snapshot, Error> {
    let pull_request =
        PullRequestRef { installation: 1, repository_id: 1_296_269, repository: repository(), number: 1347 };
    let rules = async { Ok::<_, Error>(Arc::new(Policy::built_in().clone())) };
    let installation = app.installation(1).await?;
    Ok(installation.snapshot(&pull_request, &identity(), rules, Utc::now()).await?.0)
}

/// What is asked about a repository, which says "not to be had" where it does not understand.
async fn looked_up(app: &GitHub, lookup: Lookup) -> Result<(), Error> {
    let filed = Filed { path: "nominees/x.json".to_owned(), kind: Kind::Nominee, schema: None };
    let (nomination, _) = parse(filed, b"{}");
    let evidence = app.installation(1).await?.answer(&nomination, std::slice::from_ref(&lookup)).await;
    let at = repository().into();
    let unavailable = match &lookup {
        Lookup::Repository(_) => evidence.repository(&at).map(drop),
        Lookup::License(_) => evidence.license(&at).map(drop),
        Lookup::Contents(_) => evidence.contents(&at).map(drop),
        Lookup::Owner(owner) => evidence.owner(owner).map(drop),
        other => panic!("{other:?} is not asked here"),
    };
    match unavailable {
        Answer::Found(()) => Ok(()),
        other => Err(Error::Bug { why: format!("{other:?}") }),
    }
}

/// Asks for what an operation answers, as the program does.
async fn ask(app: &GitHub, operation: &str) -> Result<(), Error> {
    let here = repository();
    match operation {
        "GET /app" => {
            app.greeting().await.app?;
            app.identity().await.map(drop)
        }
        "GET /app/hook/config" => app.hook().await.map(drop),
        "GET /app/hook/deliveries" => {
            app.latest_attempts().await?;
            app.attempts(DateTime::UNIX_EPOCH).await.map(drop)
        }
        "GET /app/installations" => {
            app.placed().await?;
            app.installed().await.map(drop)
        }
        "GET /repos/{owner}/{repo}" => {
            app.installation(1).await?.covered_one(&here).await?;
            looked_up(app, Lookup::Repository(here)).await
        }
        "GET /repos/{owner}/{repo}/license" => looked_up(app, Lookup::License(here)).await,
        "GET /repos/{owner}/{repo}/contents/{path}" => {
            app.installation(1).await?.listed(&here, "").await?;
            looked_up(app, Lookup::Contents(here)).await
        }
        "GET /users/{username}/repos" => {
            looked_up(app, Lookup::Owner(account::Account::GitHub("octocat".to_owned()))).await
        }
        _ => ask_as_installation(app, operation).await,
    }
}

async fn ask_as_installation(app: &GitHub, operation: &str) -> Result<(), Error> {
    let (installation, here) = (app.installation(1).await?, repository());
    match operation {
        "GET /installation/repositories" => {
            installation.covered(100).await?;
            installation.watched().await.map(drop)
        }
        "GET /rate_limit" => installation.allowance().await.map(drop),
        "GET /repos/{owner}/{repo}/labels" => installation.labels_of(&here).await.map(drop),
        "GET /repos/{owner}/{repo}/collaborators/{username}/permission" => {
            installation.roles(&here, &[octocat()]).await.map(drop)
        }
        "GET /repos/{owner}/{repo}/commits" => installation.commits_of(&here, "a").await.map(drop),
        "GET /repos/{owner}/{repo}/issues/comments/{comment_id}" => {
            installation.comment(&here, 1).await.map(drop)
        }
        "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions" => {
            installation.heard(&here, 1).await.map(drop)
        }
        "GET /repos/{owner}/{repo}/pulls" => {
            installation.open(&here).await?;
            installation.pull_requests_at(&here, "0a").await.map(drop)
        }
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments"
        | "GET /repos/{owner}/{repo}/pulls/{pull_number}"
        | "GET /repos/{owner}/{repo}/pulls/{pull_number}/files" => snapshot(app).await.map(drop),
        _ => {
            let mut snapshot = snapshot(app).await?;
            match operation {
                "GET /repos/{owner}/{repo}/commits/{ref}/check-runs" => {
                    installation.check_run("mighty_readme", &snapshot, &identity()).await.map(drop)
                }
                "GET /repos/{owner}/{repo}/issues/{issue_number}/events" => {
                    installation.label_acts(&snapshot.pull_request, &identity()).await.map(drop)
                }
                "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews" => {
                    installation.reviews(&snapshot, &identity()).await.map(drop)
                }
                "GET /orgs/{org}/teams/{team_slug}/members" => {
                    let by = Account { id: 7, ..octocat() };
                    snapshot.reviews = vec![ReviewShown {
                        by,
                        says: Some(Opinion::Fine),
                        commit: snapshot.head_sha.clone(),
                    }];
                    let teams = vec!["octocat/justice-league".to_owned()];
                    let voters = Voters { communities: vec!["x".to_owned()], teams, ..Voters::default() };
                    let known = installation.known(&snapshot, &voters).await?;
                    assert!(known.unreadable.is_empty() && known.counted == [1], "{known:?}");
                    Ok(())
                }
                other => panic!("nothing asks {other}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_github_may_answer_is_understood() {
    let examples = Examples::start().await;
    let mut failures = Vec::new();
    let mut operations: Vec<&str> = LINES.iter().map(|line| line.operation.as_str()).collect();
    operations.dedup();
    for operation in operations {
        let usual = examples.bodies.lock().unwrap()[operation].clone();
        // A file where a folder is expected is no answer of these.
        let fitting = bodies_of(operation).filter(|line| line.body.is_array() == usual.is_array());
        for line in fitting {
            examples.answers(operation, line.body.clone());
            if let Err(error) = ask(&examples.app(), operation).await {
                failures.push(format!("{operation}, {}: {error}", line.variant));
            }
        }
        examples.answers(operation, usual);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Lists of GraphQL, and what is in them, may be null: <https://docs.github.com/graphql/reference/objects>.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_graphql_may_be_null() {
    let examples = Examples::start().await;
    let app = examples.app();
    let nodes = json!([
        {"reactions": {"totalCount": 0, "nodes": null}},
        {"reactions": {"totalCount": 1, "nodes": [null]}},
        null,
    ]);
    examples.answers("POST /graphql", json!({"data": {"nodes": nodes}}));
    let installation = app.installation(1).await.unwrap();
    let heard = installation.heard_at_once(&["a", "b", "c"]).await.unwrap();
    assert!(
        matches!(&heard[..], [Heard::Reactions(none), Heard::Reactions(gone), Heard::Nothing] if none == gone)
    );
    let mut snapshot = snapshot(&app).await.unwrap();
    snapshot.living = Some(LivingComment { id: 1, node: "IC_1".to_owned(), body: String::new() });
    for nodes in [json!(null), json!([null])] {
        examples
            .answers("POST /graphql", json!({"data": {"nodes": [{"userContentEdits": {"nodes": nodes}}]}}));
        assert_eq!(installation.edits(&snapshot).await.unwrap().map(|edits| edits.len()), Some(0));
    }
}

/// Without this, an answer that nobody reads would pass as well.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_is_not() {
    let examples = Examples::start().await;
    let mut operations: Vec<&str> = LINES.iter().map(|line| line.operation.as_str()).collect();
    operations.dedup();
    let mut taken = Vec::new();
    for operation in operations {
        let usual = examples.bodies.lock().unwrap()[operation].clone();
        examples.answers(operation, json!("nonsense"));
        if ask(&examples.app(), operation).await.is_ok() {
            taken.push(operation);
        }
        examples.answers(operation, usual);
    }
    assert!(taken.is_empty(), "{taken:?}");
}
