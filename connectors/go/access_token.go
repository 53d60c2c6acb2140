package credenza

import (
	"slices"

	"credenza.dev/credenza/internal/jose"
)

// kind is what kind of token was accepted.
type kind int

const (
	// kindAccessToken is one of RFC 9068.
	kindAccessToken kind = iota + 1
	// kindPlain is a plain JWT.
	kindPlain
	// kindIntrospected is an answer to introspection.
	kindIntrospected
)

// passed is what a check has found.
type passed struct {
	claims     *Claims
	dpopNonce  string
	background *fetch
}

// checkAccessToken takes the steps of a check (RFC 9068 section 4). The one that has an effect (recording the proof as
// used) comes last, as a check is repeated after a fetch.
func (trusted *trusted) checkAccessToken(
	request *Request, presented *credentials, requirement *Requirement, now int64,
) (passed, *halt) {
	claims, kind, background, halt := trusted.believe(presented.token, now)
	if halt != nil {
		return passed{}, halt
	}
	if halt := trusted.rules.checkClaims(claims, kind, now); halt != nil {
		return passed{}, halt
	}
	feed, halt := trusted.checkRevocation(claims, now)
	if halt != nil {
		return passed{}, halt
	}
	proof, halt := trusted.checkBinding(request, presented, claims, requirement, now)
	if halt != nil {
		return passed{}, halt
	}
	if halt := trusted.rules.checkNeeds(claims, requirement, now); halt != nil {
		return passed{}, halt
	}
	nonce, halt := trusted.proofs.spend(proof, now)
	if halt != nil {
		return passed{}, halt
	}
	return passed{claims, nonce, firstOf(background, feed)}, nil
}

func firstOf(one, other *fetch) *fetch {
	if one != nil {
		return one
	}
	return other
}

func (trusted *trusted) believe(token string, now int64) (*Claims, kind, *fetch, *halt) {
	if int64(len(token)) > trusted.rules.maxTokenBytes {
		return nil, 0, nil, deny(RuleTokenTooLong)
	}
	if asked := trusted.introspections; asked != nil && (asked.settings.always || !isJWT(token)) {
		claims, halt := asked.find(token, trusted.issuer, now)
		return claims, kindIntrospected, nil, halt
	}
	isOfType := func(header *jose.Header) bool { return kindOf(header, trusted.rules.tokenTypes) != 0 }
	claims, background, halt := trusted.tokens.verify(token, trusted.rules, trusted.issuer, isOfType, now)
	if halt != nil {
		return nil, 0, nil, halt.wantingTypes(names(trusted.rules.tokenTypes)...)
	}
	return claims, kindOf(claims.header, trusted.rules.tokenTypes), background, nil
}

// kindOf is the kind that a header states (RFC 8725 section 3.11), if it is an accepted one; 0 otherwise.
func kindOf(header *jose.Header, admitted []TokenType) kind {
	for _, own := range admitted {
		isOwn := own == PlainJWT
		if header.HasTyp {
			isOwn = isType(header.Typ, string(own))
		}
		switch {
		case isOwn && own == AccessToken:
			return kindAccessToken
		case isOwn:
			return kindPlain
		}
	}
	return 0
}

// checkRevocation looks the token up in the feed; it returns what is to be fetched in the background.
func (trusted *trusted) checkRevocation(claims *Claims, now int64) (*fetch, *halt) {
	if trusted.revocations == nil {
		return nil, nil
	}
	feed, background, halt := trusted.revocations.current(trusted.issuer, now)
	if halt != nil {
		return nil, halt
	}
	// A claim by which it could be revoked is judged.
	if halt := claims.judge("gid", "jti", "sid", "sub", "client_id"); halt != nil {
		return nil, halt
	}
	if feed.revokes(claims) {
		return nil, deny(RuleRevoked)
	}
	return background, nil
}

func (rules *rules) checkClaims(claims *Claims, kind kind, now int64) *halt {
	if halt := rules.checkIssuer(claims, kind); halt != nil {
		return halt
	}
	if halt := rules.checkMark(claims, kind); halt != nil {
		return halt
	}
	if halt := rules.checkAudience(claims); halt != nil {
		return halt
	}
	if halt := checkTimes(claims, kind != kindIntrospected, rules.leeway, now); halt != nil {
		return halt
	}
	if halt := checkAge(claims, rules.maxTokenAge, rules.leeway, now); halt != nil {
		return halt
	}
	return rules.checkPresence(claims, kind)
}

func (rules *rules) checkIssuer(claims *Claims, kind kind) *halt {
	if halt := claims.judge("iss"); halt != nil {
		return halt
	}
	switch {
	case claims.iss.present:
		return rules.address.check(claims.iss.text)
	case kind == kindIntrospected:
		// RFC 7662 section 2.2: the answer comes from the issuer, and iss is optional in it.
		return nil
	default:
		return missing(RuleClaimMissing, "iss")
	}
}

// checkMark checks the claim by which the server tells access tokens from its other tokens.
func (rules *rules) checkMark(claims *Claims, kind kind) *halt {
	if rules.bundle.mark == "" || kind == kindIntrospected {
		return nil
	}
	return oneOf(rules.bundle.marks, claims, rules.bundle.mark, RuleTyp)
}

func (rules *rules) checkAudience(claims *Claims) *halt {
	if halt := claims.judge("aud"); halt != nil {
		return halt
	}
	// Where there are clients and no audience, they stand in for it: the settings were checked for that.
	byClient := len(rules.audience) == 0 && len(rules.clientIDs) > 0
	switch {
	case byClient || slices.ContainsFunc(rules.audience, claims.isFor):
	case claims.aud == nil && rules.isOptional("aud"):
	case claims.aud != nil:
		return other(RuleAud, "aud", claims.aud, rules.audience)
	default:
		return missing(RuleClaimMissing, "aud", rules.audience...)
	}
	return checkClient(claims, rules.clientIDs, RuleAud)
}

// checkPresence checks the other claims that the profile requires, for RFC 9068 those of its section 2.2; of a plain JWT
// only sub, of an answer to introspection none.
func (rules *rules) checkPresence(claims *Claims, kind kind) *halt {
	required := rules.bundle.required
	switch kind {
	case kindPlain:
		required = []string{"sub"}
	case kindIntrospected:
		return nil
	}
	for _, name := range required {
		isThere := name == "iat" && claims.iat.present
		if text := claims.textNamed(name); text != nil {
			isThere = text.isFilled()
		}
		if isThere {
			continue
		}
		if halt := claims.judge(name); halt != nil {
			return halt
		}
		if !rules.isOptional(name) {
			return missing(RuleClaimMissing, name)
		}
	}
	return nil
}
