//! The parameters of a token request (RFC 6749 4.1.3, 4.4.2, 6).

use crate::client::GrantType;
use crate::params::Params;
use crate::refresh_token_cookie::{Place, Refused};
use crate::scope::Scope;
use crate::secret::Secret;

use super::{Error, authorization_code, client_credentials, refresh_token};

/// A token request, read.
#[derive(Debug)]
pub enum TokenRequest {
    /// RFC 6749 4.1.3.
    AuthorizationCode(authorization_code::Request),
    /// RFC 6749 6.
    RefreshToken(refresh_token::Request),
    /// RFC 6749 4.4.2.
    ClientCredentials(client_credentials::Request),
}

impl TokenRequest {
    /// Reads the form. Where the refresh token is in a cookie, it may not be a parameter besides.
    ///
    /// # Errors
    /// [`Error`] when a parameter is repeated, missing or malformed, or the grant type is unknown.
    pub fn read(form: &Params, refresh_token: Place) -> Result<Self, Error> {
        if form.repeated().is_some() {
            return Err(Error::Repeated);
        }
        let grant_type = form.get("grant_type").ok_or(Error::Missing("grant_type"))?;
        let text = |name| form.get(name).map(str::to_owned);
        let secret = |name| form.get(name).map(Secret::presented).ok_or(Error::Missing(name));
        let scope = || form.get("scope").map(Scope::parse).transpose();
        let resource = form.all("resource").map(str::to_owned).collect();
        match GrantType::parse(grant_type).ok_or(Error::UnsupportedGrantType)? {
            GrantType::AuthorizationCode => Ok(Self::AuthorizationCode(authorization_code::Request {
                code: authorization_code::PresentedCode::read(secret("code")?),
                redirect_uri: text("redirect_uri"),
                code_verifier: text("code_verifier"),
                resource,
            })),
            GrantType::RefreshToken => Ok(Self::RefreshToken(refresh_token::Request {
                refresh_token: match (refresh_token, secret("refresh_token")) {
                    (Place::Parameter, presented) => presented?,
                    (Place::Cookie(_), Ok(_)) => return Err(Refused::Parameter.into()),
                    (Place::Cookie(kept), Err(_)) => kept.ok_or(Refused::NoCookie)?,
                },
                scope: scope()?,
                resource,
            })),
            GrantType::ClientCredentials => {
                Ok(Self::ClientCredentials(client_credentials::Request { scope: scope()?, resource }))
            }
            // Its tokens come from the authorization endpoint.
            GrantType::Implicit => Err(Error::UnsupportedGrantType),
        }
    }

    /// Which grant it uses.
    #[must_use]
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
        }
    }
}
