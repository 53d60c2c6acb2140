//! Initial access tokens, here and there.

use super::Site;
use crate::admin::Outcome;
use crate::admin::registration_tokens::{self, NewToken};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{NewTokenBody, TokenBody};

impl Site<'_> {
    /// Every token, without its value.
    pub(in crate::cli) async fn registration_tokens(&self) -> Result<Vec<TokenBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let records = registration_tokens::list(&installation.admin(), &tenant.tenant_id).await?;
                Ok(records.into_iter().map(|record| TokenBody::new(record, None)).collect())
            }
            Self::There(api) => api.all(Asked::of("listRegistrationTokens")).await,
        }
    }

    /// Makes a token, which is shown this once.
    pub(in crate::cli) async fn create_registration_token(
        &self,
        new: NewToken,
    ) -> Result<Outcome<TokenBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let created =
                    registration_tokens::create(&installation.admin(), &tenant.tenant_id, new).await?;
                Ok(created.map(|(record, token)| TokenBody::new(record, Some(&token))))
            }
            Self::There(api) => {
                let NewToken { name, uses, expires_in } = new;
                let body = NewTokenBody { name, uses, expires_in };
                api.call(Asked::of("createRegistrationToken").body(&body)?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_registration_token(&self, id: &str) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(registration_tokens::delete(&installation.admin(), &tenant.tenant_id, id).await?)
            }
            Self::There(api) => api.done(Asked::of("deleteRegistrationToken").path("token_id", id)).await,
        }
    }
}
