use std::collections::BTreeSet;

use super::*;
use crate::http::admin::{document, table};

#[test]
fn every_operation_is_described_whole_and_has_a_name_of_its_own() {
    let mut seen = BTreeSet::new();
    for operation in table::operations() {
        let id = operation.id;
        assert!(seen.insert(id), "{id}");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert!(table::TAGS.iter().any(|(tag, _)| *tag == operation.tag), "{id}: {}", operation.tag);
        assert!(!operation.summary.ends_with('.'), "{id}");
        let examples = operation.request.iter().map(|body| body.example);
        let answers = operation.response.schema.is_some().then_some(operation.response.example);
        for text in examples.chain(answers) {
            assert!(serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object()), "{id}: {text}");
        }
        if operation.place == Place::Account {
            assert_eq!(operation.scope, ACCOUNT, "{id}");
            assert!(operation.path == "/me" || operation.path.starts_with("/me/"), "{id}");
            continue;
        }
        assert!(TABLE.iter().any(|entry| entry.scope == operation.scope), "{id}: {}", operation.scope);
        let writes = !matches!(operation.method.as_str(), "get");
        // Whoever may see each user need not be one who may take them all away.
        let reads = [":read", ":export", ":password_hashes"].iter().any(|end| operation.scope.ends_with(end));
        assert_eq!(writes, !reads, "{id}: {}", operation.scope);
        if operation.place == Place::Installation {
            let is_for_it =
                TABLE.iter().any(|entry| entry.scope == operation.scope && entry.needs_installation);
            assert!(is_for_it, "{id}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_no_name_is_one_that_sdks_need() {
    let document = document();
    let text = document.to_string();
    let components = document["components"].as_object().unwrap();
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("\"$ref\":\"") {
        let target = text[at + 8..].split('"').next().unwrap();
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        used.insert(target.to_owned());
    }
    // Generators that make types of components have one name for each, whatever section it is from.
    let mut names = BTreeSet::new();
    for section in ["schemas", "responses", "parameters"] {
        for name in components[section].as_object().unwrap().keys() {
            assert!(names.insert(name), "{name} stands in two sections");
        }
    }
    for section in ["responses", "parameters", "headers", "examples"] {
        for name in components[section].as_object().unwrap().keys() {
            let target = format!("#/components/{section}/{name}");
            assert!(used.contains(&target), "nothing refers to {target}");
        }
    }
    let schemas = components["schemas"].as_object().unwrap();
    for reserved in ["Client", "Error", "Response", "Request"] {
        assert!(!schemas.contains_key(reserved), "{reserved}");
    }
    assert!(!text.contains("$defs"), "every schema is a component");
}

#[test]
fn a_patch_needs_nothing_and_may_take_everything_away() {
    let document = document();
    let patch = &document["components"]["schemas"]["OAuthClientPatch"];
    assert!(patch.get("required").is_none());
    assert_eq!(patch["additionalProperties"], false);
    assert!(patch["properties"].get("client_id").is_none());
    assert_eq!(patch["properties"]["client_name"]["type"], json!(["string", "null"]));
    let new = &document["components"]["schemas"]["NewOAuthClient"];
    assert_eq!(new["properties"]["client_name"]["type"], "string");
}

#[test]
fn every_type_of_event_is_described_as_it_is_sent() {
    let document = document();
    let webhooks = document["webhooks"].as_object().unwrap();
    let mut types: Vec<_> = credenza_protocol::event::examples::types().to_vec();
    types.sort_unstable();
    assert_eq!(webhooks.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(), types);
    for (kind, webhook) in webhooks {
        let content = &webhook["post"]["requestBody"]["content"]["application/json"];
        assert_eq!(content["example"]["type"], **kind);
        let name = content["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["allOf"][0]["$ref"], "#/components/schemas/EventEnvelope", "{name}");
        assert_eq!(schema["allOf"][1]["properties"]["type"]["const"], **kind, "{name}");
        assert!(schema["allOf"][1]["properties"]["data"].is_object(), "{name}");
    }
}

/// Most operations have the same refusals: written out at each, they would be two thirds of the document.
#[test]
fn what_several_operations_answer_is_said_once() {
    let document = document();
    let mut seen = BTreeSet::new();
    walk("", &document["paths"], &mut |place, value| {
        let is_answer = place.split('/').nth_back(1) == Some("responses");
        if is_answer && value["$ref"].is_null() {
            assert!(value["content"]["application/problem+json"].is_null(), "{place} is written out");
            seen.insert(value.to_string());
        }
    });
    let whole = serde_json::to_string_pretty(&document).unwrap();
    assert!(seen.len() > 50, "{}", seen.len());
    let operations = super::super::table::operations().count();
    assert!(whole.len() < operations * 8000, "{} bytes for {operations} operations", whole.len());
}

/// Every value of the document, with its place.
fn walk<'a>(place: &str, value: &'a Value, see: &mut impl FnMut(&str, &'a Value)) {
    see(place, value);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| walk(&format!("{place}/{name}"), member, see));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(&format!("{place}/[]"), item, see)),
        _ => {}
    }
}

#[test]
fn schemas_have_the_shape_that_generators_read() {
    let document = document();
    walk("", &document["components"]["schemas"], &mut |place, value| {
        if let Some(choices) = value["oneOf"].as_array() {
            assert!(!choices.iter().all(|choice| choice["const"].is_string()), "{place} is an enumeration");
        }
        if let (Some(format), "integer") =
            (value["format"].as_str(), value["type"].as_str().unwrap_or_default())
        {
            assert!(["int32", "int64"].contains(&format), "{place}: {format}");
        }
        if let (Some(text), true) = (value.as_str(), place.ends_with("/description")) {
            assert!(
                !text.contains("[`") && !text.contains("::") && !text.contains("`None`"),
                "{place}: {text}"
            );
        }
    });
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["ConsentPolicy"]["enum"], json!(["required", "implicit"]));
    // The same words are the same schema wherever they are sent.
    let policy = &schemas["NewOAuthClient"]["properties"]["consent"];
    assert_eq!(policy["$ref"], "#/components/schemas/ConsentPolicy");
    let changed = &schemas["OAuthClientPatch"]["properties"]["consent"];
    assert_eq!(changed["anyOf"], json!([{"$ref": "#/components/schemas/ConsentPolicy"}, {"type": "null"}]));
}

#[test]
fn examples_of_answers_are_whole() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut seen = 0;
    walk("", &document["paths"], &mut |place, value| {
        if !place.contains("/responses/") || value["schema"].is_null() || value["example"].is_null() {
            return;
        }
        let name = value["schema"]["$ref"].as_str().and_then(|target| target.rsplit('/').next());
        let schema = name.map_or(&value["schema"], |name| &schemas[name]);
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            assert!(value["example"].get(name).is_some(), "{place}: {name} is missing");
        }
        seen += 1;
    });
    assert!(seen > 50, "{seen}");
}
