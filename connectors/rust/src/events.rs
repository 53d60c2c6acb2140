//! Events of Credenza, as webhooks and from the Redis Stream; and webhooks of whoever signs as Standard Webhooks has it.
//!
//! | module | holds |
//! |---|---|
//! | `webhooks` | verifies messages, and handles each id once |
//! | `redis` | a consumer group of the stream (feature `redis`) |

#[cfg(feature = "redis")]
mod redis;
mod webhooks;

#[cfg(feature = "redis")]
pub use self::redis::{RedisStream, StreamEvent};
pub use webhooks::{InvalidSignature, Message, Received, Webhooks};
