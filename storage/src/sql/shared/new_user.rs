//! The row of a new user, and what is written with it.

use credenza_protocol::attribute;
use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;
use credenza_protocol::version::Version;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::events::put;
use super::{Conn, identifiers, terms, user_attributes};
use crate::schema::users;
use crate::stored::{Attributes, Claims};
use crate::{Created, Events, Result, stored, value};

/// A user who is to be stored, with what is written of them.
#[derive(Clone)]
pub(crate) struct Row {
    user: User,
    password_hash: Option<String>,
    claims: String,
    attributes: String,
}

impl Row {
    /// # Errors
    /// What cannot be written as JSON.
    pub(crate) fn of(user: User, password_hash: Option<String>) -> Result<Self> {
        let claims = stored::write::<Claims>(user.claims.clone())?;
        let attributes = stored::write::<Attributes>(user.attributes.clone())?;
        Ok(Self { user, password_hash, claims, attributes })
    }

    /// Who it is.
    pub(crate) const fn user(&self) -> &User {
        &self.user
    }
}

/// Stores a new user in a job, or says why not. After a refusal, nothing else may be written.
pub(crate) async fn insert(conn: &mut Conn, events: &Events, tenant: &TenantId, row: Row) -> Result<Created> {
    let Row { user, password_hash, claims, attributes } = row;
    if let Some(refused) = identifiers::take(conn, tenant, &user, None).await? {
        return Ok(refused.into());
    }
    let (email_search, phone_search, name_search) = identifiers::search_columns(&user);
    let row = (
        users::tenant_id.eq(tenant.as_str()),
        users::user_id.eq(user.user_id.as_str()),
        users::username_key.eq(username_key(&user.username)),
        users::username.eq(&user.username),
        users::created_at.eq(user.created_at.seconds()),
        users::updated_at.eq(user.updated_at.seconds()),
        users::disabled_at.eq(value::seconds(user.disabled_at)),
        // Not the epoch of an earlier user of the same id, who was deleted.
        users::epoch.eq(user.created_at.seconds()),
        users::password_hash.eq(password_hash),
        users::claims.eq(claims),
        users::version.eq(Version::FIRST.number()),
        users::attributes.eq(attributes),
        users::email_key.eq(identifiers::email_column(&user)),
        email_search,
        phone_search,
        name_search,
        users::attributes_search.eq(user_attributes::DONE),
        users::password_change_required.eq(i64::from(user.password_change_required)),
        users::terms_version.eq(user.terms.as_ref().map(|terms| terms.version.clone())),
        users::terms_accepted_at.eq(user.terms.as_ref().map(|terms| terms.accepted_at.seconds())),
    );
    let made = diesel::insert_into(users::table).values(row).execute(conn).await;
    if !value::inserted(made)? {
        return Ok(Created::UsernameTaken);
    }
    let none = attribute::Attributes::new();
    user_attributes::replace(conn, tenant, user.user_id.as_str(), &none, &user.attributes).await?;
    let event = Event::UserCreated(OfUser { user_id: user.user_id.clone() });
    put(conn, events, tenant, event).await?;
    if let Some(terms) = user.terms {
        terms::told(conn, events, tenant, user.user_id, terms.version).await?;
    }
    Ok(Created::Yes)
}
