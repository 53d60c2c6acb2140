//! The sinks: where events are delivered.

use std::time::Instant;

use async_trait::async_trait;
use credenza_storage::{Sink, Waiting};

use crate::config::Config;

#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "redis")]
mod redis;

/// The result of a delivery.
#[derive(Debug)]
#[must_use]
pub(super) struct Delivered {
    /// How many of the events, from the first on, were acknowledged.
    pub(super) count: usize,
    /// Why the next one was not, if it was tried. It may have arrived nevertheless.
    pub(super) fault: Option<String>,
}

/// A sink.
#[async_trait]
pub(super) trait Target: Send {
    /// Which one.
    fn sink(&self) -> Sink;

    /// Delivers in order; each event after the one before it was acknowledged, and none after `deadline`.
    async fn deliver(&mut self, waiting: &[Waiting], deadline: Instant) -> Delivered;
}

/// The sinks of the settings.
pub(super) fn all(config: &Config) -> Result<Vec<Box<dyn Target>>, String> {
    let mut all: Vec<Box<dyn Target>> = Vec::new();
    #[cfg(feature = "redis")]
    if let (Some(stream), Some(redis)) = (&config.events.redis, &config.redis) {
        all.push(Box::new(redis::Redis::new(&redis.options, stream)?));
    }
    #[cfg(feature = "nats")]
    if let Some(nats) = &config.events.nats {
        all.push(Box::new(nats::Nats::new(nats.clone())));
    }
    Ok(all)
}
