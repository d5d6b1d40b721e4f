//! Documents that are generated say what the program says now.

use std::{env, fs, path::Path};

use dpg_triage::triage::render::documentation;

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the program")]
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
