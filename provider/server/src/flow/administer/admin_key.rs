//! The keys of the configuration: the admin key, for when nobody else can get in, and those of services. All are off unless the
//! configuration sets them. Few wrong ones are taken from one address, and each use of the admin key is a warning in the log
//! and an event.

use std::net::IpAddr;

use credenza_protocol::admin_roles::everything;
use credenza_protocol::event::{Event, UsedAdminKey};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant};
use credenza_protocol::time::Seconds;
use credenza_storage::{Take, acting};

use super::{Caller, Who};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::keys::shared_key::SharedKey;

/// How many wrong keys one address may send within [`WINDOW`].
const LIMIT: u32 = 5;
/// How long a wrong key counts.
const WINDOW: Seconds = Seconds(900);

/// Why a key does not open anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refused {
    /// No key is set, or it is another one.
    Wrong,
    /// Too many wrong ones came from this address; the key was not looked at. In so many seconds another is.
    TooMany(Seconds),
}

/// The caller, if that is a key. The address is already reduced to what one party controls.
///
/// The key of a service is taken whatever else comes from its address, where other services may be: it has 256 bits, so that
/// nothing is gained by trying, and it is used too often to be counted each time.
///
/// # Errors
/// [`Refused`].
pub async fn by_key(
    context: &Context,
    presented: &str,
    address: Option<IpAddr>,
) -> Result<Caller, Halt<Refused>> {
    let (key, shared_keys) = (&context.state.admin.key, &context.state.admin.shared_keys);
    if key.is_none() && shared_keys.is_empty() {
        return Err(Refused::Wrong.into());
    }
    if let Some(caller) = of_service(context, shared_keys, presented) {
        return Ok(caller);
    }
    let store = &context.state.store;
    // One count for all tenants: otherwise each would be worth more attempts.
    let tenant = store.tenants.find(DEFAULT_TENANT).await?;
    let tenant = tenant.ok_or(Failure::Internal("there is no default tenant"))?.tenant_id;
    let address = address.map_or_else(String::new, |address| address.to_string());
    let counted = SecretHash::of(format!("admin key\0{address}").as_bytes());
    let taken = store.rate_limits.take(&tenant, counted, LIMIT, WINDOW, context.now).await?;
    if let Take::Refused { retry_after } = taken {
        return Err(Refused::TooMany(retry_after).into());
    }
    if !key.as_ref().is_some_and(|key| key.is(presented)) {
        tracing::warn!("a wrong admin key was sent");
        return Err(Refused::Wrong.into());
    }
    store.rate_limits.give_back(&tenant, counted, context.now).await?;
    Ok(Caller { who: Who::AdminKey, tenant_id: None, scope: everything(), rights: None })
}

/// The service whose key that is.
fn of_service(context: &Context, keys: &[SharedKey], presented: &str) -> Option<Caller> {
    let Tenant { tenant_id, name, .. } = &context.realm.tenant;
    let found = keys.iter().find(|key| key.opens(presented, name))?;
    Some(Caller {
        who: Who::SharedKey(found.name.clone()),
        tenant_id: found.tenant.is_some().then(|| tenant_id.clone()),
        scope: found.scope.clone(),
        rights: None,
    })
}

/// Tells that the admin key is used, before anything is done by it.
///
/// # Errors
/// [`Failure`]: what cannot be told is not done.
pub async fn note_use(
    context: &Context,
    caller: &Caller,
    operation: &str,
    address: Option<String>,
) -> Result<(), Failure> {
    tracing::warn!(operation, "the admin key was used");
    let tenant = &context.realm.tenant.tenant_id;
    let request = context.request_id.map(|id| id.to_string());
    let event = Event::AdminKeyUsed(UsedAdminKey { operation: operation.to_owned() });
    let told = context.state.store.outbox.tell(tenant, event);
    Ok(acting(caller.actor(tenant, address, request), told).await?)
}

impl From<Refused> for Halt<Refused> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
