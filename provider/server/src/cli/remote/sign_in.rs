//! A person signs in through their browser: authorization code with PKCE and a loopback redirect (RFC 8252, RFC 7636).

use std::process::{Command, Stdio};

use credenza_protocol::admin_roles::{audience, everything};
use credenza_protocol::params::Params;
use credenza_validator::{base64url, hash::sha256};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use url::Url;

use super::Wire;
use super::http::Request;
use super::issuer;
use super::kept::SignIn;
use super::loopback::Loopback;
use super::metadata::{self, Metadata};
use super::problem::StepUp;
use super::token::{self, Asking, Granted, Proof};
use crate::admin::command_line::CLIENT_ID;
use crate::cli::Failure;
use crate::clock::{Clock as _, SystemClock};
use crate::{rng, telemetry};

/// The scopes of people beside those of the admin API: who they are, and that they stay signed in.
const OF_PEOPLE: &str = "openid profile offline_access";

/// How somebody signs in.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Wanted {
    /// The scopes of the admin API; all of them where nothing is said: what a person may do is up to their roles.
    pub(in crate::cli) scope: Option<String>,
    /// What the sign-in must be.
    pub(in crate::cli) step_up: StepUp,
    /// Whether a browser is opened.
    pub(in crate::cli) opens_browser: bool,
}

/// What the userinfo endpoint tells.
#[derive(Default, Deserialize)]
struct Person {
    sub: Option<String>,
    preferred_username: Option<String>,
}

/// What ties the answer to the request.
struct Bound {
    state: String,
    verifier: String,
}

/// Signs a person in.
pub(in crate::cli) async fn sign_in(wire: &Wire, wanted: &Wanted) -> Result<SignIn, Failure> {
    let metadata = metadata::fetch(&wire.http, &wire.issuer).await?;
    let loopback = Loopback::open().await?;
    let secret = || rng::secret(&wire.rng).reveal().to_owned();
    let bound = Bound { state: secret(), verifier: secret() };
    let url = address(wire, &metadata, &loopback.uri, &bound, wanted);
    telemetry::say(format!(
        "Sign in at this address, in a browser on this machine:\n\n  {url}\n\nWhere the page does not know the client, an \
         operator enables it by `credenza admin cli enable`.\n"
    ));
    if wanted.opens_browser {
        open(&url);
    }
    let answer = loopback.answer(&bound.state).await?;
    let code = code(wire, &answer)?;
    let granted = redeem(wire, &metadata, code, &loopback.uri, &bound.verifier).await?;
    let person = person(wire, &metadata, &granted).await.unwrap_or_default();
    Ok(SignIn {
        client_id: CLIENT_ID.to_owned(),
        expires_at: granted.expires_at(SystemClock.now()),
        access_token: granted.access_token,
        refresh_token: granted.refresh_token,
        scope: granted.scope.unwrap_or_default(),
        user_id: person.sub,
        username: person.preferred_username,
    })
}

/// The authorization request.
fn address(wire: &Wire, metadata: &Metadata, redirect_uri: &str, bound: &Bound, wanted: &Wanted) -> Url {
    let mut url = metadata.authorization_endpoint.clone();
    let administrative = wanted.scope.clone().unwrap_or_else(|| everything().to_string());
    let scope = format!("{OF_PEOPLE} {administrative}");
    let challenge = base64url::encode(sha256(bound.verifier.as_bytes()));
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", CLIENT_ID)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &scope)
        .append_pair("resource", &audience(wire.issuer.as_str()))
        .append_pair("state", &bound.state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    if let Some(max_age) = wanted.step_up.max_age {
        query.append_pair("max_age", &max_age.to_string());
    }
    if let Some(acr_values) = &wanted.step_up.acr_values {
        query.append_pair("acr_values", acr_values);
    }
    drop(query);
    url
}

/// The code of the answer, which must come from the issuer that was asked (RFC 9207 2.4).
fn code<'a>(wire: &Wire, answer: &'a Params) -> Result<&'a str, Failure> {
    let issuer = wire.issuer.as_str();
    if answer.get("iss").is_some_and(|iss| iss.trim_end_matches('/') != issuer) {
        return Err(Failure::new(format!(
            "the answer came from another server than {issuer}: sign in again"
        )));
    }
    if let Some(error) = answer.get("error") {
        let why = answer.get("error_description").unwrap_or(error);
        return Err(Failure::new(format!("{issuer} did not sign anybody in: {why}{}", hint(error))));
    }
    answer.get("code").ok_or_else(|| Failure::new(format!("{issuer} answered no code: sign in again")))
}

/// What helps against the refusals that are no fault of the person.
fn hint(error: &str) -> &'static str {
    match error {
        "invalid_target" | "unauthorized_client" | "invalid_scope" => {
            "; `credenza admin cli enable` on the server lets people sign in from the command line"
        }
        _ => "",
    }
}

async fn redeem(
    wire: &Wire,
    metadata: &Metadata,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<Granted, Failure> {
    let resource = audience(wire.issuer.as_str());
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
        ("resource", &resource),
    ];
    let asking = Asking { client_id: CLIENT_ID.to_owned(), proof: Proof::None };
    let by = (&wire.rng as &dyn rng::Rng, SystemClock.now());
    let asked = token::ask(&wire.http, &metadata.token_endpoint, &asking, &fields, by).await?;
    asked.map_err(|denied| Failure::new(format!("{} gave no tokens: {denied}; sign in again", wire.issuer)))
}

/// Who signed in. Whoever does not learn it can work all the same.
async fn person(wire: &Wire, metadata: &Metadata, granted: &Granted) -> Option<Person> {
    let url = metadata.userinfo_endpoint.clone().filter(|url| issuer::check(url).is_ok())?;
    let mut request = Request::get(url);
    let mut value = HeaderValue::from_str(&format!("Bearer {}", granted.access_token)).ok()?;
    value.set_sensitive(true);
    request.headers.insert(AUTHORIZATION, value);
    let response = wire.http.send(&request).await.ok()?;
    response.status.is_success().then(|| serde_json::from_slice(&response.body).ok())?
}

/// Opens a browser, if there is one: the address was printed in any case.
fn open(url: &Url) {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let mut browser = Command::new(opener);
    browser.arg(url.as_str()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = browser.spawn();
}
