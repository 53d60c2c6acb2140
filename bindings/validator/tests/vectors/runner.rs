//! Runs a case from its JSON, as every language does.
//!
//! Chart 280: The validator | access tokens, ID tokens, logout tokens, DPoP, certificates, introspection, revocation feed, encrypted tokens; over two thousand cases as data

use std::collections::HashMap;
use std::fs;

use credenza_validator::{
    Algorithm, Cause, Decision, Fetch, FetchFailure, IdTokenExpectations, JwkSet, Request, Requirement,
    Response, Settings, Step, Unverified, Validator, base64url, fetch::Method,
};
use serde_json::{Value, json};

use crate::{folder, names};

/// How many fetches a check may need.
const ROUNDS: usize = 8;

#[test]
fn every_file_runs() {
    let mut faults = Vec::new();
    let mut count = 0;
    for name in names() {
        let file: Value = serde_json::from_slice(&fs::read(folder().join(&name)).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap().iter().filter(|case| can_run(case)) {
            count += 1;
            if let Err(fault) = run(case) {
                faults.push(format!("{name}: {}\n    {fault}", case["name"]));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count} differ\n{}", faults.len(), faults.join("\n"));
}

/// A build without JWE does not read encrypted tokens, and one without aws-lc-rs verifies no ES512.
fn can_run(case: &Value) -> bool {
    let has_p521 = cfg!(feature = "aws-lc-rs");
    if case["needs"] == "es512" && !has_p521 {
        return false;
    }
    cfg!(feature = "jwe") || (case["jose"] != "decrypt" && case["settings"].get("decryption_keys").is_none())
}

/// Runs a case; an error says what differs.
fn run(case: &Value) -> Result<(), String> {
    if case.get("jose").is_some() {
        return same("outcome", &jose(case), &case["expected"]);
    }
    let validator = Settings::from_json(&case["settings"].to_string()).and_then(Validator::new);
    let Some(steps) = case["steps"].as_array() else {
        let refused = validator.err().map_or(Value::Null, |error| json!({ "settings_error": error.setting }));
        return same("settings", &refused, &case["expected"]);
    };
    let validator = validator.map_err(|error| format!("settings are refused: {error}"))?;
    let mut host =
        Host { responses: &case["responses"], asked: HashMap::new(), fetches: vec![], posts: vec![] };
    for (number, step) in steps.iter().enumerate() {
        host.fetches.clear();
        host.posts.clear();
        let mut outcome = host.decide(&validator, step)?;
        let detail = outcome.get_mut("deny").and_then(|deny| deny.as_object_mut()?.remove("detail"));
        let member = |name: &str| step.get(name).cloned().unwrap_or_else(|| json!([]));
        same("decision", &outcome, &step["expected"])
            .and_then(|()| same("fetches", &json!(host.fetches), &member("fetches")))
            .and_then(|()| {
                if step.get("posts").is_some() {
                    same("posts", &json!(host.posts), &step["posts"])
                } else {
                    Ok(())
                }
            })
            .and_then(|()| contains("detail", &detail.unwrap_or_default(), &step["detail"]))
            .map_err(|fault| format!("step {number}: {fault}"))?;
    }
    Ok(())
}

fn same(what: &str, got: &Value, expected: &Value) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}: expected {expected}\n    got {got}")) }
}

/// Whether each member that is expected is there with this value.
fn contains(what: &str, got: &Value, expected: &Value) -> Result<(), String> {
    let Some(members) = expected.as_object() else {
        return if expected.is_null() { Ok(()) } else { same(what, got, expected) };
    };
    members.iter().try_for_each(|(name, value)| contains(&format!("{what}.{name}"), &got[name], value))
}

/// Answers what a validator fetches.
struct Host<'a> {
    responses: &'a Value,
    asked: HashMap<String, usize>,
    fetches: Vec<String>,
    posts: Vec<Value>,
}

impl Host<'_> {
    fn decide(&mut self, validator: &Validator, step: &Value) -> Result<Value, String> {
        let now = step["now"].as_i64().unwrap();
        for _ in 0..ROUNDS {
            let Step { decision, fetch } = check(validator, step, now);
            if let Some(fetch) = fetch {
                self.answer(validator, &fetch, now);
            }
            if let Some(decision) = decision {
                return Ok(written(&decision));
            }
        }
        Err("no decision".to_owned())
    }

    fn answer(&mut self, validator: &Validator, fetch: &Fetch, now: i64) {
        let name = match fetch.method {
            Method::Resolve => format!("resolve:{}", fetch.url),
            Method::Remember => "remember".to_owned(),
            Method::Get | Method::Post => fetch.url.clone(),
        };
        self.fetches.push(name.clone());
        if fetch.method == Method::Post {
            let field =
                fetch.headers.iter().find(|(name, _)| name == "Authorization").map(|(_, value)| value);
            self.posts.push(json!({ "authorization": field, "body": fetch.body }));
        }
        let failure = |cause| Err(FetchFailure::new(cause, "out of reach"));
        let response = match self.response(&name) {
            Ok(response) => response,
            Err(cause) => {
                validator.fetched(fetch, failure(cause), now);
                return;
            }
        };
        let padding = usize::try_from(response["padding"].as_u64().unwrap_or_default()).unwrap();
        let body = format!("{}{}", response["body"].as_str().unwrap(), " ".repeat(padding));
        if body.len() > fetch.max_bytes {
            validator.fetched(fetch, failure(Cause::TooLarge), now);
            return;
        }
        let response = Response {
            status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
            content_type: response["content_type"].as_str(),
            cache_control: response["cache_control"].as_str(),
            body: body.as_bytes(),
        };
        validator.fetched(fetch, Ok(response), now);
    }

    /// The next answer at a URL; why there is none where the fetch fails.
    fn response(&mut self, url: &str) -> Result<Value, Cause> {
        let turn = self.asked.entry(url.to_owned()).or_default();
        let response = match &self.responses[url] {
            Value::Array(turns) => turns.get(*turn).or(turns.last()).cloned().unwrap_or_default(),
            response => response.clone(),
        };
        *turn += 1;
        if response.is_null() || response["fails"] == true {
            return Err(Cause::from_name(response["cause"].as_str().unwrap_or("other")));
        }
        Ok(response)
    }
}

fn check(validator: &Validator, step: &Value, now: i64) -> Step {
    let token = step["token"].as_str().unwrap_or_default();
    match step["check"].as_str().unwrap() {
        "id_token" => {
            let expected = step.get("expectations").map_or_else(IdTokenExpectations::default, |it| {
                IdTokenExpectations::from_json(&it.to_string()).unwrap()
            });
            validator.check_id_token(token, &expected, now)
        }
        "logout_token" => validator.check_logout_token(token, now),
        _ => {
            let requirement = step
                .get("requirement")
                .map_or_else(Requirement::default, |it| Requirement::from_json(&it.to_string()).unwrap());
            let request = &step["request"];
            let texts = |name: &str| -> Vec<&str> {
                request[name].as_array().into_iter().flatten().map(|it| it.as_str().unwrap()).collect()
            };
            let (authorization, dpop) = (texts("authorization"), texts("dpop"));
            let request = Request {
                authorization: &authorization,
                dpop: &dpop,
                method: request["method"].as_str().unwrap_or_default(),
                url: request["url"].as_str().unwrap_or_default(),
                certificate_thumbprint: request["certificate_thumbprint"].as_str(),
            };
            validator.check(&request, &requirement, now)
        }
    }
}

/// A decision in the form of the files.
fn written(decision: &Decision) -> Value {
    let mut written = match decision {
        Decision::Allow(allowed) => {
            let claims: Value = serde_json::from_str(allowed.claims_json()).unwrap();
            let mut written = json!({ "allow": claims });
            if let Some(nonce) = allowed.dpop_nonce() {
                written["dpop_nonce"] = json!(nonce);
            }
            return written;
        }
        Decision::Deny(denied) => json!({ "deny": denied }),
    };
    if let Some(members) = written["deny"].as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    written
}

fn jose(case: &Value) -> Value {
    let payload = match case["jose"].as_str().unwrap() {
        "decrypt" => decrypted(case),
        _ => verified(case),
    };
    payload.map_or_else(
        || json!({ "refused": true }),
        |payload| json!({ "payload": base64url::encode(payload) }),
    )
}

fn verified(case: &Value) -> Option<Vec<u8>> {
    let algorithms: Vec<Algorithm> = serde_json::from_value(case["algorithms"].clone()).unwrap();
    let unverified = Unverified::parse(case["token"].as_str()?).ok()?;
    let verified = match case["secret"].as_str() {
        Some(secret) => unverified.verify_with_secret(&base64url::decode(secret).ok()?, &algorithms),
        None => unverified.verify(&JwkSet::parse(case["jwks"].to_string().as_bytes()).ok()?, &algorithms),
    };
    Some(verified.ok()?.payload().to_vec())
}

#[cfg(feature = "jwe")]
fn decrypted(case: &Value) -> Option<Vec<u8>> {
    use credenza_validator::jwe::{DecryptionKey, Jwe};

    let pem = case["key"]["pem"].as_str()?;
    let body = pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body).ok()?;
    let alg = serde_json::from_value(case["key"]["alg"].clone()).ok()?;
    let key = DecryptionKey::from_pkcs8(alg, &der).unwrap();
    Some(key.decrypt(&Jwe::parse(case["token"].as_str()?).ok()?).ok()?.to_vec())
}

#[cfg(not(feature = "jwe"))]
fn decrypted(_: &Value) -> Option<Vec<u8>> {
    None
}
