//! A mail as it is written, all but its sender.

use credenza_protocol::brand::Color;
use serde::{Deserialize, Serialize};

use crate::pages::Letter;

/// What mail is for. The name stands in the queue, in the log and in metrics.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A link to choose a new password.
    PasswordReset,
    /// Somebody has chosen one.
    PasswordChanged,
    /// A link and a code to prove an address with which somebody wants an account.
    SignUp,
    /// Somebody wants an account with an address that has one.
    SignUpKnown,
    /// A link and a code to sign in by.
    SignIn,
    /// A link to sign in by that an operator has made.
    SignInLink,
    /// A link with which somebody makes an account who is invited.
    Invitation,
    /// An operator has approved an account.
    Approved,
    /// An operator has refused an account.
    Rejected,
    /// An account is to be deleted, and a link that keeps it.
    DeletionScheduled,
    /// The same when there is little time left.
    DeletionReminder,
    /// A link and a code to prove an address that somebody wants to have on their account.
    EmailChange,
    /// Somebody wants to have an address on their account that another has.
    EmailTaken,
    /// An address was replaced, and a link to have it back.
    EmailChanged,
    /// An address was restored, and a link to choose a new password.
    EmailRestored,
    /// How somebody signs in has changed.
    AuthenticatorChanged,
    /// Somebody has signed in where they have not before.
    NewSignIn,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::SignUp => "sign_up",
            Self::SignUpKnown => "sign_up_known",
            Self::SignIn => "sign_in",
            Self::SignInLink => "sign_in_link",
            Self::Invitation => "invitation",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::DeletionScheduled => "deletion_scheduled",
            Self::DeletionReminder => "deletion_reminder",
            Self::EmailChange => "email_change",
            Self::EmailTaken => "email_taken",
            Self::EmailChanged => "email_changed",
            Self::EmailRestored => "email_restored",
            Self::AuthenticatorChanged => "authenticator_changed",
            Self::NewSignIn => "new_sign_in",
        }
    }
}

/// A mail, all but its sender.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The address of the person.
    pub to: String,
    /// Its language (BCP 47).
    pub lang: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl Written {
    /// A letter to that address, with a button of that colour.
    #[must_use]
    pub fn of(letter: &Letter<'_>, to: &str, accent: Option<Color>) -> Self {
        Self {
            to: to.to_owned(),
            lang: letter.lang().tag().to_owned(),
            subject: letter.subject().to_owned(),
            text: letter.text(),
            html: letter.html(accent),
        }
    }
}
