//! The language of the pages: what the application asks for, what the person chooses, what the browser prefers.
//!
//! Chart 500

use credenza_protocol::time::Seconds;
use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, Response};

fn visitor(language: &str) -> Browser {
    Browser { headers: vec![("accept-language".to_owned(), language.to_owned())], ..Browser::new() }
}

/// Presses the button of a language below the page.
async fn choose(op: &Provider, browser: &mut Browser, page: &Page, language: &str) -> Page {
    let text = page.text();
    let (_, form) =
        text.split_once("<form class=\"languages\"").unwrap_or_else(|| panic!("no choice: {text}"));
    let (_, rest) = form.split_once("name=\"to\" value=\"").unwrap();
    let to = rest.split('"').next().unwrap().replace("&#38;", "&");
    let answer = post(op, browser, &[("to", &to), ("language", language)]).await;
    assert_eq!(answer.status, 303);
    let url = format!("{}{}", op.origin(), answer.location());
    browser.open(op, &url).await
}

async fn post(op: &Provider, browser: &mut Browser, fields: &[(&str, &str)]) -> Response {
    browser.send(Request::form(op.at("/language"), fields)).await
}

fn is_in(page: &Page, language: &str) -> bool {
    page.says(&format!("<html lang=\"{language}\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_leads_back_to_the_page_and_stays() {
    let op = Provider::start().await;
    let (rp, alice) = (RelyingParty::confidential(&op).await, op.user("alice").await);
    let mut browser = visitor("en");
    let english = rp.authorization().open(&op, &mut browser).await;
    assert!(is_in(&english, "en"));
    let german = choose(&op, &mut browser, &english, "de").await;
    assert!(is_in(&german, "de") && german.url == english.url, "{} {}", german.url, english.url);
    // The form goes on as if nothing had happened, and so do the pages after it.
    let consent = browser.sign_in(&op, &german, &alice).await;
    assert!(is_in(&consent, "de") && consent.says("consent-allow"));
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert!(is_in(&account, "de"));
    let english = choose(&op, &mut browser, &account, "en").await;
    assert!(is_in(&english, "en") && english.url == account.url);
}

/// OpenID Connect Core 3.1.2.1: `ui_locales` before what was chosen earlier, which is before what the browser prefers.
#[tokio::test(flavor = "multi_thread")]
async fn core_3_1_2_1_what_the_application_asks_for_comes_first_until_the_person_chooses() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = visitor("de");
    let asked = rp.authorization().with("ui_locales", "en");
    let english = asked.open(&op, &mut browser).await;
    assert!(is_in(&english, "en"));
    let german = choose(&op, &mut browser, &english, "de").await;
    assert!(is_in(&german, "de"), "what the person chooses on the page counts");
    // A later request of an application that asks for English.
    op.clock.advance(Seconds(60));
    let again = asked.open(&op, &mut browser).await;
    assert!(is_in(&again, "en"));
    // The other way round, the choice counts more than the browser.
    let plain = rp.authorization().open(&op, &mut browser).await;
    assert!(is_in(&plain, "de"));
    choose(&op, &mut browser, &plain, "en").await;
    op.clock.advance(Seconds(60));
    assert!(is_in(&rp.authorization().open(&op, &mut browser).await, "en"));
    // At the logout page, whose address carries what the application asked for.
    let logout = browser.open(&op, &format!("{}/logout?ui_locales=de", op.issuer)).await;
    assert!(is_in(&logout, "de"));
    assert!(is_in(&choose(&op, &mut browser, &logout, "en").await, "en"));
}

/// It leads nowhere else, remembers no language that there is not, and no other site chooses.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_away_by_it() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let home = format!("{}/", op.issuer.trim_start_matches(op.origin()));
    for (to, place) in [
        ("/account", "/account"),
        ("https://evil.test/", &*home),
        ("//evil.test/", &home),
        ("/\\evil.test/", &home),
        ("javascript:alert(1)", &home),
        ("", &home),
    ] {
        let mut browser = Browser::new();
        let answer = post(&op, &mut browser, &[("to", to), ("language", "de")]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, place), "{to}");
        assert!(browser.cookies.contains_key("credenza-language"), "the control");
    }
    for fields in [&[("to", "/account"), ("language", "tlh")][..], &[("to", "/account")], &[]] {
        let mut browser = Browser::new();
        assert_eq!(post(&op, &mut browser, fields).await.status, 303);
        assert!(browser.cookies.is_empty(), "{fields:?}");
    }
    let mut framed = Browser::new();
    framed.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    post(&op, &mut framed, &[("to", "/account"), ("language", "de")]).await;
    assert!(framed.cookies.is_empty());
    for planted in ["xx", "de", "de.", "de.x", "tlh.1", "de.99999999999999999999", "\"><script>.1"] {
        let mut browser = visitor("en");
        browser.cookies.insert("credenza-language".to_owned(), planted.to_owned());
        assert!(is_in(&browser.open(&op, &format!("{}/account", op.issuer)).await, "en"), "{planted}");
    }
}
