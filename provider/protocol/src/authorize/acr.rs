//! The `acr` that a request asks for, and whether a sign-in reaches it (OpenID Connect Core 2, 3.1.2.1, 5.5.1.1; RFC 9470 4).
//!
//! | asked for by | what it means |
//! |---|---|
//! | `claims` with `"essential": true` | reached, by another sign-in if need be, or the request is refused |
//! | `acr_values`, or `claims` without that | tried where the person can reach it; else the answer says what was reached |
//!
//! A class is good for what asks for a weaker one, and the answer names the one that was asked for.

use serde_json::Value;

use super::AuthorizationRequest;
use crate::authentication::{acr_of, is_good_for, offered, takes_more_than_a_password};
use crate::session::Session;

/// Whether a sign-in that reaches this could be the answer: every essential `acr` is met.
pub(super) fn will_do(request: &AuthorizationRequest, acr: Option<&str>) -> bool {
    let wish = request.claims.id_token.get("acr").and_then(Option::as_ref).filter(|wish| wish.essential);
    wish.is_none_or(|wish| {
        let accepts = |acr: &str| wish.accepts(&Value::String(acr.to_owned()));
        acr.is_some_and(|acr| {
            accepts(acr) || offered().any(|class| is_good_for(acr, class) && accepts(class))
        })
    })
}

/// Whether a sign-in that reaches one of these could be the answer.
#[must_use]
pub fn can_be_met(request: &AuthorizationRequest, reached: &[&str]) -> bool {
    reached.iter().any(|acr| will_do(request, Some(acr)))
}

/// What the request names, the best first.
fn named(request: &AuthorizationRequest) -> impl Iterator<Item = &str> {
    let wish = request.claims.id_token.get("acr").and_then(Option::as_ref);
    let claimed = wish.into_iter().flat_map(|wish| wish.value.iter().chain(wish.values.iter().flatten()));
    claimed.filter_map(Value::as_str).chain(request.acr_values.iter().map(String::as_str))
}

/// The `acr` that tokens tell of this session: the first that was asked for and is reached, else the strongest that is.
#[must_use]
pub fn told<'a>(request: &'a AuthorizationRequest, session: &'a Session) -> Option<&'a str> {
    let reached = acr_of(session)?;
    Some(named(request).find(|wanted| is_good_for(reached, wanted)).unwrap_or(reached))
}

/// Whether the session reaches nothing that is asked for, and the person could reach something of it: `best` is the strongest
/// that they can.
pub(super) fn could_be_better(request: &AuthorizationRequest, session: &Session, best: Option<&str>) -> bool {
    let reached = acr_of(session);
    let is_met = |by: Option<&str>| named(request).any(|wanted| by.is_some_and(|by| is_good_for(by, wanted)));
    !is_met(reached) && is_met(best)
}

/// Whether everything that is asked for, of what there is, takes two factors or a passkey: then the person is asked for them
/// though the tenant might not.
#[must_use]
pub fn asks_for_more_than_a_password(request: &AuthorizationRequest) -> bool {
    let mut known = named(request).filter(|wanted| offered().any(|class| class == *wanted)).peekable();
    known.peek().is_some() && known.all(takes_more_than_a_password)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authentication::{ACR_MAIL, ACR_MFA, ACR_PASSWORD, ACR_PHISHING_RESISTANT};
    use crate::ids::{SessionId, UserId};
    use crate::time::Time;

    fn request(acr: &Value, acr_values: &[&str]) -> AuthorizationRequest {
        let request = json!({
            "client_id": "c", "response_type": "code", "scope": "openid", "nonce": null, "code_challenge": null,
            "to": {
                "redirect_uri": "https://c.test/", "redirect_uri_given": true,
                "response_mode": "query", "state": null,
            },
            "prompt": { "none": false, "login": false, "consent": false, "select_account": false },
            "max_age": null, "login_hint": null, "hinted_user": null, "acr_values": acr_values, "ui_locales": null,
            "claims": { "id_token": { "acr": acr } }, "resource": [],
        });
        serde_json::from_value(request).unwrap()
    }

    fn session(acr: &str) -> Session {
        let now = Time::from_seconds(1_800_000_000);
        Session {
            sid: SessionId::new("sid"),
            user_id: UserId::new("alice"),
            auth_time: now,
            amr: vec![],
            acr: Some(acr.to_owned()),
            expires_at: now,
            last_seen_at: now,
            user_agent: String::new(),
            place: None,
        }
    }

    #[test]
    fn an_essential_class_is_met_by_a_stronger_one() {
        let asked = |acr: &str| request(&json!({ "essential": true, "values": [acr] }), &[]);
        for (wanted, reached, meets) in [
            (ACR_PASSWORD, ACR_PASSWORD, true),
            (ACR_PASSWORD, ACR_MFA, true),
            (ACR_PASSWORD, ACR_MAIL, false),
            (ACR_MFA, ACR_PASSWORD, false),
            (ACR_MFA, ACR_PHISHING_RESISTANT, true),
            (ACR_PHISHING_RESISTANT, ACR_MFA, false),
            ("gold", ACR_PHISHING_RESISTANT, false),
        ] {
            assert_eq!(will_do(&asked(wanted), Some(reached)), meets, "{wanted} by {reached}");
        }
        assert!(!will_do(&asked(ACR_MFA), None));
        assert!(will_do(&request(&json!({ "values": [ACR_MFA] }), &["gold"]), None), "a wish");
    }

    #[test]
    fn the_answer_names_what_was_asked_for_and_is_reached() {
        let told = |acr: &Value, values: &[&str], reached: &str| {
            let (request, session) = (request(acr, values), session(reached));
            told(&request, &session).unwrap().to_owned()
        };
        assert_eq!(told(&Value::Null, &[], ACR_MFA), ACR_MFA);
        assert_eq!(told(&Value::Null, &["gold", ACR_PASSWORD, ACR_MFA], ACR_MFA), ACR_PASSWORD);
        assert_eq!(
            told(&Value::Null, &[ACR_PHISHING_RESISTANT], ACR_MFA),
            ACR_MFA,
            "it says what was reached"
        );
        let essential = json!({ "essential": true, "value": ACR_PASSWORD });
        assert_eq!(told(&essential, &[ACR_MFA], ACR_PHISHING_RESISTANT), ACR_PASSWORD);
    }

    #[test]
    fn a_better_sign_in_is_asked_for_where_the_person_can_make_one() {
        let better = |values: &[&str], reached: &str, best: &str| {
            could_be_better(&request(&Value::Null, values), &session(reached), Some(best))
        };
        assert!(better(&[ACR_MFA], ACR_PASSWORD, ACR_MFA));
        assert!(better(&["gold", ACR_MFA], ACR_PASSWORD, ACR_PHISHING_RESISTANT));
        assert!(!better(&[ACR_MFA], ACR_PASSWORD, ACR_PASSWORD), "they cannot");
        assert!(!better(&[ACR_MFA], ACR_MFA, ACR_PHISHING_RESISTANT), "it is met");
        assert!(!better(&[ACR_MFA, ACR_PASSWORD], ACR_PASSWORD, ACR_MFA), "one of them is met");
        assert!(!better(&["gold"], ACR_PASSWORD, ACR_PHISHING_RESISTANT), "nobody can");
        assert!(!better(&[], ACR_PASSWORD, ACR_PHISHING_RESISTANT));
    }

    #[test]
    fn more_than_a_password_is_asked_for_by_those_who_would_take_nothing_less() {
        let asks = |values: &[&str]| asks_for_more_than_a_password(&request(&Value::Null, values));
        assert!(asks(&[ACR_MFA]) && asks(&[ACR_PHISHING_RESISTANT, ACR_MFA, "gold"]));
        assert!(!asks(&[ACR_MFA, ACR_PASSWORD]) && !asks(&["gold"]) && !asks(&[]));
        let essential = json!({ "essential": true, "values": [ACR_MFA] });
        assert!(asks_for_more_than_a_password(&request(&essential, &[])));
    }
}
