//! Crash points (A253): at each boundary of each write, the process panics, the store fails, or the process is
//! killed. The person and the application retry; the node is ready again within five seconds, every answer holds, and
//! nothing is good twice.
//!
//! Chart 630: Crashes | panic, storage error and `kill -9` at each boundary of each write

mod assertion;
mod commands;
mod first_start;
mod scenario;
mod set_up;
mod supervisor;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use credenza_tests::services::{is_long, service};
use credenza_tests::{Database, Served};

use crate::invariants;
use scenario::Scenario;
use supervisor::Supervisor;

/// The writes of the scenario, by their names in storage.
const WRITES: [&str; 20] = [
    "maintenance.check",
    "rate_limits.change",
    "rate_limits.take",
    "rate_limits.forget",
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
    "replays.claim",
];
const PLACES: [&str; 3] = ["before", "inside", "after"];
const ACTIONS: [&str; 3] = ["kill", "error", "panic"];
/// Kills of the long run, on SQLite and on a server.
const LONG_KILLS: usize = 3000;
const LONG_KILLS_ON_SERVER: usize = 500;

/// The writes that the scenario does not reach, and why.
const OTHERS: &[(&str, &str)] = &[
    ("grants.give", "is one statement, as codes.issue is"),
    ("sessions.touch", "needs five minutes, and decides nothing"),
    ("codes.redeem", "is of Redis: see the cluster"),
    ("rate_limits.give_back", "gives one count back, and decides nothing"),
    ("secrets.replace", "is of a new master key: see master_key"),
    ("keys.create_next", "is of the schedule: see the keys of conformance"),
    ("keys.set_retire_at", "is of the schedule: see the keys of conformance"),
    ("keys.retire", "is of the schedule: see the keys of conformance"),
    ("outbox.done", "needs a sink: see events"),
    ("outbox.tell", "is of the admin key: see the sensitive calls of conformance"),
    ("leases.take", "needs a sink: see events"),
    ("leases.release", "needs a sink: see events"),
    ("logouts.join", "needs a client to tell: see logouts"),
    ("logouts.claim", "needs a client to tell: see logouts"),
    ("logouts.done", "needs a client to tell: see logouts"),
    ("mails.put", "is one row, as webhook_deliveries.put adds: see mail of conformance"),
    ("mails.claim", "needs a mail: see mail of conformance"),
    ("mails.done", "needs a mail: see mail of conformance"),
    ("email_challenges.begin", "is of somebody who forgot their password: see password_reset of conformance"),
    (
        "credentials.change_password",
        "sets a password as credentials.set_password does: see change_password of conformance",
    ),
    ("sign_in_links.begin", "is of somebody who signs in by mail: see magic_links of conformance"),
    ("sign_in_links.spend", "is one row less, and the session is begun as with a password: see magic_links"),
    ("sign_ups.begin", "is of somebody who wants an account: see sign_up of conformance"),
    ("sign_ups.complete", "makes a user as users.create does, and spends a row: see sign_up"),
    (
        "email_challenges.reset_password",
        "sets a password as credentials.set_password does: see password_reset",
    ),
    ("approvals.approve", "enables a user as users.set_disabled does: see approval of conformance"),
    ("approvals.reject", "is one row that says so, and a mail: see approval"),
    ("credentials.require_password_change", "is one column: see required_password"),
    ("users.accept_terms", "is one row, which is written once however often it is asked for: see terms"),
    ("authenticators.add", "is one row, and a mail: see security_page of conformance"),
    (
        "authenticators.use_code",
        "is one statement, and begins no session by itself: see second_factor_attacks",
    ),
    (
        "authenticators.use_passkey",
        "is one statement, and begins no session by itself: see passkeys of interop",
    ),
    (
        "authenticators.use_trusted_browser",
        "is one column, and begins no session by itself: see trusted_browsers of conformance",
    ),
    ("authenticators.rename", "is one column: see security_page"),
    ("authenticators.remove", "is one row less, and a mail: see security_page"),
    ("authenticators.reset", "ends what sessions.end_all ends: see authenticators of conformance"),
    ("authenticators.renew_recovery_codes", "is ten rows, all or none: see security_page"),
    ("authenticators.spend_recovery_code", "is one row less, as codes.spend is: see second_factor_attacks"),
    ("devices.register", "is of native applications: see account_devices of conformance"),
    ("devices.update", "is of native applications: see account_devices"),
    ("devices.remove", "is of native applications: see account_devices"),
    ("email_changes.begin", "is of somebody who changes their address: see email_change of conformance"),
    ("email_changes.cancel", "is one row less: see email_change"),
    ("email_changes.complete", "changes a user as users.update does, and spends a row: see email_change"),
    ("email_changes.undo", "the same, and forgets the password: see email_change"),
    ("invitations.create", "is one row, and a mail: see invitations of conformance"),
    ("invitations.resend", "is one row, and a mail: see invitations"),
    ("invitations.accept", "makes a user as sign_ups.complete does: see invitations"),
    ("invitations.revoke", "is one row that says so: see invitations"),
    ("maintenance.sweep_refused", "deletes as users.delete does, and waits for a month: see approval"),
    ("user_deletions.schedule", "disables a user as users.set_disabled does: see deletion of conformance"),
    ("user_deletions.cancel", "enables a user as users.set_disabled does: see deletion"),
    ("user_deletions.remind", "is one column, and a mail: see deletion"),
    ("user_deletions.erase", "deletes as users.delete does: see deletion"),
    ("consents.forget", "is of the admin API: see the grants of its tests in conformance"),
    ("grants.revoke_of_user", "is one statement, as grants.revoke is"),
    ("grants.revoke_of_client", "is one statement, as grants.revoke is, and its event"),
    ("maintenance.sweep", "needs something that has expired"),
    ("maintenance.sweep_secrets", "needs a secret of a client that has expired"),
    ("maintenance.sweep_clients", "needs a client that was not used in time"),
    ("registrations.create", "is of clients that register themselves: see rfc7591 of conformance"),
    ("registrations.note_use", "is of clients that registered themselves, and decides nothing"),
    ("groups.remove", "is one row less, as groups.add is one more"),
    ("roles.grant", "is one row, as groups.add is"),
    ("roles.revoke", "is one row less, as roles.grant is one more"),
    ("webhooks.create", "is of webhooks: see their messages in webhooks"),
    ("webhooks.update", "is of webhooks, and edits one row, as groups.update does"),
    ("webhooks.delete", "is of webhooks, and deletes as groups.delete does"),
    ("webhooks.add_secret", "is of webhooks, and adds a row, as keys.create does"),
    ("webhooks.delete_secret", "is one row less, as webhooks.add_secret is one more"),
    ("webhook_deliveries.put", "needs a webhook: see webhooks"),
    ("webhook_deliveries.claim", "needs a webhook: see webhooks"),
    ("webhook_deliveries.settle", "needs a webhook: see webhooks"),
    ("webhook_deliveries.retry", "is one statement, and decides nothing"),
    ("webhook_deliveries.replay", "is one statement, and decides nothing"),
    ("admin_roles.revoke", "is one row less, as admin_roles.grant is one more"),
    ("resource_secrets.create", "is one row, as keys.create is"),
    ("resource_secrets.set_expires_at", "is one statement, as keys.set_disabled is"),
    ("idempotency.claim", "is of the admin API: see its repeats in conformance"),
    ("idempotency.finish", "is of the admin API: see its repeats in conformance"),
    ("idempotency.give_back", "is of the admin API: see its repeats in conformance"),
    ("event_log.take_in", "is of its own task, which tries again: see events"),
    ("event_log.make_head", "is the row before the first event, and is made again where it is missing"),
    ("users.identify", "needs users of an earlier version; whom it has not filled in it finds again"),
];

/// A write, a place and an action.
#[derive(Debug)]
struct Point {
    write: &'static str,
    place: &'static str,
    action: &'static str,
}

/// Every point, or a third of them, in which each write meets each place and each action once. A server commits
/// a write of one statement by itself, so that there is no point inside.
fn points(all: bool, server: bool) -> Vec<Point> {
    let transactions = names_after("write(\"");
    let mut points = vec![];
    for (row, write) in WRITES.into_iter().enumerate() {
        for (column, place) in PLACES.into_iter().enumerate() {
            for (shift, action) in ACTIONS.into_iter().enumerate() {
                let exists = !server || place != "inside" || transactions.contains(write);
                if exists && (all || (row + column) % ACTIONS.len() == shift) {
                    points.push(Point { write, place, action });
                }
            }
        }
    }
    points
}

/// The names in the sources of storage that follow this text.
fn names_after(opening: &str) -> BTreeSet<String> {
    let sql = concat!(env!("CARGO_MANIFEST_DIR"), "/../storage/src/sql");
    let files = [sql.to_owned(), format!("{sql}/shared")].into_iter().flat_map(|folder| {
        // `raw.rs` is compiled for the tests of the contract alone.
        let is_ours = |path: &PathBuf| path.is_file() && !path.ends_with("raw.rs");
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(is_ours)
    });
    let names = |text: String| -> Vec<String> {
        text.split(opening).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    files.map(|path| fs::read_to_string(path).unwrap()).flat_map(names).collect()
}

#[test]
fn every_write_is_tried() {
    let others = OTHERS.iter().map(|(write, _)| *write);
    let commands = commands::COMMANDS.into_iter().map(|(write, _)| write);
    let tried = WRITES.into_iter().chain(first_start::WRITES).chain(commands).chain(others);
    let written = ["write(\"", "statement(\"", "effect(\""].into_iter().flat_map(names_after);
    assert_eq!(written.collect::<BTreeSet<_>>(), tried.map(str::to_owned).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a253_crash_points_on_sqlite() {
    let _alone = crate::alone().await;
    let server = Served::prepare();
    let database = Database::file(&server.database());
    crash(server, &database, LONG_KILLS).await;
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
    crash(server, &database, LONG_KILLS_ON_SERVER).await;
}

/// Runs the scenario once with nothing armed, and then once for each point; in the long run for all points, and
/// repeatedly for those that kill.
async fn crash(mut server: Served, database: &Database, long_kills: usize) {
    server.node.set("PASSWORD__MEMORY_KIB", "7168");
    server.node.set("PASSWORD__ITERATIONS", "1");
    server.node.set("TRUSTED_PROXIES", "127.0.0.1");
    server.node.start();
    let scenario = Scenario::new(&server);
    let person = Scenario::person(&server);
    assert_eq!(scenario.run(&person).await, 0, "everything was answered");
    let mut supervisor = Supervisor::new(server);
    let mut points = points(is_long(), !database.url().starts_with("sqlite:"));
    let (mut kills, mut others) = (0, 0);
    loop {
        for point in &points {
            try_point(&mut supervisor, &scenario, point).await;
            if point.action == "kill" { kills += 1 } else { others += 1 }
        }
        invariants::assert_hold(database);
        println!("{kills} kills, {others} panics and errors");
        if !is_long() || kills >= long_kills {
            return;
        }
        points.retain(|point| point.action == "kill");
    }
}

async fn try_point(supervisor: &mut Supervisor, scenario: &Scenario, point: &Point) {
    let Point { write, place, action } = *point;
    let armed = format!("{write}:{place}={action}");
    println!("{armed}");
    let person = Scenario::person(&supervisor.server());
    supervisor.arm(&armed);
    let doubts = scenario.run(&person).await;
    assert_eq!(supervisor.deaths(), usize::from(action == "kill"), "{armed}");
    // Nobody in the scenario asks whether the node is ready.
    assert!(doubts > 0 || write == "maintenance.check", "{armed}: nobody noticed");
    let log = supervisor.log();
    assert!(action == "kill" || log.contains(&format!("failpoint {write}")), "{armed}: {log}");
}
