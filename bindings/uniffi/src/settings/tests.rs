//! The records name what the core reads: neither a member less, nor one more.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const DESCRIPTION: &str = include_str!("../../../validator/settings.json");

fn text() -> Option<String> {
    Some("x".to_owned())
}

fn introspection() -> IntrospectionSettings {
    IntrospectionSettings {
        client_id: "x".to_owned(),
        client_secret: "x".to_owned(),
        endpoint: text(),
        cache_seconds: Some(1),
        cache_size: Some(1),
        always: true,
        signed: true,
    }
}

fn revocations() -> RevocationSettings {
    RevocationSettings { uri: text(), interval: Some(1), max_stale: Some(1) }
}

fn claim_names() -> ClaimNames {
    ClaimNames {
        scope: text(),
        client: text(),
        tenant: text(),
        organization: text(),
        roles: text(),
        permissions: text(),
        plan: text(),
    }
}

/// Everything is set, so that every member is written. A new member does not compile until it is set here.
fn complete() -> Settings {
    Settings {
        issuer: "https://id.example".to_owned(),
        audience: vec!["api".to_owned()],
        profile: Some(Profile::Generic),
        client_ids: vec!["x".to_owned()],
        tenants: vec!["x".to_owned()],
        client_id: text(),
        algorithms: Some(vec![Algorithm::Es256]),
        secret: text(),
        secret_text: text(),
        keys_pem: text(),
        keys: Some(r#"{"keys":[]}"#.to_owned()),
        jwks_uri: text(),
        token_types: Some(vec!["at+jwt".to_owned()]),
        optional_claims: vec!["jti".to_owned()],
        leeway: Some(1),
        max_token_age: Some(1),
        max_token_bytes: Some(1),
        realm: text(),
        resource_metadata: text(),
        dpop: Some(DpopSettings {
            required: true,
            nonce: true,
            nonce_secret: text(),
            max_age: Some(1),
            algorithms: Some(vec![Algorithm::Es256]),
            replays: Some(1),
            shared_replays: true,
        }),
        introspection: Some(introspection()),
        revocations: Some(revocations()),
        cache_size: Some(1),
        key_cache: Some(KeyCacheSettings {
            refresh_after: Some(1),
            max_age: Some(1),
            cooldown: Some(1),
            max_stale: Some(1),
        }),
        decryption_keys: vec![DecryptionKey { alg: KeyManagement::EcdhEs, pem: "x".to_owned() }],
        claim_names: Some(claim_names()),
        issuers: vec![IssuerSettings {
            issuer: "https://other.example".to_owned(),
            audience: vec!["api".to_owned()],
            profile: Some(Profile::Generic),
            client_ids: vec!["x".to_owned()],
            tenants: vec!["x".to_owned()],
            client_id: text(),
            algorithms: Some(vec![Algorithm::Es256]),
            secret: text(),
            secret_text: text(),
            keys: Some(r#"{"keys":[]}"#.to_owned()),
            keys_pem: text(),
            jwks_uri: text(),
            token_types: Some(vec!["at+jwt".to_owned()]),
            optional_claims: vec!["jti".to_owned()],
            introspection: Some(introspection()),
            revocations: Some(revocations()),
            claim_names: Some(claim_names()),
        }],
        resolve_issuers: true,
        allow_http: true,
    }
}

/// The paths that a description allows, such as `dpop.max_age`.
fn described(schema: &Value, path: &str, paths: &mut BTreeSet<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        // A pinned key set is the issuer's document: its members are not settings.
        let within = [property, &property["items"]]
            .into_iter()
            .chain(property["anyOf"].as_array().into_iter().flatten());
        within.for_each(|schema| described(schema, &path, paths));
        paths.insert(path);
    }
}

/// The paths that a document has.
fn written(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        if name != "keys" {
            written(member, &path, paths);
            member.as_array().into_iter().flatten().for_each(|item| written(item, &path, paths));
        }
        paths.insert(path);
    }
}

#[test]
fn the_records_name_every_setting_of_the_core() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let (mut core, mut own) = (BTreeSet::new(), BTreeSet::new());
    described(&description["settings"], "", &mut core);
    written(&serde_json::to_value(complete()).unwrap(), "", &mut own);
    assert_eq!(own, core);
}
