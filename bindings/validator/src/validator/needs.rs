//! What a route asks for, compared with the claims.

use super::rules::Rules;
use super::times::check_age;
use crate::claims::Payload;
use crate::{Claims, NumericDate, Requirement, Rule};

/// Whether the claims fulfil the requirement. What another token could fulfil is checked before what would take another
/// sign-in.
pub(super) fn check(payload: &Payload, needs: &Requirement, rules: &Rules, now: i64) -> Result<(), Rule> {
    let claims = payload.claims();
    check_age(&claims.times, needs.max_token_age, rules.leeway, now)?;
    check_client(claims, needs)?;
    let names = &rules.claim_names;
    one_of(&needs.tenants, payload, &names.tenant, Rule::Tenant)?;
    one_of(&needs.organizations, payload, &names.organization, Rule::Organization)?;
    check_scopes(claims, needs)?;
    held(&needs.roles, &needs.any_role, payload, &names.roles, Rule::Role)?;
    held(&needs.permissions, &needs.any_permission, payload, &names.permissions, Rule::Permission)?;
    one_of(&needs.plans, payload, &names.plan, Rule::Plan)?;
    check_sign_in(claims, &needs.acr_values, needs.max_age, rules.leeway, now)
}

fn check_client(claims: &Claims, needs: &Requirement) -> Result<(), Rule> {
    let client = claims.client_id.as_deref().or(claims.azp.as_deref());
    let fits = needs.client_ids.is_empty()
        || client.is_some_and(|own| needs.client_ids.iter().any(|one| one == own));
    if fits { Ok(()) } else { Err(Rule::Client) }
}

fn check_scopes(claims: &Claims, needs: &Requirement) -> Result<(), Rule> {
    let has = |wanted: &String| claims.scopes().any(|scope| scope == wanted);
    let any = needs.any_scope.is_empty() || needs.any_scope.iter().any(has);
    if needs.scopes.iter().all(has) && any { Ok(()) } else { Err(Rule::Scope) }
}

fn one_of(wanted: &[String], payload: &Payload, claim: &str, rule: Rule) -> Result<(), Rule> {
    if wanted.is_empty() {
        return Ok(());
    }
    let own = payload.text(claim);
    if own.is_some_and(|own| wanted.iter().any(|one| one == own)) { Ok(()) } else { Err(rule) }
}

fn held(all: &[String], any: &[String], payload: &Payload, claim: &str, rule: Rule) -> Result<(), Rule> {
    if all.is_empty() && any.is_empty() {
        return Ok(());
    }
    let own = payload.texts(claim);
    let has = |wanted: &String| own.contains(&wanted.as_str());
    if all.iter().all(has) && (any.is_empty() || any.iter().any(has)) { Ok(()) } else { Err(rule) }
}

/// The sign-in that a token is based on (RFC 9470 section 4).
pub(super) fn check_sign_in(
    claims: &Claims,
    acr_values: &[String],
    max_age: Option<i64>,
    leeway: i64,
    now: i64,
) -> Result<(), Rule> {
    let reached = claims.acr.as_deref().is_some_and(|own| acr_values.iter().any(|one| one == own));
    if !acr_values.is_empty() && !reached {
        return Err(Rule::Acr);
    }
    let Some(max_age) = max_age else { return Ok(()) };
    let oldest = now.saturating_sub(max_age).saturating_sub(leeway);
    let recent = claims.auth_time.is_some_and(|NumericDate(at)| at >= oldest);
    if recent { Ok(()) } else { Err(Rule::MaxAge) }
}
