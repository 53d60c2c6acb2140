//! The settings as a list, read off the JSON schema of the document.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

use super::document::Document;
use super::name;

/// One setting, as the schema describes it.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) form: Form,
    pub(super) default: Option<Value>,
    /// What it means, on one line.
    pub(super) description: String,
    /// Whether it is a secret: never shown, and possibly given by a file that a variable `…_FILE` names.
    pub(super) is_secret: bool,
}

/// The form of a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Boolean,
    Number { least: u64, most: u64 },
    Choice(Vec<String>),
    List,
    Text,
}

/// Settings by their paths.
pub(super) type Catalogue = BTreeMap<String, Setting>;

/// The JSON schema of the configuration file.
#[must_use]
pub fn schema() -> Schema {
    schema_of::<Document>()
}

/// Every setting of the provider.
pub(super) fn settings() -> Catalogue {
    catalogue(&schema())
}

/// Whether a setting is a secret.
pub(super) fn is_secret(setting: &str) -> bool {
    settings().get(setting).is_some_and(|setting| setting.is_secret)
}

/// A schema without references, which is simple to walk.
pub(super) fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>()
}

/// The settings that a schema describes.
pub(super) fn catalogue(schema: &Schema) -> Catalogue {
    let mut catalogue = Catalogue::new();
    if let Some(document) = schema.as_object() {
        add(&mut catalogue, "", document);
    }
    catalogue
}

fn add(catalogue: &mut Catalogue, section: &str, schema: &Map<String, Value>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (key, value) in properties.into_iter().flatten() {
        let Some(property) = value.as_object() else { continue };
        let path = name::within(section, key);
        if property.contains_key("properties") {
            add(catalogue, &path, property);
        } else {
            catalogue.insert(path, Setting::of(property));
        }
    }
}

impl Setting {
    fn of(property: &Map<String, Value>) -> Self {
        let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
        Self {
            form: Form::of(property),
            default: property.get("default").filter(|default| !default.is_null()).cloned(),
            description: description.split_whitespace().collect::<Vec<_>>().join(" "),
            is_secret: property.get("writeOnly") == Some(&Value::Bool(true)),
        }
    }
}

impl Form {
    fn of(property: &Map<String, Value>) -> Self {
        let choices = choices(property);
        let bound = |name| property.get(name).and_then(Value::as_u64);
        match property.get("type").and_then(Value::as_str) {
            _ if !choices.is_empty() => Self::Choice(choices),
            Some("boolean") => Self::Boolean,
            Some("integer") => Self::Number {
                least: bound("minimum").unwrap_or(0),
                most: bound("maximum").unwrap_or(u64::MAX),
            },
            Some("array") => Self::List,
            _ => Self::Text,
        }
    }
}

/// The words of an enumeration: `enum`, or `oneOf` where each has a description.
fn choices(property: &Map<String, Value>) -> Vec<String> {
    let list = |name| property.get(name).and_then(Value::as_array).into_iter().flatten();
    let described = list("oneOf").filter_map(|choice| choice.get("const"));
    list("enum").chain(described).filter_map(Value::as_str).map(str::to_owned).collect()
}
