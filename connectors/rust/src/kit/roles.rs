//! Which permissions roles have.

use std::collections::HashMap;

use super::Problem;
use crate::Caller;

/// The permissions of each role. `*` is every permission.
#[derive(Clone, Debug, Default)]
pub struct Roles(HashMap<String, Vec<String>>);

impl Roles {
    /// Of no roles: see [`Roles::role`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a role and its permissions.
    #[must_use]
    pub fn role<T: Into<String>>(
        mut self,
        role: impl Into<String>,
        permissions: impl IntoIterator<Item = T>,
    ) -> Self {
        let permissions = permissions.into_iter().map(Into::into);
        self.0.entry(role.into()).or_default().extend(permissions);
        self
    }

    /// Whether the caller has a permission: by a role, or by itself.
    #[must_use]
    pub fn has(&self, caller: &Caller, permission: &str) -> bool {
        let by_role = |role: &str| {
            self.0.get(role).is_some_and(|all| all.iter().any(|own| own == "*" || own == permission))
        };
        caller.permissions().contains(&permission) || caller.roles().into_iter().any(by_role)
    }

    /// Refuses a caller without a permission.
    ///
    /// # Errors
    /// The problem `permission_missing`, with `permission`.
    pub fn require(&self, caller: &Caller, permission: &str) -> Result<(), Problem> {
        if self.has(caller, permission) {
            return Ok(());
        }
        Err(Problem::new(403, "permission_missing").with("permission", permission))
    }
}
