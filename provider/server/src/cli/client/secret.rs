//! The secret of a client: made here, shown once, kept as a hash.

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use crate::cli::Failure;
use crate::cli::office::Office;
use crate::keys::seal;
use crate::rng;

/// Gives the record the secret that its method needs, and no other. A new one is made when there is
/// none that would do, or when it is asked for; then it is answered, to be shown.
pub(super) fn settle(
    office: &Office,
    tenant: &TenantId,
    record: &mut ClientRecord,
    rotate: bool,
) -> Result<Option<Secret>, Failure> {
    let method = record.client.token_endpoint_auth_method;
    if !method.has_secret() {
        record.secret_hash = None;
        record.secret_sealed = None;
        return match rotate {
            true => Err(Failure::new(format!("a client of {} has no secret", method.as_str()))),
            false => Ok(None),
        };
    }
    let whole = method == AuthMethod::ClientSecretJwt;
    if !whole {
        record.secret_sealed = None;
    }
    let does = record.secret_hash.is_some() && (!whole || record.secret_sealed.is_some());
    if does && !rotate {
        return Ok(None);
    }
    let secret = if whole { rng::mac_secret(&office.rng) } else { rng::secret(&office.rng) };
    record.secret_hash = Some(secret.hash());
    if whole {
        // An HMAC needs the secret itself (RFC 7518 3.2), so it is kept, but sealed.
        let context = seal::of_client_secret(tenant, &record.client.client_id);
        let master_key = office.need_master_key("client_secret_jwt")?;
        record.secret_sealed = Some(master_key.seal(&office.rng, &context, secret.reveal().as_bytes()));
    }
    Ok(Some(secret))
}
