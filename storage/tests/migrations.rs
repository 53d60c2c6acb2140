//! The text of the migrations: a node of the last schema keeps working beside one of the next.
//!
//! Chart 640: Migrations | only add, under a lock; one that was cut off is taken up
#![expect(clippy::unwrap_used, reason = "tests fail by panicking, their helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const TREES: [&str; 3] = ["sqlite", "postgres", "mysql"];

fn folder(tree: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(tree)
}

fn names(tree: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(tree)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The statements of a migration, each on one line, in capitals.
fn statements(tree: &str, name: &str, file: &str) -> Vec<String> {
    let text = fs::read_to_string(folder(tree).join(name).join(file)).unwrap();
    let lines: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let statements = lines.join(" ");
    let words = |statement: &str| statement.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    statements.split(';').map(words).filter(|statement| !statement.is_empty()).collect()
}

#[test]
fn the_three_trees_have_the_same_migrations() {
    for tree in TREES {
        assert_eq!(names(tree), names("sqlite"), "{tree}");
        for name in names(tree) {
            assert!(!statements(tree, &name, "down.sql").is_empty(), "{tree}/{name} cannot be taken back");
        }
    }
}

/// After the first, a migration only adds what a node that does not know it can ignore: tables, indexes that refuse
/// nothing, columns that may be absent. What is no longer needed is removed one release later.
#[test]
fn a263_a_node_of_the_last_schema_goes_on_beside_the_next() {
    for tree in TREES {
        for name in names(tree).into_iter().skip(1) {
            let mut made = BTreeSet::new();
            for statement in statements(tree, &name, "up.sql") {
                assert!(only_adds(&statement, &mut made), "{tree}/{name}: {statement}");
            }
        }
    }
}

fn only_adds(statement: &str, made: &mut BTreeSet<String>) -> bool {
    let statement = statement.replace("IF NOT EXISTS ", "");
    let table = |rest: &str| rest.split([' ', '(']).next().unwrap_or_default().to_owned();
    if let Some(rest) = statement.strip_prefix("CREATE TABLE ") {
        return made.insert(table(rest));
    }
    // An index that is unique could refuse what an old node writes, unless the table is new.
    if let Some(rest) = statement.strip_prefix("CREATE UNIQUE INDEX ") {
        return rest.split_once(" ON ").is_some_and(|(_, rest)| made.contains(&table(rest)));
    }
    if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
        let columns = rest.split_once(' ').map(|(_, changes)| changes).unwrap_or_default();
        return columns.split(", ").all(|change| {
            change.starts_with("ADD ") && (!change.contains("NOT NULL") || change.contains("DEFAULT"))
        });
    }
    // An index that MySQL makes unless it is there: the statement is a text of another.
    if let Some(rest) = statement.strip_prefix("SET @MAKE = IF(@THERE = 0, '") {
        return rest
            .split_once('\'')
            .is_some_and(|(inner, rest)| rest == ", 'DO 0')" && only_adds(inner, made));
    }
    let looks = ["SET @THERE = (SELECT COUNT(*) FROM INFORMATION_SCHEMA.", "PREPARE MAKE FROM @MAKE"];
    if looks.iter().any(|start| statement.starts_with(start)) {
        return true;
    }
    if ["EXECUTE MAKE", "DEALLOCATE PREPARE MAKE"].contains(&statement.as_str()) {
        return true;
    }
    // Statistics of SQLite's planner.
    let statistics = ["INSERT INTO SQLITE_STAT1 ", "ANALYZE"];
    statement.starts_with("CREATE INDEX ") || statistics.iter().any(|start| statement.starts_with(start))
}

#[test]
fn what_an_old_node_would_trip_over_is_found() {
    let mut made = BTreeSet::from(["NEW".to_owned()]);
    for good in [
        "CREATE TABLE T (A INT NOT NULL)",
        "CREATE UNIQUE INDEX I ON NEW (A)",
        "CREATE INDEX I ON OLD (A)",
        "ALTER TABLE OLD ADD COLUMN A INT",
        "ALTER TABLE OLD ADD COLUMN A INT NOT NULL DEFAULT 0",
        "SET @MAKE = IF(@THERE = 0, 'CREATE INDEX I ON OLD (A)', 'DO 0')",
    ] {
        assert!(only_adds(good, &mut made), "{good}");
    }
    for bad in [
        "DROP TABLE T",
        "ALTER TABLE OLD DROP COLUMN A",
        "ALTER TABLE OLD ADD COLUMN A INT NOT NULL",
        "ALTER TABLE OLD RENAME TO NEW",
        "CREATE UNIQUE INDEX I ON OLD (A)",
        "UPDATE OLD SET A = 1",
        "DELETE FROM OLD",
        "SET @MAKE = IF(@THERE = 0, 'DROP TABLE OLD', 'DO 0')",
        "SET @MAKE = IF(@THERE = 0, 'CREATE INDEX I ON OLD (A)', 'DROP TABLE OLD')",
    ] {
        assert!(!only_adds(bad, &mut made), "{bad}");
    }
}
