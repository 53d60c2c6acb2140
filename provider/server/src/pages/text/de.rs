//! German.

use super::Text;

pub(super) static TEXT: Text = Text {
    signed_in_as: |name| format!("Angemeldet als {name}"),
    returns_to: "Danach geht es zurück zu",
    privacy_policy: "Datenschutzerklärung",
    terms_of_service: "Nutzungsbedingungen",
    username: "Benutzername",
    password: "Passwort",
    sign_in: "Anmelden",
    sign_out: "Abmelden",

    sign_in_to: |name| format!("Anmelden bei {name}"),
    cancel: "Abbrechen",
    wrong: "Der Benutzername oder das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.",
    throttled: |minutes| match minutes {
        0 | 1 => "Zu viele Versuche. Bitte versuchen Sie es in einer Minute noch einmal.".to_owned(),
        _ => format!("Zu viele Versuche. Bitte versuchen Sie es in {minutes} Minuten noch einmal."),
    },
    expired: "Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an.",

    asks_for_access: |name| format!("{name} bittet um Zugriff"),
    would_like_to: "Die Anwendung möchte:",
    scope_openid: "Wissen, wer Sie sind",
    scope_profile: "Ihr Profil sehen, zum Beispiel Name und Bild",
    scope_email: "Ihre E-Mail-Adresse sehen",
    scope_address: "Ihre Postanschrift sehen",
    scope_phone: "Ihre Telefonnummer sehen",
    scope_offline_access: "Diesen Zugriff auch in Ihrer Abwesenheit behalten, bis Sie ihn beenden",
    only_if_trusted: "Erlauben Sie dies nur, wenn Sie die Anwendung kennen und ihr vertrauen.",
    allow: "Erlauben",
    deny: "Ablehnen",

    choose_account: |name| format!("Konto für {name} auswählen"),
    continue_as: |name| format!("Weiter als {name}"),
    other_account: "Anderes Konto verwenden",

    want_to_sign_out: "Möchten Sie sich abmelden?",
    asks_to_sign_out: |name| format!("{name} bittet darum, Ihre Sitzung zu beenden."),
    stay_signed_in: "Angemeldet bleiben",
    signed_out: "Sie sind abgemeldet",
    may_close: "Sie können dieses Fenster jetzt schließen.",
    may_go_back_to: |name| format!("Sie können zu {name} zurückkehren oder dieses Fenster schließen."),

    not_accepted: "Anfrage nicht angenommen",
    support_code: "Support-Code",
    support_hint: "Wenn das noch einmal geschieht, nennen Sie diesen Code den Betreibern der Anwendung, \
                   von der Sie gekommen sind.",
    rule: "Regel",

    returning: "Sie werden zurückgeleitet",
    press_to_return: "Mit diesem Knopf kehren Sie zur Anwendung zurück.",
    continue_: "Weiter",

    your_account: "Ihr Konto",
    where_signed_in: "Wo Sie angemeldet sind",
    no_sessions: "Es gibt keine offenen Sitzungen.",
    this_device: "Dieses Gerät",
    signed_in_at: |time| format!("Angemeldet: {time}"),
    last_seen_at: |time| format!("Zuletzt gesehen: {time}"),
    end: "Beenden",
    sign_out_everywhere: "Überall abmelden",

    demo: "Demo-Anwendung",
    demo_warning: "Zum Ausprobieren. Nicht für den Betrieb.",
    demo_intro: |issuer| format!("Eine kleine Anwendung, die Menschen über {issuer} anmeldet."),
    demo_password_known: "Es wurde ausgegeben, als der Demo-Benutzer angelegt wurde.",
    demo_failed: "Eine Prüfung ist nicht bestanden",
    demo_signed_in: "Die Anmeldung hat geklappt",
    checks: "Prüfungen",
    passed: "bestanden",
    failed: "nicht bestanden",
    id_token: "ID-Token",
    access_token: "Access-Token",
    token_header: "Kopf",
    token_claims: "Claims",
    userinfo: "Userinfo",
    refresh_token: "Refresh-Token",
    refresh_present: "Erhalten. Es ist geheim und wird darum nicht gezeigt.",
    refresh_absent: "Nicht erhalten.",
};
