//! What the sign-in page says once after an attempt that failed.
//!
//! The form is answered by a redirect to its page, so that a reload asks for nothing but the page. What went wrong goes
//! along in a cookie, encrypted and bound to the browser and the interaction: nothing is stored for somebody who has
//! proven nothing. The page takes it away when it shows it.

use credenza_protocol::time::{Seconds, Time};
use http::header::HeaderMap;
use serde::{Deserialize, Serialize};

use super::browser::{self, BrowserHeaders};
use crate::context::Context;
use crate::flow::interaction::Pending;
use crate::pages::LoginError;

/// For how long a page that was not loaded at once still says it.
const LIFETIME: Seconds = Seconds(60);
/// Longer names are not filled in again: a cookie has little room.
const LONGEST_USERNAME: usize = 256;

/// Longer tickets are not ours.
const LONGEST_TICKET: usize = 512;

/// What is said.
pub(crate) struct Notice {
    pub(crate) error: LoginError,
    pub(crate) username: String,
    /// What the form carried that shows that somebody is no robot, or nothing of it; `None` where that is not asked.
    pub(crate) robot_check: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    until: Time,
    /// `None` for a wrong name or password.
    #[serde(default)]
    throttled_until: Option<Time>,
    #[serde(default)]
    name_missing: bool,
    #[serde(default)]
    waits: bool,
    #[serde(default)]
    passkey: bool,
    #[serde(default)]
    robot: bool,
    #[serde(default)]
    robot_check: Option<String>,
    username: String,
}

/// Has the page of this interaction say it. Where it cannot be encrypted, the page says nothing.
pub(crate) fn set(
    context: &Context,
    headers: &mut HeaderMap,
    pending: &Pending,
    (error, username, robot_check): (LoginError, &str, Option<&str>),
) {
    let throttled_until = match error {
        LoginError::Wrong
        | LoginError::NameMissing
        | LoginError::Waits
        | LoginError::Passkey
        | LoginError::Robot => None,
        LoginError::Throttled { seconds } => {
            Some(context.now + Seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        }
    };
    let username = if username.len() <= LONGEST_USERNAME { username } else { "" }.to_owned();
    let name_missing = error == LoginError::NameMissing;
    let waits = error == LoginError::Waits;
    let passkey = error == LoginError::Passkey;
    let robot = error == LoginError::Robot;
    let robot_check =
        robot_check.map(|ticket| if ticket.len() <= LONGEST_TICKET { ticket } else { "" }.to_owned());
    let until = context.now + LIFETIME;
    let carried =
        Carried { until, throttled_until, name_missing, waits, passkey, robot, robot_check, username };
    let Ok(plain) = serde_json::to_vec(&carried) else { return };
    let rng = context.state.rng.as_ref();
    if let Some(sealed) = context.realm.handles.seal(rng, &bound_to(pending), &plain) {
        browser::set_notice(context, headers, &sealed.handle, LIFETIME);
    }
}

/// What the page of this interaction is to say, if anything.
pub(crate) fn find(context: &Context, headers: &BrowserHeaders, pending: &Pending) -> Option<Notice> {
    let sealed = headers.notice(context)?;
    let opened = context.realm.handles.open(&sealed, &bound_to(pending))?;
    let carried: Carried = serde_json::from_slice(&opened.plain).ok()?;
    let error = match carried.throttled_until {
        None if carried.name_missing => LoginError::NameMissing,
        None if carried.waits => LoginError::Waits,
        None if carried.passkey => LoginError::Passkey,
        None if carried.robot => LoginError::Robot,
        None => LoginError::Wrong,
        Some(until) => {
            let left = u64::try_from((until - context.now).0).unwrap_or_default();
            LoginError::Throttled { seconds: left.max(1) }
        }
    };
    let Carried { until, username, robot_check, .. } = carried;
    (until > context.now).then_some(Notice { error, username, robot_check })
}

/// Unlike what the handles of interactions are bound to, so that neither is taken for the other.
fn bound_to(pending: &Pending) -> Vec<u8> {
    [b"notice".as_slice(), pending.handle.hash().as_bytes(), pending.binding.hash().as_bytes()].concat()
}
