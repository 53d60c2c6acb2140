//! What a route asks for, compared with the claims.

use super::rules::Rules;
use super::times::check_age;
use crate::claims::{Known, Payload};
use crate::detail::{Detail, Refusal};
use crate::{Claims, NumericDate, Requirement, Rule};

/// Whether the claims fulfil the requirement. What another token could fulfil is checked before what would take another
/// sign-in.
pub(super) fn check(payload: &Payload, needs: &Requirement, rules: &Rules, now: i64) -> Result<(), Refusal> {
    let claims = payload.claims();
    check_age(claims, needs.max_token_age, rules.leeway, now)?;
    check_client(payload, &needs.client_ids, rules, Rule::Client)?;
    let names = &rules.claim_names;
    one_of(&needs.tenants, payload, &names.tenant, Rule::Tenant)?;
    one_of(&needs.organizations, payload, &names.organization, Rule::Organization)?;
    check_scopes(claims, needs)?;
    held(&needs.roles, &needs.any_role, payload, &names.roles, Rule::Role)?;
    held(&needs.permissions, &needs.any_permission, payload, &names.permissions, Rule::Permission)?;
    one_of(&needs.plans, payload, &names.plan, Rule::Plan)?;
    check_sign_in(claims, &needs.acr_values, needs.max_age, rules.leeway, now)
}

/// Whether the token was issued to one of these clients; to none in particular where there are none.
pub(super) fn check_client(
    payload: &Payload,
    wanted: &[String],
    rules: &Rules,
    rule: Rule,
) -> Result<(), Refusal> {
    if wanted.is_empty() {
        return Ok(());
    }
    let (name, client) = client(payload, &rules.places.client)?;
    if client.is_some_and(|own| wanted.iter().any(|one| one == own)) {
        return Ok(());
    }
    let detail = if client.is_some() { Detail::of(name) } else { Detail::missing(name) };
    Err(rule.because(detail.found(client).wanted(wanted)))
}

/// The client that a token was issued to, and the claim that names it.
fn client<'a>(payload: &'a Payload, places: &'a [String]) -> Result<(&'a str, Option<&'a str>), Refusal> {
    let claims = payload.claims();
    for name in places {
        let client = match name.as_str() {
            "client_id" => {
                claims.judge([Known::ClientId])?;
                claims.client_id.as_deref()
            }
            "azp" => {
                claims.judge([Known::Azp])?;
                claims.azp.as_deref()
            }
            other => match payload.claim(other) {
                None => None,
                Some(serde_json::Value::String(client)) => Some(client.as_str()),
                Some(_) => return Err(Rule::ClaimsMalformed.because(Detail::wrong_kind(other))),
            },
        };
        if client.is_some() {
            return Ok((name, client));
        }
    }
    Ok((places.first().map_or("client_id", String::as_str), None))
}

fn check_scopes(claims: &Claims, needs: &Requirement) -> Result<(), Refusal> {
    if needs.scopes.is_empty() && needs.any_scope.is_empty() {
        return Ok(());
    }
    claims.judge([Known::Scope])?;
    let has = |wanted: &String| claims.scopes().any(|scope| scope == wanted);
    let any = needs.any_scope.is_empty() || needs.any_scope.iter().any(has);
    if needs.scopes.iter().all(has) && any {
        return Ok(());
    }
    let wanted = needs.scopes.iter().chain(&needs.any_scope);
    Err(Rule::Scope.because(Detail::of("scope").found(claims.scopes()).wanted(wanted)))
}

fn one_of(wanted: &[String], payload: &Payload, claim: &str, rule: Rule) -> Result<(), Refusal> {
    if wanted.is_empty() {
        return Ok(());
    }
    let own = payload.text(claim);
    if own.is_some_and(|own| wanted.iter().any(|one| one == own)) {
        return Ok(());
    }
    Err(rule.because(of(payload, claim).found(own).wanted(wanted)))
}

fn held(all: &[String], any: &[String], payload: &Payload, claim: &str, rule: Rule) -> Result<(), Refusal> {
    if all.is_empty() && any.is_empty() {
        return Ok(());
    }
    let own = payload.texts(claim);
    let has = |wanted: &String| own.contains(&wanted.as_str());
    if all.iter().all(has) && (any.is_empty() || any.iter().any(has)) {
        return Ok(());
    }
    Err(rule.because(of(payload, claim).found(&own).wanted(all.iter().chain(any))))
}

fn of(payload: &Payload, claim: &str) -> Detail {
    if payload.claim(claim).is_some() { Detail::of(claim) } else { Detail::missing(claim) }
}

/// The sign-in that a token is based on (RFC 9470 section 4).
pub(super) fn check_sign_in(
    claims: &Claims,
    acr_values: &[String],
    max_age: Option<i64>,
    leeway: i64,
    now: i64,
) -> Result<(), Refusal> {
    if !acr_values.is_empty() {
        claims.judge([Known::Acr])?;
        let acr = claims.acr.as_deref();
        if !acr.is_some_and(|own| acr_values.iter().any(|one| one == own)) {
            let detail = if acr.is_some() { Detail::of("acr") } else { Detail::missing("acr") };
            return Err(Rule::Acr.because(detail.found(acr).wanted(acr_values)));
        }
    }
    let Some(max_age) = max_age else { return Ok(()) };
    claims.judge([Known::AuthTime])?;
    let oldest = now.saturating_sub(max_age).saturating_sub(leeway);
    let wanted = || [format!("{oldest} or later")];
    match claims.auth_time {
        None => Err(Rule::MaxAge.because(Detail::missing("auth_time").wanted(wanted()).leeway(leeway))),
        Some(NumericDate(at)) if at < oldest => {
            let detail = Detail::of("auth_time").found([at.to_string()]);
            Err(Rule::MaxAge.because(detail.wanted(wanted()).leeway(leeway)))
        }
        Some(_) => Ok(()),
    }
}
