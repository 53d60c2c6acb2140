//! When a token is valid (RFC 7519 section 4.1), whatever its kind.

use crate::{NumericDate, Rule, Times};

/// `exp`, `nbf` and `iat` (RFC 7519 section 4.1).
pub(super) fn check_times(times: &Times, needs_exp: bool, leeway: i64, now: i64) -> Result<(), Rule> {
    use crate::TimeFault::{Expired, IssuedInFuture, NoExpiry, NotYetValid};
    match times.check(now, leeway) {
        Ok(()) => Ok(()),
        Err(NoExpiry) if !needs_exp => {
            // The other faults show with an exp that is far away.
            let times = Times { exp: Some(NumericDate(i64::MAX)), ..*times };
            check_times(&times, true, leeway, now)
        }
        Err(NoExpiry) => Err(Rule::ClaimMissing),
        Err(Expired) => Err(Rule::Exp),
        Err(NotYetValid) => Err(Rule::Nbf),
        Err(IssuedInFuture) => Err(Rule::Iat),
    }
}

/// How old a token may be: one without `iat` is too old.
pub(super) fn check_age(times: &Times, max: Option<i64>, leeway: i64, now: i64) -> Result<(), Rule> {
    let Some(max) = max else { return Ok(()) };
    let oldest = now.saturating_sub(max).saturating_sub(leeway);
    if times.iat.is_some_and(|NumericDate(iat)| iat >= oldest) { Ok(()) } else { Err(Rule::MaxTokenAge) }
}
