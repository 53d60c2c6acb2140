//! The page on which a person edits what is known about them.

use askama::Template;
use std::borrow::Cow;

use super::{AccountNav, Frame, display_name};

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
    pub fields: Vec<ProfileField<'a>>,
    /// Whether it was just stored.
    pub is_saved: bool,
    /// Why it was not.
    pub error: Option<ProfileError<'a>>,
}

/// Something that can be edited.
#[derive(Clone, Debug)]
pub struct ProfileField<'a> {
    /// The name of its input.
    pub input: String,
    /// What it is.
    pub name: ProfileName<'a>,
    /// What is in it.
    pub value: ProfileValue,
}

/// What a field is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileName<'a> {
    /// A claim of OpenID Connect Core 5.1.
    Claim(&'a str),
    /// An attribute, by the words of whoever declared it.
    Attribute(&'a str),
}

/// What is in a field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProfileValue {
    /// A line of text.
    Text(String),
    /// A number, as it was typed.
    Number(String),
    /// A choice.
    Choice(bool),
    /// A text on each line.
    Lines(String),
}

/// Why the page is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileError<'a> {
    /// Somebody has changed it meanwhile.
    Overtaken,
    /// That input holds what cannot be stored.
    Invalid(&'a str),
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

    fn label<'s>(&self, field: &'s ProfileField<'_>) -> Cow<'s, str> {
        let text = self.text();
        match field.name {
            ProfileName::Attribute(name) => display_name(name),
            ProfileName::Claim(claim) => Cow::Borrowed(match claim {
                "name" => text.name,
                "given_name" => text.given_name,
                "middle_name" => text.middle_name,
                "family_name" => text.family_name,
                "nickname" => text.nickname,
                "gender" => text.gender,
                "birthdate" => text.birthdate,
                "locale" => text.locale,
                "zoneinfo" => text.zoneinfo,
                "website" => text.website,
                "picture" => text.picture,
                "phone_number" => text.phone_number,
                other => other,
            }),
        }
    }

    /// In which form it is to be typed, where that is not plain.
    fn form(&self, field: &ProfileField<'_>) -> Option<&'static str> {
        let text = self.text();
        if matches!(field.value, ProfileValue::Lines(_)) {
            return Some(text.one_each_line);
        }
        let ProfileName::Claim(claim) = field.name else { return None };
        match claim {
            "birthdate" => Some(text.birthdate_form),
            "locale" => Some(text.locale_form),
            "zoneinfo" => Some(text.zoneinfo_form),
            "website" | "picture" => Some(text.uri_form),
            _ => None,
        }
    }

    /// What the browser fills it with, by the names of HTML.
    fn autocomplete(&self, field: &ProfileField<'_>) -> &'static str {
        let ProfileName::Claim(claim) = field.name else { return "off" };
        match claim {
            "name" => "name",
            "given_name" => "given-name",
            "middle_name" => "additional-name",
            "family_name" => "family-name",
            "nickname" => "nickname",
            "gender" => "sex",
            "birthdate" => "bday",
            "locale" => "language",
            "website" => "url",
            "phone_number" => "tel",
            _ => "off",
        }
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            ProfileError::Overtaken => self.text().overtaken,
            ProfileError::Invalid(_) => self.text().invalid,
        })
    }

    fn is_wrong(&self, field: &ProfileField<'_>) -> bool {
        self.error == Some(ProfileError::Invalid(&field.input))
    }

    fn described(&self, field: &ProfileField<'_>) -> String {
        let wrong = self.is_wrong(field).then_some("profile-error".to_owned());
        let form = self.form(field).map(|_| format!("{}-form", field.input));
        wrong.into_iter().chain(form).collect::<Vec<_>>().join(" ")
    }
}
