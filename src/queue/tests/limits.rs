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

async fn what_a_timer_asks_for_yields(place: &Place) {
    let inbox = place.inbox().await;
    for (delivery, number, trigger) in
        [("t", 1, Trigger::Timer), ("e", 2, Trigger::Event), ("c", 3, Trigger::Comment)]
    {
        inbox.store(Row { trigger, ..row(delivery, number) }).await.unwrap();
    }
    let mut desk = Desk::open(&inbox, 1);
    for delivery in ["e", "c", "t"] {
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
    let start = Instant::now();
    let pause = Ended::Paused { after: Duration::from_secs(2), why: "429".to_owned() };
    assert_eq!(desk.end(pause).await.deliveries, ["a1"]);
    assert_eq!(desk.end(DONE).await.deliveries, ["b"], "other installations go on");
    inbox.idle().await;
    // A fresh delivery does not lift it, nor does a shorter pause.
    inbox.store(row("a4", 1)).await.unwrap();
    inbox.pause(42, Duration::from_millis(1)).await.unwrap();
    assert!(inbox.paused(42).await.unwrap().is_some() && inbox.paused(43).await.unwrap().is_none());
    assert_eq!(inbox.lag().await.unwrap(), Duration::ZERO, "nothing could have run");
    desk.close().await;
    drop(inbox);

    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let job = desk.end(DONE).await;
        assert_eq!(job.attempt, 1, "a pause is no attempt");
        seen.push(job.deliveries[0].clone());
    }
    assert_eq!(seen, ["a2", "a3", "a4"]);
    let waited = start.elapsed().as_secs_f64();
    assert!((1.9..12.0).contains(&waited), "{waited} s");
    inbox.idle().await;
    desk.close().await;
}

async fn writes_keep_githubs_limits(place: &Place) {
    let inbox = place.inbox().await;
    // Hours pass without waiting: the budget is asked at times of our own.
    let mut store = inbox.shared.work.lock().await;
    let began = inbox.shared.clock.now();
    let (mut now, mut at) = (began, Vec::new());
    while now < began + 2 * 3_600_000 {
        let slot = store.slot(7, &budget::Pace::GITHUB, now).await.unwrap();
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
    assert!(store.slot(8, &budget::Pace::GITHUB, now).await.unwrap().wait.is_zero());
}

on_both! { "current_thread":
    one_installation_does_not_take_all_workers,
    what_a_timer_asks_for_yields,
    a_pause_is_the_whole_installations_and_outlives_the_process,
    writes_keep_githubs_limits
}
