//! Browsers in which somebody is not asked for their second factor again.
//!
//! A browser presents a secret for each account that trusts it, the last few of them, in one cookie. Their hashes are stored with
//! the person's authenticators, where the person sees and removes them. For how long one counts is what the tenant says now.

use credenza_protocol::authenticator::{Authenticator, AuthenticatorKind, name};
use credenza_protocol::ids::{AuthenticatorId, UserId};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_storage::{AuthenticatorMade, AuthenticatorRecord};

use crate::accounts::{device, held::Held};
use crate::context::Context;
use crate::failure::Failure;
use crate::rng;

/// How many browsers a person may trust. One more takes the place of the oldest.
const MOST: u32 = 10;
/// How many accounts a browser presents a secret for.
const ACCOUNTS: usize = 4;
/// Stands between the secrets in the cookie.
const SEPARATOR: char = '.';

/// For how long a browser is trusted; `None` where nobody may trust one.
#[must_use]
pub fn lifetime(context: &Context) -> Option<Seconds> {
    Some(context.realm.tenant.settings.trusted_browser_lifetime).filter(|lifetime| *lifetime > Seconds(0))
}

/// The trusted browser of this person that the cookie is of, if it still counts.
#[must_use]
pub fn found<'a>(
    context: &Context,
    held: &'a Held,
    user_id: &UserId,
    cookie: Option<&Secret>,
) -> Option<&'a AuthenticatorId> {
    let lifetime = lifetime(context)?;
    let presented: Vec<_> = secrets(cookie).map(|secret| hash(context, user_id, secret)).collect();
    let counts = |record: &&AuthenticatorRecord| {
        is_trusted_browser(record)
            && record.authenticator.created_at + lifetime > context.now
            && record.credential.is_some_and(|stored| presented.contains(&stored))
    };
    held.records.iter().find(counts).map(|record| &record.authenticator.authenticator_id)
}

/// Trusts the browser. Answers its cookie; `None` where that is not to be had.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    context: &Context,
    user: &User,
    held: &Held,
    (cookie, user_agent): (Option<&Secret>, &str),
) -> Result<Option<Secret>, Failure> {
    let Some(lifetime) = lifetime(context) else { return Ok(None) };
    make_room(context, user, held, (lifetime, cookie)).await?;
    let secret = rng::secret(context.state.rng.as_ref());
    let authenticator = Authenticator {
        authenticator_id: AuthenticatorId::new(rng::id(context.state.rng.as_ref())),
        user_id: user.user_id.clone(),
        kind: AuthenticatorKind::TrustedBrowser,
        name: name(&device::name(user_agent)),
        aaguid: None,
        backed_up: None,
        created_at: context.now,
        last_used_at: Some(context.now),
    };
    let credential = Some(hash(context, &user.user_id, secret.reveal()));
    let record = AuthenticatorRecord { authenticator, state: String::new(), credential, time_step: 0 };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    let made = store.add(tenant, record, MOST, None, context.now).await?;
    if made != AuthenticatorMade::Yes {
        return Ok(None);
    }
    tracing::info!(user_id = %user.user_id, kind = "trusted_browser", "an authenticator was added");
    // One of this account that no longer counts is replaced by whatever comes in, as the list is short.
    let others = secrets(cookie).take(ACCOUNTS - 1);
    let all: Vec<_> = std::iter::once(secret.reveal()).chain(others).collect();
    Ok(Some(Secret::presented(all.join(&SEPARATOR.to_string()))))
}

/// Removes those that no longer count, the one that this browser was before, and the oldest where there are too many.
async fn make_room(
    context: &Context,
    user: &User,
    held: &Held,
    (lifetime, cookie): (Seconds, Option<&Secret>),
) -> Result<(), Failure> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    let presented: Vec<_> = secrets(cookie).map(|secret| hash(context, &user.user_id, secret)).collect();
    let own: Vec<_> = held.records.iter().filter(|record| is_trusted_browser(record)).collect();
    let surplus = (own.len() + 1).saturating_sub(MOST as usize);
    for (place, record) in own.into_iter().enumerate() {
        let is_over = record.authenticator.created_at + lifetime <= context.now;
        let is_this = record.credential.is_some_and(|stored| presented.contains(&stored));
        if is_over || is_this || place < surplus {
            let id = &record.authenticator.authenticator_id;
            store.remove(tenant, &user.user_id, id, None, context.now).await?;
        }
    }
    Ok(())
}

fn is_trusted_browser(record: &AuthenticatorRecord) -> bool {
    record.authenticator.kind == AuthenticatorKind::TrustedBrowser
}

fn secrets(cookie: Option<&Secret>) -> impl Iterator<Item = &str> {
    cookie.into_iter().flat_map(|cookie| cookie.reveal().split(SEPARATOR)).take(ACCOUNTS)
}

/// A secret has enough bits that a plain hash of it tells nothing; it is bound to whose it is.
fn hash(context: &Context, user_id: &UserId, secret: &str) -> SecretHash {
    let tenant = &context.realm.tenant.tenant_id;
    SecretHash::of(format!("trusted browser\0{tenant}\0{user_id}\0{secret}").as_bytes())
}
