//! Users, as they are searched: along an index, one step after the other.

use credenza_protocol::attribute::search::keys;
use credenza_protocol::attribute::{AttributeValue, Attributes};
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use credenza_protocol::user_search::Index;
use credenza_protocol::version::Version;

use super::fixtures::{World, at, user, user_at};
use super::raw::Statement;
use crate::{Created, Step, Store, Update};

/// Every user of the tenant along an index, one step after the other, with so many in a step.
async fn walked(world: &World, index: &Index, desc: bool, limit: u32) -> Vec<String> {
    let (mut found, mut after): (Vec<String>, _) = (vec![], None);
    loop {
        let step = Step { after: after.take(), desc, limit };
        let passed = world.store.users.walk(&world.tenant, index, step).await.unwrap();
        assert!(passed.len() <= usize::try_from(limit).unwrap());
        found.extend(passed.iter().map(|passed| passed.user.user_id.to_string()));
        match passed.last() {
            Some(last) => after = Some(last.place.clone()),
            None => return found,
        }
    }
}

/// By each index and against it, whatever the size of a step, and with many of one key.
pub async fn walked_along_each_index(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let person = |id: &str, name: &str, email: &str, made: i64| {
        let mut new = user_at(id, email);
        new.claims.name = Some(name.to_owned());
        new.claims.phone_number = Some(format!("+43 1 {}", email.len()));
        new.created_at = at(made);
        new
    };
    for (id, name, email, made) in [
        ("d", "Ada King", "a@example.com", 5),
        ("b", "ada lovelace", "ada@example.com", 5),
        ("c", "J\u{f6}rg", "ADA@example.com", 7),
        ("a", "Bob", "bob@example.com", 5),
        ("e", "Ada King", "eve@example.com", 9),
    ] {
        let new = person(id, name, email, made);
        assert_eq!(store.users.create(&world.tenant, new, None).await.unwrap(), Created::Yes);
    }
    let elsewhere = person("f", "Ada", "ada@example.com", 5);
    assert_eq!(store.users.create(&other.tenant, elsewhere, None).await.unwrap(), Created::Yes);
    for (id, when) in [("b", 20), ("a", 20), ("d", 10)] {
        assert!(store.users.set_disabled(&world.tenant, &UserId::new(id), Some(at(when))).await.unwrap());
    }
    let key = str::to_owned;
    let cases: [(Index, &[&str]); 11] = [
        (Index::Ids, &["a", "b", "c", "d", "e", "user"]),
        (Index::Usernames(key("")), &["a", "b", "c", "d", "e", "user"]),
        (Index::Usernames(key("us")), &["user"]),
        (Index::Usernames(key("user")), &["user"]),
        (Index::Email(key("ada@example.com")), &["b", "c"]),
        (Index::PhoneNumber(key("+43115")), &["a", "b", "c", "e"]),
        (Index::Names(key("ada")), &["d", "e", "b"]),
        (Index::Names(key("j\u{f6}")), &["c"]),
        (Index::Created(at(1), at(9)), &["a", "b", "d", "c"]),
        (Index::Created(at(5), at(6)), &["a", "b", "d"]),
        (Index::Disabled, &["d", "a", "b"]),
    ];
    for (index, expected) in cases {
        for limit in [1, 2, 3, 9] {
            let mut expected: Vec<_> = expected.to_vec();
            assert_eq!(walked(&world, &index, false, limit).await, expected, "{index:?} by {limit}");
            expected.reverse();
            assert_eq!(walked(&world, &index, true, limit).await, expected, "{index:?} back by {limit}");
        }
    }
    for nobody in [
        Index::Email(key("nobody@example.com")),
        Index::Names(key("lovelace")),
        Index::Usernames(key("ada")),
        Index::Created(at(100), at(200)),
    ] {
        assert!(walked(&world, &nobody, false, 9).await.is_empty(), "{nobody:?}");
    }
    // What is changed is found by what it is now.
    let mut changed = person("e", "Eva", "eva@example.com", 9);
    changed.version = Version::FIRST;
    assert_eq!(store.users.update(&world.tenant, Version::FIRST, changed).await.unwrap(), Update::Updated);
    assert_eq!(walked(&world, &Index::Names(key("eva")), false, 9).await, ["e"]);
    assert!(walked(&world, &Index::Email(key("eve@example.com")), false, 9).await.is_empty());
    assert!(store.users.set_disabled(&world.tenant, &UserId::new("a"), None).await.unwrap());
    assert_eq!(walked(&world, &Index::Disabled, false, 9).await, ["d", "b"]);
    assert!(store.users.delete(&world.tenant, &UserId::new("b"), at(30)).await.unwrap());
    assert_eq!(walked(&world, &Index::Email(key("ada@example.com")), false, 9).await, ["c"]);
}

/// What a node of an earlier version has stored is found once it is filled in.
pub async fn searched_after_an_earlier_version(store: &Store) {
    let world = World::new(store, "acme").await;
    let ada = user_at("ada", "ada@example.com");
    assert_eq!(store.users.create(&world.tenant, ada, None).await.unwrap(), Created::Yes);
    let forget =
        Statement::new().sql("UPDATE users SET email_search = NULL, name_search = NULL WHERE tenant_id = ");
    assert_eq!(store.raw.execute(forget.text(world.tenant.as_str())).await.unwrap(), 2);
    let address = Index::Email("ada@example.com".to_owned());
    assert!(walked(&world, &address, false, 9).await.is_empty());
    assert_eq!(walked(&world, &Index::Ids, false, 9).await, ["ada", "user"], "by id as ever");
    assert_eq!(store.users.identify(&world.tenant, 1).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 0);
    assert_eq!(walked(&world, &address, false, 9).await, ["ada"]);
}

/// The way to those who have this value.
fn having(name: &str, value: &AttributeValue) -> Index {
    let attributes = Attributes::from([(name.to_owned(), value.clone())]);
    Index::Attribute(keys(&attributes).remove(0))
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::String(text.to_owned())
}

fn with(user_id: &str, attributes: &[(&str, AttributeValue)]) -> User {
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    User { attributes, ..user(user_id) }
}

/// By the values of attributes, as they are now, in this tenant, and in what order one likes.
pub async fn found_by_attribute(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let create = async |world: &World, user: User| {
        assert_eq!(world.store.users.create(&world.tenant, user, None).await.unwrap(), Created::Yes);
    };
    let sites = AttributeValue::Strings(["Graz", "Wien", "Graz"].map(str::to_owned).to_vec());
    create(&world, with("c", &[("dept", text("sales")), ("sites", sites)])).await;
    create(&world, with("a", &[("dept", text("sales")), ("level", AttributeValue::Integer(3))])).await;
    create(&world, with("b", &[("dept", text("Sales")), ("site", text("sales"))])).await;
    create(&other, with("d", &[("dept", text("sales"))])).await;
    let sales = having("dept", &text("sales"));
    let cases: [(Index, &[&str]); 6] = [
        (sales.clone(), &["a", "c"]),
        (having("dept", &text("Sales")), &["b"]),
        (having("level", &AttributeValue::Integer(3)), &["a"]),
        (having("sites", &text("Graz")), &["c"]),
        (having("site", &text("sales")), &["b"]),
        (having("dept", &text("hr")), &[]),
    ];
    for (index, expected) in cases {
        for limit in [1, 2, 9] {
            let mut expected: Vec<_> = expected.to_vec();
            assert_eq!(walked(&world, &index, false, limit).await, expected, "{index:?} by {limit}");
            expected.reverse();
            assert_eq!(walked(&world, &index, true, limit).await, expected, "{index:?} back by {limit}");
        }
    }
    let update = async |user: User, version| {
        assert_eq!(store.users.update(&world.tenant, version, user).await.unwrap(), Update::Updated);
    };
    update(with("a", &[("dept", text("hr"))]), Version::FIRST).await;
    assert_eq!(walked(&world, &sales, false, 9).await, ["c"]);
    assert_eq!(walked(&world, &having("dept", &text("hr")), false, 9).await, ["a"]);
    assert!(walked(&world, &having("level", &AttributeValue::Integer(3)), false, 9).await.is_empty());
    update(with("a", &[]), Version::FIRST.next()).await;
    assert!(walked(&world, &having("dept", &text("hr")), false, 9).await.is_empty());
    // Of a change that another was faster with, nothing is left.
    let stale =
        store.users.update(&world.tenant, Version::FIRST, with("a", &[("dept", text("sales"))])).await;
    assert_eq!(stale.unwrap(), Update::Stale);
    assert_eq!(walked(&world, &sales, false, 9).await, ["c"]);
    // Whoever has the id of somebody who was deleted has what they have themselves.
    assert!(store.users.delete(&world.tenant, &UserId::new("c"), at(30)).await.unwrap());
    assert!(walked(&world, &sales, false, 9).await.is_empty());
    create(&world, with("c", &[("dept", text("hr"))])).await;
    assert!(walked(&world, &sales, false, 9).await.is_empty());
    assert_eq!(walked(&world, &having("dept", &text("hr")), false, 9).await, ["c"]);
    assert_eq!(walked(&other, &sales, false, 9).await, ["d"]);
}

/// Whom a node of an earlier version has stored is found by their attributes once they are filled in, and what it left
/// behind is in nobody's way.
pub async fn found_by_attribute_after_an_earlier_version(store: &Store) {
    let world = World::new(store, "acme").await;
    let ada = with("ada", &[("dept", text("sales"))]);
    assert_eq!(store.users.create(&world.tenant, ada.clone(), None).await.unwrap(), Created::Yes);
    let tenant = world.tenant.as_str();
    let forget = Statement::new().sql("DELETE FROM user_attributes WHERE tenant_id = ").text(tenant);
    assert_eq!(store.raw.execute(forget).await.unwrap(), 1);
    let forget = Statement::new().sql("UPDATE users SET attributes_search = NULL WHERE tenant_id = ");
    assert_eq!(store.raw.execute(forget.text(tenant)).await.unwrap(), 2);
    let sales = having("dept", &text("sales"));
    assert!(walked(&world, &sales, false, 9).await.is_empty());
    assert_eq!(store.users.identify(&world.tenant, 1).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 1);
    assert_eq!(store.users.identify(&world.tenant, 9).await.unwrap(), 0);
    assert_eq!(walked(&world, &sales, false, 9).await, ["ada"]);
    // It deletes a user without these rows, and somebody of that id comes again.
    let gone = Statement::new().sql("DELETE FROM users WHERE user_id = 'ada' AND tenant_id = ").text(tenant);
    assert_eq!(store.raw.execute(gone).await.unwrap(), 1);
    assert!(walked(&world, &sales, false, 9).await.is_empty());
    let looks = Statement::new().sql("DELETE FROM username_looks WHERE tenant_id = ").text(tenant);
    store.raw.execute(looks).await.unwrap();
    assert_eq!(store.users.create(&world.tenant, ada, None).await.unwrap(), Created::Yes);
    assert_eq!(walked(&world, &sales, false, 9).await, ["ada"]);
}
