//! A request that may arrive twice is carried out once: whoever repeats it under the same key gets the same answer
//! (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header).

use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Seconds;
use credenza_storage::Claimed;
use credenza_storage::idempotency::Spans;

use crate::context::Context;
use crate::failure::Failure;

/// A key is kept for a day. Whoever claimed it and gave no answer within a minute is gone.
const SPANS: Spans = Spans { lease: Seconds(60), keep: Seconds(86_400) };

/// What binds the sealed answers.
const PURPOSE: &[u8] = b"answer";

/// A request that carries a key.
#[derive(Clone, Copy, Debug)]
pub struct Keyed {
    /// Whose key it is, and for what.
    key: SecretHash,
    /// What it asks for.
    body: SecretHash,
}

/// How to go on with it.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// Carry it out, then [`finish`] or [`give_back`].
    First,
    /// It was carried out; this was the answer.
    Again(Vec<u8>),
    /// Another one carries it out now.
    Running,
    /// The key came with another request before.
    Another,
}

impl Keyed {
    /// A request by that caller to that operation with that key; `content` is all that it asks for.
    #[must_use]
    pub fn new(caller: &str, operation: &str, key: &str, content: &[u8]) -> Self {
        let key = SecretHash::of([caller, operation, key].join("\0").as_bytes());
        Self { key, body: SecretHash::of(content) }
    }
}

/// Claims the key.
///
/// # Errors
/// [`Failure`].
pub async fn begin(context: &Context, request: Keyed) -> Result<Begun, Failure> {
    let (realm, store) = (&context.realm, &context.state.store);
    let tenant = &realm.tenant.tenant_id;
    let claimed = store.idempotency.claim(tenant, request.key, request.body, SPANS, context.now).await?;
    Ok(match claimed {
        Claimed::Yes => Begun::First,
        Claimed::Running => Begun::Running,
        Claimed::Another => Begun::Another,
        Claimed::Done(sealed) => {
            let opened = realm.admin.open(&sealed, &bound_to(request));
            Begun::Again(opened.ok_or(Failure::Internal("a kept answer does not open"))?.plain)
        }
    })
}

/// Keeps the answer, sealed, since it may hold a new secret. What was done stays done if that fails.
pub async fn finish(context: &Context, request: Keyed, answer: &[u8]) {
    let (realm, store) = (&context.realm, &context.state.store);
    let sealed = realm.admin.seal(context.state.rng.as_ref(), &bound_to(request), answer);
    let Some(sealed) = sealed else { return };
    let text = sealed.handle.reveal().to_owned();
    if let Err(error) = store.idempotency.finish(&realm.tenant.tenant_id, request.key, text).await {
        tracing::error!(%error, "an answer could not be kept for a repeated request");
    }
}

/// Nothing was done: the key is free again.
pub async fn give_back(context: &Context, request: Keyed) {
    let tenant = &context.realm.tenant.tenant_id;
    if let Err(error) = context.state.store.idempotency.give_back(tenant, request.key).await {
        tracing::warn!(%error, "the key of a request is kept for a minute, though nothing was done");
    }
}

fn bound_to(request: Keyed) -> Vec<u8> {
    [PURPOSE, request.key.as_bytes(), request.body.as_bytes()].concat()
}
