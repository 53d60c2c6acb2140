//! A person is not asked for the second factor again in a browser that they trust.
//!
//! Chart 598: Trusted browsers | `trusted_browser_lifetime`: the code is not asked for again in a browser that was chosen; listed and removed on the account page; never in place of two factors that an application asks for

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD};
use credenza_protocol::tenant::SecondFactor;
use credenza_protocol::time::Seconds;
use credenza_tests::{AuthenticatorApp, Browser, Page, Person, Provider, RelyingParty, claims_of};
use serde_json::Value;

const DAYS_30: i64 = 30 * 86_400;

struct World {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    app: AuthenticatorApp,
    /// The browser in which the application was added.
    account: Browser,
}

impl World {
    async fn new() -> Self {
        let op = Provider::builder().mailing().start().await;
        op.change_settings(|settings| settings.trusted_browser_lifetime = Seconds(DAYS_30)).await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        rp.sign_in(&op, &alice).await;
        let mut account = Browser::new();
        rp.sign_in_with(&op, &alice, &mut account, rp.authorization()).await;
        let (app, _) = AuthenticatorApp::added(&op, &mut account).await;
        op.pass(30);
        Self { op, alice, rp, app, account }
    }

    async fn with_password(&self, browser: &mut Browser) -> Page {
        self.with_password_for(browser, &[]).await
    }

    /// The page that a sign-in with the password ends at, whoever is signed in before.
    async fn with_password_for(&self, browser: &mut Browser, asked: &[(&str, &str)]) -> Page {
        let mut authorization = self.rp.authorization().with("prompt", "login");
        for (name, value) in asked {
            authorization = authorization.with(name, value);
        }
        let login = authorization.open(&self.op, browser).await;
        let typed = [("username", self.alice.username.as_str()), ("password", self.alice.password.as_str())];
        browser.submit(&self.op, &login, &typed).await
    }

    async fn told(&self, page: &Page) -> Value {
        let tokens = self.rp.redeem(&self.op, &page.code()).await;
        claims_of(tokens.json()["id_token"].as_str().unwrap())
    }

    /// A browser that Alice trusts.
    async fn trusted(&self) -> Browser {
        let mut browser = Browser::new();
        let asked = self.with_password(&mut browser).await;
        assert_asks(&asked);
        assert!(asked.says("for 30 days"), "{}", asked.text());
        browser.submit(&self.op, &asked, &[("code", &self.app.code(&self.op)), ("trust", "1")]).await.code();
        self.op.pass(30);
        browser
    }
}

#[track_caller]
fn assert_asks(page: &Page) {
    assert!(page.url.contains("/login/second-factor?request="), "{} {}", page.url, page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_again_where_they_trust_the_browser_and_the_session_does_not_pretend() {
    let world = World::new().await;
    let mut browser = world.trusted().await;
    let told = world.told(&world.with_password(&mut browser).await).await;
    assert_eq!((&told["acr"], &told["amr"]), (&ACR_PASSWORD.into(), &serde_json::json!(["pwd"])));
    // Another browser is asked, and so is this one by an application that wants two factors.
    assert_asks(&world.with_password(&mut Browser::new()).await);
    let asked = world.with_password_for(&mut browser, &[("acr_values", ACR_MFA)]).await;
    assert_asks(&asked);
    let page = browser.submit(&world.op, &asked, &[("code", &world.app.code(&world.op))]).await;
    assert_eq!(world.told(&page).await["acr"], ACR_MFA);
    // The same holds where the tenant requires two factors of everybody.
    world.op.change_settings(|settings| settings.second_factor = SecondFactor::Required).await;
    world.with_password(&mut browser).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_ends_with_its_time_and_at_once_where_the_tenant_shortens_it() {
    let world = World::new().await;
    let mut browser = world.trusted().await;
    world.op.pass(DAYS_30 - 60);
    world.with_password(&mut browser).await.code();
    world.op.pass(60);
    assert_asks(&world.with_password(&mut browser).await);
    let mut browser = world.trusted().await;
    world.op.change_settings(|settings| settings.trusted_browser_lifetime = Seconds(10)).await;
    assert_asks(&world.with_password(&mut browser).await);
    world.op.change_settings(|settings| settings.trusted_browser_lifetime = Seconds(0)).await;
    let mut browser = Browser::new();
    let asked = world.with_password(&mut browser).await;
    assert_asks(&asked);
    assert!(!asked.says("id=\"trust\""), "nothing is offered that is not to be had");
    // Whoever sends the field all the same is not trusted.
    browser.submit(&world.op, &asked, &[("code", &world.app.code(&world.op)), ("trust", "1")]).await.code();
    world.op.change_settings(|settings| settings.trusted_browser_lifetime = Seconds(DAYS_30)).await;
    assert_asks(&world.with_password(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_trusted_by_whoever_said_so_and_is_seen_and_removed_by_them() {
    let mut world = World::new().await;
    let mut browser = world.trusted().await;
    let security = world.account.open(&world.op, &format!("{}/account/security", world.op.issuer)).await;
    assert!(security.says("Trusted browsers"), "{}", security.text());
    let text = security.text();
    let listed =
        text.split_once("id=\"browsers\"").unwrap().1.split_once("name=\"remove\" value=\"").unwrap().1;
    let id = listed.split_once('"').unwrap().0.to_owned();
    // Somebody else in the same browser is asked.
    let bob = world.op.user("bob").await;
    let mut bobs = Browser::new();
    world.rp.sign_in_with(&world.op, &bob, &mut bobs, world.rp.authorization()).await;
    let (_, _) = AuthenticatorApp::added(&world.op, &mut bobs).await;
    world.op.pass(30);
    let login = world.rp.authorization().with("prompt", "login").open(&world.op, &mut browser).await;
    let typed = [("username", bob.username.as_str()), ("password", bob.password.as_str())];
    assert_asks(&browser.submit(&world.op, &login, &typed).await);
    world.with_password(&mut browser).await.code();
    let removed = world.account.submit(&world.op, &security, &[("remove", &id)]).await;
    assert!(!removed.says("Trusted browsers"), "{}", removed.text());
    assert_asks(&world.with_password(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_everything_trusts_no_browser_any_more() {
    for how in ["reset of the factors", "reset of the password"] {
        let world = World::new().await;
        let mut browser = world.trusted().await;
        world.with_password(&mut browser).await.code();
        let (op, user_id) = (&world.op, &world.alice.user_id);
        let (tenant, store, now) = (op.default_tenant().await, &op.state.store, op.state.clock.now());
        if how == "reset of the password" {
            let hash = op.state.passwords.hash(world.alice.password.clone()).await.unwrap();
            assert!(store.credentials.set_password(&tenant, user_id, hash, now).await.unwrap());
        } else {
            assert!(store.authenticators.reset(&tenant, user_id, None, None, now).await.unwrap().is_some());
        }
        let left = store.authenticators.of_user(&tenant, user_id).await.unwrap();
        assert!(left.iter().all(|record| record.authenticator.kind.is_factor()), "{how}");
        if how == "reset of the password" {
            assert_asks(&world.with_password(&mut browser).await);
        }
    }
}
