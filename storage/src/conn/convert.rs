//! How values become those of Rust, and the other way round.

use diesel::deserialize::{self, FromSql, FromSqlRef};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Text};

use super::dialect::Dialect;
use super::value::Value;

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
    Err(format!("a column has {} instead of {wanted}", found.name()).into())
}
