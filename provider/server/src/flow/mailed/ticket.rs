//! What the page carries that asks for the code of a mail: it is encrypted, and of one interaction in one browser.

use credenza_protocol::secret::Secret;
use serde::{Deserialize, Serialize};

use super::Purpose;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;

/// What the page carries that asks for the code.
pub struct Ticket {
    /// The secret of the link.
    pub secret: Secret,
    /// The address or name that was typed.
    pub typed: String,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    secret: String,
    #[serde(rename = "address")]
    typed: String,
}

impl Ticket {
    /// For this interaction, in this browser.
    pub(in crate::flow) fn seal(
        &self,
        context: &Context,
        purpose: Purpose,
        pending: &Pending,
    ) -> Result<Secret, Failure> {
        const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
        let carried = Carried { secret: self.secret.reveal().to_owned(), typed: self.typed.clone() };
        let plain = serde_json::to_vec(&carried).map_err(|_| FAILED)?;
        let (rng, bound_to) = (context.state.rng.as_ref(), bound_to(purpose, pending));
        Ok(context.realm.handles.seal(rng, &bound_to, &plain).ok_or(FAILED)?.handle)
    }

    /// The ticket of this interaction and this browser, if it is one.
    pub(in crate::flow) fn open(
        context: &Context,
        purpose: Purpose,
        pending: &Pending,
        sealed: &str,
    ) -> Option<Self> {
        let opened = context.realm.handles.open(sealed, &bound_to(purpose, pending))?;
        let Carried { secret, typed } = serde_json::from_slice(&opened.plain).ok()?;
        Some(Self { secret: Secret::presented(secret), typed })
    }
}

/// Unlike what other handles are bound to, so that none is taken for another.
fn bound_to(purpose: Purpose, pending: &Pending) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    purpose.bound_to(&[handle.as_bytes(), browser.as_bytes()].concat())
}
