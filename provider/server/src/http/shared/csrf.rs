//! CSRF tokens: they bind a form to the page and the browser that it was shown in (RFC 6749 10.12).

use credenza_protocol::secret::Secret;
use credenza_validator::base64url;
use ring::hmac;

use crate::context::Context;

/// The value of the hidden field: a MAC over the kind of form, what it is about, and a secret that only this
/// browser has.
pub(crate) fn token(context: &Context, form: &str, about: &str, browser: &Secret) -> String {
    base64url::encode(mac(context, form, about, browser))
}

/// Whether a submitted value is the right one, compared in constant time.
pub(crate) fn is_right(
    context: &Context,
    form: &str,
    about: &str,
    browser: &Secret,
    value: Option<&str>,
) -> bool {
    let Some(value) = value.and_then(|value| base64url::decode(value).ok()) else {
        return false;
    };
    hmac::verify(&context.realm.csrf, &message(form, about, browser), &value).is_ok()
}

fn mac(context: &Context, form: &str, about: &str, browser: &Secret) -> hmac::Tag {
    hmac::sign(&context.realm.csrf, &message(form, about, browser))
}

fn message(form: &str, about: &str, browser: &Secret) -> Vec<u8> {
    [form, about, browser.reveal()].join("\0").into_bytes()
}
