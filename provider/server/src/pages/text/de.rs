//! German.

mod factors;
mod own_account;

use chrono::{DateTime, Datelike as _, Utc};

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

/// Months, as they are written in full.
const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

fn date_time(time: DateTime<Utc>) -> String {
    let month = usize::try_from(time.month0()).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    time.format(&format!("%-d. {month} %Y, %H:%M Uhr UTC")).to_string()
}

pub(super) static TEXTS: Texts = Texts {
    tag: "de",
    name: "Deutsch",
    is_right_to_left: false,
    frame: FrameTexts { languages: "Sprache", support: "Hilfe", imprint: "Impressum" },
    shared: SharedTexts {
        signed_in_as: |name| format!("Angemeldet als {name}"),
        username: "Benutzername",
        password: "Passwort",
        sign_in: "Anmelden",
        sign_out: "Abmelden",
        back: "Zurück",
        continue_: "Weiter",
        date_time,
    },
    applicant: ApplicantTexts {
        returns_to: "Danach geht es zurück zu",
        about: "Über diese Anwendung",
        privacy_policy: "Datenschutzerklärung",
        terms_of_service: "Nutzungsbedingungen",
    },
    robot_check: RobotCheckTexts {
        missing: "Bitte bestätigen Sie, dass Sie kein Roboter sind, und versuchen Sie es noch einmal.",
        working: "Es wird geprüft, dass Sie kein Roboter sind …",
        wait: |seconds| {
            format!(
                "Ihr Browser führt kein JavaScript aus: Bitte warten Sie {seconds} Sekunden, bevor Sie auf die Schaltfläche drücken. Das hält Roboter fern."
            )
        },
    },
    login: LoginTexts {
        title: |name| format!("Anmelden bei {name}"),
        again: "Ihre Anmeldung liegt schon eine Weile zurück. Bitte bestätigen Sie, dass Sie es sind: Melden Sie sich noch einmal an, um fortzufahren.",
        username_or_email: "Benutzername oder E-Mail-Adresse",
        cancel: "Abbrechen",
        wrong: "Der Benutzername oder das Passwort ist falsch. Bitte versuchen Sie es noch einmal.",
        waits: "Ihr Konto wartet auf die Freigabe. Sie erhalten eine E-Mail, sobald darüber entschieden ist.",
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
    password_reset: PasswordResetTexts {
        forgot: "Passwort vergessen?",
        explanation: "Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein. Sie erhalten per E-Mail einen Link, mit \
                      dem Sie ein neues Passwort wählen.",
        send: "Link senden",
        back: "Zurück zur Anmeldung",
        sent_title: "Sehen Sie in Ihr E-Mail-Postfach",
        sent: "Wenn es ein Konto mit diesem Namen gibt und dazu eine E-Mail-Adresse, ist ein Link dorthin unterwegs. Er gilt \
               30 Minuten.",
        nothing_came: "Nach einigen Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, und prüfen Sie Ihre Eingabe.",
        again: "Noch einmal versuchen",
        choose: "Neues Passwort wählen",
        of_account: |name| format!("Für das Konto {name}"),
        new_password: "Neues Passwort",
        link_is_dead: "Dieser Link gilt nicht mehr: Er wurde schon benutzt, ist älter als 30 Minuten oder wurde durch einen \
                       neueren ersetzt.",
        changed_title: "Ihr Passwort wurde geändert",
        changed: "Sie können sich jetzt mit dem neuen Passwort anmelden. Überall sonst wurden Sie abgemeldet.",
    },
    new_password: NewPasswordTexts {
        rule: |least| {
            format!("Mindestens {least} Zeichen. Mehrere Wörter sind leicht zu merken und schwer zu erraten.")
        },
        short: |least| format!("Das Passwort ist zu kurz: Es braucht mindestens {least} Zeichen."),
        long: "Das Passwort ist zu lang.",
        control: "Das Passwort enthält Zeichen, die sich nicht auf jeder Tastatur eingeben lassen.",
        own: "Ihr Benutzername oder Ihre E-Mail-Adresse darf nicht das Passwort sein.",
        guessable: "Dieses Passwort ist leicht zu erraten: Es ist sehr verbreitet, folgt einem Muster oder ähnelt Ihrem Namen. \
                    Nehmen Sie mehrere Wörter, die nichts miteinander zu tun haben.",
        breached: "Dieses Passwort steht in einer Liste von Passwörtern, die anderswo gestohlen wurden; andere werden es also \
                   probieren. Wählen Sie ein anderes, und ändern Sie es dort, wo Sie es verwenden.",
    },
    mailed_code: MailedCodeTexts {
        title: "Sehen Sie in Ihr E-Mail-Postfach",
        code: "Code aus der E-Mail",
        wrong: "Der Code ist falsch oder gilt nicht mehr. Bitte prüfen Sie Ihre Eingabe.",
        too_many: "Zu viele falsche Codes. Bitte versuchen Sie es in einer Stunde noch einmal, oder öffnen Sie den Link in \
                   der E-Mail.",
        again: "Neue E-Mail anfordern",
    },
    sign_up: SignUpTexts {
        title: |name| format!("Konto bei {name} anlegen"),
        explanation: "Sie erhalten eine E-Mail, mit der Sie bestätigen, dass die Adresse Ihnen gehört.",
        email: "E-Mail-Adresse",
        send: "Weiter",
        have_one: "Sie haben schon ein Konto? Anmelden",
        create: "Konto anlegen",
        not_an_address: "Das ist keine E-Mail-Adresse. Bitte prüfen Sie Ihre Eingabe.",
        not_admitted: "Mit dieser E-Mail-Adresse kann hier kein Konto angelegt werden. Bitte verwenden Sie eine andere.",
        sent_to: |address| {
            format!(
                "Eine E-Mail an {address} ist unterwegs. Öffnen Sie den Link darin, oder geben Sie hier den \
                                    Code ein. Beides gilt 30 Minuten."
            )
        },
        confirm: "Adresse bestätigen",
        nothing_came: "Nach einigen Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, und prüfen Sie die Adresse.",
        complete_title: "Konto anlegen",
        confirmed: |address| format!("Ihre E-Mail-Adresse ist bestätigt: {address}"),
        invited: |address| format!("Sie sind mit dieser E-Mail-Adresse eingeladen: {address}"),
        password: "Passwort",
        username_rule: "Damit melden Sie sich an. Andere können ihn sehen.",
        username_taken: "Dieser Benutzername ist vergeben oder leicht mit einem anderen zu verwechseln. Bitte wählen Sie einen \
                         anderen.",
        username_invalid: "Dieser Benutzername enthält Zeichen, die nicht möglich sind, oder ist zu lang.",
        link_is_dead: "Dieser Link gilt nicht mehr: Er wurde schon benutzt, ist älter als 30 Minuten oder wurde durch einen \
                       neueren ersetzt.",
        invitation_is_dead: "Diese Einladung gilt nicht mehr: Sie wurde schon angenommen, ist abgelaufen, wurde zurückgezogen oder \
                             durch eine neuere ersetzt. Bitte fragen Sie nach, wo man Sie eingeladen hat.",
        by_invitation: "Konten gibt es hier nur auf Einladung. Wenn Sie eine haben, öffnen Sie den Link in der E-Mail.",
        address_taken: "Mit dieser E-Mail-Adresse gibt es inzwischen ein Konto. Bitte melden Sie sich an.",
        ready_title: "Ihr Konto ist angelegt",
        ready: "Sie können sich jetzt anmelden: in dem Browser, in dem Sie begonnen haben, oder hier.",
        waits_title: "Ihr Konto wartet auf die Freigabe",
        waits: "Ihr Konto ist angelegt. Bevor Sie sich anmelden können, wird darüber entschieden. Sie erhalten dann eine E-Mail.",
    },
    sign_in_by_mail: SignInByMailTexts {
        send: "Link zum Anmelden schicken",
        name_missing: "Bitte geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein, und fordern Sie den Link dann noch \
                       einmal an.",
        sent_to: |typed| {
            format!(
                "Wenn {typed} ein Konto mit einer bestätigten E-Mail-Adresse ist, ist eine E-Mail dorthin unterwegs. Öffnen \
                     Sie den Link darin in diesem Browser, oder geben Sie hier den Code ein. Beides gilt 10 Minuten."
            )
        },
        of_account: |name| format!("Sie melden sich beim Konto {name} an."),
        not_yours: "Wenn das nicht Ihr Konto ist, schließen Sie diese Seite.",
        given: "Der Betreiber dieses Dienstes hat diesen Link für Sie angelegt.",
        elsewhere_title: "Weiter im anderen Browser",
        elsewhere: |name| {
            format!(
                "Dieser Link gehört zu einem anderen Browser. Dort möchte sich jemand, höchstwahrscheinlich Sie, beim Konto \
                     {name} anmelden."
            )
        },
        asked_in: |device| format!("Angefordert in: {device}"),
        asked_at: |time| format!("Angefordert: {time}"),
        type_code: "Um sich dort anzumelden, geben Sie auf der Seite, die noch offen ist, diesen Code ein:",
        keep_code: "Wenn Sie den Link nicht selbst angefordert haben, schließen Sie diese Seite. Geben Sie den Code niemandem, \
                    und geben Sie ihn auf keiner Seite ein, die Ihnen jemand geschickt hat.",
        link_is_dead: "Dieser Link gilt nicht mehr: Er wurde schon benutzt, ist abgelaufen, oder Sie haben sich mit einem \
                       anderen angemeldet.",
    },
    change_password: ChangePasswordTexts {
        title: "Passwort ändern",
        old: "Bisheriges Passwort",
        everywhere: "Überall sonst abmelden und Anwendungen den Zugriff entziehen",
        wrong: "Das bisherige Passwort ist falsch. Bitte versuchen Sie es noch einmal.",
        overtaken: "Das Passwort wurde gerade anderswo geändert. Bitte melden Sie sich neu an.",
        done: "Ihr Passwort wurde geändert.",
    },
    second_factor: factors::SECOND_FACTOR,
    authenticator_app: factors::AUTHENTICATOR_APP,
    passkey: factors::PASSKEY,
    recovery_codes: factors::RECOVERY_CODES,
    security: factors::SECURITY,
    factor_letter: factors::FACTOR_LETTER,
    sign_in_letter: factors::SIGN_IN_LETTER,
    terms: TermsTexts {
        asked: |brand| {
            format!(
                "Bitte lesen Sie die Nutzungsbedingungen von {brand} und stimmen Sie ihnen zu, um fortzufahren."
            )
        },
        changed: |brand| {
            format!(
                "{brand} hat die Nutzungsbedingungen geändert. Bitte lesen Sie sie und stimmen Sie ihnen zu, um fortzufahren."
            )
        },
        accept: "Zustimmen und weiter",
        choice: "Ich stimme den Nutzungsbedingungen zu",
        missing: "Bitte stimmen Sie den Nutzungsbedingungen zu, um Ihr Konto zu erstellen.",
    },
    required_password: RequiredPasswordTexts {
        why: "Ihr Passwort muss geändert werden, bevor es weitergeht.",
        change: "Passwort ändern und fortfahren",
        same: "Das ist Ihr bisheriges Passwort. Bitte wählen Sie ein anderes.",
    },
    devices: own_account::DEVICES,
    applications: ApplicationsTexts {
        title: "Anwendungen mit Zugriff",
        none: "Keine Anwendung hat Zugriff auf Ihr Konto.",
        last_used: |time| format!("Zuletzt aktiv: {time}"),
        remembered: "Nicht aktiv. Sie haben dies schon einmal erlaubt und werden nicht noch einmal gefragt.",
        withdraw: "Zugriff entziehen",
        explanation: "Wenn Sie einer Anwendung den Zugriff entziehen, verliert sie ihn sofort und muss Sie wieder fragen.",
    },
    own_data: OwnDataTexts {
        title: "Ihre Daten",
        intro: "Laden Sie eine Kopie von allem herunter, was über Sie gespeichert ist: Ihr Konto, Gruppen und Rollen, wo Sie angemeldet sind, welche Anwendungen Zugriff haben und was mit Ihrem Konto geschehen ist. Es ist eine JSON-Datei ohne Passwörter und andere Geheimnisse.",
        download: "Kopie herunterladen",
    },
    deletion: DeletionTexts {
        title: "Konto löschen",
        intro_later: |days| {
            match days {
            1 => "Ihr Konto wird sofort gesperrt, Sie werden überall abgemeldet, und Anwendungen verlieren den Zugriff. Nach einem Tag wird alles endgültig gelöscht; bis dahin können Sie das Konto behalten.".to_owned(),
            days => format!("Ihr Konto wird sofort gesperrt, Sie werden überall abgemeldet, und Anwendungen verlieren den Zugriff. Nach {days} Tagen wird alles endgültig gelöscht; bis dahin können Sie das Konto behalten."),
        }
        },
        intro_now: "Ihr Konto und alles, was dazu gespeichert ist, wird sofort und endgültig gelöscht. Das lässt sich nicht rückgängig machen.",
        confirm: "Geben Sie zur Bestätigung Ihren Benutzernamen ein",
        submit: "Konto löschen",
        wrong: "Das ist nicht Ihr Benutzername. Bitte geben Sie ihn so ein, wie er oben steht.",
        administers: "Mit Ihrem Konto wird dieser Dienst verwaltet. Bitte lassen Sie es von einem anderen Betreiber löschen.",
        refused: "Das Konto kann gerade nicht gelöscht werden. Bitte melden Sie sich neu an.",
        asked_title: "Ihr Konto wird gelöscht",
        asked: |time| {
            format!(
                "Ihr Konto ist gesperrt und wird am {time} gelöscht. Wenn Sie es behalten möchten, melden Sie sich vorher wieder an."
            )
        },
        deleted_title: "Ihr Konto ist gelöscht",
        deleted: "Ihr Konto und alles, was dazu gespeichert war, ist gelöscht. Sie können dieses Fenster schließen.",
        keep_title: "Konto behalten?",
        keep_at: |time| {
            format!("Sie haben um die Löschung dieses Kontos gebeten. Es wird am {time} gelöscht.")
        },
        keep: "Konto behalten",
        kept_title: "Ihr Konto bleibt bestehen",
        kept: "Ihr Konto ist wieder aktiv. Anwendungen müssen Sie neu um Zugriff bitten.",
        link_is_dead: "Dieser Link gilt nicht mehr: Das Konto wurde schon behalten, oder die Frist ist abgelaufen.",
        back: "Zurück zu Ihrem Konto",
    },
    letter: LetterTexts {
        greeting: "Guten Tag,",
        link_instead: "Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse im Browser:",
        automatic: |brand| {
            format!("{brand} hat diese Nachricht automatisch verschickt. Antworten werden nicht gelesen.")
        },
        reset_subject: |brand| format!("Neues Passwort für {brand} wählen"),
        reset_asked: |name| {
            format!(
                "Jemand, höchstwahrscheinlich Sie, hat ein neues Passwort für das Konto {name} angefordert."
            )
        },
        reset_lasts: |minutes| format!("Der Link gilt einmal und für {minutes} Minuten."),
        reset_ignore: "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
        changed_subject: |brand| format!("Ihr Passwort für {brand} wurde geändert"),
        changed: |name| {
            format!("Das Passwort des Kontos {name} wurde geändert, und das Konto wurde überall abgemeldet.")
        },
        changed_here: |name| format!("Das Passwort des Kontos {name} wurde geändert."),
        changed_by_others: "Wenn Sie das nicht waren, wählen Sie gleich „Passwort vergessen?“ auf der Anmeldeseite, und \
                            geben Sie dem Betreiber dieses Dienstes Bescheid.",
        sign_up_subject: |brand| format!("Ihre E-Mail-Adresse für {brand} bestätigen"),
        sign_up_asked: |brand| {
            format!(
                "Jemand, höchstwahrscheinlich Sie, möchte mit dieser E-Mail-Adresse ein Konto bei {brand} anlegen."
            )
        },
        sign_up_code: |code| {
            format!("Oder geben Sie auf der Seite, die noch offen ist, diesen Code ein: {code}")
        },
        sign_up_lasts: |minutes| format!("Link und Code gelten einmal und für {minutes} Minuten."),
        sign_up_ignore: "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Es wird kein Konto angelegt. Geben Sie den \
                         Code niemandem.",
        known_subject: |brand| format!("Sie haben schon ein Konto bei {brand}"),
        known: |name| {
            format!(
                "Jemand, höchstwahrscheinlich Sie, wollte mit dieser E-Mail-Adresse ein Konto anlegen. Es gibt schon \
                     eines: {name}."
            )
        },
        known_ignore: "Wenn Sie Ihr Passwort vergessen haben, können Sie auf der Anmeldeseite ein neues wählen. Wenn Sie das \
                       nicht waren, brauchen Sie nichts zu tun: Es hat sich nichts geändert.",
        sign_in_subject: |brand| format!("Bei {brand} anmelden"),
        sign_in_asked: |name| {
            format!("Jemand, höchstwahrscheinlich Sie, möchte sich beim Konto {name} anmelden.")
        },
        sign_in_from: |device| format!("Angefordert in diesem Browser: {device}"),
        sign_in_ignore: "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne diese E-Mail kann sich damit niemand \
                         anmelden. Geben Sie den Code niemandem.",
        given: |name| {
            format!(
                "Der Betreiber dieses Dienstes hat einen Link für Sie angelegt. Damit melden Sie sich beim Konto {name} an."
            )
        },
        given_ignore: "Leiten Sie diese E-Mail nicht weiter: Wer den Link öffnet, kann sich bei Ihrem Konto anmelden.",
        invitation_subject: |brand| format!("Ihre Einladung zu {brand}"),
        invited: |brand| {
            format!("Sie sind eingeladen, mit dieser E-Mail-Adresse ein Konto bei {brand} anzulegen.")
        },
        invitation_lasts: |until| format!("Der Link gilt einmal, bis zum {until}."),
        invitation_ignore: "Wenn Sie nicht wissen, worum es geht, brauchen Sie nichts zu tun: Es wird kein Konto angelegt. \
                            Geben Sie den Link niemandem weiter.",
        approved_subject: |brand| format!("Ihr Konto bei {brand} ist freigegeben"),
        approved: |name| format!("Ihr Konto {name} ist freigegeben. Sie können sich jetzt anmelden."),
        rejected_subject: |brand| format!("Ihr Konto bei {brand}"),
        rejected: |brand| {
            format!(
                "Ihr Konto bei {brand} wurde nicht freigegeben. Es kann nicht benutzt werden und wird nach einem Monat gelöscht."
            )
        },
        deletion_subject: |brand| format!("Ihr Konto bei {brand} wird gelöscht"),
        deletion_asked: |name| {
            format!("Jemand, höchstwahrscheinlich Sie, hat um die Löschung des Kontos {name} gebeten.")
        },
        deletion_at: |time| format!("Es ist jetzt gesperrt und wird am {time} endgültig gelöscht."),
        deletion_keep: "Bis dahin können Sie es behalten: mit der Schaltfläche, oder indem Sie sich anmelden.",
        deletion_by_others: "Wenn Sie das nicht waren, behalten Sie das Konto, und ändern Sie das Passwort: Jemand anderes kennt es.",
        deletion_soon_subject: |brand| format!("Ihr Konto bei {brand} wird bald gelöscht"),
        deletion_soon: |name| {
            format!("Sie haben um die Löschung des Kontos {name} gebeten; die Frist ist fast abgelaufen.")
        },
        email_change_subject: |brand| format!("Ihre neue E-Mail-Adresse für {brand} bestätigen"),
        email_change: |name| {
            format!(
                "Jemand, höchstwahrscheinlich Sie, möchte diese E-Mail-Adresse für das Konto {name} verwenden."
            )
        },
        email_change_lasts: |minutes| {
            format!("Beide gelten einmal, für {minutes} Minuten und nur dort, wo Sie angemeldet sind.")
        },
        email_change_ignore: "Wenn Sie das nicht waren, bestätigen Sie die Adresse nicht, und geben Sie den Code nicht weiter.",
        email_taken_subject: |brand| format!("Ihre E-Mail-Adresse bei {brand}"),
        email_taken: |name| {
            format!(
                "Jemand, vielleicht Sie, wollte diese E-Mail-Adresse für ein anderes Konto verwenden. Sie gehört zu Ihrem \
                 Konto {name}, und das bleibt so."
            )
        },
        email_taken_ignore: "Sie brauchen nichts zu tun. Um die Adresse für ein anderes Konto zu verwenden, ändern Sie zuerst die \
                             E-Mail-Adresse dieses Kontos.",
        email_changed_subject: |brand| format!("Ihre E-Mail-Adresse für {brand} wurde geändert"),
        email_changed: |name| {
            format!("Das Konto {name} hat eine neue E-Mail-Adresse. Diese hier gehört nicht mehr dazu.")
        },
        email_changed_undo: |days| {
            format!(
                "Wenn Sie das nicht waren, stellen Sie diese Adresse innerhalb von {days} Tagen wieder her. Dann werden alle \
                 abgemeldet, und Sie wählen ein neues Passwort."
            )
        },
        email_restored_subject: |brand| format!("Ihre E-Mail-Adresse für {brand} ist wiederhergestellt"),
        email_restored: |brand| {
            format!(
                "Ihr Konto bei {brand} hat wieder diese E-Mail-Adresse. Alle wurden abgemeldet, und das Passwort gilt nicht \
                 mehr."
            )
        },
        test_subject: |issuer| format!("E-Mail von {issuer} funktioniert"),
        test: "Diese Nachricht wurde verschickt, um zu sehen, ob E-Mail funktioniert. Sie tut es.",
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
            account: "Ihr Konto verwalten: Profil, Passwort, Sitzungen und die Zugriffe von Anwendungen",
            groups: "Sehen, welchen Gruppen Sie angehören",
            roles: "Sehen, welche Rollen Sie haben",
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
        refused: RefusedTexts {
            hint: "Der Nachweis Ihrer Anmeldung, den die Anwendung mitgeschickt hat (id_token_hint), wurde nicht \
                   anerkannt: Er wurde verändert, trägt keine Signatur oder stammt nicht von diesem Anmeldedienst. Sie \
                   werden nicht an eine andere Adresse weitergeleitet.",
            client: "Die anfragende Anwendung ist diesem Anmeldedienst nicht bekannt oder wurde gesperrt, oder die Anfrage \
                     nennt eine andere Anwendung als der Nachweis Ihrer Anmeldung. Sie werden nicht an eine andere Adresse \
                     weitergeleitet.",
            redirect_uri: "Die Anwendung wollte Sie an eine Adresse weiterleiten, die nicht für sie registriert ist. Sie \
                           werden nicht dorthin weitergeleitet.",
            unnamed: "Die Anfrage nennt eine Adresse, an die Sie weitergeleitet werden sollen, aber nicht die Anwendung, \
                      die darum bittet. Sie werden nicht dorthin weitergeleitet.",
            unconfirmed: "Die Anfrage enthält keinen Nachweis Ihrer Anmeldung (id_token_hint), und niemand konnte sie \
                          bestätigen. Sie wurden nicht an die genannte Adresse weitergeleitet.",
            still_signed_in: "Sie sind weiterhin angemeldet. Bisher hat sich nichts geändert.",
            has_ended: "Ihre Sitzung in diesem Browser ist beendet.",
            was_not_signed_in: "In diesem Browser war niemand angemeldet, es musste also nichts beendet werden.",
        },
    },
    account: AccountTexts {
        title: "Ihr Konto",
        where_signed_in: "Wo Sie angemeldet sind",
        no_sessions: "Sie haben keine aktiven Sitzungen.",
        this_device: "Dieses Gerät",
        unknown_device: "Unbekanntes Gerät",
        signed_in_at: |time| format!("Angemeldet: {time}"),
        last_seen_at: |time| format!("Zuletzt aktiv: {time}"),
        place: |place| format!("Ungefährer Ort: {place}"),
        used_by: |names| format!("Anwendungen: {names}"),
        sign_out_everywhere: "Überall abmelden",
    },
    account_nav: AccountNavTexts {
        label: "Ihr Konto",
        sessions: "Anmeldungen",
        password: "Passwort",
        applications: "Anwendungen",
    },
    profile: own_account::PROFILE,
    email: own_account::EMAIL,
    error: ErrorTexts {
        title: "Anfrage nicht angenommen",
        client_unknown: "Die Anwendung, von der Sie kommen, ist diesem Anmeldedienst nicht bekannt oder wurde gesperrt.",
        redirect_uri: "Die Anwendung wollte Sie an eine Adresse weiterleiten, die nicht für sie registriert ist.",
        client_missing: "Aus der Anfrage, mit der Sie hierhergekommen sind, geht nicht hervor, welche Anwendung sie \
                         gesendet hat.",
        unreadable: "Die Anwendung hat eine Anfrage gesendet, die dieser Anmeldedienst nicht lesen kann: Ein Teil davon ist \
                     zu lang, kommt mehrfach vor oder ist kein Text.",
        request_object: "Die Anwendung hat eine signierte Anfrage gesendet, die dieser Anmeldedienst nicht annehmen kann.",
        answer_not_offered: "Die Anwendung hat um eine Art von Antwort gebeten, die sie von diesem Anmeldedienst nicht \
                             erhält.",
        malformed: "Die Anwendung hat eine Anfrage gesendet, die dieser Anmeldedienst nicht annehmen kann.",
        request_expired: "Diese Seite ist zu alt: Die Anmeldung hat zu lange gedauert und wurde deshalb beendet. Bitte \
                          beginnen Sie noch einmal.",
        cookie_missing: "Ihr Browser hat das Cookie nicht gesendet, das für diese Anmeldung nötig ist. Vielleicht wurde es \
                         gelöscht, Ihr Browser blockiert Cookies, oder die Anmeldung wurde in einem anderen Browser \
                         begonnen. Bitte erlauben Sie Cookies für diese Website und beginnen Sie noch einmal.",
        request_unknown: "Diese Anmeldung ist in diesem Browser nicht bekannt: Sie wurde in einem anderen Browser begonnen, \
                          oder ihre Adresse ist unvollständig. Bitte beginnen Sie noch einmal.",
        not_found: "Unter dieser Adresse gibt es keine Seite.",
        form_forged: "Dieses Formular gehört nicht zur aktuellen Sitzung Ihres Browsers. Bitte gehen Sie zurück, laden \
                      Sie die Seite neu und versuchen Sie es noch einmal.",
        unavailable: "Der Anmeldedienst ist gerade nicht verfügbar. Bitte versuchen Sie es gleich noch einmal.",
        internal: "Im Anmeldedienst ist ein Fehler aufgetreten. Bitte versuchen Sie es später noch einmal.",
        details: "Technische Einzelheiten (englisch)",
        rule: "Regel",
        support_code: "Support-Code",
        support_hint: "Wenn das wiederholt geschieht, nennen Sie diesen Code bitte den Betreibern der Anwendung, von \
                       der Sie kommen.",
    },
    finished: FinishedTexts {
        title: "Diese Anmeldung ist bereits abgeschlossen",
        explanation: "Sie wurde gerade eben oder schon früher abgeschlossen, vielleicht in einem anderen Tab oder durch \
                      einen zweiten Klick. Es ist nichts doppelt geschehen, und hier ist nichts mehr zu tun.",
    },
    home: HomeTexts {
        title: |name| format!("Anmeldedienst von {name}"),
        what: "Anwendungen leiten Sie hierher, damit Sie sich anmelden. Danach kehren Sie zur Anwendung zurück.",
        where_to: "Um eine Anwendung zu nutzen, öffnen Sie diese und wählen Sie dort die Anmeldung. Hier können Sie sehen, \
                   wo Sie angemeldet sind.",
        issuer: "Aussteller",
        metadata: "Metadaten für Entwickler",
    },
    way_on: WayOnTexts {
        client: |name| format!("Weiter zu {name}"),
        home: "Zur Startseite",
        account: "Zu Ihrem Konto",
        page_again: "Seite neu laden",
    },
    #[cfg(feature = "demo")]
    demo: DemoTexts {
        title: "Demo-Anwendung",
        inbox: InboxTexts {
            title: "Verschickte E-Mails",
            is_empty: "Noch wurde nichts verschickt.",
            open_link: "Link öffnen",
        },
        spa: SpaTexts {
            title: "Anwendung im Browser",
            intro: "Eine Seite, deren Skript Menschen mit @credenza/browser anmeldet. Ihr Refresh-Token bleibt in einem Cookie, \
                    das kein Skript lesen kann.",
            nobody: "Niemand ist angemeldet.",
            signed_in: "Angemeldet:",
            renew: "Access-Token erneuern",
            tokens: "Access-Tokens, die dieser Tab bekommen hat:",
            needs_scripts: "Diese Seite funktioniert nur mit JavaScript.",
        },
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
