//! The token endpoint of RFC 6749: 2.3.1, 3.2, 4.1.3, 4.4, 5, 6.
//!
//! Chart 100

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_protocol::client::GrantType;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_tests::{Browser, Provider, RelyingParty, Request, Tokens, changed, claims_of};

/// Who sends which fields, and the refusal.
type Case<'a> = (&'a RelyingParty, &'a [(&'a str, &'a str)], &'a str);

const MACHINE: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_2_3_1_basic_is_form_encoded() {
    let op = Provider::start().await;
    let rp = RelyingParty::register(&op, |client| client.client_id = ClientId::new("a b:c+d&e=f%ü")).await;
    assert_eq!(rp.token(&op, &MACHINE).await.status, 200);
    // Every character may stand encoded, also one that need not.
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let secret = rp.secret.as_deref().unwrap();
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let send = async |header: &str| {
        Request::form(op.at("/token"), &MACHINE).header("authorization", header).send().await
    };
    assert_eq!(send(&basic(&encode(rp.client_id()), &encode(secret))).await.status, 200);
    // A raw colon ends the client_id, so this names another client.
    send(&basic(rp.client_id(), secret)).await.assert_refused(401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_2_3_1_wrong_credentials_are_invalid_client() {
    let op = Provider::start().await;
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
        let rp = RelyingParty::register(&op, |client| client.token_endpoint_auth_method = method).await;
        let other = RelyingParty::register(&op, |client| client.token_endpoint_auth_method = method).await;
        let right = rp.secret.clone().unwrap();
        assert_eq!(rp.token(&op, &MACHINE).await.status, 200);
        let wrong = [
            "x".to_owned(),
            String::new(),
            "null".to_owned(),
            format!("{right}x"),
            format!(" {right}"),
            right[1..].to_owned(),
            right.to_uppercase(),
            other.secret.clone().unwrap(),
        ];
        for secret in wrong {
            let liar = RelyingParty { secret: Some(secret.clone()), ..rp.clone() };
            let response = liar.token(&op, &MACHINE).await;
            response.assert_refused(401, "invalid_client");
            assert!(response.header("www-authenticate").starts_with("Basic "), "{secret}");
        }
        let mut stranger = rp.clone();
        stranger.client.client_id = ClientId::new("nobody");
        stranger.token(&op, &MACHINE).await.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_2_3_only_the_registered_method_is_taken_where_it_is_pinned() {
    let op = Provider::start().await;
    for registered in [AuthMethod::None, AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
        let rp = RelyingParty::register(&op, |client| {
            client.token_endpoint_auth_method = registered;
            client.token_endpoint_auth_method_pinned = true;
        })
        .await;
        let alice = op.user(&format!("{registered:?}")).await;
        let tokens = rp.sign_in(&op, &alice).await;
        for used in [AuthMethod::None, AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
            if used == registered {
                continue;
            }
            let mut other = rp.clone();
            other.client.token_endpoint_auth_method = used;
            other.secret = Some(rp.secret.clone().unwrap_or_else(|| "x".to_owned()));
            other.refresh(&op, tokens.refresh()).await.assert_refused(401, "invalid_client");
        }
        assert_eq!(rp.refresh(&op, tokens.refresh()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_2_unknown_is_ignored_empty_is_absent_repeated_is_refused() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let fields = rp.redemption(&code);
    for (name, value) in fields {
        let twice: Vec<_> = fields.iter().copied().chain([(name, value)]).collect();
        rp.token(&op, &twice).await.assert_refused(400, "invalid_request");
    }
    for name in ["grant_type", "code"] {
        rp.token(&op, &changed(&fields, name, None)).await.assert_refused(400, "invalid_request");
        rp.token(&op, &changed(&fields, name, Some(""))).await.assert_refused(400, "invalid_request");
    }
    // None of that spent the code.
    let mut more = fields.to_vec();
    more.extend([("extra", "foobar"), ("scope", ""), ("resource", ""), ("client_secret", "")]);
    assert_eq!(rp.token(&op, &more).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_2_1_a_public_client_says_who_it_is() {
    let op = Provider::start().await;
    let rp = RelyingParty::public(&op).await;
    let alice = op.user("alice").await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let silent = Request::form(op.at("/token"), &rp.redemption(&code)).send().await;
    silent.assert_refused(401, "invalid_client");
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_3_redirect_uri_is_repeated_only_if_it_was_sent() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let silent = rp.authorization().without("redirect_uri");
    for (repeated, status) in [(None, 200), (Some(rp.redirect_uri()), 200), (Some("https://rp.test/x"), 400)]
    {
        let code = silent.code(&op, &mut Browser::new(), &alice).await;
        let fields = rp.redemption(&code);
        let response = rp.token(&op, &changed(&fields, "redirect_uri", repeated)).await;
        assert_eq!(response.status, status, "{repeated:?} {}", response.text());
        assert!(status == 200 || response.error() == "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_4_client_credentials() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let response = rp.token(&op, &MACHINE).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let tokens = Tokens::of(&response);
    // 3.3: all that it may have in its own name, and the answer says so; 4.4.3: no refresh token.
    assert_eq!(tokens.scope.as_deref(), Some("api:read api:write"));
    assert_eq!((tokens.refresh_token, tokens.id_token), (None, None));
    let claims = claims_of(&tokens.access_token);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&rp.client_id().into(), &rp.client_id().into()));

    let narrowed = rp.token(&op, &[MACHINE[0], ("scope", "api:read")]).await;
    assert_eq!(Tokens::of(&narrowed).scope.as_deref(), Some("api:read"));
    // Scopes about a person make no sense without one.
    for scope in ["api:admin", "api:read api:admin", "openid", "api:read offline_access", "profile", "a\"b"] {
        let response = rp.token(&op, &[MACHINE[0], ("scope", scope)]).await;
        response.assert_refused(400, "invalid_scope");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_4_needs_a_confidential_client_that_may() {
    let op = Provider::start().await;
    let public = RelyingParty::public(&op).await;
    public.token(&op, &MACHINE).await.assert_refused(400, "unauthorized_client");
    let web =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::AuthorizationCode]).await;
    web.token(&op, &MACHINE).await.assert_refused(400, "unauthorized_client");
    let machine =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::ClientCredentials]).await;
    assert_eq!(machine.token(&op, &MACHINE).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_5_1_the_answer() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let redeemed = rp.redeem(&op, &code).await;
    let refreshed = rp.refresh(&op, Tokens::of(&redeemed).refresh()).await;
    let machine = rp.token(&op, &MACHINE).await;
    for response in [&redeemed, &refreshed, &machine] {
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.header("cache-control"), "no-store");
        assert_eq!(response.header("pragma"), "no-cache");
        let tokens = Tokens::of(response);
        assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 600));
        assert!(!response.text().contains("null"));
    }
    assert_eq!(Tokens::of(&redeemed).scope.unwrap(), "openid profile email offline_access");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_5_2_each_refusal_has_its_code() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let only_code =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::AuthorizationCode]).await;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let cases: [Case; 8] = [
        (&rp, &[], "invalid_request"),
        (&rp, &[("grant_type", "authorization_code")], "invalid_request"),
        (&rp, &[("grant_type", "refresh_token")], "invalid_request"),
        (&rp, &[("grant_type", "authorization_code"), ("code", "x")], "invalid_grant"),
        (&rp, &refresh, "invalid_grant"),
        (&only_code, &refresh, "unauthorized_client"),
        (&rp, &[("grant_type", "magic")], "unsupported_grant_type"),
        (&rp, &[("grant_type", "client_credentials"), ("scope", "no")], "invalid_scope"),
    ];
    for (client, fields, error) in cases {
        let response = client.token(&op, fields).await;
        response.assert_refused(400, error);
        assert_eq!(response.header("content-type"), "application/json");
        let description = response.json()["error_description"].as_str().unwrap().to_owned();
        let legal = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(!description.is_empty() && description.bytes().all(legal), "{description}");
    }
    assert_eq!(rp.token(&op, &MACHINE).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_6_a_refresh_token_gives_what_was_granted_or_less() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let first = rp.sign_in(&op, &alice).await;
    let refresh = async |token: &str, scope: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        rp.token(&op, &fields).await
    };
    let wide = refresh(first.refresh(), "openid phone").await;
    wide.assert_refused(400, "invalid_scope");
    // That did not spend it.
    let narrow = Tokens::of(&refresh(first.refresh(), "openid email").await);
    assert_eq!(narrow.scope.as_deref(), Some("openid email"));
    assert_eq!(claims_of(&narrow.access_token)["scope"], "openid email");
    let userinfo = rp.userinfo(&op, &narrow.access_token).await.json();
    assert_eq!((userinfo["email"].is_string(), userinfo.get("name")), (true, None));
    // The new refresh token stands for all that was granted, as the one before it.
    let all = Tokens::of(&rp.refresh(&op, narrow.refresh()).await);
    assert_eq!(all.scope.as_deref(), Some("openid profile email offline_access"));
    rp.assert_alive(&op, &all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_6_only_who_may_refresh_gets_a_refresh_token() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp =
        RelyingParty::register(&op, |client| client.grant_types = vec![GrantType::AuthorizationCode]).await;
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(tokens.refresh_token, None);
    assert_eq!(tokens.scope.as_deref(), Some("openid profile email"));
    let may = RelyingParty::confidential(&op).await;
    let online = may.authorization().with("scope", "openid");
    let tokens = may.sign_in_with(&op, &alice, &mut Browser::new(), online).await;
    assert_eq!(may.refresh(&op, tokens.refresh()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_6_an_idle_refresh_token_dies_a_used_one_lives_on() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let alice = op.user("alice").await;
    let mut tokens = rp.sign_in(&op, &alice).await;
    for _ in 0..3 {
        op.pass(29 * 86_400);
        tokens = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    }
    rp.assert_alive(&op, &tokens).await;
    op.pass(30 * 86_400);
    rp.assert_dead(&op, &tokens).await;
}
