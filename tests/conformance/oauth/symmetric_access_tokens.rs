//! Access tokens for services that cannot read public keys: HS256 with a secret that the provider shares with one
//! resource (RFC 7518 3.2, RFC 8707, RFC 9068).
//!
//! Chart 235: HS256 access tokens with a secret per resource | for services that cannot read JWKS; off by default, secrets rotate

use credenza::admin::resource_secrets::{self, MadeSecret, NewSecret};
use credenza::admin::{Administration, Outcome};
use credenza_protocol::client::AccessTokenFormat;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::KeyId;
use credenza_protocol::time::{Seconds, Time};
use credenza_tests::{
    Administrator, Browser, Person, Provider, RelyingParty, Request, ResourceServer, Tokens, assertion,
    claims_of, header_of, jws, verified,
};
use credenza_validator::settings::OneOrMany;
use credenza_validator::{Algorithm, SigningKey, base64url};
use ring::hmac;
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

/// A service that serves the API, and a client that asks for tokens for it.
struct World {
    op: Provider,
    alice: Person,
    api: RelyingParty,
    rp: RelyingParty,
}

/// A secret, as its service has it.
struct Shared {
    kid: String,
    text: String,
}

impl World {
    async fn new() -> Self {
        let op = Provider::start().await;
        op.change_settings(|settings| settings.symmetric_access_tokens = true).await;
        let alice = op.user("alice").await;
        let api = RelyingParty::register(&op, |client| client.serves = vec![API.to_owned()]).await;
        let rp = RelyingParty::confidential(&op).await;
        Self { op, alice, api, rp }
    }

    fn admin(&self) -> Administration<'_> {
        Administration::of_server(&self.op.state, Time::from_seconds(self.op.now()))
    }

    /// A new secret for the API.
    async fn secret(&self, active_in: i64) -> Shared {
        let (tenant, admin) = (self.op.default_tenant().await, self.admin());
        let new = NewSecret {
            client_id: self.api.client.client_id.clone(),
            resource: API.to_owned(),
            secret: None,
            active_at: Some(admin.now + Seconds(active_in)),
            expires_at: None,
        };
        let made = resource_secrets::create(&admin, &tenant, new).await.unwrap();
        let Outcome::Done(MadeSecret { record, shown }) = made else { panic!("{made:?}") };
        Shared { kid: record.kid.to_string(), text: shown.unwrap().reveal().to_owned() }
    }

    async fn retire(&self, secret: &Shared, after: i64) {
        let (tenant, admin) = (self.op.default_tenant().await, self.admin());
        let at = admin.now + Seconds(after);
        let retired = resource_secrets::retire(&admin, &tenant, &KeyId::new(&secret.kid), at).await.unwrap();
        assert!(matches!(retired, Outcome::Done(_)), "{retired:?}");
    }

    /// A client's own token for these resources.
    async fn machine(&self, rp: &RelyingParty, resources: &[&str]) -> String {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(resources.iter().map(|resource| ("resource", *resource)));
        Tokens::of(&rp.token(&self.op, &fields).await).access_token
    }

    /// Alice's tokens for the API, without `openid` and with.
    async fn alices(&self) -> (Tokens, Tokens) {
        let scope = "openid profile offline_access api:read";
        let request = self.rp.authorization().with("scope", scope).and("resource", API);
        let with = self.rp.sign_in_with(&self.op, &self.alice, &mut Browser::new(), request).await;
        let narrow =
            [("grant_type", "refresh_token"), ("refresh_token", with.refresh()), ("scope", "api:read")];
        let without = Tokens::of(&self.rp.token(&self.op, &narrow).await);
        (without, with)
    }

    /// The service, with the validator.
    fn service(&self, secret: &Shared) -> ResourceServer {
        ResourceServer::of(&self.op, |settings| {
            settings.audience = OneOrMany::One(API.to_owned());
            settings.secret = Some(secret.text.clone());
        })
    }

    async fn is_active(&self, asker: &RelyingParty, token: &str) -> bool {
        asker.introspect(&self.op, token).await["active"] == true
    }
}

impl Shared {
    fn key(&self, algorithm: Algorithm) -> SigningKey {
        let secret = base64url::decode(&self.text).unwrap();
        SigningKey::from_secret(algorithm, &secret).unwrap().named(&self.kid)
    }
}

fn algorithm_of(token: &str) -> String {
    header_of(token)["alg"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_2_1_a_service_with_the_secret_reads_the_tokens() {
    let world = World::new().await;
    let secret = world.secret(0).await;
    let service = world.service(&secret);
    let machine = world.machine(&world.rp, &[API]).await;
    let (person, _) = world.alices().await;
    for (token, sub) in
        [(&machine, world.rp.client_id()), (&person.access_token, world.alice.user_id.as_str())]
    {
        assert_eq!(header_of(token), json!({ "alg": "HS256", "kid": secret.kid, "typ": "at+jwt" }));
        let claims = service.check(&world.op, token).await.unwrap();
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!(API), &json!(sub)));
        assert_eq!(
            (&claims["iss"], &claims["client_id"]),
            (&json!(world.op.issuer), &json!(world.rp.client_id()))
        );
    }
    // What an application without the secret reads is as before.
    assert!(ResourceServer::of(&world.op, |_| {}).check(&world.op, &machine).await.is_err());
    let published = world.op.jwks().await.to_string();
    assert!(!published.contains(&secret.kid) && !published.contains(&secret.text), "{published}");
    let tenant = world.op.default_tenant().await;
    let stored = world.op.state.store.resource_secrets.list(&tenant).await.unwrap().remove(0);
    let bytes = base64url::decode(&secret.text).unwrap();
    assert!(!stored.sealed.windows(bytes.len()).any(|window| window == bytes), "it is sealed at rest");
}

/// Whoever has the secret can make what it signs, so it signs nothing that is good elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_only_a_token_for_that_resource_alone() {
    let world = World::new().await;
    let own = RelyingParty::of_format(&world.op, AccessTokenFormat::Opaque).await;
    assert_eq!(algorithm_of(&world.machine(&world.rp, &[API]).await), "ES256", "there is no secret yet");
    world.secret(0).await;
    assert_eq!(algorithm_of(&world.machine(&world.rp, &[API]).await), "HS256");
    for resources in [&[OTHER][..], &[API, OTHER], &[]] {
        let token = world.machine(&world.rp, resources).await;
        assert_eq!(algorithm_of(&token), "ES256", "{resources:?}");
        verified(&world.op, &token, Algorithm::ES256).await;
    }
    let (_, with_userinfo) = world.alices().await;
    assert_eq!(algorithm_of(&with_userinfo.access_token), "ES256");
    assert_eq!(claims_of(&with_userinfo.access_token)["aud"], json!([API, world.op.issuer]));
    assert_eq!(world.rp.userinfo(&world.op, &with_userinfo.access_token).await.status, 200);
    assert!(!world.machine(&own, &[API]).await.contains('.'), "opaque tokens stay opaque");
}

/// Whoever may give clients secrets knows such a one, and may less than what it could sign for at the admin API.
#[tokio::test(flavor = "multi_thread")]
async fn a110_what_a_shared_secret_signs_opens_no_admin_api() {
    let op = Provider::start().await;
    op.change_settings(|settings| settings.symmetric_access_tokens = true).await;
    let who = Administrator::service(&op, "admin:users:read admin:clients:secrets").await;
    let audience = format!("{}/admin", op.issuer);
    who.client.update(&op, |record| record.client.serves = vec![audience.clone()]).await;
    let path = format!("/clients/{}/resource-secrets", who.client.client_id());
    let made = who.post(&op, &path, &json!({ "resource": audience })).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made = made.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let shared = Shared { kid: text("kid"), text: text("secret") };
    // The provider itself goes on to sign by its own keys.
    let fields = [("grant_type", "client_credentials"), ("resource", audience.as_str())];
    let token = Tokens::of(&who.client.token(&op, &fields).await).access_token;
    assert_eq!(algorithm_of(&token), "ES256");
    let call = async |token: &str| Request::get(op.at("/admin/v1/users")).bearer(token).send().await;
    assert_eq!(call(&token).await.status, 200);
    // The same claims, in the form in which a secret signs them.
    let mut claims = claims_of(&token);
    claims["jti"] = json!(format!("{}.{}", shared.kid, claims["jti"].as_str().unwrap()));
    for jti in [claims["jti"].clone(), claims_of(&token)["jti"].clone()] {
        claims["jti"] = jti;
        let forged = shared.key(Algorithm::HS256).sign("at+jwt", &claims).unwrap();
        call(&forged).await.assert_problem(401, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7662_rfc7009_introspection_revocation_and_the_feed() {
    let world = World::new().await;
    let secret = world.secret(0).await;
    let stranger = RelyingParty::confidential(&world.op).await;
    let machine = world.machine(&world.rp, &[API]).await;
    let (person, _) = world.alices().await;
    for token in [&machine, &person.access_token] {
        let told = world.api.introspect(&world.op, token).await;
        assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!(API)));
        assert_eq!(told["jti"], claims_of(token)["jti"]);
        assert!(world.is_active(&world.rp, token).await);
        assert_eq!(stranger.introspect(&world.op, token).await, json!({ "active": false }));
    }
    let feed = async || {
        let answer = Request::get(world.op.at("/revocations")).send().await;
        verified(&world.op, &answer.text(), Algorithm::ES256).await["revoked"].to_string()
    };
    let jti = claims_of(&machine)["jti"].as_str().unwrap().to_owned();
    assert!(!feed().await.contains(&jti));
    world.rp.call(&world.op, "/revoke", &[("token", &machine)]).send().await;
    assert!(!world.is_active(&world.api, &machine).await);
    assert!(world.is_active(&world.api, &person.access_token).await, "the other one lives");
    world.rp.call(&world.op, "/revoke", &[("token", person.refresh())]).send().await;
    assert!(!world.is_active(&world.api, &person.access_token).await, "it ends with its grant");
    world.op.pass(2);
    let told = feed().await;
    let gid = claims_of(&person.access_token)["gid"].as_str().unwrap().to_owned();
    assert!(told.contains(&jti) && told.contains(&gid), "{told}");
    // The service that asks the provider for each token learns it at once; without asking, when the token expires.
    assert!(world.service(&secret).check(&world.op, &machine).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_secrets_while_one_takes_over_from_another() {
    let world = World::new().await;
    let (old, new) = (world.secret(0).await, world.secret(60).await);
    let first = world.machine(&world.rp, &[API]).await;
    assert_eq!(header_of(&first)["kid"], old.kid);
    world.op.pass(60);
    let second = world.machine(&world.rp, &[API]).await;
    assert_eq!(header_of(&second)["kid"], new.kid);
    assert!(world.service(&old).check(&world.op, &first).await.is_ok());
    assert!(world.service(&new).check(&world.op, &second).await.is_ok());
    assert!(world.service(&old).check(&world.op, &second).await.is_err());
    assert!(world.is_active(&world.api, &first).await && world.is_active(&world.api, &second).await);
    world.retire(&old, 30).await;
    assert!(world.is_active(&world.api, &first).await);
    world.op.pass(30);
    assert!(!world.is_active(&world.api, &first).await, "with its secret");
    assert!(world.is_active(&world.api, &second).await);
    // No token outlives the secret that it is checked with.
    world.retire(&new, 100).await;
    let last = claims_of(&world.machine(&world.rp, &[API]).await);
    assert_eq!(last["exp"].as_i64().unwrap(), world.op.now() + 100);
    world.op.pass(100);
    let after = world.machine(&world.rp, &[API]).await;
    assert_eq!(algorithm_of(&after), "ES256", "a key pair signs where there is no secret left");
}

#[tokio::test(flavor = "multi_thread")]
async fn off_unless_the_tenant_says_so_and_dead_with_the_service() {
    let world = World::new().await;
    let twin = RelyingParty::register(&world.op, |client| client.serves = vec![API.to_owned()]).await;
    world.secret(0).await;
    let token = world.machine(&world.rp, &[API]).await;
    assert!(world.is_active(&twin, &token).await);
    world.op.change_settings(|settings| settings.symmetric_access_tokens = false).await;
    assert_eq!(algorithm_of(&world.machine(&world.rp, &[API]).await), "ES256");
    assert!(!world.is_active(&twin, &token).await);
    world.op.change_settings(|settings| settings.symmetric_access_tokens = true).await;
    assert!(world.is_active(&twin, &token).await);
    world.api.set_enabled(&world.op, false).await;
    assert_eq!(algorithm_of(&world.machine(&world.rp, &[API]).await), "ES256");
    assert!(!world.is_active(&twin, &token).await, "the secret is dead with the client that it was given to");
    world.api.set_enabled(&world.op, true).await;
    world.api.update(&world.op, |record| record.client.serves = vec![OTHER.to_owned()]).await;
    assert_eq!(algorithm_of(&world.machine(&world.rp, &[API]).await), "ES256", "it serves something else");
}

/// A209, A210, A208: neither a public key as the secret, nor the secret with another algorithm, nor none.
#[tokio::test(flavor = "multi_thread")]
async fn a209_a210_confusion_of_keys_and_algorithms() {
    let world = World::new().await;
    let secret = world.secret(0).await;
    let good = world.machine(&world.rp, &[API]).await;
    let claims = claims_of(&good);
    assert!(world.is_active(&world.rp, &secret.key(Algorithm::HS256).sign("at+jwt", &claims).unwrap()).await);
    let mut forged = vec![];
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let bytes = secret.text.as_bytes();
        let header = json!({ "alg": algorithm.as_str(), "kid": secret.kid, "typ": "at+jwt" });
        for key in [base64url::decode(&secret.text).unwrap(), bytes.to_vec()] {
            let hash = if algorithm == Algorithm::HS384 { hmac::HMAC_SHA384 } else { hmac::HMAC_SHA512 };
            let key = hmac::Key::new(hash, &key);
            forged.push(jws(&header, &claims, |input| hmac::sign(&key, input).as_ref().to_vec()));
        }
    }
    let published = world.op.jwks().await;
    for jwk in published["keys"].as_array().unwrap() {
        let members = ["n", "x", "y"].map(|name| jwk[name].as_str().unwrap_or_default().to_owned());
        let texts = members.into_iter().chain([jwk.to_string(), published.to_string()]);
        for text in texts.filter(|text| !text.is_empty()) {
            let decoded = base64url::decode(&text).unwrap_or_default();
            for key in [text.into_bytes(), decoded] {
                for kid in [&jwk["kid"], &json!(secret.kid), &Value::Null] {
                    let header = json!({ "alg": "HS256", "kid": kid, "typ": "at+jwt" });
                    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
                    forged.push(jws(&header, &claims, |input| hmac::sign(&key, input).as_ref().to_vec()));
                }
            }
        }
    }
    let asymmetric = json!({ "alg": "ES256", "kid": secret.kid, "typ": "at+jwt" });
    let mac = hmac::Key::new(hmac::HMAC_SHA256, &base64url::decode(&secret.text).unwrap());
    forged.push(jws(&asymmetric, &claims, |input| hmac::sign(&mac, input).as_ref().to_vec()));
    forged.push(jws(&json!({ "alg": "none", "kid": secret.kid, "typ": "at+jwt" }), &claims, |_| vec![]));
    for token in &forged {
        assert!(!world.is_active(&world.rp, token).await, "{:?}", header_of(token));
        assert_eq!(world.rp.userinfo(&world.op, token).await.status, 401);
    }
    assert!(forged.len() > 50, "{}", forged.len());
}

/// What the holder of the secret makes is good for nothing of the provider's, and for no other token.
#[tokio::test(flavor = "multi_thread")]
async fn a063_a209_the_secret_opens_nothing_else() {
    let world = World::new().await;
    let secret = world.secret(0).await;
    let (narrow, with) = world.alices().await;
    let key = secret.key(Algorithm::HS256);
    let claims = claims_of(&narrow.access_token);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims.clone();
        change(&mut claims);
        key.sign("at+jwt", &claims).unwrap()
    };
    let issuer = world.op.issuer.clone();
    for forged in [
        changed(&|claims| claims["aud"] = json!(issuer)),
        changed(&|claims| claims["aud"] = json!([API, issuer])),
        changed(&|claims| claims["aud"] = json!(OTHER)),
        changed(&|claims| claims["scope"] = json!("openid profile")),
    ] {
        assert_eq!(world.rp.userinfo(&world.op, &forged).await.status, 401);
    }
    // Another token's name is not one of the secret's, so the service cannot end that token.
    let victim = &with.access_token;
    let own = json!(world.api.client_id());
    for (jti, gid) in
        [(claims_of(victim)["jti"].clone(), json!(null)), (claims["jti"].clone(), claims["gid"].clone())]
    {
        let forged = changed(&|claims| {
            claims["jti"] = jti.clone();
            claims["client_id"] = own.clone();
            claims["exp"] = json!(world.op.now() + 10_000_000);
            if gid.is_null() {
                claims["exp"] = json!(world.op.now() + 60);
            }
        });
        world.api.call(&world.op, "/revoke", &[("token", &forged)]).send().await;
        assert!(!world.is_active(&world.api, &forged).await);
    }
    assert_eq!(world.rp.userinfo(&world.op, victim).await.status, 200);
    assert!(world.is_active(&world.api, &narrow.access_token).await);
    // As an ID token hint, a request object and a client assertion.
    let hint = claims_of(with.id());
    let hint = key.sign("JWT", &hint).unwrap();
    let request = world.rp.authorization().with("prompt", "none").with("id_token_hint", &hint);
    request.assert_refused(&world.op, &mut Browser::new(), "invalid_request").await;
    let object = world.rp.authorization();
    let object = object.clone().by_value(&key, &object.claims(&world.op));
    object.assert_page(&world.op, &mut Browser::new()).await;
    for method in [AuthMethod::PrivateKeyJwt, AuthMethod::ClientSecretJwt] {
        let client = RelyingParty::register(&world.op, |client| {
            client.token_endpoint_auth_method = method;
            client.serves = vec![API.to_owned()];
            client.jwks = Some(json!({ "keys": [] }));
        })
        .await;
        let proof = assertion(&key, client.client_id(), &world.op.issuer, world.op.now(), |_| ());
        client.assert_token(&world.op, &proof).await.assert_refused(401, "invalid_client");
    }
}
