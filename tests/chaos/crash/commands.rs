//! Crash points of the command line, beside a running server: repeated, the command succeeds or says that it was done
//! already.

use std::process::Output;

use credenza_tests::Served;
use serde_json::Value;

use super::{ACTIONS, PLACES};

/// Writes, and the commands that perform them. A word in capitals stands for something new each time.
pub(super) const COMMANDS: [(&str, &str); 24] = [
    ("tenants.update", "tenant update TENANT --set code_lifetime=30"),
    ("tenants.set_disabled", "tenant disable TENANT"),
    ("tenants.delete", "tenant delete TENANT"),
    ("clients.create", "client create --name New --redirect-uri https://rp.test/new"),
    ("clients.update", "client update CLIENT --name Newer"),
    ("clients.set_disabled", "client disable CLIENT"),
    ("clients.delete", "client delete CLIENT"),
    ("initial_access_tokens.create", "registration-token create --uses 1"),
    ("initial_access_tokens.delete", "registration-token delete TOKEN"),
    ("users.create", "user create --username NEW"),
    ("users.update", "user update USER --email new@example.test"),
    ("users.set_disabled", "user disable USER"),
    ("users.delete", "user delete USER"),
    ("credentials.set_password", "user update USER --password another-long-password"),
    ("groups.create", "group create NEW"),
    ("groups.update", "group update GROUP --description Newer"),
    ("groups.add", "group add GROUP --username USER"),
    ("groups.delete", "group delete GROUP"),
    ("admin_roles.grant", "admin grant USER auditor"),
    ("maintenance.note_restore", "restored"),
    ("keys.create", "key create --algorithm ES256"),
    ("keys.set_active_at", "key update KEY --active-in 7200"),
    ("keys.set_disabled", "key disable KEY"),
    ("keys.delete", "key delete KEY"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a253_a_command_that_dies_can_be_given_again() {
    let _alone = crate::alone().await;
    let mut server = Served::start();
    let points = PLACES.into_iter().flat_map(|place| ACTIONS.map(|action| (place, action)));
    for (number, (place, action)) in points.enumerate() {
        for (write, command) in COMMANDS {
            let armed = format!("{write}:{place}={action}");
            let words = words(&server, command, number);
            let died = give(&server, &words, &armed);
            assert!(!died.status.success(), "{armed}: {died:?}");
            let again = give(&server, &words, "");
            let said: Value = serde_json::from_slice(&again.stdout).expect("an answer in JSON");
            // A write of one statement is committed by itself: a later error may leave it in place.
            let may_stand = place == "after" || (place == "inside" && action != "kill");
            let has_been = may_stand && again.status.code() == Some(1) && said["error"].is_string();
            assert!(again.status.success() || has_been, "{armed}: {again:?}");
            assert!(server.node.is_running() && server.node.is_ready(), "{armed}");
        }
    }
}

/// The words of a command, with something new for each word in capitals.
fn words(server: &Served, command: &str, number: usize) -> Vec<String> {
    let made =
        |arguments: &[&str], field: &str| server.node.run(arguments)[field].as_str().unwrap().to_owned();
    let name = format!("new-{number}");
    let word = |word: &str| match word {
        "TENANT" => made(&["tenant", "create", &format!("{name}-{}", command.len())], "name"),
        "CLIENT" => {
            made(&["client", "create", "--name", "Old", "--redirect-uri", "https://rp.test/"], "client_id")
        }
        "USER" => made(&["user", "create", "--username", &format!("{name}-{}", command.len())], "username"),
        "GROUP" => made(&["group", "create", &format!("{name}-{}", command.len())], "name"),
        "KEY" => made(&["key", "create", "--algorithm", "ES256"], "kid"),
        "TOKEN" => made(&["registration-token", "create"], "token_id"),
        "NEW" => name.clone(),
        known => known.to_owned(),
    };
    command.split(' ').map(word).collect()
}

fn give(server: &Served, words: &[String], armed: &str) -> Output {
    let mut command = server.node.command();
    command.args(words).arg("--json").env("CREDENZA_FAILPOINTS", armed).output().unwrap()
}
