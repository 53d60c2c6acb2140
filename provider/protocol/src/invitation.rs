//! Invitations: an operator asks somebody by mail to make an account. Whoever opens the link has proven the address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claims::StandardClaims;
use crate::ids::{ClientId, GroupId, InvitationId, UserId};
use crate::time::{Seconds, Time};

/// How long an invitation is kept after its link has ended, so that operators see what became of it.
pub const KEPT: Seconds = Seconds(30 * 86_400);

/// The most groups and the most roles that one invitation gives.
pub const MOST: usize = 50;

/// An invitation. Of its link nothing is known but a hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// Its id, which authorizes nothing.
    pub invitation_id: InvitationId,
    /// The address that it was mailed to.
    pub email: String,
    /// What the account gets.
    pub gives: Gives,
    /// Who has invited: the actor of the admin API, if it was by that.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When the mail was queued last.
    pub sent_at: Time,
    /// Until when the link is good.
    pub expires_at: Time,
    /// When an account was made with it.
    pub accepted_at: Option<Time>,
    /// When an operator took it back.
    pub revoked_at: Option<Time>,
    /// The account that was made with it.
    pub user_id: Option<UserId>,
}

/// What an account gets that is made with an invitation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gives {
    /// The username that is proposed.
    pub username: Option<String>,
    /// The standard claims, without the address.
    pub claims: StandardClaims,
    /// The groups that it is in, in the order of their ids.
    pub groups: Vec<GroupId>,
    /// The roles that it has, in the order of their clients.
    pub roles: Vec<ClientRole>,
    /// The application that the person goes on to.
    pub client_id: Option<ClientId>,
    /// The language of the mail (BCP 47).
    pub locale: Option<String>,
}

/// A role at a client.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientRole {
    /// The client.
    pub client_id: ClientId,
    /// The role, which the client declares.
    pub role: String,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// The link is good.
    Pending,
    /// An account was made with it.
    Accepted,
    /// An operator took it back.
    Revoked,
    /// The link has ended; it can be sent again.
    Expired,
}

impl Invitation {
    /// What became of it.
    #[must_use]
    pub fn state(&self, now: Time) -> InvitationState {
        if self.accepted_at.is_some() {
            InvitationState::Accepted
        } else if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if self.expires_at <= now {
            InvitationState::Expired
        } else {
            InvitationState::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_it_first_counts() {
        let at = Time::from_seconds;
        let pending = Invitation {
            invitation_id: InvitationId::new("i"),
            email: "ada@example.com".to_owned(),
            gives: Gives::default(),
            invited_by: None,
            created_at: at(0),
            sent_at: at(0),
            expires_at: at(10),
            accepted_at: None,
            revoked_at: None,
            user_id: None,
        };
        let accepted = Invitation { accepted_at: Some(at(5)), ..pending.clone() };
        let revoked = Invitation { revoked_at: Some(at(5)), ..pending.clone() };
        for (invitation, now, state) in [
            (&pending, 9, InvitationState::Pending),
            (&pending, 10, InvitationState::Expired),
            (&accepted, 9, InvitationState::Accepted),
            (&accepted, 11, InvitationState::Accepted),
            (&revoked, 9, InvitationState::Revoked),
            (&revoked, 11, InvitationState::Revoked),
        ] {
            assert_eq!(invitation.state(at(now)), state, "{now}");
        }
    }
}
