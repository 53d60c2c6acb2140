//! Attacks on client authentication (manual: attacks).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::ClientSecretId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_storage::Update;
use credenza_tests::{Browser, Provider, RelyingParty, Request, Tokens, assertion, setup, signing_key};
use credenza_validator::{Algorithm, SigningKey};

const MACHINE: (&str, &str) = ("grant_type", "client_credentials");

/// The three endpoints where clients authenticate, with a request that lacks only that.
const ENDPOINTS: [(&str, (&str, &str)); 3] =
    [("/token", MACHINE), ("/introspect", ("token", "x")), ("/revoke", ("token", "x"))];

/// A client with a secret and a key, registered for this one method.
async fn with_everything(op: &Provider, key: &SigningKey, method: AuthMethod) -> RelyingParty {
    let rp = RelyingParty::confidential(op).await;
    rp.update(op, |record| {
        record.client.token_endpoint_auth_method = method;
        record.client.token_endpoint_auth_method_pinned = true;
        record.client.jwks = Some(credenza_tests::jwks_of(&[key]));
    })
    .await;
    let client = Client { token_endpoint_auth_method: method, ..rp.client.clone() };
    RelyingParty { client, ..rp }
}

#[tokio::test(flavor = "multi_thread")]
async fn a041_two_methods_at_once() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt] {
        let rp = with_everything(&op, &key, method).await;
        let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
        let signed = || assertion(&key, id, &op.issuer, op.now(), |_| ());
        let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        for (path, field) in ENDPOINTS {
            let (asserted, url) = (signed(), op.at(path));
            let named = [field, ("client_id", id)];
            let post = [named[0], named[1], ("client_secret", secret)];
            let jwt = [named[0], named[1], kind, ("client_assertion", &asserted)];
            let all = [post.as_slice(), &jwt[2..]].concat();
            let doubles = [
                Request::form(&url, &post).basic(id, secret),
                Request::form(&url, &jwt).basic(id, secret),
                Request::form(&url, &jwt[..3]).basic(id, secret),
                Request::form(&url, &all),
                Request::form(&url, &all).basic(id, secret),
                Request::form(&url, &[field, ("client_secret", "wrong")]).basic(id, secret),
            ];
            for double in doubles {
                double.send().await.assert_refused(400, "invalid_request");
            }
            // None of these requests used up the assertion.
            let single = match method {
                AuthMethod::ClientSecretBasic => Request::form(&url, &named).basic(id, secret),
                AuthMethod::ClientSecretPost => Request::form(&url, &post),
                _ => Request::form(&url, &jwt),
            };
            assert_eq!(single.send().await.status, 200, "{method:?} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a042_a_malformed_header_is_no_public_client() {
    let (op, alice, rp) = setup().await;
    let public = RelyingParty::public(&op).await;
    let tokens = public.sign_in(&op, &alice).await;
    let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
    let basic = |text: &str| STANDARD.encode(text);
    let good = basic(&format!("{id}:{secret}"));
    let headers = [
        "Basic".to_owned(),
        "basic  x".to_owned(),
        "Basic ".to_owned(),
        format!("Basic  {good}"),
        format!("Basic\t{good}"),
        format!("Basic {good} x"),
        format!("Basic {good}="),
        format!("Basic {}", good.trim_end_matches('=').chars().rev().collect::<String>()),
        format!("Basic {}", basic(id)),
        format!("Basic {}", basic(&format!(":{secret}"))),
        format!("Basic {}", basic(&format!("{id}:"))),
        format!("Basic {}", basic(&format!("{id}:{secret}\n"))),
        format!("Basic {}", basic(&format!("{id}:%zz"))),
        format!("Basic {}", STANDARD.encode(b"\xff\xfe:\xff")),
        format!("Basic {}", basic(&format!("{id}:{}", "x".repeat(3000)))),
        format!("Bearer {good}"),
        format!("Bearer,Basic {good}"),
        format!("Bearer x, Basic {good}"),
        format!("Bäsic {good}"),
        good.clone(),
    ];
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
    let as_public = [refresh[0], refresh[1], ("client_id", public.client_id())];
    for header in headers {
        for (path, field) in ENDPOINTS {
            let response = Request::form(op.at(path), &[field]).header("authorization", &header).send().await;
            response.assert_refused(401, "invalid_client");
            assert!(response.header("www-authenticate").starts_with("Basic realm="), "{header:.40}");
        }
        let response =
            Request::form(op.at("/token"), &as_public).header("authorization", &header).send().await;
        response.assert_refused(401, "invalid_client");
    }
    let twice = Request::form(op.at("/token"), &[MACHINE]).basic(id, secret).basic(id, secret);
    twice.send().await.assert_refused(401, "invalid_client");
    // A header section that is too long does not reach the endpoint.
    let huge = Request::form(op.at("/token"), &[MACHINE]).basic(id, &"x".repeat(100_000)).send().await;
    assert_eq!(huge.status, 431);
    for scheme in ["Basic", "basic", "BASIC"] {
        let header = format!("{scheme} {good}");
        let response =
            Request::form(op.at("/token"), &[MACHINE]).header("authorization", &header).send().await;
        assert_eq!(response.status, 200, "{scheme}");
    }
    public.assert_alive(&op, &tokens).await;
    assert_eq!(public.refresh(&op, tokens.refresh()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a043_no_other_method_than_the_registered_one() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    let methods = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt];
    for registered in methods {
        let rp = with_everything(&op, &key, registered).await;
        let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
        for (path, field) in ENDPOINTS {
            for used in methods {
                let asserted = assertion(&key, id, &op.issuer, op.now(), |_| ());
                let request = match used {
                    AuthMethod::ClientSecretBasic => Request::form(op.at(path), &[field]).basic(id, secret),
                    AuthMethod::ClientSecretPost => {
                        let fields = [field, ("client_id", id), ("client_secret", secret)];
                        Request::form(op.at(path), &fields)
                    }
                    _ => rp.assert_call(&op, path, &asserted, &[field]),
                };
                let response = request.send().await;
                if used == registered {
                    assert_eq!(response.status, 200, "{registered:?} {path}");
                } else {
                    response.assert_refused(401, "invalid_client");
                    // Whoever has the secret is told how to send it.
                    let told = response.json()["error_description"].as_str().unwrap().to_owned();
                    let knows_secret = used != AuthMethod::PrivateKeyJwt;
                    assert_eq!(told.contains(registered.as_str()), knows_secret, "{told}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a043_a_wrong_secret_learns_no_method() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    for registered in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt]
    {
        let rp = with_everything(&op, &key, registered).await;
        let id = rp.client_id();
        for (path, field) in ENDPOINTS {
            let fields = [field, ("client_id", id), ("client_secret", "wrong")];
            for request in [
                Request::form(op.at(path), &fields),
                Request::form(op.at(path), &fields[..1]).basic(id, "wrong"),
            ] {
                let response = request.send().await;
                response.assert_refused(401, "invalid_client");
                assert_eq!(response.json()["error_description"], "client authentication failed");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a043_without_a_pinned_method_a_secret_comes_either_way() {
    let op = Provider::start().await;
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
        let rp = RelyingParty::register(&op, |client| client.token_endpoint_auth_method = method).await;
        let (id, secret) = (rp.client_id(), rp.secret.as_deref().unwrap());
        for (path, field) in ENDPOINTS {
            let ways = |secret: &str| {
                let post = [field, ("client_id", id), ("client_secret", secret)];
                [Request::form(op.at(path), &[field]).basic(id, secret), Request::form(op.at(path), &post)]
            };
            for request in ways(secret) {
                assert_eq!(request.send().await.status, 200, "{method:?} {path}");
            }
            for request in ways("wrong").into_iter().chain(ways("")) {
                request.send().await.assert_refused(401, "invalid_client");
            }
        }
    }
}

/// Libraries send HTTP Basic with an empty secret for every client, or an empty field: requests-oauthlib, Spring.
#[tokio::test(flavor = "multi_thread")]
async fn a044_an_empty_secret_makes_a_public_client_of_none_but_public_ones() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let public = RelyingParty::public(&op).await;
    let confidential = RelyingParty::confidential(&op).await;
    let id = public.client_id();
    for in_form in [false, true] {
        let send = |path: &str, fields: &[(&str, &str)], client_id: &str| {
            let empty = [fields, &[("client_id", client_id), ("client_secret", "")]].concat();
            match in_form {
                true => Request::form(op.at(path), &empty),
                false => Request::form(op.at(path), fields).basic(client_id, ""),
            }
        };
        let code = public.authorization().code(&op, &mut Browser::new(), &alice).await;
        // Nobody redeems it by the name of another client, nor by any secret.
        let redemption = public.redemption(&code);
        let stranger = send("/token", &redemption, confidential.client_id()).send().await;
        stranger.assert_refused(401, "invalid_client");
        let guessed = Request::form(op.at("/token"), &redemption).basic(id, "x").send().await;
        guessed.assert_refused(401, "invalid_client");
        let answer = send("/token", &redemption, id).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let tokens = Tokens::of(&answer);
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
        let tokens = Tokens::of(&send("/token", &refresh, id).send().await);
        let token = [("token", tokens.refresh())];
        // A public client learns nothing of tokens, however it sends its name.
        send("/introspect", &token, id).send().await.assert_refused(401, "invalid_client");
        send("/token", &[MACHINE], id).send().await.assert_refused(400, "unauthorized_client");
        assert_eq!(send("/revoke", &token, id).send().await.status, 200);
        public.refresh(&op, tokens.refresh()).await.assert_refused(400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a044_a_client_with_a_secret_is_confidential() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
        let rp = RelyingParty::register(&op, |client| client.token_endpoint_auth_method = method).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let id = rp.client_id();
        let fields =
            [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("client_id", id)];
        let with = |secret| [fields.as_slice(), &[("client_secret", secret)]].concat();
        let url = op.at("/token");
        let secretless = [
            Request::form(&url, &fields),
            Request::form(&url, &with("")),
            Request::form(&url, &with("null")),
            Request::form(&url, &fields).basic(id, ""),
            Request::form(&url, &fields).basic(id, "null"),
        ];
        for request in secretless {
            request.send().await.assert_refused(401, "invalid_client");
        }
        rp.assert_alive(&op, &tokens).await;
        assert_eq!(rp.refresh(&op, tokens.refresh()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a048_forged_certificate_headers_prove_nothing() {
    let op = Provider::start().await;
    let key = signing_key(Algorithm::ES256);
    let rp = RelyingParty::with_keys(&op, &[&key]).await;
    let fields = [MACHINE, ("client_id", rp.client_id())];
    for name in
        ["x-client-cert", "x-ssl-client-cert", "x-forwarded-client-cert", "ssl-client-verify", "client-cert"]
    {
        let response = Request::form(op.at("/token"), &fields).header(name, "SUCCESS").send().await;
        response.assert_refused(401, "invalid_client");
    }
    let asserted = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
    assert_eq!(rp.assert_token(&op, &asserted).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a049_of_a_secret_only_its_hash_is_kept() {
    // So the time of a comparison reveals nothing: an attacker cannot choose the hash.
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::ClientSecretJwt] {
        let rp = RelyingParty::register(&op, |client| client.token_endpoint_auth_method = method).await;
        let secret = rp.secret.as_deref().unwrap();
        let record = op.state.store.clients.find(&tenant, &rp.client.client_id).await.unwrap().unwrap();
        let [kept] = &record.secrets[..] else { panic!("{:?}", record.secrets) };
        assert_eq!(kept.hash, Secret::presented(secret).hash());
        assert!(!format!("{record:?}").contains(secret));
        // The one method that needs the secret itself stores it encrypted under the master key.
        assert_eq!(kept.sealed.is_some(), method == AuthMethod::ClientSecretJwt);
        let sealed = kept.sealed.clone().unwrap_or_default();
        assert!(!sealed.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a050_an_old_secret_is_dead_at_once() {
    let (op, _, rp) = setup().await;
    let tenant = op.default_tenant().await;
    assert_eq!(rp.token(&op, &[MACHINE]).await.status, 200);
    let renewed = RelyingParty { secret: Some("n".repeat(43)), ..rp.clone() };
    let kept = |text: &str| {
        vec![ClientSecret::new(ClientSecretId::new("one"), &Secret::presented(text), Time::from_seconds(0))]
    };
    renewed.token(&op, &[MACHINE]).await.assert_refused(401, "invalid_client");
    rp.update(&op, |record| record.secrets = kept(&"n".repeat(43))).await;
    rp.token(&op, &[MACHINE]).await.assert_refused(401, "invalid_client");
    assert_eq!(renewed.token(&op, &[MACHINE]).await.status, 200);
    // Deleted, and created again under the same id.
    let clients = &op.state.store.clients;
    let mut record = clients.find(&tenant, &rp.client.client_id).await.unwrap().unwrap();
    assert!(clients.delete(&tenant, &rp.client.client_id, Time::from_seconds(op.now())).await.unwrap());
    renewed.token(&op, &[MACHINE]).await.assert_refused(401, "invalid_client");
    record.secrets = kept("again");
    let version = clients.create_at(&tenant, record.clone()).await.unwrap().unwrap();
    for old in [&rp, &renewed] {
        old.token(&op, &[MACHINE]).await.assert_refused(401, "invalid_client");
    }
    let again = RelyingParty { secret: Some("again".to_owned()), ..rp.clone() };
    assert_eq!(again.token(&op, &[MACHINE]).await.status, 200);
    // Without a stored secret, none matches.
    record.secrets.clear();
    assert_eq!(clients.update(&tenant, version, record).await.unwrap(), Update::Updated);
    for secret in ["again", "", "null"] {
        let rp = RelyingParty { secret: Some(secret.to_owned()), ..rp.clone() };
        rp.token(&op, &[MACHINE]).await.assert_refused(401, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a051_a_disabled_machine_can_do_nothing() {
    let (op, alice, api) = setup().await;
    api.update(&op, |record| record.client.serves = vec!["https://api.test/".to_owned()]).await;
    let key = signing_key(Algorithm::EdDSA);
    let (secret_rp, secret_key) = RelyingParty::with_secret_jwt(&op, Algorithm::HS256).await;
    let key_rp = RelyingParty::with_keys(&op, &[&key]).await;
    for (rp, key) in [(&key_rp, &key), (&secret_rp, &secret_key)] {
        let fields = [MACHINE, ("resource", "https://api.test/")];
        let signed = || assertion(key, rp.client_id(), &op.issuer, op.now(), |_| ());
        let call = async |path: &str, fields: &[(&str, &str)]| {
            rp.assert_call(&op, path, &signed(), fields).send().await
        };
        let machine = Tokens::of(&call("/token", &fields).await).access_token;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        let person = Tokens::of(&call("/token", &rp.redemption(&code)).await);
        assert_eq!(api.introspect(&op, &machine).await["active"], true);
        rp.set_enabled(&op, false).await;
        call("/token", &fields).await.assert_refused(401, "invalid_client");
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", person.refresh())];
        call("/token", &refresh).await.assert_refused(401, "invalid_client");
        for path in ["/introspect", "/revoke"] {
            call(path, &[("token", &machine)]).await.assert_refused(401, "invalid_client");
        }
        assert_eq!(api.introspect(&op, &machine).await["active"], false);
        assert_eq!(rp.userinfo(&op, &person.access_token).await.status, 401);
        rp.set_enabled(&op, true).await;
        assert_eq!(call("/token", &fields).await.status, 200);
        call("/token", &refresh).await.assert_refused(400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a052_no_answer_tells_a_secret() {
    let (op, alice, rp) = setup().await;
    let secret = rp.secret.as_deref().unwrap();
    let tokens = rp.sign_in(&op, &alice).await;
    let jwks = op.jwks().await;
    for key in jwks["keys"].as_array().unwrap() {
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        assert!(private.iter().all(|member| key.get(member).is_none()), "{key}");
    }
    let answers = [
        jwks.to_string(),
        op.metadata().await.to_string(),
        rp.userinfo(&op, &tokens.access_token).await.text(),
        rp.introspect(&op, &tokens.access_token).await.to_string(),
        rp.refresh(&op, tokens.refresh()).await.text(),
        rp.token(&op, &[("grant_type", "x"), ("client_secret", secret)]).await.text(),
        rp.token(&op, &[("grant_type", secret)]).await.text(),
        rp.token(&op, &[MACHINE, ("scope", secret)]).await.text(),
    ];
    for answer in answers {
        assert!(!answer.contains(secret) && !answer.contains(&alice.password), "{answer}");
    }
}
