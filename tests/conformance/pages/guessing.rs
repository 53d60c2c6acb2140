//! Guessing passwords (manual: attacks): who guesses waits longer and longer (A124, A125), on all accounts together
//! keeps a pace (A096, A097), and locks nobody else out (A123).
//!
//! Chart 555: Guessing passwords | growing waits; known devices and new addresses get in meanwhile

use std::sync::Arc;

use credenza::admin::{Administration, Outcome, users};
use credenza_protocol::time::Time;
use credenza_tests::{Browser, Person, Provider, RelyingParty, Response, setup};

use super::password_form::Form;

/// Failures that are free of waiting, on one device or from one address on one account.
const FREE: usize = 20;
/// Failures on one account that are free of waiting, from all devices that it has not signed in from.
const STRANGERS: usize = 20;
/// Failures from one address on whatever accounts.
const PER_ADDRESS: usize = 100;
const DEVICES: &str = "credenza-devices";
const HOUR: i64 = 3600;
const LIFETIME: i64 = 180 * 86_400;

/// A provider that takes a proxy's word for addresses, a person, and an application.
async fn behind_a_proxy() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().trusted_proxies(&["127.0.0.1/32"]).start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

fn wait_of(answer: &Response) -> i64 {
    assert_eq!(answer.status, 429, "{}", answer.text());
    let wait = answer.header("retry-after").parse().expect("Retry-After in seconds");
    assert!(wait > 0, "{wait}");
    wait
}

/// One guess each from so many addresses, which nobody else has.
async fn guess_from_many(op: &Provider, form: &Form, count: usize) {
    for number in 0..count {
        let address = format!("198.51.100.{number}");
        let answer = form.from(op, &[("x-forwarded-for", &address)], "alice", "guess").await;
        assert!(matches!(answer.status.as_u16(), 422 | 429), "{}", answer.status);
    }
}

/// A browser in which the person signs in now.
async fn signed_in(op: &Provider, rp: &RelyingParty, person: &Person) -> Browser {
    let mut browser = Browser::new();
    rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
    browser
}

/// The sign-in page in a browser that has nothing but this mark of known devices.
async fn form_with(op: &Provider, rp: &RelyingParty, mark: Option<&str>) -> Form {
    let mut form = Form::new(op, rp).await;
    form.browser.cookies.extend(mark.map(|mark| (DEVICES.to_owned(), mark.to_owned())));
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_waits_longer_and_longer_and_nobody_else_does() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let form = Form::new(&op, &rp).await;
    for attempt in 0..FREE {
        let answer = form.submit(&op, "alice", "guess").await;
        assert_eq!((answer.status.as_u16(), answer.text().contains("login-error")), (422, true), "{attempt}");
        assert_eq!(answer.header("retry-after"), "");
    }
    let early = form.submit(&op, "alice", &alice.password).await;
    assert_eq!(wait_of(&early), 15);
    assert!(early.text().contains("Too many attempts. Please try again in 15 seconds."));
    assert_eq!(op.sessions_of(&alice).await, 0);
    rp.sign_in(&op, &bob).await;
    op.pass(14);
    assert_eq!(wait_of(&form.submit(&op, "alice", &alice.password).await), 1, "asking does not lengthen it");
    let mut waits = vec![];
    let mut waited = 0;
    while waited < HOUR {
        let answer = Form::new(&op, &rp).await.submit(&op, "alice", "guess").await;
        if answer.status == 429 {
            let wait = wait_of(&answer);
            waits.push(wait);
            waited += wait;
            op.pass(wait);
        }
    }
    assert_eq!(waits.iter().max(), Some(&900), "{waits:?}");
    assert!(waits.len() < 25, "{waits:?}");
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_forgets_the_failures_of_the_device() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for _ in 0..3 {
        let mut form = Form::new(&op, &rp).await;
        form.browser.cookies.extend(browser.cookies.remove_entry(DEVICES));
        for _ in 0..FREE - 1 {
            assert_eq!(form.submit_here(&op, "alice", "guess").await.status, 422);
        }
        assert_eq!(form.submit_here(&op, "alice", &alice.password).await.status, 303);
        browser = form.browser;
    }
}

/// Names that nobody has are slowed down as those are that somebody has, and say so in the same words.
#[tokio::test(flavor = "multi_thread")]
async fn a122_waits_do_not_tell_which_names_there_are() {
    let (op, _, rp) = behind_a_proxy().await;
    let disabled = op.user("disabled").await;
    op.disable_user(&disabled).await;
    let form = Form::new(&op, &rp).await;
    let mut seen = vec![];
    for (username, address) in
        [("alice", "203.0.113.1"), ("nobody", "203.0.113.2"), ("disabled", "203.0.113.3")]
    {
        let mut answers = vec![];
        for attempt in 0..FREE + 5 {
            let answer = form.from(&op, &[("x-forwarded-for", address)], username, "guess").await;
            let text = answer.text().replace(&format!("value=\"{username}\""), "value=\"\"");
            answers.push((attempt, answer.status, answer.header("retry-after").to_owned(), text));
        }
        seen.push(answers);
    }
    assert!(seen[0].iter().any(|(_, status, ..)| *status == 429));
    assert!(seen.iter().all(|answers| *answers == seen[0]), "{seen:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a123_guesses_from_elsewhere_do_not_lock_out_a_known_device() {
    let (op, alice, rp) = behind_a_proxy().await;
    let known = signed_in(&op, &rp, &alice).await;
    let form = Form::new(&op, &rp).await;
    guess_from_many(&op, &form, 3 * STRANGERS).await;
    let away = [("x-forwarded-for", "203.0.113.9")];
    let unknown = form_with(&op, &rp, None).await;
    wait_of(&unknown.from(&op, &away, "alice", &alice.password).await);
    // From wherever it comes: a known device moves about.
    let mark = known.cookies.get(DEVICES).map(String::as_str);
    let mine = form_with(&op, &rp, mark).await;
    assert_eq!(mine.from(&op, &away, "alice", "mistyped").await.status, 422);
    assert_eq!(mine.from(&op, &away, " ALICE", &alice.password).await.status, 303);
    // Even beside somebody who has used up what the address may do.
    for attempt in 0..PER_ADDRESS {
        form.from(&op, &away, &format!("name {attempt}"), "guess").await;
    }
    wait_of(&form.from(&op, &away, "somebody", "guess").await);
    let mine = form_with(&op, &rp, mark).await;
    assert_eq!(mine.from(&op, &away, "alice", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a123_a_new_device_gets_its_turn_while_others_guess() {
    let (op, alice, rp) = behind_a_proxy().await;
    let form = Form::new(&op, &rp).await;
    guess_from_many(&op, &form, STRANGERS + 5).await;
    let home = [("x-forwarded-for", "203.0.113.9")];
    let wait = wait_of(&form.from(&op, &home, "alice", &alice.password).await);
    assert!(wait <= 6 * 60, "{wait}");
    for _ in 0..wait {
        op.pass(1);
        if op.now() % 20 == 0 {
            guess_from_many(&op, &form, STRANGERS + 5).await;
        }
    }
    assert_eq!(form.from(&op, &home, "alice", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a123_a_device_is_known_by_its_own_mark_alone() {
    let (op, alice, rp) = behind_a_proxy().await;
    op.tenant("acme").await;
    let (bob, other) = (op.user("bob").await, op.user_of("acme", "alice").await);
    let there = RelyingParty::register_at(&op, "acme", |_| ()).await;
    let mine = signed_in(&op, &rp, &alice).await.cookies[DEVICES].clone();
    let bobs = signed_in(&op, &rp, &bob).await.cookies[DEVICES].clone();
    let elsewhere = signed_in(&op, &there, &other).await.cookies["credenza-devices-acme"].clone();
    assert!(!mine.contains("alice"));
    let form = Form::new(&op, &rp).await;
    guess_from_many(&op, &form, 3 * STRANGERS).await;
    let twice = format!("x; {DEVICES}={mine}");
    let changed = format!("{}A", &mine[..mine.len() - 2]);
    for (number, mark) in
        [bobs.as_str(), &elsewhere, &changed, &mine[1..], &twice, ""].into_iter().enumerate()
    {
        let form = form_with(&op, &rp, Some(mark)).await;
        let address = format!("203.0.113.{number}");
        let answer = form.from(&op, &[("x-forwarded-for", &address)], "alice", &alice.password).await;
        assert_eq!(answer.status, 429, "{mark}");
    }
    let both = format!("{bobs}.{mine}");
    for mark in [&mine, &both] {
        let form = form_with(&op, &rp, Some(mark)).await;
        assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 303, "{mark}");
    }
    op.pass(LIFETIME);
    let form = Form::new(&op, &rp).await;
    guess_from_many(&op, &form, 3 * STRANGERS).await;
    let late = form_with(&op, &rp, Some(&mine)).await;
    wait_of(&late.submit(&op, "alice", &alice.password).await);
}

/// A mark that was stolen is worth twenty guesses, and slows down nobody who has none.
#[tokio::test(flavor = "multi_thread")]
async fn a123_a_stolen_mark_has_a_count_of_its_own() {
    let (op, alice, rp) = behind_a_proxy().await;
    let stolen = signed_in(&op, &rp, &alice).await.cookies[DEVICES].clone();
    let thief = form_with(&op, &rp, Some(&stolen)).await;
    for number in 0..FREE {
        let address = format!("198.51.100.{number}");
        let answer = thief.from(&op, &[("x-forwarded-for", &address)], "alice", "guess").await;
        assert_eq!(answer.status, 422);
    }
    assert_eq!(wait_of(&thief.submit(&op, "alice", &alice.password).await), 15);
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_known_device_outlives_the_session() {
    let (op, alice, rp) = setup().await;
    let mut form = Form::new(&op, &rp).await;
    let wrong = form.submit_here(&op, "alice", "guess").await;
    assert!(!wrong.header("set-cookie").contains(DEVICES) && !form.browser.cookies.contains_key(DEVICES));
    let answer = form.submit_here(&op, "alice", &alice.password).await;
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with(DEVICES)).expect("the mark");
    let (_, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, format!("Path=/; HttpOnly; SameSite=Lax; Max-Age={LIFETIME}"));
    let page = form.browser.open(&op, &format!("{}/logout", op.issuer)).await;
    form.browser.submit(&op, &page, &[("decision", "logout")]).await;
    assert!(form.browser.cookies.contains_key(DEVICES));
    // It opens nothing.
    let account = form.browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert_eq!(account.response.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_unlocks_an_account() {
    let (op, alice, rp) = setup().await;
    let form = Form::new(&op, &rp).await;
    for username in ["alice", "bob"] {
        for _ in 0..FREE {
            assert_eq!(form.submit(&op, username, "guess").await.status, 422);
        }
        wait_of(&form.submit(&op, username, "guess").await);
    }
    let (tenant, now) = (op.default_tenant().await, Time::from_seconds(op.now()));
    let admin = Administration::of_server(&op.state, now);
    let user = users::find_by_username(&admin, &tenant, "alice").await.unwrap().unwrap();
    assert!(matches!(users::unlock(&admin, &tenant, &user).await.unwrap(), Outcome::Done(_)));
    wait_of(&form.submit(&op, "bob", "guess").await);
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a124_one_account_has_one_count_however_it_is_spelt() {
    let (op, alice, rp) = setup().await;
    let form = Form::new(&op, &rp).await;
    let spellings =
        ["alice", "ALICE", " alice", "alice ", "Alice", "\talice\n", "\u{ff41}lice", "alice@people.test"];
    for spelling in spellings.iter().cycle().take(FREE) {
        assert_eq!(form.submit(&op, spelling, "guess").await.status, 422, "{spelling:?}");
    }
    for spelling in ["alice", "aLiCe", "  alice  ", "\u{ff21}lice", "Alice@People.test"] {
        assert_eq!(form.submit(&op, spelling, &alice.password).await.status, 429, "{spelling:?}");
    }
    // A name that only looks the same is another name, and opens nothing.
    for other in ["\u{430}lice", "al\u{131}ce", "alice+x", "alice\0", "alice@people", "ali\u{200b}ce"] {
        assert_eq!(form.submit(&op, other, &alice.password).await.status, 422, "{other:?}");
    }
    assert_eq!(op.sessions_of(&alice).await, 0);
    op.pass(900);
    assert_eq!(form.submit(&op, " ALICE ", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a125_many_guesses_at_once_are_counted_one_by_one() {
    let (op, alice, rp) = setup().await;
    let form = Arc::new(Form::new(&op, &rp).await);
    let op = Arc::new(op);
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
    assert_eq!(evaluated, FREE);
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
