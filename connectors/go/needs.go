package credenza

import (
	"slices"
	"time"
)

// checkNeeds compares what a route asks for with the claims. What another token could fulfil is checked before what
// would take another sign-in.
func (rules *rules) checkNeeds(claims *Claims, needs *Requirement, now int64) *halt {
	if halt := checkAge(claims, inSeconds(needs.MaxTokenAge), rules.leeway, now); halt != nil {
		return halt
	}
	if halt := checkClient(claims, needs.ClientIDs, RuleClient); halt != nil {
		return halt
	}
	names := &rules.claimNames
	for _, halt := range []*halt{
		oneOf(needs.Tenants, claims, names.Tenant, RuleTenant),
		oneOf(needs.Organizations, claims, names.Organization, RuleOrganization),
		checkScopes(claims, needs),
		held(needs.Roles, needs.AnyRole, claims, names.Roles, RuleRole),
		held(needs.Permissions, needs.AnyPermission, claims, names.Permissions, RulePermission),
		oneOf(needs.Plans, claims, names.Plan, RulePlan),
	} {
		if halt != nil {
			return halt
		}
	}
	return checkSignIn(claims, needs.ACRValues, inSeconds(needs.MaxAge), rules.leeway, now)
}

func inSeconds(span *time.Duration) *int64 {
	if span == nil {
		return nil
	}
	seconds := int64(*span / time.Second)
	return &seconds
}

// checkClient checks that the token was issued to one of these clients; to none in particular where there are none.
func checkClient(claims *Claims, wanted []string, rule Rule) *halt {
	if len(wanted) == 0 {
		return nil
	}
	name, client := claims.client()
	switch {
	case client.fault != faultless:
		return because(RuleClaimsMalformed, Detail{Member: name, Problem: ProblemWrongKind})
	case !client.present:
		return missing(rule, name, wanted...)
	case !slices.Contains(wanted, client.text):
		return other(rule, name, []string{client.text}, wanted)
	}
	return nil
}

func checkScopes(claims *Claims, needs *Requirement) *halt {
	if len(needs.Scopes) == 0 && len(needs.AnyScope) == 0 {
		return nil
	}
	if halt := claims.judge("scope"); halt != nil {
		return halt
	}
	isMissing := func(scope string) bool { return !claims.HasScope(scope) }
	hasAny := len(needs.AnyScope) == 0 || slices.ContainsFunc(needs.AnyScope, claims.HasScope)
	if !hasAny || slices.ContainsFunc(needs.Scopes, isMissing) {
		return other(RuleScope, "scope", claims.Scopes(), slices.Concat(needs.Scopes, needs.AnyScope))
	}
	return nil
}

func oneOf(wanted []string, claims *Claims, claim string, rule Rule) *halt {
	if len(wanted) == 0 {
		return nil
	}
	own, isText := claims.String(claim)
	switch {
	case isText && slices.Contains(wanted, own):
		return nil
	case isText:
		return other(rule, claim, []string{own}, wanted)
	default:
		return lacking(rule, claims, claim, nil, wanted)
	}
}

// lacking refuses because of a claim that is missing, or has not what was wanted.
func lacking(rule Rule, claims *Claims, claim string, found, wanted []string) *halt {
	if claims.Has(claim) {
		return other(rule, claim, found, wanted)
	}
	return missing(rule, claim, wanted...)
}

func held(all, any []string, claims *Claims, claim string, rule Rule) *halt {
	if len(all) == 0 && len(any) == 0 {
		return nil
	}
	own := claims.Strings(claim)
	has := func(wanted string) bool { return slices.Contains(own, wanted) }
	lacks := func(wanted string) bool { return !has(wanted) }
	if slices.ContainsFunc(all, lacks) || (len(any) > 0 && !slices.ContainsFunc(any, has)) {
		return lacking(rule, claims, claim, own, slices.Concat(all, any))
	}
	return nil
}

// checkSignIn checks the sign-in that a token is based on (RFC 9470 section 4).
func checkSignIn(claims *Claims, acrValues []string, maxAge *int64, leeway, now int64) *halt {
	if len(acrValues) > 0 {
		if halt := claims.judge("acr"); halt != nil {
			return halt
		}
		if !claims.acr.present {
			return missing(RuleACR, "acr", acrValues...)
		}
		if !slices.Contains(acrValues, claims.acr.text) {
			return other(RuleACR, "acr", []string{claims.acr.text}, acrValues)
		}
	}
	if maxAge == nil {
		return nil
	}
	if halt := claims.judge("auth_time"); halt != nil {
		return halt
	}
	return notBefore(RuleMaxAge, "auth_time", claims.authTime, minus(minus(now, *maxAge), leeway), leeway)
}
