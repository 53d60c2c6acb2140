//! Commands that work at a server elsewhere: what is known without asking one.

use std::fs;
use std::path::Path;

use super::*;
use crate::http::admin::wire;

/// The words in quotation marks of a source.
fn quoted(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect()
}

#[test]
fn each_operation_that_a_door_asks_for_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/door");
    let mut found = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let is_id = |word: &&str| {
            word.bytes().all(|byte| byte.is_ascii_alphabetic())
                && word.bytes().any(|byte| byte.is_ascii_uppercase())
        };
        for id in quoted(&text).into_iter().filter(is_id) {
            assert!(wire::operation(id).is_some(), "{id}");
            found += 1;
        }
    }
    assert!(found > 35, "{found}");
}

#[test]
fn a_server_is_named_for_any_command() {
    for words in [
        &["client", "list", "--server", "https://id.example.com"][..],
        &["--server", "https://id.example.com", "client", "list", "--output", "yaml"],
        &["login", "--server", "https://id.example.com", "--no-browser", "--ca-file", "ca.pem"],
        &["apply", "--dry-run", "set-up.toml", "--server", "https://id.example.com"],
        &["admin", "cli", "enable", "--issuer", "https://id.example.com"],
        &["whoami"],
    ] {
        let cli = Cli::try_parse_from([&["credenza"], words].concat());
        assert!(cli.is_ok(), "{words:?}: {}", cli.unwrap_err());
    }
    assert!(Cli::try_parse_from(["credenza", "client", "list", "--output", "xml"]).is_err());
}

#[tokio::test]
async fn signing_in_from_the_command_line_is_enabled_at_an_issuer() {
    let installation = installation().await;
    let enable = ["admin", "cli", "enable"];
    refused(&installation, &enable, "--issuer").await;
    let body = run(&installation, &[&enable[..], &["--issuer", "https://id.example.com/"]].concat()).await;
    assert_eq!(body["client_id"], "credenza-cli");
    assert_eq!(body["resources"], json!(["https://id.example.com/admin"]));
    assert_eq!(body["application_type"], "native");
    let installation = Installation { issuer: Some("https://other.example.com".to_owned()), ..installation };
    let body = run(&installation, &enable).await;
    assert_eq!(body["resources"], json!(["https://other.example.com/admin"]), "it is brought up to date");
    refused(&installation, &["admin", "cli", "disable", "--tenant", "nobody"], "there is no tenant").await;
    assert!(run(&installation, &["admin", "cli", "disable"]).await["disabled_at"].is_number());
}
