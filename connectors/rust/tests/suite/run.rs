//! Runs a case against an application that a framework serves, and compares.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::case::{Case, Step, World};
use crate::client::{Received, Request, send};
use crate::log::Log;

/// Takes the steps of a case; what differs is added to the faults.
pub(crate) async fn steps(
    case: &Case,
    world: &World,
    log: &Log,
    address: SocketAddr,
    faults: &mut Vec<String>,
) {
    for (at, step) in case.steps.iter().enumerate() {
        if let Some(now) = step.now {
            world.set_now(now);
        }
        log.taken();
        let request = Request {
            method: &step.request.method,
            path: &step.request.path,
            fields: step.request.headers.iter().map(|(name, value)| (&**name, &**value)).collect(),
            body: step.request.body.as_deref().unwrap_or_default(),
        };
        let received = send(address, &request).await;
        let mut found = Vec::new();
        compare(step, &received, &mut found);
        compare_log(step, &log.refusals(), &received, &mut found);
        if !case.responses.is_empty() {
            // For fetches in the background.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        faults.extend(found.into_iter().map(|fault| format!("{} step {at}: {fault}", case.name)));
    }
    for (url, wanted) in &case.fetches {
        let fetched = world.fetched(url);
        if fetched != *wanted {
            faults.push(format!("{}: {url} was fetched {fetched} times, not {wanted}", case.name));
        }
    }
}

fn compare(step: &Step, received: &Received, faults: &mut Vec<String>) {
    let wanted = &step.response;
    let is_wanted = match &wanted.status {
        Value::Array(statuses) => statuses.contains(&received.status.into()),
        status => *status == received.status,
    };
    if !is_wanted {
        faults.push(format!("status {}, wanted {}", received.status, wanted.status));
    }
    for (name, value) in &wanted.headers {
        let own = received.field(name);
        let is_same = match (name.to_ascii_lowercase().as_str(), &own, value) {
            ("vary", Some(own), Some(value)) => {
                own.split(',').any(|one| one.trim().eq_ignore_ascii_case(value))
            }
            ("content-type", Some(own), Some(value)) => own.split(';').next() == Some(value),
            _ => own == *value,
        };
        if !is_same {
            faults.push(format!("{name}: {own:?}, wanted {value:?}"));
        }
    }
    if let Some(caller) = &wanted.caller {
        let own: Option<Value> = serde_json::from_str(&received.body).ok();
        if own.as_ref() != Some(caller) {
            faults.push(format!("caller {:?}, wanted {caller}", received.body));
        }
    }
    match &wanted.body {
        None => {}
        Some(Value::Object(members)) => {
            let own: Value = serde_json::from_str(&received.body).unwrap_or_default();
            if members.iter().any(|(name, value)| own[name] != *value) {
                faults.push(format!("body {:?}, wanted {:?}", received.body, members));
            }
            if members.contains_key("rule") && own["detail"].as_str().is_none_or(str::is_empty) {
                faults.push("no detail".to_owned());
            }
        }
        Some(text) if text.as_str() == Some(&received.body) => {}
        Some(text) => faults.push(format!("body {:?}, wanted {text}", received.body)),
    }
}

fn compare_log(step: &Step, records: &[Value], received: &Received, faults: &mut Vec<String>) {
    match (&step.log, records) {
        (None, _) | (Some(Value::Null), []) => {}
        (Some(Value::Object(members)), [record]) => {
            if record["level"] != "INFO" || members.iter().any(|(name, value)| record[name] != *value) {
                faults.push(format!("log {record}, wanted {members:?}"));
            }
        }
        (Some(wanted), records) => faults.push(format!("log {records:?}, wanted {wanted}")),
    }
    let told = format!("{records:?}{}", if received.status < 300 { "" } else { &received.body });
    let secrets = step.request.headers.iter().flat_map(|(_, value)| value.split([' ', ',']));
    let query = step.request.path.split_once('?').map(|(_, query)| query);
    for secret in secrets.filter(|text| text.len() > 60).chain(query) {
        if told.contains(secret) {
            faults.push(format!("{secret:?} is told"));
        }
    }
}

/// Fails with all faults at once.
pub(crate) fn none(faults: &[String], cases: usize) {
    assert!(faults.is_empty(), "{} faults in {cases} cases:\n{}", faults.len(), faults.join("\n"));
    println!("{cases} cases");
}
