//! The metadata of a client, as it is stored.

use credenza_protocol::claim_mapping::ClaimMapping;
use credenza_protocol::client::{
    self, AccessTokenFormat, ApplicationType, ConsentPolicy, GrantType, SigningAlg, SubjectType,
};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::response_mode::ResponseMode;
use credenza_protocol::response_type::ResponseType;
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Seconds;
use credenza_validator::algorithm::Algorithm;
use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use serde::{Deserialize, Serialize};

use super::brand::Brand;
use super::{Stored, known};

/// What is in `clients.metadata`. What is absent is as in a client of which nothing is said; grants, response types,
/// modes and claim mappings of a later version are passed over.
#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Client {
    client_id: ClientId,
    client_name: String,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    local_network_redirects: bool,
    allowed_origins: Vec<String>,
    refresh_token_cookie: bool,
    #[serde(default)]
    native_sign_in: bool,
    service_account: bool,
    #[serde(deserialize_with = "known")]
    grant_types: Vec<GrantType>,
    #[serde(deserialize_with = "known")]
    response_types: Vec<ResponseType>,
    #[serde(deserialize_with = "known")]
    response_modes: Vec<ResponseMode>,
    application_type: ApplicationType,
    token_endpoint_auth_method: AuthMethod,
    // Absent where an earlier version wrote the client: see `is_pinned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_endpoint_auth_method_pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_endpoint_auth_signing_alg: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    scope: Scope,
    resources: Vec<String>,
    serves: Vec<String>,
    roles: Vec<String>,
    #[serde(deserialize_with = "known")]
    claim_mappings: Vec<ClaimMapping>,
    claims_in_id_token: bool,
    subject_type: SubjectType,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector_identifier_uri: Option<String>,
    id_token_signed_response_alg: SigningAlg,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_encrypted_response_enc: Option<ContentEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_signed_response_alg: Option<SigningAlg>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_encrypted_response_enc: Option<ContentEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_object_signing_alg: Option<SigningAlg>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_object_encryption_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_object_encryption_enc: Option<ContentEncryption>,
    require_signed_request_object: bool,
    request_uris: Vec<String>,
    access_token_signed_response_alg: Algorithm,
    access_token_format: AccessTokenFormat,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_lifetime: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_lifetime: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_idle_lifetime: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_lifetime: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_lifetime: Option<Seconds>,
    require_pkce: bool,
    consent: ConsentPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_max_age: Option<Seconds>,
    require_auth_time: bool,
    default_acr_values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initiate_login_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_uri: Option<String>,
    backchannel_logout_session_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    frontchannel_logout_uri: Option<String>,
    frontchannel_logout_session_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<Brand>,
    contacts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    software_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    software_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    software_statement: Option<String>,
}

impl Default for Client {
    fn default() -> Self {
        Self::of(client::Client::new(ClientId::new(String::new())))
    }
}

impl Client {
    /// A client that an earlier version wrote had one method alone. If that was not the default, it was asked for.
    fn is_pinned(&self) -> bool {
        let asked_for = self.token_endpoint_auth_method == AuthMethod::ClientSecretPost;
        self.token_endpoint_auth_method_pinned.unwrap_or(asked_for)
    }
}

impl Stored for Client {
    type Value = client::Client;

    fn of(value: client::Client) -> Self {
        Self {
            client_id: value.client_id,
            client_name: value.client_name,
            redirect_uris: value.redirect_uris,
            post_logout_redirect_uris: value.post_logout_redirect_uris,
            local_network_redirects: value.local_network_redirects,
            allowed_origins: value.allowed_origins,
            refresh_token_cookie: value.refresh_token_cookie,
            native_sign_in: value.native_sign_in,
            service_account: value.service_account,
            grant_types: value.grant_types,
            response_types: value.response_types,
            response_modes: value.response_modes,
            application_type: value.application_type,
            token_endpoint_auth_method: value.token_endpoint_auth_method,
            token_endpoint_auth_method_pinned: Some(value.token_endpoint_auth_method_pinned),
            token_endpoint_auth_signing_alg: value.token_endpoint_auth_signing_alg,
            jwks: value.jwks,
            jwks_uri: value.jwks_uri,
            scope: value.scope,
            resources: value.resources,
            serves: value.serves,
            roles: value.roles,
            claim_mappings: value.claim_mappings,
            claims_in_id_token: value.claims_in_id_token,
            subject_type: value.subject_type,
            sector_identifier_uri: value.sector_identifier_uri,
            id_token_signed_response_alg: value.id_token_signed_response_alg,
            id_token_encrypted_response_alg: value.id_token_encrypted_response_alg,
            id_token_encrypted_response_enc: value.id_token_encrypted_response_enc,
            userinfo_signed_response_alg: value.userinfo_signed_response_alg,
            userinfo_encrypted_response_alg: value.userinfo_encrypted_response_alg,
            userinfo_encrypted_response_enc: value.userinfo_encrypted_response_enc,
            request_object_signing_alg: value.request_object_signing_alg,
            request_object_encryption_alg: value.request_object_encryption_alg,
            request_object_encryption_enc: value.request_object_encryption_enc,
            require_signed_request_object: value.require_signed_request_object,
            request_uris: value.request_uris,
            access_token_signed_response_alg: value.access_token_signed_response_alg,
            access_token_format: value.access_token_format,
            access_token_lifetime: value.access_token_lifetime,
            id_token_lifetime: value.id_token_lifetime,
            refresh_token_idle_lifetime: value.refresh_token_idle_lifetime,
            grant_lifetime: value.grant_lifetime,
            session_lifetime: value.session_lifetime,
            require_pkce: value.require_pkce,
            consent: value.consent,
            default_max_age: value.default_max_age,
            require_auth_time: value.require_auth_time,
            default_acr_values: value.default_acr_values,
            initiate_login_uri: value.initiate_login_uri,
            backchannel_logout_uri: value.backchannel_logout_uri,
            backchannel_logout_session_required: value.backchannel_logout_session_required,
            frontchannel_logout_uri: value.frontchannel_logout_uri,
            frontchannel_logout_session_required: value.frontchannel_logout_session_required,
            client_uri: value.client_uri,
            logo_uri: value.logo_uri,
            policy_uri: value.policy_uri,
            tos_uri: value.tos_uri,
            brand: value.brand.map(Brand::of),
            contacts: value.contacts,
            software_id: value.software_id,
            software_version: value.software_version,
            software_statement: value.software_statement,
        }
    }

    fn value(self) -> client::Client {
        let token_endpoint_auth_method_pinned = self.is_pinned();
        client::Client {
            client_id: self.client_id,
            client_name: self.client_name,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            local_network_redirects: self.local_network_redirects,
            allowed_origins: self.allowed_origins,
            refresh_token_cookie: self.refresh_token_cookie,
            native_sign_in: self.native_sign_in,
            service_account: self.service_account,
            grant_types: self.grant_types,
            response_types: self.response_types,
            response_modes: self.response_modes,
            application_type: self.application_type,
            token_endpoint_auth_method: self.token_endpoint_auth_method,
            token_endpoint_auth_method_pinned,
            token_endpoint_auth_signing_alg: self.token_endpoint_auth_signing_alg,
            jwks: self.jwks,
            jwks_uri: self.jwks_uri,
            scope: self.scope,
            resources: self.resources,
            serves: self.serves,
            roles: self.roles,
            claim_mappings: self.claim_mappings,
            claims_in_id_token: self.claims_in_id_token,
            subject_type: self.subject_type,
            sector_identifier_uri: self.sector_identifier_uri,
            id_token_signed_response_alg: self.id_token_signed_response_alg,
            id_token_encrypted_response_alg: self.id_token_encrypted_response_alg,
            id_token_encrypted_response_enc: self.id_token_encrypted_response_enc,
            userinfo_signed_response_alg: self.userinfo_signed_response_alg,
            userinfo_encrypted_response_alg: self.userinfo_encrypted_response_alg,
            userinfo_encrypted_response_enc: self.userinfo_encrypted_response_enc,
            request_object_signing_alg: self.request_object_signing_alg,
            request_object_encryption_alg: self.request_object_encryption_alg,
            request_object_encryption_enc: self.request_object_encryption_enc,
            require_signed_request_object: self.require_signed_request_object,
            request_uris: self.request_uris,
            access_token_signed_response_alg: self.access_token_signed_response_alg,
            access_token_format: self.access_token_format,
            access_token_lifetime: self.access_token_lifetime,
            id_token_lifetime: self.id_token_lifetime,
            refresh_token_idle_lifetime: self.refresh_token_idle_lifetime,
            grant_lifetime: self.grant_lifetime,
            session_lifetime: self.session_lifetime,
            require_pkce: self.require_pkce,
            consent: self.consent,
            default_max_age: self.default_max_age,
            require_auth_time: self.require_auth_time,
            default_acr_values: self.default_acr_values,
            initiate_login_uri: self.initiate_login_uri,
            backchannel_logout_uri: self.backchannel_logout_uri,
            backchannel_logout_session_required: self.backchannel_logout_session_required,
            frontchannel_logout_uri: self.frontchannel_logout_uri,
            frontchannel_logout_session_required: self.frontchannel_logout_session_required,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
            brand: self.brand.map(Brand::value),
            contacts: self.contacts,
            software_id: self.software_id,
            software_version: self.software_version,
            software_statement: self.software_statement,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_of_an_earlier_version_keeps_the_method_that_was_asked_for() {
        for (document, is_pinned) in [
            (r#"{"token_endpoint_auth_method":"client_secret_post"}"#, true),
            (r#"{"token_endpoint_auth_method":"client_secret_basic"}"#, false),
            (
                r#"{"token_endpoint_auth_method":"client_secret_post","token_endpoint_auth_method_pinned":false}"#,
                false,
            ),
            (
                r#"{"token_endpoint_auth_method":"client_secret_basic","token_endpoint_auth_method_pinned":true}"#,
                true,
            ),
        ] {
            let client = super::super::read::<Client>(document).unwrap();
            assert_eq!(client.token_endpoint_auth_method_pinned, is_pinned, "{document}");
        }
    }
}
