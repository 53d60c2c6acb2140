//! Ordinary users sign in, refresh and introspect at a steady rate while a handful of addresses do their worst: the users
//! are answered as ever, the process takes no more than its memory, and nothing is left over.
//!
//! Each test is one attack on a process of its own, for seconds; with `TEST_LONG=1`, for a minute and a half. The figures
//! are printed (`--nocapture`), the bounds are in `overload/bounds.rs`.
//!
//! Chart 635: Overload | a handful of addresses slow down nobody else: slow bodies, heads and readers, floods over HTTP/1.1, HTTP/2 and TLS

use std::time::Duration;

use attack::Attack;
use credenza_tests::Request;
use prober::Prober;
use site::Site;
use target::Target;
use trial::Trial;
use users::Users;

mod attack;
mod attacks;
mod bounds;
mod footprint;
mod frames;
mod journal;
mod peer;
mod prober;
mod sign_in;
mod site;
mod target;
mod trial;
mod users;
mod visitor;

/// An attack on a new process, beside its ordinary users.
async fn withstand(name: &'static str, attack: impl Attack) {
    let _alone = crate::alone().await;
    tried(&Site::start().await, name, attack).await.assert_withstood();
}

/// An attack on that process, beside its ordinary users (A260).
async fn tried(site: &Site, name: &'static str, attack: impl Attack) -> Trial {
    let users = Users::of(&site.app).await;
    let work = async |span| users.work(span).await;
    Trial::run((name, attack), &site.target, &site.observed(), work).await
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies() {
    withstand("slow_bodies", attacks::SlowBodies).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies_h2() {
    withstand("slow_bodies_h2", attacks::SlowBodiesH2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_hosts() {
    let _alone = crate::alone().await;
    let site = Site::start().await;
    let trial = tried(&site, "slow_hosts", attacks::SlowHosts).await;
    for path in site::SLOW_PATHS {
        assert!(site.fetched(path) > 0, "it never waited for {path}\n{trial}");
    }
    trial.assert_withstood();
}

#[tokio::test(flavor = "multi_thread")]
async fn fat_requests() {
    let _alone = crate::alone().await;
    let site = Site::start().await;
    // By itself, such a request leads to the page that asks for the password.
    let one = Request::get(format!("{}{}", site.app.issuer, site.target.fat)).send().await;
    assert!(one.location().contains("/login"), "{}", one.location());
    tried(&site, "fat_requests", attacks::FatRequests).await.assert_withstood();
}

#[tokio::test(flavor = "multi_thread")]
async fn shut_windows() {
    let _alone = crate::alone().await;
    let site = Site::start().await;
    let trial = tried(&site, "shut_windows", attacks::ShutWindows).await;
    assert_eq!(site.fetched("/logo"), 1, "the logo is among the answers\n{trial}");
    trial.assert_withstood();
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_h2() {
    withstand("idle_h2", attacks::IdleH2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections() {
    withstand("connections", attacks::Connections).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords() {
    withstand("wrong_passwords", attacks::WrongPasswords).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_readers() {
    withstand("slow_readers", attacks::SlowReaders).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads() {
    withstand("slow_heads", attacks::SlowHeads).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets() {
    withstand("rapid_resets", attacks::RapidResets).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_heads() {
    withstand("endless_heads", attacks::EndlessHeads).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes() {
    let _alone = crate::alone().await;
    let server = site::launch_with_tls();
    let address = server.node.address.parse().unwrap();
    let prober = Prober::new(address, "localhost", "/.well-known/openid-configuration").over_tls();
    let observed = footprint::Observed { process: server.node.id(), database: None };
    prober.wait_until_ready().await;
    let target = Target::without_pages(address, "localhost");
    let work = async |span: Duration| prober.work(span).await;
    Trial::run(("handshakes", attacks::Handshakes), &target, &observed, work).await.assert_withstood();
}
