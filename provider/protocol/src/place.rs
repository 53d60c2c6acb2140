//! Where a person was when they signed in, as far as the address of their network tells: a city or a country, in words.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The language in which every place has a name, where it has one at all.
const COMMON: &str = "en";

/// What something is called, by language (`en`, `de`).
pub type Names = BTreeMap<String, String>;

// Names are kept, and not the address that they were found by: they say no more than the person is shown, they stay as true as
// they were at the sign-in when the network moves elsewhere, and need no file of places to be read.
/// A place. What is not known of it is absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(rename = "SessionPlace")]
pub struct Place {
    /// The country, as two letters (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub country_code: Option<String>,
    /// What the country is called, by language.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub country: Names,
    /// What the part of the country is called, by language.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub region: Names,
    /// What the city is called, by language.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub city: Names,
}

impl Place {
    /// What it is called in that language, from the city to the country; a name that is not known in it is English. `None` where
    /// nothing is known.
    #[must_use]
    pub fn name(&self, lang: &str) -> Option<String> {
        let city = said(&self.city, lang);
        // The region of a large city is often called after it.
        let region = said(&self.region, lang).filter(|region| city.is_none_or(|city| !region.contains(city)));
        let country = said(&self.country, lang).or(self.country_code.as_deref());
        let parts: Vec<_> = [city, region, country].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

fn said<'n>(names: &'n Names, lang: &str) -> Option<&'n str> {
    names.get(lang).or_else(|| names.get(COMMON)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[(&str, &str)]) -> Names {
        names.iter().map(|(lang, name)| ((*lang).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn a_place_is_named_in_the_language_or_else_in_english() {
        let munich = Place {
            country_code: Some("DE".to_owned()),
            country: names(&[("en", "Germany"), ("de", "Deutschland")]),
            region: names(&[("en", "Bavaria")]),
            city: names(&[("en", "Munich"), ("de", "München")]),
        };
        assert_eq!(munich.name("en").as_deref(), Some("Munich, Bavaria, Germany"));
        assert_eq!(munich.name("de").as_deref(), Some("München, Bavaria, Deutschland"));
        assert_eq!(munich.name("ar").as_deref(), Some("Munich, Bavaria, Germany"));
    }

    #[test]
    fn what_is_not_known_or_repeats_itself_is_left_out() {
        let code = || Some("DE".to_owned());
        let city = names(&[("en", "Berlin")]);
        let cases = [
            (Place::default(), None),
            (Place { country_code: code(), ..Place::default() }, Some("DE")),
            (Place { country_code: code(), city: city.clone(), ..Place::default() }, Some("Berlin, DE")),
            (Place { region: names(&[("en", "State of Berlin")]), city, ..Place::default() }, Some("Berlin")),
            (Place { country: names(&[("fr", "Allemagne")]), ..Place::default() }, None),
        ];
        for (place, name) in cases {
            assert_eq!(place.name("en").as_deref(), name, "{place:?}");
        }
    }
}
