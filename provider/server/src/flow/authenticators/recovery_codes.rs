//! Recovery codes: ten at a time, each good once, for whoever has lost everything else.

use credenza_protocol::authenticator::{RECOVERY_CODES, recovery_code};
use credenza_protocol::ids::UserId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::user::User;

use super::notice;
use crate::context::Context;
use crate::failure::Failure;
use crate::pages::{FactorChange, Lang};

/// What a code is made of: lower-case letters and digits, without those that look alike. Each character has five bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many characters it has: 80 bits.
const LENGTH: usize = 16;

/// Makes new ones, in place of those before. Their hashes are stored, and nothing else: they are shown now or never. `None` for
/// whoever has no authenticator.
///
/// # Errors
/// [`Failure`].
pub async fn renew(context: &Context, user: &User, lang: Lang) -> Result<Option<Vec<String>>, Failure> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| new(context)).collect();
    let hashes = codes.iter().map(|code| hash(context, &user.user_id, code)).collect();
    let mail = notice::of(context, user, FactorChange::RecoveryCodesRenewed, lang)?;
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    if !store.renew_recovery_codes(tenant, &user.user_id, hashes, mail, context.now).await? {
        return Ok(None);
    }
    notice::queued(context);
    tracing::info!(user_id = %user.user_id, "new recovery codes were made");
    Ok(Some(codes))
}

/// Makes the first ones; `None` for whoever has some.
///
/// # Errors
/// [`Failure`].
pub async fn first(context: &Context, user: &User, lang: Lang) -> Result<Option<Vec<String>>, Failure> {
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    match store.recovery_codes_left(tenant, &user.user_id).await? {
        0 => renew(context, user, lang).await,
        _ => Ok(None),
    }
}

/// Spends one; `false` where it is none of theirs, or was used before.
///
/// # Errors
/// [`Failure`].
pub async fn spend(context: &Context, user: &User, typed: &str, lang: Lang) -> Result<bool, Failure> {
    let code = hash(context, &user.user_id, typed);
    let mail = notice::of(context, user, FactorChange::RecoveryCodeUsed, lang)?;
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
    let is_spent = store.spend_recovery_code(tenant, &user.user_id, code, mail, context.now).await?;
    if is_spent {
        notice::queued(context);
    }
    Ok(is_spent)
}

fn new(context: &Context) -> String {
    let mut bytes = [0; LENGTH];
    context.state.rng.fill(&mut bytes);
    let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 31)));
    let code: Vec<char> = letters.map(|letter| char::from(*letter)).collect();
    code.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// A code has enough bits that a plain hash of it tells nothing; it is bound to whose it is.
fn hash(context: &Context, user_id: &UserId, code: &str) -> SecretHash {
    let (tenant, code) = (&context.realm.tenant.tenant_id, recovery_code(code));
    SecretHash::of(format!("recovery code\0{tenant}\0{user_id}\0{code}").as_bytes())
}
