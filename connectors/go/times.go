package credenza

import "strconv"

// checkTimes checks exp, nbf and iat (RFC 7519 section 4.1), give or take the leeway, whatever the kind of token.
func checkTimes(claims *Claims, needsExp bool, leeway, now int64) *halt {
	if halt := claims.judge("exp", "nbf", "iat"); halt != nil {
		return halt
	}
	earliest, latest := minus(now, leeway), plus(now, leeway)
	outside := func(rule Rule, claim string, at int64) *halt {
		wanted := "a time that fits " + strconv.FormatInt(now, 10)
		return other(rule, claim, []string{strconv.FormatInt(at, 10)}, []string{wanted}).withLeeway(leeway)
	}
	switch {
	case !claims.exp.present && needsExp:
		return missing(RuleClaimMissing, "exp")
	case claims.exp.present && claims.exp.at <= earliest:
		return outside(RuleExp, "exp", claims.exp.at)
	case claims.nbf.present && claims.nbf.at > latest:
		return outside(RuleNbf, "nbf", claims.nbf.at)
	case claims.iat.present && claims.iat.at > latest:
		return outside(RuleIat, "iat", claims.iat.at)
	}
	return nil
}

// checkAge checks how old a token is, where max is not nil: one without iat is too old.
func checkAge(claims *Claims, max *int64, leeway, now int64) *halt {
	if max == nil {
		return nil
	}
	if halt := claims.judge("iat"); halt != nil {
		return halt
	}
	return notBefore(RuleMaxTokenAge, "iat", claims.iat, minus(minus(now, *max), leeway), leeway)
}

// notBefore refuses a time that is missing or lies before the oldest one.
func notBefore(rule Rule, claim string, own seconds, oldest, leeway int64) *halt {
	wanted := strconv.FormatInt(oldest, 10) + " or later"
	switch {
	case !own.present:
		return missing(rule, claim, wanted).withLeeway(leeway)
	case own.at < oldest:
		return other(rule, claim, []string{strconv.FormatInt(own.at, 10)}, []string{wanted}).withLeeway(leeway)
	default:
		return nil
	}
}
