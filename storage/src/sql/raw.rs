//! Statements on any table.

use async_trait::async_trait;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::{QueryResult, backend::Backend};
use diesel_async::RunQueryDsl;

use super::{Conn, Db};
use crate::Result;
use crate::conformance::raw::{Raw, Statement};

/// A query of one column of text.
struct Texts(Statement);

impl<DB: Backend> QueryFragment<DB> for Texts
where
    Statement: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}

impl QueryId for Texts {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Texts {
    type SqlType = Text;
}

#[async_trait]
impl Raw for Db {
    async fn execute(&self, statement: Statement) -> Result<usize> {
        self.write("raw", async move |conn: &mut Conn| Ok(statement.execute(conn).await?)).await
    }

    async fn count(&self, table: &str, tenant: &str) -> Result<usize> {
        Ok(self.texts(table, "tenant_id", tenant).await?.len())
    }

    async fn texts(&self, table: &str, column: &str, tenant: &str) -> Result<Vec<String>> {
        let query = Statement::new().sql("SELECT ").name(column).sql(" FROM ").name(table);
        let query = Texts(
            query.sql(" WHERE tenant_id = ").text(tenant).sql(" AND ").name(column).sql(" IS NOT NULL"),
        );
        self.read(async move |conn: &mut Conn| Ok(query.load::<String>(conn).await?)).await
    }
}
