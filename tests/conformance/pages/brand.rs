//! How the pages look: the brand of a tenant, and of a client.
//!
//! Chart 588: Brand of a tenant and of a client | logo, colours with their contrast checked, corners, font, texts by language, links; a stylesheet under a strict policy

use credenza_protocol::brand::{Brand, BrandTexts, Color, ColorScheme};
use credenza_tests::{Browser, Outside, Page, Provider, RelyingParty, Request};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn red() -> Color {
    "#b3261e".parse().unwrap()
}

async fn sign_in_page(op: &Provider, rp: &RelyingParty, language: &str) -> Page {
    let headers = vec![("accept-language".to_owned(), language.to_owned())];
    rp.authorization().open(op, &mut Browser { headers, ..Browser::new() }).await
}

/// The stylesheet of a page, which it has one of.
async fn stylesheet(op: &Provider, page: &Page) -> String {
    let text = page.text();
    let [path] = text
        .split("<link rel=\"stylesheet\" href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let found = Request::get(op.at(path)).send().await;
    assert_eq!(
        (found.status.as_u16(), found.header("content-type")),
        (200, "text/css; charset=utf-8"),
        "{path}"
    );
    assert_eq!(found.header("cache-control"), "public, max-age=31536000, immutable");
    found.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_changes_the_stylesheet_and_not_the_policy() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let plain = sign_in_page(&op, &rp, "en").await;
    assert!(!stylesheet(&op, &plain).await.contains("#b3261e"), "the control");
    op.change_settings(|settings| {
        settings.brand =
            Brand { accent_color: Some(red()), color_scheme: Some(ColorScheme::Light), ..Brand::default() };
    })
    .await;
    let branded = sign_in_page(&op, &rp, "en").await;
    let css = stylesheet(&op, &branded).await;
    assert!(css.contains("--accent: #b3261e;") && !css.contains("prefers-color-scheme"), "{css}");
    assert!(branded.says("<meta name=\"color-scheme\" content=\"light\">"));
    let policy = |page: &Page| page.response.header("content-security-policy").to_owned();
    assert_eq!(policy(&branded), policy(&plain));
    assert!(!branded.says("style=") && !branded.says("<style"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_leaves_open_is_as_the_tenant_has_it() {
    let op = Provider::start().await;
    op.change_settings(|settings| {
        settings.brand = Brand {
            accent_color: Some(red()),
            tos_uri: Some("https://tenant.test/terms".to_owned()),
            imprint_uri: Some("https://tenant.test/imprint".to_owned()),
            ..Brand::default()
        };
    })
    .await;
    let own = |client: &mut credenza_protocol::client::Client| {
        client.brand = Some(Brand {
            background_color: Some(Color::new(0x0000_3d2e)),
            tos_uri: Some("https://client.test/terms".to_owned()),
            ..Brand::default()
        });
    };
    let (plain, branded) = (RelyingParty::confidential(&op).await, RelyingParty::register(&op, own).await);
    let (of_tenant, of_client) =
        (sign_in_page(&op, &plain, "en").await, sign_in_page(&op, &branded, "en").await);
    for (page, terms, has_background) in
        [(&of_tenant, "https://tenant.test/terms", false), (&of_client, "https://client.test/terms", true)]
    {
        let css = stylesheet(&op, page).await;
        assert!(css.contains("--accent: #b3261e;"));
        assert_eq!(css.contains("--background: #003d2e;"), has_background);
        assert!(page.says(&format!("href=\"{terms}\"")) && page.says("href=\"https://tenant.test/imprint\""));
    }
    // Beyond the sign-in to that client, pages are the tenant's.
    let account = Browser::new().open(&op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("https://tenant.test/terms") && !account.says("https://client.test/terms"));
}

#[tokio::test(flavor = "multi_thread")]
async fn logos_are_fetched_by_the_provider_and_change_their_path() {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    for path in ["/logo.png", "/dark.png", "/client.png"] {
        outside.serve(path, "image/png", PNG);
    }
    outside.serve("/page", "image/png", b"<!doctype html>");
    let rp = RelyingParty::confidential(&op).await;
    assert_eq!(Request::get(op.at("/brand/logo")).send().await.status, 404, "there is none yet");
    let brand = |logo: &str, dark: Option<&str>| Brand {
        logo_uri: Some(outside.url(logo)),
        logo_uri_dark: dark.map(|path| outside.url(path)),
        ..Brand::default()
    };
    op.change_settings(|settings| settings.brand = brand("/logo.png", Some("/dark.png"))).await;
    let page = sign_in_page(&op, &rp, "en").await;
    let text = page.text();
    assert!(text.contains("alt=\"Wonder &#38; Land\"") || text.contains("id=\"brand-logo\""), "{text}");
    assert!(!text.contains(&outside.origin), "the browser asks nobody else: {text}");
    let path = |page: &Page, kind: &str| {
        let text = page.text();
        let (_, rest) =
            text.split_once(&format!("\"/brand/{kind}?v=")).unwrap_or_else(|| panic!("{kind}: {text}"));
        format!("/brand/{kind}?v={}", rest.split('"').next().unwrap())
    };
    for kind in ["logo", "logo-dark"] {
        let picture = Request::get(op.at(&path(&page, kind))).send().await;
        assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/png"), "{kind}");
        assert!(picture.header("content-security-policy").ends_with("; sandbox"));
    }
    let before = path(&page, "logo");
    let own = RelyingParty::register(&op, |client| client.brand = Some(brand("/client.png", None))).await;
    let of_client = sign_in_page(&op, &own, "en").await;
    let kind = format!("logo/{}", own.client_id());
    assert_eq!(Request::get(op.at(&path(&of_client, &kind))).send().await.status, 200);
    assert!(!of_client.says("logo-dark"), "the dark logo of the tenant is not the client's");
    op.change_settings(|settings| settings.brand = brand("/page", None)).await;
    let after = path(&sign_in_page(&op, &rp, "en").await, "logo");
    assert_ne!(before, after);
    assert_eq!(Request::get(op.at(&after)).send().await.status, 404, "a page is no picture");
    for nothing in ["/brand/other", "/brand/logo-dark", "/brand/logo/nobody", "/brand/logo%2f..%2f"] {
        assert_eq!(Request::get(op.at(nothing)).send().await.status, 404, "{nothing}");
    }
    own.set_enabled(&op, false).await;
    assert_eq!(Request::get(op.at(&path(&of_client, &kind))).send().await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_plain_and_in_the_readers_language() {
    let op = Provider::start().await;
    let texts = |language: &str, sign_in: &str| BrandTexts {
        language: language.to_owned(),
        sign_in: Some(sign_in.to_owned()),
        error: Some(format!("Error {language}")),
        footer: Some(format!("Footer {language}")),
        ..BrandTexts::default()
    };
    let all = vec![texts("en", "<b>Hello</b> {{7*7}}"), texts("de", "Willkommen")];
    op.change_settings(|settings| settings.brand = Brand { texts: all, ..Brand::default() }).await;
    let rp = RelyingParty::confidential(&op).await;
    let english = sign_in_page(&op, &rp, "fr").await;
    assert!(
        english.says("&#60;b&#62;Hello&#60;/b&#62; {{7*7}}") && !english.says("<b>"),
        "{}",
        english.text()
    );
    assert!(english.says("id=\"own-text\" lang=\"en\" dir=\"auto\">") && english.says("Footer en"));
    let german = sign_in_page(&op, &rp, "de-AT").await;
    assert!(german.says(">Willkommen<") && german.says("Footer de") && !german.says("Error de"));
    let error = Browser::new().open(&op, &format!("{}/authorize?client_id=nobody", op.issuer)).await;
    assert!(error.says("Error en") && error.says("Footer en"));
}
