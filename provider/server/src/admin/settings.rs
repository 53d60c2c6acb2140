//! What an operator sets for a tenant, and its limits.

use credenza_protocol::admin_roles::administrative;
use credenza_protocol::attribute::check_definitions;
use credenza_protocol::own_profile;
use credenza_protocol::redirect_uri::check_web_uri;
use credenza_protocol::resource_definition;
use credenza_protocol::sign_up::is_domain;
use credenza_protocol::tenant::{TenantSettings, TrustedIssuer};
use credenza_protocol::terms::is_version;
use credenza_protocol::time::Seconds;
use credenza_protocol::webfinger::is_host;
use credenza_validator::JwkSet;
use serde_json::{Map, Value};

use super::document::{self, Invalid};
use super::{InvalidField, text};

/// RFC 6749 4.1.2 recommends that a code lives for ten minutes at most.
const LONGEST_CODE: Seconds = Seconds(600);
/// The longest name that people see, in characters.
const MAX_NAME: usize = 200;
/// More characters than this are not asked of a password.
const LONGEST_LEAST: usize = 128;
/// How many days an account may wait for its deletion.
pub(super) const LONGEST_GRACE_DAYS: u32 = 365;
/// How long a browser may be trusted: a year.
const LONGEST_TRUST: Seconds = Seconds(365 * 86_400);
/// The longest address, in characters.
const MAX_URI: usize = 2000;

/// The settings with other values for the members that are named. They are not checked yet: `create` and `update` of
/// [`super::tenants`] do that.
///
/// # Errors
/// [`Invalid`]: a name that is unknown, or a value of the wrong type.
pub fn with_changes(
    settings: &TenantSettings,
    changes: Map<String, Value>,
) -> Result<TenantSettings, Invalid> {
    document::with_changes(settings, &TenantSettings::default(), changes)
}

/// Everything that is wrong with the settings.
pub(super) fn faults(settings: &TenantSettings) -> Vec<InvalidField> {
    let mut faults = vec![];
    faults.extend(text::check("display_name", &settings.display_name, MAX_NAME).err());
    faults.extend(settings.home_uri.as_deref().and_then(home));
    faults.extend(settings.brand.faults().into_iter().map(InvalidField::from));
    faults.extend(lifetimes(settings));
    faults.extend(check_definitions(&settings.attributes).map_err(InvalidField::from).err());
    faults.extend(resource_definition::check(&settings.resources).map_err(InvalidField::from).err());
    if !administrative(&settings.registration_scope).is_empty() {
        let why = "must not hold scopes of the admin API: whoever registers themselves would have them";
        faults.push(InvalidField::new("registration_scope", why));
    }
    faults.extend(settings.software_statement_issuers.iter().filter_map(|trusted| issuer(trusted).err()));
    faults.extend(settings.webfinger_hosts.iter().filter(|host| !is_host(host)).map(|host| {
        let why =
            "must be a host in lower case and ASCII, such as example.com, with a port where it is not 443";
        InvalidField::new("webfinger_hosts", why).of(host)
    }));
    faults.extend(sign_up(settings));
    let claims = settings.account_editable_claims.iter().filter(|claim| !own_profile::is_editable(claim));
    faults.extend(new_accounts(settings));
    faults.extend(claims.map(|claim| {
        let why = "must be `email` or a claim that people can edit: a text of OpenID Connect Core 5.1";
        InvalidField::new("account_editable_claims", why).of(claim)
    }));
    faults
}

/// What is wrong with what is set for accounts and passwords that people choose.
fn sign_up(settings: &TenantSettings) -> impl Iterator<Item = InvalidField> {
    let domains = [
        ("sign_up_allowed_domains", &settings.sign_up_allowed_domains),
        ("sign_up_blocked_domains", &settings.sign_up_blocked_domains),
    ];
    let domains = domains.into_iter().flat_map(|(field, domains)| {
        let wrong = domains.iter().filter(|domain| !is_domain(domain));
        let why = "must be a domain in lower case and ASCII, such as example.com";
        wrong.map(move |domain| InvalidField::new(field, why).of(domain))
    });
    let length = usize::try_from(settings.password_least_length).unwrap_or(usize::MAX);
    let length = (!(1..=LONGEST_LEAST).contains(&length))
        .then(|| InvalidField::new("password_least_length", format!("must be from 1 to {LONGEST_LEAST}")));
    let score = (settings.password_least_score > 4)
        .then(|| InvalidField::new("password_least_score", "must be from 0 to 4"));
    let grace = (settings.account_deletion_grace > LONGEST_GRACE_DAYS).then(|| {
        InvalidField::new("account_deletion_grace", format!("must be at most {LONGEST_GRACE_DAYS} days"))
    });
    domains.chain(length).chain(score).chain(grace)
}

/// What is wrong with what people are asked for when they make an account, and with the terms.
fn new_accounts(settings: &TenantSettings) -> impl Iterator<Item = InvalidField> {
    let (asked, required) = (&settings.sign_up_claims, &settings.sign_up_required_claims);
    let is_wrong = |(place, claim): &(usize, &String)| {
        !own_profile::CLAIMS.contains(&claim.as_str())
            || asked.iter().take(*place).any(|other| other == *claim)
    };
    let wrong = asked.iter().enumerate().filter(is_wrong).map(|(_, claim)| {
        let why =
            "must be a claim that people can edit, a text of OpenID Connect Core 5.1, and stand there once";
        InvalidField::new("sign_up_claims", why).of(claim)
    });
    let unasked = required.iter().filter(|claim| !asked.contains(claim));
    let unasked = unasked.map(|claim| {
        InvalidField::new("sign_up_required_claims", "must be in `sign_up_claims` as well").of(claim)
    });
    let terms = settings.terms_version.as_deref().and_then(|version| {
        let why = match (is_version(version), &settings.brand.tos_uri) {
            (false, _) => "must be 1 to 64 characters of ASCII without spaces, such as 2026-12-01",
            (true, None) => "needs `brand.tos_uri`, where people read the terms",
            (true, Some(_)) => return None,
        };
        Some(InvalidField::new("terms_version", why).of(version))
    });
    wrong.chain(unasked).chain(terms)
}

/// A link for people, as those of clients are.
fn home(uri: &str) -> Option<InvalidField> {
    const FIELD: &str = "home_uri";
    match text::check(FIELD, uri, MAX_URI) {
        Err(invalid) => Some(invalid),
        Ok(()) => check_web_uri(uri).err().map(|why| InvalidField::new(FIELD, why.to_string()).of(uri)),
    }
}

fn lifetimes(settings: &TenantSettings) -> impl Iterator<Item = InvalidField> {
    let positive = [
        ("code_lifetime", settings.code_lifetime),
        ("access_token_lifetime", settings.access_token_lifetime),
        ("id_token_lifetime", settings.id_token_lifetime),
        ("refresh_token_idle_lifetime", settings.refresh_token_idle_lifetime),
        ("grant_lifetime", settings.grant_lifetime),
        ("session_lifetime", settings.session_lifetime),
        ("session_idle_lifetime", settings.session_idle_lifetime),
        ("login_lifetime", settings.login_lifetime),
        ("recent_sign_in_lifetime", settings.recent_sign_in_lifetime),
        ("invitation_lifetime", settings.invitation_lifetime),
    ];
    let positive = positive.into_iter().filter(|(_, lifetime)| *lifetime <= Seconds(0));
    let positive = positive.map(|(field, _)| InvalidField::new(field, "must be more than zero seconds"));
    let code = (settings.code_lifetime > LONGEST_CODE)
        .then(|| InvalidField::new("code_lifetime", "must be at most 600 seconds (RFC 6749 4.1.2)"));
    let grace = (settings.refresh_grace < Seconds(0))
        .then(|| InvalidField::new("refresh_grace", "must be zero seconds or more"));
    let unused = (settings.unused_client_lifetime < Seconds(0)).then(|| {
        InvalidField::new("unused_client_lifetime", "must be zero seconds, which means forever, or more")
    });
    let limits = [
        ("client_token_lifetime_limit", settings.client_token_lifetime_limit),
        ("client_grant_lifetime_limit", settings.client_grant_lifetime_limit),
    ];
    let limits = limits.into_iter().filter(|(_, limit)| *limit < Seconds(0));
    let limits = limits.map(|(field, _)| InvalidField::new(field, "must be zero seconds or more"));
    let trust = (!(Seconds(0)..=LONGEST_TRUST).contains(&settings.trusted_browser_lifetime)).then(|| {
        let why = format!("must be from 0 to {} seconds, which is a year", LONGEST_TRUST.0);
        InvalidField::new("trusted_browser_lifetime", why)
    });
    positive.chain(trust).chain(code).chain(grace).chain(unused).chain(limits)
}

/// An issuer without a usable key could never vouch for anything.
fn issuer(trusted: &TrustedIssuer) -> Result<(), InvalidField> {
    const FIELD: &str = "software_statement_issuers";
    text::check(FIELD, &trusted.issuer, MAX_NAME)
        .map_err(|invalid| InvalidField { why: format!("iss {}", invalid.why), ..invalid })?;
    let wrong = |why: String| InvalidField::new(FIELD, why).of(&*trusted.issuer);
    match JwkSet::parse(trusted.jwks.to_string().as_bytes()) {
        Ok(set) if !set.keys.is_empty() => Ok(()),
        Ok(_) => Err(wrong("has no key in jwks that can be used".to_owned())),
        Err(error) => Err(wrong(format!("has a jwks that cannot be read: {error}"))),
    }
}
