//! Sessions: listed, ended, given a new handle; what ends with them and what does not (manual: attacks,
//! A109, A110, A113).

use std::collections::HashMap;

use credenza_protocol::ids::SessionId;
use credenza_tests::{Authorization, Browser, Person, Provider, RelyingParty, Tokens, claims_of, setup};

const COOKIE: &str = "credenza-session";

fn online(rp: &RelyingParty) -> Authorization {
    rp.authorization().with("scope", "openid profile")
}

async fn is_signed_in(op: &Provider, rp: &RelyingParty, browser: &Browser) -> bool {
    let silent = online(rp).with("prompt", "none").open(op, &mut browser.clone()).await.answer();
    assert!(silent.contains_key("code") || silent["error"] == "login_required", "{silent:?}");
    silent.contains_key("code")
}

/// A signed-in browser, its name, and its tokens without and with `offline_access`.
struct Seat {
    browser: Browser,
    online: Tokens,
    offline: Tokens,
}

impl Seat {
    async fn new(op: &Provider, rp: &RelyingParty, person: &Person, name: &str) -> Self {
        let headers = vec![("user-agent".to_owned(), name.to_owned())];
        let mut browser = Browser { headers, ..Browser::new() };
        let tokens = rp.sign_in_with(op, person, &mut browser, online(rp)).await;
        let offline = rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
        Self { browser, online: tokens, offline }
    }

    fn sid(&self) -> String {
        claims_of(self.online.id())["sid"].as_str().unwrap().to_owned()
    }

    async fn assert_over(&self, op: &Provider, rp: &RelyingParty) {
        assert!(!is_signed_in(op, rp, &self.browser).await);
        rp.assert_dead(op, &self.online).await;
        // OpenID Connect Core 11: this access was granted for when the person is away.
        rp.assert_alive(op, &self.offline).await;
    }

    async fn assert_goes_on(&self, op: &Provider, rp: &RelyingParty) {
        assert!(is_signed_in(op, rp, &self.browser).await);
        rp.assert_alive(op, &self.online).await;
        rp.assert_alive(op, &self.offline).await;
    }
}

async fn seats(op: &Provider, rp: &RelyingParty, alice: &Person) -> [Seat; 3] {
    [
        Seat::new(op, rp, alice, "Firefox on a desk").await,
        Seat::new(op, rp, alice, "A telephone").await,
        Seat::new(op, rp, alice, "A library").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_to_their_person_alone() {
    let (op, alice, rp) = setup().await;
    let seats = seats(&op, &rp, &alice).await;
    let bob = op.user("bob").await;
    let other = Seat::new(&op, &rp, &bob, "Another house").await;
    let tenant = op.default_tenant().await;
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    let listed = op.state.store.sessions.list(&tenant, &alice.user_id, now).await.unwrap();
    let mut listed: Vec<_> = listed.iter().map(|session| session.sid.to_string()).collect();
    let mut expected: Vec<_> = seats.iter().map(Seat::sid).collect();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    let account = format!("{}/account", op.issuer);
    let page = seats[0].browser.clone().open(&op, &account).await;
    for (index, seat) in seats.iter().enumerate() {
        assert!(page.says(&format!("name=\"end\" value=\"{}\"", seat.sid())), "{}", page.text());
        // The handle is the browser's own secret; the page shows the public name.
        assert!(!page.says(&seat.browser.cookies[COOKIE]), "{index}");
    }
    for device in ["Firefox on a desk", "A telephone", "A library"] {
        assert!(page.says(device), "{device}");
    }
    assert_eq!(page.text().matches("This device").count(), 1);
    assert!(!page.says(&other.sid()) && !page.says("Another house"));
    assert!(other.browser.clone().open(&op, &account).await.says("Another house"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_is_ended_from_another() {
    let (op, alice, rp) = setup().await;
    let [desk, telephone, library] = seats(&op, &rp, &alice).await;
    let mut browser = desk.browser.clone();
    let page = browser.open(&op, &format!("{}/account", op.issuer)).await;
    let page = browser.submit(&op, &page, &[("end", &telephone.sid())]).await;
    assert!(page.says("Firefox on a desk") && !page.says("A telephone"), "{}", page.text());
    telephone.assert_over(&op, &rp).await;
    desk.assert_goes_on(&op, &rp).await;
    library.assert_goes_on(&op, &rp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_session_is_ended_and_the_cookie_goes() {
    let (op, alice, rp) = setup().await;
    let [mut desk, telephone, _] = seats(&op, &rp, &alice).await;
    let page = desk.browser.open(&op, &format!("{}/account", op.issuer)).await;
    let kept = desk.browser.clone();
    let page = desk.browser.submit(&op, &page, &[("end", &desk.sid())]).await;
    assert_eq!((page.response.status.as_u16(), page.says("You are signed out")), (401, true));
    assert!(!desk.browser.cookies.contains_key(COOKIE));
    desk.browser = kept;
    desk.assert_over(&op, &rp).await;
    telephone.assert_goes_on(&op, &rp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_are_ended_by_the_page_and_by_the_store() {
    for by_page in [true, false] {
        let (op, alice, rp) = setup().await;
        let seats = seats(&op, &rp, &alice).await;
        let bob = op.user("bob").await;
        let other = Seat::new(&op, &rp, &bob, "Another house").await;
        if by_page {
            let mut browser = seats[0].browser.clone();
            let page = browser.open(&op, &format!("{}/account", op.issuer)).await;
            browser.submit(&op, &page, &[("end", "all")]).await;
        } else {
            let (tenant, now) =
                (op.default_tenant().await, credenza_protocol::time::Time::from_seconds(op.now()));
            assert_eq!(op.state.store.sessions.end_all(&tenant, &alice.user_id, now).await.unwrap(), 3);
        }
        for seat in &seats {
            seat.assert_over(&op, &rp).await;
        }
        assert_eq!(op.sessions_of(&alice).await, 0);
        other.assert_goes_on(&op, &rp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a104_nobody_ends_the_session_of_somebody_else() {
    let (op, alice, rp) = setup().await;
    let victim = Seat::new(&op, &rp, &alice, "A telephone").await;
    let mallory = op.user("mallory").await;
    let mut attacker = Seat::new(&op, &rp, &mallory, "Another house").await;
    let page = attacker.browser.open(&op, &format!("{}/account", op.issuer)).await;
    let owners =
        [("user_id", alice.user_id.as_str()), ("sub", alice.user_id.as_str()), ("username", "alice")];
    for end in [victim.sid(), "x".to_owned(), String::new(), "%".to_owned(), "' or 1=1 --".to_owned()] {
        let fields = [&[("end", end.as_str())][..], &owners].concat();
        attacker.browser.submit(&op, &page, &fields).await;
    }
    victim.assert_goes_on(&op, &rp).await;
    attacker.assert_goes_on(&op, &rp).await;
    let (tenant, now) = (op.default_tenant().await, credenza_protocol::time::Time::from_seconds(op.now()));
    let sid = SessionId::new(victim.sid());
    assert!(!op.state.store.sessions.end(&tenant, &mallory.user_id, &sid, now).await.unwrap());
    assert!(op.state.store.sessions.end(&tenant, &alice.user_id, &sid, now).await.unwrap());
    victim.assert_over(&op, &rp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a109_the_handle_is_new_at_each_sign_in_and_the_old_one_dead() {
    let (op, alice, rp) = setup().await;
    let planted = "A".repeat(43);
    let mut browser = Browser { cookies: [(COOKIE.to_owned(), planted.clone())].into(), ..Browser::new() };
    let first = rp.sign_in_with(&op, &alice, &mut browser, online(&rp)).await;
    let mut seen = vec![planted, browser.cookies[COOKIE].clone()];
    for _ in 0..3 {
        op.pass(2);
        let again = online(&rp).with("prompt", "login").with("max_age", "0");
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, again).await;
        assert_eq!(claims_of(tokens.id())["auth_time"], op.now());
        // The same person in the same browser: the session continues under its name, with its tokens.
        assert_eq!(claims_of(tokens.id())["sid"], claims_of(first.id())["sid"]);
        rp.assert_alive(&op, &first).await;
        seen.push(browser.cookies[COOKIE].clone());
    }
    let current = seen.pop().unwrap();
    assert!(!seen.contains(&current));
    for old in seen {
        let stale = Browser { cookies: [(COOKIE.to_owned(), old)].into(), ..Browser::new() };
        assert!(!is_signed_in(&op, &rp, &stale).await);
    }
    assert!(is_signed_in(&op, &rp, &browser).await);
    assert_eq!(op.sessions_of(&alice).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a109_another_person_in_the_same_browser_ends_the_session_before() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let mut seat = Seat::new(&op, &rp, &alice, "A library").await;
    let before = seat.browser.clone();
    let request = online(&rp).with("prompt", "login");
    let tokens = rp.sign_in_with(&op, &bob, &mut seat.browser, request).await;
    assert_eq!(claims_of(tokens.id())["sub"], bob.user_id.as_str());
    assert_ne!(claims_of(tokens.id())["sid"], claims_of(seat.online.id())["sid"]);
    let after = std::mem::replace(&mut seat.browser, before);
    seat.assert_over(&op, &rp).await;
    assert!(is_signed_in(&op, &rp, &after).await);
    assert_eq!((op.sessions_of(&alice).await, op.sessions_of(&bob).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a109_a_cookie_that_comes_twice_or_spoilt_is_none() {
    let (op, alice, rp) = setup().await;
    let seat = Seat::new(&op, &rp, &alice, "A telephone").await;
    let handle = &seat.browser.cookies[COOKIE];
    let silent = op.reach(&online(&rp).with("prompt", "none").url(&op));
    let answer = async |cookie: String| {
        let response = credenza_tests::Request::get(&silent).header("cookie", &cookie).send().await;
        credenza_tests::query_of(response.location())
    };
    assert!(answer(format!("a=b; {COOKIE}={handle}; c=d")).await.contains_key("code"));
    for cookie in [
        format!("{COOKIE}={}; {COOKIE}={handle}", "A".repeat(43)),
        format!("{COOKIE}={handle}; {COOKIE}={}", "A".repeat(43)),
        format!("{COOKIE}={handle}A"),
        format!("{COOKIE}={}", &handle[1..]),
        format!("{COOKIE}=\"{handle}\""),
        format!("{COOKIE}={}", handle.to_lowercase()),
        format!("{}={handle}", COOKIE.to_uppercase()),
        format!("__Host-{COOKIE}={handle}"),
        format!("{COOKIE}-acme={handle}"),
        format!("{COOKIE}="),
        format!("{COOKIE}={}", seat.sid()),
    ] {
        assert_eq!(answer(cookie.clone()).await["error"], "login_required", "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_idle_or_old() {
    const DAY: i64 = 86_400;
    let (op, alice, rp) = setup().await;
    let seat = Seat::new(&op, &rp, &alice, "A telephone").await;
    // Used twice a day, it lasts for thirty days and no longer.
    for _ in 0..59 {
        op.pass(DAY / 2);
        assert!(is_signed_in(&op, &rp, &seat.browser).await, "{}", op.now());
    }
    op.pass(DAY / 2);
    assert!(!is_signed_in(&op, &rp, &seat.browser).await);
    rp.refresh(&op, seat.online.refresh()).await.assert_refused(400, "invalid_grant");
    // Unused, it lasts for a day.
    let other = Seat::new(&op, &rp, &alice, "A library").await;
    op.pass(DAY - 1);
    assert!(is_signed_in(&op, &rp, &other.browser).await);
    op.pass(DAY);
    assert!(!is_signed_in(&op, &rp, &other.browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a110_nothing_in_a_request_says_where_to_go_next() {
    let (op, alice, rp) = setup().await;
    let targets = [
        "//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "https:evil.test",
        "/.//evil.test",
        "https://evil.test",
    ];
    for target in targets {
        let mut browser =
            Browser { headers: vec![("referer".to_owned(), target.replace('\t', ""))], ..Browser::new() };
        let page =
            rp.authorization().with("return_to", target).with("next", target).open(&op, &mut browser).await;
        let typed = [
            ("username", alice.username.as_str()),
            ("password", alice.password.as_str()),
            ("return_to", target),
            ("redirect_uri", target),
            ("next", target),
        ];
        let page = browser.submit(&op, &page, &typed).await;
        let page = match page.says("consent-allow") {
            true => browser.submit(&op, &page, &[("decision", "allow"), ("return_to", target)]).await,
            false => page,
        };
        assert!(
            page.response.location().starts_with("https://rp.test/callback?"),
            "{}",
            page.response.location()
        );
        let out = browser.open(&op, &format!("{}/logout?return_to=https%3A%2F%2Fevil.test", op.issuer)).await;
        let out = browser.submit(&op, &out, &[("decision", "logout"), ("return_to", target)]).await;
        assert!(!out.response.headers.contains_key("location"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a113_a_new_password_ends_everything_that_the_old_one_gave() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let [desk, telephone, library] = seats(&op, &rp, &alice).await;
    let other = Seat::new(&op, &rp, &bob, "Another house").await;
    let code = online(&rp).code(&op, &mut desk.browser.clone(), &alice).await;
    let tenant = op.default_tenant().await;
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    let hash = op.state.passwords.hash("a new one".to_owned()).await.unwrap();
    assert!(op.state.store.credentials.set_password(&tenant, &alice.user_id, hash, now).await.unwrap());
    for seat in [&desk, &telephone, &library] {
        assert!(!is_signed_in(&op, &rp, &seat.browser).await);
        rp.assert_dead(&op, &seat.online).await;
        rp.assert_dead(&op, &seat.offline).await;
    }
    rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    assert_eq!(browser.sign_in(&op, &page, &alice).await.response.status, 422);
    let alice = Person { password: "a new one".to_owned(), ..alice };
    rp.sign_in(&op, &alice).await;
    other.assert_goes_on(&op, &rp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_gave_names_it() {
    let (op, alice, rp) = setup().await;
    let [desk, telephone, _] = seats(&op, &rp, &alice).await;
    let sids: HashMap<_, _> = [("desk", desk.sid()), ("telephone", telephone.sid())].into();
    assert_ne!(sids["desk"], sids["telephone"]);
    assert_eq!(claims_of(desk.offline.id())["sid"], sids["desk"]);
    let renewed = Tokens::of(&rp.refresh(&op, desk.offline.refresh()).await);
    assert_eq!(claims_of(renewed.id())["sid"], sids["desk"]);
}
