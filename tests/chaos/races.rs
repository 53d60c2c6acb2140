//! Races for codes and refresh tokens in storage itself: 64 callers, in two processes where the database is a server,
//! bring the same at once; one wins, the others are told so, and none gets an error (A028, A054, A254).

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::conformance::fixtures::{World, at, code, hash, id, refresh_token};
use credenza_storage::{NewCode, Options, Rotate, Spend, Store, open};
use credenza_tests::node::Scratch;
use credenza_tests::services::{is_long, service};
use credenza_tests::{Database, Random};
use tokio::task::JoinSet;

/// Callers for the same.
const CALLERS: usize = 64;
/// Codes, each with a refresh token: with so many callers, 640,000 for each.
const LONG: usize = 10_000;
const SHORT: usize = 100;
/// Codes that are raced for at the same time.
const BATCH: usize = 10;
/// The variables by which a child process learns its database and its callers.
const CHILD_URL: &str = "TEST_RACE_URL";
const CHILD_CALLERS: &str = "TEST_RACE_CALLERS";

#[tokio::test(flavor = "multi_thread")]
async fn a028_a054_races_on_sqlite() {
    let _alone = crate::alone().await;
    let scratch = Scratch::new();
    race(&Database::file(&scratch.path().join("races.db")), 1).await;
}

/// A254: no caller gets an error where transactions wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn a028_a054_races_on_postgres() {
    race_on_server("TEST_POSTGRES_URL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a028_a054_races_on_mysql() {
    race_on_server("TEST_MYSQL_URL").await;
}

async fn race_on_server(variable: &str) {
    let Some(url) = service(variable) else { return };
    let _alone = crate::alone().await;
    race(&Database::create(&url, "races"), 2).await;
}

async fn race(database: &Database, processes: usize) {
    let store = open(database.url(), Options::default()).await.unwrap();
    let world = World::new(&store, "acme").await;
    let mut racers: Vec<_> = (0..processes).map(|_| Racer::start(database, CALLERS / processes)).collect();
    let codes = if is_long() { LONG } else { SHORT };
    for first in (0..codes).step_by(BATCH) {
        let names: Vec<String> = (first..first + BATCH).map(|number| format!("code-{number}")).collect();
        for name in &names {
            store.codes.issue(&world.tenant, new_code(name), at(0)).await.unwrap();
        }
        for task in ["spend", "rotate"] {
            for racer in &mut racers {
                racer.order(task, &names);
            }
            let mut winners: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (name, token) in racers.iter_mut().flat_map(Racer::winners) {
                winners.entry(name).or_default().push(token);
            }
            for name in &names {
                let [winner] = winners.remove(name).unwrap_or_default().try_into().unwrap_or_else(
                    |winners: Vec<String>| panic!("{task} {name}: {} winners", winners.len()),
                );
                assert_lives(&store, &world, name, &winner).await;
            }
        }
    }
    println!("{} attempts at codes and as many at refresh tokens", codes * CALLERS);
    store.maintenance.close().await;
}

fn new_code(name: &str) -> NewCode {
    NewCode { refresh_token: Some(refresh_token(name, "first", 900)), ..code(name) }
}

/// The refresh token that lives is the winner's.
async fn assert_lives(store: &Store, world: &World, name: &str, token: &str) {
    let record = store.refresh_tokens.find(&world.tenant, &id(name), at(1)).await.unwrap().unwrap();
    assert_eq!((record.current, record.live), (hash(&format!("{name} {token}")), true), "{name}");
}

/// A process of callers.
struct Racer {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Racer {
    fn start(database: &Database, callers: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["races::racer", "--exact", "--ignored", "--nocapture"])
            .env(CHILD_URL, database.url())
            .env(CHILD_CALLERS, callers.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (orders, answers) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self { process, orders, answers: BufReader::new(answers).lines() }
    }

    fn order(&mut self, task: &str, names: &[String]) {
        writeln!(self.orders, "{task} {}", names.join(" ")).unwrap();
    }

    /// Each name that a caller of this process won, with the refresh token that lives now.
    fn winners(&mut self) -> Vec<(String, String)> {
        let mut winners = vec![];
        for line in &mut self.answers {
            let line = line.unwrap();
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["done"] => return winners,
                ["won", name, token] => winners.push(((*name).to_owned(), (*token).to_owned())),
                _ => {}
            }
        }
        panic!("the racer stopped");
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        // It may be gone already, and a failure to tidy up is no result of a test.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a child process of the races"]
async fn racer() {
    let Ok(url) = std::env::var(CHILD_URL) else { return };
    let callers: usize = std::env::var(CHILD_CALLERS).unwrap().parse().unwrap();
    let store = open(&url, Options::default()).await.unwrap();
    let process = std::process::id();
    let mut random = Random::seeded(process.into());
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (task, names) = line.split_once(' ').unwrap();
        let mut calls: Vec<(String, String)> = vec![];
        for name in names.split(' ') {
            calls.extend((0..callers).map(|caller| (name.to_owned(), format!("{process}-{caller}"))));
        }
        // The callers of one code and those of another come in any order.
        for last in (1..calls.len()).rev() {
            calls.swap(last, random.below(last + 1));
        }
        let store = Arc::new(store.clone());
        let rotates = task == "rotate";
        let calls: JoinSet<Option<String>> =
            calls.into_iter().map(|(name, own)| call(Arc::clone(&store), rotates, name, own)).collect();
        for won in calls.join_all().await.into_iter().flatten() {
            println!("won {won}");
        }
        println!("done");
    }
}

/// Tries once; answers with the name and the refresh token that lives, if it won.
async fn call(store: Arc<Store>, rotates: bool, name: String, own: String) -> Option<String> {
    let (tenant, client) = (TenantId::new("acme"), ClientId::new("client"));
    if rotates {
        let next = refresh_token(&name, &own, 900);
        let presented = hash(&format!("{name} first"));
        let rotated = store.refresh_tokens.rotate(&tenant, &id(&name), presented, next, at(1)).await;
        return (rotated.unwrap() == Rotate::Rotated).then(|| format!("{name} {own}"));
    }
    let spent = store.codes.spend(&tenant, &client, &id(&name), hash(&name), at(1)).await;
    match spent.unwrap() {
        Spend::First(..) => Some(format!("{name} first")),
        Spend::Again { .. } => None,
        other => panic!("{name}: {other:?}"),
    }
}
