//! A258, A259 (manual: attacks): long and hostile strings in each text field. What is stored is found again byte for
//! byte, what is not understood is refused with an error code of the specs, and no database error is ever shown.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::client::Client;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::Update;
use credenza_tests::{
    Browser, HOSTILE_STRINGS, Provider, RelyingParty, Request, Response, Tokens, claims_of, setup,
};

/// The parameters of authorization requests.
const PARAMETERS: [&str; 18] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "acr_values",
    "ui_locales",
    "claims",
    "resource",
    "display",
    "something_else",
];

/// Asserts an answer of the provider that reveals nothing of the database.
fn assert_proper(response: &Response, what: &str) {
    assert!(response.status.as_u16() < 500, "{what}: {} {}", response.status, response.text());
    let text = response.text().to_lowercase();
    for word in ["sqlite", "diesel", "syntax error", "constraint", "panicked", "stack backtrace", "src/"] {
        assert!(!text.contains(word), "{word}, {what}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a259_state_and_nonce_come_back_as_they_went() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for text in HOSTILE_STRINGS {
        let request = rp.authorization().with("state", text).with("nonce", text);
        let answer = request.answer(&op, &mut browser, &alice).await;
        assert_eq!(answer.get("state").map(String::as_str), Some(text), "{answer:?}");
        assert!(answer.contains_key("code"), "{text:?}: {answer:?}");
        let tokens = Tokens::of(&rp.redeem(&op, &answer["code"]).await);
        assert_eq!(claims_of(tokens.id())["nonce"], text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a259_every_parameter_of_an_authorization_request() {
    let (op, alice, rp) = setup().await;
    let mut signed_in = Browser::new();
    rp.authorization().code(&op, &mut signed_in, &alice).await;
    for text in HOSTILE_STRINGS {
        for name in PARAMETERS {
            let request = rp.authorization().with(name, text);
            for mut browser in [Browser::new(), signed_in.clone()] {
                let what = format!("{name}={text:?}");
                let page = request.open(&op, &mut browser).await;
                assert_proper(&page.response, &what);
                let is_answer = page.response.status.is_redirection();
                assert!(
                    !is_answer || page.response.location().starts_with("https://rp.test/callback?"),
                    "{what}"
                );
            }
        }
    }
    assert_eq!(op.sessions_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut signed_in).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a259_every_field_of_the_sign_in() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    for text in HOSTILE_STRINGS {
        for name in ["request", "csrf", "username", "password", "decision", "session", "end", "cancel2"] {
            for path in ["/login", "/consent", "/select-account", "/logout/confirm", "/account"] {
                let mut fields = vec![
                    ("request", request.as_str()),
                    ("csrf", &csrf),
                    ("username", "nobody"),
                    ("password", "x"),
                ];
                fields.retain(|(known, _)| *known != name);
                fields.push((name, text));
                let response = browser.clone().send(Request::form(op.at(path), &fields)).await;
                assert_proper(&response, &format!("{path} {name}={text:?}"));
                // Only what the page will say about the attempt.
                let cookies = response.headers.get_all("set-cookie");
                let others = cookies.iter().filter(|set| !set.as_bytes().starts_with(b"credenza-notice="));
                assert_eq!(others.count(), 0, "{path} {name}={text:?}");
            }
            for path in ["login", "consent", "select-account", "logout", "account", "assets"] {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                let url = op.at(&format!("/{path}?{}", query.append_pair(name, text).finish()));
                assert_proper(
                    &browser.clone().send(Request::get(url)).await,
                    &format!("{path}?{name}={text:?}"),
                );
            }
        }
        op.pass(900);
        browser.open(&op, &page.url).await;
    }
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a259_every_field_for_clients() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    for text in HOSTILE_STRINGS {
        for grant_type in ["authorization_code", "refresh_token", "client_credentials", text] {
            for name in
                ["code", "redirect_uri", "code_verifier", "refresh_token", "scope", "resource", "extra"]
            {
                let response = rp.token(&op, &[("grant_type", grant_type), (name, text)]).await;
                let what = format!("{grant_type} {name}={text:?}");
                assert_proper(&response, &what);
                let is_harmless = grant_type == "client_credentials" && !matches!(name, "scope" | "resource");
                assert_eq!(response.status == 200, is_harmless, "{what}: {}", response.text());
            }
        }
        for path in ["/introspect", "/revoke"] {
            for name in ["token", "token_type_hint", "client_id", "client_secret", "client_assertion"] {
                let response = rp.call(&op, path, &[(name, text)]).send().await;
                assert_proper(&response, &format!("{path} {name}={text:?}"));
            }
        }
        assert_eq!(rp.introspect(&op, text).await, serde_json::json!({"active": false}));
        for (user, password) in [(text, "x"), (rp.client_id(), text), (text, text)] {
            let request = Request::form(op.at("/token"), &[("grant_type", "client_credentials")]);
            request.basic(user, password).send().await.assert_refused(401, "invalid_client");
        }
        let form = Request::form(op.at("/userinfo"), &[("access_token", text)]).send().await;
        assert!(form.status == 401 || form.status == 400, "{text:?}: {}", form.status);
    }
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a259_people_and_clients_of_any_name_are_found_again() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    for text in HOSTILE_STRINGS {
        let person = op.user(text).await;
        let change = |client: &mut Client| {
            client.client_name = text.to_owned();
            client.client_id = credenza_protocol::ids::ClientId::new(text);
        };
        let rp = RelyingParty::register(&op, change).await;
        let claims = StandardClaims {
            name: Some(text.to_owned()),
            nickname: Some(text.to_owned()),
            gender: Some(text.to_owned()),
            ..StandardClaims::default()
        };
        let user = op.state.store.users.find(&tenant, &person.user_id).await.unwrap().unwrap();
        let user = User { claims, updated_at: Time::from_seconds(op.now()), ..user };
        assert_eq!(op.state.store.users.update(&tenant, user.version, user).await.unwrap(), Update::Updated);
        let tokens = rp.sign_in(&op, &person).await;
        let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
        // A blank string is no value (OpenID Connect Core 5.3.2); a username always is one.
        let told = Some(text).filter(|text| !text.trim().is_empty());
        for claim in ["name", "nickname", "gender"] {
            assert_eq!(userinfo[claim].as_str(), told, "{claim}");
        }
        assert_eq!(userinfo["preferred_username"], text);
        assert_eq!(claims_of(tokens.id())["aud"], text);
        assert_eq!(rp.introspect(&op, &tokens.access_token).await["client_id"], text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a258_every_field_has_an_end_long_before_the_database() {
    let limits = credenza::config::Limits::default();
    assert!(limits.body_bytes <= 1 << 20 && limits.header_bytes <= 1 << 20);
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    let (below, above) = ("x".repeat(limits.body_bytes - 200), "x".repeat(limits.body_bytes));
    for path in
        ["/token", "/introspect", "/revoke", "/login", "/authorize", "/logout", "/consent", "/account"]
    {
        for name in ["token", "code", "state", "username", "request", "id_token_hint", "grant_type", "extra"]
        {
            let response = rp.call(&op, path, &[(name, &above)]).send().await;
            assert_eq!(response.status, 413, "{path} {name}");
            let response = rp.call(&op, path, &[(name, &below)]).send().await;
            assert!(
                response.status.as_u16() < 500 && response.status != 413,
                "{path} {name}: {}",
                response.status
            );
        }
    }
    for name in ["state", "nonce", "scope", "login_hint", "claims", "resource", "client_id", "redirect_uri"] {
        // In a URL, up to the limit of the header section and beyond.
        for (length, too_large) in [(20_000, false), (limits.header_bytes, true)] {
            let request = rp.authorization().with(name, &"x".repeat(length));
            let response = Request::get(op.reach(&request.url(&op))).send().await;
            let is_too_large = matches!(response.status.as_u16(), 414 | 431);
            assert_eq!(is_too_large, too_large, "{name} of {length}: {}", response.status);
            assert!(response.status.as_u16() < 500);
        }
    }
    rp.assert_alive(&op, &tokens).await;
}
