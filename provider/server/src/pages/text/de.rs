//! German.

use super::{SharedTexts, Texts};
use crate::pages::account::AccountTexts;
use crate::pages::applicant::ApplicantTexts;
use crate::pages::consent::{ConsentTexts, ScopeTexts};
#[cfg(feature = "demo")]
use crate::pages::demo::{CheckTexts, DemoTexts};
use crate::pages::error::ErrorTexts;
use crate::pages::form_post::FormPostTexts;
use crate::pages::login::LoginTexts;
use crate::pages::logout::LogoutTexts;
use crate::pages::select_account::SelectAccountTexts;

pub(super) static TEXTS: Texts = Texts {
    tag: "de",
    shared: SharedTexts {
        signed_in_as: |name| format!("Angemeldet als {name}"),
        username: "Benutzername",
        password: "Passwort",
        sign_in: "Anmelden",
        sign_out: "Abmelden",
        continue_: "Weiter",
        date_time: |time| time.format("%d.%m.%Y, %H:%M UTC").to_string(),
    },
    applicant: ApplicantTexts {
        returns_to: "Danach geht es zurück zu",
        about: "Über diese Anwendung",
        privacy_policy: "Datenschutzerklärung",
        terms_of_service: "Nutzungsbedingungen",
    },
    login: LoginTexts {
        title: |name| format!("Anmelden bei {name}"),
        cancel: "Abbrechen",
        wrong: "Der Benutzername oder das Passwort ist falsch. Bitte versuchen Sie es noch einmal.",
        throttled: |seconds| match (seconds, seconds.div_ceil(60)) {
            (0 | 1, _) => {
                "Zu viele Versuche. Bitte versuchen Sie es in einer Sekunde noch einmal.".to_owned()
            }
            (2..60, _) => {
                format!("Zu viele Versuche. Bitte versuchen Sie es in {seconds} Sekunden noch einmal.")
            }
            (_, 1) => "Zu viele Versuche. Bitte versuchen Sie es in einer Minute noch einmal.".to_owned(),
            (_, minutes) => {
                format!("Zu viele Versuche. Bitte versuchen Sie es in {minutes} Minuten noch einmal.")
            }
        },
    },
    consent: ConsentTexts {
        title: |name| format!("{name} bittet um Zugriff"),
        would_like_to: "Die Anwendung möchte:",
        scopes: ScopeTexts {
            openid: "Wissen, wer Sie sind",
            profile: "Ihr Profil sehen, zum Beispiel Namen und Bild",
            email: "Ihre E-Mail-Adresse sehen",
            address: "Ihre Postanschrift sehen",
            phone: "Ihre Telefonnummer sehen",
            offline_access: "Diesen Zugriff auch in Ihrer Abwesenheit behalten, bis Sie ihn widerrufen",
            claim: |name| format!("Eine Ihrer Angaben sehen: {name}"),
        },
        only_if_trusted: "Erlauben Sie dies nur, wenn Sie die Anwendung kennen und ihr vertrauen.",
        allow: "Erlauben",
        deny: "Ablehnen",
    },
    select_account: SelectAccountTexts {
        title: |name| format!("Konto für {name} auswählen"),
        continue_as: |name| format!("Weiter als {name}"),
        other: "Anderes Konto verwenden",
    },
    form_post: FormPostTexts {
        title: "Sie werden zurückgeleitet",
        press_to_return: "Mit „Weiter“ kehren Sie zur Anwendung zurück.",
    },
    logout: LogoutTexts {
        title: "Möchten Sie sich abmelden?",
        asked_by: |name| format!("{name} möchte Sie abmelden."),
        stay_signed_in: "Angemeldet bleiben",
        signed_out: "Sie sind abgemeldet",
        returning: "Sie werden zur Anwendung zurückgeleitet.",
        may_close: "Sie können dieses Fenster jetzt schließen.",
        may_go_back_to: |name| format!("Sie können zu {name} zurückkehren oder dieses Fenster schließen."),
    },
    account: AccountTexts {
        title: "Ihr Konto",
        where_signed_in: "Wo Sie angemeldet sind",
        no_sessions: "Sie haben keine aktiven Sitzungen.",
        this_device: "Dieses Gerät",
        unknown_device: "Unbekanntes Gerät",
        signed_in_at: |time| format!("Angemeldet: {time}"),
        last_seen_at: |time| format!("Zuletzt aktiv: {time}"),
        sign_out_everywhere: "Überall abmelden",
    },
    error: ErrorTexts {
        title: "Anfrage nicht angenommen",
        client_unknown: "Die Anwendung, von der Sie kommen, ist diesem Anmeldedienst nicht bekannt oder wurde gesperrt.",
        redirect_uri: "Die Anwendung wollte Sie an eine Adresse weiterleiten, die nicht für sie registriert ist.",
        malformed: "Die Anwendung hat eine Anfrage gesendet, die dieser Anmeldedienst nicht annehmen kann.",
        request_gone: "Diese Anmeldung kann in diesem Browser nicht fortgesetzt werden: Sie ist abgeschlossen oder \
                       abgelaufen, oder sie wurde in einem anderen Browser begonnen. Bitte kehren Sie zur Anwendung \
                       zurück und beginnen Sie noch einmal.",
        form_forged: "Dieses Formular gehört nicht zur aktuellen Sitzung Ihres Browsers. Bitte gehen Sie zurück, laden \
                      Sie die Seite neu und versuchen Sie es noch einmal.",
        unavailable: "Der Anmeldedienst ist gerade nicht verfügbar. Bitte versuchen Sie es gleich noch einmal.",
        internal: "Im Anmeldedienst ist ein Fehler aufgetreten. Bitte versuchen Sie es später noch einmal.",
        details: "Einzelheiten",
        rule: "Regel",
        support_code: "Support-Code",
        support_hint: "Wenn das wiederholt geschieht, nennen Sie diesen Code bitte den Betreibern der Anwendung, von \
                       der Sie kommen.",
    },
    #[cfg(feature = "demo")]
    demo: DemoTexts {
        title: "Demo-Anwendung",
        warning: "Nur zum Ausprobieren, nicht für den Produktivbetrieb.",
        intro: |issuer| format!("Eine kleine Anwendung, bei der man sich über {issuer} anmeldet."),
        succeeded: "Die Anmeldung hat geklappt",
        check_failed: "Eine Prüfung ist fehlgeschlagen",
        checks: "Prüfungen",
        check: CheckTexts {
            state: "Der state-Wert gehört zu dieser Anmeldung",
            issuer: "Die Antwort nennt den Aussteller (RFC 9207)",
            id_token: "Signatur, iss, aud, exp und nonce des ID-Tokens stimmen",
            access_token_hash: "Der Hashwert at_hash passt zum Access-Token",
            userinfo: "Die Userinfo-Antwort betrifft dieselbe Person",
        },
        passed: "Bestanden",
        failed: "Nicht bestanden",
        id_token: "ID-Token",
        access_token: "Access-Token",
        header: "Kopfteil",
        claims: "Angaben (Claims)",
        userinfo: "Userinfo-Antwort",
        refresh_token: "Refresh-Token",
        refresh_received: "Erhalten. Es ist geheim und wird deshalb nicht angezeigt.",
        refresh_absent: "Nicht erhalten.",
        not_begun: "Die Demo-Anwendung konnte die Anmeldung nicht beginnen.",
        not_finished: "Die Demo-Anwendung konnte die Anmeldung nicht abschließen.",
    },
};
