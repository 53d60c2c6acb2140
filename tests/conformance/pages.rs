//! The hosted pages: sign-in, consent, account, sign-out, errors.

mod accounts;
mod applications;
mod approval;
mod change_password;
mod client_pages;
mod consent;
mod email_sign_in;
mod failures;
mod guessing;
mod handle_races;
mod hosted;
mod interactions;
mod invitations;
mod login_model;
mod login_states;
mod magic_link_attacks;
mod magic_links;
mod old_browser;
mod password_form;
mod password_reset;
mod second_arrivals;
mod sessions;
mod sign_up;
mod sign_up_attacks;
mod unicode_names;
mod ways_on;
