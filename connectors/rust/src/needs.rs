//! What a route asks for, in one line.

use std::sync::Arc;

use credenza_validator::Requirement;

/// What a route asks for beyond a good token. Everything that is named has to be fulfilled.
///
/// ```
/// use credenza_connectors::Needs;
/// let needs = Needs::new().scope("orders:write").any_role(["clerk", "manager"]).max_age(300);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Needs(Requirement);

/// A list for a member of a requirement.
fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> impl Iterator<Item = String> {
    texts.into_iter().map(Into::into)
}

impl Needs {
    /// Nothing but a good token.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope (RFC 6750 section 3.1).
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.0.scopes.push(scope.into());
        self
    }

    /// One of these scopes.
    pub fn any_scope<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.0.any_scope.extend(texts(scopes));
        self
    }

    /// A role.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.0.roles.push(role.into());
        self
    }

    /// One of these roles.
    pub fn any_role<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.0.any_role.extend(texts(roles));
        self
    }

    /// A permission.
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.0.permissions.push(permission.into());
        self
    }

    /// One of these permissions.
    pub fn any_permission<T: Into<String>>(mut self, permissions: impl IntoIterator<Item = T>) -> Self {
        self.0.any_permission.extend(texts(permissions));
        self
    }

    /// A token that was issued to this client, or to another one that is named.
    pub fn client(mut self, client_id: impl Into<String>) -> Self {
        self.0.client_ids.push(client_id.into());
        self
    }

    /// This tenant, or another one that is named.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.0.tenants.push(tenant.into());
        self
    }

    /// This organisation, or another one that is named.
    pub fn organization(mut self, organization: impl Into<String>) -> Self {
        self.0.organizations.push(organization.into());
        self
    }

    /// This plan, or another one that is named.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.0.plans.push(plan.into());
        self
    }

    /// This authentication context, or another one that is named (RFC 9470 section 4).
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.0.acr_values.push(acr.into());
        self
    }

    /// A sign-in no more than these seconds ago (RFC 9470 section 4).
    pub fn max_age(mut self, seconds: i64) -> Self {
        self.0.max_age = Some(seconds);
        self
    }

    /// A token issued no more than these seconds ago.
    pub fn max_token_age(mut self, seconds: i64) -> Self {
        self.0.max_token_age = Some(seconds);
        self
    }

    /// A token that is bound to its sender (RFC 9449, RFC 8705).
    pub fn bound(mut self) -> Self {
        self.0.bound = true;
        self
    }
}

impl From<Requirement> for Needs {
    fn from(requirement: Requirement) -> Self {
        Self(requirement)
    }
}

/// How a route is protected: what it asks for, and whether it lets requests without credentials through.
#[derive(Clone, Debug)]
pub struct Protection {
    pub(crate) requirement: Arc<Requirement>,
    pub(crate) is_optional: bool,
}

impl Protection {
    /// For callers alone that fulfil the needs.
    #[must_use]
    pub fn required(needs: impl Into<Needs>) -> Self {
        Self { requirement: Arc::new(needs.into().0), is_optional: false }
    }

    /// For requests without credentials too. Bad credentials are refused.
    #[must_use]
    pub fn optional(needs: impl Into<Needs>) -> Self {
        Self { is_optional: true, ..Self::required(needs) }
    }
}
