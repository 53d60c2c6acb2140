//! Groups of people and their roles at a client, as tokens, userinfo and introspection tell them (RFC 9068 2.2.3.1).
//!
//! Chart 220: Groups and roles | groups of people, roles that clients declare; claims `groups` and `roles` by scopes of these names; at a resource, the roles of the clients that serve it

use std::sync::Arc;

use credenza::clock::Clock as _;
use credenza_protocol::client::{AccessTokenFormat, Client, SubjectType};
use credenza_protocol::group::Group;
use credenza_protocol::ids::{ClientId, GroupId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::scope::Scope;
use credenza_protocol::version::Version;
use credenza_storage::{Counters, Linked, Options, open};
use credenza_tests::{
    Authorization, Browser, FORMATS, Person, Provider, Registrant, RelyingParty, Tokens, claims_of,
};
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

/// A client that may have every scope, and declares two roles.
fn with_roles(client: &mut Client) {
    client.scope = client.scope.union(&Scope::parse("groups roles").unwrap());
    client.roles = vec!["editor".to_owned(), "admin".to_owned()];
}

/// Makes a group of these people.
async fn group(op: &Provider, name: &str, members: &[&Person]) -> GroupId {
    let (tenant, now) = (op.default_tenant().await, op.clock.now());
    let group = Group {
        group_id: GroupId::new(format!("id of {name}")),
        name: name.to_owned(),
        description: String::new(),
        created_at: now,
        updated_at: now,
        version: Version::FIRST,
    };
    assert!(op.state.store.groups.create(&tenant, group.clone()).await.unwrap());
    for person in members {
        let added = op.state.store.groups.add(&tenant, &group.group_id, &person.user_id).await.unwrap();
        assert_eq!(added, Linked::Now);
    }
    group.group_id
}

async fn leave(op: &Provider, group: &GroupId, person: &Person) {
    let tenant = op.default_tenant().await;
    assert!(op.state.store.groups.remove(&tenant, group, &person.user_id).await.unwrap());
}

async fn grant(op: &Provider, client_id: &ClientId, role: &str, holder: Holder) {
    let assignment = Assignment { client_id: client_id.clone(), role: role.to_owned(), holder };
    let tenant = op.default_tenant().await;
    assert_eq!(op.state.store.roles.grant(&tenant, assignment).await.unwrap(), Linked::Now);
}

fn user(person: &Person) -> Holder {
    Holder::User(person.user_id.clone())
}

fn asking(rp: &RelyingParty, scope: &str) -> Authorization {
    rp.authorization().with("scope", scope)
}

async fn tokens(op: &Provider, rp: &RelyingParty, person: &Person, scope: &str) -> Tokens {
    rp.sign_in_with(op, person, &mut Browser::new(), asking(rp, scope)).await
}

/// The claims `groups` and `roles`; `null` where one is absent.
fn told(claims: &Value) -> Value {
    json!([claims["groups"], claims["roles"]])
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_bring_groups_and_roles_to_userinfo_and_access_tokens() {
    let op = Provider::start().await;
    let (alice, bob) = (op.user("alice").await, op.user("bob").await);
    let staff = group(&op, "staff", &[&alice]).await;
    group(&op, "Admins", &[&alice]).await;
    group(&op, "others", &[&bob]).await;
    for format in FORMATS {
        let rp = RelyingParty::register(&op, |client| {
            with_roles(client);
            client.access_token_format = format;
        });
        let rp = rp.await;
        grant(&op, &rp.client.client_id, "editor", Holder::Group(staff.clone())).await;
        grant(&op, &rp.client.client_id, "admin", user(&alice)).await;
        // Nobody declares this one.
        grant(&op, &rp.client.client_id, "owner", user(&alice)).await;
        let expected = json!([["Admins", "staff"], ["admin", "editor"]]);
        let all = tokens(&op, &rp, &alice, "openid groups roles").await;
        let userinfo = rp.userinfo(&op, &all.access_token).await.json();
        assert_eq!(told(&userinfo), expected);
        let introspected = rp.introspect(&op, &all.access_token).await;
        assert_eq!((&introspected["active"], told(&introspected)), (&json!(true), expected.clone()));
        if format == AccessTokenFormat::Jwt {
            assert_eq!(told(&claims_of(&all.access_token)), expected);
        }
        // OpenID Connect Core 5.4: where there is an access token, scopes bring nothing to the ID token.
        assert_eq!(told(&claims_of(all.id())), json!([null, null]));
        // Whoever has none has an empty list.
        let none = tokens(&op, &rp, &bob, "openid groups roles").await;
        let userinfo = rp.userinfo(&op, &none.access_token).await.json();
        assert_eq!(told(&userinfo), json!([["others"], []]));
        // Each scope brings its own claim, and others bring neither.
        for (scope, expected) in [
            ("openid groups", json!([["Admins", "staff"], null])),
            ("openid roles", json!([null, ["admin", "editor"]])),
            ("openid profile", json!([null, null])),
        ] {
            let tokens = tokens(&op, &rp, &alice, scope).await;
            assert_eq!(told(&rp.userinfo(&op, &tokens.access_token).await.json()), expected, "{scope}");
            assert_eq!(told(&rp.introspect(&op, &tokens.access_token).await), expected, "{scope}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_must_have_the_scopes_and_the_person_must_consent() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    group(&op, "staff", &[&alice]).await;
    let without = RelyingParty::register(&op, |client| client.roles = vec!["admin".to_owned()]).await;
    let tokens = tokens(&op, &without, &alice, "openid groups roles").await;
    assert_eq!(tokens.scope.as_deref(), Some("openid"));
    for claims in [
        claims_of(&tokens.access_token),
        without.userinfo(&op, &tokens.access_token).await.json(),
        without.introspect(&op, &tokens.access_token).await,
    ] {
        assert_eq!(told(&claims), json!([null, null]));
    }
    let rp = RelyingParty::register(&op, with_roles).await;
    for (language, groups, roles) in [
        ("en", "See which groups you belong to", "See which roles you have"),
        ("de", "Sehen, welchen Gruppen Sie angehören", "Sehen, welche Rollen Sie haben"),
    ] {
        let mut browser = Browser::new();
        let request = asking(&rp, "openid groups roles").with("ui_locales", language);
        let page = request.open(&op, &mut browser).await;
        let page = browser.sign_in(&op, &page, &alice).await;
        assert!(page.says(groups) && page.says(roles), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_hold_them_where_the_operator_wants_that() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    group(&op, "staff", &[&alice]).await;
    let rp = RelyingParty::register(&op, |client| {
        with_roles(client);
        client.claims_in_id_token = true;
    })
    .await;
    let tokens = tokens(&op, &rp, &alice, "openid email groups roles offline_access").await;
    let id_token = claims_of(tokens.id());
    assert_eq!(told(&id_token), json!([["staff"], []]));
    assert_eq!(id_token["email"], "alice@people.test", "as what other scopes bring");
    assert_eq!(id_token.get("name"), None, "which was not asked for");
    // Those of a refresh too, and not with what it was narrowed to leave out.
    let narrowed =
        [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("scope", "openid groups")];
    let refreshed = Tokens::of(&rp.token(&op, &narrowed).await);
    let id_token = claims_of(refreshed.id());
    assert_eq!((told(&id_token), id_token.get("email")), (json!([["staff"], null]), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_a_group_loses_it_with_the_next_answer() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let (staff, admins) = (group(&op, "staff", &[&alice]).await, group(&op, "admins", &[&alice]).await);
    let rp = RelyingParty::register(&op, with_roles).await;
    grant(&op, &rp.client.client_id, "admin", Holder::Group(admins.clone())).await;
    let scope = "openid groups roles offline_access";
    let first = tokens(&op, &rp, &alice, scope).await;
    assert_eq!(told(&claims_of(&first.access_token)), json!([["admins", "staff"], ["admin"]]));
    leave(&op, &admins, &alice).await;
    let now = json!([["staff"], []]);
    // The token that was given before is what it is; whoever asks about it is told how things stand.
    assert_eq!(told(&rp.userinfo(&op, &first.access_token).await.json()), now);
    assert_eq!(told(&rp.introspect(&op, &first.access_token).await), now);
    let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
    assert_eq!(told(&claims_of(&second.access_token)), now);
    // So does who is in a group that is deleted, and a role that is no longer declared.
    grant(&op, &rp.client.client_id, "editor", user(&alice)).await;
    let tenant = op.default_tenant().await;
    assert!(op.state.store.groups.delete(&tenant, &staff).await.unwrap());
    let third = Tokens::of(&rp.refresh(&op, second.refresh()).await);
    assert_eq!(told(&claims_of(&third.access_token)), json!([[], ["editor"]]));
    rp.update(&op, |record| record.client.roles = vec!["admin".to_owned()]).await;
    let fourth = Tokens::of(&rp.refresh(&op, third.refresh()).await);
    assert_eq!(told(&claims_of(&fourth.access_token)), json!([[], []]));
    assert_eq!(told(&rp.userinfo(&op, &third.access_token).await.json()), json!([[], []]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_2_2_3_1_at_a_resource_its_own_roles_count() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let serving = async |resource: &str| {
        RelyingParty::register(&op, |client| {
            client.serves = vec![resource.to_owned()];
            client.roles = vec!["admin".to_owned(), "reader".to_owned()];
        })
        .await
    };
    let (api, other) = (serving(API).await, serving(OTHER).await);
    let rp = RelyingParty::register(&op, with_roles).await;
    grant(&op, &rp.client.client_id, "editor", user(&alice)).await;
    for (server, role) in [(&api, "admin"), (&api, "reader"), (&other, "reader")] {
        grant(&op, &server.client.client_id, role, user(&alice)).await;
    }
    for (resources, expected) in [
        (&[][..], json!(["editor"])),
        (&[API], json!(["admin", "reader"])),
        (&[OTHER], json!(["reader"])),
        // Nobody is made an admin of the one by being an admin of the other.
        (&[API, OTHER], json!(["reader"])),
    ] {
        let request =
            resources.iter().fold(asking(&rp, "openid roles"), |request, uri| request.and("resource", uri));
        let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
        assert_eq!(claims_of(&tokens.access_token)["roles"], expected, "{resources:?}");
        if resources.contains(&API) {
            assert_eq!(api.introspect(&op, &tokens.access_token).await["roles"], expected, "{resources:?}");
        }
        // What is told to the client is what the person is at the client.
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json()["roles"], json!(["editor"]));
    }
    // A server that is disabled has no say, beside another that serves the same.
    let second = serving(API).await;
    api.set_enabled(&op, false).await;
    let request = asking(&rp, "openid roles").and("resource", API);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    assert_eq!(claims_of(&tokens.access_token)["roles"], json!([]));
    grant(&op, &second.client.client_id, "reader", user(&alice)).await;
    assert_eq!(second.introspect(&op, &tokens.access_token).await["roles"], json!(["reader"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_grow_without_bound_and_userinfo_has_all() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| {
        with_roles(client);
        client.claims_in_id_token = true;
    })
    .await;
    for n in 0..200 {
        group(&op, &format!("group {n:03}"), &[&alice]).await;
    }
    let scope = "openid groups roles offline_access";
    let most = tokens(&op, &rp, &alice, scope).await;
    let count = |claims: &Value| claims["groups"].as_array().map(Vec::len);
    assert_eq!(count(&claims_of(&most.access_token)), Some(200));
    assert_eq!(count(&claims_of(most.id())), Some(200));
    group(&op, "one more", &[&alice]).await;
    let more = Tokens::of(&rp.refresh(&op, most.refresh()).await);
    for claims in
        [claims_of(&more.access_token), claims_of(more.id()), rp.introspect(&op, &more.access_token).await]
    {
        assert_eq!(told(&claims), json!([null, []]));
        assert!(claims.get("_claim_names").is_none());
    }
    assert_eq!(count(&rp.userinfo(&op, &more.access_token).await.json()), Some(201));
}

/// A JWT has the `sub` that its client knows, which is not the id of the person.
#[tokio::test(flavor = "multi_thread")]
async fn pairwise_subjects_are_told_the_same() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    group(&op, "staff", &[&alice]).await;
    let rp = RelyingParty::register(&op, |client| {
        with_roles(client);
        client.subject_type = SubjectType::Pairwise;
    })
    .await;
    let tokens = tokens(&op, &rp, &alice, "openid groups").await;
    let introspected = rp.introspect(&op, &tokens.access_token).await;
    assert_ne!(introspected["sub"], alice.user_id.as_str());
    assert_eq!(told(&introspected), json!([["staff"], null]));
    // And of a token that was revoked, nothing is told.
    op.disable_user(&alice).await;
    assert_eq!(rp.introspect(&op, &tokens.access_token).await, json!({ "active": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_registers_itself_sets_none_of_it() {
    let op = Provider::open_to_clients().await;
    let alice = op.user("alice").await;
    group(&op, "staff", &[&alice]).await;
    let metadata = json!({
        "scope": "openid groups roles",
        "roles": ["admin"],
        "claim_mappings": [{ "claim": "g", "from": "groups" }],
        "claims_in_id_token": true,
    });
    let client = Registrant::with(&op, metadata).await;
    for name in ["roles", "claim_mappings", "claims_in_id_token"] {
        assert_eq!(client.answer.get(name), None, "{name}");
    }
    assert_eq!(client.get("scope"), "openid");
    let tenant = op.default_tenant().await;
    let id = ClientId::new(client.get("client_id"));
    let stored = op.state.store.clients.find(&tenant, &id).await.unwrap().unwrap().client;
    assert!(stored.roles.is_empty() && stored.claim_mappings.is_empty() && !stored.claims_in_id_token);
    // The tenant may let such clients have the scopes.
    op.change_settings(|settings| {
        settings.registration_scope = Scope::parse("openid groups roles").unwrap();
    })
    .await;
    let rp = Registrant::with(&op, json!({ "scope": "openid groups roles" })).await.relying_party();
    let tokens = tokens(&op, &rp, &alice, "openid groups roles").await;
    assert_eq!(told(&rp.userinfo(&op, &tokens.access_token).await.json()), json!([["staff"], []]));
}

/// What is told of a person costs one read, and nothing where nothing is told.
#[tokio::test(flavor = "multi_thread")]
async fn one_more_read_at_most() {
    let counters = Arc::new(Counters::default());
    let options = Options { counters: Arc::clone(&counters), ..Options::default() };
    let store = open("sqlite::memory:", options).await.unwrap();
    let op = Provider::builder().store(store).start().await;
    let alice = op.user("alice").await;
    group(&op, "staff", &[&alice]).await;
    let rp = RelyingParty::register(&op, with_roles).await;
    let plain = tokens(&op, &rp, &alice, "openid profile").await;
    let full = tokens(&op, &rp, &alice, "openid profile groups roles").await;
    // The least of several: now and then the revision is looked at as well.
    let userinfo = async |tokens: &Tokens| {
        let mut least = u64::MAX;
        for _ in 0..8 {
            let before = counters.reads();
            assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
            least = least.min(counters.reads() - before);
        }
        least
    };
    let introspection = async |tokens: &Tokens| {
        let mut least = u64::MAX;
        for _ in 0..8 {
            let before = counters.reads();
            assert_eq!(rp.introspect(&op, &tokens.access_token).await["active"], true);
            least = least.min(counters.reads() - before);
        }
        least
    };
    assert_eq!(userinfo(&full).await, userinfo(&plain).await + 1);
    assert_eq!(introspection(&full).await, introspection(&plain).await + 1);
}
