//! What a process takes, seen from outside.

use std::collections::BTreeMap;
use std::fs;

use credenza_tests::Database;

use super::bounds;

/// A process that is looked at, and its database where there is one to look into.
pub(crate) struct Observed {
    /// The id of the process.
    pub(crate) process: u32,
    /// Its database.
    pub(crate) database: Option<Database>,
}

/// Memory, descriptors and rows at one moment.
#[derive(Debug, Default)]
pub(crate) struct Footprint {
    /// Memory now, in KiB.
    pub(crate) rss: u64,
    /// The most memory since the process began, in KiB, without the program itself: a build without optimization is ten
    /// times as large as what people run.
    pub(crate) peak: u64,
    /// Open descriptors: connections, files.
    pub(crate) descriptors: usize,
    /// Rows of the tables in [`bounds::ROWS`].
    pub(crate) rows: BTreeMap<&'static str, i64>,
}

impl Observed {
    /// A look at it.
    pub(crate) fn look(&self) -> Footprint {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process)).unwrap();
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_end_matches(" kB").trim().parse().unwrap()
        };
        let count = |database: &Database| {
            bounds::ROWS.map(|(table, _)| (table, database.count(&format!("SELECT * FROM {table}"))))
        };
        let rows = self.database.as_ref().map(count).into_iter().flatten().collect();
        Footprint {
            rss: kib("VmRSS:"),
            peak: kib("VmHWM:").saturating_sub(kib("RssFile:")),
            descriptors: self.descriptors(),
            rows,
        }
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process)).unwrap().count()
    }
}

impl Footprint {
    /// What is there that was not there before, beyond the bounds.
    pub(crate) fn left_over(&self, before: &Self) -> Vec<String> {
        let mut left = vec![];
        if self.descriptors > before.descriptors + bounds::DESCRIPTORS {
            left.push(format!("{} descriptors, {} before", self.descriptors, before.descriptors));
        }
        for (table, allowed) in bounds::ROWS {
            let more = self.more_rows(before, table);
            if more > allowed {
                left.push(format!("{more} more rows in {table}"));
            }
        }
        left
    }

    /// How many more rows than before there are in a table.
    pub(crate) fn more_rows(&self, before: &Self, table: &str) -> i64 {
        let rows = |at: &Self| at.rows.get(table).copied().unwrap_or_default();
        rows(self) - rows(before)
    }
}
