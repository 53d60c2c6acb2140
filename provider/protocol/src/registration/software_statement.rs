//! Software statements (RFC 7591 2.3): metadata asserted by an issuer that the tenant trusts.

use credenza_validator::{Audience, JwkSet, NumericDate, Unverified, strict_json};
use serde::Deserialize;
use serde_json::Value;

use super::document::Document;
use super::{Code, Fault, Members};
use crate::client_auth::assertion_algorithms;
use crate::tenant::TrustedIssuer;
use crate::time::{Seconds, Time};

/// The longest statement, in bytes.
const LONGEST: usize = 16 * 1024;
/// Leeway for clocks that differ.
const LEEWAY: Seconds = Seconds(30);
/// `typ` of a statement, if it has one. A JWT of another type is refused.
const TYPES: [&str; 2] = ["JWT", "software-statement+jwt"];

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
}

/// Puts what a statement says in the place of what the client says (RFC 7591 2.3: it takes precedence), and answers
/// the statement itself, unmodified; `None` where the client sent none.
///
/// # Errors
/// [`Fault`]: `unapproved_software_statement` where the tenant does not trust the issuer,
/// `invalid_software_statement` where it is no JWT of that issuer, or not good now.
pub fn apply(
    members: &mut Members,
    trusted: &[TrustedIssuer],
    issuer: &str,
    now: Time,
) -> Result<Option<String>, Fault> {
    let Some(value) = Document(members).value("software_statement") else { return Ok(None) };
    let invalid = |why: &str| Fault::statement(Code::InvalidSoftwareStatement, why);
    let statement = value.as_str().ok_or_else(|| invalid("must be a text"))?.to_owned();
    let said = verify(&statement, trusted, issuer, now)?;
    members.extend(said.into_iter().filter(|(name, _)| name != "software_statement"));
    Ok(Some(statement))
}

fn verify(statement: &str, trusted: &[TrustedIssuer], issuer: &str, now: Time) -> Result<Members, Fault> {
    let invalid = |why: &str| Fault::statement(Code::InvalidSoftwareStatement, why);
    if statement.len() > LONGEST {
        return Err(invalid("is too long"));
    }
    let unverified = Unverified::parse(statement).map_err(|_| invalid("is not a signed JWT"))?;
    let claims: Claims = strict_json::object_from_slice(unverified.payload_bytes_unverified())
        .map_err(|_| invalid("has malformed claims"))?;
    let iss = claims.iss.as_deref().ok_or_else(|| invalid("has no iss"))?;
    let known = trusted.iter().find(|known| known.issuer == iss);
    let unapproved =
        || Fault::statement(Code::UnapprovedSoftwareStatement, "has an issuer that is not trusted");
    let keys = JwkSet::parse(known.ok_or_else(unapproved)?.jwks.to_string().as_bytes())
        .map_err(|_| invalid("has an issuer whose keys cannot be read"))?;
    if !unverified.header().typ.as_deref().is_none_or(|typ| TYPES.iter().any(|t| t.eq_ignore_ascii_case(typ)))
    {
        return Err(invalid("is a JWT of another kind"));
    }
    let algorithms: Vec<_> = assertion_algorithms().collect();
    let verified =
        unverified.verify(&keys, &algorithms).map_err(|_| invalid("is not signed by its issuer"))?;
    let at = |date: NumericDate| Time::from_seconds(date.0);
    if claims.exp.map(at).is_some_and(|exp| exp + LEEWAY <= now)
        || claims.nbf.map(at).is_some_and(|nbf| nbf > now + LEEWAY)
    {
        return Err(invalid("has expired, or is not good yet"));
    }
    // RFC 7519 4.1.3: a statement with an audience must name this issuer.
    if claims.aud.as_ref().is_some_and(|aud| !aud.as_slice().iter().any(|name| name == issuer)) {
        return Err(invalid("is meant for another server"));
    }
    let said: Value = verified.claims().map_err(|_| invalid("has malformed claims"))?;
    match said {
        Value::Object(said) => Ok(said),
        _ => Err(invalid("has malformed claims")),
    }
}
