//! The secret of a client: made here, shown once, kept as a hash.

use std::convert::Infallible;

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use crate::keys::seal;
use crate::realm::Context;
use crate::rng::{self, Rng};

/// Gives the record the secret that its method needs, and no other. A new one is made when there is none that would
/// do, or when it is asked for; then it is answered, to be shown. `seal` puts the secret itself under the master
/// key, by a context: an HMAC needs it whole (RFC 7518 3.2).
///
/// # Errors
/// Those of `seal`.
pub fn settle<E>(
    rng: &dyn Rng,
    tenant: &TenantId,
    record: &mut ClientRecord,
    rotate: bool,
    seal: impl FnOnce(&[&str], &[u8]) -> Result<Vec<u8>, E>,
) -> Result<Option<Secret>, E> {
    let method = record.client.token_endpoint_auth_method;
    let whole = method == AuthMethod::ClientSecretJwt;
    if !whole {
        record.secret_sealed = None;
    }
    if !method.has_secret() {
        record.secret_hash = None;
        return Ok(None);
    }
    let does = record.secret_hash.is_some() && (!whole || record.secret_sealed.is_some());
    if does && !rotate {
        return Ok(None);
    }
    let secret = if whole { rng::mac_secret(rng) } else { rng::secret(rng) };
    if whole {
        let context = seal::of_client_secret(tenant, &record.client.client_id);
        record.secret_sealed = Some(seal(&context, secret.reveal().as_bytes())?);
    }
    record.secret_hash = Some(secret.hash());
    Ok(Some(secret))
}

/// The same by the server's own randomness and master key, which it always has.
pub(super) fn of_context(context: &Context, record: &mut ClientRecord) -> Option<Secret> {
    let (rng, master) = (context.state.rng.as_ref(), &context.state.master);
    let seal = |context: &[&str], plain: &[u8]| Ok::<_, Infallible>(master.seal(rng, context, plain));
    match settle(rng, &context.realm.tenant.tenant_id, record, false, seal) {
        Ok(secret) => secret,
        Err(never) => match never {},
    }
}
