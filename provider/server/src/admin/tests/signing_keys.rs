//! Signing keys.

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_validator::{Algorithm, SigningKey};

use super::super::keys::{NewKey, Rotation, Start, Status};
use super::*;

async fn first_keys(admin: &Administration<'_>, tenant: &TenantId) {
    let pkcs8 = SigningKey::generate_pkcs8(Algorithm::ES256).unwrap();
    let first = keys::adopt_first(admin, tenant, &[(Algorithm::ES256, &pkcs8)]).await.unwrap();
    assert_eq!(first, Outcome::Done(()));
    let again = keys::adopt_first(admin, tenant, &[(Algorithm::ES256, &pkcs8)]).await.unwrap();
    assert_eq!(again, Outcome::Taken);
}

#[tokio::test]
async fn the_last_key_that_signs_stays_unless_it_is_forced() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = &tenants::ensure_default(&admin).await.unwrap().tenant_id;
    first_keys(&admin, tenant).await;
    let first = keys::list(&admin, tenant).await.unwrap().remove(0);
    assert_eq!((first.algorithm, first.status), (Algorithm::ES256, Status::Signing));
    let refusal = Outcome::Refused(Refusal::LastSigner(Algorithm::ES256));
    assert_eq!(keys::disable(&admin, tenant, &first.kid, false).await.unwrap(), refusal);
    assert_eq!(
        keys::delete(&admin, tenant, &first.kid, false).await.unwrap().map(|()| first.clone()),
        refusal
    );
    let new = NewKey { algorithm: Algorithm::ES256, private: None, active_at: None };
    let second = done(keys::create(&admin, tenant, new).await.unwrap());
    assert_eq!((second.status, second.active_at), (Status::Published, admin.now + Seconds(3600)));
    assert_eq!(
        keys::disable(&admin, tenant, &first.kid, false).await.unwrap(),
        refusal,
        "a key that does not sign yet is no substitute"
    );
    done(keys::set_active_at(&admin, tenant, &second.kid, admin.now).await.unwrap());
    let disabled = done(keys::disable(&admin, tenant, &first.kid, false).await.unwrap());
    assert_eq!(disabled.status, Status::Disabled);
    assert_eq!(keys::find(&admin, tenant, &second.kid).await.unwrap().unwrap().status, Status::Signing);
    assert_eq!(keys::delete(&admin, tenant, &second.kid, true).await.unwrap(), Outcome::Done(()));
    assert_eq!(keys::delete(&admin, tenant, &second.kid, true).await.unwrap(), Outcome::Absent);
    let enabled = done(keys::enable(&admin, tenant, &first.kid).await.unwrap());
    assert_eq!(enabled.status, Status::Signing);
    assert_eq!(keys::enable(&admin, tenant, &KeyId::new("x")).await.unwrap(), Outcome::Absent);
}

#[tokio::test]
async fn keys_are_brought_in_once_and_rotated_once() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = &tenants::ensure_default(&admin).await.unwrap().tenant_id;
    let rotate = async |start| keys::rotate(&admin, tenant, Some(Algorithm::ES256), start).await.unwrap();
    assert_eq!(rotate(Start::Scheduled).await, Outcome::Refused(Refusal::NoKey));
    first_keys(&admin, tenant).await;
    let pkcs8 = SigningKey::generate_pkcs8(Algorithm::EdDSA).unwrap();
    let bring = async |algorithm| {
        let new = NewKey { algorithm, private: Some(pkcs8.clone()), active_at: None };
        keys::create(&admin, tenant, new).await.unwrap()
    };
    assert_eq!(done(bring(Algorithm::EdDSA).await).status, Status::Signing);
    assert_eq!(bring(Algorithm::EdDSA).await, Outcome::Taken);
    assert_eq!(fields(bring(Algorithm::ES256).await), ["private_key"]);

    let Rotation { keys: next, changed } = done(rotate(Start::Scheduled).await);
    assert!(next.len() == 1 && changed);
    assert_eq!(next[0].active_at, admin.now + admin.schedule.publish_before);
    let again = done(rotate(Start::Scheduled).await);
    assert_eq!(again, Rotation { keys: next.clone(), changed: false }, "the same key");
    let Rotation { keys: sooner, changed } = done(rotate(Start::Soonest).await);
    assert_eq!((&sooner[0].kid, sooner[0].active_at), (&next[0].kid, admin.now + Seconds(120)));
    assert!(changed);
    assert_eq!(done(rotate(Start::Soonest).await), Rotation { keys: sooner, changed: false });
    assert_eq!(keys::list(&admin, tenant).await.unwrap().len(), 3);
    let without = Administration { master_keys: None, ..admin };
    let new = NewKey { algorithm: Algorithm::ES256, private: None, active_at: None };
    assert!(matches!(keys::create(&without, tenant, new).await, Err(Error::NoMasterKey(_))));
}
