//! What is true of the queries of every table, read from their text: a table that is added is held to it by itself.

use std::fs;
use std::path::{Path, PathBuf};

use super::DECLARED;

/// Every table: its name and the text of its declaration.
fn tables() -> Vec<(&'static str, &'static str)> {
    let declared = DECLARED.iter().flat_map(|text| text.split("table! {\n").skip(1));
    let tables: Vec<_> = declared
        .map(|rest| {
            let declaration = rest.split_once("\n}").unwrap().0;
            (declaration.trim_start().split_once(" (").unwrap().0, declaration)
        })
        .collect();
    assert!(tables.len() > 20, "the declarations have another form than is read here");
    tables
}

/// No file of tables is left out.
#[test]
fn every_file_of_tables_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    let texts = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let files = texts.filter(|text| text.contains("use diesel::table;\n\ntable! {\n")).count();
    assert_eq!(files, DECLARED.len());
}

/// The files of queries, with their text.
fn queries() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sql");
    let entries = [folder.clone(), folder.join("shared")].map(|folder| fs::read_dir(folder).unwrap());
    let paths = entries.into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let files: Vec<_> = files.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    assert!(files.len() > 20);
    files
}

/// Whose files look at the rows of all tenants alike: the queues, and what deletes expired rows.
const OF_ALL_TENANTS: [&str; 7] = [
    "sweep.rs",
    "outbox.rs",
    "logouts.rs",
    "mails.rs",
    "event_intake.rs",
    "webhook_queue.rs",
    "user_deletion_queue.rs",
];

/// A statement on a table of tenants names the tenant: in its condition or, where it adds a row, in a column that may
/// not be absent.
#[test]
fn every_statement_names_the_tenant() {
    let mut seen = 0;
    for (table, _) in tables().into_iter().filter(|(_, text)| text.contains("tenant_id ->")) {
        for (path, text) in queries() {
            let file = path.file_name().unwrap().to_str().unwrap();
            for (at, _) in text.match_indices(&format!("{table}::table")) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                seen += 1;
                let statement = text[at..].split(';').next().unwrap();
                let named = statement.contains("tenant") || statement.contains(".values(");
                assert!(named || OF_ALL_TENANTS.contains(&file), "{}: {statement}", path.display());
            }
        }
    }
    assert!(seen > 80, "{seen} statements");
}

/// Whose rows expire otherwise: a lease is taken by another, and a lifetime is replaced.
const NOT_SWEPT: [&str; 2] = ["leases", "token_lifetimes"];

/// What expires is swept.
#[test]
fn every_table_that_expires_is_swept() {
    let sweep = include_str!("../sql/sweep.rs");
    for (table, text) in tables() {
        let expires = text.contains(" expires_at ->") && !NOT_SWEPT.contains(&table);
        let swept = [
            format!(" {table}(tenant_id"),
            format!(" {table}::table"),
            format!("sweep_queue!(db, now, limit, {table})"),
        ];
        let swept = swept.iter().any(|text| sweep.contains(text));
        assert_eq!(expires, swept, "{table}");
    }
}
