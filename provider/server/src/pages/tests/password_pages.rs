//! The pages of somebody who has forgotten their password.

use crate::pages::{
    Destination, Finished, ForgotPassword, Frame, MailSent, NewPasswordError, Page as _, PasswordChanged,
    ResetPassword, WayOn,
};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let forgot = |throttled| ForgotPassword {
        frame,
        action: value,
        request: value,
        csrf: value,
        username: value,
        throttled,
        way_back: value,
    };
    let reset =
        |error| ResetPassword { frame, action: value, token: value, username: value, least: 15, error };
    let way_on = |to| WayOn { uri: value.to_owned(), to };
    vec![
        ("forgot password", forgot(None).html()),
        ("forgot password throttled", forgot(Some(90)).html()),
        ("mail sent", MailSent { frame, way_back: value, again: value }.html()),
        ("reset password", reset(None).html()),
        ("reset password short", reset(Some(NewPasswordError::Short)).html()),
        ("reset password long", reset(Some(NewPasswordError::Long)).html()),
        ("reset password control", reset(Some(NewPasswordError::Control)).html()),
        ("reset password own", reset(Some(NewPasswordError::Own)).html()),
        ("password changed", PasswordChanged { frame, way_on: way_on(Destination::SignIn) }.html()),
        (
            "finished, forgot",
            Finished { frame, way_on: way_on(Destination::ForgotPassword), support_code: value }.html(),
        ),
    ]
}
