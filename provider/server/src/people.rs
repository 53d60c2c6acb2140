//! What people do with their own accounts. Nothing here knows of pages: each function takes the session or the person whom it
//! is about, and answers what became of it.

pub mod applications;
pub mod authenticators;
pub mod data;
pub mod deletion;
mod deletion_mail;
pub mod devices;
pub mod due_deletions;
pub mod email;
pub mod password;
pub mod profile;
pub mod recent_sign_in;
pub mod sessions;
