//! A line of the log, in either of its two forms.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The members of a line in JSON that are not fields of their own.
const COMMON: [&str; 5] = ["timestamp", "level", "message", "target", "span"];

/// A line. A field of the request as a whole and one of the line alone are told by the same name; that of the line counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Line {
    pub(super) time: String,
    pub(super) level: String,
    pub(super) message: String,
    fields: BTreeMap<String, String>,
}

impl Line {
    /// Reads a line; `None` for what is none of ours.
    pub(super) fn read(text: &str) -> Option<Self> {
        // What collects logs may put something before it.
        let json = text.find('{').and_then(|start| text.get(start..)).map(str::trim_end);
        let object = json.and_then(|json| serde_json::from_str::<Map<String, Value>>(json).ok());
        match object {
            Some(object) => from_json(&object),
            None => from_text(&without_colours(text)),
        }
    }

    /// A field, if it has a value.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether it is about that request.
    pub(super) fn is_about(&self, id: &str) -> bool {
        self.field("id") == Some(id) || self.field("support_code") == Some(id)
    }

    /// Its fields, without those that tell of the request as a whole.
    pub(super) fn own_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        fields.filter(|(name, _)| !["id", "path", "client_id", "support_code", "name"].contains(name))
    }
}

fn from_json(object: &Map<String, Value>) -> Option<Line> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of_request = object.get("span").and_then(Value::as_object).into_iter().flatten();
    let own = object.iter().filter(|(name, _)| !COMMON.contains(&name.as_str()));
    let fields = of_request.chain(own).map(|(name, value)| (name.clone(), plain(value))).collect();
    let line = Line { time: text("timestamp"), level: text("level"), message: text("message"), fields };
    (!line.time.is_empty()).then_some(line)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `TIME LEVEL request{id=… path="…"}: message field="…" other=…`
fn from_text(text: &str) -> Option<Line> {
    // What collects logs may put something before it.
    let time = text.split_whitespace().find(|word| is_time(word))?;
    let (_, rest) = text.trim().split_once(time)?;
    let (level, rest) = rest.trim_start().split_once(' ')?;
    let (of_request, rest) = match rest.trim_start().strip_prefix("request{") {
        Some(inner) => {
            let end = end_of_span(inner)?;
            (inner.get(..end)?, inner.get(end..)?.trim_start_matches(['}', ':', ' ']))
        }
        None => ("", rest),
    };
    let (_, mut fields) = split_fields(of_request);
    let (message, own) = split_fields(rest);
    fields.extend(own);
    Some(Line { time: time.to_owned(), level: level.to_owned(), message, fields })
}

/// Whether a word is a time as our lines have it (RFC 3339).
fn is_time(word: &str) -> bool {
    word.len() >= "2026-11-29T17:35:48Z".len()
        && word.starts_with(|letter: char| letter.is_ascii_digit())
        && word.contains('T')
        && word.ends_with('Z')
}

/// Where the fields of the request end: at the brace that is in no quotes.
fn end_of_span(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted => return Some(place),
            _ => {}
        }
    }
    None
}

/// What stands before the first field, and the fields. One without quotes reaches as far as the next one.
fn split_fields(text: &str) -> (String, BTreeMap<String, String>) {
    let mut fields = BTreeMap::new();
    let (message, mut rest) = next_field(text);
    let message = message.trim().to_owned();
    while let Some((name, after)) = rest.split_once('=') {
        let (value, following) = match quoted(after) {
            Some((value, following)) => (value, next_field(following).1),
            None => {
                let (value, following) = next_field(after);
                (value.trim().to_owned(), following)
            }
        };
        fields.insert(name.trim().to_owned(), value);
        rest = following;
    }
    (message, fields)
}

/// Splits before the next `name=` at the beginning of a word.
fn next_field(text: &str) -> (&str, &str) {
    let is_name = |word: &str| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let mut place = 0;
    for word in text.split(' ') {
        if is_name(word) {
            return text.split_at_checked(place).unwrap_or((text, ""));
        }
        place += word.len() + 1;
    }
    (text, "")
}

/// A value in quotes, as `Debug` writes it, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let (mut value, mut letters) = (String::new(), inner.char_indices());
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, inner.get(place + 1..)?)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                // The code of the character, in braces, stays as it is.
                'u' => value.push_str("\\u"),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

/// Without the sequences by which a terminal shows colours.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('\u{1b}');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}
