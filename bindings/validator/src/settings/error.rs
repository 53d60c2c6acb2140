//! Settings that are not accepted, told in the words of whoever wrote them.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::strict_json;

/// Settings that are not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct SettingsError {
    /// The setting, such as `audience` or `dpop.max_age`; `settings` for the document as a whole.
    pub setting: Cow<'static, str>,
    /// What is wrong with it. Names of other settings stand between backticks.
    pub reason: String,
}

/// How a language spells names.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Spelling {
    /// `max_token_age`, as in JSON.
    Snake,
    /// `maxTokenAge`.
    Camel,
}

impl SettingsError {
    pub(crate) fn new(setting: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self { setting: setting.into(), reason: reason.into() }
    }

    /// The same error with the names of settings as the caller spells them.
    #[must_use]
    pub fn spelled(self, spelling: Spelling) -> Self {
        if spelling == Spelling::Snake {
            return self;
        }
        let reason = self.reason.split('`').enumerate();
        let reason = reason.map(|(at, part)| if at % 2 == 1 { camel(part) } else { part.to_owned() });
        Self { setting: camel(&self.setting).into(), reason: reason.collect::<Vec<_>>().join("`") }
    }

    /// The error one level further out.
    pub(crate) fn within(self, outer: &str) -> Self {
        Self { setting: format!("{outer}.{}", self.setting).into(), ..self }
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let mut letters = part.chars();
        whole.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        whole.push_str(letters.as_str());
        whole
    })
}

/// Reads a document of the caller's. `name` is what it is called as a whole.
///
/// # Errors
/// [`SettingsError`] with the path of the member that is unknown, missing or of the wrong kind.
pub(crate) fn read<T: DeserializeOwned>(name: &'static str, json: &str) -> Result<T, SettingsError> {
    let value: Value = strict_json::object_from_slice(json.as_bytes())
        .map_err(|error| SettingsError::new(name, format!("is no JSON object: {error}")))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path.replace('[', ".").replace(']', "") };
        told(name, &path, &error.into_inner().to_string())
    })
}

/// Says in words for users what serde says in words for Rust.
fn told(name: &'static str, path: &str, message: &str) -> SettingsError {
    let own = |member: &str| -> Cow<'static, str> {
        // The path of an unknown member has it already at its end.
        let (outer, last) = path.rsplit_once('.').unwrap_or(("", path));
        let outer = if last == member { outer } else { path };
        let full = if outer.is_empty() { member.to_owned() } else { format!("{outer}.{member}") };
        full.into()
    };
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        return SettingsError::new(own(quoted()), "there is no such setting");
    }
    if message.starts_with("missing field") {
        return SettingsError::new(own(quoted()), "is needed");
    }
    // One value of a list is told by the list.
    let path = path.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('.');
    let setting: Cow<'static, str> = if path.is_empty() { name.into() } else { path.to_owned().into() };
    if message.starts_with("unknown variant") {
        let words: Vec<_> = message.split('`').skip(3).step_by(2).collect();
        return SettingsError::new(setting, format!("has to be one of {}", words.join(", ")));
    }
    SettingsError::new(setting, format!("has to be {}", kind(message)))
}

/// The kind of value that was expected.
fn kind(message: &str) -> &'static str {
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    match expected {
        "a boolean" => "true or false",
        "a string" | "variant identifier" | "string or map" => "text",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct") => "an object",
        _ if expected.starts_with(['i', 'u']) => "a whole number",
        _ if message.contains("untagged enum OneOrMany") => "text or a list of texts",
        _ => "a value of another kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn refused(members: &str) -> (String, String) {
        let json = format!(r#"{{"issuer":"https://id.example",{members}}}"#);
        let error = Settings::from_json(&json).unwrap_err();
        (error.setting.into_owned(), error.reason)
    }

    #[test]
    fn a_wrong_kind_is_told_by_its_path_and_in_plain_words() {
        for (members, setting, reason) in [
            (r#""leeway":"30""#, "leeway", "has to be a whole number"),
            (r#""leeway":30.5"#, "leeway", "has to be a whole number"),
            (r#""max_token_bytes":-1"#, "max_token_bytes", "has to be a whole number"),
            (r#""dpop":{"max_age":"x"}"#, "dpop.max_age", "has to be a whole number"),
            (r#""dpop":{"nonce":1}"#, "dpop.nonce", "has to be true or false"),
            (r#""realm":1"#, "realm", "has to be text"),
            (r#""dpop":true"#, "dpop", "has to be an object"),
            (r#""optional_claims":"sub""#, "optional_claims", "has to be a list"),
            (r#""optional_claims":[1]"#, "optional_claims", "has to be text"),
            (r#""audience":1"#, "audience", "has to be text or a list of texts"),
            (r#""issuerz":1"#, "issuerz", "there is no such setting"),
            (r#""issuers":1"#, "issuers", "has to be a list"),
            (r#""issuers":[{"issuer":"a","audienc":1}]"#, "issuers.0.audienc", "there is no such setting"),
            (r#""dpop":{"max_ages":1}"#, "dpop.max_ages", "there is no such setting"),
            (r#""introspection":{}"#, "introspection.client_id", "is needed"),
        ] {
            let expected = (setting.to_owned(), reason.to_owned());
            assert_eq!(refused(members), expected, "{members}");
        }
        let (setting, reason) = refused(r#""profile":"x""#);
        assert_eq!(setting, "profile");
        assert!(reason.starts_with("has to be one of rfc9068, generic, keycloak"), "{reason}");
        assert_eq!(Settings::from_json("[]").unwrap_err().setting, "settings");
        assert_eq!(Settings::from_json("{}").unwrap_err().setting, "issuer");
    }

    #[test]
    fn names_are_spelled_as_the_caller_spells_them() {
        let error = SettingsError::new("key_cache.max_age", "contradicts `jwks_uri` and keys_as_text");
        let spelled = error.clone().spelled(Spelling::Camel);
        assert_eq!(spelled.to_string(), "keyCache.maxAge: contradicts `jwksUri` and keys_as_text");
        assert_eq!(error.clone().spelled(Spelling::Snake), error);
    }
}
