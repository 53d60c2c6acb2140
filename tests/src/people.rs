//! People as they are stored. An operator's command would refuse some of the names that a test wants to see handled,
//! and another installation may have brought them in.

use credenza::rng;
use credenza::state::State;
use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::Created;

/// Stores a user with that password, whatever the name is.
pub(crate) async fn store_user(
    state: &State,
    tenant: &TenantId,
    username: &str,
    password: &str,
    claims: StandardClaims,
) -> UserId {
    let now = state.clock.now();
    let user_id = UserId::new(rng::id(state.rng.as_ref()));
    let user = User {
        user_id: user_id.clone(),
        username: username.to_owned(),
        claims,
        attributes: Attributes::default(),
        created_at: now,
        updated_at: now,
        disabled_at: None,
        version: Version::FIRST,
        password_change_required: false,
        terms: None,
    };
    let hash = state.passwords.hash(password.to_owned()).await.unwrap();
    assert_eq!(
        state.store.users.create(tenant, user, Some(hash)).await.unwrap(),
        Created::Yes,
        "{username:?}"
    );
    user_id
}
