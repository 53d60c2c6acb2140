//! A new client, and what it is where nothing else is said.

use credenza_protocol::client::{ApplicationType, Client, DEFAULT_SCOPE, GrantType};
use credenza_protocol::ids::ClientId;
use credenza_protocol::redirect_uri;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::service_account;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_storage::ClientRecord;

use super::{Issued, check, secret};
use crate::admin::{Administration, Error, Outcome, Refusal};

/// A client to be made.
#[derive(Debug)]
pub struct NewClient {
    /// Its metadata.
    pub client: Client,
    /// Where its secret comes from, if its method of authentication has one.
    pub secret: NewSecret,
}

/// Where the secret of a new client comes from.
#[derive(Debug)]
pub enum NewSecret {
    /// It is made here.
    Generated,
    /// The client has one already, as in a test, or when it moves here from elsewhere.
    Given(Secret),
}

/// The metadata of a client for which nothing is said: people sign in to it, and it can refresh its tokens.
#[must_use]
pub fn defaults(client_id: ClientId) -> Client {
    Client {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        ..Client::new(client_id)
    }
}

/// Fills in what follows from the rest, where the operator `says` nothing about it, by the name of the member: the grant of
/// a service account; the standard scopes where people sign in, and none otherwise; and where the client runs, which is on people's devices if a
/// redirect URI is of no use elsewhere.
pub fn complete(client: &mut Client, says: impl Fn(&str) -> bool) {
    if client.service_account && !says("grant_types") {
        client.grant_types = service_account::GRANTS.to_vec();
    }
    if !says("scope") {
        let signs_in = client.may(GrantType::AuthorizationCode);
        client.scope = signs_in.then(|| Scope::parse(DEFAULT_SCOPE).ok()).flatten().unwrap_or_default();
    }
    if !says("application_type") {
        let is_native = client.redirect_uris.iter().any(|uri| redirect_uri::is_for_free_ports(uri));
        client.application_type = if is_native { ApplicationType::Native } else { ApplicationType::Web };
    }
}

/// Makes a client. Its secret, if it has one, is in the outcome and nowhere else.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &Tenant,
    new: NewClient,
) -> Result<Outcome<Issued>, Error> {
    let NewClient { mut client, secret } = new;
    let given = match &secret {
        NewSecret::Generated => None,
        NewSecret::Given(secret) => Some(secret),
    };
    let checked =
        check::check_id(&client.client_id).and_then(|()| check::check(&mut client, given, &tenant.settings));
    if let Err(invalid) = checked {
        return Ok(Outcome::Invalid(vec![invalid]));
    }
    if !admin.authority.covers(&client.scope) {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let mut record = record(client, admin.now);
    let secret = match secret {
        NewSecret::Generated => secret::settle(admin, &tenant.tenant_id, &mut record, false)?,
        NewSecret::Given(secret) => {
            record.secrets = vec![secret::keep(admin, &tenant.tenant_id, &record.client, &secret)?];
            Some(secret)
        }
    };
    match admin.store.clients.create_at(&tenant.tenant_id, record.clone()).await? {
        Some(version) => Ok(Outcome::Done(Issued { record: ClientRecord { version, ..record }, secret })),
        None => Ok(Outcome::Taken),
    }
}

/// A client that was made just now and has no secret yet.
pub(super) const fn record(client: Client, now: Time) -> ClientRecord {
    ClientRecord {
        client,
        secrets: vec![],
        created_at: now,
        updated_at: now,
        disabled_at: None,
        version: Version::FIRST,
        registered: None,
    }
}
