//! Accounts of people: checking their passwords, slowing down guessing, knowing and naming their devices.

pub mod device;
pub mod known_device;
pub mod password;
pub mod throttle;
