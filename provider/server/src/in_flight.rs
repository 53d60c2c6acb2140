//! Requests that are being worked on: how many there may be, which share of them one address may have, and how a
//! request gives up its place while it waits for somebody else's host.

mod shares;
mod ticket;

pub use shares::{Permit, Shares, Short};
pub use ticket::{Busy, Ticket, aside, holder, note_refusal};

/// Requests that may wait for other hosts at a time.
pub const WAITING: usize = 256;
