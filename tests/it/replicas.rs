//! Two processes on one PostgreSQL, and a GitHub that fails now and then: every nomination is judged at its last head,
//! and spoken to once.

use std::time::{Duration, Instant};

use dpg_triage::{
    fake_github::{Fault, How},
    queue::{Database, Inbox, Server},
};

use crate::{crowd::Crowd, postgres, process::Serve};

const NOMINATIONS: usize = 200;

/// One request in twenty fails, one way or another.
fn faults() -> [Fault; 4] {
    let plain = |status| How::Answer {
        status,
        headers: Vec::new(),
        body: "{\"message\": \"What went wrong\"}".to_owned(),
    };
    [plain(500), plain(502), How::CloseConnection, How::DoneButLost].map(|how| Fault::now_and_then(80, how))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes two minutes; CI runs it"]
async fn two_processes_share_the_work_and_say_nothing_twice() {
    let Some(database) = postgres::database("two processes") else { return };
    let began = Instant::now();
    let mut crowd = Crowd::gather(NOMINATIONS).await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let settings = [("DATABASE_URL", database.as_str())];
    let mut serves = folders.each_ref().map(|folder| Serve::start(crowd.github(), folder.path(), &settings));
    let addresses = serves.each_ref().map(|(_, address)| address.clone());
    crowd.github().deliver_to(&addresses[0]);
    let first = crowd.open();
    let judged = |_: &_| crowd.labels(&first).is_some();
    crowd.github().wait_until(judged, Duration::from_secs(30)).await.unwrap();
    let labels = crowd.labels(&first).unwrap();
    faults().into_iter().for_each(|fault| crowd.github().fail(fault));

    // Opened, three pushes, three titles, three comments each, in ten rounds.
    while crowd.all.len() < NOMINATIONS {
        crowd.open();
    }
    for round in 1..10 {
        for (at, one) in crowd.all.iter().enumerate() {
            crowd.github().deliver_to(&addresses[(at + round) % 2]);
            match round % 3 {
                0 => crowd.push(one, round),
                1 => crowd
                    .github()
                    .edit_title(&one.registry, one.number, &one.nominator, &format!("{round}"))
                    .unwrap(),
                _ => drop(
                    crowd.github().comment(&one.registry, one.number, &one.nominator, "Thank you.").unwrap(),
                ),
            }
            if at % 5 == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    crowd.github().settled().await;
    let told = crowd.github().deliveries();
    let failed = told.iter().filter(|delivery| !delivery.succeeded()).count();
    assert_eq!(failed, 0, "deliveries that nobody took");
    // What was put off is not waited for.
    let inbox = Inbox::open(&Database::Server(Server::read(&database).unwrap())).await.unwrap();
    let impatient = async {
        loop {
            for job in inbox.held().await.unwrap() {
                inbox.retry(job.id).await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    tokio::select! {
        () = impatient => {}
        () = crowd.all_have(&labels, Duration::from_secs(150)) => {}
    }
    crowd.github().heal();
    let twice: Vec<_> = crowd.comments_made().into_iter().filter(|(_, made)| *made > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(inbox.counts().await.unwrap().dead, 0);
    let shares = serves.each_ref().map(|(serve, _)| serve.log().matches("job done").count());
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
    serves.iter_mut().for_each(|(serve, _)| assert_eq!(serve.terminate().0, Some(0)));
    println!(
        "two processes: {} deliveries for {NOMINATIONS} pull requests in {} s, {} requests of which {} failed, looks {shares:?}: \
         all judged at their last head, each comment made once",
        told.len(),
        began.elapsed().as_secs(),
        crowd.github().requests().len(),
        crowd.github().requests().filter(|one| matches!(one.status, 0 | 500 | 502)).len()
    );
}
