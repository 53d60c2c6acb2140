//! The page on which a person edits what is known about them.

use askama::Template;

use super::{AccountNav, Frame, ProfileFields, ProfileValue};

/// It posts `csrf`, `version`, and the fields that it shows, to `action`.
#[derive(Template)]
#[template(path = "profile.html")]
pub struct Profile<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The other pages.
    pub nav: AccountNav<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The version of the record that is shown.
    pub version: i64,
    /// What can be edited.
    pub fields: ProfileFields<'a>,
    /// Whether it was just stored.
    pub is_saved: bool,
    /// Why it was not.
    pub error: Option<ProfileError>,
}

/// Why the page is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileError {
    /// Somebody has changed it meanwhile.
    Overtaken,
    /// An input holds what cannot be stored.
    Invalid,
}

/// Its texts.
pub(crate) struct ProfileTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// Who sees it.
    pub(crate) explanation: &'static str,
    /// The button.
    pub(crate) save: &'static str,
    /// Said afterwards.
    pub(crate) saved: &'static str,
    /// [`ProfileError::Overtaken`].
    pub(crate) overtaken: &'static str,
    /// [`ProfileError::Invalid`].
    pub(crate) invalid: &'static str,
    /// Beside what may be left empty, where something else may not.
    pub(crate) optional: &'static str,
    /// Of a list.
    pub(crate) one_each_line: &'static str,
    /// The form of a date of birth.
    pub(crate) birthdate_form: &'static str,
    /// The form of a language.
    pub(crate) locale_form: &'static str,
    /// The form of a time zone.
    pub(crate) zoneinfo_form: &'static str,
    /// The form of an address of the Web.
    pub(crate) uri_form: &'static str,
    pub(crate) name: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) middle_name: &'static str,
    pub(crate) family_name: &'static str,
    pub(crate) nickname: &'static str,
    pub(crate) gender: &'static str,
    pub(crate) birthdate: &'static str,
    pub(crate) locale: &'static str,
    pub(crate) zoneinfo: &'static str,
    pub(crate) website: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) phone_number: &'static str,
}

impl Profile<'_> {
    fn text(&self) -> &'static ProfileTexts {
        &self.frame.texts().profile
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            ProfileError::Overtaken => self.text().overtaken,
            ProfileError::Invalid => self.text().invalid,
        })
    }
}
