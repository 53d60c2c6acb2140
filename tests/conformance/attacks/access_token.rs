//! Attacks on access tokens, introspection and userinfo (manual: attacks).

use credenza::context::Context;
use credenza::keys::{self, Birth};
use credenza_protocol::ids::KeyId;
use credenza_protocol::time::Time;
use credenza_tests::{
    Browser, FORMATS, Provider, RelyingParty, Request, Tokens, assertion, claims_of, header_of, jws, setup,
    signing_key,
};
use credenza_validator::{Algorithm, SigningKey};
use ring::hmac;
use serde_json::{Value, json};

const API: &str = "https://api.test/";

/// A JWT that the provider's own ES256 key signs.
async fn minted(op: &Provider, typ: &'static str, claims: &Value) -> String {
    let context = Context::load(&op.state, "default", None).await.ok().flatten().unwrap();
    context.realm.keys.sign(Algorithm::ES256, typ, claims.clone()).await.unwrap()
}

/// Asserts that the token opens nothing, and that introspection and revocation do not recognise it.
async fn assert_no_token(op: &Provider, rp: &RelyingParty, token: &str, what: &str) {
    for response in [
        rp.userinfo(op, token).await,
        Request::form(op.at("/userinfo"), &[("access_token", token)]).send().await,
    ] {
        assert!(matches!(response.status.as_u16(), 400 | 401), "{what} {}", response.text());
    }
    assert_eq!(rp.introspect(op, token).await, json!({ "active": false }), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a061_introspection_across_audiences() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let almost = ["https://api.test", "https://api.test/v1", "HTTPS://API.TEST/", "https://", "*", ""];
    let mut askers = vec![RelyingParty::confidential(&op).await];
    for resource in almost {
        askers.push(RelyingParty::register(&op, |asker| asker.serves = vec![resource.to_owned()]).await);
    }
    let api = RelyingParty::register(&op, |asker| asker.serves = vec![API.to_owned()]).await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let request = rp.authorization().and("resource", API);
        let person = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
        let fields = [("grant_type", "client_credentials"), ("resource", API)];
        let machine = Tokens::of(&rp.token(&op, &fields).await);
        for token in [&person.access_token, &machine.access_token] {
            for asker in &askers {
                let answer = asker.introspect(&op, token).await;
                assert_eq!(answer, json!({ "active": false }), "{:?}", asker.client.serves);
            }
            assert_eq!(api.introspect(&op, token).await["active"], true);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a062_what_was_issued_before_a_logout_everywhere() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let alice = op.user(&format!("{format:?}")).await;
        let online = rp.authorization().with("scope", "openid profile");
        let (mut one, mut two) = (Browser::new(), Browser::new());
        let before = [
            rp.sign_in_with(&op, &alice, &mut one, online.clone()).await,
            rp.sign_in_with(&op, &alice, &mut two, online.clone()).await,
        ];
        let now = Time::from_seconds(op.now());
        let ended = op.state.store.sessions.end_all(&tenant, &alice.user_id, now).await.unwrap();
        assert_eq!(ended, 2);
        // In the same second, too: the order of events counts, not the time in seconds.
        let after = rp.sign_in_with(&op, &alice, &mut one, online.clone()).await;
        for tokens in &before {
            rp.assert_dead(&op, tokens).await;
        }
        rp.assert_alive(&op, &after).await;
        rp.set_enabled(&op, false).await;
        rp.set_enabled(&op, true).await;
        rp.assert_dead(&op, &after).await;
        rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a063_other_tokens_are_no_access_tokens() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let code = rp.authorization().code(&op, &mut browser, &alice).await;
    let key = signing_key(Algorithm::ES256);
    let asserted = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
    let twin = RelyingParty::register_at(&op, "acme", |twin| *twin = rp.client.clone()).await;
    let twin_alice = op.user_of("acme", "alice").await;
    let foreign = twin.sign_in(&op, &twin_alice).await;
    for (what, token) in [
        ("ID token", tokens.id()),
        ("refresh token", tokens.refresh()),
        ("code", &code),
        ("assertion", &asserted),
        ("another tenant's", &foreign.access_token),
    ] {
        if what == "refresh token" {
            assert_eq!(rp.userinfo(&op, token).await.status, 401);
        } else {
            assert_no_token(&op, &rp, token, what).await;
        }
    }
    // Right claims, right key: only `typ` tells the tokens apart.
    let claims = claims_of(&tokens.access_token);
    for typ in ["JWT", "jwt", "", "logout+jwt", "dpop+jwt", "secevent+jwt", "at+jwtx", "application/jwt"] {
        assert_no_token(&op, &rp, &minted(&op, typ, &claims).await, typ).await;
    }
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(rp.userinfo(&op, &minted(&op, typ, &claims).await).await.status, 200, "{typ}");
    }
    twin.assert_alive(&op, &foreign).await;
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a063_claims_that_are_not_an_access_tokens() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    let right = claims_of(&tokens.access_token);
    let changed = |name: &str, value: Option<Value>| {
        let mut claims = right.clone();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        claims
    };
    let mut bad = vec![
        changed("iss", Some(json!("https://other.test"))),
        changed("iss", Some(json!(format!("{}/t/acme", op.issuer)))),
        changed("exp", Some(json!(op.now()))),
        changed("exp", Some(json!((op.now() + 60).to_string()))),
        changed("gid", Some(json!("unknown"))),
        changed("client_id", Some(json!(7))),
        changed("aud", Some(json!([]))),
    ];
    for name in ["iss", "sub", "aud", "exp", "iat", "client_id", "jti"] {
        bad.push(changed(name, None));
        bad.push(changed(name, Some(Value::Null)));
    }
    for claims in &bad {
        let token = minted(&op, "at+jwt", claims).await;
        assert_no_token(&op, &rp, &token, &claims.to_string()).await;
    }
    // Issued for another audience, it does not open userinfo.
    let elsewhere = minted(&op, "at+jwt", &changed("aud", Some(json!(API)))).await;
    assert_eq!(rp.userinfo(&op, &elsewhere).await.status, 401);
    assert_eq!(rp.userinfo(&op, &minted(&op, "at+jwt", &right).await).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a063_signatures_that_are_not_ours() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    let claims = claims_of(&tokens.access_token);
    let keys = op.jwks().await;
    let own = keys["keys"].as_array().unwrap().iter().find(|key| key["alg"] == "ES256").unwrap();
    let header = |alg: &str| json!({ "alg": alg, "kid": own["kid"], "typ": "at+jwt" });
    let hmac_by = |secret: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        jws(&header("HS256"), &claims, |input| hmac::sign(&key, input).as_ref().to_vec())
    };
    let stranger = signing_key(Algorithm::ES256);
    let (start, signature) = tokens.access_token.rsplit_once('.').unwrap();
    let (head, body) = start.split_once('.').unwrap();
    let swapped = SigningKey::from_secret(Algorithm::HS256, own.to_string().as_bytes()).unwrap();
    let forgeries = [
        jws(&header("none"), &claims, |_| vec![]),
        jws(&header("none"), &claims, |_| vec![0; 64]),
        jws(&header("ES256"), &claims, |_| vec![0; 64]),
        jws(&header("RS256"), &claims, |_| vec![0; 256]),
        hmac_by(&own.to_string()),
        hmac_by(rp.secret.as_deref().unwrap()),
        swapped.sign("at+jwt", &claims).unwrap(),
        stranger.sign("at+jwt", &claims).unwrap(),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}..{signature}"),
        format!("{head}.{body}.{}", &signature[..signature.len() - 4]),
        format!("{head}.{body}.{signature}.{signature}"),
    ];
    for (at, forgery) in forgeries.iter().enumerate() {
        assert_no_token(&op, &rp, forgery, &at.to_string()).await;
    }
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a063_what_a_disabled_key_signed_is_dead_at_once() {
    let (op, alice, rp) = setup().await;
    let tenant = op.default_tenant().await;
    let tokens = rp.sign_in(&op, &alice).await;
    // It was verified before, and that result is not cached for longer than it holds.
    rp.assert_alive(&op, &tokens).await;
    let now = Time::from_seconds(op.now());
    let (master, rng, stored) = (&op.state.master, op.state.rng.as_ref(), &op.state.store.keys);
    let record = keys::create(&tenant, Algorithm::ES256, Birth { now, active_at: now }, master, rng).unwrap();
    let old = KeyId::new(header_of(&tokens.access_token)["kid"].as_str().unwrap());
    assert!(stored.create(&tenant, record).await.unwrap());
    rp.assert_alive(&op, &tokens).await;
    assert!(stored.set_disabled(&tenant, &old, Some(now)).await.unwrap());
    assert_no_token(&op, &rp, &tokens.access_token, "disabled key").await;
    // The grant lives: its next tokens are signed by the other key.
    let next = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    rp.assert_alive(&op, &next).await;
    assert!(stored.set_disabled(&tenant, &old, None).await.unwrap());
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a064_a_token_in_the_query_or_twice() {
    let (op, alice, rp) = setup().await;
    let token = rp.sign_in(&op, &alice).await.access_token;
    let url = op.at("/userinfo");
    let in_query = format!("{url}?access_token={token}");
    let field = [("access_token", token.as_str())];
    let refused = [
        Request::get(&in_query),
        Request::get(&in_query).bearer(&token),
        Request::get(format!("{url}?access_token=x")).bearer(&token),
        Request::new("POST", &in_query),
        Request::form(&in_query, &field),
        Request::form(&url, &field).bearer(&token),
        Request::form(&url, &field).bearer("x"),
        Request::form(&url, &field).header("authorization", "Basic eDp5"),
        Request::get(&url).bearer(&token).bearer(&token),
        Request::get(&url).bearer("x").bearer(&token),
        Request::get(&url).header("authorization", &format!("Bearer {token}, Bearer {token}")),
    ];
    for (at, request) in refused.into_iter().enumerate() {
        let response = request.send().await;
        assert_eq!((response.status.as_u16(), response.error().as_str()), (400, "invalid_request"), "{at}");
        assert!(response.header("www-authenticate").contains("error=\"invalid_request\""), "{at}");
    }
    assert_eq!(Request::get(&url).bearer(&token).send().await.status, 200);
    assert_eq!(Request::get(format!("{url}?schema=openid")).bearer(&token).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a065_nobody_asks_a_reserved_claim_into_another_value() {
    let (op, alice, rp) = setup().await;
    let reserved =
        ["iss", "aud", "exp", "iat", "azp", "scope", "cnf", "act", "org_id", "nonce", "sid", "at_hash"];
    let wish = |name: &&str| (String::from(*name), json!({ "essential": true, "value": "evil" }));
    let wishes: serde_json::Map<_, _> = reserved.iter().map(wish).collect();
    let wanted = json!({ "id_token": wishes, "userinfo": wishes }).to_string();
    let plain = rp.sign_in(&op, &alice).await;
    let asked = rp.authorization().with("claims", &wanted);
    let asked = rp.sign_in_with(&op, &alice, &mut Browser::new(), asked).await;
    for (one, other) in [(plain.id(), asked.id()), (&plain.access_token, &asked.access_token)] {
        assert!(!claims_of(other).to_string().contains("evil"));
        let names = |token| claims_of(token).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(one), names(other));
    }
    let userinfo = rp.userinfo(&op, &asked.access_token).await.json();
    assert_eq!(userinfo, rp.userinfo(&op, &plain.access_token).await.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn a066_no_token_is_good_everywhere() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let own = "https://acme.test/";
    RelyingParty::register_at(&op, "acme", |client| client.resources = vec![own.to_owned()]).await;
    RelyingParty::register(&op, |client| client.resources = vec!["https://others.test/".to_owned()]).await;
    let machine = ("grant_type", "client_credentials");
    // Without a resource, for the provider itself and no API.
    let alone = Tokens::of(&rp.token(&op, &[machine]).await);
    assert_eq!(claims_of(&alone.access_token)["aud"], op.issuer);
    let api = RelyingParty::register(&op, |asker| asker.serves = vec![API.to_owned()]).await;
    assert_eq!(api.introspect(&op, &alone.access_token).await["active"], false);
    // The client may not ask for a resource of another client or tenant, or for an unknown one.
    for target in [own, "https://others.test/", "https://api.test", "api", "/", "*", &op.issuer] {
        for fields in
            [vec![machine, ("resource", target)], vec![machine, ("resource", API), ("resource", target)]]
        {
            rp.token(&op, &fields).await.assert_refused(400, "invalid_target");
        }
        let request = rp.authorization().and("resource", API).and("resource", target);
        let answer = request.answer(&op, &mut Browser::new(), &alice).await;
        assert_eq!((answer["error"].as_str(), answer.get("code")), ("invalid_target", None), "{target}");
        let request = rp.authorization().and("resource", API);
        let code = request.code(&op, &mut Browser::new(), &alice).await;
        let mut fields = rp.redemption(&code).to_vec();
        fields.push(("resource", target));
        rp.token(&op, &fields).await.assert_refused(400, "invalid_target");
    }
    let named = Tokens::of(&rp.token(&op, &[machine, ("resource", API)]).await);
    assert_eq!(claims_of(&named.access_token)["aud"], API);
    assert_eq!(api.introspect(&op, &named.access_token).await["active"], true);
}
