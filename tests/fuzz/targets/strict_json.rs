//! Strict JSON compared with serde_json: it accepts no more, reads the same values, and refuses only with a reason.
#![no_main]

use credenza_validator::JsonError;
use credenza_validator::strict_json::{MAX_DEPTH, from_slice, object_from_slice};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// How deep brackets nest outside of texts.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'[' | b'{') => depth += 1,
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fuzz_target!(|data: &[u8]| {
    let usual = serde_json::from_slice::<Value>(data);
    match from_slice::<Value>(data) {
        Ok(value) => {
            assert_eq!(Some(&value), usual.as_ref().ok());
            assert!(depth(data) <= MAX_DEPTH as usize);
            assert_eq!(object_from_slice::<Value>(data).is_ok(), value.is_object());
        }
        Err(JsonError::Syntax { .. }) => assert!(usual.is_err()),
        Err(JsonError::TooDeep) => assert!(depth(data) > MAX_DEPTH as usize),
        Err(JsonError::Duplicate) => assert!(data.iter().filter(|byte| **byte == b':').count() >= 2),
        Err(JsonError::Shape { .. }) => panic!("every JSON text fits a value"),
    }
});
