//! Why an interaction cannot go on, and what is still known of it: enough to say so, and to lead the person on.

use std::sync::Arc;

use credenza_protocol::secret::Secret;
use credenza_storage::StoreError;

use super::begun;
use super::stored::{self, Authorize, Stored, Told};
use crate::context::Context;
use crate::flow::Halt;
use crate::loaded_client::LoadedClient;

/// Why an interaction cannot go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Lost {
    /// It was answered, by this form sent twice, in another tab, or before the person went back.
    #[error("this sign-in is finished already")]
    Finished(Past),
    /// Its time is over.
    #[error("this sign-in has expired")]
    Expired(Past),
    /// The browser sent no cookie that could bind an interaction to it.
    #[error("the cookie of the browser that began this sign-in is missing")]
    NoCookie,
    /// Nothing is known of it here: it was never begun, is another browser's, or has a purpose that is unknown.
    #[error("this sign-in is unknown, or another browser began it")]
    Unknown,
    /// Its client was disabled or deleted meanwhile.
    #[error("the client of this sign-in is unknown or disabled")]
    ClientGone,
    /// The form was not made for this browser and interaction.
    #[error("this form was not made for this browser")]
    Forged,
}

/// An interaction that is over, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The client that began it, if it is known.
    pub client: Option<Arc<LoadedClient>>,
    /// Whether no client did, but the person, to see their own account.
    pub is_own_account: bool,
    /// The languages that it asked for.
    pub ui_locales: Option<String>,
}

impl From<Lost> for Halt<Lost> {
    fn from(lost: Lost) -> Self {
        Self::Refused(lost)
    }
}

impl Lost {
    /// What is known of the interaction.
    #[must_use]
    pub const fn past(&self) -> Option<&Past> {
        match self {
            Self::Finished(past) | Self::Expired(past) => Some(past),
            _ => None,
        }
    }
}

impl Past {
    /// What the handle of an interaction tells of it, whether its time is over or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn carried(
        context: &Context,
        handle: &str,
        binding: &Secret,
    ) -> Result<Self, StoreError> {
        let state = begun::open(context, handle, binding).map(|carried| carried.state);
        Ok(match state.as_deref().and_then(stored::read) {
            Some(Stored::Authorize(Authorize { request, .. })) => Self {
                client: context.client(&request.client_id).await?,
                ui_locales: request.ui_locales,
                is_own_account: false,
            },
            Some(Stored::Told(Told { client_id, ui_locales })) => {
                let client = match client_id {
                    Some(client_id) => context.client(&client_id).await?,
                    None => None,
                };
                Self { client, ui_locales, is_own_account: false }
            }
            Some(Stored::Account(_)) => Self { is_own_account: true, ..Self::default() },
            None => Self::default(),
        })
    }
}
