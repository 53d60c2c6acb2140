//! Attacks on dynamic registration and client metadata (manual: attacks).
//!
//! Chart 300

use std::collections::BTreeSet;

use credenza_protocol::client::{Client, ConsentPolicy, GrantType};
use credenza_protocol::ids::ClientId;
use credenza_protocol::tenant::Registration;
use credenza_tests::{
    Browser, Outside, Provider, Registrant, RelyingParty, Request, at_once, merged, web_client,
};
use serde_json::{Value, json};

/// The members of a registration that hold URIs, and whether it is a list of them.
const URIS: [(&str, bool); 13] = [
    ("redirect_uris", true),
    ("post_logout_redirect_uris", true),
    ("request_uris", true),
    ("jwks_uri", false),
    ("sector_identifier_uri", false),
    ("initiate_login_uri", false),
    ("backchannel_logout_uri", false),
    ("frontchannel_logout_uri", false),
    ("client_uri", false),
    ("logo_uri", false),
    ("policy_uri", false),
    ("tos_uri", false),
    // Members that only an operator sets; they are ignored in a registration.
    ("resources", true),
];

async fn register(op: &Provider, name: &str, is_list: bool, uri: &str) -> (u16, String) {
    let value = if is_list { json!([uri]) } else { json!(uri) };
    let response = op.registration(&merged(web_client(), json!({ name: value }))).send().await;
    (response.status.as_u16(), response.error())
}

async fn stored(op: &Provider, client: &Registrant) -> Client {
    let id = ClientId::new(client.get("client_id"));
    op.state.store.clients.find(&op.default_tenant().await, &id).await.unwrap().unwrap().client
}

#[test]
fn a077_every_member_that_holds_a_uri_is_known_here() {
    let fields = include_str!("../../../provider/protocol/src/client.rs").split("    pub ").skip(1);
    let names = fields.filter_map(|field| field.split_once(':').map(|(name, _)| name));
    let uris: Vec<_> = names.filter(|name| name.ends_with("_uri") || name.ends_with("_uris")).collect();
    assert!(uris.len() >= 12, "{uris:?}");
    let known: BTreeSet<_> = URIS.iter().map(|(name, _)| *name).collect();
    for name in uris {
        assert!(known.contains(name), "{name} is not tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a077_no_member_makes_the_provider_fetch_from_inside() {
    let op = Provider::open_to_clients().await;
    let outside = Outside::start().await;
    let port = outside.port;
    for (name, is_list) in URIS {
        for host in [
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
            "169.254.169.254",
            "10.0.0.1",
        ] {
            // Over http nothing is taken but where an app on the person's own device listens, which is not fetched; over
            // https nothing is fetched.
            let (status, error) = register(&op, name, is_list, &format!("http://{host}:{port}/")).await;
            let is_loopback = ["127.0.0.1", "[::1]", "2130706433", "0x7f.1"].contains(&host);
            let is_taken = name == "resources" || (name == "redirect_uris" && is_loopback);
            assert_eq!(status == 201, is_taken, "{name} {host}: {error}");
            register(&op, name, is_list, &format!("https://{host}:{port}/")).await;
        }
    }
    assert!(outside.requests().is_empty(), "{:?}", outside.requests());
}

#[tokio::test(flavor = "multi_thread")]
async fn a006_dangerous_schemes_are_registered_nowhere() {
    let op = Provider::open_to_clients().await;
    for (name, is_list) in URIS.into_iter().filter(|(name, _)| *name != "resources") {
        for uri in [
            "JaVaScRiPt:alert(1)",
            "java%0ascript:alert(1)",
            "java\nscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://rp.test/x",
            "about:blank",
            "ftp://rp.test/x",
            "wss://rp.test/x",
            "view-source:https://rp.test/x",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            let expected =
                if name == "redirect_uris" { "invalid_redirect_uri" } else { "invalid_client_metadata" };
            let (status, error) = register(&op, name, is_list, uri).await;
            let is_text_fault = error == "invalid_client_metadata" && uri.contains('\n');
            assert!(status == 400 && (error == expected || is_text_fault), "{name} {uri:?}: {error}");
        }
    }
    assert_eq!(op.clients().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a007_parameters_of_answers_are_registered_nowhere() {
    let op = Provider::open_to_clients().await;
    for parameter in ["code", "state", "iss", "error", "id_token", "access_token"] {
        let uri = format!("https://rp.test/cb?{parameter}=ATT");
        let (status, error) = register(&op, "redirect_uris", true, &uri).await;
        assert_eq!((status, error.as_str()), (400, "invalid_redirect_uri"), "{parameter}");
    }
    assert_eq!(register(&op, "redirect_uris", true, "https://rp.test/cb?ours=1").await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a078_nobody_gives_himself_more_than_the_policy_allows() {
    let op = Provider::start().await;
    for policy in [Registration::Open, Registration::Token] {
        op.change_settings(|settings| settings.registration = policy).await;
        let token = op.initial_access_token(None).await;
        let send = |members: Value| op.registration(&merged(web_client(), members)).bearer(&token).send();
        for grants in [
            json!(["client_credentials"]),
            json!(["urn:ietf:params:oauth:grant-type:token-exchange"]),
            json!(["implicit"]),
            json!(["password", "client_credentials"]),
        ] {
            send(json!({ "grant_types": grants })).await.assert_refused(400, "invalid_client_metadata");
        }
        // Beside what it may have, the rest is left out, and the answer says so.
        for more in ["client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"] {
            let both = json!({ "grant_types": ["authorization_code", more] });
            let client = Registrant::of(&send(both).await);
            assert_eq!(client.answer["grant_types"], json!(["authorization_code"]), "{more}");
            assert_eq!(stored(&op, &client).await.grant_types, [GrantType::AuthorizationCode], "{more}");
        }
        let client = Registrant::of(
            &send(json!({
                "scope": "openid admin", "client_id": "admin", "tenant": "acme", "tenant_id": "acme",
                "consent": "implicit", "serves": ["https://api.test/"], "resources": ["https://api.test/"],
                "access_token_format": "opaque", "service_account": true, "disabled_at": null, "epoch": 9,
                "profile": "fapi2", "local_network_redirects": true, "allowed_origins": ["https://evil.test"],
                "access_token_lifetime": 600, "session_lifetime": 2_592_000, "roles": ["admin"],
                "claim_mappings": [{ "claim": "admin", "from": { "constant": true } }], "claims_in_id_token": true,
                "brand": { "accent_color": "#b3261e" },
            }))
            .await,
        );
        let kept = stored(&op, &client).await;
        assert_eq!(kept.scope.to_string(), "openid");
        assert_eq!((kept.consent, kept.serves.len(), kept.resources.len()), (ConsentPolicy::Required, 0, 0));
        assert_eq!(kept.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(kept.access_token_format, Default::default());
        assert!(!kept.local_network_redirects && kept.allowed_origins.is_empty());
        assert_eq!((kept.access_token_lifetime, kept.session_lifetime), (None, None));
        assert!(kept.roles.is_empty() && kept.claim_mappings.is_empty() && !kept.claims_in_id_token);
        assert_eq!(kept.brand, None);
        assert!(kept.client_id.as_str().len() == 32 && kept.client_id.as_str() != "admin");
        // It acts on behalf of people only, never in its own name.
        let rp = client.relying_party();
        rp.token(&op, &[("grant_type", "client_credentials")])
            .await
            .assert_refused(400, "unauthorized_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a078_a_registered_client_always_asks_the_person() {
    let op = Provider::open_to_clients().await;
    let alice = op.user("alice").await;
    let rp = Registrant::with(&op, json!({})).await.relying_party();
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let page = browser.sign_in(&op, &page, &alice).await;
    assert!(page.says("consent-allow"), "{}", page.text());
    let silent = rp.authorization().with("prompt", "none").open(&op, &mut browser).await;
    assert_eq!(silent.answer()["error"], "consent_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a079_one_of_many_spends_the_last_use_of_an_initial_access_token() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.registration = Registration::Token).await;
    let token = op.initial_access_token(Some(1)).await;
    let answers = at_once((0..64).map(|_| op.registration(&web_client()).bearer(&token))).await;
    let registered = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((registered, refused, op.clients().await), (1, 63, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a079_tokens_reach_their_own_tenant_and_their_own_client() {
    let op = Provider::open_to_clients().await;
    op.tenant("acme").await;
    op.change_settings_of("acme", |settings| settings.registration = Registration::Token).await;
    let token = op.initial_access_token(None).await;
    let there = op.registration_at("/t/acme", &web_client()).bearer(&token).send().await;
    there.assert_refused(401, "invalid_token");
    Registrant::of(&op.registration(&web_client()).bearer(&token).send().await);
    // Neither a registration access token nor an access token registers a client.
    let client = Registrant::with(&op, json!({})).await;
    let own = client.get("registration_access_token");
    op.registration(&web_client()).bearer(own).send().await.assert_refused(401, "invalid_token");
    let rp = client.relying_party();
    let tokens = rp.sign_in(&op, &op.user("alice").await).await;
    let by_access_token = Request::get(op.reach(client.get("registration_client_uri")));
    by_access_token.bearer(&tokens.access_token).send().await.assert_refused(401, "invalid_token");
    assert_eq!(rp.userinfo(&op, own).await.status, 401);
    assert_eq!(rp.introspect(&op, own).await["active"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a080_a_name_does_not_deceive() {
    let op = Provider::open_to_clients().await;
    let long = ["x".repeat(10_240), "x".repeat(201)];
    for bad in [long[0].as_str(), &long[1], "a\u{7}", "\u{1b}[31m", "moc.\u{202e}live", "Cre\u{200b}denza"] {
        let response = op.registration(&merged(web_client(), json!({ "client_name": bad }))).send().await;
        response.assert_refused(400, "invalid_client_metadata");
    }
    for (name, shown) in [
        ("<script>alert(1)</script>", "&#60;script&#62;"),
        (
            "\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}",
            "\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}",
        ),
        ("Credenza Security", "Credenza Security"),
    ] {
        let rp = Registrant::with(&op, json!({ "client_name": name })).await.relying_party();
        let mut browser = Browser::new();
        let page = rp.authorization().open(&op, &mut browser).await;
        assert!(page.text().contains(shown), "{}", page.text());
        assert!(!page.text().contains("<script>alert") && !page.text().contains('\u{202e}'));
        // Whatever its name, the page shows where the answer goes.
        assert!(page.says("rp.test"), "{}", page.text());
    }
    // One that was stored before is shown without what cannot be seen.
    let rename = |client: &mut Client| "moc.\u{202e}live\u{200b}".clone_into(&mut client.client_name);
    let rp = RelyingParty::register(&op, rename).await;
    let page = rp.authorization().open(&op, &mut Browser::new()).await;
    assert!(page.says("moc.live") && !page.text().contains('\u{202e}'), "{}", page.text());
    // Without a name, people see that host.
    let nameless = Registrant::with(&op, json!({ "client_name": null })).await;
    assert_eq!(nameless.get("client_name"), "rp.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a081_a_flood_of_registrations_is_stopped_per_address_and_per_tenant() {
    let op = Provider::builder().trusted_proxies(&["127.0.0.1/32"]).start().await;
    op.change_settings(|settings| {
        settings.registration = Registration::Open;
        settings.registration_limit = 3;
    })
    .await;
    let from = |address: &str| op.registration(&web_client()).header("x-forwarded-for", address).send();
    for host in 1..=3 {
        Registrant::of(&from(&format!("2001:db8:1:1::{host}")).await);
    }
    let refused = from("2001:db8:1:1::ffff").await;
    refused.assert_refused(429, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), "3600");
    // Another network, and a client with an initial access token, are admitted.
    Registrant::of(&from("2001:db8:1:2::1").await);
    let token = op.initial_access_token(None).await;
    let invited = op.registration(&web_client()).header("x-forwarded-for", "2001:db8:1:1::1").bearer(&token);
    Registrant::of(&invited.send().await);
    // Invalid metadata count too.
    for _ in 0..2 {
        let bad = op.registration(&json!({})).header("x-forwarded-for", "2001:db8:1:2::1").send().await;
        bad.assert_refused(400, "invalid_redirect_uri");
    }
    from("2001:db8:1:2::1").await.assert_refused(429, "temporarily_unavailable");
    // All networks together.
    let mut registered = 0;
    for network in 3..70 {
        let answer = from(&format!("2001:db8:1:{network}::1")).await;
        registered += usize::from(answer.status == 201);
    }
    assert_eq!(registered, 60 - 6);
    assert_eq!(op.clients().await, 5 + registered);
    op.pass(3600);
    Registrant::of(&from("2001:db8:1:1::1").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a044_who_was_issued_a_secret_is_confidential() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({ "token_endpoint_auth_method": "client_secret_basic" })).await;
    let id = client.get("client_id");
    let fields = [("grant_type", "authorization_code"), ("code", "x"), ("client_id", id)];
    Request::form(op.at("/token"), &fields).send().await.assert_refused(401, "invalid_client");
    for secret in ["", "null", "undefined"] {
        let call = Request::form(op.at("/token"), &fields[..2]).basic(id, secret);
        call.send().await.assert_refused(401, "invalid_client");
    }
    client.relying_party().redeem(&op, "x").await.assert_refused(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_secrets_are_hashed_at_rest() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let id = ClientId::new(client.get("client_id"));
    let tenant = op.default_tenant().await;
    let kept = op.state.store.registrations.token(&tenant, &id).await.unwrap().unwrap();
    let token = client.get("registration_access_token");
    assert_eq!(kept, credenza_protocol::secret::Secret::presented(token).hash());
    let record = op.state.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    let printed = format!("{record:?} {kept:?}");
    for secret in [token, client.get("client_secret")] {
        assert!(!printed.contains(secret));
    }
}
