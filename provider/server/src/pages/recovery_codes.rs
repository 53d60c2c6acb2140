//! The page that shows recovery codes, once.

use askama::Template;

use super::Frame;

/// It leads on by a link, or by a form that posts `request`, `csrf` and `proof`.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The codes.
    pub codes: &'a [String],
    /// Where it leads.
    pub onward: &'a str,
    /// What the form carries in the course of a sign-in.
    pub form: Option<RecoveryCodesForm<'a>>,
}

/// What the form of [`RecoveryCodes`] carries.
#[derive(Clone, Copy, Debug)]
pub struct RecoveryCodesForm<'a> {
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What proves the step.
    pub proof: &'a str,
}

/// Its texts.
pub(crate) struct RecoveryCodesTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// What they are for, and that they are shown once.
    pub(crate) explanation: &'static str,
    /// Where to keep them.
    pub(crate) keep: &'static str,
    /// The button or link.
    pub(crate) done: &'static str,
}

impl RecoveryCodes<'_> {
    fn text(&self) -> &'static RecoveryCodesTexts {
        &self.frame.texts().recovery_codes
    }

    fn title(&self) -> &'static str {
        self.text().title
    }
}
