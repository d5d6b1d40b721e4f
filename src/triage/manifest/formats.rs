//! Manifests with a nested form: JSON, TOML, XML.
//!
//! In: a text. Out: its [`Package`]s. Never: an error; what cannot be read names nothing.

use serde_json::Value;

use super::{
    Package,
    lines::{python_name, quoted, uncommented},
};

/// npm's `package.json`: <https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies>.
pub fn package_json(text: &str) -> Vec<Package> {
    json(text, &["dependencies", "optionalDependencies", "peerDependencies"])
}

/// Composer's `composer.json`: <https://getcomposer.org/doc/04-schema.md#require>. Case does not count in its names.
pub fn composer_json(text: &str) -> Vec<Package> {
    let named = json(text, &["require"]).into_iter();
    named.map(|package| Package { name: package.name.to_lowercase(), ..package }).collect()
}

fn json(text: &str, lists: &[&str]) -> Vec<Package> {
    let Ok(document) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Vec::new();
    };
    let named = lists.iter().filter_map(|list| document.get(list)?.as_object()).flatten();
    let mut packages: Vec<Package> = named
        .map(|(name, _)| {
            let key = format!("\"{name}\"");
            // The name may stand elsewhere, too; as a key it is followed by a colon.
            let is_key = |line: &str| {
                line.match_indices(&key).any(|(at, key)| line[at + key.len()..].trim_start().starts_with(':'))
            };
            let line = text.lines().position(is_key).map_or(1, |at| at + 1);
            Package { name: name.clone(), line }
        })
        .collect();
    packages.sort_by_key(|package| package.line);
    packages
}

/// Python's `pyproject.toml`: the list of PEP 621 and the table of Poetry.
pub fn pyproject(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let (mut table, mut listing) = (String::new(), false);
    for (at, line) in text.lines().enumerate() {
        let line = uncommented(line, "#").trim();
        let mut push = |written: &str| {
            packages.extend(python_name(written).map(|name| Package { name, line: at + 1 }));
        };
        if !listing && let Some(name) = header(line) {
            table = name;
            continue;
        }
        let entries = match line.split_once('=') {
            _ if listing => line,
            Some((key, rest)) if table == "project" && key.trim() == "dependencies" => rest,
            Some((key, _)) if table == "tool.poetry.dependencies" => {
                push(key.trim().trim_matches('"'));
                continue;
            }
            _ => continue,
        };
        quoted(entries).for_each(&mut push);
        // A bracket may stand inside of an entry: `"x[y]"`.
        listing = !outside_quotes(entries).contains(']');
    }
    packages
}

/// A line without what stands in quotation marks.
fn outside_quotes(line: &str) -> String {
    line.split(['"', '\'']).step_by(2).collect()
}

/// Rust's `Cargo.toml`: <https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html>.
pub fn cargo(text: &str) -> Vec<Package> {
    const TABLES: [&str; 2] = ["dependencies", "workspace.dependencies"];
    let mut packages = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = uncommented(line, "#").trim();
        let mut push = |name: &str| {
            let name = name.trim().trim_matches('"').to_owned();
            packages.push(Package { name, line: at + 1 });
        };
        if let Some(table) = header(line) {
            inside = TABLES.contains(&table.as_str());
            if let Some(name) = table.strip_prefix("dependencies.") {
                push(name);
            }
        } else if let Some((key, _)) = line.split_once('=')
            && inside
        {
            // `serde.workspace = true`
            push(key.split('.').next().unwrap_or(key));
        }
    }
    packages
}

/// The name of the table that a line of TOML begins.
fn header(line: &str) -> Option<String> {
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    (!name.starts_with('[')).then(|| name.trim().to_owned())
}

/// Maven's `pom.xml`: <https://maven.apache.org/pom.html#dependencies>.
pub fn pom(text: &str) -> Vec<Package> {
    let text = without_comments(text);
    let mut packages = Vec::new();
    for (at, _) in text.match_indices("<dependency>") {
        let inside = text[at..].split("</dependency>").next().unwrap_or_default();
        let value = |name: &str| {
            let (_, behind) = inside.split_once(&format!("<{name}>"))?;
            Some(behind.split('<').next()?.trim().to_owned())
        };
        if let (Some(group), Some(artifact)) = (value("groupId"), value("artifactId"))
            && value("scope").as_deref() != Some("test")
        {
            let line = text[..at].matches('\n').count() + 1;
            packages.push(Package { name: format!("{group}:{artifact}"), line });
        }
    }
    packages
}

/// The same text with each comment's characters blank but for its line ends.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<!--") {
        let (comment, after) = behind.split_once("-->").unwrap_or((behind, ""));
        plain.push_str(before);
        plain.extend(comment.chars().filter(|sign| *sign == '\n'));
        rest = after;
    }
    plain + rest
}
