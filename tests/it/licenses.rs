//! A table of license texts as people publish them, and as some change them: what is told of each.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use dpg_triage::triage::license_text::{self, Reading, TextVerdict, verdict};

/// Licenses and the id that is declared for each.
const LICENSES: [&str; 17] = [
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
    "ODbL-1.0",
    "Unlicense",
    "ISC",
    "BSD-2-Clause",
    "GPL-2.0",
    "EPL-2.0",
    "EUPL-1.2",
];

/// As it stands in repositories: with the blanks filled in, and of the LGPL its own part only.
fn published(id: &str) -> String {
    let text = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1;
    let text = match id {
        "LGPL-3.0" => &text[..text.rfind("GNU GENERAL PUBLIC LICENSE\nVersion 3").unwrap()],
        _ => text,
    };
    text.replace("<year>", "2019-2024").replace("<owner>", "Open Clinic e.V. and contributors").replace(
        "<copyright holders>",
        "Ada Ábalos <ada@clinic.example>\nCopyright (c) 2024 The Open Clinic Foundation, Nairobi",
    )
}

/// Every paragraph broken at so many characters.
fn wrapped(text: &str, width: usize) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            if lines.last().unwrap().len() + word.len() > width {
                lines.push(String::new());
            }
            let line = lines.last_mut().unwrap();
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.join("\r\n")
    });
    paragraphs.collect::<Vec<_>>().join("\r\n\r\n")
}

fn with_preamble(text: &str) -> String {
    format!(
        "Open Clinic - records vaccinations in clinics without a network\n\n\
         Copyright (C) 2019-2024 Ada Ábalos, Open Clinic e.V. All rights reserved.\n\n{text}"
    )
}

fn in_readme(text: &str) -> String {
    format!(
        "# Open Clinic\n\n![build](https://ci.example/badge.svg)\n\nRecords vaccinations in clinics without a network. \
         It does not need one.\n\n## Install\n\nYou must have Node 18 or later. Do not run it as root.\n\n\
         ```\nnpm install\nnpm start\n```\n\n## License\n\n{text}\n\n## Thanks\n\nTo everybody who helped, with no exceptions.\n"
    )
}

fn as_comment(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!(" * {line}")).collect();
    format!("/*\n{}\n */\n", lines.join("\n"))
}

/// How many words of a text are in front of the given share of it, at the end of a sentence.
fn middle(text: &str, share: f32) -> usize {
    let from = text.floor_char_boundary((text.len() as f32 * share) as usize);
    text[from..].find(['.', ';', ',']).map_or(text.len(), |at| from + at + 1)
}

/// Changes against the spirit of any license: a name, and the changed text.
fn modified(id: &str) -> Vec<(&'static str, String)> {
    let text = published(id);
    let inserted = |share: f32, words: &str| {
        let at = middle(&text, share);
        format!("{} {words} {}", &text[..at], &text[at..])
    };
    let appended = |words: &str| format!("{text}\n\n{words}\n");
    let title_end = text.find('\n').unwrap_or(0);
    let mut all = vec![
        ("a field of use in the middle", inserted(0.4, "for non-commercial purposes only,")),
        ("a small word in the middle", inserted(0.6, "unless the recipient is a bank,")),
        ("an unmarked condition", inserted(0.5, "Whoever uses it sends the authors a postcard.")),
        ("no military", appended("The software may not be used for military purposes.")),
        (
            "Commons Clause",
            appended(
                "\"Commons Clause\" License Condition v1.0\n\nThe Software is provided to you by the Licensor under the \
             License, as defined below, subject to the following condition. Without limiting other conditions in the \
             License, the grant of rights under the License will not include the right to Sell the Software.",
            ),
        ),
        ("good, not evil", appended("The Software shall be used for Good, not Evil.")),
        ("an ethical clause", appended("Users agree to respect the Universal Declaration of Human Rights.")),
        ("a price", appended("Companies with more than 100 employees pay a yearly fee.")),
        ("restricted in front", format!("Free for personal and educational use only.\n\n{text}")),
        ("source available", format!("This is source available software.\n\n{text}")),
        (
            "additional terms under a heading",
            format!("# License\n\n{text}\n\n# Additional terms\n\nSend a postcard.\n\n# End\n"),
        ),
        (
            "a restriction in a README",
            in_readme(&text).replace("You must have Node", "It must not be sold. You must have Node"),
        ),
        ("the last third missing", text[..middle(&text, 0.66)].to_owned()),
        ("whom it is for", appended("This license applies to natural persons.")),
        ("until when", appended("Valid until 31 December 2030.")),
        ("withdrawn at will", appended("The authors may withdraw it at any time.")),
        ("students", appended("Students and teachers may use it.")),
        ("a postcard", appended("Whoever uses it sends the authors a postcard.")),
        ("for whom, in front", format!("Students and teachers have this license:\n\n{text}")),
        (
            "behind the title",
            format!("{}\nStudents and teachers may use it.\n{}", &text[..title_end], &text[title_end..]),
        ),
        ("hidden in the word", appended("For non\u{200b}com\u{200b}mercial purposes.")),
        ("in another language", appended("Nur für nichtkommerzielle Zwecke.")),
        (
            "a title of another license",
            format!("{}\n{}", if id == "MIT" { "Apache License, Version 2.0" } else { "MIT License" }, text),
        ),
        ("retitled", format!("NonCommercial {} NoDerivatives\n{}", &text[..title_end], &text[title_end..])),
        ("spelled apart in the middle", inserted(0.5, "n o t")),
        ("spelled apart behind", appended("N o t f o r banks.")),
        ("between angle brackets", appended("<p not for commercial use>")),
        ("between angle brackets in the middle", inserted(0.5, "<b unless you are a bank>")),
        ("struck through", format!("Whoever asks gets this:\n\n~~{}~~", text.replace("\n\n", "\n"))),
        ("in a comment of HTML", format!("<!--\n{text}\n-->\n\nSecret.")),
        ("a price under its own heading", appended("# Pricing\n\nTen dollars a month and seat.")),
        (
            "a price far behind",
            appended(&format!("{}\n\nTen dollars a month.", "Copyright (c) 2024 Ada\n\n".repeat(90))),
        ),
    ];
    for words in IN_OTHER_WORDS {
        all.push((words, appended(words)));
        all.push((words, format!("{words}\n\n{text}")));
    }
    for words in WITHIN {
        all.push((words, inserted(0.3, words)));
        all.push((words, inserted(0.7, words)));
    }
    // Behind the copyright lines, before the first clause.
    if let Some(at) = text.find("\n\nPermission") {
        for words in IN_OTHER_WORDS {
            all.push((words, format!("{}\n\n{words}{}", &text[..at], &text[at..])));
        }
    }
    // A negation that is taken out.
    if let Some(at) = text.find(" not ") {
        all.push(("a negation removed", format!("{} {}", &text[..at], &text[at + 5..])));
    }
    if text.contains(" any ") {
        all.push(("an \"any\" replaced", text.replacen(" any ", " some ", 1)));
    }
    all
}

/// Conditions in words that no list of forbidden words has, in many languages.
const IN_OTHER_WORDS: [&str; 52] = [
    "This project is now closed source; old license below.",
    "Corporations buy an enterprise license; hobbyists get the MIT license:",
    "Banks dont get this license.",
    "This license was replaced by the Acme EULA.",
    "Proposed license, pending board vote:",
    "Code in /ee is closed.",
    "n0t f0r c0mmercial us3",
    "This was the license of version 1. The terms and conditions of version 2: https://acme.example/eula",
    "This is the license of the documentation; all rights in the source code are reserved.",
    "This software is licensed under the license https://acme.example/eula",
    "To 10 works",
    "THE ABOVE COPYRIGHT LICENSE IS REPLACED BY THE ACME EULA",
    "The Copyright License Above Is Void In Germany",
    "COPYRIGHT ACME, FIRMS BUY A KEY FIRST",
    "MIT License Applied By Mistake, Acme EULA Governs",
    "Commons-Clause",
    "Personal-use-only edition",
    "&#78;&#111;&#116;&#32;&#102;&#111;&#114;&#32;&#115;&#97;&#108;&#101;",
    "⒩⒪⒯ ⒡⒪⒭ ⒮⒜⒧⒠",
    "🚫 💰 🏢",
    "https://acme.example。本软件仅供非商业使用。",
    "See https://acme.example/you-must-not-use-this-commercially",
    "<p title=\"You may not sell this software\">",
    "<img alt=\"For noncommercial use only\" src=\"x.png\">",
    "For hospitals and schools in Kenya.",
    "Free for hobbyists; firms ask sales@acme.example first.",
    "This offer ended in 2023.",
    "Hospitals, clinics and schools have everything below. Firms and banks buy a key first, each year, in writing.",
    "Copyright (c) 2024 Acme, Void After 2026",
    "Copyright (c) 2024 张三 仅供非商业使用 禁止商用",
    "Copyright (c) 2024 Acme, Dont Sell",
    "Copyright (c) 2024 Acme N.O.T. F.O.R. S.A.L.E.",
    "This is for nonprofits and schools.",
    "Trial version",
    "Ask us before you sell it",
    "仅供非商业使用。",
    "本软件供学校使用。",
    "学校向けです。",
    "비영리 단체용입니다.",
    "Только для некоммерческого использования.",
    "Для школ.",
    "للاستخدام غير التجاري",
    "للمدارس",
    "विद्यालयों के लिए",
    "শুধুমাত্র স্কুলের জন্য",
    "Für Schulen und Vereine.",
    "Pour les écoles et les associations.",
    "Para escuelas y asociaciones.",
    "Para escolas.",
    "Per le scuole.",
    "Kwa shule na hospitali.",
    "Untuk sekolah dan rumah sakit.",
];

/// Words and signs that may be put in anywhere within.
const WITHIN: [&str; 18] = [
    "n**o**t",
    "n<b>o</b>t",
    "n.o.t",
    "n/o/t",
    "n\u{2066}o\u{fe00}t",
    "no\u{332}t",
    "n o",
    "非",
    "&#110;&#111;&#116;",
    "⠝⠕⠞",
    "5 persons,",
    "10",
    "USA",
    "reserved",
    "https://acme.example/only-for-schools",
    "<p title=\"not for sale\">",
    "[//]: # (not)",
    "f·o·r n·o·n·c·o·m·m·e·r·c·i·a·l u·s·e",
];

/// Changed licenses that are about, and notices.
fn known_modifications() -> Vec<(&'static str, String)> {
    let (mit, by) = (wrapped(&published("MIT"), 5_000), published("CC-BY-4.0"));
    vec![
        ("MIT, non-commercial", mit.replace("any person obtaining a copy", "any person obtaining a copy for non-commercial purposes only")),
        ("MIT without selling", mit.replace("sublicense, and/or sell", "and sublicense")),
        ("MIT without \"free of charge\"", mit.replace("free of charge, ", "")),
        ("MIT, limited", mit.replace("without restriction, including without limitation", "with the restrictions below, including")),
        ("MIT, for whom", mit.replace("any person", "any natural person")),
        ("MIT to five persons", mit.replace("to permit persons", "to permit 5 persons")),
        ("MIT, banks", mit.replace("IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE", "IN NO EVENT SHALL ACME. FIRMS BUY A KEY FIRST. ACME WILL EVER BE")),
        ("MIT in a comment of Markdown", format!("[//]: # (\n{}\n)", published("MIT").replace("\n\n", "\n"))),
        ("MIT, spelled in labels", mit.replace("and to permit persons", "and (n)(o)(t) to permit persons")),
        ("MIT, spelled in lines", mit.replace("and to permit persons", "and\nN.\nO.\nT.\nto permit persons")),
        ("MIT, five of them", mit.replace("obtaining a copy", "obtaining (5) a copy")),
        ("MIT, 99 of them", mit.replace("obtaining a copy", "obtaining a\n99\ncopy")),
        ("MIT, struck through by marks", mit.replace("sell", "s\u{336}e\u{336}l\u{336}l\u{336}")),
        ("MIT, struck through by a tilde", mit.replace("and/or sell", "~and/or sell~")),
        ("MIT, from right to left", mit.replace("and/or sell", "\u{202e}and/or sell\u{202c}")),
        ("MIT, rights reserved amid it", mit.replace("and/or sell", "and/or sell (all rights reserved)")),
        ("MIT, a picture amid it", mit.replace("and/or sell", "and/or <img src=\"https://acme.example/no.png\"> sell")),
        ("MIT, who runs it", mit.replace("THE AUTHORS OR COPYRIGHT HOLDERS BE", "BANKS AND ARMIES RUN THIS SOFTWARE, OR ACME BE")),
        ("BSD, to whom", published("BSD-3-Clause").replace("BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS", "BY OPEN CLINIC TO HOBBYISTS AND TEACHERS")),
        ("Apache, by nobody", published("Apache-2.0").replacen("each Contributor hereby grants", "each Nobody hereby grants", 1)),
        ("MIT, proprietary", "Copyright (c) 2024 Acme, Proprietary And Confidential\n".to_owned() + &mit[mit.find("Permission").unwrap()..]),
        ("a notice of what will be", "Soon this will be licensed under the MIT License.".into()),
        ("a notice to somebody", "Licensed to schools under the MIT License.".into()),
        ("BY, refused", by.replace("the Licensor hereby grants You", "the Licensor does not hereby grants You")),
        ("BY, in another preamble", by.replacen("Subject to the terms", "The public may not use the material. Subject to the terms", 1)),
        ("CC0, refused", published("CC0-1.0").replace("hereby overtly", "does not hereby overtly")),
        ("GPL in 900 days", published("GPL-3.0").replace("30 days", "900 days")),
        ("BY called BY-NC", by.replacen("Attribution 4.0", "Attribution-NonCommercial 4.0", 1)),
        ("BY called BY-ND everywhere", by.replace("Attribution 4.0", "Attribution-NoDerivatives 4.0")),
        ("BSD, no nuclear", published("BSD-3-Clause") + "\nYou acknowledge that this software is not designed for nuclear facilities."),
        ("a notice, for whom", "Licensed under the MIT License to hospitals in Kenya.".into()),
        ("a notice, for whom, first", "For schools, this is licensed under the MIT License.".into()),
        ("a notice, where", "# Clinic\n\n## License\n\nApache 2.0 in Kenya and Uganda".into()),
        ("a notice, of two, until when", "Licensed under MIT or Apache 2.0 licenses until June 2027.".into()),
        ("a notice, in the face of the server", "# Clinic\n\n## License\n\nMIT License\n\nThe server is closed source.".into()),
        ("a notice, non-commercial", "This work is licensed under the MIT License for non-commercial use.".into()),
        ("a notice with a clause", "Licensed under the Apache License, Version 2.0, with the Commons Clause.".into()),
        ("a notice with an exception", "Released under the MIT License, except for commercial hosting.".into()),
        ("a modified license named", "Released under a modified MIT License.".into()),
        ("a license it is based on", "This license is based on the MIT License.".into()),
        ("a notice and a price", "Licensed under GPL-3.0. For commercial use a license must be purchased.".into()),
        ("a deed of BY with NC", "This work is licensed under a Creative Commons Attribution 4.0 International License. You may not use the material for commercial purposes.".into()),
        ("a file without its badge's word", "[![License: MIT](https://img.shields.io/badge/License-MIT-blue.svg)](LICENSE)\n\nFor research purposes only.".into()),
        ("evaluation", "SPDX-License-Identifier: Apache-2.0\nUse is limited to evaluation purposes.".into()),
        ("a notice, German", "Lizenziert unter der MIT License, nur für nichtkommerzielle Zwecke.".into()),
        ("a notice, French", "Sous licence MIT License. Usage commercial interdit.".into()),
        ("a notice, Spanish", "Licencia: MIT License. Solamente para escuelas, sin fines de lucro.".into()),
        ("a notice, Portuguese", "Licença: MIT License. Proibida a venda.".into()),
        ("a notice, Chinese", "License: MIT License\n\n仅供非商业使用。".into()),
        ("a notice, Japanese", "License: MIT License\n\n商用利用を禁じます。".into()),
        ("a notice, Korean", "License: MIT License\n\n상업적 이용을 금지합니다.".into()),
        ("a notice, Russian", "License: MIT License. Коммерческое использование запрещено.".into()),
        ("a notice, Arabic", "License: MIT License. يحظر الاستخدام التجاري".into()),
        ("a notice, Hindi", "License: MIT License. केवल विद्यालयों के लिए।".into()),
        ("a notice, Indonesian", "License: MIT License. Dilarang dijual.".into()),
        ("a notice struck through", "This work is ~~licensed under the MIT License~~ ours.".into()),
        ("a notice in a comment", "<!-- Licensed under the MIT License. -->\nIt is ours.".into()),
    ]
}

/// Holders whose names have words of conditions in them.
const HOLDERS: [&str; 15] = [
    "2024 Government of Nepal",
    "2024 Government of Sierra Leone",
    "2019-2024 Her Majesty's Government",
    "2024 Commercial Bank of Ethiopia",
    "2024 Military Hospital of Kenya",
    "2022 Competence Centre",
    "2021 Harmony Labs",
    "2024 Students for Health",
    "2024 Individual contributors",
    "2020 Distributed Health Labs",
    "2018 Applied Software Company",
    "2023 Rights and Resources Initiative",
    "2019 No Isolation AS",
    "2021 Clause AG",
    "2024 GovStack (Provided by GIZ)",
];

/// Lines of the same form that say what may be done.
const RIDERS: [&str; 9] = [
    "2024 Acme. For students and individuals",
    "2024 Acme\nFor students and individuals",
    "2024 Acme, not for the Government of Nepal",
    "2024 Acme - No Military",
    "2024 Acme, No Weapons",
    "2024 Acme Non-Commercial",
    "2024 Acme For Students",
    "2024 ACME PERSONAL USE ONLY",
    "2024 Military Hospital of Kenya. Commercial use requires a contract",
];

/// Notices, and the license that each names.
const NOTICES: [(&str, &str); 30] = [
    ("This work is licensed under a Creative Commons Attribution 4.0 International License.", "CC-BY-4.0"),
    (
        "This work is licensed under the Creative Commons Attribution-ShareAlike 4.0 International License. To view a copy of this license, visit http://creativecommons.org/licenses/by-sa/4.0/ or send a letter to Creative Commons, PO Box 1866, Mountain View, CA 94042, USA.",
        "CC-BY-SA-4.0",
    ),
    (
        "<a rel=\"license\" href=\"http://creativecommons.org/licenses/by-nc/4.0/\"><img src=\"https://i.creativecommons.org/l/by-nc/4.0/88x31.png\" /></a><br />This work is licensed under a <a href=\"http://creativecommons.org/licenses/by-nc/4.0/\">Creative Commons Attribution-NonCommercial 4.0 International License</a>.",
        "CC-BY-NC-4.0",
    ),
    (
        "Content: CC BY-NC-SA 3.0 IGO (https://creativecommons.org/licenses/by-nc-sa/3.0/igo/)",
        "CC-BY-NC-SA-3.0-IGO",
    ),
    ("© Open Clinic 2020. CC BY-ND 4.0", "CC-BY-ND-4.0"),
    (
        "To the extent possible under law, Ada has waived all copyright to this work: https://creativecommons.org/publicdomain/zero/1.0/",
        "CC0-1.0",
    ),
    ("All data is dedicated to the public domain (CC0 1.0 Universal).", "CC0-1.0"),
    (
        "Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this file except in compliance with the License. You may obtain a copy of the License at\n\n    http://www.apache.org/licenses/LICENSE-2.0\n\nUnless required by applicable law or agreed to in writing, software distributed under the License is distributed on an \"AS IS\" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the specific language governing permissions and limitations under the License.",
        "Apache-2.0",
    ),
    ("// SPDX-License-Identifier: MIT", "MIT"),
    ("Open Clinic is released under the GPL v3.", "GPL-3.0"),
    (
        "## License\n\nThis project is licensed under the MIT License - see the [LICENSE.md](LICENSE.md) file for details",
        "MIT",
    ),
    (
        "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n\nThis program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n\nYou should have received a copy of the GNU General Public License along with this program. If not, see <http://www.gnu.org/licenses/>.",
        "GPL-3.0",
    ),
    (
        "This program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n\nThis program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Affero General Public License for more details.\n\nYou should have received a copy of the GNU Affero General Public License along with this program. If not, see <http://www.gnu.org/licenses/>.",
        "AGPL-3.0",
    ),
    (
        "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.",
        "MPL-2.0",
    ),
    (
        "The database is made available under the Open Database License: http://opendatacommons.org/licenses/odbl/1.0/",
        "ODbL-1.0",
    ),
    ("Distributed under the 3-Clause BSD License.", "BSD-3-Clause"),
    ("License: BSD 2-Clause \"Simplified\" License", "BSD-2-Clause"),
    ("Licensed under the EUPL v1.2", "EUPL-1.2"),
    ("This program is made available under the terms of the Eclipse Public License 2.0", "EPL-2.0"),
    (
        "[![License: LGPL v3](https://img.shields.io/badge/License-LGPL_v3-blue.svg)](https://www.gnu.org/licenses/lgpl-3.0)",
        "LGPL-3.0",
    ),
    (
        "Except where otherwise noted, content on this site is licensed under a Creative Commons Attribution 4.0 International license.",
        "CC-BY-4.0",
    ),
    ("You may use it for any purpose, including commercially, under the MIT License.", "MIT"),
    ("MIT License\n\nCopyright (c) 2020 Ada", "MIT"),
    ("License\n=======\n\nMIT © Ada", "MIT"),
    ("## License\n\nApache 2.0 for the source code, see [LICENSE](LICENSE).", "Apache-2.0"),
    ("In this repository all files are licensed under the MIT License.", "MIT"),
    ("For the source code, the MIT license applies.", "MIT"),
    ("Licensed under the MIT license, for details see the LICENSE file in the root.", "MIT"),
    ("This dataset is licensed under CC BY 4.0 by the Ministry of Health.", "CC-BY-4.0"),
    (
        "CC BY 4.0 Deed. You are free to: Share — copy and redistribute the material in any medium or format for any purpose, even commercially. Adapt — remix, transform, and build upon the material for any purpose, even commercially. The licensor cannot revoke these freedoms as long as you follow the license terms. Under the following terms: Attribution — You must give appropriate credit, provide a link to the license, and indicate if changes were made. You may do so in any reasonable manner, but not in any way that suggests the licensor endorses you or your use. No additional restrictions — You may not apply legal terms or technological measures that legally restrict others from doing anything the license permits.",
        "CC-BY-4.0",
    ),
];

/// Others that are intact: they are themselves, however little they give.
const THEMSELVES: [&str; 8] = [
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "JSON",
    "BUSL-1.1",
    "SSPL-1.0",
    "Elastic-2.0",
    "CC-BY-NC-ND-3.0",
];

/// What went wrong, by kind of text.
#[derive(Default)]
struct Figures {
    read: BTreeMap<&'static str, (usize, usize)>,
    wrong: Vec<String>,
    slowest: Duration,
    time: Duration,
}

impl Figures {
    fn count(&mut self, kind: &'static str, what: &str, text: &str, right: impl FnOnce(&Reading) -> bool) {
        let start = Instant::now();
        // Beside a license's text in its own file everything is accounted for; a README and a page say much else.
        let reading = match kind {
            "in a README" | "notices" => license_text::read(text),
            _ => license_text::read_license_file(text),
        };
        let took = start.elapsed();
        self.slowest = self.slowest.max(took);
        self.time += took;
        let right = right(&reading);
        let figure = self.read.entry(kind).or_default();
        figure.0 += usize::from(right);
        figure.1 += 1;
        if !right {
            self.wrong.push(format!("{kind}, {what}: {reading:?}"));
        }
    }
}

#[test]
fn true_texts_are_told_and_changed_ones_are_held_back() {
    let mut figures = Figures::default();
    license_text::read("");
    for id in LICENSES {
        let text = published(id);
        for (kind, text) in [
            ("as published", text.clone()),
            ("wrapped", wrapped(&text, 50)),
            ("wrapped", wrapped(&text, 2_000)),
            ("with a preamble", with_preamble(&text)),
            ("in a README", in_readme(&text)),
            ("as a comment", as_comment(&text)),
            (
                "with a word beside",
                format!("{text}\n\nThird-party libraries are under their own licenses.\n"),
            ),
        ] {
            figures.count(kind, id, &text, |reading| {
                verdict(reading, &[id]) == TextVerdict::Holds && reading.held.len() == 1
            });
        }
        for (what, changed) in modified(id) {
            assert_ne!(changed, text, "{id}, {what}");
            let text = changed;
            figures.count("changed", &format!("{id}, {what}"), &text, held_back);
        }
    }
    for id in ["MIT", "BSD-3-Clause", "ISC"] {
        let text = published(id);
        let start =
            text.find("Copyright (c) ").map_or_else(|| text.find("Copyright ").unwrap() + 10, |at| at + 14);
        let end = start + text[start..].find('\n').unwrap();
        let of = |line: &str| format!("{}(c) {line}{}", text[..start].trim_end_matches("(c) "), &text[end..]);
        for holder in HOLDERS {
            figures.count("holders", holder, &of(holder), |reading| {
                verdict(reading, &[id]) == TextVerdict::Holds
            });
        }
        for rider in RIDERS {
            figures.count("changed", &format!("{id}, {rider}"), &of(rider), held_back);
        }
    }
    for (what, text) in known_modifications() {
        figures.count("changed", what, &text, held_back);
    }
    for (one, two) in
        [("MIT", "Apache-2.0"), ("MIT", "CC-BY-4.0"), ("GPL-3.0", "BSD-2-Clause"), ("LGPL-3.0", "ISC")]
    {
        for text in [
            format!("{}\n\n{}", published(one), published(two)),
            format!(
                "The documents are licensed under {two}, the code under {one}.\n\n{}\n\n---\n\n{}",
                wrapped(&published(two), 72),
                wrapped(&published(one), 72)
            ),
        ] {
            figures.count("two in one", &format!("{one} and {two}"), &text, |reading| {
                reading.held.len() == 2
                    && [one, two].into_iter().all(|id| verdict(reading, &[id]) == TextVerdict::Holds)
            });
        }
    }
    let deed = NOTICES.iter().find(|(text, _)| text.starts_with("CC BY 4.0 Deed.")).unwrap().0;
    let both = format!("{deed}\n\n{}", published("CC-BY-4.0"));
    figures.count("with a word beside", "the deed and the license", &both, |reading| {
        verdict(reading, &["CC-BY-4.0"]) == TextVerdict::Holds
    });
    for (text, id) in NOTICES {
        figures.count("notices", text, text, |reading| {
            verdict(reading, &[id]) == TextVerdict::Names && reading.named.len() == 1
        });
    }
    for id in THEMSELVES {
        let text = published(id);
        figures.count("others, intact", id, &text, |reading| {
            reading.held.iter().map(|held| held.id.as_str()).eq([id])
                && verdict(reading, &["MIT", "CC-BY-4.0"]) == TextVerdict::Differs(vec![id.to_owned()])
        });
    }
    let changed = figures.read.remove("changed").unwrap();
    let right: usize = figures.read.values().map(|(right, _)| right).sum();
    let all: usize = figures.read.values().map(|(_, all)| all).sum();
    println!(
        "{right} of {all} true texts told {:?}; {} of {} changed ones held back; {:?} in all, {:?} at most",
        figures.read, changed.0, changed.1, figures.time, figures.slowest
    );
    let wrong = figures.wrong.join("\n");
    assert_eq!(changed.0, changed.1, "{wrong}");
    assert!(right * 100 >= all * 95, "{wrong}");
    println!("{wrong}");
}

/// The licenses as the Free Software Foundation gives them out: with their title twice, with blanks in brackets, and
/// with the address that it had then. SPDX's texts differ in that.
#[test]
fn the_stewards_own_files_are_told() {
    for (id, text) in [
        ("GPL-2.0", include_str!("../data/licenses/GPL-2.0.txt")),
        ("LGPL-2.0", include_str!("../data/licenses/LGPL-2.0.txt")),
        ("LGPL-2.1", include_str!("../data/licenses/LGPL-2.1.txt")),
    ] {
        // In one line with the copyright its address is no line of its own.
        let wrapped = (id != "LGPL-2.0").then(|| wrapped(text, 2_000));
        for text in [text.to_owned()].into_iter().chain(wrapped) {
            let reading = license_text::read_license_file(&text);
            let held: Vec<_> = reading.held.iter().map(|held| held.id.as_str()).collect();
            assert_eq!((held, reading.doubts), (vec![id], vec![]));
        }
        let moved = "51 Franklin Street";
        assert!(text.contains(moved));
        for rider in ["For schools.", "GNU GENERAL PUBLIC LICENSE for schools", "one idea to give the name"] {
            let changed = text.replacen(moved, &format!("{rider} {moved}"), 1);
            assert!(!license_text::read_license_file(&changed).doubts.is_empty(), "{id}, {rider}");
        }
        for (from, to) in [
            ("TERMS AND CONDITIONS", "GNU TERMS AND CONDITIONS"),
            ("give the recipients all the rights", "give the recipients an idea"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(!license_text::read_license_file(&changed).doubts.is_empty(), "{id}, {to}");
        }
    }
}

/// A copyright line without a year, of people who are not named.
#[test]
fn holders_without_a_year() {
    for (id, blank) in [("BSD-2-Clause", "<year> <owner>"), ("BSD-3-Clause", "<year> <owner>")] {
        let text = spdx::text::LICENSE_TEXTS.iter().find(|(known, _)| *known == id).unwrap().1;
        assert!(text.contains(blank));
        for (holder, told) in [
            ("Ada Byron and individual contributors.\nAll rights reserved.", true),
            ("Individual contributors.\nAll rights reserved.", true),
            ("Acme and whoever pays.\nAll rights reserved.", false),
            ("Acme. Individuals use it for free.", false),
        ] {
            let reading = license_text::read_license_file(&text.replacen(blank, holder, 1));
            let is_told = reading.doubts.is_empty() && reading.held.iter().any(|held| held.id == id);
            assert_eq!(is_told, told, "{id}, {holder}: {:?}", reading.doubts);
        }
    }
}

/// Whatever was declared, nothing is confirmed.
fn held_back(reading: &Reading) -> bool {
    !matches!(verdict(reading, &LICENSES), TextVerdict::Holds | TextVerdict::Names)
}

/// One word taken out, put in or replaced, anywhere behind the title.
#[test]
fn not_one_word_can_be_changed() {
    let mut changed = 0;
    for (id, title) in [("MIT", 22), ("BSD-3-Clause", 10), ("ISC", 11), ("CC-BY-4.0", 500)] {
        let text = published(id);
        let words: Vec<&str> = text.split_whitespace().collect();
        let step = words.len() / 55 + 1;
        for at in (title..words.len()).step_by(step) {
            // Numbers of paragraphs and single letters come and go with the layout; whoever holds the copyright has
            // many names.
            let weight = words[at].chars().filter(|c| c.is_alphabetic()).count() > 1;
            let holder = ["copyright", "holder", "holders", "contributors", "author", "authors"]
                .contains(&words[at].to_lowercase().trim_matches(|c: char| !c.is_alphabetic()));
            let with =
                |new: &[&str], over: usize| [&words[..at], new, &words[at + over..]].concat().join(" ");
            let mut texts = vec![with(&["never"], 0), with(&["natural"], 0), with(&["wholly", "private"], 0)];
            if weight {
                texts.push(with(&[], 1));
            }
            if weight && !holder {
                texts.push(with(&["some"], 1));
            }
            for text in texts {
                let reading = license_text::read(&text);
                // The steward's own words at the end of Creative Commons' texts are no part of the license.
                let aside = id.starts_with("CC") && at + 130 > words.len();
                assert!(
                    aside || held_back(&reading),
                    "{id}, at {at}: {:?} {reading:?}",
                    &words[at - 2..at + 3]
                );
                changed += 1;
            }
        }
    }
    println!("{changed} changes of a word held back");
}
