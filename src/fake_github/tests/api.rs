//! Credentials, permissions, pages, ETags, redirects.

use super::*;

#[tokio::test]
async fn an_app_is_known_by_its_jwt() {
    let setup = Setup::new().await;
    let ask = |jwt: String| setup.request(Method::GET, "/app").bearer_auth(jwt).send();
    let good = ask(jwt(7, -60, 540)).await.unwrap();
    assert_eq!(good.status(), 200);
    assert_eq!(value(good).await["slug"], "dpg-triage");
    for bad in [jwt(8, -60, 540), jwt(7, -60, 700), jwt(7, -700, -60), jwt(7, 60, 540), "a.b.c".to_owned()] {
        assert_eq!(ask(bad).await.unwrap().status(), 401);
    }
    let without = setup.request(Method::GET, "/app").send().await.unwrap();
    assert_eq!(without.status(), 401);
}

#[tokio::test]
async fn a_token_serves_until_it_expires() {
    let setup = Setup::new().await;
    assert_eq!(setup.get("").await.status(), 200);
    setup.github.expire_tokens();
    let refused = setup.get("").await;
    assert_eq!(refused.status(), 401);
    assert_eq!(value(refused).await["message"], "Bad credentials");
    let anew = setup.new_token().await;
    let path = format!("/repos/{REGISTRY}");
    let answer = setup.request(Method::GET, &path).bearer_auth(anew).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn octocrab_can_read_the_answers() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let private = EncodingKey::from_rsa_pem(setup.github.private_pem().as_bytes()).unwrap();
    let octocrab = octocrab::Octocrab::builder().base_uri(setup.github.url()).unwrap().app(7.into(), private);
    let app = octocrab.build().unwrap();
    let installation = app.apps().get_repository_installation("dpg", "candidates").await.unwrap();
    let octocrab = app.installation(installation.id).unwrap();
    octocrab.repos("dpg", "candidates").get().await.unwrap();
    let pull = octocrab.pulls("dpg", "candidates").get(number).await.unwrap();
    let files = octocrab.pulls("dpg", "candidates").list_files(number).await.unwrap();
    assert_eq!(files.items[0].filename, "nominees/new.json");
    let issues = octocrab.issues("dpg", "candidates");
    let comment = issues.create_comment(number, "hello").await.unwrap();
    assert_eq!(comment.user.login, "dpg-triage[bot]");
    issues.add_labels(number, &["triage: on hold".to_owned()]).await.unwrap();
    issues.remove_label(number, "triage: on hold").await.unwrap();
    let checks = octocrab.checks("dpg", "candidates");
    let run = checks.create_check_run("Nomination triage", pull.head.sha).send().await.unwrap();
    assert_eq!(run.name, "Nomination triage");
    assert!(
        octocrab.repos("dpg", "candidates").get_content().path("nominees").send().await.unwrap().items.len()
            == 1
    );
    setup.github.assert_no_unexpected();
}

#[tokio::test]
async fn lists_come_in_pages() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    for index in 0..7 {
        setup.github.comment(REGISTRY, number, "amara", &format!("comment {index}")).unwrap();
    }
    let path = format!("/issues/{number}/comments?per_page=3");
    let first = setup.get(&path).await;
    let base = format!("{}/repos/{REGISTRY}/issues/{number}/comments?per_page=3", setup.github.url());
    let expected = format!("<{base}&page=2>; rel=\"next\", <{base}&page=3>; rel=\"last\"");
    assert_eq!(header(&first, "link"), expected);
    let last = setup.get(&format!("{path}&page=3")).await;
    assert_eq!(
        header(&last, "link"),
        format!("<{base}&page=2>; rel=\"prev\", <{base}&page=1>; rel=\"first\"")
    );
    let last = value(last).await;
    assert_eq!((last.as_array().unwrap().len(), &last[0]["body"]), (1, &json!("comment 6")));
}

#[tokio::test]
async fn what_has_not_changed_is_304_and_free() {
    let setup = Setup::new().await;
    let first = setup.get("/license").await;
    assert_eq!(first.status(), 404);
    let first = setup.get("").await;
    let (tag, left) = (header(&first, "etag").to_owned(), header(&first, "x-ratelimit-remaining").to_owned());
    let again = setup.registry(Method::GET, "").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), header(&again, "x-ratelimit-remaining")), (304, left.as_str()));
    let other = setup.new_token().await;
    let path = format!("/repos/{REGISTRY}");
    let request = setup.request(Method::GET, &path).bearer_auth(other).header("if-none-match", &tag);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_moved_repository_leads_on() {
    let setup = Setup::new().await;
    let license = Some(LicenseSetup::detected("MIT"));
    let full_name = "acme/tool".to_owned();
    let id =
        setup.github.add_repository(RepositorySetup { full_name, license, ..Default::default() }).unwrap();
    setup.github.rename_repository("acme/tool", "acme/better").unwrap();
    let ask = |path: String| setup.request(Method::GET, &path).bearer_auth(&setup.token).send();
    let moved = ask("/repos/acme/tool/license?ref=main".to_owned()).await.unwrap();
    let target = format!("/repositories/{id}/license?ref=main");
    assert_eq!(
        (moved.status().as_u16(), header(&moved, "location")),
        (301, format!("{}{target}", setup.github.url()).as_str())
    );
    let there = value(ask(target).await.unwrap()).await;
    assert_eq!(there["license"]["spdx_id"], "MIT");
    let repository = value(ask(format!("/repositories/{id}")).await.unwrap()).await;
    assert_eq!(repository["full_name"], "acme/better");
}

#[tokio::test]
async fn permissions_are_asked_for() {
    let setup = Setup::new().await;
    let number = setup.nominate();
    let comments = format!("/issues/{number}/comments");
    setup.github.set_app_permission("issues", None);
    assert_eq!(setup.post(&comments, json!({"body": "by pull_requests: write"})).await.status(), 201);
    setup.github.set_app_permission("pull_requests", Some("read"));
    let refused = setup.post(&comments, json!({"body": "no"})).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(value(refused).await["message"], "Resource not accessible by integration");
    let full_name = "acme/tool".to_owned();
    setup.github.add_repository(RepositorySetup { full_name, ..Default::default() }).unwrap();
    let path = |below: &str| format!("/repos/acme/tool{below}");
    let foreign =
        setup.request(Method::POST, &path("/labels")).bearer_auth(&setup.token).json(&json!({"name": "x"}));
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let read = || setup.request(Method::GET, &path("")).bearer_auth(&setup.token).send();
    assert_eq!(read().await.unwrap().status(), 200);
    setup.github.make_private("acme/tool").unwrap();
    assert_eq!(read().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_role_is_told_in_two_words() {
    let setup = Setup::new().await;
    let rosa = value(setup.get("/collaborators/rosa/permission").await).await;
    assert_eq!((&rosa["permission"], &rosa["role_name"]), (&json!("write"), &json!("maintain")));
    assert_eq!(value(setup.get("/collaborators/amara/permission").await).await["permission"], "read");
    assert_eq!(setup.get("/collaborators/nobody/permission").await.status(), 404);
}

#[tokio::test]
async fn an_unknown_route_is_loud() {
    let setup = Setup::new().await;
    assert_eq!(setup.get("/nonsense").await.status(), 501);
    assert_eq!(setup.github.unexpected_requests(), [format!("GET /repos/{REGISTRY}/nonsense")]);
}
