//! The hosted pages: what people see when they sign in and out.

pub(super) mod account;
pub(super) mod add_second_factor;
pub(super) mod applications;
pub(super) mod assets;
pub(super) mod authenticator_app;
pub(super) mod change_password;
pub(super) mod consent;
mod decision;
pub(super) mod delete_account;
#[cfg(feature = "demo")]
pub(super) mod demo;
pub(super) mod devices;
pub(super) mod email;
pub(super) mod email_links;
pub(super) mod home;
pub(super) mod invited;
pub(super) mod keep_account;
pub(super) mod language;
pub(super) mod login;
pub(super) mod logo;
pub(super) mod logout;
mod new_account;
pub(super) mod not_found;
pub(super) mod own_data;
pub(super) mod passkeys;
pub(super) mod password_reset;
pub(super) mod profile;
pub(super) mod required_password;
pub(super) mod second_factor;
pub(super) mod security;
pub(super) mod select_account;
pub(super) mod sign_in_by_mail;
pub(super) mod sign_up;
pub(super) mod terms;
