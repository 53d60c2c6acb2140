use super::files::Files;
use super::person;
use crate::rng::SystemRng;

#[test]
fn a_second_start_finds_what_the_first_has_made_and_no_two_installations_share() {
    let dir = std::env::temp_dir().join(format!("credenza-dev-files-{}", std::process::id()));
    let rng = SystemRng::new();
    let (files, first) = Files::make_in(dir.join("a"), &rng).unwrap();
    let (_, again) = Files::make_in(dir.join("a"), &rng).unwrap();
    let (_, other) = Files::make_in(dir.join("b"), &rng).unwrap();
    assert!(first.fresh && !again.fresh);
    assert_eq!(*first.master_key, *again.master_key);
    assert_eq!(first.demo.password, again.demo.password);
    assert_ne!(*first.master_key, *other.master_key);
    assert_ne!(first.demo.password, other.demo.password);
    assert_ne!(first.demo.client_id, other.demo.client_id);
    assert_eq!(first.demo.password.len(), 19);
    #[cfg(unix)]
    for name in ["master.key", "demo.json"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(files.dir.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn the_demo_user_has_every_standard_claim() {
    let claims = serde_json::to_value(person::claims()).unwrap();
    // sub and updated_at, which the account itself gives, make them twenty names in all.
    assert_eq!(claims.as_object().unwrap().len(), 18, "{claims}");
    assert_eq!(claims["address"].as_object().unwrap().len(), 6);
}
