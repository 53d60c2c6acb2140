use Algorithm::{ES256, RS256};

use super::*;

const DAY: i64 = 86_400;
/// How long replaced keys stay, with the lifetimes of a new tenant.
const STAY: i64 = DAY;

fn at(seconds: i64) -> Time {
    Time::from_seconds(1_800_000_000 + seconds)
}

fn key(kid: &str, algorithm: Algorithm, created: i64, active: i64) -> KeyRecord {
    KeyRecord {
        kid: KeyId::new(kid),
        algorithm,
        sealed: vec![],
        created_at: at(created),
        active_at: at(active),
        disabled_at: None,
        retire_at: None,
    }
}

fn es(kid: &str, created: i64, active: i64) -> KeyRecord {
    key(kid, ES256, created, active)
}

fn retiring(record: KeyRecord, seconds: i64) -> KeyRecord {
    KeyRecord { retire_at: Some(at(seconds)), ..record }
}

fn disabled(record: KeyRecord) -> KeyRecord {
    KeyRecord { disabled_at: Some(at(0)), ..record }
}

fn steps(records: &[KeyRecord], now: i64) -> Vec<Step> {
    plan(records, Schedule::default(), &TenantSettings::default(), at(now))
}

fn create(active: i64) -> Step {
    Step::Create { algorithm: ES256, active_at: at(active) }
}

fn expire(kid: &str, seconds: i64) -> Step {
    Step::Expire { kid: KeyId::new(kid), at: Some(at(seconds)) }
}

fn keep(kid: &str) -> Step {
    Step::Expire { kid: KeyId::new(kid), at: None }
}

fn retire(kid: &str) -> Step {
    Step::Retire { kid: KeyId::new(kid) }
}

#[test]
fn the_first_rotation_goes_from_step_to_step() {
    let due = 90 * DAY;
    let mut records = vec![es("a", 0, 0)];
    assert_eq!(steps(&records, 0), []);
    assert_eq!(steps(&records, due - DAY - 1), []);
    assert_eq!(steps(&records, due - DAY), [create(due)]);
    records.push(es("b", due - DAY, due));
    // Once it is made, nothing is left to do until it signs.
    assert_eq!(steps(&records, due - DAY), []);
    assert_eq!(steps(&records, due - 1), []);
    assert_eq!(signer(&records, ES256, at(due - 1)).unwrap().kid, KeyId::new("a"));
    assert_eq!(signer(&records, ES256, at(due)).unwrap().kid, KeyId::new("b"));
    assert_eq!(steps(&records, due), [expire("a", due + STAY)]);
    // A server that is late leaves the tokens of that time their full lifetime.
    assert_eq!(steps(&records, due + 500), [expire("a", due + 500 + STAY)]);
    records[0].retire_at = Some(at(due + STAY));
    assert_eq!(steps(&records, due + STAY - 1), []);
    assert_eq!(steps(&records, due + STAY), [retire("a")]);
    records.remove(0);
    assert_eq!(steps(&records, due + STAY), []);
    assert_eq!(steps(&records, 2 * due - DAY), [create(2 * due)]);
}

#[test]
fn a_rotation_that_is_overdue_still_publishes_first() {
    for late in [1, DAY, 1000 * DAY] {
        let now = 90 * DAY + late;
        assert_eq!(steps(&[es("a", 0, 0)], now), [create(now + DAY)], "{late}");
    }
    let soon = 90 * DAY - DAY / 2;
    assert_eq!(steps(&[es("a", 0, 0)], soon), [create(soon + DAY)]);
}

#[test]
fn each_algorithm_goes_its_own_way() {
    let due = 90 * DAY;
    let records = [es("e", 0, 0), key("r", RS256, 0, 0), key("r2", RS256, 80 * DAY, 80 * DAY)];
    assert_eq!(steps(&records, due), [create(due + DAY), expire("r", due + STAY)]);
    let both = [es("e", 0, 0), key("r", RS256, 0, 0)];
    let rs = Step::Create { algorithm: RS256, active_at: at(due) };
    assert_eq!(steps(&both, due - DAY), [create(due), rs]);
    assert_eq!(algorithms(&both), [ES256, RS256]);
    assert_eq!(steps(&[], 0), []);
}

#[test]
fn longer_lifetimes_keep_the_predecessor_for_longer() {
    let records = [es("a", 0, 0), es("b", 0, 10)];
    let token = TenantSettings { access_token_lifetime: Seconds(3 * DAY), ..TenantSettings::default() };
    let id = TenantSettings { id_token_lifetime: Seconds(2 * DAY), ..TenantSettings::default() };
    for (settings, stays) in [(token, 3 * DAY + 120), (id, 2 * DAY + 120)] {
        let planned = plan(&records, Schedule::default(), &settings, at(10));
        assert_eq!(planned, [expire("a", 10 + stays)]);
    }
}

#[test]
fn a256_a_clock_that_is_put_back_leaves_something_to_sign_with() {
    // The successor is no longer active: its predecessor signs again, and stays.
    let records = [retiring(es("a", 0, 0), 100), es("b", 0, 50)];
    assert_eq!(signer(&records, ES256, at(40)).unwrap().kid, KeyId::new("a"));
    assert_eq!(steps(&records, 40), [keep("a")]);
    // Before every key: the first one signs, and nothing is made or lost.
    assert_eq!(signer(&records, ES256, at(-DAY)).unwrap().kid, KeyId::new("a"));
    assert_eq!(next(&records, ES256, at(-DAY)).unwrap().kid, KeyId::new("b"));
    assert_eq!(steps(&records[1..], -1000 * DAY), []);
    assert_eq!(signer(&records[1..], ES256, at(-1000 * DAY)).unwrap().kid, KeyId::new("b"));
    // A clock that ran ahead made a key for a distant day; once the clock is right, the schedule goes on without it.
    let far = [es("a", 0, 0), es("far", 10, 1000 * DAY)];
    assert_eq!(steps(&far, 89 * DAY), [create(90 * DAY)]);
    let made = [es("a", 0, 0), es("far", 10, 1000 * DAY), es("b", 89 * DAY, 90 * DAY)];
    assert_eq!(steps(&made, 89 * DAY), []);
    // A leap ahead deletes nothing at once.
    assert_eq!(steps(&[es("a", 0, 0), es("b", 0, 50)], 900 * DAY)[1..], [expire("a", 900 * DAY + STAY)]);
}

#[test]
fn a_key_that_was_imported_by_hand_is_one_like_the_others() {
    // Imported with an active time long before that of the one that signs: it stays as long as others.
    let old = es("imported", 50, -1000 * DAY);
    assert_eq!(steps(&[es("a", 0, 0), old.clone()], 50), [expire("imported", 50 + STAY)]);
    // It is the only one: overdue, but published ahead.
    assert_eq!(steps(&[old], 50), [create(50 + DAY)]);
    // It signs from now on: the other one is deleted later.
    assert_eq!(steps(&[es("a", 0, 0), es("imported", 50, 50)], 50), [expire("a", 50 + STAY)]);
    // It will sign soon: no other one is made.
    let due = 90 * DAY;
    assert_eq!(steps(&[es("a", 0, 0), es("imported", 50, due - 5)], due - 10), []);
}

#[test]
fn a_disabled_key_is_left_to_whoever_disabled_it() {
    let due = 90 * DAY;
    // It neither signs nor counts as a successor, and its time does not change.
    let records = [es("a", 0, 0), disabled(es("b", 0, 50)), retiring(disabled(es("c", 0, 5)), 7)];
    assert_eq!(signer(&records, ES256, at(60)).unwrap().kid, KeyId::new("a"));
    assert_eq!(steps(&records, 60), []);
    assert_eq!(steps(&records, due - DAY), [create(due)]);
    // A next key that was disabled is replaced.
    assert_eq!(steps(&[es("a", 0, 0), disabled(es("b", due - DAY, due))], due - DAY), [create(due)]);
    // All are disabled: an operator wanted that.
    assert_eq!(steps(&[disabled(es("a", 0, 0))], 1000 * DAY), []);
    assert_eq!(signer(&[disabled(es("a", 0, 0))], ES256, at(0)), None);
    // The one that signed was disabled: the next one does not wait.
    let records = [disabled(es("a", 0, 0)), es("b", 0, 50)];
    assert_eq!(signer(&records, ES256, at(1)).unwrap().kid, KeyId::new("b"));
    // Its successor was disabled: the one that would have been deleted signs again, and stays.
    assert_eq!(steps(&[retiring(es("a", 0, 0), 100), disabled(es("b", 0, 50))], 200), [keep("a")]);
}

#[test]
fn without_a_schedule_nothing_is_made_but_what_was_replaced_still_goes() {
    let never = Schedule { rotate_every: Seconds(0), ..Schedule::default() };
    let settings = TenantSettings::default();
    assert_eq!(plan(&[es("a", 0, 0)], never, &settings, at(1000 * DAY)), []);
    let records = [es("a", 0, 0), es("b", 0, 50)];
    assert_eq!(plan(&records, never, &settings, at(50)), [expire("a", 50 + STAY)]);
}

#[test]
fn of_keys_of_the_same_second_one_signs_on_every_server() {
    let mut records = vec![es("b", 0, 0), es("a", 0, 0), es("c", -1, 0)];
    for _ in 0..3 {
        records.rotate_left(1);
        assert_eq!(signer(&records, ES256, at(0)).unwrap().kid, KeyId::new("a"));
    }
}

#[test]
fn extreme_settings_do_not_overflow() {
    let endless = Seconds(i64::MAX);
    let settings = TenantSettings { access_token_lifetime: endless, ..TenantSettings::default() };
    let schedule = Schedule { rotate_every: endless, publish_before: endless };
    let records = [es("a", 0, 0), es("b", 0, 50)];
    let planned = plan(&records, schedule, &settings, at(50));
    assert!(planned.contains(&Step::Expire { kid: KeyId::new("a"), at: Some(Time::from_seconds(i64::MAX)) }));
}
