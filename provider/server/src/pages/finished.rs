//! The page that says that a sign-in is finished already: its form was sent twice, or in another tab.

use askama::Template;

use super::Frame;
use super::way_on::WayOn;

/// Says that nothing is left to do, and leads on.
#[derive(Template)]
#[template(path = "finished.html")]
pub struct Finished<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the person goes on.
    pub way_on: WayOn<'a>,
    /// The code by which the log is searched.
    pub support_code: &'a str,
}

/// The texts of that page.
pub(crate) struct FinishedTexts {
    /// The heading.
    pub(crate) title: &'static str,
    /// What happened.
    pub(crate) explanation: &'static str,
}

impl Finished<'_> {
    fn text(&self) -> &'static FinishedTexts {
        &self.frame.texts().finished
    }

    fn title(&self) -> &'static str {
        self.text().title
    }
}
