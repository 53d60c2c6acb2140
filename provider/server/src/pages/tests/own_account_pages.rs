//! The pages of a person's own account.

use credenza_protocol::device::Platform;
use credenza_protocol::time::Time;

use crate::pages::{
    AccountNav, AccountPlace, CodeError, Destination, DeviceLine, Devices, Email, EmailCode, EmailError,
    EmailLink, EmailRestored, Finished, Frame, Page as _, Profile, ProfileError, ProfileField, ProfileFields,
    ProfileName, ProfileValue, WayOn,
};

/// What leads to all of them.
pub(super) fn nav(frame: Frame<'_>) -> AccountNav<'_> {
    let places = vec![
        AccountPlace::Sessions,
        AccountPlace::Profile,
        AccountPlace::Email,
        AccountPlace::Password,
        AccountPlace::Applications,
        AccountPlace::Devices,
    ];
    AccountNav { frame, here: Some(AccountPlace::Profile), places }
}

/// A field of each kind.
pub(super) fn fields<'a>(frame: Frame<'_>, value: &'a str, wrong: Option<&'a str>) -> ProfileFields<'a> {
    let claims = credenza_protocol::own_profile::CLAIMS.into_iter().map(|claim| ProfileField {
        input: format!("claim-{claim}"),
        name: ProfileName::Claim(claim),
        value: ProfileValue::Text(value.to_owned()),
        is_required: false,
    });
    let values = [
        ProfileValue::Text(value.to_owned()),
        ProfileValue::Number(value.to_owned()),
        ProfileValue::Choice(true),
        ProfileValue::Lines(value.to_owned()),
    ];
    let attributes = values.into_iter().enumerate().map(|(n, contents)| ProfileField {
        input: format!("attribute-{n}"),
        name: ProfileName::Attribute(value),
        value: contents,
        is_required: n % 2 == 0,
    });
    ProfileFields {
        lang: frame.lang,
        shown: claims.chain(attributes).collect(),
        marks_optional: true,
        wrong,
        error_id: "profile-error",
    }
}

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let profile = |error: Option<ProfileError>, is_saved| Profile {
        frame,
        nav: nav(frame),
        action: value,
        csrf: value,
        version: 1,
        fields: fields(frame, value, error.map(|_| "claim-name")),
        is_saved,
        error,
    };
    let email = |address, pending, error| Email {
        frame,
        nav: nav(frame),
        action: value,
        csrf: value,
        address,
        pending,
        typed: value,
        error,
        is_changed: error.is_none(),
    };
    let code = |error| EmailCode {
        frame,
        nav: nav(frame),
        action: value,
        csrf: value,
        ticket: value,
        email: value,
        error,
        again: value,
    };
    let link =
        |csrf, is_undo| EmailLink { frame, action: value, csrf, token: value, address: value, is_undo };
    let device = |platform| DeviceLine {
        device_id: value,
        name: value,
        platform,
        application: value,
        app_version: Some(value),
        added: Time::from_seconds(0),
        last_seen: Time::from_seconds(0),
    };
    let devices = |devices| Devices { frame, nav: nav(frame), action: value, csrf: value, devices };
    let way_on = || WayOn { uri: value.to_owned(), to: Destination::NewPassword };
    let own = Some((value, true));
    vec![
        ("devices", devices(Platform::ALL.map(device).to_vec()).html()),
        ("devices none", devices(vec![]).html()),
        ("profile", profile(None, false).html()),
        ("profile saved", profile(None, true).html()),
        ("profile overtaken", profile(Some(ProfileError::Overtaken), false).html()),
        ("profile invalid", profile(Some(ProfileError::Invalid), false).html()),
        ("email", email(own, Some(value), None).html()),
        ("email unproven", email(Some((value, false)), None, None).html()),
        ("email none", email(None, None, Some(EmailError::NotAnAddress)).html()),
        ("email not admitted", email(own, None, Some(EmailError::NotAdmitted)).html()),
        ("email own", email(own, None, Some(EmailError::Own)).html()),
        ("email throttled", email(own, None, Some(EmailError::Throttled(90))).html()),
        ("email code", code(None).html()),
        ("email code wrong", code(Some(CodeError::Wrong)).html()),
        ("email code too many", code(Some(CodeError::TooMany)).html()),
        ("email link", link(Some(value), false).html()),
        ("email undo", link(None, true).html()),
        ("email restored", EmailRestored { frame, way_on: way_on() }.html()),
        ("finished, new password", Finished { frame, way_on: way_on(), support_code: value }.html()),
    ]
}
