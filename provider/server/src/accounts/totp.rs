//! Codes of six digits that an application shows, another one every thirty seconds (RFC 6238, RFC 4226).

use std::fmt;

use credenza_protocol::time::Time;
use ring::hmac;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use url::Url;
use zeroize::Zeroizing;

use crate::rng::Rng;

/// How long a code is shown, in seconds (RFC 6238 4.1).
const PERIOD: i64 = 30;
/// How many digits it has.
const DIGITS: usize = 6;
/// How many periods a clock may be off, each way (RFC 6238 5.2).
const DRIFT: i64 = 1;
/// As long as the output of the hash (RFC 4226 4, R6).
const LENGTH: usize = 20;
/// The alphabet of RFC 4648 6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an application and the provider both know.
pub struct TotpSecret(Zeroizing<[u8; LENGTH]>);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

impl TotpSecret {
    /// A new one.
    #[must_use]
    pub fn generate(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        rng.fill(bytes.as_mut());
        Self(bytes)
    }

    /// One that was stored.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// As it is stored, encrypted.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As people type it into an application (RFC 4648 6).
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Five bytes are eight characters, and the secret has a multiple of five.
        for five in self.0.chunks(5) {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            let letters = (0..8_u32).rev().map(|place| (bits >> (5 * place) & 31) as usize);
            text.extend(letters.filter_map(|place| BASE32.get(place)).map(|letter| char::from(*letter)));
        }
        text
    }

    /// What a QR code tells an application: an `otpauth` URI with who issues the codes, and for which account.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        // A colon divides the two, so that neither may have one.
        let plain = |text: &str| text.replace(':', " ").trim().to_owned();
        let (issuer, account) = (plain(issuer), plain(account));
        let Ok(mut uri) = Url::parse("otpauth://totp/") else { return String::new() };
        uri.set_path(&format!("{issuer}:{account}"));
        let secret = self.text();
        // Encoded as a path is: applications that read a plus sign as one would show it.
        let mut encoded = uri.clone();
        encoded.set_path(&issuer);
        let encoded = encoded.path().trim_start_matches('/').replace('&', "%26").replace('+', "%2B");
        uri.set_query(Some(&format!("secret={secret}&issuer={encoded}&algorithm=SHA1&digits=6&period=30")));
        uri.into()
    }

    /// The time step of what was typed, if it is a code of now or of the periods beside (RFC 6238 5.2). All of them are compared,
    /// in constant time; spaces that people type are not part of it.
    #[must_use]
    pub fn check(&self, typed: &str, now: Time) -> Option<i64> {
        let typed: Vec<u8> = typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
        let current = now.seconds().div_euclid(PERIOD);
        let (mut found, mut step) = (Choice::from(0), 0);
        for candidate in current - DRIFT..=current + DRIFT {
            let is_right = typed.ct_eq(self.code(candidate).as_bytes());
            step = i64::conditional_select(&step, &candidate, is_right);
            found |= is_right;
        }
        bool::from(found).then_some(step)
    }

    /// The code of that time step (RFC 4226 5.3).
    #[must_use]
    pub fn code(&self, time_step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &time_step.to_be_bytes());
        let offset = tag.as_ref().last().map_or(0, |last| usize::from(last & 15));
        let cut = tag.as_ref().iter().skip(offset).take(4);
        let number = cut.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % 10_u32.pow(DIGITS as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    fn secret() -> TotpSecret {
        TotpSecret::from_slice(b"12345678901234567890").unwrap()
    }

    #[test]
    fn rfc4226_appendix_d() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, code) in codes.into_iter().enumerate() {
            assert_eq!(secret().code(i64::try_from(counter).unwrap()), code, "{counter}");
        }
    }

    /// The codes of SHA-1, of which the last six of eight digits are those of six.
    #[test]
    fn rfc6238_appendix_b() {
        for (time, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let six = &code[2..];
            assert_eq!(secret().check(six, Time::from_seconds(time)), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_period_each_way() {
        let (secret, now) = (secret(), Time::from_seconds(1_800_000_015));
        let step = 1_800_000_015 / 30;
        for (off, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = secret.code(step + off);
            assert_eq!(secret.check(&typed, now), counts.then_some(step + off), "{off}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let (secret, now) = (secret(), Time::from_seconds(59));
        for typed in ["", "287 08", "2870820", "28708２", "94287082", "287083", "-287082-0", "\0\0\0\0\0\0"]
        {
            assert_eq!(secret.check(typed, now), None, "{typed}");
        }
        for typed in ["287082", " 287 082 ", "287-082"] {
            assert_eq!(secret.check(typed, now), Some(1), "{typed}");
        }
    }

    #[test]
    fn a_secret_is_written_as_applications_read_it() {
        assert_eq!(secret().text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = secret().uri("Acme & Söhne: +1", "ada@example.com");
        assert_eq!(
            uri,
            "otpauth://totp/Acme%20&%20S%C3%B6hne%20%20+1:ada@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Acme%20%26%20S%C3%B6hne%20%20%2B1&algorithm=SHA1&digits=6&period=30"
        );
        let rng = SystemRng::new();
        assert_ne!(TotpSecret::generate(&rng).text(), TotpSecret::generate(&rng).text());
        assert_eq!(format!("{:?}", secret()), "TotpSecret");
    }
}
