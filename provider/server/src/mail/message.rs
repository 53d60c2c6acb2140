//! A mail as it goes over the wire (RFC 5322, MIME).

use std::time::{Duration, SystemTime};

use credenza_protocol::time::Time;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::transport::Undelivered;
use super::written::Written;

/// A field whose value is always the same.
macro_rules! fixed_field {
    ($name:ident, $field:literal, $value:literal) => {
        #[derive(Clone)]
        struct $name;

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($field)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

// RFC 3834 5: nobody's holiday replier answers.
fixed_field!(AutoSubmitted, "Auto-Submitted", "auto-generated");
// The same for Exchange, which does not know the one above.
fixed_field!(AutoResponseSuppress, "X-Auto-Response-Suppress", "All");

/// Puts the mail together. Its `Message-ID` is under the domain of the sender.
///
/// # Errors
/// [`Undelivered`], finally, for an address that mail cannot be sent to.
pub fn message(from: &Mailbox, (id, now): (&str, Time), written: &Written) -> Result<Message, Undelivered> {
    let failed = |why: String| Undelivered { why, is_final: true };
    let Written { to, lang, subject, text, html } = written;
    let to: Address =
        to.parse().map_err(|_| failed("the address is none that mail can be sent to".to_owned()))?;
    let language = HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), lang.clone());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.seconds()).unwrap_or_default()))
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(AutoSubmitted)
        .header(AutoResponseSuppress)
        .raw_header(language)
        .multipart(MultiPart::alternative_plain_html(text.clone(), html.clone()))
        .map_err(|error| failed(error.to_string()))
}
