//! Where events go.

use std::time::Instant;

use async_trait::async_trait;
use credenza_storage::{Sink, Waiting};

use crate::config::Config;

#[cfg(feature = "nats")]
mod nats;
mod redis;

/// How far a delivery came.
#[derive(Debug)]
#[must_use]
pub(super) struct Delivered {
    /// So many of the first are acknowledged.
    pub(super) count: usize,
    /// Why the next one is not, if it was tried. It may have arrived all the same.
    pub(super) fault: Option<String>,
}

/// A sink.
#[async_trait]
pub(super) trait Target: Send {
    /// Which one.
    fn sink(&self) -> Sink;

    /// Delivers in this order; none before the one before it is acknowledged, and none after `deadline`.
    async fn deliver(&mut self, waiting: &[Waiting], deadline: Instant) -> Delivered;
}

/// Those that the settings name.
pub(super) fn all(config: &Config) -> Result<Vec<Box<dyn Target>>, String> {
    let mut all: Vec<Box<dyn Target>> = Vec::new();
    if let (Some(stream), Some(redis)) = (&config.events.redis, &config.redis) {
        all.push(Box::new(redis::Redis::new(&redis.options, stream)?));
    }
    #[cfg(feature = "nats")]
    if let Some(nats) = &config.events.nats {
        all.push(Box::new(nats::Nats::new(nats.clone())));
    }
    Ok(all)
}
