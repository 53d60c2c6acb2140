//! Passkeys: where they are offered, and answers that are none. What a real browser answers is in `tests/interop`.
//!
//! Chart 596: Passkeys (Web Authentication Level 3) | made on the account page, discoverable and verifying who holds them; sign in by button and beside the name, in place of password and second factor; `acr` is `phr`; copies noticed, each challenge counts once

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD, ACR_PHISHING_RESISTANT};
use credenza_protocol::tenant::SecondFactor;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request};
use serde_json::json;

const ISSUER: &str = "https://op.test";

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().issuer(ISSUER).start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

/// The ticket of the passkey form on a page.
#[track_caller]
fn ticket(page: &Page) -> String {
    let text = page.text();
    let rest = text.split_once("name=\"ticket\" value=\"").unwrap_or_else(|| panic!("none: {text}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_offered_where_the_host_is_a_name_and_the_tenant_has_them() {
    let (op, _, rp) = start().await;
    let login = rp.authorization().open(&op, &mut Browser::new()).await;
    assert!(
        login.says("autocomplete=\"username webauthn\"") && login.says("id=\"passkey\""),
        "{}",
        login.text()
    );
    assert!(login.says("&#34;rpId&#34;:&#34;op.test&#34;"), "{}", login.text());
    let offered = op.metadata().await["acr_values_supported"].clone();
    assert_eq!(offered, json!([ACR_PHISHING_RESISTANT, ACR_MFA, ACR_PASSWORD]));
    op.change_settings(|settings| settings.passkeys = false).await;
    let login = rp.authorization().open(&op, &mut Browser::new()).await;
    assert!(login.says("autocomplete=\"username\"") && !login.says("passkey"), "{}", login.text());
    assert_eq!(op.metadata().await["acr_values_supported"], json!([ACR_MFA, ACR_PASSWORD]));
    op.change_settings(|settings| settings.second_factor = SecondFactor::Off).await;
    assert_eq!(op.metadata().await["acr_values_supported"], json!([ACR_PASSWORD]));
    let by_address = Provider::start().await;
    let rp = RelyingParty::confidential(&by_address).await;
    let login = rp.authorization().open(&by_address, &mut Browser::new()).await;
    assert!(!login.says("passkey"), "{}", login.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_a_challenge_of_its_own() {
    let (op, _, rp) = start().await;
    let mut browser = Browser::new();
    let first = rp.authorization().open(&op, &mut browser).await;
    let second = browser.open(&op, &first.url).await;
    let challenge = |page: &Page| {
        let text = page.text();
        let rest = text.split_once("&#34;challenge&#34;:&#34;").unwrap().1.to_owned();
        rest.split_once('&').unwrap().0.to_owned()
    };
    assert_ne!(challenge(&first), challenge(&second));
    assert!(challenge(&first).len() >= 43, "256 bits or more");
    assert_eq!(op.empty_out().await, 0, "nothing is stored for whoever has proven nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_signs_nobody_in() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let own = ticket(&login);
    let foreign = ticket(&rp.authorization().open(&op, &mut Browser::new()).await);
    let empty = r#"{"id":"AA","rawId":"AA","type":"public-key","response":{"authenticatorData":"","clientDataJSON":"","signature":"","userHandle":"AAAAAAAAAAAAAAAAAAAAAA"}}"#;
    for (ticket, answer) in [
        (own.as_str(), "{}"),
        (own.as_str(), "null"),
        (own.as_str(), empty),
        (foreign.as_str(), empty),
        ("", empty),
        (own.as_str(), &"[".repeat(10_000)),
    ] {
        let refused = browser.submit(&op, &login, &[("ticket", ticket), ("passkey", answer)]).await;
        assert_eq!(refused.response.status, 422, "{answer:.40}: {}", refused.text());
        assert!(refused.says("This passkey could not be used"), "{answer:.40}: {}", refused.text());
        assert!(refused.says("data-quiet"), "{answer:.40}: {}", refused.text());
    }
    assert_eq!(op.sessions_of(&alice).await, 0);
    let signed_in = browser.sign_in(&op, &login, &alice).await;
    assert!(signed_in.says("consent-allow"), "{}", signed_in.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_makes_one_is_for_whoever_signed_in_lately() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let url = format!("{}/account/security/passkey", op.issuer);
    let page = browser.open(&op, &url).await;
    assert!(page.says("&#34;residentKey&#34;:&#34;required&#34;") && page.says("id=\"passkey-unsupported\""));
    assert!(!page.says(alice.user_id.as_str()), "the user handle tells nothing");
    let (csrf, ticket) = (page.hidden("csrf"), page.hidden("ticket"));
    for (csrf, ticket, answer, status) in
        [(&*csrf, &*ticket, "{}", 422), (&*csrf, "x", "{}", 422), ("forged", &*ticket, "{}", 403)]
    {
        let fields = [("csrf", csrf), ("ticket", ticket), ("passkey", answer)];
        let refused = browser.send(Request::form(op.reach(&url), &fields)).await;
        assert_eq!(refused.status, status);
        assert_eq!(refused.text().contains("id=\"passkey-error\""), status == 422);
    }
    op.pass(3600);
    let again = browser.open(&op, &url).await;
    assert!(again.says("login-submit"), "{}", again.text());
    op.change_settings(|settings| settings.passkeys = false).await;
    assert_eq!(browser.open(&op, &url).await.response.status, 404);
}
