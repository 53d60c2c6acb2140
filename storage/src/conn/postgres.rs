//! PostgreSQL's driver.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Text};

use super::value::{Readable, Value};

// The types of PostgreSQL by their numbers, which are the same on every server (`pg_type.dat`).
const BOOL: u32 = 16;
const BYTEA: u32 = 17;
const INT8: u32 = 20;
const INT4: u32 = 23;
const TEXT: u32 = 25;
const VARCHAR: u32 = 1043;

impl Readable for Pg {
    fn value(value: PgValue<'_>) -> deserialize::Result<Value<'static>> {
        match value.get_oid().get() {
            BOOL => Ok(Value::Bool(FromSql::<Bool, Pg>::from_sql(value)?)),
            INT8 => Ok(Value::BigInt(FromSql::<BigInt, Pg>::from_sql(value)?)),
            INT4 => Ok(Value::Integer(FromSql::<Integer, Pg>::from_sql(value)?)),
            TEXT | VARCHAR => {
                let text: String = FromSql::<Text, Pg>::from_sql(value)?;
                Ok(Value::Text(text.into()))
            }
            BYTEA => {
                let bytes: Vec<u8> = FromSql::<Binary, Pg>::from_sql(value)?;
                Ok(Value::Binary(bytes.into()))
            }
            other => Err(format!("a column has the type {other}, which none should have").into()),
        }
    }
}
