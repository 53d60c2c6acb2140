use std::fs::File;
use std::time::Duration;

use super::*;

/// A file of `tests/vectors/places`, whose script says what is in it.
fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/places").join(name)
}

/// A copy of one that can be changed.
struct Copy(PathBuf);

impl Copy {
    fn of(name: &str, test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("credenza-places-{test}-{}.mmdb", std::process::id()));
        let copy = Self(path);
        copy.replace(&fs::read(vector(name)).unwrap(), 0);
        copy
    }

    fn replace(&self, bytes: &[u8], age: u64) {
        fs::write(&self.0, bytes).unwrap();
        let file = File::options().write(true).open(&self.0).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + age)).unwrap();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn name(places: &Places, address: &str, lang: &str) -> Option<String> {
    places.of(address.parse().unwrap()).and_then(|place| place.name(lang))
}

#[test]
fn addresses_are_found_in_their_networks_and_named_in_a_language() {
    let places = Places::open(&vector("places.mmdb")).unwrap();
    for (address, lang, expected) in [
        ("127.0.0.1", "en", Some("Munich, Bavaria, Germany")),
        ("127.255.255.255", "de", Some("München, Bayern, Deutschland")),
        ("::ffff:127.0.0.1", "en", Some("Munich, Bavaria, Germany")),
        ("2001:db8:1::1", "de", Some("München, Bayern, Deutschland")),
        ("192.0.2.1", "de", Some("Kairo, Ägypten")),
        ("192.0.2.255", "ar", Some("Cairo, Egypt")),
        ("198.51.100.7", "de", Some("Frankreich")),
        ("203.0.113.1", "en", Some("Japan")),
        ("203.0.113.128", "en", None),
        ("192.0.3.0", "en", None),
        ("::1", "en", None),
    ] {
        assert_eq!(name(&places, address, lang).as_deref(), expected, "{address} {lang}");
    }
    let munich = places.of("127.0.0.1".parse().unwrap()).unwrap();
    assert_eq!(munich.country_code.as_deref(), Some("DE"));
    let tags: Vec<_> = munich.city.keys().map(String::as_str).collect();
    assert_eq!(tags, ["de", "en"], "no more than pages can show");
}

#[test]
fn what_holds_no_places_is_refused_with_a_reason() {
    let empty = Copy::of("places.mmdb", "empty");
    empty.replace(b"", 1);
    let cut = Copy::of("places.mmdb", "cut");
    let whole = fs::read(vector("places.mmdb")).unwrap();
    cut.replace(&whole[..whole.len() / 2], 1);
    for (path, why) in [
        (vector("none.mmdb"), "none.mmdb: No such file"),
        (vector(""), "directory"),
        (vector("write"), "this is no MaxMind database"),
        (empty.0.clone(), "this is no MaxMind database"),
        (cut.0.clone(), "this is no MaxMind database"),
        (
            vector("networks.mmdb"),
            "a database of the type \"Test-ASN\"; one of cities or countries is needed",
        ),
    ] {
        let Err(error) = Places::open(&path) else { panic!("{} was taken", path.display()) };
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_file_that_changes_is_read_again_and_a_bad_one_is_not_used() {
    let file = Copy::of("places.mmdb", "changes");
    let places = Places::open(&file.0).unwrap();
    let here = |expected: &str| assert_eq!(name(&places, "127.0.0.1", "en").as_deref(), Some(expected));
    assert!(!places.refresh().unwrap(), "it is the same");
    file.replace(&fs::read(vector("moved.mmdb")).unwrap(), 60);
    here("Munich, Bavaria, Germany");
    assert!(places.refresh().unwrap());
    here("France");
    file.replace(b"half of a downl", 120);
    assert!(places.refresh().is_err());
    here("France");
    assert!(!places.refresh().unwrap(), "it is told once");
    fs::remove_file(&file.0).unwrap();
    assert!(places.refresh().is_err());
    here("France");
    file.replace(&fs::read(vector("places.mmdb")).unwrap(), 180);
    assert!(places.refresh().unwrap());
    here("Munich, Bavaria, Germany");
}
