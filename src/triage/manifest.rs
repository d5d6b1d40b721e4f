//! Which packages a program is built with, and which of them call a service that only one company runs.
//!
//! In: a manifest's name and text. Out: the closed [`services`] among the packages that it names, each with the line that
//! shows it. Never: a word of a comment, a part of a name, or whether a service can be replaced,
//! which people judge.

mod formats;
mod lines;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// Larger ones are not read, in bytes.
pub const MOST_BYTES: u64 = 200 * 1024;

/// Where packages are published, which gives their names a meaning.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    Npm,
    Pypi,
    Pub,
    Packagist,
    Maven,
    Rubygems,
    Go,
    Cocoapods,
    Crates,
}

/// A package that a manifest names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Package {
    /// As its ecosystem compares names.
    pub name: String,
    /// Where it stands; from 1.
    pub line: usize,
}

/// A closed service that a package calls.
#[derive(Debug, Deserialize)]
pub struct Service {
    pub name: String,
    /// Where its owner says what it is.
    pub source: String,
    /// Names of packages by where they are published. One that ends in `*` stands for all that begin so.
    packages: BTreeMap<Ecosystem, Vec<String>>,
}

/// A service that a manifest shows.
#[derive(Clone, Debug)]
pub struct Shown {
    pub service: &'static Service,
    pub package: Package,
}

#[derive(Deserialize)]
struct Table {
    services: Vec<Service>,
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let table: Table =
        serde_json::from_str(include_str!("../../data/services.json")).unwrap_or_else(|error| {
            unreachable!("data/services.json is part of the program: {error}");
        });
    table.services
});

/// The settings of an app that uses Firebase; its name says so.
pub const FIREBASE_SETTINGS: [&str; 2] = ["google-services.json", "GoogleService-Info.plist"];

/// Whether a file is a manifest that is read, by its name.
pub fn is_read(name: &str) -> bool {
    format(name).is_some()
}

type Format = (Ecosystem, fn(&str) -> Vec<Package>);

fn format(name: &str) -> Option<Format> {
    Some(match name {
        "package.json" => (Ecosystem::Npm, formats::package_json),
        "composer.json" => (Ecosystem::Packagist, formats::composer_json),
        "requirements.txt" => (Ecosystem::Pypi, lines::requirements),
        "pyproject.toml" => (Ecosystem::Pypi, formats::pyproject),
        "Cargo.toml" => (Ecosystem::Crates, formats::cargo),
        "pubspec.yaml" => (Ecosystem::Pub, lines::pubspec),
        "build.gradle" | "build.gradle.kts" => (Ecosystem::Maven, lines::gradle),
        "pom.xml" => (Ecosystem::Maven, formats::pom),
        "Gemfile" => (Ecosystem::Rubygems, lines::gemfile),
        "Podfile" => (Ecosystem::Cocoapods, lines::podfile),
        "go.mod" => (Ecosystem::Go, lines::go_mod),
        _ => return None,
    })
}

/// The closed services that a manifest shows, each once, by the first package that calls it. Packages for the program's
/// developers alone are left out where the manifest tells them apart.
pub fn services(name: &str, text: &str) -> Vec<Shown> {
    let Some((ecosystem, read)) = format(name) else { return Vec::new() };
    let mut shown: Vec<Shown> = Vec::new();
    for package in read(text) {
        if let Some(service) = called(ecosystem, &package.name)
            && !shown.iter().any(|known| known.service.name == service.name)
        {
            shown.push(Shown { service, package });
        }
    }
    shown
}

fn called(ecosystem: Ecosystem, package: &str) -> Option<&'static Service> {
    let is = |known: &String| match known.strip_suffix('*') {
        Some(beginning) => package.starts_with(beginning),
        None => package == known,
    };
    SERVICES.iter().find(|service| service.packages.get(&ecosystem).is_some_and(|known| known.iter().any(is)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<(String, String, usize)> {
        let shown = services(name, text).into_iter();
        shown.map(|one| (one.service.name.clone(), one.package.name, one.package.line)).collect()
    }

    fn is(service: &str, package: &str, line: usize) -> Vec<(String, String, usize)> {
        vec![(service.to_owned(), package.to_owned(), line)]
    }

    #[test]
    fn the_table_is_sound() {
        assert!(SERVICES.len() >= 12);
        for service in SERVICES.iter() {
            assert!(service.source.starts_with("https://"), "{}", service.name);
            assert!(service.packages.values().all(|names| !names.is_empty()), "{}", service.name);
            for name in service.packages.values().flatten() {
                assert!(name.len() > 2 && !name[..name.len() - 1].contains('*'), "{name}");
            }
        }
    }

    #[test]
    fn every_format_shows_its_service_and_line() {
        let table = [
            (
                "package.json",
                "{\n  \"dependencies\": {\n    \"react\": \"1\",\n    \"firebase\": \"^9\"\n  }\n}",
                "Firebase",
                "firebase",
                4,
            ),
            (
                "package.json",
                "{\"dependencies\": {\"@aws-sdk/client-s3\": \"3\"}}",
                "Amazon Web Services",
                "@aws-sdk/client-s3",
                1,
            ),
            ("composer.json", "{\"require\": {\n\"Twilio/SDK\": \"^6\"}}", "Twilio", "twilio/sdk", 2),
            (
                "requirements.txt",
                "django==4 # firebase-admin\nFirebase_Admin[x]>=5 ; python_version > '3'\n",
                "Firebase",
                "firebase-admin",
                2,
            ),
            (
                "pyproject.toml",
                "[project]\ndependencies = [\n  \"django\", # boto3\n  \"boto3>=1\",\n]\n",
                "Amazon Web Services",
                "boto3",
                4,
            ),
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\npython = \"^3\"\ntwilio = { version = \"8\" }\n",
                "Twilio",
                "twilio",
                3,
            ),
            (
                "Cargo.toml",
                "[dependencies]\nserde = \"1\"\n[dependencies.aws-sdk-s3]\nversion = \"1\"\n",
                "Amazon Web Services",
                "aws-sdk-s3",
                3,
            ),
            (
                "pubspec.yaml",
                "dependencies:\n  flutter:\n    sdk: flutter\n  google_maps_flutter: ^2\n",
                "Google Maps",
                "google_maps_flutter",
                4,
            ),
            (
                "build.gradle",
                "dependencies {\n  // implementation 'com.mapbox.maps:android:10'\n  implementation platform('com.google.firebase:firebase-bom:32')\n}",
                "Firebase",
                "com.google.firebase:firebase-bom",
                3,
            ),
            (
                "build.gradle.kts",
                "implementation(\"com.auth0.android:auth0:2\")",
                "Auth0",
                "com.auth0.android:auth0",
                1,
            ),
            (
                "pom.xml",
                "<project><!-- <dependency><groupId>com.twilio.sdk</groupId><artifactId>twilio</artifactId></dependency> -->\n<dependencies>\n<dependency>\n <groupId>com.amazonaws</groupId>\n <artifactId>aws-java-sdk-s3</artifactId>\n</dependency></dependencies></project>",
                "Amazon Web Services",
                "com.amazonaws:aws-java-sdk-s3",
                3,
            ),
            (
                "Gemfile",
                "gem 'rails'\n# gem 'twilio-ruby'\ngem \"aws-sdk-s3\", \"~> 1\"\n",
                "Amazon Web Services",
                "aws-sdk-s3",
                3,
            ),
            ("Podfile", "pod 'Firebase/Auth'\n", "Firebase", "Firebase", 1),
            (
                "go.mod",
                "module x\nrequire (\n\tgithub.com/gin-gonic/gin v1\n\tfirebase.google.com/go/v4 v4.1 // indirect\n)\n",
                "Firebase",
                "firebase.google.com/go/v4",
                4,
            ),
        ];
        for (name, text, service, package, line) in table {
            assert_eq!(found(name, text), is(service, package, line), "{name}");
        }
    }

    #[test]
    fn words_in_comments_partial_names_and_tools_of_developers_are_none() {
        let table = [
            (
                "package.json",
                "{\"name\": \"firebase\", \"description\": \"auth0\", \"dependencies\": {\"firebase-mock\": \"1\", \"not-twilio\": \"1\"}}",
            ),
            ("package.json", "{\"devDependencies\": {\"firebase\": \"1\"}, \"keywords\": [\"firebase\"]}"),
            ("package.json", "{\"dependencies\": [\"firebase\"]}"),
            ("package.json", "no JSON: \"firebase\""),
            (
                "requirements.txt",
                "# twilio\n-r more.txt\nmytwilio==1\ntwilio-fork\n--index-url https://twilio\n",
            ),
            (
                "pyproject.toml",
                "[project]\nname = \"boto3\"\ndescription = \"uses twilio\"\n[tool.black]\ntwilio = 1\n[tool.poetry.dev-dependencies]\nboto3 = \"1\"\n",
            ),
            (
                "Cargo.toml",
                "[package]\nname = \"aws-sdk-s3\"\n[dev-dependencies]\naws-sdk-s3 = \"1\"\n[dependencies]\n# aws-sdk-s3 = \"1\"\n",
            ),
            (
                "pubspec.yaml",
                "name: firebase_core\ndependencies:\n  my_app:\n    firebase_core: x\ndev_dependencies:\n  firebase_core: any\n",
            ),
            (
                "build.gradle",
                "/* implementation 'com.google.firebase:firebase-core:1' */\nString x = 'com.google.firebase'\nimplementation 'com.example:x-com.google.firebase:1'",
            ),
            (
                "pom.xml",
                "<dependency><groupId>com.auth0</groupId><artifactId>java-jwt</artifactId></dependency>",
            ),
            ("Gemfile", "source 'https://twilio-ruby'\nputs \"gem 'twilio-ruby'\"\n"),
            ("Podfile", "# pod 'Firebase'\npod 'FirebaseLike'\n"),
            (
                "go.mod",
                "module github.com/twilio/twilio-go\nrequire github.com/twilio/twilio-go-like v1\nreplace github.com/twilio/twilio-go => ../x\n",
            ),
            ("README.md", "firebase"),
        ];
        for (name, text) in table {
            assert_eq!(found(name, text), [], "{name}: {text}");
        }
    }
}
