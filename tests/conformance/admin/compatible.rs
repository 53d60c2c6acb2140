//! Chart 866: Breaking changes of the admin API | the document is compared with the released one; removed operations, parameters, members and words, new requirements and narrower types are found

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use credenza_tests::breaks;
use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/released").join(name)
}

/// The breaks that are meant: a line each, with the reason behind ` -- `.
fn allowed() -> BTreeSet<String> {
    let text = fs::read_to_string(file("breaks.txt")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let meant = lines.map(|line| {
        let (what, why) = line.split_once(" -- ").unwrap_or_else(|| panic!("{line}: why?"));
        assert!(why.len() > 10, "{line}: why?");
        what.to_owned()
    });
    meant.collect()
}

/// Where this fails, somebody's program would: mend it, or say in `openapi/released/breaks.txt` that it is meant, and why.
#[test]
fn the_released_document_still_holds() {
    let now = credenza::http::openapi();
    if std::env::var_os("RELEASE_OPENAPI").is_some() {
        let text = serde_json::to_string_pretty(&now).unwrap() + "\n";
        fs::create_dir_all(file("")).unwrap();
        return fs::write(file("credenza.json"), text).unwrap();
    }
    let released = fs::read_to_string(file("credenza.json")).expect("RELEASE_OPENAPI=1 writes the first one");
    let found: BTreeSet<_> = breaks(&serde_json::from_str(&released).unwrap(), &now).into_iter().collect();
    let allowed = allowed();
    let new: Vec<_> = found.difference(&allowed).collect();
    assert!(new.is_empty(), "this breaks clients of the released API: {new:#?}");
    let stale: Vec<_> = allowed.difference(&found).collect();
    assert!(stale.is_empty(), "openapi/released/breaks.txt allows what does not happen: {stale:#?}");
}

/// A document with one operation of each kind.
fn document() -> Value {
    json!({
        "paths": {
            "/things": {"get": {
                "operationId": "listThings",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 200}}],
                "security": [{"oauth2": ["things:read"]}, {"key": []}],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}},
                    },
                    "400": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
                },
            }},
            "/things/{id}": {"patch": {
                "operationId": "updateThing",
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "requestBody": {"required": false, "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/ThingPatch"}},
                }},
                "security": [{"oauth2": ["things:write"]}],
                "responses": {"204": {}},
            }},
        },
        "components": {"schemas": {
            "Things": {
                "type": "object",
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
                "required": ["items"],
            },
            "Thing": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "size": {"type": "integer", "format": "int64"},
                    "owner": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "inner": {"$ref": "#/components/schemas/Thing"},
                },
                "required": ["id"],
            },
            "ThingPatch": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "name": {"type": ["string", "null"], "maxLength": 100},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "owner": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "tags": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
                },
            },
        }},
    })
}

/// The document with another value at that place; none where it is null.
fn with(place: &str, value: Value) -> Value {
    let mut changed = document();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap_or_else(|| panic!("{place}"));
    match (parent, value) {
        (Value::Object(members), Value::Null) => drop(members.remove(&name.replace("~1", "/"))),
        (parent, value) => parent[name.replace("~1", "/").as_str()] = value,
    }
    changed
}

const LIST: &str = "/paths/~1things/get";
const PATCH: &str = "/paths/~1things~1{id}/patch";
const THING: &str = "/components/schemas/Thing";
const CHANGES: &str = "/components/schemas/ThingPatch";

#[test]
fn each_kind_of_break_is_found() {
    let sent = format!("{PATCH}/requestBody");
    let answered = format!("{LIST}/responses/200");
    for (place, value, expected) in [
        (LIST.to_owned(), Value::Null, "GET /things is gone"),
        (format!("{LIST}/operationId"), json!("allThings"), "is no longer called"),
        (format!("{LIST}/parameters"), json!([]), "the parameter limit is gone"),
        (
            format!("{LIST}/parameters"),
            json!([{"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "maximum": 200}}]),
            "the parameter limit is required",
        ),
        (
            format!("{LIST}/parameters"),
            json!([{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}]),
            "the parameter limit has the maximum 100",
        ),
        (
            format!("{PATCH}/parameters"),
            json!([
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "If-Match", "in": "header", "required": true, "schema": {"type": "string"}},
            ]),
            "the parameter If-Match is required",
        ),
        (
            format!("{LIST}/security"),
            json!([{"oauth2": ["things:read", "more"]}, {"key": []}]),
            "no longer enough",
        ),
        (format!("{LIST}/security"), json!([{"oauth2": ["things:read"]}]), "no longer enough"),
        (answered.clone(), Value::Null, "200 is no longer answered"),
        (format!("{answered}/headers"), json!({}), "no longer has the header Link"),
        (format!("{answered}/content"), json!({"text/csv": {}}), "200 is no longer application/json"),
        (format!("{LIST}/responses/400/content"), json!({}), "400 is no longer application/problem+json"),
        (format!("{PATCH}/responses/202"), json!({}), "202 is new"),
        (sent.clone(), Value::Null, "it takes no body"),
        (format!("{sent}/required"), json!(true), "a body is required"),
        (format!("{sent}/content"), json!({"text/csv": {}}), "application/json is no longer taken"),
        // What is answered.
        (format!("{THING}/properties/size"), Value::Null, "/items/[]/size is gone"),
        (format!("{THING}/required"), json!([]), "/items/[]/id may be missing"),
        (
            format!("{THING}/properties/id/type"),
            json!(["string", "null"]),
            "/items/[]/id is {\"null\", \"string\"}",
        ),
        (format!("{THING}/properties/size/format"), json!("int32"), "/items/[]/size has the format"),
        (format!("{THING}/properties/kind/enum"), json!(["a"]), "/items/[]/kind is never \"b\""),
        (format!("{THING}/properties/kind/enum"), json!(["a", "b", "c"]), "/items/[]/kind may be \"c\""),
        (format!("{THING}/properties/kind/enum"), Value::Null, "/items/[]/kind may be any word"),
        (
            format!("{THING}/properties/owner/anyOf"),
            json!([{"type": "string"}, {"type": "integer"}]),
            "/items/[]/owner has other alternatives",
        ),
        // What is sent.
        (format!("{CHANGES}/properties/name"), Value::Null, "the body/name is gone"),
        (format!("{CHANGES}/required"), json!(["name"]), "the body/name is required"),
        (format!("{CHANGES}/properties/name/type"), json!("string"), "the body/name is {\"string\"}"),
        (format!("{CHANGES}/properties/name/maxLength"), json!(50), "the body/name has the maxLength 50"),
        (format!("{CHANGES}/properties/name/minLength"), json!(1), "the body/name has the minLength 1"),
        (format!("{CHANGES}/properties/name/pattern"), json!("^a$"), "the body/name has the pattern"),
        (format!("{CHANGES}/properties/name/enum"), json!(["a"]), "the body/name may be some words alone"),
        (format!("{CHANGES}/properties/kind/enum"), json!(["b"]), "the body/kind is never \"a\""),
        (
            format!("{CHANGES}/properties/owner/anyOf"),
            json!([{"type": "string"}]),
            "the body/owner has other alternatives",
        ),
        (
            format!("{CHANGES}/properties/tags/additionalProperties/type"),
            json!("string"),
            "the body/tags/* is {\"string\"}",
        ),
    ] {
        let found = breaks(&document(), &with(&place, value.clone()));
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{place} {value}: {found:?}, not {expected:?}"
        );
        assert_eq!(found.len(), 1, "{place} {value}: {found:?}");
    }
}

#[test]
fn what_is_added_breaks_nothing() {
    assert_eq!(breaks(&document(), &document()), [""; 0]);
    let parameter = json!({"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 500}});
    for (place, value) in [
        ("/paths/~1others".to_owned(), json!({"get": {"operationId": "listOthers"}})),
        ("/paths/~1things/post".to_owned(), json!({"operationId": "createThing"})),
        (format!("{LIST}/parameters"), json!([parameter, {"name": "kind", "in": "query", "schema": {}}])),
        (format!("{LIST}/security"), json!([{"oauth2": []}, {"key": []}])),
        (format!("{LIST}/responses/409"), json!({})),
        (format!("{LIST}/responses/200/headers/ETag"), json!({})),
        (format!("{THING}/properties/more"), json!({"type": "string"})),
        (format!("{THING}/required"), json!(["id", "kind"])),
        (format!("{THING}/properties/owner/anyOf"), json!([{"type": "string"}])),
        (format!("{CHANGES}/properties/more"), json!({"type": "string"})),
        (format!("{CHANGES}/properties/name/maxLength"), json!(200)),
        (format!("{CHANGES}/properties/kind/enum"), json!(["a", "b", "c"])),
        (
            format!("{CHANGES}/properties/owner/anyOf"),
            json!([{"type": "string"}, {"type": "null"}, {"type": "integer"}]),
        ),
        (format!("{CHANGES}/additionalProperties"), json!(true)),
    ] {
        assert_eq!(breaks(&document(), &with(&place, value.clone())), [""; 0], "{place} {value}");
    }
}

/// An answer or a parameter that becomes a component, or is one no longer, is the same; one that is gone from there is gone.
#[test]
fn where_something_is_said_is_no_matter() {
    let mut shared = document();
    let operation = shared.pointer_mut(LIST).unwrap();
    let parameter = operation["parameters"][0].take();
    let answer = operation["responses"]["400"].take();
    operation["parameters"][0] = json!({"$ref": "#/components/parameters/Limit"});
    operation["responses"]["400"] = json!({"$ref": "#/components/responses/Refused"});
    shared["components"]["parameters"] = json!({"Limit": parameter});
    shared["components"]["responses"] = json!({"Refused": answer});
    assert_eq!(breaks(&document(), &shared), [""; 0]);
    assert_eq!(breaks(&shared, &document()), [""; 0]);

    shared["components"]["responses"]["Refused"]["content"] = json!({});
    shared["components"]["parameters"]["Limit"]["required"] = true.into();
    let found = breaks(&document(), &shared).join("; ");
    assert!(found.contains("400 is no longer application/problem+json"), "{found}");
    assert!(found.contains("the parameter limit is required"), "{found}");
}
