//! What is stored about a person: in which tables, where they find it in the copy of their data, and that it goes with them.

use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;

use super::fixtures::{World, at, user};
use super::raw::Statement;
use super::schema::{Column, tables};
use crate::{Created, Store};

/// Where a person finds what a table holds about them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    /// In this member of the copy of their data.
    In(&'static str),
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

/// Every table that names a person. One that is added must be told of, or say why not.
pub const TABLES: [(&str, Told); 23] = [
    ("users", Told::In("account")),
    ("user_attributes", Told::Nowhere("an index of what the account holds, by hashes")),
    (
        "user_deletions",
        Told::Nowhere("who waits for the deletion of their account cannot sign in to ask for it"),
    ),
    ("username_looks", Told::Nowhere("what the username looks like, as a hash")),
    ("group_members", Told::In("groups")),
    ("role_assignments", Told::In("roles")),
    ("admin_roles", Told::In("admin_roles")),
    ("sessions", Told::In("sessions")),
    (
        "session_clients",
        Told::Nowhere("which applications are told when a session ends; the grants tell of them"),
    ),
    ("logouts", Told::Nowhere("waits for minutes, until an application is told of the end of a session")),
    ("consents", Told::In("consents")),
    ("grants", Told::In("applications")),
    ("access_tokens", Told::Nowhere("hashes of tokens of the grants, which tell of them")),
    ("email_challenges", Told::In("pending")),
    ("email_changes", Told::In("pending")),
    ("email_undos", Told::Nowhere("an earlier address, for a week, so that its reader can have it back")),
    ("sign_in_links", Told::Nowhere("hashes of links that are good for minutes")),
    ("devices", Told::In("devices")),
    ("authenticators", Told::In("authenticators")),
    ("recovery_codes", Told::Nowhere("hashes of codes; the person was shown them once")),
    ("approvals", Told::Nowhere("what an operator has decided; until then nobody can sign in to ask for it")),
    ("invitations", Told::Nowhere("by which the account was made; what it gave is in the account")),
    ("event_log", Told::In("events")),
];

/// What names a person in a table.
const COLUMNS: [&str; 2] = ["user_id", "holder_id"];

/// What still names a person by their id after they were deleted, and why.
const STAYS: [(&str, &str); 4] = [
    ("grants", "revoked and empty, until no access token of theirs could be accepted"),
    ("access_tokens", "dead without their grants, until they expire"),
    ("logouts", "until the applications were told"),
    ("event_log", "events name people by id alone, and are kept as long as the operator wants"),
];

fn names_people(columns: &[Column]) -> bool {
    columns.iter().any(|column| COLUMNS.contains(&column.name))
}

/// Every table that names people is in [`TABLES`], and no other one.
pub async fn every_table_is_told_of(_store: &Store) {
    let mut found: Vec<_> =
        tables().into_iter().filter(|(_, columns)| names_people(columns)).map(|(table, _)| table).collect();
    let mut told: Vec<_> = TABLES.iter().map(|(table, _)| *table).collect();
    found.sort_unstable();
    told.sort_unstable();
    assert_eq!(
        found, told,
        "say in TABLES where a person finds what the table holds about them, or why nowhere"
    );
}

/// A row that is theirs in every table that names people: all go with them, but for what says why it stays; another's stay.
pub async fn every_row_goes(store: &Store) {
    let world = World::new(store, "acme").await;
    let neighbour = UserId::new("neighbour");
    assert_eq!(store.users.create(&world.tenant, user("neighbour"), None).await.unwrap(), Created::Yes);
    let tables = tables();
    let named = |(table, columns): &&(&str, Vec<Column>)| *table != "users" && names_people(columns);
    for (table, columns) in tables.iter().filter(named) {
        let columns: Vec<_> = columns.iter().filter(|column| column.name != "seq").collect();
        let empty = Statement::new().sql("DELETE FROM ").name(table).sql(" WHERE tenant_id = ");
        store.raw.execute(empty.text(world.tenant.as_str())).await.unwrap();
        for id in [&world.user, &neighbour] {
            let into = Statement::new().sql("INSERT INTO ").name(table).sql(" (");
            let mut row = into.names(columns.iter().map(|column| column.name)).sql(") VALUES (");
            for (n, column) in columns.iter().enumerate() {
                row = row.sql(if n == 0 { "" } else { ", " });
                row = match column.name {
                    "tenant_id" => row.text(world.tenant.as_str()),
                    "holder_type" => row.text("user"),
                    name if COLUMNS.contains(&name) => row.text(id.as_str()),
                    // Each has values of its own, for what no two rows may share.
                    _ if column.sql_type == "Text" => row.text(&format!("of {id}")),
                    _ if column.sql_type == "Binary" => row.binary(id.as_str().as_bytes()),
                    "position" => row.number(i64::try_from(id.as_str().len()).unwrap()),
                    _ => row.any(column.sql_type),
                };
            }
            assert_eq!(store.raw.execute(row.sql(")")).await.unwrap(), 1, "{table}");
        }
    }
    assert!(store.users.delete(&world.tenant, &world.user, at(1)).await.unwrap());
    for (table, columns) in tables.iter().filter(named) {
        let column = columns.iter().find(|column| COLUMNS.contains(&column.name)).unwrap().name;
        let left = store.raw.texts(table, column, world.tenant.as_str()).await.unwrap();
        let stays = STAYS.iter().any(|(stays, _)| stays == table);
        assert_eq!(left.iter().any(|id| *id == world.user.as_str()), stays, "{table} after the deletion");
        assert!(left.iter().any(|id| *id == neighbour.as_str()), "{table} lost another's row");
    }
}

/// Nothing in any table holds the name or the address of somebody who was deleted.
pub async fn no_name_stays(store: &Store) {
    let world = World::new(store, "acme").await;
    let ada = User { username: "lovelace".to_owned(), ..user("0815") };
    let ada = User {
        claims: credenza_protocol::claims::StandardClaims {
            email: Some("ada@lovelace.example".to_owned()),
            email_verified: Some(true),
            name: Some("Ada Lovelace".to_owned()),
            phone_number: Some("+44 lovelace".to_owned()),
            ..Default::default()
        },
        ..ada
    };
    let id = ada.user_id.clone();
    assert_eq!(store.users.create(&world.tenant, ada, Some("hash".to_owned())).await.unwrap(), Created::Yes);
    assert!(!mentions(store, &world).await.is_empty(), "it is looked for in the right places");
    assert!(store.users.delete(&world.tenant, &id, at(1)).await.unwrap());
    assert_eq!(mentions(store, &world).await, [""; 0]);
}

/// Where the name is, in any column of text.
async fn mentions(store: &Store, world: &World) -> Vec<String> {
    let mut found = vec![];
    for (table, columns) in tables() {
        if !columns.iter().any(|column| column.name == "tenant_id") {
            continue;
        }
        for column in columns.iter().filter(|column| column.sql_type == "Text") {
            let texts = store.raw.texts(table, column.name, world.tenant.as_str()).await.unwrap();
            if texts.iter().any(|text| text.to_lowercase().contains("lovelace")) {
                found.push(format!("{table}.{}", column.name));
            }
        }
    }
    found
}
