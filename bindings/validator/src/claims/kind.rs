//! Values of claims by the kind that each has to be. Whatever else stands there is walked, so that no name occurs twice
//! in it, and reported as wrong.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::strict_json::Strict;
use crate::{Audience, NumericDate};

/// What stands in the place of a value of kind `T`.
pub(super) enum Seen<T> {
    Value(T),
    /// `null`, or a list of nothing where one of something belongs.
    Empty,
    Wrong,
}

/// A kind of value. What it cannot be made from is `None`.
pub(super) trait Kind: Sized {
    /// Whether it may be written as a list of texts.
    const LISTED: bool = false;

    fn text(_: &str) -> Option<Self> {
        None
    }

    fn whole(_: u64) -> Option<Self> {
        None
    }

    fn fraction(_: f64) -> Option<Self> {
        None
    }

    fn flag(_: bool) -> Option<Self> {
        None
    }

    fn list(_: Vec<String>) -> Seen<Self> {
        Seen::Wrong
    }
}

impl Kind for Box<str> {
    fn text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

impl Kind for String {
    fn text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Kind for bool {
    fn flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl Kind for NumericDate {
    fn whole(seconds: u64) -> Option<Self> {
        i64::try_from(seconds).ok().map(Self)
    }

    fn fraction(seconds: f64) -> Option<Self> {
        Self::from_fraction(seconds)
    }
}

impl Kind for Audience {
    const LISTED: bool = true;

    fn text(name: &str) -> Option<Self> {
        vec![name.to_owned()].try_into().ok()
    }

    fn list(names: Vec<String>) -> Seen<Self> {
        if names.is_empty() {
            return Seen::Empty;
        }
        names.try_into().map_or(Seen::Wrong, Seen::Value)
    }
}

/// Scopes with spaces between them, and whether they are written as a list.
pub(super) struct Scopes {
    pub(super) text: Box<str>,
    pub(super) listed: bool,
}

impl Kind for Scopes {
    const LISTED: bool = true;

    fn text(text: &str) -> Option<Self> {
        Some(Self { text: text.into(), listed: false })
    }

    /// No scope has a space in it (RFC 6749 section 3.3): read as two, one would be granted that was not given.
    fn list(scopes: Vec<String>) -> Seen<Self> {
        if scopes.iter().any(|scope| scope.is_empty() || scope.contains(' ')) {
            return Seen::Wrong;
        }
        Seen::Value(Self { text: scopes.join(" ").into(), listed: true })
    }
}

/// Reads a value of kind `T`, or whatever stands there.
pub(super) struct Lenient<'a, T> {
    strict: Strict<'a>,
    kind: PhantomData<T>,
}

impl<'a, T> Lenient<'a, T> {
    pub(super) const fn new(strict: Strict<'a>) -> Self {
        Self { strict, kind: PhantomData }
    }
}

impl<'de, T: Kind> DeserializeSeed<'de> for Lenient<'_, T> {
    type Value = Seen<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn of<T>(value: Option<T>) -> Seen<T> {
    value.map_or(Seen::Wrong, Seen::Value)
}

impl<'de, T: Kind> Visitor<'de> for Lenient<'_, T> {
    type Value = Seen<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Seen<T>, E> {
        Ok(of(T::flag(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Seen<T>, E> {
        Ok(of(u64::try_from(number).ok().and_then(T::whole)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Seen<T>, E> {
        Ok(of(T::whole(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Seen<T>, E> {
        Ok(of(T::fraction(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Seen<T>, E> {
        Ok(of(T::text(text)))
    }

    fn visit_unit<E>(self) -> Result<Seen<T>, E> {
        Ok(Seen::Empty)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Seen<T>, A::Error> {
        if !T::LISTED {
            return self.strict.visit_seq(items).map(|()| Seen::Wrong);
        }
        let inner = self.strict.deeper()?;
        let (mut texts, mut sound) = (Vec::new(), true);
        while let Some(item) = items.next_element_seed(Lenient::<String>::new(inner))? {
            match item {
                Seen::Value(text) => texts.push(text),
                _ => sound = false,
            }
        }
        Ok(if sound { T::list(texts) } else { Seen::Wrong })
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Seen<T>, A::Error> {
        self.strict.visit_map(members).map(|()| Seen::Wrong)
    }
}
