//! Complete requests of anonymous callers that make the provider fetch from a host that takes its time: a `request_uri`
//! (RFC 9101 5.2), and a client assertion whose keys are at a `jwks_uri` (RFC 7523 3).

use async_trait::async_trait;

use super::waves::waves;
use crate::overload::attack::{Attack, Attackers};
use crate::overload::frames::{get, posted, stream as id};

/// At a time, on each connection.
const REQUESTS: u32 = 120;

pub(crate) struct SlowHosts;

#[async_trait]
impl Attack for SlowHosts {
    async fn run(&self, by: Attackers) {
        waves(&by, REQUESTS, request).await;
    }
}

/// One of the requests that make it fetch.
fn request(by: &Attackers, number: u32) -> Vec<u8> {
    let fetching = &by.target.fetching;
    let (path, body) = &fetching[usize::try_from(number).unwrap() % fetching.len()];
    match body.as_str() {
        "" => get(id(number), &by.target.authority, path),
        body => posted(id(number), &by.target.authority, path, body),
    }
}
