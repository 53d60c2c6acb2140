//! The credentials in a request, and what they are compared with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_validator::JwkSet;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::client::Client;
use crate::client_secret::{self, ClientSecret};
use crate::ids::ClientId;
use crate::params::Params;
use crate::secret::Secret;
use crate::time::Time;

use super::assertion::{ASSERTION_TYPE, Assertion, Replay};
use super::{AuthMethod, Error};

/// Longer than any credential of Basic.
const MAX_BASIC: usize = 2048;

/// The credentials of a request, not yet verified.
#[derive(Debug)]
pub enum Presented {
    /// `client_id` alone (RFC 6749 3.2.1).
    Nothing(ClientId),
    /// HTTP Basic (RFC 6749 2.3.1).
    Basic(ClientId, Secret),
    /// `client_secret` in the form.
    Post(ClientId, Secret),
    /// `client_assertion` (RFC 7521 4.2).
    Assertion(Assertion),
}

/// What the client's credentials are compared with.
#[derive(Default)]
pub struct Kept<'a> {
    /// Its secrets, those that have expired too.
    pub secrets: &'a [ClientSecret],
    /// Those that are live in the clear, for `client_secret_jwt` alone.
    pub opened: &'a [Zeroizing<Vec<u8>>],
    /// Its public keys, for `private_key_jwt` alone.
    pub keys: Option<&'a JwkSet>,
}

impl Presented {
    /// Reads the `Authorization` headers and the form.
    ///
    /// # Errors
    /// [`Error`]: nothing, two methods at once, or something malformed. A malformed header is never
    /// taken for a public client (RFC 6749 2.3.1).
    pub fn read<'h>(authorization: impl Iterator<Item = &'h [u8]>, form: &Params) -> Result<Self, Error> {
        let basic = basic(authorization)?;
        let secret = form.get("client_secret");
        let assertion = form.get("client_assertion").or(form.get("client_assertion_type"));
        let client_id = form.get("client_id").map(ClientId::new);
        match (basic, secret, assertion) {
            (Some((id, _)), None, None) if client_id.as_ref().is_some_and(|other| *other != id) => {
                Err(Error::ClientIdDiffers)
            }
            (Some((id, secret)), None, None) => Ok(Self::Basic(id, secret)),
            (None, Some(secret), None) => {
                client_id.map(|id| Self::Post(id, Secret::presented(secret))).ok_or(Error::Missing)
            }
            (None, None, Some(_)) => {
                if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                    return Err(Error::MalformedAssertion);
                }
                let assertion = Assertion::read(form.get("client_assertion").unwrap_or_default())?;
                match client_id {
                    Some(id) if id != *assertion.client_id() => Err(Error::ClientIdDiffers),
                    _ => Ok(Self::Assertion(assertion)),
                }
            }
            (None, None, None) => client_id.map(Self::Nothing).ok_or(Error::Missing),
            _ => Err(Error::TwoMethods),
        }
    }

    /// The client to load.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        match self {
            Self::Nothing(id) | Self::Basic(id, _) | Self::Post(id, _) => id,
            Self::Assertion(assertion) => assertion.client_id(),
        }
    }

    /// Whether the client's public keys are needed to verify it.
    #[must_use]
    pub fn needs_keys(&self, client: &Client) -> bool {
        matches!(self, Self::Assertion(_)) && client.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt
    }

    /// Whether it is a secret of the client that has expired.
    #[must_use]
    pub fn has_expired(&self, secrets: &[ClientSecret], now: Time) -> bool {
        match self {
            Self::Basic(_, secret) | Self::Post(_, secret) => {
                client_secret::has_expired(secret, secrets, now)
            }
            Self::Nothing(_) | Self::Assertion(_) => false,
        }
    }

    /// Compares the credentials with what the client registered. For an assertion it returns what may be used only
    /// once; the client is authenticated only when that was claimed.
    ///
    /// # Errors
    /// [`Error::WrongMethod`] for another method than the registered one (RFC 7591 2), [`Error::RightSecret`] if it came
    /// with the right secret, [`Error::Failed`] for a wrong secret, [`Error::BadSignature`] for an assertion by another
    /// key, [`Error::BadAssertion`] with the rule that the assertion broke.
    pub fn check(
        &self,
        client: &Client,
        kept: &Kept<'_>,
        audiences: &[&str],
        now: Time,
    ) -> Result<Option<Replay>, Error> {
        let registered = client.token_endpoint_auth_method;
        match (self, registered) {
            (Self::Nothing(_), AuthMethod::None) => Ok(None),
            // Libraries send Basic for every client; the secret that a public one lacks is empty then.
            (Self::Basic(_, secret), AuthMethod::None) if secret.reveal().is_empty() => Ok(None),
            (Self::Basic(_, secret), _) => {
                by_secret(AuthMethod::ClientSecretBasic, secret, client, kept, now).map(|()| None)
            }
            (Self::Post(_, secret), _) => {
                by_secret(AuthMethod::ClientSecretPost, secret, client, kept, now).map(|()| None)
            }
            (Self::Assertion(assertion), AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt) => {
                assertion.check(client, kept, audiences, now).map(Some)
            }
            _ => Err(Error::WrongMethod),
        }
    }
}

/// Compares a secret that was sent as it is. A secret for which no method is pinned may come by either; an empty one is
/// never right. Only whoever knows the secret is told which method is registered.
fn by_secret(
    used: AuthMethod,
    secret: &Secret,
    client: &Client,
    kept: &Kept<'_>,
    now: Time,
) -> Result<(), Error> {
    let registered = client.token_endpoint_auth_method;
    let will_do =
        used == registered || (registered.sends_secret() && !client.token_endpoint_auth_method_pinned);
    let is_right = client_secret::is_right(secret, kept.secrets, now);
    match (is_right, will_do) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::RightSecret(registered)),
        (false, true) => Err(Error::Failed),
        (false, false) => Err(Error::WrongMethod),
    }
}

/// RFC 7617 with both halves form-encoded (RFC 6749 2.3.1).
fn basic<'h>(mut authorization: impl Iterator<Item = &'h [u8]>) -> Result<Option<(ClientId, Secret)>, Error> {
    let Some(header) = authorization.next() else {
        return Ok(None);
    };
    if authorization.next().is_some() || header.len() > MAX_BASIC {
        return Err(Error::MalformedBasic);
    }
    let text = std::str::from_utf8(header).map_err(|_| Error::MalformedBasic)?;
    let (scheme, credentials) = text.split_once(' ').ok_or(Error::MalformedBasic)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Error::MalformedBasic);
    }
    let decoded = STANDARD.decode(credentials).map_err(|_| Error::MalformedBasic)?;
    let decoded = String::from_utf8(decoded).map_err(|_| Error::MalformedBasic)?;
    let (id, secret) = decoded.split_once(':').ok_or(Error::MalformedBasic)?;
    if id.is_empty() {
        return Err(Error::MalformedBasic);
    }
    Ok(Some((ClientId::new(form_decoded(id)), Secret::presented(form_decoded(secret)))))
}

fn form_decoded(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    // As a name with no value, so that `=` and `&`, which stand encoded, cannot split it.
    let name = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientSecretId;

    fn read(headers: &[&str], form: &str) -> Result<Presented, Error> {
        let form = Params::parse(form.as_bytes()).unwrap();
        Presented::read(headers.iter().map(|header| header.as_bytes()), &form)
    }

    fn basic_of(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn checked(presented: &Presented, client: &Client, secret: Option<&str>) -> Result<(), Error> {
        let now = Time::from_seconds(0);
        let kept = |secret| ClientSecret::new(ClientSecretId::new("one"), &Secret::presented(secret), now);
        let secrets: Vec<_> = secret.map(kept).into_iter().collect();
        let kept = Kept { secrets: &secrets, ..Kept::default() };
        presented.check(client, &kept, &[], now).map(|replay| assert!(replay.is_none()))
    }

    #[test]
    fn an_empty_secret_is_none() {
        let public =
            Client { token_endpoint_auth_method: AuthMethod::None, ..Client::new(ClientId::new("a")) };
        let confidential = Client::new(ClientId::new("a"));
        let empty = [
            read(&[&basic_of("a:")], "").unwrap(),
            read(&[&basic_of("a:")], "client_id=a&client_secret=").unwrap(),
            read(&[], "client_id=a&client_secret=").unwrap(),
            read(&[], "client_id=a").unwrap(),
        ];
        for presented in &empty {
            assert_eq!(checked(presented, &public, None), Ok(()), "{presented:?}");
            for secret in [None, Some(""), Some("s")] {
                assert!(checked(presented, &confidential, secret).is_err(), "{presented:?}");
            }
        }
        for some in [read(&[&basic_of("a:x")], ""), read(&[], "client_id=a&client_secret=x")] {
            assert_eq!(checked(&some.unwrap(), &public, None), Err(Error::WrongMethod));
        }
    }

    #[test]
    fn a043_basic_and_post_are_alike_unless_one_is_pinned() {
        let basic = |secret: &str| read(&[&basic_of(&format!("a:{secret}"))], "").unwrap();
        let post = |secret: &str| read(&[], &format!("client_id=a&client_secret={secret}")).unwrap();
        for registered in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
            let client = Client { token_endpoint_auth_method: registered, ..Client::new(ClientId::new("a")) };
            for presented in [basic("s"), post("s")] {
                assert_eq!(checked(&presented, &client, Some("s")), Ok(()));
                assert_eq!(checked(&presented, &client, Some("other")), Err(Error::Failed));
                assert_eq!(checked(&presented, &client, None), Err(Error::Failed));
            }
            let pinned = Client { token_endpoint_auth_method_pinned: true, ..client };
            let both = |secret: &str| match registered {
                AuthMethod::ClientSecretBasic => (basic(secret), post(secret)),
                _ => (post(secret), basic(secret)),
            };
            let (right, other) = both("s");
            assert_eq!(checked(&right, &pinned, Some("s")), Ok(()));
            assert_eq!(checked(&other, &pinned, Some("s")), Err(Error::RightSecret(registered)));
            assert_eq!(checked(&both("x").1, &pinned, Some("s")), Err(Error::WrongMethod));
        }
        let by_jwt = Client {
            token_endpoint_auth_method: AuthMethod::ClientSecretJwt,
            ..Client::new(ClientId::new("a"))
        };
        let told = checked(&basic("s"), &by_jwt, Some("s")).unwrap_err();
        assert!(told.to_string().ends_with("registered for client_secret_jwt"), "{told}");
    }

    #[test]
    fn rfc6749_2_3_1_basic_is_form_encoded() {
        let presented = read(&[&basic_of("c%3A1+x:s%2B%25%26%3D")], "").unwrap();
        let Presented::Basic(id, secret) = presented else { panic!("not Basic") };
        assert_eq!((id.as_str(), secret.reveal()), ("c:1 x", "s+%&="));
    }

    #[test]
    fn a042_malformed_basic_is_never_a_public_client() {
        let long = basic_of(&"x".repeat(100_000));
        for header in [
            "basic",
            "Basic ",
            "basic  x",
            "Basic !!!",
            "Bearer x",
            "Bearer,Basic YTpi",
            &long,
            &basic_of("a"),
            &basic_of(":b"),
        ] {
            assert_eq!(read(&[header], "client_id=a").unwrap_err(), Error::MalformedBasic, "{header:.40}");
        }
        let good = basic_of("a:b");
        assert!(read(&[&good], "client_id=a").is_ok());
        assert_eq!(read(&[&good, &good], "").unwrap_err(), Error::MalformedBasic);
    }

    #[test]
    fn a041_two_methods_at_once() {
        let good = basic_of("a:b");
        assert_eq!(read(&[&good], "client_id=a&client_secret=b").unwrap_err(), Error::TwoMethods);
        assert_eq!(read(&[&good], "client_assertion=x").unwrap_err(), Error::TwoMethods);
        assert_eq!(
            read(&[], "client_id=a&client_secret=b&client_assertion=x").unwrap_err(),
            Error::TwoMethods
        );
        assert_eq!(read(&[&good], "client_id=b").unwrap_err(), Error::ClientIdDiffers);
        assert!(matches!(read(&[], "client_id=a&client_secret=b"), Ok(Presented::Post(..))));
        assert!(matches!(read(&[], "client_id=a"), Ok(Presented::Nothing(_))));
        assert_eq!(read(&[], "").unwrap_err(), Error::Missing);
    }
}
