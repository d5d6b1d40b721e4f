//! Repositories on GitHub and their licenses.

use dpg_triage::fake_github::Reply;

use super::{
    ROW, Row,
    world::{CHANGED, THREE, add, app, plain, published, shown_as, three, with},
};

pub fn on_github() -> Vec<Row> {
    let license = "https://github.com/open-clinic/app/blob/main/LICENSE";
    vec![
        Row { name: "as it should be", ..ROW },
        Row {
            name: "NOASSERTION, a text that nobody knows",
            world: |github| add(github, shown_as("NOASSERTION", &[("LICENSE", "Do as you like.\n")])),
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "NOASSERTION, the published text",
            world: |github| add(github, shown_as("NOASSERTION", &[("LICENSE", published("Apache-2.0"))])),
            ..ROW
        },
        Row {
            name: "NOASSERTION, MIT and Apache-2.0 in one file",
            world: |github| {
                let both = format!("{}\n\n{}", published("MIT"), published("Apache-2.0"));
                add(github, shown_as("NOASSERTION", &[("LICENSE", &both)]));
            },
            declared: &["MIT", "Apache-2.0"],
            ..ROW
        },
        Row {
            name: "NOASSERTION, a changed MIT",
            world: |github| {
                let changed = format!("{}\n{CHANGED}\n", published("MIT"));
                add(github, shown_as("NOASSERTION", &[("LICENSE", &changed)]));
            },
            declared: &["MIT"],
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "MIT as GitHub detects it, with a condition in its first sentence",
            world: |github| {
                let changed = "free of charge and for non-commercial use, to any person";
                let text = published("MIT").replace("free of charge, to any person", changed);
                add(github, shown_as("MIT", &[("LICENSE", &text)]));
            },
            declared: &["MIT"],
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "a license that GitHub detects, and whose text nobody else knows",
            world: |github| add(github, shown_as("MIT-0", &[("LICENSE", "Do as you like.\n")])),
            declared: &["MIT-0"],
            ..ROW
        },
        Row {
            name: "a link that leads on to the license as such",
            world: |github| {
                app(github, "Apache-2.0");
                let end = "https://www.apache.org/licenses/LICENSE-2.0";
                github.web().answers("https://openclinic.example/license", Reply::leads_to(302, end));
                github.web().answers(end, Reply::file(published("Apache-2.0")));
            },
            link: "https://openclinic.example/license",
            expected: "license-url not-met must; license-url-owner not-checked",
            ..ROW
        },
        Row {
            name: "a link that leads on to the license file of somebody else",
            world: |github| {
                app(github, "Apache-2.0");
                let end = "https://raw.githubusercontent.com/jdoe/template/main/LICENSE";
                github.web().answers("https://openclinic.example/license", Reply::leads_to(302, end));
                github.web().answers(end, Reply::file(published("Apache-2.0")));
            },
            link: "https://openclinic.example/license",
            kind: "content",
            expected: "license-url-owner not-met should",
            ..ROW
        },
        Row {
            name: "no license file",
            world: |github| add(github, with("open-clinic/app", &[])),
            expected: "license-in-repository not-met must; links not-met should; license missing",
            ..ROW
        },
        Row {
            name: "another license than the declared one",
            world: |github| app(github, "MIT"),
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "a license in a folder of the source alone",
            world: |github| {
                add(github, with("open-clinic/app", &[("server/LICENSE", published("Apache-2.0"))]));
            },
            expected: "license-in-repository not-met must; links not-met should; license missing",
            ..ROW
        },
        Row {
            name: "a license in the README alone",
            world: |github| {
                let readme = format!("# Open Clinic\n\n## License\n\n{}", published("MIT"));
                add(github, with("open-clinic/app", &[("README.md", &readme)]));
            },
            declared: &["MIT"],
            link: "https://github.com/open-clinic/app/blob/main/README.md",
            expected: "license-in-repository not-met must; license-url not-met should; license missing",
            ..ROW
        },
        Row {
            name: "LICENSE-APACHE beside LICENSE-MIT, both declared",
            world: |github| {
                let files = [("LICENSE-APACHE", published("Apache-2.0")), ("LICENSE-MIT", published("MIT"))];
                add(github, shown_as("NOASSERTION", &files));
            },
            declared: &["MIT", "Apache-2.0"],
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-MIT",
            expected: "license-url-shows-license not-met must",
            ..ROW
        },
        Row {
            name: "LICENSE-APACHE beside LICENSE-MIT, of which GitHub shows the one that is not declared",
            world: |github| {
                let files = [("LICENSE-APACHE", published("Apache-2.0")), ("LICENSE-MIT", published("MIT"))];
                add(github, shown_as("MIT", &files));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-APACHE",
            ..ROW
        },
        Row {
            name: "a folder LICENSES, as REUSE has it",
            world: |github| {
                let texts = [
                    ("LICENSES/Apache-2.0.txt", published("Apache-2.0")),
                    ("LICENSES/MIT.txt", published("MIT")),
                ];
                add(github, with("open-clinic/app", &texts));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSES/Apache-2.0.txt",
            ..ROW
        },
        Row {
            name: "a PDF that may be the license, beside a folder LICENSES",
            world: |github| {
                let files =
                    [("LICENSE.pdf", "%PDF-1.4"), ("LICENSES/Apache-2.0.txt", published("Apache-2.0"))];
                add(github, with("open-clinic/app", &files));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSES/Apache-2.0.txt",
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "a license for businesses beside the one that GitHub shows",
            world: |github| {
                let own = format!("{}\nIt must not be sold.", published("MIT"));
                let files = [("LICENSE-COMMERCIAL", own.as_str()), ("LICENSE", published("Apache-2.0"))];
                add(github, shown_as("Apache-2.0", &files));
            },
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "more license files than are read",
            world: |github| {
                let text = published("Apache-2.0");
                let names: Vec<String> = ('A'..='J').map(|letter| format!("LICENSE-{letter}")).collect();
                let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), text)).collect();
                add(github, with("open-clinic/app", &files));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-A",
            expected: "license-in-repository needs-person; license unverified",
            ..ROW
        },
        Row {
            name: "only the licenses of what others made",
            world: |github| {
                add(github, with("open-clinic/app", &[("LICENSE-THIRD-PARTY", published("Apache-2.0"))]));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSE-THIRD-PARTY",
            expected: "license-in-repository not-met must; license missing",
            ..ROW
        },
        Row {
            name: "the license of a library in a folder LICENSES",
            world: |github| {
                add(github, with("open-clinic/app", &[("LICENSES/jquery.txt", published("Apache-2.0"))]));
            },
            link: "https://github.com/open-clinic/app/blob/main/LICENSES/jquery.txt",
            expected: "license-in-repository not-met must; license missing",
            ..ROW
        },
        Row {
            name: "a folder LICENSES without the declared one",
            world: |github| {
                add(github, with("open-clinic/app", &[("LICENSES/MIT.txt", published("MIT"))]));
            },
            expected: "license-in-repository not-met must; license-url-shows-license not-checked; links not-met should; license mismatch",
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, -or-later found",
            world: |github| app(github, "GPL-3.0-or-later"),
            declared: &["GPL-3.0"],
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, -only found",
            world: |github| app(github, "GPL-3.0-only"),
            declared: &["GPL-3.0"],
            ..ROW
        },
        Row {
            name: "-or-later declared, GPL-3.0 found",
            world: |github| app(github, "GPL-3.0"),
            declared: &["GPL-3.0-or-later"],
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, GPL-2.0 found",
            world: |github| app(github, "GPL-2.0"),
            declared: &["GPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "GPL-3.0 declared, AGPL-3.0 found",
            world: |github| app(github, "AGPL-3.0"),
            declared: &["GPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "LGPL-3.0 in COPYING.LESSER beside the GPL in COPYING",
            world: |github| {
                let whole = published("LGPL-3.0");
                let lesser = &whole[..whole.rfind("GNU GENERAL PUBLIC LICENSE\nVersion 3").unwrap()];
                add(
                    github,
                    shown_as("GPL-3.0", &[("COPYING.LESSER", lesser), ("COPYING", published("GPL-3.0"))]),
                );
            },
            declared: &["LGPL-3.0"],
            link: "https://github.com/open-clinic/app/blob/main/COPYING.LESSER",
            ..ROW
        },
        Row {
            name: "LGPL-3.0 declared, LGPL-2.1 found",
            world: |github| app(github, "LGPL-2.1"),
            declared: &["LGPL-3.0"],
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "a pair of licenses in one entry",
            world: |github| app(github, "MIT"),
            declared: &["MIT OR Apache-2.0"],
            expected: "license-in-repository not-checked; license unverified",
            ..ROW
        },
        Row { name: "a license by its full name", declared: &["Apache License 2.0"], ..ROW },
        Row { name: "no license declared", declared: &[], expected: "license unverified", ..ROW },
        Row {
            name: "two licenses over three repositories",
            world: |github| three(github, [Some("Apache-2.0"), Some("MIT"), Some("Apache-2.0")]),
            declared: &["Apache-2.0", "MIT"],
            listed: THREE,
            expected: "license-url-shows-license not-met must",
            ..ROW
        },
        Row {
            name: "two licenses declared, of which three repositories have one",
            world: |github| three(github, [Some("MIT"); 3]),
            declared: &["Apache-2.0", "MIT"],
            listed: THREE,
            expected: "license-in-repository not-met should; license-url-shows-license not-met must",
            ..ROW
        },
        Row {
            name: "three repositories: as declared, another license, none",
            world: |github| three(github, [Some("Apache-2.0"), Some("MIT"), None]),
            listed: THREE,
            expected: "license-in-repository not-met must; license mismatch",
            ..ROW
        },
        Row {
            name: "the license as such linked",
            link: "https://www.apache.org/licenses/LICENSE-2.0",
            expected: "license-url not-met must; license-url-owner not-checked",
            ..ROW
        },
        Row {
            name: "no link to the license",
            link: "",
            expected: "license-url not-met must; license-url-owner not-checked",
            ..ROW
        },
        Row {
            name: "the repository's front page linked as license",
            link: "https://github.com/open-clinic/app",
            expected: "license-url not-met should",
            ..ROW
        },
        Row {
            name: "a page of the website linked as license",
            link: "https://openclinic.example/terms",
            expected: "license-url not-checked; license-url-shows-license not-met must",
            ..ROW
        },
        Row {
            name: "a gist with the license linked",
            world: |github| {
                app(github, "Apache-2.0");
                let file = Reply::file(published("Apache-2.0"));
                github.web().answers("https://gist.github.com/open-clinic/0123456789abcdef/raw", file);
            },
            link: "https://gist.github.com/open-clinic/0123456789abcdef",
            expected: "license-url not-met should",
            ..ROW
        },
        Row {
            name: "a gist with another license linked, for content",
            world: |github| {
                let file = Reply::file("The pictures are licensed under CC BY-SA 4.0.\n");
                github.web().answers("https://gist.github.com/open-clinic/0123456789abcdef/raw", file);
            },
            declared: &["CC-BY-4.0"],
            link: "https://gist.github.com/open-clinic/0123456789abcdef",
            listed: &[],
            kind: "content",
            expected: "license-url-shows-license not-met must; repository-listed not-met should; license unverified",
            ..ROW
        },
        Row {
            name: "the license file of somebody else linked",
            world: |github| {
                app(github, "Apache-2.0");
                add(github, plain("jdoe/template", "Apache-2.0"));
            },
            link: "https://github.com/jdoe/template/blob/main/LICENSE",
            expected: "license-url-owner not-met should",
            ..ROW
        },
        Row {
            name: "the file linked as GitHub serves it raw",
            link: "https://raw.githubusercontent.com/open-clinic/app/main/LICENSE",
            ..ROW
        },
        Row {
            name: "a link to a license file that is gone",
            world: |github| {
                app(github, "Apache-2.0");
                let file = "https://github.com/open-clinic/app/blob/main/LICENSE";
                github.web().answers(file, Reply::status(404));
            },
            link: license,
            expected: "links not-met should",
            ..ROW
        },
    ]
}
