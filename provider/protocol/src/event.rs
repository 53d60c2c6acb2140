//! Events: notifications of changes for other systems, in the envelope of CloudEvents 1.0.
//!
//! An event names what changed and how, by ids. It holds no secret and nothing about a person but ids: a
//! consumer that needs more queries it, and so sees the current state. Ended sessions and revoked grants are one event
//! for all that they cover.

use credenza_validator::algorithm::Algorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin_roles::Role;
use crate::authenticator::AuthenticatorKind;
use crate::ids::{
    AuthenticatorId, ClientId, DeviceId, GrantId, GroupId, InvitationId, KeyId, SessionId, TenantId, UserId,
    WebhookId,
};
use crate::role::Assignment;
use crate::time::Time;

mod envelope;
pub mod examples;
pub mod index;
mod plain;
pub mod schema;

pub use envelope::{Actor, DATA_VERSION, Envelope, SOURCE, SPEC_VERSION, Stamp, about, type_of};
pub use plain::{Form, Plain, PlainActor};

/// What happened: `type` and `data` of the envelope.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(tag = "type", content = "data")]
pub enum Event {
    /// A tenant was created.
    #[serde(rename = "tenant.created")]
    TenantCreated(OfTenant),
    /// Its settings changed.
    #[serde(rename = "tenant.updated")]
    TenantUpdated(OfTenant),
    /// It can do nothing until it is enabled.
    #[serde(rename = "tenant.disabled")]
    TenantDisabled(OfTenant),
    /// It can do again what it could; its grants count again.
    #[serde(rename = "tenant.enabled")]
    TenantEnabled(OfTenant),
    /// It was deleted with everything that belongs to it.
    #[serde(rename = "tenant.deleted")]
    TenantDeleted(OfTenant),
    /// An account was created.
    #[serde(rename = "user.created")]
    UserCreated(OfUser),
    /// Its username, its claims or its attributes changed.
    #[serde(rename = "user.updated")]
    UserUpdated(OfUser),
    /// It has a new password.
    #[serde(rename = "user.password_changed")]
    UserPasswordChanged(OfUser),
    /// An operator made a link by which somebody signs in to it without a password.
    #[serde(rename = "user.sign_in_link_created")]
    UserSignInLinkCreated(OfUser),
    /// The person has another address of mail, which they have proven.
    #[serde(rename = "user.email_changed")]
    UserEmailChanged(OfUser),
    /// It has the address again that it had before: somebody who reads that did not want the other. Everything that was signed
    /// in has ended, and the password is to be chosen anew.
    #[serde(rename = "user.email_change_undone")]
    UserEmailChangeUndone(OfUser),
    /// It can do nothing until it is enabled.
    #[serde(rename = "user.disabled")]
    UserDisabled(OfUser),
    /// It can sign in again.
    #[serde(rename = "user.enabled")]
    UserEnabled(OfUser),
    /// The next sign-in has to change its password.
    #[serde(rename = "user.password_change_required")]
    UserPasswordChangeRequired(OfUser),
    /// Its owner has accepted the tenant's terms.
    #[serde(rename = "user.terms_accepted")]
    UserTermsAccepted(AcceptedTerms),
    /// It is to be deleted, and can do nothing until then.
    #[serde(rename = "user.deletion_scheduled")]
    UserDeletionScheduled(ScheduledDeletion),
    /// It is kept.
    #[serde(rename = "user.deletion_cancelled")]
    UserDeletionCancelled(OfUser),
    /// It was deleted with everything that belongs to it.
    #[serde(rename = "user.deleted")]
    UserDeleted(OfUser),
    /// Its owner made it, and an operator has approved it: it can sign in.
    #[serde(rename = "user.approved")]
    UserApproved(OfUser),
    /// Its owner made it, and an operator has refused it.
    #[serde(rename = "user.rejected")]
    UserRejected(OfUser),
    /// Somebody was invited to make an account.
    #[serde(rename = "invitation.created")]
    InvitationCreated(OfInvitation),
    /// It was mailed again; the link before is dead.
    #[serde(rename = "invitation.resent")]
    InvitationResent(OfInvitation),
    /// An account was made with it.
    #[serde(rename = "invitation.accepted")]
    InvitationAccepted(AcceptedInvitation),
    /// It was taken back.
    #[serde(rename = "invitation.revoked")]
    InvitationRevoked(OfInvitation),
    /// An authenticator was added to an account: a passkey, or an application that shows codes.
    #[serde(rename = "user.authenticator_added")]
    UserAuthenticatorAdded(OfAuthenticator),
    /// It was removed.
    #[serde(rename = "user.authenticator_removed")]
    UserAuthenticatorRemoved(OfAuthenticator),
    /// The person has new recovery codes, in place of those before.
    #[serde(rename = "user.recovery_codes_renewed")]
    UserRecoveryCodesRenewed(OfUser),
    /// A recovery code was used, and is of no more use.
    #[serde(rename = "user.recovery_code_used")]
    UserRecoveryCodeUsed(OfUser),
    /// A group was created.
    #[serde(rename = "group.created")]
    GroupCreated(OfGroup),
    /// Its name or its description changed.
    #[serde(rename = "group.updated")]
    GroupUpdated(OfGroup),
    /// It was deleted: nobody is in it any more, and the roles that it had are gone.
    #[serde(rename = "group.deleted")]
    GroupDeleted(OfGroup),
    /// A user is in it now.
    #[serde(rename = "group.member_added")]
    GroupMemberAdded(Member),
    /// A user is no longer in it. The deletion of the user is not told as this as well.
    #[serde(rename = "group.member_removed")]
    GroupMemberRemoved(Member),
    /// Somebody has a role at a client now.
    #[serde(rename = "role.granted")]
    RoleGranted(Assignment),
    /// Somebody no longer has it. The deletion of the client, user or group is not told as this as well.
    #[serde(rename = "role.revoked")]
    RoleRevoked(Assignment),
    /// The person authenticated, in a new session or an existing one.
    #[serde(rename = "user.signed_in")]
    UserSignedIn(SignIn),
    /// A session began.
    #[serde(rename = "session.started")]
    SessionStarted(SignIn),
    /// One session was ended, or every session of a user. Expiry is not an event.
    #[serde(rename = "session.ended")]
    SessionEnded(Ended),
    /// Grants were revoked, with all their tokens.
    #[serde(rename = "grant.revoked")]
    GrantRevoked(Revoked),
    /// A person has registered a device with an application.
    #[serde(rename = "device.registered")]
    DeviceRegistered(OfDevice),
    /// It was removed, or another took its place. That its grant has ended, and the device with it, is not told as this as well.
    #[serde(rename = "device.removed")]
    DeviceRemoved(OfDevice),
    /// A client was created.
    #[serde(rename = "client.created")]
    ClientCreated(OfClient),
    /// Its metadata or its secret changed.
    #[serde(rename = "client.updated")]
    ClientUpdated(OfClient),
    /// It can do nothing until it is enabled.
    #[serde(rename = "client.disabled")]
    ClientDisabled(OfClient),
    /// It can be used again.
    #[serde(rename = "client.enabled")]
    ClientEnabled(OfClient),
    /// It was deleted with everything that belongs to it.
    #[serde(rename = "client.deleted")]
    ClientDeleted(OfClient),
    /// A signing key was created.
    #[serde(rename = "key.created")]
    KeyCreated(NewKey),
    /// The time at which the key begins to sign, or is retired, was set.
    #[serde(rename = "key.scheduled")]
    KeyScheduled(KeySchedule),
    /// It neither signs nor is published until it is enabled.
    #[serde(rename = "key.disabled")]
    KeyDisabled(OfKey),
    /// It is published again.
    #[serde(rename = "key.enabled")]
    KeyEnabled(OfKey),
    /// It was retired as scheduled; everything it signed has expired.
    #[serde(rename = "key.retired")]
    KeyRetired(OfKey),
    /// It was deleted, and what it signed is no longer valid.
    #[serde(rename = "key.deleted")]
    KeyDeleted(OfKey),
    /// A person was given a role.
    #[serde(rename = "admin_role.granted")]
    AdminRoleGranted(OfAdminRole),
    /// A role was taken away from a person.
    #[serde(rename = "admin_role.revoked")]
    AdminRoleRevoked(OfAdminRole),
    /// Somebody used the admin API by the key of the configuration.
    #[serde(rename = "admin_key.used")]
    AdminKeyUsed(UsedAdminKey),
    /// A webhook was created.
    #[serde(rename = "webhook.created")]
    WebhookCreated(OfWebhook),
    /// It changed, was paused or resumed by an operator, or has other secrets.
    #[serde(rename = "webhook.updated")]
    WebhookUpdated(OfWebhook),
    /// It failed for too long, or said that it is gone: nothing is sent to it until it is resumed.
    #[serde(rename = "webhook.paused")]
    WebhookPaused(PausedWebhook),
    /// It was deleted with everything that waited for it.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted(OfWebhook),
    /// Nothing happened: somebody tries whether messages arrive. It is sent to this webhook alone.
    #[serde(rename = "webhook.test")]
    WebhookTest(OfWebhook),
}

/// A tenant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfTenant {
    /// Its id.
    pub tenant_id: TenantId,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfUser {
    /// `sub`.
    pub user_id: UserId,
}

/// An invitation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfInvitation {
    /// Its id.
    pub invitation_id: InvitationId,
}

/// An invitation with which an account was made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct AcceptedInvitation {
    /// Its id.
    pub invitation_id: InvitationId,
    /// The user.
    pub user_id: UserId,
}

/// A user who has accepted terms.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct AcceptedTerms {
    /// `sub`.
    pub user_id: UserId,
    /// The version, as the tenant calls it.
    pub terms_version: String,
}

/// A user who is to be deleted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct ScheduledDeletion {
    /// `sub`.
    pub user_id: UserId,
    /// When, in seconds since the epoch.
    pub deletes_at: Time,
}

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfGroup {
    /// Its id.
    pub group_id: GroupId,
}

/// A user in a group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Member {
    /// The group.
    pub group_id: GroupId,
    /// The user.
    pub user_id: UserId,
}

/// A client.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfClient {
    /// Its id.
    pub client_id: ClientId,
    /// The resources that it serves (RFC 8707), when it is disabled, enabled or deleted: with the last client that
    /// serves one of them, access tokens for that resource end, and with the first they begin again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<String>,
}

impl From<ClientId> for OfClient {
    fn from(client_id: ClientId) -> Self {
        Self { client_id, serves: vec![] }
    }
}

/// A device.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfDevice {
    /// Its id.
    pub device_id: DeviceId,
    /// Whose it is.
    pub user_id: UserId,
    /// The application on it.
    pub client_id: ClientId,
}

/// An authenticator.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfAuthenticator {
    /// Its id.
    pub authenticator_id: AuthenticatorId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its kind.
    pub kind: AuthenticatorKind,
}

/// A signing key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfKey {
    /// Its id.
    pub kid: KeyId,
}

/// A role of a person.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfAdminRole {
    /// Who has it.
    pub user_id: UserId,
    /// The role.
    pub role: Role,
    /// Whether it holds at every tenant of the installation.
    pub installation: bool,
}

/// A use of the admin key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct UsedAdminKey {
    /// What was asked for by it: the `operationId` of the admin API.
    pub operation: String,
}

/// A webhook.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct OfWebhook {
    /// Its id.
    pub webhook_id: WebhookId,
}

/// A webhook that is paused, since it failed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct PausedWebhook {
    /// Its id.
    pub webhook_id: WebhookId,
    /// Why, as a sentence.
    pub reason: String,
}

/// How a person authenticated.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct SignIn {
    /// The user.
    pub user_id: UserId,
    /// The session.
    pub sid: SessionId,
    /// The methods (RFC 8176).
    pub amr: Vec<String>,
}

/// Sessions that ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Ended {
    /// The user.
    pub user_id: UserId,
    /// The session; all sessions of the user if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// Grants that were revoked: those that match every id given here.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Revoked {
    /// This grant alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
    /// Those of this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Those that this user gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Those that were given in this session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Whether those with `offline_access` stay alive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub except_offline: bool,
}

/// A new signing key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct NewKey {
    /// Its id.
    pub kid: KeyId,
    /// Its algorithm.
    pub algorithm: Algorithm,
    /// When it begins to sign, in seconds since the epoch.
    pub active_at: Time,
}

/// A change to the schedule of a key, in seconds since the epoch.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct KeySchedule {
    /// Its id.
    pub kid: KeyId,
    /// When it begins to sign, if that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_at: Option<Time>,
    /// When it is retired, if that is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retire_at: Option<Time>,
}

impl Event {
    /// `subject`: the id of what it is about. Events of one subject are delivered in the order in which they happened.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::TenantCreated(of)
            | Self::TenantUpdated(of)
            | Self::TenantDisabled(of)
            | Self::TenantEnabled(of)
            | Self::TenantDeleted(of) => of.tenant_id.as_str(),
            Self::UserCreated(of)
            | Self::UserUpdated(of)
            | Self::UserPasswordChanged(of)
            | Self::UserSignInLinkCreated(of)
            | Self::UserEmailChanged(of)
            | Self::UserEmailChangeUndone(of)
            | Self::UserDisabled(of)
            | Self::UserEnabled(of)
            | Self::UserPasswordChangeRequired(of)
            | Self::UserDeletionCancelled(of)
            | Self::UserDeleted(of)
            | Self::UserApproved(of)
            | Self::UserRecoveryCodesRenewed(of)
            | Self::UserRecoveryCodeUsed(of)
            | Self::UserRejected(of) => of.user_id.as_str(),
            Self::InvitationCreated(of) | Self::InvitationResent(of) | Self::InvitationRevoked(of) => {
                of.invitation_id.as_str()
            }
            Self::InvitationAccepted(of) => of.invitation_id.as_str(),
            Self::UserDeletionScheduled(of) => of.user_id.as_str(),
            Self::UserTermsAccepted(of) => of.user_id.as_str(),
            Self::UserAuthenticatorAdded(of) | Self::UserAuthenticatorRemoved(of) => of.user_id.as_str(),
            Self::GroupCreated(of) | Self::GroupUpdated(of) | Self::GroupDeleted(of) => of.group_id.as_str(),
            Self::GroupMemberAdded(of) | Self::GroupMemberRemoved(of) => of.group_id.as_str(),
            Self::RoleGranted(of) | Self::RoleRevoked(of) => of.holder.id(),
            Self::UserSignedIn(of) => of.user_id.as_str(),
            Self::SessionStarted(of) => of.sid.as_str(),
            Self::SessionEnded(of) => of.sid.as_ref().map_or(of.user_id.as_str(), SessionId::as_str),
            Self::GrantRevoked(of) => of.subject(),
            Self::DeviceRegistered(of) | Self::DeviceRemoved(of) => of.device_id.as_str(),
            Self::ClientCreated(of)
            | Self::ClientUpdated(of)
            | Self::ClientDisabled(of)
            | Self::ClientEnabled(of)
            | Self::ClientDeleted(of) => of.client_id.as_str(),
            Self::KeyCreated(of) => of.kid.as_str(),
            Self::KeyScheduled(of) => of.kid.as_str(),
            Self::KeyDisabled(of) | Self::KeyEnabled(of) | Self::KeyRetired(of) | Self::KeyDeleted(of) => {
                of.kid.as_str()
            }
            Self::AdminRoleGranted(of) | Self::AdminRoleRevoked(of) => of.user_id.as_str(),
            Self::AdminKeyUsed(of) => &of.operation,
            Self::WebhookCreated(of)
            | Self::WebhookUpdated(of)
            | Self::WebhookDeleted(of)
            | Self::WebhookTest(of) => of.webhook_id.as_str(),
            Self::WebhookPaused(of) => of.webhook_id.as_str(),
        }
    }
}

impl Revoked {
    fn subject(&self) -> &str {
        let grant = self.grant_id.as_ref().map(GrantId::as_str);
        let session = || self.sid.as_ref().map(SessionId::as_str);
        let user = || self.user_id.as_ref().map(UserId::as_str);
        let client = || self.client_id.as_ref().map(ClientId::as_str);
        grant.or_else(session).or_else(user).or_else(client).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
