//! Values on their way into a statement and out of a row.

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::deserialize;

/// The type of a column, as far as it is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    BigInt,
    Integer,
    Text,
    Binary,
    Bool,
    /// A type that no column has.
    Absent,
}

/// The backend of a driver, whose values we can read.
pub(super) trait Readable: Backend {
    /// Reads a value.
    ///
    /// # Errors
    /// It has a type that no column has.
    fn value(raw: Self::RawValue<'_>) -> deserialize::Result<Value<'static>>;
}

/// A value of a column. Servers do not all tell text from bytes, so text that was read may be [`Value::Binary`].
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Null,
    BigInt(i64),
    Integer(i32),
    Text(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
    Bool(bool),
}

impl Value<'_> {
    /// The name of its type. Not the value itself, which may be what nobody may read.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::BigInt(_) => "a BigInt",
            Self::Integer(_) => "an Integer",
            Self::Text(_) => "a Text",
            Self::Binary(_) => "a Binary",
            Self::Bool(_) => "a Bool",
        }
    }

    /// The same value, which outlives what it was borrowed from.
    #[cfg(feature = "pooled")]
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::BigInt(value) => Value::BigInt(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Text(value) => Value::Text(value.into_owned().into()),
            Self::Binary(value) => Value::Binary(value.into_owned().into()),
            Self::Bool(value) => Value::Bool(value),
        }
    }
}
