//! The settings as a whole; those of one kind have a file each.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use super::*;

mod master_keys;
mod shown;
mod sources;
mod values;

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
    assert_eq!(config.metrics_listen.unwrap().to_string(), "127.0.0.1:9790");
    assert_eq!(config.database_url.as_str(), "sqlite:credenza.db");
    assert_eq!((config.limits.body_bytes, config.limits.header_bytes), (65_536, 32_768));
    assert_eq!(config.password.cost.memory_kib(), 19_456);
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(config.tls.is_none() && config.trusted_proxies.is_empty());
}
