//! Reads an access token that somebody presents.

use std::sync::Arc;

use credenza_protocol::access_token::{AccessTokenClaims, verify};
use credenza_protocol::secret::Secret;

use crate::realm::Context;

/// The claims of a JWT of this issuer; `None` for anything else. Whether it was revoked is not known here.
///
/// A token comes many times, and checking its signature costs more than all the rest of a request: what was
/// found right is remembered by the hash of the whole token for as long as the store's revision stands still,
/// and so as long as no key was changed. When it dies is looked at each time.
#[must_use]
pub fn claims(context: &Context, token: &Secret) -> Option<Arc<AccessTokenClaims>> {
    let realm = &context.realm;
    let key = (realm.tenant.tenant_id.clone(), token.hash());
    let verified = &context.state.verified;
    if let Some(claims) = verified.get(&key, context.revision) {
        return (claims.exp > context.now).then_some(claims);
    }
    let claims = verify(token.reveal(), realm.keys.public(), &realm.issuer, context.now).map(Arc::new)?;
    verified.put(&key, context.revision, Arc::clone(&claims));
    Some(claims)
}
