//! A040, A051, A057, A113 (manual: attacks) as one matrix: a user, a client or a grant is disabled, deleted or
//! revoked, and every way to use it is closed at once. Tenants are in `tenants`.

use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{Expected, NewUserDeletion, Update};
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, Tokens, setup};

/// What happens to the user or the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    UserDisabled,
    UserDeleted,
    UserToBeDeleted,
    ClientDisabled,
    ClientDeleted,
    ConsentForgotten,
}

impl End {
    const ALL: [Self; 6] = [
        Self::UserDisabled,
        Self::UserDeleted,
        Self::UserToBeDeleted,
        Self::ClientDisabled,
        Self::ClientDeleted,
        Self::ConsentForgotten,
    ];

    async fn come(self, op: &Provider, alice: &Person, rp: &RelyingParty) {
        let (tenant, store) = (op.default_tenant().await, &op.state.store);
        let (user_id, client_id) = (&alice.user_id, &rp.client.client_id);
        let now = Time::from_seconds(op.now());
        let done = match self {
            Self::UserDisabled => store.users.set_disabled(&tenant, user_id, Some(now)).await,
            Self::UserDeleted => store.users.delete(&tenant, user_id, now).await,
            Self::UserToBeDeleted => {
                let new = NewUserDeletion {
                    user_id: user_id.clone(),
                    deletes_at: now + Seconds(86_400),
                    own: false,
                    secret: None,
                    reminds_at: None,
                    lang: "en".to_owned(),
                };
                let deletions = &store.user_deletions;
                let scheduled = deletions.schedule(&tenant, new, Expected::Any, None, now).await;
                scheduled.map(|update| update == Update::Updated)
            }
            Self::ClientDisabled => store.clients.set_disabled(&tenant, client_id, Some(now)).await,
            Self::ClientDeleted => store.clients.delete(&tenant, client_id, now).await,
            Self::ConsentForgotten => store.consents.forget(&tenant, user_id, client_id, now).await,
        };
        assert!(done.unwrap());
    }

    async fn mend(self, op: &Provider, alice: &Person, rp: &RelyingParty) -> bool {
        let (tenant, store) = (op.default_tenant().await, &op.state.store);
        match self {
            Self::UserDisabled => store.users.set_disabled(&tenant, &alice.user_id, None).await.unwrap(),
            Self::ClientDisabled => {
                store.clients.set_disabled(&tenant, &rp.client.client_id, None).await.unwrap()
            }
            Self::UserToBeDeleted => {
                let now = Time::from_seconds(op.now());
                store.user_deletions.cancel(&tenant, &alice.user_id, now).await.unwrap()
            }
            Self::ConsentForgotten => true,
            Self::UserDeleted | Self::ClientDeleted => false,
        }
    }

    fn of_client(self) -> bool {
        matches!(self, Self::ClientDisabled | Self::ClientDeleted)
    }

    fn of_user(self) -> bool {
        matches!(self, Self::UserDisabled | Self::UserDeleted | Self::UserToBeDeleted)
    }
}

/// Everything of alice and the client that is in progress.
struct Setup {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    /// A resource server that sees the client's tokens.
    api: RelyingParty,
    browser: Browser,
    tokens: Tokens,
    code: String,
    machine: Option<String>,
    /// Pages that were shown before.
    login: (Browser, Page),
    consent: (Browser, Page),
}

impl Setup {
    async fn new(format: AccessTokenFormat) -> Self {
        let (op, alice, _) = setup().await;
        let rp = RelyingParty::register(&op, |client| client.access_token_format = format).await;
        let serves = |client: &mut Client| client.serves = vec!["https://api.test/".to_owned()];
        let api = RelyingParty::register(&op, serves).await;
        let (mut browser, mut late, mut later) = (Browser::new(), Browser::new(), Browser::new());
        let request = rp.authorization().with("resource", "https://api.test/");
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        let code = rp.authorization().code(&op, &mut browser, &alice).await;
        let machine =
            rp.token(&op, &[("grant_type", "client_credentials"), ("resource", "https://api.test/")]).await;
        let machine = machine.json()["access_token"].as_str().map(str::to_owned);
        let login = rp.authorization().open(&op, &mut late).await;
        let page = rp.authorization().with("prompt", "consent").open(&op, &mut later).await;
        let consent = later.sign_in(&op, &page, &alice).await;
        Self {
            op,
            alice,
            rp,
            api,
            browser,
            tokens,
            code,
            machine,
            login: (late, login),
            consent: (later, consent),
        }
    }

    /// Asserts it at the endpoints for clients.
    async fn assert_tokens_dead(&self, end: End) {
        let (op, rp) = (&self.op, &self.rp);
        for token in [&self.tokens.access_token, self.tokens.refresh()] {
            assert_eq!(self.api.introspect(op, token).await["active"], false, "{end:?}");
        }
        assert_eq!(rp.userinfo(op, &self.tokens.access_token).await.status, 401, "{end:?}");
        let refresh = rp.refresh(op, self.tokens.refresh()).await;
        let redeem = rp.redeem(op, &self.code).await;
        let own = rp.call(op, "/introspect", &[("token", &self.tokens.access_token)]).send().await;
        let revoke = rp.call(op, "/revoke", &[("token", &self.tokens.access_token)]).send().await;
        let machine = rp.token(op, &[("grant_type", "client_credentials")]).await;
        let given = self.machine.as_ref().unwrap();
        let is_machine_alive = self.api.introspect(op, given).await["active"] == true;
        if end.of_client() {
            for answer in [refresh, redeem, own, revoke, machine] {
                answer.assert_refused(401, "invalid_client");
            }
        } else {
            refresh.assert_refused(400, "invalid_grant");
            redeem.assert_refused(400, "invalid_grant");
            assert_eq!(own.json(), serde_json::json!({"active": false}), "{end:?}");
            assert_eq!((revoke.status.as_u16(), machine.status.as_u16()), (200, 200), "{end:?}");
        }
        // A051: the client's own tokens do not depend on the user.
        assert_eq!(is_machine_alive, !end.of_client(), "{end:?}");
    }

    /// Asserts it in browsers: the session, the form of the sign-in page, and the form of the consent page.
    async fn assert_pages_dead(&mut self, end: End) {
        let op = &self.op;
        let silent = self.rp.authorization().with("prompt", "none");
        let page = silent.open(op, &mut self.browser.clone()).await;
        let account = self.browser.clone().open(op, &format!("{}/account", op.issuer)).await;
        let (late, login) = &mut self.login;
        let typed = [("username", self.alice.username.as_str()), ("password", self.alice.password.as_str())];
        let signed_in = late.submit(op, login, &typed).await;
        let (later, consent) = &mut self.consent;
        let allowed = later.submit(op, consent, &[("decision", "allow")]).await;
        match end {
            End::UserDisabled | End::UserDeleted | End::UserToBeDeleted => {
                page.assert_refused(op, &silent, "login_required");
                assert_eq!(
                    (account.response.status.as_u16(), signed_in.response.status.as_u16()),
                    (401, 422)
                );
                assert!(allowed.says("login-submit"), "{end:?}: {}", allowed.text());
            }
            End::ClientDisabled | End::ClientDeleted => {
                page.assert_error_page();
                assert_eq!(
                    (account.response.status.as_u16(), signed_in.response.status.as_u16()),
                    (200, 400)
                );
                allowed.assert_error_page();
            }
            End::ConsentForgotten => {
                page.assert_refused(op, &silent, "consent_required");
                assert!(signed_in.says("consent-allow"), "{}", signed_in.text());
                allowed.code();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a040_a051_a057_a113_every_end_closes_every_way_at_once() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        for end in End::ALL {
            let mut setup = Setup::new(format).await;
            setup.rp.assert_alive(&setup.op, &setup.tokens).await;
            assert_eq!(setup.api.introspect(&setup.op, &setup.tokens.access_token).await["active"], true);
            assert_eq!(
                setup.api.introspect(&setup.op, setup.machine.as_ref().unwrap()).await["active"],
                true
            );
            end.come(&setup.op, &setup.alice, &setup.rp).await;
            setup.assert_tokens_dead(end).await;
            if end.of_user() || end.of_client() {
                assert_eq!(setup.op.grants_of(&setup.alice).await, 0, "{end:?}");
            }
            setup.assert_pages_dead(end).await;
            assert_eq!(setup.op.sessions_of(&setup.alice).await == 0, end.of_user(), "{end:?}");
            // Enabled again, everything starts anew, and nothing issued before comes back.
            if end.mend(&setup.op, &setup.alice, &setup.rp).await {
                setup.rp.assert_dead(&setup.op, &setup.tokens).await;
                let tokens = setup.rp.sign_in(&setup.op, &setup.alice).await;
                setup.rp.assert_alive(&setup.op, &tokens).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a040_somebody_elses_end_is_no_end_of_ours() {
    for end in End::ALL {
        let setup = Setup::new(AccessTokenFormat::Jwt).await;
        let bob = setup.op.user("bob").await;
        let other = RelyingParty::confidential(&setup.op).await;
        let theirs = other.sign_in(&setup.op, &bob).await;
        end.come(&setup.op, &setup.alice, &setup.rp).await;
        other.assert_alive(&setup.op, &theirs).await;
        // Alice at another client, and bob at this one.
        if end.of_client() {
            other.sign_in(&setup.op, &setup.alice).await;
        } else {
            setup.rp.sign_in(&setup.op, &bob).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a040_between_the_answer_and_the_code_exchange_of_many_at_once() {
    let setup = Setup::new(AccessTokenFormat::Jwt).await;
    let mut codes = vec![];
    for _ in 0..64 {
        codes.push(setup.rp.authorization().code(&setup.op, &mut setup.browser.clone(), &setup.alice).await);
    }
    let (op, rp) = (std::sync::Arc::new(setup.op), std::sync::Arc::new(setup.rp));
    let exchanges: Vec<_> = codes
        .into_iter()
        .map(|code| {
            let (op, rp) = (op.clone(), rp.clone());
            tokio::spawn(async move { rp.redeem(&op, &code).await })
        })
        .collect();
    op.disable_user(&setup.alice).await;
    for exchange in exchanges {
        let answer = exchange.await.unwrap();
        match answer.status.as_u16() {
            // Issued just before, and dead all the same.
            200 => rp.assert_dead(&op, &Tokens::of(&answer)).await,
            _ => answer.assert_refused(400, "invalid_grant"),
        }
    }
    let refused = Request::get(op.at("/userinfo")).bearer(&setup.tokens.access_token).send().await;
    assert_eq!(refused.status, 401);
}
