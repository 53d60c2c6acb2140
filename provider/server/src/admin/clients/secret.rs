//! The secret of a client: made here, shown once, kept as a hash.

use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientSecretId, TenantId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::ClientRecord;

use crate::admin::{Administration, Error, InvalidField};
use crate::keys::seal;
use crate::rng;

/// The longest secret that is given, in bytes: HTTP Basic must carry it beside the longest id, each byte as three and base64
/// a third more, within the 2048 bytes that are read of it.
const LONGEST: usize = 400;
/// The shortest key of an HMAC, in bytes: that of HS256.
const SHORTEST_KEY: usize = 32;

/// Leaves the record the secrets that its method takes, and no others. A new one is made when there is none that would
/// do, or when `rotate` asks for it, and takes the place of all; only then is it answered, to be shown.
pub(super) fn settle(
    admin: &Administration<'_>,
    tenant: &TenantId,
    record: &mut ClientRecord,
    rotate: bool,
) -> Result<Option<Secret>, Error> {
    let method = record.client.token_endpoint_auth_method;
    record.secrets.retain(|kept| would_do(kept, method, admin.now));
    if !is_kept_whole(method) {
        record.secrets.iter_mut().for_each(|kept| kept.sealed = None);
    }
    if !method.has_secret() || !(record.secrets.is_empty() || rotate) {
        return Ok(None);
    }
    let secret = generate(admin, method);
    record.secrets = vec![keep(admin, tenant, &record.client, &secret)?];
    Ok(Some(secret))
}

/// Whether the method of the client asks for a secret that it does not have, or not in the form that it takes.
#[must_use]
pub fn needs_new(record: &ClientRecord, now: Time) -> bool {
    let method = record.client.token_endpoint_auth_method;
    method.has_secret() && !record.secrets.iter().any(|kept| would_do(kept, method, now))
}

/// Whether a client can authenticate with that secret by this method.
fn would_do(kept: &ClientSecret, method: AuthMethod, now: Time) -> bool {
    method.has_secret() && kept.is_live(now) && (kept.sealed.is_some() || !is_kept_whole(method))
}

/// A new secret that fits the method.
pub(super) fn generate(admin: &Administration<'_>, method: AuthMethod) -> Secret {
    if is_kept_whole(method) { rng::mac_secret(admin.rng) } else { rng::secret(admin.rng) }
}

/// What is kept of this secret for the method of the client: a hash to compare with, and for an HMAC also the secret
/// itself, encrypted under the master key.
pub(super) fn keep(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client: &Client,
    secret: &Secret,
) -> Result<ClientSecret, Error> {
    let mut kept = ClientSecret::new(ClientSecretId::new(rng::id(admin.rng)), secret, admin.now);
    if is_kept_whole(client.token_endpoint_auth_method) {
        let master_keys = admin.master_keys("client_secret_jwt")?;
        let context = seal::of_client_secret(tenant, &client.client_id);
        kept.sealed = Some(master_keys.seal(admin.rng, &context, secret.reveal().as_bytes()));
    }
    Ok(kept)
}

/// That a client of this method has no secret to give, if so.
pub(super) fn lacking(method: AuthMethod) -> Option<InvalidField> {
    let why = || format!("must be another: a client that uses {} has no secret", method.as_str());
    (!method.has_secret()).then(|| InvalidField::new("token_endpoint_auth_method", why()))
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
