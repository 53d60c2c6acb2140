//! Two tenants on one installation (manual: attacks): nothing of one works at the other, and a tenant that is disabled
//! or deleted is dead at once.
//!
//! `acme` and `beta` have the same signing keys here, the same `client_id` and people of the same name, so
//! that nothing but the tenant itself keeps them apart.
//!
//! Chart 520: Tenants | each with its issuer, keys, clients, users

use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_tests::{
    Authorization, Browser, Person, Provider, RelyingParty, Request, Tokens, assertion, jwks_of, routes,
    signing_key,
};
use credenza_validator::Algorithm;

/// From which tenant to which things are carried.
const CROSSINGS: [(&str, &str); 4] =
    [("default", "acme"), ("acme", "default"), ("acme", "beta"), ("beta", "acme")];

/// One tenant with an alice, clients, and a browser that is signed in there.
struct House {
    alice: Person,
    rp: RelyingParty,
    opaque: RelyingParty,
    browser: Browser,
    tokens: Tokens,
    opaque_tokens: Tokens,
}

impl House {
    async fn new(op: &Provider, tenant: &str) -> Self {
        if tenant != "default" {
            op.tenant(tenant).await;
        }
        let alice = op.user_of(tenant, "alice").await;
        let rp =
            RelyingParty::register_at(op, tenant, |client| client.client_id = ClientId::new("app")).await;
        let opaque = |client: &mut Client| {
            client.client_id = ClientId::new("opaque");
            client.access_token_format = AccessTokenFormat::Opaque;
        };
        let opaque = RelyingParty::register_at(op, tenant, opaque).await;
        let mut browser = Browser::new();
        let tokens = rp.sign_in_with(op, &alice, &mut browser, rp.authorization()).await;
        let opaque_tokens = opaque.sign_in_with(op, &alice, &mut browser, opaque.authorization()).await;
        Self { alice, rp, opaque, browser, tokens, opaque_tokens }
    }

    /// The suffix of the tenant's cookie names.
    fn suffix(&self) -> String {
        self.rp.base.strip_prefix("/t/").map(|tenant| format!("-{tenant}")).unwrap_or_default()
    }
}

async fn houses() -> (Provider, Vec<(&'static str, House)>) {
    let op = Provider::start().await;
    let mut houses = vec![];
    for tenant in ["default", "acme", "beta"] {
        houses.push((tenant, House::new(&op, tenant).await));
    }
    (op, houses)
}

fn pairs(houses: &[(&'static str, House)]) -> Vec<(&'static str, usize, usize)> {
    let at = |name: &str| houses.iter().position(|(known, _)| *known == name).unwrap();
    CROSSINGS.into_iter().map(|(from, to)| (from, at(from), at(to))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a099_an_access_token_opens_nothing_at_another_tenant() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        for (tokens, there) in [(&from.tokens, &to.rp), (&from.opaque_tokens, &to.opaque)] {
            let answer = there.userinfo(&op, &tokens.access_token).await;
            assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "invalid_token"));
            assert_eq!(
                there.introspect(&op, &tokens.access_token).await,
                serde_json::json!({"active": false})
            );
            // Revoking it there does nothing either.
            assert_eq!(
                there.call(&op, "/revoke", &[("token", &tokens.access_token)]).send().await.status,
                200
            );
        }
        from.rp.assert_alive(&op, &from.tokens).await;
        from.opaque.assert_alive(&op, &from.opaque_tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a099_a_refresh_token_gives_nothing_at_another_tenant() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        to.rp.refresh(&op, from.tokens.refresh()).await.assert_refused(400, "invalid_grant");
        assert_eq!(to.rp.introspect(&op, from.tokens.refresh()).await["active"], false);
        assert_eq!(to.rp.call(&op, "/revoke", &[("token", from.tokens.refresh())]).send().await.status, 200);
        from.rp.assert_alive(&op, &from.tokens).await;
    }
    for (_, house) in &houses {
        assert_eq!(house.rp.refresh(&op, house.tokens.refresh()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a030_a_code_is_worth_nothing_at_another_tenant() {
    let (op, mut houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let request = houses[from].1.rp.authorization();
        let alice = houses[from].1.alice.clone();
        let code = request.code(&op, &mut houses[from].1.browser, &alice).await;
        houses[to].1.rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        // It was not even spent there.
        assert_eq!(houses[from].1.rp.redeem(&op, &code).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a098_a_session_is_none_at_another_tenant() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        let (mine, theirs) = (from.suffix(), to.suffix());
        let session = from.browser.cookies[&format!("credenza-session{mine}")].clone();
        let binding = from.browser.cookies[&format!("credenza-browser{mine}")].clone();
        // The whole cookie jar, and its values under the names of the other tenant.
        let mut renamed = from.browser.clone();
        renamed.cookies.insert(format!("credenza-session{theirs}"), session);
        renamed.cookies.insert(format!("credenza-browser{theirs}"), binding);
        for mut browser in [from.browser.clone(), renamed] {
            let silent = to.rp.authorization().with("prompt", "none");
            silent.assert_refused(&op, &mut browser, "login_required").await;
            let account = browser.open(&op, &format!("{}{}/account", op.issuer, to.rp.base)).await;
            assert_eq!(account.response.status, 401);
        }
        let silent = from.rp.authorization().with("prompt", "none");
        silent.silent(&op, &mut from.browser.clone()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a098_a_request_under_way_is_none_at_another_tenant() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        let mut browser = Browser::new();
        let page = from.rp.authorization().open(&op, &mut browser).await;
        let binding = browser.cookies[&format!("credenza-browser{}", from.suffix())].clone();
        browser.cookies.insert(format!("credenza-browser{}", to.suffix()), binding);
        let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
        let login = format!("{}{}/login", op.issuer, to.rp.base);
        let shown = browser.open(&op, &format!("{login}?request={request}")).await;
        shown.assert_error_page();
        let fields = [
            ("request", request.as_str()),
            ("csrf", &csrf),
            ("username", &to.alice.username),
            ("password", &to.alice.password),
        ];
        browser.post(&op, &login, &fields).await.assert_error_page();
        assert!(!browser.cookies.contains_key(&format!("credenza-session{}", to.suffix())));
        // At its own tenant it goes on.
        let typed = [("username", "alice"), ("password", from.alice.password.as_str())];
        browser.submit(&op, &page, &typed).await.code();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_one_tenant_are_strangers_at_another() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let rp = RelyingParty::confidential(&op).await;
    let there = RelyingParty::register_at(&op, "acme", |_| ()).await;
    let carol = op.user_of("acme", "carol").await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let page = browser.sign_in(&op, &page, &carol).await;
    assert_eq!(page.response.status, 422);
    assert_eq!(op.sessions_of(&carol).await, 0);
    there.sign_in(&op, &carol).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_one_tenant_is_unknown_at_another() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        // The same client_id, the other secret.
        let crossed = RelyingParty { base: to.rp.base.clone(), ..from.rp.clone() };
        for path in ["/token", "/introspect", "/revoke"] {
            let fields = [("grant_type", "client_credentials"), ("token", to.tokens.access_token.as_str())];
            let answer = crossed.call(&op, path, &fields).send().await;
            answer.assert_refused(401, "invalid_client");
        }
        to.rp.assert_alive(&op, &to.tokens).await;
    }
    let alone = RelyingParty::register_at(&op, "acme", |_| ()).await;
    for base in ["", "/t/beta"] {
        let crossed = Authorization { base: base.to_owned(), ..alone.authorization() };
        crossed.assert_page(&op, &mut Browser::new()).await;
    }
    assert!(alone.authorization().open(&op, &mut Browser::new()).await.says("login-submit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_for_one_tenant_lets_nobody_in_at_another() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    op.tenant("beta").await;
    let key = signing_key(Algorithm::ES256);
    let change = |client: &mut Client| {
        client.client_id = ClientId::new("machine");
        client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
        client.jwks = Some(jwks_of(&[&key]));
    };
    let mut rps = vec![];
    for tenant in ["default", "acme", "beta"] {
        rps.push(RelyingParty::register_at(&op, tenant, change).await);
    }
    for from in &rps {
        for to in &rps {
            for audience in
                [format!("{}{}", op.issuer, from.base), format!("{}{}/token", op.issuer, from.base)]
            {
                let proof = assertion(&key, "machine", &audience, op.now(), |_| ());
                let answer = to.assert_token(&op, &proof).await;
                if from.base == to.base {
                    assert_eq!(answer.status, 200, "{}", answer.text());
                } else {
                    answer.assert_refused(401, "invalid_client");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a111_a_hint_of_another_tenant_means_nobody() {
    let (op, houses) = houses().await;
    for (_, from, to) in pairs(&houses) {
        let (from, to) = (&houses[from].1, &houses[to].1);
        let mut browser = to.browser.clone();
        let hinted = to.rp.authorization().with("id_token_hint", from.tokens.id()).with("prompt", "none");
        hinted.assert_refused(&op, &mut browser, "invalid_request").await;
        let logout = |tokens: &Tokens| {
            let after = "post_logout_redirect_uri=https%3A%2F%2Frp.test%2Fsigned-out";
            format!("{}{}/logout?id_token_hint={}&{after}", op.issuer, to.rp.base, tokens.id())
        };
        let page = browser.open(&op, &logout(&from.tokens)).await;
        assert!(page.says("Do you want to sign out"));
        assert!(!page.response.headers.contains_key("location"));
        to.rp.authorization().with("id_token_hint", to.tokens.id()).silent(&op, &mut browser).await;
    }
    let house = &houses[1].1;
    let ended = format!("{}/t/acme/logout?id_token_hint={}", op.issuer, house.tokens.id());
    assert!(house.browser.clone().open(&op, &ended).await.says("You are signed out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a099_only_the_path_names_the_tenant() {
    let (op, houses) = houses().await;
    let acme = &houses[1].1;
    for (name, value) in [("x-tenant", "acme"), ("tenant", "acme"), ("x-forwarded-prefix", "/t/acme")] {
        let request = Request::get(op.at("/userinfo")).bearer(&acme.tokens.access_token).header(name, value);
        assert_eq!(request.send().await.status, 401, "{name}");
    }
    let request = Request::get(op.at("/userinfo?tenant=acme")).bearer(&acme.tokens.access_token);
    assert_eq!(request.send().await.status, 401);
    let fields = [("grant_type", "client_credentials"), ("tenant", "acme"), ("tenant_id", "acme")];
    let secret = acme.rp.secret.as_deref().unwrap();
    let answer = Request::form(op.at("/token"), &fields).basic("app", secret).send().await;
    answer.assert_refused(401, "invalid_client");
    assert_eq!(acme.rp.token(&op, &fields).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a095_no_header_moves_the_issuer() {
    // An unknown Host is not refused: nothing is ever built from Host, and probes of proxies and containers come by
    // address.
    let op = Provider::builder().issuer("https://id.example").start().await;
    let rp = RelyingParty::confidential(&op).await;
    let hostile = [
        ("host", "evil.test"),
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "8443"),
        ("forwarded", "host=evil.test;proto=http"),
        ("x-original-url", "/t/acme/jwks"),
        ("x-rewrite-url", "https://evil.test/"),
    ];
    let plain = op.metadata().await;
    for (name, value) in hostile {
        let metadata =
            Request::get(op.at("/.well-known/openid-configuration")).header(name, value).send().await;
        assert_eq!(metadata.json(), plain, "{name}");
        let url = op.reach(&rp.authorization().url(&op));
        let begun = Request::get(url).header(name, value).send().await;
        assert!(begun.location().starts_with("/login?"), "{name}: {}", begun.location());
        assert!(begun.header("set-cookie").contains("; Secure"), "{name}");
        let token = rp.call(&op, "/token", &[("grant_type", "client_credentials")]).header(name, value);
        let token = token.send().await.json();
        let claims = credenza_tests::claims_of(token["access_token"].as_str().unwrap());
        assert_eq!(claims["iss"], "https://id.example", "{name}");
        let refused = Request::get(op.at("/userinfo")).header(name, value).send().await;
        assert!(!refused.header("www-authenticate").contains("evil"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tenant_is_dead_at_once() {
    let (op, houses) = houses().await;
    let acme = &houses[1].1;
    let code = acme.rp.authorization().code(&op, &mut acme.browser.clone(), &acme.alice).await;
    // A103: with a form that was shown before.
    let mut late = Browser::new();
    let shown = acme.rp.authorization().open(&op, &mut late).await;
    acme.rp.assert_alive(&op, &acme.tokens).await;
    let id = op.tenant_id("acme").await;
    let now = Some(credenza_protocol::time::Time::from_seconds(op.now()));
    assert!(op.state.store.tenants.set_disabled(&id, now).await.unwrap());
    assert_gone(&op, acme, &code).await;
    let typed = [("username", "alice"), ("password", acme.alice.password.as_str())];
    assert_eq!(late.submit(&op, &shown, &typed).await.response.status, 404);
    for (name, house) in &houses {
        if *name != "acme" {
            house.rp.assert_alive(&op, &house.tokens).await;
        }
    }
    assert!(op.state.store.tenants.set_disabled(&id, None).await.unwrap());
    acme.rp.assert_alive(&op, &acme.tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_tenant_is_dead_at_once_and_a_namesake_is_another_one() {
    let (op, houses) = houses().await;
    let acme = &houses[1].1;
    let code = acme.rp.authorization().code(&op, &mut acme.browser.clone(), &acme.alice).await;
    let id = op.tenant_id("acme").await;
    assert!(op.state.store.tenants.delete(&id).await.unwrap());
    assert_gone(&op, acme, &code).await;
    // Created again under the same name, with the same keys, client_id and username.
    let again = House::new(&op, "acme").await;
    let old = RelyingParty { secret: again.rp.secret.clone(), ..acme.rp.clone() };
    old.assert_dead(&op, &acme.tokens).await;
    old.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    let silent = again.rp.authorization().with("prompt", "none");
    silent.assert_refused(&op, &mut acme.browser.clone(), "login_required").await;
    acme.rp.token(&op, &[("grant_type", "client_credentials")]).await.assert_refused(401, "invalid_client");
    again.rp.assert_alive(&op, &again.tokens).await;
}

/// Every path of the tenant is gone, and what it issued is refused everywhere.
async fn assert_gone(op: &Provider, house: &House, code: &str) {
    for route in routes().into_iter().filter(|route| route.path.contains("{tenant}")) {
        for method in &route.methods {
            let url = op.at(&route.filled("acme", "page.css"));
            let request = match *method {
                "POST" => Request::form(url, &[]),
                method => Request::new(method, url),
            };
            let answer = request.header("origin", "https://rp.test").send().await;
            assert_eq!(answer.status, 404, "{method} {}: {}", route.path, answer.text());
        }
    }
    assert_eq!(house.rp.redeem(op, code).await.status, 404);
    assert_eq!(house.rp.refresh(op, house.tokens.refresh()).await.status, 404);
    assert_eq!(house.rp.userinfo(op, &house.tokens.access_token).await.status, 404);
    for other in ["", "/t/beta"] {
        let url = op.at(&format!("{other}/userinfo"));
        assert_eq!(Request::get(url).bearer(&house.tokens.access_token).send().await.status, 401);
    }
}
