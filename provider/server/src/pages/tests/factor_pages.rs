//! The pages of authenticators and of the second factor.

use credenza_protocol::time::{Seconds, Time};

use super::own_account_pages::nav;
use crate::pages::{
    AddPasskey, AddPasskeyError, AuthenticatorApp, AuthenticatorAppError, AuthenticatorLine, Frame,
    Page as _, PasskeyForm, RecoveryCodes, RecoveryCodesForm, SecondFactor, SecondFactorError, Security,
};

fn passkey(value: &str) -> PasskeyForm<'_> {
    PasskeyForm { options: value, ticket: value, is_quiet: true }
}

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let second = |has_totp, with_passkey: bool, error| SecondFactor {
        frame,
        action: value,
        request: value,
        csrf: value,
        username: value,
        has_totp,
        trust_for: has_totp.then_some(Seconds(30 * 86_400)),
        passkey: with_passkey.then(|| passkey(value)),
        error,
        way_back: value,
    };
    let add = |error| AddPasskey {
        frame,
        action: value,
        csrf: value,
        form: passkey(value),
        error,
        way_back: value,
        nav: nav(frame),
    };
    let codes = [value.to_owned(), value.to_owned()];
    let shown = |form| RecoveryCodes { frame, codes: &codes, onward: value, form };
    let proof = RecoveryCodesForm { request: value, csrf: value, proof: value };
    let lines = |last_used| {
        vec![AuthenticatorLine { id: value, name: value, added: Time::from_seconds(0), last_used }]
    };
    let security = |last_used, left| Security {
        frame,
        applications: lines(last_used),
        passkeys: lines(last_used),
        browsers: lines(last_used),
        recovery_codes: left,
        add_application: Some(value),
        add_passkey: Some(value),
        action: value,
        csrf: value,
        nav: nav(frame),
    };
    let nothing = Security { applications: vec![], passkeys: vec![], ..security(None, None) };
    let wait = SecondFactorError::TooMany { seconds: 90 };
    let mut pages = apps(frame, value);
    pages.extend([
        ("second factor", second(true, false, None).html()),
        ("second factor with a passkey", second(true, true, None).html()),
        ("second factor with a passkey alone", second(false, true, None).html()),
        ("second factor wrong", second(true, true, Some(SecondFactorError::Wrong)).html()),
        ("second factor used", second(true, true, Some(SecondFactorError::Used)).html()),
        ("recovery code wrong", second(true, true, Some(SecondFactorError::WrongRecovery)).html()),
        ("second factor refused", second(true, true, Some(SecondFactorError::Passkey)).html()),
        ("second factor too many", second(true, true, Some(wait)).html()),
        ("recovery codes", shown(None).html()),
        ("recovery codes of a sign-in", shown(Some(proof)).html()),
        ("add passkey", add(None).html()),
        ("add passkey refused", add(Some(AddPasskeyError::Refused)).html()),
        ("add passkey too many", add(Some(AddPasskeyError::TooMany)).html()),
        ("add passkey taken", add(Some(AddPasskeyError::Taken)).html()),
        ("security", security(Some(Time::from_seconds(0)), Some(10)).html()),
        ("security, never used", security(None, Some(1)).html()),
        ("security, no codes left", security(None, Some(0)).html()),
        ("security, nothing there", nothing.html()),
    ]);
    pages
}

/// Those that set an application up.
fn apps(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let app = |request, error| AuthenticatorApp {
        frame,
        action: value,
        request,
        csrf: value,
        ticket: value,
        secret: value,
        uri: value,
        username: value,
        passkey: None,
        error,
        way_back: value,
    };
    vec![
        ("authenticator app", app(None, None).html()),
        ("authenticator app required", app(Some(value), None).html()),
        (
            "required passkey",
            AuthenticatorApp { passkey: Some(passkey(value)), ..app(Some(value), None) }.html(),
        ),
        (
            "required passkey refused",
            AuthenticatorApp {
                passkey: Some(passkey(value)),
                ..app(Some(value), Some(AuthenticatorAppError::Passkey))
            }
            .html(),
        ),
        ("authenticator app wrong", app(None, Some(AuthenticatorAppError::Wrong)).html()),
        ("authenticator app expired", app(Some(value), Some(AuthenticatorAppError::Expired)).html()),
        ("authenticator app too many", app(None, Some(AuthenticatorAppError::TooMany)).html()),
    ]
}
