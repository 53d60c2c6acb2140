//! A change of what a client authenticates with, on whatever the client is by now.

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{ClientRecord, Update};

use super::find;
use crate::admin::{Administration, Error, Outcome, Refusal};

/// How often a change is tried anew when somebody else changes the client at the same time.
const ATTEMPTS: usize = 32;

/// Reads the client, changes it and stores it. It is read and changed anew when somebody else was faster, so that what
/// `change` has checked is true of what it is stored over. Secrets that have expired are gone before.
pub(super) async fn revise<T>(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
    change: impl Fn(&mut ClientRecord) -> Result<Outcome<T>, Error> + Send + Sync,
) -> Result<Outcome<T>, Error> {
    for _ in 0..ATTEMPTS {
        let Some(mut record) = find(admin, tenant, client_id).await? else { return Ok(Outcome::Absent) };
        if !admin.authority.covers(&record.client.scope) {
            return Ok(Outcome::Refused(Refusal::BeyondAuthority));
        }
        record.secrets.retain(|secret| secret.is_live(admin.now));
        let done = match change(&mut record)? {
            Outcome::Done(done) => done,
            other => return Ok(other),
        };
        record.updated_at = admin.now;
        match admin.store.clients.update(tenant, record.version, record).await? {
            Update::Updated => return Ok(Outcome::Done(done)),
            Update::Absent => return Ok(Outcome::Absent),
            _ => {}
        }
    }
    Ok(Outcome::Stale)
}
