//! From the text of a token to verified claims (RFC 7515 section 5.2, RFC 8725).

use std::sync::Arc;

use super::rules::Rules;
use crate::claims::Payload;
use crate::detail::{Detail, Refusal};
use crate::fetch::Fetch;
use crate::hmac_secret::Secret;
use crate::jws::{Malformed, known_header::KnownHeader};
use crate::settings::Settings;
use crate::sources::{Halt, Issuer, KeysNow};
use crate::verified_tokens::VerifiedTokens;
use crate::{
    Algorithm, Claims, Header, Jwk, JwkSet, Rejected, Rule, SettingsError, Unverified, Verified, base64url,
    hash,
};

/// How signatures are checked, and which tokens were verified before.
pub(super) struct Tokens {
    /// Shared with the issuer; then there are no public keys.
    secret: Option<Secret>,
    known_header: KnownHeader,
    verified: Option<Arc<VerifiedTokens>>,
    #[cfg(feature = "jwe")]
    decryption_keys: Vec<crate::jwe::DecryptionKey>,
}

/// Claims whose signature was verified.
pub(super) struct Signed {
    pub(super) payload: Arc<Payload>,
    /// To be fetched in the background.
    pub(super) background: Option<Fetch>,
}

impl Tokens {
    pub(super) fn new(
        settings: &Settings,
        rules: &Rules,
        verified: Option<Arc<VerifiedTokens>>,
    ) -> Result<Self, SettingsError> {
        #[cfg(not(feature = "jwe"))]
        if !settings.decryption_keys.is_empty() {
            return Err(SettingsError::new("decryption_keys", "this build reads no encrypted tokens"));
        }
        Ok(Self {
            secret: secret(settings, rules)?,
            known_header: KnownHeader::default(),
            verified,
            #[cfg(feature = "jwe")]
            decryption_keys: decryption::keys(settings)?,
        })
    }

    /// Checks type and signature of a token, in this order: a token of another type is refused without any work, and no
    /// claim is read before the signature is verified.
    pub(super) fn verify(
        &self,
        token: &str,
        rules: &Rules,
        issuer: &Issuer,
        is_of_type: impl Fn(&Header) -> bool,
        now: i64,
    ) -> Result<Signed, Halt> {
        let KeysNow { set, revision, background } = issuer.keys(now)?;
        let name = self.verified.as_ref().map(|verified| (verified, hash::sha256(token.as_bytes())));
        if let Some(payload) = name.as_ref().and_then(|(verified, name)| verified.find(name, revision)) {
            if payload.header().is_some_and(&is_of_type) {
                return Ok(Signed { payload, background });
            }
            return Err(Rule::Typ.into());
        }
        let read = |token| {
            Unverified::parse_up_to(token, rules.max_token_bytes, |header| self.known_header.read(header))
        };
        let opened;
        let unverified = match read(token) {
            Err(Malformed::Segments) if is_encrypted(token) => {
                opened = self.decrypt(token)?;
                read(&opened)
            }
            unverified => unverified,
        }
        .map_err(refusal_of)?;
        if !is_of_type(unverified.header()) {
            return Err(Rule::Typ.into());
        }
        let set = if rules.bundle.tenants { keys_of_issuer(set, &unverified) } else { set };
        let verified = self.verify_signature(unverified, &set, &rules.algorithms, issuer, now)?;
        let payload = Payload::of(verified, &rules.places).map_err(|fault| {
            Rule::ClaimsMalformed.because(Detail::of("payload").found([fault.to_string()]))
        })?;
        let payload = match name {
            Some((verified, name)) => verified.keep(name, revision, payload),
            None => Arc::new(payload),
        };
        Ok(Signed { payload, background })
    }

    /// A token as it says that it is, of which nothing is verified.
    pub(super) fn unverified<'a>(&self, token: &'a str, max_bytes: usize) -> Option<Unverified<'a>> {
        Unverified::parse_up_to(token, max_bytes, |header| self.known_header.read(header)).ok()
    }

    /// The `iss` of a token, which nothing vouches for; of an encrypted one, of the token inside.
    pub(super) fn iss_unverified(&self, token: &str, max_bytes: usize) -> Option<Box<str>> {
        let opened;
        let token = if is_encrypted(token) && token.len() <= max_bytes {
            opened = self.decrypt(token).ok()?;
            &opened
        } else {
            token
        };
        Claims::unverified(self.unverified(token, max_bytes)?.payload_bytes_unverified()).iss
    }

    fn verify_signature(
        &self,
        unverified: Unverified<'_>,
        set: &JwkSet,
        algorithms: &[Algorithm],
        issuer: &Issuer,
        now: i64,
    ) -> Result<Verified, Halt> {
        let (alg, has_kid) = (unverified.header().alg, unverified.header().kid.is_some());
        if let Some(secret) = &self.secret {
            return unverified
                .verify_with_ready_secret(secret)
                .map_err(|fault| refusal_of_rejected(fault, alg, algorithms).into());
        }
        unverified.verify(set, algorithms).map_err(|fault| {
            // Without a kid, a new key cannot be distinguished from a wrong signature.
            let may_be_new = fault == Rejected::UnknownKey || (fault == Rejected::Signature && !has_kid);
            if let Some(fetch) = may_be_new.then(|| issuer.again(now)).flatten() {
                return Halt::Need(fetch);
            }
            if fault == Rejected::UnknownKey {
                return issuer.unknown_key(set, now).into();
            }
            refusal_of_rejected(fault, alg, algorithms).into()
        })
    }

    #[cfg(feature = "jwe")]
    fn decrypt(&self, token: &str) -> Result<String, Rule> {
        decryption::open(token, &self.decryption_keys)
    }

    #[cfg(not(feature = "jwe"))]
    #[expect(clippy::unused_self, reason = "built with the feature jwe it has keys")]
    fn decrypt(&self, _token: &str) -> Result<String, Rule> {
        Err(Rule::TokenEncrypted)
    }
}

/// Those keys of a set that are good for the issuer that the token names, in a set where some are good for one alone.
fn keys_of_issuer(set: Arc<JwkSet>, unverified: &Unverified<'_>) -> Arc<JwkSet> {
    if !set.keys.iter().any(Jwk::is_of_one) {
        return set;
    }
    let claims = Claims::unverified(unverified.payload_bytes_unverified());
    let iss = claims.iss.as_deref().unwrap_or_default();
    Arc::new(JwkSet { keys: set.keys.iter().filter(|key| key.is_of(iss)).cloned().collect() })
}

/// Whether the text is a JWS (three parts) or a JWE (five) by its shape: the first part is JSON. Anything else is
/// opaque, also when it has dots (RFC 6750 section 2.1).
pub(super) fn is_jwt(token: &str) -> bool {
    let (header, _) = token.split_once('.').unwrap_or_default();
    let is_object = |octets: Vec<u8>| octets.trim_ascii_start().starts_with(b"{");
    matches!(token.bytes().filter(|byte| *byte == b'.').count(), 2 | 4)
        && base64url::decode(header).is_ok_and(is_object)
}

fn is_encrypted(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 4
}

fn secret(settings: &Settings, rules: &Rules) -> Result<Option<Secret>, SettingsError> {
    let (name, secret) = match (&settings.secret, &settings.secret_text) {
        (Some(text), _) => {
            let secret = base64url::decode(text).map_err(|_| {
                SettingsError::new("secret", "is not base64url; a secret as it is goes to `secret_text`")
            })?;
            ("secret", secret)
        }
        (None, Some(text)) => ("secret_text", text.as_bytes().to_vec()),
        (None, None) => return Ok(None),
    };
    Secret::new(&secret, &rules.algorithms)
        .map(Some)
        .map_err(|_| SettingsError::new(name, "is shorter than the hash, or the text of a key"))
}

fn refusal_of(fault: Malformed) -> Refusal {
    match fault {
        Malformed::TooLong => Rule::TokenTooLong.into(),
        Malformed::Algorithm => Rule::Alg.because(Detail::of("alg")),
        Malformed::Critical => Rule::Crit.because(Detail::of("crit")),
        Malformed::Unencoded => Rule::Crit.because(Detail::of("b64")),
        Malformed::Segments | Malformed::Base64 | Malformed::Header(_) => {
            Rule::TokenMalformed.because(Detail::of("token").found([fault.to_string()]))
        }
    }
}

fn refusal_of_rejected(fault: Rejected, alg: Algorithm, allowed: &[Algorithm]) -> Refusal {
    match fault {
        Rejected::Algorithm => {
            let wanted = allowed.iter().map(|alg| alg.as_str());
            Rule::Alg.because(Detail::of("alg").found([alg.as_str()]).wanted(wanted))
        }
        Rejected::UnknownKey | Rejected::KeyMismatch => Rule::Kid.into(),
        Rejected::Signature | Rejected::Secret => Rule::Signature.into(),
    }
}

#[cfg(feature = "jwe")]
mod decryption {
    //! Encrypted tokens (RFC 7516): a JWE around the JWS.

    use crate::jwe::{DecryptionKey, Jwe};
    use crate::settings::{DecryptionKeySettings, Settings};
    use crate::{Rule, SettingsError};

    pub(super) fn keys(settings: &Settings) -> Result<Vec<DecryptionKey>, SettingsError> {
        settings.decryption_keys.iter().map(key).collect()
    }

    fn key(settings: &DecryptionKeySettings) -> Result<DecryptionKey, SettingsError> {
        let refused = || SettingsError::new("decryption_keys", "not a PKCS#8 key in PEM for its alg");
        DecryptionKey::from_pem(settings.alg, &settings.pem).map_err(|_| refused())
    }

    pub(super) fn open(token: &str, keys: &[DecryptionKey]) -> Result<String, Rule> {
        let jwe = Jwe::parse(token).map_err(|_| Rule::TokenEncrypted)?;
        let opened = keys.iter().find_map(|key| key.decrypt(&jwe).ok()).ok_or(Rule::TokenEncrypted)?;
        String::from_utf8(opened.to_vec()).map_err(|_| Rule::TokenMalformed)
    }
}
