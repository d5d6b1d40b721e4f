//! What strangers' hosts may try: each ends within its limits, and says so.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use super::*;
use crate::{
    fake_github::{FakeGitHub, ForgeKind, ProjectSetup, Reply, Settings},
    triage::{license_page::Said, repository},
};

/// A host that does as it likes.
struct Host {
    at: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Host {
    /// Reads the head of each request, which holds the path, and lets `behave` go on.
    async fn that<B: Future<Output = io::Result<()>> + Send>(
        behave: impl Fn(TcpStream, String) -> B + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (counted, behave) = (Arc::clone(&connections), Arc::new(behave));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let behave = Arc::clone(&behave);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await?);
                    }
                    behave(stream, String::from_utf8_lossy(&head).into_owned()).await
                });
            }
        });
        Self { at, connections }
    }

    /// Answers every request with these bytes and closes.
    async fn that_says(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::that(move |mut stream, _| {
            let answer = Arc::clone(&answer);
            async move {
                stream.write_all(&answer).await?;
                stream.shutdown().await
            }
        })
        .await
    }

    /// The fetcher of this world, but that `evil.example` is this host; `inside.example` is private.
    fn fetcher(&self) -> Fetcher {
        Fetcher::new(fetch::client(scripted()).resolve("evil.example", self.at).build().unwrap(), None)
    }

    async fn page(&self) -> Result<Page, Fault> {
        let started = Instant::now();
        let address = Vetted::read("http://evil.example/").unwrap();
        let page = self.fetcher().get(address, started + Duration::from_millis(1500)).await;
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}: {page:?}", started.elapsed());
        page
    }
}

fn scripted() -> Names {
    Names::by(|name| {
        let addresses = match name.as_str() {
            "inside.example." => vec![([10, 0, 0, 1], 0).into()],
            "metadata.example." => vec![([8, 8, 8, 8], 0).into(), ([169, 254, 169, 254], 0).into()],
            _ => panic!("{name} was looked up"),
        };
        Box::pin(async move { Ok(addresses) })
    })
}

fn html(body: impl AsRef<[u8]>) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=klingon\r\n\r\n", body.as_ref()].concat()
}

fn leads_to(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")
}

#[tokio::test]
async fn a_redirect_leads_to_no_private_place() {
    for location in [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://localhost/",
        "http://me@evil.example/",
        "http://evil.example:22/",
        "file:///etc/passwd",
        "gopher://evil.example/",
        "http://[",
    ] {
        let host = Host::that_says(leads_to(location)).await;
        let page = host.page().await;
        assert!(matches!(page, Err(Fault::LeadsAstray(_))), "{location}: {page:?}");
        assert_eq!(host.connections.load(Ordering::SeqCst), 1, "{location}");
    }
    for name in ["inside.example", "metadata.example"] {
        let host = Host::that_says(leads_to(&format!("https://{name}/"))).await;
        assert_eq!(host.page().await.unwrap_err(), Fault::PrivateName, "{name}");
    }
    let long = Host::that_says(leads_to(&format!("/{}", "a".repeat(100_000)))).await;
    assert_eq!(long.page().await.unwrap_err(), Fault::LeadsAstray(Refused::TooLong));
}

#[tokio::test]
async fn an_endless_redirect_ends() {
    let host = Host::that_says(leads_to("/again")).await;
    assert_eq!(host.page().await.unwrap_err(), Fault::TooManyHops);
    assert_eq!(host.connections.load(Ordering::SeqCst), 6, "the page and five hops");
}

/// A name that leads elsewhere the second time: what was vetted is what is connected to, and every connection is vetted.
#[tokio::test]
async fn an_address_that_changes_between_look_ups() {
    let looked_up = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looked_up);
    let names = Names::by(move |_| {
        let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        let address: [u8; 4] = if first { [8, 8, 8, 8] } else { [127, 0, 0, 1] };
        Box::pin(async move { Ok(vec![(address, 0).into()]) })
    });
    let resolve = |name: &str| reqwest::dns::Resolve::resolve(&names, name.parse().unwrap());
    let given: Vec<SocketAddr> = resolve("rebind.example").await.unwrap().collect();
    assert_eq!(given, [([8, 8, 8, 8], 0).into()], "the very addresses that were vetted");
    assert!(resolve("rebind.example").await.is_err());
    let fetcher = Fetcher::new(fetch::client(names).build().unwrap(), None);
    let address = Vetted::read("http://rebind.example/").unwrap();
    let page = fetcher.get(address, Instant::now() + Duration::from_secs(5)).await;
    assert_eq!(page.unwrap_err(), Fault::PrivateName);
    assert_eq!(looked_up.load(Ordering::SeqCst), 3, "once for each connection");
}

#[tokio::test]
async fn what_never_ends_is_left_in_time() {
    // A head that drips.
    let host = Host::that(|mut stream, _| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        loop {
            stream.write_all(b"x").await?;
            sleep(Duration::from_millis(50)).await;
        }
    });
    assert_eq!(host.await.page().await.unwrap_err(), Fault::TooSlow);
    // A body that drips: the page answered, and was read in part.
    let host = Host::that(|mut stream, _| async move {
        stream.write_all(&html("<title>Drip</title>")).await?;
        loop {
            stream.write_all(b"x").await?;
            sleep(Duration::from_millis(50)).await;
        }
    });
    let page = host.await.page().await.unwrap();
    assert_eq!((page.status, page.end, page::title(&page.text)), (200, End::TooSlow, Some("Drip")));
    // "Continue", for ever.
    let host = Host::that(|mut stream, _| async move {
        loop {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            sleep(Duration::from_millis(1)).await;
        }
    });
    assert_eq!(host.await.page().await.unwrap_err(), Fault::TooSlow);
    // Nothing at all.
    let host = Host::that(|stream, _| async move {
        sleep(Duration::from_secs(60)).await;
        drop(stream);
        Ok(())
    });
    assert_eq!(host.await.page().await.unwrap_err(), Fault::TooSlow);
}

#[tokio::test]
async fn heads_beyond_measure_are_not_read() {
    let many: String = (0..10_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x: {}\r\n", "y".repeat(4_000_000));
    for header in [many, long] {
        let host = Host::that_says(format!("HTTP/1.1 200 OK\r\n{header}\r\n")).await;
        let fault = host.page().await.unwrap_err();
        assert!(matches!(fault, Fault::Unreadable), "{fault:?}");
    }
    for garbage in ["", "SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 999999 x\r\n\r\n", "\0\0\0\0"] {
        let host = Host::that_says(garbage).await;
        assert_eq!(host.page().await.unwrap_err(), Fault::Unreadable, "{garbage:?}");
    }
}

/// A hundred megabytes of one character in 600 kB (RFC 1951, fixed codes: a literal, then "258 times the one before").
fn bomb() -> Vec<u8> {
    const MATCHES: usize = 400_000;
    let mut bits: Vec<u8> = vec![1, 1, 0];
    bits.extend([0, 1, 0, 1, 0, 0, 0, 0]);
    for _ in 0..MATCHES {
        bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    }
    bits.extend([0; 7]);
    let packed = bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit));
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3].into_iter().chain(packed).collect()
}

#[tokio::test]
async fn bodies_beyond_measure_are_read_in_part() {
    let bomb = bomb();
    assert!(bomb.len() < 1_000_000);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\n\r\n";
    let host = Host::that_says([head.as_bytes(), &bomb].concat()).await;
    let page = host.page().await.unwrap();
    assert_eq!((page.end, page.text.len()), (End::TooLong, 2 * 1024 * 1024));
    assert!(page.text.bytes().all(|byte| byte == b' '), "it was decompressed");
    let host = Host::that_says(html("x".repeat(5_000_000))).await;
    assert_eq!(host.page().await.unwrap().end, End::TooLong);
    let host = Host::that_says("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<title>Early</title>").await;
    let page = host.page().await.unwrap();
    assert_eq!((page.end, page::title(&page.text)), (End::Broken, Some("Early")));
    // What is no text is not read at all.
    let host = Host::that_says(
        "HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\ncontent-length: 9000000000\r\n\r\n",
    );
    assert_eq!(host.await.page().await.unwrap().end, End::NoText);
}

#[tokio::test]
async fn pages_that_stop_other_readers() {
    let host = Host::that_says(html("<div>".repeat(20_000))).await;
    let page = host.page().await.unwrap();
    let started = Instant::now();
    assert!(!login::is_wall(&page));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    let host = Host::that_says(html(b"<title>\xFF\xFE\x80</title>")).await;
    assert_eq!(page::title(&host.page().await.unwrap().text), Some("\u{FFFD}\u{FFFD}\u{FFFD}"));
}

/// A stranger's host learns what is asked, and nothing else.
#[tokio::test]
async fn nothing_is_told_of_whoever_asks() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    let host = Host::that(move |mut stream, head| {
        let first = kept.lock().unwrap().is_empty();
        kept.lock().unwrap().push(head);
        async move {
            let cookie =
                "HTTP/1.1 301 Moved\r\nset-cookie: a=b\r\nlocation: /next#part\r\ncontent-length: 0\r\n\r\n";
            let answer = if first { cookie.as_bytes().to_vec() } else { html("x") };
            stream.write_all(&answer).await?;
            stream.shutdown().await
        }
    })
    .await;
    let page = host.page().await.unwrap();
    assert!(page.moved && page.led_on && page.address.url().as_str() == "http://evil.example/next");
    for head in heads.lock().unwrap().iter() {
        let mut names: Vec<&str> = head.lines().skip(1).filter_map(|line| line.split(':').next()).collect();
        names.sort_unstable();
        assert_eq!(names, ["", "accept", "accept-encoding", "host", "user-agent"], "{head}");
    }
}

#[tokio::test]
async fn four_requests_at_once_a_host() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, seen) = (Arc::clone(&now), Arc::clone(&most));
    let host = Host::that(move |mut stream, _| {
        let (counted, seen) = (Arc::clone(&counted), Arc::clone(&seen));
        async move {
            seen.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(30)).await;
            counted.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(&html("x")).await?;
            stream.shutdown().await
        }
    })
    .await;
    let fetcher = host.fetcher();
    let until = Instant::now() + Duration::from_secs(8);
    let pages =
        (0..20).map(|n| fetcher.get(Vetted::read(&format!("http://evil.example/{n}")).unwrap(), until));
    assert!(join_all(pages).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

/// Whatever a host does, all answers are there in time.
#[tokio::test]
async fn a_question_has_its_time_in_all() {
    assert_eq!(PATIENCE, Duration::from_secs(10));
    let host = Host::that(|stream, _| async move {
        sleep(Duration::from_secs(60)).await;
        drop(stream);
        Ok(())
    })
    .await;
    let links = Links { patience: Duration::from_millis(600), ..Links::with(host.fetcher()) };
    let addresses: Vec<_> = (0..40).map(|n| Lookup::Link(format!("http://evil.example/{n}"))).collect();
    let started = Instant::now();
    let answers = links.question(false).answer(&addresses).await.links;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(answers.len(), 40);
    assert!(answers.iter().all(|(_, answer)| matches!(answer, Answer::Unavailable(_))));
}

async fn beside() -> (FakeGitHub, Links) {
    let manifest = include_str!("../../app-manifest.json");
    let github = FakeGitHub::start(Settings::new(manifest, "secret").unwrap()).await.unwrap();
    let links = Links::beside(github.web().clone()).unwrap();
    (github, links)
}

async fn one(links: &Links, address: &str) -> Answer<LinkFacts> {
    let answers = links.question(false).answer(&[Lookup::Link(address.to_owned())]).await;
    answers.links.into_iter().next().unwrap().1
}

#[tokio::test]
async fn https_is_asked_first_and_answers_are_kept() {
    let (github, links) = beside().await;
    let web = github.web();
    let asked = |from: usize| web.asked().split_off(from);
    assert!(one(&links, "http://a.example/").await.found().unwrap().https);
    assert_eq!(asked(0), ["https://a.example/"]);
    assert!(one(&links, "http://a.example/").await.found().is_some());
    assert_eq!(asked(1).len(), 0, "known");

    web.has_no_https("old.example");
    let facts = one(&links, "http://old.example/").await;
    assert!(facts.found().is_some_and(|facts| !facts.https && facts.status == 200), "{facts:?}");
    // Back to `http` is not served by `https`; nor is a page that only `http` has.
    web.answers("https://back.example/", Reply::leads_to(301, "http://back.example/"));
    assert!(!one(&links, "http://back.example/").await.found().unwrap().https);
    web.answers("https://half.example/", Reply::status(404));
    let half = one(&links, "http://half.example/").await;
    assert!(half.found().is_some_and(|facts| !facts.https && facts.status == 200), "{half:?}");
}

#[tokio::test]
async fn what_answers_say() {
    let (github, links) = beside().await;
    let web = github.web();
    web.answers("https://a.example/old", Reply::leads_to(301, "/new"));
    web.answers("https://a.example/new", Reply::leads_to(308, "https://b.example/"));
    let moved = one(&links, "https://a.example/old").await;
    let moved = moved.found().unwrap();
    assert_eq!((moved.moved, moved.address.as_str()), (true, "https://b.example/"));
    web.answers("https://a.example/now", Reply::leads_to(302, "/new"));
    assert!(!one(&links, "https://a.example/now").await.found().unwrap().moved, "not for good");
    web.answers("https://a.example/gone", Reply::status(410));
    assert_eq!(one(&links, "https://a.example/gone").await.found().unwrap().status, 410);
    web.answers("https://a.example/form", Reply::leads_to(302, "https://accounts.google.com/v3/signin"));
    assert!(one(&links, "https://a.example/form").await.found().unwrap().login);
    web.has_no_host("nobody.example");
    assert!(matches!(one(&links, "http://nobody.example/").await, Answer::Missing));
    assert!(matches!(one(&links, "http://192.168.0.1/").await, Answer::Missing));
    assert!(matches!(one(&links, "ftp://a.example/").await, Answer::Unavailable(_)));
    web.unplug(true);
    assert!(matches!(one(&links, "https://c.example/").await, Answer::Unavailable(_)));
}

/// Whoever asks for a look sees the page as it is now; but a host is not asked again and again.
#[tokio::test]
async fn what_a_person_asks_for_is_opened_anew() {
    let (github, links) = beside().await;
    let links = Links { rest: Duration::from_secs(2), ..links };
    let web = github.web();
    let address = "https://a.example/license";
    let lookups = [Lookup::LicensePage(address.to_owned()), Lookup::Link(address.to_owned())];
    web.answers(address, Reply::page("<p>Licensed under the MIT License.</p>"));
    let says = async |anew: bool| {
        let mut evidence = Evidence::default();
        links.question(anew).answer(&lookups).await.tell(&mut evidence);
        let page = evidence.license_page(address);
        let Some(Content::Text(statement)) = page.found().map(|page| &page.content) else {
            panic!("{page:?}")
        };
        assert!(evidence.link(address).found().is_some());
        statement.of_license("MIT")
    };
    assert_eq!(says(false).await, Said::Declared);
    web.answers(address, Reply::page("<p>Licensed under the Apache License 2.0.</p>"));
    assert_eq!(says(true).await, Said::Declared, "opened a moment ago");
    sleep(Duration::from_millis(2100)).await;
    assert_eq!(says(false).await, Said::Declared, "known");
    let others = Said::Others(vec!["Apache-2.0".to_owned()]);
    let together = join_all((0..20).map(|_| says(true))).await;
    assert!(together.iter().all(|said| *said == others), "{together:?}");
    assert_eq!(web.asked(), [address, address], "once for all of them, and for link and license alike");
}

/// The same holds for a repository on another forge and for an account there.
#[tokio::test]
async fn what_a_person_asks_for_is_asked_of_forges_anew() {
    let (github, links) = beside().await;
    let links = Links { rest: Duration::from_secs(2), ..links };
    let web = github.web();
    let address = ForgeAddress::new("gitlab.com", "open-clinic/app").unwrap();
    let page = repository::Address::ForgeOwner { host: "gitlab.com".into(), path: "open-clinic".into() };
    let lookups = [Lookup::Forge(address), Lookup::Owner(Account::of(page).unwrap())];
    let text = |id: &str| spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1;
    let file = "https://gitlab.com/api/v4/projects/open-clinic%2Fapp/repository/files/LICENSE/raw?ref=main";
    let setup = ProjectSetup::new("open-clinic/app", &[("LICENSE", text("Apache-2.0"))]);
    web.has_project(ForgeKind::GitLab, "gitlab.com", setup);
    let says = async |anew: bool| {
        let answers = links.question(anew).answer(&lookups).await;
        let owned = answers.owners[0].1.found().unwrap().len();
        let license = answers.repositories[0].1.1.found().unwrap();
        let held = &license.files[0].reading.as_ref().unwrap().held;
        (held.iter().map(|held| held.id.clone()).collect::<Vec<_>>(), owned)
    };
    assert_eq!(says(false).await, (vec!["Apache-2.0".to_owned()], 1));
    web.answers(file, Reply::file(text("MIT")));
    web.has_project(ForgeKind::GitLab, "gitlab.com", ProjectSetup::new("open-clinic/more", &[]));
    assert_eq!(says(true).await.0, ["Apache-2.0"], "asked a moment ago");
    sleep(Duration::from_millis(2100)).await;
    assert_eq!(says(false).await.0, ["Apache-2.0"], "known");
    let asked = web.asked().len();
    let together = join_all((0..20).map(|_| says(true))).await;
    assert!(together.iter().all(|said| *said == (vec!["MIT".to_owned()], 2)), "{together:?}");
    assert!(web.asked().len() <= 2 * asked, "once for all of them: {:?}", web.asked());
}

/// A question that has many addresses leaves room for others, also where it waits for its own turn.
#[tokio::test]
async fn a_question_has_its_share() {
    let (github, links) = beside().await;
    let links = Links { patience: Duration::from_secs(5), ..links };
    let web = github.web();
    let hanging: Vec<Lookup> = (0..800)
        .map(|n| {
            let address = format!("https://host{n}.example/");
            web.answers(&address, Reply::page("at last").after(Duration::from_secs(60)));
            Lookup::Link(address)
        })
        .chain([Lookup::Link("https://shared.example/".to_owned())])
        .collect();
    let question = links.question(false);
    let honest = async {
        sleep(Duration::from_millis(500)).await;
        assert_eq!(web.asked().len(), SHARE, "at once");
        let started = Instant::now();
        for address in ["https://a.example/", "https://shared.example/"] {
            assert!(one(&links, address).await.found().is_some(), "{address}");
        }
        started.elapsed()
    };
    let (answers, waited) = futures::join!(question.answer(&hanging), honest);
    println!("beside 800 links that hang: {waited:?}");
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    assert_eq!(answers.links.len(), 801);
    assert!(github.web().asked().len() < 40);
}
