//! What is encrypted under the master key.

use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, ClientSecretId, KeyId, TenantId};

use super::fixtures::{World, at, client, client_secret, key, resource_secret};
use crate::Store;
use crate::secrets::SealedAt;

fn sealed(text: &str, bytes: &[u8]) -> ClientSecret {
    ClientSecret { sealed: Some(bytes.to_vec()), ..client_secret(text) }
}

fn further(tenant: &TenantId, client_id: &str, secret_id: &str) -> SealedAt {
    let (client_id, secret_id) = (ClientId::new(client_id), ClientSecretId::new(secret_id));
    SealedAt::FurtherClientSecret(tenant.clone(), client_id, secret_id)
}

/// A name is unique, and the first secret stays.
pub async fn created_once(store: &Store) {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(store.secrets.find("root").await.unwrap(), None);
    assert!(store.secrets.create("root", all.clone(), at(0)).await.unwrap());
    assert!(!store.secrets.create("root", vec![1], at(1)).await.unwrap(), "a name is given once");
    assert!(store.secrets.create("other", vec![2], at(1)).await.unwrap());
    assert_eq!(store.secrets.find("root").await.unwrap(), Some(all));
}

/// Each sealed value is replaced where the old bytes are stored, and nowhere else.
pub async fn replaced(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    let (old, new) = (vec![0, 1, 255], vec![7; 300]);
    assert!(store.secrets.create("root", old.clone(), at(0)).await.unwrap());
    for tenant in [&world.tenant, &other.tenant] {
        assert!(store.keys.create(tenant, key("kid")).await.unwrap());
        let mut record = client("sealed");
        record.secrets = vec![sealed("first", &old), sealed("second", &old)];
        assert!(store.clients.create(tenant, record).await.unwrap());
        let shared = resource_secret("shared", &ClientId::new("sealed"));
        assert!(store.resource_secrets.create(tenant, shared).await.unwrap());
    }
    let t = &world.tenant;
    let places = [
        SealedAt::Secret("root".to_owned()),
        SealedAt::SigningKey(t.clone(), KeyId::new("kid")),
        SealedAt::ClientSecret(t.clone(), ClientId::new("sealed")),
        further(t, "sealed", "second"),
        SealedAt::ResourceSecret(t.clone(), KeyId::new("shared")),
    ];
    for place in &places {
        assert!(!store.secrets.replace(place, &[9], new.clone()).await.unwrap(), "{place} was not that");
        assert!(store.secrets.replace(place, &old, new.clone()).await.unwrap(), "{place}");
        assert!(!store.secrets.replace(place, &old, vec![1]).await.unwrap(), "{place} is that no more");
    }
    let nowhere = [
        SealedAt::Secret("nobody".to_owned()),
        SealedAt::SigningKey(t.clone(), KeyId::new("nobody")),
        SealedAt::ClientSecret(t.clone(), ClientId::new("nobody")),
        SealedAt::ClientSecret(t.clone(), ClientId::new("client")),
        further(t, "sealed", "first"),
        further(t, "client", "second"),
        SealedAt::ResourceSecret(t.clone(), KeyId::new("nobody")),
    ];
    for place in nowhere {
        assert!(!store.secrets.replace(&place, &old, new.clone()).await.unwrap(), "{place} is not there");
    }
    assert_eq!(store.secrets.find("root").await.unwrap(), Some(new.clone()));
    for (tenant, bytes) in [(&world.tenant, &new), (&other.tenant, &old)] {
        assert_eq!(store.keys.list(tenant).await.unwrap()[0].sealed, *bytes);
        let found = store.clients.find(tenant, &ClientId::new("sealed")).await.unwrap().unwrap();
        assert_eq!(found.secrets, [sealed("first", bytes), sealed("second", bytes)]);
        assert_eq!(store.resource_secrets.list(tenant).await.unwrap()[0].sealed, *bytes);
    }
}

/// Clients with a sealed secret, in pages, and of that tenant alone.
pub async fn listed_in_pages(store: &Store) {
    let world = World::new(store, "acme").await;
    let other = World::new(store, "other").await;
    for (name, byte) in [("b", 2), ("a", 1), ("d", 4)] {
        let mut record = client(name);
        record.secrets = vec![sealed("first", &[byte])];
        store.clients.create(&world.tenant, record).await.unwrap();
    }
    store.clients.create(&world.tenant, client("c")).await.unwrap();
    let mut several = client("e");
    several.secrets = vec![sealed("first", &[5]), sealed("second", &[6]), sealed("third", &[7])];
    store.clients.create(&world.tenant, several).await.unwrap();
    let entry = |name: &str, byte| (ClientId::new(name), vec![byte]);
    let first = store.secrets.of_clients(&world.tenant, None, 2).await.unwrap();
    assert_eq!(first, [entry("a", 1), entry("b", 2)]);
    let after = Some(&first[1].0);
    assert_eq!(
        store.secrets.of_clients(&world.tenant, after, 2).await.unwrap(),
        [entry("d", 4), entry("e", 5)]
    );
    let of = |secret: &str, byte| ((ClientId::new("e"), ClientSecretId::new(secret)), vec![byte]);
    let first = store.secrets.further_of_clients(&world.tenant, None, 1).await.unwrap();
    assert_eq!(first, [of("second", 6)]);
    let rest = store.secrets.further_of_clients(&world.tenant, Some(&first[0].0), 9).await.unwrap();
    assert_eq!(rest, [of("third", 7)]);
    assert!(store.secrets.further_of_clients(&other.tenant, None, 9).await.unwrap().is_empty());
    assert!(store.secrets.of_clients(&other.tenant, None, 9).await.unwrap().is_empty());
}
