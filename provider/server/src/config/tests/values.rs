//! The forms of single settings, and faults in them.

use super::*;

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
fn a_fault_between_two_settings_is_reported() {
    let events = faults(with_needed(environment(&[("CREDENZA_EVENTS__REDIS", "yes")])));
    assert_eq!(events, "events.redis needs redis_url, which names the Redis");
    let cost = [("CREDENZA_PASSWORD__MEMORY_KIB", "7168"), ("CREDENZA_PASSWORD__PARALLELISM", "64")];
    assert!(Config::load(with_needed(environment(&cost))).is_ok());
}
