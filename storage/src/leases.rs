//! Leases: which of several nodes does what only one may do at a time.

use async_trait::async_trait;
use credenza_protocol::time::{Seconds, Time};

use crate::Result;

/// Leases of the installation, by name.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease for a while, or takes it again; `false` while another holds it. Of many who ask for a free
    /// one, one gets it. It is only as good as the clocks of the nodes: what must never be done twice
    /// needs more than a lease.
    async fn take(&self, name: &str, holder: &str, lasts: Seconds, now: Time) -> Result<bool>;

    /// Gives it back, if it is this holder's.
    async fn release(&self, name: &str, holder: &str) -> Result<()>;
}
