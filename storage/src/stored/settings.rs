//! The settings of a tenant, as they are stored.

use std::collections::BTreeMap;

use credenza_protocol::account_policy::{AccountDeletion, UnfitPassword};
use credenza_protocol::attribute::{AtSignUp, AttributeDefinition, AttributeType};
use credenza_protocol::client::AccessTokenFormat;
use credenza_protocol::language::Descriptions;
use credenza_protocol::resource_definition::{ResourceDefinition, ScopeDefinition};
use credenza_protocol::scope::Scope;
use credenza_protocol::sign_up::{SignUpIdentifier, SignUpPolicy};
use credenza_protocol::tenant::{
    Registration, RobotCheck, SecondFactor, SignInByMail, TenantSettings, TrustedIssuer,
};
use credenza_protocol::time::Seconds;
use serde::{Deserialize, Serialize};

use super::brand::Brand;
use super::{Stored, known, known_or_default};

/// What is in `tenants.settings`. What is absent has its default; a way to register clients or to sign up of a
/// later version is read as none.
#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_uri: Option<String>,
    #[serde(skip_serializing_if = "Brand::is_plain")]
    brand: Brand,
    code_lifetime: Seconds,
    access_token_lifetime: Seconds,
    id_token_lifetime: Seconds,
    refresh_token_idle_lifetime: Seconds,
    grant_lifetime: Seconds,
    session_lifetime: Seconds,
    session_idle_lifetime: Seconds,
    client_token_lifetime_limit: Seconds,
    client_grant_lifetime_limit: Seconds,
    login_lifetime: Seconds,
    recent_sign_in_lifetime: Seconds,
    account_editable_claims: Vec<String>,
    sign_in_by_email: bool,
    #[serde(deserialize_with = "known_or_default")]
    sign_in_by_mail: SignInByMail,
    passkeys: bool,
    #[serde(deserialize_with = "known_or_default")]
    second_factor: SecondFactor,
    trusted_browser_lifetime: Seconds,
    sign_in_notices: bool,
    #[serde(deserialize_with = "known_or_default")]
    robot_check: RobotCheck,
    #[serde(deserialize_with = "known_or_default")]
    sign_up: SignUpPolicy,
    #[serde(deserialize_with = "known_or_default")]
    sign_up_identifier: SignUpIdentifier,
    sign_up_allowed_domains: Vec<String>,
    sign_up_blocked_domains: Vec<String>,
    sign_up_disposable_addresses: bool,
    sign_up_approval: bool,
    sign_up_claims: Vec<String>,
    sign_up_required_claims: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_version: Option<String>,
    invitation_lifetime: Seconds,
    password_least_length: u32,
    password_least_score: u8,
    #[serde(deserialize_with = "known_or_default")]
    password_breached_at_sign_in: UnfitPassword,
    #[serde(deserialize_with = "known_or_default")]
    account_deletion: AccountDeletion,
    account_deletion_grace: u32,
    refresh_grace: Seconds,
    #[serde(deserialize_with = "known_or_default")]
    registration: Registration,
    registration_scope: Scope,
    registration_local_network_redirects: bool,
    registration_limit: u32,
    unused_client_lifetime: Seconds,
    software_statement_issuers: Vec<Issuer>,
    #[serde(deserialize_with = "known")]
    attributes: Vec<Attribute>,
    front_channel_tokens: bool,
    unsigned_request_objects: bool,
    unsigned_id_tokens: bool,
    symmetric_access_tokens: bool,
    webfinger_hosts: Vec<String>,
    #[serde(deserialize_with = "known")]
    resources: Vec<Resource>,
}

/// A resource that is described; one with a form of tokens of a later version is passed over.
#[derive(Serialize, Deserialize)]
struct Resource {
    resource: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    scopes: Vec<ResourceScope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_token_lifetime: Option<Seconds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_token_format: Option<AccessTokenFormat>,
    #[serde(default)]
    disabled: bool,
}

/// What one of its scopes means.
#[derive(Serialize, Deserialize)]
struct ResourceScope {
    scope: String,
    description: String,
    /// By language tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    translations: BTreeMap<String, String>,
}

impl ResourceScope {
    fn of(value: ScopeDefinition) -> Self {
        let ScopeDefinition { scope, description, translations: Descriptions(translations) } = value;
        Self { scope, description, translations }
    }

    fn value(self) -> ScopeDefinition {
        let Self { scope, description, translations } = self;
        ScopeDefinition { scope, description, translations: Descriptions(translations) }
    }
}

impl Resource {
    fn of(value: ResourceDefinition) -> Self {
        Self {
            resource: value.resource,
            name: value.name,
            scopes: value.scopes.into_iter().map(ResourceScope::of).collect(),
            access_token_lifetime: value.access_token_lifetime,
            access_token_format: value.access_token_format,
            disabled: value.disabled,
        }
    }

    fn value(self) -> ResourceDefinition {
        ResourceDefinition {
            resource: self.resource,
            name: self.name,
            scopes: self.scopes.into_iter().map(ResourceScope::value).collect(),
            access_token_lifetime: self.access_token_lifetime,
            access_token_format: self.access_token_format,
            disabled: self.disabled,
        }
    }
}

/// Somebody who vouches for clients.
#[derive(Serialize, Deserialize)]
struct Issuer {
    iss: String,
    jwks: serde_json::Value,
}

/// What people of the tenant may have; a type of a later version is passed over with its attribute.
#[derive(Serialize, Deserialize)]
struct Attribute {
    name: String,
    r#type: AttributeType,
    #[serde(default)]
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    searchable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    editable: bool,
    #[serde(default, deserialize_with = "known_or_default", skip_serializing_if = "AtSignUp::is_no")]
    sign_up: AtSignUp,
}

impl Attribute {
    fn of(value: AttributeDefinition) -> Self {
        let AttributeDefinition { name, value_type, description, scope, searchable, editable, sign_up } =
            value;
        Self { name, r#type: value_type, description, scope, searchable, editable, sign_up }
    }

    fn value(self) -> AttributeDefinition {
        let Self { name, r#type, description, scope, searchable, editable, sign_up } = self;
        AttributeDefinition { name, value_type: r#type, description, scope, searchable, editable, sign_up }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(TenantSettings::default())
    }
}

impl Stored for Settings {
    type Value = TenantSettings;

    fn of(value: TenantSettings) -> Self {
        let issuer = |issuer: TrustedIssuer| Issuer { iss: issuer.issuer, jwks: issuer.jwks };
        Self {
            display_name: value.display_name,
            home_uri: value.home_uri,
            brand: Brand::of(value.brand),
            code_lifetime: value.code_lifetime,
            access_token_lifetime: value.access_token_lifetime,
            id_token_lifetime: value.id_token_lifetime,
            refresh_token_idle_lifetime: value.refresh_token_idle_lifetime,
            grant_lifetime: value.grant_lifetime,
            session_lifetime: value.session_lifetime,
            session_idle_lifetime: value.session_idle_lifetime,
            client_token_lifetime_limit: value.client_token_lifetime_limit,
            client_grant_lifetime_limit: value.client_grant_lifetime_limit,
            login_lifetime: value.login_lifetime,
            recent_sign_in_lifetime: value.recent_sign_in_lifetime,
            account_editable_claims: value.account_editable_claims,
            sign_in_by_email: value.sign_in_by_email,
            sign_in_by_mail: value.sign_in_by_mail,
            passkeys: value.passkeys,
            second_factor: value.second_factor,
            trusted_browser_lifetime: value.trusted_browser_lifetime,
            sign_in_notices: value.sign_in_notices,
            robot_check: value.robot_check,
            sign_up: value.sign_up,
            sign_up_identifier: value.sign_up_identifier,
            sign_up_allowed_domains: value.sign_up_allowed_domains,
            sign_up_blocked_domains: value.sign_up_blocked_domains,
            sign_up_disposable_addresses: value.sign_up_disposable_addresses,
            sign_up_approval: value.sign_up_approval,
            sign_up_claims: value.sign_up_claims,
            sign_up_required_claims: value.sign_up_required_claims,
            terms_version: value.terms_version,
            invitation_lifetime: value.invitation_lifetime,
            password_least_length: value.password_least_length,
            password_least_score: value.password_least_score,
            password_breached_at_sign_in: value.password_breached_at_sign_in,
            account_deletion: value.account_deletion,
            account_deletion_grace: value.account_deletion_grace,
            refresh_grace: value.refresh_grace,
            registration: value.registration,
            registration_scope: value.registration_scope,
            registration_local_network_redirects: value.registration_local_network_redirects,
            registration_limit: value.registration_limit,
            unused_client_lifetime: value.unused_client_lifetime,
            software_statement_issuers: value.software_statement_issuers.into_iter().map(issuer).collect(),
            attributes: value.attributes.into_iter().map(Attribute::of).collect(),
            front_channel_tokens: value.front_channel_tokens,
            unsigned_request_objects: value.unsigned_request_objects,
            unsigned_id_tokens: value.unsigned_id_tokens,
            symmetric_access_tokens: value.symmetric_access_tokens,
            webfinger_hosts: value.webfinger_hosts,
            resources: value.resources.into_iter().map(Resource::of).collect(),
        }
    }

    fn value(self) -> TenantSettings {
        let issuer = |issuer: Issuer| TrustedIssuer { issuer: issuer.iss, jwks: issuer.jwks };
        TenantSettings {
            display_name: self.display_name,
            home_uri: self.home_uri,
            brand: self.brand.value(),
            code_lifetime: self.code_lifetime,
            access_token_lifetime: self.access_token_lifetime,
            id_token_lifetime: self.id_token_lifetime,
            refresh_token_idle_lifetime: self.refresh_token_idle_lifetime,
            grant_lifetime: self.grant_lifetime,
            session_lifetime: self.session_lifetime,
            session_idle_lifetime: self.session_idle_lifetime,
            client_token_lifetime_limit: self.client_token_lifetime_limit,
            client_grant_lifetime_limit: self.client_grant_lifetime_limit,
            login_lifetime: self.login_lifetime,
            recent_sign_in_lifetime: self.recent_sign_in_lifetime,
            account_editable_claims: self.account_editable_claims,
            sign_in_by_email: self.sign_in_by_email,
            sign_in_by_mail: self.sign_in_by_mail,
            passkeys: self.passkeys,
            second_factor: self.second_factor,
            trusted_browser_lifetime: self.trusted_browser_lifetime,
            sign_in_notices: self.sign_in_notices,
            robot_check: self.robot_check,
            sign_up: self.sign_up,
            sign_up_identifier: self.sign_up_identifier,
            sign_up_allowed_domains: self.sign_up_allowed_domains,
            sign_up_blocked_domains: self.sign_up_blocked_domains,
            sign_up_disposable_addresses: self.sign_up_disposable_addresses,
            sign_up_approval: self.sign_up_approval,
            sign_up_claims: self.sign_up_claims,
            sign_up_required_claims: self.sign_up_required_claims,
            terms_version: self.terms_version,
            invitation_lifetime: self.invitation_lifetime,
            password_least_length: self.password_least_length,
            password_least_score: self.password_least_score,
            password_breached_at_sign_in: self.password_breached_at_sign_in,
            account_deletion: self.account_deletion,
            account_deletion_grace: self.account_deletion_grace,
            refresh_grace: self.refresh_grace,
            registration: self.registration,
            registration_scope: self.registration_scope,
            registration_local_network_redirects: self.registration_local_network_redirects,
            registration_limit: self.registration_limit,
            unused_client_lifetime: self.unused_client_lifetime,
            software_statement_issuers: self.software_statement_issuers.into_iter().map(issuer).collect(),
            attributes: self.attributes.into_iter().map(Attribute::value).collect(),
            front_channel_tokens: self.front_channel_tokens,
            unsigned_request_objects: self.unsigned_request_objects,
            unsigned_id_tokens: self.unsigned_id_tokens,
            symmetric_access_tokens: self.symmetric_access_tokens,
            webfinger_hosts: self.webfinger_hosts,
            resources: self.resources.into_iter().map(Resource::value).collect(),
        }
    }
}
