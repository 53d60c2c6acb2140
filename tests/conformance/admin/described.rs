//! Chart 830: OpenAPI 3.1 | written from the types and the routes, and committed as openapi/credenza.json

use std::fs;
use std::path::{Path, PathBuf};

use credenza_protocol::admin_roles::everything;
use credenza_tests::described::written_out;
use credenza_tests::{Administrator, Provider, Request};
use serde_json::Value;

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/credenza.json")
}

#[test]
fn the_committed_document_is_that_of_the_routes() {
    let text = serde_json::to_string_pretty(&credenza::http::openapi()).unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::create_dir_all(committed().parent().unwrap()).unwrap();
        fs::write(committed(), text).unwrap();
        return;
    }
    let known = fs::read_to_string(committed()).unwrap_or_default();
    assert!(
        known == text,
        "openapi/credenza.json is out of date: UPDATE_OPENAPI=1 cargo test -p credenza-tests --test conformance \
         the_committed_document"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_serves_it_with_its_own_addresses() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for (path, issuer) in [("", op.issuer.clone()), ("/t/acme", format!("{}/t/acme", op.issuer))] {
        let served = Request::get(op.at(&format!("{path}/admin/v1/openapi.json"))).send().await;
        assert_eq!(served.header("content-type"), "application/json");
        let document = served.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], issuer);
        let token =
            &document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["tokenUrl"];
        assert_eq!(*token, format!("{issuer}/token"));
    }
    assert_eq!(Request::get(op.at("/t/nobody/admin/v1/openapi.json")).send().await.status, 404);
}

/// What is described of answers is what they are: their members are those of the schema, and the ones that must be there
/// are.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_they_are_described() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    op.user("ada").await;
    let document = written_out(&Request::get(op.at("/admin/v1/openapi.json")).send().await.json());
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/admin/v1").filter(|path| !path.contains('{')) else { continue };
        let Some(operation) = methods.get("get") else { continue };
        let answer = who.get(&op, path).await;
        let described = &operation["responses"][answer.status.as_str()];
        let content = &described["content"]["application/json"];
        // Exports are lines, and have tests of their own.
        if content.is_null() {
            continue;
        }
        for value in [&answer.json(), &content["example"]] {
            check(&document, &content["schema"], value, path);
        }
        assert_eq!(described["headers"].get("ETag").is_some(), answer.headers.contains_key("etag"), "{path}");
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema =
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
        return check(document, schema, value, place);
    }
    match value {
        Value::Object(members) if schema["properties"].is_object() => {
            for (name, member) in members {
                let described = schema["properties"].get(name);
                let described = described.unwrap_or_else(|| panic!("{place}: {name} is not described"));
                check(document, described, member, &format!("{place}/{name}"));
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| check(document, &schema["items"], item, &format!("{place}/[]")));
        }
        _ => {}
    }
}
