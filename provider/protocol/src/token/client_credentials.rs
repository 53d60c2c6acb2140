//! The client credentials grant (RFC 6749 4.4).

use crate::account::ACCOUNT;
use crate::group::GROUPS;
use crate::resource;
use crate::role::ROLES;
use crate::scope::Scope;

use super::{Asker, Error};

/// A token request of a client in its own name.
#[derive(Debug)]
pub struct Request {
    /// `scope`.
    pub scope: Option<Scope>,
    /// `resource` (RFC 8707 2.2).
    pub resource: Vec<String>,
}

/// What a client may do in its own name.
#[derive(Debug)]
#[must_use]
pub struct Allowed {
    scope: Scope,
    resource: Vec<String>,
}

impl Allowed {
    /// What the token allows.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Where it may be used.
    #[must_use]
    pub fn resource(&self) -> &[String] {
        &self.resource
    }
}

/// Words that speak of a person, whom this grant has not.
const ABOUT_A_PERSON: [&str; 9] =
    ["openid", "profile", "email", "address", "phone", "offline_access", ACCOUNT, GROUPS, ROLES];

/// Decides what the client gets: what it asks for, or all that it may have.
///
/// # Errors
/// [`Error::GrantNotAllowed`] for a public client (RFC 6749 4.4), [`Error::ScopeTooWide`],
/// [`Error::Target`].
pub fn allow(asker: Asker<'_>, request: Request) -> Result<Allowed, Error> {
    let Asker { client, closed } = asker;
    if client.is_public() {
        return Err(Error::GrantNotAllowed);
    }
    let may = ABOUT_A_PERSON.iter().fold(client.scope.clone(), |scope, word| scope.without(word));
    let scope = match request.scope {
        Some(asked) if !asked.is_subset(&may) => return Err(Error::ScopeTooWide),
        Some(asked) => asked,
        None => may,
    };
    let resource = resource::requested(client, request.resource.iter().map(String::as_str))?;
    resource::all_open(&resource, closed)?;
    Ok(Allowed { scope, resource })
}
