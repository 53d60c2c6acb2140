//! Roles at clients, here and there.

use credenza_protocol::ids::ClientId;
use credenza_protocol::role::{Assignment, Holder};

use super::Site;
use crate::admin::{Outcome, groups, roles};
use crate::cli::Failure;
use crate::cli::remote::Asked;

impl Site<'_> {
    /// Who has which role at a client.
    pub(in crate::cli) async fn roles_at(&self, client: &ClientId) -> Result<Vec<Assignment>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(roles::at_client(&installation.admin(), &tenant.tenant_id, client).await?)
            }
            Self::There(api) => api.all(Asked::of("listClientRoles").path("client_id", client)).await,
        }
    }

    /// What somebody has, a user also by their groups.
    pub(in crate::cli) async fn roles_of(&self, holder: &Holder) -> Result<Vec<Assignment>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, tenant) = (installation.admin(), &tenant.tenant_id);
                let mut all = roles::of_holder(&admin, tenant, holder).await?;
                if let Holder::User(user_id) = holder {
                    for group in groups::of_user(&admin, tenant, user_id).await? {
                        all.extend(roles::of_holder(&admin, tenant, &Holder::Group(group.group_id)).await?);
                    }
                }
                Ok(all)
            }
            Self::There(api) => {
                let asked = match holder {
                    Holder::User(id) => Asked::of("listUserRoles").path("user_id", id),
                    Holder::Group(id) => Asked::of("listGroupRoles").path("group_id", id),
                };
                let mut all: Vec<Assignment> = api.all(asked).await?;
                // Their own first.
                all.sort_by_key(|assignment| assignment.holder != *holder);
                Ok(all)
            }
        }
    }

    pub(in crate::cli) async fn grant_role(
        &self,
        assignment: Assignment,
    ) -> Result<Outcome<Assignment>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(roles::grant(&installation.admin(), &tenant.tenant_id, assignment).await?)
            }
            Self::There(api) => {
                let done = api.done(named(["grantUserRole", "grantGroupRole"], &assignment)).await?;
                Ok(done.map(|()| assignment))
            }
        }
    }

    pub(in crate::cli) async fn revoke_role(&self, assignment: Assignment) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(roles::revoke(&installation.admin(), &tenant.tenant_id, assignment).await?)
            }
            Self::There(api) => api.done(named(["revokeUserRole", "revokeGroupRole"], &assignment)).await,
        }
    }
}

/// The operation for a user, or the one for a group.
fn named([of_user, of_group]: [&'static str; 2], assignment: &Assignment) -> Asked {
    let asked = match &assignment.holder {
        Holder::User(id) => Asked::of(of_user).path("user_id", id),
        Holder::Group(id) => Asked::of(of_group).path("group_id", id),
    };
    asked.path("client_id", &assignment.client_id).path("role", &assignment.role)
}
