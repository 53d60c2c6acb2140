//! Revocation of tokens and grants.

use credenza::flow::{introspect, live_token, revoke};
use credenza_protocol::secret::Secret;

use crate::{Error, Provider};

impl Provider {
    /// Revokes a token as its client does (RFC 7009): a refresh token with its whole grant, an access token alone.
    ///
    /// # Errors
    /// [`Error::Absent`] when it is not an active token of this provider.
    pub async fn revoke(&self, token: &str) -> Result<(), Error> {
        let world = self.world();
        let context = world.context().await?;
        let token = Secret::presented(token);
        let read = live_token::read(&context, &token).await?;
        let read = read.ok_or_else(|| Error::absent("live token", "of that text"))?;
        let record = world.client(&context, read.client_id.as_str()).await?;
        Ok(revoke::revoke(&context, &record.client, &token).await?)
    }

    /// Revokes the grants of a person, to one client or to all, and returns how many there were.
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

    /// Whether a token is active, as introspection tells its own client (RFC 7662).
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn is_active(&self, token: &str) -> Result<bool, Error> {
        let context = self.world().context().await?;
        let token = Secret::presented(token);
        let Some(read) = live_token::read(&context, &token).await? else { return Ok(false) };
        let Some(record) = context.client(&read.client_id).await? else { return Ok(false) };
        Ok(introspect::introspect(&context, &record.client, &token).await?.active)
    }
}
