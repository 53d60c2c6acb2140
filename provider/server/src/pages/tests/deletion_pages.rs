//! The pages on which a person deletes their account, and keeps it after all.

use credenza_protocol::time::Time;

use crate::pages::{
    AccountKept, DeleteAccount, DeleteAccountError, DeletionAsked, Destination, Frame, KeepAccount, OwnData,
    Page as _, WayOn,
};

/// Each, with `value` in each of its fields.
pub(super) fn with(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let delete = |days, error| DeleteAccount {
        frame,
        action: value,
        csrf: value,
        username: value,
        days,
        error,
        way_back: value,
    };
    let deletes_at = Time::from_seconds(1_800_000_000);
    let keep =
        KeepAccount { frame, action: value, hidden: vec![("csrf", value)], username: value, deletes_at };
    let way_on = WayOn { uri: value.to_owned(), to: Destination::SignIn };
    let data = OwnData { frame, action: value, csrf: value, way_back: value };
    vec![
        ("own data", data.html()),
        ("delete account", delete(14, None).html()),
        ("delete account, a day", delete(1, None).html()),
        ("delete account, at once", delete(0, None).html()),
        ("delete account wrong", delete(14, Some(DeleteAccountError::Wrong)).html()),
        ("delete account administers", delete(14, Some(DeleteAccountError::Administers)).html()),
        ("delete account refused", delete(14, Some(DeleteAccountError::Refused)).html()),
        ("deletion asked", DeletionAsked { frame, deletes_at: Some(deletes_at) }.html()),
        ("account deleted", DeletionAsked { frame, deletes_at: None }.html()),
        ("keep account", keep.html()),
        ("account kept", AccountKept { frame, way_on }.html()),
    ]
}
