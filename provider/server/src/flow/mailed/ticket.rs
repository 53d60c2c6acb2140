//! What the page carries that asks for the code of a mail: it is encrypted, and good where it was asked for alone, which is one
//! interaction in one browser, or one account.

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
    /// For whoever can say again what it is bound to.
    pub(crate) fn seal(&self, context: &Context, bound_to: &[u8]) -> Result<Secret, Failure> {
        const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
        let carried = Carried { secret: self.secret.reveal().to_owned(), typed: self.typed.clone() };
        let plain = serde_json::to_vec(&carried).map_err(|_| FAILED)?;
        let sealed = context.realm.handles.seal(context.state.rng.as_ref(), bound_to, &plain);
        Ok(sealed.ok_or(FAILED)?.handle)
    }

    /// The ticket again, if it is one that is bound to that.
    pub(crate) fn open(context: &Context, bound_to: &[u8], sealed: &str) -> Option<Self> {
        let opened = context.realm.handles.open(sealed, bound_to)?;
        let Carried { secret, typed } = serde_json::from_slice(&opened.plain).ok()?;
        Some(Self { secret: Secret::presented(secret), typed })
    }
}

/// What tickets of an interaction in a browser are bound to, unlike other handles, so that none is taken for another.
pub(crate) fn of_interaction(purpose: Purpose, pending: &Pending) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    purpose.bound_to(&[handle.as_bytes(), browser.as_bytes()].concat())
}
