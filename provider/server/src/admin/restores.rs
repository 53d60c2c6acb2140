//! Backups that were restored.

use credenza_protocol::time::Time;
use credenza_storage::StoreError;

use super::Administration;

/// Notes that a backup of the database was put in place just now; answers the time.
///
/// # Errors
/// [`StoreError`].
pub async fn note(admin: &Administration<'_>) -> Result<Time, StoreError> {
    admin.store.maintenance.note_restore(admin.now).await?;
    Ok(admin.now)
}
