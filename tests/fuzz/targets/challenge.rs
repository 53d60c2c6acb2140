//! A challenge of any texts (a line break between): one line of visible ASCII, which parses back to the input.
#![no_main]

use credenza_validator::Challenge;
use libfuzzer_sys::fuzz_target;

/// Reads `scheme name="value", ...` (RFC 9110 sections 5.6.4 and 11.6.1).
fn read(text: &str) -> (String, Vec<(String, String)>) {
    let (scheme, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut parameters = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = rest.split_once("=\"").expect("a parameter");
        let mut value = String::new();
        let mut chars = behind.char_indices();
        let end = loop {
            match chars.next().expect("a closing quote") {
                (at, '"') => break at,
                (_, '\\') => value.push(chars.next().expect("an escaped character").1),
                (_, c) => value.push(c),
            }
        };
        parameters.push((name.to_owned(), value));
        rest = &behind[end + 1..];
        rest = rest.strip_prefix(", ").unwrap_or(rest);
    }
    (scheme.to_owned(), parameters)
}

fn visible(c: char) -> char {
    if matches!(c, ' '..='~') { c } else { '?' }
}

fuzz_target!(|data: &str| {
    let parts: Vec<&str> = data.splitn(4, '\n').collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    let text = Challenge::bearer()
        .realm(part(0))
        .error("invalid_token")
        .scope(part(1))
        .acr_values(part(2))
        .max_age(7)
        .resource_metadata(part(3))
        .to_string();
    assert!(text.chars().all(|c| matches!(c, ' '..='~')));
    let quoted = |text: &str| text.chars().map(visible).collect::<String>();
    let plain =
        |text: &str| text.chars().map(|c| if matches!(c, '"' | '\\') { '?' } else { visible(c) }).collect();
    let expected: [(&str, String); 6] = [
        ("realm", quoted(part(0))),
        ("error", "invalid_token".to_owned()),
        ("scope", plain(part(1))),
        ("acr_values", plain(part(2))),
        ("max_age", "7".to_owned()),
        ("resource_metadata", quoted(part(3))),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value)).to_vec();
    assert_eq!(read(&text), ("Bearer".to_owned(), expected));
});
