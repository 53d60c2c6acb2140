//! Crash points of a first start: the next start completes one that died.

use std::time::Duration;

use credenza_tests::Served;
use credenza_tests::served::USERNAME;

use super::{ACTIONS, PLACES};
use crate::app::{App, OPTIONS};
use crate::person::{OFFLINE, Person};

/// The writes of a first start.
pub(super) const WRITES: [&str; 3] = ["secrets.create", "tenants.create", "keys.create_first"];

/// How soon a node must be ready after it died.
const READY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a253_a_first_start_that_dies_is_taken_up_by_the_next() {
    let _alone = crate::alone().await;
    for write in WRITES {
        for place in PLACES {
            for action in ACTIONS {
                die_and_start(&format!("{write}:{place}={action}")).await;
            }
        }
    }
}

async fn die_and_start(armed: &str) {
    let mut server = Served::prepare();
    server.node.set("FAILPOINTS", armed);
    server.node.launch();
    let status = server.node.wait_for_end(READY).unwrap_or_else(|| panic!("{armed}: it went on"));
    assert!(!status.success(), "{armed}: {status}");
    server.node.unset("FAILPOINTS");
    server.node.start_within(READY);
    server.create_user(USERNAME);
    let app = App::of(&server.issuer, &server.create_client(&OPTIONS));
    let code = Person::new(USERNAME).code(&app, OFFLINE).await;
    assert_eq!(app.redeem(&code).await.expect("it is up").status, 200, "{armed}");
}
