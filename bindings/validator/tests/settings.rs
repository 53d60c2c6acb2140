//! The description of all settings, `settings.json`, against which every binding checks the names that it knows.
//!
//! `UPDATE_SETTINGS=1 cargo test -p credenza-validator --features schemars --test settings` writes it anew.
#![cfg(test)]

use credenza_validator::{IdTokenExpectations, Requirement, Settings};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// Without references, so that every language can walk it without a library.
fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>()
}

fn described() -> Value {
    json!({
        "settings": schema::<Settings>(),
        "requirement": schema::<Requirement>(),
        "id_token_expectations": schema::<IdTokenExpectations>(),
    })
}

#[test]
fn the_description_is_what_the_library_reads() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/settings.json");
    let made = serde_json::to_string_pretty(&described()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SETTINGS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), made, "write it anew with UPDATE_SETTINGS=1");
}

#[test]
fn every_setting_is_described_and_nothing_else_is_read() {
    fn walk(path: &str, schema: &Value) {
        let Some(properties) = schema["properties"].as_object() else { return };
        assert_eq!(schema["additionalProperties"], false, "{path}");
        for (name, property) in properties {
            let path = format!("{path}.{name}");
            assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{path}");
            walk(&path, property);
            walk(&path, &property["items"]);
            property["anyOf"].as_array().into_iter().flatten().for_each(|one| walk(&path, one));
        }
    }
    for (name, schema) in described().as_object().unwrap() {
        walk(name, schema);
    }
}
