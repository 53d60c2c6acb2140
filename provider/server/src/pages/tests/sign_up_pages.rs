//! The pages of somebody who makes an account.

use super::own_account_pages::fields;
use super::{applicant, robot_check};
use crate::accounts::new_password::Unfit;
use crate::pages::{
    AcceptTerms, AccountReady, CompleteError, CompleteSignUp, Destination, Finished, Frame, Page as _, Proof,
    SignUp, SignUpError, Terms, WayOn,
};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let ask = |error| SignUp {
        frame,
        applicant: applicant(value),
        action: value,
        request: value,
        csrf: value,
        email: value,
        robot_check: None,
        error,
        way_back: value,
    };
    let robot = || SignUp { robot_check: Some(robot_check(value)), ..ask(Some(SignUpError::Robot)) };
    let complete = |username, error| CompleteSignUp {
        frame,
        action: value,
        token: value,
        bound: None,
        proof: Proof::Mail,
        email: value,
        username,
        least: 15,
        fields: fields(frame, value, (error == Some(CompleteError::Field)).then_some("claim-name")),
        terms: Some(Terms { version: value, uri: Some(value) }),
        error,
    };
    let invited = |username, error| CompleteSignUp {
        bound: Some((value, value)),
        proof: Proof::Invitation,
        ..complete(username, error)
    };
    let terms = |have_changed| {
        AcceptTerms {
            frame,
            action: value,
            request: value,
            csrf: value,
            username: value,
            brand: value,
            terms: Terms { version: value, uri: Some(value) },
            have_changed,
            way_back: value,
        }
        .html()
    };
    let way_on = |to| WayOn { uri: value.to_owned(), to };
    let ready = |waits| AccountReady { frame, waits, way_on: way_on(Destination::SignIn) }.html();
    vec![
        ("sign-up", ask(None).html()),
        ("sign-up, no address", ask(Some(SignUpError::NotAnAddress)).html()),
        ("sign-up, not admitted", ask(Some(SignUpError::NotAdmitted)).html()),
        ("robot check, sign-up", robot().html()),
        ("sign-up throttled", ask(Some(SignUpError::Throttled(90))).html()),
        ("complete sign-up", complete(None, None).html()),
        ("complete sign-up short", complete(None, Some(CompleteError::Password(Unfit::Short))).html()),
        ("complete sign-up with name", complete(Some(value), None).html()),
        ("complete sign-up taken", complete(Some(value), Some(CompleteError::UsernameTaken)).html()),
        ("complete sign-up invalid", complete(Some(value), Some(CompleteError::UsernameInvalid)).html()),
        ("complete sign-up, wrong field", complete(None, Some(CompleteError::Field)).html()),
        ("complete sign-up without terms", complete(None, Some(CompleteError::Terms)).html()),
        ("accept terms", terms(false)),
        ("accept other terms", terms(true)),
        ("accept an invitation", invited(None, None).html()),
        ("accept an invitation with name", invited(Some(value), None).html()),
        ("account ready", ready(false)),
        ("account waits", ready(true)),
        (
            "finished, sign-up",
            Finished { frame, way_on: way_on(Destination::SignUp), support_code: value }.html(),
        ),
    ]
}
