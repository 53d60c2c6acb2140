//! People see where their sessions began, if the provider has a file of places.
//!
//! Chart 561: Places of sign-ins | `places.database` (MaxMind GeoLite2, GeoIP2, or a compatible file): the city or country of each session on the account page, in the language of the page, in the account and admin APIs, in the mail about a new sign-in and in the copy of one's data; the address itself is not stored; a file that is replaced is taken up

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use credenza_tests::node::{Node, Scratch};
use credenza_tests::{Administrator, Browser, OwnAccount, Page, Person, Provider, RelyingParty};
use serde_json::{Value, json};

/// A file of `tests/vectors/places`, whose script says what is in it.
fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/places").join(name)
}

/// Puts a file of places where another one is, as that many seconds later.
fn put(name: &str, into: &Path, seconds: u64) {
    fs::copy(vector(name), into).unwrap();
    let file = File::options().write(true).open(into).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)).unwrap();
}

/// The account page of somebody who has just signed in, in that language.
async fn account(op: &Provider, alice: &Person, lang: &str) -> Page {
    let rp = RelyingParty::confidential(op).await;
    let headers = vec![("accept-language".to_owned(), lang.to_owned())];
    let mut browser = Browser { headers, ..Browser::new() };
    rp.sign_in_with(op, alice, &mut browser, rp.authorization()).await;
    browser.open(op, &op.at("/account")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_says_where_it_began_in_the_language_of_the_page() {
    let op = Provider::builder().places(&vector("places.mmdb")).start().await;
    let alice = op.user("alice").await;
    for (lang, said) in [
        ("en", "Approximate place: Munich, Bavaria, Germany"),
        ("de", "Ungefährer Ort: München, Bayern, Deutschland"),
        ("ar", "\u{2068}Munich, Bavaria, Germany\u{2069}"),
    ] {
        let page = account(&op, &alice, lang).await;
        assert!(page.says(said), "{lang}: {}", page.text());
        assert!(!page.says("127.0.0.1"), "the address is nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_file_or_an_address_in_it_nothing_is_said() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let page = account(&op, &alice, "en").await;
    assert!(page.says("Last active:") && !page.says("Approximate place"), "{}", page.text());
    let own = OwnAccount::of(&op, &alice).await;
    let listed = own.get(&op, "/me/sessions").await.json();
    assert_eq!(listed["items"][0]["place"], Value::Null);
    // One that knows this network not.
    let op = Provider::builder().places(&vector("places.mmdb")).trusted_proxies(&["127.0.0.1"]).start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    for (address, said) in [("203.0.113.200", None), ("192.0.2.9", Some("Cairo, Egypt"))] {
        let headers = vec![("x-forwarded-for".to_owned(), address.to_owned())];
        let mut browser = Browser { headers, ..Browser::new() };
        rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let page = browser.open(&op, &op.at("/account")).await;
        assert_eq!(page.says("Approximate place"), said.is_some(), "{}", page.text());
        assert!(said.is_none_or(|place| page.says(place)), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apis_and_the_copy_of_data_have_the_names_and_no_address() {
    let op = Provider::builder().places(&vector("places.mmdb")).start().await;
    let alice = op.user("alice").await;
    let own = OwnAccount::of(&op, &alice).await;
    let place = json!({
        "country_code": "DE",
        "country": {"de": "Deutschland", "en": "Germany"},
        "region": {"de": "Bayern", "en": "Bavaria"},
        "city": {"de": "München", "en": "Munich"},
    });
    let listed = own.get(&op, "/me/sessions").await;
    assert_eq!(listed.json()["items"][0]["place"], place);
    let sid = listed.json()["items"][0]["sid"].as_str().unwrap().to_owned();
    assert_eq!(own.get(&op, &format!("/me/sessions/{sid}")).await.json()["place"], place);
    let operator = Administrator::service(&op, "admin:sessions:read").await;
    let path = format!("/users/{}/sessions", alice.user_id);
    let of_user = operator.request(&op, "GET", &path).send().await;
    assert_eq!(of_user.json()["items"][0]["place"], place, "{}", of_user.text());
    for text in [listed.text(), of_user.text()] {
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
    let mut browser = Browser::new();
    let rp = RelyingParty::confidential(&op).await;
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let data = browser.open(&op, &op.at("/account/data")).await;
    let copy = browser.submit(&op, &data, &[]).await.response;
    let copy: Value = serde_json::from_str(&copy.text()).unwrap();
    assert_eq!(copy["sessions"][0]["place"], place);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_about_a_new_sign_in_says_where() {
    let op = Provider::builder().mailing().places(&vector("places.mmdb")).start().await;
    let alice = op.user("alice").await;
    op.change_settings(|settings| settings.sign_in_notices = true).await;
    op.pass(4000);
    account(&op, &alice, "en").await;
    let mail = op.mails(1).await.pop().unwrap();
    assert!(mail.text.contains("Approximate place: Munich, Bavaria, Germany"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_counts_from_the_next_sign_in() {
    let scratch = Scratch::new();
    let file = scratch.path().join("places.mmdb");
    put("places.mmdb", &file, 0);
    let op = Provider::builder().places(&file).start().await;
    let alice = op.user("alice").await;
    account(&op, &alice, "en").await;
    put("moved.mmdb", &file, 60);
    assert!(op.state.places.as_ref().unwrap().refresh().unwrap());
    let page = account(&op, &alice, "en").await;
    for place in ["Approximate place: France", "Approximate place: Munich, Bavaria, Germany"] {
        assert!(page.says(place), "what was true at the sign-in stays: {place}: {}", page.text());
    }
}

#[test]
fn a_server_does_not_start_with_a_file_that_holds_no_places() {
    for (file, why) in [
        (vector("none.mmdb"), "No such file"),
        (vector("write"), "this is no MaxMind database"),
        (vector("networks.mmdb"), "one of cities or countries is needed"),
    ] {
        let scratch = Scratch::new();
        let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
        let places = file.display().to_string();
        let mut node =
            Node::new(scratch.path(), &[("DATABASE_URL", &database), ("PLACES__DATABASE", &places)]);
        let issuer = format!("http://{}", node.address);
        node.set("ISSUER", &issuer);
        node.launch();
        let ended = node.wait_for_end(Duration::from_secs(30));
        assert!(ended.is_some_and(|status| !status.success()), "{}", node.log());
        let log = node.log();
        assert!(log.contains("places.database: ") && log.contains(why), "{log}");
    }
}
