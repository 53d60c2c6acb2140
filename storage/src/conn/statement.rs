//! A query as its database gets it: text, and values.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Integer, Nullable, Text, Untyped};

use super::dialect::{Binds, Dialect, Writer};
use super::value::{Kind, Value};

/// A query in the words of one database.
#[derive(Debug)]
pub(super) struct Wording {
    sql: String,
    /// Where its values go.
    places: Vec<usize>,
    /// Whether it is the same each time, so that a driver may keep it prepared.
    is_kept: bool,
}

/// The wordings that do not depend on what a query holds, by the type of the query: writing one takes longer than SQLite
/// needs to answer it.
pub(super) type Wordings = HashMap<TypeId, Arc<Wording>>;

impl Wording {
    /// The text of a query for a database that quotes names with this character.
    fn of<Q>(query: &Q, quote: char, known: &mut Wordings) -> QueryResult<Arc<Self>>
    where
        Q: QueryFragment<Dialect> + QueryId,
    {
        let id = Q::query_id();
        if let Some(wording) = id.and_then(|id| known.get(&id)) {
            return Ok(Arc::clone(wording));
        }
        let wording = Arc::new(Self::write(query, quote)?);
        if let Some(id) = id.filter(|_| wording.is_kept) {
            known.insert(id, Arc::clone(&wording));
        }
        Ok(wording)
    }

    fn write(query: &dyn QueryFragment<Dialect>, quote: char) -> QueryResult<Self> {
        let mut writer = Writer::new(quote);
        query.to_sql(&mut writer, &Dialect)?;
        let is_kept = query.is_safe_to_cache_prepared(&Dialect)?;
        Ok(Self { sql: writer.sql, places: writer.places, is_kept })
    }
}

/// Text with values for its places, which a driver fills in as it does.
#[derive(Debug)]
pub(super) struct Statement<'q> {
    wording: Arc<Wording>,
    values: Vec<(Kind, Value<'q>)>,
}

impl<'q> Statement<'q> {
    /// A query for a database that quotes names with this character.
    pub(super) fn of<Q>(query: &'q Q, quote: char, known: &mut Wordings) -> QueryResult<Self>
    where
        Q: QueryFragment<Dialect> + QueryId,
    {
        let wording = Wording::of(query, quote, known)?;
        Ok(Self { values: Self::values(query, wording.places.len())?, wording })
    }

    fn values(query: &'q dyn QueryFragment<Dialect>, count: usize) -> QueryResult<Vec<(Kind, Value<'q>)>> {
        let mut binds = Binds(Vec::with_capacity(count));
        query.collect_binds(&mut binds, &mut (), &Dialect)?;
        Ok(binds.0)
    }

    /// The same statement, which outlives its query: a server answers later.
    #[cfg(feature = "pooled")]
    pub(super) fn into_owned(self) -> Statement<'static> {
        let values = self.values.into_iter().map(|(kind, value)| (kind, value.into_owned()));
        Statement { values: values.collect(), wording: self.wording }
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
        let Wording { sql, places, is_kept } = &*self.wording;
        if !is_kept {
            out.unsafe_to_cache_prepared();
        }
        let mut from = 0;
        for (&to, (kind, value)) in places.iter().zip(&self.values) {
            out.push_sql(sql.get(from..to).unwrap_or_default());
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
            }?;
            from = to;
        }
        out.push_sql(sql.get(from..).unwrap_or_default());
        Ok(())
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
