//! Provider metadata (OpenID Connect Discovery 3, RFC 8414 2): exactly what works, no more.

use std::collections::BTreeSet;

use credenza_validator::algorithm::Algorithm;
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access_token::ALGORITHMS;
use crate::authentication::{ACR_MAIL, ACR_MFA, ACR_PHISHING_RESISTANT, offered};
use crate::claims;
use crate::client::{GrantType, SigningAlg};
use crate::client_auth::{AuthMethod, assertion_algorithms};
use crate::group::GROUPS;
use crate::response_mode::ResponseMode;
use crate::response_type::ResponseType;
use crate::role::ROLES;
use crate::sign_up::SignUpPolicy;
use crate::tenant::{Registration, SecondFactor, SignInByMail, TenantSettings};

/// The document of both `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "each field is the metadata value of that name")]
pub struct ProviderMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    pub authorization_challenge_endpoint: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub end_session_endpoint: String,
    pub check_session_iframe: String,
    pub scopes_supported: Vec<String>,
    pub response_types_supported: Vec<ResponseType>,
    pub response_modes_supported: Vec<ResponseMode>,
    pub grant_types_supported: Vec<GrantType>,
    pub acr_values_supported: Vec<&'static str>,
    pub subject_types_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<SigningAlg>,
    pub id_token_encryption_alg_values_supported: Vec<KeyManagement>,
    pub id_token_encryption_enc_values_supported: Vec<ContentEncryption>,
    pub userinfo_signing_alg_values_supported: Vec<Algorithm>,
    pub userinfo_encryption_alg_values_supported: Vec<KeyManagement>,
    pub userinfo_encryption_enc_values_supported: Vec<ContentEncryption>,
    pub token_endpoint_auth_methods_supported: Vec<AuthMethod>,
    pub token_endpoint_auth_signing_alg_values_supported: Vec<Algorithm>,
    pub introspection_endpoint_auth_methods_supported: Vec<AuthMethod>,
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<Algorithm>,
    pub revocation_endpoint_auth_methods_supported: Vec<AuthMethod>,
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<Algorithm>,
    pub claim_types_supported: Vec<&'static str>,
    pub claims_supported: Vec<String>,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub require_request_uri_registration: bool,
    pub request_object_signing_alg_values_supported: Vec<SigningAlg>,
    pub request_object_encryption_alg_values_supported: Vec<KeyManagement>,
    pub request_object_encryption_enc_values_supported: Vec<ContentEncryption>,
    pub code_challenge_methods_supported: Vec<&'static str>,
    pub prompt_values_supported: Vec<&'static str>,
    pub ui_locales_supported: Vec<&'static str>,
    pub authorization_response_iss_parameter_supported: bool,
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub frontchannel_logout_supported: bool,
    pub frontchannel_logout_session_supported: bool,
}

/// `none` where the tenant takes it.
fn id_token_algorithms(settings: &TenantSettings) -> Vec<SigningAlg> {
    let unsigned = settings.unsigned_id_tokens.then_some(SigningAlg::Unsigned);
    ALGORITHMS.into_iter().map(SigningAlg::By).chain(unsigned).collect()
}

fn request_object_algorithms(settings: &TenantSettings) -> Vec<SigningAlg> {
    let unsigned = settings.unsigned_request_objects.then_some(SigningAlg::Unsigned);
    assertion_algorithms().map(SigningAlg::By).chain(unsigned).collect()
}

/// Those that bring something: claims of the specifications, and attributes of the tenant's own.
fn scopes(settings: &TenantSettings) -> Vec<String> {
    let known = ["openid", "profile", "email", "address", "phone", "offline_access", GROUPS, ROLES];
    let own: BTreeSet<_> = settings.attributes.iter().filter_map(|of| of.scope.as_deref()).collect();
    let own = own.into_iter().filter(|scope| !known.contains(scope));
    known.into_iter().chain(own).map(str::to_owned).collect()
}

/// `create` where people may make an account (Initiating User Registration via OpenID Connect 1.0).
fn prompts(settings: &TenantSettings) -> Vec<&'static str> {
    let create = (settings.sign_up == SignUpPolicy::Open).then_some("create");
    ["none", "login", "consent", "select_account"].into_iter().chain(create).collect()
}

/// What a sign-in can reach, by the ways in which people may sign in (OpenID Connect Core 2).
#[must_use]
pub fn acrs(settings: &TenantSettings) -> Vec<&'static str> {
    let is_reached = |acr: &&str| match *acr {
        ACR_MAIL => settings.sign_in_by_mail == SignInByMail::On,
        ACR_PHISHING_RESISTANT => settings.passkeys,
        ACR_MFA => settings.passkeys || settings.second_factor != SecondFactor::Off,
        _ => true,
    };
    offered().filter(is_reached).collect()
}

/// The metadata of an issuer, by what its tenant allows.
#[must_use]
pub fn metadata(issuer: &str, settings: &TenantSettings, ui_locales: &[&'static str]) -> ProviderMetadata {
    let front_channel = settings.front_channel_tokens;
    let endpoint = |path: &str| format!("{issuer}{path}");
    let every_method = AuthMethod::ALL.to_vec();
    let confidential = AuthMethod::ALL.into_iter().filter(|method| *method != AuthMethod::None).collect();
    ProviderMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: endpoint("/authorize"),
        token_endpoint: endpoint("/token"),
        userinfo_endpoint: endpoint("/userinfo"),
        jwks_uri: endpoint("/jwks"),
        registration_endpoint: (settings.registration != Registration::Closed).then(|| endpoint("/register")),
        authorization_challenge_endpoint: endpoint("/authorize-challenge"),
        introspection_endpoint: endpoint("/introspect"),
        revocation_endpoint: endpoint("/revoke"),
        end_session_endpoint: endpoint("/logout"),
        check_session_iframe: endpoint("/check_session"),
        scopes_supported: scopes(settings),
        response_types_supported: ResponseType::ALL
            .into_iter()
            .filter(|response_type| front_channel || !response_type.is_front_channel())
            .collect(),
        response_modes_supported: ResponseMode::all(),
        grant_types_supported: GrantType::ALL
            .into_iter()
            .filter(|grant| front_channel || *grant != GrantType::Implicit)
            .collect(),
        acr_values_supported: acrs(settings),
        subject_types_supported: vec!["public", "pairwise"],
        id_token_signing_alg_values_supported: id_token_algorithms(settings),
        id_token_encryption_alg_values_supported: KeyManagement::ALL.to_vec(),
        id_token_encryption_enc_values_supported: ContentEncryption::ALL.to_vec(),
        userinfo_signing_alg_values_supported: ALGORITHMS.to_vec(),
        userinfo_encryption_alg_values_supported: KeyManagement::ALL.to_vec(),
        userinfo_encryption_enc_values_supported: ContentEncryption::ALL.to_vec(),
        token_endpoint_auth_methods_supported: every_method.clone(),
        token_endpoint_auth_signing_alg_values_supported: assertion_algorithms().collect(),
        introspection_endpoint_auth_methods_supported: confidential,
        introspection_endpoint_auth_signing_alg_values_supported: assertion_algorithms().collect(),
        revocation_endpoint_auth_methods_supported: every_method,
        revocation_endpoint_auth_signing_alg_values_supported: assertion_algorithms().collect(),
        claim_types_supported: vec!["normal"],
        claims_supported: ["iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"]
            .into_iter()
            .chain(["c_hash", "s_hash"].into_iter().filter(|_| front_channel))
            .chain(claims::supported())
            .chain([GROUPS, ROLES])
            .map(str::to_owned)
            .chain(settings.attributes.iter().filter(|of| of.scope.is_some()).map(|of| of.name.clone()))
            .collect(),
        claims_parameter_supported: true,
        request_parameter_supported: true,
        request_uri_parameter_supported: true,
        require_request_uri_registration: true,
        request_object_signing_alg_values_supported: request_object_algorithms(settings),
        request_object_encryption_alg_values_supported: KeyManagement::ALL.to_vec(),
        request_object_encryption_enc_values_supported: ContentEncryption::ALL.to_vec(),
        code_challenge_methods_supported: vec!["S256"],
        prompt_values_supported: prompts(settings),
        ui_locales_supported: ui_locales.to_vec(),
        authorization_response_iss_parameter_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
    }
}
