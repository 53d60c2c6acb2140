//! Requests that are being worked on: how many there may be, which share of them one address or one client may have, and
//! how a request gives up its place while it waits for somebody else's host.

mod shares;
mod ticket;
mod waiters;

pub use shares::{OfClient, Permit, Shares, Short, site_of};
pub use ticket::{Busy, Crowded, Ticket, aside, count_for, holder, note_refusal};
pub use waiters::{Waiter, Waiters};

/// Requests that may wait for other hosts at a time.
pub const WAITING: usize = 256;
