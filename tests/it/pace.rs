//! Limits, installations that come and go, and answers that got lost.

use std::time::{Duration, Instant};

use dpg_triage::{
    fake_github::{Fault, How},
    queue::{Row, Subject, Trigger, budget::Pace, upkeep::State},
    triage::pull_request::RepositoryName,
};

use crate::house::{BOT, House, PATH, REGISTRY, nominee, reactions};

const COMMENTS: &str = "/repos/dpg-registry/publicgoods/issues/1/comments";

/// A job as it was stored under an installation that may not be the present one.
async fn look_as(house: &House, installation: u64, repository_id: u64, number: u64) {
    let row = Row {
        delivery: format!("test:{installation}:{number}"),
        event: "pull_request",
        action: "edited",
        trigger: Trigger::Event,
        installation,
        repository_id,
        repository: RepositoryName::new("dpg-registry", "publicgoods"),
        subject: Subject::PullRequest(number),
        actor: None,
    };
    house.inbox.store(row).await.unwrap();
    house.settle().await;
}

/// The installation and the repository of the newest delivery.
fn ids(house: &House) -> (u64, u64) {
    let delivery = house.github.deliveries().pop().unwrap();
    (delivery.installation.unwrap(), delivery.repository.unwrap())
}

/// GitHub made the check run and the answer got lost: the next try finds it by the press that it was made for.
#[tokio::test]
async fn a_lost_answer_to_a_rerun_leads_to_no_second_check_run() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let first = house.shown(number).check_runs[0].clone();
    let lost = Fault::new("POST", "/repos/dpg-registry/publicgoods/check-runs", 1, How::DoneButLost);
    house.github.fail(lost);
    house.github.click_rerun(REGISTRY, first.id, "grace").unwrap();
    house.settle().await;
    let made = || {
        let posts = house.github.requests().to("POST", "/repos/{owner}/{repo}/check-runs");
        posts.len()
    };
    assert_eq!((made(), house.inbox.counts().await.unwrap().ready), (2, 1), "the job waits for its next try");
    // A fresh delivery runs it at once.
    house.github.edit_title(REGISTRY, number, "ada", "Again").unwrap();
    house.settle().await;
    assert_eq!((made(), house.inbox.counts().await.unwrap().ready), (2, 0));
    // Another press is another one.
    let second = house.shown(number).check_runs.last().unwrap().clone();
    assert_ne!(second.id, first.id);
    house.github.click_rerun(REGISTRY, second.id, "grace").unwrap();
    house.settle().await;
    assert_eq!(made(), 3);
    house.close().await;
}

/// While GitHub asks to wait nothing is asked, whatever else comes; then all is done, and nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_pauses_the_installation() {
    let house = House::open().await;
    house.github.fail(Fault::secondary_limit("POST", COMMENTS, 1, 20));
    let began = Instant::now();
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (installation, _) = ids(&house);
    assert!(house.inbox.paused(installation).await.unwrap().is_some());
    let mark = house.github.mark();
    house.comment(number, "ada", "/recheck").await;
    let other = house.nominate("nominees/other.json", nominee(|it| it["name"] = "Other".into())).await;
    assert!(began.elapsed() < Duration::from_secs(20), "too slow to tell: {:?}", began.elapsed());
    assert!(house.github.requests_since(mark).is_empty(), "{}", house.github.requests_since(mark));
    let pauses = format!("dpg_triage_github_pauses_total{{installation=\"{installation}\"}} 1");
    let numbers = house.metrics().await;
    assert!(numbers.contains(&pauses) && numbers.contains("dpg_triage_github_writes_left{"), "{numbers}");
    let commented = |github: &dpg_triage::fake_github::FakeGitHub| {
        let has =
            |number| github.pull_request(REGISTRY, number).is_ok_and(|shown| !shown.check_runs.is_empty());
        has(number) && has(other)
    };
    house.github.wait_until(commented, Duration::from_secs(60)).await.unwrap();
    house.settle().await;
    for number in [number, other] {
        assert_eq!(house.shown(number).comments_by(BOT).len(), 1);
    }
    house.close().await;
}

#[tokio::test]
async fn an_app_that_was_installed_anew_is_found_by_its_repository() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (before, repository) = ids(&house);
    house.github.uninstall_app(before).unwrap();
    let after = house.github.install_app("dpg-registry").unwrap();
    assert_ne!(before, after);
    house.push(number, PATH, "{}").await;
    let comment = house.shown(number).comments_by(BOT)[0].id;
    house.github.delete_comment(REGISTRY, comment, "grace").unwrap();
    house.settle().await;
    look_as(&house, before, repository, number).await;
    assert!(house.living(number).contains("to change"));
    house.close().await;
}

/// A limit that the new installation met is not the old one's.
#[tokio::test]
async fn a_limit_met_as_another_installation_is_that_ones() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (before, repository) = ids(&house);
    house.github.uninstall_app(before).unwrap();
    house.github.install_app("dpg-registry").unwrap();
    // The old one's token is not known any more.
    let house = house.down().await.serve().await;
    let pull = "/repos/dpg-registry/publicgoods/pulls/1";
    house.github.fail(Fault::secondary_limit("GET", pull, 1, 300));
    look_as(&house, before, repository, number).await;
    assert_eq!(house.github.faults_left(), 0);
    assert_eq!(house.inbox.paused(before).await.unwrap(), None);
    let [job] = &house.inbox.held().await.unwrap()[..] else { panic!("one job") };
    assert!((job.due - job.since).num_seconds() >= 300, "{job:?}");
    house.close().await;
}

/// GitHub knows neither the pull request nor the App for a moment: that is not believed at once.
#[tokio::test]
async fn what_is_not_there_for_a_moment_is_looked_at_all_the_same() {
    let house = House::open().await;
    house.github.fail(Fault::status("GET", "/repos/{owner}/{repo}/pulls/{number}", 3, 404));
    house.github.fail(Fault::status("GET", "/repos/{owner}/{repo}/installation", 3, 404));
    let number = house.nominate(PATH, nominee(|_| {})).await;
    for _ in 0..3 {
        house.asks_again().await;
    }
    assert_eq!(house.github.faults_left(), 0);
    assert!(house.living(number).contains("Ready for review"));
    house.close().await;
}

/// GitHub may say so for a moment, so it is asked a few times more.
#[tokio::test]
async fn jobs_of_a_repository_that_was_taken_out_wait_for_their_end() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (installation, repository) = ids(&house);
    let comment = house.shown(number).comments_by(BOT)[0].clone();
    house.github.edit_comment(REGISTRY, comment.id, "grace", "spoiled").unwrap();
    house.settle().await;
    house.github.uninstall_app(installation).unwrap();
    house.repository("dpg-registry/other", None);
    let chosen = house.github.install_app_on("dpg-registry", &["dpg-registry/other"]).unwrap();
    look_as(&house, installation, repository, number).await;
    let [job] = &house.inbox.held().await.unwrap()[..] else { panic!("one job") };
    let why = job.why.as_deref().unwrap_or_default();
    assert!(job.state == State::Waiting && why.contains("not installed here any more"), "{job:?}");
    // The other one may read what is public, and has nothing to change.
    look_as(&house, chosen, repository, number).await;
    let counts = house.inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.dead), (0, 0), "{}", house.github.requests());
    house.close().await;
}

#[tokio::test]
async fn a_suspended_installation_is_left_alone_and_its_jobs_wait() {
    let house = House::open().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let (installation, repository) = ids(&house);
    house.github.suspend_installation(installation).unwrap();
    look_as(&house, installation, repository, number).await;
    let counts = house.inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.dead), (1, 0));
    let left = house.inbox.paused(installation).await.unwrap().unwrap();
    // Until the timer sees that it goes on, at most.
    assert!(left > Duration::from_secs(500) && left <= dpg_triage::queue::pause::LONGEST, "{left:?}");
    house.close().await;
}

/// What the App may do is done; what it may not is told to those who run it.
#[tokio::test]
async fn without_a_permission_the_rest_goes_on() {
    let house = House::build().await;
    house.github.set_app_permission("checks", None);
    let house = house.serve().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    assert!(house.living(number).contains("Ready for review"));
    assert!(!house.shown(number).label_names().is_empty() && house.shown(number).check_runs.is_empty());
    let numbers = house.metrics().await;
    assert!(numbers.contains("permission=\"checks=write\"} 1"), "{numbers}");
    house.close().await;
}

/// What GitHub asks for is heeded, as far as it can be meant: within the hour its allowances are full again.
#[tokio::test]
async fn no_wait_is_longer_than_an_hour() {
    for (status, seconds) in [(403, u64::MAX), (429, 99_999_999_999), (503, 99_999_999_999), (503, u64::MAX)]
    {
        let house = House::open().await;
        let headers = vec![("retry-after".to_owned(), seconds.to_string())];
        let body = "{\"message\": \"Wait\"}".to_owned();
        let path = "/repos/dpg-registry/publicgoods/pulls/1";
        house.github.fail(Fault::new("GET", path, 1, How::Answer { status, headers, body }));
        house.nominate(PATH, nominee(|_| {})).await;
        let (installation, _) = ids(&house);
        let paused = house.inbox.paused(installation).await.unwrap();
        let [job] = &house.inbox.held().await.unwrap()[..] else { panic!("one job") };
        let (waits, why) = ((job.due - job.since).num_seconds(), job.why.clone().unwrap());
        assert!(why.contains("Wait") && !why.contains("panicked"), "{why}");
        if status == 503 {
            assert!(
                (3600..=3601).contains(&waits) && paused.is_none(),
                "{status} {seconds}: {waits} {paused:?}"
            );
        } else {
            let hour = Duration::from_secs(3590)..=Duration::from_secs(3600);
            assert!(paused.is_some_and(|left| hour.contains(&left)), "{status} {seconds}: {paused:?}");
        }
    }
}

/// Strangers can say as much as they have accounts for. They wait for their answers; new nominations do not.
#[tokio::test(flavor = "multi_thread")]
async fn answers_leave_room_for_new_nominations() {
    let mut house = House::build().await;
    house.pace = Pace { free: 10_000, apart: Duration::ZERO, hourly: 200 };
    let house = house.serve().await;
    let number = house.nominate(PATH, nominee(|_| {})).await;
    let mark = house.github.mark();
    let mut said = Vec::new();
    for at in 0..60 {
        let stranger = format!("stranger-{at}");
        house.github.add_user(&stranger);
        said.push(house.github.comment(REGISTRY, number, &stranger, "/help").unwrap());
    }
    house.settle().await;
    let answered =
        || said.iter().filter(|id| reactions(&house, number, **id).contains(&"rocket".to_owned())).count();
    let written = house.github.requests_since(mark).writes().len();
    assert_eq!(written, 100, "{}", house.github.requests_since(mark));
    assert!(answered() < said.len());
    let waiting = house.inbox.held().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].attempts), (1, 0));
    let numbers = house.metrics().await;
    assert!(numbers.contains("dpg_triage_jobs_total{result=\"yields\"}"), "{numbers}");

    let other = house.nominate("nominees/other.json", nominee(|it| it["name"] = "Other".into())).await;
    assert!(!house.shown(other).check_runs.is_empty() && house.living(other).contains("change"));
    assert_eq!(house.inbox.held().await.unwrap().len(), 1, "the others still wait");
    assert_eq!(house.inbox.counts().await.unwrap().dead, 0);
    house.close().await;
}
