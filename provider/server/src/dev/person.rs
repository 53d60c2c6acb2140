//! The demo user, who has every standard claim.

use credenza_protocol::claims::{Address, StandardClaims};

/// Every claim of OpenID Connect Core 5.1, except `sub` and `updated_at`, which come from the account.
pub(super) fn claims() -> StandardClaims {
    let text = |text: &str| Some(text.to_owned());
    StandardClaims {
        name: text("Demo Maria Exempla"),
        given_name: text("Demo"),
        family_name: text("Exempla"),
        middle_name: text("Maria"),
        nickname: text("Dee"),
        preferred_username: text("demo"),
        profile: text("https://example.com/people/demo"),
        picture: text("https://example.com/people/demo.png"),
        website: text("https://demo.example.com"),
        gender: text("female"),
        birthdate: text("1990-04-23"),
        zoneinfo: text("Europe/Vienna"),
        locale: text("de-AT"),
        email: text("demo@example.com"),
        email_verified: Some(true),
        address: Some(Address {
            formatted: text("Hauptplatz 1\n8010 Graz\nAustria"),
            street_address: text("Hauptplatz 1"),
            locality: text("Graz"),
            region: text("Styria"),
            postal_code: text("8010"),
            country: text("Austria"),
        }),
        phone_number: text("+43 316 555 0100"),
        phone_number_verified: Some(true),
    }
}
