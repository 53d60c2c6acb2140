//! A user accepts the tenant's terms.

use credenza_protocol::ids::TenantId;
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::user::User;

use crate::admin::{Administration, Error};

/// Stores that the user accepts that version, unless they have already. Answers who they are then.
///
/// # Errors
/// [`Error`].
pub async fn accept_terms(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: User,
    version: &str,
) -> Result<User, Error> {
    let terms = TermsAcceptance { version: version.to_owned(), accepted_at: admin.now };
    admin.store.users.accept_terms(tenant, &user.user_id, terms.clone()).await?;
    tracing::info!(user_id = %user.user_id, version, "a user accepted the terms");
    Ok(User { terms: Some(terms), ..user })
}
