//! What many operations have in common is a component, said once and referred to.

use serde_json::{Value, json};

/// A reference to a component of that section.
pub(super) fn reference(section: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{section}/{name}")})
}

/// The name of a component: that of a header, a member or a kind of problem in upper camel case.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect()
}
