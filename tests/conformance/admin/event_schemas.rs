//! Chart 858: Schemas of events | a JSON schema for each type, made of the types, which every event keeps, in both forms

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use credenza_protocol::admin_roles::{self, Role};
use credenza_protocol::event::{Actor, Event, Form, PausedWebhook, UsedAdminKey, examples, schema};
use credenza_protocol::ids::{AuthenticatorId, DeviceId, GroupId, KeyId, SessionId, WebhookId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::conformance::fixtures::{
    World, at, client, code, device, email_change, email_undo, group, hash, invitation, kept_events, key,
    mail, passkey, reset, scope, session, sign_in_link, sign_up, tenant, user, user_at, webhook,
    webhook_secret,
};
use credenza_storage::{
    EventsAsked, Expected, NewSignInLink, NewUserDeletion, Options, SignInLinkKind, Store, acting, open,
};
use credenza_tests::EventSchemas;
use serde_json::{Value, json};

const DOCUMENTS: [(Form, &str); 2] = [(Form::CloudEvents, "events.json"), (Form::Plain, "events-plain.json")];

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name)
}

#[test]
fn the_committed_documents_are_those_of_the_types() {
    for (form, name) in DOCUMENTS {
        let text = serde_json::to_string_pretty(&schema::document(form)).unwrap() + "\n";
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            fs::write(committed(name), text).unwrap();
            continue;
        }
        let known = fs::read_to_string(committed(name)).unwrap_or_default();
        assert!(
            known == text,
            "openapi/{name} is out of date: UPDATE_OPENAPI=1 cargo test -p credenza-tests --test conformance the_committed_document"
        );
    }
}

#[test]
fn the_examples_keep_their_schemas_and_what_is_wrong_does_not() {
    for (form, _) in DOCUMENTS {
        let schemas = EventSchemas::of(form);
        for envelope in examples::envelopes() {
            let body = form.of(&serde_json::to_string(&envelope).unwrap()).unwrap();
            let good: Value = serde_json::from_str(&body).unwrap();
            schemas.check(&good).unwrap();
            // What a later version adds is no fault.
            let mut more = good.clone();
            more["later"] = json!(true);
            more["data"]["later"] = json!([1]);
            schemas.check(&more).unwrap();
            for name in ["id", "type", "subject", "time", "data"] {
                let mut less = good.clone();
                less.as_object_mut().unwrap().remove(name);
                assert!(schemas.check(&less).is_err(), "without {name}: {less}");
            }
            let mut other = good.clone();
            other["type"] = json!("moon.risen");
            assert!(schemas.check(&other).is_err(), "{other}");
            for member in good["data"].as_object().unwrap().keys() {
                let mut wrong = good.clone();
                wrong["data"][member] = json!({"wrong": 1});
                assert!(schemas.check(&wrong).is_err(), "{wrong}");
            }
        }
    }
}

/// Every type of event, as the store writes it, keeps its schema.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_keeps_its_schema() {
    let store =
        open("sqlite::memory:", Options { events: kept_events(), ..Options::default() }).await.unwrap();
    let world = World::new(&store, "default").await;
    live(&store, &world).await;
    let gone = World::new(&store, "gone").await;
    assert!(store.tenants.delete(&gone.tenant).await.unwrap());
    while store.event_log.take_in(100).await.unwrap() > 0 {}
    let written =
        store.event_log.after(&world.tenant, &EventsAsked::default(), 0, 1000).await.unwrap().events;
    let schemas = DOCUMENTS.map(|(form, _)| (form, EventSchemas::of(form)));
    let mut seen = BTreeSet::new();
    for event in written {
        let body: Value = serde_json::from_str(&event.body).unwrap();
        seen.insert(body["type"].as_str().unwrap().to_owned());
        for (form, schemas) in &schemas {
            schemas.check(&serde_json::from_str(&form.of(&event.body).unwrap()).unwrap()).unwrap();
        }
    }
    // A test is sent to its webhook, and is nothing that happened.
    let written = examples::types().iter().filter(|kind| *kind != "webhook.test");
    assert_eq!(seen, written.cloned().collect(), "every type is written");
}

/// Does everything that is told.
async fn live(store: &Store, world: &World) {
    let (t, u, c) = (&world.tenant, &world.user, &world.client);
    let (kid, g) = (&KeyId::new("kid"), &GroupId::new("staff"));
    let actor = Actor {
        actor: "user:ada".to_owned(),
        actortenantid: Some(t.clone()),
        actoraddress: Some("192.0.2.1".to_owned()),
        requestid: Some("0123".to_owned()),
    };
    let _ = store.users.update(t, Version::FIRST, user("user")).await.unwrap();
    store.sessions.begin(t, hash("handle"), session("sid"), at(0)).await.unwrap();
    world.grant(code("grant")).await;
    let _ = store.devices.register(t, device("phone", "grant"), 9, at(0)).await.unwrap();
    store.devices.remove(t, u, &DeviceId::new("phone"), at(0)).await.unwrap();
    let _ = store.authenticators.add(t, passkey("key"), 9, None, at(0)).await.unwrap();
    store.authenticators.renew_recovery_codes(t, u, vec![hash("code")], None, at(0)).await.unwrap();
    store.authenticators.spend_recovery_code(t, u, hash("code"), None, at(0)).await.unwrap();
    let passkey_id = AuthenticatorId::new("key");
    store.authenticators.remove(t, u, &passkey_id, None, at(0)).await.unwrap();
    let terms = TermsAcceptance { version: "1".to_owned(), accepted_at: at(0) };
    assert!(store.users.accept_terms(t, u, terms).await.unwrap());
    store.sessions.end(t, u, &SessionId::new("sid"), at(1)).await.unwrap();
    store.sessions.begin(t, hash("other"), session("other"), at(0)).await.unwrap();
    store.sessions.end_all(t, u, at(1)).await.unwrap();
    let single = world.grant(code("single")).await;
    store.grants.revoke(t, c, &single, at(1)).await.unwrap();
    store.consents.remember(t, u, c, &scope("openid"), at(0)).await.unwrap();
    store.consents.forget(t, u, c, at(1)).await.unwrap();
    store.credentials.set_password(t, u, "new".to_owned(), at(1)).await.unwrap();
    let link = NewSignInLink { kind: SignInLinkKind::Given, address: None, ..sign_in_link("user", "given") };
    assert!(store.sign_in_links.begin(t, link, None, at(1)).await.unwrap());
    let changes = &store.email_changes;
    let change = email_change("user", "new@else.test", "secret");
    assert!(changes.begin(t, change, mail("one"), at(1)).await.unwrap());
    let _ = changes.complete(t, hash("secret"), None, Some(email_undo("undo")), at(1)).await.unwrap();
    let _ = changes.undo(t, hash("undo"), reset("reset"), at(1)).await.unwrap();
    let disabled = acting(actor.clone(), store.users.set_disabled(t, u, Some(at(1))));
    assert!(disabled.await.unwrap());
    store.users.set_disabled(t, u, None).await.unwrap();
    let deletion = NewUserDeletion {
        user_id: u.clone(),
        deletes_at: at(9),
        own: true,
        secret: None,
        reminds_at: None,
        lang: "en".to_owned(),
    };
    let _ = store.user_deletions.schedule(t, deletion, Expected::Any, None, at(1)).await.unwrap();
    store.user_deletions.cancel(t, u, at(1)).await.unwrap();
    store.credentials.require_password_change(t, u).await.unwrap();
    store.groups.create(t, group("staff")).await.unwrap();
    let _ = store.groups.update(t, Version::FIRST, group("staff")).await.unwrap();
    let _ = store.groups.add(t, g, u).await.unwrap();
    store.groups.remove(t, g, u).await.unwrap();
    for holder in [Holder::User(u.clone()), Holder::Group(g.clone())] {
        let role = Assignment { client_id: c.clone(), role: "editor".to_owned(), holder };
        let _ = store.roles.grant(t, role.clone()).await.unwrap();
        store.roles.revoke(t, role).await.unwrap();
    }
    store.groups.delete(t, g).await.unwrap();
    let role = admin_roles::Assignment {
        user_id: u.clone(),
        role: Role::Auditor,
        installation: false,
        created_at: at(0),
    };
    let _ = store.admin_roles.grant(t, role).await.unwrap();
    store.admin_roles.revoke(t, u, Role::Auditor, false).await.unwrap();
    let used = Event::AdminKeyUsed(UsedAdminKey { operation: "listUsers".to_owned() });
    acting(Actor { actor: "admin-key".to_owned(), ..actor }, store.outbox.tell(t, used)).await.unwrap();
    let mut serving = client("api");
    serving.client.serves = vec!["https://api.test/".to_owned()];
    let api = serving.client.client_id.clone();
    store.clients.create(t, serving).await.unwrap();
    let _ = store.clients.update(t, Version::FIRST, client("client")).await.unwrap();
    store.clients.set_disabled(t, &api, Some(at(1))).await.unwrap();
    store.clients.set_disabled(t, &api, None).await.unwrap();
    store.clients.delete(t, &api, at(1)).await.unwrap();
    store.keys.create(t, key("kid")).await.unwrap();
    store.keys.set_active_at(t, kid, at(1)).await.unwrap();
    store.keys.set_disabled(t, kid, Some(at(1))).await.unwrap();
    store.keys.set_disabled(t, kid, None).await.unwrap();
    store.keys.set_retire_at(t, kid, Some(at(2))).await.unwrap();
    store.keys.retire(t, kid, at(2)).await.unwrap();
    store.keys.create(t, key("kid")).await.unwrap();
    store.keys.delete(t, kid).await.unwrap();
    let _ = store.webhooks.create(t, webhook("hook"), webhook_secret("first")).await.unwrap();
    let _ = store.webhooks.update(t, Version::FIRST, webhook("hook")).await.unwrap();
    let hook = WebhookId::new("hook");
    let paused = PausedWebhook { webhook_id: hook.clone(), reason: "it answered 410".to_owned() };
    store.outbox.tell(t, Event::WebhookPaused(paused)).await.unwrap();
    store.webhooks.delete(t, &hook).await.unwrap();
    let waits = |id: &str| User { disabled_at: Some(at(0)), ..user_at(id, &format!("{id}@example.com")) };
    for id in ["good", "bad"] {
        store.sign_ups.begin(t, sign_up(id, id), mail("sign up"), at(0)).await.unwrap();
        let _ = store.sign_ups.complete(t, hash(id), waits(id), "x".to_owned(), at(1)).await.unwrap();
    }
    let _ = store.approvals.approve(t, &waits("good").user_id, None, at(1)).await.unwrap();
    let _ = store.approvals.reject(t, &waits("bad").user_id, None, at(1)).await.unwrap();
    let (invitations, sent) = (&store.invitations, invitation("one", 50));
    let id = &sent.invitation_id;
    invitations.create(t, sent.clone(), hash("link"), mail("invitation"), at(0)).await.unwrap();
    let link = (hash("next"), at(50));
    let _ = invitations.resend(t, id, link, mail("invitation"), at(0)).await.unwrap();
    let person = user_at("new", "new@example.com");
    let _ = invitations.accept(t, hash("next"), person, "x".to_owned(), at(1)).await.unwrap();
    let other = invitation("two", 50);
    invitations.create(t, other.clone(), hash("two"), mail("invitation"), at(0)).await.unwrap();
    let _ = invitations.revoke(t, &other.invitation_id, at(1)).await.unwrap();
    store.users.delete(t, u, at(1)).await.unwrap();
    let _ = store.tenants.update(t, Version::FIRST, tenant("default").settings, at(1)).await.unwrap();
    store.tenants.set_disabled(t, Some(at(1))).await.unwrap();
    store.tenants.set_disabled(t, None).await.unwrap();
}
