package credenza

import (
	"slices"
	"strings"
)

// scheme is how a token is presented.
type scheme string

const (
	schemeBearer scheme = "Bearer"
	schemeDPoP   scheme = "DPoP"
)

// credentials is a token as it is presented.
type credentials struct {
	scheme scheme
	token  string
}

// readCredentials reads the single Authorization field (RFC 6750 section 2.1, RFC 9449 section 7.1, RFC 9110 section
// 11.6.2). Credentials of another scheme count as none.
func readCredentials(request *Request) (*credentials, *halt) {
	isFilled := func(field string) bool { return !isBlank(field) }
	if !slices.ContainsFunc(request.Authorization, isFilled) {
		return nil, deny(RuleTokenMissing)
	}
	if len(request.Authorization) > 1 {
		return nil, deny(RuleCredentialsMany)
	}
	name, token, _ := strings.Cut(strings.Trim(request.Authorization[0], " \t"), " ")
	own := schemeBearer
	switch {
	case equalFold(name, string(schemeBearer)):
	case equalFold(name, string(schemeDPoP)):
		own = schemeDPoP
	default:
		return nil, deny(RuleTokenMissing)
	}
	return presented(own, strings.TrimLeft(token, " "))
}

func presented(scheme scheme, token string) (*credentials, *halt) {
	if !isToken68(token) {
		return nil, deny(RuleCredentialsMany)
	}
	return &credentials{scheme, token}, nil
}

// isBlank tells whether a text is nothing, or nothing but white space.
func isBlank(text string) bool { return strings.Trim(text, " \t\n\r\f") == "" }

// isToken68 is b64token of RFC 6750 section 2.1.
func isToken68(text string) bool {
	body := strings.TrimRight(text, "=")
	for at := range len(body) {
		if octet := body[at]; !isUnreserved(octet) && octet != '+' && octet != '/' {
			return false
		}
	}
	return body != ""
}

// equalFold compares without regard to the case of ASCII letters, and of no others.
func equalFold(one, other string) bool {
	return len(one) == len(other) && strings.EqualFold(one, other)
}
