//! Attributes, groups and roles of a file.

use credenza_protocol::role::Holder;

use super::*;
use crate::admin::{groups as stored_groups, roles as stored_roles};

const PEOPLE: &str = r#"
[[roles]]
client_id = "shop"
role = "editor"
groups = ["Engineering"]
users = ["ada", "grace"]

[[groups]]
name = "engineering"
description = "Everybody who builds"
members = ["grace", "ADA"]

[[users]]
username = "ada"
user_id = "id-of-ada"
attributes = { department = "R&D", staff_number = 1815, sites = ["London", "Oxford"] }

[[users]]
username = "grace"

[[clients]]
client_id = "shop"
client_secret_env = "SHOP_SECRET"
client_name = "Shop"
redirect_uris = ["https://shop.example.com/callback"]
scope = "openid groups roles"
roles = ["editor", "admin"]
claims_in_id_token = true
claim_mappings = [{ claim = "dept", from = { attribute = "department" }, in = ["id_token"] }]

[[tenants]]
name = "default"
[tenants.settings]
attributes = [
    { name = "department", type = "string" },
    { name = "staff_number", type = "integer" },
    { name = "sites", type = "strings" },
]
"#;

impl Parts {
    /// Who is in that group of the default tenant, by username.
    async fn members_of(&self, group: &str) -> Vec<String> {
        let (admin, tenant) = (self.admin(), self.tenant("default").await.tenant_id);
        let group = stored_groups::find_by_name(&admin, &tenant, group).await.unwrap().unwrap();
        let users = stored_groups::members(&admin, &tenant, &group.group_id).await.unwrap();
        let mut names: Vec<_> = users.into_iter().map(|user| user.username).collect();
        names.sort();
        names
    }

    /// Who has that role at the shop: users and groups, by name.
    async fn holders_of(&self, role: &str) -> Vec<String> {
        let (admin, tenant) = (self.admin(), self.tenant("default").await.tenant_id);
        let mut names = vec![];
        for held in stored_roles::at_client(&admin, &tenant, &ClientId::new("shop")).await.unwrap() {
            if held.role != role {
                continue;
            }
            names.push(match held.holder {
                Holder::User(id) => stored_users::find(&admin, &tenant, &id).await.unwrap().unwrap().username,
                Holder::Group(id) => stored_groups::find(&admin, &tenant, &id).await.unwrap().unwrap().name,
            });
        }
        names.sort();
        names
    }

    /// Applies a text, which must do what comparing it tells.
    async fn as_told(&self, text: &str) -> Report {
        let planned = self.run(text, Mode::Compare).await;
        assert_eq!(self.apply(text).await, planned, "what was done is what was told");
        assert!(!self.apply(text).await.changed, "again it is unchanged");
        planned
    }
}

#[tokio::test]
async fn people_groups_and_roles_are_made_in_their_order() {
    let parts = Parts::new().await;
    let report = parts.as_told(PEOPLE).await;
    assert_eq!(
        actions(&report),
        [
            ("create", "tenant", "default"),
            ("create", "client", "shop"),
            ("create", "user", "ada"),
            ("create", "user", "grace"),
            ("create", "group", "engineering"),
            ("create", "role", "shop/editor"),
        ]
    );
    assert_eq!(members(&report, 2), ["attributes.department", "attributes.sites", "attributes.staff_number"]);
    assert_eq!(members(&report, 4), ["description", "members"]);
    assert_eq!(members(&report, 5), ["groups", "users"]);
    assert_eq!(parts.members_of("engineering").await, ["ada", "grace"]);
    assert_eq!(parts.holders_of("editor").await, ["ada", "engineering", "grace"]);
    let (admin, tenant) = (parts.admin(), parts.tenant("default").await.tenant_id);
    let shop = stored_clients::find(&admin, &tenant, &ClientId::new("shop")).await.unwrap().unwrap().client;
    assert!(shop.claims_in_id_token && shop.roles == ["editor", "admin"], "{:?}", shop.roles);
    assert_eq!(serde_json::to_value(&shop.claim_mappings).unwrap()[0]["from"]["attribute"], "department");
    let ada = stored_users::find_by_username(&admin, &tenant, "ada").await.unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&ada.attributes).unwrap(),
        serde_json::json!({ "department": "R&D", "sites": ["London", "Oxford"], "staff_number": 1815 })
    );
}

#[tokio::test]
async fn a_list_is_the_whole_and_without_it_nobody_is_touched() {
    let parts = Parts::new().await;
    parts.apply(PEOPLE).await;
    let untouched =
        "[[groups]]\nname = \"engineering\"\n[[roles]]\nclient_id = \"shop\"\nrole = \"editor\"\n";
    assert!(!parts.apply(untouched).await.changed);
    assert_eq!(parts.members_of("engineering").await, ["ada", "grace"]);
    // Each list by itself; the description is no list and stays.
    let fewer = "[[groups]]\nname = \"Engineering\"\nmembers = [\"grace\"]\n\
                 [[roles]]\nclient_id = \"shop\"\nrole = \"editor\"\nusers = [\"ada\"]\n";
    let report = parts.as_told(fewer).await;
    assert_eq!((members(&report, 0), members(&report, 1)), (vec!["members", "name"], vec!["users"]));
    let told = report.to_string();
    assert!(told.contains(r#"members: ["ada","grace"] -> ["grace"]"#), "{told}");
    assert_eq!(parts.members_of("engineering").await, ["grace"]);
    assert_eq!(parts.holders_of("editor").await, ["Engineering", "ada"], "by the spelling of the file");
    let none = "[[groups]]\nname = \"Engineering\"\nmembers = []\ndescription = \"\"\n\
                [[roles]]\nclient_id = \"shop\"\nrole = \"editor\"\ngroups = []\n";
    let report = parts.as_told(none).await;
    assert_eq!(members(&report, 0), ["description", "members"]);
    assert!(parts.members_of("engineering").await.is_empty());
    assert_eq!(parts.holders_of("editor").await, ["ada"]);
    let user = "[[users]]\nusername = \"ada\"\nattributes = { department = \"\", staff_number = 1816 }\n";
    assert_eq!(members(&parts.as_told(user).await, 0), ["attributes.department", "attributes.staff_number"]);
}

#[tokio::test]
async fn what_the_same_file_renames_and_deletes_is_seen_beforehand() {
    let parts = Parts::new().await;
    parts.apply(PEOPLE).await;
    let text = r#"
[[users]]
username = "lovelace"
user_id = "id-of-ada"
[[users]]
username = "grace"
absent = true
[[groups]]
name = "engineering"
members = ["lovelace"]
[[roles]]
client_id = "shop"
role = "editor"
users = ["lovelace"]
"#;
    let report = parts.as_told(text).await;
    assert_eq!(
        actions(&report),
        [
            ("update", "user", "lovelace"),
            ("delete", "user", "grace"),
            ("unchanged", "group", "engineering"),
            ("unchanged", "role", "shop/editor"),
        ]
    );
    let text = "[[groups]]\nname = \"engineering\"\nabsent = true\n\
                [[roles]]\nclient_id = \"shop\"\nrole = \"editor\"\nabsent = true\n";
    let report = parts.as_told(text).await;
    assert_eq!(actions(&report), [("delete", "group", "engineering"), ("delete", "role", "shop/editor")]);
    assert!(parts.holders_of("editor").await.is_empty());
    let (admin, tenant) = (parts.admin(), parts.tenant("default").await.tenant_id);
    assert!(stored_users::find_by_username(&admin, &tenant, "lovelace").await.unwrap().is_some());
    // A role that is not declared any more can still be taken away, and one of a client that goes is gone.
    parts.apply("[[roles]]\nclient_id = \"shop\"\nrole = \"admin\"\nusers = [\"lovelace\"]\n").await;
    assert_eq!(parts.holders_of("admin").await, ["lovelace"]);
    parts.apply("[[clients]]\nclient_id = \"shop\"\nroles = []\n").await;
    let absent = "[[roles]]\nclient_id = \"shop\"\nrole = \"admin\"\nabsent = true\n";
    assert_eq!(actions(&parts.as_told(absent).await), [("delete", "role", "shop/admin")]);
    let both = format!("[[clients]]\nclient_id = \"shop\"\nabsent = true\n{absent}");
    let report = parts.as_told(&both).await;
    assert_eq!(actions(&report), [("delete", "client", "shop"), ("unchanged", "role", "shop/admin")]);
}

#[tokio::test]
async fn people_and_roles_that_there_will_not_be_are_refused_with_their_place() {
    let parts = Parts::new().await;
    let role = "[[roles]]\nclient_id = \"shop\"\nrole = \"admin\"\n";
    for (text, fault) in [
        (PEOPLE.replace("\"ADA\"", "\"bob\""), "groups[0].members: there will be no user \"bob\""),
        (
            PEOPLE.replace("username = \"grace\"", "username = \"grace\"\nabsent = true"),
            "groups[0].members: there will be no user \"grace\"",
        ),
        (
            PEOPLE.replace("[\"ada\", \"grace\"]", "[\"bob\"]"),
            "roles[0].users: there will be no user \"bob\"",
        ),
        (
            PEOPLE.replace("[\"Engineering\"]", "[\"builders\"]"),
            "roles[0].groups: there will be no group \"builders\"",
        ),
        (
            PEOPLE.replace("role = \"editor\"", "role = \"owner\""),
            "roles[0].role: \"owner\" is not a role of this client, which declares: editor, admin",
        ),
        (
            PEOPLE.replacen("client_id = \"shop\"", "client_id = \"shp\"", 1),
            "roles[0].client_id: there will be no client \"shp\"",
        ),
        (PEOPLE.replace("\"engineering\"", "\" \""), "groups[0].name:"),
        (PEOPLE.replace("\"engineering\"\n", "\"engineering\"\nmember = []\n"), "groups[0].member: unknown"),
        (PEOPLE.replace("department = \"R&D\"", "dept = \"R&D\""), "users[0].attributes: \"dept\" is not an"),
        (PEOPLE.replace("1815", "\"1815\""), "users[0].attributes: \"staff_number\" must be an integer"),
        (PEOPLE.replace("1815", "18.15"), "users[0].attributes.staff_number: must be a text, an integer"),
        (
            PEOPLE.replace("{ attribute = \"department\" }", "{ attribute = \"dept\" }"),
            "clients[0].claim_mappings: \"dept\"",
        ),
        (format!("{PEOPLE}[[groups]]\nname = \"ENGINEERING\"\n"), "groups[1]: stands in the file twice"),
        (format!("{PEOPLE}{role}{role}"), "roles[2]: stands in the file twice"),
    ] {
        let found = refused::faults(&parts, &text).await;
        assert!(found.iter().any(|line| line.contains(fault)), "{fault}\n{found:#?}");
    }
    assert!(stored_tenants::list(&parts.admin()).await.unwrap().is_empty(), "nothing was written");
    assert!(parts.apply(PEOPLE).await.changed);
}

#[tokio::test]
async fn of_many_who_apply_at_once_all_come_to_the_same() {
    let parts = Parts::new().await;
    join_all((0..8).map(|_| parts.apply(PEOPLE))).await;
    assert!(!parts.apply(PEOPLE).await.changed);
    assert_eq!(parts.members_of("engineering").await, ["ada", "grace"]);
    assert_eq!(parts.holders_of("editor").await, ["ada", "engineering", "grace"]);
}
