//! Statements that a connection keeps prepared.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

/// A statement whose text does not depend on its values. Diesel would prepare each UPDATE anew, since
/// what one sets may differ from call to call; here it never does.
pub(crate) struct Kept<T>(T);

/// Promises what [`Kept`] says.
pub(crate) trait Keep: Sized {
    /// The same statement, to be prepared once.
    fn kept(self) -> Kept<Self> {
        Kept(self)
    }
}

impl<T: QueryId> Keep for T {}

impl<T: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Kept<T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<T: QueryId> QueryId for Kept<T> {
    type QueryId = T::QueryId;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}
