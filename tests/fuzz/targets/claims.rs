//! Header and payload, a line break between, under a valid MAC: whatever passes fulfils the invariants.
#![no_main]

use std::sync::LazyLock;

use credenza_fuzz::{assert_sound, bearer, mac, secret, validator};
use credenza_validator::Validator;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(json!({ "secret": secret() })));

fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, payload) = data.split_at(at);
    let payload = payload.get(1..).unwrap_or_default();
    if let Some(claims) = bearer(&VALIDATOR, &mac(header, payload)) {
        assert_sound(&claims);
        let header: serde_json::Value = serde_json::from_slice(header).expect("JSON");
        assert_eq!(header["alg"], "HS256");
        assert!(header.get("crit").is_none() && header.get("b64").is_none());
    }
});
