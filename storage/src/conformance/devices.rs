//! Devices, which are there as long as their grants.

use std::sync::Arc;

use credenza_protocol::device::Platform;
use credenza_protocol::ids::{ClientId, DeviceId, GrantId, SessionId, UserId};
use credenza_protocol::version::Version;

use super::fixtures::{World, at, client, code, device, hash, session, user};
use super::races::{CALLERS, race};
use crate::{Created, DeviceMade, DeviceRecord, PushToken, Store, Update};

async fn register(world: &World, record: DeviceRecord, now: i64) -> DeviceMade {
    world.store.devices.register(&world.tenant, record, 3, at(now)).await.unwrap()
}

async fn find(world: &World, device_id: &str, now: i64) -> Option<DeviceRecord> {
    let devices = &world.store.devices;
    devices.find(&world.tenant, &world.user, &DeviceId::new(device_id), at(now)).await.unwrap()
}

/// The ids of a page.
async fn page(world: &World, client: Option<&str>, after: Option<&str>, limit: u32, now: i64) -> Vec<String> {
    let (client, after) = (client.map(ClientId::new), after.map(DeviceId::new));
    let devices = &world.store.devices;
    let found = devices.page(&world.tenant, &world.user, client.as_ref(), after.as_ref(), limit, at(now));
    found.await.unwrap().into_iter().map(|found| found.device.device_id.to_string()).collect()
}

/// It is found as it was registered, by whom it belongs to, and listed by id.
pub async fn registered(store: &Store) {
    let world = World::new(store, "acme").await;
    assert_eq!(store.users.create(&world.tenant, user("other"), None).await.unwrap(), Created::Yes);
    assert!(store.clients.create(&world.tenant, client("second")).await.unwrap());
    for name in ["one", "two"] {
        world.grant(code(name)).await;
    }
    let mut of_second = code("three");
    of_second.grant.client_id = ClientId::new("second");
    store.codes.issue(&world.tenant, of_second, at(0)).await.unwrap();
    let (second, id) = (ClientId::new("second"), GrantId::new("three"));
    let _ = store.codes.spend(&world.tenant, &second, &id, hash("three"), at(0)).await.unwrap();
    let mut third = device("c", "three");
    third.device.client_id = second;
    third.push_token = None;
    for record in [device("a", "one"), device("b", "two"), third.clone()] {
        assert_eq!(register(&world, record, 0).await, DeviceMade::Yes);
    }
    assert_eq!(find(&world, "a", 1).await, Some(device("a", "one")));
    assert_eq!(find(&world, "c", 1).await, Some(third));
    assert_eq!(find(&world, "d", 1).await, None);
    let other = UserId::new("other");
    assert_eq!(store.devices.find(&world.tenant, &other, &DeviceId::new("a"), at(1)).await.unwrap(), None);
    assert!(!store.devices.remove(&world.tenant, &other, &DeviceId::new("a"), at(1)).await.unwrap());
    assert_eq!(page(&world, None, None, 9, 1).await, ["a", "b", "c"]);
    assert_eq!(page(&world, None, Some("a"), 1, 1).await, ["b"]);
    assert_eq!(page(&world, Some("client"), None, 9, 1).await, ["a", "b"]);
    assert_eq!(page(&world, Some("second"), None, 9, 1).await, ["c"]);
    // One of another person or client cannot be bound to this grant.
    for (user_id, client_id) in [("other", "client"), ("user", "second")] {
        let mut wrong = device("d", "one");
        (wrong.device.user_id, wrong.device.client_id) = (UserId::new(user_id), ClientId::new(client_id));
        assert_eq!(register(&world, wrong, 1).await, DeviceMade::Dead, "{user_id} {client_id}");
    }
}

/// A version that was read is changed, and no other.
pub async fn updated(store: &Store) {
    let world = World::new(store, "acme").await;
    world.grant(code("one")).await;
    assert_eq!(register(&world, device("a", "one"), 0).await, DeviceMade::Yes);
    let mut changed = device("a", "one");
    changed.device.name = "Tablet".to_owned();
    changed.device.platform = Platform::Android;
    changed.device.app_version = None;
    changed.push_token = Some(PushToken { sealed: "another".to_owned(), hash: hash("another") });
    let update = |expected: Version, record: DeviceRecord| {
        let (store, tenant) = (store.clone(), world.tenant.clone());
        async move { store.devices.update(&tenant, expected, record, at(5)).await.unwrap() }
    };
    assert_eq!(update(Version::FIRST, changed.clone()).await, Update::Updated);
    let mut expected = changed.clone();
    (expected.device.updated_at, expected.device.version) = (at(5), Version::FIRST.next());
    assert_eq!(find(&world, "a", 6).await, Some(expected));
    assert_eq!(update(Version::FIRST, changed.clone()).await, Update::Stale);
    assert_eq!(update(Version::FIRST, device("b", "one")).await, Update::Absent);
    changed.device.user_id = UserId::new("other");
    assert_eq!(update(Version::FIRST.next(), changed).await, Update::Absent, "it is another's");
}

/// What has the same grant or push token is replaced; beyond that there are so many at most.
pub async fn replaced_and_bounded(store: &Store) {
    let world = World::new(store, "acme").await;
    for name in ["one", "two", "three", "four"] {
        world.grant(code(name)).await;
    }
    assert_eq!(register(&world, device("a", "one"), 0).await, DeviceMade::Yes);
    assert_eq!(register(&world, device("b", "one"), 0).await, DeviceMade::Yes);
    assert_eq!(page(&world, None, None, 9, 1).await, ["b"], "one for each grant");
    let again = DeviceRecord { push_token: device("b", "").push_token, ..device("c", "two") };
    assert_eq!(register(&world, again, 0).await, DeviceMade::Yes);
    assert_eq!(page(&world, None, None, 9, 1).await, ["c"], "one for each push token");
    for (name, grant) in [("d", "one"), ("e", "three")] {
        assert_eq!(register(&world, device(name, grant), 0).await, DeviceMade::Yes);
    }
    assert_eq!(register(&world, device("f", "four"), 0).await, DeviceMade::TooMany);
    assert_eq!(register(&world, device("g", "one"), 0).await, DeviceMade::Yes, "in the place of another");
    // What is dead takes no room.
    assert!(store.grants.revoke(&world.tenant, &world.client, &GrantId::new("two"), at(1)).await.unwrap());
    assert_eq!(register(&world, device("f", "four"), 2).await, DeviceMade::Yes);
    assert_eq!(page(&world, None, None, 9, 2).await, ["e", "f", "g"]);
}

/// It ends with its grant, and with whatever ends that; and when it is removed.
pub async fn dies(store: &Store) {
    let world = World::new(store, "acme").await;
    store.sessions.begin(&world.tenant, hash("handle"), session("sid"), at(0)).await.unwrap();
    let mut offline = code("offline");
    offline.grant.offline = true;
    for new in [code("one"), code("two"), offline] {
        world.grant(new).await;
    }
    for (name, grant) in [("a", "one"), ("b", "two"), ("c", "offline")] {
        assert_eq!(register(&world, device(name, grant), 0).await, DeviceMade::Yes);
    }
    assert!(store.devices.remove(&world.tenant, &world.user, &DeviceId::new("a"), at(1)).await.unwrap());
    assert!(!store.devices.remove(&world.tenant, &world.user, &DeviceId::new("a"), at(1)).await.unwrap());
    assert_eq!(page(&world, None, None, 9, 1).await, ["b", "c"]);
    assert!(store.sessions.end(&world.tenant, &world.user, &SessionId::new("sid"), at(2)).await.unwrap());
    assert_eq!(page(&world, None, None, 9, 2).await, ["c"], "its grant outlives the session");
    assert_eq!(find(&world, "b", 2).await, None);
    assert_eq!(register(&world, device("d", "two"), 2).await, DeviceMade::Dead);
    let gone = store.devices.update(&world.tenant, Version::FIRST, device("b", "two"), at(2)).await.unwrap();
    assert_eq!(gone, Update::Absent);
    assert!(!store.devices.remove(&world.tenant, &world.user, &DeviceId::new("b"), at(2)).await.unwrap());
    assert!(find(&world, "c", 999).await.is_some() && find(&world, "c", 1000).await.is_none(), "it expires");
    store.users.set_disabled(&world.tenant, &world.user, Some(at(3))).await.unwrap();
    assert_eq!(page(&world, None, None, 9, 3).await, [""; 0], "the person is disabled");
}

/// What has expired is swept; with a person or a client go the rows, the dead ones too.
pub async fn swept_and_erased(store: &Store) {
    let worlds = [
        World::new(store, "swept").await,
        World::new(store, "client").await,
        World::new(store, "user").await,
    ];
    for world in &worlds[1..] {
        world.grant(code("one")).await;
        assert_eq!(register(world, device("one", "one"), 0).await, DeviceMade::Yes);
    }
    let [swept, of_client, of_user] = &worlds;
    let left = async |world: &World| store.raw.count("devices", world.tenant.as_str()).await.unwrap();
    // Dead or not, the row goes.
    assert!(
        store.grants.revoke(&of_user.tenant, &of_user.client, &GrantId::new("one"), at(1)).await.unwrap()
    );
    assert!(store.clients.delete(&of_client.tenant, &of_client.client, at(1)).await.unwrap());
    assert_eq!((left(of_client).await, left(of_user).await), (0, 1));
    assert!(store.users.delete(&of_user.tenant, &of_user.user, at(1)).await.unwrap());
    assert_eq!(left(of_user).await, 0);
    swept.grant(code("one")).await;
    assert_eq!(register(swept, device("one", "one"), 0).await, DeviceMade::Yes);
    store.maintenance.sweep(at(999), 99).await.unwrap();
    assert_eq!(left(swept).await, 1);
    store.maintenance.sweep(at(1000), 99).await.unwrap();
    assert_eq!(left(swept).await, 0);
}

/// However many register at once, there are as many as there may be.
pub async fn a_bound_is_exact(store: &Store) {
    let world = Arc::new(World::new(store, "acme").await);
    for n in 0..CALLERS {
        world.grant(code(&format!("grant {n}"))).await;
    }
    let made = race(&world, |world, n| async move {
        let record = device(&format!("device {n}"), &format!("grant {n}"));
        world.store.devices.register(&world.tenant, record, 3, at(1)).await
    });
    let made = made.await;
    assert_eq!(made.iter().filter(|made| **made == DeviceMade::Yes).count(), 3);
    assert_eq!(page(&world, None, None, 99, 1).await.len(), 3);
    assert!(made.iter().all(|made| *made != DeviceMade::Dead));
    // Of those who remove one, one does.
    let id = page(&world, None, None, 1, 1).await.remove(0);
    let removed = race(&world, |world, _| {
        let id = DeviceId::new(id.clone());
        async move { world.store.devices.remove(&world.tenant, &world.user, &id, at(1)).await }
    });
    assert_eq!(removed.await.into_iter().filter(|removed| *removed).count(), 1);
}
