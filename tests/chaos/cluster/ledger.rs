//! The answers that people and applications received, and whether they still hold.

use std::time::{Duration, Instant};

use credenza_tests::Tokens;

use crate::app::{App, refresh_token};
use crate::person::Person;

/// Access tokens of this age may have expired.
const OLD: Duration = Duration::from_secs(500);

/// One browser and its grants.
pub(crate) struct Seat {
    /// The person using it.
    pub(crate) person: Person,
    /// Whether they have not signed out.
    pub(crate) signed_in: bool,
    /// The grants of applications.
    pub(crate) chains: Vec<Chain>,
}

/// One code and its tokens, oldest first.
pub(crate) struct Chain {
    /// Whose they are.
    pub(crate) app: App,
    /// The code.
    pub(crate) code: String,
    /// The tokens.
    pub(crate) tokens: Vec<Tokens>,
    /// Whether the grant outlives its session.
    pub(crate) offline: bool,
    /// Whether an answer said that the grant has ended.
    pub(crate) over: bool,
    /// The access tokens that were revoked alone.
    pub(crate) revoked: Vec<String>,
    /// When it began.
    pub(crate) since: Instant,
}

impl Chain {
    pub(crate) fn new(app: App, code: String, offline: bool) -> Self {
        Self { app, code, tokens: vec![], offline, over: false, revoked: vec![], since: Instant::now() }
    }

    /// The live refresh token, if there is one.
    pub(crate) fn live(&self) -> Option<&str> {
        self.tokens.last().and_then(|tokens| tokens.refresh_token.as_deref())
    }

    /// A refresh token whose child was spent too.
    pub(crate) fn long_spent(&self) -> Option<&str> {
        let mut family: Vec<&str> =
            self.tokens.iter().filter_map(|tokens| tokens.refresh_token.as_deref()).collect();
        family.dedup();
        if let [first, _, _, ..] = family.as_slice() { Some(first) } else { None }
    }

    /// Asserts, while nothing is broken, that every answer still holds.
    async fn check(&self) {
        for token in &self.revoked {
            assert!(!self.app.is_active(token).await, "a revoked access token is active");
        }
        if self.over {
            return self.app.assert_dead(&self.code, &self.tokens).await;
        }
        for tokens in &self.tokens {
            let token = &tokens.access_token;
            if !self.revoked.contains(token) && self.since.elapsed() < OLD {
                assert!(self.app.is_active(token).await, "an answered access token died");
            }
        }
        let Some(live) = self.live() else { return };
        let up = "nothing breaks now";
        let one = self.app.refresh(live).await.expect(up);
        let two = self.app.refresh(live).await.expect(up);
        assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200), "{} {}", one.text(), two.text());
        let child = refresh_token(&one);
        assert_eq!(child, refresh_token(&two), "two leaves of one family");
        let grandchild = self.app.refresh(&child).await.expect(up);
        assert_eq!(grandchild.status, 200, "{}", grandchild.text());
        // A spent token is refused, and its reuse ends the grant.
        self.app.refresh(live).await.expect(up).assert_refused(400, "invalid_grant");
        let last = [Tokens::of(&one), Tokens::of(&grandchild)];
        self.app.assert_dead(&self.code, &last).await;
        self.app.assert_dead(&self.code, &self.tokens).await;
    }
}

impl Seat {
    /// Asserts, while nothing is broken, that every answer still holds.
    pub(crate) async fn check(&self) {
        if let Some(chain) = self.chains.first() {
            assert_eq!(self.person.is_signed_in(&chain.app).await, self.signed_in, "the session");
        }
        for chain in &self.chains {
            chain.check().await;
        }
    }
}
