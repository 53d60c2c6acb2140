//! The page of how a person signs in: their authenticators and recovery codes.

use askama::Template;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::assets::local_times_path;
use super::moment::Moment;
use super::phrase::{Counted, Named};
use super::{AccountNav, Frame, display_name};

/// It posts `csrf` and `remove`, `rename` with `name`, or `codes` to `action`.
#[derive(Template)]
#[template(path = "security.html")]
pub struct Security<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Applications that show codes.
    pub applications: Vec<AuthenticatorLine<'a>>,
    /// Passkeys.
    pub passkeys: Vec<AuthenticatorLine<'a>>,
    /// Browsers that the person trusts.
    pub browsers: Vec<AuthenticatorLine<'a>>,
    /// How many recovery codes are left; `None` for whoever has nothing to recover.
    pub recovery_codes: Option<u32>,
    /// Where an application is added, if people may.
    pub add_application: Option<&'a str>,
    /// Where a passkey is added, if people may.
    pub add_passkey: Option<&'a str>,
    /// Where the forms are sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The other pages.
    pub nav: AccountNav<'a>,
}

/// One authenticator.
#[derive(Clone, Debug)]
pub struct AuthenticatorLine<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// When it was added.
    pub added: Time,
    /// When it was last used.
    pub last_used: Option<Time>,
}

/// Its texts.
pub(crate) struct SecurityTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// The heading of the passkeys.
    pub(crate) passkeys: &'static str,
    /// What they are.
    pub(crate) passkeys_explanation: &'static str,
    /// The link that adds one.
    pub(crate) add_passkey: &'static str,
    /// The heading of the applications.
    pub(crate) applications: &'static str,
    /// What they are.
    pub(crate) applications_explanation: &'static str,
    /// The link that adds one.
    pub(crate) add_application: &'static str,
    /// When one was added, with date and time.
    pub(crate) added: Named,
    /// When it was last used, with date and time.
    pub(crate) last_used: Named,
    /// What opens the field for another name.
    pub(crate) rename: &'static str,
    /// The label of that field.
    pub(crate) name: &'static str,
    /// The button.
    pub(crate) save: &'static str,
    /// The button that removes one.
    pub(crate) remove: &'static str,
    /// The heading of the trusted browsers.
    pub(crate) browsers: &'static str,
    /// What they are.
    pub(crate) browsers_explanation: &'static str,
    /// The heading of the recovery codes.
    pub(crate) recovery_codes: &'static str,
    /// How many are left.
    pub(crate) codes_left: Counted,
    /// The button that makes new ones.
    pub(crate) new_codes: &'static str,
    /// What happens then.
    pub(crate) new_codes_explanation: &'static str,
}

impl Security<'_> {
    fn text(&self) -> &'static SecurityTexts {
        &self.frame.texts().security
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn name<'s>(&self, line: &'s AuthenticatorLine<'_>) -> Cow<'s, str> {
        display_name(line.name)
    }

    /// When it was last used, or else when it was added.
    fn moment(&self, line: &AuthenticatorLine<'_>) -> Moment {
        match line.last_used {
            Some(time) => Moment::new(self.frame, self.text().last_used, time),
            None => Moment::new(self.frame, self.text().added, line.added),
        }
    }

    fn codes_left(&self, left: &u32) -> String {
        (self.text().codes_left)((*left).into())
    }

    fn local_times(&self) -> String {
        self.frame.asset(local_times_path())
    }
}
