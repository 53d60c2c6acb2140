//! A person edits what is known about them: the claims that the tenant lets them, and the attributes that are declared so.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::own_profile::{self, InvalidProfile};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use serde_json::{Map, Value};

use crate::admin::{Administration, Error, InvalidField, Outcome, users};
use crate::context::Context;
use crate::failure::Failure;

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Edited {
    /// It is stored; nothing is where nothing has changed.
    Done(Box<User>),
    /// Somebody has changed it since the person looked at it: in another tab, or an operator.
    Overtaken,
    /// Something in it cannot be stored.
    Invalid(InvalidProfile),
}

/// Whether there is anything that people may edit.
#[must_use]
pub fn is_open(context: &Context) -> bool {
    let settings = &context.realm.tenant.settings;
    own_profile::claims(settings).next().is_some() || own_profile::attributes(settings).next().is_some()
}

/// Changes the claims and attributes that are named, of a person who has read that version; `null` removes one.
///
/// # Errors
/// [`Failure`].
pub async fn edit(
    context: &Context,
    user: &User,
    expected: Version,
    (claims, attributes): (Map<String, Value>, Map<String, Value>),
) -> Result<Edited, Failure> {
    if user.version != expected {
        return Ok(Edited::Overtaken);
    }
    let tenant = &context.realm.tenant;
    let edited = match own_profile::edited(&tenant.settings, user.clone(), claims, attributes) {
        Ok(edited) if edited == *user => return Ok(Edited::Done(Box::new(edited))),
        Ok(edited) => edited,
        Err(invalid) => return Ok(Edited::Invalid(invalid)),
    };
    let admin = Administration::of_server(&context.state, context.now);
    Ok(match users::update(&admin, &tenant.tenant_id, edited, None).await? {
        Outcome::Done(user) => {
            tracing::info!(user_id = %user.user_id, "a person edited their profile");
            Edited::Done(Box::new(user))
        }
        Outcome::Invalid(fields) => match fields.into_iter().next() {
            Some(InvalidField { field, why, .. }) => {
                Edited::Invalid(InvalidProfile { name: field.to_owned(), why, is_forbidden: false })
            }
            None => Edited::Overtaken,
        },
        // Neither name nor address is another one, so that nobody can be in the way.
        _ => Edited::Overtaken,
    })
}

/// Stores other claims, and other attributes of those that people may edit, of a person who was read, while nobody else has
/// changed them since.
///
/// # Errors
/// [`Error`].
pub async fn replace(
    context: &Context,
    user: User,
    (claims, own): (StandardClaims, Attributes),
) -> Result<Outcome<User>, Error> {
    let tenant = &context.realm.tenant;
    let claims = match own_profile::replaced(&tenant.settings, &user.claims, claims) {
        Ok(claims) => claims,
        Err(refused) => {
            let why = || "cannot be changed by people themselves".to_owned();
            let field = |field| InvalidField { field, value: None, why: why() };
            return Ok(Outcome::Invalid(refused.into_iter().map(field).collect()));
        }
    };
    let attributes = match own_profile::replaced_attributes(&tenant.settings, &user.attributes, own) {
        Ok(attributes) => attributes,
        Err(InvalidProfile { name, why, .. }) => {
            return Ok(Outcome::Invalid(vec![InvalidField { field: "attributes", value: Some(name), why }]));
        }
    };
    let admin = Administration::of_server(&context.state, context.now);
    users::update(&admin, &tenant.tenant_id, User { claims, attributes, ..user }, None).await
}
