//! German: the pages of a person's own account.

use crate::pages::devices::DevicesTexts;
use crate::pages::email::EmailTexts;
use crate::pages::profile::ProfileTexts;

/// [`ProfileTexts`].
pub(super) const PROFILE: ProfileTexts = ProfileTexts {
    title: "Profil",
    explanation: "Anwendungen sehen davon, was sie brauchen, und nur diejenigen, denen Sie es erlaubt haben.",
    save: "Speichern",
    saved: "Ihr Profil wurde gespeichert.",
    overtaken: "Ihr Profil wurde anderswo geändert, seit Sie diese Seite geöffnet haben. Es wurde nichts gespeichert. \
                Bitte sehen Sie nach, was jetzt darin steht, und ändern Sie es gegebenenfalls noch einmal.",
    invalid: "Das markierte Feld enthält etwas, das nicht gespeichert werden kann. Bitte prüfen Sie Ihre Eingabe.",
    optional: "Freiwillig",
    one_each_line: "Ein Eintrag pro Zeile.",
    birthdate_form: "Als 1990-12-31, als 1990 oder, ohne das Jahr, als 0000-12-31.",
    locale_form: "Ihre Sprache als Sprachkürzel, zum Beispiel de oder de-AT.",
    zoneinfo_form: "Der Name Ihrer Zeitzone, zum Beispiel Europe/Berlin.",
    uri_form: "Eine Webadresse, die mit https:// beginnt.",
    name: "Vollständiger Name",
    given_name: "Vorname",
    middle_name: "Zweiter Vorname",
    family_name: "Nachname",
    nickname: "Spitzname",
    gender: "Geschlecht",
    birthdate: "Geburtsdatum",
    locale: "Sprache",
    zoneinfo: "Zeitzone",
    website: "Webseite",
    picture: "Adresse eines Bildes",
    phone_number: "Telefonnummer",
};

/// [`EmailTexts`].
pub(super) const EMAIL: EmailTexts = EmailTexts {
    title: "E-Mail",
    current: "Ihre E-Mail-Adresse",
    none: "Keine",
    unproven: "Nicht bestätigt",
    new: "Neue E-Mail-Adresse",
    explanation: "Sie erhalten dort eine E-Mail, mit der Sie bestätigen, dass die Adresse Ihnen gehört. Bis dahin bleibt \
                  Ihre bisherige Adresse.",
    waits: |address| format!("Die neue Adresse {address} ist noch nicht bestätigt."),
    cancel: "Bisherige Adresse behalten",
    not_admitted: "Diese E-Mail-Adresse kann hier nicht verwendet werden. Bitte nehmen Sie eine andere.",
    own: "Das ist bereits Ihre E-Mail-Adresse.",
    changed: "Ihre E-Mail-Adresse wurde geändert.",
    confirm_title: "E-Mail-Adresse bestätigen",
    confirm: |address| format!("{address} wird die E-Mail-Adresse Ihres Kontos."),
    undo_title: "E-Mail-Adresse wiederherstellen",
    undo: |address| {
        format!(
            "Die E-Mail-Adresse Ihres Kontos wird wieder {address}. Alle werden abgemeldet, Anwendungen verlieren den \
             Zugriff, und Sie wählen ein neues Passwort."
        )
    },
    restored_title: "Ihre E-Mail-Adresse ist wiederhergestellt",
    restored: "Alle wurden abgemeldet, und das Passwort gilt nicht mehr. Bitte wählen Sie jetzt ein neues. Einen Link dazu \
               haben wir Ihnen auch geschickt.",
    sign_in_first: "Bitte melden Sie sich mit dem Konto an, dessen E-Mail-Adresse Sie ändern möchten, und öffnen Sie den \
                    Link noch einmal im selben Browser. Oder geben Sie den Code aus der E-Mail auf der Seite ein, auf der \
                    Sie ihn angefordert haben.",
    link_is_dead: "Dieser Link gilt nicht mehr: Er wurde schon benutzt, ist abgelaufen oder wurde durch einen neueren ersetzt.",
    taken: "Ein anderes Konto hat inzwischen diese E-Mail-Adresse.",
    too_often: "Die E-Mail-Adresse kann gerade nicht geändert werden, weil sie zu oft geändert wurde. Bitte versuchen Sie \
                es später noch einmal.",
};

/// [`DevicesTexts`].
pub(super) const DEVICES: DevicesTexts = DevicesTexts {
    title: "Geräte",
    none: "Keine Anwendung hat ein Gerät von Ihnen angemeldet.",
    explanation: "Anwendungen haben diese Geräte von Ihnen angemeldet, um Nachrichten an sie zu senden. Ein Gerät, das Sie entfernen, erhält keine Nachrichten mehr, bis die Anwendung darauf es wieder anmeldet. Die Anwendung bleibt dort angemeldet: Um das zu beenden, entziehen Sie ihr auf der Seite „Anwendungen“ den Zugriff.",
    application: |name| format!("Anwendung: {name}"),
    platform: |name| format!("Plattform: {name}"),
    browser: "Browser",
    added: |time| format!("Hinzugefügt: {time}"),
    last_seen: |time| format!("Zuletzt aktiv: {time}"),
    remove: "Entfernen",
};
