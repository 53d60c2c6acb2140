//! Tokens without a browser: by the same way through grant, code and token endpoint as those of an application, but
//! for the pages and the client's own proof of who it is.

use credenza::flow::authorization_code::{self, Request};
use credenza::flow::authorize::{Browser, Outcome};
use credenza::flow::{authorize, client_credentials};
use credenza::realm::Context;
use credenza::rng;
use credenza_protocol::authorize::Delivery;
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::ids::{ClientId, SessionId};
use credenza_protocol::params::Params;
use credenza_protocol::pkce;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_protocol::token::TokenResponse;
use credenza_protocol::user::User;
use serde::Deserialize;
use url::Url;

use crate::provider::World;
use crate::{Error, Provider};

/// What is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ask {
    /// The scope; all that the client may have, where it is not said.
    pub scope: Option<String>,
    /// The resources that the access token is for (RFC 8707).
    pub resource: Vec<String>,
    /// `nonce` of the ID token.
    pub nonce: Option<String>,
}

impl Provider {
    /// What the token endpoint gives the client after this person has signed in and allowed what is asked: access
    /// token, ID token where `openid` is in the scope, and refresh token where the client may have one. All of it is
    /// real: it can be introspected, refreshed, revoked. The person's consent is remembered, and a session begun.
    ///
    /// # Errors
    /// [`Error::Absent`]; [`Error::Refused`] where the application would be refused.
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
        let browser = Browser { session: Some(session), binding: None };
        let code = code_of(authorize::authorize(&context, &params, &browser).await?)?;
        let request = Request {
            code,
            redirect_uri: Some(redirect_uri),
            code_verifier: Some(verifier.reveal()),
            resource: &ask.resource,
        };
        Ok(authorization_code::redeem(&context, client, request).await?)
    }

    /// What the token endpoint gives the client in its own name (RFC 6749 4.4).
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
        Ok(client_credentials::grant(&context, &record.client, scope, &ask.resource).await?)
    }
}

impl World {
    /// The enabled client of that id.
    pub(crate) async fn client(
        &self,
        context: &Context,
        client_id: &str,
    ) -> Result<std::sync::Arc<credenza_storage::ClientRecord>, Error> {
        let found = context.client(&ClientId::new(client_id)).await?;
        found.ok_or_else(|| Error::absent("enabled client", client_id))
    }
}

/// The person has allowed the client that scope.
async fn allow(context: &Context, user: &User, client: &Client, scope: &str) -> Result<(), Error> {
    let scope = Scope::parse(scope).map_err(Error::invalid)?;
    let (tenant, consents) = (&context.realm.tenant.tenant_id, &context.state.store.consents);
    Ok(consents.remember(tenant, &user.user_id, &client.client_id, &scope, context.now).await?)
}

/// A session of the person; answers its handle.
async fn sign_in(context: &Context, user: &User) -> Result<Secret, Error> {
    let rng = context.state.rng.as_ref();
    let tenant = &context.realm.tenant;
    let handle = rng::secret(rng);
    let session = Session {
        sid: SessionId::new(rng::id(rng)),
        user_id: user.user_id.clone(),
        auth_time: context.now,
        amr: vec!["pwd".to_owned()],
        expires_at: context.now + tenant.settings.session_lifetime,
        last_seen_at: context.now,
        user_agent: "credenza-testing".to_owned(),
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
