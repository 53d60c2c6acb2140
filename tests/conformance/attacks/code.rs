//! Attacks on authorization codes at the token endpoint (manual: attacks).

use credenza::clock::Clock as _;
use credenza_protocol::pkce::s256;
use credenza_protocol::time::Seconds;
use credenza_tests::{
    Browser, CHALLENGE, FORMATS, Provider, RelyingParty, Tokens, VERIFIER, at_once, changed, setup,
};

#[tokio::test(flavor = "multi_thread")]
async fn a027_a_code_used_again_takes_back_what_it_gave() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let bystander = rp.sign_in(&op, &alice).await;
        // The code itself expires after a minute; reuse revokes its tokens later too.
        for seconds in [0, 1, 30, 61] {
            let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
            let first = Tokens::of(&rp.redeem(&op, &code).await);
            let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
            rp.assert_alive(&op, &second).await;
            op.pass(seconds);
            rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
            for tokens in [&first, &second] {
                rp.assert_dead(&op, tokens).await;
            }
            rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        }
        rp.assert_alive(&op, &bystander).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a027_only_its_own_client_can_say_that_a_code_came_twice() {
    let (op, alice, rp) = setup().await;
    let thief = RelyingParty::confidential(&op).await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let tokens = Tokens::of(&rp.redeem(&op, &code).await);
    thief.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    rp.assert_alive(&op, &tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a028_of_64_redeemers_at_once_one_wins() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        for _ in 0..5 {
            let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
            let answers = at_once((0..64).map(|_| rp.call(&op, "/token", &rp.redemption(&code)))).await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
            assert_eq!((won.len(), lost.len()), (1, 63));
            lost.iter().for_each(|answer| answer.assert_refused(400, "invalid_grant"));
            // The others used it again, so even the winner has nothing.
            rp.assert_dead(&op, &Tokens::of(won[0])).await;
        }
        rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a029_a_code_stays_with_its_client() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let owners = [RelyingParty::confidential(&op).await, RelyingParty::public(&op).await];
    let others = [RelyingParty::confidential(&op).await, RelyingParty::public(&op).await];
    for owner in &owners {
        let code = owner.authorization().code(&op, &mut Browser::new(), &alice).await;
        for other in &others {
            other.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
            let wrong = "wrong".repeat(10);
            let fields = owner.redemption(&code);
            let guess = other.token(&op, &changed(&fields, "code_verifier", Some(&wrong))).await;
            guess.assert_refused(400, "invalid_grant");
            // With the owner's client_id and the other client's credentials, authentication fails first.
            let posing = changed(&fields, "client_id", Some(owner.client_id()));
            let response = other.token(&op, &posing).await;
            assert!(response.status.is_client_error() && !response.text().contains("access_token"));
        }
        // None of them spent it: another client cannot take a code from its owner.
        let response = owner.redeem(&op, &code).await;
        assert_eq!(response.status, 200, "{}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a030_a_code_stays_with_its_tenant() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let name = rp.client.client_id.clone();
    let twin = RelyingParty::register_at(&op, "acme", |client| client.client_id = name).await;
    let twin_alice = op.user_of("acme", "alice").await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let twin_code = twin.authorization().code(&op, &mut Browser::new(), &twin_alice).await;
    twin.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    rp.redeem(&op, &twin_code).await.assert_refused(400, "invalid_grant");
    // Nor does the secret of one client authenticate the other.
    let mixed = RelyingParty { secret: rp.secret.clone(), ..twin.clone() };
    mixed.redeem(&op, &twin_code).await.assert_refused(401, "invalid_client");
    let tokens = Tokens::of(&rp.redeem(&op, &code).await);
    rp.assert_alive(&op, &tokens).await;
    let twin_tokens = Tokens::of(&twin.redeem(&op, &twin_code).await);
    twin.assert_alive(&op, &twin_tokens).await;
    // The same holds for their tokens.
    twin.refresh(&op, tokens.refresh()).await.assert_refused(400, "invalid_grant");
    assert_eq!(twin.userinfo(&op, &tokens.access_token).await.status, 401);
    rp.assert_alive(&op, &tokens).await;
}

/// Asserts that a redemption with one wrong field is refused, and that it burns the code: there is no second try.
async fn assert_burnt(op: &Provider, rp: &RelyingParty, code: &str, name: &str, value: Option<&str>) {
    let fields = rp.redemption(code);
    let response = rp.token(op, &changed(&fields, name, value)).await;
    assert_eq!((response.status.as_u16(), response.error().as_str()), (400, "invalid_grant"), "{value:?}");
    rp.redeem(op, code).await.assert_refused(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a031_redirect_uri_mismatch_at_token() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| {
        client.redirect_uris.push("https://rp.test/other".to_owned());
    })
    .await;
    let others = [
        None,
        Some("https://rp.test/other"),
        Some("https://rp.test/Callback"),
        Some("https://RP.test/callback"),
        Some("https://rp.test/callback/"),
        Some("https://rp.test/callback?"),
        Some("https://rp.test:443/callback"),
        Some("https://rp.test/callback "),
        Some("https://rp.test/%63allback"),
        Some("https://evil.test/callback"),
    ];
    for uri in others {
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        assert_burnt(&op, &rp, &code, "redirect_uri", uri).await;
    }
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a032_a_verifier_left_out() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for rp in [RelyingParty::confidential(&op).await, RelyingParty::public(&op).await] {
        for verifier in [None, Some("")] {
            let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
            assert_burnt(&op, &rp, &code, "code_verifier", verifier).await;
        }
        rp.sign_in(&op, &alice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a033_a_verifier_without_a_challenge() {
    let (op, alice, rp) = setup().await;
    let bare = rp.authorization().without("code_challenge").without("code_challenge_method");
    let code = bare.code(&op, &mut Browser::new(), &alice).await;
    rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    // A confidential client that is not required to use PKCE may leave it out (the certification plan oidcc-basic
    // does), in both places or in neither.
    let code = bare.code(&op, &mut Browser::new(), &alice).await;
    let fields = rp.redemption(&code);
    assert_eq!(rp.token(&op, &changed(&fields, "code_verifier", None)).await.status, 200);
    // All others get no code at all.
    let strict = RelyingParty::register(&op, |client| client.require_pkce = true).await;
    for rp in [strict, RelyingParty::public(&op).await] {
        let bare = rp.authorization().without("code_challenge").without("code_challenge_method");
        let answer = bare.answer(&op, &mut Browser::new(), &alice).await;
        assert_eq!((answer["error"].as_str(), answer.get("code")), ("invalid_request", None));
        rp.sign_in(&op, &alice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a034_a_malformed_verifier_whose_hash_is_right() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let bad = [
        "x".repeat(42),
        "x".repeat(129),
        format!("{VERIFIER}="),
        format!("+{VERIFIER}"),
        format!("{VERIFIER} "),
        format!("{VERIFIER}/"),
        format!("é{VERIFIER}"),
        format!("{VERIFIER}\0"),
    ];
    for verifier in &bad {
        let request = rp.authorization().with("code_challenge", &s256(verifier));
        let code = request.code(&op, &mut browser, &alice).await;
        let fields = rp.redemption(&code);
        let response = rp.token(&op, &changed(&fields, "code_verifier", Some(verifier))).await;
        assert_eq!(
            (response.status.as_u16(), response.error().as_str()),
            (400, "invalid_grant"),
            "{verifier}"
        );
    }
    for verifier in ["x".repeat(43), "x".repeat(128), "-._~".repeat(11)] {
        let request = rp.authorization().with("code_challenge", &s256(&verifier));
        let code = request.code(&op, &mut browser, &alice).await;
        let fields = rp.redemption(&code);
        let response = rp.token(&op, &changed(&fields, "code_verifier", Some(&verifier))).await;
        assert_eq!(response.status, 200, "{verifier}");
    }
    // Neither the challenge itself nor the verifier of another request is accepted.
    for verifier in [CHALLENGE.to_owned(), "y".repeat(43), VERIFIER.to_lowercase(), VERIFIER[..42].to_owned()]
    {
        let code = rp.authorization().code(&op, &mut browser, &alice).await;
        assert_burnt(&op, &rp, &code, "code_verifier", Some(&verifier)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a035_a_code_lives_a_minute() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for (seconds, status) in [(0, 200), (59, 200), (60, 400), (61, 400), (3600, 400)] {
        let code = rp.authorization().code(&op, &mut browser, &alice).await;
        op.pass(seconds);
        let response = rp.redeem(&op, &code).await;
        assert_eq!(response.status, status, "{seconds}");
        if status == 400 {
            response.assert_refused(400, "invalid_grant");
        }
    }
    // A clock that steps back does not make it good again.
    let code = rp.authorization().code(&op, &mut browser, &alice).await;
    let fresh = op.clock.now();
    op.pass(61);
    rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    for now in [fresh, fresh - Seconds(3600), fresh + Seconds(30)] {
        op.clock.set(now);
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    }
    op.clock.set(fresh);
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a040_disabled_between_code_and_token() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    for format in FORMATS {
        for (at, what) in ["user", "deleted user", "client", "deleted client"].into_iter().enumerate() {
            let rp = RelyingParty::of_format(&op, format).await;
            let alice = op.user(&format!("{format:?} {at}")).await;
            let kept = rp.sign_in(&op, &alice).await;
            let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
            rp.assert_alive(&op, &kept).await;
            let (users, clients) = (&op.state.store.users, &op.state.store.clients);
            let by_client = matches!(what, "client" | "deleted client");
            match what {
                "user" => op.disable_user(&alice).await,
                "deleted user" => {
                    assert!(users.delete(&tenant, &alice.user_id, op.clock.now()).await.unwrap())
                }
                "client" => rp.set_enabled(&op, false).await,
                _ => assert!(clients.delete(&tenant, &rp.client.client_id, op.clock.now()).await.unwrap()),
            }
            let refused = if by_client { (401, "invalid_client") } else { (400, "invalid_grant") };
            rp.redeem(&op, &code).await.assert_refused(refused.0, refused.1);
            rp.refresh(&op, kept.refresh()).await.assert_refused(refused.0, refused.1);
            assert_eq!(rp.userinfo(&op, &kept.access_token).await.status, 401, "{what}");
            // Enabled again, they can start over, but nothing issued before comes back.
            match what {
                "user" => assert!(users.set_disabled(&tenant, &alice.user_id, None).await.unwrap()),
                "client" => rp.set_enabled(&op, true).await,
                _ => continue,
            }
            rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
            rp.assert_dead(&op, &kept).await;
            rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a040_disabled_while_64_redeem() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let mut codes = vec![];
    for _ in 0..64 {
        codes.push(rp.authorization().code(&op, &mut browser, &alice).await);
    }
    let requests: Vec<_> = codes.iter().map(|code| rp.call(&op, "/token", &rp.redemption(code))).collect();
    let redeemed = tokio::spawn(at_once(requests));
    op.disable_user(&alice).await;
    for answer in redeemed.await.unwrap() {
        match answer.status.as_u16() {
            200 => rp.assert_dead(&op, &Tokens::of(&answer)).await,
            _ => answer.assert_refused(400, "invalid_grant"),
        }
    }
    let bob = op.user("bob").await;
    rp.assert_alive(&op, &rp.sign_in(&op, &bob).await).await;
}
