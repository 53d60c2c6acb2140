//! Redirect URIs that are http in a local network.
//!
//! Chart 135: Local networks | http redirect URIs by a switch of the client, or of the tenant for clients that register themselves

use credenza_tests::{Browser, Provider, Registrant, RelyingParty, changed, merged, web_client};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_a_local_network_is_answered_there() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for uri in [
        "http://nas:8080/callback",
        "http://192.168.1.20/callback",
        "http://[fd00::7]:8080/callback",
        "http://app.corp.internal/callback",
    ] {
        let rp = RelyingParty::register(&op, |client| {
            client.redirect_uris = vec![uri.to_owned()];
            client.local_network_redirects = true;
        })
        .await;
        let mut browser = Browser::new();
        let page = rp.authorization().finish(&op, &mut browser, &alice).await;
        assert!(page.target().starts_with(&format!("{uri}?code=")), "{}", page.target());
        let code = page.answer()["code"].clone();
        let elsewhere = changed(&rp.redemption(&code), "redirect_uri", Some("http://nas/callback"));
        rp.token(&op, &elsewhere).await.assert_refused(400, "invalid_grant");
        rp.sign_in(&op, &alice).await;
        // No port is free there, and no other host of the network is meant.
        for other in
            ["http://nas:8081/callback", "http://192.168.1.21/callback", "http://nas.test:8080/callback"]
        {
            rp.authorization().with("redirect_uri", other).assert_page(&op, &mut browser).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_registers_itself_has_it_by_the_policy_of_the_tenant_alone() {
    let op = Provider::open_to_clients().await;
    let alice = op.user("alice").await;
    let at = |uri: &str| json!({ "redirect_uris": [uri], "local_network_redirects": true });
    let register = |members: Value| op.registration(&merged(web_client(), members)).send();
    let local = ["http://nas.local:8080/callback", "http://10.1.2.3/callback"];
    for uri in local {
        register(at(uri)).await.assert_refused(400, "invalid_redirect_uri");
    }
    op.change_settings(|settings| settings.registration_local_network_redirects = true).await;
    for uri in local {
        let rp = Registrant::with(&op, at(uri)).await.relying_party();
        rp.sign_in(&op, &alice).await;
    }
    for uri in ["http://rp.test/callback", "http://8.8.8.8/callback", "http://nas.local.test/callback"] {
        register(at(uri)).await.assert_refused(400, "invalid_redirect_uri");
    }
    // What was registered in the meantime cannot be registered again once the policy has changed.
    let kept = Registrant::with(&op, at(local[0])).await;
    op.change_settings(|settings| settings.registration_local_network_redirects = false).await;
    let put = kept.put(&op, &kept.metadata(json!({}))).send().await;
    put.assert_refused(400, "invalid_redirect_uri");
}
