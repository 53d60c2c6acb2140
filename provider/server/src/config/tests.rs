use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use credenza_protocol::tenant::TenantSettings;

use super::*;
use crate::keys::seal::MasterKey;

const KEY: &str = "q2VnVhS0mX9dGq3cZbWl1oT4yJ8pRkE7uFhA5sNiD0I=";

/// A file of one test, deleted when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("credenza-config-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        let file = Self(path);
        file.set_mode(0o600);
        file
    }

    #[cfg(unix)]
    fn set_mode(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&self.0, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn set_mode(&self, _: u32) {}
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn environment(variables: &[(&str, &str)]) -> Sources {
    Sources::new()
        .environment(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
}

fn with_needed(sources: Sources) -> Sources {
    sources.set("issuer", "https://id.example.com", "test").set("master_key", KEY, "test")
}

fn faults(sources: Sources) -> String {
    Config::load(sources).unwrap_err().to_string()
}

#[test]
fn a_server_needs_an_issuer_and_a_master_key_and_says_so_in_one_go() {
    let report = faults(environment(&[("CREDENZA_LISTEN", "nowhere")]));
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    assert!(lines[0].starts_with("listen (CREDENZA_LISTEN) must be an IP address and a port"), "{report}");
    assert!(lines[1].starts_with("issuer is missing") && lines[1].contains("CREDENZA_ISSUER"), "{report}");
    assert!(
        lines[2].starts_with("master_key is missing") && lines[2].contains("CREDENZA_MASTER_KEY"),
        "{report}"
    );
}

#[test]
fn defaults() {
    let config = Config::load(with_needed(Sources::new())).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.metrics_listen.unwrap().to_string(), "127.0.0.1:9090");
    assert_eq!(config.database_url.as_str(), "sqlite:credenza.db");
    assert_eq!((config.limits.body_bytes, config.limits.header_bytes), (65_536, 32_768));
    assert_eq!(config.password.cost.memory_kib(), 19_456);
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(config.tls.is_none() && config.trusted_proxies.is_empty());
}

#[test]
fn the_environment_beats_the_file() {
    let file = File::new(
        "beats.toml",
        "listen = \"127.0.0.1:1111\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[limits]\nbody_bytes = 2048\nrequests = 7\n",
    );
    let sources = Sources::new().file(&file.0);
    let from_file = Config::load(with_needed(sources.clone())).unwrap();
    assert_eq!(
        (from_file.listen.port(), from_file.limits.body_bytes, from_file.limits.requests),
        (1111, 2048, 7)
    );
    assert!(from_file.trusted_proxies.contains("10.1.1.1".parse().unwrap()));
    let both = sources.environment(
        [
            ("CREDENZA_LIMITS__BODY_BYTES", "4096"),
            ("CREDENZA_TRUSTED_PROXIES", "192.0.2.0/24, ::1"),
            ("OTHER", "x"),
        ]
        .map(|(name, value)| (OsString::from(name), OsString::from(value))),
    );
    let both = Config::load(with_needed(both)).unwrap();
    assert_eq!((both.limits.body_bytes, both.limits.requests), (4096, 7));
    assert!(both.trusted_proxies.contains("::1".parse().unwrap()));
    assert!(!both.trusted_proxies.contains("10.1.1.1".parse().unwrap()));
}

#[test]
fn unknown_keys_are_reported_with_their_place() {
    let file = File::new("unknown.toml", "issuers = \"x\"\n[limits]\nbody = 1\n[extra.deep]\na = 1\n");
    let report = faults(with_needed(Sources::new().file(&file.0)));
    assert!(
        report.contains("issuers (") && report.contains("unknown.toml) is not a setting; here are"),
        "{report}"
    );
    assert!(report.contains("limits.body (") && report.contains("limits.body_bytes"), "{report}");
    assert!(report.contains("extra.deep.a ("), "{report}");
    let report = faults(with_needed(environment(&[("CREDENZA_LISTENS", "x")])));
    assert!(report.starts_with("listens (CREDENZA_LISTENS) is not a setting"), "{report}");
    assert!(
        Config::load(with_needed(environment(&[("CREDENZA_CONFIG", "x"), ("CREDENZA_DEV_DIR", "y")])))
            .is_ok()
    );
}

#[test]
fn secrets_may_stand_in_files_and_only_once() {
    let file = File::new("key", &format!("{KEY}\n"));
    let path = file.0.to_str().unwrap();
    let issuer = ("CREDENZA_ISSUER", "https://id.example.com");
    assert!(Config::load(environment(&[issuer, ("CREDENZA_MASTER_KEY_FILE", path)])).is_ok());
    for pair in [
        ["CREDENZA_MASTER_KEY", "CREDENZA_MASTER_KEY_FILE"],
        ["CREDENZA_MASTER_KEY_FILE", "CREDENZA_MASTER_KEY"],
    ] {
        let values = pair.map(|name| (name, if name.ends_with("FILE") { path } else { KEY }));
        let report = faults(environment(&[issuer, values[0], values[1]]));
        assert!(report.contains("master_key is set twice"), "{report}");
    }
    let report = faults(environment(&[issuer, ("CREDENZA_MASTER_KEY_FILE", "/nowhere")]));
    assert!(report.starts_with("master_key (CREDENZA_MASTER_KEY_FILE) file /nowhere"), "{report}");
    assert!(faults(environment(&[issuer, ("CREDENZA_ISSUER_FILE", path)])).contains("issuer_file"));
}

#[test]
fn each_value_must_have_its_form() {
    let cases = [
        ("CREDENZA_METRICS_LISTEN", "yes", "\"off\""),
        ("CREDENZA_INSECURE_HTTP", "maybe", "true or false"),
        ("CREDENZA_DATABASE_URL", "oracle://u:pw@host/db", "not supported"),
        ("CREDENZA_DATABASE_URL", "credenza.db", "sqlite:"),
        ("CREDENZA_REDIS_URL", "http://u:pw@host", "rediss://"),
        ("CREDENZA_REDIS_URL", "pw", "redis://"),
        ("CREDENZA_REDIS__PREFIX", "two words", "visible ASCII"),
        ("CREDENZA_REDIS__COMMAND_TIMEOUT_MS", "0", "whole number from 10"),
        ("CREDENZA_REDIS__CA_FILE", "/nowhere", "file /nowhere"),
        ("CREDENZA_TLS_CERT", "cert.pem", "tls_key is missing"),
        ("CREDENZA_TLS_KEY", "key.pem", "tls_cert is missing"),
        ("CREDENZA_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "networks"),
        ("CREDENZA_LOG__FORMAT", "xml", "\"json\" or \"text\""),
        ("CREDENZA_LOG__LEVEL", "credenza=loud", "trace"),
        ("CREDENZA_LIMITS__BODY_BYTES", "-1", "whole number from 1024"),
        ("CREDENZA_LIMITS__REQUESTS", "0", "whole number from 1"),
        ("CREDENZA_LIMITS__SHUTDOWN_SECONDS", "1.5", "whole number"),
        ("CREDENZA_PASSWORD__MEMORY_KIB", "64", "whole number from 7168"),
        ("CREDENZA_PASSWORD__THREADS", "many", "whole number"),
        ("CREDENZA_MASTER_KEY", "c2hvcnQ=", "32 random bytes"),
        ("CREDENZA_MASTER_KEYS_PREVIOUS", "c2hvcnQ=", "key number 1: it must be 32 random bytes"),
        ("CREDENZA_KEYS__ROTATE_EVERY", "90x", "such as 86400, 24h or 1d"),
        ("CREDENZA_KEYS__ROTATE_EVERY", "59m", "must be 3600 to"),
        ("CREDENZA_KEYS__ROTATE_EVERY", "-1d", "must be 3600 to"),
        ("CREDENZA_KEYS__ROTATE_EVERY", "+90d", "must be 3600 to"),
        ("CREDENZA_KEYS__ROTATE_EVERY", "1d", "must be less than keys.rotate_every"),
        ("CREDENZA_KEYS__PUBLISH_BEFORE", "119", "must be 120 to"),
        ("CREDENZA_KEYS__PUBLISH_BEFORE", "99999999999999999999d", "must be 120 to"),
        ("CREDENZA_ISSUER", "http://localhost:8080", "--insecure-http"),
    ];
    for (name, value, right) in cases {
        let mut variables = vec![("CREDENZA_ISSUER", "https://id.example.com"), ("CREDENZA_MASTER_KEY", KEY)];
        variables.retain(|(needed, _)| *needed != name);
        assert!(Config::load(with_needed(environment(&variables))).is_ok());
        variables.push((name, value));
        let report = faults(environment(&variables));
        assert_eq!(report.lines().count(), 1, "{report}");
        assert!(report.contains(right), "{name}: {report}");
        assert!(!report.contains("pw") && !report.contains("c2hvcnQ"), "a secret is shown: {report}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault() {
    let report = faults(with_needed(Sources::new().file(std::path::Path::new("/nowhere/credenza.toml"))));
    assert!(report.contains("/nowhere/credenza.toml"), "{report}");
    let file = File::new("broken.toml", "listen = \n");
    assert!(faults(with_needed(Sources::new().file(&file.0))).contains("broken.toml"));
}

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
fn previous_master_keys_open_and_are_never_shown() {
    let other = "aXVnVhS0mX9dGq3cZbWl1oT4yJ8pRkE7uFhA5sNiD0I=";
    let third = "bXVnVhS0mX9dGq3cZbWl1oT4yJ8pRkE7uFhA5sNiD0I=";
    let both = format!("{other}, {third}");
    let lines = File::new("previous", &format!("{other}\n{third}\n"));
    let toml = File::new("previous.toml", &format!("master_keys_previous = [\"{other}\", \"{third}\"]\n"));
    let path = lines.0.to_str().unwrap();
    let rng = crate::rng::SystemRng::new();
    for sources in [
        environment(&[("CREDENZA_MASTER_KEYS_PREVIOUS", &both)]),
        environment(&[("CREDENZA_MASTER_KEYS_PREVIOUS_FILE", path)]),
        Sources::new().file(&toml.0),
    ] {
        let config = Config::load(with_needed(sources)).unwrap();
        assert_eq!(config.master_keys.previous(), 2);
        for key in [KEY, other, third] {
            let sealed = MasterKeys::from(MasterKey::parse(key).unwrap()).seal(&rng, &["test"], b"plain");
            assert!(config.master_keys.open(&["test"], &sealed).is_ok(), "{key}");
            assert_eq!(config.master_keys.is_current(&sealed), key == KEY);
        }
        let shown = toml::to_string(&config.document).unwrap();
        assert!(shown.contains("master_keys_previous = \"(2 set)\""), "{shown}");
        for key in [KEY, other, third] {
            assert!(!format!("{shown} {config:?}").contains(key));
        }
    }
    let none = Config::load(with_needed(environment(&[("CREDENZA_MASTER_KEYS_PREVIOUS", "")]))).unwrap();
    assert_eq!(none.master_keys.previous(), 0);
    let alone =
        environment(&[("CREDENZA_ISSUER", "https://a.example"), ("CREDENZA_MASTER_KEYS_PREVIOUS", other)]);
    assert!(faults(alone).starts_with("master_key is missing"));
}

#[test]
fn spans_have_units() {
    let cases = [
        ("0", 0),
        ("86401", 86_401),
        ("90000s", 90_000),
        ("1500m", 90_000),
        ("25h", 90_000),
        ("90d", 7_776_000),
    ];
    for (text, seconds) in cases {
        let config =
            Config::load(with_needed(environment(&[("CREDENZA_KEYS__ROTATE_EVERY", text)]))).unwrap();
        assert_eq!(config.keys.rotate_every.0, seconds, "{text}");
    }
    let file = File::new("spans.toml", "[keys]\nrotate_every = 172800\npublish_before = \"2h\"\n");
    let config = Config::load(with_needed(Sources::new().file(&file.0))).unwrap();
    assert_eq!((config.keys.rotate_every.0, config.keys.publish_before.0), (172_800, 7200));
}

#[test]
fn several_faults_are_reported_at_once_each_with_its_place() {
    let file =
        File::new("faults.toml", "listen = \"here\"\n[limits]\nbody_bytes = 1\nrequests = [1]\nmore = 1\n");
    let sources = Sources::new().file(&file.0).environment(
        [("CREDENZA_LOG__FORMAT", "xml"), ("CREDENZA_KEYS__ROTATE_EVERY", "1m")]
            .map(|(name, value)| (OsString::from(name), OsString::from(value))),
    );
    let report = faults(with_needed(sources));
    let begin = |line: &str| report.lines().any(|report| report.starts_with(line));
    let path = file.0.display();
    for line in [
        format!("listen ({path}) must be an IP address and a port"),
        format!("limits.body_bytes ({path}) must be a whole number from 1024 to 16777216, not \"1\""),
        format!("limits.requests ({path}) must be one value, not a list"),
        format!("limits.more ({path}) is not a setting; here are limits.address_percent"),
        "log.format (CREDENZA_LOG__FORMAT) must be \"json\" or \"text\", not \"xml\"".to_owned(),
        "keys.rotate_every (CREDENZA_KEYS__ROTATE_EVERY) must be 3600 to".to_owned(),
    ] {
        assert!(begin(&line), "{line}\n\n{report}");
    }
    assert_eq!(report.lines().count(), 6, "{report}");
}

#[test]
fn a_section_is_not_a_value_and_a_value_no_section() {
    let file = File::new("section.toml", "limits = 1\n[listen]\nport = 1\n");
    let report = faults(with_needed(Sources::new().file(&file.0)));
    assert!(report.contains("limits (") && report.contains("listen.port ("), "{report}");
    assert_eq!(report.lines().filter(|line| line.contains("is not a setting")).count(), 2, "{report}");
}

#[test]
fn a_fault_between_two_settings_is_reported() {
    let events = faults(with_needed(environment(&[("CREDENZA_EVENTS__REDIS", "yes")])));
    assert_eq!(events, "events.redis needs redis_url, which names the Redis");
    let cost = [("CREDENZA_PASSWORD__MEMORY_KIB", "7168"), ("CREDENZA_PASSWORD__PARALLELISM", "64")];
    assert!(Config::load(with_needed(environment(&cost))).is_ok());
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
    let expected = ["database_url", "events.nats_url", "master_key", "master_keys_previous", "redis_url"];
    assert_eq!(secrets, expected);
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

#[cfg(unix)]
#[test]
fn a_master_key_in_a_file_that_everybody_may_read_is_refused() {
    let issuer = ("CREDENZA_ISSUER", "https://id.example.com");
    let key = File::new("open-key", KEY);
    let toml =
        File::new("open.toml", &format!("master_key = \"{KEY}\"\nissuer = \"https://id.example.com\""));
    let path = key.0.to_str().unwrap();
    let by_variable = || environment(&[issuer, ("CREDENZA_MASTER_KEY_FILE", path)]);
    let previous = || with_needed(environment(&[("CREDENZA_MASTER_KEYS_PREVIOUS_FILE", path)]));
    let by_file = || Sources::new().file(&toml.0);
    let all: [(&str, &dyn Fn() -> Sources); 3] = [
        ("master_key (CREDENZA_MASTER_KEY_FILE) is in a file", &by_variable),
        ("master_keys_previous (CREDENZA_MASTER_KEYS_PREVIOUS_FILE) is in a file", &previous),
        ("master_key (", &by_file),
    ];
    for (report, sources) in all {
        for mode in [0o400, 0o600, 0o640, 0o660] {
            key.set_mode(mode);
            toml.set_mode(mode);
            assert!(Config::load(sources()).is_ok(), "{report} {mode:o}");
        }
        for mode in [0o644, 0o444, 0o604] {
            key.set_mode(mode);
            toml.set_mode(mode);
            let found = faults(sources());
            assert!(found.starts_with(report) && found.contains("chmod o-r"), "{mode:o}: {found}");
            assert_eq!(found.lines().count(), 1, "{found}");
            assert!(Config::load(sources().set("master_key_world_readable", "true", "test")).is_ok());
        }
    }
    // A file without a master key may be read by everybody.
    let plain = File::new("plain.toml", "issuer = \"https://id.example.com\"");
    plain.set_mode(0o644);
    assert!(Config::load(with_needed(Sources::new().file(&plain.0))).is_ok());
}
