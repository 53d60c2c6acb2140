//! One backend of diesel for all databases, so that each query is compiled once.
//!
//! It has only what every database has in the same words: no `RETURNING`, no `ON CONFLICT`, and of the types `BigInt`,
//! `Integer`, `Text`, `Binary` and `Bool`. What they write differently (how names are quoted, how values are numbered)
//! is decided when a [`Statement`](super::statement::Statement) is handed to a driver.

use diesel::QueryResult;
use diesel::backend::{Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend, sql_dialect as is};
use diesel::internal::derives::multiconnection::{
    LimitClause, LimitOffsetClause, NoLimitClause, NoOffsetClause,
};
use diesel::query_builder::{AstPass, BindCollector, QueryBuilder, QueryFragment};
use diesel::result::Error::SerializationError;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, TypeMetadata};

use super::value::{Kind, Value};

/// The backend that every query in `sql/` is written for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Dialect;

impl Backend for Dialect {
    type QueryBuilder = Writer;
    type RawValue<'a> = &'a Value<'static>;
    type BindCollector<'a> = Binds<'a>;
}

impl TypeMetadata for Dialect {
    type TypeMetadata = Kind;
    type MetadataLookup = ();
}

impl SqlDialect for Dialect {
    type ReturningClause = is::returning_clause::DoesNotSupportReturningClause;
    type OnConflictClause = is::on_conflict_clause::DoesNotSupportOnConflictClause;
    type InsertWithDefaultKeyword = is::default_keyword_for_insert::IsoSqlDefaultKeyword;
    type BatchInsertSupport = is::batch_insert_support::DoesNotSupportBatchInsert;
    type ConcatClause = is::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = is::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = is::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type SelectStatementSyntax = is::select_statement_syntax::AnsiSqlSelectStatement;
    type ExistsSyntax = is::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = is::array_comparison::AnsiSqlArrayComparison;
    type AliasSyntax = is::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport = is::window_frame_clause_group_support::NoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport = is::window_frame_exclusion_support::NoFrameFrameExclusionSupport;
    type AggregateFunctionExpressions = is::aggregate_function_expressions::NoAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder = is::built_in_window_function_require_order::NoOrderRequired;
}

impl DieselReserveSpecialization for Dialect {}
impl TrustedBackend for Dialect {}

/// Says of which kind the values of these types are.
macro_rules! kinds {
    ($($sql_type:ident => $kind:ident),* $(,)?) => {
        $(impl HasSqlType<sql_types::$sql_type> for Dialect {
            fn metadata(_: &mut ()) -> Kind {
                Kind::$kind
            }
        })*
    };
}

// Diesel asks each backend for all of these. No value of the last six can be written or read, so none is.
kinds! {
    BigInt => BigInt,
    Integer => Integer,
    Text => Text,
    Binary => Binary,
    Bool => Bool,
    SmallInt => Absent,
    Float => Absent,
    Double => Absent,
    Date => Absent,
    Time => Absent,
    Timestamp => Absent,
}

/// Writes the text of a statement, and remembers where its values go.
#[derive(Debug)]
pub(crate) struct Writer {
    quote: char,
    pub(super) sql: String,
    pub(super) places: Vec<usize>,
}

impl Writer {
    /// For a database that quotes names with this character.
    pub(super) fn new(quote: char) -> Self {
        Self { quote, sql: String::with_capacity(512), places: Vec::with_capacity(8) }
    }
}

impl QueryBuilder<Dialect> for Writer {
    fn push_sql(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        self.sql.push(self.quote);
        for char in identifier.chars() {
            if char == self.quote {
                self.sql.push(char);
            }
            self.sql.push(char);
        }
        self.sql.push(self.quote);
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.places.push(self.sql.len());
    }

    fn finish(self) -> String {
        self.sql
    }
}

/// The values of a statement, in order.
#[derive(Debug)]
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

impl QueryFragment<Dialect> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, Dialect>) -> QueryResult<()> {
        Ok(())
    }
}

impl<L> QueryFragment<Dialect> for LimitOffsetClause<LimitClause<L>, NoOffsetClause>
where
    LimitClause<L>: QueryFragment<Dialect>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Dialect>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out)
    }
}
