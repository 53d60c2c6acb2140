//! An issuer under a path (RFC 8414 2, OpenID Connect Discovery 3), behind a proxy that strips the path from requests and
//! behind one that leaves it.
//!
//! Chart 525: An issuer under a path | `https://host/auth`, behind a proxy that strips the path or does not

use credenza::config::Limits;
use credenza::demo::Demo;
use credenza::http::router_with_demo;
use credenza::listener::Knowledge;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_testing::setup;
use credenza_tests::node::{Scratch, free_address};
use credenza_tests::{
    Browser, Nginx, Outside, Page, Person, Provider, RelyingParty, Request, Tokens, assertion, claims_of,
    jwks_of, query_of, routes, signing_key,
};
use credenza_validator::Algorithm;
use serde_json::Value;
use tokio::net::TcpListener;

const ISSUER: &str = "https://id.example/auth";
/// The names of the default tenant and of another one, with their paths below the issuer.
const TENANTS: [(&str, &str); 2] = [("default", ""), ("acme", "/t/acme")];

/// Behind a proxy that leaves the path in requests, or one that strips it.
async fn provider(keeps_path: bool) -> Provider {
    let op = Provider::builder().issuer(ISSUER).start().await;
    op.tenant("acme").await;
    let with_path = op.at("/auth");
    if keeps_path { op.through(&with_path) } else { op }
}

/// The address of a path of the host, above the issuer.
fn at_host(op: &Provider, path: &str) -> String {
    let below = op.at("");
    format!("{}{path}", below.strip_suffix("/auth").unwrap_or(&below))
}

/// Signs a new person in.
async fn sign_in(op: &Provider, tenant: &str) -> (Browser, Person, RelyingParty, Tokens) {
    let person = op.user_of(tenant, "alice").await;
    let rp = RelyingParty::register_at(op, tenant, |_| ()).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(op, &person, &mut browser, rp.authorization()).await;
    (browser, person, rp, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_flow_behind_either_proxy() {
    for keeps_path in [false, true] {
        let op = provider(keeps_path).await;
        for (tenant, base) in TENANTS {
            let issuer = format!("{ISSUER}{base}");
            let (mut browser, person, rp, tokens) = sign_in(&op, tenant).await;
            for token in [&tokens.access_token, tokens.id()] {
                assert_eq!(claims_of(token)["iss"], issuer);
            }
            let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
            assert_eq!(userinfo["sub"], person.user_id.as_str());
            let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
            rp.assert_alive(&op, &refreshed).await;
            assert_eq!(rp.introspect(&op, &refreshed.access_token).await["iss"], issuer);
            rp.authorization().silent(&op, &mut browser).await;
            let out = format!(
                "{issuer}/logout?id_token_hint={}&post_logout_redirect_uri=https%3A%2F%2Frp.test%2Fsigned-out",
                tokens.id()
            );
            let out = browser.open(&op, &out).await;
            assert_eq!(out.response.location(), "https://rp.test/signed-out");
            let silent = rp.authorization().with("prompt", "none");
            silent.assert_refused(&op, &mut browser, "login_required").await;
            let revoked = rp.call(&op, "/revoke", &[("token", refreshed.refresh())]).send().await;
            assert_eq!(revoked.status, 200);
            rp.assert_dead(&op, &refreshed).await;
        }
    }
}

/// What a client compares with the issuer: the audience of its assertions, `iss` of answers, hints.
#[tokio::test(flavor = "multi_thread")]
async fn what_clients_present_names_the_issuer_with_its_path() {
    let key = signing_key(Algorithm::ES256);
    for keeps_path in [false, true] {
        let op = provider(keeps_path).await;
        for (tenant, base) in TENANTS {
            let client = RelyingParty::register_at(&op, tenant, |client| {
                client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
                client.jwks = Some(jwks_of(&[&key]));
            })
            .await;
            let ask = async |audience: &str| {
                let proof = assertion(&key, client.client_id(), audience, op.now(), |_| ());
                client.assert_token(&op, &proof).await
            };
            for audience in [format!("{ISSUER}{base}"), format!("{ISSUER}{base}/token")] {
                let answer = ask(&audience).await;
                assert_eq!(answer.status, 200, "{audience}: {}", answer.text());
            }
            for audience in
                [format!("https://id.example{base}"), format!("https://id.example{base}/token"), op.at(base)]
            {
                ask(&audience).await.assert_refused(401, "invalid_client");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_3_1_metadata_by_both_forms_of_their_path() {
    for keeps_path in [false, true] {
        let op = provider(keeps_path).await;
        for (_, base) in TENANTS {
            let issuer = format!("{ISSUER}{base}");
            for suffix in ["openid-configuration", "oauth-authorization-server"] {
                let inserted = at_host(&op, &format!("/.well-known/{suffix}/auth{base}"));
                let appended = op.at(&format!("{base}/.well-known/{suffix}"));
                for url in [inserted, appended] {
                    let found = Request::get(&url).send().await;
                    assert_eq!(found.status, 200, "{url}");
                    assert_eq!(found.header("access-control-allow-origin"), "*", "{url}");
                    assert_every_url(&found.json(), &issuer);
                }
                for other in ["/authx", "/auth/t/nobody", "/auth/x", "/other"] {
                    let url = at_host(&op, &format!("/.well-known/{suffix}{other}"));
                    assert_eq!(Request::get(&url).send().await.status, 404, "{url}");
                }
            }
        }
    }
}

fn assert_every_url(metadata: &Value, issuer: &str) {
    assert_eq!(metadata["issuer"], issuer);
    let members = metadata.as_object().unwrap().iter();
    let urls: Vec<_> = members
        .filter(|(name, _)| ["_endpoint", "jwks_uri", "_iframe"].iter().any(|end| name.ends_with(end)))
        .map(|(_, url)| url.as_str().unwrap())
        .collect();
    assert!(urls.len() >= 7 && urls.iter().all(|url| url.starts_with(&format!("{issuer}/"))), "{urls:?}");
}

/// The addresses that a page has in these attributes.
fn addresses<'a>(text: &'a str, attributes: &[&str]) -> Vec<String> {
    let of = |attribute: &str| -> Vec<&'a str> { text.split(&format!(" {attribute}=\"")).skip(1).collect() };
    let all = attributes.iter().flat_map(|attribute| of(attribute));
    let values = all.filter_map(|rest| rest.split('"').next()).map(|value| value.replace("&#38;", "&"));
    values.filter(|value| !value.starts_with("https://rp.test/") && !value.starts_with("data:")).collect()
}

async fn every_page(op: &Provider, tenant: &str, base: &str, outside: &Outside) -> (Browser, Vec<Page>) {
    let issuer = format!("{ISSUER}{base}");
    let alice = op.user_of(tenant, "bob").await;
    let logo_uri = outside.url("/logo.png");
    let rp = RelyingParty::register_at(op, tenant, |client| client.logo_uri = Some(logo_uri)).await;
    let (mut browser, mut stranger) = (Browser::new(), Browser::new());
    stranger.headers.push(("accept".to_owned(), "text/html".to_owned()));
    let login = rp.authorization().open(op, &mut browser).await;
    let consent = browser.sign_in(op, &login, &alice).await;
    let wrong = browser.open(op, &format!("{issuer}/login?request=unknown")).await;
    browser.decide(op, &consent, "allow").await;
    let select = rp.authorization().with("prompt", "select_account").open(op, &mut browser).await;
    let posted = rp.authorization().with("response_mode", "form_post").open(op, &mut browser).await;
    let mut pages = vec![login, consent, wrong, select, posted];
    for path in ["", "/account", "/logout", "/check_session"] {
        pages.push(browser.open(op, &format!("{issuer}{path}")).await);
    }
    for path in ["/account", "/logout", "/nowhere"] {
        pages.push(stranger.open(op, &format!("{issuer}{path}")).await);
    }
    (browser, pages)
}

/// Also those of the error pages; a form leads to a path that there is.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_of_every_page_leads_somewhere_below_the_issuer() {
    let outside = Outside::start().await;
    outside.serve("/logo.png", "image/png", b"\x89PNG\r\n\x1a\n and so on");
    for keeps_path in [false, true] {
        let op = provider(keeps_path).await;
        for (tenant, base) in TENANTS {
            let below = format!("/auth{base}");
            let (browser, pages) = every_page(&op, tenant, base, &outside).await;
            let mut seen = 0;
            for page in &pages {
                let text = page.text();
                let links = addresses(&text, &["href", "src"]);
                for link in &links {
                    assert!(*link == below || link.starts_with(&format!("{below}/")), "{link} of {text}");
                    let found = browser.clone().open(&op, &format!("https://id.example{link}")).await;
                    assert_eq!(found.response.status, 200, "{link} of {}", page.url);
                }
                for action in addresses(&text, &["action"]) {
                    assert!(action.starts_with(&format!("{below}/")), "{action} of {text}");
                    let url = op.reach(&format!("https://id.example{action}"));
                    assert_ne!(Request::form(url, &[]).send().await.status, 404, "{action}");
                }
                assert!(!links.is_empty(), "not even a stylesheet: {text}");
                seen += links.len();
            }
            assert!(pages.iter().any(|page| page.says(&format!("src=\"{below}/logos/"))));
            assert!(seen > pages.len(), "{seen}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_have_the_path_of_the_issuer() {
    for (issuer, prefix, secure) in
        [(ISSUER, "__Secure-", "; Secure"), ("http://127.0.0.1:8080/auth", "", "")]
    {
        let op = Provider::builder().issuer(issuer).start().await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        let mut browser = Browser::new();
        let page = rp.authorization().finish(&op, &mut browser, &alice).await;
        let url = op.reach(&rp.authorization().url(&op));
        let begun = Request::get(url).send().await;
        let cookies =
            begun.headers.get_all("set-cookie").iter().chain(page.response.headers.get_all("set-cookie"));
        let cookies: Vec<_> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
        for cookie in &cookies {
            assert!(cookie.starts_with(&format!("{prefix}credenza-")), "{cookie}");
            assert!(cookie.contains("; Path=/auth; ") && cookie.contains(secure), "{cookie}");
        }
        assert!(!cookies.is_empty() && browser.cookies.len() >= 3, "{cookies:?}");
        assert!(browser.cookies.keys().all(|name| name.starts_with(prefix)), "{:?}", browser.cookies);
        // What a neighbour at the same host could set under the name for a whole host counts for nothing.
        let name = format!("{prefix}credenza-session");
        let handle = browser.cookies[&name].clone();
        let mut renamed = Browser::new();
        renamed.cookies.insert("__Host-credenza-session".to_owned(), handle.clone());
        let silent = rp.authorization().with("prompt", "none");
        silent.assert_refused(&op, &mut renamed, "login_required").await;
        let mut own = Browser::new();
        own.cookies.insert(name, handle);
        rp.authorization().silent(&op, &mut own).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_begins_alike_is_another_path() {
    for keeps_path in [false, true] {
        let op = provider(keeps_path).await;
        for path in [
            "/authx/jwks",
            "/authx",
            "/auth//jwks",
            "/Auth/jwks",
            "/%61uth/jwks",
            "/auth/auth/jwks",
            "/x/auth/jwks",
        ] {
            assert_eq!(Request::get(at_host(&op, path)).send().await.status, 404, "{path}");
        }
        // With the path and without it, whatever the proxy does.
        for path in ["/auth/jwks", "/jwks", "/auth/t/acme/jwks", "/t/acme/jwks"] {
            assert_eq!(Request::get(at_host(&op, path)).send().await.status, 200, "{path}");
        }
        // Operators' endpoints stay at the root.
        for path in ["/livez", "/readyz"] {
            assert_eq!(Request::get(at_host(&op, path)).send().await.status, 200, "{path}");
            assert_eq!(
                Request::get(at_host(&op, &format!("/auth{path}"))).send().await.status,
                404,
                "{path}"
            );
        }
    }
}

/// A new path of the provider could otherwise be the path of somebody's issuer.
#[test]
fn no_issuer_has_a_path_of_the_providers_own() {
    for route in routes() {
        let first = route.path.split('/').nth(1).unwrap_or_default();
        if first.is_empty() {
            continue;
        }
        let refused = credenza::config::Issuer::parse(&format!("https://id.example/{first}"), false);
        assert!(refused.is_err_and(|why| why.contains("own")), "{first} is missing in config/issuer.rs");
    }
    assert!(credenza::config::Issuer::parse(ISSUER, false).is_ok());
}

/// nginx as the manual sets it up, in both ways.
#[tokio::test(flavor = "multi_thread")]
async fn the_manuals_nginx_leaves_the_path_or_strips_it() {
    const MANUAL: &str = include_str!("../../../provider/manual/operating.md");
    const UPSTREAM: &str = "http://127.0.0.1:8080";
    if !Nginx::is_installed() {
        return;
    }
    let (_, section) = MANUAL.split_once("## An issuer under a path").expect("the section");
    let block = section.split("```nginx\n").nth(1).and_then(|rest| rest.split("```").next()).expect("nginx");
    for strips in [false, true] {
        let scratch = Scratch::new();
        let address = free_address();
        let host = format!("http://{address}");
        let op = Provider::builder().issuer(&format!("{host}/auth")).start().await;
        let block = if strips {
            let stripping = block.replacen(&format!("{UPSTREAM};"), &format!("{UPSTREAM}/;"), 1);
            assert_ne!(stripping, block);
            stripping
        } else {
            block.to_owned()
        };
        let block = block.replace(UPSTREAM, &op.at(""));
        let server = format!("server {{ listen {address}; server_name 127.0.0.1;\n{block}}}\n");
        let _nginx = Nginx::start(scratch.path(), &address, &server);
        let op = op.through(&format!("{host}/auth"));
        let (mut browser, person, rp, tokens) = sign_in(&op, "default").await;
        rp.assert_alive(&op, &tokens).await;
        let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
        assert!(account.response.status == 200 && account.says(&person.username), "{}", account.text());
        let inserted = format!("{host}/.well-known/oauth-authorization-server/auth");
        assert_every_url(&Request::get(inserted).send().await.json(), &op.issuer);
        let refreshed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        assert_eq!(rp.userinfo(&op, &refreshed.access_token).await.status, 200);
        assert_eq!(browser.open(&op, &format!("{}/", op.issuer)).await.response.status, 200);
        assert_eq!(Request::get(format!("{host}/authx/jwks")).send().await.status, 404);
        let out = format!("{}/logout?id_token_hint={}", op.issuer, tokens.id());
        assert!(browser.open(&op, &out).await.says("You are signed out"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_stands_below_the_issuer() {
    let op = Provider::builder().issuer("http://localhost:8080/auth").start().await;
    let demo = Demo::new(ClientId::new("demo"), "demo".to_owned(), "a password".to_owned());
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let router = router_with_demo(op.state.clone(), demo);
    let rng = op.state.rng.as_ref();
    let _served = setup::listen(socket, router, &Limits::default(), rng, Knowledge::default());
    for path in ["/auth/demo", "/demo"] {
        let home = Request::get(format!("http://{address}{path}")).send().await;
        assert_eq!(home.status, 200, "{path}");
        let links = addresses(&home.text(), &["href", "src"]);
        assert!(links.contains(&"/auth/demo/login".to_owned()), "{links:?}");
        assert!(links.iter().all(|link| link.starts_with("/auth/")), "{links:?}");
        let begun = Request::get(format!("http://{address}{path}/login")).send().await;
        let location = begun.location();
        assert!(location.starts_with("http://localhost:8080/auth/authorize?"), "{location}");
        assert_eq!(query_of(location)["redirect_uri"], "http://localhost:8080/auth/demo/callback");
    }
}
