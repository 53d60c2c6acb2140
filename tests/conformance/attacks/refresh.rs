//! Attacks on refresh tokens and revocation (manual: attacks).
//!
//! Chart 240: Refresh tokens | rotation, reuse kills the grant, a lost reply is forgiven

use std::collections::BTreeSet;

use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;
use credenza_tests::{Browser, FORMATS, Provider, RelyingParty, Request, Tokens, at_once, claims_of, setup};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";
/// How often one exchange is answered at most, within the grace period.
const REPLIES: usize = 5;

/// Exchanges a refresh token that must be good.
async fn next(op: &Provider, rp: &RelyingParty, token: &str) -> Tokens {
    let response = rp.refresh(op, token).await;
    assert_eq!(response.status, 200, "{}", response.text());
    Tokens::of(&response)
}

#[tokio::test(flavor = "multi_thread")]
async fn a053_a_spent_token_takes_its_family_with_it() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let public = RelyingParty::register(&op, |client| {
            client.access_token_format = format;
            client.token_endpoint_auth_method = credenza_protocol::client_auth::AuthMethod::None;
        })
        .await;
        for rp in [rp, public] {
            let bystander = rp.sign_in(&op, &alice).await;
            // Long after the grace period, or a second after it; the first of the family, or a later one.
            for (spent_before, seconds) in [(0, 11), (0, 100), (1, 11), (3, 11)] {
                let mut all = vec![rp.sign_in(&op, &alice).await];
                for _ in 0..=spent_before {
                    all.push(next(&op, &rp, all.last().unwrap().refresh()).await);
                }
                rp.assert_alive(&op, all.last().unwrap()).await;
                op.pass(seconds);
                rp.refresh(&op, all[spent_before].refresh()).await.assert_refused(400, "invalid_grant");
                for tokens in &all {
                    rp.assert_dead(&op, tokens).await;
                }
            }
            rp.assert_alive(&op, &next(&op, &rp, bystander.refresh()).await).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a053_a_lost_reply_is_forgiven_for_ten_seconds_and_only_while_the_child_is_unused() {
    let (op, alice, rp) = setup().await;
    let first = rp.sign_in(&op, &alice).await;
    let second = next(&op, &rp, first.refresh()).await;
    op.pass(10);
    // The same child, so that there are never two leaves.
    let repeated = next(&op, &rp, first.refresh()).await;
    assert_eq!(repeated.refresh(), second.refresh());
    for tokens in [&second, &repeated] {
        rp.assert_alive(&op, tokens).await;
    }
    let third = next(&op, &rp, repeated.refresh()).await;
    rp.assert_alive(&op, &third).await;
    // Once the child was used, whoever brings its parent is somebody else.
    rp.refresh(&op, first.refresh()).await.assert_refused(400, "invalid_grant");
    for tokens in [&first, &second, &third] {
        rp.assert_dead(&op, tokens).await;
    }
    // A clock that steps back does not extend the grace period.
    let first = rp.sign_in(&op, &alice).await;
    let second = next(&op, &rp, first.refresh()).await;
    op.pass(-3600);
    rp.refresh(&op, first.refresh()).await.assert_refused(400, "invalid_grant");
    rp.assert_dead(&op, &second).await;
}

/// Of two requests with one token, the one that began a second earlier may be judged after the other has rotated it, and
/// no two nodes have the very same time: neither is a thief.
#[tokio::test(flavor = "multi_thread")]
async fn a054_the_grace_period_holds_for_a_clock_that_is_behind() {
    let (op, alice, rp) = setup().await;
    for behind in [1, 9, 10] {
        let first = rp.sign_in(&op, &alice).await;
        let second = next(&op, &rp, first.refresh()).await;
        op.pass(-behind);
        let repeated = next(&op, &rp, first.refresh()).await;
        assert_eq!(repeated.refresh(), second.refresh(), "{behind}");
        rp.assert_alive(&op, &second).await;
        op.pass(behind);
    }
    let first = rp.sign_in(&op, &alice).await;
    let second = next(&op, &rp, first.refresh()).await;
    op.pass(-11);
    rp.refresh(&op, first.refresh()).await.assert_refused(400, "invalid_grant");
    rp.assert_dead(&op, &second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a053_a_forged_token_ends_no_grant() {
    let (op, alice, rp) = setup().await;
    let bystander = rp.sign_in(&op, &alice).await;
    let tokens = rp.sign_in(&op, &alice).await;
    // A token begins with the name of its grant (16 of 64 bytes), which whoever sees an access token knows.
    let grant = &tokens.refresh()[..22];
    let forged = format!("{grant}{}", "A".repeat(64));
    assert_eq!(forged.len(), tokens.refresh().len());
    let other = RelyingParty::confidential(&op).await;
    other.refresh(&op, &forged).await.assert_refused(400, "invalid_grant");
    assert_eq!(other.call(&op, "/revoke", &[("token", &forged)]).send().await.status, 200);
    assert_eq!(rp.introspect(&op, &forged).await["active"], false);
    rp.assert_alive(&op, &tokens).await;
    rp.refresh(&op, &forged).await.assert_refused(400, "invalid_grant");
    rp.assert_alive(&op, &tokens).await;
    rp.assert_alive(&op, &bystander).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a054_64_at_once_get_one_child() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let mut tokens = rp.sign_in(&op, &alice).await;
        for _ in 0..5 {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
            let answers = at_once((0..64).map(|_| rp.call(&op, "/token", &fields))).await;
            // Within the grace period they count as one client whose replies got lost: a few get the reply again.
            let (given, refused): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| answer.status.as_u16() == 200);
            let all: Vec<_> = given.into_iter().map(Tokens::of).collect();
            let children: BTreeSet<_> = all.iter().map(Tokens::refresh).collect();
            assert_eq!((all.len(), children.len(), refused.len()), (REPLIES, 1, 64 - REPLIES));
            refused.iter().for_each(|answer| answer.assert_refused(400, "invalid_grant"));
            assert!(!children.contains(tokens.refresh()));
            // The others were refused, and ended nothing.
            rp.assert_alive(&op, &all[0]).await;
            rp.assert_alive(&op, &all[REPLIES - 1]).await;
            assert_eq!(rp.introspect(&op, tokens.refresh()).await["active"], false);
            tokens = all[0].clone();
        }
        // After it they do not.
        op.pass(11);
        let spent = tokens;
        next(&op, &rp, spent.refresh()).await;
        op.pass(11);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", spent.refresh())];
        for answer in at_once((0..64).map(|_| rp.call(&op, "/token", &fields))).await {
            answer.assert_refused(400, "invalid_grant");
        }
        rp.assert_dead(&op, &spent).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a054_64_at_once_with_parent_and_child() {
    let (op, alice, rp) = setup().await;
    for _ in 0..5 {
        let first = rp.sign_in(&op, &alice).await;
        let second = next(&op, &rp, first.refresh()).await;
        let request =
            |token| rp.call(&op, "/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]);
        let tokens = [first.refresh(), second.refresh()].into_iter().cycle().take(64);
        let answers = at_once(tokens.map(request)).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(Tokens::of).collect();
        answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
            answer.assert_refused(400, "invalid_grant");
        });
        // Whichever came first: of all that were given, one at most can still be used.
        let mut live = BTreeSet::new();
        for token in won.iter().chain([&first, &second]).map(Tokens::refresh) {
            if rp.introspect(&op, token).await["active"] == true {
                live.insert(token.to_owned());
            }
        }
        assert!(live.len() <= 1, "{live:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a055_a_refresh_token_stays_with_its_client() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let tokens = rp.sign_in(&op, &alice).await;
    let token = tokens.refresh();
    let others = [RelyingParty::confidential(&op).await, RelyingParty::public(&op).await];
    let twin = RelyingParty::register_at(&op, "acme", |twin| *twin = rp.client.clone()).await;
    for other in others.iter().chain([&twin]) {
        other.refresh(&op, token).await.assert_refused(400, "invalid_grant");
    }
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", rp.client_id())];
    for count in [2, 3] {
        let response = Request::form(op.at("/token"), &fields[..count]).send().await;
        response.assert_refused(401, "invalid_client");
    }
    let liar = RelyingParty { secret: others[0].secret.clone(), ..rp.clone() };
    liar.refresh(&op, token).await.assert_refused(401, "invalid_client");
    // None of them spent it, and none could end the family.
    rp.assert_alive(&op, &tokens).await;
    let second = next(&op, &rp, token).await;
    op.pass(60);
    for other in others.iter().chain([&twin]) {
        other.refresh(&op, token).await.assert_refused(400, "invalid_grant");
    }
    rp.assert_alive(&op, &next(&op, &rp, second.refresh()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a056_no_wider_than_granted() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", "openid api:read offline_access").and("resource", API);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
    let with = |extra: &[(&'static str, &'static str)]| [refresh.as_slice(), extra].concat();
    for scope in
        ["openid email", "api:read api:write", "openid api:read offline_access x", "OPENID", "a\"", " "]
    {
        rp.token(&op, &with(&[("scope", scope)])).await.assert_refused(400, "invalid_scope");
    }
    let targets: [&[(&str, &str)]; 6] = [
        &[("resource", OTHER)],
        &[("resource", API), ("resource", OTHER)],
        &[("resource", "https://api.test")],
        &[("resource", "https://API.test/")],
        &[("resource", "x")],
        &[("resource", "https://api.test/#f")],
    ];
    for target in targets {
        rp.token(&op, &with(target)).await.assert_refused(400, "invalid_target");
    }
    // `audience` is no parameter here, so it changes nothing.
    let named = rp.token(&op, &with(&[("scope", "api:read"), ("resource", API), ("audience", OTHER)])).await;
    let named = Tokens::of(&named);
    assert_eq!(claims_of(&named.access_token)["aud"], API);
    assert_eq!(named.scope.as_deref(), Some("api:read"));
    // A grant without a resource does not get one later.
    let plain = rp.sign_in(&op, &alice).await;
    let late = [("grant_type", "refresh_token"), ("refresh_token", plain.refresh()), ("resource", API)];
    rp.token(&op, &late).await.assert_refused(400, "invalid_target");
    next(&op, &rp, plain.refresh()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a057_what_ends_a_grant_ends_its_refreshing() {
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    let now = || Time::from_seconds(op.now());
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let bystander = RelyingParty::confidential(&op).await;
        let online = rp.authorization().with("scope", "openid profile");
        for what in ["consent", "user", "session", "all sessions", "grant"] {
            let alice = op.user(&format!("{format:?} {what}")).await;
            let mut browser = Browser::new();
            let tokens = rp.sign_in_with(&op, &alice, &mut browser, online.clone()).await;
            let other = bystander.sign_in_with(&op, &alice, &mut browser, bystander.authorization()).await;
            rp.assert_alive(&op, &tokens).await;
            let store = &op.state.store;
            let grants = store.grants.list(&tenant, &alice.user_id, now()).await.unwrap();
            let grant = grants.iter().find(|grant| grant.client_id == rp.client.client_id).unwrap();
            let (user, client) = (&alice.user_id, &rp.client.client_id);
            let done = match what {
                "consent" => store.consents.forget(&tenant, user, client, now()).await.unwrap(),
                "user" => store.users.set_disabled(&tenant, user, Some(now())).await.unwrap(),
                "session" => store.sessions.end(&tenant, user, &grant.sid, now()).await.unwrap(),
                "all sessions" => store.sessions.end_all(&tenant, user, now()).await.unwrap() == 1,
                _ => store.grants.revoke(&tenant, client, &grant.grant_id, now()).await.unwrap(),
            };
            assert!(done, "{what}");
            rp.assert_dead(&op, &tokens).await;
            // offline_access outlives the session (OpenID Connect Core 11), and consent is each client's own.
            match what {
                "user" => bystander.assert_dead(&op, &other).await,
                _ => bystander.assert_alive(&op, &other).await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a057_revoked_while_64_refresh() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        for _ in 0..5 {
            let tokens = rp.sign_in(&op, &alice).await;
            let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh())];
            let requests: Vec<_> = (0..64).map(|_| rp.call(&op, "/token", &fields)).collect();
            let refreshed = tokio::spawn(at_once(requests));
            let revoked = rp.call(&op, "/revoke", &[("token", tokens.refresh())]).send().await;
            assert_eq!(revoked.status, 200);
            for answer in refreshed.await.unwrap() {
                match answer.status.as_u16() {
                    200 => rp.assert_dead(&op, &Tokens::of(&answer)).await,
                    _ => answer.assert_refused(400, "invalid_grant"),
                }
            }
        }
        rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a057_what_a_client_lost_it_does_not_refresh() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", "openid email api:read api:write offline_access");
    let request = request.and("resource", API).and("resource", OTHER);
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    let code = request.code(&op, &mut browser, &alice).await;
    let narrow = async |scope: &str, resources: &[&str]| {
        rp.update(&op, |record| {
            record.client.scope = Scope::parse(scope).unwrap();
            record.client.resources = resources.iter().map(|resource| (*resource).to_owned()).collect();
        })
        .await;
    };
    narrow("openid api:read offline_access", &[OTHER]).await;
    // A code that was issued before gives less, too.
    let redeemed = Tokens::of(&rp.redeem(&op, &code).await);
    let refreshed = next(&op, &rp, tokens.refresh()).await;
    for tokens in [&redeemed, &refreshed] {
        assert_eq!(tokens.scope.as_deref(), Some("openid api:read offline_access"));
        let claims = claims_of(&tokens.access_token);
        assert_eq!(
            (&claims["scope"], &claims["aud"][0]),
            (&"openid api:read offline_access".into(), &OTHER.into())
        );
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json().get("email"), None);
    }
    let ask = |name, value| {
        [("grant_type", "refresh_token"), ("refresh_token", refreshed.refresh()), (name, value)]
    };
    rp.token(&op, &ask("scope", "api:write")).await.assert_refused(400, "invalid_scope");
    rp.token(&op, &ask("resource", API)).await.assert_refused(400, "invalid_target");
    // A token for one API never becomes a token for something else.
    narrow("openid api:read offline_access", &["https://new.test/"]).await;
    rp.refresh(&op, refreshed.refresh()).await.assert_refused(400, "invalid_target");
    narrow("profile", &[API, OTHER]).await;
    rp.refresh(&op, refreshed.refresh()).await.assert_refused(400, "invalid_scope");
    // None of that spent the token: once the right is given back, it works again.
    narrow("openid email api:read api:write offline_access", &[API, OTHER]).await;
    let restored = next(&op, &rp, refreshed.refresh()).await;
    assert_eq!(restored.scope.as_deref(), Some("openid email api:read api:write offline_access"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a059_a_stranger_revokes_nothing() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        let rp = RelyingParty::of_format(&op, format).await;
        let tokens = rp.sign_in(&op, &alice).await;
        let machine = Tokens::of(&rp.token(&op, &[("grant_type", "client_credentials")]).await).access_token;
        let server = RelyingParty::register(&op, |client| client.serves = vec![API.to_owned()]).await;
        let twin = RelyingParty::register_at(&op, "acme", |twin| *twin = rp.client.clone()).await;
        for other in [server, RelyingParty::public(&op).await, twin] {
            for token in [tokens.refresh(), &tokens.access_token, &machine] {
                for hint in ["refresh_token", "access_token", "x"] {
                    let fields = [("token", token), ("token_type_hint", hint)];
                    // RFC 7009 2.2: the same answer as for an unknown token.
                    let response = other.call(&op, "/revoke", &fields).send().await;
                    assert_eq!((response.status.as_u16(), response.text().as_str()), (200, ""));
                }
            }
        }
        rp.assert_alive(&op, &tokens).await;
        assert_eq!(rp.introspect(&op, &machine).await["active"], true);
        assert_eq!(rp.call(&op, "/revoke", &[("token", tokens.refresh())]).send().await.status, 200);
        rp.assert_dead(&op, &tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a060_refreshing_ends_at_the_absolute_limit() {
    let (op, alice, rp) = setup().await;
    let mut tokens = rp.sign_in(&op, &alice).await;
    for day in 1..365 {
        op.pass(86_400);
        let response = rp.refresh(&op, tokens.refresh()).await;
        assert_eq!(response.status, 200, "day {day}: {}", response.text());
        tokens = Tokens::of(&response);
    }
    // No token outlives its grant.
    op.pass(86_400 - 100);
    tokens = next(&op, &rp, tokens.refresh()).await;
    assert_eq!(tokens.expires_in, 100);
    rp.assert_alive(&op, &tokens).await;
    op.pass(100);
    rp.assert_dead(&op, &tokens).await;
    rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
}
