//! Who calls the admin API, and what they may do there now.
//!
//! | who | may do |
//! |---|---|
//! | a person, by an access token | what the token was given, the client may have, and the person's roles bring at this moment |
//! | a service account, by its own token | what the token was given and the client may have at this moment |
//! | a service, by a shared key of the configuration | what the configuration gives the key |
//! | whoever has the admin key | everything |

use credenza_protocol::access_token::symmetric;
use credenza_protocol::admin_roles::{Assignment, INSTALLATION, administrative, audience, scope_of};
use credenza_protocol::bearer::Error;
use credenza_protocol::event::Actor;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{LiveGrant, Rights};

use super::{Halt, live_token};
use crate::context::Context;
use crate::failure::Failure;

pub mod admin_key;

/// Somebody who calls the admin API.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub who: Who,
    /// The tenant that they are of; none for whoever has the admin key, or a shared key for all tenants.
    pub tenant_id: Option<TenantId>,
    /// What they may do.
    pub scope: Scope,
    /// The roles of a person that bring it.
    pub rights: Option<Rights>,
}

/// Who calls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Who {
    /// A person, who signed in then.
    Person {
        /// Their `sub`, as it is stored.
        user_id: UserId,
        /// When they proved who they are.
        auth_time: Time,
    },
    /// A service account.
    Client(ClientId),
    /// A service, by the shared key of that name.
    SharedKey(String),
    /// Whoever has the admin key.
    AdminKey,
}

impl Caller {
    /// The caller by name: no two callers have the same.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.who {
            Who::Person { user_id, .. } => format!("user:{user_id}"),
            Who::Client(client_id) => format!("client:{client_id}"),
            Who::SharedKey(name) => format!("shared_key:{name}"),
            Who::AdminKey => "admin-key".to_owned(),
        }
    }

    /// What cursors and keys of requests are bound to: the name, within the tenant that it is of.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}\0{}", self.tenant_id.as_ref().map(TenantId::as_str).unwrap_or_default(), self.name())
    }

    /// The caller as events of that tenant name them.
    #[must_use]
    pub fn actor(&self, tenant: &TenantId, address: Option<String>, request: Option<String>) -> Actor {
        Actor {
            actor: self.name(),
            actortenantid: self.tenant_id.clone().filter(|own| own != tenant),
            actoraddress: address,
            requestid: request,
        }
    }

    /// Whether they would have to sign in, or to do so again, if nobody may who did so longer ago than that. Nobody signs in
    /// with a shared key. Service accounts do not sign in: what they may is up to whoever made them.
    #[must_use]
    pub fn signed_in_before(&self, max_age: Seconds, now: Time) -> bool {
        match &self.who {
            Who::Person { auth_time, .. } => *auth_time + max_age < now,
            Who::SharedKey(_) => true,
            Who::Client(_) | Who::AdminKey => false,
        }
    }

    /// Whether they came by a key of the configuration, and so without a token.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        matches!(self.who, Who::SharedKey(_) | Who::AdminKey)
    }
}

/// The caller whose access token this is. Whoever has `admin:installation` at the default tenant may call at every tenant.
///
/// # Errors
/// [`Error::Invalid`]: not an access token of this issuer for its admin API, or dead.
pub async fn by_token(context: &Context, token: &Secret) -> Result<Caller, Halt<Error>> {
    if let Some(caller) = at(context, token).await? {
        return Ok(caller);
    }
    if context.realm.tenant.name == DEFAULT_TENANT {
        return Err(Error::Invalid.into());
    }
    let home = Context::load(&context.state, DEFAULT_TENANT, context.request_id).await?;
    let Some(home) = home else { return Err(Error::Invalid.into()) };
    let caller = at(&Context { now: context.now, ..home }, token)
        .await?
        .filter(|caller| caller.scope.contains(INSTALLATION));
    caller.ok_or_else(|| Error::Invalid.into())
}

/// The caller by a token of this issuer; `None` if it is none that lives.
async fn at(context: &Context, token: &Secret) -> Result<Option<Caller>, Failure> {
    let audience = audience(&context.realm.issuer);
    // A shared secret proves nothing here: whoever may give clients secrets knows some, and could sign for the admin API itself.
    if symmetric::is_claimed(token.reveal()) {
        return Ok(None);
    }
    let token = live_token::read(context, token).await?;
    // Whoever holds a token that is bound to a key must prove to have the key, and nothing here could check that.
    let Some(token) = token.filter(|token| token.is_for(&audience) && token.confirmation.is_none()) else {
        return Ok(None);
    };
    let Some(client) = context.client(&token.client_id).await? else { return Ok(None) };
    let scope = administrative(&token.scope).intersection(&client.client.scope);
    let tenant_id = Some(context.realm.tenant.tenant_id.clone());
    if token.grant_id.is_none() {
        let who = token.live_client(context).await?.map(Who::Client);
        return Ok(who.map(|who| Caller { who, tenant_id, scope, rights: None }));
    }
    let Some((_, person)) = token.live_grant(context).await? else { return Ok(None) };
    let roles = held(context, &person).await?;
    let scope = scope.intersection(&scope_of(&roles));
    let LiveGrant { grant, user } = person;
    let user_id = user.user_id;
    let rights = tenant_id.clone().map(|tenant_id| Rights { tenant_id, user_id: user_id.clone(), roles });
    let who = Who::Person { user_id, auth_time: grant.auth_time };
    Ok(Some(Caller { who, tenant_id, scope, rights }))
}

/// The roles of that person. One from before the account was made was somebody else's.
async fn held(context: &Context, person: &LiveGrant) -> Result<Vec<Assignment>, Failure> {
    let tenant = &context.realm.tenant.tenant_id;
    let mut held = context.state.store.admin_roles.of(tenant, &person.user.user_id).await?;
    held.retain(|given| given.created_at >= person.user.created_at);
    Ok(held)
}
