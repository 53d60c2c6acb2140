//! Statements on a table that is known by its name alone, for what is done to every table alike. Compiled once,
//! however many tables there are.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};

/// Deletes every row of a tenant.
pub(crate) struct DeleteOf<'a> {
    pub(crate) table: &'static str,
    pub(crate) tenant: &'a str,
}

impl<DB> QueryFragment<DB> for DeleteOf<'_>
where
    DB: Backend + HasSqlType<Text>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("DELETE FROM ");
        out.push_identifier(self.table)?;
        out.push_sql(" WHERE tenant_id = ");
        out.push_bind_param::<Text, str>(self.tenant)
    }
}

impl QueryId for DeleteOf<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
