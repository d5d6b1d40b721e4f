//! The payloads of webhooks. Source: "Webhook events and payloads".

use crate::fake_github::Unknown;
use crate::fake_github::git::Mode;
use crate::fake_github::hooks::Event;
use crate::fake_github::shapes::node_id;
use crate::fake_github::world::{AccountKind, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Events that every App gets, asked for or not.
const UNASKED: [&str; 3] = ["installation", "installation_repositories", "installation_target"];

impl World {
    /// Puts an event of a repository into the outbox, if the App is installed there and listens to it.
    pub(super) fn emit(
        &mut self,
        repository: u64,
        event: &str,
        action: Option<&str>,
        sender: u64,
        parts: Value,
    ) -> Result<(), Unknown> {
        let repository = self.repo(repository)?;
        let Some(installation) = self.installation_of(repository) else { return Ok(()) };
        if installation.suspended_at.is_some() || !self.listens_to(event, action) {
            return Ok(());
        }
        let mut payload = Map::new();
        if let Some(action) = action {
            payload.insert("action".to_owned(), json!(action));
        }
        if let Value::Object(parts) = parts {
            payload.extend(parts);
        }
        payload.insert("repository".to_owned(), self.repository_json(repository));
        let owner = self.accounts.get(&repository.owner);
        if owner.is_some_and(|owner| owner.kind == AccountKind::Organization) {
            payload.insert("organization".to_owned(), self.organization_json(repository.owner));
        }
        payload.insert("sender".to_owned(), self.account_json(sender));
        let short = json!({"id": installation.id, "node_id": node_id("MDIz", installation.id)});
        payload.insert("installation".to_owned(), short);
        let event = Event {
            event: event.to_owned(),
            action: action.map(str::to_owned),
            installation: Some(installation.id),
            repository: Some(repository.id),
            body: Value::Object(payload).to_string().into_bytes(),
        };
        self.outbox.push(event);
        Ok(())
    }

    /// An App with the checks permission gets these without asking; all else must be subscribed.
    fn listens_to(&self, event: &str, action: Option<&str>) -> bool {
        let for_the_owner = matches!(
            (event, action),
            ("check_run" | "check_suite", Some("requested" | "rerequested" | "requested_action"))
        );
        for_the_owner || UNASKED.contains(&event) || self.app.events.iter().any(|name| name == event)
    }

    fn organization_json(&self, id: u64) -> Value {
        let login = self.login(id);
        json!({
            "login": login, "id": id, "node_id": node_id("O", id), "url": format!("{}/orgs/{login}", self.url),
            "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"), "description": "",
        })
    }

    /// `pull_request`.
    pub(super) fn emit_pull(
        &mut self,
        repository: u64,
        number: u64,
        action: &str,
        sender: u64,
        extra: Value,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let (thread, pull) = (self.thread(repository, number)?, self.pull(repository, number)?);
        let mut parts = json!({"number": number, "pull_request": self.full_pull_json(here, thread, pull)});
        merge(&mut parts, extra);
        self.emit(repository, "pull_request", Some(action), sender, parts)
    }

    /// `issue_comment`.
    pub(super) fn emit_comment(
        &mut self,
        repository: u64,
        number: u64,
        comment: Value,
        action: &str,
        sender: u64,
        extra: Value,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let issue = self.issue_json(here, self.thread(repository, number)?);
        let mut parts = json!({"issue": issue, "comment": comment});
        merge(&mut parts, extra);
        self.emit(repository, "issue_comment", Some(action), sender, parts)
    }

    /// `check_run`.
    pub(super) fn emit_check_run(
        &mut self,
        repository: u64,
        run: u64,
        action: &str,
        sender: u64,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let Some(found) = here.check_runs.iter().find(|one| one.id == run) else {
            return Err(Unknown(format!("check run {run}")));
        };
        let mut value = self.check_run_json(here, found);
        if let Some(suite) = here.suites.iter().find(|suite| suite.id == found.suite) {
            value["check_suite"] = self.simple_check_suite_json(here, suite);
        }
        self.emit(repository, "check_run", Some(action), sender, json!({"check_run": value}))
    }

    /// `check_suite`.
    pub(super) fn emit_check_suite(
        &mut self,
        repository: u64,
        suite: u64,
        action: &str,
        sender: u64,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let Some(found) = here.suites.iter().find(|one| one.id == suite) else {
            return Err(Unknown(format!("check suite {suite}")));
        };
        let value = self.check_suite_json(here, found);
        self.emit(repository, "check_suite", Some(action), sender, json!({"check_suite": value}))
    }

    /// `push` of one commit to a branch.
    pub(super) fn emit_push(
        &mut self,
        repository: u64,
        branch: &str,
        before: &str,
        after: &str,
        sender: u64,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let Some(commit) = self.git.commit(after) else { return Err(Unknown(format!("commit {after}"))) };
        let mut head = self.short_commit_json(commit);
        merge(&mut head, self.touched_paths(before, after));
        let compare = format!("{}/compare/{before}...{after}", self.repository_page(here));
        let parts = json!({
            "ref": format!("refs/heads/{branch}"), "before": before, "after": after, "created": false,
            "deleted": false, "forced": false, "base_ref": null, "compare": compare,
            "commits": [head], "head_commit": head,
            "pusher": {"name": self.login(sender), "email": format!("{}@users.noreply.github.com", self.login(sender))},
        });
        self.emit(repository, "push", None, sender, parts)
    }

    fn touched_paths(&self, before: &str, after: &str) -> Value {
        let files = |sha: &str| self.git.commit(sha).map(|commit| commit.files.clone()).unwrap_or_default();
        let (old, new) = (files(before), files(after));
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let (mut added, mut removed, mut modified) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            match (old.get(path), new.get(path)) {
                (None, Some(entry)) if entry.mode != Mode::Folder => added.push(path.clone()),
                (Some(_), None) => removed.push(path.clone()),
                (Some(was), Some(is)) if was != is => modified.push(path.clone()),
                _ => {}
            }
        }
        json!({"added": added, "removed": removed, "modified": modified})
    }

    /// `installation` and `installation_repositories`: they have no `repository`.
    pub(super) fn emit_installation(
        &mut self,
        installation: u64,
        event: &str,
        action: &str,
        sender: u64,
        parts: Value,
    ) {
        let Some(found) = self.installations.get(&installation) else { return };
        let mut payload = json!({
            "action": action, "installation": self.installation_json(found), "sender": self.account_json(sender),
        });
        // Where it was made, it is whoever had asked for it, and here nobody had; elsewhere it is always null.
        if action != "created" {
            merge(&mut payload, json!({"requester": null}));
        }
        merge(&mut payload, parts);
        self.outbox.push(Event {
            event: event.to_owned(),
            action: Some(action.to_owned()),
            installation: Some(installation),
            repository: None,
            body: payload.to_string().into_bytes(),
        });
    }
}

/// Adds the keys of one object to another.
fn merge(into: &mut Value, extra: Value) {
    if let (Value::Object(into), Value::Object(extra)) = (into, extra) {
        into.extend(extra);
    }
}
