//! What people and applications were answered, and whether it still holds.

use std::time::{Duration, Instant};

use credenza_tests::Tokens;

use crate::app::{App, refresh_token};
use crate::person::Person;

/// Access tokens of this age may have expired.
const OLD: Duration = Duration::from_secs(500);

/// One browser and what came of it.
pub(crate) struct Seat {
    /// Who sits there.
    pub(crate) person: Person,
    /// Whether they have not signed out.
    pub(crate) signed_in: bool,
    /// What applications got.
    pub(crate) chains: Vec<Chain>,
}

/// One code, and the tokens that came of it, the first ones first.
pub(crate) struct Chain {
    /// Whose they are.
    pub(crate) app: App,
    /// The code.
    pub(crate) code: String,
    /// The tokens.
    pub(crate) tokens: Vec<Tokens>,
    /// Whether the grant outlives its session.
    pub(crate) offline: bool,
    /// Whether somebody was told that the grant is over.
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

    /// The refresh token that is live, if there is one.
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

    /// Asserts, while nothing breaks, that what was answered is so.
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
        // What was spent before is good for nothing, and who brings it ends it all.
        self.app.refresh(live).await.expect(up).assert_refused(400, "invalid_grant");
        let last = [Tokens::of(&one), Tokens::of(&grandchild)];
        self.app.assert_dead(&self.code, &last).await;
        self.app.assert_dead(&self.code, &self.tokens).await;
    }
}

impl Seat {
    /// Asserts, while nothing breaks, that what was answered is so.
    pub(crate) async fn check(&self) {
        if let Some(chain) = self.chains.first() {
            assert_eq!(self.person.is_signed_in(&chain.app).await, self.signed_in, "the session");
        }
        for chain in &self.chains {
            chain.check().await;
        }
    }
}
