//! Whole lists, read page by page.

use credenza_storage::StoreError;

/// Records that are read at a time.
pub(super) const PAGE: u32 = 200;

/// Everything that `page` answers, asked for again and again with the last record's key until nothing is left.
pub(super) async fn all<T, K, F>(
    key: impl Fn(&T) -> K,
    page: impl Fn(Option<K>) -> F,
) -> Result<Vec<T>, StoreError>
where
    F: Future<Output = Result<Vec<T>, StoreError>>,
{
    let mut records: Vec<T> = vec![];
    loop {
        let more = page(records.last().map(&key)).await?;
        if more.is_empty() {
            return Ok(records);
        }
        records.extend(more);
    }
}
