//! Values on their way into a statement and out of a row.

use std::borrow::Cow;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRef};
use diesel::query_builder::BindCollector;
use diesel::result::Error::SerializationError;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Integer, Text};

use super::dialect::Dialect;

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
pub(super) trait Driver: Backend {
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
    /// The same value, which outlives what it was borrowed from.
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

/// The values of a statement, in order.
#[derive(Debug, Default)]
pub(crate) struct Binds<'a>(pub(super) Vec<(Kind, Value<'a>)>);

impl<'a> BindCollector<'a, Dialect> for Binds<'a> {
    type Buffer = Value<'a>;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut ()) -> QueryResult<()>
    where
        Dialect: HasSqlType<T>,
        U: ToSql<T, Dialect> + ?Sized + 'a,
    {
        let mut output = Output::new(Value::Null, lookup);
        let is_null = bind.to_sql(&mut output).map_err(SerializationError)?;
        let value = output.into_inner();
        let value = if matches!(is_null, IsNull::Yes) { Value::Null } else { value };
        self.0.push((<Dialect as HasSqlType<T>>::metadata(lookup), value));
        Ok(())
    }

    fn push_null_value(&mut self, kind: Kind) -> QueryResult<()> {
        self.0.push((kind, Value::Null));
        Ok(())
    }
}

impl ToSql<BigInt, Dialect> for i64 {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dialect>) -> serialize::Result {
        out.set_value(Value::BigInt(*self));
        Ok(IsNull::No)
    }
}

impl ToSql<Integer, Dialect> for i32 {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dialect>) -> serialize::Result {
        out.set_value(Value::Integer(*self));
        Ok(IsNull::No)
    }
}

impl ToSql<Text, Dialect> for str {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dialect>) -> serialize::Result {
        out.set_value(Value::Text(self.into()));
        Ok(IsNull::No)
    }
}

impl ToSql<Binary, Dialect> for [u8] {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dialect>) -> serialize::Result {
        out.set_value(Value::Binary(self.into()));
        Ok(IsNull::No)
    }
}

impl ToSql<Bool, Dialect> for bool {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dialect>) -> serialize::Result {
        out.set_value(Value::Bool(*self));
        Ok(IsNull::No)
    }
}

impl FromSql<BigInt, Dialect> for i64 {
    fn from_sql(value: &Value<'static>) -> deserialize::Result<Self> {
        match value {
            Value::BigInt(value) => Ok(*value),
            Value::Integer(value) => Ok((*value).into()),
            other => unexpected("a BigInt", other),
        }
    }
}

impl FromSql<Integer, Dialect> for i32 {
    fn from_sql(value: &Value<'static>) -> deserialize::Result<Self> {
        match value {
            Value::Integer(value) => Ok(*value),
            Value::BigInt(value) => Ok((*value).try_into()?),
            other => unexpected("an Integer", other),
        }
    }
}

impl FromSql<Bool, Dialect> for bool {
    fn from_sql(value: &Value<'static>) -> deserialize::Result<Self> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Integer(value) => Ok(*value != 0),
            Value::BigInt(value) => Ok(*value != 0),
            other => unexpected("a Bool", other),
        }
    }
}

// Diesel makes a `String` and a `Vec<u8>` of these.
impl<'a> FromSqlRef<'a, Text, Dialect> for &'a str {
    fn from_sql(value: &'a mut &Value<'static>) -> deserialize::Result<Self> {
        match value {
            Value::Text(text) => Ok(text),
            Value::Binary(bytes) => Ok(std::str::from_utf8(bytes)?),
            other => unexpected("a Text", other),
        }
    }
}

impl<'a> FromSqlRef<'a, Binary, Dialect> for &'a [u8] {
    fn from_sql(value: &'a mut &Value<'static>) -> deserialize::Result<Self> {
        match value {
            Value::Binary(bytes) => Ok(bytes),
            Value::Text(text) => Ok(text.as_bytes()),
            other => unexpected("a Binary", other),
        }
    }
}

fn unexpected<T>(wanted: &str, found: &Value<'_>) -> deserialize::Result<T> {
    // Not the value itself, which may be what nobody may read.
    let found = match found {
        Value::Null => "NULL",
        Value::BigInt(_) => "a BigInt",
        Value::Integer(_) => "an Integer",
        Value::Text(_) => "a Text",
        Value::Binary(_) => "a Binary",
        Value::Bool(_) => "a Bool",
    };
    Err(format!("a column has {found} instead of {wanted}").into())
}
