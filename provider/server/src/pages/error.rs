//! The error page: for faults that must not be sent to a client (RFC 6749 section 4.1.2.1).

use askama::Template;
use credenza_protocol::authorize::Fault;
use std::borrow::Cow;

use super::Frame;
use super::display::visible;
use super::way_on::WayOn;

/// Says that a request was not accepted, and why.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// What went wrong, in the person's language.
    pub explanation: &'a str,
    /// What went wrong exactly, in English, for the developer of the application.
    pub detail: Option<&'a str>,
    /// The rule that the request breaks.
    pub rule: Option<&'a str>,
    /// The code by which the log is searched.
    pub support_code: &'a str,
    /// Where the person goes on.
    pub way_on: WayOn<'a>,
}

/// The texts of the error page. The explanations are whole sentences.
pub(crate) struct ErrorTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// The client is unknown or disabled.
    pub(crate) client_unknown: &'static str,
    /// The redirect URI is not one of the client's.
    pub(crate) redirect_uri: &'static str,
    /// The request does not say which client sends it.
    pub(crate) client_missing: &'static str,
    /// A parameter comes twice, is too long or no text, or there are too many.
    pub(crate) unreadable: &'static str,
    /// The request is in a signed or encrypted object that cannot be accepted.
    pub(crate) request_object: &'static str,
    /// The answer is to be given in a way that is not offered.
    pub(crate) answer_not_offered: &'static str,
    /// Anything else that is wrong with the client's request.
    pub(crate) malformed: &'static str,
    /// The sign-in took longer than it may.
    pub(crate) request_expired: &'static str,
    /// The browser did not send the cookie of the sign-in.
    pub(crate) cookie_missing: &'static str,
    /// The sign-in is unknown, or another browser's.
    pub(crate) request_unknown: &'static str,
    /// No page has this address.
    pub(crate) not_found: &'static str,
    /// The form was not made for this browser.
    pub(crate) form_forged: &'static str,
    /// The provider cannot answer for the moment.
    pub(crate) unavailable: &'static str,
    /// The provider has a fault of its own.
    pub(crate) internal: &'static str,
    /// The label of the technical description.
    pub(crate) details: &'static str,
    /// The label of the rule.
    pub(crate) rule: &'static str,
    /// The label of the support code.
    pub(crate) support_code: &'static str,
    /// What the support code is for.
    pub(crate) support_hint: &'static str,
}

impl ErrorTexts {
    /// The explanation of a fault in a client's request.
    pub(crate) fn fault(&self, fault: &Fault) -> &'static str {
        match fault {
            Fault::ClientUnknown => self.client_unknown,
            Fault::RedirectUri(_) => self.redirect_uri,
            Fault::ClientIdMissing => self.client_missing,
            Fault::TooManyParameters
            | Fault::Repeated(_)
            | Fault::SomethingRepeated
            | Fault::TooLong(_)
            | Fault::NotText(_) => self.unreadable,
            Fault::RequestObject(_) => self.request_object,
            Fault::ResponseMode | Fault::ResponseTypeUnsupported | Fault::ResponseTypeNotAllowed => {
                self.answer_not_offered
            }
            _ => self.malformed,
        }
    }
}

impl ErrorPage<'_> {
    fn text(&self) -> &'static ErrorTexts {
        &self.frame.texts().error
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn detail(&self) -> Option<Cow<'_, str>> {
        self.detail.map(visible)
    }
}
