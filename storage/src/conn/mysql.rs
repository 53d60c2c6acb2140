//! The driver of MySQL and MariaDB.

use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::sql_types::BigInt;

use super::value::{Readable, Value};

/// Of text and bytes alike come bytes: what tells them apart is the collation, which is binary for both
/// of ours.
impl Readable for Mysql {
    fn value(value: MysqlValue<'_>) -> deserialize::Result<Value<'static>> {
        match value.value_type() {
            MysqlType::String | MysqlType::Blob => Ok(Value::Binary(value.as_bytes().to_vec().into())),
            MysqlType::Tiny
            | MysqlType::UnsignedTiny
            | MysqlType::Short
            | MysqlType::UnsignedShort
            | MysqlType::Long
            | MysqlType::UnsignedLong
            | MysqlType::LongLong
            | MysqlType::UnsignedLongLong => Ok(Value::BigInt(FromSql::<BigInt, Mysql>::from_sql(value)?)),
            other => Err(format!("a column has the type {other:?}, which none should have").into()),
        }
    }
}
