//! Rows that a later version wrote: they are read, an update keeps what it does not know, and one that cannot be read
//! is in nobody's way.

use credenza_protocol::attribute::AttributeValue;
use credenza_protocol::brand::Brand;
use credenza_protocol::claims::Address;
use credenza_protocol::client::GrantType;
use credenza_protocol::ids::{ClientId, KeyId, UserId};
use credenza_protocol::tenant::Registration;
use serde_json::{Value, json};

use super::fixtures::{World, at, client, code, key, session, tenant, user};
use super::raw::Statement;
use crate::{Created, Store, Update};

/// The documents that are edited: their table and column.
const DOCUMENTS: [(&str, &str); 4] =
    [("tenants", "settings"), ("clients", "metadata"), ("users", "claims"), ("users", "attributes")];

/// The one document of the tenant there.
async fn document(store: &Store, (table, column): (&str, &str)) -> Value {
    let texts = store.raw.texts(table, column, "acme").await.unwrap();
    assert_eq!(texts.len(), 1, "{table}");
    serde_json::from_str(&texts[0]).unwrap()
}

/// Changes the one document of the tenant there, as a later version would.
async fn rewrite(store: &Store, place: (&str, &str), change: impl FnOnce(&mut Value)) {
    let mut value = document(store, place).await;
    change(&mut value);
    let set = Statement::new().sql("UPDATE ").name(place.0).sql(" SET ").name(place.1).sql(" = ");
    let set = set.text(&value.to_string()).sql(" WHERE tenant_id = 'acme'");
    assert_eq!(store.raw.execute(set).await.unwrap(), 1);
}

/// Writes what this version does not know into every document.
async fn as_of_a_later_version(store: &Store) {
    for place in DOCUMENTS {
        rewrite(store, place, |value| value["later"] = json!({ "a": [1, null] })).await;
    }
    rewrite(store, DOCUMENTS[0], |settings| {
        settings["registration"] = json!("by_invitation");
        settings["brand"] =
            json!({ "accent_color": "oklch(0.5 0.1 30)", "corners": "notched", "later": true });
        let issuer = json!({ "iss": "https://vouches.example", "jwks": { "keys": [] }, "later": true });
        settings["software_statement_issuers"] = json!([issuer]);
        let later = json!({ "name": "born", "type": "date" });
        settings["attributes"] = json!([{ "name": "dept", "type": "string", "later": true }, later]);
    })
    .await;
    rewrite(store, DOCUMENTS[1], |metadata| {
        metadata["grant_types"].as_array_mut().unwrap().push(json!("urn:example:later"));
        metadata["response_modes"].as_array_mut().unwrap().insert(0, json!("web_message"));
        let later = json!({ "claim": "a", "from": { "directory": "b" }, "in": ["userinfo"] });
        metadata["claim_mappings"] = json!([later, { "claim": "g", "from": "groups", "in": ["userinfo"] }]);
    })
    .await;
    rewrite(store, DOCUMENTS[2], |claims| claims["address"] = json!({ "country": "CH", "planet": "Earth" }))
        .await;
}

/// Unknown members are ignored, unknown values of a list passed over, and a way to register clients that is not known
/// lets nobody in.
pub async fn later_versions_are_read(store: &Store) {
    let world = World::new(store, "acme").await;
    as_of_a_later_version(store).await;
    let settings = store.tenants.find("acme").await.unwrap().unwrap().settings;
    assert_eq!(settings.registration, Registration::Closed);
    assert_eq!(settings.brand, Brand::default());
    assert_eq!(settings.software_statement_issuers[0].issuer, "https://vouches.example");
    assert_eq!(settings.display_name, tenant("acme").settings.display_name);
    assert_eq!(settings.attributes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["dept"]);
    let mut found = store.clients.find(&world.tenant, &world.client).await.unwrap().unwrap();
    let mapped: Vec<_> = std::mem::take(&mut found.client.claim_mappings);
    assert_eq!(mapped.iter().map(|one| one.claim.as_str()).collect::<Vec<_>>(), ["g"]);
    assert_eq!(found, client("client"));
    let found = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    assert_eq!(found.claims.email, user("user").claims.email);
    assert!(found.attributes.is_empty());
    let address = Address { country: Some("CH".to_owned()), ..Address::default() };
    assert_eq!(found.claims.address, Some(address));
    // What is read with others, and what counts the lifetimes of a tenant.
    world.grant(code("grant")).await;
    assert!(world.lives("grant", at(1)).await);
    let handle = super::fixtures::hash("handle");
    store.sessions.begin(&world.tenant, handle, session("sid"), at(0)).await.unwrap();
    let session = store.sessions.find(&world.tenant, handle, at(-1), at(1)).await.unwrap().unwrap();
    assert_eq!(session.user, found);
    assert!(store.users.delete(&world.tenant, &world.user, at(1)).await.unwrap());
}

/// An update by this version keeps what it does not know, and what it did not change.
pub async fn updates_keep_what_they_do_not_know(store: &Store) {
    let world = World::new(store, "acme").await;
    as_of_a_later_version(store).await;
    let t = &world.tenant;
    let mut one = store.tenants.find("acme").await.unwrap().unwrap();
    one.settings.display_name = "Another".to_owned();
    let updated = store.tenants.update(t, one.version, one.settings, at(1)).await.unwrap();
    assert_eq!(updated, Update::Updated);
    let mut one = store.clients.find(t, &world.client).await.unwrap().unwrap();
    one.client.client_name = "Another".to_owned();
    one.client.grant_types = vec![GrantType::AuthorizationCode];
    assert_eq!(store.clients.update(t, one.version, one).await.unwrap(), Update::Updated);
    let mut one = store.users.find(t, &world.user).await.unwrap().unwrap();
    one.claims.email = None;
    one.attributes.insert("dept".to_owned(), AttributeValue::String("R&D".to_owned()));
    one.claims.address.as_mut().unwrap().locality = Some("Bern".to_owned());
    assert_eq!(store.users.update(t, one.version, one).await.unwrap(), Update::Updated);

    let [settings, metadata, claims, attributes] = DOCUMENTS;
    for place in DOCUMENTS {
        assert_eq!(document(store, place).await["later"], json!({ "a": [1, null] }), "{place:?}");
    }
    let settings = document(store, settings).await;
    assert_eq!(settings["display_name"], "Another");
    assert_eq!(settings["registration"], "by_invitation");
    assert_eq!(settings["brand"]["corners"], "notched");
    assert_eq!(settings["software_statement_issuers"][0]["later"], true);
    assert_eq!(settings["attributes"][0]["later"], true);
    assert_eq!(settings["attributes"][1]["type"], "date");
    assert_eq!(document(store, attributes).await["dept"], "R&D");
    let metadata = document(store, metadata).await;
    assert_eq!(metadata["client_name"], "Another");
    assert_eq!(metadata["grant_types"], json!(["authorization_code", "urn:example:later"]));
    assert_eq!(metadata["response_modes"][0], "web_message");
    assert_eq!(metadata["claim_mappings"][0]["from"], json!({ "directory": "b" }));
    let claims = document(store, claims).await;
    assert_eq!(claims.get("email"), None, "what the update took away is gone");
    assert_eq!(claims["address"], json!({ "country": "CH", "planet": "Earth", "locality": "Bern" }));
}

/// A row that cannot be read is an error where it is asked for, and left out of lists, page by page.
pub async fn an_odd_row_breaks_no_list(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    rewrite(store, DOCUMENTS[1], |value| value["token_endpoint_auth_method"] = json!("by_telepathy")).await;
    rewrite(store, DOCUMENTS[2], |value| *value = json!("odd")).await;
    for name in ["a", "z"] {
        assert!(store.clients.create(t, client(name)).await.unwrap());
        assert_eq!(store.users.create(t, user(name), None).await.unwrap(), Created::Yes);
        assert!(store.keys.create(t, key(name)).await.unwrap());
    }
    assert!(store.clients.find(t, &world.client).await.is_err());
    assert!(store.users.find(t, &world.user).await.is_err());
    assert_eq!(store.clients.find(t, &ClientId::new("a")).await.unwrap(), Some(client("a")));
    assert_eq!(store.clients.list(t, None, 2).await.unwrap(), [client("a"), client("z")]);
    assert_eq!(store.users.list(t, None, 2).await.unwrap(), [user("a"), user("z")]);
    assert_eq!(store.clients.list(t, Some(&ClientId::new("a")), 1).await.unwrap(), [client("z")]);
    assert_eq!(store.users.list(t, Some(&UserId::new("a")), 1).await.unwrap(), [user("z")]);
    assert!(store.clients.update(t, client("client").version, client("client")).await.is_err());

    let odd = Statement::new().sql("UPDATE signing_keys SET algorithm = 'LATER' WHERE kid = 'a'");
    assert_eq!(store.raw.execute(odd).await.unwrap(), 1);
    let kids: Vec<KeyId> = store.keys.list(t).await.unwrap().into_iter().map(|key| key.kid).collect();
    assert_eq!(kids, [KeyId::new("z")]);
    assert!(store.tenants.create(tenant("other")).await.unwrap());
    rewrite(store, DOCUMENTS[0], |value| *value = json!("odd")).await;
    assert!(store.tenants.find("acme").await.is_err());
    assert_eq!(store.tenants.list().await.unwrap(), [tenant("other")]);
}
