//! Clients that register themselves (RFC 7591, RFC 7592). Their metadata were read by the tenant's policy for such
//! clients, which is stricter than an operator's.

use credenza_protocol::client::Client;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Seconds;
use credenza_storage::{ClientRecord, NewRegistration};

use super::update::{SecretChange, write};
use super::{Issued, create, secret};
use crate::admin::{Administration, Error, Outcome};
use crate::rng;

/// A client that has registered itself.
#[derive(Debug)]
pub struct Registered {
    /// The client, and its secret if it has one.
    pub issued: Issued,
    /// Opens its registration (RFC 7592 1.2).
    pub token: Secret,
}

/// Stores a new client together with what opens its registration and with the use of the initial access token, all in
/// one write. [`Outcome::Absent`] when that token cannot be used any more.
///
/// # Errors
/// [`Error`].
pub async fn register(
    admin: &Administration<'_>,
    tenant: &Tenant,
    client: Client,
    initial_access_token: Option<SecretHash>,
) -> Result<Outcome<Registered>, Error> {
    let mut record = create::record(client, admin.now);
    let secret = secret::settle(admin, &tenant.tenant_id, &mut record, false)?;
    let token = rng::secret(admin.rng);
    let lifetime = tenant.settings.unused_client_lifetime;
    let new = NewRegistration {
        client: record.clone(),
        token: token.hash(),
        initial_access_token,
        expires_at: (lifetime > Seconds(0)).then(|| admin.now + lifetime),
    };
    match admin.store.registrations.create(&tenant.tenant_id, new, admin.now).await? {
        true => Ok(Outcome::Done(Registered { issued: Issued { record, secret }, token })),
        false => Ok(Outcome::Absent),
    }
}

/// Puts new metadata in the place of all that was registered. The secret stays unless the method of authentication
/// needs another.
///
/// # Errors
/// [`Error`].
pub async fn reregister(
    admin: &Administration<'_>,
    tenant: &Tenant,
    record: ClientRecord,
) -> Result<Outcome<Issued>, Error> {
    write(admin, &tenant.tenant_id, record, SecretChange::Keep).await
}
