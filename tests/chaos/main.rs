//! The built binary, while parts of it break: killed in the middle of a load, at each boundary of a write, and as
//! several nodes behind a proxy whose databases fail; with a log that cannot be written, on a full disk, and while a few
//! addresses do their worst.
//!
//! Each test takes seconds; with `TEST_LONG=1` they take an hour. What needs PostgreSQL, Redis or nginx is skipped
//! without `tests/services`.

mod app;
mod cluster;
mod crash;
mod disk;
mod drain;
mod events;
mod invariants;
mod kill;
mod load;
mod logouts;
mod logs;
mod master_key;
mod overload;
mod person;
mod races;
mod site;
mod webhooks;

/// Each test here needs the machine to itself, since its limits are a matter of seconds.
async fn alone() -> tokio::sync::MutexGuard<'static, ()> {
    static MACHINE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    MACHINE.lock().await
}
