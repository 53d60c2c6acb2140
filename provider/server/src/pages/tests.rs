//! Every page, in every language: the names and texts that tools rely on, and hostile values.

use credenza_protocol::logout::Refused;
use credenza_protocol::time::Time;

use super::*;

mod contract;
mod deletion_pages;
mod demo_pages;
mod factor_pages;
mod mailed_pages;
mod own_account_pages;
mod password_pages;
mod sign_up_pages;
mod texts;

const LINK: &str = "https://a.example/legal";

/// Each page with `value` in each of its fields.
fn every_page(lang: Lang, value: &str) -> Vec<(&'static str, String)> {
    let frame = Frame { lang, brand: value, base: "/t/acme", here: Some(value), ..Frame::default() };
    let mut pages = sign_in_pages(frame, value);
    pages.extend(sign_out_pages(frame, value));
    pages.extend(password_pages::with(frame, value));
    pages.extend(sign_up_pages::with(frame, value));
    pages.extend(mailed_pages::with(frame, value));
    pages.extend(deletion_pages::with(frame, value));
    pages.extend(own_account_pages::with(frame, value));
    pages.extend(factor_pages::with(frame, value));
    pages.extend(demo_pages::with(frame, value));
    pages
}

fn applicant(value: &str) -> Applicant<'_> {
    Applicant {
        name: value,
        host: Some(value.to_owned()),
        logo: Some(value.to_owned()),
        client_uri: Some(value),
        policy_uri: Some(value),
        tos_uri: Some(value),
    }
}

fn sign_in_pages(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let login = |error| Login {
        frame,
        applicant: applicant(value),
        action: value,
        request: value,
        csrf: value,
        username: value,
        by_email: true,
        forgot_password: Some("/t/acme/forgot-password"),
        sign_up: Some("/t/acme/signup"),
        is_again: false,
        by_mail: true,
        passkey: Some(PasskeyForm { options: value, ticket: value, is_quiet: false }),
        robot_check: None,
        error,
    };
    let consent = Consent {
        frame,
        applicant: applicant(value),
        username: value,
        scopes: vec![
            ScopeLine::plain("openid"),
            ScopeLine::plain(value),
            ScopeLine { name: "x", description: Some(value) },
        ],
        action: value,
        request: value,
        csrf: value,
        session: value,
    };
    let select = SelectAccount {
        frame,
        client_name: value,
        username: value,
        display_name: value,
        action: value,
        request: value,
        csrf: value,
        session: value,
    };
    vec![
        ("login", login(None).html()),
        ("login again", Login { is_again: true, ..login(None) }.html()),
        ("login wrong", login(Some(LoginError::Wrong)).html()),
        ("login without name", login(Some(LoginError::NameMissing)).html()),
        ("login of who waits", login(Some(LoginError::Waits)).html()),
        ("login without passkeys", Login { passkey: None, ..login(None) }.html()),
        ("login passkey refused", login(Some(LoginError::Passkey)).html()),
        ("login throttled", login(Some(LoginError::Throttled { seconds: 300 })).html()),
        ("consent", consent.html()),
        ("select account", select.html()),
        ("form post", FormPost { frame, action: value, fields: vec![(value, value)] }.html()),
    ]
}

fn sign_out_pages(frame: Frame<'_>, value: &str) -> Vec<(&'static str, String)> {
    let confirm = LogoutConfirm {
        frame,
        client_name: Some(value),
        username: Some(value),
        action: value,
        csrf: value,
        hidden: vec![(value, value)],
        refused: None,
    };
    let refused = LogoutRefusal {
        what: Refused::Hint,
        detail: value,
        rule: value,
        has_ended: true,
        support_code: value,
    };
    let confirm_refused = LogoutConfirm { hidden: vec![], refused: Some(refused), ..confirm.clone() };
    let error = ErrorPage {
        frame,
        explanation: value,
        detail: Some(value),
        rule: Some(value),
        support_code: value,
        way_on: WayOn { uri: value.to_owned(), to: Destination::Client(value) },
    };
    let home_link = WayOn { uri: value.to_owned(), to: Destination::Home };
    let finished = Finished { frame, way_on: home_link, support_code: value };
    let home = Home { frame, issuer: value, account: value, metadata: value };
    let session = SessionLine {
        id: value,
        current: true,
        signed_in: Time::from_seconds(0),
        last_seen: Time::from_seconds(0),
        device: value.to_owned(),
        place: Some(value.to_owned()),
        applications: vec![value, value],
    };
    let account = Account {
        frame,
        username: value,
        sessions: vec![session],
        action: value,
        csrf: value,
        nav: own_account_pages::nav(frame),
        is_changed: true,
    };
    let frames = [value.to_owned()];
    let signed_out = |frames, onward, sign_in, refused| {
        SignedOut { frame, client_name: Some(value), frames, onward, sign_in, refused }.html()
    };
    vec![
        ("telling", signed_out(&frames[..], Some(value), None, None)),
        ("logout confirm", confirm.html()),
        ("logout confirm refused", confirm_refused.html()),
        ("signed out", signed_out(&[], None, None, None)),
        ("signed out refused", signed_out(&[], None, None, Some(refused))),
        ("account signed out", signed_out(&[], None, Some(value), None)),
        ("finished", finished.html()),
        ("home", home.html()),
        ("error", error.html()),
        ("account", account.html()),
    ]
}

/// The language of that tag.
fn lang(tag: &str) -> Lang {
    *Lang::all().iter().find(|lang| lang.tag() == tag).unwrap()
}

fn page<'p>(pages: &'p [(&'static str, String)], name: &str) -> &'p str {
    &pages.iter().find(|(page, _)| *page == name).unwrap().1
}

/// The start tags of a page: what a browser would take for one, outside of quotes.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter(|tag| !tag.starts_with('/'))
        .map(|tag| tag.split_once('>').unwrap().0)
        .collect()
}

#[test]
fn every_page_is_whole_in_each_language() {
    for lang in Lang::all() {
        for (name, html) in every_page(*lang, "Acme") {
            assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{name}");
            let dir = if lang.is_right_to_left() { " dir=\"rtl\"" } else { "" };
            assert!(html.contains(&format!("<html lang=\"{}\"{dir}>", lang.tag())), "{name}");
            let stylesheet = format!("href=\"/t/acme{}\"", assets::stylesheet_path());
            assert!(html.contains(&stylesheet), "{name}");
            assert_eq!(html.matches("<h1>").count(), 1, "{name}");
            for element in ["form", "p", "div", "main", "ul", "li", "dl", "button", "pre", "noscript"] {
                let open = tags(&html).iter().filter(|tag| tag.split(' ').next() == Some(element)).count();
                assert_eq!(open, html.matches(&format!("</{element}>")).count(), "{name} {element}");
            }
        }
    }
}

#[test]
fn an_error_page_shows_a_detail_and_a_rule_only_if_there_are_any() {
    let frame = Frame { lang: lang("de"), brand: "Acme", base: "", ..Frame::default() };
    let html = |detail, rule| {
        let way_on = WayOn { uri: "/account".to_owned(), to: Destination::Account };
        ErrorPage { frame, explanation: "Grund.", detail, rule, support_code: "c0de", way_on }.html()
    };
    let bare = html(None, None);
    let link = "id=\"way-on\" href=\"/account\">Zu Ihrem Konto<";
    for part in ["<h1>Anfrage nicht angenommen</h1>", "<p>Grund.</p>", ">c0de<", link] {
        assert!(bare.contains(part), "{part}: {bare}");
    }
    assert!(!bare.contains("id=\"rule\"") && !bare.contains("id=\"detail\""));
    // The detail is English on every page, and says so to screen readers.
    let full = html(Some("client_id is missing"), Some("RFC 6749 2.2"));
    for part in ["<dd id=\"detail\" lang=\"en\">client_id is missing</dd>", ">RFC 6749 2.2<"] {
        assert!(full.contains(part), "{part}: {full}");
    }
}

#[test]
fn a_device_without_a_name_is_called_unknown() {
    let frame = Frame { lang: lang("de"), brand: "Acme", base: "", ..Frame::default() };
    let time = Time::from_seconds(1_709_251_199);
    let session = SessionLine {
        id: "s",
        current: false,
        signed_in: time,
        last_seen: time,
        device: "\u{200B} ".to_owned(),
        place: Some("Berlin".to_owned()),
        applications: vec![],
    };
    let account = Account {
        frame,
        username: "ada",
        sessions: vec![session],
        action: "/",
        csrf: "c",
        nav: own_account_pages::nav(frame),
        is_changed: false,
    };
    let html = account.html();
    for part in [
        ">Unbekanntes Gerät<",
        ">Ungefährer Ort: Berlin<",
        "Angemeldet: <time datetime=\"2024-02-29T23:59:59Z\">29. Februar 2024, 23:59 Uhr UTC</time>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn every_field_is_escaped() {
    // A page shows links for web addresses only, so each hostile value has a tame one of its kind beside it.
    let pairs = [
        ("Acme", "\"><svg onload=1>"),
        ("Acme", "'><svg onload=1>"),
        (LINK, "https://a.example/\"><svg onload=1>"),
    ];
    for lang in Lang::all() {
        for (tame, hostile) in pairs {
            let plain = every_page(*lang, tame);
            for (name, html) in every_page(*lang, hostile) {
                assert!(!html.contains("<svg onload") && html.contains("&#60;svg onload=1&#62;"), "{name}");
                assert_eq!(tags(&html).len(), tags(page(&plain, name)).len(), "{name}");
            }
        }
    }
}

/// What is asked of somebody who may be a robot.
fn robot_check(value: &str) -> RobotCheck<'_> {
    RobotCheck { ticket: value, by: RobotCheckBy::Work { bits: 17 }, wait: 20 }
}

/// Whether the page of that name has the script of passkeys.
fn asks_for_a_passkey(name: &str) -> bool {
    let asks = ["login", "second factor", "recovery code wrong", "add passkey", "required passkey"];
    let not = ["login without passkeys", "second factor"];
    asks.iter().any(|start| name.starts_with(start)) && !not.contains(&name)
}

#[test]
fn no_page_has_inline_script_or_style() {
    for lang in Lang::all() {
        for (name, html) in every_page(*lang, "Acme") {
            let script = match name {
                "telling" => format!("/t/acme{}", assets::signed_out_path()),
                // The demo alone serves its script, at the path that the page is given.
                "demo spa" => "Acme".to_owned(),
                "account" | "applications" | "applications, none" => {
                    format!("/t/acme{}", assets::local_times_path())
                }
                name if ["devices", "security"].iter().any(|start| name.starts_with(start)) => {
                    format!("/t/acme{}", assets::local_times_path())
                }
                name if name.starts_with("robot check") => format!("/t/acme{}", assets::work_path()),
                name if asks_for_a_passkey(name) => format!("/t/acme{}", assets::passkey_path()),
                _ => format!("/t/acme{}", assets::form_post_path()),
            };
            let script = format!("script src=\"{script}\"");
            for tag in tags(&html) {
                let element = tag.split(' ').next().unwrap();
                assert!(
                    element != "style" && !tag.contains(" style=") && !tag.contains("javascript:"),
                    "{name} {tag}"
                );
                assert!(!tag.split(' ').any(|part| part.starts_with("on")), "{name} {tag}");
                let is_own = tag.trim_end_matches(" defer") == script;
                assert!(element != "script" || is_own, "{name} {tag}");
            }
            let with_script =
                ["form post", "telling", "demo spa", "account", "applications", "applications, none"];
            let starts = ["devices", "security", "robot check"];
            let is_with_script = with_script.contains(&name)
                || starts.iter().any(|start| name.starts_with(start))
                || asks_for_a_passkey(name);
            assert_eq!(html.contains("<script"), is_with_script, "{name}");
        }
    }
}

#[test]
fn names_are_stripped_and_cut_on_every_page() {
    let hostile = format!("Ac\u{202E}me\u{200B}{}", "x".repeat(300));
    let shown = format!("Acme{}…", "x".repeat(75));
    for (name, html) in every_page(lang("en"), &hostile) {
        assert!(html.contains(&shown), "{name}");
        let heading = html.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
        assert!(!heading.contains('\u{202E}') && heading.chars().count() < 130, "{name}: {heading}");
    }
}

#[test]
fn the_demo_says_that_it_worked_only_if_each_check_holds() {
    let frame = Frame { lang: lang("en"), brand: "Acme", base: "", ..Frame::default() };
    let html = |holds| {
        let checks = vec![(DemoCheck::State, true), (DemoCheck::AccessTokenHash, holds)];
        let [a, b, c, d, e] = [const { String::new() }; 5];
        let result = DemoResult {
            frame,
            checks,
            id_token_header: a,
            id_token_claims: b,
            access_token_header: c,
            access_token_claims: d,
            userinfo: e,
            logout_path: "/",
            raw_refresh_present: false,
        };
        result.html()
    };
    assert!(html(true).contains("<h1>The sign-in worked</h1>"));
    assert!(html(false).contains("<h1>A check failed</h1>"));
}

#[test]
fn scopes_are_sentences_or_verbatim() {
    let frame = Frame { lang: lang("de"), brand: "Acme", base: "", ..Frame::default() };
    let names = ["openid", "profile", "email", "address", "phone", "offline_access", "orders:read"];
    let consent = Consent {
        frame,
        applicant: Applicant { name: "Shop", ..Applicant::default() },
        username: "ada",
        scopes: names.iter().map(|name| ScopeLine::plain(name)).collect(),
        action: "/consent",
        request: "r",
        csrf: "c",
        session: "s",
    };
    let html = consent.html();
    assert_eq!(html.matches("<li>").count(), names.len());
    assert!(html.contains("<li>Ihre E-Mail-Adresse sehen</li>") && html.contains("<li>orders:read</li>"));
    for name in &names[..6] {
        assert!(!html.contains(&format!("<li>{name}</li>")), "{name}");
    }
}

#[test]
fn client_links_are_shown_when_they_are_web_addresses() {
    let with = every_page(lang("en"), LINK);
    let without = every_page(lang("en"), "javascript:alert(1)");
    for name in ["login", "consent"] {
        assert_eq!(page(&with, name).matches(&format!("<a href=\"{LINK}\"")).count(), 3, "{name}");
        // Where somebody goes who has forgotten their password, or has no account, is the provider's own.
        let own = ["<a id=\"forgot-password\"", "<a id=\"sign-up\""];
        let own = own.iter().filter(|link| page(&without, name).contains(**link)).count();
        assert_eq!(page(&without, name).matches("<a ").count(), own, "{name}");
    }
}
