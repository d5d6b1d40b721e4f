//! A webhook payload of the size and the make of a real one, for the bench.

use serde_json::{Value, json};

/// A `pull_request` delivery of the size and the make of a real one.
pub fn payload() -> Vec<u8> {
    let sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    let api = "https://api.github.com/repos/DPGAlliance/publicgoods-candidates";
    let links = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| ((*name).to_owned(), json!({"href": format!("{api}/pulls/1347/{name}")})))
            .collect()
    };
    let side = |owner: &str| {
        json!({"label": format!("{owner}:add-nominee"), "ref": "add-nominee", "sha": sha, "user": account(owner),
               "repo": repository(owner)})
    };
    let body = "## Nomination\r\n\r\nWe nominate *Öffentliches Gut* 🌍 as a \"digital public good\".\r\n- [x] read\r\n";
    let payload = json!({
        "action": "synchronize", "number": 1347, "before": sha, "after": sha,
        "pull_request": {
            "url": format!("{api}/pulls/1347"), "id": 279_147_437, "node_id": "MDExOlB1bGxSZXF1ZXN0Mjc5MTQ3NDM3",
            "html_url": "https://github.com/DPGAlliance/publicgoods-candidates/pull/1347",
            "diff_url": "https://github.com/DPGAlliance/publicgoods-candidates/pull/1347.diff",
            "number": 1347, "state": "open", "locked": false, "title": "Add nominee: Öffentliches Gut",
            "user": account("octocat"), "body": body.repeat(12), "created_at": "2026-05-15T15:20:33Z",
            "updated_at": "2026-05-15T15:20:38Z", "closed_at": null, "merged_at": null, "merge_commit_sha": sha,
            "assignee": null, "assignees": [account("hubot")], "requested_reviewers": [account("reviewer")],
            "requested_teams": [], "labels": [label("nomination"), label("cop: health"), label("needs changes")],
            "milestone": null, "draft": false, "head": side("octocat"), "base": side("DPGAlliance"),
            "_links": links(&["self", "html", "issue", "comments", "review_comments", "commits", "statuses"]),
            "author_association": "CONTRIBUTOR", "auto_merge": null, "merged": false, "mergeable": null,
            "comments": 2, "review_comments": 0, "commits": 1, "additions": 42, "deletions": 0, "changed_files": 1
        },
        "repository": repository("DPGAlliance"), "organization": account("DPGAlliance"),
        "sender": account("octocat"), "installation": {"id": 42, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u"}
    });
    payload.to_string().into_bytes()
}

fn account(login: &str) -> Value {
    let mut account = json!({"login": login, "id": 21_031_067, "node_id": "MDQ6VXNlcjIxMDMxMDY3",
        "avatar_url": "https://avatars.githubusercontent.com/u/21031067?v=4", "gravatar_id": "", "type": "User",
        "html_url": format!("https://github.com/{login}"), "site_admin": false, "user_view_type": "public"});
    for name in [
        "followers",
        "following{/other_user}",
        "gists{/gist_id}",
        "starred{/owner}{/repo}",
        "subscriptions",
        "orgs",
        "repos",
        "events{/privacy}",
        "received_events",
    ] {
        let key = name.split('{').next().unwrap_or_default();
        account[format!("{key}_url")] = json!(format!("https://api.github.com/users/{login}/{name}"));
    }
    account
}

fn repository(owner: &str) -> Value {
    let full_name = format!("{owner}/publicgoods-candidates");
    let mut repository = json!({"id": 186_853_002, "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=",
        "name": "publicgoods-candidates", "full_name": full_name, "private": false, "owner": account(owner),
        "html_url": format!("https://github.com/{full_name}"), "description": "Nominees to the registry",
        "fork": false, "created_at": "2019-05-15T15:19:25Z", "updated_at": "2026-05-15T15:19:27Z", "size": 12_345,
        "stargazers_count": 50, "watchers_count": 50, "language": "JavaScript", "has_issues": true,
        "has_projects": true, "has_downloads": true, "has_wiki": true, "has_pages": false, "forks_count": 120,
        "archived": false, "disabled": false, "open_issues_count": 31, "license": {"key": "cc0-1.0",
        "name": "Creative Commons Zero v1.0 Universal", "spdx_id": "CC0-1.0", "node_id": "MDc6TGljZW5zZTY="},
        "topics": ["digital-public-goods", "sdg"], "visibility": "public", "default_branch": "main",
        "allow_squash_merge": true, "allow_merge_commit": true, "allow_rebase_merge": true});
    for name in [
        "forks",
        "keys{/key_id}",
        "collaborators{/collaborator}",
        "teams",
        "hooks",
        "issue_events{/number}",
        "events",
        "assignees{/user}",
        "branches{/branch}",
        "tags",
        "git_tags{/sha}",
        "git_refs{/sha}",
        "trees{/sha}",
        "statuses/{sha}",
        "languages",
        "stargazers",
        "contributors",
        "subscribers",
        "subscription",
        "commits{/sha}",
        "git_commits{/sha}",
        "comments{/number}",
        "issue_comment{/number}",
        "contents/{+path}",
        "compare/{base}...{head}",
        "merges",
        "archive/{archive_format}{/ref}",
        "downloads",
        "issues{/number}",
        "pulls{/number}",
        "milestones{/number}",
        "notifications{?since,all,participating}",
        "labels{/name}",
        "releases{/id}",
        "deployments",
    ] {
        let key = name.split(['{', '/']).next().unwrap_or_default();
        repository[format!("{key}_url")] = json!(format!("https://api.github.com/repos/{full_name}/{name}"));
    }
    repository
}

fn label(name: &str) -> Value {
    json!({"id": 208_045_946, "node_id": "MDU6TGFiZWwyMDgwNDU5NDY=", "name": name, "color": "d73a4a", "default": false,
        "url": format!("https://api.github.com/repos/DPGAlliance/publicgoods-candidates/labels/{name}"),
        "description": "Set by the triage of nominations"})
}
