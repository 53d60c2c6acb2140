//! Which registered redirect URI somebody may have meant, for the log.

/// The registered URI that has most in common with the one that was sent, at its beginning and its end. It says nothing
/// about what is allowed.
#[must_use]
pub fn nearest<'a>(registered: &'a [String], sent: &str) -> Option<&'a str> {
    registered.iter().max_by_key(|known| in_common(known, sent)).map(String::as_str)
}

/// The bytes that two texts share at their beginnings and at their ends.
fn in_common(one: &str, other: &str) -> usize {
    let shortest = one.len().min(other.len());
    let first = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let last = one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count();
    first + last.min(shortest - first)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_one_that_was_probably_meant() {
        let registered = [
            "https://app.example/callback",
            "https://app.example/auth/callback",
            "https://other.example/callback",
            "http://127.0.0.1/callback",
        ]
        .map(str::to_owned);
        for (sent, meant) in [
            ("https://app.example/callback/", "https://app.example/callback"),
            ("http://app.example/callback", "https://app.example/callback"),
            ("https://app.example/auth/calback", "https://app.example/auth/callback"),
            ("https://other.example/callback?x=y", "https://other.example/callback"),
            ("http://127.0.0.1:8080/callback", "http://127.0.0.1/callback"),
        ] {
            assert_eq!(nearest(&registered, sent), Some(meant), "{sent}");
        }
        assert_eq!(nearest(&[], "https://app.example/callback"), None);
        assert!(nearest(&registered, "").is_some() && nearest(&registered, "\u{e9}").is_some());
    }
}
