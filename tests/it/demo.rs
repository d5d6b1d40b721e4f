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
        "#2 Submit Open Clinic",
        "#3 Link the website of DataWinners by https",
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

    // A command and words: both are said.
    let form = [("by", "grace"), ("command", "/recheck"), ("body", "Thank you.")];
    submit(&format!("{address}/pull/1/comment"), &form, &[]).await;
    let page = client.get(format!("{address}/pull/1")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<p>/recheck</p>\n<p>Thank you.</p>"), "{page}");

    for path in ["/pull/9", "/pull/x", "/elsewhere"] {
        let status = client.get(format!("{address}{path}")).send().await.unwrap().status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    demo.interrupt();
}

/// Each nomination that is offered shows what it is said to show, as often as one likes.
#[tokio::test]
async fn nominations_are_judged_as_promised() {
    let demo = Demo::start();
    let client = client();
    let offered = client.get(format!("{}/nominate", demo.address)).send().await.unwrap();
    let offered = offered.text().await.unwrap();
    assert_eq!(offered.matches("Open the pull request</button>").count(), 6);
    for (number, choice, says) in [
        (5, "good", &["Nothing has to be changed", "triage: ready for review", "license: verified"][..]),
        // The same project is nominated in #1 already: that is asked.
        (6, "typical", &["2 things to change, 1 question to answer", "triage: needs changes"]),
        (
            7,
            "terrible",
            &[
                "11 things to change",
                "Open standards are not accepted",
                "looks like a placeholder",
                "Goals are not listed in this form any more",
                "has no evidence",
                "shows a license as such",
                "is an organization on GitHub",
                "not in the order of the registry",
            ],
        ),
        (8, "broken", &["is not valid JSON", "1 thing to change"]),
        (9, "answers", &["submission", "The form still needs", "is not in the registry's list of countries"]),
        (10, "change", &["It stood here before this change", "Nothing has to be changed"]),
        (11, "good", &["1 question to answer"]),
    ] {
        assert!(offered.contains(&format!("value=\"{choice}\"")), "{choice}");
        let answer = submit(&format!("{}/nominate", demo.address), &[("choice", choice)], &[]).await;
        let place = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(place.starts_with(&format!("/pull/{number}?")), "{choice}: {place}");
        let page = client.get(format!("{}{place}", demo.address)).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("ada opened #{number}. The bot wrote its comment")), "{page}");
        for part in says {
            assert!(page.contains(part), "{choice}: {part:?} is not in\n{page}");
        }
        if choice == "good" {
            assert!(!page.contains("Worth improving"), "{page}");
        }
        let said = page.split("id=\"comments\"").nth(1).unwrap().split("id=\"controls\"").next().unwrap();
        assert!(said.contains("id=\"checks\"") && !said.contains("team@"), "a contact shows: {said}");
    }
    let answer = submit(&format!("{}/nominate", demo.address), &[("choice", "words")], &[]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    demo.interrupt();
}

/// What a form of the page could not have sent is refused in words, and nothing happens.
#[tokio::test]
async fn forms_take_only_what_they_offer() {
    let demo = Demo::start();
    let wire =
        |page: &str| page.split("id=\"wire\"").nth(1).unwrap().split("<script").next().unwrap().to_owned();
    let before = client().get(format!("{}/pull/1", demo.address)).send().await.unwrap().text().await.unwrap();
    for (act, form, says) in [
        ("comment", &[("by", "mallory"), ("body", "x")][..], "Nobody of that name"),
        ("comment", &[("by", "ada"), ("body", " ")], "says nothing"),
        ("rename", &[("path", "nominees/x.json"), ("name", "a")], "not in the pull request any more"),
        ("rename", &[("path", "nominees/open-source-ecology.json"), ("name", "../a")], "That is no path"),
        ("take-out", &[("path", "README.md")], "not in the pull request any more"),
        ("put-back", &[], "Nothing was taken out"),
        ("draft", &[("draft", "false")], "That is so already"),
        ("open", &[("by", "ada"), ("open", "true")], "That is so already"),
        ("open", &[("by", "eve"), ("open", "false")], "Only the nominator"),
        ("react", &[("by", "mallory"), ("content", "+1"), ("given", "true")], "That is not offered"),
        ("react", &[("by", "ivy"), ("content", "laugh"), ("given", "true")], "That is not offered"),
        ("react", &[("by", "ivy"), ("content", "+1"), ("given", "false")], "That is so already"),
        ("review", &[("by", "ada"), ("state", "APPROVED")], "GitHub takes no such review"),
        ("review", &[("by", "ivy"), ("state", "DISMISSED")], "That is not offered"),
        ("repository", &[("repository", "a/b"), ("license", "MIT"), ("condition", "gone")], "is not here"),
        (
            "repository",
            &[("repository", "open-clinic/app"), ("license", "Apache-2.0"), ("condition", "public")],
            "It is so already",
        ),
        (
            "repository",
            &[("repository", "open-clinic/app"), ("license", "Mine"), ("condition", "public")],
            "That is not offered",
        ),
        ("link", &[("address", "https://elsewhere.example/"), ("page", "gone")], "not in the nomination"),
        (
            "link",
            &[("address", "https://www.opensourceecology.org/"), ("page", "x")],
            "not in the nomination",
        ),
    ] {
        let answer = submit(&format!("{}/pull/1/{act}", demo.address), form, &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{act} {form:?}");
        let place = answer.headers()["location"].to_str().unwrap().to_owned();
        let page =
            client().get(format!("{}{place}", demo.address)).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(says), "{act} {form:?}: {says:?} is not in\n{page}");
        assert_eq!(wire(&page), wire(&before), "{act} {form:?}");
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
