//! People: how they prove who they are, and how guessing is slowed down.

pub mod device;
pub mod password;
pub mod throttle;
