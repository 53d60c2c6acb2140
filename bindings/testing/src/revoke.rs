//! Tokens and grants that end before their time.

use credenza::flow::{access_token, introspect, revoke};
use credenza::realm::Context;
use credenza_protocol::ids::ClientId;
use credenza_protocol::secret::Secret;

use crate::{Error, Provider};

impl Provider {
    /// Revokes a token as its client does (RFC 7009): a refresh token with its whole grant, an access token alone.
    ///
    /// # Errors
    /// [`Error::Absent`] when it is no token of this provider, or a dead one.
    pub async fn revoke(&self, token: &str) -> Result<(), Error> {
        let world = self.world();
        let context = world.context().await?;
        let token = Secret::presented(token);
        let owner =
            owner(&context, &token).await?.ok_or_else(|| Error::absent("live token", "of that text"))?;
        let record = world.client(&context, owner.as_str()).await?;
        Ok(revoke::revoke(&context, &record.client, &token).await?)
    }

    /// Revokes what a person has granted, to one client or to all; answers how many grants that were.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn revoke_grants(&self, username: &str, client_id: Option<&str>) -> Result<u64, Error> {
        let world = self.world();
        let (grants, now) = (&world.state.store.grants, world.state.clock.now());
        let user = world.user(username).await?;
        let mut revoked = 0;
        for grant in grants.list(&world.tenant, &user.user_id, now).await? {
            if client_id.is_none_or(|id| id == grant.client_id.as_str()) {
                revoked +=
                    u64::from(grants.revoke(&world.tenant, &grant.client_id, &grant.grant_id, now).await?);
            }
        }
        Ok(revoked)
    }

    /// Whether a token lives, as introspection tells its own client (RFC 7662).
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn is_active(&self, token: &str) -> Result<bool, Error> {
        let context = self.world().context().await?;
        let token = Secret::presented(token);
        let Some(owner) = owner(&context, &token).await? else { return Ok(false) };
        let Some(record) = context.client(&owner).await? else { return Ok(false) };
        Ok(introspect::introspect(&context, &record.client, &token).await?.active)
    }
}

/// Whose token it is.
async fn owner(context: &Context, token: &Secret) -> Result<Option<ClientId>, Error> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    if let Some(grant_id) = context.realm.chain.grant_id(token) {
        let family = store.refresh_tokens.find(tenant, &grant_id, context.now).await?;
        return Ok(family.map(|family| family.grant.client_id));
    }
    if let Some(claims) = access_token::claims(context, token) {
        return Ok(Some(claims.client_id.clone()));
    }
    let record = store.access_tokens.find(tenant, token.hash(), context.now).await?;
    Ok(record.map(|record| record.client_id))
}
