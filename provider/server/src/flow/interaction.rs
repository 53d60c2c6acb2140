//! A pending interaction: a person has something to do before a request can be answered. It is found again by the
//! browser that began it, moved on step by step, and finished once.
//!
//! Until somebody has proven something it is stored nowhere but in its handle (see `begun`). The first step that a person
//! takes stores it; from then on the handle only names it, and what is stored counts.

use std::sync::Arc;

use credenza_protocol::authentication::Started;
use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::authorize::interaction::Progress;
use credenza_protocol::ids::{ClientId, SessionId};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Time;
use credenza_storage::RequestRecord;

use super::Halt;
use super::account_page::AccountPage;
use super::outcome::{Browser, Outcome};
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::rng;

mod begun;
mod lost;
mod stored;

#[cfg(test)]
pub(crate) use begun::{STORED_OF_ADDRESS, STORED_OF_TENANT};
pub use lost::{Lost, Past};
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
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and nearly all are of the large kind")]
pub enum Purpose {
    /// A client asked for authorization.
    Authorize(Authorization),
    /// The person wants to see their own account. No client is told of it.
    Account(AccountVisit),
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

/// A person who wants to see their own account, and is not signed in, or not recently enough.
#[derive(Debug, Default)]
pub struct AccountVisit {
    /// The session that they signed in to.
    pub signed_in: Option<SessionId>,
    /// Where they go afterwards.
    pub page: AccountPage,
    /// The username of whoever is signed in already and shall prove once more that it is them.
    pub again: Option<String>,
    /// The client to which they go on in place of it, where an operator has sent them.
    pub client_id: Option<ClientId>,
}

/// Who stored the next state of an interaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Advanced {
    /// The one who asks.
    First,
    /// Another one, at the same time: what they stored counts now.
    Overtaken,
}

impl Purpose {
    /// The languages in which its pages are shown, if it says so.
    #[must_use]
    pub fn ui_locales(&self) -> Option<&str> {
        match self {
            Self::Authorize(authorization) => authorization.request.ui_locales.as_deref(),
            Self::Account(_) => None,
        }
    }

    /// Notes the session that the person signed in to.
    pub fn note_sign_in(&mut self, sid: &SessionId) {
        match self {
            Self::Authorize(authorization) => authorization.progress.signed_in = Some(sid.clone()),
            Self::Account(visit) => visit.signed_in = Some(sid.clone()),
        }
    }

    /// The page of the account that it leads to, where no client waits for an answer.
    #[must_use]
    pub const fn page(&self) -> AccountPage {
        match self {
            Self::Authorize(_) => AccountPage::Overview,
            Self::Account(visit) => visit.page,
        }
    }

    /// Whether somebody has signed in in it.
    #[must_use]
    pub fn has_signed_in(&self) -> bool {
        match self {
            Self::Authorize(authorization) => authorization.progress.signed_in.is_some(),
            Self::Account(visit) => visit.signed_in.is_some(),
        }
    }

    /// What is still told of it when it is over.
    #[must_use]
    pub fn past(&self) -> Past {
        let (client, is_own_account) = match self {
            Self::Authorize(authorization) => (Some(Arc::clone(&authorization.client)), false),
            Self::Account(_) => (None, true),
        };
        Past { client, is_own_account, ui_locales: self.ui_locales().map(str::to_owned) }
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
        let new = begun::New { state: stored::write(&purpose, None)?, told: stored::tell(&purpose)? };
        let (handle, place) = begun::begin(context, &binding, browser.address, new).await?;
        Ok(Self { handle, binding, purpose, sign_in: None, place, is_new_browser })
    }

    /// Finds the interaction of that handle again, for the browser that began it and for no other one.
    ///
    /// # Errors
    /// [`Lost`].
    pub async fn find(context: &Context, handle: &str, binding: Option<&Secret>) -> Result<Self, Halt<Lost>> {
        let binding = binding.ok_or(Lost::NoCookie)?;
        let place = Place::find(context, handle, binding).await?;
        let (purpose, sign_in) = match stored::read(&place.state).ok_or(Lost::Unknown)? {
            Stored::Authorize(Authorize { request, progress, sign_in }) => {
                let client = context.client(&request.client_id).await?.ok_or(Lost::ClientGone)?;
                (Purpose::Authorize(Authorization { client, request, progress }), sign_in)
            }
            // What the handle names was stored, and is lost.
            Stored::Told(_) => return Err(Lost::Unknown.into()),
            Stored::Account(stored::Account { signed_in, client_id, sign_in, page, again }) => {
                (Purpose::Account(AccountVisit { signed_in, client_id, page, again }), sign_in)
            }
        };
        let (handle, binding) = (Secret::presented(handle), binding.clone());
        Ok(Self { handle, binding, purpose, sign_in, place, is_new_browser: false })
    }

    /// Stores how far the person has come. Of two steps at the same time one wins; the other goes on from what the
    /// winner stored, which this is then.
    ///
    /// # Errors
    /// [`Lost`], such as when it was answered meanwhile.
    pub async fn advance(&mut self, context: &Context) -> Result<Advanced, Halt<Lost>> {
        let to = stored::write(&self.purpose, self.sign_in.as_ref())?;
        let (tenant, requests) = (&context.realm.tenant.tenant_id, &context.state.store.requests);
        let (id, now) = (self.place.id, context.now);
        let moved = match self.place.is_stored {
            true => requests.advance(tenant, id, &self.place.state, to.clone(), now).await?,
            false => requests.begin(tenant, self.record(Some(to.clone())), now).await?,
        };
        if moved {
            (self.place.state, self.place.is_stored) = (to, true);
            return Ok(Advanced::First);
        }
        *self = Self::find(context, self.handle.reveal(), Some(&self.binding)).await?;
        Ok(Advanced::Overtaken)
    }

    /// Ends the interaction, since it is answered now. It can be answered once.
    ///
    /// # Errors
    /// [`Lost::Finished`] when it was answered already.
    pub async fn finish(self, context: &Context) -> Result<Purpose, Halt<Lost>> {
        let (tenant, requests) = (&context.realm.tenant.tenant_id, &context.state.store.requests);
        let won = match self.place.is_stored {
            true => requests.finish(tenant, self.place.id, context.now).await?,
            false => requests.begin(tenant, self.record(None), context.now).await?,
        };
        if won { Ok(self.purpose) } else { Err(Lost::Finished(self.purpose.past()).into()) }
    }

    /// Ends the interaction if it is stored, and leaves it to its time if it is not.
    ///
    /// # Errors
    /// [`Lost::Finished`] when it was answered already.
    pub async fn give_up(self, context: &Context) -> Result<Purpose, Halt<Lost>> {
        match self.place.is_stored {
            true => self.finish(context).await,
            false => Ok(self.purpose),
        }
    }

    /// When it began, by how long an interaction may take.
    #[must_use]
    pub fn began_at(&self, context: &Context) -> Time {
        self.place.expires_at - context.realm.tenant.settings.login_lifetime
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
    async fn find(context: &Context, handle: &str, binding: &Secret) -> Result<Self, Halt<Lost>> {
        let carried = begun::open(context, handle, binding);
        let id = carried.as_ref().map_or_else(|| Secret::presented(handle).hash(), |carried| carried.id);
        let tenant = &context.realm.tenant.tenant_id;
        let stored = context.state.store.requests.find(tenant, id, context.now).await?;
        match (stored, carried) {
            (Some(record), _) if record.browser != binding.hash() => Err(Lost::Unknown.into()),
            (Some(RequestRecord { state: Some(state), expires_at, .. }), _) => {
                Ok(Self { id, expires_at, state, is_stored: true })
            }
            (Some(_), _) => Err(Lost::Finished(Past::carried(context, handle, binding).await?).into()),
            (None, Some(carried)) if carried.expires_at > context.now => Ok(carried),
            (None, Some(_)) => Err(Lost::Expired(Past::carried(context, handle, binding).await?).into()),
            (None, None) => Err(Lost::Unknown.into()),
        }
    }
}
