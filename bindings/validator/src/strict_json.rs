//! JSON that every reader understands alike (RFC 7519 section 4, RFC 8259 section 4).

mod numbers;

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

pub(crate) use numbers::finite;

/// How deep objects and arrays may nest.
pub const MAX_DEPTH: u32 = 32;

/// Why JSON is not accepted. It holds neither names nor values of the text, so it may be logged.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JsonError {
    /// An object has two members of one name.
    #[error("duplicate member name")]
    Duplicate,
    /// Objects and arrays nest deeper than [`MAX_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
    /// Not one JSON text in UTF-8.
    #[error("not JSON (column {column})")]
    Syntax {
        /// Where reading stopped.
        column: usize,
    },
    /// JSON, but a member is missing or of another type than wanted.
    #[error("a member is missing or of the wrong type (column {column})")]
    Shape {
        /// Where reading stopped.
        column: usize,
    },
}

/// Reads one JSON text, in time linear in its length (names of one object are sorted).
///
/// # Errors
/// [`JsonError`]: a name twice in an object at any depth however it is written (`"a"`, `"\u0061"`), nesting
/// beyond [`MAX_DEPTH`], anything after the text, anything that is not JSON or does not fit `T`.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    // One check of the whole text, so that neither pass below checks its strings again.
    let text =
        std::str::from_utf8(bytes).map_err(|error| JsonError::Syntax { column: error.valid_up_to() })?;
    check(text)?;
    serde_json::from_str(text).map_err(|error| JsonError::Shape { column: error.column() })
}

/// Reads one JSON object. A struct that derives `Deserialize` would also take its members from an array, in
/// order, which is no object to any other reader.
///
/// # Errors
/// As [`from_slice`]; anything but an object is [`JsonError::Shape`].
pub fn object_from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let value = from_slice(bytes)?;
    match bytes.trim_ascii_start() {
        [b'{', ..] => Ok(value),
        _ => Err(JsonError::Shape { column: 1 }),
    }
}

fn check(text: &str) -> Result<(), JsonError> {
    let fault = Fault::default();
    read(text, &fault, fault.strict())
}

/// Reads one JSON text in one pass by a seed of the caller's, which hands on to [`Fault::strict`] what it does not read
/// itself.
///
/// # Errors
/// As [`from_slice`].
pub(crate) fn read<'t, S: DeserializeSeed<'t>>(
    text: &'t str,
    fault: &Fault,
    seed: S,
) -> Result<S::Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| fault.0.get().unwrap_or_else(|| of_serde(&error)))
}

/// A fault that serde's errors cannot carry, as they hold text only.
#[derive(Default)]
pub(crate) struct Fault(Cell<Option<JsonError>>);

impl Fault {
    /// Reads any value, keeping only what is wrong with it.
    pub(crate) const fn strict(&self) -> Strict<'_> {
        Strict { depth: 0, fault: self }
    }
}

fn of_serde(error: &serde_json::Error) -> JsonError {
    let column = error.column();
    if error.is_data() { JsonError::Shape { column } } else { JsonError::Syntax { column } }
}

/// Walks one value and keeps nothing of it.
#[derive(Copy, Clone)]
pub(crate) struct Strict<'a> {
    depth: u32,
    fault: &'a Fault,
}

impl Strict<'_> {
    pub(crate) fn fail<T, E: Error>(self, fault: JsonError) -> Result<T, E> {
        self.fault.0.set(Some(fault));
        Err(E::custom("refused"))
    }

    pub(crate) fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return self.fail(JsonError::TooDeep);
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut names = Names::default();
        while let Some(name) = members.next_key_seed(Name)? {
            names.push(name);
            members.next_value_seed(inner)?;
        }
        if names.repeat() {
            return self.fail(JsonError::Duplicate);
        }
        Ok(())
    }
}

/// Up to how many names are compared pairwise.
const FEW: usize = 32;

/// The names of one object.
#[derive(Default)]
pub(crate) struct Names<'de>(Vec<Cow<'de, str>>);

impl<'de> Names<'de> {
    /// With room for those of a usual token.
    pub(crate) fn with_room() -> Self {
        Self(Vec::with_capacity(FEW))
    }

    pub(crate) fn push(&mut self, name: Cow<'de, str>) {
        self.0.push(name);
    }

    /// Whether a name occurs twice. A few are compared pairwise, without sorting; many are sorted, so that the time
    /// stays nearly linear.
    pub(crate) fn repeat(mut self) -> bool {
        if self.0.len() <= FEW {
            let mut rest = self.0.as_slice();
            while let Some((name, later)) = rest.split_first() {
                if later.contains(name) {
                    return true;
                }
                rest = later;
            }
            return false;
        }
        self.0.sort_unstable();
        self.0.array_windows().any(|[one, next]| one == next)
    }
}

/// A member name, copied only when it is written with escapes.
pub(crate) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Result<Value, JsonError> {
        from_slice(text.as_bytes())
    }

    #[test]
    fn plain_json_is_read() {
        let text = r#" {"a":[1,-2,3.5,true,null,"x"],"b":{"a":{"a":[{"a":1},{"a":2}]}},"":"é"} "#;
        assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(read("7"), Ok(json!(7)));
    }

    #[test]
    fn duplicate_names_are_refused_at_every_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"cnf":{"jkt":"1","jkt":"2"}}"#,
            r#"[[{"x":[{"a":1,"a":2}]}]]"#,
            r#"{"":1,"":2}"#,
        ] {
            assert_eq!(read(text), Err(JsonError::Duplicate), "{text}");
        }
    }

    #[test]
    fn nesting_stops_at_the_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(32)).is_ok());
        for depth in [33, 127, 129, 100_000] {
            assert_eq!(read(&nested(depth)), Err(JsonError::TooDeep), "{depth}");
        }
        let objects = format!("{}1{}", r#"{"a":"#.repeat(33), "}".repeat(33));
        assert_eq!(read(&objects), Err(JsonError::TooDeep));
    }

    #[test]
    fn what_is_not_one_json_text_is_refused() {
        let invalid: [&[u8]; 12] = [
            b"",
            b" ",
            b"{} {}",
            b"{}x",
            b"{\"a\":1,}",
            b"\xef\xbb\xbf{}",
            b"\"\xff\"",
            br#""\ud800""#,
            b"1e400",
            b"\"\0\"",
            b"{a:1}",
            b"\xff\xfe{\0}\0",
        ];
        for bytes in invalid {
            assert!(matches!(from_slice::<Value>(bytes), Err(JsonError::Syntax { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn wrong_shape_is_told_without_the_value() {
        let error = from_slice::<u32>(b"\"a secret\"").unwrap_err();
        assert!(matches!(error, JsonError::Shape { .. }));
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn an_array_is_no_object() {
        type Pair = std::collections::BTreeMap<String, u32>;
        assert_eq!(object_from_slice::<Pair>(b" \n{\"a\":1}").unwrap()["a"], 1);
        assert_eq!(object_from_slice::<Value>(b"[1]"), Err(JsonError::Shape { column: 1 }));
        assert_eq!(object_from_slice::<Value>(b" 1"), Err(JsonError::Shape { column: 1 }));
        assert_eq!(object_from_slice::<Value>(br#"{"a":1,"a":1}"#), Err(JsonError::Duplicate));
    }

    #[test]
    fn many_names_take_linear_time() {
        let names = (0..100_000).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",");
        assert!(read(&format!("{{{names}}}")).is_ok());
        assert_eq!(read(&format!("{{{names},\"5\":0}}")), Err(JsonError::Duplicate));
    }
}
