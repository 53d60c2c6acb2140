//! A page of a list, filled with the rows that can be read.

use crate::{Result, value};

/// So many rows at most. One round fills it, unless rows that cannot be read were left out.
pub(crate) struct Page<T> {
    found: Vec<T>,
    limit: usize,
    is_last: bool,
}

impl<T> Page<T> {
    /// An empty page.
    pub(crate) fn new(limit: u32) -> Self {
        Self { found: vec![], limit: usize::try_from(limit).unwrap_or(usize::MAX), is_last: false }
    }

    /// How many rows are still wanted; `None` once the page is full or there are no more.
    pub(crate) fn wanted(&self) -> Option<i64> {
        let wanted = self.limit.saturating_sub(self.found.len());
        (wanted > 0 && !self.is_last).then(|| i64::try_from(wanted).unwrap_or(i64::MAX))
    }

    /// Adds the rows of that table that follow, of which as many were asked for as are wanted.
    pub(crate) fn add<R>(&mut self, table: &'static str, rows: Vec<R>, read: impl FnMut(R) -> Result<T>) {
        self.is_last = rows.len() < self.limit.saturating_sub(self.found.len());
        self.found.extend(value::readable(table, rows, read));
    }

    /// What was found.
    pub(crate) fn found(self) -> Vec<T> {
        self.found
    }
}
