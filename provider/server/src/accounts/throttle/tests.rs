use credenza_protocol::secret::Secret;
use credenza_storage::{Options, Store, open};

use super::queue::{ADDRESS, SITE, STRANGERS};
use super::tries::{FIRST_WAIT, FREE, LONGEST_WAIT, PLACE};
use super::*;
use crate::accounts::known_device::{self, KnownDevices};
use crate::rng::SystemRng;

const HERE: &str = "192.0.2.1";

fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

async fn store() -> Store {
    open("sqlite::memory:", Options::default()).await.unwrap()
}

/// Begins an attempt of that tenant, and leaves it failed.
async fn begin(store: &Store, tenant: &str, caller: Caller<'_>, now: i64) -> Begun {
    let tenant = TenantId::new(tenant);
    Throttle { limits: &*store.rate_limits, tenant: &tenant, now: at(now) }.begin(caller).await.unwrap()
}

fn from<'a>(username: &'a str, address: &str) -> Caller<'a> {
    Caller { username, address: Some(address.parse().unwrap()), device: None }
}

/// How long the next one has to wait; 0 for one that was made, and failed.
async fn fails(store: &Store, caller: Caller<'_>, now: i64) -> i64 {
    match begin(store, "t", caller, now).await {
        Begun::Attempt(_) => 0,
        Begun::TooMany(wait) => wait.0,
    }
}

async fn succeeds(store: &Store, caller: Caller<'_>, now: i64) {
    let tenant = TenantId::new("t");
    let throttle = Throttle { limits: &*store.rate_limits, tenant: &tenant, now: at(now) };
    let Begun::Attempt(attempt) = throttle.begin(caller).await.unwrap() else {
        panic!("{caller:?} has to wait")
    };
    throttle.succeeded(&attempt).await.unwrap();
}

/// A device that alice has signed in from.
fn device() -> Slot {
    let devices = KnownDevices::new(&[1; 32]);
    let cookie: Secret = devices.after_sign_in(&SystemRng::new(), "alice", None, at(0));
    devices.slot("alice", Some(&cookie), at(0)).unwrap()
}

/// The address of one of many attackers.
fn attacker(number: usize) -> String {
    format!("198.51.{}.{}", 100 + number / 250, 1 + number % 250)
}

#[tokio::test]
async fn an_address_waits_longer_and_longer_for_an_account_and_nobody_else_does() {
    let store = store().await;
    for attempt in 0..FREE {
        assert_eq!(fails(&store, from("alice", HERE), 0).await, 0, "{attempt}");
    }
    assert_eq!(fails(&store, from(" ALICE ", HERE), 0).await, 15);
    assert_eq!(fails(&store, from("alice", HERE), 10).await, 5, "asking does not lengthen it");
    assert_eq!(fails(&store, from("bob", HERE), 0).await, 0);
    let other = begin(&store, "u", from("alice", HERE), 0).await;
    assert!(matches!(other, Begun::Attempt(_)), "another tenant's");
}

#[tokio::test]
async fn guesses_from_elsewhere_are_nothing_to_a_known_device() {
    let store = store().await;
    for number in 0..200 {
        fails(&store, from("alice", &attacker(number)), 0).await;
    }
    let own = Caller { device: Some(device()), ..from("alice", HERE) };
    for _ in 0..FREE {
        assert_eq!(fails(&store, own, 1).await, 0);
    }
    assert_eq!(fails(&store, own, 1).await, 15, "its own failures it waits for");
    succeeds(&store, own, 16).await;
    assert_eq!(fails(&store, own, 16).await, 0, "a success forgets them");
}

#[tokio::test]
async fn a_new_device_gets_its_turn_whatever_a_few_addresses_do() {
    let store = store().await;
    // Ten addresses that never stop, and take whatever is free.
    let rush = async |now| {
        let mut made = 0;
        for number in 0..10 {
            while fails(&store, from("alice", &attacker(number)), now).await == 0 {
                made += 1;
            }
        }
        made
    };
    assert_eq!(rush(0).await, STRANGERS.burst);
    let wait = fails(&store, from("alice", HERE), 0).await;
    assert!((1..=11 * STRANGERS.every.0).contains(&wait), "{wait}");
    let mut made = 0;
    for now in (1..=wait).step_by(5) {
        made += rush(now).await;
    }
    assert!(made <= wait / STRANGERS.every.0, "{made} in {wait} seconds");
    succeeds(&store, from("alice", HERE), wait).await;
}

#[tokio::test]
async fn a_place_is_kept_for_a_while_and_good_once() {
    let store = store().await;
    for number in 0..STRANGERS.burst {
        fails(&store, from("alice", &attacker(usize::try_from(number).unwrap())), 0).await;
    }
    for (address, come) in [("192.0.2.1", 60), ("192.0.2.2", 120), ("192.0.2.3", 180)] {
        assert_eq!(fails(&store, from("alice", address), 0).await, come);
        assert_eq!(fails(&store, from("alice", address), 1).await, come - 1, "one place for each");
    }
    assert_eq!(fails(&store, from("alice", "192.0.2.2"), 120).await, 0);
    assert_ne!(fails(&store, from("alice", "192.0.2.2"), 120).await, 0, "it is used");
    assert_eq!(fails(&store, from("alice", "192.0.2.1"), 60 + PLACE.0 - 1).await, 0);
}

#[tokio::test]
async fn whoever_has_guessed_cannot_fill_the_queue() {
    let store = store().await;
    let mut number = 0;
    // Everybody guesses once and comes again.
    while fails(&store, from("alice", &attacker(number)), 0).await == 0 {
        number += 1;
    }
    for again in 0..number {
        fails(&store, from("alice", &attacker(again)), 0).await;
    }
    let wait = fails(&store, from("alice", HERE), 0).await;
    assert!(wait > 0 && wait <= AHEAD.0 / 2 + 2 * STRANGERS.every.0, "{wait}");
    assert_ne!(fails(&store, from("alice", HERE), wait - 1).await, 0);
    assert_eq!(fails(&store, from("alice", HERE), wait).await, 0);
}

#[tokio::test]
async fn one_address_keeps_a_pace_on_all_accounts_together() {
    let store = store().await;
    for user in 0..ADDRESS.burst {
        assert_eq!(fails(&store, from(&format!("user {user}"), HERE), 0).await, 0);
    }
    assert_eq!(fails(&store, from("somebody", HERE), 0).await, ADDRESS.every.0);
    assert_eq!(fails(&store, from("somebody", "192.0.2.2"), 0).await, 0);
    assert_eq!(fails(&store, from("somebody", HERE), ADDRESS.every.0).await, 0);
    let known = Caller { device: Some(device()), ..from("alice", HERE) };
    assert_eq!(
        fails(&store, known, ADDRESS.every.0).await,
        0,
        "a known device does not wait for its neighbours"
    );
}

#[tokio::test]
async fn a_site_of_many_networks_keeps_a_pace_as_well() {
    let store = store().await;
    for network in 0..SITE.burst {
        let address = format!("2001:db8:1:{network:x}::");
        assert_eq!(fails(&store, from(&format!("user {network}"), &address), 0).await, 0);
    }
    assert_eq!(fails(&store, from("somebody", "2001:db8:1:ffff::"), 0).await, SITE.every.0);
    assert_eq!(fails(&store, from("somebody", "2001:db8:2::"), 0).await, 0, "another site");
    // What the site refused does not count for the network.
    for later in 1..=ADDRESS.burst {
        let now = later * SITE.every.0;
        assert_eq!(fails(&store, from("somebody", "2001:db8:1:ffff::"), now - 1).await, 1, "{later}");
        assert_eq!(
            fails(&store, from(&format!("other {later}"), "2001:db8:1:ffff::"), now).await,
            0,
            "{later}"
        );
    }
}

#[tokio::test]
async fn successes_use_nothing_up() {
    let store = store().await;
    for _ in 0..3 * ADDRESS.burst {
        succeeds(&store, from("alice", HERE), 0).await;
    }
    for _ in 0..FREE {
        assert_eq!(fails(&store, from("alice", HERE), 0).await, 0);
    }
}

#[tokio::test]
async fn what_is_withdrawn_was_never_made() {
    let store = store().await;
    let tenant = TenantId::new("t");
    let throttle = Throttle { limits: &*store.rate_limits, tenant: &tenant, now: at(0) };
    for caller in [from("alice", HERE), Caller { device: Some(device()), ..from("alice", HERE) }] {
        for _ in 0..3 * ADDRESS.burst {
            let Begun::Attempt(attempt) = throttle.begin(caller).await.unwrap() else {
                panic!("it has to wait")
            };
            throttle.withdrawn(&attempt).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_account_that_is_unlocked_begins_anew() {
    let store = store().await;
    let known = Caller { device: Some(device()), ..from("alice", HERE) };
    for _ in 0..=FREE {
        fails(&store, from("alice", HERE), 0).await;
        fails(&store, from("bob", "192.0.2.2"), 0).await;
        fails(&store, known, 0).await;
    }
    let tenant = TenantId::new("t");
    for _ in 0..2 {
        let throttle = Throttle { limits: &*store.rate_limits, tenant: &tenant, now: at(1) };
        throttle.unlock("Alice").await.unwrap();
        for _ in 0..FREE {
            assert_eq!(fails(&store, from("alice", HERE), 1).await, 0);
            assert_eq!(fails(&store, known, 1).await, 0);
        }
        assert_ne!(fails(&store, from("alice", HERE), 1).await, 0);
    }
    assert_ne!(fails(&store, from("bob", "192.0.2.2"), 1).await, 0, "another account's");
    // No count of before it lives longer than what it is remembered by.
    let longest = AHEAD.0 + tries::MEMORY.0 + LONGEST_WAIT.0 + STRANGERS.burst * STRANGERS.every.0;
    assert!(UNLOCKED.0 > longest);
}

#[tokio::test]
async fn a_clock_that_was_put_back_keeps_nobody_out_for_longer() {
    let store = store().await;
    for _ in 0..=FREE {
        fails(&store, from("alice", HERE), 86_400).await;
    }
    let mut now = 0;
    loop {
        match fails(&store, from("alice", HERE), now).await {
            0 => break,
            wait => now += wait,
        }
        assert!(now <= 3600, "{now}");
    }
    assert!(now >= tries::FIRST_WAIT.0, "nor are the failures forgotten");
}

#[tokio::test]
async fn without_the_store_nobody_is_let_in() {
    let store = store().await;
    store.maintenance.close().await;
    let tenant = TenantId::new("t");
    let throttle = Throttle { limits: &*store.rate_limits, tenant: &tenant, now: at(0) };
    assert!(throttle.begin(from("alice", HERE)).await.is_err());
}

/// The numbers on the page "operating" are these.
#[test]
fn the_manual_tells_the_bounds() {
    let page = include_str!("../../../../manual/operating.md");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let hour = Seconds(3600);
    let (waits, most) = ((FIRST_WAIT.0, LONGEST_WAIT.0 / 60), tries::in_an_hour());
    for told in [
        format!(
            "not at all after up to {FREE} failures, then {} seconds, doubling up to {} minutes",
            waits.0, waits.1
        ),
        format!("not at all after up to {} failures, then {} seconds", ADDRESS.burst, ADDRESS.every.0),
        format!("its /48 at most {} at once, then one in {} seconds", SITE.burst, SITE.every.0),
        format!("not at all after up to {} failures, then a minute each", STRANGERS.burst),
        format!("for {} days", known_device::LIFETIME.0 / 86_400),
        format!("share {} counts", known_device::SLOTS),
        format!("at most {} times in any hour", STRANGERS.most_in(hour, PLACE)),
        format!("{most} times in the first hour for each of the {} counts", known_device::SLOTS),
        format!("{} passwords can be tried in an hour, {most} of them", ADDRESS.most_in(hour, Seconds(0))),
        format!("its place is kept for {}", if PLACE.0 == 600 { "ten minutes" } else { "another time" }),
        format!("at most {}", if AHEAD.0 == 1800 { "half an hour away" } else { "another time" }),
    ] {
        assert!(page.contains(&told), "{told}");
    }
    assert_eq!((STRANGERS.every, tries::MEMORY, known_device::ACCOUNTS), (Seconds(60), hour, 4));
}
