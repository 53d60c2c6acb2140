package credenza

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"credenza.dev/credenza/internal/jose"
)

const (
	fetchIntrospection = "introspection:"
	maxAnswerBytes     = 64 * 1024
	// failureLasts is how long a failure is reported without another attempt, in seconds.
	failureLasts = 1
)

// introspections are what the issuer said about tokens (RFC 7662), by their SHA-256, cached briefly.
type introspections struct {
	settings *introspectionConfig
	places   *places
	// signed is nil where answers are not signed.
	signed *signedAnswers

	mutex   sync.Mutex
	answers *lru[introspected]
}

type introspected struct {
	at     int64
	claims *Claims
	// halt is why there are no claims.
	halt *halt
}

func newIntrospections(rules *rules) (*introspections, error) {
	own := rules.introspection
	switch {
	case own == nil:
		return nil, nil
	case own.clientID == "":
		return nil, refuse("introspection.client_id", "is empty")
	case own.clientSecret == "":
		return nil, refuse("introspection.client_secret", "is empty")
	case own.endpoint != nil && !isAcceptable(*own.endpoint, rules.allowHTTP):
		return nil, refuse("introspection.endpoint", "has to be an https URL")
	case own.cacheSeconds < 0 || own.cacheSeconds > 3600:
		return nil, refuse("introspection.cache_seconds", "has to be 0 to 3600")
	case own.cacheSize < 1 || own.cacheSize > maxCacheSize:
		return nil, refuse("introspection.cache_size", "has to be 1 to 1000000")
	}
	made := &introspections{settings: own, places: &rules.places, answers: newLRU[introspected](int(own.cacheSize))}
	if own.signed {
		made.signed = &signedAnswers{
			address: rules.address, names: append(slices.Clone(rules.audience), own.clientID),
			algorithms: rules.algorithms, leeway: rules.leeway,
		}
	}
	return made, nil
}

// find is what is known of a token.
func (introspections *introspections) find(token string, issuer *issuer, now int64) (*Claims, *halt) {
	name := jose.SHA256(token)
	if answer, found := introspections.known(name, now); found {
		if answer.halt != nil {
			// A copy: what the token says of itself is added to it.
			own := *answer.halt
			return nil, &own
		}
		return answer.claims, nil
	}
	var url string
	if endpoint := introspections.settings.endpoint; endpoint != nil {
		url = *endpoint
	} else {
		var halt *halt
		if url, halt = issuer.introspectionEndpoint(now); halt != nil {
			return nil, halt
		}
	}
	if introspections.signed != nil {
		// The keys come first, so that the answer can be verified when it is there.
		if _, _, halt := issuer.keysNow(now); halt != nil {
			return nil, halt
		}
	}
	return nil, need(introspections.fetch(url, token, name))
}

func (introspections *introspections) known(name [32]byte, now int64) (introspected, bool) {
	introspections.mutex.Lock()
	defer introspections.mutex.Unlock()
	answer, found := introspections.answers.get(name)
	lasts := introspections.settings.cacheSeconds
	if answer.halt != nil && answer.halt.rule == RuleIntrospectionUnavailable {
		lasts = failureLasts
	}
	age := minus(now, answer.at)
	return answer, found && age >= 0 && age <= lasts
}

func (introspections *introspections) fetch(url, token string, name [32]byte) *fetch {
	own := introspections.settings
	credentials := escaped(own.clientID) + ":" + escaped(own.clientSecret)
	accept := "application/json"
	if introspections.signed != nil {
		accept = signedAnswerType
	}
	return &fetch{
		key:           fetchIntrospection + jose.EncodeBase64URL(name[:]),
		url:           url,
		accept:        accept,
		authorization: "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials)),
		form:          "token=" + escaped(token) + "&token_type_hint=access_token",
		maxBytes:      maxAnswerBytes,
	}
}

// fetched records what was fetched; it returns whether it was fetched for this source, and what was wrong with it.
func (introspections *introspections) fetched(
	fetch *fetch, answer *response, failure *Trouble, issuer *issuer, now int64,
) (bool, *Trouble) {
	encoded, isOwn := strings.CutPrefix(fetch.key, fetchIntrospection)
	if !isOwn {
		return false, nil
	}
	name, err := jose.DecodeBase64URL(encoded)
	if err != nil || len(name) != 32 {
		return true, nil
	}
	kept := introspected{at: now}
	trouble := fetch.check(answer, failure)
	if trouble == nil {
		kept.claims, kept.halt, trouble = introspections.read(fetch, answer, issuer, now)
	}
	if trouble != nil {
		kept.halt = after(RuleIntrospectionUnavailable, trouble)
	}
	introspections.mutex.Lock()
	defer introspections.mutex.Unlock()
	introspections.answers.put([32]byte(name), kept)
	return true, trouble
}

// read reads what an answer says; trouble when it is none.
func (introspections *introspections) read(
	fetch *fetch, answer *response, issuer *issuer, now int64,
) (*Claims, *halt, *Trouble) {
	body := answer.body
	if introspections.signed != nil {
		opened, cause, why := introspections.signed.open(body, issuer, now)
		switch cause {
		case "":
			body = opened
		case CauseUntrusted:
			return nil, nil, troubleOf(cause, fetch.url, why)
		default:
			return nil, nil, noDocument(fetch, answer, why)
		}
	}
	claims, err := readClaims(nil, body, introspections.places)
	if err != nil {
		return nil, nil, noDocument(fetch, answer, "it is no JSON object")
	}
	claims.forgiveEmpty()
	switch {
	case claims.judge("exp", "nbf", "iat") != nil:
		return nil, nil, noDocument(fetch, answer, "a time in it is no number")
	case !claims.hasActive:
		return nil, nil, noDocument(fetch, answer, "it does not say whether the token is active")
	case !claims.active:
		return nil, deny(RuleInactive), nil
	default:
		return claims, nil, nil
	}
}

// escaped is application/x-www-form-urlencoded, in which RFC 6749 section 2.3.1 encodes the credentials too.
func escaped(text string) string {
	var escaped strings.Builder
	for _, octet := range []byte(text) {
		if isUnreserved(octet) {
			escaped.WriteByte(octet)
		} else {
			fmt.Fprintf(&escaped, "%%%02X", octet)
		}
	}
	return escaped.String()
}

// isUnreserved tells whether a character needs no escape in a URL (RFC 3986 section 2.3).
func isUnreserved(octet byte) bool {
	isLetter := 'a' <= octet|0x20 && octet|0x20 <= 'z'
	return isLetter || ('0' <= octet && octet <= '9') || strings.IndexByte("-._~", octet) >= 0
}
