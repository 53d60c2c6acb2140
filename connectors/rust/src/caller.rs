//! Whom a request is from.

use std::fmt;
use std::sync::{Arc, OnceLock};

use credenza_validator::settings::ClaimNames;
use credenza_validator::{Allowed, Claims};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Claims that name the client a token was issued to, unless the settings name one.
const CLIENT: [&str; 4] = ["client_id", "azp", "cid", "appid"];

/// Whom a request is from: the claims of its token, which was accepted. Clones share them.
#[derive(Clone)]
pub struct Caller(Arc<Inner>);

struct Inner {
    allowed: Allowed,
    names: Arc<ClaimNames>,
    /// All claims, read when one is asked for that the validator itself does not understand.
    all: OnceLock<Value>,
}

impl Caller {
    pub(crate) fn new(allowed: Allowed, names: Arc<ClaimNames>) -> Self {
        Self(Arc::new(Inner { allowed, names, all: OnceLock::new() }))
    }

    /// The subject: the user, or the client itself when it acts for nobody.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.known().sub.as_deref()
    }

    /// The client that the token was issued to: by `claim_names.client`, or else the first of `client_id`, `azp`, `cid`
    /// and `appid`.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match &self.0.names.client {
            Some(name) => self.text(name),
            None => CLIENT.into_iter().find_map(|name| self.text(name)),
        }
    }

    /// Whether there is a user: a token of the grant `client_credentials` has the client as its subject (RFC 9068
    /// section 2.2).
    #[must_use]
    pub fn is_user(&self) -> bool {
        self.sub().is_some_and(|sub| self.client_id() != Some(sub))
    }

    /// The scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.known().scopes()
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.text(&self.0.names.tenant)
    }

    /// The organisation.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.text(&self.0.names.organization)
    }

    /// The roles.
    #[must_use]
    pub fn roles(&self) -> Vec<&str> {
        self.texts(&self.0.names.roles)
    }

    /// The permissions.
    #[must_use]
    pub fn permissions(&self) -> Vec<&str> {
        self.texts(&self.0.names.permissions)
    }

    /// The plan that is paid for.
    #[must_use]
    pub fn plan(&self) -> Option<&str> {
        self.text(&self.0.names.plan)
    }

    /// The authentication context of the sign-in.
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.known().acr.as_deref()
    }

    /// The claims that the validator itself understands.
    #[must_use]
    pub fn known(&self) -> &Claims {
        self.0.allowed.claims()
    }

    /// All claims: the payload of the token, or the answer to introspection.
    #[must_use]
    pub fn claims(&self) -> &Value {
        // The text was parsed before, so this does not fail.
        self.0.all.get_or_init(|| serde_json::from_str(self.0.allowed.claims_json()).unwrap_or_default())
    }

    /// All claims as a type of one's own.
    ///
    /// # Errors
    /// Whatever does not fit that type.
    pub fn claims_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.allowed.claims_json())
    }

    /// A claim by its name, or by a JSON Pointer when that begins with `/`.
    fn claim(&self, name: &str) -> Option<&Value> {
        if name.starts_with('/') { self.claims().pointer(name) } else { self.claims().get(name) }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::String(text)) => text.split(' ').filter(|one| !one.is_empty()).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Prints no claims: they are personal data.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").finish_non_exhaustive()
    }
}
