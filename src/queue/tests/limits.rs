//! Whose turn it is: installations that wait for GitHub, and what yields to what.

use super::*;

async fn one_installation_does_not_take_all_workers(place: &Place) {
    let inbox = place.inbox().await;
    for number in 1..=4 {
        inbox.store(row(&format!("a{number}"), number)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 4);
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(desk.next().await.1);
    }
    desk.nothing().await;
    let mut other = row("b", 9);
    (other.installation, other.repository_id) = (43, 6);
    inbox.store(other).await.unwrap();
    assert_eq!(desk.end(DONE).await.installation, 43);
    held.into_iter().for_each(|answer| answer.send(DONE).unwrap());
    assert_eq!(desk.end(DONE).await.subject, Subject::PullRequest(4));
    inbox.idle().await;
    desk.close().await;
}

async fn answers_yield_and_what_a_timer_asks_for(place: &Place) {
    let inbox = place.inbox().await;
    for (delivery, number, trigger) in [
        ("t", 1, Trigger::Timer),
        ("c", 2, Trigger::Comment),
        ("r", 3, Trigger::Review),
        ("e", 4, Trigger::Event),
    ] {
        inbox.store(Row { trigger, ..row(delivery, number) }).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    for delivery in ["e", "c", "r", "t"] {
        assert_eq!(desk.end(DONE).await.deliveries, [delivery]);
    }
    desk.close().await;
}

async fn a_pause_is_the_whole_installations_and_outlives_the_process(place: &Place) {
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    for number in 1..=3 {
        inbox.store(row(&format!("a{number}"), number)).await.unwrap();
    }
    let mut other = row("b", 1);
    (other.installation, other.repository_id) = (43, 6);
    inbox.store(other).await.unwrap();
    let pause = Ended::Paused { after: pause::LONGEST, why: "429".to_owned() };
    assert_eq!(desk.end(pause).await.deliveries, ["a1"]);
    assert_eq!(desk.end(DONE).await.deliveries, ["b"], "other installations go on");
    inbox.idle().await;
    // A fresh delivery does not lift it, nor does a shorter pause.
    inbox.store(row("a4", 1)).await.unwrap();
    inbox.pause(42, Duration::from_millis(1)).await.unwrap();
    assert!(inbox.paused(42).await.unwrap().is_some() && inbox.paused(43).await.unwrap().is_none());
    assert_eq!(inbox.lag().await.unwrap().waits, Duration::ZERO, "nothing could have run");
    desk.nothing().await;
    desk.close().await;
    drop(inbox);

    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    desk.nothing().await;
    desk.close().await;
    drop(inbox);

    come_after_an_hour(place, &["a2", "a3", "a4"]).await;
}

/// These jobs come then, in this order, to a process that begins; a pause is no attempt.
async fn come_after_an_hour(place: &Place, deliveries: &[&str]) {
    place.hour_passes().await;
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    for delivery in deliveries {
        let job = desk.end(DONE).await;
        assert_eq!((job.deliveries[0].as_str(), job.attempt), (*delivery, 1));
    }
    inbox.idle().await;
    desk.close().await;
}

async fn a_pause_ends(place: &Place) {
    let (wait, inbox) = (place.wait(), place.inbox().await);
    let after = Duration::from_secs(wait);
    let mut desk = Desk::open(&inbox, 1);
    for (number, trigger, ended) in [
        (1, Trigger::Event, Ended::Paused { after, why: "429".to_owned() }),
        (2, Trigger::Comment, Ended::Yields { after, why: "used up".to_owned() }),
    ] {
        inbox.store(Row { trigger, ..row(&format!("a{number}"), number) }).await.unwrap();
        let start = Instant::now();
        desk.end(ended).await;
        desk.end(DONE).await;
        // The clock counts milliseconds.
        assert!(start.elapsed() + Duration::from_millis(2) >= after, "{:?}", start.elapsed());
    }
    desk.close().await;
}

/// The rows of one pull request may be of two installations: the App was taken off and put on again, or the repository
/// has moved. They run as the newest.
async fn rows_wait_with_the_newest_of_them(place: &Place) {
    let why = || "429".to_owned();
    let minute = Duration::from_secs(60);
    for (number, trigger, ended) in [
        (1, Trigger::Event, Ended::Paused { after: minute, why: why() }),
        (2, Trigger::Comment, Ended::Yields { after: minute, why: why() }),
    ] {
        let inbox = place.inbox().await;
        let row = |delivery: &str, installation| Row {
            trigger,
            installation: installation + 10 * number,
            ..row(&format!("{delivery}{number}"), number)
        };
        inbox.store(row("older", 1)).await.unwrap();
        inbox.store(row("newer", 2)).await.unwrap();
        let mut desk = Desk::open(&inbox, 4);
        assert_eq!(desk.end(ended).await.installation, 2 + 10 * number);
        desk.nothing().await;
        inbox.idle().await;
        assert_eq!(inbox.lag().await.unwrap().waits, Duration::ZERO, "nothing could have run");
        inbox.store(row("newest", 1)).await.unwrap();
        let job = desk.end(DONE).await;
        assert_eq!((job.installation, job.deliveries.len()), (1 + 10 * number, 3), "which may run");
        desk.close().await;
    }
}

/// Another program takes a label away whenever it stands there.
async fn looks_for_labels_alone_come_apart(place: &Place) {
    let inbox = place.inbox().await;
    let labels = |delivery: &str, number| Row { action: "unlabeled", ..row(delivery, number) };
    let mut desk = Desk::open(&inbox, 4);
    // A timer that is not due changes nothing.
    inbox.store(row("opened", 1)).await.unwrap();
    desk.end(Ended::Done { look_again: Some(Duration::from_secs(3600)) }).await;
    for at in 0..5 {
        inbox.store(labels(&format!("l{at}"), 1)).await.unwrap();
        desk.end(Ended::Done { look_again: Some(Duration::from_secs(3600)) }).await;
    }
    for delivery in ["l5", "l6"] {
        inbox.store(labels(delivery, 1)).await.unwrap();
        desk.nothing().await;
    }
    inbox.idle().await;
    let due = inbox.held().await.unwrap()[0].due.timestamp_millis() - inbox.shared.clock.now();
    assert!((590_000..=600_000).contains(&due), "{due}");
    inbox.store(labels("other", 2)).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["other"], "another pull request");
    // Whatever else happens is looked at, and the labels with it.
    inbox.store(Row { action: "synchronize", ..row("push", 1) }).await.unwrap();
    let looked = desk.end(DONE).await.deliveries;
    assert!(looked[..2] == ["push", "l6"] && looked.contains(&"l5".to_owned()), "{looked:?}");
    inbox.store(labels("l7", 1)).await.unwrap();
    desk.nothing().await;
    // An operator need not wait.
    let waiting = inbox.held().await.unwrap()[0].id;
    assert!(inbox.retry(waiting).await.unwrap());
    assert_eq!(desk.end(DONE).await.deliveries[0], "l7");
    // One that failed is tried again when it said.
    inbox.store(row("edited", 1)).await.unwrap();
    desk.end(later(0)).await;
    assert_eq!(desk.end(DONE).await.attempt, 2);
    desk.close().await;
}

async fn writes_keep_githubs_limits(place: &Place) {
    let inbox = place.inbox().await;
    // Hours pass without waiting: the budget is asked at times of our own.
    let mut store = inbox.shared.work.lock().await;
    let began = inbox.shared.clock.now();
    let (mut now, mut at) = (began, Vec::new());
    while now < began + 2 * 3_600_000 {
        let slot = store.slot((7, false), None, &budget::Pace::GITHUB, now).await.unwrap();
        if slot.wait.is_zero() {
            at.push(now);
            now += 20;
        } else {
            now += i64::try_from(slot.wait.as_millis()).unwrap();
        }
    }
    let most_within = |window: i64| {
        let within = |from: &i64| at.iter().filter(|at| (*from..from + window).contains(*at)).count();
        at.iter().map(within).max().unwrap()
    };
    assert!(most_within(60_000) <= 80, "{} in a minute", most_within(60_000));
    assert_eq!(most_within(3_600_000), 500);
    assert!(at[9] - at[0] < 1000, "the first ten need not wait");
    assert!(
        at[10..]
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= 1000 || at.binary_search(&pair[0]).unwrap() >= 490)
    );
    // Another installation has a budget of its own.
    assert!(store.slot((8, false), None, &budget::Pace::GITHUB, now).await.unwrap().wait.is_zero());
}

/// Somebody asks for answers without end, for two hours; then looks want to write as well.
async fn answers_have_half_of_the_writes(place: &Place) {
    let inbox = place.inbox().await;
    let mut store = inbox.shared.work.lock().await;
    let pace = budget::Pace::GITHUB;
    let began = inbox.shared.clock.now();
    let (mut now, mut at, mut last) = (began, Vec::new(), None);
    while now < began + 2 * 3_600_000 {
        let slot = store.slot((7, true), None, &pace, now).await.unwrap();
        if slot.wait.is_zero() {
            at.push(now);
        } else {
            now += i64::try_from(slot.wait.as_millis()).unwrap();
        }
        last = Some(slot);
    }
    let most_within = |window: i64| {
        let within = |from: &i64| at.iter().filter(|at| (*from..from + window).contains(*at)).count();
        at.iter().map(within).max().unwrap()
    };
    assert_eq!((most_within(60_000), most_within(3_600_000)), (35, 250));
    assert!(last.unwrap().yields, "{last:?}");

    now = at.last().unwrap() + 60_000;
    let mut looks = 0;
    loop {
        let slot = store.slot((7, false), None, &pace, now).await.unwrap();
        assert!(!slot.yields && (slot.wait <= pace.apart || looks >= 250), "{looks}: {slot:?}");
        if slot.wait > pace.apart {
            break;
        }
        looks += i32::from(slot.wait.is_zero());
        now += i64::try_from(slot.wait.as_millis()).unwrap();
    }
    assert!(looks >= 250, "{looks}");
    // Where the whole is used up, everything waits.
    assert!(!store.slot((7, true), None, &pace, now).await.unwrap().yields);
}

async fn answers_that_wait_hold_no_look_up(place: &Place) {
    let inbox = place.inbox().await;
    let said = |delivery, number| Row { trigger: Trigger::Comment, ..row(delivery, number) };
    for (delivery, number) in [("c1", 1), ("c2", 2), ("c3", 3)] {
        inbox.store(said(delivery, number)).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    let yields = Ended::Yields { after: pause::LONGEST, why: "used up".to_owned() };
    assert_eq!(desk.end(yields).await.deliveries, ["c1"]);
    inbox.idle().await;
    assert_eq!(inbox.lag().await.unwrap().waits, Duration::ZERO, "nothing could have run");
    inbox.store(row("e4", 4)).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["e4"]);
    // A look answers what was said there, too.
    inbox.store(row("e3", 3)).await.unwrap();
    assert_eq!(desk.end(DONE).await.deliveries, ["e3", "c3"]);
    desk.nothing().await;
    desk.close().await;
    drop(inbox);

    come_after_an_hour(place, &["c2", "c1"]).await;
}

on_both! { "current_thread":
    one_installation_does_not_take_all_workers,
    answers_yield_and_what_a_timer_asks_for,
    answers_that_wait_hold_no_look_up,
    a_pause_is_the_whole_installations_and_outlives_the_process,
    a_pause_ends,
    rows_wait_with_the_newest_of_them,
    looks_for_labels_alone_come_apart,
    writes_keep_githubs_limits,
    answers_have_half_of_the_writes
}
