//! SQLite on a small disk.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use credenza_tests::{Database, Served};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use tokio::task::JoinSet;

use super::visitor::{Visitor, readiness, wait_for_gauge, wait_until_ready, with_metrics};
use super::volume::Volume;
use crate::invariants;

/// The size of the reserve.
const RESERVE: u64 = 24 << 20;
const FULL: &str = "storage: full\n";
const READY: &str = "ok\n";
/// Codes that are asked for at once, and at most.
const AT_ONCE: usize = 8;
const CODES: usize = 40_000;

struct Site {
    server: Served,
    metrics: String,
    file: PathBuf,
    // Last, so that the process ends before its disk goes.
    volume: Volume,
}

impl Site {
    /// A server with its database on a volume of that many mebibytes.
    async fn start(mebibytes: u64) -> Option<Self> {
        let volume = Volume::mount(mebibytes)?;
        let file = volume.path().join("credenza.db");
        let mut server = Served::prepare();
        server.node.set("DATABASE_URL", Database::file(&file).url());
        let metrics = with_metrics(&mut server.node);
        server.node.set("LOG__LEVEL", "info");
        server.node.start();
        server.create_user(credenza_tests::served::USERNAME);
        let site = Self { server, metrics, file, volume };
        wait_until_ready(&site.server, READY).await;
        site.wait_for_reserve().await;
        Some(site)
    }

    async fn wait_for_reserve(&self) {
        let path = format!("{}-reserve", self.file.display());
        for _ in 0..600 {
            if fs::metadata(&path).is_ok_and(|file| file.len() == RESERVE) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no reserve: {:?}", fs::metadata(&path));
    }

    fn assert_whole(&self) {
        let database = Database::file(&self.file);
        invariants::assert_hold(&database);
        assert_eq!(database.count("SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_others_filled() {
    let _alone = crate::alone().await;
    let Some(mut site) = Site::start(96).await else { return };
    let mut visitor = Visitor::register(&site.server).await;
    let before = visitor.before().await;
    site.volume.fill();
    assert_eq!(readiness(&site.server).await, (503, FULL.to_owned()));
    wait_for_gauge(&site.metrics, 1).await;
    visitor.is_refused().await;
    // No sooner than somebody has looked for room again.
    assert_eq!(visitor.ask_for_code("").await.header("retry-after"), "5");
    // Whoever filled it goes on filling it.
    site.volume.fill();
    visitor.checks_and_revokes(&before).await;
    site.volume.fill();
    let id_token = before.kept.id().to_owned();
    visitor.person.sign_out(&visitor.app.clone(), &id_token).await;
    assert!(!visitor.person.is_signed_in(&visitor.app).await, "signing out needs no room");
    // It can be started on such a disk, too.
    site.server.kill();
    site.server.node.launch();
    wait_until_ready_to_answer(&site).await;
    assert!(visitor.app.is_active(&before.kept.access_token).await);
    assert!(!visitor.app.is_active(&before.revoked.access_token).await, "a revoked token came back");

    site.volume.free();
    wait_until_ready(&site.server, READY).await;
    wait_for_gauge(&site.metrics, 0).await;
    site.wait_for_reserve().await;
    visitor.goes_on(&before).await;
    site.assert_whole();
}

/// Until it says anything at all.
async fn wait_until_ready_to_answer(site: &Site) {
    for _ in 0..600 {
        let asked = credenza_tests::Request::get(format!("{}/readyz", site.server.issuer)).try_send().await;
        if let Some(answer) = asked {
            assert_eq!((answer.status.as_u16(), answer.text()), (503, FULL.to_owned()));
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not start:\n{}", site.server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_our_own_rows_filled() {
    let _alone = crate::alone().await;
    let Some(site) = Site::start(96).await else { return };
    let lifetime = "code_lifetime=20";
    site.server.run(&["tenant", "update", "default", "--set", lifetime]).unwrap();
    // So that the rows here are few: the log may have 16, and 8 are kept.
    site.volume.take(30);
    let mut visitor = Visitor::register(&site.server).await;
    let before = visitor.before().await;
    let made = fill_with_codes(&visitor).await;
    println!("{made} codes");
    assert!(made > 100, "there was room at first");
    let (status, text) = readiness(&site.server).await;
    assert_eq!((status, text.as_str()), (503, FULL));
    visitor.is_refused().await;
    visitor.checks_and_revokes(&before).await;
    // The codes expire, and their room is found again, though the file does not shrink and nobody made room.
    let size = fs::metadata(&site.file).unwrap().len();
    wait_until_ready(&site.server, READY).await;
    assert!(fs::metadata(&site.file).unwrap().len() >= size);
    visitor.goes_on(&before).await;
    wait_for_gauge(&site.metrics, 0).await;
    site.assert_whole();
}

/// Asks for codes with long nonces until one is refused for lack of room; how many there were.
async fn fill_with_codes(visitor: &Visitor) -> usize {
    let nonce = "n".repeat(4000);
    let mut made = 0;
    while made < CODES {
        let ask = |_| {
            let (visitor, nonce) = (visitor.clone(), nonce.clone());
            async move { visitor.ask_for_code(&nonce).await }
        };
        let answers = (0..AT_ONCE).map(ask).collect::<JoinSet<_>>().join_all().await;
        let codes = answers.iter().filter(|answer| {
            answer.headers.get("location").is_some_and(|to| to.to_str().unwrap().contains("code="))
        });
        let codes = codes.count();
        made += codes;
        if codes == 0 {
            return made;
        }
    }
    panic!("the disk does not fill");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_the_log_of_the_database_filled() {
    let _alone = crate::alone().await;
    let Some(site) = Site::start(96).await else { return };
    // So that there is room again soon after the reader has gone.
    site.server.run(&["tenant", "update", "default", "--set", "code_lifetime=12"]).unwrap();
    // More than the log has without a reader, which is 16, and not much more.
    site.volume.take(36);
    let mut visitor = Visitor::register(&site.server).await;
    let before = visitor.before().await;
    // Somebody reads for long, so that the log cannot be copied and must grow.
    let mut reader = SqliteConnection::establish(site.file.to_str().unwrap()).unwrap();
    reader.batch_execute("BEGIN; SELECT count(*) FROM grants;").unwrap();
    let made = fill_with_codes(&visitor).await;
    assert!(made > 100, "there was room at first");
    let log = || fs::metadata(format!("{}-wal", site.file.display())).unwrap().len();
    assert!(log() > 16 << 20, "the log has grown: {}", log());
    assert_eq!(readiness(&site.server).await, (503, FULL.to_owned()));
    visitor.checks_and_revokes(&before).await;
    reader.batch_execute("COMMIT").unwrap();
    drop(reader);
    wait_until_ready(&site.server, READY).await;
    assert!(log() <= 17 << 20, "the log has shrunk: {}", log());
    visitor.goes_on(&before).await;
    site.assert_whole();
}
