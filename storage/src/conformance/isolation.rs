//! Every method again from a second tenant, which has a client and a user of the same ids: absent, and
//! without effect.

use credenza_protocol::ids::{AuthenticatorId, DeviceId, KeyId, SessionId, WebhookId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::user_search::Index;
use credenza_protocol::version::Version;

use super::fixtures::{
    World, access_token, at, client, code, device, email_challenge, email_change, group, hash, id,
    invitation, jwt, key, lately, login, mail, message, passkey, refresh_token, request, resource_secret,
    revoked_token, scope, session, sign_in_link, sign_up, totp, user, webhook, webhook_secret,
};
use crate::{
    Asked, AuthenticatorMade, Created, DeviceMade, EmailChanged, EmailPurpose, InvitationChange, Linked,
    NewSignInLink, Rotate, SealedAt, SignedUp, Spend, Step, Store, Update, WebhookMade,
};

/// Two tenants that look alike; everything that begins here belongs to the first.
async fn pair(store: &Store) -> (World, World) {
    (World::new(store, "owner").await, World::new(store, "stranger").await)
}

/// Clients, keys, users, credentials.
pub async fn of_records(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t) = (&owner.tenant, &stranger.tenant);
    store.clients.create(theirs, client("c")).await.unwrap();
    store.keys.create(theirs, key("kid")).await.unwrap();
    assert_eq!(store.users.create(theirs, user("u"), Some("phc".to_owned())).await.unwrap(), Created::Yes);
    let (c, u, kid) = (client("c").client.client_id, user("u").user_id, KeyId::new("kid"));

    assert_eq!(store.clients.find(t, &c).await.unwrap(), None);
    assert_eq!(store.clients.list(t, None, 9).await.unwrap().len(), 1);
    assert_eq!(store.clients.update(t, Version::FIRST, client("c")).await.unwrap(), Update::Absent);
    assert!(!store.clients.set_disabled(t, &c, Some(at(1))).await.unwrap());
    assert!(!store.clients.delete(t, &c, at(1)).await.unwrap());
    assert!(store.keys.list(t).await.unwrap().is_empty());
    assert!(!store.keys.set_active_at(t, &kid, at(9)).await.unwrap());
    assert!(!store.keys.set_disabled(t, &kid, Some(at(1))).await.unwrap());
    assert!(!store.keys.set_retire_at(t, &kid, Some(at(1))).await.unwrap());
    assert!(!store.keys.retire(t, &kid, at(9)).await.unwrap());
    assert!(!store.keys.create_next(t, key("next"), std::slice::from_ref(&kid)).await.unwrap());
    assert!(!store.keys.delete(t, &kid).await.unwrap());
    let theirs_alone = SealedAt::SigningKey(t.clone(), kid.clone());
    assert!(!store.secrets.replace(&theirs_alone, &key("kid").sealed, vec![1]).await.unwrap());
    assert!(store.secrets.of_clients(t, None, 9).await.unwrap().is_empty());
    assert!(store.secrets.further_of_clients(t, None, 9).await.unwrap().is_empty());
    assert!(store.clients.service_accounts(t, None, 9).await.unwrap().is_empty());
    assert!(store.resource_secrets.create(theirs, resource_secret("kid", &c)).await.unwrap());
    assert!(store.resource_secrets.list(t).await.unwrap().is_empty());
    assert!(!store.resource_secrets.create(t, resource_secret("own", &c)).await.unwrap());
    assert!(!store.resource_secrets.set_expires_at(t, &kid, Some(at(1))).await.unwrap());
    let theirs_alone = SealedAt::ResourceSecret(t.clone(), kid.clone());
    assert!(!store.secrets.replace(&theirs_alone, &[0, 1, 255], vec![1]).await.unwrap());
    assert_eq!(store.resource_secrets.list(theirs).await.unwrap(), [resource_secret("kid", &c)]);
    assert!(store.keys.create_first(t, vec![key("own")]).await.unwrap());
    assert_eq!(store.users.find(t, &u).await.unwrap(), None);
    assert_eq!(store.users.find_by_username(t, "u").await.unwrap(), None);
    assert_eq!(store.users.find_by_login(t, login("u")).await.unwrap(), None);
    assert_eq!(store.users.find_by_login(t, login("u@example.com")).await.unwrap(), None);
    assert_eq!(store.users.would_create(t, user("u")).await.unwrap(), Created::Yes);
    assert_eq!(store.users.identify(t, 9).await.unwrap(), 0);
    assert_eq!(store.users.list(t, None, 9).await.unwrap().len(), 1);
    let step = || Step { limit: 9, ..Step::default() };
    assert_eq!(store.users.walk(t, &Index::Ids, step()).await.unwrap().len(), 1);
    assert!(store.users.walk(t, &Index::Usernames("u".to_owned()), step()).await.unwrap().len() == 1);
    assert_eq!(store.users.update(t, Version::FIRST, user("u")).await.unwrap(), Update::Absent);
    assert!(!store.users.set_disabled(t, &u, Some(at(1))).await.unwrap());
    assert_eq!(store.credentials.password(t, &u).await.unwrap(), None);
    assert!(!store.credentials.set_password(t, &u, "x".to_owned(), at(1)).await.unwrap());
    assert!(!store.credentials.upgrade_hash(t, &u, "phc", "x".to_owned(), at(1)).await.unwrap());
    assert!(!store.users.delete(t, &u, at(1)).await.unwrap());

    assert_eq!(store.clients.find(theirs, &c).await.unwrap(), Some(client("c")));
    assert_eq!(store.keys.list(theirs).await.unwrap(), [key("kid")]);
    assert_eq!(store.users.find(theirs, &u).await.unwrap(), Some(user("u")));
    assert_eq!(store.credentials.password(theirs, &u).await.unwrap().as_deref(), Some("phc"));
}

/// Groups and roles.
pub async fn of_groups(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t, u) = (&owner.tenant, &stranger.tenant, &owner.user);
    let (staff, g) = (group("staff"), group("staff").group_id);
    let role = |holder| Assignment { client_id: owner.client.clone(), role: "admin".to_owned(), holder };
    let (of_user, of_group) = (role(Holder::User(u.clone())), role(Holder::Group(g.clone())));
    assert!(store.groups.create(theirs, staff.clone()).await.unwrap());
    assert_eq!(store.groups.add(theirs, &g, u).await.unwrap(), Linked::Now);
    for assignment in [&of_user, &of_group] {
        assert_eq!(store.roles.grant(theirs, assignment.clone()).await.unwrap(), Linked::Now);
    }
    let asked = || Asked { user: true, groups: true, roles_at: vec![owner.client.clone()] };

    assert_eq!(store.groups.find(t, &g).await.unwrap(), None);
    assert_eq!(store.groups.find_by_name(t, "staff").await.unwrap(), None);
    assert!(store.groups.list(t, None, 9).await.unwrap().is_empty());
    assert_eq!(store.groups.update(t, Version::FIRST, staff.clone()).await.unwrap(), Update::Absent);
    assert_eq!(store.groups.add(t, &g, u).await.unwrap(), Linked::Absent);
    assert!(!store.groups.remove(t, &g, u).await.unwrap());
    assert!(store.groups.members(t, &g, None, 9).await.unwrap().is_empty());
    assert!(store.groups.of_user(t, u).await.unwrap().is_empty());
    assert_eq!(store.roles.grant(t, of_group.clone()).await.unwrap(), Linked::Absent);
    assert!(!store.roles.revoke(t, of_user.clone()).await.unwrap());
    assert!(store.roles.at_client(t, &owner.client, None, 9).await.unwrap().is_empty());
    assert!(store.roles.of_holder(t, &of_user.holder).await.unwrap().is_empty());
    let standing = store.roles.standing(t, u, asked()).await.unwrap();
    assert_eq!((standing.groups.len(), standing.roles.len()), (0, 0));
    assert!(!store.groups.delete(t, &g).await.unwrap());
    assert!(store.groups.create(t, staff.clone()).await.unwrap(), "the name is free here");
    assert!(store.groups.delete(t, &g).await.unwrap());
    assert!(store.users.delete(t, u, at(1)).await.unwrap());
    assert!(store.clients.delete(t, &owner.client, at(1)).await.unwrap());

    assert_eq!(store.groups.find(theirs, &g).await.unwrap(), Some(staff));
    assert_eq!(store.groups.members(theirs, &g, None, 9).await.unwrap(), [user("user")]);
    let standing = store.roles.standing(theirs, u, asked()).await.unwrap();
    assert_eq!((standing.user, standing.groups), (Some(user("user")), vec!["staff".to_owned()]));
    assert_eq!(standing.roles.len(), 2);
}

/// Webhooks and their messages.
pub async fn of_webhooks(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t, w) = (&owner.tenant, &stranger.tenant, &WebhookId::new("w"));
    let made = store.webhooks.create(theirs, webhook("w"), webhook_secret("s")).await.unwrap();
    assert_eq!(made, WebhookMade::Yes);
    store.webhook_deliveries.put(vec![message(theirs, "w", "1", "x")], at(99), at(0)).await.unwrap();

    store.webhook_deliveries.put(vec![message(t, "w", "2", "x")], at(99), at(0)).await.unwrap();
    assert_eq!(store.webhooks.find(t, w).await.unwrap(), None);
    assert!(store.webhooks.list(t).await.unwrap().is_empty());
    assert_eq!(store.webhooks.update(t, Version::FIRST, webhook("w")).await.unwrap(), Update::Absent);
    assert!(store.webhooks.secrets(t, w, at(0)).await.unwrap().is_empty());
    assert!(store.webhooks.sealed(t).await.unwrap().is_empty());
    let added = store.webhooks.add_secret(t, w, webhook_secret("z"), at(1), at(0)).await.unwrap();
    assert_eq!(added, WebhookMade::Absent);
    assert!(!store.webhooks.delete_secret(t, w, "s").await.unwrap());
    let place = SealedAt::WebhookSecret(t.clone(), w.clone(), "s".to_owned());
    assert!(!store.secrets.replace(&place, &[0, 1, 255], vec![1]).await.unwrap());
    assert!(store.webhook_deliveries.next(t, w, 9, at(1)).await.unwrap().is_empty());
    assert!(store.webhook_deliveries.list(t, w, None, None, 9).await.unwrap().is_empty());
    assert_eq!(store.webhook_deliveries.find(t, w, "1").await.unwrap(), None);
    assert!(!store.webhook_deliveries.retry(t, w, "1", at(99), at(5)).await.unwrap());
    let span = (at(0), at(9));
    assert_eq!(store.webhook_deliveries.replay(t, w, span, None, at(99), at(5)).await.unwrap(), 0);
    assert!(!store.webhooks.delete(t, w).await.unwrap());
    let own = store.webhooks.create(t, webhook("w"), webhook_secret("s")).await.unwrap();
    assert_eq!(own, WebhookMade::Yes, "the id is free here");
    assert!(store.webhooks.delete(t, w).await.unwrap());

    assert_eq!(store.webhooks.find(theirs, w).await.unwrap(), Some(webhook("w")));
    assert_eq!(store.webhooks.secrets(theirs, w, at(0)).await.unwrap(), [webhook_secret("s")]);
    let waiting = store.webhook_deliveries.next(theirs, w, 9, at(1)).await.unwrap();
    assert_eq!((waiting.len(), &*waiting[0].event_id, waiting[0].next_at), (1, "1", Some(at(0))));
    assert_eq!(store.webhook_deliveries.due(9, at(1)).await.unwrap(), [(theirs.clone(), w.clone())]);
}

/// Devices.
pub async fn of_devices(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t, user) = (&owner.tenant, &stranger.tenant, &owner.user);
    owner.grant(code("grant")).await;
    let made = store.devices.register(theirs, device("a", "grant"), 9, at(0)).await.unwrap();
    assert_eq!(made, DeviceMade::Yes);
    let id = DeviceId::new("a");
    assert_eq!(store.devices.register(t, device("b", "grant"), 9, at(0)).await.unwrap(), DeviceMade::Dead);
    assert_eq!(store.devices.find(t, user, &id, at(1)).await.unwrap(), None);
    assert_eq!(store.devices.page(t, user, None, None, 9, at(1)).await.unwrap(), []);
    let changed = store.devices.update(t, Version::FIRST, device("a", "grant"), at(1)).await.unwrap();
    assert_eq!(changed, Update::Absent);
    assert!(!store.devices.remove(t, user, &id, at(1)).await.unwrap());
    assert!(store.users.delete(t, user, at(1)).await.unwrap());
    assert_eq!(store.devices.find(theirs, user, &id, at(1)).await.unwrap(), Some(device("a", "grant")));
}

/// Authenticators and recovery codes.
pub async fn of_authenticators(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t, user) = (&owner.tenant, &stranger.tenant, &owner.user);
    let authenticators = &store.authenticators;
    for record in [totp("app"), passkey("key")] {
        let made = authenticators.add(theirs, record, 9, None, at(0)).await.unwrap();
        assert_eq!(made, AuthenticatorMade::Yes);
    }
    assert!(authenticators.renew_recovery_codes(theirs, user, vec![hash("a")], None, at(0)).await.unwrap());
    let (app, key) = (AuthenticatorId::new("app"), AuthenticatorId::new("key"));
    assert_eq!(authenticators.of_user(t, user).await.unwrap(), []);
    assert_eq!(authenticators.by_credential(t, hash("key")).await.unwrap(), None);
    assert!(!authenticators.use_code(t, user, &app, 999, at(1)).await.unwrap());
    let states = ("key key 0", "stolen".to_owned());
    assert!(!authenticators.use_passkey(t, user, &key, states, at(1)).await.unwrap());
    assert!(!authenticators.use_trusted_browser(t, user, &key, at(1)).await.unwrap());
    assert!(!authenticators.rename(t, user, &app, "stolen".to_owned()).await.unwrap());
    assert!(!authenticators.remove(t, user, &app, None, at(1)).await.unwrap());
    assert_eq!(authenticators.reset(t, user, None, None, at(1)).await.unwrap(), Some(0));
    assert!(!authenticators.renew_recovery_codes(t, user, vec![hash("b")], None, at(1)).await.unwrap());
    assert_eq!(authenticators.recovery_codes_left(t, user).await.unwrap(), 0);
    assert!(!authenticators.spend_recovery_code(t, user, hash("a"), None, at(1)).await.unwrap());
    assert!(store.users.delete(t, user, at(1)).await.unwrap());
    assert_eq!(authenticators.of_user(theirs, user).await.unwrap(), [totp("app"), passkey("key")]);
    assert!(authenticators.spend_recovery_code(theirs, user, hash("a"), None, at(1)).await.unwrap());
}

/// Challenges that were mailed; the queue of mails is everybody's.
pub async fn of_mail(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t) = (&owner.tenant, &stranger.tenant);
    let begun = store.email_challenges.begin(theirs, email_challenge("user", "secret"), mail("one"), at(0));
    assert!(begun.await.unwrap());

    let sign_up = store.sign_ups.begin(theirs, sign_up("new", "other"), mail("three"), at(0)).await.unwrap();
    assert!(sign_up && store.sign_ups.find(t, hash("other"), at(1)).await.unwrap().is_none());
    let made = store.sign_ups.complete(t, hash("other"), user("new"), "x".to_owned(), at(1)).await.unwrap();
    assert_eq!(made, SignedUp::Dead);
    assert!(store.sign_ups.find(theirs, hash("other"), at(1)).await.unwrap().is_some());

    let link = NewSignInLink { address: None, ..sign_in_link("user", "third") };
    let link = store.sign_in_links.begin(theirs, link, None, at(0));
    assert!(
        link.await.unwrap() && store.sign_in_links.find(t, hash("third"), at(1)).await.unwrap().is_none()
    );
    assert_eq!(store.sign_in_links.spend(t, hash("third"), at(1)).await.unwrap(), None);
    assert!(store.sign_in_links.find(theirs, hash("third"), at(1)).await.unwrap().is_some());

    let (invited, id) = (invitation("one", 50), &invitation("one", 50).invitation_id);
    assert!(store.invitations.create(theirs, invited, hash("link"), mail("four"), at(0)).await.unwrap());
    assert_eq!(store.invitations.find(t, id).await.unwrap(), None);
    assert_eq!(store.invitations.find_standing(t, hash("link"), at(1)).await.unwrap(), None);
    assert!(store.invitations.page(t, None, 9).await.unwrap().is_empty());
    let link = (hash("later"), at(99));
    let resent = store.invitations.resend(t, id, link, mail("none"), at(1)).await.unwrap();
    assert_eq!(resent, InvitationChange::Absent);
    assert_eq!(store.invitations.revoke(t, id, at(1)).await.unwrap(), InvitationChange::Absent);
    let made = store.invitations.accept(t, hash("link"), user("new"), "x".to_owned(), at(1)).await.unwrap();
    assert_eq!(made, SignedUp::Dead);
    assert!(store.invitations.find_standing(theirs, hash("link"), at(1)).await.unwrap().is_some());

    let change = email_change("user", "new@else.test", "change");
    assert!(store.email_changes.begin(theirs, change, mail("four"), at(0)).await.unwrap());
    assert_eq!(store.email_changes.find(t, hash("change"), at(1)).await.unwrap(), None);
    assert_eq!(store.email_changes.pending(t, &owner.user, at(1)).await.unwrap(), None);
    assert!(!store.email_changes.cancel(t, &owner.user).await.unwrap());
    let done = store.email_changes.complete(t, hash("change"), None, None, at(1)).await.unwrap();
    assert_eq!(done, EmailChanged::Dead);
    assert!(store.email_changes.find(theirs, hash("change"), at(1)).await.unwrap().is_some());

    let purpose = EmailPurpose::ResetPassword;
    assert_eq!(store.email_challenges.find(t, purpose, hash("secret"), at(1)).await.unwrap(), None);
    let spent = store.email_challenges.reset_password(t, hash("secret"), "x".to_owned(), mail("two"), at(1));
    assert_eq!(spent.await.unwrap(), None);
    assert!(store.users.delete(t, &owner.user, at(1)).await.unwrap());

    let found = store.email_challenges.find(theirs, purpose, hash("secret"), at(1)).await.unwrap();
    assert_eq!(found.map(|found| found.user), Some(user("user")));
    let waiting = store.mails.due(9, at(1)).await.unwrap();
    assert!(waiting.len() == 4 && waiting.iter().all(|mail| mail.tenant_id == *theirs));
}

/// Sessions, requests, replays, consents.
pub async fn of_sign_ins(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t, u) = (&owner.tenant, &stranger.tenant, &owner.user);
    store.sessions.begin(theirs, hash("handle"), session("sid"), at(0)).await.unwrap();
    store.requests.begin(theirs, request("request"), at(0)).await.unwrap();
    let sid = SessionId::new("sid");
    assert!(store.logouts.join(theirs, u, &sid, &owner.client, at(0)).await.unwrap());
    store.consents.remember(theirs, u, &owner.client, &scope("openid"), at(0)).await.unwrap();
    assert!(store.replays.claim(theirs, "jwt", hash("jti"), lately(), at(99), at(0)).await.unwrap());

    assert_eq!(store.sessions.find(t, hash("handle"), at(-1), at(1)).await.unwrap(), None);
    assert!(!store.sessions.renew(t, hash("handle"), hash("new"), session("sid"), at(1)).await.unwrap());
    store.sessions.touch(t, hash("handle"), at(1)).await.unwrap();
    assert!(store.sessions.list(t, u, at(1)).await.unwrap().is_empty());
    assert!(!store.logouts.join(t, u, &sid, &owner.client, at(1)).await.unwrap());
    assert!(store.logouts.clients(t, u, &sid).await.unwrap().is_empty());
    assert!(store.logouts.next(t, &owner.client, 9, at(1)).await.unwrap().is_empty());
    assert!(!store.sessions.end(t, u, &SessionId::new("sid"), at(1)).await.unwrap());
    assert_eq!(store.sessions.end_all(t, u, at(1)).await.unwrap(), 0);
    assert_eq!(store.requests.find(t, hash("request"), at(1)).await.unwrap(), None);
    assert!(!store.requests.advance(t, hash("request"), "{}", "x".to_owned(), at(1)).await.unwrap());
    assert!(!store.requests.finish(t, hash("request"), at(1)).await.unwrap());
    assert!(store.consents.find(t, u, &owner.client).await.unwrap().is_empty());
    assert!(store.consents.list(t, u, None, 9).await.unwrap().is_empty());
    assert!(!store.consents.forget(t, u, &owner.client, at(1)).await.unwrap());
    assert!(store.replays.claim(t, "jwt", hash("jti"), lately(), at(99), at(0)).await.unwrap());

    let found = store.sessions.find(theirs, hash("handle"), at(-1), at(1)).await.unwrap();
    assert_eq!(found.unwrap().session, session("sid"));
    assert_eq!(store.logouts.clients(theirs, u, &sid).await.unwrap(), std::slice::from_ref(&owner.client));
    assert_eq!(store.requests.find(theirs, hash("request"), at(1)).await.unwrap(), Some(request("request")));
    assert_eq!(store.consents.find(theirs, u, &owner.client).await.unwrap(), scope("openid"));
}

/// Codes, grants, refresh and access tokens.
pub async fn of_tokens(store: &Store) {
    let (owner, stranger) = pair(store).await;
    let (theirs, t) = (&owner.tenant, &stranger.tenant);
    let grant = owner.grant(code("grant")).await;
    store.codes.issue(theirs, code("unspent"), at(0)).await.unwrap();
    store.access_tokens.insert(theirs, access_token("opaque", Some("grant")), at(0)).await.unwrap();
    let client = &owner.client;

    for name in ["grant", "unspent"] {
        assert_eq!(store.codes.spend(t, client, &id(name), hash(name), at(1)).await.unwrap(), Spend::Unknown);
    }
    assert!(!stranger.lives("grant", at(1)).await);
    assert!(!store.grants.revoke(t, client, &grant, at(1)).await.unwrap());
    assert!(store.grants.page(t, &owner.user, None, 9, at(1)).await.unwrap().is_empty());
    assert!(!store.grants.revoke_of_user(t, &owner.user, &grant, at(1)).await.unwrap());
    assert_eq!(store.refresh_tokens.find(t, &grant, at(1)).await.unwrap(), None);
    let next = refresh_token("grant", "second", 900);
    let rotated = store.refresh_tokens.rotate(t, &grant, hash("grant token"), next, at(1)).await.unwrap();
    assert_eq!(rotated, Rotate::Lost);
    assert_eq!(store.access_tokens.find(t, hash("opaque"), at(1)).await.unwrap(), None);
    for token in ["opaque", "jti"] {
        store.access_tokens.revoke(t, revoked_token(hash(token)), at(1)).await.unwrap();
    }
    assert!(store.clients.set_disabled(t, client, Some(at(1))).await.unwrap());
    assert!(store.users.set_disabled(t, &owner.user, Some(at(1))).await.unwrap());
    assert!(store.credentials.set_password(t, &owner.user, "x".to_owned(), at(1)).await.unwrap());
    assert!(store.users.delete(t, &owner.user, at(1)).await.unwrap());
    assert!(store.clients.delete(t, client, at(1)).await.unwrap());
    assert!(store.tenants.delete(t).await.unwrap());

    assert!(owner.lives("grant", at(1)).await);
    assert!(store.revocations.list(theirs, 9, at(1)).await.unwrap().is_empty());
    assert!(store.access_tokens.is_live(theirs, jwt("jti", client, Some(&grant)), at(1)).await.unwrap());
    assert!(store.access_tokens.find(theirs, hash("opaque"), at(1)).await.unwrap().is_some());
    let record = store.refresh_tokens.find(theirs, &grant, at(1)).await.unwrap().unwrap();
    assert_eq!(record.current, hash("grant token"));
    let spent = store.codes.spend(theirs, client, &id("unspent"), hash("unspent"), at(1)).await.unwrap();
    assert!(matches!(spent, Spend::First(..)));
}
