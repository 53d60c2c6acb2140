//! Failures in a batch of writes, and that the migrations create the tables of `schema.rs`.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::MigrationHarness;

use super::*;
use crate::conformance::fixtures::{World, at, code, hash, id, session};
use crate::conformance::schema::tables;
use crate::db::{Db, Home};
use crate::schema::{replays, revision};
use crate::{Store, StoreError};

/// A database file of that name, deleted when the test ends.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let scratch = std::env::temp_dir().join(format!("credenza-storage-{}-{name}.db", std::process::id()));
        Self(scratch)
    }

    fn place(&self) -> Place {
        Place::File(self.0.clone())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

async fn start(place: &Place, options: Options) -> std::result::Result<Db, OpenError> {
    let home = Home::Sqlite(open(place, &options).await?);
    Ok(Db::new(home, options.counters, options.events, SEEN_FOR))
}

/// The same in a file and in memory.
async fn each(scratch: &Scratch) -> Vec<(&'static str, Arc<Db>)> {
    let mut all = Vec::new();
    for (kind, place) in [("file", scratch.place()), ("memory", Place::Memory)] {
        all.push((kind, Arc::new(start(&place, Options::default()).await.unwrap())));
    }
    all
}

async fn insert(conn: &mut Conn, purpose: &str) -> Result<()> {
    let row = (
        replays::tenant_id.eq("t"),
        replays::purpose.eq(purpose),
        replays::hash.eq(&[0_u8; 32][..]),
        replays::expires_at.eq(0),
    );
    diesel::insert_into(replays::table).values(row).execute(conn).await?;
    Ok(())
}

/// What was kept, by name.
async fn kept(db: &Db) -> Vec<String> {
    let names = async |conn: &mut Conn| {
        Ok(replays::table.order(replays::purpose).select(replays::purpose).load(conn).await?)
    };
    db.read(names).await.unwrap()
}

/// Blocks the writing thread, so that what is sent meanwhile shares one batch.
fn hold(db: &Arc<Db>) -> tokio::task::JoinHandle<Result<()>> {
    let db = Arc::clone(db);
    tokio::spawn(async move {
        db.write("test", async |_: &mut Conn| {
            std::thread::sleep(Duration::from_millis(200));
            Ok(())
        })
        .await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_takes_nothing_with_it() {
    let scratch = Scratch::new("failed-job");
    for (kind, db) in each(&scratch).await {
        let held = hold(&db);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let commits = db.counters.commits();
        let first = db.write("test", async |conn: &mut Conn| insert(conn, "first").await);
        let refused = db.write("test", async |conn: &mut Conn| {
            insert(conn, "refused").await?;
            Err::<(), _>(StoreError::new("no"))
        });
        let clash = db.statement("test", async |conn: &mut Conn| insert(conn, "first").await);
        let panicked = db.write("test", async |conn: &mut Conn| {
            insert(conn, "panicked").await?;
            transaction::begin(conn, Scope::Transaction)?;
            insert(conn, "panicked within").await?;
            if kept_so_far(conn).await > 0 {
                panic!("on purpose");
            }
            Ok(())
        });
        let strayed = db.write("test", async |conn: &mut Conn| {
            insert(conn, "strayed").await?;
            tokio::task::yield_now().await;
            Ok(())
        });
        let unbalanced = db.write("test", async |conn: &mut Conn| {
            insert(conn, "unbalanced").await?;
            conn.batch_execute("SELECT 1").await?;
            transaction::begin(conn, Scope::Transaction)
        });
        let last = db.write("test", async |conn: &mut Conn| insert(conn, "last").await);
        let answers = tokio::join!(first, refused, clash, panicked, strayed, unbalanced, last);
        held.await.unwrap().unwrap();
        assert!(answers.0.is_ok() && answers.6.is_ok(), "{kind}: {answers:?}");
        let failed = [&answers.1, &answers.2, &answers.3, &answers.4, &answers.5];
        assert!(failed.iter().all(|answer| answer.is_err()), "{kind}: {answers:?}");
        assert_eq!(kept(&db).await, ["first", "last"], "{kind}");
        // In memory, reading is a batch too.
        assert!(db.counters.commits() - commits <= 3, "{kind}: they shared a batch");
        db.close().await;
    }
}

async fn kept_so_far(conn: &mut Conn) -> i64 {
    replays::table.count().get_result(conn).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_batch_answers_errors_and_keeps_nothing() {
    let scratch = Scratch::new("lost-batch");
    for (kind, db) in each(&scratch).await {
        let held = hold(&db);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let before = db.write("test", async |conn: &mut Conn| insert(conn, "before").await);
        // SQLite itself ends the transaction, as it does when the disk is full.
        let ends = db.write("test", async |conn: &mut Conn| Ok(conn.batch_execute("ROLLBACK").await?));
        let after = db.write("test", async |conn: &mut Conn| insert(conn, "after").await);
        let (before, ends, after) = tokio::join!(before, ends, after);
        drop(held.await.unwrap());
        assert!(before.is_err(), "{kind}: its write is gone, and it must know");
        assert!(ends.is_err(), "{kind}");
        assert!(after.is_ok(), "{kind}: who came next had a batch of their own: {after:?}");
        assert_eq!(kept(&db).await, ["after"], "{kind}");
        db.write("test", async |conn: &mut Conn| insert(conn, "later").await).await.unwrap();
        assert_eq!(kept(&db).await, ["after", "later"], "{kind}");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_queue_is_skipped() {
    let scratch = Scratch::new("left");
    for (kind, db) in each(&scratch).await {
        let held = hold(&db);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let left = db.write("test", async |conn: &mut Conn| insert(conn, "left").await);
        assert!(tokio::time::timeout(Duration::from_millis(10), left).await.is_err());
        db.write("test", async |conn: &mut Conn| insert(conn, "stayed").await).await.unwrap();
        held.await.unwrap().unwrap();
        assert_eq!(kept(&db).await, ["stayed"], "{kind}");
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_writes_what_is_queued() {
    let scratch = Scratch::new("closing");
    let db = Arc::new(start(&scratch.place(), Options::default()).await.unwrap());
    let held = hold(&db);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let queued = {
        let db = Arc::clone(&db);
        tokio::spawn(
            async move { db.write("test", async |conn: &mut Conn| insert(conn, "queued").await).await },
        )
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    db.close().await;
    held.await.unwrap().unwrap();
    queued.await.unwrap().unwrap();
    assert!(db.write("test", async |conn: &mut Conn| insert(conn, "late").await).await.is_err());
    let again = start(&scratch.place(), Options::default()).await.unwrap();
    assert_eq!(kept(&again).await, ["queued"]);
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_cannot_write_and_survive_a_panic() {
    let scratch = Scratch::new("readers");
    let options = Options { readers: Some(1), ..Options::default() };
    let db = Arc::new(start(&scratch.place(), options).await.unwrap());
    assert!(db.read(async |conn: &mut Conn| insert(conn, "by a reader").await).await.is_err());
    let panicking = Arc::clone(&db);
    let panicked = tokio::spawn(async move {
        panicking.read(async |_: &mut Conn| -> Result<()> { panic!("on purpose") }).await
    });
    assert!(panicked.await.is_err());
    assert!(kept(&db).await.is_empty(), "the one reader is back");
    db.close().await;
}

/// Disabling also revokes; but where several write at once, a grant may slip in between. So each use checks that all
/// who take part are enabled.
#[tokio::test(flavor = "multi_thread")]
async fn each_party_must_be_enabled() {
    let scratch = Scratch::new("parties");
    let db = Arc::new(start(&scratch.place(), Options::default()).await.unwrap());
    let world = World::new(&Store::of(&db), "acme").await;
    world.grant(code("grant")).await;
    world.store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    for table in ["tenants", "clients", "users"] {
        for (value, expected) in [("7", false), ("NULL", true)] {
            let update = format!("UPDATE {table} SET disabled_at = {value} WHERE tenant_id = 'acme'");
            db.write("test", async move |conn: &mut Conn| Ok(conn.batch_execute(&update).await?))
                .await
                .unwrap();
            assert_eq!(world.lives("grant", at(1)).await, expected, "{table}: {value}");
            let found =
                world.store.sessions.find(&world.tenant, hash("handle"), at(-1), at(1)).await.unwrap();
            assert_eq!(found.is_some(), expected || table != "users", "{table}: {value}");
        }
    }
    db.close().await;
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    sql_type: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    required: i32,
}

#[test]
fn migrations_make_the_tables_of_the_schema() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(connection::MIGRATIONS).unwrap();
    for (table, declared) in tables() {
        let query = format!(
            "SELECT name, type AS sql_type, \"notnull\" AS required FROM pragma_table_info('{table}') ORDER BY cid"
        );
        let made: Vec<Column> = diesel::RunQueryDsl::load(diesel::sql_query(query), &mut raw).unwrap();
        let made: Vec<_> = made.iter().map(|c| (&*c.name, &*c.sql_type, c.required == 0)).collect();
        let sqlite = |c: &crate::conformance::schema::Column| match c.sql_type {
            // AUTOINCREMENT requires exactly this type; it holds 64 bits, as all integers do.
            "BigInt" if c.name == "seq" => "INTEGER",
            "BigInt" => "BIGINT",
            "Integer" => "INTEGER",
            "Text" => "TEXT",
            _ => "BLOB",
        };
        let declared: Vec<_> = declared.iter().map(|c| (c.name, sqlite(c), c.nullable)).collect();
        assert_eq!(made, declared, "{table}");
    }
    raw.revert_all_migrations(connection::MIGRATIONS).unwrap();
    let gone = diesel::RunQueryDsl::load::<i64>(revision::table.select(revision::value), &mut raw);
    assert!(gone.is_err());
    raw.run_pending_migrations(connection::MIGRATIONS).unwrap();
    raw.batch_execute("PRAGMA integrity_check").unwrap();
}

/// The statements of the token path are prepared once, not at each call.
#[tokio::test(flavor = "multi_thread")]
async fn statements_are_kept_prepared() {
    use diesel::connection::{Connection as _, InstrumentationEvent};

    let db = Arc::new(start(&Place::Memory, Options::default()).await.unwrap());
    let store = Store::of(&db);
    let world = World::new(&store, "acme").await;
    let seen: Arc<std::sync::Mutex<[Vec<String>; 2]>> = Arc::default();
    let log = Arc::clone(&seen);
    let watch = async move |conn: &mut Conn| {
        conn.sqlite()?.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let (which, text) = match event {
                InstrumentationEvent::CacheQuery { sql, .. } => (0, sql.to_owned()),
                InstrumentationEvent::StartQuery { query, .. } => (1, query.to_string()),
                _ => return,
            };
            log.lock().unwrap()[which].push(text);
        });
        Ok(())
    };
    db.write("test", watch).await.unwrap();
    for n in 0..2 {
        let name = format!("grant {n}");
        world.grant(code(&name)).await;
        let new = crate::NewRefreshToken { token: hash("next"), expires_at: at(1000) };
        let presented = hash(&format!("{name} token"));
        let tokens = &store.refresh_tokens;
        let rotated = tokens.rotate(&world.tenant, &id(&name), presented, new, at(1)).await.unwrap();
        assert_eq!(rotated, crate::Rotate::Rotated);
    }
    let [kept, sent] = &*seen.lock().unwrap();
    let is_statement =
        |text: &&String| ["INSERT", "UPDATE", "SELECT", "DELETE"].iter().any(|verb| text.starts_with(verb));
    let mut sent: Vec<&str> =
        sent.iter().filter(is_statement).map(|text| text.split(" -- ").next().unwrap()).collect();
    assert!(sent.iter().filter(|text| text.starts_with("UPDATE")).count() >= 4, "{sent:#?}");
    // This one was prepared before counting began.
    sent.retain(|text| *text != "SELECT changes()" && !kept.iter().any(|kept| kept.trim() == text.trim()));
    assert!(sent.is_empty(), "prepared each time: {sent:#?}");
}
