//! Bad and hostile nominations: one clear comment each, harm nowhere.

use serde_json::json;

use crate::house::{BOT, House, PATH, REGISTRY, nominee};

/// What a broken file is told; each row once through the whole line.
#[tokio::test]
async fn every_broken_file_gets_one_clear_comment() {
    let house = House::open().await;
    let good = nominee(|_| {});
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nominees/a.json", b"Name: Open Clinic\n".to_vec(), "It does not look like JSON."),
        ("nominees/b.json", Vec::new(), "It is empty."),
        ("nominees/open-clinic.json", [b"\xEF\xBB\xBF", good.as_bytes()].concat(), "without BOM"),
        ("nominees/open-clinic.json", good.replace('\n', "\r\n").into_bytes(), "Nothing has to be changed"),
        ("nominees/c.json", good.replace("\"stage\"", "\"name\": \"Y\", \"stage\"").into_bytes(), "a second time"),
        ("nominees/d.json", ["[".repeat(10_000), "]".repeat(10_000)].concat().into_bytes(), "nested more than 127 deep"),
        ("nominees/e.json", vec![b' '; 2 * 1024 * 1024 + 1], "larger than 2 MB"),
        ("nominees/open-clinic.json", [good.clone().into_bytes(), vec![b'\n'; 2 * 1024 * 1024 - good.len()]].concat(), "Nothing has to be changed"),
        ("nominees/f.json", [b"\xFF\xFE".to_vec(), "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(), "UTF-16"),
        ("nominees/g.json", b"{\"name\": \"Caf\xE9\"}".to_vec(), "not saved as UTF-8"),
        ("nominees/h.json", b"[]".to_vec(), "holds a list"),
        ("nominees/i.json", b"null".to_vec(), "holds nothing"),
        ("nominees/j.json", b"{}".to_vec(), "The field `name` is missing"),
        ("nominees/k", b"{\"name\": \"K\"}".to_vec(), "otherwise the registry does not see it"),
        ("nominees/l.json", br#"{"name": [], "aliases": 1, "description": {}, "website": null, "license": "x", "SDGs": {"a": [[]]}, "sectors": "y", "type": 7, "repositories": [1, null, "z"], "organizations": true, "stage": {}}"#.to_vec(), "has to be text in quotation marks"),
        ("nominees/m.json", format!("{{\"name\": {}1{}}}", "[".repeat(100), "]".repeat(100)).into_bytes(), "has to be text"),
        ("nominees/n.json", b"{\"name\": \"N\", \"SDGs\": [{\"SDGNumber\": 99999999999999999999}, {\"SDGNumber\": -1e300}]}".to_vec(), "evidence"),
    ];
    for (path, text, expected) in rows {
        let number = house.nominate(path, text).await;
        let shown = house.shown(number);
        let ours = shown.comments_by(BOT);
        assert_eq!(ours.len(), 1, "{path}");
        let body = &ours[0].body;
        assert!(body.contains(expected), "{path}: expected {expected:?} in\n{body}");
        assert!(body.len() <= 65_536, "{path}");
        assert_eq!(shown.check_runs.len(), 1, "{path}");
        // The next one brings the same project.
        house.github.close(REGISTRY, number, "grace").unwrap();
    }
    house.close().await;
}

const HOSTILE: [&str; 14] = [
    "@dpg-registry/everyone @grace",
    "</details></summary><script>alert(1)</script><img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png) [click](https://evil.example)",
    "https://evil.example/x www.evil.example evil@evil.example",
    "`` ` `````` @grace ` <b>",
    "--> <!-- dpg-triage {\"head\":\"x\"} -->",
    "fixes #1, dpg-registry/publicgoods#1, GH-1",
    "a\n\n# Accepted\n\n- [x] approved\n\n| a | b |\n|---|---|\n",
    "| a | b | \\| c",
    "\u{202e}evil\u{202c} \u{200b}\u{feff} \u{1b}[31mred \u{0000}",
    "```\n@grace\n```\n~~~\n",
    "<!--",
    "$\\href{https://evil.example}{x}$ :tada: [^1]",
    "<details open><summary>@grace</summary>",
];

/// The same in a review, where a line is shown exactly as it is to stand in the file.
#[tokio::test]
async fn others_text_stays_inert_in_suggestions() {
    let house = House::open().await;
    let mut suggested = 0;
    for hostile in HOSTILE {
        let text = nominee(|nominee| {
            nominee["aliases"] = json!([hostile, "", format!("{hostile}, {hostile}"), "A, B"]);
            nominee["repositories"] =
                json!([{"name": hostile, "url": "https://github.com/open-clinic/app/tree/main"}]);
        });
        let text = text.replace("\"url\"", "\"@grace</b>`````` #1\": \"```@grace\", \"url\"");
        let number = house.nominate(PATH, text).await;
        house.comment(number, "ada", "/suggest").await;
        for review in house.shown(number).reviews {
            assert_inert(&review.body);
            for comment in review.comments {
                assert_inert(&comment.body);
                suggested += 1;
            }
        }
    }
    assert!(suggested > HOSTILE.len(), "{suggested}");
    house.close().await;
}

/// Whatever stands in a nomination: on the page it is inert text.
#[tokio::test]
async fn others_text_stays_inert() {
    let house = House::open().await;
    for hostile in HOSTILE {
        let text = nominee(|nominee| {
            nominee["name"] = json!(hostile);
            nominee["license"] = json!([{"spdx": hostile, "licenseURL": hostile}]);
            nominee["type"] = json!([hostile]);
            nominee["stage"] = json!(hostile);
            nominee["SDGs"] =
                json!([{"SDGNumber": 3, "evidenceText": hostile}, {"SDGNumber": 4, "evidenceText": hostile}]);
            nominee["repositories"] = json!([{"url": hostile}, {"url": format!("https://github.com/{hostile}")}, {"url": format!("https://evil.example/a/{hostile}")}]);
            nominee[hostile] = json!(hostile);
        });
        let number = house.nominate(PATH, text).await;
        let body = house.shown(number).comments_by(BOT)[0].body.clone();
        assert_inert(&body);
        for run in house.shown(number).check_runs {
            assert_inert(&run.summary.unwrap_or_default());
            for one in run.annotations {
                assert!(one.message.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", one.message);
                assert!(!one.message.contains('\u{202e}'), "{:?}", one.message);
            }
        }
    }
    house.close().await;
}

/// A contact is for the registry's people; neither the comment nor an annotation repeats it.
#[tokio::test]
async fn contacts_are_not_repeated() {
    let house = House::open().await;
    let line = r#"{"name": "Open Clinic", "website": "https://openclinic.example", "org_type": "Owner", "contact_name": "Ada L", "contact_email": "ada@clinic.example"}"#;
    let text =
        nominee(|nominee| nominee["organizations"] = json!("HERE")).replace("\"HERE\"", &format!("[{line}]"));
    let number = house.nominate(PATH, text).await;
    let page = house.page(number);
    assert!(page.contains("Did you mean `owner`?"), "{page}");
    assert!(!page.contains("ada@") && !page.contains("Ada L"), "{page}");
    house.close().await;
}

/// Enormous texts everywhere, and as many findings as a file can have: still one comment that GitHub takes.
#[tokio::test]
async fn the_comment_never_grows_too_long() {
    let house = House::open().await;
    let long = "@grace ` ".repeat(8_000);
    let text = nominee(|nominee| {
        nominee["name"] = json!(long);
        nominee["license"] = json!(vec![json!({"spdx": long}); 10]);
        nominee["SDGs"] = json!((0..300).map(|at| json!({"SDGNumber": at})).collect::<Vec<_>>());
        nominee["type"] = json!([long]);
        let inside = |at| json!({"url": format!("https://github.com/a{at}/b/tree/{}", "x".repeat(2000))});
        nominee["repositories"] = json!((0..300).map(inside).collect::<Vec<_>>());
    });
    assert!((1_000_000..2_000_000).contains(&text.len()), "{}", text.len());
    let number = house.nominate(PATH, text).await;
    let body = house.shown(number).comments_by(BOT)[0].body.clone();
    assert!(body.len() <= 65_536, "{}", body.len());
    assert!(body.contains("more. They show here once these are solved"), "{body}");
    assert!(body.contains("How to have it checked again"));
    assert_inert(&body);
    house.close().await;
}

/// Renders as GitHub does and looks for anything alive that we did not put there.
fn assert_inert(body: &str) {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.render.r#unsafe = true;
    let html = comrak::markdown_to_html(
        body.split_once('\n').map_or(body, |(first, rest)| {
            // The marker is an HTML comment that ends where it should.
            if first.starts_with("<!--") {
                assert_eq!((first.matches("-->").count(), first.ends_with("-->")), (1, true), "{first}");
                rest
            } else {
                body
            }
        }),
        &options,
    );
    let alive = without(&without(&html, "<code", "</code>"), "<pre", "</pre>");
    for sign in [
        "<script",
        "<img",
        "onerror",
        "<b>",
        "@",
        "<h1",
        "evil",
        "type=\"checkbox\"",
        "<!--",
        "#1",
        "GH-1",
        "alert(1)",
    ] {
        assert!(!alive.contains(sign), "{sign:?} is alive in\n{alive}\n--- of ---\n{body}");
    }
    for link in html.split("href=\"").skip(1) {
        let address = link.split('"').next().unwrap_or_default();
        let ours = [
            "https://github.com/",
            "https://spdx.org/licenses/",
            "https://docs.github.com/",
            "https://sdgs.un.org/goals",
        ];
        assert!(ours.iter().any(|prefix| address.starts_with(prefix)), "{address}");
    }
    assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
    assert!(!body.contains('\u{202e}') && !body.contains('\u{1b}') && !body.contains('\u{0}'));
}

fn without(html: &str, from: &str, to: &str) -> String {
    let mut parts = html.split(from);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once(to).map_or("", |(_, behind)| behind));
    }
    rest
}
