//! Letters to people: the text of a mail, plain and as HTML, in their language.

use askama::Template;
use chrono::{DateTime, Utc};
use credenza_protocol::brand::Color;
use credenza_protocol::time::Time;
use std::borrow::Cow;

use super::phrase::{Counted, Named};
use super::{Lang, display_name};

/// The colour of the button where the tenant has none.
const ACCENT: Color = Color::new(0x001d_4ed8);

/// A letter. Its paragraphs are plain text; names in them have passed [`display_name`].
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    lang: Lang,
    brand: Cow<'a, str>,
    subject: String,
    before: Vec<String>,
    button: Option<Button<'a>>,
    after: Vec<String>,
}

/// What the letter asks to press.
#[derive(Clone, Copy, Debug)]
struct Button<'a> {
    label: &'static str,
    link: &'a str,
}

/// The texts of letters.
pub(crate) struct LetterTexts {
    /// The first line.
    pub(crate) greeting: &'static str,
    /// What to do where the button does not work.
    pub(crate) link_instead: &'static str,
    /// The last line, with the tenant's name.
    pub(crate) automatic: Named,
    /// The subject of the link to a new password, with the tenant's name.
    pub(crate) reset_subject: Named,
    /// What it is about, with the username.
    pub(crate) reset_asked: Named,
    /// How long the link works, in minutes.
    pub(crate) reset_lasts: Counted,
    /// What to do for whom it is a surprise.
    pub(crate) reset_ignore: &'static str,
    /// The subject of what tells of a new password, with the tenant's name.
    pub(crate) changed_subject: Named,
    /// That it was changed, with the username.
    pub(crate) changed: Named,
    /// The same where nothing was signed out.
    pub(crate) changed_here: Named,
    /// What to do for whom it is a surprise.
    pub(crate) changed_by_others: &'static str,
    /// The subject of what somebody gets who wants an account, with the tenant's name.
    pub(crate) sign_up_subject: Named,
    /// What it is about, with the tenant's name.
    pub(crate) sign_up_asked: Named,
    /// The code that does the same as the button.
    pub(crate) sign_up_code: Named,
    /// How long both work, in minutes.
    pub(crate) sign_up_lasts: Counted,
    /// What to do for whom it is a surprise.
    pub(crate) sign_up_ignore: &'static str,
    /// The subject of what somebody gets who wants an account and has one, with the tenant's name.
    pub(crate) known_subject: Named,
    /// What it is about, with the username.
    pub(crate) known: Named,
    /// What to do for whom it is a surprise, and for whom has forgotten the password.
    pub(crate) known_ignore: &'static str,
    /// The subject of what somebody gets who wants to sign in by mail, with the tenant's name.
    pub(crate) sign_in_subject: Named,
    /// What it is about, with the username.
    pub(crate) sign_in_asked: Named,
    /// In which browser it was asked for.
    pub(crate) sign_in_from: Named,
    /// What to do for whom it is a surprise.
    pub(crate) sign_in_ignore: &'static str,
    /// What a link is about that an operator has made, with the username.
    pub(crate) given: Named,
    /// What to do for whom it is a surprise.
    pub(crate) given_ignore: &'static str,
    /// The subject of an invitation, with the tenant's name.
    pub(crate) invitation_subject: Named,
    /// What it is about, with the tenant's name.
    pub(crate) invited: Named,
    /// Until when the link works, with the time.
    pub(crate) invitation_lasts: Named,
    /// What to do for whom it is a surprise.
    pub(crate) invitation_ignore: &'static str,
    /// The subject of what tells that an account is approved, with the tenant's name.
    pub(crate) approved_subject: Named,
    /// What it says, with the username.
    pub(crate) approved: Named,
    /// The subject of what tells that an account is refused, with the tenant's name.
    pub(crate) rejected_subject: Named,
    /// What it says, with the tenant's name.
    pub(crate) rejected: Named,
    /// The subject of what tells that an account is to be deleted, with the tenant's name.
    pub(crate) deletion_subject: Named,
    /// That somebody asked for it, with the username.
    pub(crate) deletion_asked: Named,
    /// When it is deleted, with date and time.
    pub(crate) deletion_at: Named,
    /// Until then it can be kept.
    pub(crate) deletion_keep: &'static str,
    /// What to do for whom it is a surprise.
    pub(crate) deletion_by_others: &'static str,
    /// The subject of the reminder, with the tenant's name.
    pub(crate) deletion_soon_subject: Named,
    /// That there is little time left, with the username.
    pub(crate) deletion_soon: Named,
    /// The subject of what proves another address, with the tenant's name.
    pub(crate) email_change_subject: Named,
    /// What it is about, with the username.
    pub(crate) email_change: Named,
    /// How long link and code work, in minutes, and where.
    pub(crate) email_change_lasts: Counted,
    /// What to do for whom it is a surprise.
    pub(crate) email_change_ignore: &'static str,
    /// The subject of what whoever has the address gets, with the tenant's name.
    pub(crate) email_taken_subject: Named,
    /// What it is about, with their username.
    pub(crate) email_taken: Named,
    /// What to do.
    pub(crate) email_taken_ignore: &'static str,
    /// The subject of what the old address gets, with the tenant's name.
    pub(crate) email_changed_subject: Named,
    /// What it is about, with the username.
    pub(crate) email_changed: Named,
    /// What to do for whom it is a surprise, within so many days.
    pub(crate) email_changed_undo: Counted,
    /// The subject when that is done, with the tenant's name.
    pub(crate) email_restored_subject: Named,
    /// What has happened, with the tenant's name.
    pub(crate) email_restored: Named,
    /// The subject of what says that mail works, with the issuer.
    pub(crate) test_subject: Named,
    /// What it says.
    pub(crate) test: &'static str,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Plain<'a>(&'a Letter<'a>);

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a>(&'a Letter<'a>, Color);

impl<'a> Letter<'a> {
    /// The link by which somebody chooses a new password, good for so many minutes.
    #[must_use]
    pub fn password_reset(lang: Lang, brand: &'a str, username: &str, link: &'a str, minutes: u64) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.reset_subject)(&brand),
            before: vec![(text.reset_asked)(&display_name(username))],
            button: Some(Button { label: lang.texts().password_reset.choose, link }),
            after: vec![(text.reset_lasts)(minutes), text.reset_ignore.to_owned()],
            lang,
            brand,
        }
    }

    /// What tells of a new password, and whether the account was signed out everywhere.
    #[must_use]
    pub fn password_changed(lang: Lang, brand: &'a str, username: &str, everywhere: bool) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.changed_subject)(&brand),
            before: vec![
                if everywhere { text.changed } else { text.changed_here }(&display_name(username)),
                text.changed_by_others.to_owned(),
            ],
            button: None,
            after: vec![],
            lang,
            brand,
        }
    }

    /// The link and the code by which somebody proves that they read the address with which they want an account, good for so
    /// many minutes.
    #[must_use]
    pub fn sign_up(lang: Lang, brand: &'a str, link: &'a str, code: &str, minutes: u64) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.sign_up_subject)(&brand),
            before: vec![(text.sign_up_asked)(&brand)],
            button: Some(Button { label: lang.texts().sign_up.confirm, link }),
            after: vec![
                (text.sign_up_code)(code),
                (text.sign_up_lasts)(minutes),
                text.sign_up_ignore.to_owned(),
            ],
            lang,
            brand,
        }
    }

    /// What somebody gets who wants an account and has one.
    #[must_use]
    pub fn known(lang: Lang, brand: &'a str, username: &str, link: &'a str) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.known_subject)(&brand),
            before: vec![(text.known)(&display_name(username))],
            button: Some(Button { label: lang.texts().shared.sign_in, link }),
            after: vec![text.known_ignore.to_owned()],
            lang,
            brand,
        }
    }

    /// The link and the code by which somebody signs in who asked for it in that browser, good for so many minutes.
    #[must_use]
    pub fn sign_in(
        lang: Lang,
        brand: &'a str,
        (username, device): (&str, &str),
        (link, code): (&'a str, &str),
        minutes: u64,
    ) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        let device = (!device.is_empty()).then(|| (text.sign_in_from)(&display_name(device)));
        let asked = (text.sign_in_asked)(&display_name(username));
        Self {
            subject: (text.sign_in_subject)(&brand),
            before: [asked].into_iter().chain(device).collect(),
            button: Some(Button { label: lang.texts().shared.sign_in, link }),
            after: vec![
                (text.sign_up_code)(code),
                (text.sign_up_lasts)(minutes),
                text.sign_in_ignore.to_owned(),
            ],
            lang,
            brand,
        }
    }

    /// The link by which somebody signs in that an operator has made, good for so many minutes.
    #[must_use]
    pub fn sign_in_link(lang: Lang, brand: &'a str, username: &str, link: &'a str, minutes: u64) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.sign_in_subject)(&brand),
            before: vec![(text.given)(&display_name(username))],
            button: Some(Button { label: lang.texts().shared.sign_in, link }),
            after: vec![(text.reset_lasts)(minutes), text.given_ignore.to_owned()],
            lang,
            brand,
        }
    }

    /// The link by which somebody who is invited makes an account, good until then.
    #[must_use]
    pub fn invitation(lang: Lang, brand: &'a str, link: &'a str, until: Time) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        // Empty for a time that is beyond what a calendar can show.
        let until = DateTime::from_timestamp(until.seconds(), 0).map(lang.texts().shared.date_time);
        Self {
            subject: (text.invitation_subject)(&brand),
            before: vec![(text.invited)(&brand)],
            button: Some(Button { label: lang.texts().sign_up.create, link }),
            after: vec![
                (text.invitation_lasts)(&until.unwrap_or_default()),
                text.invitation_ignore.to_owned(),
            ],
            lang,
            brand,
        }
    }

    /// What tells that an operator has approved the account, with the link to the sign-in.
    #[must_use]
    pub fn approved(lang: Lang, brand: &'a str, username: &str, link: &'a str) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.approved_subject)(&brand),
            before: vec![(text.approved)(&display_name(username))],
            button: Some(Button { label: lang.texts().shared.sign_in, link }),
            after: vec![],
            lang,
            brand,
        }
    }

    /// What tells that an operator has refused the account.
    #[must_use]
    pub fn rejected(lang: Lang, brand: &'a str) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.rejected_subject)(&brand),
            before: vec![(text.rejected)(&brand)],
            button: None,
            after: vec![],
            lang,
            brand,
        }
    }

    /// What tells that an account is to be deleted then, with the link that keeps it.
    #[must_use]
    pub fn deletion_scheduled(
        lang: Lang,
        brand: &'a str,
        username: &str,
        at: DateTime<Utc>,
        link: &'a str,
    ) -> Self {
        let text = &lang.texts().letter;
        let said = (text.deletion_asked)(&display_name(username));
        let surprise = Some(text.deletion_by_others.to_owned());
        Self::of_deletion(lang, brand, (text.deletion_subject, said, surprise), (at, link))
    }

    /// The same when there is little time left.
    #[must_use]
    pub fn deletion_soon(
        lang: Lang,
        brand: &'a str,
        username: &str,
        at: DateTime<Utc>,
        link: &'a str,
    ) -> Self {
        let text = &lang.texts().letter;
        let said = (text.deletion_soon)(&display_name(username));
        Self::of_deletion(lang, brand, (text.deletion_soon_subject, said, None), (at, link))
    }

    fn of_deletion(
        lang: Lang,
        brand: &'a str,
        (subject, said, surprise): (Named, String, Option<String>),
        (at, link): (DateTime<Utc>, &'a str),
    ) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        let date = (lang.texts().shared.date_time)(at);
        Self {
            subject: subject(&brand),
            before: vec![said, (text.deletion_at)(&date), text.deletion_keep.to_owned()],
            button: Some(Button { label: lang.texts().deletion.keep, link }),
            after: surprise.into_iter().collect(),
            lang,
            brand,
        }
    }

    /// The link and the code by which somebody who is signed in proves that they read another address, good for so many minutes.
    #[must_use]
    pub fn email_change(
        lang: Lang,
        (brand, username): (&'a str, &str),
        link: &'a str,
        code: &str,
        minutes: u64,
    ) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.email_change_subject)(&brand),
            before: vec![(text.email_change)(&display_name(username))],
            button: Some(Button { label: lang.texts().sign_up.confirm, link }),
            after: vec![
                (text.sign_up_code)(code),
                (text.email_change_lasts)(minutes),
                text.email_change_ignore.to_owned(),
            ],
            lang,
            brand,
        }
    }

    /// What whoever has an address gets that somebody else wants.
    #[must_use]
    pub fn email_taken(lang: Lang, brand: &'a str, username: &str) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.email_taken_subject)(&brand),
            before: vec![(text.email_taken)(&display_name(username)), text.email_taken_ignore.to_owned()],
            button: None,
            after: vec![],
            lang,
            brand,
        }
    }

    /// What the old address gets, with the link by which it is restored within so many days.
    #[must_use]
    pub fn email_changed(lang: Lang, (brand, username): (&'a str, &str), link: &'a str, days: u64) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.email_changed_subject)(&brand),
            before: vec![(text.email_changed)(&display_name(username)), (text.email_changed_undo)(days)],
            button: Some(Button { label: lang.texts().email.undo_title, link }),
            after: vec![],
            lang,
            brand,
        }
    }

    /// What it gets when it is restored, with the link to a new password, good for so many minutes.
    #[must_use]
    pub fn email_restored(lang: Lang, brand: &'a str, link: &'a str, minutes: u64) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.email_restored_subject)(&brand),
            before: vec![(text.email_restored)(&brand)],
            button: Some(Button { label: lang.texts().password_reset.choose, link }),
            after: vec![(text.reset_lasts)(minutes)],
            lang,
            brand,
        }
    }

    /// What tells of something, with the tenant's name in the subject.
    pub(super) fn notice(lang: Lang, brand: &'a str, subject: Named, before: Vec<String>) -> Self {
        let brand = display_name(brand);
        Self { subject: subject(&brand), before, button: None, after: vec![], lang, brand }
    }

    /// What says that mail works.
    #[must_use]
    pub fn test(lang: Lang, brand: &'a str) -> Self {
        let (text, brand) = (&lang.texts().letter, display_name(brand));
        Self {
            subject: (text.test_subject)(&brand),
            before: vec![text.test.to_owned()],
            button: None,
            after: vec![],
            lang,
            brand,
        }
    }

    /// Its language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// As plain text.
    #[must_use]
    pub fn text(&self) -> String {
        // Writing to a string fails only if the `Display` of a value does, and none here does.
        Plain(self).render().unwrap_or_default()
    }

    /// As HTML, with a button of this colour, which must be readable on white.
    #[must_use]
    pub fn html(&self, accent: Option<Color>) -> String {
        Html(self, accent.unwrap_or(ACCENT)).render().unwrap_or_default()
    }

    fn texts(&self) -> &'static LetterTexts {
        &self.lang.texts().letter
    }

    fn automatic(&self) -> String {
        (self.texts().automatic)(&self.brand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_chose_is_text_in_both_forms() {
        let hostile = "<b>{{7*7}}\r\nBcc: x@evil.test\u{202e}";
        for lang in Lang::all() {
            let letter =
                Letter::password_reset(*lang, hostile, hostile, "https://id.example/r?token=a&b", 30);
            let (text, html) = (letter.text(), letter.html(None));
            assert!(!letter.subject().chars().any(char::is_control), "{}", letter.subject());
            for form in [&text, &html] {
                assert!(form.contains("{{7*7}}") && !form.contains("\r\nBcc") && !form.contains('\u{202e}'));
            }
            assert!(!html.contains("<b>") && html.contains("token=a&#38;b") && text.contains("token=a&b"));
            assert!(html.contains(&format!("lang=\"{}\"", lang.tag())));
        }
    }
}
