//! The authorization code grant (RFC 6749 4.1.3, OpenID Connect Core 3.1.3.2).

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::grant::Grant;
use crate::ids::ClientId;
use crate::pkce;
use crate::time::Time;

use super::{Error, Redeemed};

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
pub fn redeem(
    code: Code,
    grant: Grant,
    client: &Client,
    redirect_uri: Option<&str>,
    code_verifier: Option<&str>,
    resource: &[String],
) -> Result<Redeemed, Error> {
    if code.client_id != client.client_id || grant.client_id != client.client_id {
        return Err(Error::Code);
    }
    let same_uri = match (&code.redirect_uri, redirect_uri) {
        (Some(asked), Some(repeated)) => asked == repeated,
        (Some(_), None) => false,
        // The request relied on the only registered URI; repeating that one is no lie.
        (None, Some(named)) => client.redirect_uris.iter().any(|known| known == named),
        (None, None) => true,
    };
    if !same_uri {
        return Err(Error::RedirectUri);
    }
    pkce::verify(code.code_challenge.as_deref(), code_verifier)?;
    Redeemed::narrowed(grant, client, None, resource, code.nonce)
}
