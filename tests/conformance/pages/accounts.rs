//! People and their passwords (manual: attacks): guessing is throttled per account and address (A096, A097, A124,
//! A125), usernames are not disclosed (A122), passwords are used byte for byte (A126, A127), old hashes are replaced.
//!
//! Chart 550: Passwords | argon2id in a bounded pool, throttled

use std::time::{Duration, Instant};

use credenza::accounts::password::{Cost, hash_now};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::Created;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, Response, setup};

const PER_ACCOUNT: usize = 20;
const PER_ADDRESS: usize = 100;
const WINDOW: i64 = 900;

/// A sign-in page whose form can be submitted any number of times: a wrong password does not use it up.
struct Form {
    browser: Browser,
    page: Page,
}

impl Form {
    async fn new(op: &Provider, rp: &RelyingParty) -> Self {
        let mut browser = Browser::new();
        let page = rp.authorization().open(op, &mut browser).await;
        Self { browser, page }
    }

    async fn submit(&self, op: &Provider, username: &str, password: &str) -> Response {
        self.from(op, &[], username, password).await
    }

    /// The same with these headers.
    async fn from(
        &self,
        op: &Provider,
        headers: &[(&str, &str)],
        username: &str,
        password: &str,
    ) -> Response {
        let (request, csrf) = (self.page.hidden("request"), self.page.hidden("csrf"));
        let fields =
            [("request", &*request), ("csrf", &*csrf), ("username", username), ("password", password)];
        let mut form = Request::form(op.at("/login"), &fields);
        for (name, value) in headers {
            form = form.header(name, value);
        }
        self.browser.clone().send(form).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_closes_the_account_for_a_while_and_no_other() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let form = Form::new(&op, &rp).await;
    for attempt in 0..PER_ACCOUNT {
        let answer = form.submit(&op, "alice", "guess").await;
        assert_eq!((answer.status.as_u16(), answer.text().contains("login-error")), (422, true), "{attempt}");
    }
    let closed = form.submit(&op, "alice", &alice.password).await;
    assert_eq!(closed.status, 429);
    assert!(closed.text().contains("Too many attempts. Please try again in 15 minutes."));
    assert_eq!(op.sessions_of(&alice).await, 0);
    rp.sign_in(&op, &bob).await;
    op.pass(WINDOW - 1);
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 429);
    op.pass(1);
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_forgets_the_failures_of_the_account() {
    let (op, alice, rp) = setup().await;
    for _ in 0..3 {
        let form = Form::new(&op, &rp).await;
        for _ in 0..PER_ACCOUNT - 1 {
            assert_eq!(form.submit(&op, "alice", "guess").await.status, 422);
        }
        assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a124_one_account_has_one_counter_however_it_is_spelt() {
    let (op, alice, rp) = setup().await;
    let form = Form::new(&op, &rp).await;
    for spelling in
        ["alice", "ALICE", " alice", "alice ", "Alice", "\talice\n"].iter().cycle().take(PER_ACCOUNT)
    {
        assert_eq!(form.submit(&op, spelling, "guess").await.status, 422, "{spelling:?}");
    }
    for spelling in ["alice", "aLiCe", "  alice  "] {
        assert_eq!(form.submit(&op, spelling, &alice.password).await.status, 429, "{spelling:?}");
    }
    // A name that only looks the same is another name, and opens nothing.
    for other in ["\u{ff41}lice", "al\u{131}ce", "alice+x", "alice\0", "alice@people.test", "ali\u{200b}ce"] {
        assert_eq!(form.submit(&op, other, &alice.password).await.status, 422, "{other:?}");
    }
    assert_eq!(op.sessions_of(&alice).await, 0);
    op.pass(WINDOW);
    assert_eq!(form.submit(&op, " ALICE ", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a125_many_guesses_at_once_are_counted_one_by_one() {
    let (op, alice, rp) = setup().await;
    let form = std::sync::Arc::new(Form::new(&op, &rp).await);
    let op = std::sync::Arc::new(op);
    let guesses: Vec<_> = (0..64)
        .map(|guess| {
            let (op, form) = (op.clone(), form.clone());
            tokio::spawn(
                async move { form.submit(&op, "alice", &format!("guess {guess}")).await.status.as_u16() },
            )
        })
        .collect();
    let mut evaluated = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            422 => evaluated += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(evaluated, PER_ACCOUNT);
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a097_one_address_tries_so_many_accounts_and_no_more() {
    let op = Provider::builder().trusted_proxies(&["127.0.0.1/32"]).start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let form = Form::new(&op, &rp).await;
    for (family, spellings, others) in [
        (
            "one IPv6 network",
            vec![
                "2001:db8:1:2::1",
                "2001:DB8:1:2:FFFF::",
                "[2001:db8:0001:2::3]:443",
                "2001:db8:1:2:3:4:5:6",
            ],
            vec!["2001:db8:1:3::1", "2001:db8::1"],
        ),
        (
            "one IPv4 address",
            vec!["203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9:4711", "::FFFF:CB00:7109"],
            vec!["203.0.113.10"],
        ),
    ] {
        for attempt in 0..PER_ADDRESS {
            let from = [("x-forwarded-for", spellings[attempt % spellings.len()])];
            let username = format!("{family} {attempt}");
            assert_eq!(form.from(&op, &from, &username, "guess").await.status, 422, "{username}");
        }
        for spelling in &spellings {
            let answer = form.from(&op, &[("x-forwarded-for", spelling)], "alice", &alice.password).await;
            assert_eq!(answer.status, 429, "{spelling}");
            // Entries further left were written by the client and are not trusted.
            let written = format!("198.51.100.7, {spelling}");
            let answer = form.from(&op, &[("x-forwarded-for", &written)], "alice", &alice.password).await;
            assert_eq!(answer.status, 429, "{written}");
        }
        for other in others {
            let answer = form.from(&op, &[("x-forwarded-for", other)], "nobody", "guess").await;
            assert_eq!(answer.status, 422, "{other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a096_a_field_that_cannot_be_read_skips_no_limit() {
    let hops = vec!["127.0.0.1"; 1000].join(",");
    let long = "a".repeat(10_000);
    let fields =
        ["a", "", ",", "fe80::1%eth0", "999.1.1.1", "1.2.3", "unknown", "\u{7f}", &long, &hops, "1.2.3.4, x"];
    // From a trusted proxy such a field counts as absent, and from an untrusted peer every field does.
    for trusted in [true, false] {
        let networks: &[&str] = if trusted { &["127.0.0.1/32"] } else { &[] };
        let op = Provider::builder().trusted_proxies(networks).start().await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        let form = Form::new(&op, &rp).await;
        let own = ["203.0.113.5", "203.0.113.6"];
        let fields: Vec<_> = fields
            .iter()
            .chain(if trusted { &[][..] } else { &own[..] })
            .filter(|f| !f.contains('\u{7f}'))
            .collect();
        for attempt in 0..PER_ADDRESS {
            let from = [("x-forwarded-for", *fields[attempt % fields.len()])];
            let answer = form.from(&op, &from, &format!("user {attempt}"), "guess").await;
            assert_eq!(answer.status, 422, "{trusted} {from:?}");
        }
        assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 429, "{trusted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_nobody_learns_which_names_there_are() {
    let (op, _, rp) = setup().await;
    let disabled = op.user("disabled").await;
    op.disable_user(&disabled).await;
    add(&op, "passwordless", None).await;
    let form = Form::new(&op, &rp).await;
    let mut seen = vec![];
    for (username, password) in [
        ("alice", "wrong"),
        ("nobody", "wrong"),
        ("nobody", "correct horse of alice"),
        ("passwordless", ""),
        ("passwordless", "wrong"),
        ("disabled", "wrong"),
        ("disabled", &disabled.password),
        ("", ""),
    ] {
        let answer = form.submit(&op, username, password).await;
        let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        // The username is filled in again, and an empty field has the focus.
        let text =
            answer.text().replace(&format!("value=\"{username}\""), "value=\"\"").replace(" autofocus", "");
        seen.push((answer.status, names, text));
    }
    assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:#?}");
    assert_eq!(seen[0].0, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_is_out_until_enabled_again() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    op.disable_user(&alice).await;
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 422);
    let tenant = op.default_tenant().await;
    assert!(op.state.store.users.set_disabled(&tenant, &alice.user_id, None).await.unwrap());
    // Tokens issued before stay dead.
    rp.assert_dead(&op, &tokens).await;
    rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a127_a_password_is_its_bytes() {
    let (op, _, rp) = setup().await;
    let long = "p".repeat(72);
    for (index, (password, others)) in [
        (" spaces around ", vec!["spaces around", " spaces around", "spaces around "]),
        ("nul\0inside", vec!["nul", "nul\0", "nulinside"]),
        ("\u{e9}t\u{e9}", vec!["e\u{301}te\u{301}", "ete"]),
        ("\u{1f40e}\u{1f50b}", vec!["\u{1f40e}", "??"]),
        ("Case", vec!["case", "CASE"]),
        (&format!("{long}A"), vec![&long, &format!("{long}B")]),
        ("percent%41+plus", vec!["percentA plus", "percent%41 plus"]),
    ]
    .into_iter()
    .enumerate()
    {
        let username = format!("user{index}");
        add(&op, &username, Some(password)).await;
        let form = Form::new(&op, &rp).await;
        for other in others {
            assert_eq!(form.submit(&op, &username, other).await.status, 422, "{other:?} for {password:?}");
        }
        assert_eq!(form.submit(&op, &username, password).await.status, 303, "{password:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a126_long_passwords_are_taken_and_endless_ones_cost_nothing() {
    let (op, _, rp) = setup().await;
    let longest = "p".repeat(1024);
    add(&op, "long", Some(&longest)).await;
    let form = Form::new(&op, &rp).await;
    for (length, status) in [(1025, 422), (60_000, 422), (66_000, 413), (1_000_000, 413)] {
        assert_eq!(form.submit(&op, "long", &"p".repeat(length)).await.status, status, "{length}");
    }
    assert_eq!(form.submit(&op, &"u".repeat(60_000), "x").await.status, 422);
    assert_eq!(form.submit(&op, "long", &longest).await.status, 303);
    // A flood of them does not keep anybody else from signing in.
    let op = std::sync::Arc::new(op);
    let form = std::sync::Arc::new(Form::new(&op, &rp).await);
    let flood: Vec<_> = (0..64)
        .map(|index| {
            let (op, form) = (op.clone(), form.clone());
            tokio::spawn(async move {
                form.submit(&op, &format!("user {index}"), &"p".repeat(60_000)).await.status
            })
        })
        .collect();
    let start = Instant::now();
    assert_eq!(Request::get(op.at("/livez")).send().await.status, 200);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for answer in flood {
        assert!(answer.await.unwrap().is_client_error());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_another_cost_is_replaced_at_the_next_sign_in() {
    let (op, _, rp) = setup().await;
    let tenant = op.default_tenant().await;
    let credentials = &op.state.store.credentials;
    let old = hash_now("old friend", &Cost::new(32, 2, 1).unwrap(), op.state.rng.as_ref());
    let user_id = add_with_hash(&op, "old", Some(old.clone())).await;
    let person = Person { user_id, username: "old".to_owned(), password: "old friend".to_owned() };
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "old", "wrong").await.status, 422);
    assert_eq!(credentials.password(&tenant, &person.user_id).await.unwrap().as_ref(), Some(&old));
    let first = rp.sign_in(&op, &person).await;
    let new = credentials.password(&tenant, &person.user_id).await.unwrap().unwrap();
    assert!(new.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{new}");
    // The password is the same, so no session or token ends.
    rp.sign_in(&op, &person).await;
    rp.assert_alive(&op, &first).await;
    assert_eq!(credentials.password(&tenant, &person.user_id).await.unwrap(), Some(new));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_hash_that_cannot_be_read_matches_nothing() {
    let (op, _, rp) = setup().await;
    for (index, hash) in
        ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=8,t=1,p=1$$"]
            .into_iter()
            .enumerate()
    {
        let username = format!("user{index}");
        add_with_hash(&op, &username, Some(hash.to_owned())).await;
        let form = Form::new(&op, &rp).await;
        for password in ["", "plain", hash] {
            assert_eq!(form.submit(&op, &username, password).await.status, 422, "{hash:?}");
        }
    }
}

async fn add(op: &Provider, username: &str, password: Option<&str>) -> UserId {
    let cost = Cost::new(8, 1, 1).unwrap();
    add_with_hash(op, username, password.map(|password| hash_now(password, &cost, op.state.rng.as_ref())))
        .await
}

async fn add_with_hash(op: &Provider, username: &str, hash: Option<String>) -> UserId {
    let now = Time::from_seconds(op.now());
    let user_id = UserId::new(format!("id of {username}"));
    let user = User {
        user_id: user_id.clone(),
        username: username.to_owned(),
        claims: StandardClaims::default(),
        created_at: now,
        updated_at: now,
        disabled_at: None,
        version: Version::FIRST,
    };
    let tenant = op.default_tenant().await;
    assert_eq!(op.state.store.users.create(&tenant, user, hash).await.unwrap(), Created::Yes);
    user_id
}
