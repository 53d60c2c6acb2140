use super::*;

#[test]
fn the_settings_are_printed_as_a_schema() {
    let cli = Cli::try_parse_from(["credenza", "settings", "--json"]).unwrap();
    assert!(wants_json(&cli.command));
    let answer = crate::cli::run(cli).unwrap();
    assert_eq!(answer.body["properties"]["listen"]["default"], "127.0.0.1:8080");
}
