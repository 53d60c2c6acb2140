//! Accounts that wait for a decision, here and there.

use credenza_protocol::approval::ApprovalState;
use credenza_protocol::user::User;

use super::Site;
use super::desk::Desk;
use crate::admin::Outcome;
use crate::admin::approvals::{self, Decision};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::ApprovalBody;

impl Site<'_> {
    /// Every account in that state.
    pub(in crate::cli) async fn approvals(&self, state: ApprovalState) -> Result<Vec<ApprovalBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = approvals::all(&installation.admin(), &tenant.tenant_id, state).await?;
                Ok(found.into_iter().map(ApprovalBody::new).collect())
            }
            Self::There(api) => api.all(Asked::of("listApprovals").query("state", state.as_str())).await,
        }
    }

    /// Decides on an account, and tells its owner by mail.
    pub(in crate::cli) async fn decide_on_user(
        &self,
        user: User,
        decision: Decision,
        issuer: Option<String>,
    ) -> Result<Outcome<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let desk = Desk::open(self, (installation, tenant), issuer).await?;
                Ok(approvals::decide(&desk.admin, desk.tenant, user, decision, desk.post()).await?)
            }
            Self::There(api) => {
                let operation = match decision {
                    Decision::Approve => "approveUser",
                    Decision::Reject => "rejectUser",
                };
                api.call(Asked::of(operation).path("user_id", &user.user_id)).await
            }
        }
    }
}
