//! Signing out: by this application (OpenID Connect RP-Initiated Logout 1.0), by the provider's servers (Back-Channel
//! Logout 1.0) and by its pages (Front-Channel Logout 1.0).

use std::sync::Arc;

use credenza_validator::{Claims, Decision};
use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::cookies::Jar;
use super::core::Core;
use super::error::SignInError;
use super::page::{Answer, answer, failed, html, json, redirect, with_cookies};
use super::provider::parameters;
use super::record::Record;
use super::return_to;
use super::store::By;
use crate::discovery::endpoint_url;
use crate::random;

/// `POST /auth/logout`: ends the session here, and sends the browser to end it at the provider.
pub(super) async fn logout(core: &Arc<Core>, jar: &Jar, headers: &HeaderMap, query: &[u8]) -> Answer {
    if !is_own(core, headers) {
        return answer(StatusCode::FORBIDDEN, "This request comes from another site.");
    }
    let asked = parameters(query).remove("return_to").flatten();
    let return_to = asked
        .map_or_else(|| core.config.after_logout.clone(), |asked| return_to::sanitize(&asked, &core.origin));
    let session = match core.keeper.load(jar).await {
        Ok(session) => session,
        Err(error) => return unavailable(core, &error),
    };
    let Some(record) = session else {
        return with_cookies(redirect(StatusCode::SEE_OTHER, &return_to), &core.keeper.removal(jar));
    };
    if let Err(error) = core.keeper.end(&record).await {
        return unavailable(core, &error);
    }
    let newest = core.keeper.newer(&record).unwrap_or_else(|| Arc::clone(&record));
    if let Some(refresh_token) = newest.refresh_token.clone() {
        let core = Arc::clone(core);
        tokio::spawn(async move {
            if let Err(reason) = core.provider.revoke(&refresh_token).await {
                tracing::info!(target: "credenza", reason, "a refresh token is not revoked");
            }
        });
    }
    let location = end_session(core, &newest, &return_to).await.unwrap_or(return_to);
    with_cookies(redirect(StatusCode::SEE_OTHER, &location), &core.keeper.removal(jar))
}

fn unavailable(core: &Core, error: &super::store::StoreError) -> Answer {
    tracing::error!(target: "credenza", reason = %error, "nobody can be signed out");
    failed(core, SignInError::Unavailable, "/")
}

/// Whether a form of this application was sent, and not one of another site. A browser that was told to send no referrer
/// sends `Origin: null` with forms of our own pages too; where it says that they are our own, that is enough, as no page
/// can set `Sec-Fetch-Site`.
fn is_own(core: &Core, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let origin = headers.get(ORIGIN).map(|origin| origin.as_bytes());
    match (site, origin) {
        (Some(b"cross-site"), _) => false,
        (Some(b"same-origin"), Some(b"null")) | (_, None) => true,
        (_, Some(origin)) => origin == core.config.origin.as_bytes(),
    }
}

/// Where the session ends at the provider, if it offers that.
async fn end_session(core: &Core, record: &Record, return_to: &str) -> Option<String> {
    let metadata = core.provider.metadata().await.ok()?;
    let mut url = endpoint_url(metadata.end_session_endpoint.as_ref()?).ok()?;
    url.query_pairs_mut()
        .append_pair("id_token_hint", &record.id_token)
        .append_pair("client_id", &core.config.client_id)
        .append_pair("post_logout_redirect_uri", &format!("{}{return_to}", core.config.origin))
        .append_pair("state", &random::token().ok()?);
    Some(url.into())
}

/// `POST /auth/backchannel-logout`: the provider says that a session, or all of a person's, have ended.
pub(super) async fn back_channel(core: &Core, body: &[u8]) -> Answer {
    let Some(token) = parameters(body).remove("logout_token").flatten() else {
        return refused("there is no logout_token");
    };
    let allowed = match core.validator.check_logout_token(&token).await {
        Decision::Allow(allowed) => allowed,
        Decision::Deny(denied) => return refused(&denied.detail.reason),
    };
    let Claims { sub, .. } = allowed.claims();
    let claims: serde_json::Value = serde_json::from_str(allowed.claims_json()).unwrap_or_default();
    let sid = claims.get("sid").and_then(serde_json::Value::as_str).filter(|sid| !sid.is_empty());
    let by = match (sid, sub.as_deref()) {
        (Some(sid), _) => By::Sid(sid),
        (None, Some(sub)) => By::Sub(sub),
        (None, None) => return refused("it names neither session nor person"),
    };
    match core.keeper.end_by(by).await {
        Ok(()) => answer(StatusCode::OK, ""),
        Err(error) => {
            tracing::error!(target: "credenza", reason = %error, "sessions are not ended");
            refused("the store cannot be asked")
        }
    }
}

fn refused(reason: &str) -> Answer {
    tracing::warn!(target: "credenza", reason, "a logout token is refused");
    json(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_request" }))
}

/// `GET /auth/frontchannel-logout`, in a frame of the provider.
pub(super) async fn front_channel(core: &Core, jar: &Jar, query: &[u8]) -> Answer {
    let mut asked = parameters(query);
    let (iss, sid) = (asked.remove("iss").flatten(), asked.remove("sid").flatten());
    let session = match core.keeper.load(jar).await {
        Ok(session) => session,
        Err(error) => return unavailable(core, &error),
    };
    let own = session.filter(|record| {
        iss.as_deref() == Some(&*core.config.issuer) && sid.is_some() && record.text("sid") == sid.as_deref()
    });
    let mut removal = Vec::new();
    if let Some(record) = own {
        if let Err(error) = core.keeper.end(&record).await {
            return unavailable(core, &error);
        }
        removal = core.keeper.removal(jar);
    }
    let issuer = url::Url::parse(&core.config.issuer).map(|url| url.origin().ascii_serialization());
    let policy = format!("default-src 'none'; frame-ancestors {}", issuer.unwrap_or_default());
    let page = "<!doctype html>\n<html lang=\"en\"><title>Signed out</title></html>\n".to_owned();
    with_cookies(html(StatusCode::OK, &policy, page), &removal)
}
