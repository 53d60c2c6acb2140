//! Reads the document, for the page that shows it.

use serde_json::{Map, Value};

use super::{curl, whole};
use crate::pages::reference::{
    AnswerEntry, BodyEntry, Group, Kind, OperationEntry, Prose, Row, Rows, SchemaEntry,
};

/// A text of the document.
pub(super) fn prose(text: Option<&Value>) -> Prose {
    Prose::read(text.and_then(Value::as_str).unwrap_or_default())
}

/// The operations, by what they are about.
pub(super) fn groups(document: &Value) -> Vec<Group> {
    let paths = whole::paths(document);
    let group = |tag: &Value| {
        let name = text(tag, "name");
        Group {
            name: name.to_owned(),
            anchor: name.replace(' ', "-"),
            about: prose(tag.get("description")),
            operations: operations(&paths, name),
        }
    };
    list(document.get("tags")).map(group).collect()
}

/// The schemas that have a name.
pub(super) fn schemas(document: &Value) -> Vec<SchemaEntry> {
    let entry = |(name, schema): (&String, &Value)| SchemaEntry {
        name: name.clone(),
        about: prose(schema.get("description")),
        kind: kind(schema),
        rows: members(schema),
    };
    object(document.pointer("/components/schemas")).map(entry).collect()
}

fn operations(paths: &Map<String, Value>, tag: &str) -> Vec<OperationEntry> {
    let mut found = vec![];
    for (path, methods) in paths {
        for (method, operation) in object(Some(methods)) {
            if list(operation.get("tags")).any(|of| of == tag) {
                found.push(read(path, method, operation));
            }
        }
    }
    found
}

fn read(path: &str, method: &str, operation: &Value) -> OperationEntry {
    let scopes =
        list(operation.get("security")).filter_map(|way| way.get("oauth2").or_else(|| way.get("account")));
    let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
    let answers = object(operation.get("responses"));
    OperationEntry {
        id: text(operation, "operationId").to_owned(),
        method: method.to_ascii_uppercase(),
        is_get: method == "get",
        path: path.to_owned(),
        summary: text(operation, "summary").to_owned(),
        about: prose(operation.get("description")),
        scopes: scopes
            .flat_map(|scopes| list(Some(scopes)))
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        parameters: Rows { rows: list(operation.get("parameters")).map(parameter).collect() },
        body: body.and_then(|content| contents(content).into_iter().next()),
        example_path: curl::path(path, operation),
        example_options: curl::options(operation),
        answers: answers.map(|(status, answer)| read_answer(status, answer)).collect(),
    }
}

fn parameter(parameter: &Value) -> Row {
    Row {
        name: text(parameter, "name").to_owned(),
        kind: kind(parameter.get("schema").unwrap_or(&Value::Null)),
        required: parameter.get("required") == Some(&Value::Bool(true)),
        place: format!("in the {}", text(parameter, "in")),
        about: prose(parameter.get("description")),
    }
}

fn read_answer(status: &str, answer: &Value) -> AnswerEntry {
    let none = Map::new();
    let content = answer.get("content").and_then(Value::as_object).unwrap_or(&none);
    let problems = content.values().filter_map(|media| media.get("examples")?.as_object());
    let example = content.values().find_map(|media| media.get("example"));
    AnswerEntry {
        status: status.to_owned(),
        about: prose(answer.get("description")),
        contents: contents(content),
        example: example.and_then(|example| serde_json::to_string_pretty(example).ok()).unwrap_or_default(),
        problems: problems.flat_map(|examples| examples.keys().cloned()).collect(),
    }
}

fn contents(content: &Map<String, Value>) -> Vec<BodyEntry> {
    let entry = |(media, content): (&String, &Value)| {
        let schema = content.get("schema").unwrap_or(&Value::Null);
        BodyEntry { media: media.clone(), kind: kind(schema), rows: members(schema) }
    };
    content.iter().map(entry).collect()
}

/// The members of an object; none of a reference, which leads to them.
fn members(schema: &Value) -> Rows {
    let parts = list(schema.get("allOf")).flat_map(|part| members(part).rows);
    Rows { rows: parts.chain(own_members(schema)).collect() }
}

fn own_members(schema: &Value) -> Vec<Row> {
    let required: Vec<_> = list(schema.get("required")).filter_map(Value::as_str).collect();
    let row = |(name, member): (&String, &Value)| Row {
        name: name.clone(),
        kind: kind(member),
        required: required.contains(&name.as_str()),
        place: String::new(),
        about: prose(member.get("description")),
    };
    object(schema.get("properties")).map(row).collect()
}

/// A type in a few words, and the schema that it leads to.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = reference(schema).and_then(|target| target.rsplit('/').next().map(str::to_owned)) {
        return Kind { text: name.clone(), schema: Some(name) };
    }
    if let Some(base) = list(schema.get("allOf")).map(kind).find(|kind| kind.schema.is_some()) {
        return base;
    }
    if let Some(choices) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        let kinds: Vec<_> = choices.iter().map(kind).collect();
        let words: Vec<_> = kinds.iter().map(|kind| kind.text.as_str()).collect();
        return Kind { text: words.join(" or "), schema: kinds.iter().find_map(|kind| kind.schema.clone()) };
    }
    let several = list(schema.get("type")).filter_map(Value::as_str);
    let types: Vec<_> = schema.get("type").and_then(Value::as_str).into_iter().chain(several).collect();
    if types.contains(&"array") {
        let of = kind(schema.get("items").unwrap_or(&Value::Null));
        return Kind { text: format!("list of {}", of.text), schema: of.schema };
    }
    if let (Some(values), true) =
        (schema.get("additionalProperties").filter(|of| of.is_object()), types.contains(&"object"))
    {
        let of = kind(values);
        return Kind { text: format!("object of {}", of.text), schema: of.schema };
    }
    let words =
        list(schema.get("enum")).map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned));
    let words: Vec<_> = words.collect();
    let text = match (words.is_empty(), types.is_empty()) {
        (false, _) => words.join(" | "),
        (true, true) => "anything".to_owned(),
        (true, false) => types.join(" or "),
    };
    Kind { text, schema: None }
}

/// Where a reference leads, as a JSON pointer.
fn reference(value: &Value) -> Option<String> {
    value.get("$ref").and_then(Value::as_str).map(|target| target.trim_start_matches('#').to_owned())
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
