package credenza

import "credenza.dev/credenza/internal/jose"

// checkIDToken checks an ID token for the client (OpenID Connect Core 3.1.3.7, 3.2.2.9 and 3.3.2.10).
func (trusted *trusted) checkIDToken(token string, expected *IDTokenExpectations, now int64) (passed, *halt) {
	rules := trusted.rules
	isOfType := func(header *jose.Header) bool { return !header.HasTyp || isType(header.Typ, "JWT") }
	claims, background, halt := trusted.forClient(token, isOfType, now)
	if halt != nil {
		return passed{}, halt.wantingTypes("JWT")
	}
	if halt := claims.judge("sub"); halt != nil {
		return passed{}, halt
	}
	if !claims.sub.isFilled() {
		return passed{}, missing(RuleClaimMissing, "sub")
	}
	if !claims.iat.present {
		return passed{}, missing(RuleClaimMissing, "iat")
	}
	if halt := checkAge(claims, rules.maxTokenAge, rules.leeway, now); halt != nil {
		return passed{}, halt
	}
	if halt := checkAuthorizedParty(claims, rules.clientID); halt != nil {
		return passed{}, halt
	}
	if expected.Nonce != nil {
		if halt := claims.judge("nonce"); halt != nil {
			return passed{}, halt
		}
		if !claims.nonce.present || claims.nonce.text != *expected.Nonce {
			return passed{}, other(RuleNonce, "nonce", nil, nil)
		}
	}
	maxAge := inSeconds(expected.MaxAge)
	if halt := checkSignIn(claims, expected.ACRValues, maxAge, rules.leeway, now); halt != nil {
		return passed{}, halt
	}
	if !hasHalfHash(claims, "at_hash", expected.AccessToken) {
		return passed{}, deny(RuleAtHash)
	}
	if !hasHalfHash(claims, "c_hash", expected.Code) {
		return passed{}, deny(RuleCHash)
	}
	feed, halt := trusted.checkRevocation(claims, now)
	return passed{claims: claims, background: firstOf(background, feed)}, halt
}

// forClient checks type, signature, iss, aud and time of a token for the client.
func (trusted *trusted) forClient(
	token string, isOfType func(*jose.Header) bool, now int64,
) (*Claims, *fetch, *halt) {
	rules := trusted.rules
	if isBlank(token) {
		return nil, nil, deny(RuleTokenMissing)
	}
	if int64(len(token)) > rules.maxTokenBytes {
		return nil, nil, deny(RuleTokenTooLong)
	}
	claims, background, halt := trusted.tokens.verify(token, rules, trusted.issuer, isOfType, now)
	if halt != nil {
		return nil, nil, halt
	}
	if halt := claims.judge("iss", "aud"); halt != nil {
		return nil, nil, halt
	}
	if !claims.iss.present {
		return nil, nil, missing(RuleClaimMissing, "iss")
	}
	if halt := rules.address.check(claims.iss.text); halt != nil {
		return nil, nil, halt
	}
	switch {
	case rules.clientID == nil:
		return nil, nil, deny(RuleAud)
	case claims.aud == nil:
		return nil, nil, missing(RuleClaimMissing, "aud")
	case !claims.isFor(*rules.clientID):
		return nil, nil, other(RuleAud, "aud", claims.aud, []string{*rules.clientID})
	}
	return claims, background, checkTimes(claims, true, rules.leeway, now)
}

// checkAuthorizedParty: with several audiences azp is required; where it is present, it must be the client (3.1.3.7,
// steps 4 and 5).
func checkAuthorizedParty(claims *Claims, clientID *string) *halt {
	if halt := claims.judge("azp"); halt != nil {
		return halt
	}
	isMissing := !claims.azp.present && len(claims.aud) > 1
	isAnother := claims.azp.present && (clientID == nil || claims.azp.text != *clientID)
	var wanted []string
	if clientID != nil {
		wanted = []string{*clientID}
	}
	switch {
	case isMissing:
		return missing(RuleAzp, "azp", wanted...)
	case isAnother:
		return other(RuleAzp, "azp", []string{claims.azp.text}, wanted)
	}
	return nil
}

// hasHalfHash: where the other token is given, the ID token must contain its hash.
func hasHalfHash(claims *Claims, claim string, value *string) bool {
	if value == nil || claims.header == nil {
		return true
	}
	own, isText := claims.String(claim)
	return isText && own == jose.HalfHash(claims.header.Alg, *value)
}
