//! Validation of claims about a person before they are stored (OpenID Connect Core 5.1), since clients rely on their
//! form.

use super::{Address, StandardClaims};
use crate::language::is_language_tag;
use crate::text::{self, UnfitText};

/// The earliest year of birth accepted.
const EARLIEST_YEAR: u16 = 1850;

/// The longest claim, in characters.
const LONGEST: usize = 2000;

/// A claim that is not what OpenID Connect Core 5.1 describes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{claim} {fault}")]
pub struct InvalidClaim {
    /// Its name.
    pub claim: &'static str,
    /// What is wrong.
    pub fault: &'static str,
}

impl StandardClaims {
    /// Refuses a claim that a client could not parse.
    ///
    /// # Errors
    /// [`InvalidClaim`], the first one.
    pub fn check(&self) -> Result<(), InvalidClaim> {
        for (claim, text) in self.texts() {
            every(claim, text, is_some_text, "must not be blank, nor the word null")?;
            let unfit = text.as_deref().and_then(|text| unfit(text::check_line(text, LONGEST)));
            unfit.map_or(Ok(()), |fault| Err(InvalidClaim { claim, fault }))?;
        }
        for (claim, url) in
            [("profile", &self.profile), ("picture", &self.picture), ("website", &self.website)]
        {
            every(claim, url, is_web_url, "must be an absolute http or https URL")?;
        }
        every("birthdate", &self.birthdate, is_birthdate, "must be YYYY-MM-DD, 0000-MM-DD or YYYY")?;
        every("locale", &self.locale, is_language_tag, "must be a language tag such as en-US (BCP 47)")?;
        every("zoneinfo", &self.zoneinfo, is_zone, "must be the name of a time zone such as Europe/Paris")?;
        match &self.address {
            Some(address) if !is_address(address) => {
                Err(InvalidClaim { claim: "address", fault: "must have a member that is not blank" })
            }
            Some(address) => {
                let unfit = address.members().into_iter().flatten().find_map(|member| {
                    unfit(text::check_lines(member, LONGEST).or_else(|why| match why {
                        UnfitText::Empty => Ok(()),
                        why => Err(why),
                    }))
                });
                unfit.map_or(Ok(()), |fault| Err(InvalidClaim { claim: "address", fault }))
            }
            None => Ok(()),
        }
    }

    const fn texts(&self) -> [(&'static str, &Option<String>); 15] {
        [
            ("name", &self.name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("middle_name", &self.middle_name),
            ("nickname", &self.nickname),
            ("preferred_username", &self.preferred_username),
            ("profile", &self.profile),
            ("picture", &self.picture),
            ("website", &self.website),
            ("gender", &self.gender),
            ("birthdate", &self.birthdate),
            ("zoneinfo", &self.zoneinfo),
            ("locale", &self.locale),
            ("email", &self.email),
            ("phone_number", &self.phone_number),
        ]
    }
}

fn every(
    claim: &'static str,
    text: &Option<String>,
    is_right: fn(&str) -> bool,
    fault: &'static str,
) -> Result<(), InvalidClaim> {
    match text {
        Some(text) if !is_right(text) => Err(InvalidClaim { claim, fault }),
        _ => Ok(()),
    }
}

fn is_some_text(text: &str) -> bool {
    !text.trim().is_empty() && text != "null"
}

fn is_web_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The year 0000 withholds the year.
fn is_birthdate(text: &str) -> bool {
    let year = |text: &str| is_digits(text, 4) && text.parse().is_ok_and(|year: u16| year >= EARLIEST_YEAR);
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [only] => year(only),
        [given, month, day] => {
            // A leap year in place of the withheld one.
            let known = if *given == "0000" { "2000" } else { given };
            let date = format!("{known}-{month}-{day}");
            let is_date = chrono::NaiveDate::parse_from_str(&date, "%Y-%m-%d").is_ok();
            year(known) && is_digits(month, 2) && is_digits(day, 2) && is_date
        }
        _ => false,
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The form of a name of the time zone database: `UTC`, or places below an area.
fn is_zone(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.split('/').count() <= 3 && text.split('/').all(is_part) && (text.contains('/') || text == "UTC")
}

fn is_address(address: &Address) -> bool {
    address.members().into_iter().flatten().any(|member| is_some_text(member))
}

/// What is wrong with a text.
const fn unfit(checked: Result<(), UnfitText>) -> Option<&'static str> {
    match checked {
        Ok(()) => None,
        Err(UnfitText::Empty) => Some("must not be blank"),
        Err(UnfitText::Long(_)) => Some("must have at most 2000 characters"),
        Err(UnfitText::Control) => Some("must not contain control characters"),
        Err(UnfitText::Unseen) => {
            Some("must not contain characters that cannot be seen or that change the direction of text")
        }
    }
}

impl Address {
    const fn members(&self) -> [&Option<String>; 6] {
        let Self { formatted, street_address, locality, region, postal_code, country } = self;
        [formatted, street_address, locality, region, postal_code, country]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(claim: &str, value: Value) -> Result<(), InvalidClaim> {
        serde_json::from_value::<StandardClaims>(json!({ claim: value })).unwrap().check()
    }

    #[test]
    fn claims_that_are_kept() {
        for (claim, value) in [
            ("name", json!("Alice")),
            ("birthdate", json!("1852-05-04")),
            ("birthdate", json!("0000-02-29")),
            ("birthdate", json!("1990")),
            ("locale", json!("en")),
            ("locale", json!("zh-Hant-TW")),
            ("zoneinfo", json!("Europe/London")),
            ("zoneinfo", json!("America/Argentina/Buenos_Aires")),
            ("zoneinfo", json!("UTC")),
            ("website", json!("https://alice.test")),
            ("address", json!({ "country": "UK" })),
            ("address", json!({ "formatted": "1 Way\nOxford", "region": "" })),
            ("name", json!("\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}")),
            ("nickname", json!("\u{1f468}\u{200d}\u{1f469}")),
        ] {
            assert_eq!(check(claim, value.clone()), Ok(()), "{claim} {value}");
        }
    }

    #[test]
    fn claims_that_are_refused() {
        for (claim, value) in [
            ("name", json!("")),
            ("name", json!("  ")),
            ("nickname", json!("null")),
            ("birthdate", json!("1852-13-04")),
            ("birthdate", json!("2023-02-29")),
            ("birthdate", json!("1849-01-01")),
            ("birthdate", json!("1852-5-4")),
            ("birthdate", json!("52")),
            ("birthdate", json!("0000")),
            ("locale", json!("en_US")),
            ("locale", json!("e")),
            ("locale", json!("en-")),
            ("zoneinfo", json!("London")),
            ("zoneinfo", json!("europe/london")),
            ("zoneinfo", json!("Europe/")),
            ("website", json!("alice.test")),
            ("picture", json!("javascript:alert(1)")),
            ("address", json!({})),
            ("address", json!({ "country": " " })),
            ("name", json!("ecila\u{202e}")),
            ("name", json!("Ali\u{200b}ce")),
            ("given_name", json!("Alice\n")),
            ("family_name", json!("x".repeat(LONGEST + 1))),
            ("address", json!({ "locality": "\u{2066}Oxford" })),
        ] {
            assert_eq!(check(claim, value.clone()).unwrap_err().claim, claim, "{value}");
        }
    }
}
