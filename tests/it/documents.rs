//! Documents that are generated say what the program says now.

use std::{env, fs, path::Path};

use dpg_triage::{rules, triage::render::documentation};

/// Compares a generated document with the one in the repository; with `UPDATE_DOCS=1` writes it.
fn assert_generated(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == text, "{} is not what the code says; `just docs` writes it anew", path.display());
}

#[test]
fn checks_are_documented_as_they_are() {
    assert_generated("docs/checks.md", &documentation::checks());
}

#[test]
fn the_schema_of_the_rules_is_the_one_they_are_read_by() {
    let schema = serde_json::to_string_pretty(&rules::json_schema()).unwrap() + "\n";
    assert_generated("docs/dpg-triage.schema.json", &schema);
}

/// The example of the documentation can be used, and shows every key.
#[test]
fn the_example_of_the_rules_can_be_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let example = text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let read = rules::read(example.as_bytes());
    let mistakes: Vec<String> = read.mistakes.iter().map(|mistake| mistake.message.plain()).collect();
    assert!(read.policy.is_some(), "{mistakes:?}");
    let schema = rules::json_schema();
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(example.contains(&format!("\n{key}:")), "docs/rules.md does not show `{key}`");
    }
}

#[test]
fn commands_are_documented_as_they_are() {
    assert_generated("docs/commands.md", &documentation::commands());
}

#[test]
fn the_manifest_asks_for_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root.join("app-manifest.json")).unwrap()).unwrap();
    let permissions = &manifest["default_permissions"];
    assert_eq!(
        permissions,
        &serde_json::json!({
            "metadata": "read", "contents": "read", "members": "read",
            "pull_requests": "write", "issues": "write", "checks": "write",
        })
    );
    let events = serde_json::json!([
        "pull_request",
        "pull_request_review",
        "issue_comment",
        "check_run",
        "check_suite",
        "push"
    ]);
    assert_eq!(manifest["default_events"], events);
}

/// What the README shows of `check` is what it says.
#[test]
fn the_readme_shows_true_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let registry = tempfile::tempdir().unwrap();
    fs::create_dir(registry.path().join("nominees")).unwrap();
    fs::create_dir(registry.path().join("digitalpublicgoods")).unwrap();
    let copy = |from: &str, to: &str| fs::copy(root.join(from), registry.path().join(to)).unwrap();
    copy("tests/data/registry/nominee-schema.json", "nominee-schema.json");
    copy("tests/data/readme/open-clinic.json", "nominees/open-clinic.json");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dpg-triage"))
        .args(["check", "nominees/open-clinic.json"])
        .current_dir(&registry)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    // All but the time that it took.
    let (before, behind) = said.split_once(" checked in ").unwrap();
    let behind = behind.split_once(" s: ").unwrap().1;
    assert!(readme.contains(before) && readme.contains(behind), "the README does not show this:\n{said}");
}

/// What the README shows of the comment stands in the comment, as far as it is shown.
#[test]
fn the_readme_shows_the_true_comment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let comment = include_str!("snapshots/it__situations__a_typical_nomination.snap");
    let shown: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    assert!(shown.len() > 5, "{shown:?}");
    for line in shown {
        // Where links lead differs.
        let parts =
            line.split('…').flat_map(|part| part.split("](tests/data/nominees/open-source-ecology.json)"));
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            assert!(comment.contains(part), "the comment does not say: {part}");
        }
    }
}

/// The image is built from these; each has to be let through, and each that the program includes has to be there.
#[test]
fn the_image_gets_every_file_that_the_program_includes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignore = fs::read_to_string(root.join(".dockerignore")).unwrap();
    let let_through: Vec<&str> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .map(|path| path.trim_end_matches('/'))
        .collect();
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "benches",
        "data",
        "app-manifest.json",
        "tests/data/registry",
        "tests/data/nominees",
        "tests/data/demo",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ] {
        let open = let_through.iter().any(|path| needed == *path || needed.starts_with(&format!("{path}/")));
        assert!(open && root.join(needed).exists(), "{needed} does not reach the image");
    }
}

/// Every direct dependency has its line of why.
#[test]
fn every_dependency_has_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let reasons = fs::read_to_string(root.join("docs/decisions/0007-dependencies.md")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for name in dependencies.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim()) {
        assert!(
            reasons.contains(&format!("`{name}`")),
            "{name} has no reason in docs/decisions/0007-dependencies.md"
        );
    }
}
