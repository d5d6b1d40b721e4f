//! Pages and files as projects have them, and what is told of each for a declared license.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::{
    links::address::Vetted,
    triage::license_page::{Said, Statement, Unclear},
};

fn fetched(kind: &str, text: &str) -> Page {
    Page {
        address: Vetted::read("https://openclinic.example/license").unwrap(),
        moved: false,
        led_on: false,
        status: 200,
        content_type: Some(kind.to_owned()),
        text: text.to_owned(),
        end: End::Whole,
    }
}

/// In one word, and what it names.
fn told(page: &Page, id: &str) -> String {
    let shown = match shown(page) {
        Ok(shown) => shown,
        Err(what) => return what,
    };
    match Statement::of(&shown).of_license(id) {
        Said::Declared => "declared".to_owned(),
        Said::Others(others) => format!("others: {}", others.join(", ")),
        Said::None => "none".to_owned(),
        Said::Lacking(Lack::Rest) => "cut".to_owned(),
        Said::Lacking(Lack::Scripts) => "scripts".to_owned(),
        Said::Unclear(Unclear::Doubt(_)) => "doubt".to_owned(),
        Said::Unclear(Unclear::Long) => "long".to_owned(),
        Said::Unclear(Unclear::Others(others)) => format!("perhaps beside: {}", others.join(", ")),
        Said::Unclear(Unclear::Vague) => "vague".to_owned(),
    }
}

fn published(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1
}

/// A page of a website around some HTML.
fn website(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>License - Open Clinic</title>\
         <script>window.dataLayer = ['MIT License'];</script><style>.a {{ color: red }}</style></head><body>\
         <noscript><iframe src='https://www.googletagmanager.com/ns.html'></iframe></noscript>\
         <nav><ul><li><a href='/'>Home</a><li><a href='/about'>About us</a><li><a href='/docs'>Documentation</a></ul></nav>\
         <main><h1>Open Clinic</h1>{body}<p>Open Clinic records vaccinations in clinics without a network. It was begun in 2019 \
         by nurses and programmers in twelve districts, and is looked after by a small team today. The \
         meetings are held every month in the town hall, and every nurse of the district finds a chair there.</p></main>\
         <footer>&copy; 2024 Open Clinic e.V.&nbsp;&middot; <a href='/privacy'>Privacy</a></footer></body></html>"
    )
}

#[test]
fn pages_of_websites() {
    let mit = published("MIT").replace("<year> <copyright holders>", "2024 Open Clinic");
    let in_pre = format!("<pre>{}</pre>", mit.replace('"', "&quot;"));
    let non_commercial =
        in_pre.replace("to deal\nin the Software", "to deal\nin the Software for non-commercial use");
    let non_commercial = if non_commercial == in_pre {
        in_pre.replacen("free of charge", "free of charge for non-commercial use", 1)
    } else {
        non_commercial
    };
    let button = r#"<a rel="license" href="https://creativecommons.org/licenses/by/4.0/"><img alt="Creative Commons License" style="border-width:0" src="https://i.creativecommons.org/l/by/4.0/88x31.png" /></a>"#;
    let zero = r#"<a href="http://creativecommons.org/publicdomain/zero/1.0/">No rights reserved</a>"#;
    for (what, body, id, expected) in [
        ("a sentence", "<p>Released under the <b>MIT</b> License.</p>", "MIT", "declared"),
        ("the text in full", in_pre.as_str(), "MIT", "declared"),
        ("a text with words added", &non_commercial, "MIT", "doubt"),
        (
            "another license",
            "<p>Open Clinic is licensed under the Apache License, Version 2.0.</p>",
            "MIT",
            "others: Apache-2.0",
        ),
        ("a button", button, "CC-BY-4.0", "declared"),
        ("a button of another license", button, "CC-BY-SA-4.0", "others: CC-BY-4.0"),
        ("a button for content, and code", button, "MIT", "others: CC-BY-4.0"),
        (
            "only the picture of a button",
            r#"<img src="https://licensebuttons.net/l/by-sa/4.0/88x31.png">"#,
            "CC-BY-SA-4.0",
            "declared",
        ),
        ("a waiver", zero, "CC0-1.0", "declared"),
        (
            "a link to the license",
            r#"<p>Our code is <a href="https://opensource.org/licenses/MIT">open source</a>.</p>"#,
            "MIT",
            "declared",
        ),
        (
            "a link without a scheme",
            r#"<p>Our data: <a href='//opendatacommons.org/licenses/odbl/1-0/'>license</a></p>"#,
            "ODbL-1.0",
            "declared",
        ),
        (
            "a link of GNU's",
            "<p>License: <a href=https://www.gnu.org/licenses/agpl-3.0>free</a></p>",
            "AGPL-3.0-or-later",
            "declared",
        ),
        ("only", "<p>Licensed under GPL-3.0-only.</p>", "GPL-3.0", "declared"),
        ("or later", "<p>Licensed under GPL-3.0-or-later.</p>", "GPL-3.0-only", "declared"),
        (
            "another of GNU's",
            "<p>Licensed under the GNU General Public License v3.0.</p>",
            "AGPL-3.0",
            "perhaps beside: GPL-3.0",
        ),
        ("no version", "<p>It is free software under the GPL.</p>", "GPL-3.0", "vague"),
        (
            "in French",
            "<p>Ce site est mis à disposition sous Licence Creative Commons Attribution 4.0 International.</p>",
            "CC-BY-4.0",
            "declared",
        ),
        (
            "in French, with accents by name",
            "<p>Publi&eacute; sous Licence Creative Commons Attribution 4.0 International.</p>",
            "CC-BY-4.0",
            "declared",
        ),
        (
            "in Spanish, without a version",
            "<p>Software libre con la Licencia Pública General de GNU.</p>",
            "GPL-3.0",
            "vague",
        ),
        ("terms that name nothing", "<h2>Terms of use</h2><p>All rights reserved.</p>", "MIT", "none"),
        ("a page that leads on", "<p>Read <a href='/files/LICENSE.txt'>the license</a>.</p>", "MIT", "vague"),
        ("a page in a page", "<iframe src='/terms'></iframe>", "MIT", "vague"),
        ("hidden", "<div hidden><div>x</div>MIT License</div><p>Terms</p>", "MIT", "vague"),
        (
            "hidden by its style",
            "<p style='color:red; Display : none'>Under the MIT License.</p><p>Terms</p>",
            "MIT",
            "vague",
        ),
        ("invisible", "<p style=visibility:hidden>Under the MIT License.</p><p>Terms</p>", "MIT", "vague"),
        ("where no frames are", "<iframe src=/a>Under the MIT License.</iframe><p>Terms</p>", "MIT", "vague"),
        ("suggestions", "<datalist><option>Under the MIT License.</datalist><p>Terms</p>", "MIT", "vague"),
        ("a dialog", "<dialog>Under the MIT License.</dialog><p>Terms</p>", "MIT", "vague"),
        ("an open dialog", "<dialog open>Under the MIT License.</dialog><p>Terms</p>", "MIT", "declared"),
        ("a sound", "<audio>Under the MIT License.</audio><p>Terms</p>", "MIT", "vague"),
        ("a drawing", "<canvas>Under the MIT License.</canvas><p>Terms</p>", "MIT", "vague"),
        (
            "behind something hidden",
            "<p hidden>x</p><br hidden><p>Under the MIT License.</p>",
            "MIT",
            "declared",
        ),
        ("a hidden picture", "<img hidden alt='Under the MIT License.' src=a><p>Terms</p>", "MIT", "none"),
        (
            "a page that goes elsewhere",
            "<meta http-equiv=refresh content='0; url=/other'><p>Under the MIT License.</p>",
            "MIT",
            "vague",
        ),
        (
            "a page that is shown anew",
            "<meta http-equiv=refresh content=300><p>Under the MIT License.</p>",
            "MIT",
            "declared",
        ),
        (
            "a comment with its end",
            "<!-- x --!><p>Not for sale. Under the MIT License.</p><!-- -->",
            "MIT",
            "doubt",
        ),
        ("a library", "<p>This website uses jQuery, licensed under the MIT license.</p>", "MIT", "vague"),
        ("a theme", "<p>Theme by Ada, released under the MIT License.</p>", "MIT", "vague"),
        (
            "a library, and another license",
            "<p>This website uses jQuery, licensed under the MIT license.</p>",
            "Apache-2.0",
            "perhaps beside: MIT",
        ),
        (
            "a library beside the page's own",
            "<p>Open Clinic is released under the MIT License.</p><p>It uses jQuery, under the MIT License.</p>",
            "MIT",
            "declared",
        ),
        ("no license", "<p>This has nothing to do with the MIT License.</p>", "MIT", "vague"),
        ("a list", "<p>Licenses: MIT License, Apache License 2.0, GPL v3.</p>", "MIT", "vague"),
        (
            "a link that nobody sees",
            "<p>Terms <a href='https://opensource.org/licenses/MIT'> </a></p>",
            "MIT",
            "vague",
        ),
        ("in a comment only", "<!-- MIT License --><p>Terms</p>", "MIT", "none"),
        ("in a script only", "<script>'Licensed under the MIT License.'</script><p>Terms</p>", "MIT", "none"),
    ] {
        let page = fetched("text/html; charset=utf-8", &website(body));
        assert_eq!(told(&page, id), expected, "{what}: {:?}", shown(&page).unwrap().text);
    }
}

#[test]
fn files() {
    let mit = published("MIT");
    let readme = "# Open Clinic\n\nRecords vaccinations.\n\n## License\n\nMIT © Open Clinic\n";
    let two = format!("{mit}\n\n---\n\n{}", published("Apache-2.0"));
    for (what, text, id, expected) in [
        ("MIT", mit, "MIT", "declared"),
        (
            "MIT, with words added",
            &mit.replacen("free of charge", "free of charge for non-commercial use", 1),
            "MIT",
            "doubt",
        ),
        ("another one", mit, "GPL-3.0", "others: MIT"),
        ("the GPL, and the LGPL is declared", published("GPL-3.0"), "LGPL-3.0", "others: GPL-3.0"),
        ("BY-NC is itself", published("CC-BY-NC-4.0"), "CC-BY-NC-4.0", "declared"),
        ("BY-NC is not BY", published("CC-BY-NC-4.0"), "CC-BY-4.0", "others: CC-BY-NC-4.0"),
        ("two, the first", &two, "MIT", "declared"),
        ("two, the second", &two, "Apache-2.0", "declared"),
        ("a README", readme, "MIT", "declared"),
        ("a README of another", readme, "Apache-2.0", "others: MIT"),
        ("a file with a tag", "SPDX-License-Identifier: GPL-3.0-or-later\n", "GPL-3.0-only", "declared"),
        ("a note", "Ask us before you use it.\n", "MIT", "none"),
        ("nothing", "", "MIT", "none"),
    ] {
        assert_eq!(told(&fetched("text/plain", text), id), expected, "{what}");
    }
}

#[test]
fn what_shows_no_text_is_no_reproach() {
    let kinds = [
        ("application/pdf", "a PDF"),
        ("image/png", "a picture"),
        ("application/zip", "a file that is no text"),
    ];
    for (kind, what) in kinds {
        let page = Page { end: End::NoText, ..fetched(kind, "") };
        assert_eq!(told(&page, "MIT"), what);
    }
    assert_eq!(told(&fetched("text/plain", "%PDF-1.7"), "MIT"), "a file that is no text");
    assert_eq!(told(&fetched("text/plain", "a\0b"), "MIT"), "a file that is no text");
    let application = "<!doctype html><title>Open Clinic</title><body><noscript>You need to enable JavaScript to run \
                       this app.</noscript><div id=root></div><script src=/main.js></script>";
    assert_eq!(told(&fetched("text/html", application), "MIT"), "scripts");
    assert_eq!(
        told(&fetched("text/html", "<div id=app>Loading</div><script>run()</script>"), "MIT"),
        "scripts"
    );
    assert_eq!(told(&fetched("text/html", ""), "MIT"), "scripts");
    let frame = Page {
        address: Vetted::read("https://docs.google.com/document/d/1/edit").unwrap(),
        ..fetched("text/html", &website("<p>Terms</p>"))
    };
    assert_eq!(told(&frame, "MIT"), "scripts");
    for end in [End::TooLong, End::TooSlow, End::Broken] {
        let page = |text: &str| Page { end, ..fetched("text/html", &website(text)) };
        assert_eq!(told(&page("<p>Terms</p>"), "MIT"), "cut");
        assert_eq!(told(&page("<p>Licensed under the Apache License 2.0.</p>"), "MIT"), "cut");
        assert_eq!(told(&page("<p>Licensed under the MIT License.</p>"), "MIT"), "declared");
    }
    let long = "Records of vaccinations. ".repeat(20_000);
    assert_eq!(
        told(&fetched("text/plain", &format!("Licensed under the MIT License. {long}")), "MIT"),
        "long"
    );
}

#[test]
fn layout_is_that_of_the_page() {
    let page = "<h1>One</h1><p>Two  \n three<br>four <b>fi</b>ve &lt;six&gt; &#233;&#x2014;&amp; &unknown; &<ul><li>a<li>b</ul><pre>x\n  y</pre>";
    let shown = shown(&fetched("text/html", page)).unwrap();
    let lines: Vec<&str> = shown.text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, ["## One", "Two three", "four five <six> é—& &unknown; &", "- a", "- b", "x", "  y"]);
}

#[test]
fn hostile_pages_take_time_with_their_length() {
    license_text::read("");
    for piece in [
        "<div>",
        "<svg>",
        "<template><p>",
        "<a href=\"https://opensource.org/licenses/MIT\">",
        "<a href=x>",
        "<img alt='MIT License' src=//licensebuttons.net/l/by/4.0/>",
        "&amp;",
        "&&&&",
        "<pre>\n",
        "<li>",
        "<noscript>",
        "<a href=\"",
        "\u{301}",
    ] {
        let page = fetched("text/html", &piece.repeat(2_000_000 / piece.len()));
        let started = Instant::now();
        told(&page, "MIT");
        println!("{piece}: {:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(8), "{piece}: {:?}", started.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_page_is_read(pieces in prop::collection::vec(prop_oneof![
        Just("<a href='"), Just("</a>"), Just("<script>"), Just("</script>"), Just("<pre>"), Just("&#x"), Just("&"),
        Just(";"), Just("creativecommons.org/licenses/by/4.0/"), Just("MIT License"), Just("é"), Just("\u{301}"),
        Just("<"), Just(">"), Just("'"), Just("="), Just(" "), Just("<img src="), Just("#9999999999;"),
    ], 0..40), any in ".*") {
        told(&fetched("text/html", &pieces.concat()), "MIT");
        told(&fetched("text/html", &any), "CC-BY-4.0");
        told(&fetched("text/plain", &any), "CC-BY-4.0");
    }
}
