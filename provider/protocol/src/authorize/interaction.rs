//! What the person still has to do before the client gets its answer (OpenID Connect Core 3.1.2.3,
//! 3.1.2.4, 3.1.2.6).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::authentication::{acr_of, offered};
use crate::client::{ApplicationType, Client, ConsentPolicy};
use crate::ids::SessionId;
use crate::scope::Scope;
use crate::session::Session;
use crate::time::Time;

use super::{AuthorizationRequest, Fault, acr};

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
    /// The strongest `acr` that this person can reach, as far as the request asks for more than the session has.
    pub best: Option<&'a str>,
}

/// The next step.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Next {
    /// The person signs in.
    Login,
    /// The person makes an account, or signs in after all.
    SignUp,
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
    if !offered().any(|acr| acr::will_do(request, Some(acr))) {
        return Err(Fault::UnmetAuthentication);
    }
    let step = match present.filter(|present| !login_needed(request, client, *present, progress, now)) {
        None if request.prompt.create => Next::SignUp,
        None => Next::Login,
        Some(present) => {
            another_user_was_meant(request, present)?;
            if !acr::will_do(request, acr_of(present.session)) {
                return Err(Fault::UnmetAuthentication);
            }
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
        Next::Login | Next::SignUp if request.prompt.none => Err(Fault::LoginRequired),
        Next::SelectAccount if request.prompt.none => Err(Fault::AccountSelectionRequired),
        Next::Consent if request.prompt.none => Err(Fault::ConsentRequired),
        step => Ok(step),
    }
}

/// `prompt=login`, `prompt=create` and `max_age` ask for a sign-in made for this request; an older one never counts
/// (OpenID Connect Core 3.1.2.1). A hint at another person asks for that person. A client with a session lifetime of its
/// own takes no sign-in that is older.
fn login_needed(
    request: &AuthorizationRequest,
    client: &Client,
    present: Present<'_>,
    progress: &Progress,
    now: Time,
) -> bool {
    let session = present.session;
    if progress.signed_in.as_ref() == Some(&session.sid) {
        return false;
    }
    let too_old = request.max_age.is_some_and(|max_age| now - session.auth_time > max_age || max_age.0 == 0);
    let is_over = client.session_lifetime.is_some_and(|longest| now - session.auth_time >= longest);
    let asked = request.prompt.login || request.prompt.create;
    // A wish does not fail what may show no page.
    let is_weak = !request.prompt.none && acr::could_be_better(request, session, present.best);
    let will_do = acr::will_do(request, acr_of(session));
    asked || too_old || is_over || is_weak || !will_do || !is_meant(request, present)
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

/// Whether a sign-in that reaches this `acr` could be the answer: one that is no use is not offered.
#[must_use]
pub fn is_of_use(request: &AuthorizationRequest, acr: &str) -> bool {
    acr::will_do(request, Some(acr))
}

/// A public native client that is not reached over https may be imitated by another program on the same
/// device, so consent on record does not count for it (RFC 8252 8.6).
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authentication::ACR_PASSWORD;
    use crate::ids::{ClientId, UserId};

    const NOW: Time = Time::from_seconds(1_800_000_000);

    fn request(acr: &Value) -> AuthorizationRequest {
        let request = json!({
            "client_id": "c", "response_type": "code", "scope": "openid", "nonce": null, "code_challenge": null,
            "to": {
                "redirect_uri": "https://c.test/", "redirect_uri_given": true,
                "response_mode": "query", "state": null,
            },
            "prompt": { "none": false, "login": false, "consent": false, "select_account": false },
            "max_age": null, "login_hint": null, "hinted_user": null, "acr_values": ["gold"], "ui_locales": null,
            "claims": { "id_token": { "acr": acr } }, "resource": [],
        });
        serde_json::from_value(request).unwrap()
    }

    fn session(amr: &str, acr: Option<&str>) -> Session {
        Session {
            sid: SessionId::new("sid"),
            user_id: UserId::new("alice"),
            auth_time: NOW,
            amr: vec![amr.to_owned()],
            acr: acr.map(str::to_owned),
            expires_at: NOW,
            last_seen_at: NOW,
            user_agent: String::new(),
            place: None,
        }
    }

    fn step(acr: &Value, session: &Session, progress: &Progress) -> Result<Next, Fault> {
        let client = Client { consent: ConsentPolicy::Implicit, ..Client::new(ClientId::new("c")) };
        let present = Present { session, sub: "alice", best: None };
        next(&request(acr), &client, Some(present), progress, &Scope::default(), NOW)
    }

    #[test]
    fn an_essential_acr_is_read_from_the_session_or_asks_for_another_sign_in() {
        let asked = |acr: &str| json!({ "essential": true, "values": [acr] });
        let (begun, mut done) = (Progress::default(), Progress::default());
        done.signed_in = Some(SessionId::new("sid"));
        let (old, stored, other) =
            (session("pwd", None), session("pwd", Some(ACR_PASSWORD)), session("otp", None));
        for session in [&old, &stored] {
            assert_eq!(step(&asked(ACR_PASSWORD), session, &begun), Ok(Next::Answer));
        }
        assert_eq!(step(&asked(ACR_PASSWORD), &other, &begun), Ok(Next::Login));
        // Somebody who has just signed in, and by no method that is enough, is not sent round in a circle.
        assert_eq!(step(&asked(ACR_PASSWORD), &other, &done), Err(Fault::UnmetAuthentication));
        assert_eq!(step(&asked("gold"), &stored, &begun), Err(Fault::UnmetAuthentication), "not offered");
        // What is not essential is a wish, as `acr_values` is.
        assert_eq!(step(&json!({ "value": "gold" }), &stored, &begun), Ok(Next::Answer));
        assert_eq!(step(&Value::Null, &other, &begun), Ok(Next::Answer));
    }
}
