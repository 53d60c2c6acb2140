//! Who calls the account API: an application, in the name of a person, by an access token with the scope `account`.

use std::sync::Arc;

use credenza_protocol::access_token::symmetric;
use credenza_protocol::account::{ACCOUNT, allows, opens};
use credenza_protocol::bearer::Error;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::UserId;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{LiveGrant, StoreError, Take};
use credenza_validator::Audience;

use super::administer::{Caller, Who};
use super::{Halt, live_token};
use crate::context::Context;
use crate::loaded_client::LoadedClient;

/// How many calls one application may make for one person within [`WINDOW`].
pub const LIMIT: u32 = 300;
/// How long a call counts.
const WINDOW: Seconds = Seconds(60);

/// The person whose account is at hand, and the application that acts for them.
#[derive(Debug)]
pub struct Holder {
    /// The person.
    pub user: User,
    /// What they gave the application.
    pub grant: Grant,
    /// The application.
    pub client: Arc<LoadedClient>,
}

impl Holder {
    /// The person's id, which the client may know by another `sub`.
    #[must_use]
    pub const fn user_id(&self) -> &UserId {
        &self.user.user_id
    }

    /// The person as the caller, by whose name events tell of what is done.
    #[must_use]
    pub fn caller(&self, context: &Context) -> Caller {
        let who = Who::Person { user_id: self.user.user_id.clone(), auth_time: self.grant.auth_time };
        let tenant_id = Some(context.realm.tenant.tenant_id.clone());
        Caller { who, tenant_id, scope: Scope::stored(ACCOUNT), rights: None }
    }

    /// Counts a call; how long to wait where there were too many.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be counted.
    pub async fn count(&self, context: &Context) -> Result<Option<Seconds>, StoreError> {
        let counted = format!("account API\0{}\0{}", self.grant.client_id, self.user.user_id);
        let limits = &context.state.store.rate_limits;
        let (tenant, key) = (&context.realm.tenant.tenant_id, SecretHash::of(counted.as_bytes()));
        Ok(match limits.take(tenant, key, LIMIT, WINDOW, context.now).await? {
            Take::Allowed => None,
            Take::Refused { retry_after } => Some(retry_after),
        })
    }
}

/// The person whose access token this is. Everything that it hangs on is looked at now: the token, its grant, the person, and
/// what the client may have.
///
/// # Errors
/// [`Error::Invalid`]: not an access token of this issuer for itself alone, or dead. [`Error::InsufficientScope`].
pub async fn by_token(context: &Context, token: &Secret) -> Result<Holder, Halt<Error>> {
    // A shared secret proves nothing here, see `administer`.
    if symmetric::is_claimed(token.reveal()) {
        return Err(Error::Invalid.into());
    }
    let token = live_token::read(context, token).await?;
    let is_for_us = |token: &live_token::Genuine| {
        let audience = token.audience.as_ref().map(Audience::as_slice).unwrap_or_default();
        opens(&context.realm.issuer, audience)
    };
    // Whoever holds a token that is bound to a key must prove to have the key, and nothing here could check that.
    let token =
        token.filter(|token| is_for_us(token) && token.confirmation.is_none()).ok_or(Error::Invalid)?;
    let client = context.client(&token.client_id).await?.ok_or(Error::Invalid)?;
    let is_allowed = allows(&token.scope, &client.client.scope);
    let (live, LiveGrant { grant, user }) = token.live_grant(context).await?.ok_or(Error::Invalid)?;
    if grant.client_id != live.token.client_id {
        return Err(Error::Invalid.into());
    }
    if is_allowed { Ok(Holder { user, grant, client }) } else { Err(Error::InsufficientScope.into()) }
}
