//! A person changes what is known of them, as far as it is theirs to say.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::own_profile;
use credenza_protocol::user::User;

use crate::admin::{Administration, Error, InvalidField, Outcome, users};
use crate::context::Context;

/// Stores other claims of a person who was read, while nobody else has changed them since.
///
/// # Errors
/// [`Error`].
pub async fn update(context: &Context, user: User, claims: StandardClaims) -> Result<Outcome<User>, Error> {
    let refused = own_profile::refused(&user.claims, &claims);
    if !refused.is_empty() {
        let why = || "cannot be changed by people themselves".to_owned();
        let field = |field| InvalidField { field, value: None, why: why() };
        return Ok(Outcome::Invalid(refused.into_iter().map(field).collect()));
    }
    let admin = Administration::of_server(&context.state, context.now);
    users::update(&admin, &context.realm.tenant.tenant_id, User { claims, ..user }, None).await
}
