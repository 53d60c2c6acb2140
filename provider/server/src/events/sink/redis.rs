//! A Redis Stream.

use std::time::Instant;

use async_trait::async_trait;
use credenza_storage::{RedisOptions, RedisStream, Sink, Waiting};

use super::{Delivered, Target};
use crate::config::RedisEvents;

/// The stream of events.
pub(super) struct Redis(RedisStream);

impl Redis {
    pub(super) fn new(options: &RedisOptions, stream: &RedisEvents) -> Result<Self, String> {
        let stream = RedisStream::new(options, "events", stream.max_len);
        stream.map(Self).map_err(|error| format!("redis_url: {error}"))
    }
}

#[async_trait]
impl Target for Redis {
    fn sink(&self) -> Sink {
        Sink::Redis
    }

    /// All of them or none: a transaction of Redis.
    async fn deliver(&mut self, waiting: &[Waiting], _deadline: Instant) -> Delivered {
        match self.0.append(waiting).await {
            Ok(()) => Delivered { count: waiting.len(), fault: None },
            Err(error) => Delivered { count: 0, fault: Some(error.to_string()) },
        }
    }
}
