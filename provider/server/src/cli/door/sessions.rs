//! Sessions, here and there.

use credenza_protocol::ids::{SessionId, UserId};
use credenza_protocol::session::Session;

use super::Site;
use crate::admin::{Outcome, sessions};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::EndedBody;

impl Site<'_> {
    /// The sessions of a user, the newest first.
    pub(in crate::cli) async fn sessions(&self, of: &UserId) -> Result<Vec<Session>, Failure> {
        match self {
            Self::Here(installation, tenant) => Ok(sessions::list(&installation.admin(), tenant, of).await?),
            Self::There(api) => api.all(Asked::of("listUserSessions").path("user_id", of)).await,
        }
    }

    pub(in crate::cli) async fn end_session(
        &self,
        of: &UserId,
        sid: &SessionId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(sessions::end(&installation.admin(), &tenant.tenant_id, of, sid).await?)
            }
            Self::There(api) => {
                api.done(Asked::of("endUserSession").path("user_id", of).path("sid", sid)).await
            }
        }
    }

    /// Ends every session of a user; how many there were.
    pub(in crate::cli) async fn end_sessions(&self, of: &UserId) -> Result<Outcome<u64>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(sessions::end_all(&installation.admin(), &tenant.tenant_id, of).await?)
            }
            Self::There(api) => {
                let ended = api.call(Asked::of("endUserSessions").path("user_id", of)).await?;
                Ok(ended.map(|EndedBody { ended }| ended))
            }
        }
    }
}
