//! Chart 867: The examples of the OpenAPI document | every one that can be is sent, carried out, and answered as it says

use credenza_protocol::admin_roles::everything;
use credenza_tests::described::{Described, Things, resolve};
use credenza_tests::{Administrator, Provider, Response};
use serde_json::Value;

/// Operations whose example cannot be carried out by itself, and why.
const NOT_BY_THEMSELVES: &[(&str, &str)] = &[
    ("grantUserRole", "the client of the example declares no roles"),
    ("revokeUserRole", "the client of the example declares no roles"),
    ("grantGroupRole", "the client of the example declares no roles"),
    ("revokeGroupRole", "the client of the example declares no roles"),
    ("approveUser", "the user of the example waits for no decision"),
    ("rejectUser", "the user of the example waits for no decision"),
    ("getUserDeletion", "the user of the example is not to be deleted"),
    ("keepUser", "the user of the example is not to be deleted"),
    ("createResourceSecret", "the client of the example serves no resource"),
    ("expireResourceSecret", "there is no secret without a resource"),
];

/// The order of calls: what takes away comes last, what is deepest first.
fn rank(one: &Described) -> (u8, usize) {
    let depth = usize::MAX - one.path.matches('/').count();
    match one.method.as_str() {
        "GET" => (0, depth),
        "DELETE" => (3, depth),
        _ if one.path.ends_with("/disable") => (2, depth),
        _ => (1, depth),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_is_carried_out_and_answered_as_described() {
    let op = Provider::builder().keeping_events().webhooks().mailing().start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (all, document) = Described::all(&op).await;
    let (things, made) = Things::make(&op, &who, &all).await;
    let of_id = |id: &str| all.iter().find(|one| one.id == id).unwrap();
    for (id, answer) in &made {
        assert_described(&document, of_id(id), answer);
    }
    assert!(made.len() >= 5, "{}", made.len());
    let things = things.with("role", "auditor");
    let mut others: Vec<_> = all.iter().filter(|one| made.iter().all(|(id, _)| *id != one.id)).collect();
    others.sort_by_key(|one| rank(one));
    let mut called = vec![];
    for one in others {
        let is_excused = NOT_BY_THEMSELVES.iter().any(|(id, _)| *id == one.id);
        let Some(path) = things.fill(&one.path).filter(|_| !is_excused && one.answers_json()) else {
            continue;
        };
        let answer = one.call(&op, &who, &path).await;
        // What belongs to another thing than the one that was made last is not there.
        if answer.status == 404 && path.matches('/').count() > 3 {
            continue;
        }
        assert_described(&document, one, &answer);
        called.push(one.id.as_str());
    }
    assert!(called.len() >= 20, "{called:?}");
    for id in ["listUsers", "updateUser", "setUserPassword", "updateClient", "updateTenant", "deleteUser"] {
        assert!(called.contains(&id), "{id}: {called:?}");
    }
}

fn assert_described(document: &Value, one: &Described, answer: &Response) {
    let what = format!("{}: {} {}", one.id, answer.status, answer.text());
    assert_eq!(answer.status.as_u16(), one.success, "{what}");
    let described = &one.whole["responses"][answer.status.as_str()];
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let is_required = resolve(document, header)["required"] == true;
        assert!(!is_required || answer.headers.contains_key(name.as_str()), "{what}: {name}");
    }
    match described["content"].as_object().and_then(|content| content.iter().next()) {
        None => assert!(answer.body.is_empty(), "{what}"),
        Some((media, content)) => {
            let sent = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
            assert_eq!(sent, *media, "{what}");
            if media == "application/json" {
                assert_fits(document, &content["schema"], &answer.json(), &one.id);
                assert_fits(
                    document,
                    &content["schema"],
                    &content["example"],
                    &format!("{} example", one.id),
                );
            }
        }
    }
}

/// What is said of members with a language tag.
fn tagged<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let (before, _) = name.split_once('#')?;
    let patterns = schema["patternProperties"].as_object()?.iter();
    let mut known = patterns.filter(|(pattern, _)| pattern.starts_with(&format!("^{before}#")));
    known.next().map(|(_, described)| described)
}

/// Every member is described, and those that must be there are.
fn assert_fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = resolve(document, schema);
    match value {
        Value::Object(members) if schema["properties"].is_object() => {
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(members.contains_key(name.as_str().unwrap()), "{place}: {name} is missing");
            }
            for (name, member) in members {
                match schema["properties"].get(name).or_else(|| tagged(schema, name)) {
                    Some(described) => assert_fits(document, described, member, &format!("{place}/{name}")),
                    None => assert!(
                        !schema["additionalProperties"].is_null() && schema["additionalProperties"] != false,
                        "{place}: {name} is not described"
                    ),
                }
            }
        }
        Value::Array(items) => {
            items
                .iter()
                .for_each(|item| assert_fits(document, &schema["items"], item, &format!("{place}/[]")));
        }
        _ => {}
    }
}
