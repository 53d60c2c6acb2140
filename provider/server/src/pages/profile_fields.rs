//! Fields for what is known about a person: on the page of their profile, and on the pages of a new account.

use std::borrow::Cow;

use super::profile::ProfileTexts;
use super::{Lang, display_name};

/// The fields of one page. Templates include `profile_fields.html` where `fields` is one of these.
pub struct ProfileFields<'a> {
    /// The language of the page.
    pub lang: Lang,
    /// The fields, in their order.
    pub shown: Vec<ProfileField<'a>>,
    /// Whether what may be left empty is marked.
    pub marks_optional: bool,
    /// The input that holds what cannot be stored, if one does.
    pub wrong: Option<&'a str>,
    /// The id of the element that says so.
    pub error_id: &'static str,
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
    /// Whether it must be filled in.
    pub is_required: bool,
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

impl ProfileFields<'_> {
    fn text(&self) -> &'static ProfileTexts {
        &self.lang.texts().profile
    }

    pub(crate) fn label<'s>(&self, field: &'s ProfileField<'_>) -> Cow<'s, str> {
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
    pub(crate) fn form(&self, field: &ProfileField<'_>) -> Option<&'static str> {
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
    pub(crate) fn autocomplete(&self, field: &ProfileField<'_>) -> &'static str {
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

    /// What stands beside the label.
    pub(crate) fn mark(&self, field: &ProfileField<'_>) -> Option<&'static str> {
        // A choice that is not made is an answer too.
        let is_open = !field.is_required && !matches!(field.value, ProfileValue::Choice(_));
        (self.marks_optional && is_open).then(|| self.text().optional)
    }

    pub(crate) fn is_wrong(&self, field: &ProfileField<'_>) -> bool {
        self.wrong == Some(field.input.as_str())
    }

    pub(crate) fn described(&self, field: &ProfileField<'_>) -> String {
        let wrong = self.is_wrong(field).then(|| self.error_id.to_owned());
        let form = self.form(field).map(|_| format!("{}-form", field.input));
        wrong.into_iter().chain(form).collect::<Vec<_>>().join(" ")
    }
}
