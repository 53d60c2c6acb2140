//! What a route asks for, and what an ID token must match.

use std::sync::Arc;

use crate::SettingsError;
use crate::registry::Registry;

/// Every requirement in use.
pub(crate) static REQUIREMENTS: Registry<RequirementCore> = Registry::new();

/// The requirement inside `Requirement`, which is what applications use.
#[derive(uniffi::Object)]
pub struct RequirementCore {
    number: i64,
    inner: credenza_validator::Requirement,
}

#[uniffi::export]
impl RequirementCore {
    /// What a route asks for: the members of the core's `Requirement`.
    #[uniffi::constructor]
    #[expect(clippy::too_many_arguments, reason = "they have names and defaults where applications make one")]
    pub fn new(
        scopes: Vec<String>,
        any_scope: Vec<String>,
        client_ids: Vec<String>,
        tenants: Vec<String>,
        organizations: Vec<String>,
        roles: Vec<String>,
        any_role: Vec<String>,
        permissions: Vec<String>,
        any_permission: Vec<String>,
        plans: Vec<String>,
        acr_values: Vec<String>,
        max_age: Option<i64>,
        max_token_age: Option<i64>,
        bound: bool,
    ) -> Arc<Self> {
        Self::of(credenza_validator::Requirement {
            scopes,
            any_scope,
            client_ids,
            tenants,
            organizations,
            roles,
            any_role,
            permissions,
            any_permission,
            plans,
            acr_values,
            max_age,
            max_token_age,
            bound,
        })
    }

    /// Reads a requirement as JSON, the same document in every language.
    ///
    /// # Errors
    /// [`SettingsError`] for any other document.
    #[uniffi::constructor]
    pub fn from_json(json: &str) -> Result<Arc<Self>, SettingsError> {
        Ok(Self::of(credenza_validator::Requirement::from_json(json)?))
    }

    /// Its number for the entry points of the JVM.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }
}

impl RequirementCore {
    pub(crate) const fn inner(&self) -> &credenza_validator::Requirement {
        &self.inner
    }

    fn of(inner: credenza_validator::Requirement) -> Arc<Self> {
        let requirement = Arc::new(Self { number: REQUIREMENTS.number(), inner });
        REQUIREMENTS.insert(requirement.number, &requirement);
        requirement
    }
}

impl Drop for RequirementCore {
    fn drop(&mut self) {
        REQUIREMENTS.remove(self.number);
    }
}

/// What an ID token must match (OpenID Connect Core 3.1.3.7).
#[derive(uniffi::Record)]
pub struct IdTokenExpectations {
    /// The `nonce` of the request.
    #[uniffi(default)]
    pub nonce: Option<String>,
    /// The `max_age` of the request, in seconds: then `auth_time` is required.
    #[uniffi(default)]
    pub max_age: Option<i64>,
    /// Authentication contexts, one of which must be reached.
    #[uniffi(default)]
    pub acr_values: Vec<String>,
    /// The access token issued with it, for `at_hash`.
    #[uniffi(default)]
    pub access_token: Option<String>,
    /// The code issued with it, for `c_hash`.
    #[uniffi(default)]
    pub code: Option<String>,
}

impl From<IdTokenExpectations> for credenza_validator::IdTokenExpectations {
    fn from(expected: IdTokenExpectations) -> Self {
        let IdTokenExpectations { nonce, max_age, acr_values, access_token, code } = expected;
        Self { nonce, max_age, acr_values, access_token, code }
    }
}
