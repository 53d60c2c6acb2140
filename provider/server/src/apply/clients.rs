//! Clients of the file.

use credenza_protocol::client::Client;
use credenza_protocol::client_secret;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::{ClientRecord, Expected};

use super::document::ClientEntry;
use super::step::{Change, Mode, Plan, Settled, Step, differences};
use crate::admin::clients::{self, NewClient, NewSecret, SecretChange};
use crate::admin::{Administration, Error, Outcome};

/// Said of a client that would get a secret which nobody would ever see.
const NO_SECRET: &str = "is missing: this method of authentication has a secret, and `apply` shows none; name it here or in \
                         client_secret_env, or set token_endpoint_auth_method to none";

/// A client as the file has it, beside the one that there is.
struct Comparison {
    wanted: Client,
    /// The secret, if it is another one than the client has.
    secret: Option<Secret>,
    changes: Vec<Change>,
}

/// Compares the client with what there is, and makes it so.
pub(super) async fn settle(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &ClientEntry,
    given: Option<&Secret>,
    mode: Mode,
) -> Result<Settled, Error> {
    let found = clients::find(admin, &tenant.tenant_id, &entry.own.client_id).await?;
    if entry.own.absent {
        return remove(admin, tenant, entry, found.is_some(), mode).await;
    }
    let compared = match compare(tenant, entry, given, found.as_ref(), admin.now) {
        Ok(compared) => compared,
        Err(refused) => return Ok(refused),
    };
    let Comparison { wanted, secret, changes } = compared;
    let was_disabled = found.as_ref().map(|found| found.disabled_at.is_some());
    let plan = Plan::new(about(entry), was_disabled, entry.own.disabled, changes);
    let Plan { step, is_edited, disabled } = plan;
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let stored = match found {
        None => {
            let secret = secret.map_or(NewSecret::Generated, NewSecret::Given);
            clients::create(admin, tenant, NewClient { client: wanted, secret }).await?.map(drop)
        }
        Some(found) if is_edited => {
            let secret = secret.map_or(SecretChange::Keep, SecretChange::Given);
            let record = ClientRecord { client: wanted, ..found };
            clients::update(admin, tenant, record, secret).await?.map(drop)
        }
        Some(_) => Outcome::Done(()),
    };
    match (stored, disabled) {
        (Outcome::Done(()), Some(disabled)) => {
            let id = &entry.own.client_id;
            let set = clients::set_disabled(admin, &tenant.tenant_id, id, Expected::Any, disabled).await?;
            Ok(Settled::of(set, step))
        }
        (stored, _) => Ok(Settled::of(stored, step)),
    }
}

/// The client as the file has it, and how it differs from the one that there is.
fn compare(
    tenant: &Tenant,
    entry: &ClientEntry,
    given: Option<&Secret>,
    found: Option<&ClientRecord>,
    now: Time,
) -> Result<Comparison, Settled> {
    let plain = clients::defaults(entry.own.client_id.clone());
    let old = found.map_or(&plain, |found| &found.client);
    let mut wanted =
        clients::edited(old, entry.metadata.clone()).map_err(|invalid| Settled::misspelt("", invalid))?;
    if found.is_none() {
        clients::check_id(&wanted.client_id).map_err(|invalid| Settled::invalid([invalid]))?;
        clients::complete(&mut wanted, |member| entry.metadata.contains_key(member));
    }
    clients::check(&mut wanted, given, &tenant.settings).map_err(|invalid| Settled::invalid([invalid]))?;
    let mut changes = differences("", old, &wanted);
    let has = found.is_some_and(|found| lacks_nothing(found, &wanted, now));
    let own = found.map(|found| found.secrets.as_slice()).unwrap_or_default();
    let same = |given: &&Secret| has && client_secret::is_right(given, own, now);
    let secret = given.filter(|given| !same(given)).cloned();
    if wanted.token_endpoint_auth_method.has_secret() && !has && given.is_none() {
        return Err(Settled::refused("client_secret_file", NO_SECRET));
    }
    changes.extend(secret.as_ref().map(|_| Change::secret("client_secret")));
    Ok(Comparison { wanted, secret, changes })
}

/// Whether the client has the secret that the method needs which the file gives it.
fn lacks_nothing(found: &ClientRecord, wanted: &Client, now: Time) -> bool {
    !clients::needs_new(&ClientRecord { client: wanted.clone(), ..found.clone() }, now)
}

async fn remove(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &ClientEntry,
    exists: bool,
    mode: Mode,
) -> Result<Settled, Error> {
    let step = about(entry).removal(exists);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let deleted = clients::delete(admin, &tenant.tenant_id, &entry.own.client_id, Expected::Any).await?;
    Ok(Settled::of(deleted, step))
}

fn about(entry: &ClientEntry) -> Step {
    Step::about("client", &entry.own.tenant, entry.own.client_id.as_str())
}
