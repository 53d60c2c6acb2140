//! Events of Credenza, as webhooks and from a stream of Redis or NATS JetStream; and webhooks of whoever signs as Standard
//! Webhooks has it.
//!
//! | module | holds |
//! |---|---|
//! | `webhooks` | verifies messages, and handles each id once |
//! | `redis` | a consumer group of the stream in Redis (feature `redis`) |
//! | `nats` | a durable consumer of JetStream (feature `nats`) |
//! | `stream` | what these two have in common |

#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "nats", feature = "redis"))]
mod stream;
mod webhooks;

#[cfg(feature = "nats")]
pub use self::nats::NatsStream;
#[cfg(feature = "redis")]
pub use self::redis::RedisStream;
/// The client of NATS, for the connection.
#[cfg(feature = "nats")]
pub use async_nats;
#[cfg(any(feature = "nats", feature = "redis"))]
pub use stream::StreamEvent;
pub use webhooks::{InvalidSignature, Message, Received, Webhooks};
