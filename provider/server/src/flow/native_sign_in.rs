//! A person signs in within an application of the operator's own, without a browser (OAuth 2.0 for First-Party Applications, draft
//! 04): by the same methods and rules as on the pages.
//!
//! What a browser keeps in cookies the application keeps in `auth_session`: the interaction under way, the session, and the marks
//! of known devices. It is encrypted, good for its client alone, and new in each answer. Whatever takes more than a proof of who
//! somebody is (consent, a new password, setting up a second factor) leads to the browser.

use std::sync::Arc;

use credenza_protocol::authorize::{self, AuthorizationRequest, Delivery, Fault, Hinted, Return};
use credenza_protocol::ids::ClientId;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Seconds;
use serde::{Deserialize, Serialize};

use super::authenticators::passkeys::{self, Begun};
use super::interaction::{Authorization, Lost, Pending, Purpose};
use super::outcome::{Browser, Outcome};
use super::sign_in::password::Credentials;
use super::sign_in::second_factor::{self, Turn, Typed};
use super::sign_in::{Taken, passkey, password};
use super::sign_in_steps::{PASSWORD, SECOND_FACTOR};
use super::{Halt, proceed, session};
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::pages::Lang;

/// What a sealed `auth_session` is bound to.
const AUTH_SESSION: &[u8] = b"auth session";

/// What the application asks for, and what it has learnt from the person.
pub struct Asked<'a> {
    /// The parameters.
    pub params: &'a Params,
    /// Where the request comes from, without what a browser keeps.
    pub from: Browser,
    /// How the application names itself.
    pub user_agent: &'a str,
    /// The language of mails.
    pub lang: Lang,
}

/// What the application gets.
pub enum Answer {
    /// What was asked for.
    Code(String, Secret),
    /// Something more is to be asked of the person.
    More(More),
    /// The person goes on in a browser, where everything begins anew.
    Web,
    /// Too many attempts; the next may be made after so many seconds.
    TooMany(Seconds, Secret),
}

/// What is to be asked of a person.
pub struct More {
    /// What the next request brings.
    pub auth_session: Secret,
    /// What was wrong with what this one brought.
    pub wrong: Option<Wrong>,
    /// One of these is wanted.
    pub methods: Vec<Method>,
    /// What asks for a passkey.
    pub passkey: Option<Begun>,
}

/// A way to prove who one is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// `username` and `password`.
    Password,
    /// `otp`, the code of an application.
    Otp,
    /// `recovery_code`.
    RecoveryCode,
    /// `passkey`, the answer of the platform to the options, and `passkey_ticket`.
    Passkey,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wrong {
    /// The name or the password; which of them is not said.
    Password,
    /// The account waits for an operator's decision.
    Waits,
    /// The code.
    Otp,
    /// The code was right once, and was used.
    OtpUsed,
    /// The recovery code.
    RecoveryCode,
    /// The passkey, or its answer came too late.
    Passkey,
}

/// Why nothing is given.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// An operator has not allowed it.
    #[error("the client may not sign people in by itself")]
    Client,
    /// `response_type`.
    #[error("response_type must be code")]
    ResponseType,
    /// It is no `auth_session` of this client, or it is over.
    #[error("auth_session is not valid for this client, or has ended")]
    Session,
    /// Another rule is broken.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// The person cannot have what was asked for.
    #[error("{1}")]
    Told(String, String),
}

/// What an application keeps in place of cookies.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    client_id: Option<ClientId>,
    /// The handle of the interaction under way.
    request: Option<String>,
    binding: Option<String>,
    session: Option<String>,
    devices: Option<String>,
}

/// What the person has told the application.
enum Presented<'a> {
    Nothing,
    Password(&'a str, &'a str),
    Second(Typed<'a>, Wrong),
    Passkey(&'a str, &'a str),
}

/// The client of an `auth_session`.
#[must_use]
pub fn client_of(context: &Context, auth_session: &str) -> Option<ClientId> {
    Kept::open(context, auth_session)?.client_id
}

/// Goes on with a sign-in, or begins one.
///
/// # Errors
/// [`Refused`].
pub async fn challenge(
    context: &Context,
    client: &Arc<LoadedClient>,
    asked: Asked<'_>,
) -> Result<Answer, Halt<Refused>> {
    if !client.client.native_sign_in {
        return Err(Refused::Client.into());
    }
    let kept = match asked.params.get("auth_session") {
        None => Kept::default(),
        Some(text) => {
            let kept = Kept::open(context, text);
            kept.filter(|kept| kept.client_id.as_ref() == Some(&client.client.client_id))
                .ok_or(Refused::Session)?
        }
    };
    let browser = kept.browser(asked.from);
    let pending = match &kept.request {
        Some(handle) => Pending::find(context, handle, browser.binding.as_ref()).await.map_err(lost)?,
        None => begun(context, client, asked.params, &browser).await?,
    };
    let kept = Kept {
        client_id: Some(client.client.client_id.clone()),
        request: Some(pending.handle.reveal().to_owned()),
        binding: Some(pending.binding.reveal().to_owned()),
        ..kept
    };
    let visit = Visit { context, kept, browser, user_agent: asked.user_agent, lang: asked.lang };
    visit.go_on(pending, presented(asked.params)).await
}

/// Reads what the application asks for, as at the authorization endpoint, but for where the answer goes.
async fn begun(
    context: &Context,
    client: &Arc<LoadedClient>,
    params: &Params,
    browser: &Browser,
) -> Result<Pending, Halt<Refused>> {
    if params.get("response_type") != Some("code") {
        return Err(Refused::ResponseType.into());
    }
    let (to, settings) = (Return::direct(), &context.realm.tenant.settings);
    let read = AuthorizationRequest::read(params, &client.client, settings, to, Hinted::Absent);
    let request = read.map_err(|error| match error {
        authorize::Error::Page(fault) | authorize::Error::Redirect(_, fault) => Refused::Fault(fault),
    })?;
    let purpose = Purpose::Authorize(Authorization::new(Arc::clone(client), request));
    Ok(Pending::begin(context, purpose, browser).await?)
}

fn presented(params: &Params) -> Presented<'_> {
    let get = |name| params.get(name);
    if let Some(response) = get("passkey") {
        return Presented::Passkey(get("passkey_ticket").unwrap_or_default(), response);
    }
    if let Some(code) = get("otp") {
        return Presented::Second(Typed::Code { code, trust: false }, Wrong::Otp);
    }
    if let Some(code) = get("recovery_code") {
        return Presented::Second(Typed::Recovery(code), Wrong::RecoveryCode);
    }
    match (get("username"), get("password")) {
        (Some(username), Some(password)) => Presented::Password(username, password),
        _ => Presented::Nothing,
    }
}

/// One request of a sign-in.
struct Visit<'a> {
    context: &'a Context,
    kept: Kept,
    browser: Browser,
    user_agent: &'a str,
    lang: Lang,
}

impl Visit<'_> {
    async fn go_on(self, pending: Pending, presented: Presented<'_>) -> Result<Answer, Halt<Refused>> {
        match presented {
            Presented::Nothing => {
                let session = session::find(self.context, self.browser.session.as_ref()).await?;
                let outcome =
                    proceed::proceed(self.context, pending, session.as_ref()).await.map_err(lost)?;
                self.followed(outcome).await
            }
            Presented::Password(username, password) => self.by_password(pending, username, password).await,
            Presented::Second(typed, wrong) => self.by_second_factor(pending, typed, wrong).await,
            Presented::Passkey(ticket, response) => self.by_passkey(pending, ticket, response).await,
        }
    }

    async fn by_password(
        self,
        pending: Pending,
        username: &str,
        password: &str,
    ) -> Result<Answer, Halt<Refused>> {
        // Who may be a robot shows that they are none in a browser.
        if password::is_robot_check_due(self.context, username, &self.browser).await? {
            return Ok(Answer::Web);
        }
        let credentials =
            Credentials { username, password: password.to_owned(), user_agent: self.user_agent };
        let attempt = password::attempt(self.context, pending, credentials, &self.browser);
        match attempt.await.map_err(lost)? {
            password::Attempt::Taken(taken) => self.taken(taken).await,
            password::Attempt::Wrong(pending) => self.first(&pending, Some(Wrong::Password)),
            password::Attempt::Waits(pending) => self.first(&pending, Some(Wrong::Waits)),
            password::Attempt::Throttled(_, wait) => {
                Ok(Answer::TooMany(wait, self.kept.sealed(self.context)?))
            }
        }
    }

    async fn by_second_factor(
        self,
        pending: Pending,
        typed: Typed<'_>,
        wrong: Wrong,
    ) -> Result<Answer, Halt<Refused>> {
        let Some(turn) = second_factor::turn(self.context, &pending).await? else {
            return self.first(&pending, None);
        };
        let (browser, user_agent) = (&self.browser, self.user_agent);
        let attempt =
            second_factor::attempt(self.context, pending, (turn, typed, self.lang), (browser, user_agent));
        match attempt.await.map_err(lost)? {
            second_factor::Attempt::Taken(taken, _) => self.taken(taken).await,
            second_factor::Attempt::Wrong(pending, turn) => self.second(&pending, &turn, Some(wrong)),
            second_factor::Attempt::Used(pending, turn) => self.second(&pending, &turn, Some(Wrong::OtpUsed)),
            second_factor::Attempt::TooMany(_, _, wait) => {
                Ok(Answer::TooMany(wait, self.kept.sealed(self.context)?))
            }
        }
    }

    async fn by_passkey(
        self,
        pending: Pending,
        ticket: &str,
        response: &str,
    ) -> Result<Answer, Halt<Refused>> {
        let turn = second_factor::turn(self.context, &pending).await?;
        let only = turn.as_ref().map(|turn| &turn.user.user_id);
        let (browser, user_agent) = (&self.browser, self.user_agent);
        let attempt = passkey::attempt(
            self.context,
            pending,
            (ticket, response, self.lang),
            only,
            (browser, user_agent),
        );
        match (attempt.await.map_err(lost)?, turn) {
            (passkey::Attempt::Taken(taken), _) => self.taken(taken).await,
            (passkey::Attempt::Refused(pending), Some(turn)) => {
                self.second(&pending, &turn, Some(Wrong::Passkey))
            }
            (passkey::Attempt::Refused(pending), None) => self.first(&pending, Some(Wrong::Passkey)),
        }
    }

    /// A step is taken: on to the next one, or to the answer.
    async fn taken(mut self, taken: Taken) -> Result<Answer, Halt<Refused>> {
        if let Some(session) = taken.session {
            self.kept.session = Some(session.handle.reveal().to_owned());
            self.kept.devices = Some(session.devices.reveal().to_owned());
        }
        self.followed(taken.outcome).await
    }

    async fn followed(mut self, outcome: Outcome) -> Result<Answer, Halt<Refused>> {
        let (page, request) = match outcome {
            Outcome::Answer(Delivery::Direct(fields))
            | Outcome::SignedIn { delivery: Delivery::Direct(fields), .. } => return self.answered(fields),
            Outcome::Step { page, request, .. } => (page, request),
            _ => return Err(Failure::Internal("a client's own sign-in leads elsewhere").into()),
        };
        let binding = self.kept.binding.as_deref().map(Secret::presented);
        let pending = Pending::find(self.context, request.reveal(), binding.as_ref()).await.map_err(lost)?;
        self.kept.request = Some(request.reveal().to_owned());
        if page == PASSWORD.page {
            return self.first(&pending, None);
        }
        match second_factor::turn(self.context, &pending).await? {
            Some(turn) if page == SECOND_FACTOR.page => self.second(&pending, &turn, None),
            _ => Ok(Answer::Web),
        }
    }

    fn answered(mut self, fields: Vec<(&'static str, String)>) -> Result<Answer, Halt<Refused>> {
        self.kept.request = None;
        let find =
            |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        match find("code") {
            Some(code) => Ok(Answer::Code(code, self.kept.sealed(self.context)?)),
            None => {
                let (code, why) = (find("error"), find("error_description"));
                Err(Refused::Told(code.unwrap_or_default(), why.unwrap_or_default()).into())
            }
        }
    }

    /// Asks for the first step.
    fn first(self, pending: &Pending, wrong: Option<Wrong>) -> Result<Answer, Halt<Refused>> {
        let passkey = passkeys::ask(self.context, pending)?;
        let methods = [Some(Method::Password), passkey.as_ref().map(|_| Method::Passkey)];
        self.more(methods.into_iter().flatten().collect(), (wrong, passkey))
    }

    /// Asks for the second factor.
    fn second(self, pending: &Pending, turn: &Turn, wrong: Option<Wrong>) -> Result<Answer, Halt<Refused>> {
        let passkey = turn.held.passkey.then(|| passkeys::ask(self.context, pending)).transpose()?.flatten();
        let methods = [
            turn.held.totp.then_some(Method::Otp),
            Some(Method::RecoveryCode),
            passkey.as_ref().map(|_| Method::Passkey),
        ];
        self.more(methods.into_iter().flatten().collect(), (wrong, passkey))
    }

    fn more(
        self,
        methods: Vec<Method>,
        (wrong, passkey): (Option<Wrong>, Option<Begun>),
    ) -> Result<Answer, Halt<Refused>> {
        let auth_session = self.kept.sealed(self.context)?;
        Ok(Answer::More(More { auth_session, wrong, methods, passkey }))
    }
}

impl Kept {
    fn open(context: &Context, text: &str) -> Option<Self> {
        let opened = context.realm.handles.open(text, AUTH_SESSION)?;
        serde_json::from_slice(&opened.plain).ok()
    }

    fn sealed(&self, context: &Context) -> Result<Secret, Failure> {
        const FAILED: Failure = Failure::Internal("an auth_session cannot be encrypted");
        let plain = serde_json::to_vec(self).map_err(|_| FAILED)?;
        let sealed = context.realm.handles.seal(context.state.rng.as_ref(), AUTH_SESSION, &plain);
        Ok(sealed.ok_or(FAILED)?.handle)
    }

    /// What a browser with these cookies would be.
    fn browser(&self, from: Browser) -> Browser {
        let secret = |text: &Option<String>| text.as_deref().map(Secret::presented);
        Browser {
            session: secret(&self.session),
            binding: secret(&self.binding),
            devices: secret(&self.devices),
            trusted: None,
            ..from
        }
    }
}

/// An interaction that is over ends the `auth_session`.
fn lost(halt: Halt<Lost>) -> Halt<Refused> {
    halt.map(|_| Refused::Session)
}

impl From<Refused> for Halt<Refused> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
