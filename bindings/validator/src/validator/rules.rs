//! The settings that the rules read, checked: everything that RFC 8725 asks a verifier to decide is decided here.

use crate::settings::{ClaimNames, MAX_CACHE_SIZE, Settings, SettingsError, TokenType};
use crate::{Algorithm, fetch, jws, jwt};

/// Claims that may be made optional.
const OPTIONAL: [&str; 5] = ["aud", "client_id", "iat", "jti", "sub"];

/// What tokens must look like.
pub(super) struct Rules {
    pub(super) issuer: String,
    pub(super) audience: Vec<String>,
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
        Ok(Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.as_slice().to_vec(),
            client_id: settings.client_id.clone(),
            algorithms: algorithms(settings)?,
            token_types: settings.token_types.clone(),
            optional_claims: settings.optional_claims.clone(),
            leeway: settings.leeway,
            max_token_age: settings.max_token_age,
            max_token_bytes: settings.max_token_bytes,
            realm: settings.realm.clone(),
            resource_metadata: settings.resource_metadata.clone(),
            claim_names: settings.claim_names.clone(),
            dpop_algs: dpop.map(|dpop| names(&dpop.algorithms)),
            dpop_required: dpop.is_some_and(|dpop| dpop.required),
        })
    }

    /// Whether a claim that RFC 9068 requires may be missing.
    pub(super) fn is_optional(&self, claim: &str) -> bool {
        self.optional_claims.iter().any(|name| name == claim)
    }
}

fn names(algorithms: &[Algorithm]) -> String {
    algorithms.iter().map(|alg| alg.as_str()).collect::<Vec<_>>().join(" ")
}

fn check_names(settings: &Settings) -> Result<(), SettingsError> {
    let audience = settings.audience.as_slice();
    if audience.is_empty() && settings.client_id.is_none() {
        return Err(SettingsError::new("audience", "is needed: the name of this service in tokens"));
    }
    if audience.iter().any(|name| name.is_empty() || name == "*") {
        return Err(SettingsError::new("audience", "has to be exact names"));
    }
    if settings.client_id.as_deref() == Some("") {
        return Err(SettingsError::new("client_id", "is empty"));
    }
    if settings.token_types.is_empty() {
        return Err(SettingsError::new("token_types", "is empty"));
    }
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
    if !fetch::acceptable(&settings.issuer, settings.allow_http) || settings.issuer.contains('?') {
        return Err(SettingsError::new("issuer", "has to be an https URL without query and fragment"));
    }
    if settings.jwks_uri.as_deref().is_some_and(|url| !fetch::acceptable(url, settings.allow_http)) {
        return Err(SettingsError::new("jwks_uri", "has to be an https URL"));
    }
    if settings.keys.is_some() && settings.jwks_uri.is_some() {
        return Err(SettingsError::new("jwks_uri", "contradicts keys"));
    }
    Ok(())
}

fn algorithms(settings: &Settings) -> Result<Vec<Algorithm>, SettingsError> {
    let refused = |reason: &str| Err(SettingsError::new("algorithms", reason));
    let is_secret = settings.secret.is_some();
    if is_secret && (settings.keys.is_some() || settings.jwks_uri.is_some()) {
        return Err(SettingsError::new("secret", "contradicts keys and jwks_uri"));
    }
    match &settings.algorithms {
        None if is_secret => Ok(vec![Algorithm::HS256]),
        None => Ok(Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()).collect()),
        Some(named) if named.is_empty() => refused("is empty"),
        Some(named) if named.iter().any(|alg| alg.is_symmetric() != is_secret) => {
            refused("HS* goes with a secret, and nothing else does")
        }
        Some(named) => Ok(named.clone()),
    }
}
