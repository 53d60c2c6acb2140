//! The authenticators of a person: shown, added, named and removed by them.

use credenza_protocol::authenticator::name;
use credenza_protocol::ids::AuthenticatorId;
use credenza_protocol::tenant::SecondFactor;
use credenza_protocol::user::User;

use crate::accounts::held::Held;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::authenticators::totp::{self, Added};
use crate::flow::authenticators::{notice, recovery_codes};
use crate::pages::{FactorChange, Lang};

/// What a person has.
pub struct Own {
    /// Their authenticators.
    pub held: Held,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// Whether they sign in with a password.
    pub has_password: bool,
}

/// What became of an application that was to be added on the account.
pub enum Tried {
    /// It is there; with the first authenticator come recovery codes.
    Added(Option<Vec<String>>),
    /// It is not.
    Not(Added),
}

/// Whether people of the tenant may add an application that shows codes.
#[must_use]
pub fn are_codes_of_use(context: &Context) -> bool {
    context.realm.tenant.settings.second_factor != SecondFactor::Off
}

/// What that person has.
///
/// # Errors
/// [`Failure`].
pub async fn own(context: &Context, user: &User) -> Result<Own, Failure> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let held = Held::of(context, &user.user_id).await?;
    let recovery_codes = match held.factors().next() {
        None => 0,
        Some(_) => store.authenticators.recovery_codes_left(tenant, &user.user_id).await?,
    };
    let has_password = store.credentials.password(tenant, &user.user_id).await?.is_some();
    Ok(Own { held, recovery_codes, has_password })
}

/// Adds an application, by its first code. A second press of the button makes other recovery codes, so that the page that is seen
/// has the right ones.
///
/// # Errors
/// [`Failure`].
pub async fn add_totp(
    context: &Context,
    user: &User,
    (ticket, typed, called): (&str, &str, &str),
    lang: Lang,
) -> Result<Tried, Failure> {
    match totp::add(context, user, (ticket, typed, called), lang).await? {
        Added::Yes => codes_of_first(context, user, lang).await.map(Tried::Added),
        other => Ok(Tried::Not(other)),
    }
}

/// The recovery codes that come with the first authenticator.
///
/// # Errors
/// [`Failure`].
pub async fn codes_of_first(
    context: &Context,
    user: &User,
    lang: Lang,
) -> Result<Option<Vec<String>>, Failure> {
    match Held::of(context, &user.user_id).await?.factors().count() {
        0 | 1 => recovery_codes::renew(context, user, lang).await,
        _ => recovery_codes::first(context, user, lang).await,
    }
}

/// Names one; `false` where they have none of that id. A name of nothing changes nothing.
///
/// # Errors
/// [`Failure`].
pub async fn rename(
    context: &Context,
    user: &User,
    id: &AuthenticatorId,
    called: &str,
) -> Result<bool, Failure> {
    let called = name(called);
    if called.is_empty() {
        return Ok(true);
    }
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    Ok(store.rename(tenant, &user.user_id, id, called).await?)
}

/// Removes one, and tells the person by mail; `false` where they have none of that id.
///
/// # Errors
/// [`Failure`].
pub async fn remove(
    context: &Context,
    user: &User,
    id: &AuthenticatorId,
    lang: Lang,
) -> Result<bool, Failure> {
    let held = Held::of(context, &user.user_id).await?;
    let found = held.records.iter().find(|record| record.authenticator.authenticator_id == *id);
    let Some(found) = found else { return Ok(false) };
    // A browser that is trusted no longer is asked again, which is nothing to be warned of.
    let mail = match found.authenticator.kind.is_factor() {
        true => notice::of(context, user, FactorChange::Removed(&found.authenticator.name), lang)?,
        false => None,
    };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    let is_removed = store.remove(tenant, &user.user_id, id, mail, context.now).await?;
    if is_removed {
        notice::queued(context);
        tracing::info!(user_id = %user.user_id, kind = found.authenticator.kind.as_str(), "an authenticator was removed");
    }
    Ok(is_removed)
}
