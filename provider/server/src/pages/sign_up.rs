//! The pages of somebody who makes an account: asking for mail, and choosing a password.

use askama::Template;
use std::borrow::Cow;

use super::display::visible;
use super::new_password::error_text;
use super::phrase::Named;
use super::{
    Applicant, Frame, ProfileFields, ProfileValue, RobotCheck, RobotCheckBy, Terms, WayOn, display_name,
};
use crate::accounts::new_password::Unfit;

/// Asks for the address. It posts `request`, `csrf` and `email` to `action`.
#[derive(Template)]
#[template(path = "sign_up.html")]
pub struct SignUp<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client that asks.
    pub applicant: Applicant<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the interaction.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// What the field is filled with.
    pub email: &'a str,
    /// What shows that somebody is no robot, where that is asked.
    pub robot_check: Option<RobotCheck<'a>>,
    /// What was wrong with it.
    pub error: Option<SignUpError>,
    /// To the sign-in page.
    pub way_back: &'a str,
}

/// Why the page is shown again. None of it depends on which accounts there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignUpError {
    /// It is not an address.
    NotAnAddress,
    /// Its domain is not admitted.
    NotAdmitted,
    /// Nothing shows that it is no robot.
    Robot,
    /// There were too many from there; the next may come after so many seconds.
    Throttled(u64),
}

/// Asks for a password, and a username where people choose one. It posts `token`, `username`, `password`,
/// the fields that it shows, and `terms` to `action`.
#[derive(Template)]
#[template(path = "complete_sign_up.html")]
pub struct CompleteSignUp<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The secret of the link.
    pub token: &'a str,
    /// The handle of the interaction that the form is bound to, and the CSRF token; none where the secret alone is enough.
    pub bound: Option<(&'a str, &'a str)>,
    /// How the address is proven.
    pub proof: Proof,
    /// The address that is proven.
    pub email: &'a str,
    /// What the field of the username is filled with, where people choose one; else the address is the username.
    pub username: Option<&'a str>,
    /// How many characters the password must have.
    pub least: u64,
    /// What the person is asked for besides.
    pub fields: ProfileFields<'a>,
    /// The terms that they have to accept, if there are any.
    pub terms: Option<Terms<'a>>,
    /// What was wrong before.
    pub error: Option<CompleteError>,
}

/// How somebody has proven an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// By the mail that they asked for.
    Mail,
    /// By the mail with which they were invited.
    Invitation,
}

/// Why [`CompleteSignUp`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CompleteError {
    /// The password will not do.
    Password(Unfit),
    /// Somebody has the username, or one that looks like it.
    UsernameTaken,
    /// It cannot be a username.
    UsernameInvalid,
    /// A field is empty that must not be, or holds what cannot be stored.
    Field,
    /// The terms are not accepted.
    Terms,
}

/// Says that the account is there.
#[derive(Template)]
#[template(path = "account_ready.html")]
pub struct AccountReady<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Whether an operator decides on it first.
    pub waits: bool,
    /// On to the sign-in.
    pub way_on: WayOn<'a>,
}

/// The texts of these pages.
pub(crate) struct SignUpTexts {
    /// The heading of [`SignUp`], with the name of the client or the tenant.
    pub(crate) title: Named,
    /// What happens then.
    pub(crate) explanation: &'static str,
    /// The label of the address.
    pub(crate) email: &'static str,
    /// The button that asks for mail.
    pub(crate) send: &'static str,
    /// The link to the sign-in.
    pub(crate) have_one: &'static str,
    /// The link to the page, and the button of [`CompleteSignUp`].
    pub(crate) create: &'static str,
    /// [`SignUpError::NotAnAddress`].
    pub(crate) not_an_address: &'static str,
    /// [`SignUpError::NotAdmitted`].
    pub(crate) not_admitted: &'static str,
    /// What the page says that asks for the code, with the address.
    pub(crate) sent_to: Named,
    /// The button of the code, and of the mail.
    pub(crate) confirm: &'static str,
    /// What to do when nothing comes.
    pub(crate) nothing_came: &'static str,
    /// The heading of [`CompleteSignUp`].
    pub(crate) complete_title: &'static str,
    /// That the address is proven.
    pub(crate) confirmed: Named,
    /// The same of somebody who was invited.
    pub(crate) invited: Named,
    /// The label of the password.
    pub(crate) password: &'static str,
    /// What a username is for.
    pub(crate) username_rule: &'static str,
    /// [`CompleteError::UsernameTaken`].
    pub(crate) username_taken: &'static str,
    /// [`CompleteError::UsernameInvalid`].
    pub(crate) username_invalid: &'static str,
    /// The link is no longer good.
    pub(crate) link_is_dead: &'static str,
    /// The invitation is no longer good.
    pub(crate) invitation_is_dead: &'static str,
    /// Nobody makes an account by themselves.
    pub(crate) by_invitation: &'static str,
    /// Another account has proven the address meanwhile.
    pub(crate) address_taken: &'static str,
    /// The heading of [`AccountReady`].
    pub(crate) ready_title: &'static str,
    /// What it says.
    pub(crate) ready: &'static str,
    /// The heading of one on which an operator decides first.
    pub(crate) waits_title: &'static str,
    /// What it says.
    pub(crate) waits: &'static str,
}

impl SignUp<'_> {
    fn text(&self) -> &'static SignUpTexts {
        &self.frame.texts().sign_up
    }

    fn title(&self) -> String {
        (self.text().title)(&self.applicant.display_name())
    }

    fn email(&self) -> Cow<'_, str> {
        visible(self.email)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            SignUpError::NotAnAddress => self.text().not_an_address.into(),
            SignUpError::NotAdmitted => self.text().not_admitted.into(),
            SignUpError::Robot => self.frame.texts().robot_check.missing.into(),
            SignUpError::Throttled(seconds) => (self.frame.texts().login.throttled)(seconds).into(),
        })
    }
}

impl CompleteSignUp<'_> {
    fn text(&self) -> &'static SignUpTexts {
        &self.frame.texts().sign_up
    }

    fn title(&self) -> &'static str {
        self.text().complete_title
    }

    fn confirmed(&self) -> String {
        let said = match self.proof {
            Proof::Mail => self.text().confirmed,
            Proof::Invitation => self.text().invited,
        };
        said(&display_name(self.email))
    }

    fn rule(&self) -> String {
        (self.frame.texts().new_password.rule)(self.least)
    }

    fn error_text(&self) -> Option<Cow<'static, str>> {
        Some(match self.error? {
            CompleteError::Password(unfit) => error_text(self.frame, unfit, self.least),
            CompleteError::UsernameTaken => self.text().username_taken.into(),
            CompleteError::UsernameInvalid => self.text().username_invalid.into(),
            CompleteError::Field => self.frame.texts().profile.invalid.into(),
            CompleteError::Terms => self.frame.texts().terms.missing.into(),
        })
    }

    fn is_of_password(&self) -> bool {
        matches!(self.error, Some(CompleteError::Password(_)))
    }

    fn is_of_username(&self) -> bool {
        matches!(self.error, Some(CompleteError::UsernameTaken | CompleteError::UsernameInvalid))
    }

    fn is_of_terms(&self) -> bool {
        self.error == Some(CompleteError::Terms)
    }
}

impl AccountReady<'_> {
    fn text(&self) -> &'static SignUpTexts {
        &self.frame.texts().sign_up
    }

    fn title(&self) -> &'static str {
        if self.waits { self.text().waits_title } else { self.text().ready_title }
    }
}
