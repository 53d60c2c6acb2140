package credenza

import (
	"slices"
	"strings"
)

// denied is a denial with its challenge, in the scheme of the request; without credentials (an empty scheme), in every
// supported scheme (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3, RFC 9728 section 5.1).
func (validator *Validator) denied(halt *halt, scheme scheme, requirement *Requirement, now int64) *Denied {
	denied := unchallenged(halt)
	if denied.Status != 503 {
		denied.Challenge = validator.issuers.first.rules.challenges(halt.rule, scheme, requirement)
	}
	if halt.rule == RuleDPoPNonce && validator.proofs != nil && validator.proofs.nonces != nil {
		denied.DPoPNonce = validator.proofs.nonces.make(now)
	}
	return denied
}

// unchallenged is a denial that does not answer an HTTP request.
func unchallenged(halt *halt) *Denied {
	meaning := halt.rule.Meaning()
	return &Denied{
		Status: meaning.Status, Rule: halt.rule, Code: meaning.Error,
		Detail: halt.detail.told(meaning.Description),
	}
}

func (rules *rules) challenges(rule Rule, scheme scheme, requirement *Requirement) string {
	switch {
	case rules.dpopAlgs == "":
		// Where DPoP is not supported, no challenge of that scheme could be met.
		scheme = schemeBearer
	case rules.dpopRequired || rule.Meaning().Error == "invalid_dpop_proof":
		scheme = schemeDPoP
	case rule == RuleDPoPScheme:
		scheme = ""
	}
	if scheme != "" {
		return rules.challenge(rule, scheme, requirement)
	}
	return rules.challenge(rule, schemeDPoP, requirement) + ", " + rules.challenge(rule, schemeBearer, requirement)
}

func (rules *rules) challenge(rule Rule, scheme scheme, requirement *Requirement) string {
	made := newChallenge(string(scheme))
	if rules.realm != nil {
		made.quoted("realm", *rules.realm)
	}
	if meaning := rule.Meaning(); meaning.Error != "" {
		made.plain("error", meaning.Error)
		made.plain("error_description", meaning.Description)
	}
	addNeeds(made, rule, requirement)
	if scheme == schemeDPoP && rules.dpopAlgs != "" {
		made.plain("algs", rules.dpopAlgs)
	}
	if rules.resourceMetadata != nil {
		made.quoted("resource_metadata", *rules.resourceMetadata)
	}
	return made.text.String()
}

// addNeeds adds what the requirement needs.
func addNeeds(made *challenge, rule Rule, requirement *Requirement) {
	switch rule {
	case RuleTokenMissing, RuleScope:
		if scopes := slices.Concat(requirement.Scopes, requirement.AnyScope); len(scopes) > 0 {
			made.plain("scope", strings.Join(scopes, " "))
		}
	case RuleACR:
		made.plain("acr_values", strings.Join(requirement.ACRValues, " "))
	case RuleMaxAge:
		if seconds := inSeconds(requirement.MaxAge); seconds != nil {
			made.seconds("max_age", *seconds)
		}
	}
}
