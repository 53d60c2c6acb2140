//! Lists, page by page.

use std::future::Future;

use futures_util::stream::{self, Stream, TryStreamExt};

/// A page of a list.
pub trait Page {
    /// What is listed.
    type Item;

    /// The items, and the cursor of the next page.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

/// Every item of a list, page by page as they are needed:
///
/// ```ignore
/// let users = paginate(|cursor| list_users(&admin, ListUsersParams { limit: Some(200), cursor, ..Default::default() }));
/// ```
pub fn paginate<P, E, F, A>(list: F) -> impl Stream<Item = Result<P::Item, E>>
where
    P: Page,
    F: Fn(Option<String>) -> A,
    A: Future<Output = Result<P, E>>,
{
    stream::try_unfold((Some(None), list), |(cursor, list)| async move {
        let Some(cursor) = cursor else { return Ok(None) };
        let (items, next) = list(cursor).await?.into_parts();
        Ok(Some((stream::iter(items.into_iter().map(Ok)), (next.map(Some), list))))
    })
    .try_flatten()
}
