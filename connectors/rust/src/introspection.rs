//! Introspection (RFC 7662) by a client that has a private key and no secret.

use std::sync::Arc;

use credenza_validator::fetch::{Fetch, FetchFailure};
use credenza_validator::{Cause, Settings, SettingsError, SigningKey};
use url::form_urlencoded::Serializer;

use crate::{Clock, Fetched, Fetcher, assertion};

/// What the keys of fetches begin with by which the issuer of the settings is asked about tokens.
const INTROSPECTION: &str = "introspection:";
/// What the validator is given as the secret, which it requires. It is not sent.
const NO_SECRET: &str = "private_key_jwt";

/// Fetches, and signs what asks about tokens.
pub(crate) struct PrivateKeyJwt<F> {
    fetcher: F,
    key: Arc<SigningKey>,
    client_id: String,
    issuer: String,
    clock: Clock,
}

impl<F: Fetcher> PrivateKeyJwt<F> {
    /// For the client of these settings, which has no secret.
    ///
    /// # Errors
    /// [`SettingsError`] names `introspection_key` where there is no introspection, or a secret beside it.
    pub(crate) fn new(
        settings: &mut Settings,
        key: Arc<SigningKey>,
        fetcher: F,
        clock: Clock,
    ) -> Result<Self, SettingsError> {
        let wrong =
            |reason: &str| SettingsError { setting: "introspection_key".into(), reason: reason.to_owned() };
        let introspection = settings.introspection.as_mut().ok_or_else(|| wrong("needs introspection"))?;
        if !introspection.client_secret.is_empty() {
            return Err(wrong("is set beside introspection.client_secret"));
        }
        NO_SECRET.clone_into(&mut introspection.client_secret);
        let (client_id, issuer) = (introspection.client_id.clone(), settings.issuer.clone());
        Ok(Self { fetcher, key, client_id, issuer, clock })
    }

    /// The same fetch, with an assertion in place of the credentials.
    fn signed(&self, fetch: &Fetch) -> Result<Fetch, FetchFailure> {
        let parameters = assertion::parameters(&self.key, &self.client_id, &self.issuer, self.clock.now())
            .map_err(|reason| FetchFailure::new(Cause::Other, reason))?;
        let form = fetch.body.clone().unwrap_or_default();
        let mut signed = fetch.clone();
        signed.body = Some(Serializer::new(form).extend_pairs(parameters).finish());
        signed.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        Ok(signed)
    }
}

impl<F: Fetcher> Fetcher for PrivateKeyJwt<F> {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        if !fetch.key.starts_with(INTROSPECTION) {
            return self.fetcher.fetch(fetch);
        }
        Box::pin(async move {
            let signed = self.signed(fetch)?;
            self.fetcher.fetch(&signed).await
        })
    }
}
