//! Pull requests, their files and contents, comments, labels, check runs.

use super::*;

/// Makes the new text out of the old one and a patch, as a reader of `patch` would.
fn patched(old: &str, patch: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut new, mut next) = (String::new(), 0);
    for line in patch.lines() {
        if let Some(head) = line.strip_prefix("@@ -") {
            let numbers = head.split([' ', ',']).next().unwrap();
            let start: usize = numbers.parse::<usize>().unwrap().saturating_sub(1);
            old[next..start].iter().for_each(|line| new.push_str(line));
            next = start;
        } else if let Some(added) = line.strip_prefix('+') {
            new.push_str(added);
            new.push('\n');
        } else if line.starts_with('\\') {
            if new.ends_with('\n') && next == old.len() {
                new.pop();
            }
        } else {
            if line.starts_with(' ') {
                new.push_str(old[next]);
            }
            next += 1;
        }
    }
    old[next..].iter().for_each(|line| new.push_str(line));
    new
}

#[tokio::test]
async fn a_patch_makes_the_text() {
    let setup = Setup::new().await;
    let old: String = (0..60).map(|n| format!("line {n}\n")).collect();
    setup.github.commit_to_base(REGISTRY, "rosa", vec![FileChange::write("long.txt", old.as_str())]).unwrap();
    let new = old.replace("line 3\n", "line three\nand more\n").replace("line 50\n", "");
    let added = "{\n  \"name\": \"É\"\n}";
    let changes = vec![
        FileChange::write("long.txt", new.as_str()),
        FileChange::write("nominees/a.json", added),
        FileChange::rename("nominees/old.json", "nominees/older.json"),
        FileChange::remove("README.md"),
        FileChange::write("logo.png", b"\x89PNG\0\0".to_vec()),
    ];
    let number = setup
        .github
        .open_pull_request(REGISTRY, PullRequestSetup::from_fork("amara", "Mix", changes))
        .unwrap();
    let files = value(setup.get(&format!("/pulls/{number}/files?per_page=100")).await).await;
    let file = |name: &str| files.as_array().unwrap().iter().find(|file| file["filename"] == name).unwrap();
    assert_eq!(patched(&old, file("long.txt")["patch"].as_str().unwrap()), new);
    assert_eq!(patched("", file("nominees/a.json")["patch"].as_str().unwrap()), added);
    assert_eq!(file("nominees/older.json")["previous_filename"], "nominees/old.json");
    assert_eq!((&file("README.md")["status"], &file("logo.png")["patch"]), (&json!("removed"), &Value::Null));
    let sha = file("nominees/a.json")["sha"].as_str().unwrap();
    let raw = setup.registry(Method::GET, &format!("/git/blobs/{sha}"));
    let raw = raw.header("accept", "application/vnd.github.raw+json").send().await.unwrap();
    assert_eq!(raw.text().await.unwrap(), added);
}

#[tokio::test]
async fn contents_are_read_at_any_commit() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let head = setup.github.pull_request(REGISTRY, number).unwrap().head_sha;
    assert_eq!(setup.get("/contents/nominees/new.json").await.status(), 404);
    let file = value(setup.get(&format!("/contents/nominees/new.json?ref={head}")).await).await;
    assert_eq!((&file["type"], &file["encoding"]), (&json!("file"), &json!("base64")));
    let folder = value(setup.get(&format!("/contents/nominees?ref=refs/pull/{number}/head")).await).await;
    assert_eq!(folder.as_array().unwrap().len(), 2);
    let tree = value(setup.get("/git/trees/main?recursive=1").await).await;
    let paths: Vec<&str> =
        tree["tree"].as_array().unwrap().iter().map(|item| item["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["README.md", "nominees", "nominees/old.json"]);
    setup
        .github
        .commit_to_base(REGISTRY, "rosa", vec![FileChange::link("l.json", "nominees/old.json")])
        .unwrap();
    assert_eq!(value(setup.get("/contents/l.json").await).await["type"], "file");
    let history = value(setup.get("/commits?path=nominees/old.json").await).await;
    assert_eq!(history.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn pull_requests_go_their_way() {
    let setup = Setup::new().await;
    let (first, second) = (setup.nominate(), setup.nominate());
    let github = &setup.github;
    let head =
        github.push(REGISTRY, second, "amara", vec![FileChange::write("nominees/two.json", "{}")]).unwrap();
    github.edit_title(REGISTRY, second, "amara", "Add two").unwrap();
    github.convert_to_draft(REGISTRY, second, "amara").unwrap();
    let pull = value(setup.get(&format!("/pulls/{second}")).await).await;
    assert_eq!(
        (&pull["head"]["sha"], &pull["draft"], &pull["title"]),
        (&json!(head), &json!(true), &json!("Add two"))
    );
    assert_eq!(pull["head"]["repo"]["full_name"], "amara/candidates");
    assert_eq!(pull["changed_files"], 2);
    github.merge(REGISTRY, first, "rosa").unwrap();
    assert_eq!(value(setup.get(&format!("/pulls/{first}")).await).await["merged"], true);
    assert_eq!(setup.get("/contents/nominees/new.json").await.status(), 200);
    let open = value(setup.get("/pulls?state=open").await).await;
    assert_eq!(open.as_array().unwrap().len(), 1);
    github.close(REGISTRY, second, "amara").unwrap();
    github.reopen(REGISTRY, second, "amara").unwrap();
    assert!(github.pull_request(REGISTRY, second).unwrap().open);
}

#[tokio::test]
async fn labels_are_made_silently() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let path = format!("/issues/{number}/labels");
    let on_it = value(setup.post(&path, json!(["triage: on hold"])).await).await;
    assert_eq!((&on_it[0]["color"], &on_it[0]["description"]), (&json!("ededed"), &Value::Null));
    let gone = setup.send(Method::DELETE, &format!("{path}/triage%3A%20on%20hold"), json!({})).await;
    assert_eq!(value(gone).await, json!([]));
    let again = setup.send(Method::DELETE, &format!("{path}/triage%3A%20on%20hold"), json!({})).await;
    assert_eq!(again.status(), 404);
    assert_eq!(setup.post("/labels", json!({"name": "Triage: On Hold"})).await.status(), 422);
    let events = value(setup.get(&format!("/issues/{number}/events")).await).await;
    assert_eq!(
        (&events[1]["event"], &events[1]["label"]["name"]),
        (&json!("unlabeled"), &json!("triage: on hold"))
    );
    assert_eq!(events[0]["actor"]["login"], "dpg-triage[bot]");
}

#[tokio::test]
async fn a_reaction_is_given_once() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let comment = setup.github.comment(REGISTRY, number, "amara", "/recheck").unwrap();
    let path = format!("/issues/comments/{comment}/reactions");
    let first = setup.post(&path, json!({"content": "eyes"})).await;
    assert_eq!(first.status(), 201);
    let id = value(first).await["id"].clone();
    let again = setup.post(&path, json!({"content": "eyes"})).await;
    assert_eq!((again.status().as_u16(), &value(again).await["id"]), (200, &id));
    setup.github.react(REGISTRY, comment, "rosa", "+1").unwrap();
    let rollup = value(setup.get(&format!("/issues/comments/{comment}")).await).await["reactions"].clone();
    assert_eq!((&rollup["total_count"], &rollup["eyes"], &rollup["+1"]), (&json!(2), &json!(1), &json!(1)));
    let gone = setup.send(Method::DELETE, &format!("{path}/{id}"), json!({})).await;
    assert_eq!(gone.status(), 204);
    let view = setup.github.pull_request(REGISTRY, number).unwrap();
    assert_eq!(view.comments[0].reactions, [("rosa".to_owned(), "+1".to_owned())]);
}

#[tokio::test]
async fn annotations_are_appended() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let head = setup.github.pull_request(REGISTRY, number).unwrap().head_sha;
    let note =
        json!({"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"});
    let output = json!({"title": "t", "summary": "s", "annotations": [note]});
    let run = json!({"name": "N", "head_sha": head, "status": "completed", "conclusion": "failure", "output": output});
    let made = value(setup.post("/check-runs", run).await).await;
    let path = format!("/check-runs/{}", made["id"]);
    let updated = setup.send(Method::PATCH, &path, json!({"output": output, "external_id": "x"})).await;
    assert_eq!(value(updated).await["output"]["annotations_count"], 2);
    let listed = value(setup.get(&format!("{path}/annotations")).await).await;
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let at_head = value(setup.get(&format!("/commits/{head}/check-runs?check_name=N")).await).await;
    assert_eq!((&at_head["total_count"], &at_head["check_runs"][0]["external_id"]), (&json!(1), &json!("x")));
    assert_eq!(at_head["check_runs"][0]["pull_requests"], json!([]));
}

#[tokio::test]
async fn reviews_point_into_the_difference() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let path = format!("/pulls/{number}/reviews");
    let on_line = |line: u64| {
        let comment = json!({"path": "nominees/new.json", "line": line, "body": "```suggestion\nx\n```"});
        json!({"event": "COMMENT", "body": "Suggestions", "comments": [comment]})
    };
    assert_eq!(setup.post(&path, on_line(4)).await.status(), 422);
    assert_eq!(setup.post(&path, on_line(2)).await.status(), 200);
    let elsewhere = json!({"event": "COMMENT", "body": "x", "commit_id": "0".repeat(40)});
    assert_eq!(setup.post(&path, elsewhere).await.status(), 422, "no such commit");
    let approval = setup.github.review(REGISTRY, number, "rosa", "APPROVED", "").unwrap();
    setup.github.dismiss_review(REGISTRY, number, approval, "rosa").unwrap();
    let reviews = value(setup.get(&path).await).await;
    let states: Vec<&Value> = reviews.as_array().unwrap().iter().map(|review| &review["state"]).collect();
    assert_eq!(states, ["COMMENTED", "DISMISSED"]);
    assert_eq!(setup.github.pull_request(REGISTRY, number).unwrap().reviews[0].comments[0].line, 2);
}

/// Several lines of a comment stand in one hunk.
#[tokio::test]
async fn review_comments_span_no_gap() {
    let setup = Setup::new().await;
    let lines = |changed: &[usize]| -> String {
        (1..=30).map(|at| format!("{at}{}\n", if changed.contains(&at) { " new" } else { "" })).collect()
    };
    let long = FileChange::write("docs/long.md", lines(&[]));
    let first =
        setup.github.open_pull_request(REGISTRY, PullRequestSetup::from_fork("amara", "Long", vec![long]));
    setup.github.merge(REGISTRY, first.unwrap(), "rosa").unwrap();
    let change = FileChange::write("docs/long.md", lines(&[5, 25]));
    let pull = PullRequestSetup::from_fork("amara", "Change", vec![change]);
    let number = setup.github.open_pull_request(REGISTRY, pull).unwrap();
    for (start, line, status) in
        [(2, 8, 200), (22, 28, 200), (5, 25, 422), (8, 9, 422), (15, 16, 422), (5, 5, 422)]
    {
        let comment = json!({"path": "docs/long.md", "start_line": start, "line": line, "body": "x"});
        let body = json!({"event": "COMMENT", "body": "x", "comments": [comment]});
        let answer = setup.post(&format!("/pulls/{number}/reviews"), body).await;
        assert_eq!(answer.status(), status, "{start}-{line}");
    }
}

#[tokio::test]
async fn only_collaborators_are_asked_for_a_review() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let path = format!("/pulls/{number}/requested_reviewers");
    setup.github.add_team("dpg", "health", &["rosa"]).unwrap();
    assert_eq!(setup.post(&path, json!({"team_reviewers": ["health"]})).await.status(), 422);
    setup.github.give_team_access(REGISTRY, "health").unwrap();
    assert_eq!(setup.post(&path, json!({"team_reviewers": ["health"]})).await.status(), 201);
    assert_eq!(setup.post(&path, json!({"reviewers": ["amara"]})).await.status(), 422);
    let members = setup.request(Method::GET, "/orgs/dpg/teams/health/members").bearer_auth(&setup.token);
    assert_eq!(value(members.send().await.unwrap()).await[0]["login"], "rosa");
    assert_eq!(setup.github.pull_request(REGISTRY, number).unwrap().requested_reviewers, ["team:health"]);
}

#[tokio::test]
async fn graphql_tells_who_changed_a_comment() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let comment =
        value(setup.post(&format!("/issues/{number}/comments"), json!({"body": "- [ ] a"})).await).await;
    let id = comment["id"].as_u64().unwrap();
    setup.github.edit_comment(REGISTRY, id, "rosa", "- [x] a").unwrap();
    setup.github.react(REGISTRY, id, "rosa", "-1").unwrap();
    let question = json!({"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": [comment["node_id"], "x"]}});
    let answer = setup.request(Method::POST, "/graphql").bearer_auth(&setup.token).json(&question);
    let answer = value(answer.send().await.unwrap()).await;
    let node = &answer["data"]["nodes"][0];
    assert_eq!(node["userContentEdits"]["nodes"][0]["editor"]["login"], "rosa");
    assert_eq!(node["userContentEdits"]["nodes"][1]["editor"]["login"], "dpg-triage");
    assert_eq!(node["userContentEdits"]["nodes"][1]["diff"], "- [ ] a");
    assert_eq!(node["reactions"]["nodes"][0]["content"], "THUMBS_DOWN");
    assert_eq!((answer["data"]["rateLimit"]["cost"].as_u64(), setup.github.graphql_points()), (Some(1), 1));
    assert_eq!(
        (&answer["data"]["nodes"][1], &answer["errors"][0]["type"]),
        (&Value::Null, &json!("NOT_FOUND"))
    );
}

#[tokio::test]
async fn a_nominee_shows_its_life() {
    let setup = Setup::new().await;
    let add = |full_name: &str, empty: bool| {
        let license = Some(LicenseSetup::detected("NOASSERTION")).filter(|_| !empty);
        let full_name = full_name.to_owned();
        setup
            .github
            .add_repository(RepositorySetup { full_name, empty, license, ..Default::default() })
            .unwrap()
    };
    add("acme/tool", false);
    add("acme/void", true);
    let ask = async |path: &str| {
        let request = setup.request(Method::GET, path).bearer_auth(&setup.token);
        value(request.send().await.unwrap()).await
    };
    assert_eq!(ask("/repos/acme/tool/license").await["license"]["spdx_id"], "NOASSERTION");
    assert_eq!(ask("/repos/acme/tool/readme").await["path"], "README.md");
    assert_eq!(
        (&ask("/repos/acme/tool").await["size"], &ask("/repos/acme/void").await["size"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(ask("/repos/acme/void/contents").await["message"], "This repository is empty.");
    assert_eq!(ask("/repos/acme/void/git/trees/main").await["status"], "409");
    assert_eq!(ask("/users/acme/repos").await.as_array().unwrap().len(), 2);
    let unchanged = ask(&format!("/repos/{REGISTRY}/compare/main...main")).await;
    assert_eq!(unchanged["status"], "identical");
}
