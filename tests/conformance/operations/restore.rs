//! A backup of the database is restored while clients have gone on: whoever refreshed meanwhile signs in again, and is no
//! thief; a thief still is one.
//!
//! Chart 545: A restored backup | clients that refreshed meanwhile sign in again, without an alarm; reuse is still detected

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use credenza::admin::{Administration, restores};
use credenza::clock::ManualClock;
use credenza_protocol::time::Time;
use credenza_tests::node::Scratch;
use credenza_tests::{Browser, Person, Provider, RelyingParty, Response, Tokens};
use diesel::SqliteConnection;
use diesel::connection::{Connection as _, SimpleConnection as _};

const ISSUER: &str = "https://id.example";
/// Of the refusals of a refresh token: that of one which was spent, with the alarm, and that of a newer one.
const AGAIN: &str = "used before";
const AHEAD: &str = "newer than what is stored";

/// The file of a database, and a backup of it.
struct Files(Scratch);

impl Files {
    fn database(&self) -> PathBuf {
        self.0.path().join("credenza.db")
    }

    fn backup(&self) -> PathBuf {
        self.0.path().join("backup.db")
    }

    async fn serve(&self, clock: Option<Arc<ManualClock>>) -> Provider {
        let builder = Provider::builder().issuer(ISSUER);
        let builder = builder.database_url(&format!("sqlite:{}", self.database().display()));
        match clock {
            Some(clock) => builder.clock(clock),
            None => builder,
        }
        .start()
        .await
    }

    /// Copies the database by SQLite's own means, while it is used.
    fn back_up(&self) {
        let mut connection = SqliteConnection::establish(self.database().to_str().unwrap()).unwrap();
        let copy = format!("PRAGMA busy_timeout = 30000; VACUUM INTO '{}'", self.backup().display());
        connection.batch_execute(&copy).unwrap();
    }

    /// Stops the provider, and starts another one on the backup, later.
    async fn restore(&self, op: Provider) -> Provider {
        op.pass(60);
        op.state.store.maintenance.close().await;
        let clock = Arc::clone(&op.clock);
        drop(op);
        for end in ["-wal", "-shm"] {
            let mut path = self.database().into_os_string();
            path.push(end);
            // Nothing is there where the database was closed in order.
            let _ = fs::remove_file(path);
        }
        fs::copy(self.backup(), self.database()).unwrap();
        self.serve(Some(clock)).await
    }
}

/// A person with a client, and the tokens that it was given, one after the other.
struct Chain {
    alice: Person,
    rp: RelyingParty,
    browser: Browser,
    tokens: Vec<Tokens>,
}

impl Chain {
    async fn new(op: &Provider, name: &str, refreshes: usize) -> Self {
        let alice = op.user(name).await;
        let rp = RelyingParty::confidential(op).await;
        let mut browser = Browser::new();
        let first = rp.sign_in_with(op, &alice, &mut browser, rp.authorization()).await;
        let mut chain = Self { alice, rp, browser, tokens: vec![first] };
        for _ in 0..refreshes {
            chain.refresh(op).await;
        }
        chain
    }

    /// Exchanges the last token, well after it was given.
    async fn refresh(&mut self, op: &Provider) {
        op.pass(20);
        let answer = self.present(op, self.tokens.len() - 1).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.tokens.push(Tokens::of(&answer));
    }

    async fn present(&self, op: &Provider, index: usize) -> Response {
        self.rp.refresh(op, self.tokens[index].refresh()).await
    }

    async fn assert_refused(&self, op: &Provider, index: usize, why: &str) {
        let answer = self.present(op, index).await;
        answer.assert_refused(400, "invalid_grant");
        assert!(answer.text().contains(why), "{index}: {}", answer.text());
    }

    /// Signs in again: without the password, since the session goes on.
    async fn sign_in_again(&mut self, op: &Provider) {
        let code = self.rp.authorization().silent(op, &mut self.browser).await;
        let tokens = Tokens::of(&self.rp.redeem(op, &code).await);
        self.rp.assert_alive(op, &tokens).await;
        self.tokens.push(tokens);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refreshed_since_the_backup_signs_in_again_quietly() {
    let files = Files(Scratch::new());
    let op = files.serve(None).await;
    let (mut first, mut later) = (Chain::new(&op, "first", 0).await, Chain::new(&op, "later", 2).await);
    op.pass(30);
    files.back_up();
    for chain in [&mut first, &mut later] {
        chain.refresh(&op).await;
        chain.refresh(&op).await;
    }
    let meanwhile = first.rp.sign_in(&op, &later.alice).await;
    let op = files.restore(op).await;
    for chain in [&mut first, &mut later] {
        chain.assert_refused(&op, chain.tokens.len() - 1, AHEAD).await;
        assert_eq!(op.sessions_of(&chain.alice).await, 1);
        // Nobody goes on with the token that was spent in what the store has forgotten.
        chain.assert_refused(&op, chain.tokens.len() - 3, "revoked").await;
        chain.sign_in_again(&op).await;
        chain.refresh(&op).await;
    }
    // What was given since the backup is not known at all.
    let unknown = first.rp.refresh(&op, meanwhile.refresh()).await;
    unknown.assert_refused(400, "invalid_grant");
    assert!(unknown.text().contains("unknown"), "{}", unknown.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_not_refresh_goes_on_and_a_thief_is_caught() {
    let files = Files(Scratch::new());
    let op = files.serve(None).await;
    let (mut idle, robbed) = (Chain::new(&op, "idle", 2).await, Chain::new(&op, "robbed", 2).await);
    let mut later = Chain::new(&op, "later", 2).await;
    op.pass(30);
    files.back_up();
    let op = files.restore(op).await;
    idle.refresh(&op).await;
    idle.refresh(&op).await;
    idle.rp.assert_alive(&op, idle.tokens.last().unwrap()).await;
    // A token that was spent before the backup, before anything else was done since the restore.
    robbed.assert_refused(&op, 1, AGAIN).await;
    robbed.rp.assert_dead(&op, robbed.tokens.last().unwrap()).await;
    // And one that was spent after it.
    later.refresh(&op).await;
    op.pass(20);
    later.assert_refused(&op, 2, AGAIN).await;
    later.rp.assert_dead(&op, later.tokens.last().unwrap()).await;
}

/// Within one second, the time of a token does not tell, but the operator does (`credenza restored`).
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_noted_tells_of_tokens_of_one_second() {
    for noted in [false, true] {
        let files = Files(Scratch::new());
        let op = files.serve(None).await;
        let mut chain = Chain::new(&op, "alice", 1).await;
        let mut bystander = Chain::new(&op, "bob", 1).await;
        chain.refresh(&op).await;
        files.back_up();
        let newer = Tokens::of(&chain.present(&op, 2).await);
        let op = files.restore(op).await;
        if noted {
            let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
            restores::note(&admin).await.unwrap();
        }
        let answer = chain.rp.refresh(&op, newer.refresh()).await;
        answer.assert_refused(400, "invalid_grant");
        assert!(answer.text().contains(if noted { AHEAD } else { AGAIN }), "{noted}: {}", answer.text());
        chain.sign_in_again(&op).await;
        // Of what was exchanged since the restore, a second use is one.
        bystander.refresh(&op).await;
        op.pass(20);
        bystander.assert_refused(&op, 1, AGAIN).await;
    }
}

/// Whoever exchanges the token of the backup, while its holder has a newer one, is found out by that.
#[tokio::test(flavor = "multi_thread")]
async fn a_spent_token_that_the_backup_revives_is_no_way_in_for_long() {
    let files = Files(Scratch::new());
    let op = files.serve(None).await;
    let mut chain = Chain::new(&op, "alice", 1).await;
    op.pass(30);
    files.back_up();
    chain.refresh(&op).await;
    let op = files.restore(op).await;
    let thief = Tokens::of(&chain.present(&op, 1).await);
    chain.assert_refused(&op, 2, AGAIN).await;
    chain.rp.assert_dead(&op, &thief).await;
    chain.sign_in_again(&op).await;
}
