//! Where settings come from: the file and the environment, and what is no setting.

use super::*;

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
fn a_file_that_cannot_be_read_is_a_fault() {
    let report = faults(with_needed(Sources::new().file(std::path::Path::new("/nowhere/credenza.toml"))));
    assert!(report.contains("/nowhere/credenza.toml"), "{report}");
    let file = File::new("broken.toml", "listen = \n");
    assert!(faults(with_needed(Sources::new().file(&file.0))).contains("broken.toml"));
    let file = File::new("torn.toml", &format!("issuer = \"https://a.example\"\nmaster_key = \"{KEY}\n"));
    let report = faults(with_needed(Sources::new().file(&file.0)));
    assert!(report.contains("torn.toml: line ") && !report.contains(KEY), "{report}");
}

#[test]
fn a_section_is_not_a_value_and_a_value_no_section() {
    let file = File::new("section.toml", "limits = 1\n[listen]\nport = 1\n");
    let report = faults(with_needed(Sources::new().file(&file.0)));
    assert!(report.contains("limits (") && report.contains("listen.port ("), "{report}");
    assert_eq!(report.lines().filter(|line| line.contains("is not a setting")).count(), 2, "{report}");
}

#[test]
fn an_empty_variable_counts_as_absent() {
    let file = File::new("absent.toml", "listen = \"127.0.0.1:1111\"\n");
    let empty = [
        ("CREDENZA_LISTEN", ""),
        ("CREDENZA_LIMITS__BODY_BYTES", ""),
        ("CREDENZA_REDIS_URL", " "),
        ("CREDENZA_REDIS_URL_FILE", ""),
        ("CREDENZA_MASTER_KEY_FILE", ""),
        ("CREDENZA_LISTENS", ""),
    ];
    let variables = empty.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let config = Config::load(with_needed(Sources::new().file(&file.0).environment(variables))).unwrap();
    assert_eq!(config.listen.port(), 1111, "the file counts");
    assert_eq!(config.limits.body_bytes, 65_536);
    assert!(config.redis.is_none());
    // It is not set twice either, and what is needed is still missing.
    let key = File::new("absent-key", KEY);
    let both = [("CREDENZA_MASTER_KEY", ""), ("CREDENZA_MASTER_KEY_FILE", key.0.to_str().unwrap())];
    let issuer = ("CREDENZA_ISSUER", "https://id.example.com");
    assert!(Config::load(environment(&[issuer, both[0], both[1]])).is_ok());
    let report = faults(environment(&[issuer, both[0]]));
    assert!(report.starts_with("master_key is missing"), "{report}");
}

#[test]
fn an_empty_file_of_a_secret_is_a_fault_that_names_it() {
    let file = File::new("empty-key", " \n");
    let path = file.0.to_str().unwrap();
    for name in
        ["CREDENZA_MASTER_KEYS_PREVIOUS_FILE", "CREDENZA_DATABASE_URL_FILE", "CREDENZA_REDIS_URL_FILE"]
    {
        let report = faults(with_needed(environment(&[(name, path)])));
        assert_eq!(report.lines().count(), 1, "{report}");
        assert!(report.contains(&format!("({name}) file {path} is empty")), "{report}");
        assert!(report.ends_with(&format!("or remove {name}")), "{report}");
    }
}
