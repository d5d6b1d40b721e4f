//! The environment of `serve`, as a [`Config`] that holds, or every mistake in it at once.
//!
//! In: environment variables, or flags of the same name, which win. Out: `Config`. Never: a value in a message
//! or in `Debug` output, a default for a secret, or a second reader of the environment.
//!
//! A variable that is set but empty counts as not set.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use url::Url;

use crate::github;
use crate::queue::{Database, Server};

/// What `serve` can be told, as it was told. [`Settings::validate`] makes a [`Config`] of it.
#[allow(rustdoc::bare_urls, reason = "clap shows these words as help")]
#[derive(Args, Clone, Default)]
pub struct Settings {
    /// Id of the GitHub App
    #[arg(long, env = "APP_ID", hide_env_values = true, value_name = "NUMBER")]
    pub app_id: Option<OsString>,
    /// The App's private key: the text of the PEM file, also with `\n` for its line ends
    #[arg(long, env = "PRIVATE_KEY", hide_env_values = true, value_name = "PEM")]
    pub private_key: Option<OsString>,
    /// File with the App's private key (PKCS#1, as GitHub hands it out, or PKCS#8)
    #[arg(long, env = "PRIVATE_KEY_PATH", hide_env_values = true, value_name = "FILE")]
    pub private_key_path: Option<OsString>,
    /// The webhook's secret; while it is rotated, both, with a comma between them
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true, value_name = "SECRET[,SECRET]")]
    pub webhook_secret: Option<OsString>,
    /// Root of GitHub's API [default: api.github.com]
    #[arg(long, env = "GITHUB_API_URL", hide_env_values = true, value_name = "URL")]
    pub github_api_url: Option<OsString>,
    /// Only for a registry on GitHub Enterprise Server: root of the API that knows the nominees on github.com
    #[arg(long, env = "NOMINEES_API_URL", hide_env_values = true, value_name = "URL")]
    pub nominees_api_url: Option<OsString>,
    /// Token for NOMINEES_API_URL
    #[arg(long, env = "NOMINEES_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub nominees_token: Option<OsString>,
    /// Accounts whose installations are served, with commas between them [default: all]
    #[arg(long, env = "ALLOWED_OWNERS", hide_env_values = true, value_name = "LOGIN[,LOGIN]")]
    pub allowed_owners: Option<OsString>,
    /// Judge and log the planned changes, but write nothing [default: false]
    #[arg(long, env = "DRY_RUN", hide_env_values = true, value_name = "true|false", num_args = 0..=1,
          require_equals = true, default_missing_value = "true")]
    pub dry_run: Option<OsString>,
    /// Address to listen at [default: 127.0.0.1]
    #[arg(long, env = "HOST", hide_env_values = true, value_name = "ADDRESS")]
    pub host: Option<OsString>,
    /// Port to listen at [default: 3000]
    #[arg(long, env = "PORT", hide_env_values = true, value_name = "NUMBER")]
    pub port: Option<OsString>,
    /// Where the inbox is: sqlite:FILE, created when missing, or, for several processes on one inbox,
    /// postgres://USER@HOST/DATABASE [default: sqlite:dpg-triage.db]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<OsString>,
    /// Seconds between looks at open pull requests, 10 to 86400 [default: 120]
    #[arg(long, env = "SWEEP_INTERVAL", hide_env_values = true, value_name = "SECONDS")]
    pub sweep_interval: Option<OsString>,
    /// Form of the log: text or json [default: text]
    #[arg(long, env = "LOG_FORMAT", hide_env_values = true, value_name = "text|json")]
    pub log_format: Option<OsString>,
    /// What is logged, in the syntax of tracing-subscriber's EnvFilter [default: info,octocrab=off]
    #[arg(long, env = "RUST_LOG", hide_env_values = true, value_name = "FILTER")]
    pub rust_log: Option<OsString>,
}

/// How `check` and `fix` ask the outside.
#[derive(Args, Clone, Default)]
pub struct Outside {
    /// Also ask: GitHub about the repositories, and the linked hosts
    #[arg(long)]
    pub online: bool,
    /// With --online: root of the API that knows the repositories [default: api.github.com]
    #[arg(
        long,
        env = "NOMINEES_API_URL",
        hide_env_values = true,
        value_name = "URL",
        hide_short_help = true
    )]
    pub nominees_api_url: Option<String>,
    /// With --online: token for it; without one GitHub allows 60 requests an hour
    #[arg(
        long,
        env = "NOMINEES_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        hide_short_help = true
    )]
    pub nominees_token: Option<String>,
}

/// Where the inbox is, for commands that need nothing else.
#[derive(Args, Clone, Default)]
pub struct Store {
    /// The inbox of `serve` [default: sqlite:dpg-triage.db]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL", global = true)]
    pub database_url: Option<OsString>,
}

impl Store {
    /// As [`Settings::validate`].
    ///
    /// # Errors
    /// The one mistake that there can be.
    pub fn validate(&self) -> Result<Database, Mistakes> {
        let mut check = Check::default();
        check.database(&self.database_url).ok_or(Mistakes(check.mistakes))
    }
}

/// Where GitHub's API is, unless something else is said.
pub const GITHUB_API: &str = "https://api.github.com";

/// Settings that hold.
#[derive(Clone, Debug)]
pub struct Config {
    /// Id of the GitHub App, at least 1.
    pub app_id: u64,
    /// PEM text of an RSA key that signs.
    pub private_key: SecretString,
    /// At least one, none empty, the newest need not be first.
    pub webhook_secrets: Vec<SecretString>,
    /// http or https, without user, query and fragment.
    pub github_api_url: Url,
    /// Where nominees on github.com are read, if not at `github_api_url`.
    pub nominees: Option<Nominees>,
    /// Logins; empty means all.
    pub allowed_owners: Vec<String>,
    /// Whether nothing is to be written to GitHub.
    pub dry_run: bool,
    /// An IP address or a host name.
    pub host: String,
    /// 0 lets the system choose.
    pub port: u16,
    /// Where the inbox is.
    pub database: Database,
    /// 10 s to a day.
    pub sweep_interval: Duration,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Holds for `EnvFilter`.
    pub log_filter: String,
}

impl Config {
    /// As the clients of GitHub take them.
    pub fn github(&self) -> github::Settings {
        let nominees = self.nominees.as_ref();
        github::Settings {
            app_id: self.app_id,
            private_key: self.private_key.clone(),
            api_url: self.github_api_url.to_string(),
            nominees: nominees.map(|nominees| (nominees.api_url.to_string(), nominees.token.clone())),
        }
    }
}

/// The API that is asked about nominees on github.com.
#[derive(Clone, Debug)]
pub struct Nominees {
    /// As `github_api_url`.
    pub api_url: Url,
    /// Without one GitHub allows 60 requests an hour.
    pub token: Option<SecretString>,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// Everything that is wrong with the settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistakes(pub Vec<Mistake>);

/// One thing that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// Name of the environment variable.
    pub variable: &'static str,
    /// What is wrong with it, without its value.
    pub what: String,
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings have mistakes:")?;
        self.0.iter().try_for_each(|Mistake { variable, what }| write!(f, "\n  {variable}: {what}"))
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl Settings {
    /// As the environment alone has them, for a command whose flags are others.
    ///
    /// # Errors
    /// Never for a value: [`Settings::validate`] looks at those.
    pub fn of_environment() -> Result<Self, clap::Error> {
        #[derive(clap::Parser)]
        struct Alone {
            #[command(flatten)]
            settings: Settings,
        }
        <Alone as clap::Parser>::try_parse_from(["dpg-triage"]).map(|alone| alone.settings)
    }

    /// Checks everything, and reads the file of the private key.
    ///
    /// # Errors
    /// All [`Mistakes`], in the order in which the help lists the settings.
    pub fn validate(&self) -> Result<Config, Mistakes> {
        let mut check = Check::default();
        let app_id = check.required("APP_ID", &self.app_id, number(1..=i64::MAX as u64));
        let private_key = self.private_key(&mut check);
        let webhook_secrets = check.required("WEBHOOK_SECRET", &self.webhook_secret, |text| {
            Ok(items(text)?.into_iter().map(SecretString::from).collect())
        });
        let github_api_url = check.or("GITHUB_API_URL", &self.github_api_url, GITHUB_API, api_url);
        let nominees_api_url = check.optional("NOMINEES_API_URL", &self.nominees_api_url, api_url);
        let token = check.optional("NOMINEES_TOKEN", &self.nominees_token, token);
        if token.is_some() && self.nominees_api_url.as_deref().is_none_or(OsStr::is_empty) {
            check.mistake("NOMINEES_TOKEN", "is of no use without NOMINEES_API_URL");
        }
        let allowed_owners = check.optional("ALLOWED_OWNERS", &self.allowed_owners, owners);
        let dry_run = check.or("DRY_RUN", &self.dry_run, "false", |text| match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err("must be true or false".to_owned()),
        });
        let host = check.or("HOST", &self.host, "127.0.0.1", host);
        let port = check.or("PORT", &self.port, "3000", number(0..=u16::MAX.into()));
        let database = check.database(&self.database_url);
        let sweep = check.or("SWEEP_INTERVAL", &self.sweep_interval, "120", number(10..=86_400));
        let log_format = check.or("LOG_FORMAT", &self.log_format, "text", |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be text or json".to_owned()),
        });
        let log_filter = check.or("RUST_LOG", &self.rust_log, "info,octocrab=off", |text| {
            let filter = tracing_subscriber::EnvFilter::try_new(text);
            filter
                .map(|_| text.to_owned())
                .map_err(|_| "is no filter, such as `info,dpg_triage=debug`".to_owned())
        });
        let config = (|| {
            Some(Config {
                app_id: app_id?,
                private_key: private_key?,
                webhook_secrets: webhook_secrets?,
                github_api_url: github_api_url?,
                nominees: nominees_api_url.map(|api_url| Nominees { api_url, token }),
                allowed_owners: allowed_owners.unwrap_or_default(),
                dry_run: dry_run?,
                host: host?,
                port: u16::try_from(port?).ok()?,
                database: database?,
                sweep_interval: Duration::from_secs(sweep?),
                log_format: log_format?,
                log_filter: log_filter?,
            })
        })();
        // Without a mistake nothing is missing.
        config.filter(|_| check.mistakes.is_empty()).ok_or(Mistakes(check.mistakes))
    }

    fn private_key(&self, check: &mut Check) -> Option<SecretString> {
        const NAMES: [&str; 2] = ["PRIVATE_KEY", "PRIVATE_KEY_PATH"];
        let text = check.optional(NAMES[0], &self.private_key, |text| {
            // Many a hosting service takes values of one line only.
            private_key(text.replace("\\r", "").replace("\\n", "\n"))
        });
        let file =
            |path: &str| private_key(std::fs::read_to_string(path).map_err(|error| unread(path, &error))?);
        let from_file = check.optional(NAMES[1], &self.private_key_path, file);
        let given = |value: &Option<OsString>| value.as_ref().is_some_and(|value| !value.is_empty());
        match (given(&self.private_key), given(&self.private_key_path)) {
            (true, true) => check.mistake(NAMES[1], "is given although PRIVATE_KEY is; which one holds?"),
            (false, false) => {
                check.mistake(NAMES[0], "is missing, and PRIVATE_KEY_PATH as well; one is needed")
            }
            _ => {}
        }
        text.or(from_file)
    }
}

/// Collects mistakes. Each method gives `None` when there was one.
#[derive(Default)]
struct Check {
    mistakes: Vec<Mistake>,
}

impl Check {
    fn mistake(&mut self, variable: &'static str, what: impl Into<String>) {
        self.mistakes.push(Mistake { variable, what: what.into() });
    }

    fn optional<T>(
        &mut self,
        variable: &'static str,
        value: &Option<OsString>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = value.as_deref().filter(|value| !value.is_empty())?;
        let parsed = value.to_str().ok_or_else(|| "is not UTF-8".to_owned()).and_then(parse);
        parsed.map_err(|what| self.mistake(variable, what)).ok()
    }

    fn or<T>(
        &mut self,
        variable: &'static str,
        value: &Option<OsString>,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let given = value.clone().filter(|value| !value.is_empty());
        self.optional(variable, &given.or_else(|| Some(default.into())), parse)
    }

    fn database(&mut self, value: &Option<OsString>) -> Option<Database> {
        self.or("DATABASE_URL", value, "sqlite:dpg-triage.db", database)
    }

    fn required<T>(
        &mut self,
        variable: &'static str,
        value: &Option<OsString>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if value.as_deref().is_none_or(OsStr::is_empty) {
            self.mistake(variable, "is missing");
        }
        self.optional(variable, value, parse)
    }
}

fn number(range: std::ops::RangeInclusive<u64>) -> impl FnOnce(&str) -> Result<u64, String> {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
    }
}

/// Blanks around an item are not part of it.
fn items(text: &str) -> Result<Vec<String>, String> {
    let items: Vec<String> = text.split(',').map(|item| item.trim().to_owned()).collect();
    if items.iter().any(String::is_empty) { Err("has an empty item".to_owned()) } else { Ok(items) }
}

/// What to do about a file that cannot be read. Its path is named, unless it looks as if somebody put the key itself there.
fn unread(path: &str, error: &io::Error) -> String {
    if path.len() > 250 || path.contains(['\n', '\r']) || path.contains("-----") {
        return "is no path; the text of a key belongs in PRIVATE_KEY".to_owned();
    }
    let cure = match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no such file; write where the .pem file lies that GitHub gave you"
        }
        io::ErrorKind::PermissionDenied => "this account may not read it; let it, for example with chown",
        io::ErrorKind::IsADirectory => "it is a folder; name the .pem file in it",
        io::ErrorKind::InvalidData => "it is no text; name the .pem file that GitHub gave you",
        _ => return format!("`{}` cannot be read: {error}", path.escape_debug()),
    };
    format!("`{}` cannot be read: {cure}", path.escape_debug())
}

fn private_key(pem: String) -> Result<SecretString, String> {
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(pem.trim().as_bytes());
    // Only a signature shows that there is a key in the PEM frame.
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    let signed = key.and_then(|key| jsonwebtoken::encode(&header, &serde_json::json!({}), &key));
    signed.map_err(|_| "is no RSA private key in PEM form, without a passphrase".to_owned())?;
    Ok(SecretString::from(pem.trim().to_owned()))
}

pub fn api_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not name a user or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a `?` or a `#`".to_owned());
    }
    Ok(url)
}

/// A token goes into a header.
fn token(text: &str) -> Result<SecretString, String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text.to_owned().into()) } else { Err("has characters that no token has".to_owned()) }
}

fn owners(text: &str) -> Result<Vec<String>, String> {
    let owners = items(text)?;
    let login =
        |owner: &String| owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if owners.iter().all(login) { Ok(owners) } else { Err("has an item that is no login".to_owned()) }
}

fn host(text: &str) -> Result<String, String> {
    let plain = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = plain.parse::<std::net::IpAddr>().is_ok();
    let name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if address || name { Ok(plain.to_owned()) } else { Err("is no address and no host name".to_owned()) }
}

/// `sqlite:bot.db` and `sqlite://bot.db` are in the working directory, `sqlite:///abs/bot.db` is absolute.
fn database(text: &str) -> Result<Database, String> {
    let scheme = text.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    let rest = match scheme.as_ref().map(|(scheme, rest)| (scheme.as_str(), *rest)) {
        Some(("sqlite", rest)) => rest,
        Some(("postgres" | "postgresql", _)) => return Server::read(text).map(Database::Server),
        _ => return Err("must begin with sqlite: or postgres://".to_owned()),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    if path == ":memory:" || query.contains("mode=memory") {
        return Err("must be a file: what is in memory does not outlive the process".to_owned());
    }
    if !matches!(query, "" | "mode=rw" | "mode=rwc") {
        return Err("has options that are not supported".to_owned());
    }
    if path.is_empty() || path.ends_with('/') {
        return Err("names no file".to_owned());
    }
    Ok(Database::File(path.into()))
}

#[cfg(test)]
mod tests;
