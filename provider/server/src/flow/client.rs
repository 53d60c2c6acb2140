//! Authenticates clients (RFC 6749 2.3) for the token, introspection and revocation endpoints.

use std::sync::Arc;

use credenza_protocol::client_auth::{AuthMethod, Error, Kept, Presented, Replay};
use credenza_storage::{ClientRecord, StoreError};
use credenza_validator::JwkSet;

use super::Halt;
use crate::context::Context;
use crate::failure::Failure;
use crate::in_flight::{Crowded, count_for};
use crate::keys::seal;
use crate::loaded_client::LoadedClient;
use crate::remote_keys::KeysFault;
use crate::telemetry::{RefusedClient, SECRET_EXPIRED, Shed};

/// The purpose under which the ids of assertions are remembered.
const PURPOSE: &str = "client_assertion";

/// Authenticates the client that presents these credentials.
///
/// # Errors
/// [`Error`] whatever is wrong; a client that is unknown or disabled fails like a wrong secret. [`Failure::Busy`] when too
/// many requests of this client are in flight, or wait for its keys; then nothing was spent.
pub async fn authenticate(
    context: &Context,
    presented: &Presented,
) -> Result<Arc<LoadedClient>, Halt<Error>> {
    let Some(record) = context.client(presented.client_id()).await? else {
        refused(context, presented, None, "the client is unknown or disabled");
        return Err(Error::Failed.into());
    };
    if let Err(halt) = prove(context, presented, &record).await {
        if let Halt::Refused(error) = halt {
            let has_expired = presented.has_expired(&record.secrets, context.now);
            let fault = if has_expired { SECRET_EXPIRED } else { fault(error) };
            refused(context, presented, Some(&record), fault);
        }
        return Err(halt);
    }
    // A public client proves nothing here; its use is noted when a person allows it something.
    if !record.client.is_public() {
        note_use(context, &record).await?;
    }
    Ok(record)
}

/// Counts the request for its client. Anybody can name a public client, so that it has no share that others could use up.
fn count(context: &Context, record: &LoadedClient) -> Result<(), Failure> {
    if record.client.is_public() {
        return Ok(());
    }
    count_for(&(&context.realm.tenant.tenant_id, &record.client.client_id)).map_err(|Crowded| {
        context.state.metrics.listener.shed(Shed::RequestsOfClient);
        Failure::Busy
    })
}

/// Checks the credentials. What may be used only once is used now.
async fn prove(context: &Context, presented: &Presented, record: &LoadedClient) -> Result<(), Halt<Error>> {
    let replay = check(context, presented, record).await?;
    count(context, record)?;
    let Some(replay) = replay else { return Ok(()) };
    let (tenant, replays) = (&context.realm.tenant.tenant_id, &context.state.store.replays);
    let claimed =
        replays.claim(tenant, PURPOSE, replay.key, replay.issued_at, replay.expires_at, context.now);
    if claimed.await? { Ok(()) } else { Err(Error::Replayed.into()) }
}

/// Tells the log what the answer does not say.
fn refused(context: &Context, presented: &Presented, record: Option<&LoadedClient>, fault: &str) {
    let refused = RefusedClient {
        fault,
        used: presented.method(),
        registered: record.map(|record| record.client.token_endpoint_auth_method),
        clocks: presented.clocks(context.now),
    };
    refused.log();
}

/// What is wrong with the credentials of a client that is there.
const fn fault(error: Error) -> &'static str {
    match error {
        Error::WrongMethod => "the client registered another method",
        Error::BadAssertion(_) => "the assertion breaks a rule",
        Error::BadSignature => "the assertion is signed by another key",
        Error::Replayed => "the assertion was used before",
        Error::MalformedAssertion => "the assertion is malformed",
        _ => "the secret is wrong, or there is nothing to check it with",
    }
}

/// Compares the credentials with the stored secrets, or with the client's keys.
async fn check(
    context: &Context,
    presented: &Presented,
    record: &LoadedClient,
) -> Result<Option<Replay>, Halt<Error>> {
    let opened = open_secrets(context, record);
    let issuer = context.realm.issuer.as_str();
    let token_endpoint = format!("{issuer}/token");
    let check = |keys: Option<&JwkSet>| {
        let kept = Kept { secrets: &record.secrets, opened: &opened, keys };
        presented.check(&record.client, &kept, &[issuer, &token_endpoint], context.now)
    };
    if !presented.needs_keys(&record.client) {
        return Ok(check(None)?);
    }
    let by_other_key = |error: &Error| *error == Error::BadSignature;
    let by_keys = |keys: &JwkSet| check(Some(keys));
    match context.client_keys().check(record, by_keys, by_other_key).await {
        Ok(checked) => Ok(checked?),
        Err(KeysFault::Busy) => Err(Failure::Busy.into()),
        Err(_) => Err(Error::Failed.into()),
    }
}

/// Notes the first use of a client that registered itself, so that it is not deleted as unused. Afterwards its record
/// says so, and nothing more is written.
///
/// # Errors
/// [`StoreError`].
pub async fn note_use(context: &Context, record: &ClientRecord) -> Result<(), StoreError> {
    if record.registered.is_some_and(|registered| registered.used_at.is_none()) {
        let registrations = &context.state.store.registrations;
        registrations
            .note_use(&context.realm.tenant.tenant_id, &record.client.client_id, context.now)
            .await?;
    }
    Ok(())
}

/// The client's secrets in the clear, which only `client_secret_jwt` needs: those that have not expired, and open.
pub(super) fn open_secrets(context: &Context, record: &ClientRecord) -> Vec<zeroize::Zeroizing<Vec<u8>>> {
    if record.client.token_endpoint_auth_method != AuthMethod::ClientSecretJwt {
        return vec![];
    }
    let tenant = &context.realm.tenant.tenant_id;
    let place = seal::of_client_secret(tenant, &record.client.client_id);
    let live = record.secrets.iter().filter(|kept| kept.is_live(context.now));
    let sealed = live.filter_map(|kept| kept.sealed.as_ref());
    sealed.filter_map(|sealed| context.state.master.open(&place, sealed).ok()).collect()
}
