//! The pages of somebody who has forgotten their password.

use super::own_account_pages::nav;
use super::robot_check;
use crate::accounts::new_password::Unfit;
use crate::pages::{
    ApplicationLine, Applications, ChangePassword, ChangePasswordError, Destination, Finished, ForgotError,
    ForgotPassword, Frame, MailSent, Page as _, PasswordChanged, RequiredPassword, RequiredPasswordError,
    ResetPassword, ScopeLine, WayOn,
};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let forgot = |error| ForgotPassword {
        frame,
        action: value,
        request: value,
        csrf: value,
        username: value,
        robot_check: None,
        error,
        way_back: value,
    };
    let robot =
        || ForgotPassword { robot_check: Some(robot_check(value)), ..forgot(Some(ForgotError::Robot)) };
    let reset =
        |error| ResetPassword { frame, action: value, token: value, username: value, least: 15, error };
    let line = ApplicationLine {
        client_id: value,
        name: value,
        scopes: vec![ScopeLine::plain(value), ScopeLine::plain("email")],
        last_used: None,
    };
    let applications =
        |applications| Applications { frame, applications, action: value, csrf: value, nav: nav(frame) };
    let change = |error| ChangePassword {
        frame,
        action: value,
        csrf: value,
        username: value,
        least: 15,
        error,
        nav: nav(frame),
    };
    let required = |error| RequiredPassword {
        frame,
        action: value,
        request: value,
        csrf: value,
        username: value,
        least: 15,
        error,
        way_back: value,
    };
    let way_on = |to| WayOn { uri: value.to_owned(), to };
    vec![
        ("forgot password", forgot(None).html()),
        ("forgot password throttled", forgot(Some(ForgotError::Throttled(90))).html()),
        ("robot check, forgot password", robot().html()),
        ("mail sent", MailSent { frame, way_back: value, again: value }.html()),
        ("reset password", reset(None).html()),
        ("reset password short", reset(Some(Unfit::Short)).html()),
        ("reset password long", reset(Some(Unfit::Long)).html()),
        ("reset password control", reset(Some(Unfit::Control)).html()),
        ("reset password own", reset(Some(Unfit::Own)).html()),
        ("reset password guessable", reset(Some(Unfit::Guessable)).html()),
        ("reset password breached", reset(Some(Unfit::Breached)).html()),
        ("password changed", PasswordChanged { frame, way_on: way_on(Destination::SignIn) }.html()),
        ("applications", applications(vec![line]).html()),
        ("applications, none", applications(vec![]).html()),
        ("change password", change(None).html()),
        ("change password wrong", change(Some(ChangePasswordError::Wrong)).html()),
        ("change password throttled", change(Some(ChangePasswordError::Throttled(90))).html()),
        ("change password short", change(Some(ChangePasswordError::Unfit(Unfit::Short))).html()),
        ("required password", required(None).html()),
        ("required password same", required(Some(RequiredPasswordError::Same)).html()),
        ("required password short", required(Some(RequiredPasswordError::Unfit(Unfit::Short))).html()),
        ("change password overtaken", change(Some(ChangePasswordError::Overtaken)).html()),
        (
            "finished, forgot",
            Finished { frame, way_on: way_on(Destination::ForgotPassword), support_code: value }.html(),
        ),
    ]
}
