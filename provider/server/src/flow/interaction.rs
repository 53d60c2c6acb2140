//! A pending interaction: a person has something to do before a request can be answered. It is found again by the
//! browser that began it, moved on step by step, and finished once.
//!
//! Until somebody has proven something it is stored nowhere but in its handle (see `begun`). The first step that a person
//! takes stores it; from then on the handle only names it, and what is stored counts.

use std::sync::Arc;

use credenza_protocol::authentication::Started;
use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::authorize::interaction::Progress;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Time;
use credenza_storage::{RequestRecord, StoreError};

use super::Halt;
use super::outcome::{Browser, Outcome};
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::rng;

mod begun;
mod stored;

#[cfg(test)]
pub(crate) use begun::{STORED_OF_ADDRESS, STORED_OF_TENANT};
use stored::{Authorize, Stored};

/// An interaction under way.
pub struct Pending {
    /// Its handle, which the pages carry.
    pub handle: Secret,
    /// What the browser that began it carries.
    pub binding: Secret,
    /// What it is for.
    pub purpose: Purpose,
    /// A sign-in of several steps, of which some are taken and one is next.
    pub sign_in: Option<Started>,
    place: Place,
    is_new_browser: bool,
}

/// Where an interaction is, and its state there.
struct Place {
    id: SecretHash,
    expires_at: Time,
    state: String,
    is_stored: bool,
}

/// What an interaction is for. Code that handles one names its purpose, so that another one (a sign-up, linking an
/// account, approving a device) does not compile until each page and flow has an answer to it.
///
/// The purpose is stored with its name. A server that does not know the name, since a newer one wrote it, takes the
/// interaction for lost.
pub enum Purpose {
    /// A client asked for authorization.
    Authorize(Authorization),
}

/// An authorization request that is not answered yet.
pub struct Authorization {
    /// The client.
    pub client: Arc<LoadedClient>,
    /// What it asks for.
    pub request: AuthorizationRequest,
    /// How far the person has come.
    pub progress: Progress,
}

/// Why an interaction cannot go on. The person must begin again at the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Lost {
    /// It is unknown, expired or finished, another step was faster, another browser began it, or its purpose is unknown.
    #[error("this sign-in is no longer under way in this browser")]
    Gone,
    /// The form was not made for this browser and interaction.
    #[error("this form was not made for this browser")]
    Forged,
}

impl From<Lost> for Halt<Lost> {
    fn from(lost: Lost) -> Self {
        Self::Refused(lost)
    }
}

impl Authorization {
    /// A request of which nothing is done yet.
    #[must_use]
    pub fn new(client: Arc<LoadedClient>, request: AuthorizationRequest) -> Self {
        Self { client, request, progress: Progress::default() }
    }
}

impl Pending {
    /// Begins an interaction. The browser keeps what it carries, or gets something new to carry.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin(context: &Context, purpose: Purpose, browser: &Browser) -> Result<Self, Failure> {
        let is_new_browser = browser.binding.is_none();
        let binding = browser.binding.clone().unwrap_or_else(|| rng::secret(context.state.rng.as_ref()));
        let state = stored::write(&purpose, None)?;
        let (handle, place) = begun::begin(context, &binding, browser.address, state).await?;
        Ok(Self { handle, binding, purpose, sign_in: None, place, is_new_browser })
    }

    /// Finds the interaction of that handle again, for the browser that began it and for no other one.
    ///
    /// # Errors
    /// [`Lost::Gone`].
    pub async fn find(context: &Context, handle: &str, binding: Option<&Secret>) -> Result<Self, Halt<Lost>> {
        let binding = binding.ok_or(Lost::Gone)?;
        let place = Place::find(context, handle, binding).await?.ok_or(Lost::Gone)?;
        let (purpose, sign_in) = match stored::read(&place.state).ok_or(Lost::Gone)? {
            Stored::Authorize(Authorize { request, progress, sign_in }) => {
                let client = context.client(&request.client_id).await?.ok_or(Lost::Gone)?;
                (Purpose::Authorize(Authorization { client, request, progress }), sign_in)
            }
        };
        let (handle, binding) = (Secret::presented(handle), binding.clone());
        Ok(Self { handle, binding, purpose, sign_in, place, is_new_browser: false })
    }

    /// Stores how far the person has come; of two steps at the same time one wins.
    ///
    /// # Errors
    /// [`Lost::Gone`] for the other.
    pub async fn advance(&mut self, context: &Context) -> Result<(), Halt<Lost>> {
        let to = stored::write(&self.purpose, self.sign_in.as_ref())?;
        let (tenant, requests) = (&context.realm.tenant.tenant_id, &context.state.store.requests);
        let (id, now) = (self.place.id, context.now);
        let moved = match self.place.is_stored {
            true => requests.advance(tenant, id, &self.place.state, to.clone(), now).await?,
            false => requests.begin(tenant, self.record(Some(to.clone())), now).await?,
        };
        (self.place.state, self.place.is_stored) = (to, true);
        if moved { Ok(()) } else { Err(Lost::Gone.into()) }
    }

    /// Ends the interaction, since it is answered now. It can be answered once.
    ///
    /// # Errors
    /// [`Lost::Gone`] when it was answered already.
    pub async fn finish(self, context: &Context) -> Result<Purpose, Halt<Lost>> {
        let (tenant, requests) = (&context.realm.tenant.tenant_id, &context.state.store.requests);
        let won = match self.place.is_stored {
            true => requests.finish(tenant, self.place.id, context.now).await?,
            false => requests.begin(tenant, self.record(None), context.now).await?,
        };
        if won { Ok(self.purpose) } else { Err(Lost::Gone.into()) }
    }

    /// Ends the interaction if it is stored, and leaves it to its time if it is not.
    ///
    /// # Errors
    /// [`Lost::Gone`] when it was answered already.
    pub async fn give_up(self, context: &Context) -> Result<Purpose, Halt<Lost>> {
        match self.place.is_stored {
            true => self.finish(context).await,
            false => Ok(self.purpose),
        }
    }

    fn record(&self, state: Option<String>) -> RequestRecord {
        let Place { id, expires_at, .. } = self.place;
        RequestRecord { handle: id, browser: self.binding.hash(), state, expires_at }
    }

    /// Sends the person to a page.
    #[must_use]
    pub fn step(self, page: &'static str) -> Outcome {
        Outcome::Step { page, request: self.handle, binding: self.is_new_browser.then_some(self.binding) }
    }
}

impl Place {
    /// What is stored, if anything is; else what the handle carries.
    async fn find(context: &Context, handle: &str, binding: &Secret) -> Result<Option<Self>, StoreError> {
        let carried = begun::open(context, handle, binding);
        let id = carried.as_ref().map_or_else(|| Secret::presented(handle).hash(), |carried| carried.id);
        let tenant = &context.realm.tenant.tenant_id;
        match context.state.store.requests.find(tenant, id, context.now).await? {
            Some(record) if record.browser == binding.hash() => Ok(record.state.map(|state| Self {
                id,
                expires_at: record.expires_at,
                state,
                is_stored: true,
            })),
            Some(_) => Ok(None),
            None => Ok(carried),
        }
    }
}
