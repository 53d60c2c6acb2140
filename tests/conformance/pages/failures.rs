//! Failures of the provider itself: a page and a JSON response to the same failure have the same status, and the page
//! says so in the person's language.

use credenza_protocol::client::Client;
use credenza_protocol::response_type::ResponseType;
use credenza_tests::{
    Browser, Page, Provider, RelyingParty, decryption_key, failing_store, jwks_to_encrypt_to,
};
use credenza_validator::jwe::KeyManagement;

fn german() -> Browser {
    Browser { headers: vec![("accept-language".to_owned(), "de".to_owned())], ..Browser::new() }
}

#[track_caller]
fn assert_explained(page: &Page, explanation: &str) {
    let support_code = format!("<code id=\"support-code\">{}</code>", page.response.header("x-request-id"));
    for part in ["<html lang=\"de\">", "<h1>Anfrage nicht angenommen</h1>", explanation, &support_code] {
        assert!(page.says(part), "{part}: {}", page.text());
    }
    for header in ["location", "set-cookie"] {
        assert!(!page.response.headers.contains_key(header), "{header}");
    }
}

/// A store that fails: 503, and an invitation to try again (RFC 9110 15.6.4).
#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_15_6_4_a_store_that_fails_is_503_on_a_page_and_in_json() {
    let (store, outage) = failing_store().await;
    let op = Provider::builder().store(store).start().await;
    let (alice, rp) = (op.user("alice").await, RelyingParty::confidential(&op).await);
    let mut browser = german();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    outage.of_everything();
    let page = browser.open(&op, &format!("{}/account", op.issuer)).await;
    let json = rp.userinfo(&op, &tokens.access_token).await;
    json.assert_refused(503, "temporarily_unavailable");
    for answer in [&page.response, &json] {
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_explained(&page, "Der Anmeldedienst ist gerade nicht verfügbar.");
    outage.end();
    let page = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert_eq!(page.response.status, 200);
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
}

/// Not even the tenant can be read: a browser gets a page with a link to try again, everything else JSON.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_15_6_4_without_a_database_people_get_a_page() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    op.state.store.maintenance.close().await;
    let mut browser = german();
    browser.headers.push(("accept".to_owned(), "text/html,application/xhtml+xml,*/*;q=0.8".to_owned()));
    for path in
        ["/", "/t/acme", "/account", "/t/acme/account", "/authorize?client_id=x&state=a%20b", "/logout"]
    {
        let url = format!("{}{path}", op.issuer);
        let page = browser.open(&op, &url).await;
        assert_eq!(
            (page.response.status.as_u16(), page.response.header("retry-after")),
            (503, "1"),
            "{path}"
        );
        assert_eq!(page.response.header("cache-control"), "no-store");
        assert_explained(&page, "Der Anmeldedienst ist gerade nicht verfügbar.");
        assert_eq!(page.way_on(), path);
        german().open(&op, &url).await.response.assert_refused(503, "temporarily_unavailable");
    }
    let form = browser.post(&op, &format!("{}/login", op.issuer), &[("request", "x")]).await;
    assert_explained(&form, "Der Anmeldedienst ist gerade nicht verfügbar.");
    assert_eq!(form.way_on(), "/");
}

/// Something that the provider cannot do at all: 500, without an invitation to try again (RFC 9110 15.6.1).
#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_15_6_1_a_fault_of_the_provider_is_500_on_a_page_and_in_json() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.front_channel_tokens = true).await;
    let alice = op.user("alice").await;
    // ID tokens are to be encrypted to a key that the client no longer has.
    let rp = RelyingParty::register(&op, |client: &mut Client| {
        client.response_types = ResponseType::ALL.to_vec();
        client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        client.jwks = Some(jwks_to_encrypt_to(&[&decryption_key(KeyManagement::EcdhEs)]));
    })
    .await;
    let mut browser = german();
    rp.authorization().answer(&op, &mut browser, &alice).await;
    rp.update(&op, |record| record.client.jwks = None).await;
    let code = rp.authorization().code(&op, &mut browser, &alice).await;
    let json = rp.redeem(&op, &code).await;
    json.assert_refused(500, "server_error");
    let page = rp.authorization().with("response_type", "id_token").open(&op, &mut browser).await;
    for answer in [&page.response, &json] {
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (500, ""));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.text().contains("id_token="), "{}", answer.text());
    }
    assert_explained(&page, "Im Anmeldedienst ist ein Fehler aufgetreten.");
}
