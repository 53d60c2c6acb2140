//! Crash points of a first start, and of the command line beside a server that runs.

use std::process::Output;
use std::time::Duration;

use credenza_tests::served::{PASSWORD, USERNAME};
use credenza_tests::{Request, Served};
use serde_json::Value;

use super::{ACTIONS, PLACES};
use crate::app::{App, OPTIONS};
use crate::person::{OFFLINE, Person};

/// The writes of a first start.
pub(super) const WRITES: [&str; 2] = ["tenants.create", "keys.create_first"];

/// The writes of commands, and the commands. The words in capitals are made before: a client, a user, a key, a
/// tenant, all of them new.
pub(super) const COMMANDS: [(&str, &str); 15] = [
    ("tenants.update", "tenant update TENANT --set code_lifetime=30"),
    ("tenants.set_disabled", "tenant disable TENANT"),
    ("tenants.delete", "tenant delete TENANT"),
    ("clients.create", "client create --name New --redirect-uri https://rp.test/new"),
    ("clients.update", "client update CLIENT --name Newer"),
    ("clients.set_disabled", "client disable CLIENT"),
    ("clients.delete", "client delete CLIENT"),
    ("users.create", "user create --username NEW"),
    ("users.update", "user update USER --email new@example.test"),
    ("users.set_disabled", "user disable USER"),
    ("users.delete", "user delete USER"),
    ("credentials.set_password", "user update USER --password another-password"),
    ("keys.create", "key create --algorithm ES256 --active-in 3600"),
    ("keys.set_active_at", "key update KEY --active-in 7200"),
    ("keys.set_disabled", "key disable KEY"),
];

/// How soon a node must be ready after it died.
const READY: Duration = Duration::from_secs(5);

/// Dies over its first start, and is whole after the second.
#[tokio::test(flavor = "multi_thread")]
async fn a253_a_first_start_that_dies_is_taken_up_by_the_next() {
    let _alone = crate::alone().await;
    for write in WRITES {
        for place in PLACES {
            for action in ACTIONS {
                let armed = format!("{write}:{place}={action}");
                let mut server = Served::prepare();
                server.node.set("FAILPOINTS", &armed);
                server.node.launch();
                let status = server.node.wait_for_end(READY).unwrap_or_else(|| panic!("{armed}: it went on"));
                assert!(!status.success(), "{armed}: {status}");
                server.node.unset("FAILPOINTS");
                server.node.launch();
                server.node.wait_until_ready(READY);
                assert_eq!(server.node.run(&["tenant", "list"])["tenants"].as_array().unwrap().len(), 1, "{armed}");
                signs_in(&server).await;
            }
        }
    }
}

async fn signs_in(server: &Served) {
    server.create_user(USERNAME);
    let app = App::of(&server.issuer, &server.create_client(&OPTIONS));
    let code = Person::new(USERNAME).code(&app, OFFLINE).await;
    assert_eq!(app.redeem(&code).await.unwrap().status, 200);
}

/// Dies at the command line, beside a server that goes on; tried again, it is done or has been done.
#[tokio::test(flavor = "multi_thread")]
async fn a253_a_command_that_dies_can_be_given_again() {
    let _alone = crate::alone().await;
    let mut server = Served::start();
    let mut number = 0;
    for (write, command) in COMMANDS {
        for place in PLACES {
            for action in ACTIONS {
                let armed = format!("{write}:{place}={action}");
                number += 1;
                let words = words(&server, command, number);
                let died = give(&server, &words, &armed);
                assert!(!died.status.success(), "{armed}: {died:?}");
                let again = give(&server, &words, "");
                let said: Value = serde_json::from_slice(&again.stdout).unwrap_or_default();
                let is_done = place == "after" && again.status.code() == Some(1) && said["error"].is_string();
                assert!(again.status.success() || is_done, "{armed}: {again:?}");
                assert!(server.node.is_running());
                assert_eq!(Request::get(format!("{}/readyz", server.issuer)).send().await.status, 200);
            }
        }
    }
    signs_in_as(&server, "somebody-else").await;
}

async fn signs_in_as(server: &Served, username: &str) {
    server.create_user(username);
    let app = App::of(&server.issuer, &server.create_client(&OPTIONS));
    let code = Person::new(username).code(&app, OFFLINE).await;
    assert_eq!(app.redeem(&code).await.unwrap().status, 200);
}
