//! Requests at the real router, most of them in memory, some over TCP.

use axum::body::{Body, Bytes};
use axum::http::Request;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::ConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tower::ServiceExt;

use super::*;
use crate::queue::Counts;
use crate::webhook::LARGEST;

const SECRET: &str = "It's a Secret to Everybody";
const SHA: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

async fn parts() -> Parts {
    Parts {
        secrets: Secrets::new([SECRET]).unwrap(),
        app_id: 77,
        login: Arc::default(),
        allowed_owners: Arc::default(),
        room: Room::default(),
        inbox: Inbox::in_memory().await.unwrap(),
        round: Arc::default(),
        health: Health::default(),
        meters: Vec::new(),
        meter: Meter::default(),
    }
}

fn payload() -> Value {
    json!({"action": "opened", "number": 12, "pull_request": {"number": 12, "head": {"sha": SHA}},
        "repository": {"id": 5, "full_name": "o/r"}, "installation": {"id": 42}, "sender": {"login": "a", "id": 9}})
}

fn sign(body: &[u8]) -> String {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(body).finalize();
    let hex: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// A good delivery, as one changes it.
struct Post {
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn post(body: impl Into<Vec<u8>>) -> Post {
    let body = body.into();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-github-event", "pull_request".to_owned()),
        ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958".to_owned()),
        ("x-hub-signature-256", sign(&body)),
    ];
    Post { headers, body }
}

fn good() -> Post {
    post(payload().to_string())
}

impl Post {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self
    }

    fn request(self) -> Request<Body> {
        let mut request = Request::post(WEBHOOKS);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.body(Body::from(self.body)).unwrap()
    }
}

async fn send(parts: &Parts, request: Request<Body>) -> (u16, Value) {
    let response = router(parts.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn ready(parts: &Parts) -> u64 {
    let Counts { ready, .. } = parts.inbox.counts().await.unwrap();
    ready
}

#[tokio::test]
async fn a_delivery_is_stored_once() {
    let parts = parts().await;
    assert_eq!(send(&parts, good().request()).await, (202, json!({"status": "stored"})));
    let (status, answer) = send(&parts, good().request()).await;
    assert_eq!((status, &answer["status"]), (200, &json!("known")));
    assert_eq!(ready(&parts).await, 1);
}

#[tokio::test]
async fn what_is_taken() {
    let parts = parts().await;
    for (n, (what, post)) in [
        ("with a charset", good().with("content-type", "application/json; charset=utf-8")),
        ("in another case", good().with("content-type", "Application/JSON")),
        ("with a SHA-1 signature beside", good().with("x-hub-signature", "sha1=0")),
    ]
    .into_iter()
    .enumerate()
    {
        let post = post.with("x-github-delivery", &format!("id-{n}"));
        assert_eq!(send(&parts, post.request()).await.0, 202, "{what}");
    }
}

#[tokio::test]
async fn what_is_not_ours_is_acknowledged() {
    let parts = parts().await;
    let change = |change: fn(&mut Value)| {
        let mut payload = payload();
        change(&mut payload);
        post(payload.to_string())
    };
    for (what, post) in [
        ("ping", post(r#"{"zen": "Keep it logically awesome."}"#).with("x-github-event", "ping")),
        ("push", post("{}").with("x-github-event", "push")),
        ("an event of tomorrow", good().with("x-github-event", "tomorrow_2")),
        ("an action of tomorrow", change(|payload| payload["action"] = json!("tomorrow"))),
        ("no installation", change(|payload| payload["installation"] = Value::Null)),
    ] {
        let (status, answer) = send(&parts, post.request()).await;
        assert_eq!((status, &answer["status"]), (200, &json!("ignored")), "{what}: {answer}");
        assert!(answer["why"].is_string());
    }
    assert_eq!(ready(&parts).await, 0);
}

#[tokio::test]
async fn what_is_refused() {
    let parts = parts().await;
    let forged = || good().with("x-hub-signature-256", &sign(b"another body"));
    let cases = [
        (415, "no content type", good().without("content-type")),
        (415, "a form", good().with("content-type", "application/x-www-form-urlencoded")),
        (415, "nearly JSON", good().with("content-type", "application/json5")),
        (415, "before the signature", forged().with("content-type", "text/plain")),
        (401, "no signature", good().without("x-hub-signature-256")),
        (401, "a wrong signature", forged()),
        (401, "SHA-1 alone", good().without("x-hub-signature-256").with("x-hub-signature", "sha1=0")),
        (401, "a wrong signature over what is no JSON", post("{").with("x-hub-signature-256", &sign(b"}"))),
        (401, "a wrong signature and no event", forged().without("x-github-event")),
        (400, "no event", good().without("x-github-event")),
        (400, "an empty event", good().with("x-github-event", "")),
        (400, "an odd event", good().with("x-github-event", "Pull Request")),
        (400, "a long event", good().with("x-github-event", &"e".repeat(65))),
        (400, "no delivery", good().without("x-github-delivery")),
        (400, "an odd delivery", good().with("x-github-delivery", "timer:5:1:0")),
        (400, "a long delivery", good().with("x-github-delivery", &"d".repeat(129))),
        (400, "an empty body", post("")),
        (400, "no JSON", post("pull_request=12")),
        (400, "half a JSON", post(&payload().to_string().as_bytes()[..90])),
        (400, "an array", post("[]")),
        (400, "no UTF-8", post(&b"{\"action\": \"\xff\"}"[..])),
        (400, "no UTF-8, unused event", post(&b"{\"a\": \"\xff\"}"[..]).with("x-github-event", "push")),
        (400, "no number", post(payload().to_string().replace("\"number\":12", "\"n\":12"))),
        (400, "a number out of range", post(payload().to_string().replace(":12", ":-12"))),
        (400, "an id out of range", post(payload().to_string().replace(":42", ":18446744073709551616"))),
    ];
    for (status, what, post) in cases {
        let (found, answer) = send(&parts, post.request()).await;
        assert_eq!((found, &answer["status"]), (status, &json!("refused")), "{what}: {answer}");
        assert!(answer["why"].is_string());
    }
    assert_eq!(ready(&parts).await, 0);
}

#[tokio::test]
async fn bodies_up_to_25_megabytes() {
    let parts = parts().await;
    let padded = |length: usize| {
        let mut text = payload().to_string();
        text.truncate(text.len() - 1);
        let rest = length - text.len() - r#","pad":""}"#.len();
        format!("{text},\"pad\":\"{}\"}}", "x".repeat(rest))
    };
    let post = post(padded(LARGEST));
    assert_eq!(post.body.len(), 26_214_400);
    assert_eq!(send(&parts, post.request()).await.0, 202);
    let post = self::post(padded(LARGEST + 1));
    let chunks = Body::from_stream(futures::stream::iter(
        post.body
            .chunks(1 << 20)
            .map(|chunk| Ok::<_, io::Error>(Bytes::copy_from_slice(chunk)))
            .collect::<Vec<_>>(),
    ));
    let announced = post.request();
    let mut unannounced = Request::post(WEBHOOKS).body(chunks).unwrap();
    *unannounced.headers_mut() = announced.headers().clone();
    assert_eq!(send(&parts, unannounced).await.0, 413);
    assert_eq!(send(&parts, announced).await.0, 413);
    // hyper puts the length there; the body is not waited for.
    let (head, _) = good().request().into_parts();
    let mut asking =
        Request::from_parts(head, Body::from_stream(futures::stream::pending::<io::Result<Bytes>>()));
    asking.headers_mut().insert("content-length", HeaderValue::from_static("26214401"));
    asking.headers_mut().insert("expect", HeaderValue::from_static("100-continue"));
    assert_eq!(send(&parts, asking).await.0, 413);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for_long() {
    let parts = parts().await;
    let (head, _) = good().request().into_parts();
    let first = futures::stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"{"))]);
    let body = futures::StreamExt::chain(first, futures::stream::pending());
    let start = Instant::now();
    let (status, _) = send(&parts, Request::from_parts(head, Body::from_stream(body))).await;
    assert_eq!(status, 408);
    assert!(start.elapsed() < Duration::from_secs(11));
}

#[tokio::test]
async fn other_paths_and_methods() {
    let parts = parts().await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(send(&parts, get("/nowhere")).await.0, 404);
    let here = router(parts.clone()).oneshot(get("/")).await.unwrap();
    assert_eq!(here.status(), 200);
    let text = here.into_body().collect().await.unwrap().to_bytes();
    let text = std::str::from_utf8(&text).unwrap();
    for told in ["dpg-triage ", env!("CARGO_PKG_VERSION"), WEBHOOKS, "/healthz", "/readyz", "/metrics"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    assert_eq!(send(&parts, get("/api/github/webhooks/")).await.0, 404);
    assert_eq!(send(&parts, get("/healthz")).await.0, 200);
    assert_eq!(send(&parts, get("/readyz")).await.0, 200);
    let response = router(parts).oneshot(get(WEBHOOKS)).await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_database_that_refuses_is_503_and_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let parts = Parts { inbox: Inbox::open_file(&path).await.unwrap(), ..parts().await };
    let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::raw_sql("DROP TABLE delivery").execute(&mut other).await.unwrap();
    let response = router(parts.clone()).oneshot(good().request()).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(send(&parts, request).await.0, 503);
    let request = Request::get("/healthz").body(Body::empty()).unwrap();
    assert_eq!(send(&parts, request).await.0, 200);
}

#[tokio::test]
async fn a_panic_is_500_and_the_server_goes_on() {
    let broken = axum::routing::get(async || -> &'static str { panic!("on purpose") });
    let router = guarded(Router::new().route("/broken", broken).route("/healthz", get(async || "ok")));
    let (address, shutdown, server) = listen(router).await;
    let answer = talk(address, b"GET /broken HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("HTTP/1.1 200 "), "{answer}");
    shutdown.cancel();
    server.await.unwrap().unwrap();
}

type Serving = (std::net::SocketAddr, CancellationToken, tokio::task::JoinHandle<io::Result<()>>);

async fn listen(router: Router) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
    let server = tokio::spawn(serve(listener, router, shutdown.clone()));
    (address, shutdown, server)
}

async fn talk(address: std::net::SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_refusal_reaches_a_sender_that_is_still_sending() {
    let (address, shutdown, server) = listen(router(parts().await)).await;
    let length = LARGEST + 1;
    let head = format!(
        "POST {WEBHOOKS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    let answer = talk(address, &[head.as_bytes(), &vec![b' '; length]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    shutdown.cancel();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn too_much_at_once_is_told_to_come_again_and_small_deliveries_get_in() {
    let parts = Parts { room: Room::of(1_000_000), ..parts().await };
    let (address, shutdown, server) = listen(router(parts.clone())).await;
    let head = |length: usize| {
        let claim = sign(b"");
        format!(
            "POST {WEBHOOKS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             x-hub-signature-256: {claim}\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    // Unsigned, and half of it is there.
    let mut flood = TcpStream::connect(address).await.unwrap();
    flood.write_all(&[head(900_000).as_bytes(), &vec![b' '; 600_000]].concat()).await.unwrap();
    let taken = async {
        while parts.room.is_free(600_000) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(5), taken).await.unwrap();
    let answer = talk(address, &[head(600_000).as_bytes(), &vec![b' '; 600_000]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 5"), "{answer}");
    assert!(answer.contains("unavailable") && answer.contains("connection: close"), "{answer}");
    assert_eq!(send(&parts, good().request()).await.0, 202);
    drop(flood);
    let free = async {
        while !parts.room.is_free(1_000_000) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(5), free).await.expect("what broke off gives its room back");
    shutdown.cancel();
    server.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_rest_keep_nobody_out() {
    let (address, shutdown, server) = listen(router(parts().await)).await;
    let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    // A reverse proxy's, which was of use and rests.
    let mut proxy = TcpStream::connect(address).await.unwrap();
    proxy.write_all(ask).await.unwrap();
    assert!(proxy.read(&mut [0; 1000]).await.unwrap() > 0);
    for begun in [&b""[..], b"POST /api/github/webhooks HTTP/1.1\r\nhost"] {
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun).await.unwrap();
            idle.push(stream);
        }
        let start = Instant::now();
        let mut newcomer = TcpStream::connect(address).await.unwrap();
        newcomer.write_all(ask).await.unwrap();
        assert!(newcomer.read(&mut [0; 1000]).await.unwrap() > 0);
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    }
    proxy.write_all(ask).await.unwrap();
    assert!(proxy.read(&mut [0; 1000]).await.unwrap() > 0, "those that were never of use go first");
    shutdown.cancel();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_graceful_stop_answers_what_is_under_way_and_closes_the_rest() {
    let parts = parts().await;
    let (address, shutdown, server) = listen(router(parts.clone())).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut under_way = TcpStream::connect(address).await.unwrap();
    let post = good();
    let headers: String = post.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "POST {WEBHOOKS} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {}\r\n\r\n",
        post.body.len()
    );
    under_way.write_all(&[head.as_bytes(), &post.body[..20]].concat()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    shutdown.cancel();
    under_way.write_all(&post.body[20..]).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    assert_eq!(idle.read(&mut [0; 16]).await.unwrap(), 0);
    server.await.unwrap().unwrap();
    assert!(start.elapsed() < GRACE);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    assert_eq!(ready(&parts).await, 1);
}
