//! The claims of a token, read in one pass: typed where the validator understands them, and strict JSON in all of them.
//!
//! A claim of another kind than its specification gives it is a fault of the token only where a rule reads it: whatever
//! is not understood is ignored (RFC 7519 section 4). Rules therefore read a claim by [`Claims::judge`] first.

mod kind;
mod payload;
mod reader;

use crate::detail::{Detail, Refusal};
use crate::{Audience, NumericDate, Rule, Times};

pub(crate) use payload::{Payload, Places};

/// The claims that the validator itself understands. One that is absent, or of another kind, is `None`.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Who issued the token.
    pub iss: Option<Box<str>>,
    /// The subject.
    pub sub: Option<Box<str>>,
    /// Whom it is for.
    pub aud: Option<Audience>,
    /// `exp`, `nbf` and `iat`.
    pub times: Times,
    /// The identifier of the token.
    pub jti: Option<Box<str>>,
    /// Whom it was issued to (RFC 8693 section 4.3).
    pub client_id: Option<Box<str>>,
    /// Whom it was issued to (OpenID Connect Core 2).
    pub azp: Option<Box<str>>,
    /// Its scopes, separated by spaces (RFC 8693 section 4.2), from wherever the issuer puts them.
    pub scope: Option<Box<str>>,
    /// When the user signed in.
    pub auth_time: Option<NumericDate>,
    /// The authentication context of that sign-in.
    pub acr: Option<Box<str>>,
    /// The session.
    pub sid: Option<Box<str>>,
    /// The grant, in tokens of Credenza.
    pub gid: Option<Box<str>>,
    /// What the token is bound to (RFC 7800).
    pub cnf: Option<Confirmation>,
    /// The nonce of the request.
    pub nonce: Option<Box<str>>,
    /// Whether the token is valid, in an answer to introspection.
    pub active: Option<bool>,
    faults: Faults,
}

/// What a token is bound to (RFC 7800 section 3.1). With neither member, it is bound in a way that is not supported.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 section 6.1).
    pub jkt: Option<Box<str>>,
    /// The SHA-256 of a certificate (RFC 8705 section 3.1), `x5t#S256`.
    pub x5t_s256: Option<Box<str>>,
}

/// A claim that a rule may read.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Known {
    Iss,
    Sub,
    Aud,
    Exp,
    Nbf,
    Iat,
    Jti,
    ClientId,
    Azp,
    Scope,
    AuthTime,
    Acr,
    Sid,
    Gid,
    Nonce,
    Active,
    Cnf,
}

/// Which claims are there, but of another kind.
#[derive(Copy, Clone, Debug, Default)]
struct Faults {
    wrong: u32,
    /// Those of them that are `null`, or an audience without a name.
    empty: u32,
    /// Whether the scopes are a list.
    listed: bool,
}

impl Known {
    const fn bit(self) -> u32 {
        1 << self as u32
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Aud => "aud",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Jti => "jti",
            Self::ClientId => "client_id",
            Self::Azp => "azp",
            Self::Scope => "scope",
            Self::AuthTime => "auth_time",
            Self::Acr => "acr",
            Self::Sid => "sid",
            Self::Gid => "gid",
            Self::Nonce => "nonce",
            Self::Active => "active",
            Self::Cnf => "cnf",
        }
    }
}

impl Claims {
    /// The scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// What a text says, to be shown and never relied on.
    pub(crate) fn unverified(payload: &[u8]) -> Self {
        let text = std::str::from_utf8(payload).unwrap_or_default();
        reader::read(text).map(|read| read.claims).unwrap_or_default()
    }

    /// Refuses a token in which one of these is of another kind: what a rule reads is never taken for absent.
    pub(crate) fn judge<const N: usize>(&self, claims: [Known; N]) -> Result<(), Refusal> {
        if self.faults.wrong == 0 {
            return Ok(());
        }
        match claims.into_iter().find(|claim| self.faults.wrong & claim.bit() != 0) {
            Some(claim) => Err(Rule::ClaimsMalformed.because(Detail::wrong_kind(claim.name()))),
            None => Ok(()),
        }
    }
}
