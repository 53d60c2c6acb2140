//! Members of a JSON object, with their types and limits. `null` and the empty text count as absent (RFC 7591 2.2 leaves
//! out what has no value), a member of the wrong type is refused, and unknown members are ignored.

use credenza_validator::jwe::{ContentEncryption, KeyManagement};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Fault, Members};
use crate::time::Seconds;

/// The longest text, in characters: longer than any URI that may be registered.
const LONGEST: usize = 2048;
/// The most entries of a list.
const MOST: usize = 50;

/// The members.
#[derive(Clone, Copy)]
pub(super) struct Document<'a>(pub(super) &'a Members);

impl<'a> Document<'a> {
    /// The member as it stands; `None` where it is absent.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !is_nothing(value))
    }

    /// A text.
    pub(super) fn text(self, name: &'static str) -> Result<Option<String>, Fault> {
        self.value(name).map(|value| text(name, value)).transpose()
    }

    /// A list of texts; empty where it is absent.
    pub(super) fn texts(self, name: &'static str) -> Result<Vec<String>, Fault> {
        Ok(self.list(name)?.unwrap_or_default())
    }

    /// A list of texts, of which empty ones are left out; `None` where it is absent.
    pub(super) fn list(self, name: &'static str) -> Result<Option<Vec<String>>, Fault> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| Fault::metadata(name, "must be a list of texts"))?;
        if items.len() > MOST {
            return Err(Fault::metadata(name, format!("has more than {MOST} entries")));
        }
        items
            .iter()
            .filter(|item| item.as_str() != Some(""))
            .map(|item| text(name, item))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Yes or no; no where it is absent.
    pub(super) fn truth(self, name: &'static str) -> Result<bool, Fault> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(Fault::metadata(name, "must be true or false")),
        }
    }

    /// A span of seconds.
    pub(super) fn seconds(self, name: &'static str) -> Result<Option<Seconds>, Fault> {
        let wrong = || Fault::metadata(name, "must be a number of seconds, not below zero");
        let read = |value: &Value| value.as_i64().filter(|seconds| *seconds >= 0).ok_or_else(wrong);
        Ok(self.value(name).map(read).transpose()?.map(Seconds))
    }

    /// One of the words that are known here.
    pub(super) fn word<T: DeserializeOwned>(self, name: &'static str) -> Result<Option<T>, Fault> {
        self.text(name)?.map(|text| word(name, text)).transpose()
    }

    /// Some of the words that are known here, each once; `None` where the list is absent.
    pub(super) fn words<T: DeserializeOwned + PartialEq>(
        self,
        name: &'static str,
    ) -> Result<Option<Vec<T>>, Fault> {
        let Some(texts) = self.list(name)? else { return Ok(None) };
        let mut words = vec![];
        for text in texts {
            let word = word(name, text)?;
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Ok(Some(words))
    }

    /// Those of the words that are known here and `allowed`, each once: the others are trimmed (RFC 7591 2 lets a server
    /// replace what it was asked for), unless none is left. `None` where the list is absent.
    pub(super) fn trimmed<T: DeserializeOwned + PartialEq>(
        self,
        name: &'static str,
        allowed: impl Fn(&T) -> bool,
    ) -> Result<Option<Vec<T>>, Fault> {
        let Some(texts) = self.list(name)? else { return Ok(None) };
        let asked_for_some = !texts.is_empty();
        let mut words = vec![];
        for word in texts.into_iter().filter_map(|text| word::<T>(name, text).ok()) {
            if allowed(&word) && !words.contains(&word) {
                words.push(word);
            }
        }
        if asked_for_some && words.is_empty() {
            return Err(Fault::metadata(name, "holds nothing that a client may register here"));
        }
        Ok(Some(words))
    }

    /// A pair of `…_alg` and `…_enc`. Where the first stands alone, the second has its default (OpenID Connect
    /// Registration 2).
    pub(super) fn encryption(
        self,
        alg: &'static str,
        enc: &'static str,
    ) -> Result<(Option<KeyManagement>, Option<ContentEncryption>), Fault> {
        let alg = self.word(alg)?;
        let enc = self.word(enc)?;
        Ok((alg, enc.or_else(|| alg.map(|_| ContentEncryption::default()))))
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn text(name: &'static str, value: &Value) -> Result<String, Fault> {
    let text = value.as_str().ok_or_else(|| Fault::metadata(name, "must be a text"))?;
    if text.chars().count() > LONGEST {
        return Err(Fault::metadata(name, format!("is longer than {LONGEST} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::metadata(name, "holds a control character"));
    }
    Ok(text.to_owned())
}

fn word<T: DeserializeOwned>(name: &'static str, text: String) -> Result<T, Fault> {
    let unknown = |_| Fault::metadata(name, "names something that is not supported here");
    serde_json::from_value(Value::String(text)).map_err(unknown)
}
