//! How migrations are run, by one starting server at a time.

use std::future::Future;

use diesel::backend::Backend;
use diesel::migration::{MigrationSource, Result as MigrationResult};
use diesel_async::{AsyncConnection, AsyncMigrationHarness};
use diesel_migrations::MigrationHarness;
use tokio::sync::oneshot;

use crate::OpenError;

/// Connects, waits for the lock that `lock` takes, and runs the pending migrations; returns which these were. Diesel's
/// migrations block: they get a runtime and a thread of their own. The lock belongs to the connection, and ends with it.
///
/// # Errors
/// [`OpenError::Connect`], [`OpenError::Migrate`].
pub(crate) async fn run<C, M, F>(
    migrations: M,
    connect: impl FnOnce() -> F + Send + 'static,
    lock: &'static str,
) -> Result<Vec<String>, OpenError>
where
    C: AsyncConnection + 'static,
    C::Backend: Backend,
    M: MigrationSource<C::Backend> + Send + 'static,
    F: Future<Output = diesel::ConnectionResult<C>> + Send,
    AsyncMigrationHarness<C>: MigrationHarness<C::Backend>,
{
    let (answer, answered) = oneshot::channel();
    let work = move || -> Result<Vec<String>, OpenError> {
        let failed = |error: &dyn std::fmt::Display| OpenError::Migrate(error.to_string());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        runtime.block_on(async {
            let mut conn = connect().await.map_err(|error| OpenError::Connect(error.to_string()))?;
            conn.batch_execute(lock).await.map_err(|error| failed(&error))?;
            let mut harness = AsyncMigrationHarness::new(conn);
            let done: MigrationResult<Vec<_>> = harness
                .run_pending_migrations(migrations)
                .map(|versions| versions.iter().map(ToString::to_string).collect());
            done.map_err(|error| failed(&error))
        })
    };
    std::thread::Builder::new()
        .name("credenza-migrate".to_owned())
        .spawn(move || drop(answer.send(work())))
        .map_err(|error| OpenError::Migrate(error.to_string()))?;
    answered.await.map_err(|_| OpenError::Migrate("the migrating thread ended".to_owned()))?
}
