//! The claims about a person, as they are stored.

use credenza_protocol::claims::{self, StandardClaims};
use serde::{Deserialize, Serialize};

use super::Stored;

/// What is in `users.claims`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number_verified: Option<bool>,
}

/// The `address` claim.
#[derive(Serialize, Deserialize)]
struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
}

impl Address {
    fn of(value: claims::Address) -> Self {
        Self {
            formatted: value.formatted,
            street_address: value.street_address,
            locality: value.locality,
            region: value.region,
            postal_code: value.postal_code,
            country: value.country,
        }
    }

    fn value(self) -> claims::Address {
        claims::Address {
            formatted: self.formatted,
            street_address: self.street_address,
            locality: self.locality,
            region: self.region,
            postal_code: self.postal_code,
            country: self.country,
        }
    }
}

impl Stored for Claims {
    type Value = StandardClaims;

    fn of(value: StandardClaims) -> Self {
        Self {
            name: value.name,
            given_name: value.given_name,
            family_name: value.family_name,
            middle_name: value.middle_name,
            nickname: value.nickname,
            preferred_username: value.preferred_username,
            profile: value.profile,
            picture: value.picture,
            website: value.website,
            gender: value.gender,
            birthdate: value.birthdate,
            zoneinfo: value.zoneinfo,
            locale: value.locale,
            email: value.email,
            email_verified: value.email_verified,
            address: value.address.map(Address::of),
            phone_number: value.phone_number,
            phone_number_verified: value.phone_number_verified,
        }
    }

    fn value(self) -> StandardClaims {
        StandardClaims {
            name: self.name,
            given_name: self.given_name,
            family_name: self.family_name,
            middle_name: self.middle_name,
            nickname: self.nickname,
            preferred_username: self.preferred_username,
            profile: self.profile,
            picture: self.picture,
            website: self.website,
            gender: self.gender,
            birthdate: self.birthdate,
            zoneinfo: self.zoneinfo,
            locale: self.locale,
            email: self.email,
            email_verified: self.email_verified,
            address: self.address.map(Address::value),
            phone_number: self.phone_number,
            phone_number_verified: self.phone_number_verified,
        }
    }
}
