//! Reading claims in one pass over their text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::kind::{Kind, Lenient, Scopes, Seen};
use super::{Claims, Confirmation, Faults, Known};
use crate::strict_json::{self, Fault, JsonError, Names, Strict};

/// The claims of a text, and its `scp`, which some issuers write in place of `scope`.
pub(super) struct Read {
    pub(super) claims: Claims,
    pub(super) scp: Option<Seen<Scopes>>,
}

/// Reads an object of claims.
///
/// # Errors
/// [`JsonError`] for anything else, and for a name given twice at any depth.
pub(super) fn read(json: &str) -> Result<Read, JsonError> {
    let fault = Fault::default();
    strict_json::read(json, &fault, ClaimsSeed { strict: fault.strict() })
}

struct ClaimsSeed<'a> {
    strict: Strict<'a>,
}

impl<'de> DeserializeSeed<'de> for ClaimsSeed<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ClaimsSeed<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Read, A::Error> {
        let inner = self.strict.deeper()?;
        let mut read = Read { claims: Claims::default(), scp: None };
        let mut names = Names::with_room();
        while let Some(name) = members.next_key_seed(strict_json::Name)? {
            read.member(&name, &mut members, inner)?;
            names.push(name);
        }
        if names.repeat() {
            return self.strict.fail(JsonError::Duplicate);
        }
        Ok(read)
    }
}

impl Read {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        members: &mut A,
        inner: Strict<'_>,
    ) -> Result<(), A::Error> {
        let (faults, times) = (&mut self.claims.faults, &mut self.claims.times);
        match name {
            "iss" => faults.keep(&mut self.claims.iss, Known::Iss, value(members, inner)?),
            "sub" => faults.keep(&mut self.claims.sub, Known::Sub, value(members, inner)?),
            "aud" => faults.keep(&mut self.claims.aud, Known::Aud, value(members, inner)?),
            "exp" => faults.keep(&mut times.exp, Known::Exp, value(members, inner)?),
            "nbf" => faults.keep(&mut times.nbf, Known::Nbf, value(members, inner)?),
            "iat" => faults.keep(&mut times.iat, Known::Iat, value(members, inner)?),
            "jti" => faults.keep(&mut self.claims.jti, Known::Jti, value(members, inner)?),
            "client_id" => faults.keep(&mut self.claims.client_id, Known::ClientId, value(members, inner)?),
            "azp" => faults.keep(&mut self.claims.azp, Known::Azp, value(members, inner)?),
            "scope" => self.claims.take_scopes(value(members, inner)?),
            "scp" => self.scp = Some(value(members, inner)?),
            "auth_time" => faults.keep(&mut self.claims.auth_time, Known::AuthTime, value(members, inner)?),
            "acr" => faults.keep(&mut self.claims.acr, Known::Acr, value(members, inner)?),
            "sid" => faults.keep(&mut self.claims.sid, Known::Sid, value(members, inner)?),
            "gid" => faults.keep(&mut self.claims.gid, Known::Gid, value(members, inner)?),
            "nonce" => faults.keep(&mut self.claims.nonce, Known::Nonce, value(members, inner)?),
            "active" => faults.keep(&mut self.claims.active, Known::Active, value(members, inner)?),
            "cnf" => {
                faults.keep(&mut self.claims.cnf, Known::Cnf, members.next_value_seed(CnfSeed(inner))?);
            }
            _ => members.next_value_seed(inner)?,
        }
        Ok(())
    }
}

fn value<'de, A: MapAccess<'de>, T: Kind>(members: &mut A, inner: Strict<'_>) -> Result<Seen<T>, A::Error> {
    members.next_value_seed(Lenient::new(inner))
}

impl Faults {
    fn keep<T>(&mut self, claim: &mut Option<T>, known: Known, seen: Seen<T>) {
        match seen {
            Seen::Value(value) => *claim = Some(value),
            Seen::Empty => {
                self.wrong |= known.bit();
                self.empty |= known.bit();
            }
            Seen::Wrong => self.wrong |= known.bit(),
        }
    }
}

impl Claims {
    pub(super) fn take_scopes(&mut self, seen: Seen<Scopes>) {
        self.faults.listed = matches!(seen, Seen::Value(Scopes { listed: true, .. }));
        let seen = match seen {
            Seen::Value(scopes) => Seen::Value(scopes.text),
            Seen::Empty => Seen::Empty,
            Seen::Wrong => Seen::Wrong,
        };
        self.drop_scopes();
        self.faults.keep(&mut self.scope, Known::Scope, seen);
    }

    pub(super) fn drop_scopes(&mut self) {
        self.scope = None;
        self.faults.wrong &= !Known::Scope.bit();
        self.faults.empty &= !Known::Scope.bit();
    }

    /// In an answer to introspection, `null` and an empty list of audiences stand for nothing: Hydra writes them.
    pub(super) fn forgive_empty(&mut self) {
        self.faults.wrong &= !self.faults.empty;
    }
}

/// `cnf`, in which no name may occur twice either.
struct CnfSeed<'a>(Strict<'a>);

impl<'de> DeserializeSeed<'de> for CnfSeed<'_> {
    type Value = Seen<Confirmation>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CnfSeed<'_> {
    type Value = Seen<Confirmation>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of confirmation methods")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Seen::Wrong)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Seen::Wrong)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Seen::Wrong)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Seen::Wrong)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Seen::Wrong)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Seen::Empty)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        self.0.visit_seq(items).map(|()| Seen::Wrong)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let inner = self.0.deeper()?;
        let mut confirmation = Confirmation::default();
        let (mut names, mut faults) = (Names::default(), Faults::default());
        while let Some(name) = members.next_key_seed(strict_json::Name)? {
            match name.as_ref() {
                "jkt" => faults.keep(&mut confirmation.jkt, Known::Cnf, value(&mut members, inner)?),
                "x5t#S256" => {
                    faults.keep(&mut confirmation.x5t_s256, Known::Cnf, value(&mut members, inner)?);
                }
                _ => members.next_value_seed(inner)?,
            }
            names.push(name);
        }
        if names.repeat() {
            return self.0.fail(JsonError::Duplicate);
        }
        Ok(if faults.wrong == 0 { Seen::Value(confirmation) } else { Seen::Wrong })
    }
}
