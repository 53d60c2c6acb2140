//! The pages of the demo application, and its inbox.

use crate::pages::{DemoCheck, DemoHome, DemoInbox, DemoMail, DemoResult, DemoSpa, Frame, Page as _};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let json = || value.to_owned();
    let home = DemoHome {
        frame,
        issuer: value,
        username: value,
        password: value,
        login_path: value,
        spa_path: value,
        inbox_path: Some(value),
    };
    let mail = DemoMail { to: value, lang: "en", subject: value, text: value };
    let inbox = |mails| DemoInbox { frame, mails }.html();
    let result = DemoResult {
        frame,
        checks: vec![(DemoCheck::State, true), (DemoCheck::AccessTokenHash, false)],
        id_token_header: json(),
        id_token_claims: json(),
        access_token_header: json(),
        access_token_claims: json(),
        userinfo: json(),
        logout_path: value,
        raw_refresh_present: true,
    };
    let spa = DemoSpa { frame, issuer: value, client_id: value, script_path: value, home_path: value };
    vec![
        ("demo spa", spa.html()),
        ("demo home", home.html()),
        ("demo result", result.html()),
        ("demo inbox", inbox(vec![mail])),
        ("demo inbox, empty", inbox(vec![])),
    ]
}
