//! The page on which a person takes a copy of what is stored about them.

use askama::Template;

use super::Frame;

/// It posts `csrf` to `action`, and gets a file.
#[derive(Template)]
#[template(path = "own_data.html")]
pub struct OwnData<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Back to the account.
    pub way_back: &'a str,
}

/// Its texts.
pub(crate) struct OwnDataTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// What is in the file.
    pub(crate) intro: &'static str,
    /// The button.
    pub(crate) download: &'static str,
}

impl OwnData<'_> {
    fn text(&self) -> &'static OwnDataTexts {
        &self.frame.texts().own_data
    }

    fn title(&self) -> &'static str {
        self.text().title
    }
}
