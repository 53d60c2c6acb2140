//! The room that is kept beside a database. What becomes of it on a full disk is in `tests/chaos/disk`.

use credenza_storage::{Options, Room, open};

use crate::{fresh, url};

const RESERVE: u64 = 24 << 20;

#[tokio::test]
async fn a_file_has_a_reserve_from_the_first_look_on() {
    let path = fresh("room");
    let reserve = format!("{}-reserve", path.display());
    let store = open(&url(&path), Options::default()).await.unwrap();
    store.maintenance.check().await.unwrap();
    assert!(!std::fs::exists(&reserve).unwrap(), "commands need none");
    for _ in 0..2 {
        assert_eq!(store.maintenance.room().await.unwrap(), Room::Enough);
        assert_eq!(std::fs::metadata(&reserve).unwrap().len(), RESERVE);
    }
    store.maintenance.close().await;
    // Another process finds it there, and fills what is missing.
    std::fs::OpenOptions::new().write(true).open(&reserve).unwrap().set_len(5).unwrap();
    let store = open(&url(&path), Options::default()).await.unwrap();
    assert_eq!(store.maintenance.room().await.unwrap(), Room::Enough);
    assert_eq!(std::fs::metadata(&reserve).unwrap().len(), RESERVE);
    store.maintenance.close().await;
    std::fs::remove_file(reserve).unwrap();
}

#[tokio::test]
async fn memory_has_none() {
    let store = open("sqlite::memory:", Options::default()).await.unwrap();
    assert_eq!(store.maintenance.room().await.unwrap(), Room::Enough);
    store.maintenance.check().await.unwrap();
}
