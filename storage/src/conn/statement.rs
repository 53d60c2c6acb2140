//! A query as its database gets it: text, and values.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Integer, Nullable, Text, Untyped};

use super::dialect::{Binds, Dialect, Writer};
use super::value::{Kind, Value};

/// Text with places for values, which a driver fills in as it does.
#[derive(Debug)]
pub(super) struct Statement<'q> {
    sql: String,
    places: Vec<usize>,
    values: Vec<(Kind, Value<'q>)>,
    /// Whether its text is the same each time, so that a driver may keep it prepared.
    is_kept: bool,
}

impl<'q> Statement<'q> {
    /// Writes a query for a database that quotes names with this character.
    pub(super) fn of(query: &'q dyn QueryFragment<Dialect>, quote: char) -> QueryResult<Self> {
        let mut writer = Writer::new(quote);
        query.to_sql(&mut writer, &Dialect)?;
        let mut binds = Binds::default();
        query.collect_binds(&mut binds, &mut (), &Dialect)?;
        let is_kept = query.is_safe_to_cache_prepared(&Dialect)?;
        Ok(Self { sql: writer.sql, places: writer.places, values: binds.0, is_kept })
    }

    /// The same statement, which outlives its query.
    pub(super) fn into_owned(self) -> Statement<'static> {
        let values = self.values.into_iter().map(|(kind, value)| (kind, value.into_owned()));
        Statement { values: values.collect(), sql: self.sql, places: self.places, is_kept: self.is_kept }
    }
}

impl<DB> QueryFragment<DB> for Statement<'_>
where
    DB: Backend
        + HasSqlType<BigInt>
        + HasSqlType<Integer>
        + HasSqlType<Text>
        + HasSqlType<Binary>
        + HasSqlType<Bool>,
    i64: ToSql<BigInt, DB>,
    i32: ToSql<Integer, DB>,
    str: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    bool: ToSql<Bool, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.is_kept {
            out.unsafe_to_cache_prepared();
        }
        let mut from = 0;
        for (&to, (kind, value)) in self.places.iter().zip(&self.values) {
            out.push_sql(self.sql.get(from..to).unwrap_or_default());
            push(&mut out, *kind, value)?;
            from = to;
        }
        out.push_sql(self.sql.get(from..).unwrap_or_default());
        Ok(())
    }
}

/// Leaves a value to the driver.
fn push<'b, DB>(out: &mut AstPass<'_, 'b, DB>, kind: Kind, value: &'b Value<'_>) -> QueryResult<()>
where
    DB: Backend
        + HasSqlType<BigInt>
        + HasSqlType<Integer>
        + HasSqlType<Text>
        + HasSqlType<Binary>
        + HasSqlType<Bool>,
    i64: ToSql<BigInt, DB>,
    i32: ToSql<Integer, DB>,
    str: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    bool: ToSql<Bool, DB>,
{
    match (value, kind) {
        (Value::BigInt(value), _) => out.push_bind_param::<BigInt, i64>(value),
        (Value::Integer(value), _) => out.push_bind_param::<Integer, i32>(value),
        (Value::Text(value), _) => out.push_bind_param::<Text, str>(value),
        (Value::Binary(value), _) => out.push_bind_param::<Binary, [u8]>(value),
        (Value::Bool(value), _) => out.push_bind_param::<Bool, bool>(value),
        (Value::Null, Kind::BigInt) => out.push_bind_param::<Nullable<BigInt>, Option<i64>>(&None),
        (Value::Null, Kind::Integer) => out.push_bind_param::<Nullable<Integer>, Option<i32>>(&None),
        (Value::Null, Kind::Binary) => out.push_bind_param::<Nullable<Binary>, Option<&[u8]>>(&None),
        (Value::Null, Kind::Bool) => out.push_bind_param::<Nullable<Bool>, Option<bool>>(&None),
        (Value::Null, Kind::Text | Kind::Absent) => {
            out.push_bind_param::<Nullable<Text>, Option<&str>>(&None)
        }
    }
}

/// Prepared statements are kept by their text.
impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}
