//! Rows that more than one noun reads.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, SessionId, UserId};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use diesel::prelude::*;

use crate::schema::{grants, users};
use crate::stored::{self, GrantDetails};
use crate::{Result, value};

/// A user, without the password hash.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    pub(crate) user_id: String,
    username: String,
    created_at: i64,
    updated_at: i64,
    disabled_at: Option<i64>,
    claims: String,
    version: i64,
    attributes: Option<String>,
    password_change_required: Option<i64>,
    terms_version: Option<String>,
    terms_accepted_at: Option<i64>,
}

impl UserRow {
    /// The claims, as they are stored.
    pub(crate) fn claims(&self) -> &str {
        &self.claims
    }

    /// The attributes, as they are stored.
    pub(crate) fn attributes(&self) -> Option<&str> {
        self.attributes.as_deref()
    }

    /// The address of mail.
    pub(crate) fn email(&self) -> Result<Option<String>> {
        Ok(stored::read::<stored::Claims>(&self.claims)?.email)
    }

    pub(crate) fn record(self) -> Result<User> {
        Ok(User {
            user_id: UserId::new(self.user_id),
            username: self.username,
            claims: stored::read::<stored::Claims>(&self.claims)?,
            attributes: match &self.attributes {
                Some(text) => stored::read::<stored::Attributes>(text)?,
                None => Attributes::new(),
            },
            created_at: Time::from_seconds(self.created_at),
            updated_at: Time::from_seconds(self.updated_at),
            disabled_at: value::time(self.disabled_at),
            version: Version::new(self.version),
            password_change_required: self.password_change_required == Some(1),
            terms: accepted(self.terms_version, self.terms_accepted_at),
        })
    }
}

/// The terms that a user has accepted.
fn accepted(version: Option<String>, at: Option<i64>) -> Option<TermsAcceptance> {
    Some(TermsAcceptance { version: version?, accepted_at: value::time(at)? })
}

/// A grant, without its code and its refresh token.
#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
pub(crate) struct GrantRow {
    pub(crate) grant_id: String,
    client_id: String,
    user_id: String,
    sid: String,
    offline: i32,
    created_at: i64,
    ends_at: i64,
    auth_time: i64,
    scope: String,
    details: String,
}

impl GrantRow {
    pub(crate) fn record(self) -> Result<Grant> {
        let details: GrantDetails = value::from_json(&self.details)?;
        Ok(Grant {
            grant_id: GrantId::new(self.grant_id),
            client_id: ClientId::new(self.client_id),
            user_id: UserId::new(self.user_id),
            sid: SessionId::new(self.sid),
            offline: self.offline != 0,
            scope: value::scope(&self.scope),
            resource: details.resource,
            claims: details.claims.unwrap_or_default(),
            auth_time: Time::from_seconds(self.auth_time),
            wants_auth_time: details.wants_auth_time,
            amr: details.amr,
            acr: details.acr,
            created_at: Time::from_seconds(self.created_at),
            expires_at: Time::from_seconds(self.ends_at),
        })
    }
}
