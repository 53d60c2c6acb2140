//! Roles of people who administer, here and there.

use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::UserId;

use super::Site;
use crate::admin::{Outcome, admin_roles};
use crate::cli::Failure;
use crate::cli::remote::Asked;

impl Site<'_> {
    /// Every role that was given.
    pub(in crate::cli) async fn admin_roles(&self) -> Result<Vec<Assignment>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(admin_roles::list(&installation.admin(), &tenant.tenant_id).await?)
            }
            Self::There(api) => api.all(Asked::of("listAdminRoles")).await,
        }
    }

    pub(in crate::cli) async fn grant_admin_role(
        &self,
        to: &UserId,
        role: Role,
        in_installation: bool,
    ) -> Result<Outcome<Assignment>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                Ok(admin_roles::grant(&admin, tenant, to, role, in_installation).await?)
            }
            Self::There(api) => api.call(named("grantAdminRole", to, role, in_installation)).await,
        }
    }

    pub(in crate::cli) async fn revoke_admin_role(
        &self,
        from: &UserId,
        role: Role,
        in_installation: bool,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                Ok(admin_roles::revoke(&admin, &tenant.tenant_id, from, role, in_installation).await?)
            }
            Self::There(api) => api.done(named("revokeAdminRole", from, role, in_installation)).await,
        }
    }
}

fn named(operation: &'static str, user: &UserId, role: Role, in_installation: bool) -> Asked {
    let asked = Asked::of(operation).path("user_id", user).path("role", role.as_str());
    if in_installation { asked.query("installation", true) } else { asked }
}
