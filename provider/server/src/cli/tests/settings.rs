use super::*;

#[test]
fn the_settings_are_printed_as_a_schema() {
    let cli = Cli::try_parse_from(["credenza", "settings", "--json"]).unwrap();
    assert!(wants_json(&cli.command));
    let answer = crate::cli::run(cli).unwrap();
    assert_eq!(answer.body["properties"]["listen"]["default"], "127.0.0.1:8080");
}

#[tokio::test]
async fn a_restored_backup_is_noted() {
    let installation = super::installation().await;
    assert_eq!(installation.store.maintenance.restored_at().await.unwrap(), None);
    let noted = super::run(&installation, &["restored"]).await["restored_at"].as_i64();
    let stored = installation.store.maintenance.restored_at().await.unwrap();
    assert_eq!(stored.map(credenza_protocol::time::Time::seconds), noted);
    assert!(noted.is_some());
}
