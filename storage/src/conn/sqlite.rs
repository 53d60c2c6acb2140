//! SQLite's driver.

use diesel::connection::LoadConnection;
use diesel::deserialize::{self, FromSql};
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::sqlite::{Sqlite, SqliteType, SqliteValue};
use diesel::{QueryResult, SqliteConnection, define_sql_function};

use super::row::Values;
use super::statement::Statement;
use super::value::{Readable, Value};

define_sql_function! {
    /// How many rows the previous statement changed, inserted or deleted.
    fn changes() -> BigInt;
}

/// Runs a statement, and reads all of its answer.
pub(super) fn rows(
    raw: &mut SqliteConnection,
    statement: Statement<'_>,
) -> QueryResult<Vec<QueryResult<Values>>> {
    raw.load(statement)?.map(|row| Ok(Values::of(&row?))).collect()
}

/// Runs a statement; answers how many rows it made, changed or deleted. Diesel's own `execute` takes a statement by
/// reference and does not keep it prepared; this one takes it by value, as a query without rows.
pub(super) fn count(raw: &mut SqliteConnection, statement: Statement<'_>) -> QueryResult<usize> {
    raw.load(statement)?.try_for_each(|row| row.map(drop))?;
    let count = diesel::RunQueryDsl::get_result::<i64>(diesel::select(changes()), raw)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

impl Readable for Sqlite {
    fn value(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Value<'static>> {
        match value.value_type() {
            None => Ok(Value::Null),
            Some(SqliteType::Text) => {
                let text: String = FromSql::<Text, Sqlite>::from_sql(value)?;
                Ok(Value::Text(text.into()))
            }
            Some(SqliteType::Binary) => {
                let bytes: Vec<u8> = FromSql::<Binary, Sqlite>::from_sql(value)?;
                Ok(Value::Binary(bytes.into()))
            }
            Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => {
                Ok(Value::BigInt(FromSql::<BigInt, Sqlite>::from_sql(value)?))
            }
            Some(SqliteType::Float | SqliteType::Double) => {
                Err("a column has a floating-point number".into())
            }
        }
    }
}
