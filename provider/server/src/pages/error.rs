//! The error page: for faults that must not be sent to a client (RFC 6749 section 4.1.2.1).

use askama::Template;
use credenza_protocol::authorize::Fault;
use std::borrow::Cow;

use super::Frame;
use super::display::visible;

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
}

/// The texts of the error page. The explanations are whole sentences.
pub(crate) struct ErrorTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// The client is unknown or disabled.
    pub(crate) client_unknown: &'static str,
    /// The redirect URI is not one of the client's.
    pub(crate) redirect_uri: &'static str,
    /// Anything else that is wrong with the client's request.
    pub(crate) malformed: &'static str,
    /// The sign-in is finished, expired, or another browser's.
    pub(crate) request_gone: &'static str,
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
