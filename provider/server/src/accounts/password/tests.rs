use std::time::Duration;

use super::*;
use crate::rng::SystemRng;

fn pool(cost: &Cost, threads: usize) -> PasswordPool {
    PasswordPool::start(cost.clone(), threads, Arc::new(SystemRng::new()), Gauge::noop()).unwrap()
}

/// What the only thread of the pool has hashed, in blocks.
async fn work(pool: &PasswordPool) -> u64 {
    pool.run(|memory| memory.work).await.unwrap()
}

fn cheap() -> Cost {
    Cost::new(64, 1, 1).unwrap()
}

#[tokio::test]
async fn a_password_matches_its_own_hash_alone() {
    let pool = pool(&cheap(), 2);
    let phc = pool.hash("correct horse".to_owned()).await.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{phc}");
    assert_eq!(pool.verify("correct horse".to_owned(), Some(phc.clone())).await, Verdict::Right);
    assert_eq!(pool.verify("correct horsf".to_owned(), Some(phc.clone())).await, Verdict::Wrong);
    assert_eq!(pool.verify(String::new(), Some(phc.clone())).await, Verdict::Wrong);
    assert_ne!(phc, pool.hash("correct horse".to_owned()).await.unwrap(), "salts differ");
}

#[tokio::test]
async fn memory_that_was_used_before_changes_no_hash() {
    let cost = Cost::new(256, 3, 1).unwrap();
    let mut memory = Memory::default();
    let first = hashing::hash("one", &[1; 16], &cost, &mut memory);
    let other = hashing::hash("two", &[1; 16], &cost, &mut memory);
    assert_eq!(first, hashing::hash("one", &[1; 16], &cost, &mut memory));
    assert_eq!(first, hashing::hash("one", &[1; 16], &cost, &mut Memory::default()));
    assert_ne!(first, other);
}

#[test]
fn another_maker_of_argon2_agrees() {
    use argon2::PasswordVerifier as _;
    let phc = hash_now("correct horse", &cheap(), &SystemRng::new());
    argon2::Argon2::default().verify_password(b"correct horse", phc.as_str()).unwrap();
    assert!(argon2::Argon2::default().verify_password(b"battery", phc.as_str()).is_err());
}

/// RFC 8265 4.2: what two keyboards send in two forms is one password.
#[tokio::test]
async fn a127_forms_of_one_password() {
    let pool = pool(&cheap(), 1);
    let phc = pool.hash("J\u{f6}rg\u{a0}1".to_owned()).await.unwrap();
    for form in ["J\u{f6}rg 1", "Jo\u{308}rg 1", "J\u{f6}rg\u{3000}1"] {
        assert_eq!(pool.verify(form.to_owned(), Some(phc.clone())).await, Verdict::Right, "{form:?}");
    }
    for other in ["j\u{f6}rg 1", "Jorg 1", "J\u{f6}rg 1 ", "J\u{f6}rg  1", "J\u{f6}rg\t1", "J\u{f6}rg1"] {
        assert_eq!(pool.verify(other.to_owned(), Some(phc.clone())).await, Verdict::Wrong, "{other:?}");
    }
    // As it was hashed before there was one form.
    for (typed, verdict) in [
        ("Jo\u{308}rg", Verdict::RightAsTyped),
        ("no\u{a0}break", Verdict::RightAsTyped),
        ("with\ttab", Verdict::Right),
    ] {
        let before = hash_as_typed(typed);
        assert_eq!(pool.verify(typed.to_owned(), Some(before)).await, verdict, "{typed:?}");
    }
}

/// A hash of the very bytes.
fn hash_as_typed(password: &str) -> String {
    hashing::hash(password, &[7; 16], &cheap(), &mut Memory::default())
}

#[tokio::test]
async fn long_passwords_are_refused_unread() {
    let pool = pool(&cheap(), 1);
    let (longest, longer) = ("x".repeat(LONGEST), "x".repeat(LONGEST + 1));
    let phc = pool.hash(longest.clone()).await.unwrap();
    assert_eq!(pool.verify(longest, Some(phc.clone())).await, Verdict::Right);
    assert_eq!(pool.verify(longer.clone(), Some(phc)).await, Verdict::TooLong);
    assert_eq!(pool.hash(longer).await, Err(Refused::TooLong));
}

#[tokio::test]
async fn absent_users_and_unreadable_hashes_cost_as_much_and_never_match() {
    let pool = pool(&Cost::new(8192, 2, 1).unwrap(), 1);
    let phc = pool.hash("right".to_owned()).await.unwrap();
    for stored in [Some(phc), None, Some(String::new()), Some("$2b$12$abc".to_owned())] {
        let before = work(&pool).await;
        assert_eq!(pool.verify("wrong".to_owned(), stored.clone()).await, Verdict::Wrong);
        assert_eq!(work(&pool).await - before, 8192 * 2, "{stored:?}");
    }
}

#[tokio::test]
async fn a_full_queue_is_busy_and_never_wrong() {
    let pool = pool(&Cost::new(8192, 4, 1).unwrap(), 1);
    let phc = pool.hash("right".to_owned()).await.unwrap();
    let checks = (0..QUEUE_PER_THREAD + 20).map(|_| pool.verify("right".to_owned(), Some(phc.clone())));
    let verdicts = futures_util::future::join_all(checks).await;
    let count = |wanted| verdicts.iter().filter(|verdict| **verdict == wanted).count();
    assert!(count(Verdict::Busy) >= 10, "{verdicts:?}");
    assert!(count(Verdict::Right) >= QUEUE_PER_THREAD, "{verdicts:?}");
    assert_eq!(count(Verdict::Wrong), 0);
    assert_eq!(pool.verify("right".to_owned(), Some(phc)).await, Verdict::Right, "the queue drains");
}

#[tokio::test]
async fn work_is_spared_for_who_has_left() {
    let pool = pool(&Cost::new(16_384, 8, 1).unwrap(), 1);
    let phc = pool.hash("right".to_owned()).await.unwrap();
    let before = work(&pool).await;
    for _ in 0..20 {
        let _ =
            tokio::time::timeout(Duration::ZERO, pool.verify("right".to_owned(), Some(phc.clone()))).await;
    }
    assert_eq!(pool.verify("right".to_owned(), Some(phc)).await, Verdict::Right);
    // This one, and at most the one that had begun when its caller left.
    let hashes = (work(&pool).await - before) / (16_384 * 8);
    assert!((1..=2).contains(&hashes), "{hashes} hashes");
}

#[test]
fn a_hash_of_another_cost_wants_an_upgrade() {
    let (old, new) = (cheap(), pool(&Cost::new(128, 1, 1).unwrap(), 1));
    assert!(new.needs_upgrade(&hash_now("x", &old, &SystemRng::new())));
    assert!(!new.needs_upgrade(&hash_now("x", &Cost::new(128, 1, 1).unwrap(), &SystemRng::new())));
    assert!(new.needs_upgrade("$2b$12$abc"));
}
