//! Texts of licenses as they stand in the world, and what is read in them.
//!
//! The published texts are the SPDX License List's own; each is changed in the ways in which projects change them.

use dpg_triage::triage::license_text::{Reading, Verdict};

/// Ten families that cover most nominations, and some more.
const FAMILIES: [&str; 17] = [
    "MIT",
    "Apache-2.0",
    "GPL-3.0",
    "AGPL-3.0",
    "LGPL-3.0",
    "BSD-3-Clause",
    "MPL-2.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "BSD-2-Clause",
    "GPL-2.0",
    "ISC",
    "Unlicense",
    "ODbL-1.0",
    "EPL-2.0",
    "EUPL-1.2",
];

fn published(id: &str) -> String {
    let exact = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id);
    let (_, text) = exact.unwrap_or_else(|| panic!("no text of {id}"));
    // Projects publish it without the GPL that the list has behind it.
    let own = text.split("GNU GENERAL PUBLIC LICENSE").next().filter(|_| id == "LGPL-3.0").unwrap_or(text);
    own.replace("<year>", "2021")
        .replace("<copyright holders>", "Open Clinic Foundation and others")
        .replace("<owner>", "Ada Lovelace")
}

fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if lines.last().unwrap().len() + word.len() > 60 {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap();
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.iter().map(|line| format!(" * {line}\n")).collect()
}

fn with_preamble(text: &str) -> String {
    format!(
        "Open Clinic, records of vaccinations\nCopyright (c) 2019-2024 Ministry of Health\n\nAll files are under this license, if they do not say otherwise.\n\n{text}\n\nThird parties: see NOTICE.\n"
    )
}

fn in_readme(text: &str) -> String {
    format!(
        "# Open Clinic\n\n[![build](https://ci.example/b.svg)](https://ci.example)\n\nRecords vaccinations in clinics without a network.\n\n\
         ## Installation\n\n```\nnpm install open-clinic\n```\n\nCommercial support is available from Clinic Services Ltd.\n\n## License\n\n{text}\n\n## Thanks\n\nTo all who helped.\n"
    )
}

/// Every published text, in every form, is known; and nothing in it is taken for a change.
#[test]
fn true_texts_are_named() {
    let (mut named, mut all) = (0, 0);
    for id in FAMILIES {
        let text = published(id);
        let forms = [
            ("as published", text.clone()),
            ("wrapped anew", wrapped(&text)),
            ("with a preamble", with_preamble(&text)),
            ("in a README", in_readme(&text)),
            ("with CRLF", text.replace('\n', "\r\n")),
        ];
        for (form, text) in forms {
            let reading = Reading::of(&text);
            all += 1;
            let right = reading.held.len() == 1
                && matches!(reading.verdict(&[id]), Verdict::Holds(_))
                && dpg_triage::triage::license::is_same(reading.held[0].id, id);
            named += usize::from(right);
            if !right {
                eprintln!("{id}, {form}: {reading:?}");
            }
        }
    }
    println!("true license texts: {named} of {all} named");
    assert!(named * 100 >= all * 95, "{named} of {all}");
}

#[test]
fn two_in_one_are_both_named() {
    for (one, other) in [
        ("MIT", "Apache-2.0"),
        ("GPL-3.0", "CC-BY-SA-4.0"),
        ("BSD-3-Clause", "MIT"),
        ("AGPL-3.0", "LGPL-3.0"),
        ("MPL-2.0", "ISC"),
    ] {
        let text = format!("Code:\n\n{}\n\n----\n\nDocumentation:\n\n{}", published(one), published(other));
        let reading = Reading::of(&text);
        let mut held: Vec<_> = reading.held.iter().map(|held| held.id).collect();
        held.sort_unstable();
        let mut expected = [one, other];
        expected.sort_unstable();
        assert_eq!(held, expected, "{reading:?}");
        assert!(matches!(reading.verdict(&[other]), Verdict::Holds(_)), "{reading:?}");
    }
}

/// Against the spirit: none of them passes for the license that it was made of.
#[test]
fn modified_texts_are_held_back() {
    let mit = published("MIT");
    let apache = published("Apache-2.0");
    let bsd = published("BSD-3-Clause");
    let cc = published("CC-BY-4.0");
    let gpl = published("GPL-3.0");
    let isc = published("ISC");
    let put = |text: &str, old: &str, new: &str| {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(old), "{old} is not in {flat}");
        flat.replace(old, new)
    };
    let clause = "\"Commons Clause\" License Condition v1.0\n\nThe Software is provided to you by the Licensor under the License, as defined below, subject to the following condition. Without limiting other conditions in the License, the grant of rights under the License will not include, and the License does not grant to you, the right to Sell the Software.";
    let rows: Vec<(&str, &str, String)> = vec![
        (
            "MIT",
            "purpose",
            put(&mit, "to any person obtaining", "for non-commercial purposes only, to any person obtaining"),
        ),
        ("MIT", "no sale", put(&mit, "sublicense, and/or sell copies", "and/or sublicense copies")),
        ("MIT", "no change", put(&mit, "use, copy, modify, merge, publish", "use, copy, publish")),
        (
            "MIT",
            "restriction",
            put(&mit, "in the Software without restriction", "in the Software with restriction"),
        ),
        (
            "MIT",
            "evil",
            put(
                &mit,
                "THE SOFTWARE IS PROVIDED",
                "The Software may not be used by the military. THE SOFTWARE IS PROVIDED",
            ),
        ),
        (
            "MIT",
            "appended",
            mit.clone() + "\n\nCommercial use is prohibited without prior written consent of the authors.\n",
        ),
        ("MIT", "prepended", format!("For research purposes only.\n\n{mit}")),
        ("MIT", "clause", mit.clone() + "\n\n" + clause),
        ("MIT", "not", put(&mit, "Permission is hereby granted", "Permission is not hereby granted")),
        ("MIT", "fee", put(&mit, "free of charge", "for a yearly charge")),
        ("MIT", "clinics only", put(&mit, "to any person obtaining", "to any public clinic obtaining")),
        ("Apache-2.0", "clause", format!("{clause}\n\n{apache}")),
        (
            "Apache-2.0",
            "patents",
            put(&apache, "no-charge, royalty-free, irrevocable", "no-charge, revocable"),
        ),
        (
            "Apache-2.0",
            "field",
            put(
                &apache,
                "2. Grant of Copyright License.",
                "2. Grant of Copyright License, for education only.",
            ),
        ),
        (
            "Apache-2.0",
            "appended",
            apache.clone() + "\n\nAdditional restriction: the Work must not be used by competitors.\n",
        ),
        (
            "BSD-3-Clause",
            "commercial",
            put(
                &bsd,
                "with or without modification, are permitted",
                "with or without modification, are permitted for non-commercial use",
            ),
        ),
        (
            "BSD-3-Clause",
            "source",
            put(
                &bsd,
                "source and binary forms, with or without modification",
                "source and binary forms, without modification",
            ),
        ),
        (
            "BSD-3-Clause",
            "fourth",
            put(
                &bsd,
                "THIS SOFTWARE IS PROVIDED",
                "4. The software must not be used in weapons. THIS SOFTWARE IS PROVIDED",
            ),
        ),
        (
            "CC-BY-4.0",
            "retitled",
            put(
                &cc,
                "Creative Commons Attribution 4.0 International",
                "Creative Commons Attribution-NonCommercial 4.0 International",
            ),
        ),
        ("CC-BY-4.0", "title before", format!("Attribution-NoDerivatives 4.0\n\n{cc}")),
        (
            "CC-BY-4.0",
            "derivatives",
            put(
                &cc,
                "produce, reproduce, and Share Adapted Material",
                "produce and reproduce, but not Share, Adapted Material",
            ),
        ),
        (
            "CC-BY-4.0",
            "purpose",
            put(
                &cc,
                "reproduce and Share the Licensed Material, in whole or in part",
                "reproduce and Share the Licensed Material for NonCommercial purposes, in whole or in part",
            ),
        ),
        (
            "GPL-3.0",
            "network",
            gpl.clone()
                + "\n\nAs a further restriction, commercial use without a contract is not permitted.\n",
        ),
        (
            "GPL-3.0",
            "liberty",
            put(&gpl, "You may convey verbatim copies", "You may not convey verbatim copies"),
        ),
        (
            "ISC",
            "purpose",
            put(&isc, "for any purpose with or without fee", "for any non-commercial purpose without fee"),
        ),
        ("ISC", "sale", put(&isc, "use, copy, modify, and/or distribute", "use and copy")),
    ];
    let mut passed = Vec::new();
    for (id, how, text) in &rows {
        let reading = Reading::of(text);
        let verdict = reading.verdict(&[id]);
        if matches!(verdict, Verdict::Holds(_) | Verdict::Names(_)) || reading.only().is_some() {
            passed.push(format!("{id}, {how}: {verdict:?} {reading:?}"));
        }
    }
    println!("modified license texts: {} of {} held back", rows.len() - passed.len(), rows.len());
    assert!(passed.is_empty(), "{}", passed.join("\n"));
}

/// What is its own license is not taken for a changed one, nor for another.
#[test]
fn relatives_are_told_apart() {
    for id in [
        "JSON",
        "CC-BY-NC-4.0",
        "CC-BY-ND-4.0",
        "CC-BY-NC-SA-4.0",
        "SSPL-1.0",
        "BUSL-1.1",
        "BSD-4-Clause",
        "MIT-0",
        "0BSD",
        "LGPL-2.1",
        "AGPL-3.0",
        "Elastic-2.0",
    ] {
        let reading = Reading::of(&published(id));
        let held: Vec<_> = reading.held.iter().map(|held| (held.id, held.departs.is_empty())).collect();
        assert_eq!(held, [(id, true)], "{reading:?}");
    }
}

/// A notice is not a text: it names the license.
#[test]
fn notices_name_a_license() {
    for (notice, id) in [
        (
            "This work is licensed under a Creative Commons Attribution 4.0 International License.",
            "CC-BY-4.0",
        ),
        (
            "<a href=\"https://creativecommons.org/licenses/by-sa/4.0/\"><img src=\"b.png\"></a>",
            "CC-BY-SA-4.0",
        ),
        ("![](https://licensebuttons.net/l/by-nc/4.0/88x31.png)", "CC-BY-NC-4.0"),
        ("Released under the MIT License.", "MIT"),
        ("## License\n\nApache License 2.0\n", "Apache-2.0"),
        ("License: GPL v3\n", "GPL-3.0"),
        ("// SPDX-License-Identifier: AGPL-3.0-or-later\n", "AGPL-3.0"),
        ("The data is made available under the Open Database License.", "ODbL-1.0"),
        (
            "Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this file except in compliance with the License.",
            "Apache-2.0",
        ),
        (
            "The software is distributed under the terms of the GNU Affero General Public License version 3.",
            "AGPL-3.0",
        ),
        ("To the extent possible, see https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ] {
        let reading = Reading::of(notice);
        assert_eq!(reading.verdict(&[id]), Verdict::Names(id.to_owned()), "{notice}: {reading:?}");
        assert!(reading.held.is_empty());
    }
    for nothing in [
        "",
        "All rights reserved.",
        "See the license of each part.",
        "We love open source and the MIT.",
        "Copyright 2020",
    ] {
        assert_eq!(Reading::of(nothing).verdict(&["MIT"]), Verdict::Unknown, "{nothing}");
    }
}

/// Whatever it is, it ends, and soon.
#[test]
fn odd_texts_are_read_to_the_end() {
    let mit = published("MIT");
    for text in [
        "permission is hereby granted free ".repeat(10_000),
        mit.repeat(200),
        "a".repeat(400_000),
        "é ".repeat(300_000),
        published("GPL-3.0").repeat(10),
        "licensed under the ".repeat(20_000),
        mit.split_whitespace().rev().collect::<Vec<_>>().join(" "),
    ] {
        Reading::of(&text);
    }
}
