//! The outbox. Its stores write events for both sinks, see [`super::fixtures::options`].
//!
//! Chart 650: Events | CloudEvents 1.0 by a transactional outbox to a Redis Stream and NATS JetStream, at least
//! once, in order

use std::sync::Arc;

use credenza_protocol::admin_roles::{self, Role};
use credenza_protocol::event::{Actor, Envelope, Event, UsedAdminKey};
use credenza_protocol::ids::{ClientId, DeviceId, InvitationId, KeyId, SessionId, TenantId};
use credenza_protocol::invitation::{Gives, Invitation};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;

use super::fixtures::{
    World, at, client, code, device, email_change, email_undo, group, hash, invitation, key, mail, reset,
    scope, session, sign_in_link, sign_up, tenant, user, user_at,
};
use super::races::{CALLERS, race};
use crate::{
    Created, Expected, Granted, NewSignInLink, NewUserDeletion, SignInLinkKind, SignedUp, Sink, Spend, Store,
    Update, acting,
};

/// What waits for a sink.
async fn waiting(store: &Store, sink: Sink) -> Vec<Envelope> {
    let rows = store.outbox.next(sink, 10_000).await.unwrap();
    assert!(rows.windows(2).all(|pair| pair[0].seq < pair[1].seq), "the oldest first");
    let envelopes: Vec<Envelope> = rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect();
    for (row, envelope) in rows.iter().zip(&envelopes) {
        assert_eq!((&row.event_id, &row.tenant_id), (&envelope.id, &envelope.tenantid));
    }
    envelopes
}

/// What was written since it was last called: type, subject and data.
async fn told(store: &Store) -> Vec<String> {
    let rows = store.outbox.next(Sink::Redis, 10_000).await.unwrap();
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let text = |body: &str| {
        let envelope: serde_json::Value = serde_json::from_str(body).unwrap();
        let part = |name: &str| envelope[name].as_str().unwrap().to_owned();
        format!("{} {} {}", part("type"), part("subject"), envelope["data"])
    };
    let told = rows.iter().map(|row| text(&row.body)).collect();
    store.outbox.done(Sink::Redis, &seqs).await.unwrap();
    told
}

/// The events of making a world.
const BIRTH: [&str; 3] = [
    r#"tenant.created acme {"tenant_id":"acme"}"#,
    r#"client.created client {"client_id":"client"}"#,
    r#"user.created user {"user_id":"user"}"#,
];

/// Each change is written once, in the order of the changes.
pub async fn told_with_the_effect(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c, u, kid) = (&world.tenant, &world.client, &world.user, &KeyId::new("kid"));
    assert_eq!(told(store).await, BIRTH);
    macro_rules! tells {
        ($change:expr; $($event:expr),* $(,)?) => {
            let _answer = $change.await.unwrap();
            let expected: &[&str] = &[$($event),*];
            assert_eq!(told(store).await, expected, stringify!($change));
        };
    }
    let sign_in = r#"{"amr":["pwd"],"sid":"sid","user_id":"user"}"#;
    let (started, signed_in) =
        (format!("session.started sid {sign_in}"), format!("user.signed_in user {sign_in}"));
    tells!(store.users.update(t, Version::FIRST, user("user")); r#"user.updated user {"user_id":"user"}"#);
    tells!(store.sessions.begin(t, hash("old"), session("sid"), at(0)); &started, &signed_in);
    tells!(store.sessions.renew(t, hash("old"), hash("new"), session("sid"), at(0)); &signed_in);
    world.grant(code("grant")).await;
    let of_device =
        |id: &str| format!(r#"{id} {{"client_id":"client","device_id":"{id}","user_id":"user"}}"#);
    tells!(store.devices.register(t, device("phone", "grant"), 9, at(0));
        &format!("device.registered {}", of_device("phone")));
    tells!(store.devices.register(t, device("tablet", "grant"), 9, at(0));
        &format!("device.removed {}", of_device("phone")), &format!("device.registered {}", of_device("tablet")));
    tells!(store.devices.remove(t, u, &DeviceId::new("tablet"), at(1));
        &format!("device.removed {}", of_device("tablet")));
    tells!(store.sessions.end(t, u, &SessionId::new("sid"), at(1));
        r#"session.ended sid {"sid":"sid","user_id":"user"}"#,
        r#"grant.revoked sid {"except_offline":true,"sid":"sid","user_id":"user"}"#);
    let grant = world.grant(code("single")).await;
    tells!(store.grants.revoke(t, c, &grant, at(1));
        r#"grant.revoked single {"client_id":"client","grant_id":"single"}"#);
    store.sessions.begin(t, hash("third"), session("third"), at(0)).await.unwrap();
    world.grant(code("bound")).await;
    drop(told(store).await);
    tells!(store.sessions.end_all(t, u, at(1));
        r#"session.ended user {"user_id":"user"}"#,
        r#"grant.revoked user {"except_offline":true,"user_id":"user"}"#);
    store.consents.remember(t, u, c, &scope("openid"), at(0)).await.unwrap();
    world.grant(code("consented")).await;
    tells!(store.consents.forget(t, u, c, at(1));
        r#"grant.revoked user {"client_id":"client","user_id":"user"}"#);
    let revoked = r#"grant.revoked user {"user_id":"user"}"#;
    tells!(store.credentials.set_password(t, u, "new".to_owned(), at(1));
        r#"user.password_changed user {"user_id":"user"}"#, revoked);
    let given = NewSignInLink { kind: SignInLinkKind::Given, address: None, ..sign_in_link("user", "given") };
    tells!(store.sign_in_links.begin(t, given.clone(), None, at(1));
        r#"user.sign_in_link_created user {"user_id":"user"}"#);
    let asked = NewSignInLink { kind: SignInLinkKind::Asked, secret: hash("asked"), ..given };
    tells!(store.sign_in_links.begin(t, asked, None, at(1)););
    store.sessions.begin(t, hash("fourth"), session("fourth"), at(0)).await.unwrap();
    drop(told(store).await);
    tells!(store.users.set_disabled(t, u, Some(at(1)));
        r#"user.disabled user {"user_id":"user"}"#, r#"session.ended user {"user_id":"user"}"#, revoked);
    tells!(store.users.set_disabled(t, u, None); r#"user.enabled user {"user_id":"user"}"#);
    tells!(store.users.delete(t, u, at(1)); r#"user.deleted user {"user_id":"user"}"#, revoked);
    tells!(store.clients.update(t, Version::FIRST, client("client")); r#"client.updated client {"client_id":"client"}"#);
    let revoked = r#"grant.revoked client {"client_id":"client"}"#;
    tells!(store.clients.set_disabled(t, c, Some(at(1)));
        r#"client.disabled client {"client_id":"client"}"#, revoked);
    tells!(store.clients.set_disabled(t, c, None); r#"client.enabled client {"client_id":"client"}"#);
    tells!(store.clients.delete(t, c, at(1)); r#"client.deleted client {"client_id":"client"}"#, revoked);
    let made = r#"{"active_at":1700000000,"algorithm":"ES256","kid":"kid"}"#;
    let made = format!("key.created kid {made}");
    tells!(store.keys.create_first(t, vec![key("kid")]); &made);
    tells!(store.keys.set_active_at(t, kid, at(1)); r#"key.scheduled kid {"active_at":1700000001,"kid":"kid"}"#);
    tells!(store.keys.set_retire_at(t, kid, Some(at(2)));
        r#"key.scheduled kid {"kid":"kid","retire_at":1700000002}"#);
    tells!(store.keys.retire(t, kid, at(2)); r#"key.retired kid {"kid":"kid"}"#);
    tells!(store.keys.create(t, key("kid")); &made);
    tells!(store.keys.set_disabled(t, kid, Some(at(1))); r#"key.disabled kid {"kid":"kid"}"#);
    tells!(store.keys.set_disabled(t, kid, None); r#"key.enabled kid {"kid":"kid"}"#);
    tells!(store.keys.delete(t, kid); r#"key.deleted kid {"kid":"kid"}"#);
    tells!(store.keys.create_next(t, key("kid"), &[]); &made);
    tells!(store.tenants.update(t, Version::FIRST, tenant("acme").settings, at(1)); r#"tenant.updated acme {"tenant_id":"acme"}"#);
    tells!(store.tenants.set_disabled(t, Some(at(1))); r#"tenant.disabled acme {"tenant_id":"acme"}"#);
    tells!(store.tenants.set_disabled(t, None); r#"tenant.enabled acme {"tenant_id":"acme"}"#);
    tells!(store.tenants.delete(t); r#"tenant.deleted acme {"tenant_id":"acme"}"#);
}

/// Another address of mail, and the one before it again.
pub async fn told_of_addresses(store: &Store) {
    let world = World::new(store, "acme").await;
    let t = &world.tenant;
    drop(told(store).await);
    macro_rules! tells {
        ($change:expr; $($event:expr),* $(,)?) => {
            let _answer = $change.await.unwrap();
            let expected: &[&str] = &[$($event),*];
            assert_eq!(told(store).await, expected, stringify!($change));
        };
    }
    let revoked = r#"grant.revoked user {"user_id":"user"}"#;
    let changes = &store.email_changes;
    tells!(changes.begin(t, email_change("user", "new@else.test", "secret"), mail("one"), at(1)););
    let updated = r#"user.updated user {"user_id":"user"}"#;
    tells!(changes.complete(t, hash("secret"), None, Some(email_undo("undo")), at(1));
        updated, r#"user.email_changed user {"user_id":"user"}"#);
    tells!(changes.undo(t, hash("undo"), reset("reset"), at(1));
        updated, revoked, r#"user.email_change_undone user {"user_id":"user"}"#);
}

/// Accounts that are to be deleted, passwords that have to be changed, and terms that are accepted.
pub async fn told_of_deletions(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u) = (&world.tenant, &world.user);
    assert_eq!(told(store).await, BIRTH);
    macro_rules! tells {
        ($change:expr; $($event:expr),* $(,)?) => {
            let _answer = $change.await.unwrap();
            let expected: &[&str] = &[$($event),*];
            assert_eq!(told(store).await, expected, stringify!($change));
        };
    }
    let revoked = r#"grant.revoked user {"user_id":"user"}"#;
    let asked = || NewUserDeletion {
        user_id: u.clone(),
        deletes_at: at(9),
        own: true,
        secret: None,
        reminds_at: None,
        lang: "en".to_owned(),
    };
    let scheduled = r#"user.deletion_scheduled user {"deletes_at":1700000009,"user_id":"user"}"#;
    let (off, on) = (r#"user.disabled user {"user_id":"user"}"#, r#"user.enabled user {"user_id":"user"}"#);
    let kept = r#"user.deletion_cancelled user {"user_id":"user"}"#;
    tells!(store.user_deletions.schedule(t, asked(), Expected::Any, None, at(1)); off, revoked, scheduled);
    tells!(store.user_deletions.cancel(t, u, at(1)); on, kept);
    tells!(store.user_deletions.cancel(t, u, at(1)););
    tells!(store.user_deletions.schedule(t, asked(), Expected::Any, None, at(1)); off, revoked, scheduled);
    tells!(store.users.set_disabled(t, u, None); on, kept);
    tells!(store.credentials.require_password_change(t, u);
        r#"user.password_change_required user {"user_id":"user"}"#);
    tells!(store.credentials.require_password_change(t, u););
    let terms = || TermsAcceptance { version: "2".to_owned(), accepted_at: at(1) };
    let accepted = r#"user.terms_accepted user {"terms_version":"2","user_id":"user"}"#;
    tells!(store.users.accept_terms(t, u, terms()); accepted);
    tells!(store.users.accept_terms(t, u, terms()););
    let new = User { terms: Some(terms()), ..user("new") };
    tells!(store.users.create(t, new, None);
        r#"user.created new {"user_id":"new"}"#, r#"user.terms_accepted new {"terms_version":"2","user_id":"new"}"#);
    tells!(store.user_deletions.schedule(t, asked(), Expected::Any, None, at(1)); off, revoked, scheduled);
    tells!(store.user_deletions.erase(t, u, at(8)););
    tells!(store.user_deletions.erase(t, u, at(9)); r#"user.deleted user {"user_id":"user"}"#, revoked);
    tells!(store.user_deletions.erase(t, u, at(9)););
}

/// Groups and roles: what changed is told, and nothing else.
pub async fn told_of_groups(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, u, g) = (&world.tenant, &world.user, &group("staff").group_id);
    assert_eq!(told(store).await, BIRTH);
    macro_rules! tells {
        ($change:expr; $($event:expr),* $(,)?) => {
            let _answer = $change.await.unwrap();
            let expected: &[&str] = &[$($event),*];
            assert_eq!(told(store).await, expected, stringify!($change));
        };
    }
    let role = |holder| Assignment { client_id: world.client.clone(), role: "admin".to_owned(), holder };
    let (of_user, of_group) = (role(Holder::User(u.clone())), role(Holder::Group(g.clone())));
    tells!(store.groups.create(t, group("staff")); r#"group.created staff {"group_id":"staff"}"#);
    tells!(store.groups.create(t, group("STAFF")););
    tells!(store.groups.update(t, Version::FIRST, group("staff")); r#"group.updated staff {"group_id":"staff"}"#);
    tells!(store.groups.update(t, Version::FIRST, group("staff")););
    tells!(store.groups.add(t, g, u); r#"group.member_added staff {"group_id":"staff","user_id":"user"}"#);
    tells!(store.groups.add(t, g, u););
    tells!(store.roles.grant(t, of_user.clone());
        r#"role.granted user {"client_id":"client","role":"admin","user_id":"user"}"#);
    tells!(store.roles.grant(t, of_user.clone()););
    tells!(store.roles.grant(t, of_group);
        r#"role.granted staff {"client_id":"client","group_id":"staff","role":"admin"}"#);
    tells!(store.roles.revoke(t, of_user.clone());
        r#"role.revoked user {"client_id":"client","role":"admin","user_id":"user"}"#);
    tells!(store.roles.revoke(t, of_user););
    tells!(store.groups.remove(t, g, u); r#"group.member_removed staff {"group_id":"staff","user_id":"user"}"#);
    tells!(store.groups.remove(t, g, u););
    tells!(store.groups.delete(t, g); r#"group.deleted staff {"group_id":"staff"}"#);
    tells!(store.groups.delete(t, g););
}

/// Accounts that people make: what was decided, invitations, and with an account what came with it.
pub async fn told_of_invitations(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, staff) = (&world.tenant, group("staff").group_id);
    assert!(store.groups.create(t, group("staff")).await.unwrap());
    drop(told(store).await);
    macro_rules! tells {
        ($change:expr; $($event:expr),* $(,)?) => {
            let _answer = $change.await.unwrap();
            let expected: &[&str] = &[$($event),*];
            assert_eq!(told(store).await, expected, stringify!($change));
        };
    }
    let waits = |id: &str| User { disabled_at: Some(at(0)), ..user_at(id, &format!("{id}@example.com")) };
    for id in ["good", "bad"] {
        assert!(store.sign_ups.begin(t, sign_up(id, id), mail("sign up"), at(0)).await.unwrap());
        let done = store.sign_ups.complete(t, hash(id), waits(id), "x".to_owned(), at(1)).await.unwrap();
        assert_eq!(done, SignedUp::Done);
    }
    drop(told(store).await);
    let (good, bad) = (waits("good").user_id, waits("bad").user_id);
    tells!(store.approvals.approve(t, &good, None, at(1)); r#"user.approved good {"user_id":"good"}"#);
    tells!(store.approvals.approve(t, &good, None, at(1)););
    tells!(store.approvals.reject(t, &bad, None, at(1)); r#"user.rejected bad {"user_id":"bad"}"#);
    tells!(store.approvals.reject(t, &bad, None, at(1)););
    let gives = Gives { groups: vec![staff], ..Gives::default() };
    let one = Invitation { gives, ..invitation("one", 50) };
    let (invitations, first, other) = (&store.invitations, &one.invitation_id, InvitationId::new("two"));
    tells!(invitations.create(t, one.clone(), hash("old"), mail("invitation"), at(0));
        r#"invitation.created one {"invitation_id":"one"}"#);
    tells!(invitations.resend(t, first, (hash("new"), at(50)), mail("invitation"), at(0));
        r#"invitation.resent one {"invitation_id":"one"}"#);
    let person = || user_at("new", "new@example.com");
    tells!(invitations.accept(t, hash("old"), person(), "x".to_owned(), at(1)););
    tells!(invitations.accept(t, hash("new"), person(), "x".to_owned(), at(1));
        r#"user.created new {"user_id":"new"}"#,
        r#"group.member_added staff {"group_id":"staff","user_id":"new"}"#,
        r#"invitation.accepted one {"invitation_id":"one","user_id":"new"}"#);
    tells!(invitations.revoke(t, first, at(1)););
    tells!(invitations.create(t, invitation("two", 50), hash("two"), mail("invitation"), at(0));
        r#"invitation.created two {"invitation_id":"two"}"#);
    tells!(invitations.revoke(t, &other, at(1)); r#"invitation.revoked two {"invitation_id":"two"}"#);
    tells!(invitations.revoke(t, &other, at(1)););
}

/// Who disables, enables or deletes a client that serves resources also says which.
pub async fn told_of_resources(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, api) = (&world.tenant, &ClientId::new("api"));
    let api_record = || {
        let mut record = client("api");
        record.client.serves = vec!["https://api.test/".to_owned()];
        record
    };
    let mut asks = client("asks");
    asks.client.resources = vec!["https://api.test/".to_owned()];
    assert!(store.clients.create(t, api_record()).await.unwrap());
    assert!(store.clients.create(t, asks).await.unwrap());
    drop(told(store).await);
    let of = r#"{"client_id":"api","serves":["https://api.test/"]}"#;
    let revoked = r#"grant.revoked api {"client_id":"api"}"#;
    assert!(store.clients.set_disabled(t, api, Some(at(1))).await.unwrap());
    assert_eq!(told(store).await, [&format!("client.disabled api {of}"), revoked]);
    assert!(store.clients.set_disabled(t, api, None).await.unwrap());
    assert_eq!(told(store).await, [format!("client.enabled api {of}")]);
    assert!(store.clients.delete(t, api, at(1)).await.unwrap());
    let lost = r#"client.updated asks {"client_id":"asks"}"#;
    assert_eq!(told(store).await, [&format!("client.deleted api {of}"), lost, revoked]);
}

/// What changed nothing is not written, nor what was rolled back.
pub async fn not_told_without_effect(store: &Store) {
    let world = World::new(store, "acme").await;
    let (t, c, u, kid) = (&world.tenant, &world.client, &world.user, &KeyId::new("kid"));
    let elsewhere = TenantId::new("elsewhere");
    store.codes.issue(t, code("code"), at(0)).await.unwrap();
    drop(told(store).await);
    assert_eq!(store.users.create(t, user("user"), None).await.unwrap(), Created::UsernameTaken);
    let next = Version::FIRST.next();
    for (version, name, expected) in
        [(Version::FIRST, "nobody", Update::Absent), (next, "user", Update::Stale)]
    {
        assert_eq!(store.users.update(t, version, user(name)).await.unwrap(), expected);
    }
    assert!(!store.users.set_disabled(&elsewhere, u, Some(at(1))).await.unwrap());
    assert!(!store.users.delete(&elsewhere, u, at(1)).await.unwrap());
    assert!(!store.credentials.set_password(&elsewhere, u, String::new(), at(1)).await.unwrap());
    let nobody = SessionId::new("nobody");
    assert!(!store.sessions.renew(t, hash("no"), hash("new"), session("sid"), at(0)).await.unwrap());
    assert!(!store.sessions.end(t, u, &nobody, at(0)).await.unwrap());
    assert_eq!(store.sessions.end_all(&elsewhere, u, at(0)).await.unwrap(), 0);
    store.sessions.begin(&elsewhere, hash("handle"), session("sid"), at(0)).await.unwrap();
    assert!(!store.consents.forget(&elsewhere, u, c, at(0)).await.unwrap());
    assert!(!store.grants.revoke(&elsewhere, c, &super::fixtures::id("code"), at(0)).await.unwrap());
    assert!(!store.clients.create(t, client("client")).await.unwrap());
    for (version, name, expected) in
        [(Version::FIRST, "nobody", Update::Absent), (next, "client", Update::Stale)]
    {
        assert_eq!(store.clients.update(t, version, client(name)).await.unwrap(), expected);
    }
    assert_eq!(store.tenants.update(t, next, tenant("acme").settings, at(1)).await.unwrap(), Update::Stale);
    assert!(!store.clients.set_disabled(&elsewhere, c, None).await.unwrap());
    assert!(!store.clients.delete(&elsewhere, c, at(1)).await.unwrap());
    assert!(!store.keys.set_active_at(t, kid, at(1)).await.unwrap());
    assert!(!store.keys.delete(t, kid).await.unwrap());
    assert!(!store.keys.retire(t, kid, at(1)).await.unwrap());
    assert!(!store.tenants.create(tenant("acme")).await.unwrap());
    assert!(!store.tenants.delete(&elsewhere).await.unwrap());
    assert!(store.keys.create_first(t, vec![key("one"), key("one")]).await.is_err(), "the second is refused");
    assert!(store.keys.list(t).await.unwrap().is_empty(), "and the first taken back");
    assert_eq!(told(store).await, [""; 0]);
    let spent = store.codes.spend(t, c, &super::fixtures::id("code"), hash("code"), at(1)).await.unwrap();
    assert!(matches!(spent, Spend::First(..)));
    assert_eq!(told(store).await, [""; 0], "tokens are not told");
    assert!(store.keys.create(t, key("kid")).await.unwrap());
    assert_eq!(told(store).await.len(), 1, "the outbox works");
}

/// What somebody does who is known names them; what happens beside it does not.
pub async fn told_who_acts(store: &Store) {
    let world = World::new(store, "acme").await;
    drop(told(store).await);
    let (t, u) = (&world.tenant, &world.user);
    let actor = Actor {
        actor: "client:script".to_owned(),
        actortenantid: None,
        actoraddress: Some("192.0.2.1".to_owned()),
        requestid: Some("0123".to_owned()),
    };
    let role = admin_roles::Assignment {
        user_id: u.clone(),
        role: Role::Auditor,
        installation: false,
        created_at: at(0),
    };
    assert_eq!(acting(actor.clone(), store.admin_roles.grant(t, role)).await.unwrap(), Granted::Yes);
    let used = Event::AdminKeyUsed(UsedAdminKey { operation: "listUsers".to_owned() });
    acting(actor.clone(), store.outbox.tell(t, used)).await.unwrap();
    assert!(store.admin_roles.revoke(t, u, Role::Auditor, false).await.unwrap());
    let told: Vec<_> = waiting(store, Sink::Redis).await.into_iter().map(|told| told.by).collect();
    assert_eq!(told, [Some(actor.clone()), Some(actor), None]);
}

/// Both get the same events under the same ids; what one has taken, the other still has. Tenants share the queues.
pub async fn each_sink_for_itself(store: &Store) {
    let (one, other) = (World::new(store, "one").await, World::new(store, "other").await);
    assert_eq!(store.outbox.sinks(), [Sink::Redis, Sink::Nats]);
    let (redis, nats) = (waiting(store, Sink::Redis).await, waiting(store, Sink::Nats).await);
    assert_eq!((redis.len(), &redis), (6, &nats));
    let mut tenants: Vec<_> = redis.iter().map(|event| event.tenantid.clone()).collect();
    tenants.dedup();
    assert_eq!(tenants, [one.tenant, other.tenant]);
    let first = store.outbox.next(Sink::Redis, 2).await.unwrap();
    assert_eq!(first.len(), 2, "as many as asked");
    let seqs: Vec<i64> = first.iter().map(|row| row.seq).collect();
    store.outbox.done(Sink::Nats, &seqs).await.unwrap();
    assert_eq!(waiting(store, Sink::Nats).await, nats, "those were the other's");
    assert_eq!(waiting(store, Sink::Redis).await, redis);
    store.outbox.done(Sink::Redis, &seqs).await.unwrap();
    assert_eq!(waiting(store, Sink::Redis).await, redis[2..]);
    assert_eq!(store.outbox.pending(Sink::Redis).await.unwrap(), 4);
    assert_eq!(store.outbox.pending(Sink::Nats).await.unwrap(), 6);
    store.outbox.done(Sink::Redis, &[]).await.unwrap();
    assert_eq!(store.outbox.pending(Sink::Redis).await.unwrap(), 4);
}

/// However many change the same thing at once, the last event is what is true.
pub async fn in_order_of_a_subject(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    drop(told(store).await);
    let answers = race(&world, |world, n| async move {
        let disabled_at = Some(at(1)).filter(|_| n % 2 == 0);
        world.store.users.set_disabled(&world.tenant, &world.user, disabled_at).await
    });
    assert!(answers.await.into_iter().all(|there| there));
    let states: Vec<bool> = waiting(store, Sink::Redis)
        .await
        .into_iter()
        .filter_map(|envelope| match envelope.event {
            Event::UserDisabled(_) => Some(true),
            Event::UserEnabled(_) => Some(false),
            _ => None,
        })
        .collect();
    assert_eq!(states.len(), CALLERS, "each is told once");
    let user = store.users.find(&world.tenant, &world.user).await.unwrap().unwrap();
    assert_eq!(states.last(), Some(&user.disabled_at.is_some()));
}

/// What was not delivered for a week is dropped, at most as many as asked.
pub async fn dropped_after_a_week(store: &Store) {
    World::new(store, "acme").await;
    let week = Seconds(7 * 86_400);
    assert_eq!(store.maintenance.sweep(at(-1) + week, 100).await.unwrap(), 0);
    assert_eq!(store.outbox.pending(Sink::Nats).await.unwrap(), 3);
    assert_eq!(store.maintenance.sweep(at(0) + week, 4).await.unwrap(), 4);
    assert_eq!(store.maintenance.sweep(at(0) + week, 4).await.unwrap(), 2);
    assert_eq!(store.outbox.pending(Sink::Nats).await.unwrap(), 0);
}
