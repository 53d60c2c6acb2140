//! The secret of a client: made here, shown once, kept as a hash.

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use crate::admin::{Administration, Error};
use crate::keys::seal;
use crate::rng;

/// The longest secret that is given, in bytes: HTTP Basic must carry it beside the longest id, each byte as three and base64
/// a third more, within the 2048 bytes that are read of it.
const LONGEST: usize = 400;
/// The shortest key of an HMAC, in bytes: that of HS256.
const SHORTEST_KEY: usize = 32;

/// Gives the record the secret that its method needs, and no other. A new one is made when there is none that would
/// do, or when `rotate` asks for it; only then is it answered, to be shown.
pub(super) fn settle(
    admin: &Administration<'_>,
    tenant: &TenantId,
    record: &mut ClientRecord,
    rotate: bool,
) -> Result<Option<Secret>, Error> {
    let method = record.client.token_endpoint_auth_method;
    if !is_kept_whole(method) {
        record.secret_sealed = None;
    }
    if !method.has_secret() {
        record.secret_hash = None;
        return Ok(None);
    }
    if !needs_new(record) && !rotate {
        return Ok(None);
    }
    let secret = if is_kept_whole(method) { rng::mac_secret(admin.rng) } else { rng::secret(admin.rng) };
    keep(admin, tenant, record, &secret)?;
    Ok(Some(secret))
}

/// Whether the method of the client asks for a secret that it does not have, or not in the form that it takes.
#[must_use]
pub fn needs_new(record: &ClientRecord) -> bool {
    let method = record.client.token_endpoint_auth_method;
    let lacks_whole = is_kept_whole(method) && record.secret_sealed.is_none();
    method.has_secret() && (record.secret_hash.is_none() || lacks_whole)
}

/// Keeps what its method needs of this secret: a hash to compare with, and for an HMAC also the secret itself,
/// encrypted under the master key.
pub(super) fn keep(
    admin: &Administration<'_>,
    tenant: &TenantId,
    record: &mut ClientRecord,
    secret: &Secret,
) -> Result<(), Error> {
    if is_kept_whole(record.client.token_endpoint_auth_method) {
        let master_keys = admin.master_keys("client_secret_jwt")?;
        let context = seal::of_client_secret(tenant, &record.client.client_id);
        record.secret_sealed = Some(master_keys.seal(admin.rng, &context, secret.reveal().as_bytes()));
    }
    record.secret_hash = Some(secret.hash());
    Ok(())
}

/// Refuses a secret that was given and cannot be the client's.
pub(super) fn check(secret: &Secret, method: AuthMethod) -> Result<(), &'static str> {
    let text = secret.reveal();
    if !method.has_secret() {
        Err("does not go with token_endpoint_auth_method, which has no secret")
    } else if text.is_empty() {
        Err("must not be empty")
    } else if text.len() > LONGEST {
        Err("must have at most 400 bytes")
    } else if is_kept_whole(method) && text.len() < SHORTEST_KEY {
        Err("must have at least 32 bytes for client_secret_jwt (RFC 7518 3.2)")
    } else if text.chars().any(char::is_control) {
        Err("must not hold control characters, such as a line break in it")
    } else {
        Ok(())
    }
}

/// Whoever checks an HMAC needs the key itself (RFC 7518 3.2).
fn is_kept_whole(method: AuthMethod) -> bool {
    method == AuthMethod::ClientSecretJwt
}
