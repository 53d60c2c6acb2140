//! The entry point for the JVM's hot path, by JNI: a call by way of JNA costs as much as checking an HMAC thrice.
//!
//! Bytes go both ways, as the strings of JNI are of another encoding.

use jni::errors::ThrowRuntimeExAndDefault;
use jni::objects::{JByteArray, JClass};
use jni::{Env, EnvUnowned};

use crate::answer;
use crate::core::VALIDATORS;
use crate::requirement::REQUIREMENTS;

/// `dev.credenza.Jni.checkToken`: as `ValidatorCore.checkToken`, but that the usual answer is the claims alone, without
/// a copy to put anything in front of them. Every other answer begins with a zero byte, which no claims do. Null when
/// one of the numbers belongs to no object that is still in use.
#[unsafe(no_mangle)]
#[expect(
    unsafe_code,
    unreachable_pub,
    reason = "the JVM finds the function by its name; nothing else is unsafe"
)]
pub extern "system" fn Java_dev_credenza_Jni_checkToken<'caller>(
    mut env: EnvUnowned<'caller>,
    _class: JClass<'caller>,
    validator: i64,
    requirement: i64,
    token: JByteArray<'caller>,
    now: i64,
) -> JByteArray<'caller> {
    env.with_env(|env| check_token(env, validator, requirement, &token, now))
        .resolve::<ThrowRuntimeExAndDefault>()
}

fn check_token<'caller>(
    env: &mut Env<'caller>,
    validator: i64,
    requirement: i64,
    token: &JByteArray<'caller>,
    now: i64,
) -> Result<JByteArray<'caller>, jni::errors::Error> {
    let (Some(validator), Some(requirement)) = (VALIDATORS.find(validator), REQUIREMENTS.find(requirement))
    else {
        return Ok(JByteArray::null());
    };
    let token = env.convert_byte_array(token)?;
    // Bytes that are not UTF-8 are not a token: they are refused as malformed.
    let step = validator.step(&String::from_utf8_lossy(&token), &requirement, now);
    match answer::claims_alone(&step) {
        Some(claims) => env.byte_array_from_slice(claims.as_bytes()),
        None => env.byte_array_from_slice(["\0", &answer::write(&step)].concat().as_bytes()),
    }
}
