//! The manual, for those who run Credenza and those who read its code.
//!
//! - [`operating`]: settings, behind a proxy, keys, backups, what is logged and counted.
//! - [`events`]: what other systems are told of changes, and how.
//! - [`logout`]: how the end of a session reaches applications.
//! - [`registration`]: clients that register themselves.
//! - [`revocations`]: how services that check tokens themselves hear of what was revoked.
//! - [`decisions`]: where specs leave a choice or contradict each other, what was chosen and why.

pub mod decisions;
pub mod events;
pub mod logout;
pub mod operating;
pub mod registration;
pub mod revocations;
