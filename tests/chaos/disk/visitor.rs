//! A provider with its database on a volume, and somebody who uses it.

use std::time::{Duration, Instant};

use credenza_tests::node::{Node, free_address};
use credenza_tests::{Request, Response, Served, Tokens, served};

use crate::app::{App, OPTIONS, Spendable};
use crate::person::{OFFLINE, Person};

/// How long anything here may take, far more than it does.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(200);

/// A person, and the applications that they are signed in to.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// With JWTs as access tokens.
    pub(crate) app: App,
    /// With opaque ones.
    pub(crate) opaque: App,
    pub(crate) person: Person,
}

/// What was answered before the disk was full.
pub(crate) struct Before {
    pub(crate) code: String,
    pub(crate) kept: Tokens,
    pub(crate) opaque: Tokens,
    pub(crate) revoked: Tokens,
}

impl Visitor {
    pub(crate) async fn register(server: &Served) -> Self {
        let opaque = [&OPTIONS[..], &["--access-token-format", "opaque"]].concat();
        let app = App::of(&server.issuer, &server.create_client(&OPTIONS));
        let opaque = App::of(&server.issuer, &server.create_client(&opaque)).told_with(&app);
        let mut person = Person::new(served::USERNAME);
        let _code = person.code(&app, OFFLINE).await;
        Self { app, opaque, person }
    }

    /// The same at another address, where a copy of the database is served.
    pub(crate) fn at(&self, address: &str) -> Self {
        let app = self.app.at(address).untold();
        let opaque = self.opaque.at(address).told_with(&app);
        Self { app, opaque, person: self.person.clone() }
    }

    /// Tokens of a new grant, and the code that they came from.
    pub(crate) async fn tokens(&mut self, app: &App) -> (String, Tokens) {
        let code = self.person.code(app, OFFLINE).await;
        let answer = app.redeem(&code).await.expect("it is answered");
        assert_eq!(answer.status, 200, "{}", answer.text());
        (code, Tokens::of(&answer))
    }

    pub(crate) async fn before(&mut self) -> Before {
        let (app, opaque) = (self.app.clone(), self.opaque.clone());
        let (code, kept) = self.tokens(&app).await;
        let (_, opaque) = self.tokens(&opaque).await;
        let (_, revoked) = self.tokens(&app).await;
        assert_eq!(self.doubts(), 0, "everything was answered");
        Before { code, kept, opaque, revoked }
    }

    /// A new sign-in is refused for now, and told so.
    pub(crate) async fn is_refused(&self) {
        let answer = self.ask_for_code("").await;
        let sent_back = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
        match sent_back {
            Some(to) => assert!(to.contains("error=temporarily_unavailable"), "{to}"),
            None => {
                assert_eq!(answer.status, 503, "{}", answer.text());
                assert!(answer.headers.contains_key("retry-after"));
            }
        }
    }

    /// Asks for a code with a nonce.
    pub(crate) async fn ask_for_code(&self, nonce: &str) -> Response {
        let more: &[(&str, &str)] = if nonce.is_empty() { &[] } else { &[("nonce", nonce)] };
        let request = Request::get(self.app.authorize(OFFLINE, more));
        self.person.browser.clone().try_send(request).await.expect("it is answered")
    }

    /// What was granted is checked, and can be revoked, at the first try.
    pub(crate) async fn checks_and_revokes(&mut self, before: &Before) {
        let doubts = self.doubts();
        assert!(self.app.is_active(&before.kept.access_token).await);
        assert!(self.opaque.is_active(&before.opaque.access_token).await);
        assert!(self.app.is_active(&before.revoked.access_token).await);
        self.app.revoke(before.revoked.refresh()).await;
        assert!(!self.app.is_active(&before.revoked.access_token).await, "it was revoked");
        self.opaque.revoke(&before.opaque.access_token).await;
        assert!(!self.opaque.is_active(&before.opaque.access_token).await, "it was revoked");
        assert_eq!(self.doubts(), doubts, "each at the first try");
    }

    /// When there is room again everything works, and what was answered still holds.
    pub(crate) async fn goes_on(&mut self, before: &Before) {
        let app = self.app.clone();
        assert!(app.is_active(&before.kept.access_token).await, "an answered token died");
        assert!(!app.is_active(&before.revoked.access_token).await, "a revoked token came back");
        app.assert_spent(&Spendable::Refresh(before.revoked.refresh().to_owned())).await;
        let answer = app.refresh(before.kept.refresh()).await.expect("it is answered");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let (code, tokens) = self.tokens(&app).await;
        assert!(app.is_active(&tokens.access_token).await);
        for code in [&code, &before.code] {
            app.assert_spent(&Spendable::Code(code.clone())).await;
        }
    }

    fn doubts(&self) -> u64 {
        self.app.doubts.load(std::sync::atomic::Ordering::SeqCst)
    }
}

/// What `/readyz` says.
pub(crate) async fn readiness(server: &Served) -> (u16, String) {
    let answer = Request::get(format!("{}/readyz", server.issuer)).send().await;
    (answer.status.as_u16(), answer.text())
}

/// Waits until `/readyz` says this.
pub(crate) async fn wait_until_ready(server: &Served, wanted: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        let (status, text) = readiness(server).await;
        if text == wanted {
            assert_eq!(status, if wanted == "ok\n" { 200 } else { 503 });
            return;
        }
        assert!(Instant::now() < end, "{status} {text}, not {wanted}:\n{}", server.log());
        tokio::time::sleep(PAUSE).await;
    }
}

/// Has the node tell its metrics; their address.
pub(crate) fn with_metrics(node: &mut Node) -> String {
    let metrics = free_address();
    node.set("METRICS_LISTEN", &metrics);
    metrics
}

/// Waits until the gauge has this value.
pub(crate) async fn wait_for_gauge(metrics: &str, value: u8) {
    let end = Instant::now() + PATIENCE;
    let wanted = format!("credenza_storage_full {value}");
    while !Request::get(format!("http://{metrics}/metrics")).send().await.text().lines().any(|l| l == wanted)
    {
        assert!(Instant::now() < end, "not {wanted}");
        tokio::time::sleep(PAUSE).await;
    }
}
