//! Sessions.

use credenza_protocol::ids::{SessionId, UserId};
use credenza_protocol::place::Place;
use credenza_protocol::session::Session;

use super::fixtures::{World, at, code, hash, session, user};
use crate::{Created, Store};

async fn find(world: &World, handle: &str, idle_since: i64, now: i64) -> Option<Session> {
    let sessions = &world.store.sessions;
    let found = sessions.find(&world.tenant, hash(handle), at(idle_since), at(now)).await.unwrap();
    found.map(|record| {
        assert_eq!(record.user.user_id, record.session.user_id);
        record.session
    })
}

/// Live until `expires_at`, and while it is used; every field is read back.
pub async fn lives(store: &Store) {
    let world = World::new(store, "acme").await;
    let mut full = session("sid");
    full.amr = vec!["pwd".to_owned(), "otp".to_owned()];
    full.acr = Some("urn:example:\"two\"".to_owned());
    let names = |name: &str| [("en".to_owned(), name.to_owned())].into();
    full.place = Some(Place {
        country_code: Some("DE".to_owned()),
        country: names("Germany"),
        region: names("\"Bavaria\""),
        city: names("M\u{fc}nchen"),
    });
    full.user_agent = "Mozilla/5.0 (X11; \"quoted\") \u{1f600}".to_owned();
    store.sessions.begin(&world.tenant, hash("handle"), full.clone(), at(0)).await.unwrap();
    assert_eq!(find(&world, "handle", -1, 0).await, Some(full));
    assert_eq!(find(&world, "no handle", -1, 0).await, None);
    assert!(find(&world, "handle", -1, 999).await.is_some());
    assert_eq!(find(&world, "handle", -1, 1000).await, None, "it has expired");
    assert_eq!(find(&world, "handle", 0, 0).await, None, "it is idle");
    store.sessions.touch(&world.tenant, hash("handle"), at(50)).await.unwrap();
    assert_eq!(find(&world, "handle", 49, 50).await.unwrap().last_seen_at, at(50));
    assert_eq!(find(&world, "handle", 50, 50).await, None);
    store.sessions.touch(&world.tenant, hash("handle"), at(40)).await.unwrap();
    assert_eq!(find(&world, "handle", 0, 50).await.unwrap().last_seen_at, at(50), "use is never forgotten");
}

/// Signed in again, the session has a new handle and keeps its `sid`; the old handle is dead.
pub async fn renewed(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    world.grant(code("grant")).await;
    store.sessions.begin(&world.tenant, hash("old"), session("sid"), at(0)).await.unwrap();
    let renew = |session: Session, now: i64| {
        let world = &world;
        async move {
            let sessions = &world.store.sessions;
            sessions.renew(&world.tenant, hash("old"), hash("new"), session, at(now)).await.unwrap()
        }
    };
    let mut again = session("sid");
    again.auth_time = at(10);
    again.amr = vec!["otp".to_owned()];
    again.acr = Some("2".to_owned());
    again.expires_at = at(2000);
    again.last_seen_at = at(10);
    again.user_agent = "Another".to_owned();
    again.place = Some(Place { country_code: Some("FR".to_owned()), ..Place::default() });
    let mut of_another = again.clone();
    of_another.user_id = UserId::new("other");
    assert!(!renew(of_another, 10).await);
    assert!(!renew(Session { sid: SessionId::new("other"), ..again.clone() }, 10).await);
    assert!(!renew(again.clone(), 1000).await, "it has expired");
    assert!(find(&world, "old", -1, 10).await.is_some() && find(&world, "new", -1, 10).await.is_none());
    assert!(renew(again.clone(), 10).await);
    assert!(!renew(again.clone(), 10).await, "the old handle is dead");
    assert_eq!(find(&world, "old", -1, 10).await, None);
    assert_eq!(find(&world, "new", -1, 1500).await, Some(again));
    assert!(world.lives("grant", at(10)).await, "its grants stay");
}

/// The live ones of a user, the newest first.
pub async fn listed(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    for (sid, auth_time, expires_at) in [("a", 1, 1000), ("b", 3, 1000), ("c", 2, 1000), ("old", 0, 5)] {
        let one = Session { auth_time: at(auth_time), expires_at: at(expires_at), ..session(sid) };
        store.sessions.begin(&world.tenant, hash(sid), one, at(0)).await.unwrap();
    }
    let theirs = Session { user_id: UserId::new("other"), ..session("theirs") };
    store.sessions.begin(&world.tenant, hash("theirs"), theirs, at(0)).await.unwrap();
    let listed = store.sessions.list(&world.tenant, &world.user, at(5)).await.unwrap();
    let sids: Vec<_> = listed.iter().map(|session| session.sid.as_str()).collect();
    assert_eq!(sids, ["b", "c", "a"]);
}

/// Ended by its user, with the grants bound to it; offline ones and other sessions continue.
pub async fn ended(store: &Store) {
    let world = World::new(store, "acme").await;
    for sid in ["sid", "other"] {
        store.sessions.begin(&world.tenant, hash(sid), session(sid), at(0)).await.unwrap();
    }
    let (mut offline, mut other) = (code("offline"), code("of another session"));
    offline.grant.offline = true;
    other.grant.sid = SessionId::new("other");
    for new in [code("bound"), offline, other] {
        world.grant(new).await;
    }
    let (sid, stranger) = (SessionId::new("sid"), UserId::new("stranger"));
    assert!(!store.sessions.end(&world.tenant, &stranger, &sid, at(1)).await.unwrap());
    assert!(!store.sessions.end(&world.tenant, &world.user, &SessionId::new("none"), at(1)).await.unwrap());
    assert!(world.lives("bound", at(1)).await);
    assert!(store.sessions.end(&world.tenant, &world.user, &sid, at(1)).await.unwrap());
    assert!(!store.sessions.end(&world.tenant, &world.user, &sid, at(1)).await.unwrap());
    assert_eq!(find(&world, "sid", -1, 1).await, None);
    assert!(find(&world, "other", -1, 1).await.is_some());
    assert!(!world.lives("bound", at(1)).await);
    assert!(world.lives("offline", at(1)).await && world.lives("of another session", at(1)).await);
    store.sessions.touch(&world.tenant, hash("sid"), at(2)).await.unwrap();
    assert_eq!(find(&world, "sid", -1, 2).await, None, "an ended session cannot be touched");
}

/// All at once: as many as were live.
pub async fn ended_all(store: &Store) {
    let world = World::new(store, "acme").await;
    let gone = Session { expires_at: at(1), ..session("gone") };
    for one in [session("sid"), session("other"), gone] {
        store.sessions.begin(&world.tenant, hash(one.sid.as_str()), one, at(0)).await.unwrap();
    }
    let mut offline = code("offline");
    offline.grant.offline = true;
    world.grant(code("bound")).await;
    world.grant(offline).await;
    assert_eq!(store.sessions.end_all(&world.tenant, &world.user, at(2)).await.unwrap(), 2);
    assert_eq!(store.sessions.end_all(&world.tenant, &world.user, at(2)).await.unwrap(), 0);
    for handle in ["sid", "other"] {
        assert_eq!(find(&world, handle, -1, 2).await, None, "{handle}");
    }
    assert!(!world.lives("bound", at(2)).await);
    assert!(world.lives("offline", at(2)).await);
}
