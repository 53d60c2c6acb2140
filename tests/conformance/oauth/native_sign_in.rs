//! An application of the operator's own signs somebody in without a browser.
//!
//! Chart 175: OAuth 2.0 for First-Party Applications (draft 04) | `/authorize-challenge` for clients with `native_sign_in`: password, code of an app, recovery code, passkey; `auth_session`; `redirect_to_web` for everything else; off unless an operator allows it

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD};
use credenza_protocol::client::ConsentPolicy;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::tenant::{Registration, RobotCheck, SecondFactor};
use credenza_tests::{
    AuthenticatorApp, Browser, CHALLENGE, Person, Provider, RelyingParty, Request, Response, VERIFIER,
    claims_of,
};
use serde_json::{Value, json};

struct World {
    op: Provider,
    alice: Person,
    app: RelyingParty,
}

impl World {
    async fn new() -> Self {
        let op = Provider::builder().mailing().start().await;
        let alice = op.user("alice").await;
        let app = RelyingParty::register(&op, |client| {
            client.token_endpoint_auth_method = AuthMethod::None;
            client.native_sign_in = true;
            client.consent = ConsentPolicy::Implicit;
        })
        .await;
        Self { op, alice, app }
    }

    async fn send(&self, fields: &[(&str, &str)]) -> Response {
        self.app.call(&self.op, "/authorize-challenge", fields).send().await
    }

    /// The first request of a sign-in.
    async fn begin(&self, more: &[(&str, &str)]) -> Response {
        let mut fields = vec![
            ("response_type", "code"),
            ("scope", "openid offline_access"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        fields.extend_from_slice(more);
        self.send(&fields).await
    }

    async fn with_password(&self) -> Response {
        self.begin(&[("username", "alice"), ("password", &self.alice.password)]).await
    }

    async fn redeemed(&self, answer: &Response) -> Response {
        let code = code_of(answer);
        let fields = [("grant_type", "authorization_code"), ("code", &*code), ("code_verifier", VERIFIER)];
        self.app.token(&self.op, &fields).await
    }

    async fn claims(&self, answer: &Response) -> Value {
        let tokens = self.redeemed(answer).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text());
        claims_of(tokens.json()["id_token"].as_str().unwrap())
    }
}

fn code_of(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["authorization_code"].as_str().unwrap().to_owned()
}

fn auth_session(answer: &Response) -> String {
    answer.json()["auth_session"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

/// That something more is asked of the person.
#[track_caller]
fn assert_asks(answer: &Response, methods: &[&str]) {
    assert_eq!(answer.status, 403, "{}", answer.text());
    let said = answer.json();
    assert_eq!((&said["error"], &said["methods"]), (&json!("insufficient_authorization"), &json!(methods)));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[track_caller]
fn assert_refused(answer: &Response, status: u16, error: &str) {
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (status, &json!(error)),
        "{}",
        answer.text()
    );
    assert!(answer.json().get("authorization_code").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_their_password_at_once_or_when_asked() {
    let world = World::new().await;
    let claims = world.claims(&world.with_password().await).await;
    assert_eq!(
        (&claims["sub"], &claims["acr"]),
        (&json!(world.alice.user_id.as_str()), &json!(ACR_PASSWORD))
    );
    let asked = world.begin(&[("login_hint", "alice")]).await;
    assert_asks(&asked, &["password"]);
    let wrong = [("auth_session", &*auth_session(&asked)), ("username", "alice"), ("password", "wrong")];
    let refused = world.send(&wrong).await;
    assert_asks(&refused, &["password"]);
    assert_eq!(refused.json()["error_description"], "the username or the password is wrong");
    // The same is said of somebody who does not exist.
    let nobody = [("auth_session", &*auth_session(&refused)), ("username", "nobody"), ("password", "wrong")];
    let refused = world.send(&nobody).await;
    assert_eq!(refused.json()["error_description"], "the username or the password is wrong");
    let session = auth_session(&refused);
    let right = [("auth_session", &*session), ("username", "alice"), ("password", &*world.alice.password)];
    let answer = world.send(&right).await;
    let tokens = world.redeemed(&answer).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    assert!(tokens.json()["refresh_token"].is_string());
    // An answer ends the interaction: the same again gives nothing.
    assert_refused(&world.send(&right).await, 400, "invalid_session");
    assert_eq!(world.redeemed(&answer).await.status, 400, "a code counts once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_as_on_the_pages() {
    let world = World::new().await;
    let rp = RelyingParty::confidential(&world.op).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&world.op, &world.alice, &mut browser, rp.authorization()).await;
    let (app, codes) = AuthenticatorApp::added(&world.op, &mut browser).await;
    world.op.pass(30);
    let asked = world.with_password().await;
    assert_asks(&asked, &["otp", "recovery_code"]);
    let session = auth_session(&asked);
    let wrong = world.send(&[("auth_session", &session), ("otp", "000000")]).await;
    assert_asks(&wrong, &["otp", "recovery_code"]);
    // Without it there is nothing, however often the first request is repeated.
    assert_asks(&world.send(&[("auth_session", &auth_session(&wrong))]).await, &["otp", "recovery_code"]);
    let code = app.code(&world.op);
    let answer = world.send(&[("auth_session", &auth_session(&wrong)), ("otp", &code)]).await;
    let claims = world.claims(&answer).await;
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(ACR_MFA), &json!(["pwd", "otp", "mfa"])));
    let used =
        world.send(&[("auth_session", &auth_session(&world.with_password().await)), ("otp", &code)]).await;
    assert_asks(&used, &["otp", "recovery_code"]);
    let answer = world.send(&[("auth_session", &auth_session(&used)), ("recovery_code", &codes[0])]).await;
    code_of(&answer);
    // A code without a password proves nothing.
    let alone = world.begin(&[("otp", &app.code(&world.op))]).await;
    assert_asks(&alone, &["password"]);
    for _ in 0..10 {
        world.send(&[("auth_session", &session), ("otp", "000000")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_on_with_its_session_and_asks_for_more_of_it() {
    let world = World::new().await;
    let answer = world.with_password().await;
    let session = auth_session(&answer);
    let begin = |more: &'static [(&'static str, &'static str)]| {
        let fields = [("auth_session", session.clone())];
        let world = &world;
        async move {
            let mut all = vec![("auth_session", fields[0].1.as_str())];
            all.extend_from_slice(more);
            world.begin(&all).await
        }
    };
    let again = begin(&[]).await;
    code_of(&again);
    assert_asks(&begin(&[("prompt", "login")]).await, &["password"]);
    world.op.pass(100);
    assert_asks(&begin(&[("max_age", "50")]).await, &["password"]);
    // Signed out, it is nothing.
    let (tenant, user) = (world.op.default_tenant().await, &world.alice.user_id);
    let now = world.op.state.clock.now();
    world.op.state.store.sessions.end_all(&tenant, user, now).await.unwrap();
    assert_asks(&begin(&[]).await, &["password"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_a_page_leads_to_the_browser() {
    let world = World::new().await;
    world.op.change_settings(|settings| settings.second_factor = SecondFactor::Required).await;
    assert_refused(&world.with_password().await, 403, "redirect_to_web");
    world.op.change_settings(|settings| settings.second_factor = SecondFactor::Optional).await;
    code_of(&world.with_password().await);
    let (tenant, user) = (world.op.default_tenant().await, &world.alice.user_id);
    assert!(world.op.state.store.credentials.require_password_change(&tenant, user).await.unwrap());
    assert_refused(&world.with_password().await, 403, "redirect_to_web");
    let bob = world.op.user("bob").await;
    world.app.update(&world.op, |record| record.client.consent = ConsentPolicy::Required).await;
    let asked = world.begin(&[("username", "bob"), ("password", &bob.password)]).await;
    assert_refused(&asked, 403, "redirect_to_web");
    world.op.change_settings(|settings| settings.robot_check = RobotCheck::ProofOfWork).await;
    world.app.update(&world.op, |record| record.client.consent = ConsentPolicy::Implicit).await;
    for _ in 0..3 {
        assert_asks(&world.begin(&[("username", "bob"), ("password", "wrong")]).await, &["password"]);
    }
    let asked = world.begin(&[("username", "bob"), ("password", &bob.password)]).await;
    assert_refused(&asked, 403, "redirect_to_web");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_signs_people_in() {
    let world = World::new().await;
    let other = RelyingParty::register(&world.op, |client| {
        client.token_endpoint_auth_method = AuthMethod::None;
        client.native_sign_in = true;
        client.consent = ConsentPolicy::Implicit;
    })
    .await;
    let asked = world.begin(&[]).await;
    assert_asks(&asked, &["password"]);
    let session = auth_session(&asked);
    let right = [("auth_session", &*session), ("username", "alice"), ("password", &*world.alice.password)];
    // Of another client, cut, or of nobody.
    let theirs = other.call(&world.op, "/authorize-challenge", &right).send().await;
    assert_refused(&theirs, 400, "invalid_session");
    for wrong in [&session[1..], "x", &format!("{session}A")] {
        let fields = [("auth_session", wrong), right[1], right[2]];
        assert_refused(&world.send(&fields).await, 400, "invalid_session");
    }
    // Too late.
    world.op.pass(3600);
    assert_refused(&world.send(&right).await, 400, "invalid_session");
    world.app.update(&world.op, |record| record.client.native_sign_in = false).await;
    assert_refused(&world.with_password().await, 400, "unauthorized_client");
    world.app.update(&world.op, |record| record.client.native_sign_in = true).await;
    let fields = [("response_type", "token"), ("username", "alice"), ("password", &*world.alice.password)];
    assert_refused(&world.send(&fields).await, 400, "unsupported_response_type");
    // A public client needs PKCE.
    let fields = [("response_type", "code"), ("scope", "openid"), right[1], right[2]];
    assert_refused(&world.send(&fields).await, 400, "invalid_request");
    let twice = [("username", "alice"), ("username", "bob"), ("password", "x"), ("response_type", "code")];
    assert_refused(&world.send(&twice).await, 400, "invalid_request");
    world.app.set_enabled(&world.op, false).await;
    assert_refused(&world.with_password().await, 401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_secret_shows_it_and_a_public_one_is_known_by_its_session() {
    let world = World::new().await;
    let session = auth_session(&world.begin(&[]).await);
    let fields = [("auth_session", &*session), ("username", "alice"), ("password", &*world.alice.password)];
    let url = world.op.at("/authorize-challenge");
    code_of(&Request::form(&url, &fields).send().await);
    let service = RelyingParty::register(&world.op, |client| {
        client.native_sign_in = true;
        client.consent = ConsentPolicy::Implicit;
    })
    .await;
    let begin = [("response_type", "code"), ("scope", "openid")];
    let asked = service.call(&world.op, "/authorize-challenge", &begin).send().await;
    assert_asks(&asked, &["password"]);
    let session = auth_session(&asked);
    let fields = [("auth_session", &*session), ("username", "alice"), ("password", &*world.alice.password)];
    assert_refused(&Request::form(&url, &fields).send().await, 401, "invalid_client");
    code_of(&service.call(&world.op, "/authorize-challenge", &fields).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_slowed_down_as_on_the_pages() {
    let world = World::new().await;
    for _ in 0..20 {
        assert_asks(&world.begin(&[("username", "alice"), ("password", "wrong")]).await, &["password"]);
    }
    let refused = world.with_password().await;
    assert_refused(&refused, 429, "temporarily_unavailable");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    world.op.pass(900);
    code_of(&world.with_password().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_requests_with_one_session_one_gets_a_code() {
    let world = World::new().await;
    let session = auth_session(&world.begin(&[]).await);
    let sent = (0..16).map(|_| {
        let (world, session) = (&world, &session);
        async move {
            let fields =
                [("auth_session", &**session), ("username", "alice"), ("password", &*world.alice.password)];
            world.send(&fields).await.status == 200
        }
    });
    let sent = futures_util::future::join_all(sent).await;
    assert_eq!(sent.into_iter().filter(|is_given| *is_given).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_themselves_cannot_have_it() {
    let op = Provider::start().await;
    op.change_settings(|settings| {
        settings.registration = Registration::Open;
    })
    .await;
    let asked = json!({"redirect_uris": ["https://rp.test/cb"], "native_sign_in": true});
    let answer = Request::post(op.at("/register"), "application/json", asked.to_string()).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.json().get("native_sign_in").is_none());
    let tenant = op.default_tenant().await;
    let client_id = ClientId::new(answer.json()["client_id"].as_str().unwrap());
    let record = op.state.store.clients.find(&tenant, &client_id).await.unwrap().unwrap();
    assert!(!record.client.native_sign_in);
}
