//! The authorization code grant (RFC 6749 4.1.3, OpenID Connect Core 3.1.3.2).

use serde::{Deserialize, Serialize};

use crate::grant::Grant;
use crate::ids::{ClientId, GrantId};
use crate::pkce;
use crate::secret::Secret;
use crate::time::Time;

use super::{Asker, Error, Redeemed, grant_secret};

/// Bytes of a code that are secret.
const SECRET_BYTES: usize = 32;

/// A code as a client presents it. It names its grant.
#[derive(Debug)]
pub struct PresentedCode {
    secret: Secret,
    grant_id: GrantId,
}

/// A token request with a code.
#[derive(Debug)]
pub struct Request {
    /// `code`; `None` for a text that was never a code. That is refused once the client is authenticated.
    pub code: Option<PresentedCode>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `code_verifier` (RFC 7636 4.5).
    pub code_verifier: Option<String>,
    /// `resource` (RFC 8707 2.2).
    pub resource: Vec<String>,
}

impl PresentedCode {
    /// Reads a code; `None` when it does not have the form of one.
    #[must_use]
    pub fn read(secret: Secret) -> Option<Self> {
        let (grant_id, _) = grant_secret::read(&secret, SECRET_BYTES)?;
        Some(Self { secret, grant_id })
    }

    /// The code itself.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The grant that it stands for.
    #[must_use]
    pub fn grant_id(&self) -> &GrantId {
        &self.grant_id
    }
}

/// A new code of a grant, made of random bytes; `None` when the id has another form than those made here.
#[must_use]
pub fn new_code(grant_id: &GrantId, random: &[u8; SECRET_BYTES]) -> Option<Secret> {
    grant_secret::write(grant_id, random)
}

/// What a code was given for. Storage hands it out to the one caller that spent the code.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Code {
    /// The one client that may redeem it.
    pub client_id: ClientId,
    /// `redirect_uri` as the request spelled it; must be repeated (RFC 6749 4.1.3).
    pub redirect_uri: Option<String>,
    /// `code_challenge` (S256), to be met by `code_verifier`.
    pub code_challenge: Option<String>,
    /// `nonce`, for the ID token.
    pub nonce: Option<String>,
    /// When it dies.
    pub expires_at: Time,
}

/// Redeems a code that was just spent. It is taken by value: whatever is wrong with the request, the
/// code is gone, so that nobody can try a second verifier.
///
/// # Errors
/// [`Error`]: another client's, another `redirect_uri`, a wrong `code_verifier`, a `resource` that was
/// not granted.
pub fn redeem(code: Code, grant: Grant, asker: Asker<'_>, request: &Request) -> Result<Redeemed, Error> {
    let client = asker.client;
    if code.client_id != client.client_id || grant.client_id != client.client_id {
        return Err(Error::Code);
    }
    let same_uri = match (&code.redirect_uri, &request.redirect_uri) {
        (Some(asked), Some(repeated)) => asked == repeated,
        (Some(_), None) => false,
        // The request relied on the only registered URI; repeating that one changes nothing.
        (None, Some(named)) => client.redirect_uris.iter().any(|known| known == named),
        (None, None) => true,
    };
    if !same_uri {
        return Err(Error::RedirectUri);
    }
    pkce::verify(code.code_challenge.as_deref(), request.code_verifier.as_deref())?;
    Redeemed::narrowed(grant, asker, None, &request.resource, code.nonce)
}
