//! Type erasure for queries.
//!
//! Every query in `sql/` has a type of its own, so the generic code of a driver would be compiled for each of about two
//! hundred queries, on each database. Erasing the type where a query is handed to the driver leaves one instance of that
//! code; what remains of the query is how it writes its SQL and its binds.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Untyped;

/// A query of any type. The types of its columns are checked when its rows are read.
pub(crate) struct Erased<'q, DB: Backend>(Box<dyn QueryFragment<DB> + 'q>);

impl<'q, DB: Backend> Erased<'q, DB> {
    /// Erases the type of a query.
    pub(crate) fn new(query: impl QueryFragment<DB> + 'q) -> Self {
        Self(Box::new(query))
    }
}

impl<DB: Backend> QueryFragment<DB> for Erased<'_, DB> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        // The query's own answer: a box of it would look at its text alone, and never keep an UPDATE.
        self.0.as_ref().is_safe_to_cache_prepared(backend)
    }
}

/// Prepared statements are cached by their text.
impl<DB: Backend> QueryId for Erased<'_, DB> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> Query for Erased<'_, DB> {
    type SqlType = Untyped;
}
