package credenza

import (
	"slices"
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// readClaims reads claims; an error for anything but an object, and for a name given twice at any depth.
func readClaims(header *jose.Header, text string, places *places) (*Claims, error) {
	all, text, err := parseClaims(text)
	if err != nil {
		return nil, err
	}
	claims := &Claims{header: header, text: text, all: all, places: places}
	for at := range all.Members {
		claims.read(all.Members[at].Name, &all.Members[at].Value)
	}
	claims.readScopes(places)
	return claims, nil
}

func parseClaims(text string) (jose.Value, string, error) {
	all, err := jose.ParseObject(text)
	if err == jose.ErrSyntax {
		text = jose.Finite(text)
		all, err = jose.ParseObject(text)
	}
	return all, text, err
}

func (claims *Claims) read(name string, value *jose.Value) {
	if target := claims.textNamed(name); target != nil {
		target.text, target.present = value.Str()
		target.fault = faultOf(value, target.present)
		return
	}
	if target := claims.timeNamed(name); target != nil {
		target.at, target.present = value.Seconds()
		target.fault = faultOf(value, target.present)
		return
	}
	switch name {
	case "aud":
		claims.readAudience(value)
	case "cnf":
		claims.readConfirmation(value)
	case "active":
		claims.hasActive = value.Kind == jose.Bool
		claims.active = value.Text == "true" && claims.hasActive
	}
}

func (claims *Claims) textNamed(name string) *claim {
	switch name {
	case "iss":
		return &claims.iss
	case "sub":
		return &claims.sub
	case "jti":
		return &claims.jti
	case "client_id":
		return &claims.clientID
	case "azp":
		return &claims.azp
	case "acr":
		return &claims.acr
	case "sid":
		return &claims.sid
	case "gid":
		return &claims.gid
	case "nonce":
		return &claims.nonce
	}
	return nil
}

func (claims *Claims) timeNamed(name string) *seconds {
	switch name {
	case "exp":
		return &claims.exp
	case "nbf":
		return &claims.nbf
	case "iat":
		return &claims.iat
	case "auth_time":
		return &claims.authTime
	}
	return nil
}

// judge refuses a token in which one of these claims is of another kind: what a rule reads is never taken for absent.
func (claims *Claims) judge(names ...string) *halt {
	for _, name := range names {
		var own fault
		switch name {
		case "aud":
			own = claims.audFault
		case "cnf":
			own = claims.cnfFault
		case "scope":
			own = claims.scope.fault
		default:
			if text := claims.textNamed(name); text != nil {
				own = text.fault
			} else if time := claims.timeNamed(name); time != nil {
				own = time.fault
			}
		}
		if own != faultless {
			return because(RuleClaimsMalformed, Detail{Member: name, Problem: ProblemWrongKind})
		}
	}
	return nil
}

// forgiveEmpty: in an answer to introspection, null and an empty list of audiences stand for nothing: Hydra writes them.
func (claims *Claims) forgiveEmpty() {
	forgive := func(fault *fault) {
		if *fault == isEmpty {
			*fault = faultless
		}
	}
	for _, name := range []string{"iss", "sub", "jti", "client_id", "azp", "acr", "sid", "gid", "nonce"} {
		forgive(&claims.textNamed(name).fault)
	}
	for _, name := range []string{"exp", "nbf", "iat", "auth_time"} {
		forgive(&claims.timeNamed(name).fault)
	}
	forgive(&claims.scope.fault)
	forgive(&claims.audFault)
	forgive(&claims.cnfFault)
}

// readAudience reads one name, or several in an array (RFC 7519 section 4.1.3).
func (claims *Claims) readAudience(value *jose.Value) {
	if name, isText := value.Str(); isText && name != "" {
		claims.aud = []string{name}
		return
	}
	if value.Kind == jose.Null || (value.Kind == jose.List && len(value.Items) == 0) {
		claims.audFault = isEmpty
		return
	}
	names, isGood := textsOf(value)
	if !isGood || slices.Contains(names, "") {
		claims.audFault = wrongKind
		return
	}
	claims.aud = names
}

// textsOf reads a list of texts; false for anything else.
func textsOf(value *jose.Value) ([]string, bool) {
	var texts []string
	for at := range value.Items {
		text, isText := value.Items[at].Str()
		if !isText {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, value.Kind == jose.List
}

func (claims *Claims) readConfirmation(value *jose.Value) {
	var errKey, errCertificate error
	found := &confirmation{}
	found.jkt.text, found.jkt.present, errKey = value.Optional("jkt")
	found.certificate.text, found.certificate.present, errCertificate = value.Optional("x5t#S256")
	if value.Kind != jose.Object || errKey != nil || errCertificate != nil {
		claims.cnfFault = faultOf(value, false)
		return
	}
	claims.confirmation = found
}

// readScopes takes the scopes from the first of their places that holds any.
func (claims *Claims) readScopes(places *places) {
	for _, name := range places.scopes {
		value := claims.value(name)
		if value == nil {
			continue
		}
		if text, isText := value.Str(); isText {
			claims.scope = claim{text: text, present: true}
			return
		}
		listed, isList := textsOf(value)
		// No scope has a space in it (RFC 6749 section 3.3): read as two, one would be granted that was not given.
		isBad := func(scope string) bool { return scope == "" || strings.Contains(scope, " ") }
		if isList && places.scopeLists && !slices.ContainsFunc(listed, isBad) {
			claims.scope = claim{text: strings.Join(listed, " "), present: true}
		} else {
			claims.scope = claim{fault: faultOf(value, false)}
		}
		return
	}
}

// client is the client that the token was issued to, and the claim that names it, or would.
func (claims *Claims) client() (name string, client claim) {
	for _, name := range claims.places.client {
		value := claims.value(name)
		if value == nil {
			continue
		}
		text, isText := value.Str()
		if fault := faultOf(value, isText); isText || fault == wrongKind || claims.header != nil {
			return name, claim{text, isText, fault}
		}
	}
	if len(claims.places.client) == 0 {
		return "client_id", claim{}
	}
	return claims.places.client[0], claim{}
}
