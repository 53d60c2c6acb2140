//! The tables as `schema.rs` declares them, to be compared with what the migrations of a database make, and what is
//! true of all of them.

use super::fixtures::tenant;
use super::raw::Statement;
use crate::Store;
use crate::schema::DECLARED;

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
    let declared = DECLARED.iter().flat_map(|text| text.split("table! {").skip(1));
    let tables: Vec<_> = declared.map(table).collect();
    assert!(tables.len() > 10, "the declarations have another form than is read here");
    tables
}

/// What is not deleted with its tenant: what happened to it is still delivered, and that it was deleted is still kept.
const STAYS: [&str; 2] = ["outbox", "event_intake"];

/// Every table with rows of tenants: they can be copied row by row to another tenant, since each key begins with the
/// tenant; they are deleted with theirs; and the other's stay. A table that is added is held to this by itself.
pub async fn every_table_of_tenants(store: &Store) {
    let (gone, other) = (tenant("gone").tenant_id, tenant("other").tenant_id);
    for name in ["gone", "other"] {
        assert!(store.tenants.create(tenant(name)).await.unwrap());
    }
    let of_tenants = |(table, columns): &(&str, Vec<Column>)| {
        *table != "tenants" && columns.iter().any(|column| column.name == "tenant_id")
    };
    let tables: Vec<_> = tables().into_iter().filter(of_tenants).collect();
    for (table, columns) in &tables {
        // A number that the database gives is not copied.
        let columns: Vec<_> = columns.iter().filter(|column| column.name != "seq").collect();
        let rest = || columns.iter().filter(|column| column.name != "tenant_id").map(|column| column.name);
        let into = || {
            let insert = Statement::new().sql("INSERT INTO ").name(table).sql(" (tenant_id, ");
            insert.names(rest()).sql(")")
        };
        for tenant in [&gone, &other] {
            let empty = Statement::new().sql("DELETE FROM ").name(table).sql(" WHERE tenant_id = ");
            store.raw.execute(empty.text(tenant.as_str())).await.unwrap();
        }
        let values = columns.iter().filter(|column| column.name != "tenant_id");
        let row = values.fold(into().sql(" VALUES (").text(gone.as_str()), |row, column| {
            row.sql(", ").any(column.sql_type)
        });
        assert_eq!(store.raw.execute(row.sql(")")).await.unwrap(), 1, "{table}");
        let copy = into().sql(" SELECT 'other', ").names(rest()).sql(" FROM ").name(table);
        let copy = copy.sql(" WHERE tenant_id = ").text(gone.as_str());
        assert_eq!(store.raw.execute(copy).await.unwrap(), 1, "{table} cannot be copied to another tenant");
    }
    assert!(store.tenants.delete(&gone).await.unwrap());
    for (table, _) in &tables {
        let left = store.raw.count(table, gone.as_str()).await.unwrap();
        assert_eq!(left > 0, STAYS.contains(table), "{table} has {left} rows of a tenant that was deleted");
        assert_eq!(store.raw.count(table, other.as_str()).await.unwrap(), 1, "{table} lost another's row");
    }
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
