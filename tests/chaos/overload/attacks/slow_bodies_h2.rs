//! Bodies that do not come, over HTTP/2.

use async_trait::async_trait;

use super::waves::waves;
use crate::overload::attack::{Attack, Attackers};
use crate::overload::frames::{post, stream as id};

/// At a time, on each connection.
const REQUESTS: u32 = 128;

pub(crate) struct SlowBodiesH2;

#[async_trait]
impl Attack for SlowBodiesH2 {
    async fn run(&self, by: Attackers) {
        waves(&by, REQUESTS, |by, number| post(id(number), &by.target.authority, &by.target.token)).await;
    }
}
