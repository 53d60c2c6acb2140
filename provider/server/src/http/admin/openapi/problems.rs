//! The problems of operations. Those of one status together are a component, since most operations have the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::components::{pascal, reference};
use super::{ISSUER, parameters};
use crate::http::admin::kinds::{self, Kind};
use crate::http::admin::operation::{Guard, Operation, Place};

/// The problems of an operation, by their status.
pub(super) fn answers(operation: &Operation) -> impl Iterator<Item = (String, Value)> {
    by_status(operation)
        .into_iter()
        .map(|(status, kinds)| (status.to_string(), reference("responses", &name(&kinds))))
}

/// The answers that those lead to.
pub(super) fn components(operations: &[&Operation]) -> Map<String, Value> {
    let together = operations.iter().flat_map(|operation| by_status(operation).into_values());
    together.map(|kinds| (name(&kinds), described(&kinds))).collect()
}

/// An example of each kind that one of the operations has.
pub(super) fn examples(operations: &[&Operation]) -> Map<String, Value> {
    let kinds = operations.iter().flat_map(|operation| of(operation));
    kinds.map(|kind| (pascal(kind.name), example(kind))).collect()
}

/// Each list is in the order of names, so that the same kinds are the same component.
fn by_status(operation: &Operation) -> BTreeMap<u16, Vec<&'static Kind>> {
    let mut found: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in of(operation) {
        found.entry(kind.status).or_default().push(kind);
    }
    for kinds in found.values_mut() {
        kinds.sort_by_key(|kind| kind.name);
        kinds.dedup();
    }
    found
}

/// The kinds of problems of an operation: those of every one, of its guard and of its body, and its own.
fn of(operation: &Operation) -> Vec<&'static Kind> {
    let mut found: Vec<&'static Kind> = vec![
        &kinds::INVALID_PARAMETER,
        &kinds::MALFORMED_REQUEST,
        &kinds::UNAUTHENTICATED,
        &kinds::INSUFFICIENT_SCOPE,
        &kinds::NOT_FOUND,
        match operation.place {
            Place::Account => &kinds::TOO_MANY_CALLS,
            Place::Tenant | Place::Installation => &kinds::TOO_MANY_ATTEMPTS,
        },
        &kinds::TOO_MANY_REQUESTS,
        &kinds::INTERNAL,
        &kinds::UNAVAILABLE,
    ];
    if operation.is_sensitive {
        found.push(&kinds::SIGN_IN_TOO_OLD);
    }
    if operation.request.is_some() {
        found.extend([
            &kinds::MALFORMED_BODY,
            &kinds::BODY_TOO_SLOW,
            &kinds::BODY_TOO_LARGE,
            &kinds::UNSUPPORTED_MEDIA_TYPE,
            &kinds::INVALID_VALUES,
        ]);
    }
    match operation.guard {
        Guard::None => {}
        Guard::IfMatch => found.extend([&kinds::PRECONDITION_REQUIRED, &kinds::STALE]),
        Guard::OptionalIfMatch => found.push(&kinds::STALE),
        Guard::IdempotencyKey => {
            found.extend([&kinds::IDEMPOTENCY_KEY_IN_USE, &kinds::IDEMPOTENCY_KEY_REUSED]);
        }
    }
    found.extend(operation.problems);
    found
}

fn name(kinds: &[&Kind]) -> String {
    let names: Vec<_> = kinds.iter().map(|kind| pascal(kind.name)).collect();
    names.join("Or")
}

fn described(kinds: &[&Kind]) -> Value {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title).collect();
    let examples: Map<String, Value> =
        kinds.iter().map(|kind| (kind.name.to_owned(), reference("examples", &pascal(kind.name)))).collect();
    let status = kinds.first().map_or(500, |kind| kind.status);
    json!({
        "description": format!("{}.", titles.join("; ")),
        "headers": parameters::headers_of_problem(status),
        "content": {"application/problem+json": {"schema": reference("schemas", "Problem"), "examples": examples}},
    })
}

fn example(kind: &Kind) -> Value {
    let value = json!({"type": kind.url(ISSUER), "title": kind.title, "status": kind.status,
                       "support_code": "6f1a0c55d9e2b37a"});
    json!({"summary": kind.meaning, "value": value})
}
