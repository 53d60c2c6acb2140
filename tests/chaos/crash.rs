//! Crash points (A253): at each boundary of each write, the process panics, the store fails, or the process is
//! killed. The person and the application try again; the node is ready again in five seconds, what was answered is
//! so, and nothing is good twice.

mod nurse;
mod story;

use credenza_tests::services::{is_long, service};
use credenza_tests::{Database, Served};

use crate::invariants;
use nurse::Nurse;
use story::Story;

/// The writes of the story, by the names that storage gives them.
const WRITES: [&str; 15] = [
    "requests.begin",
    "requests.advance",
    "requests.finish",
    "credentials.upgrade_hash",
    "sessions.begin",
    "sessions.renew",
    "sessions.end",
    "sessions.end_all",
    "consents.remember",
    "codes.issue",
    "codes.spend",
    "refresh_tokens.rotate",
    "access_tokens.insert",
    "access_tokens.revoke",
    "grants.revoke",
];
const PLACES: [&str; 3] = ["before", "inside", "after"];
const ACTIONS: [&str; 3] = ["kill", "error", "panic"];
/// Kills of the long run.
const LONG_KILLS: usize = 3000;

/// A write, a place and an action.
#[derive(Clone, Copy, Debug)]
struct Point {
    write: &'static str,
    place: &'static str,
    action: &'static str,
}

/// Every point, or a third of them, in which each write meets each place and each action once.
fn points(all: bool) -> Vec<Point> {
    let mut points = vec![];
    for (row, write) in WRITES.into_iter().enumerate() {
        for (column, place) in PLACES.into_iter().enumerate() {
            for (shift, action) in ACTIONS.into_iter().enumerate() {
                if all || (row + column) % ACTIONS.len() == shift {
                    points.push(Point { write, place, action });
                }
            }
        }
    }
    points
}

#[tokio::test(flavor = "multi_thread")]
async fn a253_crash_points_on_sqlite() {
    let _alone = crate::alone().await;
    let server = Served::prepare();
    let database = Database::file(&server.database());
    crash(server, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a253_crash_points_on_postgres() {
    crash_on_server("TEST_POSTGRES_URL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a253_crash_points_on_mysql() {
    crash_on_server("TEST_MYSQL_URL").await;
}

async fn crash_on_server(variable: &str) {
    if !is_long() {
        return println!("skipped: only with TEST_LONG=1");
    }
    let Some(url) = service(variable) else { return };
    let _alone = crate::alone().await;
    let database = Database::create(&url, "crash");
    let mut server = Served::prepare();
    server.node.set("DATABASE_URL", database.url());
    crash(server, &database).await;
}

/// Tells the story once with nothing armed, and then once for each point.
async fn crash(mut server: Served, database: &Database) {
    server.node.set("PASSWORD__MEMORY_KIB", "7168");
    server.node.set("PASSWORD__ITERATIONS", "1");
    server.node.start();
    server.create_user(credenza_tests::served::USERNAME);
    let story = Story::new(&server).await;
    assert_eq!(story.tell().await, 0, "everything was answered");
    let mut nurse = Nurse::new(server);
    let (mut kills, mut others) = (0, 0);
    loop {
        for point in points(is_long()) {
            let armed = format!("{}:{}={}", point.write, point.place, point.action);
            nurse.restart_with(&armed);
            let story = Story::new(nurse.server()).await;
            let doubts = story.tell().await;
            let deaths = nurse.deaths();
            assert!(doubts > 0, "{armed}: nobody noticed");
            if point.action == "kill" {
                assert_eq!(deaths, 1, "{armed}");
                kills += 1;
            } else {
                assert_eq!(deaths, 0, "{armed}");
                assert!(nurse.new_log().contains(&format!("failpoint {}", point.write)), "{armed}");
                others += 1;
            }
        }
        invariants::assert_hold(database);
        println!("{kills} kills, {others} panics and errors");
        if !is_long() || kills >= LONG_KILLS {
            return;
        }
    }
}
