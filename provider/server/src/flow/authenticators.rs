//! What the pages of the account and those of a sign-in both do with authenticators: add an application, make and spend recovery
//! codes, and tell the person by mail.

pub mod notice;
pub mod passkeys;
pub mod recovery_codes;
pub mod totp;
pub mod tries;
pub mod trusted_browsers;
