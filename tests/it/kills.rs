//! `kill -9` in the middle of things, a hundred times: in the end every nomination looks as if it had never happened.

use std::time::{Duration, Instant};

use crate::{crowd::Crowd, postgres, process::Serve};

const KILLS: usize = 100;
/// A server beside it makes each start and each end slower.
const KILLS_ON_POSTGRES: usize = 40;
const SEED: u64 = 0x6b69_6c6c;

/// Numbers that are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes two minutes; CI runs it"]
async fn a_hundred_kills_leave_no_trace() {
    println!("{}", killed("SQLite", KILLS, &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute; CI runs it"]
async fn kills_on_postgres_leave_no_trace() {
    let Some(database) = postgres::database("kills on PostgreSQL") else { return };
    let settings = [("DATABASE_URL", database.as_str())];
    println!("{}", killed("PostgreSQL", KILLS_ON_POSTGRES, &settings).await);
}

/// So many kills; what they came to.
async fn killed(on: &str, kills: usize, settings: &[(&str, &str)]) -> String {
    let began = Instant::now();
    let (mut crowd, mut dice) = (Crowd::gather(kills / 3 + 2).await, Dice(SEED));
    let folder = tempfile::tempdir().unwrap();
    let (mut serve, address) = Serve::start(crowd.github(), folder.path(), settings);
    crowd.github().deliver_to(&address);
    let first = crowd.open();
    let judged = |_: &_| crowd.labels(&first).is_some();
    crowd.github().wait_until(judged, Duration::from_secs(30)).await.unwrap();
    let labels = crowd.labels(&first).unwrap();
    for kill in 0..kills {
        match dice.below(4) {
            _ if kill % 3 == 0 => drop(crowd.open()),
            0 | 1 => {
                let one = &crowd.all[dice.below(crowd.all.len() as u64) as usize];
                crowd.push(one, kill);
            }
            _ => {
                let one = &crowd.all[dice.below(crowd.all.len() as u64) as usize];
                crowd.github().comment(&one.registry, one.number, &one.nominator, "/recheck").unwrap();
            }
        }
        tokio::time::sleep(Duration::from_millis(100 + dice.below(700))).await;
        serve.kill();
        let (next, address) = Serve::start(crowd.github(), folder.path(), settings);
        serve = next;
        crowd.github().deliver_to(&address);
    }
    let killed = began.elapsed();
    crowd.all_have(&labels, Duration::from_secs(120)).await;
    assert_eq!(serve.terminate().0, Some(0));
    format!(
        "{kills} kills on {on} (seed {SEED:#x}) in {} s, {} nominations: every one with one right comment and label set after {} s",
        killed.as_secs(),
        crowd.all.len(),
        began.elapsed().as_secs()
    )
}
