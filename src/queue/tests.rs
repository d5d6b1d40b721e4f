//! The inbox as its users see it: how jobs come and end. Time is tokio's, paused where a test waits for long.

use sqlx::Connection;
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use tokio::time::Instant;

use super::*;

#[path = "../../tests/it/postgres.rs"]
mod cluster;
mod examined;
mod late;
mod limits;
mod postgres;
mod process;
mod replicas;

/// Where the inbox of a test is.
enum Place {
    File(TempDir),
    Server(String),
}

impl Place {
    fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// None, loudly, where PostgreSQL is not installed.
    fn server(test: &str) -> Option<Self> {
        cluster::database(test).map(Self::Server)
    }

    fn database(&self) -> Database {
        match self {
            Self::File(folder) => Database::File(folder.path().join("inbox.db")),
            Self::Server(address) => Database::Server(Server::read(address).unwrap()),
        }
    }

    /// As a process of its own has it.
    async fn inbox(&self) -> Inbox {
        Inbox::open(&self.database()).await.unwrap()
    }

    /// Seconds that a test waits for. An hour passes at once for a file; a server's time cannot be paused.
    fn wait(&self) -> u64 {
        match self {
            Self::File(_) => {
                tokio::time::pause();
                3600
            }
            Self::Server(_) => 1,
        }
    }

    /// What was noted as a time lies an hour further back, and the rows are due.
    async fn hour_passes(&self) {
        self.operator("UPDATE note SET value = value - 3600000 WHERE value > 3600000 RETURNING ''").await;
        self.operator("UPDATE delivery SET run_at = run_at - 3600000 RETURNING ''").await;
    }

    /// What an operator does, in SQL; gives the first text of the answer.
    async fn operator(&self, sql: &'static str) -> Option<String> {
        match self {
            Self::File(folder) => {
                let path = format!("sqlite:{}", folder.path().join("inbox.db").display());
                let mut file = sqlx::SqliteConnection::connect(&path).await.unwrap();
                sqlx::query_scalar(sql).fetch_optional(&mut file).await.unwrap()
            }
            Self::Server(address) => {
                let mut server = sqlx::PgConnection::connect(address).await.unwrap();
                sqlx::query_scalar(sql).fetch_optional(&mut server).await.unwrap()
            }
        }
    }
}

/// Runs each of these on a file and on a server.
macro_rules! on_both {
    ($flavor:literal: $($test:ident),* $(,)?) => {$(
        mod $test {
            use super::Place;

            #[tokio::test(flavor = $flavor)]
            async fn sqlite() {
                super::$test(&Place::file()).await;
            }

            #[tokio::test(flavor = $flavor)]
            async fn postgres() {
                let Some(place) = Place::server(stringify!($test)) else { return };
                super::$test(&place).await;
            }
        }
    )*};
}
use on_both;

fn row(delivery: &str, number: u64) -> Row {
    Row {
        delivery: delivery.to_owned(),
        event: "pull_request",
        action: "edited",
        trigger: Trigger::Event,
        installation: 42,
        repository_id: 5,
        repository: RepositoryName::new("o", "r"),
        subject: Subject::PullRequest(number),
        actor: Some(9),
    }
}

const DONE: Ended = Ended::Done { look_again: None };

fn later(seconds: u64) -> Ended {
    Ended::Later { after: Duration::from_secs(seconds), why: "not yet".to_owned() }
}

/// A running `work` whose jobs arrive at the test, which says how each ends.
struct Desk {
    jobs: mpsc::UnboundedReceiver<(Job, oneshot::Sender<Ended>)>,
    stop: CancellationToken,
    work: JoinHandle<()>,
}

impl Desk {
    fn open(inbox: &Inbox, workers: usize) -> Self {
        let (sender, jobs) = mpsc::unbounded_channel();
        let runner = move |job: Job| {
            let sender = sender.clone();
            async move {
                let (answer, answered) = oneshot::channel();
                sender.send((job, answer)).expect("the desk is open");
                answered.await.expect("the test panicked this job")
            }
        };
        let (inbox, stop) = (inbox.clone(), CancellationToken::new());
        let work = tokio::spawn({
            let stop = stop.clone();
            async move { inbox.work(runner, workers, stop).await.unwrap() }
        });
        Self { jobs, stop, work }
    }

    async fn next(&mut self) -> (Job, oneshot::Sender<Ended>) {
        self.jobs.recv().await.expect("work goes on")
    }

    /// Ends the next job so, and gives it.
    async fn end(&mut self, ended: Ended) -> Job {
        let (job, answer) = self.next().await;
        answer.send(ended).expect("the job waits");
        job
    }

    /// That no job comes, though jobs had the time to.
    async fn nothing(&mut self) {
        let next = tokio::time::timeout(Duration::from_millis(50), self.jobs.recv()).await;
        assert!(next.is_err(), "{next:?}");
    }

    async fn close(self) {
        self.stop.cancel();
        self.work.await.unwrap();
    }
}

async fn counts(inbox: &Inbox) -> [u64; 4] {
    let Counts { ready, running, done, dead } = inbox.counts().await.unwrap();
    [ready, running, done, dead]
}

async fn a_delivery_is_known_from_when_it_is_stored(place: &Place) {
    let inbox = place.inbox().await;
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::New);
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::Known);
    let mut desk = Desk::open(&inbox, 8);
    let (_, answer) = desk.next().await;
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::Known, "while it runs");
    answer.send(DONE).unwrap();
    inbox.idle().await;
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::Known, "when it is done");
    desk.nothing().await;
    assert_eq!(counts(&inbox).await, [0, 0, 1, 0]);
    desk.close().await;
}

async fn many_at_once_are_each_told_what_became_of_theirs(place: &Place) {
    let inbox = place.inbox().await;
    let store = |n: u64| {
        let inbox = inbox.clone();
        tokio::spawn(async move { inbox.store(row(&format!("d{}", n % 300), n % 300)).await.unwrap() })
    };
    let tasks: Vec<_> = (0..600).map(store).collect();
    let mut new = 0;
    for task in tasks {
        new += usize::from(task.await.unwrap() == Stored::New);
    }
    assert_eq!(new, 300);
    assert_eq!(counts(&inbox).await, [300, 0, 0, 0]);
}

async fn rows_of_one_key_merge(place: &Place) {
    let inbox = place.inbox().await;
    for (id, trigger) in [("a", Trigger::Event), ("b", Trigger::Rerun), ("c", Trigger::Comment)] {
        let mut row = row(id, 1);
        (row.trigger, row.installation) = (trigger, if id == "c" { 43 } else { 42 });
        match id {
            "b" => (row.action, row.actor) = (OURS_EDITED, None),
            "c" => row.action = OURS_EDITED,
            _ => {}
        }
        inbox.store(row).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 8);
    let (job, answer) = desk.next().await;
    assert_eq!(
        job,
        Job {
            installation: 43,
            repository_id: 5,
            repository: RepositoryName::new("o", "r"),
            subject: Subject::PullRequest(1),
            trigger: Trigger::Rerun,
            rerun: Some("b".to_owned()),
            attempt: 1,
            why: None,
            timer_round: 0,
            editors: vec![Some(9), None],
            deliveries: ["c", "b", "a"].map(str::to_owned).to_vec(),
        }
    );
    assert_eq!(counts(&inbox).await, [2, 1, 0, 0]);

    // What comes meanwhile means: once more.
    inbox.store(row("d", 1)).await.unwrap();
    inbox.store(row("e", 1)).await.unwrap();
    desk.nothing().await;
    answer.send(DONE).unwrap();
    let job = desk.end(DONE).await;
    assert_eq!((job.deliveries, job.editors), (["e", "d"].map(str::to_owned).to_vec(), vec![]));
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 5, 0]);
    desk.close().await;
}

async fn other_keys_run_side_by_side_in_the_order_of_arrival(place: &Place) {
    let inbox = place.inbox().await;
    let mut other_repository = row("d", 1);
    other_repository.repository_id = 6;
    let mut head = row("e", 0);
    head.subject = Subject::Head("6dcb09b5b57875f334f61aebed695e2e4193db5e".to_owned());
    for row in [row("a", 2), row("b", 1), row("c", 2), other_repository, head, row("f", 3)] {
        inbox.store(row).await.unwrap();
    }
    // Of five workers one is for other installations.
    let mut desk = Desk::open(&inbox, 5);
    let mut held = Vec::new();
    for newest in ["c", "b", "d", "e"] {
        let (job, answer) = desk.next().await;
        assert_eq!(job.deliveries[0], newest);
        held.push(answer);
    }
    desk.nothing().await;
    held.pop().unwrap().send(DONE).unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["f"]);
    held.into_iter().for_each(|answer| answer.send(DONE).unwrap());
    inbox.idle().await;
    desk.close().await;
}

async fn a_job_put_off_waits_and_a_fresh_delivery_wakes_it(place: &Place) {
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("a", 1)).await.unwrap();
    assert_eq!(desk.end(later(0)).await.attempt, 1);
    assert_eq!(desk.end(later(3600)).await.attempt, 2);
    inbox.idle().await;
    desk.nothing().await;
    assert_eq!(counts(&inbox).await, [1, 0, 0, 0]);

    inbox.store(row("b", 1)).await.unwrap();
    let job = desk.end(DONE).await;
    assert_eq!((job.attempt, job.deliveries), (1, vec!["b".to_owned(), "a".to_owned()]));
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 2, 0]);
    desk.close().await;
}

async fn what_is_put_off_comes_when_it_is_due(place: &Place) {
    let (wait, inbox) = (place.wait(), place.inbox().await);
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("a", 1)).await.unwrap();
    let start = Instant::now();
    desk.end(later(wait)).await;
    desk.end(DONE).await;
    let waited = start.elapsed().as_secs();
    assert!((wait..=wait + 10).contains(&waited), "{waited} s");
    desk.close().await;
}

async fn after_the_last_attempt_it_is_dead_and_a_redelivery_revives_it(place: &Place) {
    let inbox = place.inbox().await;
    inbox.store(row("a", 1)).await.unwrap();
    inbox.store(row("b", 1)).await.unwrap();
    let mut desk = Desk::open(&inbox, 8);
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(desk.end(later(0)).await.attempt, attempt);
    }
    inbox.idle().await;
    desk.nothing().await;
    assert_eq!(counts(&inbox).await, [0, 0, 0, 2], "the merged ones died with it");

    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::New);
    let (job, answer) = desk.next().await;
    assert_eq!((job.attempt, job.deliveries), (1, vec!["a".to_owned()]));
    // While the first runs, the second comes again too: it was not part of that look.
    assert_eq!(inbox.store(row("b", 1)).await.unwrap(), Stored::New);
    answer.send(DONE).unwrap();
    assert_eq!(desk.end(Ended::Dead { why: "gone".to_owned() }).await.deliveries, ["b"]);
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 1, 1]);
    desk.close().await;
}

async fn an_operator_retries_or_lets_go(place: &Place) {
    let inbox = place.inbox().await;
    for (delivery, number) in [("a", 1), ("b", 1), ("c", 2), ("d", 3)] {
        inbox.store(row(delivery, number)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    desk.end(Ended::Dead { why: "no such thing".to_owned() }).await;
    desk.end(later(3600)).await;
    let (_, running) = desk.next().await;
    let held = inbox.held().await.unwrap();
    let shown: Vec<_> = held.iter().map(|job| (job.state, job.deliveries, job.why.as_deref())).collect();
    use upkeep::State::{Dead, Running, Waiting};
    let wanted = [(Dead, 2, Some("no such thing")), (Waiting, 1, Some("not yet")), (Running, 1, None)];
    assert_eq!(shown, wanted);
    let [dead, waiting, third] = [held[0].id, held[1].id, held[2].id];
    assert!(!inbox.let_go(third).await.unwrap(), "it runs");
    assert!(!inbox.retry(4711).await.unwrap());
    assert!(inbox.let_go(waiting).await.unwrap() && !inbox.let_go(waiting).await.unwrap());
    assert_eq!(inbox.store(row("c", 2)).await.unwrap(), Stored::Known, "let go for good");
    assert!(inbox.retry(dead).await.unwrap());
    running.send(DONE).unwrap();
    let (job, answer) = desk.next().await;
    assert_eq!((job.subject, job.attempt, job.deliveries.len()), (Subject::PullRequest(1), 1, 2));
    answer.send(DONE).unwrap();
    inbox.idle().await;
    assert_eq!((counts(&inbox).await, inbox.held().await.unwrap()), ([0, 0, 4, 0], vec![]));
    desk.close().await;
}

async fn a_retry_is_a_look_of_its_own(place: &Place) {
    let inbox = place.inbox().await;
    for delivery in ["a", "b"] {
        inbox.store(row(delivery, 1)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    desk.end(Ended::Dead { why: "gone".to_owned() }).await;
    inbox.idle().await;
    inbox.store(row("c", 1)).await.unwrap();
    let (_, running) = desk.next().await;
    let dead = inbox.held().await.unwrap()[0].id;
    assert!(inbox.retry(dead).await.unwrap(), "though another look runs");
    running.send(DONE).unwrap();
    let job = desk.end(DONE).await;
    assert_eq!((job.attempt, job.deliveries), (1, vec!["b".to_owned(), "a".to_owned()]));
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 3, 0]);
    desk.close().await;
}

async fn a_later_look_does_what_was_given_up(place: &Place) {
    let inbox = place.inbox().await;
    for (delivery, number) in [("a", 1), ("b", 1), ("c", 2)] {
        inbox.store(row(delivery, number)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    for _ in 0..2 {
        desk.end(Ended::Dead { why: "422".to_owned() }).await;
    }
    inbox.store(row("d", 1)).await.unwrap();
    desk.end(Ended::Dead { why: "422".to_owned() }).await;
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 0, 4], "a look that fails does nothing");
    inbox.store(row("e", 1)).await.unwrap();
    desk.end(DONE).await;
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 4, 1], "another pull request's is another matter");
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::Known);
    desk.close().await;
}

async fn a_panic_is_an_attempt_with_its_text(place: &Place) {
    let inbox = place.inbox().await;
    inbox.store(row("a", 1)).await.unwrap();
    let mut desk = Desk::open(&inbox, 8);
    let (_, answer) = desk.next().await;
    drop(answer);
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [1, 0, 0, 0]);
    let why = place.operator("SELECT last_error FROM delivery WHERE delivery_id = 'a'").await.unwrap();
    assert!(why.contains("panicked: the test panicked this job"), "{why}");
    inbox.store(row("b", 2)).await.unwrap();
    assert_eq!(desk.end(DONE).await.subject, Subject::PullRequest(2), "the others go on");
    desk.close().await;
}

async fn looking_again_is_a_timer_that_counts_its_rounds(place: &Place) {
    let (wait, inbox) = (place.wait(), place.inbox().await);
    let again = || Ended::Done { look_again: Some(Duration::from_secs(wait)) };
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("a", 1)).await.unwrap();
    let start = Instant::now();
    assert_eq!(desk.end(again()).await.timer_round, 0);
    for round in 1..=3 {
        let job = desk.end(again()).await;
        assert_eq!((job.trigger, job.timer_round, job.attempt), (Trigger::Timer, round, 1));
        assert!(job.deliveries[0].starts_with("timer:5:1:"), "{:?}", job.deliveries);
    }
    assert!(start.elapsed() >= Duration::from_secs(3 * wait));
    desk.close().await;
    // The done timers are gone, and exactly one waits.
    assert_eq!(counts(&inbox).await, [1, 0, 1, 0]);
}

async fn a_fresh_delivery_takes_the_timers_place(place: &Place) {
    let inbox = place.inbox().await;
    let again = || Ended::Done { look_again: Some(Duration::from_secs(3600)) };
    let mut desk = Desk::open(&inbox, 8);
    for id in ["a", "b"] {
        inbox.store(row(id, 1)).await.unwrap();
        let job = desk.end(again()).await;
        assert_eq!((job.trigger, job.timer_round), (Trigger::Event, 0));
        inbox.idle().await;
    }
    assert_eq!(counts(&inbox).await, [1, 0, 2, 0], "one timer only");
    inbox.store(row("c", 1)).await.unwrap();
    desk.end(DONE).await;
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 3, 0]);
    desk.close().await;
}

async fn a_commit_becomes_its_pull_requests(place: &Place) {
    let inbox = place.inbox().await;
    let mut head = row("a", 0);
    head.subject = Subject::Head("6dcb09b5b57875f334f61aebed695e2e4193db5e".to_owned());
    head.trigger = Trigger::Rerun;
    inbox.store(head.clone()).await.unwrap();
    let mut desk = Desk::open(&inbox, 1);
    assert_eq!(desk.end(Ended::Became(vec![3, 4])).await.subject, head.subject);
    for number in [3, 4] {
        let job = desk.end(DONE).await;
        assert_eq!((&job.subject, job.trigger), (&Subject::PullRequest(number), Trigger::Rerun));
        assert_eq!(job.deliveries, [format!("became:a:{number}")]);
    }
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 3, 0]);
    desk.close().await;
}

on_both! { "current_thread":
    a_delivery_is_known_from_when_it_is_stored,
    many_at_once_are_each_told_what_became_of_theirs,
    rows_of_one_key_merge,
    other_keys_run_side_by_side_in_the_order_of_arrival,
    a_job_put_off_waits_and_a_fresh_delivery_wakes_it,
    what_is_put_off_comes_when_it_is_due,
    after_the_last_attempt_it_is_dead_and_a_redelivery_revives_it,
    an_operator_retries_or_lets_go,
    a_retry_is_a_look_of_its_own,
    a_later_look_does_what_was_given_up,
    a_panic_is_an_attempt_with_its_text,
    looking_again_is_a_timer_that_counts_its_rounds,
    a_fresh_delivery_takes_the_timers_place,
    a_commit_becomes_its_pull_requests
}
