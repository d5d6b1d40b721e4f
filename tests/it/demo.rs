//! `dpg-triage demo` as a newcomer runs it: the real binary, its story, its page, its end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode, redirect::Policy};

/// A demo with its page open at a free port.
pub struct Demo {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
}

impl Demo {
    /// Starts it and waits until it says where its page is.
    pub fn start() -> Self {
        let mut process = command(&["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the demo ended before it had a page");
            if let Some(at) = line.find("http://127.0.0.1:") {
                break line[at..].trim().to_owned();
            }
        };
        Self { process, output, address }
    }

    /// Ctrl-C; it must end well, and soon.
    pub fn interrupt(mut self) {
        signal("INT", self.process.id());
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < Duration::from_secs(5), "the demo does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert!(status.success(), "{status}");
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        assert!(!rest.contains("error"), "{rest}");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dpg-triage"));
    command.arg("demo").args(arguments).env_clear();
    command
}

pub fn signal(name: &str, process: u32) {
    Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap();
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).no_proxy().build().unwrap()
}

/// A form as a browser sends it; without `headers` as curl does.
pub async fn submit(address: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = client().post(address).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).send().await.unwrap()
}

fn text(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn once_tells_the_story_and_prints_the_comment() {
    let output = command(&["--once"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let said = text(&output);
    for part in [
        "GitHub is a stand-in",
        "pull request #1",
        "pull_request.opened, signed. The bot answers 202",
        "201  POST   /repos/dpg-registry/publicgoods/issues/1/comments",
        "triage: needs changes",
        "#2 Nominate AccessMod",
        "it opens 2 links of the nomination, here in a stand-in",
        "no nomination in it, so the bot says nothing",
        "`GPL-3.0 License` is not an SPDX id",
    ] {
        assert!(said.contains(part), "{part:?} is not in\n{said}");
    }
    assert!(!said.contains("<!--"), "the marker shows:\n{said}");
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let mut process = command(&["--once"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_port_that_is_taken_is_said_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command(&["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("is taken"), "{said}");
    assert!(output.stdout.is_empty());
}

/// Plain forms, as a browser without scripts sends them.
#[tokio::test]
async fn the_page_works_without_a_script() {
    let demo = Demo::start();
    let (client, address) = (client(), demo.address.clone());
    let root = client.get(&address).send().await.unwrap();
    assert_eq!(
        (root.status(), &root.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/pull/1".parse().unwrap())
    );

    let form = [("by", "ada"), ("body", "/recheck")];
    let answer = submit(&format!("{address}/pull/1/comment"), &form, &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let page = client.get(format!("{address}{place}")).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains("ada commented. The bot "), "{page}");

    // What the bot suggests can be taken over by a button, as on GitHub.
    submit(&format!("{address}/pull/1/comment"), &[("by", "ada"), ("body", "/suggest")], &[]).await;
    let page = client.get(format!("{address}/pull/1")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Commit suggestion</button>"), "{page}");
    assert!(page.contains("href=\"#review-"), "{page}");

    for path in ["/pull/9", "/pull/x", "/elsewhere"] {
        let status = client.get(format!("{address}{path}")).send().await.unwrap().status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    demo.interrupt();
}

#[tokio::test]
async fn the_page_serves_no_other_site() {
    let demo = Demo::start();
    let (address, form) =
        (format!("{}/pull/1/comment", demo.address), [("by", "ada"), ("body", "from elsewhere")]);
    for headers in [
        &[("host", "rebound.example")][..],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
    ] {
        assert_eq!(submit(&address, &form, headers).await.status(), StatusCode::FORBIDDEN, "{headers:?}");
    }
    let page = client().get(format!("{}/pull/1", demo.address)).send().await.unwrap();
    assert!(!page.text().await.unwrap().contains("from elsewhere"));
    let page = client().get(format!("{}/pull/1", demo.address)).header("host", "rebound.example");
    assert_eq!(page.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    demo.interrupt();
}
