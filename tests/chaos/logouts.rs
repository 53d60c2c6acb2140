//! Back-channel logout and crashes: if a node is killed between the end of a session and the call to the client, or
//! between the call and its record, the client is still told, by this node or another.
//!
//! Chart 410

use std::time::{Duration, Instant};

use credenza_protocol::ids::ClientId;
use credenza_storage::{Options, Update};
use credenza_tests::outside::Recorded;
use credenza_tests::{Tokens, claims_of, served};
use serde_json::Value;
use url::form_urlencoded;

use crate::app::{App, OPTIONS, Spendable};
use crate::person::Person;
use crate::site::Site;

/// Longer than a node takes to start plus the wait before the second attempt, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const PATH: &str = "/backchannel";

/// With a client that has a logout URI, and a person.
async fn prepare(count: usize) -> (Site, App) {
    let site = Site::prepare(count, PATH, &[]).await;
    let made = site.nodes[0].run(&[&["client", "create", "--name", "Tests"], &OPTIONS[..]].concat());
    let words = ["user", "create", "--username", "alice", "--password", served::PASSWORD];
    let _alice: Value = site.nodes[0].run(&words);
    told_at(&site.database, &made, &site.outside.url(PATH)).await;
    let app = App::of(&site.issuer, &made);
    (site, app)
}

/// Signs alice in and returns her ID token.
async fn sign_in(app: &App, alice: &mut Person) -> String {
    let code = alice.code(app, "openid").await;
    let answer = app.exchange(&Spendable::Code(code)).await.response;
    Tokens::of(&answer).id().to_owned()
}

/// The calls, once there are this many.
async fn calls(site: &Site, count: usize) -> Vec<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        let calls = site.outside.requests_for(PATH);
        if calls.len() >= count {
            return calls.iter().map(claims).collect();
        }
        assert!(Instant::now() < end, "{} calls\n{}", calls.len(), site.nodes[0].log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sets the logout URI of the client, as if it had been registered.
async fn told_at(database: &str, made: &Value, uri: &str) {
    let store = credenza_storage::open(database, Options::default()).await.unwrap();
    let tenant = store.tenants.find("default").await.unwrap().unwrap().tenant_id;
    let client_id = ClientId::new(made["client_id"].as_str().unwrap());
    let mut record = store.clients.find(&tenant, &client_id).await.unwrap().unwrap();
    record.client.backchannel_logout_uri = Some(uri.to_owned());
    assert_eq!(store.clients.update(&tenant, record.version, record).await.unwrap(), Update::Updated);
    store.maintenance.close().await;
}

fn claims(call: &Recorded) -> Value {
    let (name, token) = form_urlencoded::parse(&call.body).next().unwrap();
    assert_eq!(name, "logout_token");
    claims_of(&token)
}

/// Killed when the end of the session is on disk and the client was not called: it is called once after the start.
#[tokio::test(flavor = "multi_thread")]
async fn a253_killed_between_the_end_of_a_session_and_the_call() {
    let _alone = crate::alone().await;
    let (mut site, app) = prepare(1).await;
    site.nodes[0].start();
    let mut alice = Person::new("alice");
    let id_token = sign_in(&app, &mut alice).await;
    site.nodes[0].kill();
    site.nodes[0].set("FAILPOINTS", "sessions.end:after=kill");
    site.nodes[0].start();
    let request = credenza_tests::Request::get(app.logout(&id_token));
    assert!(alice.browser.try_send(request).await.is_none(), "it was killed");
    assert!(!site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the logout").success());
    assert!(site.outside.requests_for(PATH).is_empty());
    site.nodes[0].unset("FAILPOINTS");
    site.nodes[0].start();
    let told = calls(&site, 1).await;
    assert_eq!(told[0]["sid"], claims_of(&id_token)["sid"]);
    assert_eq!(told[0]["iss"], site.issuer.as_str());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(calls(&site, 1).await.len(), 1, "once");
}

/// Killed when the client was called and that was not recorded: it is called again, with a new token.
#[tokio::test(flavor = "multi_thread")]
async fn a253_killed_between_the_call_and_its_record() {
    let _alone = crate::alone().await;
    let (mut site, app) = prepare(1).await;
    site.nodes[0].set("FAILPOINTS", "logouts.done:before=kill");
    site.nodes[0].start();
    let mut alice = Person::new("alice");
    let id_token = sign_in(&app, &mut alice).await;
    let _maybe = alice.browser.try_send(credenza_tests::Request::get(app.logout(&id_token))).await;
    assert!(!site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the call").success());
    assert_eq!(calls(&site, 1).await.len(), 1);
    site.nodes[0].unset("FAILPOINTS");
    site.nodes[0].start();
    let told = calls(&site, 2).await;
    assert_eq!(told[0]["sid"], told[1]["sid"]);
    assert_ne!(told[0]["jti"], told[1]["jti"]);
}

/// The node that made the attempt is killed in the middle of it: another node makes the next.
#[tokio::test(flavor = "multi_thread")]
async fn a253_another_node_goes_on() {
    let _alone = crate::alone().await;
    let (mut site, app) = prepare(2).await;
    site.nodes[0].set("FAILPOINTS", "logouts.claim:after=kill");
    site.nodes[0].start();
    let mut alice = Person::new("alice");
    let id_token = sign_in(&app, &mut alice).await;
    let _maybe = alice.browser.try_send(credenza_tests::Request::get(app.logout(&id_token))).await;
    assert!(!site.nodes[0].wait_for_end(PATIENCE).expect("it dies by the claim").success());
    assert!(site.outside.requests_for(PATH).is_empty());
    let killed = Instant::now();
    site.nodes[1].start();
    let told = calls(&site, 1).await;
    println!("told {:?} after the kill", killed.elapsed());
    assert_eq!(told[0]["sid"], claims_of(&id_token)["sid"]);
}

/// The command line ends sessions too: a running node delivers the logouts by itself.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_command_line_ends_is_told_by_a_node() {
    let _alone = crate::alone().await;
    let (mut site, app) = prepare(1).await;
    site.nodes[0].start();
    for words in [
        &["user", "sessions", "end", "alice"][..],
        &["user", "sessions", "end-all", "alice"],
        &["user", "disable", "alice"],
    ] {
        let before = site.outside.requests_for(PATH).len();
        let id_token = sign_in(&app, &mut Person::new("alice")).await;
        let sid = claims_of(&id_token)["sid"].as_str().unwrap().to_owned();
        let more: &[&str] = if words[2] == "end" { &["--sid", &sid] } else { &[] };
        let _done: Value = site.nodes[0].run(&[words, more].concat());
        let began = Instant::now();
        let told = calls(&site, before + 1).await;
        println!("{words:?}: told after {:?}", began.elapsed());
        assert_eq!(told[before]["sid"], sid.as_str());
    }
}

/// That a client takes part in a session is recorded before its answer is sent, whatever fails.
#[tokio::test(flavor = "multi_thread")]
async fn a253_no_client_has_an_answer_that_is_not_told() {
    let _alone = crate::alone().await;
    let (mut site, app) = prepare(1).await;
    for (told, place) in ["before", "inside", "after"].into_iter().enumerate() {
        site.nodes[0].set("FAILPOINTS", &format!("logouts.join:{place}=error"));
        site.nodes[0].start();
        let mut alice = Person::new("alice");
        let id_token = sign_in(&app, &mut alice).await;
        assert!(site.nodes[0].log().contains("failpoint logouts.join"), "{place}: nothing failed");
        alice.sign_out(&app, &id_token).await;
        assert_eq!(calls(&site, told + 1).await[told]["sid"], claims_of(&id_token)["sid"], "{place}");
        site.nodes[0].kill();
    }
}
