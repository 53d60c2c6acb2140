//! The entries of a file, in the order in which they are settled.

use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::Tenant;

use super::document::{ClientEntry, Document, GroupEntry, RoleEntry, TenantEntry, UserEntry, WebhookEntry};
use super::future::Future;
use super::read::SetUp;
use super::step::{Mode, Settled};
use super::{clients, groups, roles, users, webhooks};
use crate::admin::users::GivenPassword;
use crate::admin::{Administration, Error};

/// An entry, and where it stands, such as `clients[0]`.
pub(super) struct Placed<'a> {
    pub(super) at: String,
    pub(super) entry: Entry<'a>,
}

/// An entry of the file.
pub(super) enum Entry<'a> {
    Tenant(&'a TenantEntry),
    Member(Member<'a>),
}

/// Something in a tenant, with the secret that the file names for it, or with the whole file if it names other entries.
pub(super) enum Member<'a> {
    Client(&'a ClientEntry, Option<&'a Secret>),
    User(&'a UserEntry, Option<&'a GivenPassword>),
    Group(&'a GroupEntry, &'a Document),
    Role(&'a RoleEntry, &'a Document),
    Webhook(&'a WebhookEntry, Option<&'a Secret>),
}

impl Member<'_> {
    /// The name of the tenant that it is in.
    pub(super) fn tenant(&self) -> &str {
        match self {
            Self::Client(entry, _) => &entry.own.tenant,
            Self::User(entry, _) => &entry.tenant,
            Self::Group(entry, _) => &entry.tenant,
            Self::Role(entry, _) => &entry.tenant,
            Self::Webhook(entry, _) => &entry.tenant,
        }
    }

    /// Compares it with what there is, and makes it so.
    pub(super) async fn settle(
        &self,
        admin: &Administration<'_>,
        tenant: &Tenant,
        mode: Mode,
    ) -> Result<Settled, Error> {
        match self {
            Self::Client(entry, secret) => clients::settle(admin, tenant, entry, *secret, mode).await,
            Self::User(entry, password) => users::settle(admin, tenant, entry, *password, mode).await,
            Self::Group(entry, document) => {
                groups::settle(&Future { admin, document, tenant }, entry, mode).await
            }
            Self::Role(entry, document) => {
                roles::settle(&Future { admin, document, tenant }, entry, mode).await
            }
            Self::Webhook(entry, secret) => webhooks::settle(admin, tenant, entry, *secret, mode).await,
        }
    }
}

/// All of them: tenants before what is in them, and those that go last; what is named before what names it.
pub(super) fn all(set_up: &SetUp) -> Vec<Placed<'_>> {
    let SetUp { document, client_secrets, passwords, webhook_secrets, .. } = set_up;
    let placed = |noun: &str, index: usize, entry| Placed { at: format!("{noun}[{index}]"), entry };
    let tenants = |absent: bool| {
        let entries = document.tenants.iter().enumerate().filter(move |(_, entry)| entry.absent == absent);
        entries.map(move |(index, entry)| placed("tenants", index, Entry::Tenant(entry)))
    };
    let clients = document.clients.iter().zip(client_secrets).enumerate().map(|(index, (entry, secret))| {
        placed("clients", index, Entry::Member(Member::Client(entry, secret.as_ref())))
    });
    let users = document.users.iter().zip(passwords).enumerate().map(|(index, (entry, password))| {
        placed("users", index, Entry::Member(Member::User(entry, password.as_ref())))
    });
    let groups = document.groups.iter().enumerate();
    let groups =
        groups.map(|(index, entry)| placed("groups", index, Entry::Member(Member::Group(entry, document))));
    let roles = document.roles.iter().enumerate();
    let roles =
        roles.map(|(index, entry)| placed("roles", index, Entry::Member(Member::Role(entry, document))));
    let webhooks = document.webhooks.iter().zip(webhook_secrets).enumerate();
    let webhooks = webhooks.map(|(index, (entry, secret))| {
        placed("webhooks", index, Entry::Member(Member::Webhook(entry, secret.as_ref())))
    });
    let members = clients.chain(users).chain(groups).chain(roles).chain(webhooks);
    tenants(false).chain(members).chain(tenants(true)).collect()
}
