//! Authenticators of users, here and there.

use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::AuthenticatorId;
use credenza_protocol::user::User;

use super::Site;
use super::desk::Desk;
use crate::admin::{Outcome, authenticators};
use crate::cli::Failure;
use crate::cli::outcome::Subject;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{AuthenticatorsBody, ResetBody};

impl Site<'_> {
    /// What a user signs in with besides a password.
    pub(in crate::cli) async fn authenticators(&self, of: &User) -> Result<AuthenticatorsBody, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let held = authenticators::of(&admin, &tenant.tenant_id, &of.user_id).await?;
                let authenticators::Held { authenticators, recovery_codes_left } = held;
                Ok(AuthenticatorsBody { authenticators, recovery_codes_left })
            }
            Self::There(api) => {
                let asked = Asked::of("getUserAuthenticators").path("user_id", &of.user_id);
                let found = api.find(asked).await?;
                found.ok_or_else(|| Subject::user(&of.username).absent())
            }
        }
    }

    /// Removes one of a user's.
    pub(in crate::cli) async fn remove_authenticator(
        &self,
        of: &User,
        id: &AuthenticatorId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let desk = Desk::open(self, (installation, tenant), None).await?;
                Ok(authenticators::remove(&desk.admin, desk.tenant, of, id, desk.post()).await?)
            }
            Self::There(api) => {
                let asked = Asked::of("removeUserAuthenticator").path("user_id", &of.user_id);
                api.done(asked.path("authenticator_id", id)).await
            }
        }
    }

    /// Removes all of a user's, or all of one kind; how many there were.
    pub(in crate::cli) async fn reset_authenticators(
        &self,
        of: &User,
        kind: Option<AuthenticatorKind>,
    ) -> Result<Outcome<u32>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let desk = Desk::open(self, (installation, tenant), None).await?;
                Ok(authenticators::reset(&desk.admin, desk.tenant, of, kind, desk.post()).await?)
            }
            Self::There(api) => {
                let asked = Asked::of("resetUserAuthenticators").path("user_id", &of.user_id);
                let asked = match kind {
                    Some(kind) => asked.query("kind", kind.as_str()),
                    None => asked,
                };
                Ok(api.call(asked).await?.map(|ResetBody { removed }| removed))
            }
        }
    }
}
