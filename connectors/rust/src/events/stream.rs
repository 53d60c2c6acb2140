//! What the streams have in common.

use std::time::Duration;

use serde_json::Value;

/// How often an event is tried.
pub(super) const TRIES: u32 = 10;
/// How long after a failure the server is asked again.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// An event of a stream.
#[derive(Clone, Debug)]
pub struct StreamEvent {
    /// The event's id: the same at each delivery.
    pub id: String,
    /// Its type, such as `user.created`.
    pub kind: String,
    /// The id of its tenant.
    pub tenant: String,
    /// The envelope.
    pub body: Value,
}

/// How long an event waits after so many tries: a tenth of a second, and twice as long each time, up to two and a half
/// seconds.
pub(super) fn back_off(tries: u32) -> Duration {
    let milliseconds = 50_u64.saturating_mul(2_u64.saturating_pow(tries));
    Duration::from_millis(milliseconds.min(2_500))
}
