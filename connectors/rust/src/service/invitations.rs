//! Invitations to make an account, by the admin API of a tenant.

use std::fmt;
use std::vec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::admin::{Admin, encoded, segment};
use super::{ClientConfig, ServiceError};
use crate::SettingsError;

/// Invitations of the issuer's tenant.
#[derive(Clone)]
pub struct Invitations(Admin);

/// An invitation to be mailed: the address, and what the account gets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NewInvitation {
    /// The address.
    pub email: String,
    /// The name that is proposed; the address, or what the person chooses, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Standard claims without `email`, which the invitation proves.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
    /// Ids of groups; they need `admin:groups:write` too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Roles at clients; they need `admin:roles:write` too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ClientRole>,
    /// The application that the person goes on to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The language of the mail (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// How many seconds the link is good; as the tenant says without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
}

/// A role at a client.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ClientRole {
    /// The client.
    pub client_id: String,
    /// The role, which the client declares.
    pub role: String,
}

/// An invitation. Its link is in the mail alone. Times are in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id, which authorizes nothing.
    pub invitation_id: String,
    /// The address that it was mailed to.
    pub email: String,
    /// The name that is proposed.
    pub username: Option<String>,
    /// The standard claims that the account gets.
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// Ids of the groups that the account is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The roles that the account has at clients.
    #[serde(default)]
    pub roles: Vec<ClientRole>,
    /// The application that the person goes on to.
    pub client_id: Option<String>,
    /// The language of the mail (BCP 47).
    pub locale: Option<String>,
    /// What became of it.
    pub state: InvitationState,
    /// Who has invited, such as `client:` and its id; nobody for the command line on the server.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was mailed last.
    pub sent_at: i64,
    /// Until when the link is good.
    pub expires_at: i64,
    /// When an account was made with it.
    pub accepted_at: Option<i64>,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    /// The account that was made with it.
    pub user_id: Option<String>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InvitationState {
    /// The link is good.
    Pending,
    /// An account was made with it.
    Accepted,
    /// It was taken back.
    Revoked,
    /// The link has ended; it can be sent again.
    Expired,
    /// What this version does not know.
    #[serde(other)]
    Other,
}

impl Invitations {
    /// By a client with the scopes `admin:invitations:read` and `admin:invitations:write`, which are asked for where `scope`
    /// is empty. The resource is the issuer's admin API, whatever `resource` says.
    ///
    /// # Errors
    /// [`SettingsError`] names the setting that is wrong.
    pub fn new(client: ClientConfig) -> Result<Self, SettingsError> {
        Admin::new(client, "admin:invitations:read admin:invitations:write").map(Self)
    }

    /// Mails an invitation, once, however often the request has to be sent. Whether the address has an account is not said,
    /// and it may be invited again.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] where no mail is sent, and others.
    pub async fn create(&self, invitation: &NewInvitation) -> Result<Invitation, ServiceError> {
        self.0.create("/invitations", invitation).await
    }

    /// An invitation, and what became of it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], and others.
    pub async fn get(&self, invitation_id: &str) -> Result<Invitation, ServiceError> {
        self.0.get(&path(invitation_id, "")?).await
    }

    /// All of them, the oldest first.
    #[must_use]
    pub fn list(&self) -> InvitationList<'_> {
        InvitationList { admin: &self.0, page: vec![].into_iter(), next: Some("/invitations".to_owned()) }
    }

    /// Mails it again, also an expired one: the link before is dead.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] where it is over, [`ServiceError::NotFound`], and others.
    pub async fn resend(&self, invitation_id: &str) -> Result<Invitation, ServiceError> {
        self.0.post(&path(invitation_id, "/resend")?).await
    }

    /// Takes it back: its link is dead.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] where it is over, [`ServiceError::NotFound`], and others.
    pub async fn revoke(&self, invitation_id: &str) -> Result<Invitation, ServiceError> {
        self.0.post(&path(invitation_id, "/revoke")?).await
    }
}

fn path(invitation_id: &str, action: &str) -> Result<String, ServiceError> {
    Ok(format!("/invitations/{}{action}", segment(invitation_id)?))
}

/// Goes through invitations; a page is asked for when it is reached.
pub struct InvitationList<'a> {
    admin: &'a Admin,
    page: vec::IntoIter<Invitation>,
    /// The path of the next page.
    next: Option<String>,
}

/// A page of a list.
#[derive(Deserialize)]
struct Page {
    items: Vec<Invitation>,
    next_cursor: Option<String>,
}

impl InvitationList<'_> {
    /// The next one; nothing after the last. After an error, the same page is asked for again.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn next(&mut self) -> Result<Option<Invitation>, ServiceError> {
        loop {
            if let Some(one) = self.page.next() {
                return Ok(Some(one));
            }
            let Some(path) = &self.next else { return Ok(None) };
            let page: Page = self.admin.get(path).await?;
            self.page = page.items.into_iter();
            self.next = page.next_cursor.map(|cursor| format!("/invitations?cursor={}", encoded(&cursor)));
        }
    }
}

impl fmt::Debug for InvitationList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationList").field("next", &self.next).finish_non_exhaustive()
    }
}
