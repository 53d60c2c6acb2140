//! OpenID Connect Core 5.1, 5.3, 5.4, 5.5: claims, and the userinfo endpoint.
//!
//! Chart 200

use credenza::clock::Clock as _;
use credenza_protocol::claims::{Address, StandardClaims};
use credenza_storage::Update;
use credenza_tests::{
    Authorization, Browser, FORMATS, Person, Provider, RelyingParty, Request, claims_of, names_of,
};
use serde_json::{Value, json};

const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// The userinfo answer for the tokens of this request.
async fn userinfo(op: &Provider, rp: &RelyingParty, person: &Person, request: Authorization) -> Value {
    let tokens = rp.sign_in_with(op, person, &mut Browser::new(), request).await;
    let response = rp.userinfo(op, &tokens.access_token).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_3_by_get_and_by_post() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let (url, token) = (op.at("/userinfo"), tokens.access_token.as_str());
        let answers = [
            Request::get(&url).bearer(token).send().await,
            Request::new("POST", &url).bearer(token).send().await,
            Request::form(&url, &[]).bearer(token).send().await,
            Request::form(&url, &[("access_token", token)]).send().await,
        ];
        for answer in &answers {
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.json(), answers[0].json());
            // 5.3.2: the one that the ID token names.
            assert_eq!(answer.json()["sub"], claims_of(tokens.id())["sub"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_1_all_nineteen_claims() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let request = rp.authorization().with("scope", "openid profile email address phone");
    let claims = userinfo(&op, &rp, &alice, request).await;
    let expected = json!({
        "sub": alice.user_id,
        "name": "Alice Liddell",
        "given_name": "Alice",
        "family_name": "Liddell",
        "middle_name": "Pleasance",
        "nickname": "Al",
        "preferred_username": "alice",
        "profile": "https://people.test/alice",
        "picture": "https://people.test/alice.png",
        "website": "https://alice.test",
        "gender": "female",
        "birthdate": "1852-05-04",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "updated_at": op.now(),
        "email": "alice@people.test",
        "email_verified": true,
        "address": {
            "formatted": "The Deanery\nOxford",
            "street_address": "The Deanery",
            "locality": "Oxford",
            "region": "Oxfordshire",
            "postal_code": "OX1 1DP",
            "country": "United Kingdom",
        },
        "phone_number": "+44 1865 276150",
        "phone_number_verified": false,
    });
    assert_eq!(claims, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_1_what_has_no_value_is_left_out() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let mut user = users.find(&tenant, &alice.user_id).await.unwrap().unwrap();
    user.claims = StandardClaims::default();
    op.pass(10);
    user.updated_at = op.clock.now();
    let rp = RelyingParty::confidential(&op).await;
    let request = rp.authorization().with("scope", "openid profile email address phone");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json().as_object().unwrap().len(), 20);
    // A token that was issued before shows the change.
    assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), Update::Updated);
    let claims = rp.userinfo(&op, &tokens.access_token).await.json();
    let now = op.now();
    assert_eq!(claims, json!({ "sub": alice.user_id, "preferred_username": "alice", "updated_at": now }));
}

/// 5.3.2: a blank string counts as no value, wherever it came from.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_3_2_a_blank_claim_is_left_out() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let rp = RelyingParty::confidential(&op).await;
    let request = rp.authorization().with("scope", "openid profile email address phone");
    let blank = |text: &str| Some(text.to_owned());
    for (street, expected) in
        [("", json!(null)), ("Oxford Street 1", json!({ "street_address": "Oxford Street 1" }))]
    {
        let person = op.user(&format!("alice{}", street.len())).await;
        let mut user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
        user.claims = StandardClaims {
            name: blank(""),
            nickname: blank("  "),
            preferred_username: blank(""),
            given_name: blank("Alice"),
            address: Some(Address {
                locality: blank(" "),
                street_address: blank(street),
                ..Address::default()
            }),
            ..StandardClaims::default()
        };
        assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), Update::Updated);
        let claims = userinfo(&op, &rp, &person, request.clone()).await;
        assert_eq!((&claims["given_name"], &claims["address"]), (&json!("Alice"), &expected));
        assert_eq!(claims["preferred_username"], person.username.as_str());
        assert!(claims.get("name").is_none() && claims.get("nickname").is_none(), "{claims}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_4_each_scope_brings_its_claims_alone() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let cases: [(&str, &[&[&str]]); 7] = [
        ("openid", &[]),
        ("openid profile", &[&PROFILE]),
        ("openid email", &[&["email", "email_verified"]]),
        ("openid address", &[&["address"]]),
        ("openid phone", &[&["phone_number", "phone_number_verified"]]),
        ("phone openid address", &[&["address"], &["phone_number", "phone_number_verified"]]),
        ("openid api:read offline_access unknown", &[]),
    ];
    for (scope, brings) in cases {
        let claims = userinfo(&op, &rp, &alice, rp.authorization().with("scope", scope)).await;
        let expected = brings.iter().copied().flatten().copied().chain(["sub"]).collect();
        assert_eq!(names_of(&claims), expected, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_claims_asked_for_by_name() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let cases: [(Value, &[&str]); 9] = [
        (json!({ "userinfo": { "name": { "essential": true } } }), &["name"]),
        (json!({ "userinfo": { "name": null, "phone_number": null } }), &["name", "phone_number"]),
        (json!({ "userinfo": { "nickname": { "value": "Al" } } }), &["nickname"]),
        (json!({ "userinfo": { "nickname": { "value": "Bo" } } }), &[]),
        (json!({ "userinfo": { "nickname": { "values": ["Bo", "Al"] } } }), &["nickname"]),
        (json!({ "userinfo": { "email_verified": { "value": true } } }), &["email_verified"]),
        (json!({ "userinfo": { "sub": { "value": alice.user_id } } }), &[]),
        (json!({ "userinfo": { "name#de": null, "acr": null, "https://x.test/y": null } }), &[]),
        (json!({ "id_token": { "name": null }, "other": 1 }), &[]),
    ];
    for (wanted, brings) in cases {
        let request = rp.authorization().with("scope", "openid").with("claims", &wanted.to_string());
        let claims = userinfo(&op, &rp, &alice, request).await;
        assert_eq!(names_of(&claims), brings.iter().copied().chain(["sub"]).collect(), "{wanted}");
        assert_eq!(claims["sub"], alice.user_id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_3_a_person_who_is_gone_has_no_claims() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let (alice, bob) = (op.user(&format!("a{format:?}")).await, op.user(&format!("b{format:?}")).await);
        let carol = op.user(&format!("c{format:?}")).await;
        let [of_alice, of_bob, of_carol] =
            [rp.sign_in(&op, &alice).await, rp.sign_in(&op, &bob).await, rp.sign_in(&op, &carol).await];
        op.disable_user(&alice).await;
        assert!(op.state.store.users.delete(&tenant, &bob.user_id, op.clock.now()).await.unwrap());
        rp.assert_dead(&op, &of_alice).await;
        rp.assert_dead(&op, &of_bob).await;
        rp.assert_alive(&op, &of_carol).await;
    }
}
