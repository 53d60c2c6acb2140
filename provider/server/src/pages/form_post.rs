//! The page that sends an authorization response to the client (OAuth 2.0 Form Post Response Mode section 2).

use askama::Template;

use super::{Frame, assets};

/// A form that is submitted to the client by a script, or by a button where scripts do not run. It needs a policy with a
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

/// The texts of the page that returns to the client.
pub(crate) struct FormPostTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// What to do where scripts do not run.
    pub(crate) press_to_return: &'static str,
}

impl FormPost<'_> {
    fn text(&self) -> &'static FormPostTexts {
        &self.frame.texts().form_post
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn script(&self) -> String {
        self.frame.asset(assets::form_post_path())
    }
}
