//! What must hold of an invitation, and whether whoever asks may give what it gives.

use credenza_protocol::admin_roles::ROLES_WRITE;
use credenza_protocol::email::EmailAddress;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::invitation::{Gives, MOST};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Seconds;
use credenza_storage::{ClientRecord, StoreError};

use super::NewInvitation;
use crate::admin::{Administration, InvalidField, roles, users};
use crate::pages::Lang;

/// The longest life of a link.
const LONGEST: Seconds = Seconds(90 * 86_400);
/// Without this right, nobody puts people into groups.
const JOIN: &str = "admin:groups:write";

/// Everything that is wrong with an invitation.
pub(super) async fn faults(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: &NewInvitation,
) -> Result<Vec<InvalidField>, StoreError> {
    let mut faults = of_itself(new);
    let Gives { groups, roles, client_id, .. } = &new.gives;
    for group_id in groups {
        if admin.store.groups.find(tenant, group_id).await?.is_none() {
            faults.push(InvalidField::new("groups", "is the id of no group here").of(group_id.as_str()));
        }
    }
    for given in roles {
        let found = client(admin, tenant, &given.client_id).await?;
        faults.extend(match found {
            None => Some(InvalidField::new("roles", "names no client here").of(given.client_id.as_str())),
            Some(record) => roles::check(&record.client.roles, &given.role)
                .err()
                .map(|invalid| InvalidField { field: "roles", ..invalid }),
        });
    }
    if let Some(client_id) = client_id
        && client(admin, tenant, client_id).await?.is_none()
    {
        faults.push(InvalidField::new("client_id", "is that of no client here").of(client_id.as_str()));
    }
    Ok(faults)
}

/// What is wrong with it whatever there is at the tenant.
fn of_itself(new: &NewInvitation) -> Vec<InvalidField> {
    let mut faults = vec![];
    if EmailAddress::parse(&new.email).ok().and_then(|address| address.key()).is_none() {
        faults.push(InvalidField::new("email", "must be an address such as ada@example.com").of(&new.email));
    }
    if new.expires_in.is_some_and(|span| span < Seconds(1) || span > LONGEST) {
        faults.push(InvalidField::new("expires_in", format!("must be from 1 to {} seconds", LONGEST.0)));
    }
    let Gives { username, claims, groups, roles, locale, .. } = &new.gives;
    faults.extend(users::check(username.as_deref(), claims, None));
    if claims.email.is_some() || claims.email_verified.is_some() {
        faults
            .push(InvalidField::new("claims", "must not hold email: the address is that of the invitation"));
    }
    for (field, count) in [("groups", groups.len()), ("roles", roles.len())] {
        if count > MOST {
            faults.push(InvalidField::new(field, format!("must be at most {MOST}")));
        }
    }
    if let Some(locale) = locale.as_deref().filter(|locale| Lang::of(locale).is_none()) {
        let known: Vec<_> = Lang::all().iter().map(|lang| lang.tag()).collect();
        let why = format!("must be one of the languages of the pages: {}", known.join(", "));
        faults.push(InvalidField::new("locale", why).of(locale));
    }
    faults
}

async fn client(
    admin: &Administration<'_>,
    tenant: &TenantId,
    client_id: &ClientId,
) -> Result<Option<ClientRecord>, StoreError> {
    admin.store.clients.find(tenant, client_id).await
}

/// Whether whoever asks may put people into these groups and give these roles: nobody gives by an invitation what they could
/// not give to a user.
pub(super) async fn may_give(
    admin: &Administration<'_>,
    tenant: &TenantId,
    gives: &Gives,
) -> Result<bool, StoreError> {
    let has = |scope: &str| admin.authority.covers(&Scope::stored(scope));
    if !gives.groups.is_empty() && !has(JOIN) || !gives.roles.is_empty() && !has(ROLES_WRITE) {
        return Ok(false);
    }
    for group_id in &gives.groups {
        if !admin.may_act_on_group(tenant, group_id).await? {
            return Ok(false);
        }
    }
    for given in &gives.roles {
        if !admin.may_give_roles_at(tenant, &given.client_id).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
