//! Any text as a key set: the keys that are read are public, bounded, and survive a round trip.
#![no_main]

use credenza_validator::{Algorithm, JwkSet, Unverified};
use libfuzzer_sys::fuzz_target;

/// RFC 7515 appendix A.3 with another signature.
const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UifQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

fuzz_target!(|data: &[u8]| {
    let Ok(set) = JwkSet::parse(data) else { return };
    assert!(set.keys.len() <= 100);
    let text = serde_json::to_string(&set).expect("JSON");
    assert_eq!(JwkSet::parse(text.as_bytes()).as_ref(), Ok(&set));
    for private in ["\"d\":", "\"k\":", "\"p\":", "\"q\":"] {
        assert!(!text.contains(private));
    }
    for key in &set.keys {
        assert_eq!(key.thumbprint().len(), 43);
        assert!(Algorithm::ALL.iter().filter(|alg| alg.is_symmetric()).all(|alg| !key.fits(*alg)));
    }
    let token = Unverified::parse(TOKEN).expect("a token");
    assert!(token.verify(&set, &Algorithm::ALL).is_err());
});
