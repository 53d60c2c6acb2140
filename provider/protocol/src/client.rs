//! A client and its metadata, by the names of RFC 7591 and OpenID Connect Registration.

mod kinds;

use credenza_validator::JwkSet;
use credenza_validator::algorithm::Algorithm;
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::brand::Brand;
use crate::claim_mapping::ClaimMapping;
use crate::client_auth::AuthMethod;
use crate::ids::ClientId;
use crate::response_mode::ResponseMode;
use crate::response_type::ResponseType;
use crate::scope::Scope;
use crate::time::Seconds;

pub use kinds::{AccessTokenFormat, ApplicationType, ConsentPolicy, GrantType, SigningAlg, SubjectType};

/// The scopes of a client that was created without a list of its own.
pub const DEFAULT_SCOPE: &str = "openid profile email address phone offline_access";

/// A registered client. Its secret is not part of this: storage keeps only what is needed to check it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// The name shown to people.
    pub client_name: String,
    /// Its redirect URIs; compared as raw strings.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent after signing out; compared as raw strings.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether those two may be http in a local network as well, where anybody can read and change an answer.
    #[serde(default)]
    pub local_network_redirects: bool,
    /// The web origins (RFC 6454) from which its scripts may call, besides those of its redirect URIs.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// Whether the provider keeps its refresh tokens in a cookie, out of reach of scripts: for a public client whose pages
    /// are of the provider's own site.
    #[serde(default)]
    pub refresh_token_cookie: bool,
    /// Whether it signs people in by its own pages, without a browser, and so sees their passwords (OAuth 2.0 for First-Party
    /// Applications): for applications of the operator's own.
    #[serde(default)]
    pub native_sign_in: bool,
    /// Whether it is a service account: it acts for itself, and nobody signs in to it.
    #[serde(default)]
    pub service_account: bool,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The response types it may request.
    #[serde(default = "code_alone")]
    pub response_types: Vec<ResponseType>,
    /// The response modes it may request.
    #[serde(default = "ResponseMode::all")]
    pub response_modes: Vec<ResponseMode>,
    /// Whether it is a web or a native client.
    #[serde(default)]
    pub application_type: ApplicationType,
    /// Its method of authentication.
    pub token_endpoint_auth_method: AuthMethod,
    /// Whether its secret may come by that method alone, and not by HTTP Basic and in the form alike.
    #[serde(default)]
    pub token_endpoint_auth_method_pinned: bool,
    /// The one algorithm of its assertions; without it, any that fits the method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its public keys, a JWK set: for its signatures, and for encrypting to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where its public keys are published, instead of `jwks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The scopes it may request.
    pub scope: Scope,
    /// The resources it may request tokens for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// The resources that it serves: it may introspect tokens for them (RFC 7662 4).
    #[serde(default)]
    pub serves: Vec<String>,
    /// The roles that people may have at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What it is told of people beside what scopes bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claim_mappings: Vec<ClaimMapping>,
    /// Whether its ID tokens hold what scopes bring, though OpenID Connect Core 5.4 has that for the userinfo endpoint
    /// where an access token can be had.
    #[serde(default)]
    pub claims_in_id_token: bool,
    /// Whether people have a `sub` of their own at this client's sector (OpenID Connect Core 8).
    #[serde(default)]
    pub subject_type: SubjectType,
    /// A document that names the redirect URIs of the whole sector (OpenID Connect Registration 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// The algorithm of its ID tokens.
    #[serde(default = "rs256")]
    pub id_token_signed_response_alg: SigningAlg,
    /// How the key of its encrypted ID tokens travels; without it they are not encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    /// The content encryption of its ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// The algorithm of its userinfo answers; without it, and without encryption, they are JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// How the key of its encrypted userinfo answers travels; without it they are not encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    /// The content encryption of its userinfo answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// The one algorithm of its request objects; without it, any that fits its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<SigningAlg>,
    /// How the key of its encrypted request objects travels; any supported way if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_alg: Option<KeyManagement>,
    /// The content encryption of its request objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_enc: Option<ContentEncryption>,
    /// Whether it must use signed request objects (RFC 9101 10.5).
    #[serde(default)]
    pub require_signed_request_object: bool,
    /// Where its request objects may be fetched from; compared as raw strings, fragment included.
    #[serde(default)]
    pub request_uris: Vec<String>,
    /// The algorithm of its access tokens.
    #[serde(default = "es256")]
    pub access_token_signed_response_alg: Algorithm,
    /// The form of its access tokens.
    #[serde(default)]
    pub access_token_format: AccessTokenFormat,
    /// How long its access tokens live; without it, as the tenant says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<Seconds>,
    /// How long its ID tokens are valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_lifetime: Option<Seconds>,
    /// How long its refresh tokens live when they are not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_idle_lifetime: Option<Seconds>,
    /// How long a grant to it lives at most, however often it is refreshed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_lifetime: Option<Seconds>,
    /// How long after a sign-in a session is good for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_lifetime: Option<Seconds>,
    /// Whether it must use PKCE; a public client always must.
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether the person is asked for consent.
    #[serde(default)]
    pub consent: ConsentPolicy,
    /// Signs people in again after this many seconds, unless the request says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<Seconds>,
    /// Whether its ID tokens always carry `auth_time`.
    #[serde(default)]
    pub require_auth_time: bool,
    /// `acr_values` of its requests that name none.
    #[serde(default)]
    pub default_acr_values: Vec<String>,
    /// Where a third party may begin a sign-in (OpenID Connect Core 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where it receives logout tokens, server to server (OpenID Connect Back-Channel Logout 2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether that must name the session.
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// What the browser opens when a session ends (OpenID Connect Front-Channel Logout 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether that must name the session.
    #[serde(default)]
    pub frontchannel_logout_session_required: bool,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// How the pages of its sign-ins look, where that is not as the tenant has it. Only operators set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// Addresses of those responsible for it, for the operator.
    #[serde(default)]
    pub contacts: Vec<String>,
    /// What software it is an instance of (RFC 7591 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// The version of that software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// The software statement with which it registered itself (RFC 7591 2.3), unmodified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_statement: Option<String>,
}

impl Client {
    /// A client of that id with the defaults of RFC 7591 and OpenID Connect Registration.
    #[must_use]
    pub fn new(client_id: ClientId) -> Self {
        Self {
            client_id,
            client_name: String::new(),
            redirect_uris: vec![],
            post_logout_redirect_uris: vec![],
            local_network_redirects: false,
            allowed_origins: vec![],
            refresh_token_cookie: false,
            native_sign_in: false,
            service_account: false,
            grant_types: vec![GrantType::AuthorizationCode],
            response_types: code_alone(),
            response_modes: ResponseMode::all(),
            application_type: ApplicationType::default(),
            token_endpoint_auth_method: AuthMethod::default(),
            token_endpoint_auth_method_pinned: false,
            token_endpoint_auth_signing_alg: None,
            jwks: None,
            jwks_uri: None,
            scope: Scope::default(),
            resources: vec![],
            serves: vec![],
            roles: vec![],
            claim_mappings: vec![],
            claims_in_id_token: false,
            subject_type: SubjectType::default(),
            sector_identifier_uri: None,
            id_token_signed_response_alg: rs256(),
            id_token_encrypted_response_alg: None,
            id_token_encrypted_response_enc: None,
            userinfo_signed_response_alg: None,
            userinfo_encrypted_response_alg: None,
            userinfo_encrypted_response_enc: None,
            request_object_signing_alg: None,
            request_object_encryption_alg: None,
            request_object_encryption_enc: None,
            require_signed_request_object: false,
            request_uris: vec![],
            access_token_signed_response_alg: es256(),
            access_token_format: AccessTokenFormat::default(),
            access_token_lifetime: None,
            id_token_lifetime: None,
            refresh_token_idle_lifetime: None,
            grant_lifetime: None,
            session_lifetime: None,
            require_pkce: false,
            consent: ConsentPolicy::default(),
            default_max_age: None,
            require_auth_time: false,
            default_acr_values: vec![],
            initiate_login_uri: None,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            client_uri: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            brand: None,
            contacts: vec![],
            software_id: None,
            software_version: None,
            software_statement: None,
        }
    }

    /// Its keys, if registered by value and not by `jwks_uri`; unusable keys are left out.
    #[must_use]
    pub fn key_set(&self) -> Option<JwkSet> {
        let jwks = self.jwks.as_ref()?;
        JwkSet::parse(jwks.to_string().as_bytes()).ok()
    }

    /// Whether it cannot keep a secret (RFC 6749 2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether it may use that grant.
    #[must_use]
    pub fn may(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    /// Whether it is told when a session ends, server to server or through the browser.
    #[must_use]
    pub fn hears_of_logout(&self) -> bool {
        self.backchannel_logout_uri.is_some() || self.frontchannel_logout_uri.is_some()
    }

    /// Whether its authorization requests need a `code_challenge` (RFC 7636, RFC 9700 2.1.1).
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.require_pkce || self.is_public()
    }
}

fn code_alone() -> Vec<ResponseType> {
    vec![ResponseType::CODE]
}

const fn rs256() -> SigningAlg {
    SigningAlg::By(Algorithm::RS256)
}

const fn es256() -> Algorithm {
    Algorithm::ES256
}
