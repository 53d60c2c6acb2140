//! When a token is valid (RFC 7519 section 4.1), whatever its kind.

use crate::claims::Known;
use crate::detail::{Detail, Refusal};
use crate::{Claims, NumericDate, Rule, Times};

/// `exp`, `nbf` and `iat` (RFC 7519 section 4.1).
pub(super) fn check_times(claims: &Claims, needs_exp: bool, leeway: i64, now: i64) -> Result<(), Refusal> {
    use crate::TimeFault::{Expired, IssuedInFuture, NoExpiry, NotYetValid};
    claims.judge([Known::Exp, Known::Nbf, Known::Iat])?;
    let times = &claims.times;
    let fault = match times.check(now, leeway) {
        // The other faults show with an exp that is far away.
        Err(NoExpiry) if !needs_exp => {
            Times { exp: Some(NumericDate(i64::MAX)), ..*times }.check(now, leeway)
        }
        checked => checked,
    };
    let outside = |rule: Rule, claim: &str, at: Option<NumericDate>| {
        let found = at.map(|NumericDate(at)| at.to_string());
        let wanted = format!("a time that fits {now}");
        Err(rule.because(Detail::of(claim).found(found).wanted([wanted]).leeway(leeway)))
    };
    match fault {
        Ok(()) => Ok(()),
        Err(NoExpiry) => Err(Rule::ClaimMissing.because(Detail::missing("exp"))),
        Err(Expired) => outside(Rule::Exp, "exp", times.exp),
        Err(NotYetValid) => outside(Rule::Nbf, "nbf", times.nbf),
        Err(IssuedInFuture) => outside(Rule::Iat, "iat", times.iat),
    }
}

/// How old a token may be: one without `iat` is too old.
pub(super) fn check_age(claims: &Claims, max: Option<i64>, leeway: i64, now: i64) -> Result<(), Refusal> {
    let Some(max) = max else { return Ok(()) };
    claims.judge([Known::Iat])?;
    let oldest = now.saturating_sub(max).saturating_sub(leeway);
    match claims.times.iat {
        None => Err(Rule::MaxTokenAge.because(Detail::missing("iat"))),
        Some(NumericDate(iat)) if iat < oldest => {
            let wanted = [format!("{oldest} or later")];
            Err(Rule::MaxTokenAge
                .because(Detail::of("iat").found([iat.to_string()]).wanted(wanted).leeway(leeway)))
        }
        Some(_) => Ok(()),
    }
}
