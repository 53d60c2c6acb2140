//! Registration (RFC 7591): a client says what it is, and gets its credentials.

mod admit;
mod manage;
mod metadata;

use credenza_protocol::bearer;
use credenza_protocol::client_secret;
use credenza_protocol::registration::{ClientInformation, Credentials, Error, Members};
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use super::Halt;
use crate::admin::clients::{self, Registered};
use crate::admin::{Administration, Outcome};
use crate::context::Context;
use crate::failure::Failure;

pub use admit::{ADDRESSES, Admitted, admit};
pub use manage::{Opened, delete, open, read, update};

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
    let client_id = clients::new_id(context.state.rng.as_ref());
    let client = metadata::read(context, members, client_id).await?;
    let (admin, tenant) = (admin(context), &context.realm.tenant);
    let registered = clients::register(&admin, tenant, client, admitted.token()).await;
    let Outcome::Done(Registered { issued, token }) = registered.map_err(Failure::from)? else {
        return Err(invalid_token());
    };
    tracing::info!(client_id = %issued.record.client.client_id, "registered");
    Ok(information(context, &issued.record, issued.secret.as_ref(), &token))
}

fn admin(context: &Context) -> Administration<'_> {
    Administration::of_server(&context.state, context.now)
}

fn invalid_token() -> Halt<Error> {
    Error::from(bearer::Error::Invalid).into()
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
        client_secret_expires_at: client_secret::last_expiry(&record.secrets),
        registration_access_token,
        registration_client_uri: format!("{}/register/{}", context.realm.issuer, record.client.client_id),
        client_id_issued_at: record.created_at,
    };
    ClientInformation::new(&record.client, &credentials)
}
