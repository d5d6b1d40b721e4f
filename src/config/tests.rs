//! The settings, given as a map: the process's own environment is not touched.

use clap::Parser;
use secrecy::ExposeSecret;

use super::*;

/// Made for these tests, used nowhere.
const PKCS1: &str = include_str!("test-key-pkcs1.pem");
const PKCS8: &str = include_str!("test-key-pkcs8.pem");

fn settings(variables: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (variable, value) in variables {
        let field = match *variable {
            "APP_ID" => &mut settings.app_id,
            "PRIVATE_KEY" => &mut settings.private_key,
            "PRIVATE_KEY_PATH" => &mut settings.private_key_path,
            "WEBHOOK_SECRET" => &mut settings.webhook_secret,
            "GITHUB_API_URL" => &mut settings.github_api_url,
            "NOMINEES_API_URL" => &mut settings.nominees_api_url,
            "NOMINEES_TOKEN" => &mut settings.nominees_token,
            "ALLOWED_OWNERS" => &mut settings.allowed_owners,
            "DRY_RUN" => &mut settings.dry_run,
            "HOST" => &mut settings.host,
            "PORT" => &mut settings.port,
            "DATABASE_URL" => &mut settings.database_url,
            "SWEEP_INTERVAL" => &mut settings.sweep_interval,
            "LOG_FORMAT" => &mut settings.log_format,
            "RUST_LOG" => &mut settings.rust_log,
            other => panic!("no variable {other}"),
        };
        *field = Some(value.into());
    }
    settings
}

const NEEDED: [(&str, &str); 3] = [("APP_ID", "12"), ("PRIVATE_KEY", PKCS1), ("WEBHOOK_SECRET", "s3cret")];

fn with(variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    settings(&[&NEEDED, variables].concat()).validate()
}

fn names(result: Result<Config, Mistakes>) -> Vec<&'static str> {
    result.unwrap_err().0.iter().map(|mistake| mistake.variable).collect()
}

#[test]
fn the_needed_ones_suffice() {
    let config = with(&[]).unwrap();
    assert_eq!(config.app_id, 12);
    assert_eq!(config.private_key.expose_secret(), PKCS1.trim());
    assert_eq!(config.github_api_url.as_str(), "https://api.github.com/");
    assert!(config.nominees.is_none() && config.allowed_owners.is_empty() && !config.dry_run);
    assert_eq!((config.host.as_str(), config.port), ("127.0.0.1", 3000));
    assert_eq!(config.database.to_string(), "dpg-triage.db");
    assert_eq!(config.sweep_interval, Duration::from_secs(120));
    assert_eq!((config.log_format, config.log_filter.as_str()), (LogFormat::Text, "info,octocrab=off"));
}

#[test]
fn set_but_empty_is_not_set() {
    let all = [
        "GITHUB_API_URL",
        "NOMINEES_API_URL",
        "NOMINEES_TOKEN",
        "ALLOWED_OWNERS",
        "DRY_RUN",
        "HOST",
        "PORT",
        "DATABASE_URL",
        "SWEEP_INTERVAL",
        "LOG_FORMAT",
        "RUST_LOG",
        "PRIVATE_KEY_PATH",
    ];
    assert!(with(&all.map(|name| (name, ""))).is_ok());
    let empty = settings(&[("APP_ID", ""), ("PRIVATE_KEY", ""), ("WEBHOOK_SECRET", "")]);
    assert_eq!(names(empty.validate()), ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"]);
}

#[test]
fn all_mistakes_at_once_by_name_without_values() {
    let wrong = [
        ("APP_ID", "VALUE-12"),
        ("PRIVATE_KEY", "VALUE"),
        ("PRIVATE_KEY_PATH", "-----BEGIN RSA PRIVATE KEY-----VALUE"),
        ("WEBHOOK_SECRET", "VALUE,,VALUE"),
        ("GITHUB_API_URL", "ftp://VALUE.example"),
        ("NOMINEES_API_URL", "VALUE"),
        ("NOMINEES_TOKEN", "VALUE VALUE"),
        ("ALLOWED_OWNERS", "VALUE/x"),
        ("DRY_RUN", "VALUE"),
        ("HOST", "VALUE:80"),
        ("PORT", "65536VALUE"),
        ("DATABASE_URL", "postgres://VALUE/db"),
        ("SWEEP_INTERVAL", "9"),
        ("LOG_FORMAT", "VALUE"),
        ("RUST_LOG", "VALUE=VALUE=VALUE"),
    ];
    let settings = settings(&wrong);
    let mistakes = settings.validate().unwrap_err();
    let text = mistakes.to_string();
    for (variable, _) in wrong {
        assert!(text.contains(&format!("\n  {variable}: ")), "{variable} is not in {text}");
    }
    assert!(!text.contains("VALUE"), "{text}");
    assert!(text.contains("DATABASE_URL: must name the user"));
    assert!(!format!("{settings:?}").contains("VALUE"));
}

#[test]
fn each_value_by_itself() {
    for (variable, value, good) in [
        ("APP_ID", "0", false),
        ("APP_ID", "-1", false),
        ("APP_ID", "9223372036854775808", false),
        ("APP_ID", " 1", false),
        ("WEBHOOK_SECRET", "old, new", true),
        ("WEBHOOK_SECRET", ",", false),
        ("WEBHOOK_SECRET", " ", false),
        ("GITHUB_API_URL", "http://127.0.0.1:9", true),
        ("GITHUB_API_URL", "https://ghe.example/api/v3", true),
        ("GITHUB_API_URL", "https://user@ghe.example", false),
        ("GITHUB_API_URL", "https://ghe.example/?a", false),
        ("GITHUB_API_URL", "api.github.com", false),
        ("NOMINEES_API_URL", "https://api.github.com", true),
        ("NOMINEES_TOKEN", "alone", false),
        ("ALLOWED_OWNERS", "DPGAlliance, other_corp", true),
        ("ALLOWED_OWNERS", "a,", false),
        ("DRY_RUN", "1", true),
        ("DRY_RUN", "0", true),
        ("DRY_RUN", "false", true),
        ("DRY_RUN", "yes", false),
        ("HOST", "0.0.0.0", true),
        ("HOST", "::1", true),
        ("HOST", "[::1]", true),
        ("HOST", "localhost", true),
        ("HOST", "300.1.1.1", false),
        ("PORT", "0", true),
        ("PORT", "65536", false),
        ("SWEEP_INTERVAL", "10", true),
        ("SWEEP_INTERVAL", "86401", false),
        ("SWEEP_INTERVAL", "1.5", false),
        ("LOG_FORMAT", "json", true),
        ("RUST_LOG", "info,dpg_triage=debug", true),
    ] {
        let result = with(&[(variable, value)]);
        assert_eq!(result.is_ok(), good, "{variable}={value}: {:?}", result.err());
    }
}

#[test]
fn databases() {
    for (url, path) in [
        ("sqlite:bot.db", Some("bot.db")),
        ("sqlite://bot.db", Some("bot.db")),
        ("sqlite://data/bot.db?mode=rwc", Some("data/bot.db")),
        ("sqlite:///abs/bot.db", Some("/abs/bot.db")),
        ("sqlite:/abs/bot.db", Some("/abs/bot.db")),
        ("sqlite::memory:", None),
        ("sqlite:", None),
        ("sqlite:///", None),
        ("sqlite:bot.db?cache=shared", None),
        ("bot.db", None),
        ("postgres://bot@db/bot", Some("bot on the PostgreSQL server at db")),
        (
            "postgresql://bot:VALUE@db:6432/bot?sslmode=verify-full",
            Some("bot on the PostgreSQL server at db"),
        ),
        ("postgres://bot:p%40ss@db/bot", Some("bot on the PostgreSQL server at db")),
        ("postgres://db/bot", None),
        ("postgres://:VALUE@db/bot", None),
        ("postgres://bot@db", None),
        ("postgres://bot@db/", None),
        ("postgres://bot@db/bot?sslmode=perhaps", None),
        ("postgres:bot@db/bot", None),
        ("mysql://bot@db/bot", None),
    ] {
        assert_eq!(database(url).ok().map(|database| database.to_string()).as_deref(), path, "{url}");
    }
}

#[test]
fn keys_in_every_form_that_github_and_hosting_services_bring() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, PKCS8).unwrap();
    let path = file.to_str().unwrap();
    let key = |name, value: &str| {
        settings(&[NEEDED[0], NEEDED[2], (name, value)]).validate().map(|config| config.private_key)
    };
    assert_eq!(key("PRIVATE_KEY", &PKCS1.replace('\n', "\\n")).unwrap().expose_secret(), PKCS1.trim());
    assert_eq!(key("PRIVATE_KEY", PKCS8).unwrap().expose_secret(), PKCS8.trim());
    assert_eq!(key("PRIVATE_KEY_PATH", path).unwrap().expose_secret(), PKCS8.trim());

    let cut: String =
        PKCS1.lines().enumerate().filter(|(n, _)| *n != 4).map(|(_, line)| format!("{line}\n")).collect();
    assert!(key("PRIVATE_KEY", &cut).is_err(), "a frame alone is no key");
    for (path, cure) in [("/nowhere/key.pem", "where the .pem file lies"), ("/", "name the .pem file in it")]
    {
        let Err(Mistakes(mistakes)) = key("PRIVATE_KEY_PATH", path) else { panic!("{path}") };
        let [Mistake { variable, what }] = &mistakes[..] else { panic!("{mistakes:?}") };
        assert!(*variable == "PRIVATE_KEY_PATH" && what.contains(path) && what.contains(cure), "{what}");
    }
    assert_eq!(names(with(&[("PRIVATE_KEY_PATH", path)])), ["PRIVATE_KEY_PATH"], "both are one too many");
}

#[test]
fn secrets_and_owners_are_lists() {
    let config = with(&[("WEBHOOK_SECRET", "old, new"), ("ALLOWED_OWNERS", "a,b")]).unwrap();
    let secrets: Vec<_> = config.webhook_secrets.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(secrets, ["old", "new"]);
    assert_eq!(config.allowed_owners, ["a", "b"]);
    let shown = format!("{config:?}");
    assert!(!shown.contains("old") && !shown.contains("BEGIN"), "{shown}");
}

#[test]
fn flags_have_the_variables_names() {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }
    let line = ["serve", "--app-id", "7", "--dry-run", "--port=1", "--database-url", "sqlite:x.db"];
    let settings = Line::parse_from(line).settings;
    assert_eq!(settings.app_id.as_deref(), Some(OsStr::new("7")));
    assert_eq!(settings.dry_run.as_deref(), Some(OsStr::new("true")));
    assert_eq!(settings.port.as_deref(), Some(OsStr::new("1")));
}
