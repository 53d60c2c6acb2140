//! What a caller within this crate needs: the command line, which drives other installations by this API. It finds
//! operations in the table that serves them, and sends and reads the very forms that they read and answer.

use super::table;

pub(crate) use super::approvals::ApprovalBody;
pub(crate) use super::authenticators::{AuthenticatorsBody, ResetBody};
pub(crate) use super::client_keys::NewKeyBody as NewClientKeyBody;
pub(crate) use super::client_secrets::{ExpiryBody, NewSecretBody, SecretBody};
pub(crate) use super::entry::{ADMIN_KEY, IDEMPOTENCY_KEY};
pub(crate) use super::groups::{GroupDocument, MemberBody};
pub(crate) use super::invitations::{InvitationBody, NewInvitationBody};
pub(crate) use super::keys::{ActivationBody, NewKeyBody, RotationBody};
pub(crate) use super::operation::{Guard, Method, Operation};
pub(crate) use super::page::MAX_LIMIT;
pub(crate) use super::precondition::etag;
pub(crate) use super::registration_tokens::{NewTokenBody, TokenBody};
pub(crate) use super::resource_secrets::{
    NewSecretBody as NewResourceSecretBody, SecretBody as ResourceSecretBody,
};
pub(crate) use super::sessions::EndedBody;
pub(crate) use super::sign_in_links::{NewSignInLinkBody, SignInLinkBody};
pub(crate) use super::tenants::NewTenantBody;
pub(crate) use super::user_deletions::{DeletionBody, NewDeletionBody};
pub(crate) use super::users::{NewUserBody, PasswordBody};
pub(crate) use super::webhook_deliveries::{DeliveryBody, ReplayBody, ReplayedBody};
pub(crate) use super::webhook_secrets::{
    NewSecretBody as NewWebhookSecretBody, SecretBody as WebhookSecretBody,
};
pub(crate) use super::webhooks::NewWebhookBody;

/// The operation of that `operationId`.
pub(crate) fn operation(id: &str) -> Option<&'static Operation> {
    table::operations().find(|operation| operation.id == id)
}
