//! The feed of revocations agrees with introspection: for each way to end a token, what introspection calls inactive
//! is named by the feed, and what it calls active is not.
//!
//! Chart 265: Revocation feed (`/revocations`, no standard) | what introspection calls inactive, signed, within a second or two on every node

use credenza_protocol::client::{Client, SubjectType};
use credenza_protocol::response_type::ResponseType;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_tests::{Browser, Person, Provider, RelyingParty, Request, Tokens, claims_of, verified};
use credenza_validator::Algorithm;
use serde_json::{Value, json};

const API: &str = "https://api.test/";

/// Whether the feed names the token, as a validator reads it.
fn is_named(feed: &Value, token: &str) -> bool {
    let claims = claims_of(token);
    feed["revoked"].as_array().unwrap().iter().any(|entry| {
        let names = ["gid", "jti", "sid", "sub", "client_id"];
        let named: Vec<_> = names.into_iter().filter(|name| entry.get(name).is_some()).collect();
        assert_eq!(named.len(), 1, "one claim: {entry}");
        let before = entry.get("before").is_none_or(|before| claims["iat"].as_i64() <= before.as_i64());
        before && claims.get(named[0]) == entry.get(named[0])
    })
}

async fn feed(op: &Provider) -> Value {
    let answer = Request::get(op.at("/revocations")).send().await;
    verified(op, &answer.text(), Algorithm::ES256).await
}

/// What ends alice's tokens at one client, or some of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    AccessTokenRevoked,
    RefreshTokenRevoked,
    CodeReused,
    RefreshTokenReused,
    SignedOut,
    SessionEnded,
    AllSessionsEnded,
    ConsentForgotten,
    PasswordChanged,
    UserDisabled,
    UserDeleted,
    ClientDisabled,
    ClientDeleted,
}

impl Way {
    const ALL: [Self; 13] = [
        Self::AccessTokenRevoked,
        Self::RefreshTokenRevoked,
        Self::CodeReused,
        Self::RefreshTokenReused,
        Self::SignedOut,
        Self::SessionEnded,
        Self::AllSessionsEnded,
        Self::ConsentForgotten,
        Self::PasswordChanged,
        Self::UserDisabled,
        Self::UserDeleted,
        Self::ClientDisabled,
        Self::ClientDeleted,
    ];
}

/// Tokens of two people at two clients, and those of the clients themselves.
struct Setup {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    /// Sees all tokens.
    api: RelyingParty,
    browser: Browser,
    code: String,
    tokens: Tokens,
    all: Vec<(&'static str, String)>,
}

impl Setup {
    async fn new(subject_type: SubjectType) -> Self {
        let op = Provider::start().await;
        let (alice, bob) = (op.user("alice").await, op.user("bob").await);
        let serves = |client: &mut Client| client.serves = vec![API.to_owned()];
        let api = RelyingParty::register(&op, serves).await;
        let rp = RelyingParty::register(&op, |client| client.subject_type = subject_type).await;
        let other = RelyingParty::register(&op, |client| client.subject_type = subject_type).await;
        let request = |rp: &RelyingParty| rp.authorization().with("resource", API).with("scope", "openid");
        let mut browser = Browser::new();
        let code = request(&rp).code(&op, &mut browser, &alice).await;
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        let elsewhere = other.sign_in_with(&op, &alice, &mut browser, request(&other)).await;
        let apart = rp.sign_in_with(&op, &alice, &mut Browser::new(), request(&rp)).await;
        let bobs = rp.sign_in_with(&op, &bob, &mut Browser::new(), request(&rp)).await;
        let machine = [("grant_type", "client_credentials"), ("resource", API)];
        let own = async |rp: &RelyingParty| Tokens::of(&rp.token(&op, &machine).await).access_token;
        let all = vec![
            ("hers", tokens.access_token.clone()),
            ("hers of another browser", apart.access_token),
            ("hers at another client", elsewhere.access_token),
            ("bob's", bobs.access_token),
            ("the client's own", own(&rp).await),
            ("the other client's own", own(&other).await),
        ];
        Self { op, alice, rp, api, browser, code, tokens, all }
    }

    async fn end(&mut self, way: Way) {
        let (op, rp, alice) = (&self.op, &self.rp, &self.alice);
        let (tenant, now) = (op.default_tenant().await, Time::from_seconds(op.now()));
        let store = &op.state.store;
        let (user_id, client_id) = (&alice.user_id, &rp.client.client_id);
        let revoke = async |token: &str| {
            assert_eq!(rp.call(op, "/revoke", &[("token", token)]).send().await.status, 200);
        };
        match way {
            Way::AccessTokenRevoked => revoke(&self.tokens.access_token).await,
            Way::RefreshTokenRevoked => revoke(self.tokens.refresh()).await,
            Way::CodeReused => rp.redeem(op, &self.code).await.assert_refused(400, "invalid_grant"),
            Way::RefreshTokenReused => {
                let second = Tokens::of(&rp.refresh(op, self.tokens.refresh()).await);
                self.all.push(("hers, refreshed", second.access_token.clone()));
                assert_eq!(rp.refresh(op, second.refresh()).await.status, 200);
                rp.refresh(op, self.tokens.refresh()).await.assert_refused(400, "invalid_grant");
            }
            Way::SignedOut => {
                let page = self.browser.open(op, &format!("{}/logout", op.issuer)).await;
                let out = self.browser.submit(op, &page, &[("decision", "logout")]).await;
                assert!(out.says("You are signed out"));
            }
            Way::SessionEnded => {
                // Not as the ID token names it, which differs by sector for pairwise clients.
                let handle = Secret::presented(self.browser.cookies["credenza-session"].as_str()).hash();
                let found = store.sessions.find(&tenant, handle, Time::from_seconds(0), now).await.unwrap();
                let sid = found.unwrap().session.sid;
                assert!(store.sessions.end(&tenant, user_id, &sid, now).await.unwrap());
            }
            Way::AllSessionsEnded => {
                let page = self.browser.open(op, &format!("{}/account", op.issuer)).await;
                self.browser.submit(op, &page, &[("end", "all")]).await;
            }
            Way::ConsentForgotten => {
                assert!(store.consents.forget(&tenant, user_id, client_id, now).await.unwrap());
            }
            Way::PasswordChanged => {
                let hash = "$argon2id$x".to_owned();
                assert!(store.credentials.set_password(&tenant, user_id, hash, now).await.unwrap());
            }
            Way::UserDisabled => op.disable_user(alice).await,
            Way::UserDeleted => assert!(store.users.delete(&tenant, user_id, now).await.unwrap()),
            Way::ClientDisabled => rp.set_enabled(op, false).await,
            Way::ClientDeleted => assert!(store.clients.delete(&tenant, client_id, now).await.unwrap()),
        }
    }

    /// The tokens that are dead by introspection; the feed must say the same of each.
    async fn dead(&self, when: &str) -> Vec<&'static str> {
        let feed = feed(&self.op).await;
        let mut dead = vec![];
        for (whose, token) in &self.all {
            let is_active = self.api.introspect(&self.op, token).await["active"] == true;
            assert_eq!(is_named(&feed, token), !is_active, "{when}: {whose}: {feed}");
            if !is_active {
                dead.push(*whose);
            }
        }
        dead
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_introspection_calls_inactive_is_named_and_nothing_else() {
    for way in Way::ALL {
        for subject_type in [SubjectType::Public, SubjectType::Pairwise] {
            let mut setup = Setup::new(subject_type).await;
            setup.op.pass(5);
            assert!(setup.dead("before").await.is_empty());
            assert_eq!(feed(&setup.op).await["revoked"], json!([]));
            setup.op.pass(1);
            setup.end(way).await;
            let expected: &[&str] = match way {
                Way::AccessTokenRevoked | Way::RefreshTokenRevoked | Way::CodeReused => &["hers"],
                Way::RefreshTokenReused => &["hers", "hers, refreshed"],
                Way::SignedOut | Way::SessionEnded => &["hers", "hers at another client"],
                Way::AllSessionsEnded | Way::PasswordChanged | Way::UserDisabled | Way::UserDeleted => {
                    &["hers", "hers of another browser", "hers at another client"]
                }
                Way::ConsentForgotten => &["hers", "hers of another browser"],
                Way::ClientDisabled | Way::ClientDeleted => {
                    &["hers", "hers of another browser", "bob's", "the client's own"]
                }
            };
            assert_eq!(setup.dead(&format!("{way:?}")).await, expected, "{way:?}");
            // Until they would all have expired, and a validator's leeway has passed.
            setup.op.pass(590);
            assert_eq!(setup.dead("later").await, expected, "{way:?}");
            setup.op.empty_out().await;
            setup.op.pass(310);
            assert_eq!(feed(&setup.op).await["revoked"], json!([]), "{way:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_after_an_end_is_undone_lives() {
    for way in [Way::UserDisabled, Way::ClientDisabled] {
        let mut setup = Setup::new(SubjectType::Public).await;
        setup.end(way).await;
        setup.op.pass(1);
        let dead = setup.dead("ended").await;
        let (op, rp, alice) = (&setup.op, &setup.rp, &setup.alice);
        let tenant = op.default_tenant().await;
        match way {
            Way::UserDisabled => {
                assert!(op.state.store.users.set_disabled(&tenant, &alice.user_id, None).await.unwrap());
            }
            _ => rp.set_enabled(op, true).await,
        }
        let request = rp.authorization().with("resource", API);
        let tokens = rp.sign_in_with(op, alice, &mut Browser::new(), request).await;
        let machine = [("grant_type", "client_credentials"), ("resource", API)];
        let machine = Tokens::of(&rp.token(op, &machine).await);
        setup.all.extend([("hers, new", tokens.access_token), ("the client's new", machine.access_token)]);
        setup.op.pass(1);
        assert_eq!(setup.dead("undone").await, dead, "{way:?}");
    }
}

/// A token that went with its grant at once, without a code.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_the_front_channel_are_named_too() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.front_channel_tokens = true).await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| {
        client.response_types = ResponseType::ALL.to_vec();
    })
    .await;
    let mut tokens = vec![];
    for response_type in ["id_token token", "code token"] {
        let request = rp.authorization().with("response_type", response_type);
        let answer = request.answer(&op, &mut Browser::new(), &alice).await;
        tokens.push(answer["access_token"].clone());
    }
    let before = feed(&op).await;
    op.disable_user(&alice).await;
    op.pass(1);
    let after = feed(&op).await;
    for token in tokens {
        assert!(!is_named(&before, &token) && is_named(&after, &token), "{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opaque_tokens_are_not_told() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::of_format(&op, credenza_protocol::client::AccessTokenFormat::Opaque).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let revoked = rp.call(&op, "/revoke", &[("token", &tokens.access_token)]).send().await;
    assert_eq!(revoked.status, 200);
    assert_eq!(rp.introspect(&op, &tokens.access_token).await["active"], false);
    assert_eq!(feed(&op).await["revoked"], json!([]));
}
