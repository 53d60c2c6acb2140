//! English. Tools that walk through the pages rely on some of these texts: "Sign in to …", "Request not accepted",
//! "You are signed out", "Do you want to sign out".

mod factors;
mod own_account;

use super::{SharedTexts, Texts};
use crate::pages::account::AccountTexts;
use crate::pages::account_nav::AccountNavTexts;
use crate::pages::applicant::ApplicantTexts;
use crate::pages::applications::ApplicationsTexts;
use crate::pages::change_password::ChangePasswordTexts;
use crate::pages::consent::{ConsentTexts, ScopeTexts};
use crate::pages::deletion::DeletionTexts;
#[cfg(feature = "demo")]
use crate::pages::demo::{CheckTexts, DemoTexts, InboxTexts, SpaTexts};
use crate::pages::error::ErrorTexts;
use crate::pages::finished::FinishedTexts;
use crate::pages::form_post::FormPostTexts;
use crate::pages::home::HomeTexts;
use crate::pages::letter::LetterTexts;
use crate::pages::login::LoginTexts;
use crate::pages::logout::{LogoutTexts, RefusedTexts};
use crate::pages::look::FrameTexts;
use crate::pages::mailed_code::MailedCodeTexts;
use crate::pages::new_password::NewPasswordTexts;
use crate::pages::own_data::OwnDataTexts;
use crate::pages::password_reset::PasswordResetTexts;
use crate::pages::required_password::RequiredPasswordTexts;
use crate::pages::robot_check::RobotCheckTexts;
use crate::pages::select_account::SelectAccountTexts;
use crate::pages::sign_in_by_mail::SignInByMailTexts;
use crate::pages::sign_up::SignUpTexts;
use crate::pages::terms::TermsTexts;
use crate::pages::way_on::WayOnTexts;

pub(super) static TEXTS: Texts = Texts {
    tag: "en",
    name: "English",
    is_right_to_left: false,
    frame: FrameTexts { languages: "Language", support: "Help", imprint: "Legal notice" },
    shared: SharedTexts {
        signed_in_as: |name| format!("Signed in as {name}"),
        username: "Username",
        password: "Password",
        sign_in: "Sign in",
        sign_out: "Sign out",
        back: "Back",
        continue_: "Continue",
        date_time: |time| time.format("%-d %B %Y, %H:%M UTC").to_string(),
    },
    applicant: ApplicantTexts {
        returns_to: "You will then return to",
        about: "About this application",
        privacy_policy: "Privacy policy",
        terms_of_service: "Terms of service",
    },
    robot_check: RobotCheckTexts {
        missing: "Please confirm that you are not a robot, and try again.",
        working: "Checking that you are not a robot …",
        wait: |seconds| {
            format!(
                "Your browser runs no JavaScript: please wait {seconds} seconds before you press the button. This keeps robots away."
            )
        },
    },
    login: LoginTexts {
        title: |name| format!("Sign in to {name}"),
        again: "You signed in a while ago. Please confirm that it is you: sign in again to go on.",
        username_or_email: "Username or email address",
        cancel: "Cancel",
        wrong: "The username or password is incorrect. Please try again.",
        waits: "Your account waits for approval. You will get an email when it has been decided.",
        throttled: |seconds| match (seconds, seconds.div_ceil(60)) {
            (0 | 1, _) => "Too many attempts. Please try again in a second.".to_owned(),
            (2..60, _) => format!("Too many attempts. Please try again in {seconds} seconds."),
            (_, 1) => "Too many attempts. Please try again in a minute.".to_owned(),
            (_, minutes) => format!("Too many attempts. Please try again in {minutes} minutes."),
        },
    },
    password_reset: PasswordResetTexts {
        forgot: "Forgot your password?",
        explanation: "Enter your username or email address, and we will email you a link to choose a new password.",
        send: "Send the link",
        back: "Back to sign-in",
        sent_title: "Check your email",
        sent: "If there is an account with that name and it has an email address, a link is on its way to it. The link \
               works for 30 minutes.",
        nothing_came: "Nothing there after a few minutes? Look in your spam folder, and check what you typed.",
        again: "Try again",
        choose: "Choose a new password",
        of_account: |name| format!("For the account {name}"),
        new_password: "New password",
        link_is_dead: "This link no longer works: it was used already, is older than 30 minutes, or was replaced by a newer \
                       one.",
        changed_title: "Your password was changed",
        changed: "You can now sign in with your new password. Everywhere else you have been signed out.",
    },
    new_password: NewPasswordTexts {
        rule: |least| {
            format!("At least {least} characters. Several words are easy to remember and hard to guess.")
        },
        short: |least| format!("The password is too short: it needs at least {least} characters."),
        long: "The password is too long.",
        control: "The password contains characters that cannot be typed on every keyboard.",
        own: "The password must not be your username or email address.",
        guessable: "This password is easy to guess: it is very common, follows a pattern or resembles your name. Use \
                    several words that have nothing to do with each other.",
        breached: "This password is in a list of passwords that were stolen elsewhere, so others will try it. Choose a \
                   different one, and change it where you use it.",
    },
    mailed_code: MailedCodeTexts {
        title: "Check your email",
        code: "Code from the email",
        wrong: "The code is wrong or no longer works. Please check what you typed.",
        too_many: "Too many wrong codes. Please try again in an hour, or open the link in the email.",
        again: "Send another email",
    },
    sign_up: SignUpTexts {
        title: |name| format!("Create an account at {name}"),
        explanation: "You will get an email with which you confirm that the address is yours.",
        email: "Email address",
        send: "Continue",
        have_one: "You already have an account? Sign in",
        create: "Create an account",
        not_an_address: "This is not an email address. Please check what you typed.",
        not_admitted: "No account can be created here with this email address. Please use another one.",
        sent_to: |address| {
            format!(
                "An email to {address} is on its way. Open the link in it, or type the code here. Both work \
                                    for 30 minutes."
            )
        },
        confirm: "Confirm address",
        nothing_came: "Nothing there after a few minutes? Look in the spam folder, and check the address.",
        complete_title: "Create an account",
        confirmed: |address| format!("Your email address is confirmed: {address}"),
        invited: |address| format!("You are invited, with this email address: {address}"),
        password: "Password",
        username_rule: "You sign in with it. Others may see it.",
        username_taken: "This username is taken, or is easily mistaken for another one. Please choose a different one.",
        username_invalid: "This username has characters that are not possible, or is too long.",
        link_is_dead: "This link no longer works: it has been used already, is older than 30 minutes or was replaced by a \
                       newer one.",
        invitation_is_dead: "This invitation no longer works: it has been accepted already, has expired, was taken back or was \
                             replaced by a newer one. Please ask whoever invited you.",
        by_invitation: "Accounts are created here by invitation only. If you have one, open the link in its email.",
        address_taken: "There is an account with this email address by now. Please sign in.",
        ready_title: "Your account is ready",
        ready: "You can sign in now: in the browser in which you began, or here.",
        waits_title: "Your account waits for approval",
        waits: "Your account has been created, and somebody decides on it before you can sign in. You will get an email then.",
    },
    sign_in_by_mail: SignInByMailTexts {
        send: "Email me a sign-in link",
        name_missing: "Please type your username or email address, and then ask for the link again.",
        sent_to: |typed| {
            format!(
                "If {typed} is an account with a confirmed email address, an email to it is on its way. Open the link in \
                     it in this browser, or type the code here. Both work for 10 minutes."
            )
        },
        of_account: |name| format!("You sign in to the account {name}."),
        not_yours: "If this is not your account, close this page.",
        given: "The people who run this service have made this link for you.",
        elsewhere_title: "Continue in the other browser",
        elsewhere: |name| {
            format!(
                "This link belongs to another browser, in which somebody, most likely you, wants to sign in to the account \
                     {name}."
            )
        },
        asked_in: |device| format!("Browser: {device}"),
        asked_at: |time| format!("Asked for: {time}"),
        type_code: "To sign in there, type this code into the page that is still open:",
        keep_code: "If you did not ask for it yourself, close this page. Do not give the code to anybody, and do not type it \
                    into a page that somebody sent you.",
        link_is_dead: "This link no longer works: it was used already, has expired, or you have signed in by another one.",
    },
    change_password: ChangePasswordTexts {
        title: "Change password",
        old: "Current password",
        everywhere: "Sign out everywhere else, and withdraw the access of applications",
        wrong: "The current password is wrong. Please try again.",
        overtaken: "The password has just been changed somewhere else. Please sign in again.",
        done: "Your password was changed.",
    },
    second_factor: factors::SECOND_FACTOR,
    authenticator_app: factors::AUTHENTICATOR_APP,
    passkey: factors::PASSKEY,
    recovery_codes: factors::RECOVERY_CODES,
    security: factors::SECURITY,
    factor_letter: factors::FACTOR_LETTER,
    sign_in_letter: factors::SIGN_IN_LETTER,
    terms: TermsTexts {
        asked: |brand| format!("Please read the terms of service of {brand} and accept them to go on."),
        changed: |brand| {
            format!("{brand} has changed its terms of service. Please read them and accept them to go on.")
        },
        accept: "Accept and continue",
        choice: "I accept the terms of service",
        missing: "Please accept the terms of service to create your account.",
    },
    required_password: RequiredPasswordTexts {
        why: "Your password has to be changed before you can go on.",
        change: "Change password and go on",
        same: "This is your present password. Please choose another one.",
    },
    devices: own_account::DEVICES,
    applications: ApplicationsTexts {
        title: "Applications with access",
        none: "No application has access to your account.",
        last_used: |time| format!("Last active: {time}"),
        remembered: "Not active. You have allowed this before, so it need not ask again.",
        withdraw: "Withdraw access",
        explanation: "If you withdraw the access of an application, it is cut off at once, and must ask you again.",
    },
    own_data: OwnDataTexts {
        title: "Your data",
        intro: "Download a copy of everything that is stored about you: your account, groups and roles, where you are signed in, the applications with access, and what has happened with your account. It is a JSON file without passwords or other secrets.",
        download: "Download the copy",
    },
    deletion: DeletionTexts {
        title: "Delete account",
        intro_later: |days| {
            match days {
            1 => "Your account is disabled at once, you are signed out everywhere, and applications lose their access. After a day everything is deleted for good; until then you can keep the account.".to_owned(),
            days => format!("Your account is disabled at once, you are signed out everywhere, and applications lose their access. After {days} days everything is deleted for good; until then you can keep the account."),
        }
        },
        intro_now: "Your account and everything stored with it are deleted at once and for good. This cannot be undone.",
        confirm: "Type your username to confirm",
        submit: "Delete account",
        wrong: "This is not your username. Please type it as it is shown above.",
        administers: "Your account has rights to administer this service. Please ask another operator to delete it.",
        refused: "The account cannot be deleted now. Please sign in again.",
        asked_title: "Your account will be deleted",
        asked: |time| {
            format!(
                "Your account is disabled, and will be deleted on {time}. To keep it, sign in again before then."
            )
        },
        deleted_title: "Your account is deleted",
        deleted: "Your account and everything stored with it are deleted. You can close this window.",
        keep_title: "Keep your account?",
        keep_at: |time| format!("You asked for the deletion of this account. It will be deleted on {time}."),
        keep: "Keep my account",
        kept_title: "Your account is kept",
        kept: "Your account is active again. Applications have to ask you for access again.",
        link_is_dead: "This link is no longer valid: the account was kept already, or its time is over.",
        back: "Back to your account",
    },
    letter: LetterTexts {
        greeting: "Hello,",
        link_instead: "If the button does not work, open this address in your browser:",
        automatic: |brand| format!("{brand} sent this message automatically. Replies are not read."),
        reset_subject: |brand| format!("Choose a new password for {brand}"),
        reset_asked: |name| {
            format!("Somebody, most likely you, asked for a new password for the account {name}.")
        },
        reset_lasts: |minutes| format!("The link works once, within {minutes} minutes."),
        reset_ignore: "If it was not you, you do not need to do anything: your password stays as it is.",
        changed_subject: |brand| format!("Your password for {brand} was changed"),
        changed: |name| {
            format!(
                "The password of the account {name} was changed, and the account was signed out everywhere."
            )
        },
        changed_here: |name| format!("The password of the account {name} was changed."),
        changed_by_others: "If it was not you, choose “Forgot your password?” on the sign-in page right away, and tell \
                            whoever runs this service.",
        sign_up_subject: |brand| format!("Confirm your email address for {brand}"),
        sign_up_asked: |brand| {
            format!(
                "Somebody, most likely you, wants to create an account at {brand} with this email address."
            )
        },
        sign_up_code: |code| format!("Or type this code on the page that is still open: {code}"),
        sign_up_lasts: |minutes| format!("The link and the code work once, and for {minutes} minutes."),
        sign_up_ignore: "If this was not you, you need not do anything: no account is created. Do not give the code to \
                         anybody.",
        known_subject: |brand| format!("You already have an account at {brand}"),
        known: |name| {
            format!(
                "Somebody, most likely you, wanted to create an account with this email address. There is one \
                     already: {name}."
            )
        },
        known_ignore: "If you have forgotten your password, you can choose a new one on the sign-in page. If this was not \
                       you, you need not do anything: nothing has changed.",
        sign_in_subject: |brand| format!("Sign in to {brand}"),
        sign_in_asked: |name| format!("Somebody, most likely you, wants to sign in to the account {name}."),
        sign_in_from: |device| format!("It was asked for in this browser: {device}"),
        sign_in_ignore: "If it was not you, you do not need to do anything: without this email nobody can sign in by it. Do \
                         not give the code to anybody.",
        given: |name| {
            format!(
                "The people who run this service have made a link for you. It signs you in to the account {name}."
            )
        },
        given_ignore: "Do not pass this email on: whoever opens the link can sign in to your account.",
        invitation_subject: |brand| format!("Your invitation to {brand}"),
        invited: |brand| format!("You are invited to create an account at {brand} with this email address."),
        invitation_lasts: |until| format!("The link works once, until {until}."),
        invitation_ignore: "If you do not know what this is about, you need not do anything: no account is created. Do not \
                            pass the link on to anybody.",
        approved_subject: |brand| format!("Your account at {brand} is approved"),
        approved: |name| format!("Your account {name} has been approved. You can sign in now."),
        rejected_subject: |brand| format!("Your account at {brand}"),
        rejected: |brand| {
            format!(
                "Your account at {brand} was not approved. It cannot be used, and will be deleted after a month."
            )
        },
        deletion_subject: |brand| format!("Your account at {brand} will be deleted"),
        deletion_asked: |name| {
            format!("Somebody, most likely you, asked for the deletion of the account {name}.")
        },
        deletion_at: |time| format!("It is disabled now, and will be deleted for good on {time}."),
        deletion_keep: "Until then, you can keep it: press the button, or sign in.",
        deletion_by_others: "If this was not you, keep the account, and change its password: somebody else knows it.",
        deletion_soon_subject: |brand| format!("Your account at {brand} will soon be deleted"),
        deletion_soon: |name| {
            format!("You asked for the deletion of the account {name}, and its time is nearly over.")
        },
        email_change_subject: |brand| format!("Confirm your new email address for {brand}"),
        email_change: |name| {
            format!("Somebody, most likely you, wants to use this email address for the account {name}.")
        },
        email_change_lasts: |minutes| {
            format!("Both work once, within {minutes} minutes, and only where you are signed in.")
        },
        email_change_ignore: "If it was not you, do not confirm the address, and do not pass on the code.",
        email_taken_subject: |brand| format!("Your email address at {brand}"),
        email_taken: |name| {
            format!(
                "Somebody, perhaps you, wanted to use this email address for another account. It belongs to your account \
                 {name}, and that stays so."
            )
        },
        email_taken_ignore: "You do not need to do anything. To use the address for another account, change the email \
                             address of this one first.",
        email_changed_subject: |brand| format!("Your email address for {brand} was changed"),
        email_changed: |name| {
            format!("The account {name} has a new email address. This one no longer belongs to it.")
        },
        email_changed_undo: |days| {
            format!(
                "If it was not you, restore this address within {days} days. Everybody is signed out then, and you choose a \
                 new password."
            )
        },
        email_restored_subject: |brand| format!("Your email address for {brand} is restored"),
        email_restored: |brand| {
            format!(
                "Your account at {brand} has this email address again. Everybody was signed out, and the password does not \
                 work any more."
            )
        },
        test_subject: |issuer| format!("Mail from {issuer} works"),
        test: "This message was sent to see whether mail works. It does.",
    },
    consent: ConsentTexts {
        title: |name| format!("{name} is asking for access"),
        would_like_to: "The application would like to:",
        scopes: ScopeTexts {
            openid: "Know who you are",
            profile: "See your profile, such as your name and picture",
            email: "See your email address",
            address: "See your postal address",
            phone: "See your phone number",
            offline_access: "Keep this access while you are away, until you withdraw it",
            account: "Manage your account: your profile, your password, your sessions and what applications may do",
            groups: "See which groups you belong to",
            roles: "See which roles you have",
            claim: |name| format!("See one of your details: {name}"),
        },
        only_if_trusted: "Allow this only if you know and trust the application.",
        allow: "Allow",
        deny: "Deny",
    },
    select_account: SelectAccountTexts {
        title: |name| format!("Choose an account for {name}"),
        continue_as: |name| format!("Continue as {name}"),
        other: "Use another account",
    },
    form_post: FormPostTexts {
        title: "Taking you back",
        press_to_return: "Press “Continue” to return to the application.",
    },
    logout: LogoutTexts {
        title: "Do you want to sign out?",
        asked_by: |name| format!("{name} would like to sign you out."),
        stay_signed_in: "Stay signed in",
        signed_out: "You are signed out",
        returning: "You are being taken back to the application.",
        may_close: "You can close this window now.",
        may_go_back_to: |name| format!("You can go back to {name} or close this window."),
        refused: RefusedTexts {
            hint: "The application’s proof of your sign-in (id_token_hint) was not accepted: it was changed, has no \
                   signature, or does not come from this sign-in service. You will not be sent to another address.",
            client: "The application that asked for this is not known to this sign-in service or has been disabled, or \
                     the request names another one than the proof of your sign-in does. You will not be sent to another \
                     address.",
            redirect_uri: "The application asked to send you to an address that is not registered for it. You will not be \
                           sent there.",
            unnamed: "The request names an address to send you to, but not the application that asks for it. You will not \
                      be sent there.",
            unconfirmed: "The request carries no proof of your sign-in (id_token_hint), and nobody could confirm it. You \
                          were not sent to the address that it names.",
            still_signed_in: "You are still signed in. Nothing has changed so far.",
            has_ended: "Your session in this browser has ended.",
            was_not_signed_in: "There was no session in this browser, so nothing had to end.",
        },
    },
    account: AccountTexts {
        title: "Your account",
        where_signed_in: "Where you are signed in",
        no_sessions: "You have no active sessions.",
        this_device: "This device",
        unknown_device: "Unknown device",
        signed_in_at: |time| format!("Signed in: {time}"),
        last_seen_at: |time| format!("Last active: {time}"),
        place: |place| format!("Approximate place: {place}"),
        used_by: |names| format!("Applications: {names}"),
        sign_out_everywhere: "Sign out everywhere",
    },
    account_nav: AccountNavTexts {
        label: "Your account",
        sessions: "Sign-ins",
        password: "Password",
        applications: "Applications",
    },
    profile: own_account::PROFILE,
    email: own_account::EMAIL,
    error: ErrorTexts {
        title: "Request not accepted",
        client_unknown: "The application that sent you here is not known to this sign-in service, or it has been disabled.",
        redirect_uri: "The application asked to send you to an address that is not registered for it.",
        client_missing: "The request that brought you here does not say which application sent it.",
        unreadable: "The application sent a request that this sign-in service cannot read: a part of it is too long, is \
                     repeated, or is not text.",
        request_object: "The application sent a signed request that this sign-in service cannot accept.",
        answer_not_offered: "The application asked for an answer of a kind that this sign-in service does not give it.",
        malformed: "The application sent a request that this sign-in service cannot accept.",
        request_expired: "This page is too old: the sign-in took longer than it may, so it has ended. Please start again.",
        cookie_missing: "Your browser did not send the cookie that this sign-in needs. It may have been deleted, your \
                         browser may block cookies, or the sign-in was started in another browser. Please allow cookies \
                         for this site and start again.",
        request_unknown: "This sign-in is not known in this browser: it was started in another browser, or its address is \
                          incomplete. Please start again.",
        not_found: "There is no page at this address.",
        form_forged: "This form does not belong to your browser’s current session. Please go back, reload the page and \
                      try again.",
        unavailable: "The sign-in service is not available right now. Please try again in a moment.",
        internal: "Something went wrong in the sign-in service. Please try again later.",
        details: "Technical detail",
        rule: "Rule",
        support_code: "Support code",
        support_hint: "If this keeps happening, give this code to the people who run the application you came from.",
    },
    finished: FinishedTexts {
        title: "This sign-in is already finished",
        explanation: "It was completed just now or earlier, perhaps in another tab or by a second press of the button. \
                      Nothing was done twice, and there is nothing left to do here.",
    },
    home: HomeTexts {
        title: |name| format!("{name} sign-in service"),
        what: "Applications send you here to sign in. You then go back to the application you came from.",
        where_to: "To use an application, open it and choose to sign in there. Here you can see where you are signed in.",
        issuer: "Issuer",
        metadata: "Provider metadata for developers",
    },
    way_on: WayOnTexts {
        client: |name| format!("Continue to {name}"),
        home: "Go to the start page",
        account: "Go to your account",
        page_again: "Load the page again",
    },
    #[cfg(feature = "demo")]
    demo: DemoTexts {
        title: "Demo application",
        inbox: InboxTexts {
            title: "Mail that was sent",
            is_empty: "Nothing was sent yet.",
            open_link: "Open the link",
        },
        spa: SpaTexts {
            title: "Application in the browser",
            intro: "A page whose script signs people in with @credenza/browser. Its refresh token stays in a cookie that no \
                    script can read.",
            nobody: "Nobody is signed in.",
            signed_in: "Signed in:",
            renew: "Renew the access token",
            tokens: "Access tokens that this tab has had:",
            needs_scripts: "This page works with JavaScript alone.",
        },
        warning: "For trying things out. Not for production.",
        intro: |issuer| format!("A small application that signs people in through {issuer}."),
        succeeded: "The sign-in worked",
        check_failed: "A check failed",
        checks: "Checks",
        check: CheckTexts {
            state: "The state belongs to this sign-in",
            issuer: "The answer names the issuer (RFC 9207)",
            id_token: "The ID token’s signature, iss, aud, exp and nonce are right",
            access_token_hash: "The hash in at_hash matches the access token",
            userinfo: "Userinfo is about the same person",
        },
        passed: "Passed",
        failed: "Failed",
        id_token: "ID token",
        access_token: "Access token",
        header: "Header",
        claims: "Claims",
        userinfo: "Userinfo",
        refresh_token: "Refresh token",
        refresh_received: "Received. It is a secret, so it is not shown.",
        refresh_absent: "Not received.",
        not_begun: "The demo application could not start the sign-in.",
        not_finished: "The demo application could not complete the sign-in.",
    },
};
