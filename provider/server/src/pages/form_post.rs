//! The page that takes an authorization response to the client (OAuth 2.0 Form Post Response Mode section 2).

use askama::Template;

use super::{Frame, assets};

/// A form that sends itself to the client, or by a button where scripts do not run. It needs a policy with a
/// script and with the client as a place for forms: see [`csp()`](super::csp()).
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client's redirect URI.
    pub action: &'a str,
    /// The parameters of the response, names and values.
    pub fields: Vec<(&'a str, &'a str)>,
}

impl FormPost<'_> {
    fn title(&self) -> &'static str {
        self.frame.text().returning
    }

    fn script(&self) -> String {
        self.frame.asset(assets::form_post_path())
    }
}
