//! Hashes that are exported as JSON, as the text that is stored of them: those of Keycloak and of Firebase.

use serde::Deserialize;
use serde_json::Value;

/// What Keycloak keeps of a password, `credentialData` and `secretData` together.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keycloak {
    algorithm: String,
    hash_iterations: u32,
    salt: String,
    value: String,
    #[serde(default)]
    additional_parameters: Value,
}

/// What Firebase exports of a person, with the parameters of the project.
#[derive(Deserialize)]
struct Firebase {
    #[serde(alias = "passwordHash")]
    hash: String,
    salt: String,
    #[serde(alias = "base64_signer_key")]
    signer_key: String,
    #[serde(alias = "base64_salt_separator")]
    salt_separator: String,
    rounds: u32,
    mem_cost: u32,
}

/// The text of a hash: a string as it is, or what Keycloak and Firebase export. `None` if it is neither.
#[must_use]
pub fn text_of(hash: &Value) -> Option<String> {
    if let Value::String(text) = hash {
        return Some(text.clone());
    }
    if let Ok(firebase) = Firebase::deserialize(hash) {
        let Firebase { hash, salt, signer_key, salt_separator, rounds, mem_cost } = firebase;
        return Some(format!(
            "$firebase-scrypt$ln={mem_cost},r={rounds}${salt}${salt_separator}${signer_key}${hash}"
        ));
    }
    let Keycloak { algorithm, hash_iterations, salt, value, additional_parameters } =
        Keycloak::deserialize(hash).ok()?;
    if algorithm != "argon2" {
        let algorithm = if algorithm == "pbkdf2" { "pbkdf2-sha1" } else { &algorithm };
        return Some(format!("${algorithm}$i={hash_iterations}${salt}${value}"));
    }
    // Each parameter is a list of one text.
    let parameter = |name: &str| Some(additional_parameters.get(name)?.get(0)?.as_str()?.to_owned());
    let (kind, memory, lanes) = (parameter("type")?, parameter("memory")?, parameter("parallelism")?);
    let version = match parameter("version")?.as_str() {
        "1.3" => 19,
        "1.0" => 16,
        _ => return None,
    };
    let (salt, value) = (salt.trim_end_matches('='), value.trim_end_matches('='));
    Some(format!("$argon2{kind}$v={version}$m={memory},t={hash_iterations},p={lanes}${salt}${value}"))
}
