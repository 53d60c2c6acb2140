//! A tenant: an issuer of its own, with its own keys, clients, users and settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account_policy::{AccountDeletion, UnfitPassword};
use crate::attribute::AttributeDefinition;
use crate::brand::Brand;
use crate::client::DEFAULT_SCOPE;
use crate::ids::TenantId;
use crate::resource_definition::ResourceDefinition;
use crate::scope::Scope;
use crate::sign_up::{AddressPolicy, SignUpIdentifier, SignUpPolicy};
use crate::time::{Seconds, Time};
use crate::version::Version;

/// The name of the tenant at the root of the host.
pub const DEFAULT_TENANT: &str = "default";

/// The claims that people may edit by default.
const EDITABLE: [&str; 7] = ["name", "given_name", "family_name", "nickname", "locale", "zoneinfo", "email"];

/// A tenant and its settings.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Tenant {
    /// Its key in storage; a tenant created again under the same name is another tenant.
    pub tenant_id: TenantId,
    /// Its name in URLs: `/t/{name}`; `default` stands at the root.
    pub name: String,
    /// Its settings.
    pub settings: TenantSettings,
    /// When it was created.
    pub created_at: Time,
    /// When it was disabled; it answers nothing then.
    pub disabled_at: Option<Time>,
    /// How often it was changed.
    #[serde(default)]
    pub version: Version,
}

/// Settings of a tenant. Lifetimes are in seconds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// The name shown on the pages.
    pub display_name: String,
    /// Web address at which people begin, such as a portal: `/` redirects there, and pages that end a sign-in link to it
    /// where the application has registered no address of its own. Without it, `/` is a page of the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub home_uri: Option<String>,
    /// How the pages look.
    pub brand: Brand,
    /// How long an authorization code lives; RFC 9700 and ASVS 10.4.3 ask for a minute at most.
    pub code_lifetime: Seconds,
    /// How long an access token lives.
    pub access_token_lifetime: Seconds,
    /// How long an ID token is valid.
    pub id_token_lifetime: Seconds,
    /// How long a refresh token lives when it is not used.
    pub refresh_token_idle_lifetime: Seconds,
    /// How long a grant lives at most, however often it is refreshed (ASVS 10.4.8).
    pub grant_lifetime: Seconds,
    /// How long a session lives at most.
    pub session_lifetime: Seconds,
    /// How long a session lives when it is not used.
    pub session_idle_lifetime: Seconds,
    /// How long access and ID tokens of a client may live at most that has lifetimes of its own; 0 for no longer than
    /// those of the tenant. Revocations and replaced keys are kept for as long.
    pub client_token_lifetime_limit: Seconds,
    /// The same for its grants, and for its refresh tokens that are not used.
    pub client_grant_lifetime_limit: Seconds,
    /// How long a login may take.
    pub login_lifetime: Seconds,
    /// How long after a sign-in people may do what matters most on their own account, such as changing the address of mail;
    /// later they are asked to sign in again first.
    pub recent_sign_in_lifetime: Seconds,
    /// The claims that people may edit on their own account; `email` for another address, which counts once it is proven. The
    /// attributes that they may edit say so themselves.
    pub account_editable_claims: Vec<String>,
    /// Whether people may sign in with an email address that is verified and no other account has, and not only with
    /// their username.
    pub sign_in_by_email: bool,
    /// Whether people may sign in by a link or a code that is mailed to them; mail must be configured.
    pub sign_in_by_mail: SignInByMail,
    /// Whether people may add passkeys and sign in with them. They are bound to the host of the issuer, which must be a name and
    /// no address.
    pub passkeys: bool,
    /// Whether a second factor is asked for after a password or a mail: the code of an application, or a passkey.
    pub second_factor: SecondFactor,
    /// For how long people may have a browser remembered, in which they are not asked for the second factor again; 0 for not at
    /// all. A shorter time counts for those that are remembered already.
    pub trusted_browser_lifetime: Seconds,
    /// Whether people are told by mail of a sign-in in a browser that their account has not signed in from.
    pub sign_in_notices: bool,
    /// How somebody shows that they are no robot where they sign up, ask for mail, or sign in after several failures.
    pub robot_check: RobotCheck,
    /// Who may make an account; mail must be configured. Whom an operator has invited may in any case.
    pub sign_up: SignUpPolicy,
    /// What these people sign in with.
    pub sign_up_identifier: SignUpIdentifier,
    /// The domains of the addresses from which people may sign up, each without those below it; without any, every domain
    /// that is not refused.
    pub sign_up_allowed_domains: Vec<String>,
    /// The domains from which nobody may sign up, each with those below it.
    pub sign_up_blocked_domains: Vec<String>,
    /// Whether people may sign up with an address of a service that lends mailboxes for a short time.
    pub sign_up_disposable_addresses: bool,
    /// Whether an operator must approve an account that its owner has made, before it can be used.
    pub sign_up_approval: bool,
    /// The claims that people are asked for when they make their account, in the order of this list. Attributes say so themselves.
    pub sign_up_claims: Vec<String>,
    /// Those of them without which no account is made.
    pub sign_up_required_claims: Vec<String>,
    /// The version of the terms at `brand.tos_uri`, such as `2026-12-01`. People accept it when they make their account, and at
    /// the next sign-in after it has changed. Without it, nobody is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub terms_version: Option<String>,
    /// How long the link of an invitation is good, if the operator does not say.
    pub invitation_lifetime: Seconds,
    /// How many characters a password must have that a person chooses. NIST SP 800-63B-4 asks for 15 where it is the only
    /// proof.
    pub password_least_length: u32,
    /// How hard such a password must be to guess, from 0 to 4 as zxcvbn estimates it; common passwords and the person's own
    /// names count as known. 0 refuses nothing.
    pub password_least_score: u8,
    /// What happens at a sign-in with a password that could not be chosen today, as it is known from a breach or the
    /// tenant asks for a better one by now.
    pub password_breached_at_sign_in: UnfitPassword,
    /// Whether people may delete their own account.
    pub account_deletion: AccountDeletion,
    /// How many days they have to keep it after all; with 0, it is deleted at once.
    pub account_deletion_grace: u32,
    /// The grace period in which a spent refresh token gets its child again, for lost replies.
    pub refresh_grace: Seconds,
    /// Who may register clients by themselves (RFC 7591).
    pub registration: Registration,
    /// The scopes of clients that register themselves.
    pub registration_scope: Scope,
    /// Whether clients that register themselves may have redirect URIs that are http in a local network.
    pub registration_local_network_redirects: bool,
    /// How many clients may register from one address within an hour without an initial access token.
    pub registration_limit: u32,
    /// How long a self-registered client that was never used is kept; 0 means forever.
    pub unused_client_lifetime: Seconds,
    /// The trusted issuers of software statements (RFC 7591 2.3).
    pub software_statement_issuers: Vec<TrustedIssuer>,
    /// What is known of people beyond the standard claims: a list of names and types, and the scope that brings each.
    pub attributes: Vec<AttributeDefinition>,
    /// Whether clients may have the implicit and hybrid flows: tokens that pass through the browser, which RFC
    /// 9700 2.1.2 advises against.
    pub front_channel_tokens: bool,
    /// Whether unsigned request objects are accepted from clients that are not registered to sign them.
    pub unsigned_request_objects: bool,
    /// Whether clients may have ID tokens without a signature, from the token endpoint alone.
    pub unsigned_id_tokens: bool,
    /// Whether access tokens for a resource that has a secret (`credenza resource-secret`) are signed with it, by HS256, for
    /// services that cannot read public keys.
    pub symmetric_access_tokens: bool,
    /// The hosts whose people WebFinger says to have this issuer (RFC 7033), such as `example.com` for
    /// `acct:ada@example.com`; with a port where it is not 443. Without any, it says nothing.
    pub webfinger_hosts: Vec<String>,
    /// The resources (RFC 8707) that are described: their scopes in words, and what tokens for them are like. `credenza
    /// resource` changes them one by one.
    pub resources: Vec<ResourceDefinition>,
}

/// Whether people may sign in by what is mailed to them.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInByMail {
    /// They sign in by other ways.
    #[default]
    Off,
    /// They may ask for it on the sign-in page.
    On,
}

/// Whether a second factor is asked for.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SecondFactorPolicy")]
pub enum SecondFactor {
    /// Nobody is asked, but for an application that asks for more than a password.
    Off,
    /// Whoever has added an application that shows codes is asked.
    #[default]
    Optional,
    /// Everybody is asked; whoever has none adds one when they sign in.
    Required,
}

/// How somebody shows that they are no robot.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RobotCheckPolicy")]
pub enum RobotCheck {
    /// Nobody has to.
    #[default]
    Off,
    /// The browser computes for a second, without anybody noticing; without JavaScript, the person waits for a while.
    ProofOfWork,
    /// The CAPTCHA of the configuration file; where there is none, as with `proof_of_work`.
    Captcha,
}

/// Who may register clients by themselves (RFC 7591 3).
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RegistrationPolicy")]
pub enum Registration {
    /// Nobody.
    #[default]
    Closed,
    /// Clients with an initial access token.
    Token,
    /// Everybody.
    Open,
}

/// A trusted issuer of software statements.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuer {
    /// `iss` of the statements.
    #[serde(rename = "iss")]
    pub issuer: String,
    /// Its public keys, a JWK set.
    pub jwks: serde_json::Value,
}

impl TenantSettings {
    /// Whether people may edit that claim on their own account.
    #[must_use]
    pub fn lets_people_edit(&self, claim: &str) -> bool {
        self.account_editable_claims.iter().any(|editable| editable == claim)
    }

    /// The addresses with which people may sign up.
    #[must_use]
    pub fn sign_up_addresses(&self) -> AddressPolicy<'_> {
        AddressPolicy {
            allowed: &self.sign_up_allowed_domains,
            blocked: &self.sign_up_blocked_domains,
            disposable: self.sign_up_disposable_addresses,
        }
    }
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            display_name: "Credenza".to_owned(),
            home_uri: None,
            brand: Brand::default(),
            code_lifetime: Seconds(60),
            access_token_lifetime: Seconds(600),
            id_token_lifetime: Seconds(3600),
            refresh_token_idle_lifetime: Seconds(30 * 86_400),
            grant_lifetime: Seconds(365 * 86_400),
            session_lifetime: Seconds(30 * 86_400),
            session_idle_lifetime: Seconds(86_400),
            client_token_lifetime_limit: Seconds(0),
            client_grant_lifetime_limit: Seconds(0),
            login_lifetime: Seconds(1800),
            recent_sign_in_lifetime: Seconds(600),
            account_editable_claims: EDITABLE.map(str::to_owned).to_vec(),
            sign_in_by_email: true,
            sign_in_by_mail: SignInByMail::default(),
            passkeys: true,
            second_factor: SecondFactor::default(),
            trusted_browser_lifetime: Seconds(0),
            sign_in_notices: false,
            robot_check: RobotCheck::default(),
            sign_up: SignUpPolicy::default(),
            sign_up_identifier: SignUpIdentifier::default(),
            sign_up_allowed_domains: vec![],
            sign_up_blocked_domains: vec![],
            sign_up_disposable_addresses: false,
            sign_up_approval: false,
            sign_up_claims: vec![],
            sign_up_required_claims: vec![],
            terms_version: None,
            invitation_lifetime: Seconds(7 * 86_400),
            password_least_length: 15,
            password_least_score: 2,
            password_breached_at_sign_in: UnfitPassword::default(),
            account_deletion: AccountDeletion::default(),
            account_deletion_grace: 14,
            refresh_grace: Seconds(10),
            registration: Registration::default(),
            registration_scope: Scope::stored(DEFAULT_SCOPE),
            registration_local_network_redirects: false,
            registration_limit: 300,
            unused_client_lifetime: Seconds(30 * 86_400),
            software_statement_issuers: vec![],
            attributes: vec![],
            front_channel_tokens: false,
            unsigned_request_objects: false,
            unsigned_id_tokens: false,
            symmetric_access_tokens: false,
            webfinger_hosts: vec![],
            resources: vec![],
        }
    }
}

/// Whether a name can be that of a tenant in a URL path: 1 to 63 of `a-z 0-9 -`, not at the ends.
#[must_use]
pub fn is_tenant_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let legal = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    !bytes.is_empty()
        && bytes.len() <= 63
        && bytes.iter().all(legal)
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

#[cfg(test)]
mod tests {
    use super::is_tenant_name;

    #[test]
    fn tenant_names() {
        for good in ["default", "a", "acme-2", &"x".repeat(63)] {
            assert!(is_tenant_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a/b", "ä", &"x".repeat(64)] {
            assert!(!is_tenant_name(bad), "{bad}");
        }
    }
}
