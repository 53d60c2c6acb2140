//! Proof Key for Code Exchange (RFC 7636), at the authorization and the token endpoint.
//!
//! Chart 120: PKCE (RFC 7636) | S256; required for public clients, by setting for others

use credenza_protocol::pkce::s256;
use credenza_tests::{
    Authorization, Browser, CHALLENGE, Person, Provider, RelyingParty, VERIFIER, changed, setup,
};

/// A confidential and a public client, each with consent on record, and a browser with a session.
async fn clients(op: &Provider, alice: &Person) -> (Browser, [RelyingParty; 2]) {
    let mut browser = Browser::new();
    let clients = [RelyingParty::confidential(op).await, RelyingParty::public(op).await];
    for rp in &clients {
        rp.sign_in_with(op, alice, &mut browser, rp.authorization()).await;
    }
    (browser, clients)
}

fn without_pkce(rp: &RelyingParty) -> Authorization {
    rp.authorization().without("code_challenge").without("code_challenge_method")
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_1_verifiers_of_43_to_128_unreserved_characters() {
    let (op, alice, _) = setup().await;
    let (mut browser, [rp, _]) = clients(&op, &alice).await;
    let good = ["x".repeat(43), "x".repeat(128), "-._~aZ09".repeat(6)];
    let bad = [
        "x".repeat(42),
        "x".repeat(129),
        format!("{VERIFIER}="),
        format!("{VERIFIER}+"),
        format!("{VERIFIER} "),
        format!("{VERIFIER}/"),
        format!("{VERIFIER}é"),
        format!("{VERIFIER}\0"),
    ];
    let cases =
        good.iter().map(|verifier| (verifier, true)).chain(bad.iter().map(|verifier| (verifier, false)));
    for (verifier, is_good) in cases {
        let code = rp.authorization().with("code_challenge", &s256(verifier)).silent(&op, &mut browser).await;
        let fields = changed(&rp.redemption(&code), "code_verifier", Some(verifier)).clone();
        let response = rp.token(&op, &fields).await;
        match is_good {
            true => assert_eq!(response.status, 200, "{verifier}"),
            false => response.assert_refused(400, "invalid_grant"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_2_s256_as_in_appendix_b() {
    let (op, alice, _) = setup().await;
    let (mut browser, clients) = clients(&op, &alice).await;
    for rp in clients {
        let request = rp.authorization();
        assert_eq!(request.get("code_challenge"), Some(CHALLENGE));
        let code = request.silent(&op, &mut browser).await;
        let fields = changed(&rp.redemption(&code), "code_verifier", Some(VERIFIER));
        assert_eq!(rp.token(&op, &fields).await.status, 200);
    }
    assert_eq!(op.metadata().await["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}

/// A034: an absent method would mean `plain` (4.3), which is not offered (RFC 9700 2.1.1).
#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_3_methods_and_challenges() {
    let (op, alice, _) = setup().await;
    let (mut browser, clients) = clients(&op, &alice).await;
    for rp in clients {
        let requests = [
            rp.authorization().without("code_challenge_method"),
            rp.authorization().without("code_challenge"),
            rp.authorization().without("code_challenge_method").with("code_challenge", VERIFIER),
        ];
        let methods = ["plain", "s256", "S256 ", "S512", "none"];
        let methods = methods.map(|method| rp.authorization().with("code_challenge_method", method));
        let challenges = [
            &CHALLENGE[1..],
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &format!("{CHALLENGE} "),
            &CHALLENGE.replace('-', "+"),
            &"x".repeat(128),
            "é",
        ];
        let challenges = challenges.map(|challenge| rp.authorization().with("code_challenge", challenge));
        for request in requests.into_iter().chain(methods).chain(challenges) {
            request.assert_refused(&op, &mut browser, "invalid_request").await;
            request.post(&op, &mut browser).await.assert_refused(&op, &request, "invalid_request");
        }
        rp.authorization().silent(&op, &mut browser).await;
    }
    assert_eq!(op.grants_of(&alice).await, 4);
}

/// A033. Public clients, and confidential ones that are configured so, need PKCE; the certification plan oidcc-basic
/// does not let the provider require it of every confidential client.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_4_1_a_client_that_needs_pkce_is_refused_without() {
    let (op, alice, _) = setup().await;
    let (mut browser, [confidential, public]) = clients(&op, &alice).await;
    let strict = RelyingParty::register(&op, |client| client.require_pkce = true).await;
    strict.sign_in_with(&op, &alice, &mut browser, strict.authorization()).await;
    for rp in [&public, &strict] {
        without_pkce(rp).assert_refused(&op, &mut browser, "invalid_request").await;
        let request = without_pkce(rp).with("response_mode", "form_post");
        request.assert_refused(&op, &mut browser, "invalid_request").await;
        let code = rp.authorization().silent(&op, &mut browser).await;
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
    let code = without_pkce(&confidential).silent(&op, &mut browser).await;
    let fields = changed(&confidential.redemption(&code), "code_verifier", None);
    assert_eq!(confidential.token(&op, &fields).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_6_wrong_verifier_is_invalid_grant() {
    let (op, alice, _) = setup().await;
    let (mut browser, clients) = clients(&op, &alice).await;
    let longer = format!("{VERIFIER}x");
    let other_case = VERIFIER.to_uppercase();
    for rp in clients {
        let before = op.grants_of(&alice).await;
        for wrong in
            [Some("y".repeat(43).as_str()), Some(CHALLENGE), Some(&longer), Some(&other_case), Some(""), None]
        {
            let code = rp.authorization().silent(&op, &mut browser).await;
            let fields = changed(&rp.redemption(&code), "code_verifier", wrong);
            rp.token(&op, &fields).await.assert_refused(400, "invalid_grant");
            // The code is gone with the first attempt: nobody can try a second verifier.
            rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        }
        assert_eq!(op.grants_of(&alice).await, before, "a code that came twice has no grant left");
        let code = rp.authorization().silent(&op, &mut browser).await;
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
}

/// A033, RFC 9700 4.8.2: an attacker stripped the challenge from the request; the client still sends its verifier.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_6_a_verifier_without_a_challenge_is_refused() {
    let (op, alice, _) = setup().await;
    let (mut browser, [rp, _]) = clients(&op, &alice).await;
    let code = without_pkce(&rp).silent(&op, &mut browser).await;
    rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    let code = rp.authorization().silent(&op, &mut browser).await;
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
}

/// RFC 7636 4.4: each code keeps the challenge of its own request.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_4_each_code_has_its_own_challenge() {
    let (op, alice, _) = setup().await;
    let (mut browser, [rp, _]) = clients(&op, &alice).await;
    let mine = "m".repeat(43);
    let request = rp.authorization().with("code_challenge", &s256(&mine));
    let [first, second] = [request.silent(&op, &mut browser).await, request.silent(&op, &mut browser).await];
    let theirs = rp.authorization().silent(&op, &mut browser).await;
    rp.redeem(&op, &first).await.assert_refused(400, "invalid_grant");
    let fields = changed(&rp.redemption(&theirs), "code_verifier", Some(&mine));
    rp.token(&op, &fields).await.assert_refused(400, "invalid_grant");
    let fields = changed(&rp.redemption(&second), "code_verifier", Some(&mine));
    assert_eq!(rp.token(&op, &fields).await.status, 200);
}
