//! The inbox read beside whoever works on it, without a trace.

use super::*;
use crate::queue::examine::{Examined, examine};

fn waiting(examined: Examined) -> usize {
    match examined {
        Examined::Here(jobs) => jobs.len(),
        Examined::Absent => panic!("it is there"),
    }
}

async fn it_is_only_read(place: &Place) {
    let database = place.database();
    for _ in 0..2 {
        assert_eq!(examine(&database).await.unwrap(), Examined::Absent);
    }
    let inbox = place.inbox().await;
    inbox.store(row("a", 1)).await.unwrap();
    assert_eq!(waiting(examine(&database).await.unwrap()), 1, "beside who works on it");
    assert_eq!(examine(&database).await.unwrap(), Examined::Here(inbox.held().await.unwrap()));
}

on_both! { "current_thread": it_is_only_read }

#[tokio::test]
async fn no_file_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let names = || {
        let names = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let path = folder.path().join("inbox.db");
    let database = Database::File(path.clone());
    assert_eq!(examine(&database).await.unwrap(), Examined::Absent);
    assert_eq!(names(), Vec::<String>::new());
    let nowhere = examine(&Database::File(folder.path().join("none").join("inbox.db"))).await;
    assert!(matches!(nowhere, Err(StoreError::NoFolder(_))), "{nowhere:?}");
    let inbox = Inbox::open(&database).await.unwrap();
    inbox.store(row("a", 1)).await.unwrap();
    drop(inbox);
    let before = names();
    assert_eq!(waiting(examine(&database).await.unwrap()), 1);
    assert_eq!(names(), before);
    std::fs::write(&path, "no database").unwrap();
    assert!(matches!(examine(&database).await, Err(StoreError::Database(_))));
}
