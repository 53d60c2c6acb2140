//! Statements on any table, for tests of what no noun shows.

use async_trait::async_trait;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Integer, Text};

use crate::Result;

/// A statement in parts, with names and values apart from its text, so that it is the same for every database.
#[derive(Clone, Debug, Default)]
pub struct Statement(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Sql(&'static str),
    Name(String),
    BigInt(i64),
    Integer(i32),
    Text(String),
    Binary(Vec<u8>),
}

impl Statement {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    /// Goes on with this text.
    #[must_use]
    pub fn sql(self, text: &'static str) -> Self {
        self.with(Part::Sql(text))
    }

    /// Goes on with the name of a table or column.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.with(Part::Name(name.to_owned()))
    }

    /// Goes on with names between commas.
    #[must_use]
    pub fn names<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let parts = names.into_iter().enumerate();
        parts.fold(self, |statement, (n, name)| statement.sql(if n == 0 { "" } else { ", " }).name(name))
    }

    /// Goes on with a number as a value.
    #[must_use]
    pub fn number(self, value: i64) -> Self {
        self.with(Part::BigInt(value))
    }

    /// Goes on with a text as a value.
    #[must_use]
    pub fn text(self, value: &str) -> Self {
        self.with(Part::Text(value.to_owned()))
    }

    /// Goes on with bytes as a value.
    #[must_use]
    pub fn binary(self, value: &[u8]) -> Self {
        self.with(Part::Binary(value.to_vec()))
    }

    /// Goes on with some value of the type that diesel calls so.
    #[must_use]
    pub fn any(self, sql_type: &str) -> Self {
        match sql_type {
            "BigInt" => self.with(Part::BigInt(i64::MAX)),
            "Integer" => self.with(Part::Integer(i32::MAX)),
            "Text" => self.text("\u{1f600}"),
            _ => self.with(Part::Binary(vec![0, 255])),
        }
    }
}

impl<DB> QueryFragment<DB> for Statement
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Integer> + HasSqlType<Text> + HasSqlType<Binary>,
    i64: ToSql<BigInt, DB>,
    i32: ToSql<Integer, DB>,
    str: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.0 {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Name(name) => out.push_identifier(name)?,
                Part::BigInt(value) => out.push_bind_param::<BigInt, i64>(value)?,
                Part::Integer(value) => out.push_bind_param::<Integer, i32>(value)?,
                Part::Text(value) => out.push_bind_param::<Text, str>(value)?,
                Part::Binary(value) => out.push_bind_param::<Binary, [u8]>(value)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A database, without its nouns.
#[async_trait]
pub trait Raw: Send + Sync {
    /// Runs a statement; answers how many rows it made or changed.
    async fn execute(&self, statement: Statement) -> Result<usize>;

    /// How many rows of a tenant a table has.
    async fn count(&self, table: &str, tenant: &str) -> Result<usize>;

    /// A column of text of the rows of a tenant, without those in which it is absent.
    async fn texts(&self, table: &str, column: &str, tenant: &str) -> Result<Vec<String>>;
}
