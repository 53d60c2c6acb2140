//! The pages on which a person deletes their account, and keeps it after all.

use askama::Template;
use chrono::DateTime;
use credenza_protocol::time::Time;

use super::phrase::{Counted, Named};
use super::{Frame, WayOn, display_name};

/// Asks whether the account shall be deleted. It posts `csrf` and `username` to `action`.
#[derive(Template)]
#[template(path = "delete_account.html")]
pub struct DeleteAccount<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// Whose account it is.
    pub username: &'a str,
    /// How many days they have to keep it; with 0, none.
    pub days: u64,
    /// What was wrong before.
    pub error: Option<DeleteAccountError>,
    /// Back to the account.
    pub way_back: &'a str,
}

/// Why [`DeleteAccount`] is shown again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeleteAccountError {
    /// What was typed is not the username.
    Wrong,
    /// The person administers something.
    Administers,
    /// It is not possible now.
    Refused,
}

/// Says what became of it.
#[derive(Template)]
#[template(path = "deletion_asked.html")]
pub struct DeletionAsked<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// When it is deleted; `None` when it is already.
    pub deletes_at: Option<Time>,
}

/// Asks whether an account shall be kept. It posts the `hidden` fields to `action`.
#[derive(Template)]
#[template(path = "keep_account.html")]
pub struct KeepAccount<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Where the form is sent.
    pub action: &'a str,
    /// What is sent along, names and values.
    pub hidden: Vec<(&'a str, &'a str)>,
    /// Whose account it is.
    pub username: &'a str,
    /// When it is deleted.
    pub deletes_at: Time,
}

/// Says that it is kept.
#[derive(Template)]
#[template(path = "account_kept.html")]
pub struct AccountKept<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// On to the sign-in.
    pub way_on: WayOn<'a>,
}

/// The texts of these pages.
pub(crate) struct DeletionTexts {
    /// The heading of [`DeleteAccount`], and the link to it.
    pub(crate) title: &'static str,
    /// What happens, with the number of days until it is deleted.
    pub(crate) intro_later: Counted,
    /// What happens where it is deleted at once.
    pub(crate) intro_now: &'static str,
    /// The label of the username.
    pub(crate) confirm: &'static str,
    /// The button.
    pub(crate) submit: &'static str,
    /// [`DeleteAccountError::Wrong`].
    pub(crate) wrong: &'static str,
    /// [`DeleteAccountError::Administers`].
    pub(crate) administers: &'static str,
    /// [`DeleteAccountError::Refused`].
    pub(crate) refused: &'static str,
    /// The heading of [`DeletionAsked`].
    pub(crate) asked_title: &'static str,
    /// What it says, with date and time.
    pub(crate) asked: Named,
    /// Its heading where the account is deleted already.
    pub(crate) deleted_title: &'static str,
    /// What it says then.
    pub(crate) deleted: &'static str,
    /// The heading of [`KeepAccount`].
    pub(crate) keep_title: &'static str,
    /// What it says, with date and time.
    pub(crate) keep_at: Named,
    /// Its button.
    pub(crate) keep: &'static str,
    /// The heading of [`AccountKept`].
    pub(crate) kept_title: &'static str,
    /// What it says.
    pub(crate) kept: &'static str,
    /// The link in a mail is no longer good.
    pub(crate) link_is_dead: &'static str,
    /// Back to the account.
    pub(crate) back: &'static str,
}

/// Empty for a time that is beyond what a calendar can show.
fn date_time(frame: Frame<'_>, time: Time) -> String {
    let time = DateTime::from_timestamp(time.seconds(), 0);
    time.map(frame.texts().shared.date_time).unwrap_or_default()
}

impl DeleteAccount<'_> {
    fn text(&self) -> &'static DeletionTexts {
        &self.frame.texts().deletion
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    fn intro(&self) -> String {
        if self.days == 0 { self.text().intro_now.to_owned() } else { (self.text().intro_later)(self.days) }
    }

    fn error_text(&self) -> Option<&'static str> {
        Some(match self.error? {
            DeleteAccountError::Wrong => self.text().wrong,
            DeleteAccountError::Administers => self.text().administers,
            DeleteAccountError::Refused => self.text().refused,
        })
    }

    fn is_wrong(&self) -> bool {
        self.error == Some(DeleteAccountError::Wrong)
    }
}

impl DeletionAsked<'_> {
    fn text(&self) -> &'static DeletionTexts {
        &self.frame.texts().deletion
    }

    fn title(&self) -> &'static str {
        if self.deletes_at.is_some() { self.text().asked_title } else { self.text().deleted_title }
    }

    fn said(&self) -> String {
        match self.deletes_at {
            Some(time) => (self.text().asked)(&date_time(self.frame, time)),
            None => self.text().deleted.to_owned(),
        }
    }
}

impl KeepAccount<'_> {
    fn text(&self) -> &'static DeletionTexts {
        &self.frame.texts().deletion
    }

    fn title(&self) -> &'static str {
        let DeletionTexts { keep_title, .. } = self.text();
        keep_title
    }

    fn of_account(&self) -> String {
        (self.frame.texts().password_reset.of_account)(&display_name(self.username))
    }

    fn said(&self) -> String {
        (self.text().keep_at)(&date_time(self.frame, self.deletes_at))
    }
}

impl AccountKept<'_> {
    fn text(&self) -> &'static DeletionTexts {
        &self.frame.texts().deletion
    }

    fn title(&self) -> &'static str {
        let DeletionTexts { kept_title, .. } = self.text();
        kept_title
    }
}
