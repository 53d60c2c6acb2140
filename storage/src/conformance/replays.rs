//! Replays.

use super::fixtures::{World, at, hash, lately};
use crate::Store;

/// Once, until it expires; another purpose, key or tenant is independent.
pub async fn claimed_once(store: &Store) {
    let world = World::new(store, "acme").await;
    let claim = |purpose: &'static str, key: &'static str, ends: i64, now: i64| {
        let world = &world;
        async move {
            world
                .store
                .replays
                .claim(&world.tenant, purpose, hash(key), lately(), at(ends), at(now))
                .await
                .unwrap()
        }
    };
    assert!(claim("jwt", "jti", 60, 0).await);
    for now in [0, 1, 59, -3600] {
        assert!(!claim("jwt", "jti", 60, now).await, "at {now}");
        assert!(!claim("jwt", "jti", 9000, now).await, "at {now}: it cannot be prolonged");
    }
    assert!(claim("dpop", "jti", 60, 0).await);
    assert!(claim("jwt", "another jti", 60, 0).await);
    assert!(claim("jwt", "jti", 120, 60).await, "the claim has ended");
    assert!(!claim("jwt", "jti", 120, 61).await);
    assert!(claim("", "jti", 60, 0).await);
}
