//! Any text as a token: of a request, an ID token, a logout token. Nothing passes, as nothing has a signature.
#![no_main]

use std::sync::LazyLock;

use credenza_fuzz::{NOW, bearer, jwk, validator};
use credenza_validator::{IdTokenExpectations, Validator};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| validator(json!({ "client_id": "client", "keys": { "keys": [jwk()] } })));

fuzz_target!(|token: &str| {
    assert!(bearer(&VALIDATOR, token).is_none());
    for step in [
        VALIDATOR.check_id_token(token, &IdTokenExpectations::default(), NOW),
        VALIDATOR.check_logout_token(token, NOW),
    ] {
        assert!(step.decision.expect("nothing is fetched").denied().is_some());
    }
});
