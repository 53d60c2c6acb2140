//! Tokens without a browser: issued through grant, code and token endpoint as for an application, but without pages
//! and client authentication.

use std::sync::Arc;

use credenza::context::Context;
use credenza::flow::authorize;
use credenza::flow::outcome::{Browser, Outcome};
use credenza::flow::token::{authorization_code, client_credentials};
use credenza::loaded_client::LoadedClient;
use credenza::rng;
use credenza_protocol::authorize::Delivery;
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::ids::{ClientId, SessionId};
use credenza_protocol::params::Params;
use credenza_protocol::pkce;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_protocol::token::authorization_code::{PresentedCode, Request};
use credenza_protocol::token::{TokenResponse, client_credentials as machine};
use credenza_protocol::user::User;
use serde::Deserialize;
use url::Url;

use crate::provider::World;
use crate::{Error, Provider};

/// A request for tokens.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ask {
    /// The scope; all that the client may have if absent.
    pub scope: Option<String>,
    /// The resources that the access token is for (RFC 8707).
    pub resource: Vec<String>,
    /// `nonce` of the ID token.
    pub nonce: Option<String>,
}

impl Provider {
    /// The answer of the token endpoint after this person has signed in and given consent: access token, ID token if
    /// `openid` is in the scope, and refresh token if the client may have one. The tokens are real: they can be
    /// introspected, refreshed and revoked. Consent is remembered, and a session begun.
    ///
    /// # Errors
    /// [`Error::Absent`]; [`Error::Refused`] if the application would be refused.
    pub async fn tokens_for(
        &self,
        username: &str,
        client_id: &str,
        ask: &Ask,
    ) -> Result<TokenResponse, Error> {
        let world = self.world();
        let context = world.context().await?;
        let user = world.user(username).await?;
        let record = world.client(&context, client_id).await?;
        let client = &record.client;
        let verifier = rng::secret(context.state.rng.as_ref());
        let scope = ask.scope.clone().unwrap_or_else(|| client.scope.to_string());
        let redirect_uri = client.redirect_uris.first();
        let redirect_uri =
            redirect_uri.ok_or_else(|| Error::Invalid("the client has no redirect URI".to_owned()))?;
        allow(&context, &user, client, &scope).await?;
        let session = sign_in(&context, &user).await?;
        let mut pairs = vec![
            ("client_id", client.client_id.as_str().to_owned()),
            ("response_type", "code".to_owned()),
            // The answer is read here, and in no other way.
            ("response_mode", "query".to_owned()),
            ("redirect_uri", redirect_uri.clone()),
            ("scope", scope),
            ("code_challenge", pkce::s256(verifier.reveal())),
            ("code_challenge_method", "S256".to_owned()),
        ];
        pairs.extend(ask.nonce.iter().map(|nonce| ("nonce", nonce.clone())));
        pairs.extend(ask.resource.iter().map(|resource| ("resource", resource.clone())));
        let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value));
        let params = Params::from_pairs(pairs).map_err(Error::invalid)?;
        let browser = Browser { session: Some(session), ..Browser::default() };
        let code = code_of(authorize::authorize(&context, &params, &browser).await?)?;
        let request = Request {
            code: PresentedCode::read(code),
            redirect_uri: Some(redirect_uri.clone()),
            code_verifier: Some(verifier.reveal().to_owned()),
            resource: ask.resource.clone(),
        };
        Ok(authorization_code::redeem(&context, &record, request).await?)
    }

    /// The answer of the token endpoint for the `client_credentials` grant (RFC 6749 4.4).
    ///
    /// # Errors
    /// As [`Provider::tokens_for`].
    pub async fn client_token(&self, client_id: &str, ask: &Ask) -> Result<TokenResponse, Error> {
        let world = self.world();
        let context = world.context().await?;
        let record = world.client(&context, client_id).await?;
        if !record.client.may(GrantType::ClientCredentials) {
            return Err(Error::Refused("the client may not use client_credentials".to_owned()));
        }
        let scope = ask.scope.as_deref().map(Scope::parse).transpose().map_err(Error::invalid)?;
        let request = machine::Request { scope, resource: ask.resource.clone() };
        Ok(client_credentials::grant(&context, &record, request).await?)
    }
}

impl World {
    /// The enabled client of that id.
    pub(crate) async fn client(
        &self,
        context: &Context,
        client_id: &str,
    ) -> Result<Arc<LoadedClient>, Error> {
        let found = context.client(&ClientId::new(client_id)).await?;
        found.ok_or_else(|| Error::absent("enabled client", client_id))
    }
}

/// Records the consent of the person to that scope.
async fn allow(context: &Context, user: &User, client: &Client, scope: &str) -> Result<(), Error> {
    let scope = Scope::parse(scope).map_err(Error::invalid)?;
    let (tenant, consents) = (&context.realm.tenant.tenant_id, &context.state.store.consents);
    Ok(consents.remember(tenant, &user.user_id, &client.client_id, &scope, context.now).await?)
}

/// Begins a session of the person and returns its handle.
async fn sign_in(context: &Context, user: &User) -> Result<Secret, Error> {
    let rng = context.state.rng.as_ref();
    let tenant = &context.realm.tenant;
    let handle = rng::secret(rng);
    let session = Session {
        sid: SessionId::new(rng::id(rng)),
        user_id: user.user_id.clone(),
        auth_time: context.now,
        amr: vec!["pwd".to_owned()],
        acr: None,
        expires_at: context.now + tenant.settings.session_lifetime,
        last_seen_at: context.now,
        user_agent: "credenza-testing".to_owned(),
        place: None,
    };
    context.state.store.sessions.begin(&tenant.tenant_id, handle.hash(), session, context.now).await?;
    Ok(handle)
}

fn code_of(outcome: Outcome) -> Result<Secret, Error> {
    let (Outcome::Answer(delivery) | Outcome::SignedIn { delivery, .. }) = outcome else {
        return Err(Error::Refused("the person has something to do: they may be disabled".to_owned()));
    };
    let Delivery::Redirect(uri) = delivery else {
        return Err(Error::failed("the answer came by another way than was asked"));
    };
    let uri = Url::parse(&uri).map_err(Error::failed)?;
    let code = uri.query_pairs().find(|(name, _)| name == "code");
    code.map(|(_, code)| Secret::presented(code)).ok_or_else(|| Error::Refused(uri.to_string()))
}
