//! The page at the root: what this is, and where to go.

use askama::Template;

use super::Frame;
use super::phrase::Named;

/// Tells a person who came without an application what this is, and leads to their account.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The issuer, for whoever connects an application.
    pub issuer: &'a str,
    /// Where the account page is.
    pub account: &'a str,
    /// Where the provider metadata is.
    pub metadata: &'a str,
}

/// The texts of the page at the root.
pub(crate) struct HomeTexts {
    /// The heading, with the tenant's name.
    pub(crate) title: Named,
    /// What this is.
    pub(crate) what: &'static str,
    /// Where to go.
    pub(crate) where_to: &'static str,
    /// The label of the issuer.
    pub(crate) issuer: &'static str,
    /// The link to the provider metadata.
    pub(crate) metadata: &'static str,
}

impl Home<'_> {
    fn text(&self) -> &'static HomeTexts {
        &self.frame.texts().home
    }

    fn title(&self) -> String {
        (self.text().title)(&self.frame.brand_name())
    }
}
