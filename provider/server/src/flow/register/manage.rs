//! A client looks at its registration, changes it, or ends it (RFC 7592).

use std::sync::Arc;

use credenza_protocol::bearer;
use credenza_protocol::ids::ClientId;
use credenza_protocol::lifetimes;
use credenza_protocol::registration::{self, ClientInformation, Error, Members};
use credenza_protocol::secret::Secret;
use credenza_storage::{ClientRecord, Expected};

use super::{admin, information, invalid_token, metadata};
use crate::admin::Outcome;
use crate::admin::clients::{self, Issued};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::loaded_client::LoadedClient;

/// How often an update is tried anew when somebody else changes the client at the same time.
const ATTEMPTS: usize = 16;

/// A registration, opened by its token.
#[derive(Debug)]
#[must_use]
pub struct Opened {
    record: Arc<LoadedClient>,
    token: Secret,
}

/// Opens the registration of that client. A wrong token, a foreign one, and a client that is unknown, deleted or
/// disabled get the same answer (RFC 7592 2.1).
///
/// # Errors
/// [`Error::Token`].
pub async fn open(
    context: &Context,
    client_id: &ClientId,
    presented: Result<Secret, bearer::Error>,
) -> Result<Opened, Halt<Error>> {
    let token = presented.map_err(Error::from)?;
    // Before the token is checked: it opens what was read, and not a client that took its place since.
    let record = context.client(client_id).await?.ok_or_else(invalid_token)?;
    check(context, client_id, &token).await?;
    Ok(Opened { record, token })
}

/// Whether that is the token of this registration.
async fn check(context: &Context, client_id: &ClientId, token: &Secret) -> Result<(), Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let kept = context.state.store.registrations.token(tenant, client_id).await?;
    if kept == Some(token.hash()) { Ok(()) } else { Err(invalid_token()) }
}

/// What is registered (RFC 7592 2.1). Only a hash of the secret is kept, so it is not in the answer.
#[must_use]
pub fn read(context: &Context, opened: &Opened) -> ClientInformation {
    information(context, &opened.record, None, &opened.token)
}

/// Replaces everything that was registered by the new metadata (RFC 7592 2.2), including what an operator added, who
/// did not vouch for these; only lifetimes by which an operator restricts the client stay. The secret stays unless the
/// method of authentication needs another.
///
/// # Errors
/// [`Error`].
pub async fn update(
    context: &Context,
    opened: Opened,
    members: Members,
) -> Result<ClientInformation, Halt<Error>> {
    let client_id = opened.record.client.client_id.clone();
    let presented = registration::presented(&members, &client_id).map_err(Error::from)?;
    presented.check(&opened.record.secrets, context.now).map_err(Error::from)?;
    let mut client = metadata::read(context, members, client_id.clone()).await?;
    let (admin, tenant) = (admin(context), &context.realm.tenant);
    let mut old = ClientRecord::clone(&opened.record);
    // All metadata are replaced, so an edit that came in between is not lost but overruled: the request is good
    // whatever the client was before, and only its secret must be the present one.
    for _ in 0..ATTEMPTS {
        lifetimes::keep_shorter(&old.client, &mut client, &tenant.settings);
        let record = ClientRecord { client: client.clone(), ..old };
        match clients::reregister(&admin, tenant, record).await.map_err(Failure::from)? {
            Outcome::Done(Issued { record, secret }) => {
                return Ok(information(context, &record, secret.as_ref(), &opened.token));
            }
            Outcome::Stale => {
                old = again(context, &client_id, &opened.token).await?;
                presented.check(&old.secrets, context.now).map_err(Error::from)?;
            }
            _ => return Err(invalid_token()),
        }
    }
    Err(Failure::Busy.into())
}

/// Ends the client with its grants, codes and tokens (RFC 7592 2.3).
///
/// # Errors
/// [`Error::Token`] when another one was faster.
pub async fn delete(context: &Context, opened: &Opened) -> Result<(), Halt<Error>> {
    let (tenant, client) = (&context.realm.tenant.tenant_id, &opened.record.client.client_id);
    let mut version = opened.record.version;
    for _ in 0..ATTEMPTS {
        match clients::delete(&admin(context), tenant, client, Expected::Version(version)).await? {
            Outcome::Done(()) => return Ok(()),
            Outcome::Stale => version = again(context, client, &opened.token).await?.version,
            _ => return Err(invalid_token()),
        }
    }
    Err(Failure::Busy.into())
}

/// The client as it is by now, after somebody else has changed it: it may be gone, or another one may have its id.
async fn again(context: &Context, client_id: &ClientId, token: &Secret) -> Result<ClientRecord, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let found = clients::find(&admin(context), tenant, client_id).await?;
    let found = found.filter(|found| found.disabled_at.is_none()).ok_or_else(invalid_token)?;
    check(context, client_id, token).await?;
    Ok(found)
}
