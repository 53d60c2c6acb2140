//! Settings as they are shown, to `check-config` and in the manual.

use std::path::Path;

use credenza_protocol::tenant::TenantSettings;

use super::*;

#[test]
fn what_is_shown_can_be_read_again_and_holds_no_secret() {
    let config = Config::load(with_needed(Sources::new())).unwrap();
    let shown = toml::to_string(&config.document).unwrap();
    assert!(!shown.contains(KEY) && shown.contains("master_key = \"(set)\""), "{shown}");
    assert!(!format!("{config:?}").contains(KEY));
    let file = File::new("shown.toml", &shown);
    let again = Config::load(with_needed(Sources::new().file(&file.0))).unwrap();
    assert_eq!(toml::to_string(&again.document).unwrap(), shown);
}

#[test]
fn no_secret_is_shown() {
    let variables = [
        ("CREDENZA_DATABASE_URL", "postgres://me:hidden@host/db"),
        ("CREDENZA_REDIS_URL", "redis://:hidden@host"),
        ("CREDENZA_EVENTS__NATS_URL", "nats://me:hidden@host"),
    ];
    let config = Config::load(with_needed(environment(&variables))).unwrap();
    let shown = toml::to_string(&config.document).unwrap();
    assert!(shown.contains("redis_url = \"(set)\"") && shown.contains("postgres://…@host/db"), "{shown}");
    assert!(!format!("{shown} {:?}", config.document).contains("hidden"), "{shown}");
}

#[test]
fn every_setting_has_a_description_a_form_and_a_default_that_can_be_read() {
    let catalogue = catalogue::settings();
    for (path, setting) in &catalogue {
        assert!(setting.description.ends_with('.'), "{path}: {:?}", setting.description);
    }
    // Whatever is shown is a setting, and every default is within its bounds.
    let shown = toml::to_string(&Document::default()).unwrap();
    let file = File::new("defaults.toml", &shown);
    assert_eq!(Config::load(with_needed(Sources::new().file(&file.0))).map(|_| ()), Ok(()), "{shown}");
    let secrets: Vec<_> =
        catalogue.iter().filter(|(_, setting)| setting.is_secret).map(|(path, _)| path.as_str()).collect();
    let expected = [
        "admin.key",
        "admin.shared_keys",
        "captcha.secret",
        "database_url",
        "events.nats_url",
        "mail.smtp_url",
        "master_key",
        "master_keys_previous",
        "redis_url",
    ];
    assert_eq!(secrets, expected);
}

/// `UPDATE_MANUAL=1 cargo test -p credenza --lib config` writes the tables anew.
#[test]
fn the_manual_lists_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manual/configuration.md");
    let written = fs::read_to_string(&path).unwrap();
    let made = between(&written, "settings", &table());
    let made = between(&made, "tenant settings", &table_of::<TenantSettings>());
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        fs::write(&path, &made).unwrap();
    } else {
        assert_eq!(written, made, "write the tables anew with UPDATE_MANUAL=1");
    }
}

/// The page with the table between the markers of that name.
fn between(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}\n{table}\n{end}{after}")
}

#[test]
fn the_table_has_names_defaults_and_bounds() {
    let table = table();
    for row in [
        "| `limits.body_bytes` | `CREDENZA_LIMITS__BODY_BYTES` | `65536` | Largest body of a request, in bytes. From 1024 to 16777216. |",
        "| `log.format` | `CREDENZA_LOG__FORMAT` | `json` |",
        "| `database_url` | `CREDENZA_DATABASE_URL`, `…_FILE` | `sqlite:credenza.db` |",
        "| `events.nats_create_stream` | `CREDENZA_EVENTS__NATS_CREATE_STREAM` | `false` |",
    ] {
        assert!(table.contains(row), "{row}\n{table}");
    }
}

#[test]
fn the_schema_says_what_a_secret_is_and_which_numbers_are_accepted() {
    let schema = schema().to_value();
    let at = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/properties/master_key/writeOnly"), true);
    assert_eq!(at("/properties/limits/properties/body_bytes/minimum"), 1024);
    assert_eq!(at("/properties/limits/properties/body_bytes/default"), 65_536);
    assert_eq!(at("/properties/listen/default"), "127.0.0.1:8080");
    assert_eq!(at("/additionalProperties"), false);
    assert_eq!(at("/properties/limits/additionalProperties"), false);
}
