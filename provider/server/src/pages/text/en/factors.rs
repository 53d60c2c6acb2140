//! English: authenticators and the second factor.

use crate::pages::authenticator_app::AuthenticatorAppTexts;
use crate::pages::factor_letter::FactorLetterTexts;
use crate::pages::passkeys::PasskeyTexts;
use crate::pages::recovery_codes::RecoveryCodesTexts;
use crate::pages::second_factor::SecondFactorTexts;
use crate::pages::security::SecurityTexts;
use crate::pages::sign_in_letter::SignInLetterTexts;

/// [`SecondFactorTexts`].
pub(super) const SECOND_FACTOR: SecondFactorTexts = SecondFactorTexts {
    title: "Confirm that it is you",
    explanation: "Open your authenticator app and enter the code that it shows for this account.",
    code: "Code with six digits",
    confirm: "Confirm",
    trust: |days| match days {
        1 => "Do not ask again in this browser for a day".to_owned(),
        _ => format!("Do not ask again in this browser for {days} days"),
    },
    lost: "Use a recovery code",
    recovery_code: "Recovery code",
    use_recovery_code: "Use recovery code",
    wrong: "This code is not correct. Please enter the code that the app shows now.",
    used: "This code was used already. Please wait until the app shows the next one.",
    wrong_recovery: "This recovery code is not correct, or it was used already.",
    too_many: |minutes| match minutes {
        1 => "Too many attempts. Please try again in a minute.".to_owned(),
        _ => format!("Too many attempts. Please try again in {minutes} minutes."),
    },
};

/// [`AuthenticatorAppTexts`].
pub(super) const AUTHENTICATOR_APP: AuthenticatorAppTexts = AuthenticatorAppTexts {
    title: "Set up an authenticator app",
    required: "Your account has to be protected by a second step. Set up an app that shows you a code at each sign-in.",
    or_passkey: "Or use a passkey",
    scan: "Scan this image with an authenticator app.",
    image: "QR code for an authenticator app",
    instead: "Enter a key instead",
    code_hint: "Then enter the code that the app shows.",
    code: "Code with six digits",
    name: "Name of the app or device (optional)",
    default_name: "Authenticator app",
    add: "Add app",
    wrong: "This code is not correct. Please enter the code that the app shows now.",
    expired: "This took too long. Please remove the account from the app again and scan the new image.",
    too_many: "You have as many authenticator apps as you can have. Remove one first.",
};

/// [`RecoveryCodesTexts`].
pub(super) const RECOVERY_CODES: RecoveryCodesTexts = RecoveryCodesTexts {
    title: "Your recovery codes",
    explanation: "If you lose your device, each of these codes lets you sign in once. They are shown only now.",
    keep: "Print them, or store them in a password manager. Older recovery codes no longer work.",
    done: "I have saved the codes",
};

/// [`SecurityTexts`].
pub(super) const SECURITY: SecurityTexts = SecurityTexts {
    title: "Security",
    passkeys: "Passkeys",
    passkeys_explanation: "With a passkey you sign in by the lock of your device, such as your fingerprint, and without a \
                           password.",
    add_passkey: "Add a passkey",
    applications: "Authenticator apps",
    applications_explanation: "When you sign in with your password, you are asked for a code that the app shows.",
    add_application: "Add an authenticator app",
    added: |time| format!("Added on {time}"),
    last_used: |time| format!("Last used on {time}"),
    rename: "Rename",
    name: "Name",
    save: "Save",
    remove: "Remove",
    browsers: "Trusted browsers",
    browsers_explanation: "In these browsers you are not asked for a code when you sign in with your password. Remove those that you no longer use.",
    recovery_codes: "Recovery codes",
    codes_left: |left| match left {
        0 => "You have no recovery codes left.".to_owned(),
        1 => "You have one recovery code left.".to_owned(),
        _ => format!("You have {left} recovery codes left."),
    },
    new_codes: "Create new recovery codes",
    new_codes_explanation: "If you create new ones, the codes that you have now no longer work.",
};

/// [`FactorLetterTexts`].
pub(super) const FACTOR_LETTER: FactorLetterTexts = FactorLetterTexts {
    subject: |brand| format!("How you sign in to {brand} has changed"),
    account: |name| format!("This is about your account {name}."),
    totp_added: |name| {
        format!("The authenticator app “{name}” was added. You will be asked for its code when you sign in.")
    },
    passkey_added: |name| format!("The passkey “{name}” was added. You can sign in with it."),
    removed: |name| format!("“{name}” was removed. You can no longer sign in with it."),
    reset: "An administrator has removed your passkeys and authenticator apps, and you were signed out everywhere. You can \
            add new ones on your account page.",
    reset_totp: "An administrator has removed your authenticator apps, and you were signed out everywhere. You can add new ones on your account page.",
    reset_passkeys: "An administrator has removed your passkeys, and you were signed out everywhere. You can add new ones on your account page.",
    reset_browsers: "An administrator has removed the browsers that you trust, and you were signed out everywhere.",
    recovery_codes_renewed: "New recovery codes were created. Older ones no longer work.",
    recovery_code_used: "A recovery code was used to sign in. It cannot be used again.",
    passkey_copied: |name| {
        format!(
            "Somebody tried to sign in with a copy of the passkey “{name}” and was refused. Please remove that passkey."
        )
    },
    by_others: "If this was not you, change your password and check your account page at once.",
};

/// [`PasskeyTexts`].
pub(super) const PASSKEY: PasskeyTexts = PasskeyTexts {
    sign_in: "Sign in with a passkey",
    refused: "This passkey could not be used. Please try again, or sign in another way.",
    cancelled: "No passkey was used. You can try again or sign in another way.",
    failed: "Your browser could not use a passkey here. Please sign in another way.",
    add_title: "Add a passkey",
    add_explanation: "Your device creates a passkey and keeps it. From then on you sign in by unlocking the device, such as with your fingerprint, your face or its PIN.",
    name: "Name of the passkey (optional)",
    add: "Create passkey",
    unsupported: "This takes a browser that can use passkeys, with JavaScript switched on.",
    present: "This device already has a passkey for your account.",
    not_added: "The passkey could not be added. Please try again.",
    too_many: "You have as many passkeys as you can have. Remove one first.",
    taken: "This passkey belongs to another account.",
};

/// [`SignInLetterTexts`].
pub(super) const SIGN_IN_LETTER: SignInLetterTexts = SignInLetterTexts {
    subject: |brand| format!("New sign-in to {brand}"),
    signed_in: |browser, time| {
        format!("Somebody signed in with {browser} on {time}. Your account has not signed in there before.")
    },
    address: |address| format!("It came from the network address {address}."),
    by_others: "If this was you, there is nothing to do. If it was not, change your password and end that sign-in on your account page at once.",
};
