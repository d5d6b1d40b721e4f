//! The JSON forms of accounts, repositories, labels and installations, as the REST API and webhooks show them.

mod checks;
mod files;
mod threads;

use super::world::{Account, AccountKind, Installation, Label, License, Repository, World};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A time as GitHub writes it: `2024-01-01T00:00:00Z`.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A global node id, such as `IC_kwDO...` for an issue comment.
pub(super) fn node_id(prefix: &str, id: u64) -> String {
    format!("{prefix}_kwDO{}", URL_SAFE_NO_PAD.encode(id.to_be_bytes()))
}

/// The id of the issue comment that a node id means.
pub(super) fn comment_of_node(node: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(node.strip_prefix("IC_kwDO")?).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

impl World {
    /// "Simple User". The ghost stands in for an account that is gone.
    pub(super) fn account_json(&self, id: u64) -> Value {
        let ghost = Account { id: 10_137, login: "ghost".to_owned(), kind: AccountKind::User };
        let account = self.accounts.get(&id).unwrap_or(&ghost);
        let (login, id) = (&account.login, account.id);
        let path = login.replace('[', "%5B").replace(']', "%5D");
        let (api, html) = (format!("{}/users/{path}", self.url), self.account_page(account));
        let prefix = match account.kind {
            AccountKind::User => "U",
            AccountKind::Bot => "BOT",
            AccountKind::Organization => "O",
        };
        json!({
            "login": login, "id": id, "node_id": node_id(prefix, id),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"), "gravatar_id": "",
            "url": api, "html_url": html,
            "followers_url": format!("{api}/followers"),
            "following_url": format!("{api}/following{{/other_user}}"),
            "gists_url": format!("{api}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/subscriptions"),
            "organizations_url": format!("{api}/orgs"),
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events{{/privacy}}"),
            "received_events_url": format!("{api}/received_events"),
            "type": format!("{:?}", account.kind), "user_view_type": "public", "site_admin": false,
        })
    }

    fn account_page(&self, account: &Account) -> String {
        match account.login.strip_suffix("[bot]") {
            Some(app) => format!("https://github.com/apps/{app}"),
            None => format!("https://github.com/{}", account.login),
        }
    }

    /// `{api}/repos/{owner}/{name}`.
    pub(super) fn repository_url(&self, repository: &Repository) -> String {
        format!("{}/repos/{}", self.url, self.full_name(repository))
    }

    /// `https://github.com/{owner}/{name}`.
    pub(super) fn repository_page(&self, repository: &Repository) -> String {
        format!("https://github.com/{}", self.full_name(repository))
    }

    /// "Repository", as events and lists carry it.
    pub(super) fn repository_json(&self, repository: &Repository) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let open = repository.threads.values().filter(|thread| thread.open).count();
        let forks = self.repositories.values().filter(|fork| fork.parent == Some(repository.id)).count();
        let mut value = json!({
            "id": repository.id, "node_id": node_id("R", repository.id), "name": repository.name,
            "full_name": self.full_name(repository), "private": repository.private,
            "owner": self.account_json(repository.owner), "html_url": html, "url": api,
            "description": repository.description, "fork": repository.is_fork,
            "homepage": repository.homepage, "language": repository.language, "size": self.kilobytes(repository),
            "archived": repository.archived, "disabled": false, "is_template": false,
            "visibility": if repository.private { "private" } else { "public" },
            "default_branch": repository.default_branch, "topics": repository.topics,
            "created_at": stamp(repository.created_at), "updated_at": stamp(repository.updated_at),
            "pushed_at": stamp(repository.pushed_at), "allow_forking": true,
            "license": repository.license.as_ref().map(|license| self.license_json(license)),
            "git_url": format!("git://github.com/{}.git", self.full_name(repository)),
            "clone_url": format!("{html}.git"), "contents_url": format!("{api}/contents/{{+path}}"),
            "pulls_url": format!("{api}/pulls{{/number}}"), "issues_url": format!("{api}/issues{{/number}}"),
            "labels_url": format!("{api}/labels{{/name}}"), "trees_url": format!("{api}/git/trees{{/sha}}"),
        });
        for key in ["stargazers_count", "watchers_count", "watchers"] {
            value[key] = json!(repository.stars);
        }
        for key in ["has_issues", "has_projects", "has_downloads", "has_wiki"] {
            value[key] = json!(true);
        }
        for (key, count) in
            [("forks_count", forks), ("forks", forks), ("open_issues_count", open), ("open_issues", open)]
        {
            value[key] = json!(count);
        }
        value
    }

    /// 0 for a repository without a commit.
    fn kilobytes(&self, repository: &Repository) -> usize {
        let head = repository.branches.get(&repository.default_branch);
        head.and_then(|sha| self.git.commit(sha)).map_or(0, |commit| commit.bytes.div_ceil(1_024))
    }

    /// "Full Repository": the answer of "Get a repository".
    pub(super) fn full_repository_json(&self, repository: &Repository) -> Value {
        let mut value = self.repository_json(repository);
        let owner = self.accounts.get(&repository.owner);
        if owner.is_some_and(|owner| owner.kind == AccountKind::Organization) {
            value["organization"] = self.account_json(repository.owner);
        }
        if let Some(parent) = repository.parent.and_then(|parent| self.repositories.get(&parent)) {
            value["parent"] = self.repository_json(parent);
            value["source"] = value["parent"].clone();
        }
        value["subscribers_count"] = json!(3);
        value["network_count"] = value["forks_count"].clone();
        value
    }

    /// "Simple License": `other` / `NOASSERTION` where the detector is not sure.
    pub(super) fn license_json(&self, license: &License) -> Value {
        if license.spdx_id == "NOASSERTION" {
            return json!({
                "key": "other", "name": "Other", "spdx_id": "NOASSERTION", "url": null, "node_id": "MDc6TGljZW5zZTA=",
            });
        }
        let key = license.spdx_id.to_lowercase();
        json!({
            "key": key, "name": license.spdx_id, "spdx_id": license.spdx_id,
            "url": format!("{}/licenses/{key}", self.url), "node_id": format!("MDc6TGljZW5zZT{key}"),
        })
    }

    /// "Label".
    pub(super) fn label_json(&self, repository: &Repository, label: &Label) -> Value {
        let name: String = url::form_urlencoded::byte_serialize(label.name.as_bytes()).collect();
        json!({
            "id": label.id, "node_id": node_id("LA", label.id),
            "url": format!("{}/labels/{}", self.repository_url(repository), name.replace('+', "%20")),
            "name": label.name, "color": label.color, "default": false, "description": label.description,
        })
    }

    /// "GitHub app".
    pub(super) fn app_json(&self) -> Value {
        let app = &self.app;
        json!({
            "id": app.id, "client_id": app.client_id(), "slug": app.slug,
            "node_id": node_id("A", app.id), "name": app.name, "owner": self.account_json(app.bot),
            "description": "", "external_url": "https://example.org",
            "html_url": format!("https://github.com/apps/{}", app.slug),
            "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z",
            "permissions": app.permissions, "events": app.events,
        })
    }

    /// Who suspended an installation: its owner, in the older copy of a user that the description has there.
    fn suspender_json(&self, owner: u64) -> Value {
        let mut account = self.account_json(owner);
        if let Some(fields) = account.as_object_mut() {
            fields.remove("user_view_type");
        }
        account
    }

    /// "Installation".
    pub(super) fn installation_json(&self, installation: &Installation) -> Value {
        let login = self.login(installation.account);
        let kind = self.accounts.get(&installation.account).map(|account| account.kind).unwrap_or_default();
        json!({
            "id": installation.id, "account": self.account_json(installation.account),
            "client_id": self.app.client_id(),
            "app_id": self.app.id, "app_slug": self.app.slug,
            "target_id": installation.account, "target_type": format!("{kind:?}"),
            "repository_selection": if installation.selected.is_some() { "selected" } else { "all" },
            "access_tokens_url": format!("{}/app/installations/{}/access_tokens", self.url, installation.id),
            "repositories_url": format!("{}/installation/repositories", self.url),
            "html_url": format!("https://github.com/organizations/{login}/settings/installations/{}", installation.id),
            "permissions": installation.permissions(&self.app), "events": self.app.events,
            "created_at": stamp(installation.created_at), "updated_at": stamp(installation.created_at),
            "single_file_name": null, "has_multiple_single_files": false, "single_file_paths": [],
            "suspended_at": installation.suspended_at.map(stamp),
            "suspended_by": installation.suspended_at.map(|_| self.suspender_json(installation.account)),
        })
    }
}
