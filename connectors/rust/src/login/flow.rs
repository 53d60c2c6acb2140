//! Signing in: to the provider, and back (OpenID Connect Core 3.1, RFC 9700).

use std::collections::HashMap;

use credenza_validator::{IdTokenExpectations, base64url, hash};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cookies::Jar;
use super::core::Core;
use super::error::SignInError;
use super::page::{Answer, failed, redirect, with_cookies};
use super::record::{Record, personal};
use super::token::{Begun, Refused, Tokens};
use super::{id_token, return_to};
use crate::clock::system_ms;
use crate::random;

/// How long a sign-in may take, in seconds.
const MAX_AGE: u64 = 600;
/// How many may be under way in one browser.
const MOST: usize = 5;
const NAME: &str = "credenza-flow-";

/// A sign-in that is under way, as its browser keeps it.
#[derive(Serialize, Deserialize)]
struct Flow {
    state: String,
    nonce: String,
    verifier: String,
    return_to: String,
    /// In milliseconds since 1970.
    created: i64,
}

type Parameters = HashMap<String, Option<String>>;

fn text<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name)?.as_deref().filter(|value| !value.is_empty())
}

/// `/auth/login`: sends the browser to the provider.
pub(super) async fn begin(core: &Core, jar: &Jar, parameters: &Parameters) -> Answer {
    let return_to = return_to::sanitize(text(parameters, "return_to").unwrap_or("/"), &core.origin);
    match begun(core, jar, parameters, &return_to).await {
        Ok(answer) => answer,
        Err(reason) => {
            tracing::warn!(target: "credenza", reason, "nobody can be sent to the provider");
            failed(core, SignInError::Unavailable, &return_to)
        }
    }
}

async fn begun(core: &Core, jar: &Jar, parameters: &Parameters, return_to: &str) -> Result<Answer, String> {
    let metadata = core.provider.metadata().await?;
    let no_randomness = |error: random::NoRandomness| error.to_string();
    let (state, nonce) = (random::token().map_err(no_randomness)?, random::token().map_err(no_randomness)?);
    let config = &core.config;
    let mut more = vec![("nonce", nonce.clone())];
    more.extend(config.resource.clone().map(|resource| ("resource", resource)));
    more.extend(config.max_age.map(|seconds| ("max_age", seconds.to_string())));
    if !config.acr_values.is_empty() {
        more.push(("acr_values", config.acr_values.join(" ")));
    }
    let prompt = text(parameters, "prompt").map(str::to_owned).or_else(|| config.prompt.clone());
    more.extend(prompt.map(|prompt| ("prompt", prompt)));
    for name in ["login_hint", "ui_locales"] {
        more.extend(text(parameters, name).map(|value| (name, value.to_owned())));
    }
    let Begun { url, verifier } = core.provider.authorization_request(&metadata, &state, more)?;
    let url = core.provider.authorization_url(&metadata, url).await?;
    let flow = Flow { state, nonce, verifier, return_to: return_to.to_owned(), created: system_ms() };
    let name = cookie_name(core, &flow.state);
    let plain = serde_json::to_vec(&flow).map_err(|error| error.to_string())?;
    let sealed = core.sealer.seal(&plain, &name).map_err(no_randomness)?;
    let mut set = make_room(core, jar);
    set.push(core.cookies.set(&name, &sealed, MAX_AGE));
    Ok(with_cookies(redirect(StatusCode::FOUND, url.as_str()), &set))
}

/// Removes the oldest of too many sign-ins that are under way, and what is none.
fn make_room(core: &Core, jar: &Jar) -> Vec<String> {
    let prefix = core.cookies.name(NAME);
    let mut flows: Vec<(i64, &str)> = jar
        .beginning(&prefix)
        .map(|(name, value)| (open(core, name, value).map_or(0, |flow| flow.created), name))
        .collect();
    flows.sort_unstable();
    let is_over = flows.len().saturating_sub(MOST - 1);
    let gone = flows.into_iter().enumerate().filter(|(at, (created, _))| *at < is_over || *created == 0);
    gone.map(|(_, (_, name))| core.cookies.remove(name)).collect()
}

fn cookie_name(core: &Core, state: &str) -> String {
    let mut short = base64url::encode(hash::sha256(state.as_bytes()));
    short.truncate(16);
    core.cookies.name(&format!("{NAME}{short}"))
}

fn open(core: &Core, name: &str, value: &str) -> Option<Flow> {
    let flow: Flow = serde_json::from_slice(&core.sealer.open(value, name)?).ok()?;
    let age = system_ms().saturating_sub(flow.created);
    (age < i64::try_from(MAX_AGE).unwrap_or(i64::MAX).saturating_mul(1000)).then_some(flow)
}

/// Why a sign-in ends without a session.
struct Ended {
    error: SignInError,
    reason: String,
    /// Whether it stays under way, so that a reload can finish it.
    stays: bool,
}

fn ended(error: SignInError, reason: impl Into<String>) -> Ended {
    Ended { error, reason: reason.into(), stays: error == SignInError::Unavailable }
}

/// `/auth/callback`: the browser is back.
pub(super) async fn finish(core: &Core, jar: &Jar, parameters: &Parameters) -> Answer {
    let state = text(parameters, "state");
    let under_way = state.and_then(|state| {
        let name = cookie_name(core, state);
        let flow = open(core, &name, jar.get(&name)?)?;
        (flow.state == state).then_some((name, flow))
    });
    let Some((name, flow)) = under_way else {
        tracing::info!(target: "credenza", reason = "no sign-in with this state is under way in this browser", "not signed in");
        return failed(core, SignInError::NotUnderWay, "/");
    };
    let spent = core.cookies.remove(&name);
    match finished(core, jar, parameters, &flow).await {
        Ok(mut set) => {
            set.push(spent);
            with_cookies(redirect(StatusCode::FOUND, &flow.return_to), &set)
        }
        Err(Ended { error, reason, stays }) => {
            tracing::warn!(target: "credenza", reason, "not signed in");
            let page = failed(core, error, &flow.return_to);
            if stays { page } else { with_cookies(page, &[spent]) }
        }
    }
}

async fn finished(
    core: &Core,
    jar: &Jar,
    parameters: &Parameters,
    flow: &Flow,
) -> Result<Vec<String>, Ended> {
    let metadata = core.provider.metadata().await;
    let metadata = metadata.map_err(|reason| ended(SignInError::Unavailable, reason))?;
    // RFC 9207 section 2.4: before anything else is believed.
    let is_asked = match parameters.get("iss") {
        Some(iss) => iss.as_deref() == Some(&*core.config.issuer),
        None => !metadata.authorization_response_iss_parameter_supported,
    };
    if !is_asked {
        return Err(ended(SignInError::BadAnswer, "the answer is not of the issuer that was asked"));
    }
    if parameters.contains_key("error") {
        let denied = text(parameters, "error") == Some("access_denied");
        let error = if denied { SignInError::AccessDenied } else { SignInError::Refused };
        let told: String = text(parameters, "error").unwrap_or_default().chars().take(64).collect();
        return Err(ended(error, format!("the provider answered {told:?}")));
    }
    let Some(code) = text(parameters, "code") else {
        return Err(ended(SignInError::BadAnswer, "the answer has no code"));
    };
    // Without keys the code would be spent for nothing.
    if let Err(trouble) = core.validator.ready().await {
        return Err(ended(SignInError::Unavailable, trouble.to_string()));
    }
    let tokens = core.provider.redeem(code.to_owned(), flow.verifier.clone()).await.map_err(|refused| {
        let error = match refused {
            Refused::Failed(_) => SignInError::Unavailable,
            Refused::InvalidGrant(_) | Refused::Other(_) => SignInError::NotAccepted,
        };
        ended(error, format!("token endpoint: {refused}"))
    })?;
    let record = record(core, flow, tokens).await?;
    let previous = core.keeper.load(jar).await.ok().flatten();
    let set = core.keeper.begin(jar, &record).await.map_err(|error| Ended {
        error,
        reason: "the session cannot be kept".to_owned(),
        stays: false,
    })?;
    if let Some(previous) = previous
        && let Err(error) = core.keeper.end(&previous).await
    {
        tracing::warn!(target: "credenza", reason = %error, "the session before this one is not ended");
    }
    Ok(set)
}

async fn record(core: &Core, flow: &Flow, tokens: Tokens) -> Result<Record, Ended> {
    let not_accepted = |reason: String| ended(SignInError::NotAccepted, reason);
    let Some(id_token) = tokens.id_token else {
        return Err(not_accepted("the token endpoint answered without an ID token".to_owned()));
    };
    let expected = IdTokenExpectations {
        nonce: Some(flow.nonce.clone()),
        max_age: core.config.max_age,
        acr_values: core.config.acr_values.clone(),
        ..IdTokenExpectations::default()
    };
    let claims = id_token::check(&core.validator, &id_token, &tokens.access_token, expected).await;
    let claims = claims.map_err(|denied| {
        not_accepted(format!("ID token: {}: {}", denied.rule.as_str(), denied.detail.reason))
    })?;
    let data = core.config.signed_in.as_ref().map_or(Value::Null, |signed_in| signed_in(&claims));
    let now = system_ms();
    Ok(Record {
        id: random::token().map_err(|error| not_accepted(error.to_string()))?,
        claims: personal(claims),
        data,
        id_token,
        access_token: tokens.access_token,
        expires_at: tokens.expires_at,
        refresh_token: tokens.refresh_token,
        rotation: 0,
        created: now,
        seen: now,
    })
}
