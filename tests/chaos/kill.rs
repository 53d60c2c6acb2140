//! `kill -9` in the middle of a load of code exchanges and refreshes, then a restart, again and again (A253):
//! no code and no refresh token is good twice, and nothing that was answered is lost.
//!
//! Chart 630

use std::time::Duration;

use credenza_tests::{Random, Request, Served};

use crate::app::{App, refresh_token};
use crate::load::{Chain, Client, Load};

const ROUNDS: usize = 5;
const WORKERS: usize = 16;
/// Unspent codes at the moment when the process dies.
const READY: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a253_kill_9_under_load_loses_nothing_and_gives_nothing_twice() {
    let _alone = crate::alone().await;
    let mut server = Served::start();
    let client = Client::register(&server).await;
    let mut random = Random::seeded(253);
    let (mut exchanges, mut refreshes, mut doubts) = (0, 0, 0);
    let mut secrets = client.secrets();
    for round in 0..ROUNDS {
        let mut ready = vec![];
        for _ in 0..READY {
            ready.push(client.code().await.expect("the server is up"));
        }
        let load = Load::start(&client, WORKERS);
        tokio::time::sleep(Duration::from_millis(300 + random.number() % 900)).await;
        server.kill();
        let mut chains = load.finish().await;
        // First those that were cut off: a lost reply is forgiven for a few seconds.
        chains.sort_by_key(|chain| !chain.in_doubt);
        server.start_again();
        assert_eq!(Request::get(format!("{}/readyz", server.issuer)).send().await.status, 200);
        for code in ready {
            // A code issued before the kill is good after it, once.
            let answer = client.app.redeem(&code).await.expect("the server is up");
            assert_eq!(answer.status, 200, "round {round}: {}", answer.text());
            client.app.redeem(&code).await.expect("the server is up").assert_refused(400, "invalid_grant");
        }
        for chain in &chains {
            exchanges += usize::from(chain.exchanged);
            refreshes += chain.tokens.len().saturating_sub(1);
            doubts += usize::from(chain.in_doubt);
            secrets.push(chain.code.clone());
            secrets.extend(
                chain
                    .tokens
                    .iter()
                    .flat_map(|tokens| [tokens.access_token.clone(), tokens.refresh().to_owned()]),
            );
            check(&client.app, chain).await;
        }
        // The session survives.
        client.code().await.expect("the session outlived the process");
    }
    // The log, at debug level, records all this and reveals no secret.
    let log = server.log();
    assert!(log.contains("a code came twice") && log.contains("a refresh token came twice"));
    assert!(secrets.iter().all(|secret| !log.contains(secret)), "a secret is in the log");
    assert!(!log.contains(r#""status":5"#), "a killed server blames itself for nothing");
    // A load that did little, or was never cut off, would prove nothing.
    println!("{exchanges} exchanges, {refreshes} refreshes, {doubts} calls cut off");
    assert!(exchanges > ROUNDS * WORKERS && refreshes > ROUNDS * WORKERS && doubts >= ROUNDS);
}

/// Every answer to one worker still holds, and what it spent stays spent.
async fn check(app: &App, chain: &Chain) {
    let up = "the server is up";
    // The outcome of an unanswered exchange is unknown: the code may be good now or not, but never twice.
    if !chain.exchanged {
        let first = app.redeem(&chain.code).await.expect(up);
        assert!(first.status == 200 || first.error() == "invalid_grant", "{}", first.text());
        return app.redeem(&chain.code).await.expect(up).assert_refused(400, "invalid_grant");
    }
    for token in &chain.tokens {
        assert!(app.is_active(&token.access_token).await, "an answered access token died");
    }
    // The last refresh token that was answered works. Where the answer to its exchange was cut off it may be
    // spent already; then the same child is returned again.
    let last = chain.tokens.last().expect("one at least").refresh();
    let [one, two] = [app.refresh(last).await.expect(up), app.refresh(last).await.expect(up)];
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200), "{} {}", one.text(), two.text());
    let child = refresh_token(&one);
    assert_eq!(child, refresh_token(&two), "two children of one token");
    let grandchild = app.refresh(&child).await.expect(up);
    assert_eq!(grandchild.status, 200, "{}", grandchild.text());
    // Tokens spent before and the code are refused, and their reuse ends the grant.
    match chain.tokens.as_slice() {
        [first, _, ..] => app.refresh(first.refresh()).await.expect(up).assert_refused(400, "invalid_grant"),
        _ => app.redeem(&chain.code).await.expect(up).assert_refused(400, "invalid_grant"),
    }
    app.refresh(&refresh_token(&grandchild)).await.expect(up).assert_refused(400, "invalid_grant");
    assert!(!app.is_active(&chain.tokens[0].access_token).await);
    app.redeem(&chain.code).await.expect(up).assert_refused(400, "invalid_grant");
}
