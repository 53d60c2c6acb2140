//! What the person still has to do before the client gets its answer (OpenID Connect Core 3.1.2.3,
//! 3.1.2.4, 3.1.2.6).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::{ApplicationType, Client, ConsentPolicy};
use crate::ids::SessionId;
use crate::scope::Scope;
use crate::session::Session;
use crate::time::Time;

use super::{AuthorizationRequest, Fault};

/// `acr` of a sign-in by password alone, the one that is offered.
pub const ACR_PASSWORD: &str = "urn:credenza:acr:password";

/// How far the person has come with this very request. What happened for another one does not count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The session of which the person proved themself for this request.
    pub signed_in: Option<SessionId>,
    /// The session that the person chose to go on with.
    pub selected: Option<SessionId>,
    /// The session in which the person allowed what was asked.
    pub consented: Option<SessionId>,
}

/// Who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Present<'a> {
    /// The live session.
    pub session: &'a Session,
    /// Who its person is to the client ([`crate::subject`]).
    pub sub: &'a str,
}

/// The next step.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Next {
    /// The person signs in.
    Login,
    /// The person says whether to go on as the one who is signed in.
    SelectAccount,
    /// The person allows or refuses.
    Consent,
    /// Nothing: the code can be given.
    Answer,
}

/// Decides the next step from the live session, what was done for this request and what is on record.
///
/// # Errors
/// With `prompt=none`, the fault that names the step; and the faults that no step can mend.
pub fn next(
    request: &AuthorizationRequest,
    client: &Client,
    present: Option<Present<'_>>,
    progress: &Progress,
    remembered: &Scope,
    now: Time,
) -> Result<Next, Fault> {
    essential_acr(request)?;
    let step = match present.filter(|present| !login_needed(request, *present, progress, now)) {
        None => Next::Login,
        Some(present) => {
            another_user_was_meant(request, present)?;
            let done = |step: &Option<SessionId>| step.as_ref() == Some(&present.session.sid);
            if request.prompt.select_account && !done(&progress.selected) && !done(&progress.signed_in) {
                Next::SelectAccount
            } else if consent_needed(request, client, remembered) && !done(&progress.consented) {
                Next::Consent
            } else {
                Next::Answer
            }
        }
    };
    match step {
        Next::Login if request.prompt.none => Err(Fault::LoginRequired),
        Next::SelectAccount if request.prompt.none => Err(Fault::AccountSelectionRequired),
        Next::Consent if request.prompt.none => Err(Fault::ConsentRequired),
        step => Ok(step),
    }
}

/// `prompt=login` and `max_age` ask for a sign-in made for this request; an older one never counts
/// (A017). A hint at another person asks for that person.
fn login_needed(
    request: &AuthorizationRequest,
    present: Present<'_>,
    progress: &Progress,
    now: Time,
) -> bool {
    let session = present.session;
    if progress.signed_in.as_ref() == Some(&session.sid) {
        return false;
    }
    let too_old = request.max_age.is_some_and(|max_age| now - session.auth_time > max_age || max_age.0 == 0);
    request.prompt.login || too_old || !is_meant(request, present)
}

/// Who signs in though another was meant is not the answer (OpenID Connect Core 3.1.2.2, 5.5.1).
fn another_user_was_meant(request: &AuthorizationRequest, present: Present<'_>) -> Result<(), Fault> {
    if is_meant(request, present) { Ok(()) } else { Err(Fault::LoginRequired) }
}

fn is_meant(request: &AuthorizationRequest, present: Present<'_>) -> bool {
    let sub = Value::String(present.sub.to_owned());
    request.hinted_sub.as_ref().is_none_or(|hinted| *hinted == present.sub)
        && request.claims.wanted_sub().is_none_or(|wish| wish.accepts(&sub))
}

/// An essential `acr` that is not offered is refused, never passed over (OpenID Connect Core 5.5.1.1).
fn essential_acr(request: &AuthorizationRequest) -> Result<(), Fault> {
    let wish = request.claims.id_token.get("acr").and_then(Option::as_ref);
    match wish {
        Some(wish) if wish.essential && !wish.accepts(&Value::String(ACR_PASSWORD.to_owned())) => {
            Err(Fault::UnmetAuthentication)
        }
        _ => Ok(()),
    }
}

/// A public native client that is not reached over https may be imitated by another program on the same
/// device, so consent on record does not count for it (RFC 8252 8.6, A016).
fn consent_needed(request: &AuthorizationRequest, client: &Client, remembered: &Scope) -> bool {
    if request.prompt.consent {
        return true;
    }
    if client.consent == ConsentPolicy::Implicit {
        return false;
    }
    let imitable = client.is_public()
        && client.application_type == ApplicationType::Native
        && !request.to.redirect_uri.starts_with("https://");
    imitable || !request.consent_needed().is_subset(remembered)
}
