//! A pending interaction: a person has something to do before a request can be answered. It is stored, found again by
//! the browser that began it, moved on step by step, and finished once.

use std::sync::Arc;

use credenza_protocol::authentication::Started;
use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::authorize::interaction::Progress;
use credenza_protocol::secret::Secret;
use credenza_storage::RequestRecord;

use super::Halt;
use super::outcome::Outcome;
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::rng;

mod stored;

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
    stored: String,
    is_new_browser: bool,
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
    /// Stores a new interaction. The browser keeps what it carries, or gets something new to carry.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin(
        context: &Context,
        purpose: Purpose,
        binding: Option<Secret>,
    ) -> Result<Self, Failure> {
        let (realm, rng) = (&context.realm, context.state.rng.as_ref());
        let is_new_browser = binding.is_none();
        let pending = Self {
            handle: rng::secret(rng),
            binding: binding.unwrap_or_else(|| rng::secret(rng)),
            stored: stored::write(&purpose, None)?,
            purpose,
            sign_in: None,
            is_new_browser,
        };
        let record = RequestRecord {
            handle: pending.handle.hash(),
            browser: pending.binding.hash(),
            state: pending.stored.clone(),
            expires_at: context.now + realm.tenant.settings.login_lifetime,
        };
        context.state.store.requests.begin(&realm.tenant.tenant_id, record, context.now).await?;
        Ok(pending)
    }

    /// Finds the interaction of that handle again, for the browser that began it and for no other one.
    ///
    /// # Errors
    /// [`Lost::Gone`].
    pub async fn find(context: &Context, handle: &str, binding: Option<&Secret>) -> Result<Self, Halt<Lost>> {
        let handle = Secret::presented(handle);
        let binding = binding.ok_or(Lost::Gone)?;
        let tenant = &context.realm.tenant.tenant_id;
        let record = context.state.store.requests.find(tenant, handle.hash(), context.now).await?;
        let record = record.filter(|record| record.browser == binding.hash()).ok_or(Lost::Gone)?;
        let (purpose, sign_in) = match stored::read(&record.state).ok_or(Lost::Gone)? {
            Stored::Authorize(Authorize { request, progress, sign_in }) => {
                let client = context.client(&request.client_id).await?.ok_or(Lost::Gone)?;
                (Purpose::Authorize(Authorization { client, request, progress }), sign_in)
            }
        };
        let (binding, stored) = (binding.clone(), record.state);
        Ok(Self { handle, binding, purpose, sign_in, stored, is_new_browser: false })
    }

    /// Stores how far the person has come; of two steps at the same time one wins.
    ///
    /// # Errors
    /// [`Lost::Gone`] for the other.
    pub async fn advance(&mut self, context: &Context) -> Result<(), Halt<Lost>> {
        let to = stored::write(&self.purpose, self.sign_in.as_ref())?;
        let tenant = &context.realm.tenant.tenant_id;
        let requests = &context.state.store.requests;
        let moved =
            requests.advance(tenant, self.handle.hash(), &self.stored, to.clone(), context.now).await?;
        self.stored = to;
        if moved { Ok(()) } else { Err(Lost::Gone.into()) }
    }

    /// Ends the interaction, since it is answered now. It can be answered once.
    ///
    /// # Errors
    /// [`Lost::Gone`] when it was answered already.
    pub async fn finish(self, context: &Context) -> Result<Purpose, Halt<Lost>> {
        let tenant = &context.realm.tenant.tenant_id;
        let won = context.state.store.requests.finish(tenant, self.handle.hash(), context.now).await?;
        if won { Ok(self.purpose) } else { Err(Lost::Gone.into()) }
    }

    /// Sends the person to a page.
    #[must_use]
    pub fn step(self, page: &'static str) -> Outcome {
        Outcome::Step { page, request: self.handle, binding: self.is_new_browser.then_some(self.binding) }
    }
}
