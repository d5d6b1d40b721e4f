//! What only several processes on one server can do to each other, and what a server can do to them.

use super::*;

/// Two processes and a row that the first works on.
async fn two(place: &Place) -> (Inbox, Desk, oneshot::Sender<Ended>, Inbox) {
    let (first, second) = (place.inbox().await, place.inbox().await);
    first.store(row("a", 1)).await.unwrap();
    let mut desk = Desk::open(&first, 8);
    let (_, answer) = desk.next().await;
    (first, desk, answer, second)
}

#[tokio::test]
async fn processes_share_the_work() {
    let Some(place) = Place::server("processes_share_the_work") else { return };
    let (first, one, answer, second) = two(&place).await;
    // Two of ten workers are for other installations.
    let mut two = Desk::open(&second, 10);
    // The same key waits, others come, soon, though the other process stored them.
    first.store(row("b", 1)).await.unwrap();
    two.nothing().await;
    let mut full = Vec::new();
    for number in 2..=9 {
        second.store(row(&format!("s{number}"), number)).await.unwrap();
        full.push(two.next().await.1);
    }
    one.stop.cancel();
    answer.send(DONE).unwrap();
    one.close().await;
    let start = Instant::now();
    full.pop().unwrap().send(DONE).unwrap();
    assert_eq!(two.end(DONE).await.deliveries, ["b"]);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    full.into_iter().for_each(|answer| answer.send(DONE).unwrap());
    second.idle().await;
    assert_eq!(counts(&second).await, [0, 0, 10, 0]);
    two.close().await;
}

/// Who joins does not wait for somebody who changes rows of others, or tidies the table.
#[tokio::test]
async fn a_process_joins_while_others_write() {
    let Some(place) = Place::server("a_process_joins_while_others_write") else { return };
    let first = place.inbox().await;
    first.store(row("a", 1)).await.unwrap();
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let start = Instant::now();
        let stored = place.inbox().await.store(row("b", 2)).await;
        (stored, start.elapsed())
    };
    let writes =
        "WITH others AS (DELETE FROM delivery RETURNING seq) SELECT CAST(pg_sleep(4) AS TEXT) FROM others";
    let (_, (stored, waited)) = tokio::join!(place.operator(writes), second);
    assert!(stored.is_ok() && waited < Duration::from_secs(2), "{stored:?} after {waited:?}");
}

#[tokio::test]
async fn who_lost_the_lease_writes_over_nobody() {
    let Some(place) = Place::server("who_lost_the_lease_writes_over_nobody") else { return };
    let (first, mut one, answer, second) = two(&place).await;
    place.operator("UPDATE worker SET alive_until = 0 RETURNING ''").await;
    let mut two = Desk::open(&second, 8);
    let (job, taken) = two.next().await;
    assert_eq!((job.attempt, job.deliveries), (1, vec!["a".to_owned()]));
    // Too late, and not this process's to say.
    let _ = answer.send(Ended::Dead { why: "late".to_owned() });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(counts(&first).await, [0, 1, 0, 0]);
    taken.send(DONE).unwrap();
    second.idle().await;
    assert_eq!(counts(&first).await, [0, 0, 1, 0]);
    two.close().await;
    // It has a new lease by now, and works.
    first.store(row("b", 2)).await.unwrap();
    assert_eq!(one.end(DONE).await.deliveries, ["b"]);
    first.idle().await;
    one.close().await;
    assert_eq!(place.operator("SELECT CAST(id AS TEXT) FROM worker").await, None, "no lease is left behind");
}

/// A process sleeps, others take its job over, and it goes on in the middle of it.
#[tokio::test]
async fn who_lost_a_job_may_not_write_for_it() {
    let Some(place) = Place::server("who_lost_a_job_may_not_write_for_it") else { return };
    let (first, second) = (place.inbox().await, place.inbox().await);
    let (sender, mut asked) = mpsc::unbounded_channel();
    let (sleeper, woken) = (first.clone(), std::sync::Arc::new(Notify::new()));
    let wake = std::sync::Arc::clone(&woken);
    let runner = move |_: Job| {
        let (sleeper, woken, sender) = (sleeper.clone(), std::sync::Arc::clone(&woken), sender.clone());
        async move {
            for _ in 0..2 {
                let slot = sleeper.slot(42, false, &budget::Pace::GITHUB).await;
                sender.send(slot.map(|slot| slot.wait)).unwrap();
                woken.notified().await;
            }
            DONE
        }
    };
    let work = first.clone();
    let work = tokio::spawn(async move { work.work(runner, 1, CancellationToken::new()).await });
    first.store(row("a", 1)).await.unwrap();
    assert_eq!(asked.recv().await.unwrap().unwrap(), Duration::ZERO);
    // A new lease is had already: what counts is whose the job is.
    place.operator("UPDATE delivery SET held_by = -1 RETURNING ''").await;
    wake.notify_one();
    let late = asked.recv().await.unwrap();
    assert!(matches!(late, Err(StoreError::TakenOver)), "{late:?}");
    // Who does no job has none that could be lost.
    assert_eq!(second.slot(42, false, &budget::Pace::GITHUB).await.unwrap().wait, Duration::ZERO);
    work.abort();
}

#[tokio::test]
async fn a_lost_lease_ends_its_jobs() {
    let Some(place) = Place::server("a_lost_lease_ends_its_jobs") else { return };
    let (_, mut one, mut answer, _) = two(&place).await;
    place.operator("DELETE FROM worker RETURNING ''").await;
    tokio::time::timeout(Duration::from_secs(10), answer.closed()).await.expect("the job was dropped");
    assert_eq!(one.end(DONE).await.deliveries, ["a"], "and is claimed anew");
    one.close().await;
}

/// The server has committed a claim, and the answer got lost.
#[tokio::test]
async fn a_claim_that_nobody_heard_of_is_undone() {
    let Some(place) = Place::server("a_claim_that_nobody_heard_of_is_undone") else { return };
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("a", 1)).await.unwrap();
    desk.end(later(3600)).await;
    inbox.idle().await;
    let sql =
        "UPDATE delivery SET state = 'running', run_at = 0, held_by = (SELECT id FROM worker) RETURNING ''";
    place.operator(sql).await;
    assert_eq!(desk.end(DONE).await.deliveries, ["a"]);
    desk.close().await;
}

/// A row gets its number before it is committed. A claim that overlooked it would end it, unseen, with the later
/// ones.
#[tokio::test]
async fn a_row_on_its_way_is_not_overlooked() {
    let Some(place) = Place::server("a_row_on_its_way_is_not_overlooked") else { return };
    let Place::Server(address) = &place else { return };
    let inbox = place.inbox().await;
    let mut other = super::super::postgres::Line::to(&Server::read(address).unwrap());
    let mut link = other.link().await.unwrap();
    link.begin_beside().await.unwrap();
    let sql = "INSERT INTO delivery (delivery_id, event, action, trigger_kind, installation, repository_id, owner, \
         name, subject, received_at, run_at) VALUES ('slow', 'e', 'a', 2, 42, 5, 'o', 'r', '1', 0, 0)";
    link.execute(sql, &[]).await.unwrap();
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("fast", 1)).await.unwrap();
    desk.nothing().await;
    link.keep().await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["fast", "slow"]);
    desk.close().await;
}

#[tokio::test]
async fn those_that_start_together_make_one_schema() {
    let Some(place) = Place::server("those_that_start_together_make_one_schema") else { return };
    let opened = (0..8).map(|_| place.database()).map(|database| {
        tokio::spawn(async move { Inbox::open(&database).await.unwrap().counts().await.unwrap() })
    });
    for opened in opened.collect::<Vec<_>>() {
        assert_eq!(opened.await.unwrap(), Counts::default());
    }
    let versions = "SELECT CAST(COUNT(*) AS TEXT) FROM inbox_schema";
    assert_eq!(place.operator(versions).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn what_postgresql_cannot_store_stops_nothing() {
    let Some(place) = Place::server("what_postgresql_cannot_store_stops_nothing") else { return };
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 8);
    assert_eq!(inbox.store(row("a\0b", 1)).await.unwrap(), Stored::New);
    assert_eq!(inbox.store(row("a\0b", 1)).await.unwrap(), Stored::Known);
    desk.end(Ended::Dead { why: "no \0, please".to_owned() }).await;
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 0, 1]);
    desk.close().await;
}

#[tokio::test]
async fn an_end_that_cannot_be_written_holds_no_other_up() {
    let Some(place) = Place::server("an_end_that_cannot_be_written_holds_no_other_up") else { return };
    let Place::Server(address) = &place else { return };
    let inbox = place.inbox().await;
    let mut server = sqlx::PgConnection::connect(address).await.unwrap();
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION USING ERRCODE = '22P05'; END $$; \
         CREATE TRIGGER refuse BEFORE UPDATE ON delivery FOR EACH ROW WHEN (NEW.last_error = 'odd') \
         EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refuse).execute(&mut server).await.unwrap();
    let mut desk = Desk::open(&inbox, 8);
    for (delivery, number) in [("a", 1), ("b", 2)] {
        inbox.store(row(delivery, number)).await.unwrap();
    }
    desk.end(Ended::Later { after: Duration::from_secs(1), why: "odd".to_owned() }).await;
    desk.end(DONE).await;
    inbox.store(row("c", 3)).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["c"]);
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [1, 0, 2, 0]);
    let why = inbox.held().await.unwrap()[0].why.clone();
    assert!(why.as_ref().is_some_and(|why| why.contains("did not take")), "{why:?}");
    desk.close().await;
}

#[tokio::test]
async fn a_database_that_does_not_know_every_character_is_refused() {
    let Some(cluster) = cluster::own("a_database_that_does_not_know_every_character_is_refused") else {
        return;
    };
    let mut server = sqlx::PgConnection::connect(&cluster.address("dpg", "postgres")).await.unwrap();
    let create = "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    sqlx::raw_sql(create).execute(&mut server).await.unwrap();
    let place = Place::Server(cluster.address("dpg", "latin"));
    let refused = Inbox::open(&place.database()).await.err().unwrap();
    assert!(refused.to_string().contains("LATIN1 and needs UTF8"), "{refused}");
    let examined = examine::examine(&place.database()).await;
    assert!(matches!(examined, Err(StoreError::Encoding(_))), "{examined:?}");
}

#[tokio::test]
async fn a_server_that_goes_away_comes_back() {
    let Some(cluster) = cluster::own("a_server_that_goes_away_comes_back") else { return };
    let place = Place::Server(cluster.create("inbox"));
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 8);
    inbox.store(row("a", 1)).await.unwrap();
    let (_, answer) = desk.next().await;
    cluster.stop();
    let start = Instant::now();
    let refused = inbox.store(row("b", 2)).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    assert!(inbox.ping().await.is_err());
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    answer.send(DONE).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.start();
    let start = Instant::now();
    assert_eq!(inbox.store(row("c", 3)).await.unwrap(), Stored::New);
    assert_eq!(desk.end(DONE).await.deliveries, ["c"]);
    inbox.idle().await;
    println!("went on {:?} after the server was back", start.elapsed());
    assert_eq!(counts(&inbox).await, [0, 0, 2, 0], "what ended meanwhile was written down afterwards");
    cluster.stop();
    cluster.start();
    assert_eq!(inbox.store(row("d", 4)).await.unwrap(), Stored::New, "nobody need know that it was away");
    desk.end(DONE).await;
    desk.close().await;
}

/// Neither an answer nor an end of the connection: a network that swallows everything looks like this.
#[tokio::test]
async fn a_server_that_hangs_holds_nobody_up() {
    let Some(cluster) = cluster::own("a_server_that_hangs_holds_nobody_up") else { return };
    let place = Place::Server(cluster.create("inbox"));
    let (inbox, mut desk, answer, _) = two(&place).await;
    cluster.signal("STOP");
    for id in ["b", "c"] {
        let start = Instant::now();
        assert!(inbox.store(row(id, 2)).await.is_err());
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    }
    answer.send(DONE).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.signal("CONT");
    inbox.store(row("d", 2)).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries[0], "d");
    inbox.idle().await;
    assert_eq!(inbox.counts().await.unwrap().running, 0);
    desk.close().await;
}

/// Longer than the lease lasts without the server: jobs are let go before others could have them.
#[tokio::test]
async fn a_long_outage_ends_jobs_and_they_run_again() {
    let Some(cluster) = cluster::own("a_long_outage_ends_jobs_and_they_run_again") else { return };
    let place = Place::Server(cluster.create("inbox"));
    let (_inbox, mut desk, mut answer, _) = two(&place).await;
    let start = Instant::now();
    cluster.stop();
    tokio::time::timeout(Duration::from_secs(20), answer.closed()).await.expect("the job was dropped");
    println!("let go after {:?}", start.elapsed());
    cluster.start();
    assert_eq!(desk.end(DONE).await.deliveries, ["a"]);
    desk.close().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for_and_a_wrong_name_is_not() {
    let Some(cluster) = cluster::own("a_server_that_is_not_there_yet_is_waited_for_and_a_wrong_name_is_not")
    else {
        return;
    };
    let place = Place::Server(cluster.create("inbox"));
    for (user, database) in [("dpg", "nowhere"), ("nobody_here", "inbox")] {
        let wrong = Place::Server(cluster.address(user, database));
        let error = Inbox::open(&wrong.database()).await.err();
        assert!(matches!(error, Some(StoreError::Database(_))), "{user} {database}: {error:?}");
    }
    cluster.stop();
    let start = Instant::now();
    let inbox = place.inbox().await;
    let wrong = Inbox::open(&Place::Server(cluster.address("dpg", "nowhere")).database()).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert!(inbox.store(row("a", 1)).await.is_err());
    let mut desk = Desk::open(&inbox, 8);
    let runner = |_: Job| async { DONE };
    let work = tokio::spawn(async move { wrong.work(runner, 1, CancellationToken::new()).await });
    cluster.start();
    assert_eq!(inbox.store(row("a", 1)).await.unwrap(), Stored::New);
    assert_eq!(desk.end(DONE).await.deliveries, ["a"]);
    desk.close().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), work).await.unwrap().unwrap();
    assert!(
        matches!(ended, Err(StoreError::Database(_))),
        "it answered, and there is no such database: {ended:?}"
    );
}
