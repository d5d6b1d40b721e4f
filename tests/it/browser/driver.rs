//! A headless Chromium by the W3C WebDriver protocol (<https://www.w3.org/TR/webdriver2/>), as far as the tests
//! need it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::demo::signal;

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// So long the page may take to become what is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
];

/// One browser window.
pub struct Driver {
    process: Child,
    client: Client,
    port: u16,
    session: String,
    _profile: TempDir,
}

/// Whether a machine without a browser fails the tests.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
pub fn is_required() -> bool {
    std::env::var_os("REQUIRE_BROWSER").is_some()
}

/// Where a program is; None where it is not installed.
#[expect(clippy::disallowed_methods, reason = "the shell's own way to find programs")]
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

impl Driver {
    /// Opens a window; None where there is no chromium or no chromedriver.
    pub async fn start() -> Option<Self> {
        let (driver, browser) = (find("chromedriver")?, find("chromium")?);
        let mut process = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.unwrap();
        let address = format!("http://127.0.0.1:{port}");
        let profile = TempDir::new().unwrap();
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile_flag.as_str()]).collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"binary": browser, "args": flags},
        }}});
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        let mut driver =
            Self { process, client, port, session: format!("{address}/session"), _profile: profile };
        let session = driver.call(Method::POST, "", wanted).await;
        driver.session = format!("{address}/session/{}", session["sessionId"].as_str().unwrap());
        let patience = json!({"pageLoad": PATIENCE.as_millis()});
        driver.call(Method::POST, "/timeouts", patience).await;
        Some(driver)
    }

    async fn try_call(&self, method: Method, path: &str, body: Value) -> Result<Value, String> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.session));
        if method == Method::POST {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (good, mut body) = (answer.status().is_success(), answer.json::<Value>().await.unwrap());
        let value = body["value"].take();
        if good { Ok(value) } else { Err(format!("{path}: {}: {}", value["error"], value["message"])) }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        self.try_call(method, path, body).await.unwrap()
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) {
        self.call(Method::POST, "/url", json!({"url": address})).await;
    }

    /// What a script returns.
    pub async fn run(&self, script: &str) -> Value {
        self.call(Method::POST, "/execute/sync", json!({"script": script, "args": []})).await
    }

    /// A command of Chromium's own protocol.
    pub async fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.call(Method::POST, "/goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    /// Does something to an element, again where the page was just changing under it.
    async fn with(&self, css: &str, action: &str, body: &Value) {
        let started = Instant::now();
        loop {
            let found =
                self.try_call(Method::POST, "/element", json!({"using": "css selector", "value": css}));
            let done = match found.await {
                Ok(element) => {
                    let path = format!("/element/{}/{action}", element[ELEMENT].as_str().unwrap());
                    self.try_call(Method::POST, &path, body.clone()).await
                }
                Err(why) => Err(why),
            };
            match done {
                Ok(_) => return,
                Err(why) => assert!(started.elapsed() < PATIENCE, "{css}: {why}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks the first element of a selector.
    pub async fn click(&self, css: &str) {
        self.with(css, "click", &json!({})).await;
    }

    /// Types into a field, in place of what is there.
    pub async fn fill(&self, css: &str, text: &str) {
        self.with(css, "clear", &json!({})).await;
        self.with(css, "value", &json!({"text": text})).await;
    }

    /// The text that people see of the first element of a selector; empty where there is none.
    pub async fn text(&self, css: &str) -> String {
        let script = format!("return document.querySelector({})?.innerText ?? ''", json!(css));
        self.run(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// How many elements a selector has.
    pub async fn count(&self, css: &str) -> u64 {
        let script = format!("return document.querySelectorAll({}).length", json!(css));
        self.run(&script).await.as_u64().unwrap()
    }

    /// Waits until an element's text contains a part.
    pub async fn shows(&self, css: &str, part: &str) {
        self.until(css, |text| text.contains(part), &format!("{part:?} in")).await;
    }

    /// Waits until an element's text is as wanted.
    pub async fn until(&self, css: &str, wanted: impl Fn(&str) -> bool, what: &str) {
        let started = Instant::now();
        loop {
            let text = self.text(css).await;
            if wanted(&text) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "waited in vain for {what} {css}:\n{text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the console has said since the last time.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.call(Method::POST, "/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| format!("{}: {}", entry["level"], entry["message"])).collect()
    }

    /// Closes the window.
    pub async fn close(self) {
        self.call(Method::DELETE, "", Value::Null).await;
    }
}

impl Drop for Driver {
    /// Also after a failure no browser is left over: it goes with its session, not with the driver.
    fn drop(&mut self) {
        let path = self.session.split_once(&self.port.to_string()).map_or("", |(_, path)| path);
        if let Ok(mut line) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let request = format!("DELETE {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let _ = line.set_read_timeout(Some(PATIENCE));
            let _ = line.write_all(request.as_bytes());
            let _ = line.read(&mut [0; 64]);
        }
        signal("TERM", self.process.id());
        let _ = self.process.wait();
    }
}
