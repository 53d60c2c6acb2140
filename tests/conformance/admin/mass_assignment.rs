//! Chart 865: Mass assignment (A104) | every body of the admin API, at every depth: members that its schema does not have and those that are read alone are refused, and nothing is changed

use credenza_protocol::admin_roles::everything;
use credenza_tests::described::{Described, Things, resolve};
use credenza_tests::{Administrator, Provider};
use serde_json::{Map, Value, json};

/// Names that somebody might try: what records hold besides, and what other systems call power.
const GREEDY: [&str; 14] = [
    "version",
    "created_at",
    "updated_at",
    "disabled_at",
    "tenant_id",
    "tenant",
    "secret_hash",
    "password_hash",
    "role",
    "roles",
    "installation",
    "is_admin",
    "owner",
    "__proto__",
];

/// The objects of a schema that take known members alone, by their JSON pointers, with a body that has each.
fn objects(document: &Value, schema: &Value, place: &str, depth: u32, found: &mut Vec<(String, Value)>) {
    let schema = resolve(document, schema);
    let Some(depth) = depth.checked_sub(1) else { return };
    for choice in schema["anyOf"].as_array().into_iter().flatten() {
        objects(document, choice, place, depth, found);
    }
    if schema["additionalProperties"] == false {
        found.push((place.to_owned(), schema.clone()));
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        objects(document, member, &format!("{place}/{name}"), depth, found);
    }
    if schema["items"].is_object() {
        objects(document, &schema["items"], &format!("{place}/0"), depth, found);
    }
}

/// The example with this member in the object at that place, which is made where the example has none.
fn with(example: &Value, place: &str, name: &str) -> Value {
    let mut body = example.clone();
    let mut at = &mut body;
    for part in place.split('/').skip(1) {
        at = match part.parse::<usize>() {
            Ok(_) => {
                if at.as_array().is_none_or(Vec::is_empty) {
                    *at = json!([{}]);
                }
                &mut at[0]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                &mut at[part]
            }
        };
    }
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    at[name] = json!(true);
    body
}

/// What is shown at that path; where nothing is, each answer is a problem with a support code of its own.
async fn shown(op: &Provider, who: &Administrator, path: &str) -> (u16, Value) {
    let answer = who.get(op, path).await;
    let status = answer.status.as_u16();
    (status, if status == 200 { answer.json() } else { Value::Null })
}

#[tokio::test(flavor = "multi_thread")]
async fn a104_no_object_of_a_body_takes_a_member_that_its_schema_does_not_have() {
    let op = Provider::builder().keeping_events().webhooks().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (all, document) = Described::all(&op).await;
    let (things, _) = Things::make(&op, &who, &all).await;
    let (mut seen, mut deep) = (0, 0);
    for one in all.iter().filter(|one| one.takes_json()) {
        assert_eq!(one.schema["additionalProperties"], false, "{}", one.id);
        let mut places = vec![];
        objects(&document, &one.schema, "", 8, &mut places);
        let Some(path) = things.fill(&one.path) else { continue };
        let before = shown(&op, &who, &path).await;
        for (place, schema) in &places {
            for greedy in GREEDY.into_iter().filter(|greedy| schema["properties"].get(greedy).is_none()) {
                let body = with(&one.example, place, greedy);
                let answer = one.request(&op, &who, &path, body.to_string()).send().await;
                let what = format!("{} {place} {greedy}: {}", one.id, answer.text());
                assert_eq!(answer.status, 422, "{what}");
                answer.assert_problem(422, "invalid-values");
                seen += 1;
                deep += usize::from(!place.is_empty());
            }
        }
        let after = shown(&op, &who, &path).await;
        assert_eq!(before, after, "{}: nothing is changed", one.id);
    }
    assert!(seen > 300 && deep > 150, "{seen}, {deep} of them inside");
}

/// What an answer shows and a change cannot: the id, the times, the version.
#[tokio::test(flavor = "multi_thread")]
async fn a104_what_is_read_alone_cannot_be_written() {
    let op = Provider::builder().keeping_events().webhooks().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (all, document) = Described::all(&op).await;
    let (things, _) = Things::make(&op, &who, &all).await;
    let mut seen = 0;
    for one in all.iter().filter(|one| one.takes_json()) {
        let Some(path) = things.fill(&one.path) else { continue };
        let answer = &one.whole["responses"][one.success.to_string().as_str()]["content"]["application/json"];
        let shown = resolve(&document, &answer["schema"])["properties"].as_object();
        let readable = shown.into_iter().flatten().map(|(name, _)| name.as_str());
        for name in readable.filter(|name| one.schema["properties"].get(name).is_none()) {
            let mut body = one.example.clone();
            // The value that was read, and another one.
            let values = [answer["example"][name].clone(), json!("another")];
            // In a change, null takes away what is not there.
            for value in values.into_iter().filter(|value| !value.is_null()) {
                body[name] = value;
                let refused = one.request(&op, &who, &path, body.to_string()).send().await;
                assert_eq!(refused.status, 422, "{} {name}: {}", one.id, refused.text());
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

/// A member that is misspelt is not taken away: the caller is told, at every depth.
#[tokio::test(flavor = "multi_thread")]
async fn a104_null_takes_away_nothing_that_cannot_be_there() {
    let op = Provider::builder().keeping_events().webhooks().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (all, document) = Described::all(&op).await;
    let (things, _) = Things::make(&op, &who, &all).await;
    let mut seen = 0;
    for one in all.iter().filter(|one| one.media.as_deref() == Some("application/merge-patch+json")) {
        let Some(path) = things.fill(&one.path) else { continue };
        let mut places = vec![];
        objects(&document, &one.schema, "", 8, &mut places);
        // Lists are replaced as a whole, and have no members that could be taken away.
        for (place, _) in places.iter().filter(|(place, _)| !place.split('/').any(|part| part == "0")) {
            let mut body = with(&json!({}), place, "nmae");
            *body.pointer_mut(&format!("{place}/nmae")).unwrap() = Value::Null;
            let answer = one.request(&op, &who, &path, body.to_string()).send().await;
            answer.assert_problem(422, "invalid-values");
            assert_eq!(answer.json()["errors"][0]["pointer"], format!("{place}/nmae"), "{}", one.id);
            seen += 1;
        }
        // A positive control: nothing changes nothing.
        let control = one.request(&op, &who, &path, "{}").send().await;
        assert_eq!(control.status, 200, "{}: {}", one.id, control.text());
    }
    assert!(seen >= 8, "{seen}");
}
