//! The crate openidconnect as a relying party, configured by the issuer URL alone: discovery, code + PKCE, refresh,
//! userinfo, introspection, revocation, RP-initiated logout and client_credentials. The library checks the ID token.
//! The person signs in by plain form posts, which is how the pages work without JavaScript.

mod http;
mod person;

use credenza_tests::served::{EMAIL, Served};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet, IntrospectionUrl, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadata, RedirectUrl, RefreshToken, RevocationUrl, Scope, TokenIntrospectionResponse,
    TokenResponse,
};
use person::Person;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use url::Url;

const CALLBACK: &str = "http://127.0.0.1:49152/callback";
const SIGNED_OUT: &str = "http://127.0.0.1:49152/signed-out";
const RESOURCE: &str = "https://api.example.test";

/// What discovery says beyond the library's own list.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoints {
    revocation_endpoint: Url,
    introspection_endpoint: IntrospectionUrl,
    end_session_endpoint: EndSessionUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

struct RelyingParty {
    client: Client,
    end_session: EndSessionUrl,
}

/// An authorization request under way.
struct Attempt {
    url: Url,
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// How a sign-in came back.
enum Answer {
    Code(AuthorizationCode),
    Refused(String),
}

impl RelyingParty {
    async fn register(server: &Served, options: &[&str]) -> Self {
        let created = server.create_client(options);
        let issuer = IssuerUrl::new(server.issuer.clone()).unwrap();
        let metadata = Metadata::discover_async(issuer, &http::send).await.unwrap();
        let more = metadata.additional_metadata().clone();
        let mut revocation = more.revocation_endpoint;
        // The library revokes over https only; the HTTP client of these tests speaks plainly to the loopback.
        revocation.set_scheme("https").unwrap();
        let id = ClientId::new(created["client_id"].as_str().unwrap().to_owned());
        let secret = created["client_secret"].as_str().map(|secret| ClientSecret::new(secret.to_owned()));
        let client = CoreClient::from_provider_metadata(metadata, id, secret)
            .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
            .set_introspection_url(more.introspection_endpoint)
            .set_revocation_url(RevocationUrl::from_url(revocation));
        Self { client, end_session: more.end_session_endpoint }
    }

    fn authorize(&self, prompt: &str) -> Attempt {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = self
            .client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("prompt", prompt)
            .set_pkce_challenge(challenge)
            .url();
        Attempt { url, state, nonce, verifier }
    }

    async fn sign_in(&self, person: &mut Person) -> (CoreTokenResponse, CoreIdTokenClaims) {
        let attempt = self.authorize("consent");
        let Answer::Code(code) = self.visit(person, &attempt).await else { panic!("no code") };
        self.redeem(code, attempt).await
    }

    async fn visit(&self, person: &mut Person, attempt: &Attempt) -> Answer {
        let back = person.visit(&attempt.url, CALLBACK).await;
        let mut sent: HashMap<String, String> = back.query_pairs().into_owned().collect();
        assert_eq!(sent["state"], *attempt.state.secret());
        match sent.remove("code") {
            Some(code) => Answer::Code(AuthorizationCode::new(code)),
            None => Answer::Refused(sent["error"].clone()),
        }
    }

    async fn redeem(
        &self,
        code: AuthorizationCode,
        attempt: Attempt,
    ) -> (CoreTokenResponse, CoreIdTokenClaims) {
        let request = self.client.exchange_code(code).unwrap().set_pkce_verifier(attempt.verifier);
        let tokens = request.request_async(&http::send).await.unwrap();
        let verifier = self.client.id_token_verifier();
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims(&verifier, &attempt.nonce).unwrap().clone();
        let (algorithm, key) = (id_token.signing_alg().unwrap(), id_token.signing_key(&verifier).unwrap());
        let at_hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&at_hash));
        (tokens, claims)
    }

    async fn userinfo(&self, token: &AccessToken, of: &CoreIdTokenClaims) -> Option<CoreUserInfoClaims> {
        let request = self.client.user_info(token.clone(), Some(of.subject().clone())).unwrap();
        request.request_async(&http::send).await.ok()
    }

    async fn refresh(&self, token: &RefreshToken) -> Option<CoreTokenResponse> {
        self.client.exchange_refresh_token(token).unwrap().request_async(&http::send).await.ok()
    }

    async fn is_active(&self, token: &AccessToken) -> bool {
        self.client.introspect(token).request_async(&http::send).await.unwrap().active()
    }
}

#[tokio::test]
async fn code_flow_userinfo_refresh_introspection_and_revocation() {
    let server = Served::start();
    let kinds: [&[&str]; 2] = [&[], &["--public"]];
    for kind in kinds {
        let party = RelyingParty::register(&server, &[&["--redirect-uri", CALLBACK], kind].concat()).await;
        let (tokens, claims) = party.sign_in(&mut Person::new(&server)).await;
        let user = party.userinfo(tokens.access_token(), &claims).await.unwrap();
        assert_eq!(user.email().map(|email| email.as_str()), Some(EMAIL));

        let first = tokens.refresh_token().unwrap();
        let renewed = party.refresh(first).await.unwrap();
        let second = renewed.refresh_token().unwrap();
        assert_ne!(second.secret(), first.secret());
        assert!(party.userinfo(renewed.access_token(), &claims).await.is_some());
        if kind.is_empty() {
            assert!(party.is_active(renewed.access_token()).await);
            assert!(!party.is_active(&AccessToken::new("not-a-token".to_owned())).await);
        }

        let revocation = party.client.revoke_token(second.clone().into()).unwrap();
        revocation.request_async(&http::send).await.unwrap();
        assert!(party.refresh(second).await.is_none());
        assert!(party.userinfo(renewed.access_token(), &claims).await.is_none());
    }
}

#[tokio::test]
async fn a_code_is_good_once() {
    let server = Served::start();
    let party = RelyingParty::register(&server, &["--redirect-uri", CALLBACK]).await;
    let attempt = party.authorize("consent");
    let Answer::Code(code) = party.visit(&mut Person::new(&server), &attempt).await else {
        panic!("no code")
    };
    let verifier = PkceCodeVerifier::new(attempt.verifier.secret().clone());
    let (tokens, claims) = party.redeem(code.clone(), attempt).await;
    assert!(party.userinfo(tokens.access_token(), &claims).await.is_some());

    let again = party.client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    assert!(again.request_async(&http::send).await.is_err());
    assert!(party.userinfo(tokens.access_token(), &claims).await.is_none());
}

#[tokio::test]
async fn logout_ends_the_single_sign_on() {
    let server = Served::start();
    let options = ["--redirect-uri", CALLBACK, "--post-logout-redirect-uri", SIGNED_OUT];
    let party = RelyingParty::register(&server, &options).await;
    let mut person = Person::new(&server);
    let (tokens, claims) = party.sign_in(&mut person).await;

    let silent = party.authorize("none");
    let Answer::Code(code) = party.visit(&mut person, &silent).await else { panic!("no single sign-on") };
    assert_eq!(party.redeem(code, silent).await.1.subject(), claims.subject());

    let state = CsrfToken::new_random();
    let logout = LogoutRequest::from(party.end_session.clone())
        .set_id_token_hint(tokens.id_token().unwrap())
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(SIGNED_OUT.to_owned()).unwrap())
        .set_state(state.clone());
    let back = person.visit(&logout.http_get_url(), SIGNED_OUT).await;
    let sent: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    assert_eq!(sent, [("state".to_owned(), state.secret().clone())]);

    let silent = party.authorize("none");
    let Answer::Refused(error) = party.visit(&mut person, &silent).await else { panic!("still signed in") };
    assert_eq!(error, "login_required");
}

#[tokio::test]
async fn client_credentials() {
    let server = Served::start();
    let options = ["--grant-type", "client_credentials", "--resource", RESOURCE];
    let party = RelyingParty::register(&server, &options).await;
    let request = party.client.exchange_client_credentials().unwrap().add_extra_param("resource", RESOURCE);
    let tokens = request.request_async(&http::send).await.unwrap();
    assert!(tokens.refresh_token().is_none());
    assert!(party.is_active(tokens.access_token()).await);

    let wrong = party.client.clone().set_client_secret(ClientSecret::new("not the secret".to_owned()));
    let refused = wrong.exchange_client_credentials().unwrap().add_extra_param("resource", RESOURCE);
    assert!(refused.request_async(&http::send).await.is_err());
}
