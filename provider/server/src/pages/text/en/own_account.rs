//! English: the pages of a person's own account.

use crate::pages::devices::DevicesTexts;
use crate::pages::email::EmailTexts;
use crate::pages::profile::ProfileTexts;

/// [`ProfileTexts`].
pub(super) const PROFILE: ProfileTexts = ProfileTexts {
    title: "Profile",
    explanation: "Applications see what they need of this, and only those that you have allowed to.",
    save: "Save",
    saved: "Your profile was saved.",
    overtaken: "Your profile has been changed elsewhere since you opened this page. Nothing was saved. Please check \
                what it says now, and change it again if you need to.",
    invalid: "The marked field holds something that cannot be saved. Please check what you typed.",
    optional: "Optional",
    one_each_line: "One entry on each line.",
    birthdate_form: "As 1990-12-31, as 1990, or as 0000-12-31 without the year.",
    locale_form: "Your language as a language tag, such as en or en-GB.",
    zoneinfo_form: "The name of your time zone, such as Europe/Berlin.",
    uri_form: "A web address that begins with https://.",
    name: "Full name",
    given_name: "First name",
    middle_name: "Middle name",
    family_name: "Last name",
    nickname: "Nickname",
    gender: "Gender",
    birthdate: "Date of birth",
    locale: "Language",
    zoneinfo: "Time zone",
    website: "Website",
    picture: "Address of a picture",
    phone_number: "Phone number",
};

/// [`EmailTexts`].
pub(super) const EMAIL: EmailTexts = EmailTexts {
    title: "Email",
    current: "Your email address",
    none: "None",
    unproven: "Not confirmed",
    new: "New email address",
    explanation: "You will get an email there with which you confirm that the address is yours. Until then, your \
                  present address stays.",
    waits: |address| format!("The new address {address} is not confirmed yet."),
    cancel: "Keep the present address",
    not_admitted: "This email address cannot be used here. Please use another one.",
    own: "This is your email address already.",
    changed: "Your email address was changed.",
    confirm_title: "Confirm your email address",
    confirm: |address| format!("{address} becomes the email address of your account."),
    undo_title: "Restore your email address",
    undo: |address| {
        format!(
            "The email address of your account becomes {address} again. Everybody is signed out, applications lose \
             their access, and you choose a new password."
        )
    },
    restored_title: "Your email address is restored",
    restored: "Everybody was signed out, and the password does not work any more. Please choose a new one now. We have \
               also sent you a link to do so.",
    sign_in_first: "Please sign in with the account whose email address you want to change, and open the link again in \
                    the same browser. Or type the code from the email on the page where you asked for it.",
    link_is_dead: "This link does not work any more: it was used already, has expired, or was replaced by a newer one.",
    taken: "Another account has this email address by now.",
    too_often: "The email address cannot be changed right now, because it was changed too often. Please try again later.",
};

/// [`DevicesTexts`].
pub(super) const DEVICES: DevicesTexts = DevicesTexts {
    title: "Devices",
    none: "No application has registered a device of yours.",
    explanation: "Applications have registered these devices of yours, to send messages to them. One that you remove gets no more messages, until the application on it registers it again. The application stays signed in there: to end that, withdraw its access on the page “Applications”.",
    application: |name| format!("Application: {name}"),
    platform: |name| format!("Platform: {name}"),
    browser: "Browser",
    added: |time| format!("Added: {time}"),
    last_seen: |time| format!("Last active: {time}"),
    remove: "Remove",
};
