//! The parameters of an authorization request (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claims::ClaimsRequest;
use crate::client::{Client, GrantType};
use crate::ids::ClientId;
use crate::params::Params;
use crate::pkce;
use crate::redirect_uri;
use crate::resource;
use crate::response_mode::ResponseMode;
use crate::response_type::ResponseType;
use crate::scope::Scope;
use crate::tenant::TenantSettings;
use crate::time::Seconds;

use super::{Error, Fault};

/// Longer than any value that a client has reason to send.
const MAX_LENGTH: usize = 4096;

/// The client that the request names.
///
/// # Errors
/// [`Error::Page`] when it names none, or two (RFC 6749 3.1).
pub fn client_id(params: &Params) -> Result<ClientId, Error> {
    if params.is_repeated("client_id") {
        return Err(Error::Page(Fault::Repeated("client_id")));
    }
    params.get("client_id").map(ClientId::new).ok_or(Error::Page(Fault::ClientIdMissing))
}

/// Where the answer goes, once that is known to be safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Return {
    /// The redirect URI, registered for the client.
    pub redirect_uri: String,
    /// Whether the request named it, so that the token request must repeat it.
    pub redirect_uri_given: bool,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// `state`, given back byte for byte.
    pub state: Option<String>,
    /// Whether the client gets it at once, as it has asked without a browser; then there is no redirect URI.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_direct: bool,
}

impl Return {
    /// Reads where the answer goes.
    ///
    /// # Errors
    /// [`Error::Page`] for a redirect URI that is not the client's, or for two of them;
    /// [`Error::Redirect`] for a `response_mode` that cannot be used, or a `state` that cannot be given back.
    pub fn read(params: &Params, client: &Client) -> Result<Self, Error> {
        if params.is_repeated("redirect_uri") {
            return Err(Error::Page(Fault::Repeated("redirect_uri")));
        }
        let requested = params.get("redirect_uri");
        let redirect_uri =
            redirect_uri::choose(client, requested).map_err(|e| Error::Page(e.into()))?.to_owned();
        let response_type = params.get("response_type").unwrap_or_default();
        let default = ResponseMode::default_of(response_type);
        let mode = match params.get("response_mode") {
            None => Some(default),
            Some(name) => ResponseMode::parse(name),
        };
        let allowed =
            mode.filter(|mode| mode.may_carry(response_type) && client.response_modes.contains(mode));
        let (state, lost) = match given_back(params, "state") {
            Ok(state) => (state, None),
            Err(fault) => (None, Some(fault)),
        };
        let to = Self {
            redirect_uri,
            redirect_uri_given: requested.is_some(),
            response_mode: allowed.unwrap_or(default),
            state,
            is_direct: false,
        };
        match lost.or_else(|| allowed.is_none().then_some(Fault::ResponseMode)) {
            Some(fault) => Err(to.refuse(fault)),
            None => Ok(to),
        }
    }

    /// To a client that has asked without a browser (OAuth 2.0 for First-Party Applications 5.2).
    #[must_use]
    pub fn direct() -> Self {
        Self {
            redirect_uri: String::new(),
            redirect_uri_given: false,
            response_mode: ResponseMode::Query,
            state: None,
            is_direct: true,
        }
    }

    /// The fault, told to the client.
    #[must_use]
    pub fn refuse(self, fault: Fault) -> Error {
        Error::Redirect(Box::new(self), fault)
    }
}

/// `prompt` (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "a set of five words")]
pub struct Prompt {
    /// Nothing may be shown.
    pub none: bool,
    /// The person must sign in, session or not.
    pub login: bool,
    /// The person must be asked, consent on record or not.
    pub consent: bool,
    /// The person must say which account.
    pub select_account: bool,
    /// The person makes an account (Initiating User Registration via OpenID Connect 1.0).
    #[serde(default)]
    pub create: bool,
}

impl Prompt {
    fn parse(text: &str) -> Result<Self, Fault> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                "create" => prompt.create = true,
                _ => return Err(Fault::Prompt),
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account || prompt.create) {
            return Err(Fault::Prompt);
        }
        Ok(prompt)
    }
}

/// What the flow found out about `id_token_hint`, whose signature needs the tenant's keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Hinted {
    /// There was none.
    Absent,
    /// It was not this issuer's for this client.
    Invalid,
    /// It names this person, as the client knows them.
    Subject(String),
}

/// An authorization request, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes.
    pub to: Return,
    /// What the answer holds.
    pub response_type: ResponseType,
    /// What is asked for, of what the client may ask for.
    pub scope: Scope,
    /// `nonce`, for the ID token.
    pub nonce: Option<String>,
    /// `code_challenge` (S256).
    pub code_challenge: Option<String>,
    /// `prompt`.
    pub prompt: Prompt,
    /// The oldest sign-in that will do, from the request or the client's `default_max_age`.
    pub max_age: Option<Seconds>,
    /// Fills in the sign-in form.
    pub login_hint: Option<String>,
    /// The person that `id_token_hint` names, as the client knows them.
    #[serde(rename = "hinted_user")]
    pub hinted_sub: Option<String>,
    /// `acr_values`, the best first: a wish, not a condition.
    pub acr_values: Vec<String>,
    /// `ui_locales`.
    pub ui_locales: Option<String>,
    /// `claims`.
    pub claims: ClaimsRequest,
    /// `resource`.
    pub resource: Vec<String>,
}

impl AuthorizationRequest {
    /// Reads the request; parameters that are not known are ignored (RFC 6749 3.1).
    ///
    /// # Errors
    /// [`Error::Redirect`] with the first rule that was broken.
    pub fn read(
        params: &Params,
        client: &Client,
        settings: &TenantSettings,
        to: Return,
        hinted: Hinted,
    ) -> Result<Self, Error> {
        Self::fields(params, client, settings, to.clone(), hinted).map_err(|fault| to.refuse(fault))
    }

    fn fields(
        params: &Params,
        client: &Client,
        settings: &TenantSettings,
        to: Return,
        hinted: Hinted,
    ) -> Result<Self, Fault> {
        if params.repeated().is_some() {
            return Err(Fault::SomethingRepeated);
        }
        not_supported(params)?;
        let response_type = response_type(params, client, settings)?;
        Ok(Self {
            client_id: client.client_id.clone(),
            to,
            response_type,
            scope: scope(params, client, response_type)?,
            nonce: nonce(params, response_type)?,
            code_challenge: pkce::challenge(
                params.get("code_challenge"),
                params.get("code_challenge_method"),
                response_type.code && client.needs_pkce(),
            )?,
            prompt: Prompt::parse(params.get("prompt").unwrap_or_default())?,
            max_age: max_age(params)?.or(client.default_max_age),
            login_hint: bounded(params, "login_hint")?,
            hinted_sub: match hinted {
                Hinted::Absent => None,
                Hinted::Invalid => return Err(Fault::Hint),
                Hinted::Subject(sub) => Some(sub),
            },
            acr_values: bounded(params, "acr_values")?
                .map(|text| text.split_ascii_whitespace().map(str::to_owned).collect())
                .unwrap_or_else(|| client.default_acr_values.clone()),
            ui_locales: bounded(params, "ui_locales")?,
            claims: params.get("claims").map(ClaimsRequest::parse).transpose()?.unwrap_or_default(),
            resource: resource::requested(client, params.all("resource"))?,
        })
    }

    /// What the person is asked to allow: the scope, and each claim asked for by name that the scope
    /// does not bring, as `claim:NAME`.
    #[must_use]
    pub fn consent_needed(&self) -> Scope {
        let asked = self.claims.userinfo.keys().chain(self.claims.id_token.keys());
        let words: Vec<String> = asked
            .filter(|name| crate::claims::needs_consent(name, &self.scope))
            .map(|name| format!("claim:{name}"))
            .collect();
        Scope::parse(&words.join(" ")).map_or_else(|_| self.scope.clone(), |claims| self.scope.union(&claims))
    }
}

/// OpenID Connect Core 6 and 3.1.2.6: what is not supported has its own code.
fn not_supported(params: &Params) -> Result<(), Fault> {
    match params.get("registration") {
        Some(_) => Err(Fault::NotSupported("registration", "registration_not_supported")),
        None => Ok(()),
    }
}

/// What the tenant allows and the client registered: `response_types`, and the grants that they stand for
/// (OpenID Connect Registration 2).
fn response_type(params: &Params, client: &Client, settings: &TenantSettings) -> Result<ResponseType, Fault> {
    let named = params.get("response_type").ok_or(Fault::ResponseTypeMissing)?;
    let asked = ResponseType::parse(named).map_err(|_| Fault::ResponseTypeUnsupported)?;
    if asked.is_front_channel() && !settings.front_channel_tokens {
        return Err(Fault::ResponseTypeUnsupported);
    }
    let by_code = !asked.code || client.may(GrantType::AuthorizationCode);
    let by_browser = !asked.is_front_channel() || client.may(GrantType::Implicit);
    // Whoever carries an unsigned ID token can change it, the browser above all (OpenID Connect Core 3.2.2.10).
    let is_sound = !asked.id_token || client.id_token_signed_response_alg.algorithm().is_some();
    if client.response_types.contains(&asked) && by_code && by_browser && is_sound {
        Ok(asked)
    } else {
        Err(Fault::ResponseTypeNotAllowed)
    }
}

/// Required where an ID token comes by way of the browser (OpenID Connect Core 3.2.2.1, 3.3.2.11): nothing else
/// ties it to this request.
fn nonce(params: &Params, response_type: ResponseType) -> Result<Option<String>, Fault> {
    match given_back(params, "nonce")? {
        None if response_type.id_token => Err(Fault::NonceMissing),
        nonce => Ok(nonce),
    }
}

/// Words that mean nothing here, or that the client may not ask for, are left out (OpenID Connect
/// Core 3.1.2.1); `offline_access` too where the client has no refresh tokens, or no code that brings one
/// (section 11). An ID token takes `openid`.
fn scope(params: &Params, client: &Client, response_type: ResponseType) -> Result<Scope, Fault> {
    let mut scope = Scope::parse(params.get("scope").unwrap_or_default())?.intersection(&client.scope);
    if !client.may(GrantType::RefreshToken) || !response_type.code {
        scope = scope.without("offline_access");
    }
    if scope.is_empty() {
        Err(Fault::ScopeEmpty)
    } else if response_type.id_token && !scope.contains("openid") {
        Err(Fault::ScopeWithoutOpenid)
    } else {
        Ok(scope)
    }
}

fn max_age(params: &Params) -> Result<Option<Seconds>, Fault> {
    let Some(text) = params.get("max_age") else {
        return Ok(None);
    };
    // `parse` alone would take a sign.
    let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = digits.and_then(|digits| digits.parse::<u32>().ok()).ok_or(Fault::MaxAge)?;
    Ok(Some(Seconds(seconds.into())))
}

/// What the client gets back byte for byte. What was not UTF-8 (RFC 6749 appendix B) was replaced as it was
/// decoded, so it could not be.
fn given_back(params: &Params, name: &'static str) -> Result<Option<String>, Fault> {
    let value = bounded(params, name)?;
    match value.as_ref().is_some_and(|value| value.contains(char::REPLACEMENT_CHARACTER)) {
        true => Err(Fault::NotText(name)),
        false => Ok(value),
    }
}

fn bounded(params: &Params, name: &'static str) -> Result<Option<String>, Fault> {
    match params.get(name) {
        Some(value) if value.len() > MAX_LENGTH => Err(Fault::TooLong(name)),
        value => Ok(value.map(str::to_owned)),
    }
}
