//! Attributes of people that a tenant defines, and claims that an operator maps for a client (OpenID Connect Core 5.1.2).
//!
//! Chart 225: Attributes and claim mappings | attributes of the tenant's own, typed, by a scope or by a mapping; claims from attributes, standard claims, groups, roles and constants, for each client and each token

use std::collections::BTreeSet;

use credenza::admin::{Administration, Outcome, clients, users};
use credenza::clock::Clock as _;
use credenza_protocol::attribute::{AttributeDefinition, AttributeType, AttributeValue};
use credenza_protocol::claim_mapping::ClaimMapping;
use credenza_protocol::client::Client;
use credenza_protocol::scope::Scope;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::Update;
use credenza_tests::{Browser, FORMATS, Person, Provider, RelyingParty, Tokens, claims_of, names_of};
use serde_json::{Value, json};

fn attribute(name: &str, value_type: AttributeType, scope: Option<&str>) -> AttributeDefinition {
    let scope = scope.map(str::to_owned);
    AttributeDefinition {
        name: name.to_owned(),
        value_type,
        description: String::new(),
        scope,
        searchable: false,
        editable: false,
        sign_up: Default::default(),
    }
}

/// A provider whose tenant has attributes, and a person who has some of them.
async fn setup() -> (Provider, Person) {
    let op = Provider::start().await;
    op.change_settings(|settings| {
        // As the clients of the tests need it.
        settings.front_channel_tokens = true;
        settings.attributes = vec![
            attribute("dept", AttributeType::String, Some("employee")),
            attribute("room", AttributeType::String, Some("employee")),
            attribute("level", AttributeType::Integer, None),
            attribute("sites", AttributeType::Strings, None),
        ];
    })
    .await;
    let alice = op.user("alice").await;
    let texts =
        |texts: &[&str]| AttributeValue::Strings(texts.iter().map(|text| (*text).to_owned()).collect());
    set(&op, &alice, "dept", AttributeValue::String("R&D".to_owned())).await;
    set(&op, &alice, "level", AttributeValue::Integer(3)).await;
    set(&op, &alice, "sites", texts(&["Graz", "Wien"])).await;
    (op, alice)
}

async fn set(op: &Provider, person: &Person, name: &str, value: AttributeValue) {
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let mut user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
    user.attributes.insert(name.to_owned(), value);
    assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), Update::Updated);
}

async fn mapped(op: &Provider, mappings: &[&str], change: impl FnOnce(&mut Client)) -> RelyingParty {
    let mappings = mappings.iter().map(|text| ClaimMapping::parse(text).unwrap()).collect();
    RelyingParty::register(op, |client| {
        client.scope = client.scope.union(&Scope::parse("employee groups roles").unwrap());
        client.claim_mappings = mappings;
        change(client);
    })
    .await
}

async fn tokens(op: &Provider, rp: &RelyingParty, person: &Person, scope: &str) -> Tokens {
    rp.sign_in_with(op, person, &mut Browser::new(), rp.authorization().with("scope", scope)).await
}

/// What the claims have beyond those of every token.
fn beyond(claims: &Value, every: &Value) -> Value {
    let mut claims = claims.as_object().unwrap().clone();
    claims.retain(|name, _| every.get(name).is_none());
    Value::Object(claims)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_brings_its_attributes_to_userinfo() {
    let (op, alice) = setup().await;
    let rp = mapped(&op, &[], |_| ()).await;
    let tokens = tokens(&op, &rp, &alice, "openid employee").await;
    let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
    assert_eq!(userinfo, json!({ "sub": alice.user_id, "dept": "R&D" }), "what has no value is left out");
    for token in [tokens.id(), &tokens.access_token] {
        assert_eq!(claims_of(token).get("dept"), None);
    }
    let other = self::tokens(&op, &rp, &alice, "openid profile").await;
    assert_eq!(rp.userinfo(&op, &other.access_token).await.json().get("dept"), None);
    let metadata = op.metadata().await;
    let list = |name: &str| -> BTreeSet<String> { serde_json::from_value(metadata[name].clone()).unwrap() };
    for name in ["employee", "groups", "roles"] {
        assert!(list("scopes_supported").contains(name), "{name}");
    }
    for (name, is_advertised) in [("dept", true), ("groups", true), ("roles", true), ("level", false)] {
        assert_eq!(list("claims_supported").contains(name), is_advertised, "{name}");
    }
    let in_id_token = mapped(&op, &[], |client| client.claims_in_id_token = true).await;
    let tokens = self::tokens(&op, &in_id_token, &alice, "openid employee").await;
    assert_eq!(claims_of(tokens.id())["dept"], "R&D");
    // An attribute that is taken from the tenant is told to nobody, nor one whose value is of another type.
    op.change_settings(|settings| {
        // As the clients of the tests need it.
        settings.front_channel_tokens = true;
        settings.attributes = vec![attribute("dept", AttributeType::Integer, Some("employee"))];
    })
    .await;
    assert_eq!(names_of(&rp.userinfo(&op, &tokens.access_token).await.json()), ["sub"].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapped_claim_stands_where_it_is_mapped_and_nowhere_else() {
    let (op, alice) = setup().await;
    let plain = mapped(&op, &[], |_| ()).await;
    let nothing = tokens(&op, &plain, &alice, "openid").await;
    let (plain_id, plain_access) = (claims_of(nothing.id()), claims_of(&nothing.access_token));
    let plain_introspected = plain.introspect(&op, &nothing.access_token).await;
    let mappings = [
        "department=attribute:dept in id_token,userinfo",
        "https://x.test/level=attribute:level in access_token",
        "sites=attribute:sites",
        "room=attribute:room",
        "upn=claim:email in id_token",
        "tier=constant:{\"name\":\"gold\"} in userinfo,access_token",
    ];
    for format in FORMATS {
        let rp = mapped(&op, &mappings, |client| client.access_token_format = format).await;
        let tokens = tokens(&op, &rp, &alice, "openid").await;
        let sites = json!(["Graz", "Wien"]);
        let id_token = beyond(&claims_of(tokens.id()), &plain_id);
        let email = "alice@people.test";
        assert_eq!(id_token, json!({ "department": "R&D", "sites": sites, "upn": email }));
        let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
        let gold = json!({ "name": "gold" });
        let expected = json!({ "sub": alice.user_id, "department": "R&D", "sites": sites, "tier": gold });
        assert_eq!(userinfo, expected);
        let in_access = json!({ "https://x.test/level": 3, "sites": sites, "tier": gold });
        let introspected = rp.introspect(&op, &tokens.access_token).await;
        assert_eq!(beyond(&introspected, &plain_introspected), in_access);
        if format == FORMATS[0] {
            assert_eq!(beyond(&claims_of(&tokens.access_token), &plain_access), in_access);
        }
        // A token that is about no person tells of none.
        let own = Tokens::of(&rp.token(&op, &[("grant_type", "client_credentials")]).await);
        assert_eq!(rp.introspect(&op, &own.access_token).await.get("tier"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_counts_more_than_a_scope_and_a_change_shows_at_once() {
    let (op, alice) = setup().await;
    let rp =
        mapped(&op, &["email=constant:hidden@x.test in userinfo", "groups=attribute:sites"], |_| ()).await;
    let first = tokens(&op, &rp, &alice, "openid email groups offline_access").await;
    let userinfo = rp.userinfo(&op, &first.access_token).await.json();
    assert_eq!(
        (&userinfo["email"], &userinfo["groups"]),
        (&json!("hidden@x.test"), &json!(["Graz", "Wien"]))
    );
    set(&op, &alice, "sites", AttributeValue::Strings(vec!["Linz".to_owned()])).await;
    assert_eq!(rp.userinfo(&op, &first.access_token).await.json()["groups"], json!(["Linz"]));
    let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
    assert_eq!(claims_of(&second.access_token)["groups"], json!(["Linz"]));
    assert_eq!(claims_of(second.id())["groups"], json!(["Linz"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_the_protocol_and_what_does_not_fit_are_refused() {
    let (op, alice) = setup().await;
    let admin = Administration::of_server(&op.state, op.clock.now());
    let tenant = op.state.store.tenants.find(DEFAULT_TENANT).await.unwrap().unwrap();
    let rp = mapped(&op, &["d=attribute:dept"], |_| ()).await;
    let find =
        async || op.state.store.clients.find(&tenant.tenant_id, &rp.client.client_id).await.unwrap().unwrap();
    for name in
        ["iss", "sub", "aud", "exp", "iat", "jti", "nonce", "acr", "amr", "azp", "auth_time", "at_hash"]
            .into_iter()
            .chain([
                "sid",
                "client_id",
                "scope",
                "cnf",
                "act",
                "events",
                "typ",
                "gid",
                "nbf",
                "c_hash",
                "s_hash",
            ])
    {
        let mut record = find().await;
        record.client.claim_mappings = vec![ClaimMapping::parse(&format!("{name}=groups")).unwrap()];
        match clients::update(&admin, &tenant, record, clients::SecretChange::Keep).await.unwrap() {
            Outcome::Invalid(fields) => assert!(fields[0].to_string().contains(name), "{fields:?}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(find().await.client.claim_mappings.len(), 1, "nothing was changed");
    let user = users::find(&admin, &tenant.tenant_id, &alice.user_id).await.unwrap().unwrap();
    for (name, value, why) in [
        ("level", AttributeValue::String("3".to_owned()), "must be an integer"),
        ("unknown", AttributeValue::Boolean(true), "is not an attribute of this tenant"),
    ] {
        let mut user = user.clone();
        user.attributes.insert(name.to_owned(), value);
        match users::update(&admin, &tenant.tenant_id, user, None).await.unwrap() {
            Outcome::Invalid(fields) => assert!(fields[0].to_string().contains(why), "{fields:?}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let mut user = user.clone();
    user.attributes.insert("level".to_owned(), AttributeValue::Integer(4));
    let updated = users::update(&admin, &tenant.tenant_id, user, None).await.unwrap();
    assert!(matches!(updated, Outcome::Done(_)), "{updated:?}");
}
