//! Devices that an account has signed in from, so that guesses from elsewhere do not slow down its owner.
//!
//! A browser keeps a mark for each account that signed in with it, the last few of them, in one cookie. A mark is a MAC
//! over the account, an expiry and a number below [`SLOTS`]; nothing is stored. It opens nothing: it decides by which
//! count a wrong password is slowed down. An account has no more such counts than there are numbers, however many marks
//! of it exist, and no mark can be made without its password.

use std::fmt;

use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::username::username_key;
use credenza_validator::base64url;
use ring::hmac;

use crate::rng::Rng;

/// How long a device is known after a sign-in: 180 days.
pub(crate) const LIFETIME: Seconds = Seconds(180 * 86_400);
/// Into how many counts the devices of an account fall.
pub(crate) const SLOTS: u8 = 16;
/// How many accounts a browser remembers.
pub(crate) const ACCOUNTS: usize = 4;
/// Stands between the marks in the cookie.
const SEPARATOR: char = '.';

/// By which count of its account a device is slowed down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slot(u8);

impl Slot {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Makes and reads the marks of one tenant.
pub struct KnownDevices(hmac::Key);

/// A mark as it was presented: its MAC is not checked.
struct Mark<'a> {
    slot: Slot,
    expires_at: Time,
    mac: Vec<u8>,
    text: &'a str,
}

impl KnownDevices {
    /// With a key of their own.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The count of the device, if the account of that name has signed in from it.
    #[must_use]
    pub fn slot(&self, username: &str, cookie: Option<&Secret>, now: Time) -> Option<Slot> {
        self.found(username, cookie, now).map(|mark| mark.slot)
    }

    /// The cookie after the account of that name has signed in. A device keeps its number.
    #[must_use]
    pub fn after_sign_in(&self, rng: &dyn Rng, username: &str, cookie: Option<&Secret>, now: Time) -> Secret {
        let own = self.found(username, cookie, now);
        let slot = own.as_ref().map_or_else(|| any(rng), |mark| mark.slot);
        let own = own.map(|mark| mark.text);
        let others = marks(cookie, now).map(|mark| mark.text).filter(|text| Some(*text) != own);
        let mut kept = vec![self.mark(username, slot, now + LIFETIME)];
        kept.extend(others.take(ACCOUNTS - 1).map(str::to_owned));
        Secret::presented(kept.join(&SEPARATOR.to_string()))
    }

    fn found<'a>(&self, username: &str, cookie: Option<&'a Secret>, now: Time) -> Option<Mark<'a>> {
        let is_own = |mark: &Mark<'_>| {
            hmac::verify(&self.0, &message(username, mark.slot, mark.expires_at), &mark.mac).is_ok()
        };
        marks(cookie, now).find(is_own)
    }

    fn mark(&self, username: &str, slot: Slot, expires_at: Time) -> String {
        let mac = hmac::sign(&self.0, &message(username, slot, expires_at));
        let mut bytes = vec![slot.0];
        bytes.extend(expires_at.seconds().to_be_bytes());
        bytes.extend(mac.as_ref());
        base64url::encode(bytes)
    }
}

/// The marks of a cookie that have not expired, at most as many as a browser keeps.
fn marks(cookie: Option<&Secret>, now: Time) -> impl Iterator<Item = Mark<'_>> {
    let texts = cookie.into_iter().flat_map(|cookie| cookie.reveal().split(SEPARATOR)).take(ACCOUNTS);
    texts.filter_map(read).filter(move |mark| mark.expires_at > now && mark.expires_at <= now + LIFETIME)
}

fn read(text: &str) -> Option<Mark<'_>> {
    let bytes = base64url::decode(text).ok()?;
    let (slot, rest) = bytes.split_first()?;
    let (expires_at, mac) = rest.split_first_chunk()?;
    let expires_at = Time::from_seconds(i64::from_be_bytes(*expires_at));
    (*slot < SLOTS).then(|| Mark { slot: Slot(*slot), expires_at, mac: mac.to_vec(), text })
}

fn any(rng: &dyn Rng) -> Slot {
    let mut byte = [0];
    rng.fill(&mut byte);
    let [byte] = byte;
    Slot(byte % SLOTS)
}

fn message(username: &str, slot: Slot, expires_at: Time) -> Vec<u8> {
    format!("{}\0{}\0{}", slot.0, expires_at.seconds(), username_key(username)).into_bytes()
}

impl fmt::Debug for KnownDevices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownDevices")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SystemRng;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn devices(key: u8) -> KnownDevices {
        KnownDevices::new(&[key; 32])
    }

    #[test]
    fn a_device_is_known_to_its_account_and_tenant_and_for_its_time() {
        let (mine, rng) = (devices(1), SystemRng::new());
        let cookie = mine.after_sign_in(&rng, "Alice", None, at(0));
        let slot = mine.slot(" ALICE ", Some(&cookie), at(1)).expect("it is known, however it is spelt");
        assert!(slot.number() < SLOTS);
        assert!(mine.slot("bob", Some(&cookie), at(1)).is_none());
        assert!(devices(2).slot("alice", Some(&cookie), at(1)).is_none());
        assert!(mine.slot("alice", None, at(1)).is_none());
        assert_eq!(mine.slot("alice", Some(&cookie), at(LIFETIME.0 - 1)), Some(slot));
        assert!(mine.slot("alice", Some(&cookie), at(LIFETIME.0)).is_none());
        assert!(!cookie.reveal().to_lowercase().contains("alice"));
    }

    #[test]
    fn it_keeps_its_number_and_is_renewed() {
        let (mine, rng) = (devices(1), SystemRng::new());
        let mut cookie = mine.after_sign_in(&rng, "alice", None, at(0));
        let slot = mine.slot("alice", Some(&cookie), at(0));
        for now in 1..50 {
            cookie = mine.after_sign_in(&rng, "alice", Some(&cookie), at(now));
            assert_eq!(mine.slot("alice", Some(&cookie), at(now)), slot);
            assert!(!cookie.reveal().contains(SEPARATOR), "one mark of one account");
        }
        assert_eq!(mine.slot("alice", Some(&cookie), at(LIFETIME.0 + 48)), slot);
    }

    #[test]
    fn a_browser_remembers_the_last_few_accounts() {
        let (mine, rng) = (devices(1), SystemRng::new());
        let names = ["a", "b", "c", "d", "e"];
        let mut cookie = None;
        for name in names {
            cookie = Some(mine.after_sign_in(&rng, name, cookie.as_ref(), at(0)));
        }
        let known = names.map(|name| mine.slot(name, cookie.as_ref(), at(0)).is_some());
        assert_eq!(known, [false, true, true, true, true]);
        assert!(cookie.unwrap().reveal().len() < 256);
    }

    #[test]
    fn what_was_not_made_here_is_no_mark() {
        let (mine, rng) = (devices(1), SystemRng::new());
        let cookie = mine.after_sign_in(&rng, "alice", None, at(0));
        let bytes = base64url::decode(cookie.reveal()).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = Secret::presented(base64url::encode(&changed));
            assert!(mine.slot("alice", Some(&changed), at(0)).is_none(), "byte {place}");
        }
        for text in ["", ".", "x", "....", &cookie.reveal()[1..], &format!("{}=", cookie.reveal())] {
            assert!(mine.slot("alice", Some(&Secret::presented(text)), at(0)).is_none(), "{text}");
        }
        let late = format!("a.b.c.d.{}", cookie.reveal());
        assert!(mine.slot("alice", Some(&Secret::presented(late)), at(0)).is_none(), "no more are read");
    }
}
