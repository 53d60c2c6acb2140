//! A client looks at its registration, changes it, or ends it (RFC 7592).

use std::sync::Arc;

use credenza_protocol::bearer;
use credenza_protocol::ids::ClientId;
use credenza_protocol::registration::{self, ClientInformation, Error, Members};
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use super::{information, metadata, secret};
use crate::flow::Halt;
use crate::realm::Context;

/// A registration, opened by its token.
#[derive(Debug)]
#[must_use]
pub struct Opened {
    record: Arc<ClientRecord>,
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
    let invalid = || Error::from(bearer::Error::Invalid);
    let tenant = &context.realm.tenant.tenant_id;
    let kept = context.state.store.registrations.token(tenant, client_id).await?;
    if kept != Some(token.hash()) {
        return Err(invalid().into());
    }
    let record = context.client(client_id).await?.ok_or_else(invalid)?;
    Ok(Opened { record, token })
}

/// What is registered (RFC 7592 2.1). Of the secret only a hash is kept: it is not told again.
#[must_use]
pub fn read(context: &Context, opened: &Opened) -> ClientInformation {
    information(context, &opened.record, None, &opened.token)
}

/// Puts the new metadata in the place of all that was registered (RFC 7592 2.2), of what an operator added too: he
/// did not vouch for this. The secret stays unless the method of authentication needs another.
///
/// # Errors
/// [`Error`].
pub async fn update(
    context: &Context,
    opened: Opened,
    members: Members,
) -> Result<ClientInformation, Halt<Error>> {
    let old = &opened.record;
    let client_id = old.client.client_id.clone();
    let presented = registration::presented(&members, &client_id).map_err(Error::from)?;
    presented.check(old.secret_hash).map_err(Error::from)?;
    let client = metadata::read(context, members, client_id).await?;
    let mut record = ClientRecord { client, updated_at: context.now, ..old.as_ref().clone() };
    let secret = secret::of_context(context, &mut record);
    let tenant = &context.realm.tenant.tenant_id;
    if !context.state.store.clients.update(tenant, record.clone()).await? {
        return Err(Error::from(bearer::Error::Invalid).into());
    }
    Ok(information(context, &record, secret.as_ref(), &opened.token))
}

/// Ends the client with its grants, codes and tokens (RFC 7592 2.3).
///
/// # Errors
/// [`Error::Token`] when another one was faster.
pub async fn delete(context: &Context, opened: &Opened) -> Result<(), Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    match context.state.store.clients.delete(tenant, &opened.record.client.client_id, context.now).await? {
        true => Ok(()),
        false => Err(Error::from(bearer::Error::Invalid).into()),
    }
}
