//! The userinfo endpoint (OpenID Connect Core 5.3).

use credenza_protocol::bearer::Error;
use credenza_protocol::claim_mapping::Place;
use credenza_protocol::secret::Secret;
use credenza_protocol::userinfo;

use super::jwt_response::{self, Userinfo};
use super::person::{self, Audience, Record};
use super::{Halt, live_token};
use crate::context::Context;

/// The claims that the token gives access to, in the form that its client registered. Costs one read for a JWT,
/// and one more if its client is told of groups or roles.
///
/// # Errors
/// [`Error`]: not an access token of this issuer, dead, not meant for this endpoint, or without `openid`.
pub async fn userinfo(context: &Context, token: &Secret) -> Result<Userinfo, Halt<Error>> {
    let realm = &context.realm;
    let token = live_token::read(context, token).await?;
    let token = token.filter(|token| token.is_for(&realm.issuer) && token.grant_id.is_some());
    let token = token.ok_or(Error::Invalid)?;
    if !token.scope.contains("openid") {
        return Err(Error::InsufficientScope.into());
    }
    let (live, person) = token.live_grant(context).await?.ok_or(Error::Invalid)?;
    let client = context.client(&person.grant.client_id).await?.ok_or(Error::Invalid)?;
    let sub = realm.subjects.of(&client.client, &person.grant.user_id);
    let (scope, user) = (&live.token.scope, &person.user);
    let audience = Audience { client: &client.client, scope, resource: &[], place: Place::Userinfo };
    let known = person::read(context, &user.user_id, &[audience], Record::AtHand).await?;
    let told = person::claims(context, audience, Some(user), &known).await?;
    let claims = userinfo::claims(user, &person.grant, scope, told, sub);
    Ok(jwt_response::userinfo(context, &client, claims).await?)
}
