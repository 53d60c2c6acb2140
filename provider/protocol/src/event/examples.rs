//! One event of each type, as an example of it; and so the list of the types.

use std::sync::LazyLock;

use credenza_validator::algorithm::Algorithm;

use super::{
    AcceptedInvitation, AcceptedTerms, Actor, Ended, Envelope, Event, KeySchedule, Member, NewKey,
    OfAdminRole, OfAuthenticator, OfClient, OfDevice, OfGroup, OfInvitation, OfKey, OfTenant, OfUser,
    OfWebhook, PausedWebhook, Revoked, ScheduledDeletion, SignIn, Stamp, UsedAdminKey, type_of,
};
use crate::admin_roles::Role;
use crate::authenticator::AuthenticatorKind;
use crate::ids::{
    AuthenticatorId, ClientId, DeviceId, GroupId, InvitationId, KeyId, SessionId, TenantId, UserId, WebhookId,
};
use crate::role::{Assignment, Holder};
use crate::time::Time;

const TENANT: &str = "91d0c7f2a4b84e6f";
const USER: &str = "2f9c40d1b7e35a86";
const CLIENT: &str = "s6BhdRkqt3";
const INVITATION: &str = "c07f3a5be1d2948a";
const GROUP: &str = "5b1e9f07c2d84a63";
const SESSION: &str = "77aa31f0d9c24b58";
const AUTHENTICATOR: &str = "e41b7d09a6c25f83";
const DEVICE: &str = "c3a9d0e7415b4f28";
const KEY: &str = "key-2026-01";
const WEBHOOK: &str = "billing";
/// 15 January 2027.
const TIME: Time = Time::from_seconds(1_800_000_000);

/// An event of each type.
#[must_use]
pub fn events() -> Vec<Event> {
    [of_tenants(), of_people(), of_groups_and_sign_ins(), of_clients_and_keys(), of_operation()].concat()
}

fn user() -> OfUser {
    OfUser { user_id: UserId::new(USER) }
}

fn of_tenants() -> Vec<Event> {
    let tenant = || OfTenant { tenant_id: TenantId::new(TENANT) };
    vec![
        Event::TenantCreated(tenant()),
        Event::TenantUpdated(tenant()),
        Event::TenantDisabled(tenant()),
        Event::TenantEnabled(tenant()),
        Event::TenantDeleted(tenant()),
    ]
}

fn of_people() -> Vec<Event> {
    let authenticator = || OfAuthenticator {
        authenticator_id: AuthenticatorId::new(AUTHENTICATOR),
        user_id: UserId::new(USER),
        kind: AuthenticatorKind::Passkey,
    };
    let invitation = || OfInvitation { invitation_id: InvitationId::new(INVITATION) };
    vec![
        Event::UserCreated(user()),
        Event::UserUpdated(user()),
        Event::UserPasswordChanged(user()),
        Event::UserSignInLinkCreated(user()),
        Event::UserEmailChanged(user()),
        Event::UserEmailChangeUndone(user()),
        Event::UserDisabled(user()),
        Event::UserEnabled(user()),
        Event::UserPasswordChangeRequired(user()),
        Event::UserTermsAccepted(AcceptedTerms {
            user_id: UserId::new(USER),
            terms_version: "2026-12-01".to_owned(),
        }),
        Event::UserDeletionScheduled(ScheduledDeletion { user_id: UserId::new(USER), deletes_at: TIME }),
        Event::UserDeletionCancelled(user()),
        Event::UserDeleted(user()),
        Event::UserApproved(user()),
        Event::UserRejected(user()),
        Event::InvitationCreated(invitation()),
        Event::InvitationResent(invitation()),
        Event::InvitationAccepted(AcceptedInvitation {
            invitation_id: InvitationId::new(INVITATION),
            user_id: UserId::new(USER),
        }),
        Event::InvitationRevoked(invitation()),
        Event::UserAuthenticatorAdded(authenticator()),
        Event::UserAuthenticatorRemoved(authenticator()),
        Event::UserRecoveryCodesRenewed(user()),
        Event::UserRecoveryCodeUsed(user()),
    ]
}

fn of_groups_and_sign_ins() -> Vec<Event> {
    let group = || OfGroup { group_id: GroupId::new(GROUP) };
    let member = || Member { group_id: GroupId::new(GROUP), user_id: UserId::new(USER) };
    let role = || Assignment {
        client_id: ClientId::new(CLIENT),
        role: "editor".to_owned(),
        holder: Holder::User(UserId::new(USER)),
    };
    let sign_in =
        || SignIn { user_id: UserId::new(USER), sid: SessionId::new(SESSION), amr: vec!["pwd".to_owned()] };
    let device = || OfDevice {
        device_id: DeviceId::new(DEVICE),
        user_id: UserId::new(USER),
        client_id: ClientId::new(CLIENT),
    };
    vec![
        Event::GroupCreated(group()),
        Event::GroupUpdated(group()),
        Event::GroupDeleted(group()),
        Event::GroupMemberAdded(member()),
        Event::GroupMemberRemoved(member()),
        Event::RoleGranted(role()),
        Event::RoleRevoked(role()),
        Event::UserSignedIn(sign_in()),
        Event::SessionStarted(sign_in()),
        Event::SessionEnded(Ended { user_id: UserId::new(USER), sid: Some(SessionId::new(SESSION)) }),
        Event::GrantRevoked(Revoked {
            client_id: Some(ClientId::new(CLIENT)),
            user_id: Some(UserId::new(USER)),
            ..Revoked::default()
        }),
        Event::DeviceRegistered(device()),
        Event::DeviceRemoved(device()),
    ]
}

fn of_clients_and_keys() -> Vec<Event> {
    let client = || OfClient::from(ClientId::new(CLIENT));
    let serving = || OfClient { serves: vec!["https://api.example.com/".to_owned()], ..client() };
    let key = || OfKey { kid: KeyId::new(KEY) };
    vec![
        Event::ClientCreated(client()),
        Event::ClientUpdated(client()),
        Event::ClientDisabled(serving()),
        Event::ClientEnabled(serving()),
        Event::ClientDeleted(serving()),
        Event::KeyCreated(NewKey { kid: KeyId::new(KEY), algorithm: Algorithm::ES256, active_at: TIME }),
        Event::KeyScheduled(KeySchedule { kid: KeyId::new(KEY), active_at: None, retire_at: Some(TIME) }),
        Event::KeyDisabled(key()),
        Event::KeyEnabled(key()),
        Event::KeyRetired(key()),
        Event::KeyDeleted(key()),
    ]
}

fn of_operation() -> Vec<Event> {
    let webhook = || OfWebhook { webhook_id: WebhookId::new(WEBHOOK) };
    let admin_role =
        || OfAdminRole { user_id: UserId::new(USER), role: Role::SupportAdmin, installation: false };
    vec![
        Event::AdminRoleGranted(admin_role()),
        Event::AdminRoleRevoked(admin_role()),
        Event::AdminKeyUsed(UsedAdminKey { operation: "listUsers".to_owned() }),
        Event::WebhookCreated(webhook()),
        Event::WebhookUpdated(webhook()),
        Event::WebhookPaused(PausedWebhook {
            webhook_id: WebhookId::new(WEBHOOK),
            reason: "it answered 410".to_owned(),
        }),
        Event::WebhookDeleted(webhook()),
        Event::WebhookTest(webhook()),
    ]
}

/// The same in their envelopes. Those that are done by operators say who did it.
#[must_use]
pub fn envelopes() -> Vec<Envelope> {
    let stamp = Stamp { id: "4be1a2f6c8d09375".to_owned(), at: TIME };
    let actor = Actor {
        actor: format!("user:{USER}"),
        actortenantid: None,
        actoraddress: Some("192.0.2.1".to_owned()),
        requestid: Some("6f1a0c55d9e2b37a".to_owned()),
    };
    let told = |event: Event| {
        let by = match &event {
            Event::UserSignedIn(_)
            | Event::InvitationAccepted(_)
            | Event::SessionStarted(_)
            | Event::KeyRetired(_)
            | Event::WebhookPaused(_) => None,
            Event::AdminKeyUsed(_) => Some(Actor { actor: "admin-key".to_owned(), ..actor.clone() }),
            _ => Some(actor.clone()),
        };
        Envelope::new(&stamp, &TenantId::new(TENANT), event).by(by)
    };
    events().into_iter().map(told).collect()
}

/// The types, in the order in which they are documented.
#[must_use]
pub fn types() -> &'static [String] {
    static TYPES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let texts = envelopes().into_iter().filter_map(|envelope| serde_json::to_string(&envelope).ok());
        texts.filter_map(|text| type_of(&text)).collect()
    });
    &TYPES
}
