//! The error page: for faults that must not be sent to a client (RFC 6749 section 4.1.2.1).

use askama::Template;
use std::borrow::Cow;

use super::{Frame, display_name};

/// Says that a request was refused, and why.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The heading, if it is not "Request not accepted".
    pub title: Option<&'a str>,
    /// What went wrong, in plain words.
    pub explanation: &'a str,
    /// The code under which the log knows more.
    pub support_code: &'a str,
    /// The rule that the request breaks.
    pub rule: Option<&'a str>,
}

impl ErrorPage<'_> {
    fn title(&self) -> Cow<'_, str> {
        display_name(self.title.unwrap_or(self.frame.text().not_accepted))
    }
}
