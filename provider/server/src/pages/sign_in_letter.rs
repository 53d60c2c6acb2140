//! The letter that tells a person of a sign-in where they have not signed in before.

use chrono::DateTime;
use credenza_protocol::place::Place;
use credenza_protocol::time::Time;
use std::net::IpAddr;

use super::phrase::Named;
use super::{Lang, Letter, display_name};

/// A sign-in.
#[derive(Clone, Copy, Debug)]
pub struct SignInSeen<'a> {
    /// The browser.
    pub browser: &'a str,
    /// When.
    pub at: Time,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// Where that is, if that is known.
    pub place: Option<&'a Place>,
}

/// Its texts.
pub(crate) struct SignInLetterTexts {
    /// The subject, with the tenant's name.
    pub(crate) subject: Named,
    /// With which browser, and when.
    pub(crate) signed_in: fn(&str, &str) -> String,
    /// From which address of the network.
    pub(crate) address: Named,
    /// What to do for whom it is no surprise, and for whom it is one.
    pub(crate) by_others: &'static str,
}

impl<'a> Letter<'a> {
    /// What tells of it.
    #[must_use]
    pub fn new_sign_in(lang: Lang, brand: &'a str, username: &str, seen: SignInSeen<'_>) -> Self {
        let (text, shared) = (&lang.texts().sign_in_letter, &lang.texts().shared);
        let at = DateTime::from_timestamp(seen.at.seconds(), 0).map(shared.date_time).unwrap_or_default();
        let account = (lang.texts().factor_letter.account)(&display_name(username));
        let mut said = vec![account, (text.signed_in)(&display_name(seen.browser), &at)];
        said.extend(seen.address.map(|address| (text.address)(&address.to_string())));
        let place = seen.place.and_then(|place| place.name(lang.tag()));
        said.extend(place.map(|place| (lang.texts().account.place)(&display_name(&place))));
        said.push(text.by_others.to_owned());
        Self::notice(lang, brand, text.subject, said)
    }
}
