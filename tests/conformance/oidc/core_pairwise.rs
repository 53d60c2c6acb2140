//! Pairwise subjects (OpenID Connect Core 8.1): clients of different sectors cannot tell that they
//! know the same person.
//!
//! Chart 210: Pairwise subjects (OpenID Connect Core 8) | per sector, in all that a client gets

use credenza_protocol::client::{AccessTokenFormat, Client, SubjectType};
use credenza_tests::{Browser, FORMATS, Person, Provider, RelyingParty, Step, Tokens, claims_of, setup};
use serde_json::{Value, json};

use super::backchannel_logout::World;

/// A client whose sector is that host.
async fn client_at(op: &Provider, host: &str, format: AccessTokenFormat) -> RelyingParty {
    RelyingParty::register(op, |client| {
        pairwise(client);
        client.access_token_format = format;
        client.redirect_uris = vec![format!("https://{host}/callback")];
    })
    .await
}

fn pairwise(client: &mut Client) {
    client.subject_type = SubjectType::Pairwise;
}

fn sub_of(tokens: &Tokens) -> String {
    claims_of(tokens.id())["sub"].as_str().unwrap().to_owned()
}

async fn sub(op: &Provider, rp: &RelyingParty, person: &Person) -> String {
    sub_of(&rp.sign_in(op, person).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_8_1_one_sub_within_a_sector_and_another_outside() {
    let (op, alice, public) = setup().await;
    let bob = op.user("bob").await;
    let one = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let again = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let two = client_at(&op, "two.test", AccessTokenFormat::Jwt).await;
    let by_file = RelyingParty::register(&op, |client| {
        pairwise(client);
        client.redirect_uris.push("https://elsewhere.test/callback".to_owned());
        client.sector_identifier_uri = Some("https://one.test/redirect_uris.json".to_owned());
    })
    .await;
    let alices = sub(&op, &one, &alice).await;
    assert_eq!(sub(&op, &one, &alice).await, alices, "the same each time");
    assert_eq!(sub(&op, &again, &alice).await, alices);
    assert_eq!(sub(&op, &by_file, &alice).await, alices);
    assert_ne!(sub(&op, &two, &alice).await, alices);
    assert_ne!(sub(&op, &one, &bob).await, alices);
    assert_eq!(sub(&op, &public, &alice).await, alice.user_id.as_str());
    let is_printable = |byte: u8| byte.is_ascii_graphic();
    assert!(alices.len() <= 255 && alices.bytes().all(is_printable) && alices != alice.user_id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_8_1_the_person_goes_by_that_name_wherever_the_client_looks() {
    let (op, alice, _) = setup().await;
    for format in FORMATS {
        let rp = client_at(&op, "one.test", format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let sub = sub_of(&tokens);
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json()["sub"], sub.as_str());
        let mut seen: Vec<Value> = vec![claims_of(tokens.id())];
        for token in [tokens.access_token.as_str(), tokens.refresh()] {
            let told = rp.introspect(&op, token).await;
            assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(sub)), "{format:?}");
            seen.push(told);
        }
        if format == AccessTokenFormat::Jwt {
            let claims = claims_of(&tokens.access_token);
            assert_eq!(claims["sub"], sub.as_str());
            seen.push(claims);
        }
        let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        assert_eq!(sub_of(&refreshed), sub);
        seen.push(claims_of(refreshed.id()));
        // The public sub appears nowhere.
        assert!(!seen.iter().any(|told| told.to_string().contains(alice.user_id.as_str())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_a_pairwise_hint_names_the_person() {
    let (op, alice, _) = setup().await;
    let bob = op.user("bob").await;
    let rp = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let other = client_at(&op, "two.test", AccessTokenFormat::Jwt).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let (bobs, others) = (rp.sign_in(&op, &bob).await, other.sign_in(&op, &alice).await);
    let hint = |token: &str| rp.authorization().with("id_token_hint", token);
    hint(tokens.id()).with("prompt", "none").silent(&op, &mut browser).await;
    hint(bobs.id()).with("prompt", "none").assert_refused(&op, &mut browser, "login_required").await;
    hint(others.id()).with("prompt", "none").assert_refused(&op, &mut browser, "invalid_request").await;
    let page = hint(bobs.id()).open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Login);
    browser.sign_in(&op, &page, &alice).await.assert_refused(&op, &hint(bobs.id()), "login_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_1_a_certain_sub_is_a_pairwise_one() {
    let (op, alice, _) = setup().await;
    let rp = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let ask = |sub: &str| {
        let claims = json!({ "id_token": { "sub": { "value": sub } } }).to_string();
        rp.authorization().with("claims", &claims).with("prompt", "none")
    };
    ask(&sub_of(&tokens)).silent(&op, &mut browser).await;
    // Nor does a client learn whose sub that is in another sector.
    ask(alice.user_id.as_str()).assert_refused(&op, &mut browser, "login_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_pairwise_hint_ends_the_session_unasked() {
    let (op, alice, _) = setup().await;
    let bob = op.user("bob").await;
    let rp = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("scope", "openid");
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    let bobs = rp.sign_in(&op, &bob).await;
    let logout = |hint: &str| format!("{}/logout?id_token_hint={hint}", op.issuer);
    assert!(browser.open(&op, &logout(bobs.id())).await.says("Do you want to sign out"));
    request.clone().with("prompt", "none").silent(&op, &mut browser).await;
    assert!(browser.open(&op, &logout(tokens.id())).await.says("You are signed out"));
    request.with("prompt", "none").assert_refused(&op, &mut browser, "login_required").await;
}

fn sid_of(tokens: &Tokens) -> String {
    claims_of(tokens.id())["sid"].as_str().unwrap().to_owned()
}

/// One session, in which clients of several sectors take part: none can tell by `sid` that another has the same one.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_1_a_session_has_another_name_in_each_sector() {
    let (op, alice, public) = setup().await;
    let mut browser = Browser::new();
    let mut sids = vec![];
    let one = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let again = client_at(&op, "one.test", AccessTokenFormat::Jwt).await;
    let two = client_at(&op, "two.test", AccessTokenFormat::Jwt).await;
    let also_public = RelyingParty::confidential(&op).await;
    for rp in [&one, &again, &two, &public, &also_public] {
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        assert_eq!(sid_of(&refreshed), sid_of(&tokens), "the same each time");
        sids.push(sid_of(&tokens));
    }
    let sessions = &op.state.store.sessions;
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    let all = sessions.list(&op.default_tenant().await, &alice.user_id, now).await.unwrap();
    assert_eq!(all.len(), 1, "it is one session");
    let real = all[0].sid.as_str();
    assert_eq!((&sids[0], &sids[3], &sids[4]), (&sids[1], &real.to_owned(), &real.to_owned()));
    assert!(sids[0] != sids[2] && sids[0] != real && sids[2] != real);
    // Another session of the same person has another name.
    assert_ne!(sid_of(&one.sign_in(&op, &alice).await), sids[0]);
}

/// The logout token, the front channel and the hint speak of the session by the name that the client knows.
#[tokio::test(flavor = "multi_thread")]
async fn bcl_2_4_fcl_2_a_pairwise_client_hears_of_the_session_that_it_knows() {
    let world = World::new().await;
    let op = &world.op;
    let mut browser = Browser::new();
    let mut parties = vec![];
    for (host, subject_type) in [
        ("one.test", SubjectType::Pairwise),
        ("two.test", SubjectType::Pairwise),
        ("three.test", SubjectType::Public),
    ] {
        let path = format!("/{host}");
        let rp = world
            .client(&path, |client| {
                client.subject_type = subject_type;
                client.redirect_uris = vec![format!("https://{host}/callback")];
                client.frontchannel_logout_uri = Some(format!("https://{host}/frontchannel"));
            })
            .await;
        let tokens = world.sign_in(&rp, &mut browser).await;
        parties.push((host, path, sid_of(&tokens), tokens));
    }
    // Somebody else's session, and an older one of the same person, are not the one that would end.
    let old =
        world.sign_in(&client_at(op, "one.test", AccessTokenFormat::Jwt).await, &mut Browser::new()).await;
    let logout = |hint: &str| format!("{}/logout?id_token_hint={hint}", op.issuer);
    assert!(browser.open(op, &logout(old.id())).await.says("Do you want to sign out"));
    let page = browser.open(op, &logout(parties[0].3.id())).await;
    assert!(page.says("You are signed out"), "{}", page.text());
    let frames = page.text().replace("&#38;", "&").replace("&amp;", "&");
    for (host, path, sid, tokens) in &parties {
        assert!(frames.contains(&format!("https://{host}/frontchannel?iss=")), "{frames}");
        assert!(frames.contains(&format!("sid={sid}")), "{host}: {frames}");
        let told = world.told(path, 1).await;
        assert_eq!(told[0]["sid"], json!(sid), "{host}");
        assert_eq!(told[0]["sub"], claims_of(tokens.id())["sub"], "{host}");
    }
}
