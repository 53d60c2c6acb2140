//! The sinks: where events are delivered.

use std::time::Instant;

use async_trait::async_trait;
use credenza_storage::{Sink, Waiting};

use crate::config::Config;

#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "redis")]
mod redis;
mod webhooks;

pub(super) use webhooks::Webhooks;

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

/// The sinks of the settings, but for the webhooks, which belong to the tenants.
pub(super) fn all(config: &Config) -> Result<Vec<Box<dyn Target>>, String> {
    Ok([redis(config)?, nats(config)].into_iter().flatten().collect())
}

#[cfg(feature = "redis")]
fn redis(config: &Config) -> Result<Option<Box<dyn Target>>, String> {
    let (Some(stream), Some(redis)) = (&config.events.redis, &config.redis) else { return Ok(None) };
    Ok(Some(Box::new(redis::Redis::new(&redis.options, stream)?)))
}

/// The settings were refused already: this build has no driver.
#[cfg(not(feature = "redis"))]
fn redis(_: &Config) -> Result<Option<Box<dyn Target>>, String> {
    Ok(None)
}

#[cfg(feature = "nats")]
fn nats(config: &Config) -> Option<Box<dyn Target>> {
    let nats = config.events.nats.as_ref()?;
    Some(Box::new(nats::Nats::new(nats.clone())))
}

/// The settings were refused already: this build has no driver.
#[cfg(not(feature = "nats"))]
fn nats(_: &Config) -> Option<Box<dyn Target>> {
    None
}
