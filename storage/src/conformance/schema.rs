//! The tables as `schema.rs` declares them, to be compared with what the migrations of a database make.

/// A column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Diesel's name of its type: `BigInt`, `Integer`, `Text` or `Binary`.
    pub sql_type: &'static str,
    /// Whether it may be absent.
    pub nullable: bool,
}

/// Every table, with its columns in their order.
#[must_use]
pub fn tables() -> Vec<(&'static str, Vec<Column>)> {
    let declared = include_str!("../schema.rs").split("table! {").skip(1);
    let tables: Vec<_> = declared.map(table).collect();
    assert!(tables.len() > 10, "the declarations have another form than is read here");
    tables
}

/// The table of one declaration: a line with its name and key, then a line for each column.
fn table(declaration: &'static str) -> (&'static str, Vec<Column>) {
    let body = declaration.split_once("\n}").unwrap().0;
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "}");
    let name = lines.next().unwrap().split_once(" (").unwrap().0;
    (name, lines.map(column).collect())
}

fn column(line: &'static str) -> Column {
    let (name, sql_type) = line.trim_end_matches(',').split_once(" -> ").unwrap();
    let inner = sql_type.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
    Column { name, sql_type: inner.unwrap_or(sql_type), nullable: inner.is_some() }
}
