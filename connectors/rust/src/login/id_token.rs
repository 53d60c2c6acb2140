//! ID tokens, by our validator (OpenID Connect Core 3.1.3.7).

use std::time::Duration;

use credenza_validator::{Decision, Denied, IdTokenExpectations, Rule, Unverified};
use serde_json::{Map, Value};

use crate::Validator;

/// After how long keys are fetched again for an ID token by an unknown one.
const COOLDOWN: Duration = Duration::from_millis(1_100);

/// The claims of an ID token that fulfils what is expected. `at_hash` is compared where there is one: at the token
/// endpoint it may be left out (section 3.1.3.6).
pub(super) async fn check(
    validator: &Validator,
    id_token: &str,
    access_token: &str,
    mut expected: IdTokenExpectations,
) -> Result<Map<String, Value>, Box<Denied>> {
    let has_hash = Unverified::parse(id_token).is_ok_and(|token| {
        serde_json::from_slice::<Map<String, Value>>(token.payload_bytes_unverified())
            .is_ok_and(|claims| claims.contains_key("at_hash"))
    });
    expected.access_token = has_hash.then(|| access_token.to_owned());
    let mut decision = validator.check_id_token(id_token, &expected).await;
    // A key that is newer than those that were fetched a moment ago.
    if matches!(&decision, Decision::Deny(denied) if denied.rule == Rule::Kid) {
        tokio::time::sleep(COOLDOWN).await;
        decision = validator.check_id_token(id_token, &expected).await;
    }
    match decision {
        // It was parsed before, so this does not fail.
        Decision::Allow(allowed) => Ok(serde_json::from_str(allowed.claims_json()).unwrap_or_default()),
        Decision::Deny(denied) => Err(Box::new(denied)),
    }
}
