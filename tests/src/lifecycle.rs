//! Whether tokens are active, according to every endpoint that says so.

use credenza_protocol::client_auth::AuthMethod;

use crate::provider::Provider;
use crate::relying_party::{RelyingParty, Tokens};

impl RelyingParty {
    /// Asserts that the access token opens the userinfo endpoint, and that both tokens are active where the
    /// client may ask.
    pub async fn assert_alive(&self, op: &Provider, tokens: &Tokens) {
        let userinfo = self.userinfo(op, &tokens.access_token).await;
        assert_eq!(userinfo.status, 200, "{}", userinfo.text());
        self.assert_active(op, tokens, true).await;
    }

    /// Asserts that the access token opens nothing, that the refresh token gives nothing, and that neither is
    /// active where the client may ask.
    pub async fn assert_dead(&self, op: &Provider, tokens: &Tokens) {
        let userinfo = self.userinfo(op, &tokens.access_token).await;
        assert_eq!(userinfo.status, 401, "{}", userinfo.text());
        self.assert_active(op, tokens, false).await;
        if let Some(token) = &tokens.refresh_token {
            self.refresh(op, token).await.assert_refused(400, "invalid_grant");
        }
    }

    async fn assert_active(&self, op: &Provider, tokens: &Tokens, active: bool) {
        if self.client.token_endpoint_auth_method == AuthMethod::None {
            return;
        }
        for token in [Some(&tokens.access_token), tokens.refresh_token.as_ref()].into_iter().flatten() {
            let answer = self.introspect(op, token).await;
            assert_eq!(answer["active"], active, "{answer}");
            assert!(active || answer.as_object().unwrap().len() == 1, "{answer}");
        }
    }
}
