package credenza

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"credenza.dev/credenza/internal/jose"
)

// Claims are the claims of a token that was accepted: typed where specifications define them, and strict JSON in all of
// them. Safe for use by several goroutines.
type Claims struct {
	// header is that of the token; an answer to introspection has none.
	header *jose.Header
	text   string
	all    jose.Value

	iss, sub, jti, clientID, azp, acr, sid, gid, nonce claim
	exp, nbf, iat, authTime                            seconds
	// scope is from wherever the issuer puts the scopes, with spaces between them.
	scope claim
	// places is where the issuer puts what the specifications leave open.
	places *places
	// aud has no empty name; nil where the claim is absent, or of another kind.
	aud      []string
	audFault fault
	// confirmation is cnf (RFC 7800 section 3.1); nil where it is absent, or of another kind.
	confirmation *confirmation
	cnfFault     fault
	// active is the answer of an introspection.
	active, hasActive bool
}

// fault is what is wrong with a claim that is there. A claim of another kind than its specification gives it is a fault
// of the token only where a rule reads it: whatever is not understood is ignored (RFC 7519 section 4). Rules therefore
// judge a claim before they read it.
type fault uint8

const (
	faultless fault = iota
	// wrongKind: another kind of value.
	wrongKind
	// isEmpty: null, or an audience without a name.
	isEmpty
)

func faultOf(value *jose.Value, isRight bool) fault {
	switch {
	case isRight:
		return faultless
	case value.Kind == jose.Null:
		return isEmpty
	default:
		return wrongKind
	}
}

// claim is a claim that is a text. An empty one is not an absent one; one of another kind is neither.
type claim struct {
	text    string
	present bool
	fault   fault
}

func (claim claim) isFilled() bool { return claim.text != "" }

// seconds is a claim that is a time, in seconds since 1970.
type seconds struct {
	at      int64
	present bool
	fault   fault
}

// confirmation is what a token is bound to. With neither member, it is bound in a way that is not supported.
type confirmation struct {
	// jkt is the thumbprint of a DPoP key (RFC 9449 section 6.1).
	jkt claim
	// certificate is the SHA-256 of a certificate (RFC 8705 section 3.1), x5t#S256.
	certificate claim
}

// places is where an issuer puts what no specification, or more than one, has a place for.
type places struct {
	// scopes are the claims of which the first that is there holds the scopes.
	scopes []string
	// scopeLists tells whether scopes may be a list of texts.
	scopeLists bool
	// client are the claims of which the first that is there names the client.
	client []string
	// names are those of the claims about the caller's place in an organisation.
	names ClaimNames
}

// isFor tells whether exactly this audience is named.
func (claims *Claims) isFor(audience string) bool { return slices.Contains(claims.aud, audience) }

// value finds a claim by its name, or by a JSON Pointer when it begins with a slash; nil for none.
func (claims *Claims) value(name string) *jose.Value {
	if strings.HasPrefix(name, "/") {
		return claims.all.Pointer(name)
	}
	return claims.all.Member(name)
}

// Issuer is who issued the token (iss).
func (claims *Claims) Issuer() string { return claims.iss.text }

// Subject is whom the token is about (sub).
func (claims *Claims) Subject() string { return claims.sub.text }

// Audience is whom the token is for (aud).
func (claims *Claims) Audience() []string { return slices.Clone(claims.aud) }

// ID is the identifier of the token (jti).
func (claims *Claims) ID() string { return claims.jti.text }

// ClientID is whom the token was issued to: client_id (RFC 8693 section 4.3), or else azp (OpenID Connect Core 2), or
// where the profile or the settings say.
func (claims *Claims) ClientID() string {
	_, client := claims.client()
	return client.text
}

// Scopes are the scopes of the token (RFC 8693 section 4.2).
func (claims *Claims) Scopes() []string { return fields(claims.scope.text) }

// HasScope tells whether the token has a scope.
func (claims *Claims) HasScope(scope string) bool {
	for own := range strings.SplitSeq(claims.scope.text, " ") {
		if own != "" && own == scope {
			return true
		}
	}
	return false
}

// SessionID is the session in which the token was issued (sid).
func (claims *Claims) SessionID() string { return claims.sid.text }

// ACR is the authentication context of the sign-in (acr).
func (claims *Claims) ACR() string { return claims.acr.text }

// ExpiresAt is when the token expires (exp); the zero time without.
func (claims *Claims) ExpiresAt() time.Time { return claims.exp.time() }

// IssuedAt is when the token was issued (iat); the zero time without.
func (claims *Claims) IssuedAt() time.Time { return claims.iat.time() }

// AuthTime is when the user signed in (auth_time); the zero time without.
func (claims *Claims) AuthTime() time.Time { return claims.authTime.time() }

func (seconds seconds) time() time.Time {
	if !seconds.present {
		return time.Time{}
	}
	return time.Unix(seconds.at, 0)
}

// String is a claim that is a text, by its name or a JSON Pointer (RFC 6901) such as "/realm_access/name".
func (claims *Claims) String(name string) (text string, isText bool) { return claims.value(name).Str() }

// Strings is a claim that is a list of texts, or one text with spaces between; what is no text is left out.
func (claims *Claims) Strings(name string) []string {
	value := claims.value(name)
	if text, isText := value.Str(); isText {
		return fields(text)
	}
	if value == nil {
		return nil
	}
	var texts []string
	for at := range value.Items {
		if text, isText := value.Items[at].Str(); isText {
			texts = append(texts, text)
		}
	}
	return texts
}

// Has tells whether a claim is there, whatever its value.
func (claims *Claims) Has(name string) bool { return claims.value(name) != nil }

// JSON is the text of all claims: for a JWT its payload, byte for byte; for an introspected token the answer.
func (claims *Claims) JSON() string { return claims.text }

// Decode reads all claims into a struct or a map, as json.Unmarshal does.
func (claims *Claims) Decode(target any) error { return json.Unmarshal([]byte(claims.text), target) }

// fields are the words between spaces, and between nothing else.
func fields(text string) []string {
	return slices.DeleteFunc(strings.Split(text, " "), func(word string) bool { return word == "" })
}
