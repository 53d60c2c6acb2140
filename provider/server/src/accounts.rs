//! Accounts of people: checking their passwords, slowing down guessing, and naming their devices.

pub mod device;
pub mod password;
pub mod throttle;
