//! The settings that the rules read, checked: everything that RFC 8725 asks a verifier to decide is decided here.

use crate::claims::Places;
use crate::detail::{Detail, Refusal};
use crate::settings::{Bundle, ClaimNames, MAX_CACHE_SIZE, Settings, SettingsError, TokenType};
use crate::sources::Address;
use crate::{Algorithm, Rule, fetch, jws, jwt};

/// Claims that may be made optional.
const OPTIONAL: [&str; 5] = ["aud", "client_id", "iat", "jti", "sub"];

/// What tokens must look like.
pub(super) struct Rules {
    address: Address,
    pub(super) bundle: Bundle,
    pub(super) places: Places,
    pub(super) audience: Vec<String>,
    /// The clients whose access tokens are accepted; any where there are none.
    pub(super) client_ids: Vec<String>,
    pub(super) client_id: Option<String>,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) token_types: Vec<TokenType>,
    optional_claims: Vec<String>,
    pub(super) leeway: i64,
    pub(super) max_token_age: Option<i64>,
    pub(super) max_token_bytes: usize,
    pub(super) realm: Option<String>,
    pub(super) resource_metadata: Option<String>,
    pub(super) claim_names: ClaimNames,
    /// The algorithms of DPoP proofs, for challenges; none where DPoP is not supported.
    pub(super) dpop_algs: Option<String>,
    pub(super) dpop_required: bool,
}

impl Rules {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        check_names(settings)?;
        check_numbers(settings)?;
        check_urls(settings)?;
        let dpop = settings.dpop.as_ref();
        let bundle = settings.profile.bundle();
        Ok(Self {
            address: Address::new(settings),
            places: places(&bundle, &settings.claim_names),
            client_ids: settings.client_ids.clone(),
            audience: settings.audience.as_slice().to_vec(),
            client_id: settings.client_id.clone(),
            algorithms: algorithms(settings)?,
            token_types: settings.token_types.clone().unwrap_or_else(|| bundle.token_types.to_vec()),
            optional_claims: settings.optional_claims.clone(),
            leeway: settings.leeway,
            max_token_age: settings.max_token_age,
            max_token_bytes: settings.max_token_bytes,
            realm: settings.realm.clone(),
            resource_metadata: settings.resource_metadata.clone(),
            claim_names: settings.claim_names.clone(),
            dpop_algs: dpop.map(|dpop| names(&dpop.algorithms)),
            dpop_required: dpop.is_some_and(|dpop| dpop.required),
            bundle,
        })
    }

    /// Whether tokens of the issuer may call it so.
    pub(super) fn is_issuer(&self, iss: &str) -> bool {
        self.address.is(iss)
    }

    /// How tokens may call the issuer.
    pub(super) fn spellings(&self) -> Vec<&str> {
        self.address.spellings()
    }

    /// Whether a token is of the issuer.
    pub(super) fn check_issuer(&self, iss: &str) -> Result<(), Refusal> {
        if self.address.is(iss) {
            return Ok(());
        }
        Err(Rule::Iss.because(Detail::of("iss").found([iss]).wanted(self.address.spellings())))
    }

    /// Whether a claim that RFC 9068 requires may be missing.
    pub(super) fn is_optional(&self, claim: &str) -> bool {
        self.optional_claims.iter().any(|name| name == claim)
    }
}

/// Where scopes and client stand: as the settings say, or else the profile.
fn places(bundle: &Bundle, names: &ClaimNames) -> Places {
    let of = |own: &Option<String>, usual: &[&str]| match own {
        Some(name) => vec![name.clone()],
        None => usual.iter().map(|&name| name.to_owned()).collect(),
    };
    Places {
        scopes: of(&names.scope, bundle.scopes),
        scope_lists: bundle.scope_lists || names.scope.is_some(),
        client: of(&names.client, bundle.client),
    }
}

fn names(algorithms: &[Algorithm]) -> String {
    algorithms.iter().map(|alg| alg.as_str()).collect::<Vec<_>>().join(" ")
}

fn check_names(settings: &Settings) -> Result<(), SettingsError> {
    let audience = settings.audience.as_slice();
    let by_client = settings.profile.bundle().by_client && !settings.client_ids.is_empty();
    if audience.is_empty() && settings.client_id.is_none() && !by_client {
        return Err(SettingsError::new("audience", "is needed: the name of this service in tokens"));
    }
    if audience.iter().any(|name| name.is_empty() || name == "*") {
        return Err(SettingsError::new("audience", "has to be exact names"));
    }
    if settings.client_id.as_deref() == Some("") {
        return Err(SettingsError::new("client_id", "is empty"));
    }
    if audience.is_empty() && !settings.client_ids.is_empty() && !by_client {
        return Err(SettingsError::new("audience", "is needed beside `client_ids`, but for Cognito"));
    }
    if let Some(types) = &settings.token_types {
        if types.is_empty() {
            return Err(SettingsError::new("token_types", "is empty"));
        }
        if let Some(other) = types.iter().find(|typ| typ.is_of_another_kind()) {
            let reason = format!("{:?} is no type of access tokens", other.as_str());
            return Err(SettingsError::new("token_types", reason));
        }
    }
    check_lists(settings)?;
    match settings.optional_claims.iter().find(|name| !OPTIONAL.contains(&name.as_str())) {
        Some(name) => Err(SettingsError::new("optional_claims", format!("{name} cannot be optional"))),
        None if settings.introspection.is_none()
            && settings.optional_claims.iter().any(|name| name == "aud") =>
        {
            Err(SettingsError::new("optional_claims", "aud can be optional with introspection alone"))
        }
        None => Ok(()),
    }
}

fn check_numbers(settings: &Settings) -> Result<(), SettingsError> {
    if !(0..=jwt::MAX_LEEWAY).contains(&settings.leeway) {
        return Err(SettingsError::new("leeway", "has to be 0 to 300 seconds"));
    }
    if settings.max_token_age.is_some_and(|age| age < 1) {
        return Err(SettingsError::new("max_token_age", "has to be 1 second at least"));
    }
    if !(64..=jws::MAX_BYTES).contains(&settings.max_token_bytes) {
        return Err(SettingsError::new("max_token_bytes", "has to be 64 to 65536"));
    }
    if settings.cache_size > MAX_CACHE_SIZE {
        return Err(SettingsError::new("cache_size", "has to be 1000000 at most"));
    }
    let cache = &settings.key_cache;
    let ordered = 1 <= cache.cooldown
        && cache.cooldown <= cache.refresh_after
        && cache.refresh_after <= cache.max_age
        && cache.max_age <= cache.max_stale;
    if ordered {
        Ok(())
    } else {
        Err(SettingsError::new("key_cache", "has to rise: cooldown, refresh_after, max_age, max_stale"))
    }
}

fn check_urls(settings: &Settings) -> Result<(), SettingsError> {
    check_issuer(settings)?;
    if settings.jwks_uri.as_deref().is_some_and(|url| !fetch::acceptable(url, settings.allow_http)) {
        return Err(SettingsError::new("jwks_uri", "has to be an https URL"));
    }
    if settings.keys.is_some() && settings.keys_pem.is_some() {
        return Err(SettingsError::new("keys_pem", "contradicts `keys`"));
    }
    if settings.has_pinned_keys() && settings.jwks_uri.is_some() {
        return Err(SettingsError::new("jwks_uri", "contradicts `keys` and `keys_pem`"));
    }
    Ok(())
}

/// Nothing is fetched from an issuer whose keys are given, and which is asked nothing: it may have any name (RFC 7519
/// section 4.1.1).
fn check_issuer(settings: &Settings) -> Result<(), SettingsError> {
    let Address { base, .. } = &Address::new(settings);
    let asks = settings.introspection.as_ref().is_some_and(|own| own.endpoint.is_none());
    let is_name = (settings.has_pinned_keys() || settings.has_secret()) && !asks;
    let acceptable = fetch::acceptable(base, settings.allow_http) && !base.contains('?');
    let plain = !["", "*"].contains(&settings.issuer.as_str()) && !settings.issuer.contains(char::is_control);
    if acceptable || (is_name && plain && !settings.issuer.contains("://")) {
        Ok(())
    } else {
        Err(SettingsError::new("issuer", "has to be an https URL without query and fragment"))
    }
}

/// Lists of names that stand for trust.
fn check_lists(settings: &Settings) -> Result<(), SettingsError> {
    for (name, list) in [("client_ids", &settings.client_ids), ("tenants", &settings.tenants)] {
        if list.iter().any(|one| one.is_empty() || one == "*") {
            return Err(SettingsError::new(name, "has to be exact names"));
        }
    }
    let has_place = Address::new(settings).has_tenants();
    match (has_place, settings.tenants.is_empty()) {
        (true, true) => Err(SettingsError::new("tenants", "is needed: whose tokens are accepted")),
        (false, false) => {
            Err(SettingsError::new("tenants", "goes with an `issuer` that has {tenantid} in it, and Entra"))
        }
        _ => Ok(()),
    }
}

fn algorithms(settings: &Settings) -> Result<Vec<Algorithm>, SettingsError> {
    let refused = |reason: &str| Err(SettingsError::new("algorithms", reason));
    let is_secret = settings.has_secret();
    if settings.secret.is_some() && settings.secret_text.is_some() {
        return Err(SettingsError::new("secret_text", "contradicts `secret`"));
    }
    if is_secret && (settings.has_pinned_keys() || settings.jwks_uri.is_some()) {
        let name = if settings.secret.is_some() { "secret" } else { "secret_text" };
        return Err(SettingsError::new(name, "contradicts `keys`, `keys_pem` and `jwks_uri`"));
    }
    match &settings.algorithms {
        None => Ok(settings.default_algorithms()),
        Some(named) if named.is_empty() => refused("is empty"),
        Some(named) if named.iter().any(|alg| alg.is_symmetric() != is_secret) => {
            refused("HS* goes with a secret, and nothing else does")
        }
        Some(named) if !named.iter().all(|alg| alg.is_built_in()) => {
            refused("ES512 is not in this build, which is made without aws-lc-rs")
        }
        Some(named) => Ok(named.clone()),
    }
}
