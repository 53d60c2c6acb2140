//! The pages to which mail leads, and that of its code.

use credenza_protocol::time::Time;

use crate::pages::{CodeError, CodeOf, Frame, MailedCode, Page as _, SignInElsewhere, SignInLink};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let code = |of, error| MailedCode {
        frame,
        of,
        action: value,
        request: value,
        csrf: value,
        ticket: value,
        typed: value,
        error,
        again: value,
        way_back: value,
    };
    let link = |is_given| SignInLink {
        frame,
        name: value,
        username: value,
        is_given,
        action: value,
        request: value,
        csrf: value,
        token: value,
    };
    let elsewhere = |device| SignInElsewhere {
        frame,
        username: value,
        device,
        asked_at: Time::from_seconds(1_800_000_000),
        code: "012345",
    };
    vec![
        ("sign-up code", code(CodeOf::SignUp, None).html()),
        ("sign-up code wrong", code(CodeOf::SignUp, Some(CodeError::Wrong)).html()),
        ("sign-up code too many", code(CodeOf::SignUp, Some(CodeError::TooMany)).html()),
        ("sign-in code", code(CodeOf::SignIn, None).html()),
        ("sign-in link", link(false).html()),
        ("sign-in link of an operator", link(true).html()),
        ("sign-in elsewhere", elsewhere(value).html()),
        ("sign-in elsewhere, unknown", elsewhere("").html()),
    ]
}
