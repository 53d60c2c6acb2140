//! Registration (RFC 7591): a client says what it is, and gets its credentials.

mod admit;
mod manage;
mod metadata;
mod secret;

use credenza_protocol::bearer;
use credenza_protocol::ids::ClientId;
use credenza_protocol::registration::{ClientInformation, Credentials, Error, Members};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_storage::{ClientRecord, NewRegistration};

use super::Halt;
use crate::realm::Context;
use crate::rng;

pub use admit::{Admitted, admit};
pub use manage::{Opened, delete, open, read, update};
pub use secret::settle;

/// Registers a client: it and what opens its registration are one write, and so is the use of the initial access
/// token.
///
/// # Errors
/// [`Error`]: the metadata are refused, or another one was faster with the last use of the token.
pub async fn register(
    context: &Context,
    admitted: Admitted,
    members: Members,
) -> Result<ClientInformation, Halt<Error>> {
    let (realm, rng) = (&context.realm, context.state.rng.as_ref());
    let client = metadata::read(context, members, ClientId::new(rng::id(rng))).await?;
    let mut record = ClientRecord {
        client,
        secret_hash: None,
        secret_sealed: None,
        created_at: context.now,
        updated_at: context.now,
        disabled_at: None,
        registered: None,
    };
    let secret = secret::of_context(context, &mut record);
    let token = rng::secret(rng);
    let lifetime = realm.tenant.settings.unused_client_lifetime;
    let new = NewRegistration {
        client: record.clone(),
        token: token.hash(),
        initial_access_token: admitted.token(),
        expires_at: (lifetime > Seconds(0)).then(|| context.now + lifetime),
    };
    let registrations = &context.state.store.registrations;
    if !registrations.create(&realm.tenant.tenant_id, new, context.now).await? {
        return Err(Error::from(bearer::Error::Invalid).into());
    }
    tracing::info!(client_id = %record.client.client_id, "registered");
    Ok(information(context, &record, secret.as_ref(), &token))
}

/// The client information response (RFC 7591 3.2.1, RFC 7592 3).
fn information(
    context: &Context,
    record: &ClientRecord,
    client_secret: Option<&Secret>,
    registration_access_token: &Secret,
) -> ClientInformation {
    let credentials = Credentials {
        client_secret,
        registration_access_token,
        registration_client_uri: format!("{}/register/{}", context.realm.issuer, record.client.client_id),
        client_id_issued_at: record.created_at,
    };
    ClientInformation::new(&record.client, &credentials)
}
