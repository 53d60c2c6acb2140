//! Tells a client, server to server, that a session ended (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use credenza_protocol::backchannel_logout::{self as rule, Verdict};
use credenza_storage::Logout;
use tokio::time::timeout;
use url::form_urlencoded;

use super::jwt_response;
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::rng;

/// How long one attempt may take, whatever the egress settings: another node may begin the next after ten seconds.
const LONGEST: Duration = Duration::from_secs(8);

/// Why a client was not told, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum Untold {
    /// Something of ours failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It was not reached.
    #[error("{0}")]
    Unreached(String),
    /// It answered with a status that is neither a success nor a refusal.
    #[error("the client answered {0}")]
    Answered(u16),
}

/// Tells the client, with a token made for this attempt. `None` when there is nobody left to tell: the client is disabled,
/// or has no logout URI.
///
/// # Errors
/// [`Untold`]: to be tried again.
pub async fn tell(context: &Context, logout: &Logout) -> Result<Option<Verdict>, Untold> {
    let record = context.client(&logout.client_id).await.map_err(Failure::from)?;
    let Some(record) = record else { return Ok(None) };
    let Some(uri) = record.client.backchannel_logout_uri.as_deref() else { return Ok(None) };
    let token = token(context, &record, logout).await?;
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish();
    let status = match timeout(LONGEST, context.state.egress.post_form(uri, body)).await {
        Ok(answered) => answered.map_err(|error| Untold::Unreached(error.to_string()))?,
        Err(_) => return Err(Untold::Unreached("the client took too long".to_owned())),
    };
    match rule::verdict(status.as_u16()) {
        Verdict::Unknown => Err(Untold::Answered(status.as_u16())),
        verdict => Ok(Some(verdict)),
    }
}

/// The logout token (section 2.4).
async fn token(context: &Context, client: &LoadedClient, logout: &Logout) -> Result<String, Failure> {
    let realm = &context.realm;
    let jti = rng::id(context.state.rng.as_ref());
    let sub = realm.subjects.of(&client.client, &logout.user_id);
    let sid = realm.subjects.sid(&client.client, &logout.sid);
    let claims = rule::claims(&realm.issuer, &client.client, &sub, &sid, &jti, context.now);
    jwt_response::logout_token(context, client, claims).await
}
