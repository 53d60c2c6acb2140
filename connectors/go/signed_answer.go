package credenza

import (
	"slices"
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// signedAnswers is what signed answers to introspection must match (RFC 9701 section 5): a JWT around the answer, so
// that a proxy between cannot make one up.
type signedAnswers struct {
	address address
	// names are how this service may be called in them.
	names      []string
	algorithms []Algorithm
	leeway     int64
}

const signedAnswerType = "application/token-introspection+jwt"

// open verifies an answer, and returns what it says about the token; or what it is instead, and why.
func (signed *signedAnswers) open(body string, issuer *issuer, now int64) (answer string, cause Cause, why string) {
	unverified, err := jose.ParseJWS(strings.Trim(body, " \t\n\r\f"), maxAnswerBytes)
	if err != nil {
		return "", CauseMalformed, "it is no signed answer"
	}
	if !unverified.Header.HasTyp || !isType(unverified.Header.Typ, "token-introspection+jwt") {
		return "", CauseUntrusted, "its typ is not token-introspection+jwt"
	}
	keys, _, halt := issuer.keysNow(now)
	if halt != nil {
		return "", CauseUntrusted, "the issuer's keys are not there"
	}
	verified, err := unverified.Verify(keys.set, signed.algorithms)
	if err == jose.ErrUnknownKey {
		issuer.refreshSoon(now)
	}
	if err != nil {
		return "", CauseUntrusted, "its signature is not accepted"
	}
	return signed.read(verified.Payload, now)
}

func (signed *signedAnswers) read(payload string, now int64) (answer string, cause Cause, why string) {
	claims, err := readClaims(nil, payload, &places{})
	if err != nil {
		return "", CauseUntrusted, "a claim of it is missing"
	}
	told := claims.value("token_introspection")
	switch {
	case !claims.iss.present || claims.aud == nil || !claims.iat.present || told == nil || told.Kind != jose.Object:
		return "", CauseUntrusted, "a claim of it is missing"
	case !signed.address.is(claims.iss.text):
		return "", CauseUntrusted, "it is of another issuer"
	case !slices.ContainsFunc(signed.names, claims.isFor):
		return "", CauseUntrusted, "it is for another audience"
	case claims.iat.at > plus(now, signed.leeway):
		return "", CauseUntrusted, "it is from the future"
	}
	return rawText(told), "", ""
}
