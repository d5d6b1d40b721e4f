//! How late the inbox says that it is: what people wait for counts, and nothing else.

use super::*;

/// A LONG time, and its half. Not paused: it would leap over what a running job may take.
const LONG: Duration = Duration::from_secs(6);
const HALF: Duration = Duration::from_secs(3);

fn off(after: Duration) -> Ended {
    Ended::Later { after, why: "502: Bad gateway".to_owned() }
}

async fn what_is_tried_in_vain_is_late_since_it_came(place: &Place) {
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    inbox.store(row("a", 1)).await.unwrap();
    let start = Instant::now();
    while start.elapsed() < LONG {
        let before = start.elapsed();
        desk.end(off(HALF / 4)).await;
        let lag = inbox.lag().await.unwrap();
        let slack = Duration::from_millis(100);
        assert!(lag.waits + slack >= before && lag.held.is_zero(), "{lag:?} after {before:?}");
        inbox.idle().await;
        assert!(inbox.lag().await.unwrap().waits + slack >= before, "put off, it waits on");
    }
    desk.end(DONE).await;
    inbox.idle().await;
    assert_eq!(inbox.lag().await.unwrap(), Lag::default());
    desk.close().await;
}

async fn a_timer_is_late_from_its_own_time_on(place: &Place) {
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    inbox.store(row("a", 1)).await.unwrap();
    desk.end(Ended::Done { look_again: Some(LONG) }).await;
    tokio::time::sleep(HALF).await;
    assert_eq!(inbox.lag().await.unwrap(), Lag::default(), "its time has not come");
    // What fails with it came only now.
    inbox.store(row("b", 1)).await.unwrap();
    desk.end(off(HALF / 2)).await;
    inbox.idle().await;
    assert!(inbox.lag().await.unwrap().waits < HALF, "{:?}", inbox.lag().await);
    desk.end(Ended::Done { look_again: Some(LONG) }).await;
    // By itself it is late from when it was due.
    let (job, answer) = desk.next().await;
    assert_eq!(job.trigger, Trigger::Timer);
    answer.send(off(HALF)).unwrap();
    inbox.idle().await;
    assert!(inbox.lag().await.unwrap().waits < HALF, "{:?}", inbox.lag().await);
    let (_, answer) = desk.next().await;
    let lag = inbox.lag().await.unwrap();
    assert!(lag.waits >= HALF && lag.waits < LONG, "{lag:?}");
    answer.send(DONE).unwrap();
    desk.close().await;
}

async fn a_limit_is_told_apart_and_a_suspended_installation_not_at_all(place: &Place) {
    let inbox = place.inbox().await;
    let mut desk = Desk::open(&inbox, 1);
    inbox.store(row("a", 1)).await.unwrap();
    inbox.store(row("b", 2)).await.unwrap();
    desk.end(Ended::Paused { after: HALF, why: "429".to_owned() }).await;
    tokio::time::sleep(HALF / 2).await;
    inbox.idle().await;
    let lag = inbox.lag().await.unwrap();
    assert!(lag.waits.is_zero() && lag.held >= HALF / 2, "{lag:?}");
    inbox.suspend(42).await.unwrap();
    assert_eq!(inbox.lag().await.unwrap(), Lag::default(), "it waits for its owner");
    inbox.resume(42).await.unwrap();
    desk.end(DONE).await;
    desk.end(DONE).await;
    desk.close().await;
}

on_both! { "current_thread":
    what_is_tried_in_vain_is_late_since_it_came,
    a_timer_is_late_from_its_own_time_on,
    a_limit_is_told_apart_and_a_suspended_installation_not_at_all,
}
