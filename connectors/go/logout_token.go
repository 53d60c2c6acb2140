package credenza

import "credenza.dev/credenza/internal/jose"

const (
	// rememberedLogouts is how many logout tokens are remembered, so that none is accepted twice.
	rememberedLogouts = 10_000
	// logoutEvent is the member of events that makes a logout token.
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
)

// checkLogoutToken checks a logout token for the client (OpenID Connect Back-Channel Logout 1.0, section 2.6).
func (trusted *trusted) checkLogoutToken(token string, now int64) (passed, *halt) {
	// Section 2.4 recommends logout+jwt; JWT, or no type, was usual before.
	isOfType := func(header *jose.Header) bool {
		return !header.HasTyp || isType(header.Typ, "logout+jwt") || isType(header.Typ, "JWT")
	}
	claims, background, halt := trusted.forClient(token, isOfType, now)
	if halt != nil {
		return passed{}, halt.wantingTypes("logout+jwt", "JWT")
	}
	if !claims.iat.present {
		return passed{}, missing(RuleClaimMissing, "iat")
	}
	if halt := claims.judge("sub", "sid", "jti"); halt != nil {
		return passed{}, halt
	}
	event := claims.value("events").Member(logoutEvent)
	switch {
	case !claims.sub.isFilled() && !claims.sid.isFilled():
		return passed{}, deny(RuleLogoutSubject)
	case event == nil || event.Kind != jose.Object:
		return passed{}, deny(RuleLogoutEvents)
	case claims.Has("nonce"):
		return passed{}, deny(RuleLogoutNonce)
	case !claims.jti.isFilled():
		return passed{}, missing(RuleClaimMissing, "jti")
	case !claims.exp.present:
		return passed{}, missing(RuleClaimMissing, "exp")
	}
	// Another issuer may use the same one (RFC 7519 section 4.1.7).
	name := jose.SHA256(claims.iss.text + "\n" + claims.jti.text)
	until := plus(claims.exp.at, trusted.rules.leeway)
	if !trusted.logouts.isFirstUse(name, until, now) {
		return passed{}, deny(RuleLogoutReplay)
	}
	return passed{claims: claims, background: background}, nil
}
