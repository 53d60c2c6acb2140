//! A265 (manual: attacks): garbage at every route, from a fixed seed. No 5xx, no panic, nothing given away, and the
//! provider works as before afterwards. `CREDENZA_FUZZ` sends more of it.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use credenza_tests::{
    Browser, HOSTILE_STRINGS, Provider, Random, RelyingParty, Request, Response, VERIFIER, routes, setup,
};

/// Names that the endpoints know.
const NAMES: [&str; 34] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "redirect_uri",
    "scope",
    "resource",
    "token",
    "token_type_hint",
    "access_token",
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "claims",
    "id_token_hint",
    "acr_values",
    "ui_locales",
    "login_hint",
    "request",
    "request_uri",
    "csrf",
    "username",
    "password",
    "decision",
    "post_logout_redirect_uri",
];

/// Headers that the server looks at.
const HEADERS: [&str; 12] = [
    "authorization",
    "cookie",
    "content-type",
    "accept-language",
    "user-agent",
    "origin",
    "sec-fetch-site",
    "x-forwarded-for",
    "x-forwarded-proto",
    "host",
    "content-encoding",
    "range",
];

/// The values that requests are made of.
struct Corpus {
    values: Vec<String>,
    cookies: Vec<String>,
    authorizations: Vec<String>,
}

impl Corpus {
    /// Genuine things of two people and two clients, beside the hostile strings.
    async fn new(op: &Provider) -> Self {
        let mut values: Vec<String> = HOSTILE_STRINGS.iter().map(ToString::to_string).collect();
        let (mut cookies, mut authorizations) = (vec![], vec![]);
        for username in ["one", "two"] {
            let person = op.user(username).await;
            let rp = RelyingParty::confidential(op).await;
            let mut browser = Browser::new();
            let tokens = rp.sign_in_with(op, &person, &mut browser, rp.authorization()).await;
            let page = rp.authorization().with("prompt", "consent").open(op, &mut browser).await;
            values.extend([page.hidden("request"), page.hidden("csrf"), person.username, person.password]);
            values.extend([
                rp.client_id().to_owned(),
                rp.secret.clone().unwrap(),
                rp.redirect_uri().to_owned(),
            ]);
            values.push(
                rp.authorization().code(op, &mut browser, &op.user(&format!("{username} more")).await).await,
            );
            cookies.extend(browser.cookies.iter().map(|(name, value)| format!("{name}={value}")));
            authorizations.push(format!("Bearer {}", tokens.access_token));
            values.extend([tokens.access_token, tokens.refresh_token.unwrap(), tokens.id_token.unwrap()]);
        }
        for known in [
            "",
            "code",
            "openid",
            "openid profile offline_access",
            "S256",
            "plain",
            "none",
            "login consent",
            "query",
            "form_post",
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "0",
            "-1",
            "allow",
            "deny",
            "continue",
            "all",
            "{}",
            "[]",
            "{\"userinfo\":{\"name\":null}}",
            "null",
            VERIFIER,
            "https://api.test/",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ] {
            values.push(known.to_owned());
        }
        for known in [
            "Basic",
            "Basic ",
            "Basic !!!",
            "Basic Og==",
            "Bearer",
            "Bearer ",
            "bearer x y",
            "DPoP x",
            "Basic AAAA, Bearer x",
        ] {
            authorizations.push(known.to_owned());
        }
        Self { values, cookies, authorizations }
    }

    /// A value as it is, or cut, doubled, flipped or stretched.
    fn value(&self, random: &mut Random) -> String {
        let value = random.pick(&self.values).clone();
        let chars: Vec<char> = value.chars().collect();
        match random.below(10) {
            0 => chars[..random.below(chars.len() + 1)].iter().collect(),
            1 => format!("{value}{}", random.pick(&self.values)),
            2 => value.to_uppercase(),
            3 => chars.iter().rev().collect(),
            4 => value.repeat(random.below(40) + 1).chars().take(4000).collect(),
            _ => value,
        }
    }

    /// Pairs of a form; sometimes bytes that are not one.
    fn encoded(&self, random: &mut Random) -> Vec<u8> {
        if random.once_in(8) {
            return (0..random.below(200)).map(|_| random.number().to_le_bytes()[0]).collect();
        }
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        for _ in 0..random.below(10) {
            let name = *random.pick(&NAMES);
            encoded.append_pair(name, &self.value(random));
        }
        let mut encoded = encoded.finish().into_bytes();
        for _ in 0..random.below(4) {
            if random.once_in(3) && !encoded.is_empty() {
                let at = random.below(encoded.len());
                encoded[at] = *random.pick(b"%&=;+#?\\/\"'<> \0\xff\xc0a0");
            }
        }
        encoded
    }

    fn header(&self, random: &mut Random, name: &str) -> String {
        match name {
            "cookie" if !random.once_in(4) => random.pick(&self.cookies).clone(),
            "authorization" if !random.once_in(4) => random.pick(&self.authorizations).clone(),
            _ => self.value(random),
        }
    }
}

/// What HTTP can carry: a header without control characters and within the limit.
fn legal(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(2000).collect()
}

fn escaped(query: &[u8]) -> String {
    let keep =
        |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'#' | b'\\' | b'`');
    let escape = |byte: &u8| match keep(byte) {
        true => char::from(*byte).to_string(),
        false => format!("%{byte:02x}"),
    };
    query.iter().map(escape).collect()
}

async fn throw(op: &Provider, corpus: &Corpus, random: &mut Random, path: &str) -> (String, Response) {
    let method = *random.pick(&[
        "GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS", "PATCH", "BREW",
    ]);
    let query = escaped(&corpus.encoded(random));
    let url = if random.once_in(2) { op.at(path) } else { op.at(&format!("{path}?{query}")) };
    let content_type = *random.pick(&[
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-16",
        "application/json",
        "",
    ]);
    let mut request = match method {
        "POST" => Request::post(&url, content_type, corpus.encoded(random)),
        _ => Request::new(method, &url),
    };
    let mut what = format!("{method} {url} {content_type}");
    for _ in 0..random.below(4) {
        let name = *random.pick(&HEADERS);
        let value = legal(&corpus.header(random, name));
        what = format!("{what} {name}: {value}");
        request = request.header(name, &value);
    }
    (what, request.send().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a265_garbage_at_every_route_is_refused_and_breaks_nothing() {
    let panics = Arc::new(AtomicUsize::new(0));
    let (counted, before) = (panics.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        let location = info.location().map(|at| at.file().to_owned()).unwrap_or_default();
        // Other tests share this process, and fail by panicking.
        if location.starts_with("provider/")
            || location.starts_with("storage/")
            || location.starts_with("bindings/")
        {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        before(info);
    }));
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let corpus = Corpus::new(&op).await;
    let mut random = Random::seeded(265);
    let throws = std::env::var("CREDENZA_FUZZ").map_or(25, |throws| throws.parse().unwrap());
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for route in routes() {
        for _ in 0..throws {
            let asset = escaped(corpus.value(&mut random).as_bytes()).replace(['/', '?'], "");
            let tenant = if random.once_in(5) { asset.clone() } else { "acme".to_owned() };
            let path = route.filled(&tenant, &asset);
            let (what, answer) = throw(&op, &corpus, &mut random, &path).await;
            assert!(answer.status.as_u16() < 500, "{}: {what}: {}", answer.status, answer.text());
            *statuses.entry(answer.status.as_u16()).or_default() += 1;
        }
        // The failures of one route do not slow down the next.
        op.pass(900);
    }
    for path in ["/livez", "/readyz"] {
        assert_eq!(Request::get(op.at(path)).send().await.status, 200);
    }
    rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
    assert_eq!(panics.load(Ordering::Relaxed), 0);
    // Garbage that never passed the first check would prove little.
    for status in [200, 303, 400, 401, 404, 405] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
}
