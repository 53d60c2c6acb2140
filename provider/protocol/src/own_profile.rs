//! What people may change about themselves, and what only operators may.

use serde_json::{Map, Value};

use crate::claims::StandardClaims;

/// The claims that people cannot change by themselves: what they sign in with, what somebody must have verified, and a picture
/// that other people's browsers would fetch from wherever it is.
const NOT_THEIRS: [&str; 6] =
    ["preferred_username", "picture", "email", "email_verified", "phone_number", "phone_number_verified"];

/// The claims that differ and that people cannot change by themselves.
#[must_use]
pub fn refused(before: &StandardClaims, after: &StandardClaims) -> Vec<&'static str> {
    let (before, after) = (members(before), members(after));
    NOT_THEIRS.into_iter().filter(|name| before.get(*name) != after.get(*name)).collect()
}

fn members(claims: &StandardClaims) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_verified_and_names_to_sign_in_with_are_not_the_persons_to_change() {
        let text = |text: &str| Some(text.to_owned());
        let before =
            StandardClaims { name: text("Ada"), email: text("ada@example.com"), ..StandardClaims::default() };
        let mine = StandardClaims { name: None, nickname: text("Ada"), locale: text("en"), ..before.clone() };
        assert!(refused(&before, &mine).is_empty());
        for (after, name) in [
            (StandardClaims { email: text("eve@example.com"), ..before.clone() }, "email"),
            (StandardClaims { email: None, ..before.clone() }, "email"),
            (StandardClaims { email_verified: Some(true), ..before.clone() }, "email_verified"),
            (StandardClaims { phone_number: text("+49 1"), ..before.clone() }, "phone_number"),
            (StandardClaims { preferred_username: text("root"), ..before.clone() }, "preferred_username"),
            (StandardClaims { picture: text("https://a.example/"), ..before.clone() }, "picture"),
        ] {
            assert_eq!(refused(&before, &after), [name]);
        }
    }
}
