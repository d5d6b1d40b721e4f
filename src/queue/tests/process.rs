//! The inbox over the life of processes: crashes, stops, old files, and many rows at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;

async fn what_a_crash_interrupted_runs_again(place: &Place) {
    {
        let inbox = place.inbox().await;
        inbox.store(row("a", 1)).await.unwrap();
        inbox.store(row("b", 1)).await.unwrap();
        let mut desk = Desk::open(&inbox, 8);
        desk.next().await;
        // No graceful end.
        desk.work.abort();
        let _ = desk.work.await;
        assert_eq!(counts(&inbox).await, [1, 1, 0, 0]);
        match place {
            // The system does this when a process ends.
            Place::File(_) => inbox.shared.work.lock().await.retire().await.unwrap(),
            // Its lease runs out.
            Place::Server(_) => drop(place.operator("UPDATE worker SET alive_until = 0 RETURNING ''").await),
        }
    }
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 8);
    let job = desk.end(DONE).await;
    assert_eq!((job.attempt, job.deliveries), (1, vec!["b".to_owned(), "a".to_owned()]));
    inbox.idle().await;
    assert_eq!(counts(&inbox).await, [0, 0, 2, 0]);
    desk.close().await;
}

#[tokio::test]
async fn a_second_process_on_a_file_waits_for_the_first() {
    let place = Place::file();
    let (first, second) = (place.inbox().await, place.inbox().await);
    first.store(row("a", 1)).await.unwrap();
    let mut one = Desk::open(&first, 8);
    let (_, answer) = one.next().await;
    let mut two = Desk::open(&second, 8);
    second.store(row("b", 1)).await.unwrap();
    two.nothing().await;
    one.stop.cancel();
    answer.send(DONE).unwrap();
    one.close().await;
    assert_eq!(two.end(DONE).await.deliveries, ["b"]);
    two.close().await;
}

async fn a_stop_lets_jobs_end_and_puts_back_those_that_do_not(place: &Place) {
    place.wait();
    let inbox = place.inbox().await;
    for (id, number) in [("a", 1), ("b", 2), ("c", 3)] {
        inbox.store(row(id, number)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 2);
    let ((_, first), (second, _held)) = (desk.next().await, desk.next().await);
    assert_eq!(second.deliveries, ["b"]);
    let start = Instant::now();
    desk.stop.cancel();
    first.send(DONE).unwrap();
    desk.close().await;
    let took = start.elapsed();
    assert!((Duration::from_secs(8)..Duration::from_secs(20)).contains(&took), "{took:?}");
    assert_eq!(counts(&inbox).await, [2, 0, 1, 0], "nothing new was begun");

    let mut desk = Desk::open(&inbox, 2);
    assert_eq!(desk.end(DONE).await.attempt, 1, "to be put back is no attempt");
    desk.end(DONE).await;
    inbox.idle().await;
    desk.close().await;
}

async fn done_rows_are_forgotten_after_four_days(place: &Place) {
    let inbox = place.inbox().await;
    inbox.store(row("a", 1)).await.unwrap();
    let mut desk = Desk::open(&inbox, 1);
    desk.end(DONE).await;
    inbox.idle().await;
    desk.close().await;
    inbox.store(row("b", 2)).await.unwrap();
    let now = inbox.shared.clock.now();
    let mut store = inbox.shared.work.lock().await;
    assert_eq!(store.prune(now + millis(KEPT) - 60_000).await.unwrap(), 0);
    assert_eq!(store.prune(now + millis(KEPT) + 1).await.unwrap(), 1, "and only the done one");
}

/// A machine whose clock was a day ahead writes down what comes and what is; it starts anew with the right one.
async fn a_clock_that_was_ahead_is_forgotten_at_the_start(place: &Place) {
    let inbox = place.inbox().await;
    inbox.store(row("a", 1)).await.unwrap();
    drop(inbox);
    for sql in [
        "UPDATE delivery SET received_at = received_at + 86400000, run_at = run_at + 86400000 RETURNING ''",
        "INSERT INTO note (name, value) SELECT 'paused:42', run_at FROM delivery RETURNING ''",
        "INSERT INTO note (name, value) SELECT 'answers:43', run_at FROM delivery RETURNING ''",
        "INSERT INTO wrote (installation, at, is_answer) \
         SELECT 44, run_at, 0 FROM delivery, (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS ten \
         RETURNING ''",
    ] {
        place.operator(sql).await;
    }
    let inbox = place.inbox().await;
    let hour = Duration::from_secs(3600);
    assert!(inbox.paused(42).await.unwrap().is_some_and(|left| left <= hour), "as nobody works yet");
    let mut desk = Desk::open(&inbox, 1);
    desk.nothing().await;
    let left = inbox.paused(42).await.unwrap().unwrap();
    assert!((hour / 2..=hour).contains(&left), "{left:?}");
    let mut link = inbox.shared.work.lock().await;
    let held = link.noted("answers:43").await.unwrap().unwrap() - inbox.shared.clock.now();
    drop(link);
    assert!(held <= 3_600_000, "{held}");
    inbox.resume(42).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["a"]);
    let slot = inbox.slot(44, false, &budget::Pace::GITHUB).await.unwrap();
    assert_eq!(slot.left, 490, "{slot:?}");
    tokio::time::sleep(slot.wait).await;
    assert!(inbox.slot(44, false, &budget::Pace::GITHUB).await.unwrap().wait.is_zero());
    desk.close().await;
}

async fn a_later_schema_is_refused(place: &Place) {
    drop(place.inbox().await);
    let _ = match place {
        Place::File(_) => place.operator("PRAGMA user_version = 99").await,
        Place::Server(_) => place.operator("UPDATE inbox_schema SET version = 99 RETURNING ''").await,
    };
    assert!(matches!(Inbox::open(&place.database()).await.err(), Some(StoreError::Newer { found: 99, .. })));
}

async fn two_thousand_rows_of_fifty_keys_on_eight_workers(place: &Place) {
    const KEYS: u64 = 50;
    let inbox = place.inbox().await;
    let running: Arc<Mutex<HashMap<Subject, usize>>> = Arc::default();
    let (overlaps, most, seen) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let runner = {
        let (overlaps, most, seen) = (Arc::clone(&overlaps), Arc::clone(&most), Arc::clone(&seen));
        move |job: Job| {
            let (running, overlaps, most, seen) =
                (Arc::clone(&running), Arc::clone(&overlaps), Arc::clone(&most), Arc::clone(&seen));
            async move {
                {
                    let mut running = running.lock().unwrap();
                    let at_work = running.entry(job.subject.clone()).or_default();
                    *at_work += 1;
                    overlaps.fetch_add(usize::from(*at_work > 1), Ordering::Relaxed);
                    most.fetch_max(running.values().sum(), Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
                *running.lock().unwrap().get_mut(&job.subject).unwrap() -= 1;
                let first_try = job.attempt == 1;
                seen.lock().unwrap().extend(job.deliveries.clone());
                // Every seventh fails once.
                if first_try && job.deliveries[0].ends_with('7') { later(0) } else { DONE }
            }
        }
    };
    let stop = CancellationToken::new();
    let work = tokio::spawn({
        let (inbox, stop) = (inbox.clone(), stop.clone());
        async move { inbox.work(runner, WORKERS, stop).await.unwrap() }
    });
    let stores: Vec<_> = (0..2000)
        .map(|n| {
            let inbox = inbox.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_micros(n * 300)).await;
                inbox.store(row(&format!("d{n}"), 1 + n * 7 % KEYS)).await.unwrap()
            })
        })
        .collect();
    for store in stores {
        assert_eq!(store.await.unwrap(), Stored::New);
    }
    inbox.idle().await;
    stop.cancel();
    work.await.unwrap();
    assert_eq!(counts(&inbox).await, [0, 0, 2000, 0]);
    assert_eq!(overlaps.load(Ordering::Relaxed), 0);
    assert!(most.load(Ordering::Relaxed) <= WORKERS);
    assert!(seen.lock().unwrap().len() >= 1000, "merged jobs list what they merged");
}

on_both! { "current_thread":
    what_a_crash_interrupted_runs_again,
    a_stop_lets_jobs_end_and_puts_back_those_that_do_not,
    done_rows_are_forgotten_after_four_days,
    a_clock_that_was_ahead_is_forgotten_at_the_start,
    a_later_schema_is_refused
}

on_both! { "multi_thread": two_thousand_rows_of_fifty_keys_on_eight_workers }
