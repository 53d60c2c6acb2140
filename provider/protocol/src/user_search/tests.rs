use crate::claims::StandardClaims;
use crate::version::Version;

use super::*;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

fn ada() -> User {
    let claims = StandardClaims {
        name: text("Ada Lovelace"),
        email: text("Ada@Example.com"),
        email_verified: Some(true),
        phone_number: text("+43 1 234"),
        ..StandardClaims::default()
    };
    User {
        user_id: UserId::new("1"),
        username: "Ada".to_owned(),
        claims,
        attributes: Default::default(),
        created_at: at(10),
        updated_at: at(20),
        disabled_at: None,
        version: Version::FIRST,
        password_change_required: false,
        terms: None,
    }
}

fn search(change: impl FnOnce(&mut UserSearch)) -> UserSearch {
    let mut search = UserSearch::default();
    change(&mut search);
    search
}

#[test]
fn one_index_answers_a_search() {
    let last = at(i64::MAX);
    let cases: [(UserSearch, Walk); 13] = [
        (search(|_| ()), Walk::Along(Index::Ids)),
        (search(|s| s.user_id = Some(UserId::new("1"))), Walk::Id(UserId::new("1"))),
        (search(|s| s.username = text("ADA")), Walk::Username("ADA".to_owned())),
        (search(|s| s.username_prefix = text("AD")), Walk::Along(Index::Usernames("ad".to_owned()))),
        (
            search(|s| s.email = text("ADA@example.COM")),
            Walk::Along(Index::Email("ada@example.com".to_owned())),
        ),
        (search(|s| s.phone_number = text("+431234")), Walk::Along(Index::PhoneNumber("+431234".to_owned()))),
        (search(|s| s.name_prefix = text("ada l")), Walk::Along(Index::Names("ada l".to_owned()))),
        (search(|s| s.group_id = Some(GroupId::new("g"))), Walk::Group(GroupId::new("g"))),
        (search(|s| s.disabled = Some(true)), Walk::Along(Index::Disabled)),
        (search(|s| s.disabled = Some(false)), Walk::Along(Index::Ids)),
        (search(|s| s.created_after = Some(at(5))), Walk::Along(Index::Created(at(5), last))),
        (search(|s| s.order_by = Some(Order::CreatedAt)), Walk::Along(Index::Created(at(0), last))),
        (
            search(|s| (s.order_by, s.desc) = (Some(Order::Username), true)),
            Walk::Along(Index::Usernames(String::new())),
        ),
    ];
    for (search, walk) in cases {
        assert_eq!(search.walk(), Ok(walk), "{search:?}");
    }
}

#[test]
fn what_no_index_answers_is_refused() {
    for (search, parameter) in [
        (search(|s| (s.email, s.username) = (text("a@b.example"), text("ada"))), "email"),
        (search(|s| (s.name_prefix, s.group_id) = (text("a"), Some(GroupId::new("g")))), "group_id"),
        (search(|s| (s.email, s.order_by) = (text("a@b.example"), Some(Order::Username))), "order_by"),
        (search(|s| (s.name_prefix, s.order_by) = (text("a"), Some(Order::Username))), "order_by"),
        (search(|s| s.desc = true), "desc"),
        (search(|s| (s.email, s.desc) = (text("a@b.example"), true)), "desc"),
        (search(|s| s.email = text(" ")), "email"),
        (search(|s| s.name_prefix = text("")), "name_prefix"),
        (search(|s| s.username = text("a\u{0}")), "username"),
        (search(|s| s.user_id = Some(UserId::new(""))), "user_id"),
    ] {
        assert_eq!(search.walk().map_err(|invalid| invalid.parameter), Err(parameter), "{search:?}");
    }
}

#[test]
fn a_user_is_searched_for_by_what_they_are() {
    for good in [
        search(|_| ()),
        search(|s| s.username = text("\u{ff21}DA")),
        search(|s| s.username_prefix = text("aD")),
        search(|s| s.email = text("ada@example.com")),
        search(|s| s.phone_number = text("+43-1-234")),
        search(|s| s.name_prefix = text("ADA love")),
        search(|s| (s.disabled, s.email_verified) = (Some(false), Some(true))),
        search(|s| (s.created_after, s.created_before) = (Some(at(10)), Some(at(11)))),
    ] {
        assert!(good.admits(&ada()), "{good:?}");
    }
    for bad in [
        search(|s| s.user_id = Some(UserId::new("2"))),
        search(|s| s.username = text("eve")),
        search(|s| s.username_prefix = text("da")),
        search(|s| s.email = text("eve@example.com")),
        search(|s| s.phone_number = text("+43")),
        search(|s| s.name_prefix = text("lovelace")),
        search(|s| s.disabled = Some(true)),
        search(|s| s.email_verified = Some(false)),
        search(|s| s.created_after = Some(at(11))),
        search(|s| s.created_before = Some(at(10))),
    ] {
        assert!(!bad.admits(&ada()), "{bad:?}");
    }
    let mut named = ada();
    named.claims.name = None;
    (named.claims.given_name, named.claims.family_name) = (text("Augusta"), text("King"));
    assert!(search(|s| s.name_prefix = text("augusta k")).admits(&named));
}

#[test]
fn orders_have_names() {
    for (order, name) in Order::ALL.into_iter().zip(Order::NAMES) {
        assert_eq!(Order::parse(name), Some(order));
    }
    assert_eq!(Order::parse("password_hash"), None);
}
