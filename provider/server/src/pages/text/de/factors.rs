//! German: authenticators and the second factor.

use crate::pages::authenticator_app::AuthenticatorAppTexts;
use crate::pages::factor_letter::FactorLetterTexts;
use crate::pages::passkeys::PasskeyTexts;
use crate::pages::recovery_codes::RecoveryCodesTexts;
use crate::pages::second_factor::SecondFactorTexts;
use crate::pages::security::SecurityTexts;
use crate::pages::sign_in_letter::SignInLetterTexts;

/// [`SecondFactorTexts`].
pub(super) const SECOND_FACTOR: SecondFactorTexts = SecondFactorTexts {
    title: "Bestätigen Sie, dass Sie es sind",
    explanation: "Öffnen Sie Ihre Authenticator-App und geben Sie den Code ein, den sie für dieses Konto anzeigt.",
    code: "Sechsstelliger Code",
    confirm: "Bestätigen",
    trust: |days| match days {
        1 => "In diesem Browser einen Tag lang nicht mehr fragen".to_owned(),
        _ => format!("In diesem Browser {days} Tage lang nicht mehr fragen"),
    },
    lost: "Wiederherstellungscode verwenden",
    recovery_code: "Wiederherstellungscode",
    use_recovery_code: "Code verwenden",
    wrong: "Dieser Code ist nicht richtig. Bitte geben Sie den Code ein, den die App jetzt anzeigt.",
    used: "Dieser Code wurde bereits verwendet. Bitte warten Sie, bis die App den nächsten anzeigt.",
    wrong_recovery: "Dieser Wiederherstellungscode ist nicht richtig oder wurde bereits verwendet.",
    too_many: |minutes| match minutes {
        1 => "Zu viele Versuche. Bitte versuchen Sie es in einer Minute erneut.".to_owned(),
        _ => format!("Zu viele Versuche. Bitte versuchen Sie es in {minutes} Minuten erneut."),
    },
};

/// [`AuthenticatorAppTexts`].
pub(super) const AUTHENTICATOR_APP: AuthenticatorAppTexts = AuthenticatorAppTexts {
    title: "Authenticator-App einrichten",
    required: "Ihr Konto muss durch einen zweiten Schritt geschützt werden. Richten Sie eine App ein, die Ihnen bei jeder \
               Anmeldung einen Code anzeigt.",
    or_passkey: "Oder einen Passkey verwenden",
    scan: "Scannen Sie dieses Bild mit einer Authenticator-App.",
    image: "QR-Code für eine Authenticator-App",
    instead: "Stattdessen einen Schlüssel eingeben",
    code_hint: "Geben Sie danach den Code ein, den die App anzeigt.",
    code: "Sechsstelliger Code",
    name: "Name der App oder des Geräts (optional)",
    default_name: "Authenticator-App",
    add: "App hinzufügen",
    wrong: "Dieser Code ist nicht richtig. Bitte geben Sie den Code ein, den die App jetzt anzeigt.",
    expired: "Das hat zu lange gedauert. Bitte entfernen Sie das Konto wieder aus der App und scannen Sie das neue Bild.",
    too_many: "Sie haben bereits so viele Authenticator-Apps wie möglich. Entfernen Sie zuerst eine.",
};

/// [`RecoveryCodesTexts`].
pub(super) const RECOVERY_CODES: RecoveryCodesTexts = RecoveryCodesTexts {
    title: "Ihre Wiederherstellungs\u{ad}codes",
    explanation: "Wenn Sie Ihr Gerät verlieren, können Sie sich mit jedem dieser Codes einmal anmelden. Sie werden nur jetzt \
                  angezeigt.",
    keep: "Drucken Sie die Codes aus oder speichern Sie sie in einem Passwortmanager. Ältere Wiederherstellungscodes \
           funktionieren nicht mehr.",
    done: "Ich habe die Codes gespeichert",
};

/// [`SecurityTexts`].
pub(super) const SECURITY: SecurityTexts = SecurityTexts {
    title: "Sicherheit",
    passkeys: "Passkeys",
    passkeys_explanation: "Mit einem Passkey melden Sie sich über die Sperre Ihres Geräts an, zum Beispiel mit Ihrem \
                           Fingerabdruck, und ohne Passwort.",
    add_passkey: "Passkey hinzufügen",
    applications: "Authenticator-Apps",
    applications_explanation: "Wenn Sie sich mit Ihrem Passwort anmelden, werden Sie nach einem Code gefragt, den die App \
                               anzeigt.",
    add_application: "Authenticator-App hinzufügen",
    added: |time| format!("Hinzugefügt am {time}"),
    last_used: |time| format!("Zuletzt verwendet am {time}"),
    rename: "Umbenennen",
    name: "Name",
    save: "Speichern",
    remove: "Entfernen",
    browsers: "Vertrauenswürdige Browser",
    browsers_explanation: "In diesen Browsern werden Sie nach dem Passwort nicht nach einem Code gefragt. Entfernen Sie die, die Sie nicht mehr benutzen.",
    recovery_codes: "Wiederherstellungscodes",
    codes_left: |left| match left {
        0 => "Sie haben keine Wiederherstellungscodes mehr.".to_owned(),
        1 => "Sie haben noch einen Wiederherstellungscode.".to_owned(),
        _ => format!("Sie haben noch {left} Wiederherstellungscodes."),
    },
    new_codes: "Neue Wiederherstellungscodes erstellen",
    new_codes_explanation: "Wenn Sie neue erstellen, funktionieren die Codes nicht mehr, die Sie jetzt haben.",
};

/// [`FactorLetterTexts`].
pub(super) const FACTOR_LETTER: FactorLetterTexts = FactorLetterTexts {
    subject: |brand| format!("Ihre Anmeldung bei {brand} hat sich geändert"),
    account: |name| format!("Es geht um Ihr Konto {name}."),
    totp_added: |name| {
        format!(
            "Die Authenticator-App „{name}“ wurde hinzugefügt. Bei der Anmeldung werden Sie nach ihrem Code gefragt."
        )
    },
    passkey_added: |name| format!("Der Passkey „{name}“ wurde hinzugefügt. Sie können sich damit anmelden."),
    removed: |name| format!("„{name}“ wurde entfernt. Sie können sich damit nicht mehr anmelden."),
    reset: "Ein Administrator hat Ihre Passkeys und Authenticator-Apps entfernt, und Sie wurden überall abgemeldet. Auf Ihrer \
            Kontoseite können Sie neue hinzufügen.",
    reset_totp: "Ein Administrator hat Ihre Authenticator-Apps entfernt, und Sie wurden überall abgemeldet. Auf Ihrer Kontoseite können Sie neue hinzufügen.",
    reset_passkeys: "Ein Administrator hat Ihre Passkeys entfernt, und Sie wurden überall abgemeldet. Auf Ihrer Kontoseite können Sie neue hinzufügen.",
    reset_browsers: "Ein Administrator hat Ihre vertrauenswürdigen Browser entfernt, und Sie wurden überall abgemeldet.",
    recovery_codes_renewed: "Es wurden neue Wiederherstellungscodes erstellt. Ältere funktionieren nicht mehr.",
    recovery_code_used: "Ein Wiederherstellungscode wurde zur Anmeldung verwendet. Er kann nicht noch einmal verwendet werden.",
    passkey_copied: |name| {
        format!(
            "Jemand hat versucht, sich mit einer Kopie des Passkeys „{name}“ anzumelden, und wurde abgewiesen. Bitte entfernen \
             Sie diesen Passkey."
        )
    },
    by_others: "Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und prüfen Sie Ihre Kontoseite.",
};

/// [`PasskeyTexts`].
pub(super) const PASSKEY: PasskeyTexts = PasskeyTexts {
    sign_in: "Mit einem Passkey anmelden",
    refused: "Dieser Passkey konnte nicht verwendet werden. Bitte versuchen Sie es erneut oder melden Sie sich anders an.",
    cancelled: "Es wurde kein Passkey verwendet. Sie können es erneut versuchen oder sich anders anmelden.",
    failed: "Ihr Browser kann hier keinen Passkey verwenden. Bitte melden Sie sich anders an.",
    add_title: "Passkey hinzufügen",
    add_explanation: "Ihr Gerät erstellt einen Passkey und bewahrt ihn auf. Danach melden Sie sich an, indem Sie das Gerät entsperren, zum Beispiel mit Ihrem Fingerabdruck, Ihrem Gesicht oder der PIN des Geräts.",
    name: "Name des Passkeys (optional)",
    add: "Passkey erstellen",
    unsupported: "Dafür brauchen Sie einen Browser, der Passkeys unterstützt, mit eingeschaltetem JavaScript.",
    present: "Dieses Gerät hat bereits einen Passkey für Ihr Konto.",
    not_added: "Der Passkey konnte nicht hinzugefügt werden. Bitte versuchen Sie es erneut.",
    too_many: "Sie haben bereits so viele Passkeys wie möglich. Entfernen Sie zuerst einen.",
    taken: "Dieser Passkey gehört zu einem anderen Konto.",
};

/// [`SignInLetterTexts`].
pub(super) const SIGN_IN_LETTER: SignInLetterTexts = SignInLetterTexts {
    subject: |brand| format!("Neue Anmeldung bei {brand}"),
    signed_in: |browser, time| {
        format!(
            "Am {time} hat sich jemand mit {browser} angemeldet. Dort war Ihr Konto bisher nicht angemeldet."
        )
    },
    address: |address| format!("Die Anmeldung kam von der Netzwerkadresse {address}."),
    by_others: "Wenn Sie das waren, müssen Sie nichts tun. Wenn nicht, ändern Sie sofort Ihr Passwort und beenden Sie diese Anmeldung auf Ihrer Kontoseite.",
};
