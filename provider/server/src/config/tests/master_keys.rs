//! `master_key` and what belongs to it.

use super::*;
use crate::keys::seal::MasterKey;

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
