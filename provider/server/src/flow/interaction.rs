//! A request whose person still has something to do: put down, found again by the same browser, moved
//! on step by step, answered once.

use std::sync::Arc;

use credenza_protocol::authorize::interaction::{self as rule, Next, Present, Progress};
use credenza_protocol::authorize::{Answer, AuthorizationRequest, Delivery, Error, Fault};
use credenza_protocol::client::{Client, ConsentPolicy};
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use credenza_storage::{ClientRecord, RequestRecord, SessionRecord, StoreError};
use serde::{Deserialize, Serialize};

use super::authorize::Outcome;
use super::{Failure, Halt, answer};
use crate::realm::Context;
use crate::rng;

/// `last_seen_at` of a session is exact to this.
const TOUCH_AFTER: Seconds = Seconds(300);

/// A request under way.
pub struct Pending {
    /// Its handle, which stands in the page.
    pub handle: Secret,
    /// What the browser that began it carries.
    pub binding: Secret,
    /// Its client.
    pub client: Arc<ClientRecord>,
    /// What is asked for.
    pub request: AuthorizationRequest,
    /// How far the person has come.
    pub progress: Progress,
    stored: String,
    is_new_browser: bool,
}

#[derive(Serialize, Deserialize)]
struct State {
    request: AuthorizationRequest,
    progress: Progress,
}

/// Why a request under way cannot go on. The person must begin again at the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Lost {
    /// It is unknown, expired, finished, another step was faster, or another browser began it.
    #[error("this sign-in is no longer under way in this browser")]
    Gone,
    /// The form was not made for this browser and request.
    #[error("this form was not made for this browser")]
    Forged,
}

impl From<Lost> for Halt<Lost> {
    fn from(lost: Lost) -> Self {
        Self::Refused(lost)
    }
}

impl Pending {
    /// Takes a request in hand; the browser keeps what it carries, or gets something new to carry.
    #[must_use]
    pub fn new(
        context: &Context,
        client: Arc<ClientRecord>,
        request: AuthorizationRequest,
        binding: Option<Secret>,
    ) -> Self {
        let rng = context.state.rng.as_ref();
        let is_new_browser = binding.is_none();
        Self {
            handle: rng::secret(rng),
            binding: binding.unwrap_or_else(|| rng::secret(rng)),
            client,
            request,
            progress: Progress::default(),
            stored: String::new(),
            is_new_browser,
        }
    }

    /// Puts the request down.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin(&self, context: &Context) -> Result<(), Failure> {
        let realm = &context.realm;
        let record = RequestRecord {
            handle: self.handle.hash(),
            browser: self.binding.hash(),
            state: self.written()?,
            expires_at: context.now + realm.tenant.settings.login_lifetime,
        };
        Ok(context.state.store.requests.begin(&realm.tenant.tenant_id, record, context.now).await?)
    }

    /// Finds the request of that handle again, for the browser that began it (A020, A023).
    ///
    /// # Errors
    /// [`Lost::Gone`].
    pub async fn find(context: &Context, handle: &str, binding: Option<&Secret>) -> Result<Self, Halt<Lost>> {
        let handle = Secret::presented(handle);
        let binding = binding.ok_or(Lost::Gone)?;
        let tenant = &context.realm.tenant.tenant_id;
        let record = context.state.store.requests.find(tenant, handle.hash(), context.now).await?;
        let record = record.filter(|record| record.browser == binding.hash()).ok_or(Lost::Gone)?;
        let state: State = serde_json::from_str(&record.state)
            .map_err(|_| Failure::Internal("a stored request cannot be read"))?;
        let client = context.client(&state.request.client_id).await?.ok_or(Lost::Gone)?;
        Ok(Self {
            handle,
            binding: binding.clone(),
            client,
            request: state.request,
            progress: state.progress,
            stored: record.state,
            is_new_browser: false,
        })
    }

    /// Notes how far the person has come; of two racing steps one wins.
    ///
    /// # Errors
    /// [`Lost::Gone`] for the other.
    pub async fn advance(&mut self, context: &Context) -> Result<(), Halt<Lost>> {
        let to = self.written()?;
        let tenant = &context.realm.tenant.tenant_id;
        let requests = &context.state.store.requests;
        let moved =
            requests.advance(tenant, self.handle.hash(), &self.stored, to.clone(), context.now).await?;
        self.stored = to;
        if moved { Ok(()) } else { Err(Lost::Gone.into()) }
    }

    /// Goes on: to the next step, or to the answer, which is given once.
    ///
    /// # Errors
    /// [`Lost::Gone`] when the answer was given already.
    pub async fn proceed(
        self,
        context: &Context,
        session: Option<&SessionRecord>,
    ) -> Result<Outcome, Halt<Lost>> {
        let client = Arc::clone(&self.client);
        let next = match next(context, &client.client, &self.request, session, &self.progress).await {
            Ok(next) => next,
            Err(Halt::Refused(Error::Page(fault) | Error::Redirect(_, fault))) => {
                return self.refuse(context, &fault).await.map(Outcome::Answer);
            }
            Err(Halt::Failed(failure)) => return Err(failure.into()),
        };
        match (next, session) {
            (Next::Answer, Some(session)) => {
                self.finish(context).await?;
                let answered = answer::answer(context, &client.client, &self.request, &session.session).await;
                answered.map_err(|halt| match halt {
                    Halt::Refused(_) => Lost::Gone.into(),
                    Halt::Failed(failure) => Halt::Failed(failure),
                })
            }
            (next, _) => Ok(self.step(next)),
        }
    }

    /// Ends the request with an error for the client.
    ///
    /// # Errors
    /// [`Lost::Gone`] when the answer was given already.
    pub async fn refuse(self, context: &Context, fault: &Fault) -> Result<Delivery, Halt<Lost>> {
        self.finish(context).await?;
        Ok(Answer::error(self.request.to, &context.realm.issuer, fault).deliver())
    }

    /// The step as an outcome.
    #[must_use]
    pub fn step(self, next: Next) -> Outcome {
        Outcome::Step { next, request: self.handle, binding: self.is_new_browser.then_some(self.binding) }
    }

    async fn finish(&self, context: &Context) -> Result<(), Halt<Lost>> {
        let tenant = &context.realm.tenant.tenant_id;
        let won = context.state.store.requests.finish(tenant, self.handle.hash(), context.now).await?;
        if won { Ok(()) } else { Err(Lost::Gone.into()) }
    }

    fn written(&self) -> Result<String, Failure> {
        let state = State { request: self.request.clone(), progress: self.progress.clone() };
        serde_json::to_string(&state).map_err(|_| Failure::Internal("a request cannot be written"))
    }
}

/// The live session of that handle.
///
/// # Errors
/// [`StoreError`].
pub async fn session(
    context: &Context,
    handle: Option<&Secret>,
) -> Result<Option<SessionRecord>, StoreError> {
    let Some(handle) = handle.map(Secret::hash) else {
        return Ok(None);
    };
    let tenant = &context.realm.tenant;
    let sessions = &context.state.store.sessions;
    let idle_since = context.now - tenant.settings.session_idle_lifetime;
    let found = sessions.find(&tenant.tenant_id, handle, idle_since, context.now).await?;
    if found.as_ref().is_some_and(|found| context.now - found.session.last_seen_at > TOUCH_AFTER) {
        sessions.touch(&tenant.tenant_id, handle, context.now).await?;
    }
    Ok(found)
}

/// What the person still has to do.
///
/// # Errors
/// [`Error::Redirect`] where the request allows no step.
pub async fn next(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&SessionRecord>,
    progress: &Progress,
) -> Result<Next, Halt<Error>> {
    let remembered = match session {
        Some(session) if client.consent == ConsentPolicy::Required => {
            remembered(context, session, &client.client_id).await?
        }
        _ => Scope::default(),
    };
    let sub = session.map(|found| context.realm.subjects.of(client, &found.user.user_id));
    let present = session.zip(sub.as_deref()).map(|(found, sub)| Present { session: &found.session, sub });
    rule::next(request, client, present, progress, &remembered, context.now)
        .map_err(|fault| Halt::Refused(request.to.clone().refuse(fault)))
}

async fn remembered(
    context: &Context,
    session: &SessionRecord,
    client_id: &ClientId,
) -> Result<Scope, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    context.state.store.consents.find(tenant, &session.user.user_id, client_id).await
}
