//! What breaks those who use an HTTP interface, when its OpenAPI document changes: a request that was good may be
//! refused, an answer may be one that a client of before cannot read, or a method of an SDK is gone.

mod schema;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::described::written_out;
use schema::{Direction, Schemas};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the second document breaks of the first: one line for each, by its place.
#[must_use]
pub fn breaks(before: &Value, after: &Value) -> Vec<String> {
    // Where something is said is no matter.
    let (before, after) = (&written_out(before), &written_out(after));
    let schemas = Schemas { before, after };
    let mut found = vec![];
    for (path, method, old) in operations(before) {
        let place = format!("{} {path}", method.to_ascii_uppercase());
        let new = &after["paths"][path.as_str()][method];
        if new.is_null() {
            found.push(format!("{place} is gone"));
            continue;
        }
        if new["operationId"] != old["operationId"] {
            found.push(format!("{place} is no longer called {}", old["operationId"]));
        }
        found.extend(parameters(&schemas, old, new).into_iter().map(|why| format!("{place}: {why}")));
        found.extend(body(&schemas, old, new).into_iter().map(|why| format!("{place}: {why}")));
        found.extend(answers(&schemas, old, new).into_iter().map(|why| format!("{place}: {why}")));
        found.extend(security(old, new).map(|why| format!("{place}: {why}")));
    }
    found
}

fn operations(document: &Value) -> Vec<(String, &'static str, &Value)> {
    let mut found = vec![];
    for (path, methods) in members(&document["paths"]) {
        let known =
            METHODS.into_iter().filter_map(|method| Some((path.clone(), method, methods.get(method)?)));
        found.extend(known);
    }
    found
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn parameters(schemas: &Schemas<'_>, old: &Value, new: &Value) -> Vec<String> {
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    let (before, after) = (&old["parameters"], &new["parameters"]);
    let mut found = vec![];
    for one in items(before) {
        let name = one["name"].as_str().unwrap_or_default();
        let Some(now) = items(after).find(|other| same(one, other)) else {
            found.push(format!("the parameter {name} is gone"));
            continue;
        };
        if now["required"] == true && one["required"] != true {
            found.push(format!("the parameter {name} is required"));
        }
        let narrowed = schemas.compare(Direction::Sent, &one["schema"], &now["schema"]);
        found.extend(narrowed.into_iter().map(|why| format!("the parameter {name}{why}")));
    }
    let added = items(after).filter(|other| items(before).all(|one| !same(one, other)));
    let required = added.filter(|other| other["required"] == true);
    found
        .extend(required.map(|other| {
            format!("the parameter {} is required", other["name"].as_str().unwrap_or_default())
        }));
    found
}

fn body(schemas: &Schemas<'_>, old: &Value, new: &Value) -> Vec<String> {
    let (before, after) = (&old["requestBody"], &new["requestBody"]);
    if before.is_null() {
        let is_required = after["required"] == true;
        return is_required.then(|| "a body is required".to_owned()).into_iter().collect();
    }
    if after.is_null() {
        return vec!["it takes no body".to_owned()];
    }
    let mut found = vec![];
    if after["required"] == true && before["required"] != true {
        found.push("a body is required".to_owned());
    }
    for (media, content) in members(&before["content"]) {
        let Some(now) = after["content"].get(media) else {
            found.push(format!("{media} is no longer taken"));
            continue;
        };
        let narrowed = schemas.compare(Direction::Sent, &content["schema"], &now["schema"]);
        found.extend(narrowed.into_iter().map(|why| format!("the body{why}")));
    }
    found
}

/// Good answers are those that programs read; of refusals, the form alone.
fn answers(schemas: &Schemas<'_>, old: &Value, new: &Value) -> Vec<String> {
    let mut found = vec![];
    for (status, answer) in members(&old["responses"]) {
        let Some(now) = new["responses"].get(status) else {
            if status.starts_with('2') || status.starts_with('3') {
                found.push(format!("{status} is no longer answered"));
            }
            continue;
        };
        for (media, content) in members(&answer["content"]) {
            let Some(now) = now["content"].get(media) else {
                found.push(format!("{status} is no longer {media}"));
                continue;
            };
            let changed = schemas.compare(Direction::Answered, &content["schema"], &now["schema"]);
            found.extend(changed.into_iter().map(|why| format!("{status}{why}")));
        }
        let gone =
            members(&answer["headers"]).filter(|(name, _)| now["headers"].get(name.as_str()).is_none());
        found.extend(gone.map(|(name, _)| format!("{status} no longer has the header {name}")));
    }
    let known = |status: &str| old["responses"].get(status).is_some();
    let added = members(&new["responses"]).filter(|(status, _)| status.starts_with('2') && !known(status));
    found.extend(added.map(|(status, _)| format!("{status} is new, and good")));
    found
}

/// A way in that is gone, or that takes more scopes.
fn security<'a>(old: &'a Value, new: &'a Value) -> impl Iterator<Item = String> + 'a {
    items(&old["security"]).filter_map(|way| {
        let needs = |way: &Value| -> BTreeSet<String> { words(way.as_object()) };
        let is_open = items(&new["security"]).any(|now| needs(now).is_subset(&needs(way)));
        (!is_open).then(|| format!("{way} is no longer enough"))
    })
}

/// The schemes of a way in, and the scopes of each.
fn words(way: Option<&Map<String, Value>>) -> BTreeSet<String> {
    let schemes = way.into_iter().flatten();
    let of_scheme = |(name, scopes): (&String, &Value)| {
        let scopes = items(scopes).map(|scope| format!("{name} {}", scope.as_str().unwrap_or_default()));
        scopes.chain([name.clone()]).collect::<Vec<_>>()
    };
    schemes.flat_map(of_scheme).collect()
}
