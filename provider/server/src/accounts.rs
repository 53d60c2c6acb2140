//! Accounts of people: checking their passwords and what new ones must be, slowing down guessing, knowing and naming their devices.

pub mod breached;
pub mod device;
pub mod held;
pub mod known_device;
pub mod new_password;
pub mod passkey;
pub mod password;
pub mod places;
pub mod throttle;
pub mod totp;
pub mod work;
