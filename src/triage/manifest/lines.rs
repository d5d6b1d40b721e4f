//! Manifests that are read line by line.
//!
//! In: a text. Out: its [`Package`]s. Never: an error; a line that is not understood names nothing.

use super::Package;

/// A line up to where a comment begins; a sign inside quotation marks begins none.
pub fn uncommented<'a>(line: &'a str, sign: &str) -> &'a str {
    let mut open: Option<char> = None;
    for (at, character) in line.char_indices() {
        match open {
            Some(mark) if character == mark => open = None,
            None if matches!(character, '"' | '\'') => open = Some(character),
            None if line[at..].starts_with(sign) => return &line[..at],
            _ => {}
        }
    }
    line
}

/// What stands in quotation marks of either kind.
pub fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let from = rest.find(['"', '\''])?;
        let mark = &rest[from..=from];
        let (inside, after) = rest[from + 1..].split_once(mark)?;
        rest = after;
        Some(inside)
    })
}

/// The name at the beginning of a requirement, in the one spelling of PEP 503; `None` for an option or an address.
pub fn python_name(written: &str) -> Option<String> {
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
    let end = written.find(|sign| !is_name(sign)).unwrap_or(written.len());
    let (name, behind) = written.split_at(end);
    let ends = behind.trim_start();
    let understood = ends.is_empty() || ends.starts_with(['=', '<', '>', '!', '~', '[', ';', '@', '(', ',']);
    let begins = name.starts_with(|sign: char| sign.is_ascii_alphanumeric());
    let mut parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    (understood && begins).then(|| {
        let first = parts.next().unwrap_or_default().to_lowercase();
        parts.fold(first, |name, part| name + "-" + &part.to_lowercase())
    })
}

fn each(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<Package> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| Some(Package { name: read(line)?, line: at + 1 })).collect()
}

/// pip's `requirements.txt`: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>.
pub fn requirements(text: &str) -> Vec<Package> {
    each(text, |line| python_name(uncommented(line, "#").trim()))
}

/// Bundler's `Gemfile`: <https://bundler.io/man/gemfile.5.html>.
pub fn gemfile(text: &str) -> Vec<Package> {
    each(text, |line| after_word(uncommented(line, "#"), "gem").map(str::to_owned))
}

/// CocoaPods' `Podfile`: <https://guides.cocoapods.org/syntax/podfile.html#pod>. A part of a pod (`Firebase/Auth`) is
/// that pod.
pub fn podfile(text: &str) -> Vec<Package> {
    each(text, |line| {
        let name = after_word(uncommented(line, "#"), "pod")?;
        Some(name.split('/').next().unwrap_or(name).to_owned())
    })
}

/// What is in quotation marks right behind the first word of a line.
fn after_word<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(word)?;
    let argument = rest.trim_start_matches(['(', ' ', '\t']);
    let is_word = rest.len() > argument.len() || rest.starts_with(['"', '\'']);
    (is_word && argument.starts_with(['"', '\''])).then(|| quoted(argument).next()).flatten()
}

/// Go's `go.mod`: <https://go.dev/ref/mod#go-mod-file-require>.
pub fn go_mod(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = uncommented(line, "//").trim();
        let named = match line.strip_prefix("require") {
            Some(rest) if rest.trim_start().starts_with('(') => {
                inside = true;
                continue;
            }
            Some(rest) if rest.starts_with([' ', '\t']) => rest,
            _ if line.starts_with(')') => {
                inside = false;
                continue;
            }
            _ if inside => line,
            _ => continue,
        };
        let name = named.split_whitespace().next().map(str::to_owned);
        packages.extend(name.map(|name| Package { name, line: at + 1 }));
    }
    packages
}

/// Dart's `pubspec.yaml`: the keys below `dependencies:`, <https://dart.dev/tools/pub/dependencies>.
pub fn pubspec(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let (mut inside, mut depth) = (false, None);
    for (at, line) in text.lines().enumerate() {
        let line = uncommented(line, "#").trim_end();
        let blanks = line.len() - line.trim_start().len();
        match line.trim_start().split_once(':') {
            Some((key, _)) if blanks == 0 => (inside, depth) = (key == "dependencies", None),
            Some((key, _)) if inside && *depth.get_or_insert(blanks) == blanks => {
                packages.push(Package { name: key.trim_matches(['"', '\'']).to_owned(), line: at + 1 });
            }
            _ => {}
        }
    }
    packages
}

/// Gradle's `build.gradle` in Groovy or Kotlin: what is written as `group:name` or `group:name:version`,
/// <https://docs.gradle.org/current/userguide/declaring_dependencies.html>.
pub fn gradle(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let mut line = uncommented(line, "//");
        if inside {
            match line.split_once("*/") {
                Some((_, after)) => line = after,
                None => continue,
            }
        }
        let (code, comment) = match line.split_once("/*") {
            Some((code, comment)) => (code, Some(comment)),
            None => (line, None),
        };
        inside = comment.is_some_and(|comment| !comment.contains("*/"));
        let is_test = code.trim_start().starts_with("test") || code.trim_start().starts_with("androidTest");
        for written in quoted(code).filter(|_| !is_test) {
            let parts: Vec<&str> = written.split(':').collect();
            let is_part = |part: &&str| !part.is_empty() && !part.contains(char::is_whitespace);
            if parts.len() >= 2 && parts.len() <= 4 && parts.iter().all(is_part) {
                packages.push(Package { name: format!("{}:{}", parts[0], parts[1]), line: at + 1 });
            }
        }
    }
    packages
}
