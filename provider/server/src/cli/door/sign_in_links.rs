//! Links by which a user signs in without a password, here and there.

use credenza_protocol::user::User;

use super::Site;
use crate::admin::Outcome;
use crate::admin::sign_in_links::{self, NewLink};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{NewSignInLinkBody, SignInLinkBody};

impl Site<'_> {
    /// Makes a link, which is shown this once.
    pub(in crate::cli) async fn create_sign_in_link(
        &self,
        user: &User,
        new: NewLink,
        issuer: Option<String>,
    ) -> Result<Outcome<SignInLinkBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let issuer = self.issuer(issuer)?;
                let admin = installation.admin();
                let made = sign_in_links::create(&admin, &tenant.tenant_id, user, new, None).await?;
                Ok(made.map(|made| SignInLinkBody::new(made, Some(&issuer))))
            }
            Self::There(api) => {
                let NewLink { client_id, expires_in } = new;
                let body = NewSignInLinkBody { mail: false, client_id, expires_in };
                let asked = Asked::of("createSignInLink").path("user_id", &user.user_id).body(&body)?;
                api.call(asked).await
            }
        }
    }
}
