//! The table of the steps of a sign-in, and which of them a person must take.

use credenza_protocol::authentication::{Started, Step};
use credenza_protocol::user::User;

/// Name and password. A sign-in begins with it.
pub const PASSWORD: Step = Step { name: "password", amr: &["pwd"], page: "login", instead_of: None };

/// A link or a code that was mailed, in place of the password.
pub const MAIL: Step = Step { name: "mail", amr: &["otp"], page: "login", instead_of: Some(PASSWORD.name) };

/// The page on which somebody types the code of such a mail.
pub const MAIL_PAGE: &str = "login/mail";

/// The page to which such a link leads.
pub const LINK_PAGE: &str = "login/link";

/// The page on which somebody makes an account in place of the first step.
pub const SIGN_UP_PAGE: &str = "signup";

/// A new password, where the present one has to be changed. It proves nothing.
pub const NEW_PASSWORD: Step =
    Step { name: "new_password", amr: &[], page: "login/new-password", instead_of: None };

/// An account that was to be deleted is kept.
pub const KEEP_ACCOUNT: Step =
    Step { name: "keep_account", amr: &[], page: "login/keep-account", instead_of: None };

/// Every step there is.
const ALL: [&Step; 4] = [&PASSWORD, &MAIL, &NEW_PASSWORD, &KEEP_ACCOUNT];

/// The steps that a sign-in of this person takes, in order. Of those who are disabled nobody comes here but whose account is to
/// be deleted, because they asked for it: they keep it before anything else.
#[must_use]
pub const fn required(user: &User) -> &'static [&'static Step] {
    match (user.disabled_at.is_some(), user.password_change_required) {
        (false, false) => &[&PASSWORD],
        (false, true) => &[&PASSWORD, &NEW_PASSWORD],
        (true, false) => &[&PASSWORD, &KEEP_ACCOUNT],
        (true, true) => &[&PASSWORD, &KEEP_ACCOUNT, &NEW_PASSWORD],
    }
}

/// The page of the step that is next. A step that is unknown here was asked for by a newer server: then the sign-in
/// begins again.
#[must_use]
pub fn page(started: Option<&Started>) -> &'static str {
    let next = started.and_then(Started::next);
    let step = ALL.iter().find(|step| next.is_some_and(|next| next == step.name));
    step.map_or(PASSWORD.page, |step| step.page)
}
