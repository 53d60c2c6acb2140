//! `client_assertion` (RFC 7521 4.2, RFC 7523 3): a JWT by which a client authenticates.

use credenza_validator::algorithm::Algorithm;
use credenza_validator::{Audience, NumericDate, Rejected, Unverified, Verified, strict_json};
use serde::Deserialize;

use crate::client::Client;
use crate::ids::ClientId;
use crate::secret::SecretHash;
use crate::time::{Seconds, Time};

use super::{AuthMethod, Error, Kept};

/// The supported type of assertion.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion that lives longer than this is refused: it would have to be remembered as long.
pub const MAX_ASSERTION_LIFETIME: Seconds = Seconds(3600);
/// Leeway for clocks that differ.
const LEEWAY: Seconds = Seconds(30);

const SYMMETRIC: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
const ASYMMETRIC: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The algorithms that assertions may be signed by; a client may pin one of them.
pub fn assertion_algorithms() -> impl Iterator<Item = Algorithm> {
    SYMMETRIC.into_iter().chain(ASYMMETRIC)
}

/// An assertion, not yet verified.
#[derive(Debug)]
pub struct Assertion {
    client_id: ClientId,
    token: String,
}

/// What may be used only once.
#[derive(Debug)]
pub struct Replay {
    /// The `jti` and its client.
    pub key: SecretHash,
    /// The earliest time at which it can have been issued, and so used.
    pub issued_at: Time,
    /// Until when it must be remembered: the expiry of the assertion plus the leeway.
    pub expires_at: Time,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: Option<String>,
}

#[derive(Deserialize)]
struct Subject {
    sub: Option<String>,
}

impl Assertion {
    /// Reads the client that the assertion names.
    pub(super) fn read(token: &str) -> Result<Self, Error> {
        let unverified = Unverified::parse(token).map_err(|_| Error::MalformedAssertion)?;
        let subject: Subject = strict_json::object_from_slice(unverified.payload_bytes_unverified())
            .map_err(|_| Error::MalformedAssertion)?;
        let client_id = subject.sub.map(ClientId::new).ok_or(Error::MalformedAssertion)?;
        Ok(Self { client_id, token: token.to_owned() })
    }

    /// The client that it names.
    pub(super) fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// It itself, of which nothing is verified.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Checks signature and claims (RFC 7523 3).
    pub(super) fn check(
        &self,
        client: &Client,
        kept: &Kept<'_>,
        audiences: &[&str],
        now: Time,
    ) -> Result<Replay, Error> {
        let claims: Claims =
            self.verify(client, kept)?.claims().map_err(|_| Error::BadAssertion("RFC 7519 4"))?;
        let client_id = client.client_id.as_str();
        if claims.iss.as_deref() != Some(client_id) || claims.sub.as_deref() != Some(client_id) {
            return Err(Error::BadAssertion("RFC 7523 3 (1, 2)"));
        }
        // One audience, and ours: a list could name another server as well (RFC 7523 3).
        match claims.aud.as_ref().map(Audience::as_slice) {
            Some([only]) if audiences.contains(&only.as_str()) => {}
            _ => return Err(Error::BadAssertion("RFC 7523 3 (3)")),
        }
        let at = |date: NumericDate| Time::from_seconds(date.0);
        let expires_at = claims.exp.map(at).ok_or(Error::BadAssertion("RFC 7523 3 (4)"))?;
        if expires_at + LEEWAY <= now || expires_at > now + MAX_ASSERTION_LIFETIME + LEEWAY {
            return Err(Error::BadAssertion("RFC 7523 3 (4)"));
        }
        if claims.nbf.map(at).is_some_and(|nbf| nbf > now + LEEWAY) {
            return Err(Error::BadAssertion("RFC 7523 3 (5)"));
        }
        if claims.iat.map(at).is_some_and(|iat| iat > now + LEEWAY) {
            return Err(Error::BadAssertion("RFC 7523 3 (6)"));
        }
        let jti = claims.jti.filter(|jti| !jti.is_empty()).ok_or(Error::BadAssertion("RFC 7523 3 (7)"))?;
        let key = SecretHash::of(format!("{client_id}\0{jti}").as_bytes());
        let earliest = || expires_at - MAX_ASSERTION_LIFETIME - LEEWAY;
        let issued_at = claims.iat.map_or_else(earliest, at);
        Ok(Replay { key, issued_at, expires_at: expires_at + LEEWAY + Seconds(1) })
    }

    /// The algorithm must fit the registered method, and be the registered one if there is one.
    fn verify(&self, client: &Client, kept: &Kept<'_>) -> Result<Verified, Error> {
        let pinned = client.token_endpoint_auth_signing_alg;
        let allowed = |all: &[Algorithm]| -> Vec<Algorithm> {
            all.iter().copied().filter(|alg| pinned.is_none_or(|pinned| pinned == *alg)).collect()
        };
        if client.token_endpoint_auth_method == AuthMethod::ClientSecretJwt {
            let allowed = allowed(&SYMMETRIC);
            // Without a secret nothing is right; with several, one of them is enough.
            let tried = kept.opened.iter().map(|secret| {
                self.unverified()?.verify_with_secret(secret, &allowed).map_err(|rejected| fault(&rejected))
            });
            return tried.reduce(Result::or).unwrap_or(Err(Error::Failed));
        }
        let keys = kept.keys.ok_or(Error::Failed)?;
        self.unverified()?.verify(keys, &allowed(&ASYMMETRIC)).map_err(|rejected| fault(&rejected))
    }

    fn unverified(&self) -> Result<Unverified<'_>, Error> {
        Unverified::parse(&self.token).map_err(|_| Error::MalformedAssertion)
    }
}

fn fault(rejected: &Rejected) -> Error {
    match rejected {
        Rejected::UnknownKey | Rejected::Signature => Error::BadSignature,
        _ => Error::BadAssertion("RFC 7523 3 (9)"),
    }
}
