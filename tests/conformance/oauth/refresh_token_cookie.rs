//! Refresh tokens in a cookie of the provider, for applications in the browser (manual: browser).
//!
//! Chart 591: Refresh tokens out of reach of scripts | in a `__Host-` cookie of the provider, one for each client that is set so; rotated, revoked and cleared as ever

use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::tenant::{Registration, TenantSettings};
use credenza_tests::{
    APP_ORIGIN, Browser, ISSUER_OF_APPS, PageOfApp, Provider, RelyingParty, Request, Tokens,
};

async fn start() -> Provider {
    Provider::builder().issuer(ISSUER_OF_APPS).start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_in_the_cookie_and_never_in_an_answer() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    let code = page.rp.authorization().code(&op, &mut page.browser, &alice).await;
    let rp = page.rp.clone();
    let answer = page.call(&op, "/token", &rp.redemption(&code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(Tokens::of(&answer).refresh_token, None);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-credenza-refresh."), "{set}");
    for attribute in ["; Path=/;", "; HttpOnly;", "; SameSite=Strict;", "; Secure;", "; Max-Age="] {
        assert!(set.contains(attribute), "{attribute} in {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    assert_eq!(answer.header("access-control-allow-origin"), APP_ORIGIN);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert_eq!(answer.header("cache-control"), "no-store");

    let mut seen = vec![page.cookie().unwrap().1];
    for _ in 0..3 {
        let answer = page.refresh(&op).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let tokens = Tokens::of(&answer);
        assert!(tokens.refresh_token.is_none() && tokens.id_token.is_some());
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert_eq!(page.rp.userinfo(&op, &tokens.access_token).await.status, 200);
        let (_, next) = page.cookie().unwrap();
        assert!(!seen.contains(&next));
        seen.push(next);
    }
}

/// Without `offline_access` the grant ends with the session, and the browser forgets both when it is closed.
#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_lives_as_long_as_what_it_holds() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    let short = page.rp.authorization().with("scope", "openid profile");
    let code = short.code(&op, &mut page.browser, &alice).await;
    let rp = page.rp.clone();
    let answer = page.call(&op, "/token", &rp.redemption(&code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(!answer.header("set-cookie").contains("Max-Age"), "{}", answer.header("set-cookie"));
    assert_eq!(page.refresh(&op).await.status, 200);

    page.sign_in(&op, &alice).await;
    let idle = TenantSettings::default().refresh_token_idle_lifetime.0;
    let answer = page.refresh(&op).await;
    assert!(answer.header("set-cookie").contains(&format!("; Max-Age={idle}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_without_a_token_ends_the_one_in_the_cookie() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    page.sign_in(&op, &alice).await;
    assert_eq!(op.grants_of(&alice).await, 1);
    let (name, value) = page.cookie().unwrap();
    let answer = page.call(&op, "/revoke", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert!(answer.header("set-cookie").contains("; Max-Age=0"));
    assert_eq!((page.cookie(), op.grants_of(&alice).await), (None, 0));
    // Once more there is nothing to end, which is no error (RFC 7009 2.2).
    assert_eq!(page.call(&op, "/revoke", &[]).await.status, 200);
    // A copy of it is worth nothing, and is cleared.
    page.browser.cookies.insert(name, value);
    let answer = page.refresh(&op).await;
    answer.assert_refused(400, "invalid_grant");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert_eq!(page.cookie(), None);
    // Other clients name the token.
    let plain = RelyingParty::public(&op).await;
    plain.call(&op, "/revoke", &[]).send().await.assert_refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_clears_it() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    let tokens = page.sign_in(&op, &alice).await;
    let url = format!("{ISSUER_OF_APPS}/logout?id_token_hint={}", tokens.id());
    let answer = page.browser.send(Request::get(op.reach(&url))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(page.cookie(), None);
    page.refresh(&op).await.assert_refused(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_where_there_is_no_cookie() {
    let op = start().await;
    let mut page = PageOfApp::of(&op).await;
    let answer = page.refresh(&op).await;
    answer.assert_refused(400, "invalid_grant");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert_eq!(answer.header("set-cookie"), "");
}

/// Where the issuer is http, as on a developer's machine, and where it has a path, the cookie is as the one of the session.
#[tokio::test(flavor = "multi_thread")]
async fn its_name_and_path_are_those_of_the_other_cookies() {
    for (issuer, name, path) in [
        ("http://localhost:41700", "credenza-refresh.", "Path=/;"),
        ("https://example.test/auth", "__Secure-credenza-refresh.", "Path=/auth;"),
    ] {
        let op = Provider::builder().issuer(issuer).start().await;
        let alice = op.user("alice").await;
        let mut page = PageOfApp::of(&op).await;
        let origin = issuer.trim_end_matches("/auth").to_owned();
        page.rp.update(&op, |record| record.client.allowed_origins = vec![origin.clone()]).await;
        page.origin = Some(origin);
        let code = page.rp.authorization().code(&op, &mut page.browser, &alice).await;
        let rp = page.rp.clone();
        let answer = page.call(&op, "/token", &rp.redemption(&code)).await;
        let set = answer.header("set-cookie");
        assert!(set.starts_with(name) && set.contains(path) && set.contains("SameSite=Strict"), "{set}");
        assert_eq!(set.contains("Secure;"), issuer.starts_with("https"), "{set}");
    }
}

/// A client that is no longer set so, or no longer public, has its tokens in answers again, and the cookie is not read.
#[tokio::test(flavor = "multi_thread")]
async fn the_setting_holds_at_once() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    page.sign_in(&op, &alice).await;
    page.rp.update(&op, |record| record.client.refresh_token_cookie = false).await;
    page.refresh(&op).await.assert_refused(400, "invalid_request");
    let tokens = page.rp.sign_in(&op, &alice).await;
    assert!(tokens.refresh_token.is_some());
    page.rp.update(&op, |record| record.client.refresh_token_cookie = true).await;
    assert_eq!(page.refresh(&op).await.status, 200);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
    page.call(&op, "/token", &fields).await.assert_refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_client_or_person_has_nothing() {
    let op = start().await;
    let alice = op.user("alice").await;
    let mut page = PageOfApp::of(&op).await;
    page.sign_in(&op, &alice).await;
    page.rp.set_enabled(&op, false).await;
    // As with a client that nobody knows, which has no cookie.
    page.refresh(&op).await.assert_refused(400, "invalid_request");
    page.rp.set_enabled(&op, true).await;
    let mut again = PageOfApp { browser: Browser::new(), ..page };
    again.sign_in(&op, &alice).await;
    assert_eq!(again.refresh(&op).await.status, 200);
    op.disable_user(&alice).await;
    again.refresh(&op).await.assert_refused(400, "invalid_grant");
    assert_eq!(again.cookie(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_alone_sets_it() {
    let op = start().await;
    op.change_settings(|settings| settings.registration = Registration::Open).await;
    let metadata = serde_json::json!({
        "redirect_uris": [format!("{APP_ORIGIN}/callback")],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "refresh_token_cookie": true,
    });
    let answer = Request::post(op.at("/register"), "application/json", metadata.to_string()).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.json().get("refresh_token_cookie").is_none());
    let client_id = answer.json()["client_id"].as_str().unwrap().to_owned();
    let tenant = op.default_tenant().await;
    let id = ClientId::new(&client_id);
    let record = op.state.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    assert_eq!(record.client.token_endpoint_auth_method, AuthMethod::None);
    assert!(!record.client.refresh_token_cookie);
}
