//! `check` as its users start it: files in, a report in each form out.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    house::nominee,
    process::{program, run},
};

/// A registry with the schema and these nominees.
pub fn registry(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/registry");
    for schema in ["nominee-schema.json", "screening-schema.json"] {
        fs::copy(data.join(schema), root.path().join(schema)).unwrap();
    }
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

const TYPICAL: &str = include_str!("../data/nominees/open-source-ecology.json");

#[test]
fn check_speaks_like_a_compiler() {
    let root = registry(&[("nominees/open-source-ecology.json", TYPICAL)]);
    let (code, out, err) =
        run(program().args(["check", "nominees/open-source-ecology.json"]).current_dir(&root));
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!(without_seconds(&out));
}

fn without_seconds(out: &str) -> String {
    let (before, behind) = out.split_once(" checked in ").unwrap();
    let (_seconds, behind) = behind.split_once(" s: ").unwrap();
    format!("{before} checked in ... s: {behind}")
}

/// Nobody listens at port 9 of this machine.
pub const AWAY: &str = "http://127.0.0.1:9";

const FORMATS: [&str; 4] = ["human", "json", "github", "markdown"];

/// A registry with a nomination of each kind: faultless, with faults, broken, and one that a person decides.
fn several() -> tempfile::TempDir {
    let unclear = nominee(|nominee| {
        nominee["name"] = "Rain Gauges".into();
        nominee["website"] = "https://rain.example".into();
        nominee["repositories"][0]["url"] = "https://github.com/rain-gauges/app".into();
        nominee["license"][0]["licenseURL"] = "https://github.com/rain-gauges/app/blob/main/LICENSE".into();
        nominee["type"] = serde_json::json!(["data"]);
        nominee["license"][0]["spdx"] = "OGL-UK-3.0".into();
    });
    registry(&[
        ("nominees/broken.json", "{\n  \"name\": \"Broken\"\n  \"stage\": \"nominee\"\n}\n"),
        ("nominees/open-clinic.json", &nominee(|_| {})),
        ("nominees/open-source-ecology.json", TYPICAL),
        ("nominees/rain-gauges.json", &unclear),
    ])
}

#[test]
fn check_of_a_registry_goes_file_by_file() {
    let root = several();
    let (code, out, err) = run(program().arg("check").current_dir(&root));
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!(without_seconds(&out));
}

#[test]
fn check_speaks_to_github_actions() {
    let root = several();
    let (code, out, err) = run(program().args(["check", "--format", "github"]).current_dir(&root));
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn check_writes_a_document() {
    let root = several();
    let (code, out, err) = run(program().args(["check", "--format", "markdown"]).current_dir(&root));
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!(out);
}

/// The runner takes every line that begins with `::` for a command, so only ours may.
#[test]
fn nobody_else_commands_the_runner() {
    let evil = "x\r\n::set-env name=A::b\n##[add-path]/evil%0A::stop-commands::t";
    let text = nominee(|nominee| {
        nominee["stage"] = evil.into();
        nominee["name"] = evil.into();
        nominee["license"][0]["spdx"] = evil.into();
        nominee["license"][0]["licenseURL"] = evil.into();
        nominee[evil] = evil.into();
    });
    let root = registry(&[("nominees/a,line=9::b%.json", &text)]);
    let (code, out, _) = run(program().args(["check", "--format", "github"]).current_dir(&root));
    assert_eq!(code, 1);
    let lines: Vec<&str> = out.lines().collect();
    let (last, commands) = lines.split_last().unwrap();
    assert!(last.starts_with("1 file checked: "), "{out}");
    assert!(commands.len() >= 4, "{out}");
    for line in commands {
        let (command, rest) = line.split_once(" file=nominees/a%2Cline=9%3A%3Ab%25.json,").unwrap();
        assert!(["::error", "::warning", "::notice"].contains(&command), "{line}");
        let (properties, _) = rest.split_once("::").unwrap();
        for property in properties.split(',') {
            let (name, _) = property.split_once('=').unwrap();
            assert!(["line", "endLine", "col", "endColumn", "title"].contains(&name), "{line}");
        }
    }
}

#[test]
fn a_document_stays_within_an_issue() {
    let text = |number: usize| {
        nominee(|nominee| {
            nominee["name"] = format!("Open Clinic {number}").into();
            nominee["SDGs"] = vec![serde_json::json!({"SDGNumber": 3}); 9].into();
            nominee["organizations"] = vec![serde_json::json!({"name": "N".repeat(200)}); 60].into();
        })
    };
    let files: Vec<(String, String)> =
        (0..120).map(|number| (format!("nominees/open-clinic-{number}.json"), text(number))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let root = registry(&files);
    let (code, out, _) = run(program().args(["check", "--format", "markdown"]).current_dir(&root));
    assert_eq!(code, 1);
    assert!((40_000..65_536).contains(&out.len()), "{}", out.len());
    assert!(
        out.contains("### `nominees/open-clinic-0.json`") && out.contains(" for which there is no room here")
    );
    assert!(out.contains("### Not checked"), "what stands last is there too");
}

#[test]
fn files_are_judged_once_and_in_order() {
    let texts: Vec<(String, String)> = (10..60)
        .map(|number| {
            let text = nominee(|nominee| nominee["name"] = format!("Open Clinic {number}").into());
            (format!("nominees/open-clinic-{number}.json"), text)
        })
        .collect();
    let mut files: Vec<(&str, &str)> =
        texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("digitalpublicgoods/open-clinic-20.json", "{}"));
    let root = registry(&files);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let check = program().args(["check", "--format", "json"]).args(arguments).current_dir(&root).output();
        let document: serde_json::Value = serde_json::from_slice(&check.unwrap().stdout).unwrap();
        let files = document["files"].as_array().unwrap().iter();
        files.map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    };
    let nominees: Vec<String> = texts.iter().map(|(path, _)| path.clone()).collect();
    let submission = vec!["digitalpublicgoods/open-clinic-20.json".to_owned()];
    let all = [nominees.clone(), submission.clone()].concat();
    assert_eq!(paths(&[]), all);
    assert_eq!(paths(&["."]), all);
    assert_eq!(paths(&["nominees/"]), nominees);
    assert_eq!(paths(&["digitalpublicgoods", "nominees"]), [submission, nominees.clone()].concat());
    let twice = ["nominees/open-clinic-30.json", "./nominees/../nominees/open-clinic-30.json"];
    assert_eq!(paths(&twice), [twice[0]]);
    assert_eq!(paths(&[twice[0], "nominees"]).len(), nominees.len());
}

#[cfg(unix)]
#[test]
fn links_that_were_named_are_left_out_aloud() {
    let root =
        registry(&[("nominees/open-clinic.json", &nominee(|_| {})), ("digitalpublicgoods/a.json", "{}")]);
    let link = |name: &str| {
        std::os::unix::fs::symlink("a.json", root.path().join("digitalpublicgoods").join(name)).unwrap();
    };
    link("b.json");
    link("c.json");
    let check = |paths: &[&str]| run(program().arg("check").args(paths).current_dir(&root));
    let (code, out, err) = check(&["digitalpublicgoods/b.json"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.starts_with("note: digitalpublicgoods/b.json is a symbolic link"), "{err}");
    let (_, out, err) =
        check(&["digitalpublicgoods/a.json", "digitalpublicgoods/b.json", "digitalpublicgoods/c.json"]);
    assert!(err.starts_with("note: 2 symbolic links") && err.lines().count() == 1, "{err}");
    assert!(out.contains("1 file checked"), "{out}");
    let (_, out, err) = check(&["digitalpublicgoods"]);
    assert!(err.is_empty() && out.contains("1 file checked"), "{out}{err}");
}

/// Whoever reads the output has had enough: no complaint, and what was found still shows in the status.
#[test]
fn a_reader_may_leave_early() {
    let files: Vec<(String, String)> =
        (0..200).map(|number| (format!("nominees/open-{number}.json"), TYPICAL.to_owned())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let root = registry(&files);
    for format in FORMATS {
        let mut check = program();
        check.args(["check", "--format", format]).current_dir(&root);
        let mut child = check.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), err.as_str()), (Some(1), ""), "{format}");
    }
}

#[test]
fn colors_are_for_terminals() {
    let root = several();
    let colored = |variables: &[(&str, &str)]| {
        let (_, out, _) = run(program().arg("check").envs(variables.iter().copied()).current_dir(&root));
        out.contains('\u{1b}')
    };
    assert!(!colored(&[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[("NO_COLOR", "1")]));
}

#[test]
fn checks_are_explained() {
    let nowhere = tempfile::tempdir().unwrap();
    let explain = |arguments: &[&str]| {
        run(program().args(["check", "--explain"]).args(arguments).current_dir(&nowhere))
    };
    let (code, out, err) = explain(&["sdg-evidence"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
    let (code, list, _) = explain(&[]);
    assert_eq!(code, 0);
    assert!(list.lines().any(|line| line.starts_with("license-id ")), "{list}");
    let (code, out, err) = explain(&["licence-id"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("did you mean `license-id`?") && err.contains(list.trim_end()), "{err}");
    let (code, _, err) = explain(&["\u{1b}[2Jqqq"]);
    assert_eq!(code, 2);
    assert!(!err.contains("did you mean") && !err.contains('\u{1b}') && err.contains("license-id"), "{err}");
    assert_eq!(explain(&["stage", "nominees"]).0, 2);
}

#[test]
fn check_gives_programs_one_document() {
    let root = registry(&[
        ("nominees/open-source-ecology.json", TYPICAL),
        ("nominees/open-clinic.json", &nominee(|_| {})),
    ]);
    let (code, out, _) = run(program().args(["check", "--format", "json", "--registry"]).arg(root.path()));
    assert_eq!(code, 1);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["summary"]["files"], 2);
    assert_eq!(document["summary"]["must"], 2);
    let file = &document["files"][1];
    assert_eq!(
        (file["path"].as_str(), file["kind"].as_str()),
        (Some("nominees/open-source-ecology.json"), Some("nominee"))
    );
    let outcomes = file["outcomes"].as_array().unwrap();
    let id = outcomes.iter().find(|outcome| outcome["check"] == "license-id").unwrap();
    assert_eq!(
        id["findings"][0],
        serde_json::json!({
            "severity": "must", "message": "\"GPL-3.0 License\" is not an SPDX id (a short name that means exactly one license). It seems to mean `GPL-3.0`.",
            "pointer": "/license/0/spdx", "line": 7, "column": 15, "end_line": 7, "end_column": 31, "suggestion": "GPL-3.0"
        })
    );
    let in_repository = outcomes.iter().find(|outcome| outcome["check"] == "license-in-repository").unwrap();
    assert_eq!(
        (in_repository["outcome"].as_str(), &in_repository["severity"]),
        (Some("not-checked"), &serde_json::Value::Null)
    );
    assert_eq!(document["files"][0]["route"][0]["community"], "health");
}

#[test]
fn check_tells_by_its_exit_status() {
    let root =
        registry(&[("nominees/open-clinic.json", &nominee(|_| {})), ("nominees/README.md", "# Nominees\n")]);
    fs::create_dir(root.path().join("empty")).unwrap();
    fs::write(root.path().join("broken.yml"), "votes:\n  aprove: 2\n").unwrap();
    let check = |arguments: &[&str]| run(program().arg("check").args(arguments).current_dir(&root));
    assert_eq!(check(&[]).0, 0);
    assert_eq!(check(&["nominees/open-clinic.json"]).0, 0);
    for (arguments, words) in [
        (&["nominees/missing.json"][..], "missing.json"),
        (&["nominees/README.md"], "is not a nomination"),
        (&["--registry", "nowhere"], "nowhere"),
        (&["--registry", "nominees/README.md"], "is no folder"),
        (&["empty"], "no nominations in empty"),
        (&["--rules", "x.yml"], "the rules x.yml"),
        (
            &["--rules", "broken.yml"],
            "line 2, column 3: The field \"aprove\" is not known here. Did you mean",
        ),
        (&["--pr", "o/r#1"], "the settings have mistakes"),
        (&["--pr", "o/r"], "OWNER/REPO#NUMBER"),
        (&["--online", "--nominees-api-url", "nowhere"], "NOMINEES_API_URL: is no URL"),
        (&["--pr", "o/r#1", "nominees"], "cannot be used with"),
        (&["--pr", "o/r#1", "--format", "github"], "--pr speaks to people"),
        (&["--format", "xml"], "human, json, github, markdown"),
        (&["--as-of", "yesterday"], "--as-of"),
        (&["/etc/hostname"], "no registry here"),
    ] {
        let (code, out, err) = check(arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{err}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
    let root = several();
    let (code, out, _) = run(program().args(["check", "nominees/rain-gauges.json"]).current_dir(&root));
    assert_eq!(code, 0, "what a person decides is nothing to fix: {out}");
    let broken = registry(&[("nominees/x.json", "{")]);
    assert_eq!(run(program().arg("check").current_dir(&broken)).0, 1);
    let empty = tempfile::tempdir().unwrap();
    let (code, _, err) = run(program().arg("check").current_dir(&empty));
    assert_eq!(code, 2, "{err}");
    fs::write(empty.path().join("good.yml"), "votes: {approve: 2}\n").unwrap();
    let rules = ["check", "--rules", "good.yml"];
    let (code, out, err) = run(program().args(rules).current_dir(&empty));
    assert!(
        code == 0 && out.starts_with("0 files checked") && err.contains("good.yml can be used"),
        "{out}{err}"
    );
}

#[test]
fn terminals_are_not_steered_by_others() {
    let text = nominee(|nominee| nominee["stage"] = serde_json::json!("\u{1b}[2J\u{202e}evil"));
    let root = registry(&[("nominees/open-clinic.json", &text)]);
    for format in FORMATS {
        let check = ["check", "--format", format, "nominees/open-clinic.json"];
        let (_, out, _) = run(program().args(check).current_dir(&root));
        assert!(out.contains("evil"), "{out:?}");
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    }
}

/// A contact's name and address stand in the file and nowhere else, whatever is found in their line.
#[test]
fn contacts_are_not_repeated() {
    let line = r#"{"name": "Open Clinic", "org_type": "Owner", "contact_name": "Ada L", "contact_email": "ada@clinic.example"}"#;
    let text = nominee(|nominee| nominee["organizations"] = serde_json::json!("HERE"))
        .replace("\"HERE\"", &format!("[{line}]"));
    let broken = "{\n  \"contact_email\": \"ada@clinic.example\"\n  \"name\": \"X\"\n}\n";
    let root = registry(&[("nominees/open-clinic.json", &text), ("nominees/x.json", broken)]);
    for format in FORMATS {
        let (code, out, err) = run(program().args(["check", "--format", format]).current_dir(&root));
        assert_eq!(code, 1, "{out}{err}");
        assert!(!out.contains("ada@") && !out.contains("Ada L") && !err.contains("ada@"), "{out}{err}");
    }
}

/// Files made to cost time: two megabytes of whatever there can be most of. Generous, for a debug build under load.
#[test]
fn no_file_takes_long() {
    let many = |entry: &str, count: usize| vec![entry; count].join(",");
    for text in [
        format!("{{{}}}", many("\"k\":1", 300_000)),
        "{".to_owned() + &"\"contact_email\" ".repeat(120_000),
        nominee(|nominee| nominee["license"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"spdx\":\"GPLL 7\"}", 100_000))),
        nominee(|nominee| nominee["SDGs"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"SDGNumber\":99}", 100_000))),
        nominee(|nominee| nominee["repositories"] = serde_json::json!("HERE"))
            .replace("\"HERE\"", &format!("[{}]", many("{\"url\":\"x\"}", 150_000))),
    ] {
        assert!((1_500_000..2_097_152).contains(&text.len()), "{}", text.len());
        let root = registry(&[("nominees/open-clinic.json", &text)]);
        let started = Instant::now();
        let (code, out, err) = run(program().arg("check").current_dir(&root));
        assert_eq!(code, 1, "{err}");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?} for {}", started.elapsed(), &text[..60]);
        assert!(out.len() < 500_000, "{}", out.len());
    }
}

/// Where entries lie is for the rules to say.
#[test]
fn a_project_is_looked_for_in_the_folders_that_the_rules_name() {
    let same = nominee(|nominee| nominee["name"] = "Clinic Book".into());
    let root =
        registry(&[("nominees/open-clinic.json", &nominee(|_| {})), ("goods/clinic-book.json", &same)]);
    fs::write(root.path().join("rules.yml"), "registry: [nominees, goods]\n").unwrap();
    let check = |arguments: &[&str]| {
        run(program().args(["check", "nominees/open-clinic.json"]).args(arguments).current_dir(&root)).1
    };
    assert!(!check(&[]).contains("goods/clinic-book.json"), "{}", check(&[]));
    let told = check(&["--rules", "rules.yml"]);
    assert!(told.contains("already: \"Clinic Book\" (\"goods/clinic-book.json\")"), "{told}");
}

/// Whoever is offline reads where GitHub was asked, and what to do; and the rest of the report.
#[test]
fn a_github_that_is_away_is_told_in_plain_words() {
    let root = registry(&[("nominees/open-clinic.json", &nominee(|_| {}))]);
    let online = ["check", "--online", "--nominees-api-url", AWAY, "nominees"];
    let (code, out, err) = run(program().args(online).current_dir(&root));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("1 file checked") && out.contains("(GitHub did not answer)"), "{out}");
    let words = format!("note: GitHub could not be asked at {AWAY} (Connection refused");
    assert!(err.starts_with(&words) && err.contains("https://www.githubstatus.com"), "{err}");
    assert!(err.ends_with("What hangs on it is not checked.\n"), "{err}");
}

/// No line of a `--help` is broken by the terminal, from 80 columns on.
#[test]
fn help_fits_into_80_columns() {
    for command in
        ["", "serve", "check", "demo", "fix", "doctor", "jobs", "jobs list", "jobs retry", "jobs drop"]
    {
        let help = |columns: &str| {
            let (code, out, err) =
                run(program().args(command.split_whitespace()).arg("--help").env("COLUMNS", columns));
            assert_eq!((code, err.as_str()), (0, ""));
            out
        };
        let narrow = help("80");
        let wide: Vec<&str> = narrow.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{command}: {wide:#?}");
        // What is written by hand is not wrapped again.
        let by_hand =
            |text: String| text.split_once("\nExamples:\n").map(|(_, examples)| examples.to_owned());
        assert_eq!(by_hand(narrow), by_hand(help("300")), "{command}");
    }
}

/// What is laid out in another way is shown where it begins to differ; a field of an entry is looked for in its entry.
#[test]
fn the_layout_is_told_in_its_place() {
    let path = "nominees/accessmod.json";
    let root = registry(&[(path, include_str!("../data/nominees/accessmod.json"))]);
    run(program().args(["fix", "--layout", path]).current_dir(&root));
    let ordered = fs::read_to_string(root.path().join(path)).unwrap();
    let blank = ordered.replacen("\": \"", "\" : \"", 1);
    let escaped = ordered.replacen("\": \"", "\": \"\\u00e9", 1);
    let late =
        "{\n  \"SDGs\": [\n    {\n      \"evidenceText\": \"x\",\n      \"SDGNumber\": 3\n    }\n  ]\n}\n";
    for (text, told) in [
        (ordered, None),
        (blank, Some("It begins to differ here.\n --> nominees/accessmod.json:2:1")),
        (
            escaped,
            Some("In the registry's files it stands itself: `é` or `/`.\n --> nominees/accessmod.json:2:12"),
        ),
        (late.to_owned(), Some("in its entry of `SDGs`.")),
    ] {
        fs::write(root.path().join(path), &text).unwrap();
        let (_, out, _) = run(program().args(["check", path]).current_dir(&root));
        let found = out.split("[json-format]").nth(1);
        assert_eq!(found.is_some(), told.is_some(), "{out}");
        assert!(told.is_none_or(|told| found.unwrap().contains(told)), "{out}");
    }
}

/// What a document tells together it counts as one.
#[test]
fn a_document_counts_what_it_tells() {
    let text = nominee(|nominee| {
        let goal = nominee["SDGs"][0].clone();
        for number in [4, 5] {
            let mut goal = goal.clone();
            goal["SDGNumber"] = number.into();
            nominee["SDGs"].as_array_mut().unwrap().push(goal);
        }
    });
    let root = registry(&[("nominees/open-clinic.json", &text)]);
    let (_, out, _) = run(program().args(["check", "--format", "markdown", "nominees"]).current_dir(&root));
    assert!(out.contains("The same for Goal 5"), "{out}");
    let told = out.split_once("**Worth improving**").unwrap().1.split_once("<details>").unwrap().0;
    let points = told.matches("\n**").count();
    assert!(out.contains(&format!("nothing to fix, {points} worth improving")), "{out}");
    assert!(out.contains(&format!("| `Open Clinic` | – | {points} |")), "{out}");
}
