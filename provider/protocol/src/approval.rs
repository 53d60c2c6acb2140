//! Approval: an operator decides on accounts that people have made themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::time::{Seconds, Time};

/// How long an account waits for a decision before it is deleted.
pub const WAITS: Seconds = Seconds(90 * 86_400);

/// How long an account stays that was refused, so that the refusal can be taken back.
pub const REFUSED_FOR: Seconds = Seconds(30 * 86_400);

/// What was decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nothing yet.
    Pending,
    /// The account was refused.
    Rejected,
}

impl ApprovalState {
    /// Every state.
    pub const ALL: [Self; 2] = [Self::Pending, Self::Rejected];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Rejected => "rejected",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// An account that is not approved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Approval {
    /// Whose.
    pub user_id: UserId,
    /// What was decided.
    pub state: ApprovalState,
    /// When the account was made.
    pub asked_at: Time,
    /// When it was refused.
    pub decided_at: Option<Time>,
    /// When it is deleted, unless it is approved before.
    pub expires_at: Time,
}
