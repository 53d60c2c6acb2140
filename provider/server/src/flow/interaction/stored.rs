//! A pending interaction as it is stored: JSON with the name of its purpose.

use credenza_protocol::authentication::Started;
use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::authorize::interaction::Progress;
use credenza_protocol::ids::{ClientId, SessionId};
use serde::{Deserialize, Serialize};

use super::{AccountVisit, Authorization, Purpose};
use crate::failure::Failure;
use crate::flow::account_page::AccountPage;

/// The longest `ui_locales` that is told of an interaction that is over, in bytes.
const LONGEST_LOCALES: usize = 200;

/// What was stored, of a purpose that is known here.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and nearly all are of the large kind")]
pub(super) enum Stored {
    Authorize(Authorize),
    Account(Account),
    Told(Told),
}

#[derive(Debug, Deserialize)]
pub(super) struct Authorize {
    pub(super) request: AuthorizationRequest,
    pub(super) progress: Progress,
    #[serde(default)]
    pub(super) sign_in: Option<Started>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    #[serde(default)]
    pub(super) signed_in: Option<SessionId>,
    #[serde(default)]
    pub(super) client_id: Option<ClientId>,
    #[serde(default)]
    pub(super) sign_in: Option<Started>,
    #[serde(default)]
    pub(super) page: AccountPage,
    #[serde(default)]
    pub(super) again: Option<String>,
}

/// What the handle of a stored interaction tells of it when it is stored no more.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    pub(super) client_id: Option<ClientId>,
    #[serde(default)]
    pub(super) ui_locales: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
enum Written<'a> {
    Authorize {
        request: &'a AuthorizationRequest,
        progress: &'a Progress,
        #[serde(skip_serializing_if = "Option::is_none")]
        sign_in: Option<&'a Started>,
    },
    Account {
        #[serde(skip_serializing_if = "Option::is_none")]
        signed_in: Option<&'a SessionId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<&'a ClientId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sign_in: Option<&'a Started>,
        #[serde(skip_serializing_if = "AccountPage::is_first")]
        page: AccountPage,
        #[serde(skip_serializing_if = "Option::is_none")]
        again: Option<&'a str>,
    },
    Told {
        client_id: Option<&'a ClientId>,
        ui_locales: Option<&'a str>,
    },
}

/// The names of the purposes that are known here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    /// Also what was stored before purposes had names.
    #[default]
    Authorize,
    Account,
    Told,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    purpose: Name,
}

pub(super) fn write(purpose: &Purpose, sign_in: Option<&Started>) -> Result<String, Failure> {
    let written = match purpose {
        Purpose::Authorize(Authorization { request, progress, .. }) => {
            Written::Authorize { request, progress, sign_in }
        }
        Purpose::Account(AccountVisit { signed_in, client_id, page, again }) => Written::Account {
            signed_in: signed_in.as_ref(),
            client_id: client_id.as_ref(),
            sign_in,
            page: *page,
            again: again.as_deref(),
        },
    };
    serialized(&written)
}

/// What the handle of a stored interaction carries: too little to go on from, enough to lead the person on.
pub(super) fn tell(purpose: &Purpose) -> Result<String, Failure> {
    let client_id = match purpose {
        Purpose::Authorize(authorization) => Some(&authorization.request.client_id),
        Purpose::Account(_) => None,
    };
    // What is longer than any list of languages would not fit into the handle.
    let ui_locales = purpose.ui_locales().filter(|locales| locales.len() <= LONGEST_LOCALES);
    serialized(&Written::Told { client_id, ui_locales })
}

fn serialized(written: &Written<'_>) -> Result<String, Failure> {
    serde_json::to_string(written).map_err(|_| Failure::Internal("an interaction cannot be serialized"))
}

/// `None` for what only a newer server can read: another purpose, or a member with values that are unknown here.
pub(super) fn read(text: &str) -> Option<Stored> {
    let read = || match serde_json::from_str::<Tag>(text)?.purpose {
        Name::Authorize => serde_json::from_str(text).map(|authorize| Some(Stored::Authorize(authorize))),
        Name::Account => serde_json::from_str(text).map(|account| Some(Stored::Account(account))),
        Name::Told => serde_json::from_str(text).map(|told| Some(Stored::Told(told))),
        Name::Unknown => Ok(None),
    };
    read().unwrap_or_else(|error: serde_json::Error| {
        tracing::warn!(%error, "a stored interaction cannot be read");
        None
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn request() -> Value {
        json!({
            "client_id": "c", "response_type": "code", "scope": "openid", "nonce": null, "code_challenge": null,
            "to": {
                "redirect_uri": "https://c.test/", "redirect_uri_given": true,
                "response_mode": "query", "state": null,
            },
            "prompt": { "none": false, "login": false, "consent": false, "select_account": false },
            "max_age": null, "login_hint": null, "hinted_user": null, "acr_values": [], "ui_locales": null,
            "claims": { "userinfo": {}, "id_token": {} }, "resource": [],
        })
    }

    #[test]
    fn what_another_version_wrote_is_read_or_is_lost_and_is_never_a_failure() {
        let progress = json!({ "signed_in": "sid", "selected": null, "consented": null });
        for known in [
            // Before purposes had names.
            json!({ "request": request(), "progress": progress }),
            json!({ "purpose": "authorize", "request": request(), "progress": progress, "later": [1] }),
            // With a step that is not known here: the sign-in begins again, see `sign_in_steps::page`.
            json!({
                "purpose": "authorize", "request": request(), "progress": progress,
                "sign_in": { "user_id": "u", "taken": ["password"], "amr": ["pwd"], "next": "retina" },
            }),
        ] {
            let Some(Stored::Authorize(read)) = read(&known.to_string()) else { panic!("{known}") };
            assert_eq!(read.request.client_id.as_str(), "c");
            assert_eq!(read.progress.signed_in.unwrap().as_str(), "sid");
        }
        for unknown in [
            json!({ "purpose": "approve_device", "device": "x" }),
            json!({ "purpose": "approve_device", "request": request(), "progress": progress }),
            json!({ "purpose": "authorize", "request": { "client_id": "c" }, "progress": progress }),
        ] {
            assert!(read(&unknown.to_string()).is_none(), "{unknown}");
        }
        assert!(read("").is_none());
        let visit = json!({ "purpose": "account", "signed_in": "sid", "later": [1] });
        let Some(Stored::Account(read)) = read(&visit.to_string()) else { panic!("{visit}") };
        assert_eq!((read.signed_in.unwrap().as_str(), read.page), ("sid", AccountPage::Overview));
        for (page, expected) in [
            ("email", AccountPage::Email),
            ("overview", AccountPage::Overview),
            ("moon", AccountPage::Overview),
        ] {
            let visit = json!({ "purpose": "account", "page": page, "again": "alice" }).to_string();
            let Some(Stored::Account(read)) = self::read(&visit) else { panic!("{visit}") };
            assert_eq!((read.page, read.again.as_deref()), (expected, Some("alice")));
        }
    }
}
