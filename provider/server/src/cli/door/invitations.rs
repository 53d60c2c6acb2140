//! Invitations, here and there.

use credenza_protocol::ids::InvitationId;

use super::Site;
use super::desk::Desk;
use crate::admin::Outcome;
use crate::admin::invitations;
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{InvitationBody, NewInvitationBody};

impl Site<'_> {
    /// Every invitation, the oldest first.
    pub(in crate::cli) async fn invitations(&self) -> Result<Vec<InvitationBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let found = invitations::all(&admin, &tenant.tenant_id).await?;
                Ok(found.into_iter().map(|one| InvitationBody::new(one, admin.now)).collect())
            }
            Self::There(api) => api.all(Asked::of("listInvitations")).await,
        }
    }

    /// The invitation of that id.
    pub(in crate::cli) async fn invitation(&self, id: &str) -> Result<Option<InvitationBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let found = invitations::find(&admin, &tenant.tenant_id, &InvitationId::new(id)).await?;
                Ok(found.map(|one| InvitationBody::new(one, admin.now)))
            }
            Self::There(api) => api.find(named("getInvitation", id)).await,
        }
    }

    /// Invites somebody.
    pub(in crate::cli) async fn create_invitation(
        &self,
        new: NewInvitationBody,
        issuer: Option<String>,
    ) -> Result<Outcome<InvitationBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let desk = Desk::open(self, (installation, tenant), issuer).await?;
                let made = invitations::create(&desk.admin, desk.tenant, new.into(), desk.post()).await?;
                Ok(made.map(|one| InvitationBody::new(one, desk.admin.now)))
            }
            Self::There(api) => api.call(Asked::of("createInvitation").body(&new)?).await,
        }
    }

    /// Mails it again.
    pub(in crate::cli) async fn resend_invitation(
        &self,
        id: &str,
        issuer: Option<String>,
    ) -> Result<Outcome<InvitationBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let desk = Desk::open(self, (installation, tenant), issuer).await?;
                let id = InvitationId::new(id);
                let sent = invitations::resend(&desk.admin, desk.tenant, &id, desk.post()).await?;
                Ok(sent.map(|one| InvitationBody::new(one, desk.admin.now)))
            }
            Self::There(api) => api.call(named("resendInvitation", id)).await,
        }
    }

    /// Takes it back.
    pub(in crate::cli) async fn revoke_invitation(
        &self,
        id: &str,
    ) -> Result<Outcome<InvitationBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let revoked = invitations::revoke(&admin, &tenant.tenant_id, &InvitationId::new(id)).await?;
                Ok(revoked.map(|one| InvitationBody::new(one, admin.now)))
            }
            Self::There(api) => api.call(named("revokeInvitation", id)).await,
        }
    }
}

fn named(operation: &'static str, id: &str) -> Asked {
    Asked::of(operation).path("invitation_id", id)
}
